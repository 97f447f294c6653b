"""When a point of a study has been run often enough: the replicates algorithm, with a look-ahead.

A half-width falls with the number of replicates, but not evenly: a lucky start of a few like values gives a narrow
interval too early, and a study that stops there is wrong more often than it says. Hoad, Robinson & Davies (2010,
"Automated selection of the number of replications for a discrete-event simulation", Journal of the Operational
Research Society 61) therefore stop only once the half-width has *stayed* small for some further replicates. The look
ahead is theirs, with absolute in place of relative half-widths, and with those further replicates used as well.

Where a point stops follows from the sequence of its values alone, whatever the rounds in which they were run; and a
replicate is asked for only if the rule cannot do without it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, NamedTuple

import numpy as np
import pandas as pd

from ..analysis.estimates import need, need_once
from ..analysis.statistics import half_width
from ..errors import ScenarioError
from .rows import OK
from .table import Field, Measure, Table

MOST = 1_000_000  # replicates


class Precision(Table):
    """How precise each point shall be.

    Attributes
    ----------
    measure : str
        The measure whose interval is watched.
    half_width : float
        Wanted half-width of the interval, in the unit of the measure; above 0.
    difference : bool
        Whether it is that of the paired difference from the base, not of the mean.
    level : float
        Level of the interval; above 0 and below 1.
    least : int
        Values (replicates, or pairs of them) that a point has at least before it can be precise; 2 to `MOST`.
    most : int
        Replicates after which a point ends in any case; at least `soonest`.
    ahead : int
        Further values for which the half-width has to stay below the wanted one, up to 100 values; 0 for none.

    Examples
    --------
    >>> rule = Precision(measure="output", half_width=0.01, difference=True)
    >>> print(rule.soonest, rule.look_ahead(250))
    15 12
    """

    called: ClassVar[str] = "precision"

    measure: Measure
    half_width: float = Field(gt=0)
    difference: bool = False
    level: float = Field(0.95, gt=0, lt=1)
    least: int = Field(10, ge=2, le=MOST)
    most: int = Field(1000, ge=1, le=MOST)
    ahead: int = Field(5, ge=0, le=MOST)

    def _broken_rules(self) -> Iterator[str]:
        if self.most < self.soonest:
            yield f"most = {self.most}: at least {self.soonest} is needed, `least` and its look-ahead"

    @property
    def soonest(self) -> int:
        """The smallest number of values at which a point may stop."""
        return self.least + self.look_ahead(self.least)

    def look_ahead(self, count: Any) -> Any:
        """Further values to look at from `count` (one or an array) on: `ahead`, times count/100 beyond 100 of them.

        Parameters
        ----------
        count : int or int array
            Values so far.

        Returns
        -------
        int or int array
            Further values.
        """
        return self.ahead * np.maximum(count, 100) // 100


class StoppingDecision(NamedTuple):
    """What the rule says about one point.

    Attributes
    ----------
    replicates : int
        Replicates that count: those up to the stop, or all so far.
    values : int
        Those among them that have a value.
    half_width : float
        The half-width they give; nan for fewer than two values.
    reached : bool
        Whether the wanted half-width was reached, and kept during the look-ahead.
    wanted : int
        Replicates to have run before the next look; equal to `replicates` once nothing more is to be run.
    """

    replicates: int
    values: int
    half_width: float
    reached: bool
    wanted: int

    @property
    def done(self) -> bool:
        """Whether the point needs no more replicates."""
        return self.wanted == self.replicates


def decide(values: np.ndarray, rule: Precision) -> StoppingDecision:
    """Whether a point has been run often enough, and how often to run it before looking again.

    Parameters
    ----------
    values : float [replicates]
        In the order of the replicates; nan for a run that failed or gave no value. They may go on after the stop.
    rule : Precision
        The rule.

    Returns
    -------
    StoppingDecision
        It stops at n + k(n), for the first count of values n ≥ least at which the half-width is, and for k(n) =
        `rule.look_ahead(n)` further values stays, at most the wanted one. Until then `wanted` is the smallest number
        of replicates at which that may come true (if none further is missing).

    Examples
    --------
    >>> rule = Precision(measure="output", half_width=0.5, least=3, ahead=2)
    >>> so_far = decide(np.array([1.0, 1.1, 0.9]), rule)
    >>> round(so_far.half_width, 3), so_far.reached, so_far.wanted
    (0.248, False, 5)
    >>> decide(np.array([1.0, 1.1, 0.9, 1.2, 1.0, 7.0]), rule)[:2]
    (5, 5)
    """
    run = np.asarray(values, float)[: rule.most]
    at = np.flatnonzero(~np.isnan(run))
    squares = running_squares(run[at])
    widths = half_width(squares, np.arange(1, len(at) + 1), rule.level)
    start = _start(widths, rule)
    end = int(start + rule.look_ahead(start))
    if start and end <= len(at):
        return StoppingDecision(int(at[end - 1]) + 1, end, float(widths[end - 1]), True, int(at[end - 1]) + 1)
    if not start:
        end = _earliest(squares[-1] if len(at) else 0.0, len(at), rule)
    wanted = min(len(run) + end - len(at), rule.most)
    return StoppingDecision(len(run), len(at), float(widths[-1]) if len(at) else np.nan, False, wanted)


def running_squares(values: np.ndarray) -> np.ndarray:
    """Sum of squared deviations from the mean of the first 1, 2, … values.

    Each depends on nothing but those values, to the last bit: sums run from the first one on, and are of differences
    from it, so that nothing is lost where the mean is large against the deviations.

    Parameters
    ----------
    values : float [values]
        In their order.

    Returns
    -------
    float64 [values]
        Sums of squares, 0 or more, never falling.
    """
    gaps = values - values[:1]
    count = np.arange(1, len(values) + 1)
    return np.maximum(np.cumsum(gaps * gaps) - np.cumsum(gaps) ** 2 / count, 0.0)


def _start(widths: np.ndarray, rule: Precision) -> int:
    """The count from which on the half-width stays small for the look-ahead, or to the end so far; 0 for none."""
    counts = np.arange(1, len(widths) + 1)
    wide = counts[~(widths <= rule.half_width) | (counts < rule.least)]
    next_wide = np.append(wide, np.inf)[np.searchsorted(wide, counts)]
    stays = counts[next_wide > counts + rule.look_ahead(counts)]
    return int(stays[0]) if len(stays) else 0


def _earliest(squares: float, count: int, rule: Precision) -> int:
    """The smallest number of values at which the rule may be fulfilled, however the next ones turn out.

    The sum of squared deviations never falls, so that it bounds all later half-widths from below.
    """
    counts = np.arange(max(count + 1, rule.least), rule.most + 1)
    possible = counts[half_width(np.full(len(counts), squares), counts, rule.level) <= rule.half_width]
    return int(possible[0] + rule.look_ahead(possible[0])) if len(possible) else rule.most


# --- a study ----------------------------------------------------------------------------------------------------------


def review(
    runs: pd.DataFrame,
    rule: Precision,
    base: Mapping[int, int] | None = None,
    failed: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The decision on each point of a study, and how many more replicates each needs before the next look.

    It may be asked at any time: what was run, or is missing still, beyond the first gap in a point's replicates does
    not count yet, and no replicate is asked for that an undisturbed study would not run too.

    Parameters
    ----------
    runs : DataFrame
        One row for each run, with `point`, `replicate` (0, 1, …; each has its seed, the same in all points), `seed`,
        and the measure.
    rule : Precision
        The rule; with `rule.difference`, on the paired differences from the base.
    base : mapping of int to int, optional
        The base of each point (see `bases`); needed with `rule.difference`. A base is run as often as the points that
        are compared with it.
    failed : DataFrame, optional
        `point` and `replicate` of the runs that failed: each stands in its sequence as a missing value.

    Returns
    -------
    DataFrame
        One row for each point: `point`, `replicates`, `values`, `half_width`, `reached` (see `StoppingDecision`), and
        `wanted`: to how many replicates the point is to be run now. A study is complete when `wanted` equals
        `replicates` in every row; its results are then those of the first `replicates` replicates of each point.

    Raises
    ------
    ScenarioError
        If a column is missing, a replicate occurs twice or has several seeds, or a base is missing.

    Examples
    --------
    >>> runs = pd.DataFrame({"point": 0, "replicate": range(4), "seed": range(1, 5), "output": [1.0, 1.1, 0.9, 1.0]})
    >>> rule = Precision(measure="output", half_width=0.5, least=3, ahead=2)
    >>> review(runs, rule)[["replicates", "reached", "wanted"]].to_numpy().tolist()
    [[4, False, 5]]
    """
    values = values_by_replicate(runs, rule.measure, failed)
    if not rule.difference:
        return _table_of({point: decide(own, rule) for point, own in values.items()})
    of_point = _checked_bases(values, base)
    paired = {point: _difference(own, values[of_point[point]]) for point, own in values.items()}
    decisions = {point: decide(gaps, rule) for point, gaps in paired.items()}
    return _with_bases(_table_of(decisions), of_point)


