"""What studies cost beyond the engine: memory, overhead of a run, threads, planning, opening a store."""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from sim import Run
from sim.study.runner import Options, sweep
from sim.study.store import Store
from sim.study.study import Study

from .measuring import TURNS, alone, once, ratio, seconds

TINY = {"workers": 24, "weeks": 20}
CLI, OPENING = "from sim import cli", "from sim.study.study import Study; import pandas, pyarrow.parquet"
MANY, FEW = 10_000, 1_000  # default runs of a study


class Swept(NamedTuple):
    """What a study of default runs took."""

    seconds: float
    megabytes: float  # at the peak
    opening: float  # seconds until its store is a table
    bytes_on_disk: float  # of a run


def written(folder: Path, **study: object) -> Path:
    """A study as a file."""
    lines = [f"{name} = {json.dumps(value)}" for name, value in study.items() if not isinstance(value, dict)]
    for name, table in study.items():
        if isinstance(table, dict):
            lines += [f"[{name}]", *(f"{key} = {json.dumps(value)}" for key, value in table.items())]
    path = folder / "study.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@once
def swept(runs: int) -> Swept:
    """Default runs to disk; then the store is opened."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        study, out = str(written(folder, replicates=runs)), str(folder / "out")
        took = alone(f"cli.answer(['sweep', {study!r}, '--out', {out!r}])", CLI)
        table = f"frame = Study.from_toml({study!r}).to_dataframe({out!r}); assert len(frame) == {runs}"
        opening = alone(table, OPENING)["seconds"]
        size = sum(path.stat().st_size for path in Path(out).rglob("*.parquet"))
    return Swept(took["seconds"], took["megabytes"], opening, size / runs)


def peaks() -> float:
    """The peak of memory of ten times as many runs over that of few."""
    return swept(MANY).megabytes / swept(FEW).megabytes


def overhead() -> float:
    """Milliseconds of CPU that a run costs beyond the engine's own time: tiny runs, so that it can be seen."""
    runs, given = 500, Study.build("tiny", scenario=TINY).scenario(0)
    study = Study.build("tiny", scenario=TINY, replicates=runs)
    extra = []
    for _ in range(TURNS):
        with tempfile.TemporaryDirectory() as folder, Store(folder, study).lock() as store:
            through = seconds(lambda store=store: sweep(store, Options(threads=1)))
        bare = seconds(lambda: [Run(given, seed).advance(given.weeks) for seed in range(1, runs + 1)])
        extra.append((through - bare) / runs * 1e3)
    return statistics.median(extra)


def threads() -> float:
    """Runs a second on two threads over those on one: 200 default runs each."""
    study = Study.build("default", replicates=200)

    def on(count: int) -> None:
        with tempfile.TemporaryDirectory() as folder, Store(folder, study).lock() as store:
            sweep(store, Options(threads=count))

    return ratio(lambda: on(1), lambda: on(2), time.perf_counter)


@once
def planned() -> dict[str, float]:
    """What planning a design of a million runs takes."""
    shares = [round(k / 99, 4) for k in range(100)]
    with tempfile.TemporaryDirectory() as made:
        factors = {"openness": shares, "sponsorship": shares, "hurdle": [0.0, 0.02, 0.05, 0.1, 0.2]}
        study = written(Path(made), replicates=20, factorial=factors)
        return alone(f"cli.answer(['sweep', {str(study)!r}, '--dry-run'])", CLI)


def planning_memory() -> float:
    """Megabytes by which the peak of planning is above that of doing nothing."""
    return planned()["megabytes"] - alone("pass", "from sim.study.study import Study")["megabytes"]
