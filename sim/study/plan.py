"""What a study will take: time from timed probes of a few points, memory from the sizes of the arrays."""

from __future__ import annotations

from dataclasses import dataclass

from cachetools import LRUCache, cached

from ..errors import ScenarioError
from ..execution.cost import check_memory, memory_of, seconds_of
from ..scenario import Scenario
from .definition import StudyDefinition

LOOKED_AT = 200  # points at most from which the rest is told
TRIED = 40  # conditions of an axis at most that are tried for the largest run


@dataclass(frozen=True)
class Plan:
    """What the runs of a study are expected to take.

    Attributes
    ----------
    seconds_per_run : float
        Of one core, on the average.
    largest : Scenario
        The run that takes most memory.
    memory : int
        Bytes of that run.
    """

    seconds_per_run: float
    largest: Scenario
    memory: int

    def check_memory(self, runs: int, threads: int) -> None:
        """Refuse what would not fit into memory, before hours are spent on it.

        Parameters
        ----------
        runs : int
            Runs in all.
        threads : int
            Runs at a time.

        Raises
        ------
        ScenarioError
            With what is asked for, what there is and what to do.
        """
        check_memory([self.largest], runs, threads)


@cached(LRUCache(16), key=lambda study: study.key)
def plan_of(study: StudyDefinition) -> Plan:
    """What the runs of a study are expected to take; found in a second or so, and kept.

    Parameters
    ----------
    study : StudyDefinition
        The study.

    Returns
    -------
    Plan
        On this machine.

    Raises
    ------
    ScenarioError
        If no point is valid.
    """
    # The steps have no divisor in common with what axes usually have, so that all of their conditions are seen.
    step = max(1, study.points // LOOKED_AT)
    points = list(range(0, study.points, step + (step > 1 and step % 2 == 0)))
    scenarios, refused = [], None
    for point in points:
        try:
            scenarios.append(study.scenario(point))
        except ScenarioError as error:  # such runs will fail; of samples, not every point is tried beforehand
            refused = error
    if not scenarios:
        raise refused or ScenarioError(f"{study.name}: there is nothing to run")
    largest = max([*scenarios, *_larger(study)], key=memory_of)
    return Plan(seconds_of(scenarios), largest, memory_of(largest))


def _larger(study: StudyDefinition) -> list[Scenario]:
    """Large runs: axis by axis, the condition that takes most memory, while the other axes stay where they are."""
    lengths = [len(axis) for axis in study.design.axes]
    places, found = [0] * len(lengths), []
    for axis, length in enumerate(lengths):
        tried = []
        for place in sorted({round(k * (length - 1) / (TRIED - 1)) for k in range(TRIED)}):
            there = [*places[:axis], place, *places[axis + 1 :]]
            try:
                scenario = study.scenario(_point(there, lengths))
            except ScenarioError:
                continue
            tried.append((memory_of(scenario), place))
            found.append(scenario)
        if tried:
            places[axis] = max(tried)[1]
    return sorted(found, key=memory_of)[-1:]


def _point(places: list[int], lengths: list[int]) -> int:
    """The number of a point; the last axis changes fastest."""
    point = 0
    for place, length in zip(places, lengths, strict=True):
        point = point * length + place
    return point
