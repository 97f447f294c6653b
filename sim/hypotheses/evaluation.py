"""Whether the hypotheses of a study hold: one verdict for each in each world in which it was tried.

The interval decides. With `smallest_effect = s` a hypothesis *holds* where the whole 95 % interval of its statistic
lies at s or above, it *does not hold* where all of it lies below s, and it is *undecided* where the interval contains
s: more replicates are needed, or the effect is about as large as the smallest that matters. A difference that is
surely there but smaller than s does not count. With `at_most` it is the other way round. Where there is no interval,
because the values are nearly constant, a hypothesis is undecided.

Statistics are computed seed by seed, so that what is random in all conditions alike cancels. Each verdict, "holds" or
"does not hold", is wrong with a probability of at most 2.5 %. Of many verdicts some then are; `with_holm` tells which
of them stand when the chance of *any* mistake among them is to be that small.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..analysis.statistics import LEVEL, Inference, contrast, holm, interior_maximum, interval, optimum_shift
from ..errors import ScenarioError
from ..present.formatting import heading
from ..study.hypothesis import Hypothesis, Term
from ..study.results import StudyResults, mean_trajectory
from ..study.rows import weeks_per_point

HOLDS, FAILS, UNDECIDED = "holds", "does not hold", "undecided"
IN_PART = "holds only in part"


@dataclass(frozen=True)
class HypothesisResult:
    """What became of a hypothesis in one world.

    Attributes
    ----------
    number : int
        Of the hypothesis in its study, from 1.
    hypothesis : Hypothesis
        The hypothesis.
    cell : mapping of str to condition
        The conditions of the factors that the hypothesis does not name and that were varied.
    claimed : bool
        Whether it is claimed here; elsewhere it was only tried.
    effect : float
        The statistic, in the unit of the measure; an `optimum_shift` in that of the factor.
    low, high : float
        Its 95 % interval; nan where there is no such bound.
    p : float
        Two-sided p value of "the statistic is just the size that matters"; 1 where nothing can be said.
    seeds : int
        Seeds that the statistic is of: those with all values that it needs.
    note : str
        Where an interior maximum or an optimum lies, or why there is no interval; else empty.
    """

    number: int
    hypothesis: Hypothesis
    cell: Mapping[str, Any]
    claimed: bool
    effect: float
    low: float
    high: float
    p: float
    seeds: int
    note: str

    @property
    def outcome(self) -> str:
        """`HOLDS`, `FAILS` or `UNDECIDED`."""
        above, below = self.low >= self.hypothesis.size, self.high < self.hypothesis.size
        if self.hypothesis.bound == "at_most":
            above, below = self.high <= self.hypothesis.size, self.low > self.hypothesis.size
        return HOLDS if above else FAILS if below else UNDECIDED


def verdicts(found: StudyResults) -> list[HypothesisResult]:
    """The verdicts on all hypotheses of a study.

    Parameters
    ----------
    found : StudyResults
        The results of the study.

    Returns
    -------
    list of HypothesisResult
        Hypothesis by hypothesis, as `Grid.verdicts` gives them.

    Raises
    ------
    ScenarioError
        As for `Grid` and `Grid.verdicts`.
    """
    grid = Grid(found)
    return [one for k, hypothesis in enumerate(found.study.hypotheses, start=1) for one in grid.verdicts(k, hypothesis)]


def summed(outcomes: Iterable[str]) -> str:
    """What several outcomes come to.

    Parameters
    ----------
    outcomes : iterable of str
        Each `HOLDS`, `FAILS` or `UNDECIDED`.

    Returns
    -------
    str
        `HOLDS` if all of them are, `IN_PART` if some are; else `FAILS` if any is, or `UNDECIDED`, as for no outcomes.
    """
    kinds = set(outcomes)
    if len(kinds) == 1:
        return kinds.pop()
    return IN_PART if HOLDS in kinds else FAILS if FAILS in kinds else UNDECIDED


def table(of: Sequence[HypothesisResult]) -> pd.DataFrame:
    """Verdicts as a table.

    Parameters
    ----------
    of : sequence of HypothesisResult
        The verdicts.

    Returns
    -------
    DataFrame
        One row for each: `hypothesis` (its number), `statement`, `measure`, `where` (the conditions in words),
        `claimed`, `effect`, `low`, `high`, `bound`, `size`, `p`, `seeds`, `note` and `outcome`.
    """
    rows = [
        {
            "hypothesis": one.number, "statement": one.hypothesis.statement, "measure": one.hypothesis.measure,
            "where": told(one.cell), "claimed": one.claimed, "effect": one.effect, "low": one.low, "high": one.high,
            "bound": one.hypothesis.bound, "size": one.hypothesis.size, "p": one.p,
            "seeds": one.seeds, "note": one.note, "outcome": one.outcome,
        }
        for one in of
    ]  # fmt: skip
    return pd.DataFrame(rows)


def with_holm(rows: pd.DataFrame, counted: pd.Series) -> pd.DataFrame:
    """A `table` of verdicts with their outcome after Holm's correction for all that are made.

    Parameters
    ----------
    rows : DataFrame
        As `table` gives it.
    counted : bool [rows]
        Which of them are the family: those that are claimed.

    Returns
    -------
    DataFrame
        With `p_holm` (p value after Holm's correction, nan outside the family) and `holm`: the outcome where `p_holm`
        is at most 5 %, else `UNDECIDED`; empty outside the family.

    Notes
    -----
    As in any two-sided test the direction is that of the estimate: with one verdict, the correction changes nothing.
    """
    adjusted = pd.Series(np.nan, rows.index)
    adjusted[counted] = holm(rows["p"][counted].to_numpy(float))
    stands = rows["outcome"].where(adjusted <= 1.0 - LEVEL, UNDECIDED)
    return rows.assign(p_holm=adjusted, holm=stands.where(counted, ""))


MARKS = {HOLDS: "✓", FAILS: "✗", UNDECIDED: "?", IN_PART: "(✓)"}


def readable(rows: pd.DataFrame) -> pd.DataFrame:
    """A table of verdicts as people read it.

    Parameters
    ----------
    rows : DataFrame
        As `with_holm` gives it, the rows of a hypothesis one below the other.

    Returns
    -------
    DataFrame
        Text: `hypothesis` (said once, in its first row), `world`, `effect`, `needed`, `verdict` and `after Holm`.
    """
    found: list[dict[str, str]] = []
    row: Any
    last = 0
    for row in rows.itertuples():
        side = "≥" if row.bound == "at_least" else "≤"
        found.append(
            {
                "hypothesis": ""
                if row.hypothesis == last
                else f"{row.hypothesis}. {row.statement} ({heading(row.measure)})",
                "world": world_of(row) + ("" if row.claimed else " (not claimed)"),
                "effect": effect_of(row) + (f" ({row.note})" if row.note else ""),
                "needed": f"{side} {row.size:g}",
                "verdict": f"{MARKS[row.outcome]} {row.outcome}",
                "after Holm": f"{MARKS[row.holm]} {row.holm}" if row.holm else "–",
            }
        )
        last = row.hypothesis
    return pd.DataFrame(found)


def world_of(row: Any) -> str:
    """The world of a row of a `table`.

    Parameters
    ----------
    row : named tuple
        The row, as `itertuples` gives it.

    Returns
    -------
    str
        Its conditions in words, or "everywhere" if there are none.
    """
    return str(row.where) or "everywhere"


def effect_of(row: Any) -> str:
    """The statistic of a row of a `table` with its interval.

    Parameters
    ----------
    row : named tuple
        The row, as `itertuples` gives it.

    Returns
    -------
    str
        As in "+0.123 (+0.100 to +0.146)": three decimals, or one where the size that matters is at least 1. Without
        an interval only the statistic.
    """
    digits = 3 if abs(row.size) < 1 else 1
    if math.isnan(row.low) and math.isnan(row.high):
        return f"{row.effect:+.{digits}f}"
    return f"{row.effect:+.{digits}f} ({row.low:+.{digits}f} to {row.high:+.{digits}f})"


def told(cell: Mapping[str, Any]) -> str:
    """Conditions in words.

    Parameters
    ----------
    cell : mapping of str to condition
        A number, switch or text for each of some factors.

    Returns
    -------
    str
        As in "team time 0.8, turbulent": a text without its factor. Empty if there are none.
    """
    return ", ".join(
        f"{name.replace('_', ' ')} {value:g}"
        if isinstance(value, float)
        else str(value)
        if isinstance(value, str)
        else f"{name.replace('_', ' ')} {value}"
        for name, value in cell.items()
    )


class Grid:
    """The runs of a study as arrays over the axes of its design.

    Parameters
    ----------
    found : StudyResults
        The results of a study with a factorial design.

    Attributes
    ----------
    names : list of str
        The factors, `world` and `policy` among them, in the order of the design.
    labels : dict of str to list
        The conditions of each factor, in order.
    seeds : int array [seeds]
        The seeds of the runs that count, in ascending order.

    Raises
    ------
    ScenarioError
        If points that set several parameters, or a sample of several, are an axis of the design.
    """

    def __init__(self, found: StudyResults) -> None:
        self.found, self.axes = found, found.study.design.axes
        if any(len(axis.names) > 1 for axis in self.axes):
            raise ScenarioError("hypotheses need a factorial design: points and samples have no factors to compare")
        self.names = [axis.names[0] for axis in self.axes]
        self.labels = {
            n: [axis.labels(i)[n] for i in range(len(axis))] for n, axis in zip(self.names, self.axes, strict=True)
        }
        self.seeds = np.sort(found.runs["seed"].unique())
        self._kept: dict[Any, np.ndarray] = {}

    def values(self, measure: str, weeks: tuple[int, int] | None) -> np.ndarray:
        """The mean of a measure over some weeks in each run.

        Parameters
        ----------
        measure : str
            The measure.
        weeks : (int, int) or None
            First and last week, at the bounds of the groups of weeks in which trajectories are kept. None for the weeks
            that means of the study are over.

        Returns
        -------
        float64 [conditions of axis 1, …, conditions of the last axis, seeds]
            Nan where no run counts, or where it has no value. Kept for the next call; not to be written to.
        """
        if (measure, weeks) not in self._kept:
            runs = self.found.runs
            values = runs[measure].to_numpy(float) if weeks is None else self._of_weeks(measure, weeks)
            grid = np.full((self.found.study.points, len(self.seeds)), np.nan)
            grid[runs["point"].to_numpy(), np.searchsorted(self.seeds, runs["seed"].to_numpy())] = values
            self._kept[measure, weeks] = grid.reshape(*(len(axis) for axis in self.axes), len(self.seeds))
        return self._kept[measure, weeks]

    def _of_weeks(self, measure: str, weeks: tuple[int, int]) -> np.ndarray:
        size = weeks_per_point(self.found.study.weeks)
        return self._trajectories(measure)[:, (weeks[0] - 1) // size : weeks[1] // size].mean(axis=1)

    def _trajectories(self, measure: str) -> np.ndarray:
        """The trajectory of a measure in each run that counts (float64 [runs, groups of weeks])."""
        kept = self.found.store.rows([f"trajectory_{measure}"])
        at = np.searchsorted(kept["run"].to_numpy(), self.found.runs["run"].to_numpy())
        return np.stack(kept[f"trajectory_{measure}"].to_numpy()[at]).astype(float)

    def means(self, measure: str, weeks: tuple[int, int] | None = None) -> pd.DataFrame:
        """Mean and 95 % interval of a measure in every setting.

        Parameters
        ----------
        measure : str
            The measure.
        weeks : (int, int), optional
            First and last week, as for `values`.

        Returns
        -------
        DataFrame
            One row for each setting, in the order of points: a column for each factor, `mean`, `low` and `high`, which
            are nan where there is no interval.
        """
        values = self.values(measure, weeks)
        settings = itertools.product(*(self.labels[name] for name in self.names))
        table = pd.DataFrame(list(settings), columns=self.names)
        mean, half = interval(values.reshape(len(table), -1).T, LEVEL)
        return table.assign(mean=mean, low=mean - half, high=mean + half)

    def trajectory(self, measure: str) -> pd.DataFrame:
        """The mean trajectory of a measure in every setting, with its band.

        Parameters
        ----------
        measure : str
            A measure whose trajectory the study keeps.

        Returns
        -------
        DataFrame
            One row for each setting with runs and each group of weeks: the columns of `mean_trajectory`, and one for
            each factor.
        """
        trajectories, points = self._trajectories(measure), self.found.runs["point"].to_numpy()
        parts = [
            mean_trajectory(trajectories[points == point], self.found.study.weeks).assign(
                **self.found.study.design.labels(int(point))
            )
            for point in np.unique(points)
        ]
        return pd.concat(parts, ignore_index=True)

    def term(self, term: Term, along: str) -> tuple[np.ndarray, list[str]]:
        """The values of a term of a statistic in each run, and the factors left in them.

        Parameters
        ----------
        term : Term
            The measure, its weeks and conditions; the weight is not applied.
        along : str
            The factor to be the first axis; empty for none.

        Returns
        -------
        values : float64 [conditions of `along`, conditions of the other factors …, seeds]
            Without the first axis if `along` is empty.
        rest : list of str
            Those other factors, in the order of the design: all but `along` and those of `term.at`.
        """
        values = self.values(term.measure, term.weeks)
        rest = [name for name in self.names if name not in term.at and name != along]
        index = tuple(self.labels[n].index(term.at[n]) if n in term.at else slice(None) for n in self.names)
        values = values[index]
        if along:
            left = [name for name in self.names if name not in term.at]
            values = np.moveaxis(values, left.index(along), 0)
        return values, rest

    def verdicts(self, number: int, hypothesis: Hypothesis) -> list[HypothesisResult]:
        """The verdicts on a hypothesis in all worlds in which it was tried.

        Parameters
        ----------
        number : int
            Of the hypothesis in its study, from 1.
        hypothesis : Hypothesis
            The hypothesis.

        Returns
        -------
        list of HypothesisResult
            One for each combination of conditions of the factors that it does not name.

        Raises
        ------
        ScenarioError
            If the factor of an `interior_maximum` has fewer than three conditions, or one of those of an
            `optimum_shift` is no number.
        """
        parts = [self.term(term, hypothesis.along) for term in hypothesis.parts]
        rest = parts[0][1]
        arrays = [values for values, _ in parts]
        found = []
        for place in itertools.product(*(range(len(self.labels[name])) for name in rest)):
            cell = {name: self.labels[name][k] for name, k in zip(rest, place, strict=True)}
            at: Any = (..., *place, slice(None)) if hypothesis.along else (*place, slice(None))
            result = self._statistic(hypothesis, [values[at] for values in arrays])
            shown = {name: value for name, value in cell.items() if len(self.labels[name]) > 1}
            numbers = (result.effect, result.low, result.high, result.p, result.seeds)
            found.append(HypothesisResult(number, hypothesis, shown, hypothesis.claimed(cell), *numbers, result.note))
        return found

    def _statistic(self, hypothesis: Hypothesis, values: list[np.ndarray]) -> Inference:
        """The statistic of a hypothesis in one world, against the size that matters."""
        if hypothesis.statistic == "interior_maximum":
            return interior_maximum(values[0], self.labels[hypothesis.along], hypothesis.size, LEVEL)
        if hypothesis.statistic == "optimum_shift":
            return optimum_shift(values[0], values[1], self._numbers(hypothesis), hypothesis.size, LEVEL)
        weights = [term.weight for term in hypothesis.parts]
        return contrast(np.tensordot(weights, np.stack(values), axes=1), hypothesis.size, LEVEL)

    def _numbers(self, hypothesis: Hypothesis) -> list[float]:
        try:
            return [float(label) for label in self.labels[hypothesis.along]]
        except ValueError:
            raise ScenarioError(f"{hypothesis.statistic} needs a factor whose conditions are numbers") from None
