"""Reality: what practices are worth, how that changes, and the outside world that searches it."""

from itertools import pairwise

import numpy as np
import pytest

from sim.model.practice import packed
from sim.model.reality import (
    ADJACENT,
    ANY_REPEATED,
    BEST,
    MEAN,
    RANDOM,
    change_aspect,
    change_reality,
    fit,
    payoff,
    perceived_payoff,
    step_outside,
    value,
)
from tests.engine import Hand, all_practices, blocks, measure_scale, rugged, small

SEED = np.uint64(3)
SIZES = [(2, 0), (2, 1), (5, 2), (7, 6), (8, 4), (10, 3), (13, 2), (15, 3)]


def ones(count):
    return np.ones(count, np.bool_)


def brute_force(practice, reality, aware=None):
    """V from its definition (ODD, 7)."""
    total = 0.0
    for j, partners in enumerate(reality.partner):
        b = sum(2**k for k, partner in enumerate(partners) if practice[partner] > 0)
        source = reality.contribution if aware is None or aware[j] else reality.contribution_before
        total += source[j, b]
    return total / len(practice)


def values(reality):
    practices = all_practices(len(reality.everything))
    return np.array([value(practice, reality.everything, reality) for practice in practices])


def changed(reality, *aspects, week=9, severity=1.0):
    for j in aspects:
        change_aspect(SEED, week, j, severity, reality)
    measure_scale(reality)
    return reality


# The value of a practice


@pytest.mark.parametrize("neighbours", [ADJACENT, RANDOM])
@pytest.mark.parametrize(("aspects", "complexity"), SIZES)
def test_value_and_scale_are_those_of_brute_force(aspects, complexity, neighbours):
    reality = rugged(aspects, complexity, seed=aspects, neighbours=neighbours)
    by_hand = [brute_force(practice, reality) for practice in all_practices(aspects)]
    assert values(reality).tolist() == by_hand
    assert reality.scale[BEST] == max(by_hand)
    assert reality.scale[MEAN] == pytest.approx(np.mean(by_hand), rel=1e-14)


@pytest.mark.parametrize("neighbours", [ADJACENT, RANDOM, ANY_REPEATED])
@pytest.mark.parametrize(("aspects", "complexity"), [(6, 5), (9, 4), (12, 4), (20, 5), (20, 12)])
def test_a_practice_is_worth_the_same_by_its_number_to_the_bit(aspects, complexity, neighbours):
    """Whatever has changed, whoever judges, and whether or not there is a table of all payoffs."""
    luck = np.random.default_rng(aspects)
    reality = rugged(aspects, complexity, seed=complexity, neighbours=neighbours)
    assert len(reality.payoff) == (2**aspects if aspects <= 12 else 0)
    for week in range(1, 6):
        for practice in luck.choice(np.array([-1, 0, 1], np.int8), (20, aspects)):
            own, known = packed(practice), luck.random(aspects) < 0.7
            by_hand = brute_force(practice, reality)
            assert payoff(own, reality) == by_hand
            assert value(practice, reality.everything, reality) == by_hand
            by_hand = brute_force(practice, reality, known)
            assert perceived_payoff(own, packed(known), reality) == by_hand
            assert value(practice, known, reality) == by_hand
        change(reality, 0.2, 0, week)


def test_the_number_of_a_practice_says_what_it_is():
    assert [packed(practice) for practice in all_practices(8)] == list(range(256))
    assert packed(np.array([0, 1, -1, 1], np.int8)) == 0b1010
    assert packed(np.array([True, False, True])) == 0b101


def test_without_complexity_aspects_add_up():
    reality = rugged(6, 0)
    practice = np.array([1, -1, -1, 1, 1, -1], np.int8)
    assert value(practice, ones(6), reality) == pytest.approx(reality.contribution[range(6), [1, 0, 0, 1, 1, 0]].mean())
    assert reality.scale[BEST] == pytest.approx(reality.contribution.max(axis=1).mean(), rel=1e-14)
    # flipping an aspect is worth the same whatever the others do
    table = values(reality).reshape(-1, 2)
    np.testing.assert_allclose(table[:, 1] - table[:, 0], table[0, 1] - table[0, 0], atol=1e-15)


