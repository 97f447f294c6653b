"""Which factors matter: Sobol' indices and Morris' elementary effects, and the variance between replicates.

The estimators are those of SALib. It reads outputs by their place in the design, whatever the factors, so that a table
in another order would give numbers without any meaning; therefore the design is checked here first. A point's value is
its mean over replicates. A block of the design (one base sample with its mixtures; one trajectory) of which a point has
no value is left out as a whole, and counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from ..errors import ScenarioError, truncated_repr
from .estimates import measure_columns, need, need_once

Estimate = Callable[[np.ndarray, np.ndarray], dict[str, np.ndarray]]  # of values [points] and which points these are


def sobol_indices(
    runs: pd.DataFrame,
    factors: Sequence[str],
    measures: Iterable[str] | None = None,
    *,
    design: pd.DataFrame | None = None,
    level: float = 0.95,
    resamples: int = 200,
    seed: int = 1,
) -> pd.DataFrame:
    """First-order and total Sobol' indices of each factor, from a Saltelli design.

    The first-order index is the share of the variance over the design that goes when the factor is fixed; the total
    index the share that stays when all others are (Saltelli et al. 2010, "Variance based sensitivity analysis of model
    output", Computer Physics Communications 181). What is left of the variance between replicates in their means adds
    to every total index, also to that of a factor without any influence: see `replication_variance`, `in_means`.

    Parameters
    ----------
    runs : DataFrame
        One row for each run, with `point`, `replicate`, the factors and the measures.
    factors : sequence of str
        The columns of the design, in its order.
    measures : iterable of str, optional
        Columns to explain (default: all measures of the model that the table has).
    design : DataFrame, optional
        `point` and the factors of all points (default: those of the runs); needed where a point has no run left.
    level : float
        Level of the bootstrap intervals, above 0 and below 1.
    resamples : int
        Bootstrap samples; at least 2.
    seed : int
        Seed of the bootstrap; at least 1 (0 means none to SALib, which then draws from NumPy's global state).

    Returns
    -------
    DataFrame
        One row for each measure, order and factor: `measure`, `order` ("first" or "total"), `factor`, `index`, `low`,
        `high` (a normal interval with the bootstrap's standard deviation), `blocks` used, `left_out`. The indices are
        nan for a measure that is constant or has fewer than 2 blocks.

    Raises
    ------
    ScenarioError
        If the points, in the order of their numbers, are not a Saltelli design in these factors: blocks of A, the
        mixtures of A and B, and B, with or without the second mixtures (SALib's `sample.sobol`).
    """
    from SALib.analyze import sobol

    _check_bootstrap(level, resamples, seed)
    points, settings = _settings(runs, factors, design)
    size = _saltelli_size(settings, factors)
    second_order = size > len(factors) + 2

    def estimate(values: np.ndarray, _: np.ndarray) -> dict[str, np.ndarray]:
        found = sobol.analyze(_problem(factors), values, second_order, resamples, level, seed=seed)
        index, half = (np.append(found["S1" + end], found["ST" + end]) for end in ("", "_conf"))
        return {"index": index, "low": index - half, "high": index + half}

    rows = pd.DataFrame({"order": np.repeat(["first", "total"], len(factors)), "factor": [*factors] * 2})
    return _analysed(runs, measures, points, size, rows, ("index", "low", "high"), estimate)


def morris_effects(
    runs: pd.DataFrame,
    factors: Sequence[str],
    measures: Iterable[str] | None = None,
    *,
    levels: int = 4,
    design: pd.DataFrame | None = None,
    level: float = 0.95,
    resamples: int = 1000,
    seed: int = 1,
) -> pd.DataFrame:
    """Morris' elementary effects of each factor, from a design of trajectories.

    An elementary effect is the change of the measure over one step of one factor, per whole range of that factor
    (Morris 1991, "Factorial sampling plans for preliminary computational experiments", Technometrics 33; mu* is of
    Campolongo, Cariboni & Saltelli 2007, "An effective screening design", Environmental Modelling & Software 22).

    Parameters
    ----------
    runs : DataFrame
        One row for each run, with `point`, `replicate`, the factors and the measures.
    factors : sequence of str
        The columns of the design, in its order; they are numbers.
    measures : iterable of str, optional
        Columns to explain (default: all measures of the model that the table has).
    levels : int
        Levels of the grid that the design was made with; even, at least 2.
    design : DataFrame, optional
        `point` and the factors of all points (default: those of the runs); needed where a point has no run left.
    level : float
        Level of the bootstrap intervals, above 0 and below 1.
    resamples : int
        Bootstrap samples; at least 2.
    seed : int
        Seed of the bootstrap; at least 1, as for `sobol_indices`.

    Returns
    -------
    DataFrame
        One row for each measure and factor: `measure`, `factor`, `mu_star` (mean size of an effect) with its bootstrap
        interval `low`, `high`; `mu` (mean effect), `sigma` (their standard deviation: interactions or curvature);
        `blocks` (trajectories) used, `left_out`. Nan for a measure that is constant or has fewer than 2 trajectories.

    Raises
    ------
    ScenarioError
        If the points, in the order of their numbers, are not trajectories of len(factors) + 1 points, in each of which
        every factor steps once (SALib's `sample.morris`, without groups).
    """
    from SALib.analyze import morris

    _check_bootstrap(level, resamples, seed)
    if levels < 2 or levels % 2:
        raise ScenarioError(f"levels = {truncated_repr(levels)}: an even number from 2 on is allowed")
    points, settings = _settings(runs, factors, design)
    steps = _trajectories(settings, factors)

    def estimate(values: np.ndarray, at: np.ndarray) -> dict[str, np.ndarray]:
        found = morris.analyze(_problem(factors), steps[at], values, resamples, level, num_levels=levels, seed=seed)
        star, half, mu, sigma = (np.asarray(found[name]) for name in ("mu_star", "mu_star_conf", "mu", "sigma"))
        return {"mu_star": star, "low": star - half, "high": star + half, "mu": mu, "sigma": sigma}

    rows, columns = pd.DataFrame({"factor": [*factors]}), ("mu_star", "low", "high", "mu", "sigma")
    return _analysed(runs, measures, points, len(factors) + 1, rows, columns, estimate)


def replication_variance(runs: pd.DataFrame, measures: Iterable[str] | None = None) -> pd.DataFrame:
    """How much of the variance between runs is that between replicates of one point.

    Parameters
    ----------
    runs : DataFrame
        One row for each run, with `point`, `replicate` and the measures; seeds may be common to all points, or not.
    measures : iterable of str, optional
        Columns (default: all measures of the model that the table has).

    Returns
    -------
    DataFrame
        One row for each measure: `in_runs`, the share of the variance of single runs that is within points (0 … 1);
        `in_means`, the share of the variance of the points' means that is left over from it, which replicates reduce;
        `points` and `replicates` that were used. Points that lack a replicate which others have are left out. Nan with
        a single replicate or point, or without any variance.

    Notes
    -----
    What the design explains is the covariance over points of two different replicates: what all points share under a
    common seed moves them alike, and drops out of it.

    Examples
    --------
    >>> runs = pd.DataFrame({"point": [0, 0, 1, 1], "replicate": [0, 1, 0, 1], "output": [1.0, 2.0, 4.0, 5.0]})
    >>> print(replication_variance(runs).round(3).to_string(index=False))
    measure  in_runs  in_means  points  replicates
     output      0.1       0.0       2           2
    """
    need(runs, ["point", "replicate"])
    need_once(runs, "replicate")
    names = measure_columns(runs, measures)
    return pd.DataFrame([{"measure": name, **_replication_shares(runs, name)} for name in names])


def _replication_shares(runs: pd.DataFrame, measure: str) -> dict[str, Any]:
    values = runs.pivot(index="point", columns="replicate", values=measure).dropna().to_numpy(float)
    points, replicates = values.shape
    shares = {"in_runs": np.nan, "in_means": np.nan}
    if points > 1 and replicates > 1 and np.ptp(values) > 0.0:
        within = values.var(axis=1, ddof=1).mean()
        of_means = values.mean(axis=1).var(ddof=1)
        explained = (replicates * of_means - values.var(axis=0, ddof=1).mean()) / (replicates - 1)
        explained = min(max(explained, 0.0), of_means)  # an estimate may be a little outside what is possible
        shares["in_runs"] = within / (within + explained)
        shares["in_means"] = 1.0 - explained / of_means if of_means > 0.0 else np.nan
    return shares | {"points": points, "replicates": replicates}


# --- one measure after another ----------------------------------------------------------------------------------------


def _analysed(
    runs: pd.DataFrame,
    measures: Iterable[str] | None,
    points: np.ndarray,
    size: int,
    rows: pd.DataFrame,
    columns: Sequence[str],
    estimate: Estimate,
) -> pd.DataFrame:
    """The table of all measures: for each one `rows` with the columns that `estimate` gives, from complete blocks."""
    names = measure_columns(runs, measures)
    values = runs.sort_values(["point", "replicate"]).groupby("point")[names].mean().reindex(points)
    tables = []
    for name in names:
        own = values[name].to_numpy(float)
        complete = ~np.isnan(own).reshape(-1, size).any(axis=1)
        at = np.flatnonzero(np.repeat(complete, size))
        usable = complete.sum() > 1 and np.ptp(own[at]) > 0.0
        found = estimate(own[at], at) if usable else dict.fromkeys(columns, np.nan)
        tables.append(rows.assign(measure=name, **found, blocks=complete.sum(), left_out=(~complete).sum()))
    return pd.concat(tables, ignore_index=True)[["measure", *rows.columns, *columns, "blocks", "left_out"]]


def _problem(factors: Sequence[str]) -> dict[str, Any]:
    """What SALib's estimators want to know; a new one for each call, because they write into it."""
    return {"num_vars": len(factors), "names": [*factors]}


def _check_bootstrap(level: float, resamples: int, seed: int) -> None:
    if not 0.0 < level < 1.0:
        raise ScenarioError(f"level = {truncated_repr(level)}: above 0 and below 1 is allowed, as in 0.95")
    if resamples < 2:
        raise ScenarioError(f"resamples = {truncated_repr(resamples)}: at least 2 is needed")
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 1:
        raise ScenarioError(
            f"seed = {truncated_repr(seed)}: a whole number from 1 on is needed, for a bootstrap that repeats"
        )


# --- designs ----------------------------------------------------------------------------------------------------------


def _settings(
    runs: pd.DataFrame, factors: Sequence[str], design: pd.DataFrame | None
) -> tuple[np.ndarray, pd.DataFrame]:
    """The points in order, and the factors of each."""
    table = runs if design is None else design
    need(runs, ["point", "replicate"])
    need_once(runs, "replicate")
    need(table, ["point", *factors])
    if not factors or table.empty:
        raise ScenarioError("at least 1 factor and 1 point are needed")
    table = table.drop_duplicates("point").sort_values("point")
    return table["point"].to_numpy(), table[[*factors]]


def _saltelli_size(settings: pd.DataFrame, factors: Sequence[str]) -> int:
    """Points in a block of the Saltelli design; ScenarioError if it is none."""
    values, count = settings.to_numpy(object), len(factors)
    for size in (count + 2, 2 * count + 2):
        if len(values) % size == 0:
            blocks = values.reshape(-1, size, count)
            if (blocks == _mixtures(blocks[:, 0], blocks[:, -1], size)).all():
                return size
    raise ScenarioError(
        f"these {len(values)} points are not a Saltelli design in {', '.join(factors)}: blocks of {count + 2} or "
        f"{2 * count + 2} points are needed, in the order of `point`; `design` names all points if some have no run"
    )


def _mixtures(a: np.ndarray, b: np.ndarray, size: int) -> np.ndarray:
    """The blocks that base samples a and b [blocks, factors] make: [blocks, size, factors]."""
    count = a.shape[1]
    blocks = np.repeat(b[:, None], size, axis=1)
    blocks[:, : count + 1] = a[:, None]
    for j in range(count):
        blocks[:, 1 + j, j] = b[:, j]
        if size > count + 2:
            blocks[:, 1 + count + j, j] = a[:, j]
    return blocks


def _trajectories(settings: pd.DataFrame, factors: Sequence[str]) -> np.ndarray:
    """The factors as float64 [points, factors]; ScenarioError if the points are not trajectories."""
    try:
        values = settings.to_numpy(float)
    except (TypeError, ValueError):
        raise ScenarioError(
            f"elementary effects of {', '.join(factors)}: factors that are numbers are needed"
        ) from None
    count = len(factors)
    if len(values) % (count + 1) == 0:
        moved = np.diff(values.reshape(-1, count + 1, count), axis=1) != 0.0
        if (moved.sum(axis=1) == 1).all() and (moved.sum(axis=2) == 1).all():
            return values
    raise ScenarioError(
        f"these {len(values)} points are not trajectories in {', '.join(factors)}: blocks of {count + 1} points are "
        "needed, in each of which every factor steps once; `design` names all points if some have no run"
    )
