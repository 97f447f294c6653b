"""What studies cost beyond the engine: memory, overhead of a run, threads, planning, opening a store."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from sim import Run
from sim.study.runner import Options, sweep
from sim.study.store import Store
from sim.study.study import Study

ROOT = Path(__file__).parents[2]
Row = tuple[str, str, float, str, str]  # what, case, value, unit, aim
TINY = {"workers": 24, "weeks": 20}

# A process of its own, whose peak memory is that of the work alone: seconds and megabytes on its last line.
# (Linux: what getrusage tells begins with the memory of the process that started this one.)
MEASURED = """
import re, time
from sim import cli
{prepare}
start = time.perf_counter()
{work}
seconds = time.perf_counter() - start
print(seconds, int(re.search(r"VmHWM:\\s*(\\d+)", open("/proc/self/status").read())[1]) / 1024)
"""


def alone(work: str, prepare: str = "") -> tuple[float, float]:
    """Seconds and peak megabytes of some code in a process of its own."""
    code = MEASURED.format(work=work, prepare=prepare)
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    seconds, megabytes = done.stdout.strip().splitlines()[-1].split()
    return float(seconds), float(megabytes)


def written(folder: Path, **study: object) -> Path:
    """A study as a file."""
    lines = [f"{name} = {json.dumps(value)}" for name, value in study.items() if not isinstance(value, dict)]
    for name, table in study.items():
        if isinstance(table, dict):
            lines += [f"[{name}]", *(f"{key} = {json.dumps(value)}" for key, value in table.items())]
    path = folder / "study.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def ten_thousand() -> Iterator[Row]:
    """Ten thousand default runs to disk, against a thousand: time, peak memory; then the store is opened."""
    peaks = {}
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        for runs in (1_000, 10_000):
            study, out = written(folder, replicates=runs), str(folder / str(runs))
            seconds, peaks[runs] = alone(f"cli.answer(['sweep', {str(study)!r}, '--out', {out!r}])")
            yield "study", f"{runs:,} default runs", seconds, "s of wall time", ""
            yield "study", f"{runs:,} default runs", peaks[runs], "MB at the peak", ""
        yield "study", "peak of 10,000 runs / 1,000", peaks[10_000] / peaks[1_000], "memory ratio", "about 1"
        opening = f"frame = Study.from_toml({str(study)!r}).to_dataframe({out!r}); assert len(frame) == 10_000"
        seconds, _ = alone(opening, "from sim.study.study import Study; import pandas, pyarrow.parquet")
        yield "study", "opening a store of 10,000 runs", seconds, "s", "< 2"
        size = sum(path.stat().st_size for path in Path(out).rglob("*.parquet"))
        yield "study", "a default run on disk", size / 10_000, "bytes", ""


def overhead() -> Iterator[Row]:
    """What a run costs beyond the engine's own time: tiny runs, so that it can be seen."""
    runs, given = 500, Study.build("tiny", scenario=TINY).scenario(0)
    study = Study.build("tiny", scenario=TINY, replicates=runs)
    extra = []
    for _ in range(5):
        with tempfile.TemporaryDirectory() as folder, Store(folder, study).lock() as store:
            through = _cpu(lambda store=store: sweep(store, Options(threads=1)))
        bare = _cpu(lambda: [Run(given, seed).advance(given.weeks) for seed in range(1, runs + 1)])
        extra.append((through - bare) / runs * 1e3)
    yield "study", "overhead of a run", statistics.median(extra), "ms of CPU", "< 1"


def threads() -> Iterator[Row]:
    """Runs a second on two threads over those on one: 200 default runs each."""
    study, ratios = Study.build("default", replicates=200), []
    for _ in range(3):
        seconds = []
        for count in (1, 2):
            with tempfile.TemporaryDirectory() as folder, Store(folder, study).lock() as store:
                start = time.perf_counter()
                sweep(store, Options(threads=count))
                seconds.append(time.perf_counter() - start)
        ratios.append(seconds[0] / seconds[1])
    yield "study", "two threads / one", statistics.median(ratios), "throughput ratio", "≥ 1.8"


def planning() -> Iterator[Row]:
    """A design of a million runs is planned."""
    shares = [round(k / 99, 4) for k in range(100)]
    with tempfile.TemporaryDirectory() as made:
        factors = {"openness": shares, "sponsorship": shares, "hurdle": [0.0, 0.02, 0.05, 0.1, 0.2]}
        study = written(Path(made), replicates=20, factorial=factors)
        seconds, peak = alone(f"cli.answer(['sweep', {str(study)!r}, '--dry-run'])")
        _, idle = alone("pass", "from sim.study.study import Study")
    yield "study", "planning 1,000,000 runs", seconds, "s", "seconds"
    yield "study", "planning 1,000,000 runs", peak - idle, "MB more than doing nothing", ""


def _cpu(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


MEASURES = (ten_thousand, overhead, threads, planning)
