"""Runs of a study as they are made, anywhere: in a thread here, or on another machine.

A task is some run numbers of a study; what comes back is one Arrow table with a row for each. A run that fails is a
row too, with its parameters and its traceback.
"""

from __future__ import annotations

import hashlib
import json
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa

from ..errors import StudyError
from ..execution.histories import run_history
from ..execution.threads import Stopped
from ..model.declare import Mechanism
from ..model.extensions import load_sent, sent
from ..model.jit import CompileError, ReplacedError
from ..scenario import Scenario
from .definition import StudyDefinition
from .rows import FAILED, OK, schema, summary

LONGEST_TRACEBACK = 20_000  # characters
CLOCK = time.monotonic  # for time limits and slices; tests have their own
# The runs of the probe: both kinds of reality, each way to imitate, and every rule put to use. Everything else is as it
# is by default.
PROBED = {
    "name": "probe",
    "policies": [
        {
            "name": "probe", "assembly": 0.5, "weaving": 0.5, "coaching": 1.0, "direction": 0.5, "rotation": 1.0,
            "hurdle": 0.05, "pilot_first": True,
        },
        {
            "name": "untested", "floor_networks": 0.15, "floor_communities": 0.15, "reward_networks": 0.0,
            "reward_communities": 0.0, "hiring": 1.0,
        },
    ],
    "worlds": [
        {"name": "rugged", "aspects": 8, "complexity": 3, "turbulence": 20.0, "severity": 0.5, "shock_week": 9},
        {"name": "blocks", "aspects": 8, "reality": "blocks", "block": 2, "turbulence": 5.0},
    ],
    "scenario": {
        "workers": 24, "team_size": 6, "communities": 3, "memberships": 2, "ties": 4, "turnover": 1.0,
        "tie_renewal": 5.0, "adaptation": 0.2, "weeks": 16, "mechanisms": "version2",
        "interventions": [{"week": 12, "openness": 0.5, "hurdle": 0.0}],
    },
    "factorial": {"imitation": ["best", "conformity", "majority"]},
    "replicates": 1,
    "first_seed": 19_910_201,
    "weekly": True,
}  # fmt: skip
NO_OUTCOME = ("run", "seed", "version", "scenario", "status", "seconds")  # columns of which the probe takes no notice


class TimeLimit(Exception):
    """A run took longer than it may."""


class OtherVersion(StudyError):
    """The model, or the sample that a study draws, is another one here than where the task comes from."""


def do_runs(
    text: str,
    key: str,
    runs: Sequence[int],
    version: str,
    time_limit: float | None = None,
    probed: str | None = None,
    stopped: Callable[[], bool] | None = None,
) -> pa.Table:
    """Make some runs of a study, which comes as JSON so that it can travel, with its key.

    Parameters
    ----------
    text : str
        As `task_text` gives it.
    key : str
        `StudyDefinition.key`.
    runs : sequence of int
        Numbers of the runs.
    version : str
        Version of the model where the task comes from.
    time_limit : float, optional
        Seconds after which a run counts as failed, even if it ends with the slice of weeks in which they pass.
    probed : str, optional
        The outcome of `probe` where the task comes from; not compared by default.
    stopped : callable, optional
        Asked between slices of a run; true ends the task.

    Returns
    -------
    pyarrow.Table
        A row of `schema` for each run, in the order of `runs`.

    Raises
    ------
    OtherVersion
        If the model here is not the one that asked, gives other numbers, or draws another sample.
    Stopped
        Soon after `stopped` says so.
    ReplacedError
        If a rule was replaced in a way that compiled code cannot follow.
    """
    study = _study(text)
    if study.version != version:
        needed = "the same on all machines is needed"
        raise OtherVersion(f"a worker has model {study.version}, but the sweep has {version}: {needed}")
    if probed is not None and probe(study.with_) != probed:
        differs = "another version of NumPy or another processor, perhaps"
        raise OtherVersion(f"a worker gets other numbers from the same model ({differs}): equal machines are needed")
    if study.key != key:
        raise OtherVersion("a worker draws another sample: the same SciPy and SALib on all machines are needed")
    rows = [do_run(study, int(run), time_limit, stopped) for run in runs]
    columns = schema(study.trajectories, study.weekly, study.measure_names)
    return pa.table({name: [row.get(name) for row in rows] for name in columns.names}, schema=columns)


