"""Statistics at the edge: how often each of them errs where the truth is just the size that matters, and in which way.

A verdict may be wrong in 2.5 of 100 cases. Each rate is counted in simulated studies with a known truth, normal noise
and a fixed seed, and may exceed 2.5 % by three standard errors of a rate of 2.5 % in so many studies. Statistics that
were used before 0.2, or that come to mind first, are tried in the same studies, and must be found out.
"""

import numpy as np
import pytest
from scipy.stats import binom, false_discovery_control, norm, t, ttest_1samp

from sim import ScenarioError
from sim.analysis.statistics import (
    ENOUGH,
    band,
    contrast,
    holm,
    interior_maximum,
    interval,
    mean_of_known,
    nearly_constant,
    optimum_shift,
    standard_error,
    summary,
    variance_ratio,
    why_no_interval,
)

STUDIES = 500
MOST = 0.025 + 3 * np.sqrt(0.025 * 0.975 / STUDIES)  # 4.6 %
SEEDS = (4, 20)


def studies(curve, seeds, rng, shared=1.0):
    """Simulated studies of a curve (float [conditions, seeds] each): noise of each run, and some that a seed shares."""
    curve = np.asarray(curve, float)[:, None]
    for _ in range(STUDIES):
        yield curve + rng.normal(size=(len(curve), seeds)) + shared * rng.normal(size=seeds)


def rates(found, size):
    """How often a statistic was said to be at least a size, and below it."""
    low, high = np.array([(one.low, one.high) for one in found]).T
    return (low >= size).mean(), (high < size).mean()


# --- intervals --------------------------------------------------------------------------------------------------------


def test_missing_values_are_left_out_of_everything():
    rng = np.random.default_rng(1)
    whole, gaps = rng.normal(size=(9, 3)), np.full((4, 3), np.nan)
    mixed = rng.permutation(np.concatenate([whole, gaps]))
    for one, other in zip(summary(mixed), summary(whole), strict=True):
        assert one == pytest.approx(other)
    assert mean_of_known(mixed) == pytest.approx(whole.mean(axis=0))
    assert standard_error(mixed) == pytest.approx(whole.std(axis=0, ddof=1) / 3)
    assert np.isnan(summary(gaps).mean).all()
    assert summary(gaps).count.tolist() == [0, 0, 0]


def test_a_pair_of_which_one_is_missing_counts_for_no_variance():
    one, other = np.random.default_rng(2).normal(size=(2, 30))
    with_gaps = np.append(one, [5.0, np.nan]), np.append(other, [np.nan, 7.0])
    assert variance_ratio(*with_gaps) == pytest.approx(variance_ratio(one, other))


@pytest.mark.parametrize(
    ("values", "equal", "constant"),
    [
        ([1.0, 2.0, 3.0, 4.0], 1, False),
        ([0.0, 0.0, 3.0, 4.0], 2, True),
        ([0.0, 0.0, 3.0, 4.0, 5.0], 2, False),
        ([0.0, 1e-12, -1e-12, 4.0, 5.0], 3, True),
        ([1.0, 2.0], 1, False),
        ([1.0, 1.0], 2, True),
        ([2.0] * 60 + list(range(3, 3 + ENOUGH)), 60, False),
        ([2.0] * 60 + list(range(3, 2 + ENOUGH)), 60, True),
        ([5.0, np.nan, np.nan, 6.0, 5.0], 2, True),
    ],
)
def test_values_are_nearly_constant_if_half_of_them_are_equal_and_few_differ(values, equal, constant):
    found = summary(np.array(values))
    assert found.equal == equal
    assert found.nearly_constant == constant
    assert np.isnan(found.half_width) == constant
    assert bool(why_no_interval(found.equal, found.count)) == constant
    assert np.isfinite(band(np.array(values))[1])


def covered(values, truth, count, rng, half_of=interval):
    """Of samples of some values: the share that has an interval, and the share of those whose interval covers."""
    mean, half = half_of(rng.choice(values, size=(count, 20_000)))
    given = ~np.isnan(half)
    return given.mean(), (np.abs(mean - truth) <= half)[given].mean() if given.any() else np.nan


