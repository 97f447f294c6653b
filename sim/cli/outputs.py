"""Results into a folder safely: all of them or none, and nothing replaced that was not meant to be."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from .interrupts import cleanup
from .screen import say

if TYPE_CHECKING:
    from ..results import Runs
    from ..scenario import Scenario


class OutputError(ValueError):
    """Results cannot be written where they were asked for; the message says where and why."""


@contextmanager
def atomic_outputs(out: str, names: Sequence[str], overwrite: bool) -> Iterator[Path]:
    """A temporary folder for files that come into the folder `out`, one by one and whole, when all of them are written.

    Made before anything is computed, so that a folder that cannot be written is told at once; if something goes wrong,
    nothing is left behind, and what was in `out` stays as it was. Raises `OutputError`.
    """
    if not out.strip():
        raise OutputError("--out is empty: the name of a folder is needed")
    folder = Path(out)
    if not overwrite and (there := [name for name in names if (folder / name).exists()]):
        raise OutputError(
            f"{out} has {', '.join(there)} already: nothing was replaced; --overwrite replaces such files"
        )
    with blaming(out):
        stage = _stage(folder)
    with cleanup(partial(shutil.rmtree, stage, ignore_errors=True)):  # from before it is there
        with blaming(out):
            stage.mkdir(mode=0o700)
        yield stage
        with blaming(out):
            folder.mkdir(parents=True, exist_ok=True)
            for name in names:
                os.replace(stage / name, folder / name)


def _stage(folder: Path) -> Path:
    """A name for a new folder on the same disk: within the nearest of `folder` and its parents that exists."""
    nearest_there = next(path for path in (folder, *folder.absolute().parents) if os.path.lexists(path))
    return nearest_there / f".tripleos-{secrets.token_hex(8)}"


@contextmanager
def blaming(out: str) -> Iterator[None]:
    """Errors of the file system as an `OutputError` about the folder that was asked for."""
    try:
        yield
    except OSError as error:
        raise OutputError(f"{out} cannot be written: {error.strerror or error}") from None


# The files of `run` and `compare`


def written(out: str | None, overwrite: bool, scenarios: Sequence[Scenario], make: Callable[[], Runs]) -> Runs:
    """Make runs of some scenarios, and write them if a folder was given; the files of extensions go with them."""
    if out is None:
        return make()
    files = ["weekly.parquet", "summary.csv", *scenario_files(len(scenarios)), *_extension_files(scenarios)]
    with atomic_outputs(out, files, overwrite) as stage:
        runs = make()
        with blaming(out):
            _write(stage, runs)
    say(f"written to {out}: {', '.join(files)}")
    return runs


def scenario_files(count: int) -> list[str]:
    """Names of the files of so many scenarios."""
    return ["scenario.toml"] if count == 1 else [f"scenario-{k}.toml" for k in range(1, count + 1)]


def _write(stage: Path, runs: Runs) -> None:
    from ..present import files

    files.write_parquet(runs.weekly, stage / "weekly.parquet", runs.provenance)
    files.write_csv(runs.summary, stage / "summary.csv")
    for name, scenario in zip(scenario_files(len(runs.scenarios)), runs.scenarios, strict=True):
        (stage / name).write_text(scenario.to_toml(beside=True), encoding="utf-8")
    for name, source in _extension_files(runs.scenarios).items():
        (stage / name).write_text(source, encoding="utf-8")


def _extension_files(scenarios: Sequence[Scenario]) -> dict[str, str]:
    """The files of extensions that are copied beside what they are part of, by name."""
    from ..model.extensions import names_of

    files: dict[str, str] = {}
    for one in dict.fromkeys(extension for scenario in scenarios for extension in scenario.with_):
        if names_of([one])[0].endswith(".py") and files.setdefault(Path(one.file).name, one.source) != one.source:
            raise OutputError(f"two extensions are called {Path(one.file).name}: different names are needed")
    return files
