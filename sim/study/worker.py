"""Runs of a study as they are made, anywhere: in a thread here, or on another machine.

A task is some run numbers of a study; what comes back is one Arrow table with a row for each. A run that fails is a
row too, with its parameters and its traceback.
"""

from __future__ import annotations

import json
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa

from ..errors import StudyError
from ..model.jit import model_version
from ..model.run import Run
from ..scenario import Scenario
from .definition import StudyDefinition
from .rows import FAILED, OK, schema, summary

SLICE = 0.2  # seconds of work, as estimated, between two looks at the clock
WEEKS_PER_SECOND_AND_WORKER = 1e6
LONGEST_TRACEBACK = 20_000  # characters


class TimeLimit(Exception):
    """A run took longer than it may."""


class OtherVersion(StudyError):
    """The model, or the sample that a study draws, is another one here than where the task comes from."""


class Stopped(Exception):
    """Nobody waits for the outcome any more."""


def do_runs(
    text: str,
    key: str,
    runs: Sequence[int],
    version: str,
    time_limit: float | None = None,
    stopped: Callable[[], bool] | None = None,
) -> pa.Table:
    """Make some runs of a study, which comes as JSON so that it can travel, with its key.

    Raises `OtherVersion` if the model here is not the one that asked; `Stopped` soon after `stopped` says so.
    """
    if model_version() != version:
        needed = "the same on all machines is needed"
        raise OtherVersion(f"a worker has model {model_version()}, but the sweep has {version}: {needed}")
    study = _study(text)
    if study.key != key:
        raise OtherVersion("a worker draws another sample: the same SciPy and SALib on all machines are needed")
    rows = [do_run(study, int(run), time_limit, stopped) for run in runs]
    columns = schema(study.trajectories, study.weekly)
    return pa.table({name: [row.get(name) for row in rows] for name in columns.names}, schema=columns)


@lru_cache(maxsize=4)
def _study(text: str) -> StudyDefinition:
    return StudyDefinition.from_dict(json.loads(text))


def do_run(
    study: StudyDefinition, run: int, time_limit: float | None = None, stopped: Callable[[], bool] | None = None
) -> dict[str, Any]:
    """One run as a row of `schema`; whatever goes wrong in it is told in the row.

    Parameters
    ----------
    study : StudyDefinition
        The study.
    run : int
        Number of the run.
    time_limit : float, optional
        Seconds after which it counts as failed.
    stopped : callable, optional
        Asked between slices; true ends the run.

    Returns
    -------
    dict
        The row.

    Raises
    ------
    Stopped
        Soon after `stopped` says so.
    """
    replicate, point = divmod(run, study.points)
    began = time.monotonic()
    row: dict[str, Any] = {"run": run, "seed": study.seed(replicate), "version": model_version()}
    try:
        scenario = study.scenario(point)
        row["scenario"] = scenario.key
        history = run_history(scenario, study.seed(replicate), time_limit, stopped)
        outcome = summary(scenario, history, study.warm_up, study.trajectories, study.weekly)
        row |= {"status": OK, **outcome}
    except Stopped:
        raise
    except Exception as error:
        told = {"parameters": _shown(study, point), "error": _writable(f"{type(error).__name__}: {error}")}
        trace = "" if isinstance(error, TimeLimit) else _writable(traceback.format_exc()[-LONGEST_TRACEBACK:])
        row |= {"status": FAILED, "detail": json.dumps(told | {"traceback": trace}, ensure_ascii=False)}
    return row | {"seconds": time.monotonic() - began}


def _writable(text: str) -> str:
    """Text that came from anywhere, as UTF-8 can hold it."""
    return text.encode(errors="backslashreplace").decode()


def _shown(study: StudyDefinition, point: int) -> Mapping[str, Any]:
    """What a point sets, as JSON can hold it."""
    return {name: value if isinstance(value, int | float | str) else str(value)
            for name, value in study.design.labels(point).items()}  # fmt: skip


def run_history(
    scenario: Scenario, seed: int, time_limit: float | None = None, stopped: Callable[[], bool] | None = None
) -> np.ndarray:
    """A whole history (float64 [weeks, measures]), in slices, to look in between whether to go on.

    Parameters
    ----------
    scenario : Scenario
        What to run.
    seed : int
        The seed.
    time_limit : float, optional
        Seconds, looked at after each slice.
    stopped : callable, optional
        Asked before each slice; true ends the run.

    Returns
    -------
    float64 [weeks, measures]
        The measures of every week.

    Raises
    ------
    TimeLimit, Stopped
        If it is ended.
    """
    began, run = time.monotonic(), Run(scenario, seed)
    step = max(1, int(SLICE * WEEKS_PER_SECOND_AND_WORKER / scenario.workforce.workers))
    parts = []
    while run.week < scenario.weeks:
        if stopped and stopped():
            raise Stopped
        parts.append(run.advance(min(step, scenario.weeks - run.week)))
        if time_limit is not None and run.week < scenario.weeks and time.monotonic() - began > time_limit:
            raise TimeLimit(f"stopped in week {run.week} of {scenario.weeks} after {time_limit:g} s, the time limit")
    return np.concatenate(parts)