def reviewed(rows: pd.DataFrame, rule: Precision, bases: Mapping[int, int]) -> pd.DataFrame:
    """How precise each point of a study is, from the table of all its runs with their `status` (see `review`).

    Parameters
    ----------
    rows : DataFrame
        As `Store.frame` gives it.
    rule : Precision
        The rule.
    bases : mapping of int to int
        The base of each point.

    Returns
    -------
    DataFrame
        As that of `review`.
    """
    well = rows["status"] == OK
    return review(rows[well], rule, bases, rows[~well])


def values_by_replicate(runs: pd.DataFrame, measure: str, failed: pd.DataFrame | None = None) -> dict[int, np.ndarray]:
    """For each point its values in the order of replicates, up to the first replicate that was not run.

    A run that failed, or gave no value, is nan.

    Parameters
    ----------
    runs : DataFrame
        One row a run, with `point`, `replicate`, `seed` and the measure.
    measure : str
        The measure.
    failed : DataFrame, optional
        `point` and `replicate` of the runs that failed.

    Returns
    -------
    dict of int to float64 [replicates]
        By point.

    Raises
    ------
    ScenarioError
        If a column is missing, a replicate occurs twice or has several seeds.
    """
    need(runs, ["point", "replicate", "seed", measure])
    told = runs[["point", "replicate", measure]]
    if failed is not None:
        need(failed, ["point", "replicate"])
        told = pd.concat([told, failed[["point", "replicate"]]])
    need_once(told, "replicate")
    _check_seeds(runs)
    table = told.sort_values(["point", "replicate"], kind="stable")
    points, starts = np.unique(table["point"].to_numpy(), return_index=True)
    replicates, values = (np.split(table[name].to_numpy(), starts[1:]) for name in ("replicate", measure))
    return {
        int(point): own[at == np.arange(len(at))].astype(float)  # false from the first gap on
        for point, at, own in zip(points, replicates, values, strict=True)
    }


