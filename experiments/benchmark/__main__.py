"""How fast the engine is, how it grows, and what studies add: `python -m experiments.benchmark`.

Every comparison is a ratio of CPU times within one session, because absolute times on a shared machine mean little.
Writes `results/benchmark/README.md` (but for its section on other tools, which is from `.peers`) and
`results/benchmark/measurements.csv`.
"""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numba
import numpy as np
import pandas as pd

from experiments import without_arguments
from sim import Run, Scenario, __version__, plain

from . import studies
from .page import section_of, with_section

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "results" / "benchmark"
REPEATS = 5
SIZES = (100, 1_000, 10_000, 100_000)

Row = tuple[str, str, float, str, str]  # what, case, value, unit, aim


def scenario(workers: int, weeks: int = 260) -> Scenario:
    """The default organisation at another size; communities grow with it, 20 people each."""
    return Scenario.build(workers=workers, weeks=weeks, communities=max(1, workers // 20))


def cpu(work: Callable[[], object], clock: Callable[[], float] = time.process_time) -> float:
    """Seconds that a piece of work takes: the median of several runs."""
    times = []
    for _ in range(REPEATS):
        start = clock()
        work()
        times.append(clock() - start)
    return statistics.median(times)


def against_the_plain_model() -> Iterator[Row]:
    """CPU time of a week in `sim.plain` over that in the engine, the same histories, both already made."""
    for workers, weeks in ((120, 8), (1_000, 2)):
        given = scenario(workers)
        model, run = plain.Organisation(given, rng=1), Run(given, 1)
        slow = cpu(lambda model=model, weeks=weeks: model.run(weeks)) / weeks
        many = max(1, 40_000 // workers)
        fast = cpu(lambda run=run, many=many: run.advance(many)) / many
        yield "sim.plain / engine", f"{workers:,} workers", slow / fast, "CPU time ratio", "≥ 200"
        yield "engine", f"{workers:,} workers", fast / workers * 1e6, "µs per worker and week", ""


def two_threads() -> Iterator[Row]:
    """Runs finished in a second by two threads over those by one: 40 default runs each."""
    given = scenario(120)

    def forty(threads: int) -> None:
        with ThreadPoolExecutor(threads) as executor:
            list(executor.map(lambda seed: Run(given, seed).advance(260), range(40)))

    ratios = [cpu(lambda: forty(1), time.perf_counter) / cpu(lambda: forty(2), time.perf_counter)]
    yield "two threads / one", "40 default runs", statistics.median(ratios), "throughput ratio", "≥ 1.8"
    one = cpu(lambda: Run(given, 1).advance(260))
    yield "one default run", "120 workers, 260 weeks", one * 1e3, "ms of CPU", ""


def growth() -> Iterator[Row]:
    """Time a worker and week at several sizes; the slope of log time over log size (1 = a straight line)."""
    times = []
    for workers in SIZES:
        run = Run(scenario(workers), 1)
        run.advance(2)
        weeks = max(2, 100_000 // workers)
        times.append(cpu(lambda run=run, weeks=weeks: run.advance(weeks)) / weeks)
        yield "growth", f"{workers:,} workers", times[-1] / workers * 1e6, "µs per worker and week", ""
    slope = np.polyfit(np.log(SIZES), np.log(times), 1)[0]
    yield "growth", "exponent", float(slope), "log time / log workers", "1"
    memory = sum(array.nbytes for part in (run.state, run._workspace) for array in part if array.base is None)
    yield "memory", f"{SIZES[-1]:,} workers", memory / SIZES[-1], "bytes per worker", "< 1,000"


def cold_start() -> Iterator[Row]:
    """Seconds to compile everything with an empty cache, and to load it from the cache afterwards."""
    code = (
        "import time; from sim import Run, Scenario; start = time.process_time(); "
        "Run(Scenario.build(), 1).advance(1); print(time.process_time() - start)"
    )
    with tempfile.TemporaryDirectory() as cache:
        for case in ("empty cache", "from the cache"):
            told = subprocess.run(
                [sys.executable, "-c", code],
                cwd=ROOT,
                env={**os.environ, "TRIPLEOS_CACHE": cache},
                capture_output=True,
                text=True,
                check=True,
            )
            yield "compile", case, float(told.stdout), "s of CPU", "< 30" if case == "empty cache" else ""


def command_line() -> Iterator[Row]:
    """Seconds until the command line has said its help."""
    command = [sys.executable, "-m", "sim", "--help"]
    seconds = cpu(lambda: subprocess.run(command, cwd=ROOT, capture_output=True, check=True), time.perf_counter)
    yield "command line", "tripleos --help", seconds, "s", "< 0.5"


def report(table: pd.DataFrame) -> str:
    """The page that people read."""
    lines = ["| what | case | measured | unit | aim |", "|---|---|---|---|---|"]
    lines += [f"| {r.what} | {r.case} | {r.value:,.3g} | {r.unit} | {r.aim} |" for r in table.itertuples()]
    versions = f"Python {platform.python_version()}, Numba {numba.__version__}, NumPy {np.__version__}"
    where = f"{platform.machine()}, {os.cpu_count()} cores, {versions}"
    return "\n".join(
        [
            "# Benchmark",
            "",
            f"tripleos {__version__} on {where}. Medians of {REPEATS} runs in one session.",
            "Made by `python -m experiments.benchmark`. `sim.plain` is the model in plain Mesa agents and loops,",
            "which give the same history, number for number.",
            "",
            *lines,
            "",
        ]
    )


def main() -> None:
    """Measure everything, print and write it."""
    Run(scenario(24), 1).advance(2)  # compiled before anything is timed
    rows: list[Row] = []
    for measure in (against_the_plain_model, two_threads, growth, cold_start, command_line, *studies.MEASURES):
        print(f"{measure.__name__.replace('_', ' ')} …", file=sys.stderr, flush=True)
        rows.extend(measure())
    table = pd.DataFrame(rows, columns=["what", "case", "value", "unit", "aim"])
    RESULTS.mkdir(parents=True, exist_ok=True)
    table.to_csv(RESULTS / "measurements.csv", index=False)
    path = RESULTS / "README.md"
    page = with_section(report(table), section_of(path.read_text()) if path.exists() else "")
    path.write_text(page)
    print(page)


if __name__ == "__main__":
    without_arguments("experiments.benchmark", __doc__)
    main()
