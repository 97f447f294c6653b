"""Whole histories: of one scenario under one seed, and of all scenarios under all seeds."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from itertools import product

import numpy as np

from ..errors import ScenarioError
from ..model.model import measures_of
from ..model.run import Run
from ..scenario import Scenario
from .slices import Clock, first_slice, timed_slices
from .threads import Progress, Threads

WORTH_SHARING = 20_000  # workers from which on threads that share a run are faster than one


def run_history(
    scenario: Scenario,
    seed: int,
    look: Callable[[int], None] | None = None,
    clock: Clock = time.monotonic,
    threads: int = 1,
) -> np.ndarray:
    """The history of a scenario under a seed, in slices of measured time, on which it does not depend.

    Parameters
    ----------
    scenario : Scenario
        What is simulated.
    seed : int
        0 … 2^64 - 1.
    look : callable, optional
        Called before each slice, and at the end, with the weeks that are done. An error that it raises ends the run.
    clock : callable
        Gives seconds.
    threads : int
        How many may share the run, if it is large enough; the history does not depend on it.

    Returns
    -------
    float64 [weeks, measures]
        As `Run.advance` gives it in one go.
    """
    sharing = threads if scenario.workforce.workers >= WORTH_SHARING else 1
    began = clock()
    run = Run(scenario, seed)
    history = np.empty((scenario.weeks, len(scenario.model.measure_names)))
    for weeks in timed_slices(scenario.weeks, first_slice(clock() - began), clock):
        if look:
            look(run.week)
        done = run.week
        history[done : done + weeks] = run.advance(weeks, sharing)
    if look:
        look(run.week)
    return history


def run_all(
    scenarios: Sequence[Scenario], seeds: Sequence[int], threads: int | None = None, progress: Progress | None = None
) -> np.ndarray:
    """The histories of all scenarios under all seeds.

    Parameters
    ----------
    scenarios : sequence of Scenario
        All need the same horizon.
    seeds : sequence of int
        Common to all scenarios.
    threads : int, optional
        Runs at a time, or threads that share large runs if there are fewer of these; the result does not depend on
        it. Default: one for each core.
    progress : callable, optional
        Called with (runs done, runs in all) after each run.

    Returns
    -------
    float64 [scenarios, seeds, weeks, measures]
        Measures as `measures_of` lists them; nan where a scenario has no such measure.

    Raises
    ------
    ScenarioError
        If a seed, the number of threads or the horizons are not usable.
    """
    horizons = {scenario.weeks for scenario in scenarios}
    if len(horizons) > 1:
        raise ScenarioError(f"the scenarios have horizons of {sorted(horizons)} weeks: one common horizon is needed")
    names = [measure.name for measure in measures_of(scenario.model for scenario in scenarios)]
    columns = [[names.index(name) for name in scenario.model.measure_names] for scenario in scenarios]
    results = np.full((len(scenarios), len(seeds), horizons.pop(), len(names)), np.nan)
    places = list(product(range(len(scenarios)), range(len(seeds))))
    with Threads(threads) as pool:
        each = max(1, pool.threads // max(1, len(places)))

        def run(place: tuple[int, int]) -> None:
            a, b = place
            results[a, b][:, columns[a]] = run_history(scenarios[a], seeds[b], lambda _: pool.check(), threads=each)

        pool.map(run, places, progress)
    return results
