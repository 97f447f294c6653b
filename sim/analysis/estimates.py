"""Tables of what was found: means, and paired differences from a base, with intervals.

For scenarios that were run beside each other `summarise` makes them from an array; for the points of a study `means`
and `differences` from a table. That table, `runs`, has one row for each run: `point` (a whole number: one setting of
the design), `replicate` (0, 1, …), `seed`, often `policy` and `world`, a column for each factor, and one for each
measure. A run that failed is not in it; a value that a run did not give is nan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..errors import ScenarioError, did_you_mean, truncated_repr
from ..model.measures import warm_up
from ..model.model import measures_in_use, measures_of
from . import statistics

if TYPE_CHECKING:
    from ..scenario import Scenario

LABELS = ("policy", "world")


def run_means(results: np.ndarray, after: int | None = None) -> np.ndarray:
    """Means over the weeks later than `after`, of each run.

    Parameters
    ----------
    results : float64 [scenarios, seeds, weeks, measures]
        As `run_all` gives it.
    after : int, optional
        Weeks left out (default: `warm_up`); 0 to the number of weeks less 1.

    Returns
    -------
    float64 [scenarios, seeds, measures]
        A missing value (news lag before the first change) is left out of its mean.

    Raises
    ------
    ScenarioError
        If no week is left.
    """
    weeks = results.shape[2]
    after = warm_up(weeks) if after is None else after
    if not 0 <= after < weeks:
        raise ScenarioError(f"after = {after}: allowed is 0 to {weeks - 1}, so that some week is left to average")
    return statistics.mean_of_known(results[:, :, after:, :], axis=2)


def summarise(
    scenarios: Sequence[Scenario], results: np.ndarray, after: int | None = None, bases: Sequence[int] | None = None
) -> pd.DataFrame:
    """Means with 95 % intervals, and paired differences from a base scenario.

    Parameters
    ----------
    scenarios : sequence of Scenario
        What was run.
    results : float64 [scenarios, seeds, weeks, measures]
        As `run_all` gives it.
    after : int, optional
        As for `run_means`.
    bases : sequence of int, optional
        For each scenario the number of the one it is compared with (default: the first scenario of the same world).

    Returns
    -------
    DataFrame
        One row for each scenario and measure: `policy`, `world`, `scenario`, `measure`, `mean`, `low`, `high`,
        `difference`, `difference_low`, `difference_high`, `variance_ratio` (see that function), `replicates`, `equal`
        and `difference_equal` (how many of the replicates share the most common mean, and difference). There is no
        interval (nan) of nearly constant values: see `statistics.interval`. The difference of a base from itself is 0.

    Raises
    ------
    ScenarioError
        If no week is left.
    """
    means, tables = run_means(results, after), []
    names = [measure.name for measure in measures_of(scenario.model for scenario in scenarios)]
    first_of_world = [next(b for b, other in enumerate(scenarios) if other.world == s.world) for s in scenarios]
    for a, (scenario, base) in enumerate(zip(scenarios, bases or first_of_world, strict=True)):
        own, gap = statistics.summary(means[a]), statistics.summary(means[a] - means[base])
        margin = np.zeros(len(names)) if a == base else gap.half_width
        tables.append(
            pd.DataFrame(
                {
                    "policy": scenario.policy.name,
                    "world": scenario.world.name,
                    "scenario": scenario.key,
                    "measure": names,
                    "mean": own.mean,
                    "low": own.mean - own.half_width,
                    "high": own.mean + own.half_width,
                    "difference": gap.mean,
                    "difference_low": gap.mean - margin,
                    "difference_high": gap.mean + margin,
                    "variance_ratio": statistics.variance_ratio(means[a], means[base]) if a != base else np.nan,
                    "replicates": means.shape[1],
                    "equal": own.equal,
                    "difference_equal": gap.equal,
                }
            )
        )
    return pd.concat(tables, ignore_index=True)


# --- points of a study ------------------------------------------------------------------------------------------------


def means(
    runs: pd.DataFrame,
    measures: Iterable[str] | None = None,
    *,
    level: float = 0.95,
    labels: Sequence[str] = LABELS,
) -> pd.DataFrame:
    """Mean of each measure at each point, with its t interval.

    Parameters
    ----------
    runs : DataFrame
        One row for each run (see the head of this module).
    measures : iterable of str, optional
        Columns to summarise (default: all measures of the model that the table has).
    level : float
        Level of the intervals, above 0 and below 1.
    labels : sequence of str
        Further columns to keep, constant within a point; those that the table has not are left out.

    Returns
    -------
    DataFrame
        One row for each point and measure: `point`, the labels, `measure`, `mean`, `low`, `high`, `half_width`,
        `deviation` (standard deviation of single runs), `replicates` (values that the mean is of), `equal` (how many of
        them are equal to the most common one). Without a value the mean is nan, with a single one the interval, and
        with nearly constant ones (see `statistics.interval`).

    Raises
    ------
    ScenarioError
        If a column is missing, a seed occurs twice at a point, or the level is not one.

    Examples
    --------
    >>> runs = pd.DataFrame({"point": 0, "seed": [1, 2, 3], "output": [1.0, 2.0, 3.0]})
    >>> print(means(runs)[["measure", "mean", "half_width"]].round(3).to_string(index=False))
    measure  mean  half_width
     output   2.0       2.484
    """
    table, starts, names = _by_point(runs, measures)
    found = _summaries(table[names].to_numpy(float), starts, level)
    columns = {
        "mean": found.mean,
        "low": found.mean - found.half_width,
        "high": found.mean + found.half_width,
        "half_width": found.half_width,
        "deviation": found.deviation,
        "replicates": found.count,
        "equal": found.equal,
    }
    return _tidy(table.iloc[starts], labels, names, columns)


def differences(
    runs: pd.DataFrame,
    base: int | Mapping[int, int],
    measures: Iterable[str] | None = None,
    *,
    level: float = 0.95,
    labels: Sequence[str] = LABELS,
) -> pd.DataFrame:
    """Paired differences of each point from its base, over the seeds that both have.

    Parameters
    ----------
    runs : DataFrame
        One row for each run (see the head of this module).
    base : int or mapping of int to int
        The point that all are compared with, or the one for each point (see `bases`).
    measures : iterable of str, optional
        Columns to compare (default: all measures of the model that the table has).
    level : float
        Level of the intervals, above 0 and below 1.
    labels : sequence of str
        Further columns to keep, as for `means`.

    Returns
    -------
    DataFrame
        One row for each point and measure: `point`, the labels, `base`, `measure`, `difference`, `difference_low`,
        `difference_high`, `half_width`, `variance_ratio` (what pairing gained: variance of an unpaired difference over
        that of the paired one; above 1 is a gain), `pairs` (seeds with a value in both), `unpaired` (seeds with a
        value in only one of the two), `equal` (pairs with the most common difference). The difference of a base from
        itself is 0, its variance ratio nan; nearly constant differences have no interval (see `statistics.interval`).

    Raises
    ------
    ScenarioError
        As `means`; or if a base is not a point of the table.

    Examples
    --------
    >>> runs = pd.DataFrame({"point": [0, 0, 1, 1], "seed": [1, 2, 1, 2], "output": [0.1, 0.5, 0.3, 0.7]})
    >>> print(differences(runs, 0)[["point", "difference", "pairs", "unpaired"]].to_string(index=False))
     point  difference  pairs  unpaired
         0         0.0      2         0
         1         0.2      2         0
    """
    table, starts, names = _by_point(runs, measures)
    own = table[names].to_numpy(float)
    points = table["point"].to_numpy()[starts]
    of_point = _base_of(points, base)
    partner = _partners(table, own, np.repeat(of_point, np.diff(starts, append=len(table))))
    paired = _summaries(own - partner, starts, level)
    half, counts = paired.half_width, _summaries(own, starts, level).count
    half[of_point == points] = 0.0
    ratio = [
        statistics.variance_ratio(*(_stacked(one[:, k], starts) for one in (own, partner))) for k in range(len(names))
    ]
    columns = {
        "difference": paired.mean,
        "difference_low": paired.mean - half,
        "difference_high": paired.mean + half,
        "half_width": half,
        "variance_ratio": np.stack(ratio, axis=1),
        "pairs": paired.count,
        "unpaired": counts + counts[np.searchsorted(points, of_point)] - 2 * paired.count,
        "equal": paired.equal,
    }
    columns["variance_ratio"][of_point == points] = np.nan
    heads = table.iloc[starts].assign(base=of_point)
    return _tidy(heads, [*labels, "base"], names, columns)


def bases(runs: pd.DataFrame, policy: str, same: Sequence[str] = ("world",)) -> dict[int, int]:
    """For each point the one with that policy and otherwise equal: the base for `differences`.

    Parameters
    ----------
    runs : DataFrame
        With the columns `point`, `policy` and those of `same`.
    policy : str
        The policy to compare with.
    same : sequence of str
        Columns in which a point and its base agree: the world, and the factors if there are any.

    Returns
    -------
    dict of int to int
        The base of each point.

    Raises
    ------
    ScenarioError
        If there is no such policy, or a point has no base, or several.

    Examples
    --------
    >>> bases(pd.DataFrame({"point": [0, 1], "policy": ["a", "b"], "world": "w"}), "b")
    {0: 1, 1: 1}
    """
    need(runs, ["point", "policy", *same])
    heads = runs.drop_duplicates("point")
    if policy not in set(heads["policy"]):
        raise ScenarioError(
            f"{truncated_repr(policy)} is not a policy of this study{did_you_mean(policy, set(heads['policy']))}"
        )
    setting_of = dict(zip(heads["point"].tolist(), _settings(heads, same), strict=True))
    found: dict[str, int] = {}
    for point in heads.loc[heads["policy"] == policy, "point"].tolist():
        if found.setdefault(setting_of[point], point) != point:
            raise ScenarioError(
                f"points {found[setting_of[point]]} and {point} both have policy {policy!r} and the same "
                f"{_listed(same)}: name in `same` the factors in which they differ"
            )
    for point, setting in setting_of.items():
        if setting not in found:
            raise ScenarioError(f"point {point} has no base: policy {policy!r} was not run with its {_listed(same)}")
    return {point: found[setting] for point, setting in setting_of.items()}


def _settings(heads: pd.DataFrame, columns: Sequence[str]) -> list[str]:
    """The values of some columns of each row, as one text (a value may be a list or a mapping)."""
    return [repr(row) for row in heads[list(columns)].astype(object).itertuples(index=False, name=None)]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) or "setting"


# --- rows -------------------------------------------------------------------------------------------------------------


def measure_columns(runs: pd.DataFrame, measures: Iterable[str] | None = None) -> list[str]:
    """The columns to summarise.

    Parameters
    ----------
    runs : DataFrame
        One row for each run.
    measures : iterable of str, or str, optional
        Columns to summarise (default: all measures of the model that the table has).

    Returns
    -------
    list of str
        Their names, in the order given, or else in that of the model.

    Raises
    ------
    ScenarioError
        If a column that was named is missing.
    """
    if measures is None:
        return [name for name in measures_in_use() if name in runs.columns]
    names = [measures] if isinstance(measures, str) else list(measures)
    need(runs, names)
    return names


def need(runs: pd.DataFrame, names: Iterable[str]) -> None:
    """Check that a table has some columns.

    Parameters
    ----------
    runs : DataFrame
        A table.
    names : iterable of str
        Columns that are needed.

    Raises
    ------
    ScenarioError
        If the table lacks one of them; only the first is named.
    """
    columns = [str(column) for column in runs.columns]
    for name in names:
        if name not in columns:
            raise ScenarioError(f"the table of runs has no column {name!r}{did_you_mean(name, columns)}")


def need_once(runs: pd.DataFrame, name: str) -> None:
    """Check that no point has a seed (or replicate) twice.

    Parameters
    ----------
    runs : DataFrame
        With the columns `point` and `name`.
    name : str
        The column that holds what must not repeat within a point: `seed` or `replicate`.

    Raises
    ------
    ScenarioError
        If a point has a value more than once; only the first is named.
    """
    twice = runs.duplicated(["point", name])
    if twice.any():
        value, point = (runs.loc[twice, column].iloc[0] for column in (name, "point"))
        raise ScenarioError(f"{name} {value} occurs twice at point {point}: one history would count twice")


def _by_point(runs: pd.DataFrame, measures: Iterable[str] | None) -> tuple[pd.DataFrame, np.ndarray, list[str]]:
    """The table sorted by point and seed, the first row of each point, and the names of the measures."""
    need(runs, ["point", "seed"])
    names = measure_columns(runs, measures)
    if runs.empty:
        raise ScenarioError("the table of runs is empty: at least 1 run is needed")
    need_once(runs, "seed")
    table = runs.sort_values(["point", "seed"], kind="stable", ignore_index=True)
    starts = np.flatnonzero(np.diff(table["point"].to_numpy(), prepend=table["point"].iloc[0] - 1))
    return table, starts, names


def _summaries(values: np.ndarray, starts: np.ndarray, level: float) -> statistics.Summary:
    """The summary of each point from the rows of all [rows, measures]; each of its arrays is [points, measures]."""
    if not 0.0 < level < 1.0:
        raise ScenarioError(f"level = {truncated_repr(level)}: above 0 and below 1 is allowed, as in 0.95")
    of_measures = [statistics.summary(_stacked(column, starts), level) for column in values.T]
    return statistics.Summary(*(np.stack(parts, axis=1) for parts in zip(*of_measures, strict=True)))


def _stacked(values: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Values of points below each other [rows] as columns beside each other [replicates, points], filled with nan."""
    counts = np.diff(starts, append=len(values))
    point = np.repeat(np.arange(len(starts)), counts)
    columns = np.full((counts.max(), len(starts)), np.nan)
    columns[np.arange(len(values)) - starts[point], point] = values
    return columns


