"""How time and memory are measured: in turns, so that what else the machine does meets all programs alike."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from . import ONE_THREAD

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "results" / "benchmark"
TURNS = 5

Figure = TypeVar("Figure")
Clock = Callable[[], float]


class NotMeasured(Exception):
    """A figure cannot be measured here; the message says why."""


def once(measure: Callable[..., Figure]) -> Callable[..., Figure]:
    """Measure once for several lines of a table, and remember why if it cannot be measured."""
    known: dict[tuple[Any, ...], Figure | NotMeasured] = {}

    @wraps(measure)
    def remembered(*case: Any) -> Figure:
        if case not in known:
            try:
                known[case] = measure(*case)
            except NotMeasured as error:
                known[case] = error
        found = known[case]
        if isinstance(found, NotMeasured):
            raise found
        return found

    return remembered


def seconds(work: Callable[[], object], clock: Clock = time.process_time, tries: int = 1) -> float:
    """How long a piece of work takes; with several tries, the best."""
    taken = []
    for _ in range(tries):
        gc.collect()
        start = clock()
        work()
        taken.append(clock() - start)
    return min(taken)


def in_turns(
    works: Mapping[Any, Callable[[], object]], clock: Clock = time.process_time, turns: int = TURNS, tries: int = 1
) -> pd.DataFrame:
    """Seconds of several pieces of work, a column each: a row for each time that all of them had their turn."""
    return pd.DataFrame([{name: seconds(work, clock, tries) for name, work in works.items()} for _ in range(turns)])


def median(work: Callable[[], object], clock: Clock = time.process_time) -> float:
    """Seconds that a piece of work takes: the median of several turns."""
    return float(in_turns({"": work}, clock)[""].median())


def ratio(of: Callable[[], object], over: Callable[[], object], clock: Clock = time.process_time) -> float:
    """How many times as long one piece of work takes as another: the median of the ratios of several turns."""
    taken = in_turns({"of": of, "over": over}, clock)
    return float((taken["of"] / taken["over"]).median())


def memory(make: Callable[[], object]) -> tuple[int, int]:
    """Bytes that something holds once it is made, and the most that were asked for on the way."""
    gc.collect()
    tracemalloc.start()
    made = make()  # held until it is measured
    gc.collect()
    held, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del made
    return held, peak


def environment(**more: str) -> dict[str, str]:
    """For another process: as this one was started with, threads as many as it likes."""
    return {name: value for name, value in os.environ.items() if name not in ONE_THREAD} | more


# A process of its own, whose peak memory is that of the work alone: seconds, seconds of CPU (with those of processes of
# its own) and megabytes on its last line. (Linux: what getrusage tells begins with the memory of the process that
# started this one.)
ALONE = """
import json, os, re, time
{prepare}
start, cpu = time.perf_counter(), sum(os.times()[:4])
{work}
seconds, cpu = time.perf_counter() - start, sum(os.times()[:4]) - cpu
peak = int(re.search(r"VmHWM:\\s*(\\d+)", open("/proc/self/status").read())[1]) / 1024
print(json.dumps({{"seconds": seconds, "cpu": cpu, "megabytes": peak}}))
"""


def alone(work: str, prepare: str = "", **settings: str) -> dict[str, float]:
    """`seconds`, `cpu` and peak `megabytes` of some code in a process of its own, with these environment variables."""
    code = ALONE.format(work=work, prepare=prepare)
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, env=environment(**settings), stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return found
