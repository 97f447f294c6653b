"""Statistics of replicates, each in one place: means, t intervals, pairing, contrasts, optima, and Holm's correction.

The first axis of `samples` is that of the replicates (seeds). A missing value is nan, and is left out. Values under the
same seed belong together: a difference is taken seed by seed before anything else, so that what they share cancels.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy.special import stdtr, stdtrit

from ..errors import ScenarioError

LEVEL = 0.95
SAME = 1e-9
"""Values that differ by no more are equal: more than rounding leaves of a difference, less than a measure can show."""
ENOUGH = 20
"""So many values that differ from the most common one are enough for a t interval, whatever their share."""


class Summary(NamedTuple):
    """What the replicates of a quantity say of its mean; each array has the shape of one replicate.

    Attributes
    ----------
    count : int [...]
        Values that are not missing.
    mean : float [...]
        nan without a value.
    deviation : float [...]
        Standard deviation (n - 1) of single values; nan for fewer than two.
    half_width : float [...]
        Half the width of the t interval of the mean; nan for fewer than two values, and where `nearly_constant`.
    equal : int [...]
        How many values are equal to the most common one; 1 if all differ.
    """

    count: Any
    mean: Any
    deviation: Any
    half_width: Any
    equal: Any

    @property
    def nearly_constant(self) -> Any:
        """Whether the values are too nearly constant for a t interval (see `interval`)."""
        return nearly_constant(self.equal, self.count)


def summary(samples: np.ndarray, level: float = LEVEL) -> Summary:
    """Mean of replicates with all that is said about it.

    Parameters
    ----------
    samples : float [replicates, …]
        Values; nan where one is missing.
    level : float
        Level of the interval, above 0 and below 1.

    Returns
    -------
    Summary
        Arrays [...] (numbers, if there is only the first axis).

    Examples
    --------
    >>> found = summary(np.array([1.0, 2.0, np.nan, 3.0]))
    >>> print(found.count, found.mean, found.deviation, round(found.half_width, 3))
    3 2.0 1.0 2.484
    """
    count, mean, squares = _moments(samples)
    equal = _most_common(samples)
    with np.errstate(invalid="ignore", divide="ignore"):
        deviation = np.where(count > 1, np.sqrt(squares / (count - 1)), np.nan)[()]
    half = np.where(nearly_constant(equal, count), np.nan, half_width(squares, count, level))[()]
    return Summary(count, mean, deviation, half, equal)


def interval(samples: np.ndarray, level: float = LEVEL) -> tuple[Any, Any]:
    """Mean and half-width of its t interval over the first axis.

    Parameters
    ----------
    samples : float [replicates, …]
        Values; nan where one is missing.
    level : float
        Level of the interval, above 0 and below 1.

    Returns
    -------
    mean, half_width : float [...]
        The half-width is nan where there is no interval: with fewer than two values, and where they are nearly
        constant: at least half of them equal, and fewer than 20 different from those.

    Notes
    -----
    Student's interval is exact for normal values and good for many others, but not for a quantity that mostly takes one
    value and rarely another, as the share of people who are too busy does: as long as the rare one has not come up, the
    interval is a point, and wrong. On shares of too busy people in small organisations (30 means and differences, 1,000
    seeds each: `experiments/coverage.py`) nominal 95 % intervals of 4, 8, 20 and 100 replicates covered the truth in as
    few as 34, 52, 73 and 90 of 100 samples. Of those that this rule leaves, at least 90, 92, 94 and 93 of 100 did,
    wherever it leaves one in more than 2 of 100 samples.

    Examples
    --------
    >>> mean, half = interval(np.array([1.0, 2.0, 3.0]))
    >>> print(mean, round(half, 3))
    2.0 2.484
    >>> print(*interval(np.array([0.0, 0.0, 0.0, 0.1])))
    0.025 nan
    """
    found = summary(samples, level)
    return found.mean, found.half_width


def band(samples: np.ndarray, level: float = LEVEL) -> tuple[Any, Any]:
    """Mean and half-width of t intervals point by point, for the band around a curve.

    As `interval`, but nearly constant values have an interval too, so that the band has no holes where weekly numbers
    are mostly 0. It is for the eye; no statement about a single point should rest on it.

    Parameters
    ----------
    samples : float [replicates, …]
        Values; nan where one is missing.
    level : float
        Level of the intervals, above 0 and below 1.

    Returns
    -------
    mean, half_width : float [...]
        The half-width is nan for fewer than two values.
    """
    count, mean, squares = _moments(samples)
    return mean, half_width(squares, count, level)


def _moments(samples: np.ndarray) -> tuple[Any, Any, Any]:
    """Values that are known, their mean, and the sum of squared deviations from it."""
    known = ~np.isnan(samples)
    mean = mean_of_known(samples)
    return known.sum(axis=0), mean, (np.where(known, samples - mean, 0.0) ** 2).sum(axis=0)


def nearly_constant(equal: Any, count: Any) -> Any:
    """Whether so many of some values are equal that no t interval of their mean can be trusted (see `interval`).

    Parameters
    ----------
    equal : int [...]
        How many of the values are equal to the most common one.
    count : int [...]
        How many values there are.

    Returns
    -------
    bool [...]
        True where at least two and at least half are equal, and fewer than 20 differ from those.

    Examples
    --------
    >>> [nearly_constant(equal, count) for equal, count in ((2, 4), (1, 2), (60, 100), (81, 100))]
    [True, False, False, True]
    """
    return (equal >= 2) & (2 * equal >= count) & (count - equal < ENOUGH)


def why_no_interval(equal: int, count: int) -> str:
    """Why there is no interval of a mean, in words.

    Parameters
    ----------
    equal : int
        How many of the values are equal to the most common one.
    count : int
        How many values there are.

    Returns
    -------
    str
        The reason; empty if there is an interval.

    Examples
    --------
    >>> why_no_interval(17, 20)
    'no interval: 17 of 20 runs give the same value'
    >>> why_no_interval(20, 20)
    'no interval: all 20 runs give the same value'
    """
    if count < 2:
        return "no interval: at least 2 runs are needed"
    which = f"all {count}" if equal == count else f"{equal} of {count}"
    return f"no interval: {which} runs give the same value" if nearly_constant(equal, count) else ""


def _most_common(samples: np.ndarray) -> Any:
    """How often the most common value occurs in each column (int [...]); at least 1."""
    near = np.diff(np.sort(samples, axis=0), axis=0) <= SAME  # missing values come last, and are never near
    place = np.arange(1, len(samples)).reshape(-1, *[1] * (samples.ndim - 1))
    before = np.maximum.accumulate(np.where(near, 0, place), axis=0)  # the last place at which a new value begins
    return (place - before).max(axis=0, initial=0) + 1


def half_width(squares: Any, count: Any, level: float = LEVEL) -> Any:
    """Half-width of the t interval of a mean, from the sum of squared deviations from it.

    Parameters
    ----------
    squares : float [...]
        Sums of squared deviations, at least 0.
    count : int [...]
        Values that each is of.
    level : float
        Level of the interval, above 0 and below 1.

    Returns
    -------
    float [...]
        nan for fewer than two values.
    """
    freedom = np.maximum(count - 1, 1)
    width = stdtrit(freedom, 0.5 + level / 2) * np.sqrt(squares / (freedom * np.maximum(count, 1)))
    return np.where(count > 1, width, np.nan)[()]


def mean_of_known(values: np.ndarray, axis: int = 0) -> Any:
    """Mean of the values that are not missing.

    Parameters
    ----------
    values : float [...]
        Values; nan where one is missing.
    axis : int
        The axis to average over.

    Returns
    -------
    float [...]
        Without that axis; nan where all values are missing.

    Examples
    --------
    >>> print(mean_of_known(np.array([[1.0, np.nan], [3.0, np.nan]])))
    [ 2. nan]
    """
    known = ~np.isnan(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(known, values, 0.0).sum(axis=axis) / known.sum(axis=axis)


def standard_error(values: np.ndarray) -> Any:
    """Standard error of the mean over the first axis.

    Parameters
    ----------
    values : float [replicates, …]
        Values; nan where one is missing.

    Returns
    -------
    float [...]
        nan for fewer than two values.

    Examples
    --------
    >>> print(standard_error(np.array([1.0, 2.0, 3.0])).round(4))
    0.5774
    """
    found = summary(values)
    return found.deviation / np.sqrt(found.count)


def variance_ratio(one: np.ndarray, other: np.ndarray) -> Any:
    """What pairing gained: the variance of an unpaired difference over that of the paired one.

    Parameters
    ----------
    one, other : float [seeds, …]
        Values under the same seeds. A pair of which a value is missing is left out.

    Returns
    -------
    float [...]
        Above 1 is a gain; nan for fewer than two pairs.
    """
    gap = one - other
    known = ~np.isnan(gap)
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = [summary(np.where(known, values, np.nan)).deviation ** 2 for values in (one, other, gap)]
        return (spread[0] + spread[1]) / spread[2]


# --- a statistic against the smallest size that matters ---------------------------------------------------------------


class Inference(NamedTuple):
    """A statistic with its interval, and how surely it lies on either side of a size.

    Attributes
    ----------
    effect : float
        The statistic: a mean, a lead or a shift; nan if it cannot be told.
    low, high : float
        Bounds of its interval; nan where there is none.
    p_below : float
        P value of "it is smaller than the size", at most (1 - level)/2 just where `low` is at least the size.
    p_above : float
        P value of "it is at least the size", at most (1 - level)/2 just where `high` is below the size.
    seeds : int
        How many seeds it is of.
    note : str
        Where an optimum lies, or why there is no interval; may be empty.
    """

    effect: float
    low: float
    high: float
    p_below: float
    p_above: float
    seeds: int
    note: str = ""

    @property
    def p(self) -> float:
        """Two-sided p value: twice the smaller one, at most 1."""
        return min(1.0, 2.0 * min(self.p_below, self.p_above))


def _tail(mean: Any, half: Any, count: int, size: float, level: float) -> Any:
    """One-sided p value of "the mean is smaller than `size`" from a mean with its interval; 1 without an interval."""
    error = half / stdtrit(max(count - 1, 1), 0.5 + level / 2)
    with np.errstate(invalid="ignore", divide="ignore"):
        p = stdtr(max(count - 1, 1), (size - mean) / error)
    return np.where(np.isnan(half), 1.0, p)


def contrast(values: np.ndarray, size: float, level: float = LEVEL) -> Inference:
    """A mean of values that were formed seed by seed (a difference, an interaction), against a size.

    Parameters
    ----------
    values : float [seeds]
        Nan where one is missing.
    size : float
        The smallest size that matters.
    level : float
        Level of the interval, above 0 and below 1.

    Returns
    -------
    Inference
        By Student's t. Where the values are nearly constant it decides nothing: both p values are 1.

    Examples
    --------
    >>> found = contrast(np.array([0.3, 0.1, 0.2, 0.25]), size=0.05)
    >>> print(round(found.low, 3), round(found.high, 3), round(found.p_below, 3))
    0.077 0.348 0.016
    """
    found = summary(values, level)
    mean, half, count = float(found.mean), float(found.half_width), int(found.count)
    below, above = (float(_tail(*side, level)) for side in ((mean, half, count, size), (-mean, half, count, -size)))
    return Inference(mean, mean - half, mean + half, below, above, count, why_no_interval(found.equal, count))


def interior_maximum(values: np.ndarray, labels: Sequence[Any], size: float, level: float = LEVEL) -> Inference:
    """By how much the best condition between the ends beats the better end, against a size.

    Parameters
    ----------
    values : float [conditions, seeds]
        At least three conditions, in order; the first and the last are the ends. A seed with a missing value is left
        out.
    labels : sequence
        What the conditions are called.
    size : float
        The smallest lead that matters.
    level : float
        Level of the interval, above 0 and below 1.

    Returns
    -------
    Inference
        `effect`: the largest mean between the ends less the larger of theirs, which is too large by what the best of
        several owes to chance; the interval is not. `note`: where it lies.

    Raises
    ------
    ScenarioError
        For fewer than three conditions.

    Notes
    -----
    The lead is the maximum over the conditions i between the ends of the smaller of the two differences from an end.
    Both bounds follow from paired t tests of these differences, and err with a probability of at most (1 - level)/2
    each, for normal values, whatever the curve and the correlations:

    - the lead is *at least* `size` if some condition beats both ends by that. One condition: both of two tests must
      show it, each at the full level (an intersection-union test, as Lind & Mehlum 2010 test for a U shape). Any
      of m conditions: each has a share of 1/m of the error (Bonferroni), since the best of several looks better than
      it is;
    - the lead is *below* `size` if no condition beats both ends by that. All conditions must be shown to fail, each at
      the full level (intersection-union); one fails if it does so against either of two ends (Bonferroni: 1/2).

    Choosing the best condition in one half of the seeds and trying it in the other, as this was done before, errs
    in the second: the chosen one is no better than the best, so that a lead of just `size` was denied in 5 to 16 of 100
    cases instead of 2.5.

    References
    ----------
    .. [1] Lind, J. T., & Mehlum, H. (2010). With or without U? The appropriate test for a U-shaped relationship. Oxford
       Bulletin of Economics and Statistics, 72(1), 109-118.
    """
    if len(values) < 3:
        raise ScenarioError("an interior maximum needs at least three conditions: two ends, and one between them")
    values = values[:, ~np.isnan(values).any(axis=0)]
    inner, count = len(values) - 2, values.shape[1]
    gaps = values[1:-1, None] - values[[0, -1]]  # [between, ends, seeds]
    lows, p_below = _bounds(gaps, size, level, inner)
    highs, p_above = _bounds(-gaps, -size, level, 2)
    best = 1 + int(values[1:-1].mean(axis=1).argmax())
    return Inference(
        effect=float(gaps.mean(axis=2).min(axis=1).max()),
        low=_finite(lows.min(axis=1).max()),
        high=_finite((-highs).min(axis=1).max()),
        p_below=float(np.minimum(1.0, inner * p_below.max(axis=1)).min()),
        p_above=float(np.minimum(1.0, 2.0 * p_above.min(axis=1)).max()),
        seeds=count,
        note=f"best at {labels[best]}",
    )


def _bounds(gaps: np.ndarray, size: float, level: float, tests: int) -> tuple[np.ndarray, np.ndarray]:
    """Lower bounds of means over the last axis, each with 1/tests of the error, and p values of "below `size`"."""
    count = gaps.shape[-1]
    shared = 1.0 - (1.0 - level) / tests
    mean, half = interval(np.moveaxis(gaps, -1, 0), shared)
    lows = np.where(np.isnan(half), -np.inf, mean - half)
    return lows, _tail(mean, half, count, size, shared)


def _finite(bound: float) -> float:
    return float(bound) if np.isfinite(bound) else np.nan


def optimum_shift(
    one: np.ndarray, other: np.ndarray, numbers: Sequence[float], size: float, level: float = LEVEL
) -> Inference:
    """How far the best condition lies higher under one circumstance than under another, against a size.

    Parameters
    ----------
    one, other : float [conditions, seeds]
        A measure along a factor whose conditions are numbers. A seed with a missing value is left out.
    numbers : sequence of float
        These conditions.
    size : float
        The smallest shift that matters.
    level : float
        Level of the interval, above 0 and below 1.

    Returns
    -------
    Inference
        `effect`: the difference of the two conditions with the largest means; `note`: these two.

    Notes
    -----
    A condition is ruled out as the best if some other one beats it in a paired t test. With an error of
    (1 - level)/2, shared among all comparisons with the condition that is truly the best, under both circumstances
    (Bonferroni), the true pair stays in with the remaining probability; the bounds of the shift are those of all
    pairs that do. So are multiple comparisons with the best made from comparisons with a control: each condition in
    turn is taken to be the best, and is one until another beats it (Edwards & Hsu 1983).

    Percentiles of a bootstrap, used before, are wrong where two conditions are nearly equally good: a shift was claimed
    that is not there in up to 23 of 100 cases instead of 2.5.

    References
    ----------
    .. [1] Edwards, D. G., & Hsu, J. C. (1983). Multiple comparisons with the best treatment. Journal of the American
       Statistical Association, 78(384), 965-971.
    """
    known = ~(np.isnan(one).any(axis=0) | np.isnan(other).any(axis=0))
    where, count = np.asarray(numbers, float), int(known.sum())
    tests = 2 * (len(where) - 1)
    # Whether each is the best: the p value of it, before the correction; its own comparison with itself says nothing.
    chances = [_may_be_best(values[:, known], level) for values in (one, other)]
    pairs = np.minimum(1.0, tests * np.minimum(chances[0][:, None], chances[1][None, :]))
    shifts = where[:, None] - where[None, :]
    left = shifts[pairs > (1.0 - level) / 2]
    best = [float(where[values[:, known].mean(axis=1).argmax()]) for values in (one, other)]
    return Inference(
        effect=best[0] - best[1],
        low=float(left.min()),
        high=float(left.max()),
        p_below=float(pairs[shifts < size].max(initial=0.0)),
        p_above=float(pairs[shifts >= size].max(initial=0.0)),
        seeds=count,
        note=f"best at {best[0]:g} and {best[1]:g}",
    )


def _may_be_best(values: np.ndarray, level: float) -> np.ndarray:
    """For each condition the smallest p value of "it is as good as another one" (float64 [conditions])."""
    gaps = np.moveaxis(values[:, None] - values[None, :], -1, 0)
    mean, half = interval(gaps, level)
    return _tail(-mean, half, values.shape[1], 0.0, level).min(axis=1)


# --- many tests -------------------------------------------------------------------------------------------------------


def holm(p_values: Sequence[float] | np.ndarray) -> np.ndarray:
    """P values adjusted for being some of many, by Holm's step-down procedure.

    Rejecting where the adjusted value is at most α keeps the chance of one or more wrong rejections in the whole family
    at or below α, however the tests depend on each other.

    Parameters
    ----------
    p_values : float [tests]
        From 0 to 1.

    Returns
    -------
    float64 [tests]
        In the same order; never below the given ones.

    References
    ----------
    .. [1] Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of Statistics,
       6(2), 65-70.

    Examples
    --------
    >>> print(holm([0.01, 0.04, 0.03]))
    [0.03 0.06 0.06]
    """
    given = np.asarray(p_values, float)
    order = np.argsort(given, kind="stable")
    steps = np.arange(len(given), 0, -1)  # the smallest is tested among all, the next among one fewer, …
    adjusted = np.empty(len(given))
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(steps * given[order]))
    return adjusted
