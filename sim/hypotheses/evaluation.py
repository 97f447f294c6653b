"""Whether the hypotheses of a study hold: one verdict for each of them in each world in which it was tried.

The interval decides. With `smallest_effect = s` a hypothesis *holds* where the whole 95 % interval of its statistic
lies at s or above, it *does not hold* where all of it lies below s, and it is *undecided* where the interval contains
s: more replicates are needed, or the effect is about as large as the smallest that matters. A difference that is surely
there but smaller than s does not count. With `at_most` it is the other way round.

Statistics are computed seed by seed, so that luck which all conditions share cancels.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..comparison import interval
from ..errors import ScenarioError
from ..present.formatting import heading
from ..study.hypothesis import Hypothesis, Term
from ..study.results import StudyResults, mean_trajectory
from ..study.rows import weeks_per_point

HOLDS, FAILS, UNDECIDED = "holds", "does not hold", "undecided"
IN_PART = "holds only in part"
BOOTSTRAPS = 2000
LEVEL = 0.95


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
    seeds: int
    note: str
    """Where an interior maximum or an optimum lies."""

    @property
    def outcome(self) -> str:
        """`HOLDS`, `FAILS` or `UNDECIDED`."""
        sign = 1.0 if self.hypothesis.bound == "at_least" else -1.0
        low, high = sorted((sign * (self.low - self.hypothesis.size), sign * (self.high - self.hypothesis.size)))
        if low >= 0.0:
            return HOLDS
        return FAILS if high < 0.0 else UNDECIDED


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
            "bound": one.hypothesis.bound, "size": one.hypothesis.size, "seeds": one.seeds, "note": one.note,
            "outcome": one.outcome,
        }
        for one in of
    ]  # fmt: skip
    return pd.DataFrame(rows)


MARKS = {HOLDS: "✓", FAILS: "✗", UNDECIDED: "?", IN_PART: "(✓)"}


def readable(rows: pd.DataFrame) -> pd.DataFrame:
    """A `table` of verdicts as people read it; a hypothesis is said once."""
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
        rows = values.reshape(len(table), -1)
        found = [interval(row[~np.isnan(row)], LEVEL) for row in rows]
        mean, half = (np.array([float(one[k]) for one in found]) for k in (0, 1))
        return table.assign(mean=mean, low=mean - half, high=mean + half)

    def trajectory(self, measure: str) -> pd.DataFrame:
        """The mean trajectory of a measure in every setting, with its interval: a column a factor, and `week`."""
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
            effect, low, high, seeds, note = self._statistic(hypothesis, [values[at] for values in arrays])
            shown = {name: value for name, value in cell.items() if len(self.labels[name]) > 1}
            found.append(
                HypothesisResult(number, hypothesis, shown, hypothesis.claimed(cell), effect, low, high, seeds, note)
            )
        return found

    def _statistic(self, hypothesis: Hypothesis, values: list[np.ndarray]) -> tuple[float, float, float, int, str]:
        """The statistic of a hypothesis in one world, its interval, the seeds that it is of, and where it lies."""
        if hypothesis.statistic == "interior_maximum":
            return interior_maximum(values[0], self.labels[hypothesis.along])
        if hypothesis.statistic == "optimum_shift":
            return optimum_shift(values[0], values[1], self.labels[hypothesis.along])
        weights = [term.weight for term in hypothesis.parts]
        total = np.tensordot(weights, np.stack(values), axes=1)
        kept = total[~np.isnan(total)]
        mean, half = interval(kept, LEVEL)
        return float(mean), float(mean - half), float(mean + half), len(kept), ""


def interior_maximum(values: np.ndarray, labels: Sequence[Any]) -> tuple[float, float, float, int, str]:
    """By how much the best condition between the ends beats the better end: mean, interval, seeds, where it lies.

    Which one is best is looked up in one half of the seeds and tried in the other, and the other way round, because
    the best of several is better than it should be in the seeds that chose it. It must beat both ends: the interval is
    that of the end that it beats by less.

    Parameters
    ----------
    values : float [conditions, seeds]
        Conditions in order; the first and the last are the ends.
    labels : sequence
        What they are called.
    """
    values = values[:, ~np.isnan(values).any(axis=0)]
    if len(values) < 3:
        raise ScenarioError("an interior maximum needs at least three conditions: two ends, and one between them")
    halves = np.arange(values.shape[1]) % 2
    best = np.empty(values.shape[1])
    chosen = []
    for half in (0, 1):
        other = values[1:-1, halves != half] if (halves != half).any() else values[1:-1]
        k = 1 + int(other.mean(axis=1).argmax())
        best[halves == half] = values[k, halves == half]
        chosen.append(labels[k])
    intervals = [interval(best - values[end], LEVEL) for end in (0, -1)]
    effect = min(float(mean) for mean, _ in intervals)
    low = min(float(mean - half) for mean, half in intervals)
    high = min(float(mean + half) for mean, half in intervals)
    return effect, low, high, values.shape[1], f"best at {' or '.join(dict.fromkeys(map(str, chosen)))}"


def optimum_shift(one: np.ndarray, other: np.ndarray, labels: Sequence[Any]) -> tuple[float, float, float, int, str]:
    """How far the best condition lies higher under one condition than under the other: value, interval, seeds, where.

    The interval is that of a bootstrap over seeds (percentiles; the same draws for both, and the same every time).

    Parameters
    ----------
    one, other : float [conditions, seeds]
        A measure along a factor whose conditions are numbers.
    labels : sequence of numbers
        These conditions.
    """
    try:
        numbers = np.array([float(label) for label in labels])
    except ValueError:
        raise ScenarioError("optimum_shift needs a factor whose conditions are numbers") from None
    kept = ~(np.isnan(one).any(axis=0) | np.isnan(other).any(axis=0))
    one, other = one[:, kept], other[:, kept]
    seeds = one.shape[1]

    def best(values: np.ndarray) -> Any:
        return numbers[values.mean(axis=-1).argmax(axis=0)]

    draws = np.random.default_rng(0).integers(seeds, size=(BOOTSTRAPS, seeds))
    moves = best(one[:, draws]) - best(other[:, draws])
    low, high = np.quantile(moves, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    note = f"best at {best(one):g} and {best(other):g}"
    return float(best(one) - best(other)), float(low), float(high), seeds, note