def _check_seeds(runs: pd.DataFrame) -> None:
    seeds = runs[["replicate", "seed"]].drop_duplicates()
    for replicate in seeds.loc[seeds["replicate"].duplicated(), "replicate"]:
        raise ScenarioError(f"replicate {replicate} has several seeds: all points need the same one, to be paired")


def _checked_bases(values: Mapping[int, np.ndarray], base: Mapping[int, int] | None) -> Mapping[int, int]:
    if base is None:
        raise ScenarioError("precision of a difference: the base of each point is needed")
    for point in values:
        if base.get(point) not in values:
            raise ScenarioError(f"precision of a difference: point {point} has no base with a run")
    return base


def _difference(own: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Over the replicates for which both were run."""
    both = min(len(own), len(other))
    return own[:both] - other[:both]


def _table_of(decisions: Mapping[int, StoppingDecision]) -> pd.DataFrame:
    rows = [{"point": point, **found._asdict()} for point, found in sorted(decisions.items())]
    return pd.DataFrame(rows, columns=["point", *StoppingDecision._fields])


def _with_bases(table: pd.DataFrame, of_point: Mapping[int, int]) -> pd.DataFrame:
    """A base counts, and is run, for as many replicates as the points compared with it."""
    for name in ("replicates", "wanted"):
        of_base = table.groupby(table["point"].map(of_point))[name].max()
        table[name] = np.fmax(table[name], table["point"].map(of_base)).astype(int)
    return table