@lru_cache(maxsize=4)
def _study(text: str) -> StudyDefinition:
    content = json.loads(text)
    extensions = [load_sent(one) for one in content["with"]]
    return StudyDefinition.from_dict({**content["study"], "with": extensions})


def task_text(study: StudyDefinition) -> str:
    """A study as JSON, so that it can travel; the sources of its extensions travel along.

    Parameters
    ----------
    study : StudyDefinition
        The study.

    Returns
    -------
    str
        As `do_runs` reads it.
    """
    return json.dumps({"study": study.to_dict(), "with": [sent(one) for one in study.with_]})


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
    ReplacedError
        If a rule was replaced in a way that compiled code cannot follow.
    """
    replicate, point = divmod(run, study.points)
    began = time.monotonic()
    row: dict[str, Any] = {"run": run, "seed": study.seed(replicate), "version": study.version}
    try:
        scenario = study.scenario(point)
        row["scenario"] = scenario.key
        history = _history(scenario, study.seed(replicate), time_limit, stopped)
        outcome = summary(scenario, history, study.warm_up, study.trajectories, study.weekly)
        row |= {"status": OK, **outcome}
    except (Stopped, ReplacedError, CompileError):  # of all runs, not of this one
        raise
    except Exception as error:
        told = {"parameters": _shown(study, point), "error": _writable(f"{type(error).__name__}: {error}")}
        trace = "" if isinstance(error, TimeLimit) else _writable(traceback.format_exc()[-LONGEST_TRACEBACK:])
        row |= {"status": FAILED, "detail": json.dumps(told | {"traceback": trace}, ensure_ascii=False)}
    return row | {"seconds": time.monotonic() - began}


def probe(extensions: tuple[Mechanism, ...] = ()) -> str:
    """What the model gives in a few small runs, to tell what its source does not: other libraries, another processor.

    Parameters
    ----------
    extensions : tuple of Mechanism
        What is added to the model.

    Returns
    -------
    str
        Sixteen hex digits that stand for all that would be stored of these runs. Made anew at each call, in some 10 ms.

    Raises
    ------
    StudyError
        If one of the runs fails.
    """
    study, digest = _probed(extensions), hashlib.sha256()
    for run in range(study.runs):
        row = do_run(study, run)
        if row["status"] == FAILED:
            raise StudyError(f"the model cannot be run: {json.loads(row['detail'])['error']}")
        outcome = {name: np.asarray(value, float).tolist() for name, value in row.items() if name not in NO_OUTCOME}
        digest.update(json.dumps(outcome, sort_keys=True).encode())
    return digest.hexdigest()[:16]


@lru_cache(maxsize=4)
def _probed(extensions: tuple[Mechanism, ...]) -> StudyDefinition:
    return StudyDefinition.from_dict({**PROBED, "with": extensions})


def _writable(text: str) -> str:
    """Text that came from anywhere, as UTF-8 can hold it."""
    return text.encode(errors="backslashreplace").decode()


def _shown(study: StudyDefinition, point: int) -> Mapping[str, Any]:
    """What a point sets, as JSON can hold it."""
    return {name: value if isinstance(value, int | float | str) else str(value)
            for name, value in study.design.labels(point).items()}  # fmt: skip


def _history(scenario: Scenario, seed: int, time_limit: float | None, stopped: Callable[[], bool] | None) -> np.ndarray:
    """A whole history (float64 [weeks, measures]); ends with an error if it takes too long or nobody waits for it."""
    began = CLOCK()

    def look(week: int) -> None:
        if stopped and stopped():
            raise Stopped
        if time_limit is not None and CLOCK() - began > time_limit:
            raise TimeLimit(f"stopped in week {week} of {scenario.weeks} after {time_limit:g} s, the time limit")

    return run_history(scenario, seed, look, CLOCK)
