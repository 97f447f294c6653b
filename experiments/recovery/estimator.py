"""From the weekly course of an organisation to its parameters: approximate Bayesian computation.

A ridge regression learns what statistics of the course say about each parameter (Fearnhead & Prangle 2012, JRSS B
74(3)); the known organisations nearest in that, corrected by a local linear regression (Beaumont, Zhang & Balding 2002,
Genetics 162(4)), are the posterior: its mean is the estimate, its quantiles the interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import RidgeCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

FOLDS = 4  # each organisation is guessed once, from the other three quarters
PARTS = 5  # of those three quarters; each is what a regression says of it when fitted to the others
NEAREST = 200  # known organisations that a posterior is made of
PENALTY = 1e-3  # of the slopes of the local regression, in units of the prior's variance
LEVEL = 0.9  # of intervals

# --- what is read from a course ---------------------------------------------------------------------------------------

WINDOWS = (0, 1, 2, 3, 4, 6, 8, 10, 13, 19, 26, 39, 52, 78, 104, 156, 208, 260, 520, 780, 1040)
EARLY = 26  # weeks; the rest is late
TAILS = (0.01, 0.05, 0.25, 0.75, 0.95, 0.99)


def statistics(courses: np.ndarray) -> np.ndarray:
    """Statistics of courses, float64 [organisations, weeks] → float64 [organisations, statistics]; from 80 weeks on.

    Means over windows, and their growth since the first week; early and late: mean, spread, and the sizes and quantiles
    of weekly changes; late: quantiles, autocorrelation of levels and of changes, skewness and kurtosis of changes.
    """
    ends = [week for week in WINDOWS if week <= courses.shape[1]]
    windows = np.stack([courses[:, a:b].mean(axis=1) for a, b in pairwise(ends)], axis=1)
    found = [windows, _log(windows[:, 1:], 1e-3) - _log(windows[:, :1], 1e-3)]
    late = courses[:, EARLY:]
    for part in (courses[:, :EARLY], late):
        change = np.diff(part, axis=1)
        sizes = np.stack([part.mean(1), part.std(1), change.std(1), np.abs(change).mean(1)], axis=1)
        found += [sizes, _log(sizes, 1e-5), np.quantile(change, TAILS, axis=1).T]
    change = np.diff(late, axis=1)
    spreads = np.stack([late.std(1), change.std(1)], axis=1)
    scaled = (change - change.mean(1, keepdims=True)) / np.maximum(change.std(1, keepdims=True), 1e-12)
    found += [
        np.quantile(late, (*TAILS, 0.5), axis=1).T,
        spreads / np.maximum(late.mean(axis=1), 1e-3)[:, None],
        autocorrelation(late, (1, 2, 4, 8, 13, 26, 52)),
        autocorrelation(change, (1, 2, 3, 4, 8)),
        np.stack([(scaled**3).mean(1), (scaled**4).mean(1)], axis=1),
    ]
    return np.concatenate(found, axis=1)


def _log(values: np.ndarray, least: float) -> np.ndarray:
    return np.log(np.maximum(values, least))


def autocorrelation(series: np.ndarray, lags: Sequence[int]) -> np.ndarray:
    """Of each row, at each lag (float64 [rows, lags])."""
    centred = series - series.mean(axis=1, keepdims=True)
    variance = np.maximum((centred**2).mean(axis=1), 1e-15)
    return np.stack([(centred[:, lag:] * centred[:, :-lag]).mean(axis=1) / variance for lag in lags], axis=1)


# --- the parameters behind it -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Guess:
    """Estimates of parameters and the bounds of their intervals; each float64 [organisations, parameters]."""

    value: np.ndarray
    low: np.ndarray
    high: np.ndarray


def recover(seen: np.ndarray, true: np.ndarray, priors: Sequence[tuple[float, float]]) -> Guess:
    """The parameters of each organisation, guessed from the organisations in other quarters.

    `seen`: float64 [organisations, statistics]; `true`: float64 [organisations, parameters]; `priors`: their ranges.
    """
    low, high = np.array(priors).T
    unit, sd = (true - low) / (high - low), 12**-0.5  # every prior from 0 to 1
    guessed = np.empty((3, *true.shape))
    for known, asked in quarters(len(true)):
        # What a regression says of those asked about is held against what it says of others that it was not fitted to.
        part = np.arange(known.sum()) % PARTS
        said = np.empty((len(part), true.shape[1]))
        answers = np.empty((PARTS, asked.sum(), true.shape[1]))
        for k in range(PARTS):
            regression = _regression().fit(seen[known][part != k], unit[known][part != k])
            said[part == k] = _by_parameter(regression.predict(seen[known][part == k])) / sd
            answers[k] = _by_parameter(regression.predict(seen[asked])) / sd
        steps = (said - answers[part, i] for i in range(asked.sum()))
        guessed[:, asked] = np.stack([_posterior(step, unit[known]) for step in steps], axis=1)
    return Guess(*(low + (high - low) * guessed))


def _by_parameter(predicted: np.ndarray) -> np.ndarray:
    """Predictions with an axis for parameters, which scikit-learn leaves out where there is only one."""
    return predicted.reshape(len(predicted), -1)


def quarters(count: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Which organisations are known and which are asked about (two of bool [count]), each of them asked about once."""
    quarter = np.arange(count) % FOLDS
    return [(quarter != fold, quarter == fold) for fold in range(FOLDS)]


