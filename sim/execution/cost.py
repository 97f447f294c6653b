"""What runs will cost: their memory from the sizes of their arrays, their time from a timed probe.

The memory of a run is known beforehand: its arrays are declared (`memory_of`). Its time is not: it depends on every
lever, on the machine, and on what the organisation becomes. So some weeks of the very scenario are run and timed
(`cost_of`), within some tenths of a second whatever the scenario is:

- A **landscape** of 2^M practices is visited whole whenever it changes. That is timed on small landscapes, which grow
  until it can be measured, and doubled for each aspect more. Changes are rare, so that a probe would miss them: they
  are counted by their probability.
- The **head start** of the outside world is timed by some of its steps.
- **Weeks** are timed on a small organisation of the same shape for as long as is affordable, because what a week costs
  changes as time moves and repertoires fill; then on ever larger ones, up to the size that is asked for, or until the
  time is up. From there on, cost follows the growth that was seen.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any, TypeVar

import numpy as np
from cachetools import LRUCache, cached

from ..errors import ScenarioError
from ..model.model import Model, measures_of
from ..model.people import raised_to_floors
from ..model.run import Run, reality_for
from ..model.state import WORKSPACE, sizes
from ..scenario import Policy, Scenario
from ..units import format_volume
from ..validation import checked_threads
from .available import available_memory

Result = TypeVar("Result")

# Seconds of this thread where they are counted finely: what else runs on the machine does not count.
_FINE = time.get_clock_info("thread_time").resolution < 1e-4
CLOCK: Callable[[], float] = time.thread_time if _FINE else time.perf_counter

ENOUGH = 0.02  # seconds that are long enough to be measured
COURSE = (0.03, 0.15)  # seconds for the weeks of the small organisation: at least, if it gets far; at most
FAR, FARTHEST = 32, 1024  # weeks
BUDGET = 0.3  # seconds for the larger organisations
SMALL = 128  # people in the small one
KEPT = {"team_size": 64, "communities": 8}  # up to which a small organisation has the same as the large one
QUICK = 0.004  # seconds that drawing a landscape for the weeks of a probe may take
STEEP = 1.15  # the exponent of growth above which costs grow faster than the organisation
USUAL = 1.07  # the exponent otherwise, because larger memory is slower (measured: results/benchmark/)
POLICIES = 3  # policies of one scenario that are probed, those that are longest in force
PROBED = 8  # of several scenarios
COPIES = 3  # of all histories: as they come, as a table, and on the way from one to the other
SHARE = 0.1  # of the available memory that a probe may take


# --- memory -----------------------------------------------------------------------------------------------------------


def memory_of(scenario: Scenario) -> int:
    """What a run holds in memory: the state, the workspace, reality and the history.

    Parameters
    ----------
    scenario : Scenario
        What is simulated.

    Returns
    -------
    int
        Bytes, as NumPy allocates them; nothing of the organisation's size is allocated for the answer.
    """
    lengths = sizes(scenario)
    organisation = sum(declared.count(lengths) * size for declared, size in _layout(scenario.model))
    reality = sum(one.nbytes for one in reality_for(scenario.world) if isinstance(one, np.ndarray))
    return organisation + reality + history_bytes(scenario)


def history_bytes(scenario: Scenario) -> int:
    """What the history of a run holds in memory.

    Parameters
    ----------
    scenario : Scenario
        What is simulated.

    Returns
    -------
    int
        Bytes.
    """
    return scenario.weeks * len(scenario.model.measure_names) * np.dtype(float).itemsize


@lru_cache(maxsize=16)
def _layout(model: Model) -> list[tuple[Any, int]]:
    """The arrays of an organisation with the bytes of an element, as seen on one of the usual size; views left out."""
    usual = Scenario(with_=model.extensions)
    arrays = model.empty_state(usual)[1]
    declared = {one.name: one for one in model.arrays}
    workspace = model.empty_workspace(usual)
    owners = {id(one) for one in (*arrays.values(), *workspace)}
    found = [(declared[name], made) for name, made in arrays.items()]
    found += zip(WORKSPACE, workspace, strict=True)
    return [(one, made.itemsize) for one, made in found if id(made.base) not in owners]


def check_memory(scenarios: Sequence[Scenario], runs: int, threads: int, kept: int = 0) -> None:
    """Refuse what would not fit into memory, before hours are spent on it.

    Parameters
    ----------
    scenarios : sequence of Scenario
        What is to be run; of many, the largest will do.
    runs : int
        How many runs there will be.
    threads : int
        Runs at a time.
    kept : int
        Bytes that are kept of all runs, beside what those hold that are running.

    Raises
    ------
    ScenarioError
        With what is asked for, what there is and what to do.
    """
    largest = max(scenarios, key=memory_of)
    each, at_a_time = memory_of(largest), min(threads, runs)
    available = available_memory()
    if kept + at_a_time * each <= available.bytes:
        return
    there = f"{format_volume(available.bytes)} can be had" + (f" ({available.limit})" if available.limit else "")
    asked = f"{at_a_time} run{'s' * (at_a_time > 1)} at a time of up to {largest.workforce.workers:,} workers"
    if kept:
        asked += f", and the results of {runs:,} runs of {largest.weeks:,} weeks,"
    asked += f" need about {format_volume(kept + at_a_time * each)} of memory; {there}"
    fitting = int((available.bytes - kept) // each)
    if fitting >= 1:
        raise ScenarioError(f"{asked}:\n{fitting} at a time fit{'s' * (fitting == 1)} (threads = {fitting})")
    less = "fewer replicates, weeks or workers are" if kept else "fewer workers, ties or aspects, or more memory, are"
    raise ScenarioError(f"{asked}:\n{less} needed")


def check_results_memory(scenarios: Sequence[Scenario], seeds: Sequence[int], threads: int | None) -> None:
    """Refuse runs whose histories would not fit into memory together (`run_all`, and the tables made of them).

    Parameters
    ----------
    scenarios : sequence of Scenario
        What is to be run.
    seeds : sequence of int
        Common to all scenarios.
    threads : int, optional
        Runs at a time; default: one for each core.

    Raises
    ------
    ScenarioError
        With what is asked for, what there is and what to do; or if the number of threads is not usable.
    """
    runs, columns = len(scenarios) * len(seeds), len(measures_of(scenario.model for scenario in scenarios))
    weeks = max(scenario.weeks for scenario in scenarios)
    check_memory(scenarios, runs, checked_threads(threads), runs * weeks * columns * np.dtype(float).itemsize * COPIES)


# --- time -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cost:
    """What a run is expected to take of one core.

    Attributes
    ----------
    start : float
        Seconds of the initialisation.
    weeks : float
        Seconds of all weeks, without what changes of reality take.
    change : float
        Seconds that a week takes more if reality changes in it.
    changes : float
        Weeks in which it is expected to change.
    """

    start: float
    weeks: float
    change: float
    changes: float

    @property
    def seconds(self) -> float:
        """All of it."""
        return self.start + self.weeks + self.change * self.changes


def cost_of(scenario: Scenario) -> Cost:
    """What a run of a scenario is expected to take, from a probe of some tenths of a second, which is kept.

    Parameters
    ----------
    scenario : Scenario
        What is simulated. Its model is compiled if it is not yet.

    Returns
    -------
    Cost
        On this machine.
    """
    landscape = _landscape(_quiet(scenario))
    head_start = scenario.world.head_start * _outside_step(scenario, landscape) if scenario.world.head_start else 0.0
    lasting = _lasting(scenario)
    probes = [(_weeks(_at_rest(scenario, policy, landscape.small)), spans) for policy, spans in lasting[:POLICIES]]
    seen = sum(last - first for _, spans in probes for first, last in spans)
    weeks = sum(probe.between(first, last) for probe, spans in probes for first, last in spans)
    people = max(0.0, probes[0][0].start - landscape.small_start)
    larger = scenario.world.aspects / landscape.small  # all that is done with a practice is done aspect by aspect
    return Cost(
        landscape.start + head_start + people * larger,
        weeks * larger * scenario.weeks / seen,
        landscape.change,
        _changes(scenario),
    )


def seconds_of(scenarios: Sequence[Scenario]) -> float:
    """What a run of one of some scenarios is expected to take on the average.

    Parameters
    ----------
    scenarios : sequence of Scenario
        At least one; of many, some are probed, from the smallest to the largest.

    Returns
    -------
    float
        Seconds on one core.
    """
    if len(scenarios) == 1:
        return cost_of(scenarios[0]).seconds
    # Between those that are probed, all is taken to be in proportion to what the arrays weigh, and landscapes to how
    # many practices there are to visit.
    ordered = sorted(scenarios, key=_weight)
    places = sorted({round(k * (len(ordered) - 1) / (PROBED - 1)) for k in range(PROBED)})
    costs = {k: cost_of(ordered[k]) for k in places}
    hardest = max(ordered, key=_visits)
    visit = _landscape(_quiet(hardest)).change / _visits(hardest)
    total = 0.0
    for k, scenario in enumerate(ordered):
        near = min(places, key=lambda place: abs(place - k))
        people = max(0.0, costs[near].start - costs[near].change) + costs[near].weeks
        total += people * _weight(scenario) / _weight(ordered[near])
        total += visit * _visits(scenario) * (1.0 + _changes(scenario))
    return total / len(ordered)


def _weight(scenario: Scenario) -> float:
    """What the work of a run is taken to be in proportion to, between scenarios that are alike."""
    return (memory_of(scenario) - history_bytes(scenario)) * float(scenario.weeks)


def _visits(scenario: Scenario) -> float:
    """Aspects that are looked at when all practices are valued."""
    world = scenario.world
    return 2.0**world.aspects * world.aspects * (world.complexity + 1) if world.reality == "rugged" else 1.0


def _changes(scenario: Scenario) -> float:
    """Weeks in which reality is expected to change (ODD, 7.1: each aspect does so with a probability)."""
    world = scenario.world
    each = min(1.0, world.turbulence / (52.0 * world.aspects))
    shock = world.shock_week > 0 and world.shock_share * world.aspects >= 0.5
    return scenario.weeks * (1.0 - (1.0 - each) ** world.aspects) + shock


def _lasting(scenario: Scenario) -> list[tuple[Policy, list[tuple[int, int]]]]:
    """The policies of a scenario, the one it starts with first, then by how long they are in force: from, to."""
    segments = scenario.policies()
    ends = [*(segment.week - 1 for segment in segments[1:]), scenario.weeks]
    spans: dict[Policy, list[tuple[int, int]]] = {}
    for segment, end in zip(segments, ends, strict=True):
        if end >= segment.week:
            spans.setdefault(segment.policy, []).append((segment.week - 1, end))
    first, *others = spans.items()
    return [first, *sorted(others, key=lambda one: -sum(last - first for first, last in one[1]))]


def _remembered(probe: Callable[..., Result]) -> Callable[..., Result]:
    """Keep what a probe finds, by the scenario that is its first argument."""
    return cached(LRUCache(256), key=lambda scenario, *_: scenario.key, lock=Lock())(probe)


# --- what is probed ---------------------------------------------------------------------------------------------------


LANDSCAPE = ("reality", "aspects", "complexity", "neighbours", "block")  # what decides how it is drawn


def _quiet(scenario: Scenario, **changes: Any) -> Scenario:
    """The smallest organisation in a world of this kind, where reality changes once: one aspect, in week 1."""
    world = {name: getattr(scenario.world, name) for name in LANDSCAPE} | changes
    people = {"workers": 2, "team_size": 2, "ties": 0, "communities": 0, "outsiders": 1, "head_start": 0}
    once = {"turbulence": 0, "shock_week": 1, "shock_share": 1.0 / world["aspects"]}
    return Scenario.build(policy={}, world={}, weeks=2, with_=scenario.with_, **{**people, **once, **world})


def _at_rest(scenario: Scenario, policy: Policy, aspects: int) -> Scenario:
    """A scenario whose weeks are to be probed: one policy throughout, no head start, no shock, as many aspects."""
    split = (policy.split_networks, policy.split_communities, policy.split_teams)
    raised = getattr(raised_to_floors, "py_func", raised_to_floors)  # the function as written takes any policy
    shares = raised(*split, policy)  # an intervention may have lifted the floors above them
    time = dict(zip(("split_networks", "split_communities", "split_teams"), shares, strict=True))
    still = {"aspects": aspects, "head_start": 0, "shock_week": 0}
    return scenario.replace(policy=policy, interventions=(), weeks=FARTHEST, **still, **time)


def _scaled(scenario: Scenario, workers: int) -> Scenario:
    """The same organisation with fewer people: what is small keeps its size, what is large its share."""
    people = scenario.workforce
    if workers >= people.workers:
        return scenario

    sizes = {name: getattr(people, name) for name in KEPT}
    shares = {
        name: min(size, workers, max(KEPT[name], size * workers // people.workers)) for name, size in sizes.items()
    }
    return scenario.replace(workers=workers, **shares)


# --- reality ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Landscape:
    """What a landscape costs, and the largest with which weeks can be probed quickly."""

    start: float
    change: float
    small: int
    small_start: float
    small_change: float


@_remembered
def _landscape(least: Scenario) -> _Landscape:
    """Time landscapes of more and more aspects, until the cost of one can be measured."""
    _load(least.model)
    aspects = least.world.aspects
    rugged = least.world.reality == "rugged"
    seen = []
    for m in range(min(aspects, max(least.world.complexity + 1, 8)) if rugged else aspects, aspects + 1):
        start, change = _redrawn(_quiet(least, aspects=m))
        seen.append((m, start, change))
        if change >= ENOUGH:
            break
    m, start, change = seen[-1]
    factor = 2.0 ** (aspects - m) * aspects / m
    small = [one for one in seen if one[1] <= QUICK] or seen[:1]
    return _Landscape(start * factor, change * factor, *small[-1])


@lru_cache(maxsize=16)
def _load(model: Model) -> None:
    """Have a model compiled, or loaded, before anything is timed."""
    Run(Scenario(with_=model.extensions, weeks=1), 1).advance(1)


def _redrawn(least: Scenario) -> tuple[float, float]:
    """Seconds of the initialisation, and those that a change takes: the least of three, if that is quick."""
    starts, changes = [], []
    for seed in range(3):
        run, start = _timed(lambda seed=seed: Run(least, seed))  # type: ignore[misc]
        _, with_change = _timed(lambda run=run: run.advance(1))  # type: ignore[misc]
        _, without = _timed(lambda run=run: run.advance(1))  # type: ignore[misc]
        starts.append(start)
        changes.append(max(0.0, with_change - without))
        if start > ENOUGH:
            break
    return min(starts), min(changes)


def _outside_step(scenario: Scenario, landscape: _Landscape) -> float:
    """Seconds of a step of the outside world."""
    world = scenario.world
    quiet = _quiet(scenario, aspects=landscape.small, outsiders=world.outsiders)
    return _steps(quiet, landscape.small_start) * world.aspects / landscape.small


@_remembered
def _steps(quiet: Scenario, start: float) -> float:
    """Time more and more steps, until they can be measured."""
    seconds = 0.0
    for steps in (4, 16, 64, 256, 1000):
        with_steps = quiet.replace(head_start=steps)
        _, whole = _timed(lambda with_steps=with_steps: Run(with_steps, 1))  # type: ignore[misc]
        seconds = max(0.0, whole - start) / steps
        if whole >= start + ENOUGH / 2:
            break
    return seconds


# --- weeks ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Weeks:
    """What weeks cost, from the first on."""

    start: float
    ends: np.ndarray  # int [blocks], weeks
    rates: np.ndarray  # float [blocks], seconds a week; the last one holds for ever

    def until(self, week: float) -> float:
        """Seconds of the first weeks."""
        begins = np.concatenate([[0], self.ends[:-1]])
        lengths = np.clip(week - begins, 0, self.ends - begins)
        return float(lengths @ self.rates + max(0.0, week - self.ends[-1]) * self.rates[-1])

    def between(self, first: float, last: float) -> float:
        """Seconds of the weeks after one and up to another."""
        return self.until(last) - self.until(first)


@_remembered
def _weeks(scenario: Scenario) -> _Weeks:
    """Time a small organisation for long, and larger ones for a few weeks, until the size or the budget is reached."""
    workers = scenario.workforce.workers
    size = min(workers, max(SMALL, 2 * scenario.workforce.ties))
    course = _course(_scaled(scenario, size), *COURSE)
    seen, spent = [(size, course.start, course.rates[0], course)], 0.0
    while size < workers:
        larger = min(workers, 4 * size)
        at_size = _scaled(scenario, larger)
        _, start, rate, last = seen[-1]
        week = last.until(2) / 2
        next_one = (start + 2 * week) * (larger / size) ** max(1.0, _exponent(seen, 2))
        if spent + next_one > BUDGET or memory_of(at_size) > SHARE * available_memory().bytes:
            break
        size = larger
        began = CLOCK()
        long = COURSE[0] if size == workers else ENOUGH
        found = _course(at_size, long, long, far=2)
        spent += CLOCK() - began
        # As the small one goes on after these weeks, so does this one.
        early = found.ends[-1]
        rate = course.rates[0] * found.until(early) / course.until(early)
        seen.append((size, found.start, rate, found))
    rate, start = seen[-1][2], seen[-1][1]
    if size < workers:
        rate *= (workers / size) ** _followed(_exponent(seen, 2))
        start *= (workers / size) ** _followed(_exponent(seen, 1))
    return _Weeks(start, course.ends, course.rates * rate / course.rates[0])


def _exponent(seen: list[Any], column: int) -> float:
    """How a cost grows with the organisation, over the last two steps."""
    early, late = seen[max(0, len(seen) - 3)], seen[-1]
    if early is late or early[column] <= 0 or late[column] <= 0:
        return 1.0
    return math.log(late[column] / early[column]) / math.log(late[0] / early[0])


def _followed(exponent: float) -> float:
    return exponent if exponent > STEEP else USUAL


def _course(scenario: Scenario, at_least: float, at_most: float, far: int = FAR) -> _Weeks:
    """Time weeks in growing blocks, until they are long enough and far enough, or too long."""
    run, start = _timed(lambda: Run(scenario, 1))
    nothing = np.empty(0, scenario.model.measures_type)
    _, call = _timed(lambda: run._advance(1, nothing))  # what it takes to call the kernel, without a week
    change = _landscape(_quiet(scenario)).small_change
    column = scenario.model.measure_names.index("changes")
    spent, block = 0.0, 2
    ends: list[int] = []
    rates: list[float] = []
    while not ends or (spent < at_most and run.week < FARTHEST and (spent < at_least or run.week < far)):
        weeks, seconds = _timed(lambda block=block: run.advance(block))  # type: ignore[misc]
        spent += seconds
        changed = int((weeks[:, column] > 0).sum())
        rest = seconds - call - changed * change
        ends.append(run.week)
        rates.append(max(rest, seconds / 10) / block)
        block = min(run.week, FARTHEST - run.week) if run.week < FARTHEST else 1
    return _Weeks(start, np.array(ends), np.array(rates))


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    began = CLOCK()
    found = work()
    return found, CLOCK() - began
