"""Scenario discovery: under which conditions a policy fails.

PRIM, the patient rule induction method (Friedman & Fisher 1999, "Bump hunting in high-dimensional data", Statistics and
Computing 9), looks for boxes in the space of factors in which cases are dense; Bryant & Lempert (2010, "Thinking inside
the box", Technological Forecasting & Social Change 77) made it a tool for policies. The algorithm is that of
`ema_workbench`, which is an optional extra.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from ..errors import ScenarioError, truncated_repr
from .estimates import need

COLUMNS = ("box", "factor", "low", "high", "values", "quasi_p_low", "quasi_p_high")
OF_BOX = ("coverage", "density", "support", "points", "cases")


def discover(
    table: pd.DataFrame,
    cases: Sequence[bool] | np.ndarray | pd.Series,
    factors: Sequence[str],
    *,
    density: float = 0.8,
    support: float = 0.05,
    peel: float = 0.05,
    most: int = 3,
) -> pd.DataFrame:
    """Boxes of conditions in which cases are dense.

    From each trajectory of ever smaller boxes the one is taken that covers most cases among those that are dense
    enough (of several, the densest). The next box is looked for in what it leaves.

    Parameters
    ----------
    table : DataFrame
        One row for each point (or run), with the factors. Factors that are not numbers are taken as categories.
    cases : bool [rows]
        Whether the row is a case, say that the policy's mean output is below a threshold.
    factors : sequence of str
        The conditions to look at.
    density : float
        Share of cases that a box has at least; above their share in the table, up to 1.
    support : float
        Share of all rows that a box holds at least; above 0 and below 1.
    peel : float
        Share of a box's rows that is peeled off at a time; above 0 and below 0.5. Smaller is more patient.
    most : int
        Boxes to look for at most; at least 1.

    Returns
    -------
    DataFrame
        One row for each box (1, 2, …) and factor that it restricts: `box`, `factor`, `low`, `high` (limits that belong
        to it), `values` (of a category: those in the box, as text), `quasi_p_low`, `quasi_p_high` (how likely so many
        cases were in the box if that limit did nothing; nan: there is no limit on that side; for a category both
        are the same), and of the box `coverage` (share of all cases in it), `density` (share of cases in it), `support`
        (share of all rows in it), `points` and `cases` (numbers of rows). No rows if no box is dense enough.

    Raises
    ------
    ScenarioError
        If there are no cases, or nothing else; if a value is missing; if `ema_workbench` is not installed.
    """
    outcome = _checked_cases(table, cases, density)
    for name, given, highest in (("support", support, 1.0), ("peel", peel, 0.5)):
        if not 0.0 < given < highest:
            raise ScenarioError(f"{name} = {truncated_repr(given)}: above 0 and below {highest:g} is allowed")
    if most < 1:
        raise ScenarioError(f"most = {truncated_repr(most)}: at least 1 box is needed")
    conditions = _conditions(table, factors)
    prim = _library()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of pandas, about how ema_workbench uses it
        search = prim.Prim(conditions, outcome, threshold=density, peel_alpha=peel, paste_alpha=peel, mass_min=support)
        boxes = list(_boxes(search, density, most))
    rows = [row | {"box": number} for number, box in enumerate(boxes, start=1) for row in _rows(box, factors)]
    return pd.DataFrame(rows, columns=[*COLUMNS, *OF_BOX])


def _library() -> ModuleType:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of ema_workbench, about parts of it that are not used here
            from ema_workbench.analysis import prim
    except ImportError as error:
        raise ScenarioError(
            f"scenario discovery needs the package ema_workbench ({error}): pip install 'tripleos[discovery]'"
        ) from None
    return prim


def _checked_cases(table: pd.DataFrame, cases: Any, density: float) -> np.ndarray:
    """The cases as bool [rows]."""
    outcome = np.asarray(cases)
    if outcome.shape != (len(table),):
        raise ScenarioError(f"cases have shape {outcome.shape}: one for each of the {len(table)} rows is needed")
    if outcome.dtype != bool:
        raise ScenarioError(f"cases are of type {outcome.dtype}: true or false is needed for each row, none missing")
    count = int(outcome.sum())
    if count in (0, len(outcome)):
        which = "none" if count == 0 else "each"
        raise ScenarioError(f"{which} of the {len(outcome)} rows is a case: some that are and some that are not needed")
    if not count / len(outcome) < density <= 1.0:
        share = f"the share of cases in all rows, {count / len(outcome):.3g}"
        raise ScenarioError(f"density = {truncated_repr(density)}: above {share}, and up to 1 is allowed")
    return outcome


def _conditions(table: pd.DataFrame, factors: Sequence[str]) -> pd.DataFrame:
    """The factors as PRIM takes them: numbers as floats, all else as text, under their number as a name.

    ema_workbench 2.5.3 fails on whole numbers (its issue 448), and drops a column called "scenario" unasked.
    """
    need(table, factors)
    if not factors:
        raise ScenarioError("at least 1 factor is needed")
    columns = {}
    for at, name in enumerate(factors):
        column = table[name]
        if column.isna().any():
            raise ScenarioError(f"factor {name!r} has missing values: each row needs one")
        number = is_numeric_dtype(column) and not is_bool_dtype(column)
        columns[str(at)] = column.to_numpy(float) if number else [str(value) for value in column]
    return pd.DataFrame(columns)


def _boxes(search: Any, density: float, most: int) -> Iterator[Any]:
    """Boxes that are dense enough, one after another, each with its best entry selected."""
    for _ in range(most):
        box = search.find_box()
        if box is None:
            return
        trajectory = box.peeling_trajectory
        dense = trajectory[trajectory["density"] >= density]
        if dense.empty:
            return
        box.select(int(dense.sort_values(["coverage", "density"], kind="stable").index[-1]))
        yield box


def _rows(box: Any, factors: Sequence[str]) -> Iterator[dict[str, Any]]:
    """What a box says of each factor that it restricts."""
    entry = box.peeling_trajectory.loc[box._cur_box]
    numbers = {"coverage": entry["coverage"], "density": entry["density"], "support": entry["mass"]}
    numbers |= {"points": int(entry["n"]), "cases": int(entry["k"])}
    chances = box.qp[box._cur_box]
    for at, name in enumerate(factors):
        if str(at) in chances:
            yield {"factor": name, **_limits(box.box_lim[str(at)], chances[str(at)]), **numbers}


def _limits(limits: pd.Series, chances: Sequence[float]) -> dict[str, Any]:
    low, high = limits
    low_chance, high_chance = (np.nan if chance < 0.0 else float(chance) for chance in chances)
    values = ""
    if isinstance(low, set):
        values, low, high, high_chance = ", ".join(sorted(low)), np.nan, np.nan, low_chance
    return {"low": low, "high": high, "values": values, "quasi_p_low": low_chance, "quasi_p_high": high_chance}