def _regression() -> Any:
    """Ridge with the penalty that is best for each parameter (leave-one-out, among those it is fitted to)."""
    return make_pipeline(StandardScaler(), RidgeCV(np.logspace(-1, 7, 17), alpha_per_target=True))


def _posterior(step: np.ndarray, unit: np.ndarray) -> np.ndarray:
    """Mean and bounds of the posterior of one organisation (float64 [3, parameters]).

    `unit`: the parameters of known organisations; `step`: how far what is said of them lies from what is said of it.
    """
    distance = np.sqrt((step**2).sum(axis=1))
    nearest = np.argsort(distance)[:NEAREST]
    step, unit, distance = step[nearest], unit[nearest], distance[nearest]
    weight = 1.0 - (distance / max(distance[-1], 1e-12)) ** 2 + 1e-9  # Epanechnikov's kernel
    weight /= weight.sum()
    around = np.column_stack([np.ones(len(step)), step])
    penalty = np.diag([0.0, *[PENALTY] * step.shape[1]])
    slope = np.linalg.solve(around.T @ (weight[:, None] * around) + penalty, around.T @ (weight[:, None] * unit))
    moved = np.clip(unit - step @ slope[1:], 0.0, 1.0)
    order = np.argsort(moved, axis=0)
    found = [weight @ moved]
    for share in ((1.0 - LEVEL) / 2.0, (1.0 + LEVEL) / 2.0):
        place = np.minimum((np.cumsum(weight[order], axis=0) < share).sum(axis=0), len(step) - 1)
        found.append(np.take_along_axis(moved, np.take_along_axis(order, place[None], axis=0), axis=0)[0])
    return np.array(found)


def boosted(seen: np.ndarray, true: np.ndarray) -> np.ndarray:
    """A second opinion: estimates by boosted trees, on the same quarters (no intervals)."""
    value = np.empty_like(true)
    for known, asked in quarters(len(true)):
        for j in range(true.shape[1]):
            trees = HistGradientBoostingRegressor(max_iter=150, learning_rate=0.05, max_leaf_nodes=8, random_state=0)
            value[asked, j] = trees.fit(seen[known], true[known, j]).predict(seen[asked])
    return value


def explained(value: np.ndarray, true: np.ndarray) -> float:
    """R²: the share of the variance that estimates explain; below 0 they are worse than the mean."""
    return float(1.0 - ((value - true) ** 2).mean() / true.var())
