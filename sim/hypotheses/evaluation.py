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
    """What became of a hypothesis in one world."""

    number: int
    """Of the hypothesis in its study, from 1."""
    hypothesis: Hypothesis
    cell: Mapping[str, Any]
    """The conditions of the factors that the hypothesis does not name and that were varied."""
    claimed: bool
    """Whether it is claimed here; elsewhere it was only tried."""
    effect: float
    low: float
    high: float
    """The statistic, and its 95 % interval."""
    p: float
    """Two-sided p value of "the statistic is just the size that matters"; 1 where nothing can be said."""
    seeds: int
    note: str
    """Where an interior maximum or an optimum lies, or why there is no interval."""

    @property
    def outcome(self) -> str:
        """`HOLDS`, `FAILS` or `UNDECIDED`."""
        above, below = self.low >= self.hypothesis.size, self.high < self.hypothesis.size
        if self.hypothesis.bound == "at_most":
            above, below = self.high <= self.hypothesis.size, self.low > self.hypothesis.size
        return HOLDS if above else FAILS if below else UNDECIDED


def verdicts(found: StudyResults) -> list[HypothesisResult]:
    """The verdicts on all hypotheses of a study, hypothesis by hypothesis."""
    grid = Grid(found)
    return [one for k, hypothesis in enumerate(found.study.hypotheses, start=1) for one in grid.verdicts(k, hypothesis)]


def summed(outcomes: Iterable[str]) -> str:
    """What several outcomes come to: `HOLDS` if all of them are, `IN_PART` if some are, else `FAILS` or `UNDECIDED`."""
    kinds = set(outcomes)
    if len(kinds) == 1:
        return kinds.pop()
    return IN_PART if HOLDS in kinds else FAILS if FAILS in kinds else UNDECIDED


def table(of: Sequence[HypothesisResult]) -> pd.DataFrame:
    """Verdicts as a table, one row each."""
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
    """A table of verdicts `with_holm` as people read it; a hypothesis is said once."""
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
    """The world of a row of a `table`."""
    return str(row.where) or "everywhere"


def effect_of(row: Any) -> str:
    """The statistic of a row of a `table` with its interval: three decimals, fewer for what is counted in ones."""
    digits = 3 if abs(row.size) < 1 else 1
    if math.isnan(row.low) and math.isnan(row.high):
        return f"{row.effect:+.{digits}f}"
    return f"{row.effect:+.{digits}f} ({row.low:+.{digits}f} to {row.high:+.{digits}f})"


def told(cell: Mapping[str, Any]) -> str:
    """Conditions in words."""
    return ", ".join(
        f"{name.replace('_', ' ')} {value:g}"
        if isinstance(value, float)
        else str(value)
        if isinstance(value, str)
        else f"{name.replace('_', ' ')} {value}"
        for name, value in cell.items()
    )


class Grid:
    """The runs of a study as arrays over the axes of its design."""

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
        """The mean of a measure over some weeks in each run (float64 [conditions of axis 1, …, seeds])."""
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
        """Mean and 95 % interval of a measure in every setting: a column for each factor, `mean`, `low`, `high`."""
        values = self.values(measure, weeks)
        settings = itertools.product(*(self.labels[name] for name in self.names))
        table = pd.DataFrame(list(settings), columns=self.names)
        mean, half = interval(values.reshape(len(table), -1).T, LEVEL)
        return table.assign(mean=mean, low=mean - half, high=mean + half)

    def trajectory(self, measure: str) -> pd.DataFrame:
        """The mean trajectory of a measure in every setting, with its band: a column for each factor, and `week`."""
        trajectories, points = self._trajectories(measure), self.found.runs["point"].to_numpy()
        parts = [
            mean_trajectory(trajectories[points == point], self.found.study.weeks).assign(
                **self.found.study.design.labels(int(point))
            )
            for point in np.unique(points)
        ]
        return pd.concat(parts, ignore_index=True)

    def term(self, term: Term, along: str) -> tuple[np.ndarray, list[str]]:
        """The values of a term (float64 [along, other factors …, seeds]), and the names of those other factors."""
        values = self.values(term.measure, term.weeks)
        rest = [name for name in self.names if name not in term.at and name != along]
        index = tuple(self.labels[n].index(term.at[n]) if n in term.at else slice(None) for n in self.names)
        values = values[index]
        if along:
            left = [name for name in self.names if name not in term.at]
            values = np.moveaxis(values, left.index(along), 0)
        return values, rest

    def verdicts(self, number: int, hypothesis: Hypothesis) -> list[HypothesisResult]:
        """The verdicts on a hypothesis, one for each combination of conditions of the factors that it does not name."""
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
        if hypothesis.statistic in ("interior_maximum", "peak"):
            return interior_maximum(values[0], self.labels[hypothesis.along], hypothesis.size, LEVEL)
        if hypothesis.statistic in ("optimum_shift", "best"):
            return optimum_shift(values[0], values[1], self._numbers(hypothesis), hypothesis.size, LEVEL)
        weights = [term.weight for term in hypothesis.parts]
        return contrast(np.tensordot(weights, np.stack(values), axes=1), hypothesis.size, LEVEL)

    def _numbers(self, hypothesis: Hypothesis) -> list[float]:
        try:
            return [float(label) for label in self.labels[hypothesis.along]]
        except ValueError:
            raise ScenarioError(f"{hypothesis.statistic} needs a factor whose conditions are numbers") from None