@pytest.mark.parametrize("count", [4, 8, 20])
def test_intervals_of_a_quantity_that_is_mostly_nought_cover_or_are_not_given(count):
    """Shares like those of people who are too busy, which experiments/coverage.py has from the model itself."""
    rng, lowest = np.random.default_rng(3), []
    for nought in (0.2, 0.5, 0.8, 0.99):
        values = np.where(rng.random(20_000) < nought, 0.0, rng.beta(1.5, 3.0, size=20_000))
        given, share = covered(values, values.mean(), count, rng)
        assert given < 0.02 or share > 0.89, "of those that are given, and not only once in a while"
        lowest.append(covered(values, values.mean(), count, rng, band)[1])
    assert lowest[-1] < 0.25, "the plain t interval is found out"


def test_an_interval_is_given_again_where_enough_values_differ():
    values = np.where(np.random.default_rng(4).random(4000) < 0.6, 0.0, 1.0)
    given, share = covered(values, values.mean(), 100, np.random.default_rng(5))
    assert given > 0.99
    assert share == pytest.approx(0.95, abs=0.02)


# --- contrasts --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seeds", SEEDS)
@pytest.mark.parametrize("weights", [(1, -1), (1, -1, -1, 1)], ids=["contrast", "interaction"])
def test_contrasts_err_as_often_as_they_say(weights, seeds):
    rng, truth = np.random.default_rng(6), 0.3
    curve = [truth, *[0.0] * (len(weights) - 1)]
    values = [np.tensordot(weights, one, axes=1) for one in studies(curve, seeds, rng)]
    for rate in rates([contrast(one, truth) for one in values], truth):
        assert rate < MOST
    assert max(rates([contrast(one, truth, level=0.85) for one in values], truth)) > MOST, "a lower level is found out"


def test_its_p_value_is_that_of_a_t_test():
    values = np.random.default_rng(7).normal(0.5, 1, size=12)
    found = contrast(values, 0.2)
    assert found.p == pytest.approx(ttest_1samp(values, 0.2).pvalue)
    assert found.p_below == pytest.approx(ttest_1samp(values, 0.2, alternative="greater").pvalue)
    assert found.p_below + found.p_above == pytest.approx(1)


def test_the_bounds_and_the_p_values_say_the_same():
    rng = np.random.default_rng(8)
    for _ in range(200):
        values, size = rng.normal(size=(5, 6)) + rng.normal(size=(5, 1)), rng.normal()
        shift = optimum_shift(values, rng.normal([[0], [0], [9], [0], [0]], size=(5, 6)), [1, 2, 3, 4, 5], 1.0)
        for one, edge in (
            (contrast(values[0], size), size),
            (interior_maximum(values, "abcde", size), size),
            (shift, 1),
        ):
            assert (one.low >= edge) == (one.p_below <= 0.025)
            assert (one.high < edge) == (one.p_above <= 0.025)
            assert one.low <= one.effect <= one.high


def test_nothing_follows_from_nearly_constant_values():
    for one in (
        contrast(np.zeros(100), 0.2),
        contrast(np.append(np.zeros(99), 1e-3), 0.2),
        interior_maximum(np.ones((5, 20)), "abcde", 0.2),
        optimum_shift(np.ones((5, 20)), np.ones((5, 20)), range(5), 0.2),
        contrast(np.array([1.0]), 0.2),
    ):
        assert one.p == 1
        assert not one.low >= 0.2
        assert not one.high < 0.2


# --- maxima between the ends ------------------------------------------------------------------------------------------

CURVES = {
    "flat": [0, 0, 0, 0, 0, 0, 0],
    "plateau": [0, 1, 1, 1, 1, 1, 0],
    "hill": [0, 0.5, 0.9, 1, 0.9, 0.5, 0],
    "one point": [0, 0, 0, 1, 0, 0, 0],
    "rising to the border": [0, 0.2, 0.4, 0.6, 0.8, 1, 1],
    "one end far below": [-5, 0.5, 0.9, 1, 0.9, 0.5, 0],
    "three": [0, 1, 0],
}


