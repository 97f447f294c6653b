"""A row of a study: what is kept of a run, and nothing of how it is made, stored or shown.

A trajectory is kept as about `TRAJECTORY_POINTS` means over equal groups of weeks, so that what a long run takes on
disk does not grow with its length.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from ..model.measures import MEASURE_NAMES, recovery
from ..scenario import Scenario

OK, FAILED = "ok", "failed"
TRAJECTORY_POINTS = 65


def schema(trajectories: Sequence[str], weekly: bool, measures: Sequence[str] = MEASURE_NAMES) -> pa.Schema:
    """The columns of a row: which run it is, how it went, and what came out.

    Parameters
    ----------
    trajectories : sequence of str
        Measures whose trajectory is kept, a list column `trajectory_…` each.
    weekly : bool
        Whether all measures of every week are kept, a list column `weekly_…` each.
    measures : sequence of str
        What is measured.

    Returns
    -------
    pyarrow.Schema
        Columns in the order in which they are stored.
    """
    identity = [("run", pa.int64()), ("seed", pa.uint64()), ("scenario", pa.string()), ("version", pa.string())]
    trajectory = [(f"trajectory_{name}", pa.list_(pa.float32())) for name in trajectories]
    every_week = [(f"weekly_{name}", pa.list_(pa.float64())) for name in measures] if weekly else []
    outcome = [*((name, pa.float64()) for name in measures), ("dip", pa.float64()), ("recovery", pa.float64())]
    how = [("status", pa.string()), ("detail", pa.string()), ("seconds", pa.float32())]
    return pa.schema([*identity, *how, *outcome, *trajectory, *every_week])


def summary(
    scenario: Scenario, history: np.ndarray, warm_up: int, trajectories: Sequence[str], weekly: bool
) -> dict[str, Any]:
    """What is kept of a history: means over the weeks, what a shock did, and trajectories.

    Parameters
    ----------
    scenario : Scenario
        What was run.
    history : float64 [weeks, measures]
        What came out.
    warm_up : int
        Weeks at the start that means leave out.
    trajectories : sequence of str
        Measures whose trajectory is kept.
    weekly : bool
        Whether all measures of every week are kept.

    Returns
    -------
    dict
        A value for each column of `schema` that is an outcome; a list column as an array.
    """
    names = scenario.model.measure_names
    row: dict[str, Any] = dict(zip(names, means(history[warm_up:]), strict=True))
    week = scenario.world.shock_week
    if week >= 2:
        row["dip"], row["recovery"] = recovery(history[:, names.index("output")], week)
    for name in trajectories:
        row[f"trajectory_{name}"] = in_groups(history[:, names.index(name)])
    if weekly:
        row |= {f"weekly_{name}": history[:, k] for k, name in enumerate(names)}
    return row


def differing(made: Mapping[str, Any], stored: Mapping[str, Any]) -> list[str]:
    """The columns of a `summary` that are not as stored, to the bit; a missing value is None or nan.

    Parameters
    ----------
    made : mapping
        A `summary`.
    stored : mapping
        A row that was stored.

    Returns
    -------
    list of str
        Names of columns.
    """
    return [
        name
        for name, value in made.items()
        if not np.array_equal(np.asarray(value, float), np.asarray(stored[name], float), equal_nan=True)
    ]


def means(kept: np.ndarray) -> list[float | None]:
    """Means over weeks (first axis), a missing value left out; None where all are missing.

    Parameters
    ----------
    kept : float64 [weeks, measures]
        The weeks that count.

    Returns
    -------
    list of float or None
        Measure by measure.
    """
    known = ~np.isnan(kept)
    count = known.sum(axis=0)
    total = np.where(known, kept, 0.0).sum(axis=0)
    return [float(t / c) if c else None for t, c in zip(total, count, strict=True)]


def weeks_per_point(weeks: int) -> int:
    """How many weeks of a run of some length make one point of a trajectory.

    Parameters
    ----------
    weeks : int
        Length of a run.

    Returns
    -------
    int
        At least 1.

    Examples
    --------
    >>> weeks_per_point(260), weeks_per_point(8)
    (4, 1)
    """
    return max(1, round(weeks / TRAJECTORY_POINTS))


def weeks_of_points(points: int, weeks: int) -> np.ndarray:
    """The week that stands for each point of a trajectory, the middle of its group.

    Parameters
    ----------
    points : int
        Points of the trajectory.
    weeks : int
        Length of the run.

    Returns
    -------
    float64 [points]
        Weeks, counted from 1.
    """
    size = weeks_per_point(weeks)
    return (np.arange(points) + 0.5) * size + 0.5


def in_groups(values: np.ndarray) -> np.ndarray:
    """A measure over the weeks, averaged in groups; weeks that fill no group are left out.

    Parameters
    ----------
    values : float64 [weeks]
        A measure in every week.

    Returns
    -------
    float32 [points]
        Means.
    """
    size = weeks_per_point(len(values))
    whole = values[: len(values) // size * size]
    return whole.reshape(-1, size).mean(axis=1).astype(np.float32)