def test_with_full_complexity_a_flip_changes_every_contribution():
    reality = rugged(5, 4)
    table = values(reality).reshape(-1, 2)
    assert len(np.unique(np.round(table[:, 1] - table[:, 0], 12))) == len(table)


def test_adjacent_neighbours_are_the_next_ones():
    assert rugged(5, 2).partner.tolist() == [[0, 1, 2], [1, 2, 3], [2, 3, 4], [3, 4, 0], [4, 0, 1]]


def test_random_neighbours_are_distinct_others_and_fair():
    drawn = np.array([rugged(7, 3, seed, RANDOM).partner for seed in range(300)])
    assert (drawn[:, :, 0] == np.arange(7)).all()
    for partners in drawn.reshape(-1, 4):
        assert len(set(partners)) == 4
    times = np.bincount(drawn[:, 2, 1:].ravel(), minlength=7)  # of aspect 2: each other one in half of the draws
    assert times[2] == 0
    assert np.all(np.abs(np.delete(times, 2) - 150) < 4 * np.sqrt(300 / 4))


def test_contributions_are_uniform():
    drawn = rugged(12, 9).contribution.ravel()
    assert drawn.min() >= 0
    assert drawn.max() < 1
    assert np.abs(np.histogram(drawn, 10, (0, 1))[0] - len(drawn) / 10).max() < 4 * np.sqrt(len(drawn) * 0.09)


@pytest.mark.parametrize(("block", "expected"), [(1, 4 / 6), (2, 1 / 3), (3, 1 / 2), (6, 0)])
def test_blocks_count_when_matched_in_full(block, expected):
    reality = blocks([1, 1, 1, -1, -1, -1], block)
    practice = np.array([1, -1, 1, -1, -1, -1], np.int8) * np.array([1, 1, -1, 1, 1, 1], np.int8)
    if block == 3:
        practice[:] = 1, 1, 1, -1, 1, 1
    assert value(practice, ones(6), reality) == expected


@pytest.mark.parametrize("block", [1, 2, 4])
def test_scale_of_blocks_is_that_of_brute_force(block):
    reality = blocks([1, -1, -1, 1], block)
    assert (values(reality).max(), values(reality).mean()) == tuple(reality.scale)


def test_fit_is_one_at_best_and_zero_on_average():
    reality = rugged(6, 3)
    assert fit(reality.scale[BEST], reality) == 1
    assert fit(reality.scale[MEAN], reality) == 0
    assert np.mean([fit(v, reality) for v in values(reality)]) == pytest.approx(0, abs=1e-14)


def test_fit_is_zero_where_every_practice_is_worth_the_same():
    reality = rugged(4, 1)
    reality.scale[:] = 0.5
    assert fit(0.5, reality) == 0


# How it changes


def test_who_is_unaware_judges_by_what_was_before_the_change():
    old, new = rugged(6, 2), changed(rugged(6, 2), 2, 4)
    for practice in all_practices(6)[::5]:
        aware = np.array([False, False, True, True, False, True])
        assert value(practice, ~ones(6), new) == value(practice, ones(6), old)
        assert value(practice, aware, new) == brute_force(practice, new, aware)
        assert value(practice, ones(6), new) != value(practice, ones(6), old)


def test_a_change_touches_one_aspect_only():
    old, new = rugged(6, 2), changed(rugged(6, 2), 2)
    others = [0, 1, 3, 4, 5]
    assert np.array_equal(new.contribution[others], old.contribution[others])
    assert np.array_equal(new.contribution_before, old.contribution)
    assert not np.any(new.contribution[2] == old.contribution[2])


def test_what_was_before_is_what_was_before_the_last_change():
    once, twice = changed(rugged(6, 2), 2), changed(changed(rugged(6, 2), 2), 2, week=10)
    assert np.array_equal(twice.contribution_before[2], once.contribution[2])