def lead(curve):
    """The true statistic."""
    return max(curve[1:-1]) - max(curve[0], curve[-1])


def tried_in_the_other_half(values):
    """The bounds of version 0.1: the best condition is chosen in one half of the seeds, and tried in the other."""
    halves, best = np.arange(values.shape[1]) % 2, np.empty(values.shape[1])
    for half in (0, 1):
        k = 1 + values[1:-1, halves != half].mean(axis=1).argmax()
        best[halves == half] = values[k, halves == half]
    bounds = np.array([(mean - half, mean + half) for mean, half in (interval(best - values[end]) for end in (0, -1))])
    return bounds.min(axis=0)


@pytest.mark.parametrize("seeds", SEEDS)
@pytest.mark.parametrize("name", CURVES)
def test_a_maximum_between_the_ends_is_neither_claimed_nor_denied_too_often_at_the_edge(name, seeds):
    curve, rng = CURVES[name], np.random.default_rng(9)
    edge = lead(curve)
    found = [interior_maximum(values, range(len(curve)), edge) for values in studies(curve, seeds, rng)]
    claimed, denied = rates(found, edge)
    assert claimed < MOST
    assert denied < MOST


def test_the_statistic_of_version_0_1_and_the_naive_one_are_found_out():
    rng, curve = np.random.default_rng(10), CURVES["one point"]
    denied = [tried_in_the_other_half(values)[1] < 1 for values in studies(curve, 10, rng)]
    assert np.mean(denied) > 2 * MOST
    flat = studies(CURVES["flat"], 10, rng)
    best = [values[1 + values[1:-1].mean(axis=1).argmax()] - values[0] for values in flat]
    assert rates([contrast(one, 0.0) for one in best], 0.0)[0] > MOST


def test_a_clear_maximum_is_found_and_its_absence_too():
    rng = np.random.default_rng(11)
    clear = [interior_maximum(v, range(7), 0.5) for v in studies([0, 1, 1.5, 2, 1.5, 1, 0], 40, rng)]
    assert rates(clear, 0.5)[0] > 0.95
    rising = [interior_maximum(v, range(7), 0.5) for v in studies(range(7), 40, rng)]
    assert rates(rising, 0.5)[1] > 0.95


def test_a_maximum_needs_something_between_the_ends_and_leaves_seeds_with_gaps_out():
    values = np.random.default_rng(12).normal([[0], [3], [1], [0]], size=(4, 9))
    with_gap = np.column_stack([values, [np.nan, 99, 99, 99]])
    assert interior_maximum(with_gap, "abcd", 0.1) == interior_maximum(values, "abcd", 0.1)
    assert interior_maximum(values, "abcd", 0.1).note == "best at b"
    with pytest.raises(ScenarioError, match="at least three conditions"):
        interior_maximum(values[:2], "ab", 0.1)


# --- shifts of an optimum ---------------------------------------------------------------------------------------------

ALIKE = 1e-9  # by how much one of two conditions is the better
SHIFTS = {
    "two alike": ([0, 1, 2, 3 + ALIKE, 3, 1, 0], [0, 2, 4, 2, 1, 0, -1], 2.0, 0),
    "two alike, denied": ([0, 1, 2, 3, 3 + ALIKE, 1, 0], [0, 2, 4, 2, 1, 0, -1], 2.0, 1),
    "two alike in both": ([0, 1, 2, 3 + ALIKE, 3, 1, 0], [0, 2, 3, 3 + ALIKE, 1, 0, -1], 1.0, 0),
    "flat": ([ALIKE, 0, 0, 0, 0, 0, 0], [ALIKE, 0, 0, 0, 0, 0, 0], 1.0, 0),
    "flat against a hill": ([0, 0, 0, 0, 0, 0, ALIKE], [0, 0, 0, 4, 0, 0, 0], 1.0, 1),
}


