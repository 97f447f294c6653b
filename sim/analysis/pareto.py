"""Which points are not outdone: the Pareto front over several measures."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ..errors import ScenarioError, did_you_mean, truncated_repr
from .estimates import need

SIGNS = {"max": 1.0, "min": -1.0}
GOALS = {"output": "max", "coherent_action": "max", "too_busy": "min"}


def pareto_front(means: pd.DataFrame, goals: Mapping[str, str] = GOALS) -> pd.DataFrame:
    """The means of each point, and whether it is on the Pareto front.

    A point is on the front if no other is at least as good in every measure and better in one. Equal points are on it
    together. It compares means as they are; how sure they are is for the intervals of `means` to say.

    Parameters
    ----------
    means : DataFrame
        As `tripleos.analysis.estimates.means` gives it: one row for each point and measure, with the column `mean`.
    goals : mapping of str to "max" or "min"
        The measures, and which way each is better.

    Returns
    -------
    DataFrame
        One row for each point: `point`, a column for each measure, `front` (bool). A point that lacks one of the means
        is not on it.

    Raises
    ------
    ScenarioError
        If a measure is not in the table, or a goal is neither "max" nor "min".

    Examples
    --------
    >>> means = pd.DataFrame({"point": [0, 1, 2], "measure": "output", "mean": [0.2, 0.5, 0.4]})
    >>> pareto_front(means, {"output": "max"})["front"].tolist()
    [False, True, False]
    """
    need(means, ["point", "measure", "mean"])
    known = means["measure"].unique().tolist()
    for measure, goal in goals.items():
        if measure not in known:
            raise ScenarioError(
                f"{truncated_repr(measure)} is not a measure of this table{did_you_mean(measure, known)}"
            )
        if goal not in SIGNS:
            raise ScenarioError(f"{measure}: {truncated_repr(goal)} is not a goal: 'max' or 'min' is allowed")
    wide = means[means["measure"].isin([*goals])].pivot(index="point", columns="measure", values="mean")[[*goals]]
    front = not_outdone(wide.to_numpy(float) * [SIGNS[goal] for goal in goals.values()])
    return wide.assign(front=front).rename_axis(columns=None).reset_index()


def not_outdone(values: np.ndarray) -> np.ndarray:
    """Which rows no other row outdoes: by being at least as good in every measure, and better in one.

    In falling order of the measures, taken one after another, whatever outdoes a row comes before it; and what was
    itself outdone need not be asked, since the row that outdid it does so here too.

    Parameters
    ----------
    values : float [rows, measures]
        More is better; nan where a value is missing.

    Returns
    -------
    bool [rows]
        Equal rows count as not outdone together; a row with a missing value never counts.
    """
    front: list[int] = []
    for row in np.lexsort(-values.T[::-1]):
        better = values[front]
        outdone = ((better >= values[row]).all(axis=1) & (better > values[row]).any(axis=1)).any()
        if not outdone and not np.isnan(values[row]).any():
            front.append(row)
    return np.isin(np.arange(len(values)), front)