def test_a_truth_that_changes_turns_over():
    reality = changed(blocks([1, 1, -1, -1]), 0, 3)
    assert reality.truth.tolist() == [-1, 1, -1, 1]
    assert reality.truth_before.tolist() == [1, 1, -1, -1]
    practice = np.array([1, 1, -1, -1], np.int8)
    assert value(practice, ~ones(4), reality) == 1
    assert value(practice, np.array([True, False, False, False]), reality) == 0.75


def change(reality, probability, shocked, week=1):
    """(number of changes, which aspects)."""
    aspects = len(reality.everything)
    which = np.zeros(aspects, np.bool_)
    count = change_reality(SEED, week, float(probability), shocked, 1.0, reality, which, np.zeros(aspects, np.int64))
    return count, which


@pytest.mark.parametrize(
    ("probability", "shocked", "expected"), [(0, 0, 0), (1, 0, 8), (0, 1, 1), (0, 3, 3), (0, 8, 8), (1, 8, 8)]
)
def test_how_many_aspects_change(probability, shocked, expected):
    old, new = rugged(8, 2), rugged(8, 2)
    count, which = change(new, probability, shocked)
    assert (count, which.sum()) == (expected, expected)
    assert ((new.contribution != old.contribution).all(axis=1) == which).all()
    assert new.scale[BEST] == values(new).max(), "the scale is brought up to date"


def test_aspects_change_as_often_as_they_should():
    counts = [change(blocks(np.ones(10)), 0.2, 0, week)[0] for week in range(500)]
    assert abs(np.mean(counts) - 2) < 4 * np.sqrt(1.6 / 500)
    assert 1.2 < np.var(counts) < 2.1, "1.6 for independent weeks and aspects"
    shocks = sum(change(blocks(np.ones(10)), 0.0, 3, week)[1] for week in range(500))
    assert np.all(np.abs(shocks - 150) < 4 * np.sqrt(500 * 0.21))


def test_what_changes_is_news_for_everybody():
    run = Hand(small(turbulence=100, encounters=0, sessions=0, turnover=0)).put(news_lag_weeks=5, last_change_week=3)
    for week in (1, 2):
        run.advance(1)
        now = run.state.last_change_week == week
        assert 0 < now.sum() < 8
        assert not run.state.aware[:, now].any()
        assert (run.state.news_lag_weeks[now] == -1).all()
    untouched = run.state.last_change_week == 3
    assert (run.state.news_lag_weeks[untouched] == 5).all()
    assert run.state.aware[:, untouched].all()


# The outside world


def step(outside, reality, week=1):
    after = np.array(outside, np.int8)
    step_outside(SEED, week, 0, reality, after, np.ones(after.shape, np.bool_), np.zeros_like(after))
    return after


def test_an_outsider_copies_a_better_neighbour_or_keeps_one_improvement():
    reality, outside = rugged(8, 3), all_practices(8)[[3, 77, 200, 14, 99]]
    worth = [value(x, reality.everything, reality) for x in outside]
    for week in range(1, 40):
        for p, after in enumerate(step(outside, reality, week)):
            better = [outside[q] for q in ((p + 1) % 5, (p - 1) % 5) if worth[q] > worth[p]]
            flips = (after != outside[p]).sum()
            copied = any(np.array_equal(after, x) for x in better)
            improved = flips == 1 and value(after, reality.everything, reality) > worth[p]
            assert copied or improved or flips == 0


def test_outsiders_all_move_at_once():
    """A better practice spreads by one place a week, in whatever order they are visited."""
    reality = blocks(np.ones(12))
    outside = -np.ones((9, 12), np.int8)
    outside[4] = 1
    for _, after in pairwise([outside, step(outside, reality)]):
        assert {p for p in range(9) if (after[p] == 1).all()} <= {3, 4, 5}


def test_an_outsider_alone_climbs_to_the_top_without_complexity():
    reality, outside = rugged(6, 0), all_practices(6)[:1]
    for week in range(1, 120):
        outside = step(outside, reality, week)
    assert value(outside[0], reality.everything, reality) == reality.scale[BEST]