def bootstrap(one, other):
    """The bounds of version 0.1: percentiles of the shift over seeds drawn again."""
    draws = np.random.default_rng(0).integers(one.shape[1], size=(500, one.shape[1]))
    moves = [values[:, draws].mean(axis=-1).argmax(axis=0) for values in (one, other)]
    return np.quantile(moves[0] - moves[1], [0.025, 0.975])


def wrong(name, seeds, bounds):
    """How often a shift is claimed (or denied) that is just not there (or just is)."""
    first, second, size, denied = SHIFTS[name]
    rng, count = np.random.default_rng(13), 0
    for one, other in zip(studies(first, seeds, rng), studies(second, seeds, rng), strict=True):
        low, high = bounds(one, other)
        count += high < size if denied else low >= size
    return count / STUDIES


@pytest.mark.parametrize("seeds", SEEDS)
@pytest.mark.parametrize("name", SHIFTS)
def test_a_shift_is_neither_claimed_nor_denied_too_often_where_conditions_are_alike(name, seeds):
    assert wrong(name, seeds, lambda one, other: optimum_shift(one, other, range(7), 1.0)[1:3]) < MOST


def test_a_bootstrap_of_the_shift_is_found_out():
    assert wrong("two alike in both", 10, bootstrap) > 2 * MOST


def test_a_clear_shift_is_found():
    rng = np.random.default_rng(14)
    hills = [-2 * ((np.arange(7) - place) ** 2.0) for place in (4, 2)]
    both = zip(*(studies(hill, 40, rng) for hill in hills), strict=True)
    found = [optimum_shift(one, other, range(7), 2.0) for one, other in both]
    assert rates(found, 2.0)[0] > 0.95
    assert found[0][:3] == (2, 2, 2)
    assert found[0].note == "best at 4 and 2"


# --- Holm -------------------------------------------------------------------------------------------------------------


def test_holm_as_worked_out_by_hand():
    # The seven of the example of R's HDLSSkST::Holm, which rejects the third and the last at 5 %.
    given = [0.50, 0.01, 0.001, 0.69, 0.02, 0.05, 0.0025]
    adjusted = holm(given)
    assert adjusted == pytest.approx([1.0, 0.05, 0.007, 1.0, 0.08, 0.15, 0.015])
    assert (adjusted < 0.05).tolist() == [False, False, True, False, False, False, True]
    assert holm([0.03]) == [0.03]
    assert holm([0.02, 0.02]) == pytest.approx([0.04, 0.04]), "the second is no surer than the first"
    assert len(holm([])) == 0


def test_holm_keeps_the_chance_of_any_mistake():
    """Ten tests, three of them of something true; one with the false discovery rate instead is found out."""
    rng = np.random.default_rng(15)
    z = rng.normal(size=(4000, 10)) + np.array([0.0] * 3 + [4.0] * 7)
    p = 2 * norm.sf(np.abs(z))
    any_wrong = np.mean([(holm(row)[:3] <= 0.05).any() for row in p])
    limit = binom.ppf(0.999, len(p), 0.05) / len(p)
    assert any_wrong <= limit
    assert np.mean((false_discovery_control(p, axis=1)[:, :3] <= 0.05).any(axis=1)) > limit


def test_more_than_half_of_the_tests_would_be_wrong_without_students_quantile():
    assert t.ppf(0.975, 3) / norm.ppf(0.975) > 1.6
    rng = np.random.default_rng(16)
    values = rng.normal(size=(4, 20_000))
    mean, half = interval(values)
    assert (np.abs(mean) > half).mean() == pytest.approx(0.05, abs=0.006)


def test_the_rule_is_the_same_for_one_sample_and_for_many():
    rng = np.random.default_rng(17)
    samples = np.where(rng.random((8, 50)) < 0.5, 0.0, rng.normal(size=(8, 50)))
    found = summary(samples)
    alone = [summary(column) for column in samples.T]
    assert found.equal.tolist() == [one.equal for one in alone]
    assert found.nearly_constant.tolist() == [nearly_constant(one.equal, 8) for one in alone]