def _base_of(points: np.ndarray, base: int | Mapping[int, int]) -> np.ndarray:
    """The base of each point (int64 [points]), checked."""
    table = base if isinstance(base, Mapping) else dict.fromkeys(points.tolist(), base)
    missing = [point for point in points.tolist() if point not in table]
    if missing:
        raise ScenarioError(f"point {missing[0]} has no base: each of the {len(points)} points needs one")
    of_point = np.array([table[point] for point in points.tolist()])
    for one in np.setdiff1d(of_point, points):
        raise ScenarioError(f"base = {one}: no run of that point is in the table")
    return of_point


def _partners(table: pd.DataFrame, own: np.ndarray, base: np.ndarray) -> np.ndarray:
    """The values of the base of each row under the row's seed; nan where it has none."""
    keys = pd.MultiIndex.from_arrays([table["point"], table["seed"]])
    at = keys.get_indexer(pd.MultiIndex.from_arrays([base, table["seed"]]))
    return np.where((at >= 0)[:, None], own[at], np.nan)


def _tidy(
    heads: pd.DataFrame, labels: Iterable[str], names: Sequence[str], columns: Mapping[str, np.ndarray]
) -> pd.DataFrame:
    """One row for each point and measure from arrays [points, measures]."""
    kept = ["point", *(label for label in labels if label in heads.columns)]
    table = heads[kept].loc[heads.index.repeat(len(names))].reset_index(drop=True)
    table["measure"] = list(names) * len(heads)
    return table.assign(**{name: values.ravel() for name, values in columns.items()})
