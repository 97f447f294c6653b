"""The week of organisations of many sizes: time, memory, threads, and the same in `sim.plain`."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np

from sim import Run, Scenario, plain

from .measuring import NotMeasured, in_turns, median, memory, once, ratio

DEFAULT, LARGEST = 120, 1_000_000
SIZES = (100, DEFAULT, 1_000, 10_000, 100_000, LARGEST)  # workers
TURN = 40_000  # weeks times workers in a turn, at least
TURNS = 5


def scenario(workers: int, weeks: int = 260) -> Scenario:
    """The default organisation at another size; communities grow with it, 20 people each."""
    return Scenario.build(workers=workers, weeks=weeks, communities=max(1, workers // 20))


# --- the week ---------------------------------------------------------------------------------------------------------


@once
def weeks() -> dict[int, float]:
    """Microseconds of a worker and week at each size, on one thread."""
    turns: dict[int, Callable[[], object]] = {}
    length = {workers: max(1, TURN // workers) for workers in SIZES}
    for workers in SIZES:
        run = Run(scenario(workers), 1)
        run.advance(2)
        turns[workers] = partial(run.advance, length[workers])
    taken = in_turns(turns, turns=TURNS).median()
    return {workers: float(taken[workers]) / length[workers] / workers * 1e6 for workers in SIZES}


def week(workers: int) -> float:
    """Microseconds of a worker and week."""
    return weeks()[workers]


def exponent() -> float:
    """The slope of log time over log size: 1 is a straight line."""
    sizes = np.array(SIZES)
    return float(np.polyfit(np.log(sizes), np.log([week(workers) * workers for workers in SIZES]), 1)[0])


def bytes_per_worker(workers: int) -> float:
    """Bytes that a run holds for each worker."""
    given = scenario(workers)
    return memory(lambda: Run(given, 1))[0] / workers


def default_run() -> float:
    """Milliseconds of CPU of a default run."""
    given = scenario(DEFAULT)
    return median(lambda: Run(given, 1).advance(given.weeks)) * 1e3


def times_plain(workers: int, few: int) -> float:
    """How many times as long a week takes in `sim.plain` as in the engine, which makes the same history."""
    given, many = scenario(workers), max(1, TURN // workers)
    model, run = plain.Organisation(given, rng=1), Run(given, 1)
    return ratio(lambda: model.run(few), lambda: run.advance(many)) / few * many


# --- threads ----------------------------------------------------------------------------------------------------------


def threads_inside_a_run() -> float:
    """How many times as fast two threads make the weeks of one large organisation; both make the same history."""
    if "threads" not in inspect.signature(Run.advance).parameters:
        raise NotMeasured("not available: a run is on one thread")
    runs = {threads: Run(scenario(LARGEST), 1) for threads in (1, 2)}
    rows: dict[int, list[np.ndarray]] = {1: [], 2: []}

    def a_week(threads: int) -> None:
        rows[threads].append(runs[threads].advance(1, threads=threads))  # type: ignore[call-arg]

    for threads in runs:
        a_week(threads)
    found = ratio(partial(a_week, 1), partial(a_week, 2), time.perf_counter)
    check_same(rows, runs)
    return found


def check_same(rows: dict[int, list[np.ndarray]], runs: dict[int, Run]) -> None:
    """Refuse two histories that differ in any bit."""
    measures = [np.concatenate(rows[threads]).tobytes() for threads in (1, 2)]
    arrays = [{name: array.tobytes() for name, array in runs[threads].arrays.items()} for threads in (1, 2)]
    if measures[0] != measures[1] or arrays[0] != arrays[1]:
        raise NotMeasured("refused: two threads make another history than one")


def threads_for_many_runs() -> float:
    """How many times as fast two threads finish 40 default runs."""
    given = scenario(DEFAULT)

    def forty(threads: int) -> None:
        with ThreadPoolExecutor(threads) as executor:
            list(executor.map(lambda seed: Run(given, seed).advance(given.weeks), range(40)))

    return ratio(partial(forty, 1), partial(forty, 2), time.perf_counter)
