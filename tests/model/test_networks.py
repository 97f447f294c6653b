"""Networks: how what is seen becomes an idea."""

import numpy as np
import pytest

import sim.model.practice as practice
import sim.model.spaces.networks as networks
from sim.model.indices import NETWORKS, SEEN
from sim.model.reality import value
from sim.model.spaces.networks import CONFORM_TO_MOST, COPY_BEST, MAJORITY
from tests.engine import Hand, small

A, B, C = [1, 1, 1, 1], [-1, -1, 1, 1], [1, -1, -1, -1]
OF = (np.uint64(1), 1, 1, 1)


def practices(*rows):
    return np.array(rows, np.int8)


def pool_of(letters):
    return practices(*({"A": A, "B": B, "C": C}[letter] for letter in letters))


def paper(*shape):
    return np.zeros(shape, np.int64)


# One social option


@pytest.mark.parametrize(
    ("values", "count", "best"), [([3, 1, 2], 3, 0), ([1, 3, 3], 3, 1), ([1, 2, 9], 2, 1), ([5, 5], 2, 0)]
)
def test_the_best_is_the_first_of_equals(values, count, best):
    assert networks.best_of(np.array(values, float), count) == best


def most_frequent(letters, u=0.0):
    """Which practice, given by its letter, was seen most often; None if there is none."""
    seen = np.arange(len(letters))[::-1].copy()  # the order of seeing is not that of the pool
    shown = letters[::-1]
    k = networks.most_frequent(pool_of(letters), seen, len(letters), u, paper(9), paper(9))
    return None if k < 0 else shown[k]


@pytest.mark.parametrize(
    ("letters", "most"),
    [
        ("A", "A"),
        ("AA", "A"),
        ("AB", None),
        ("ABC", None),
        ("AABB", None),
        ("ABA", "A"),
        ("CBABC", None),
        ("CBBAA", None),
        ("BBCA", "B"),
    ],
)
def test_the_most_frequent_practice(letters, most):
    tied = {"CBABC": {"B", "C"}, "CBBAA": {"A", "B"}}.get(letters, {most})
    assert {most_frequent(letters, u) for u in (0.0, 0.3, 0.6, 0.999999)} == tied


def test_ties_between_the_most_frequent_are_fair():
    chosen = [most_frequent("AABBC", u) for u in (np.arange(1000) + 0.5) / 1000]
    assert (chosen.count("A"), chosen.count("B")) == (500, 500)
    assert chosen[0] == "B", "numbered in the order in which they were first seen"


def majority(*rows):
    votes, option = paper(len(rows[0])), np.full(len(rows[0]), 7, np.int8)
    practice.count_votes(practices(*rows), np.arange(len(rows)), len(rows), votes)
    practice.majority_view(votes, option)
    return votes.tolist(), option.tolist()


def test_no_view_abstains_and_a_tie_gives_no_view():
    assert majority([1, 1, 0, 0], [1, -1, 0, -1], [1, 0, 0, 0]) == ([3, 0, 0, -1], [1, 0, 0, -1])
    assert majority([1, 0, -1], [-1, 0, 1]) == ([0, 0, 0], [0, 0, 0])


def social_option(imitation, letters, values, own_value, u=0.0):
    option = np.full(4, 9, np.int8)
    count, values = len(letters), np.array(values, float)
    args = imitation, pool_of(letters), np.arange(count), values, count, own_value, u
    return option.tolist() if networks.social_option(*args, paper(2, 9), paper(4), option) else None


def test_the_social_option_of_each_rule_of_imitation():
    values = [0.2, 0.5, 0.2, 0.4]
    assert social_option(COPY_BEST, "ABAC", values, 0.9) == B
    assert social_option(CONFORM_TO_MOST, "ABAC", values, 0.9) == A
    assert social_option(CONFORM_TO_MOST, "ABC", values, 0.0) is None
    assert social_option(MAJORITY, "ABAC", values, 0.3) == [0, -1, 0, 0], "B and C only are better"
    assert social_option(MAJORITY, "ABAC", values, 0.1) == [1, 0, 1, 1]
    assert social_option(MAJORITY, "ABAC", values, 0.5) is None, "equally good is not better"


# Taking over


def take_over(own, option, probability, one_step=False, of=OF, first_draw=0):
    result = np.full(len(own), 9, np.int8)
    taken = practice.take_over(practices(own)[0], practices(option)[0], probability, one_step, of, first_draw, result)
    return taken, result.tolist()


def test_one_jumps_to_the_option():
    assert take_over([1, -1, 0, 1], [-1, -1, 1, 0], 1.0) == (2, [-1, -1, 1, 1])


def test_with_one_step_a_belief_goes_through_no_view():
    """March 1991: from the opposite to 0, from 0 to the code's belief; where the code is 0 nothing is learned."""
    assert take_over([1, -1, 0, 1, -1], [-1, 1, 1, 0, -1], 1.0, True) == (3, [0, 0, 1, 1, -1])


def test_nothing_is_taken_over_with_probability_zero():
    assert take_over([1, -1, 0], [-1, 1, 1], 0.0) == (0, [1, -1, 0])


def test_aspects_are_taken_over_independently_with_the_given_probability():
    taken = [take_over(-np.ones(100), np.ones(100), 0.3, of=(np.uint64(1), week, 1, 1)) for week in range(200)]
    counts = np.array([count for count, _ in taken])
    assert all(count == sum(x == 1 for x in result) for count, result in taken)
    assert abs(counts.mean() - 30) < 4 * np.sqrt(21 / 200)
    assert 14 < counts.var() < 29, "21 for independent draws"


def test_draws_can_be_shifted_and_the_own_practice_overwritten():
    own, option = -np.ones(8, np.int8), np.ones(8, np.int8)
    _, whole = take_over(own, option, 0.5)
    assert take_over(own[3:], option[3:], 0.5, first_draw=3)[1] == whole[3:]
    practice.take_over(own, option, 0.5, False, OF, 0, own)
    assert own.tolist() == whole


# Small rules


def test_an_experiment_is_with_the_first_known_aspect():
    aware = np.array([False, True, False, False, True])
    assert [networks.known_aspect(aware, start) for start in range(5)] == [1, 1, 4, 4, 4]
    assert networks.known_aspect(np.array([True, False]), 1) == 0
    assert networks.known_aspect(np.zeros(5, np.bool_), 2) == -1


def test_stochastic_rounding_keeps_the_mean():
    uniform = (np.arange(1000) + 0.5) / 1000
    assert np.mean([networks.whole_number(2.3, u) for u in uniform]) == pytest.approx(2.3)
    assert {networks.whole_number(3.0, u) for u in (0.0, 0.999999)} == {3}


def test_noise_of_a_judgement_falls_with_sense():
    def spread(noise, sense):
        return np.std([practice.judgement_noise(noise, sense, (np.uint64(1), 1, who, 20)) for who in range(2000)])

    assert spread(0.0, 0.2) == spread(0.3, 1.0) == 0
    assert spread(0.2, 0.0) == pytest.approx(0.2, rel=0.07)
    assert spread(0.2, 0.75) == pytest.approx(spread(0.2, 0.0) / 4)


# A week of meeting

OPEN = {"pkm_spread": 0, "share": 1, "seek": 1, "encounters": 100, "turbulence": 0, "ties": 5}
QUIET = {"sessions": 0, "team_conformity": 0, "turnover": 0, "rotation": 0, "tie_renewal": 0, "review": 0, "noise": 0}


def week_of(seed=1, **levers):
    """(ideas, practices, ties and teams before the first week; the run after it). Half of the workers think alike."""
    run = Hand(small(**OPEN | QUIET | levers), seed)
    state = run.state
    state.idea[:12] = state.idea[0]
    before = state.idea.copy(), state.practice.copy(), state.tie.copy(), state.team.copy()
    run.advance(1)
    return *before, run


@pytest.mark.parametrize("seed", range(5))
def test_enough_encounters_visit_every_tie_once(seed):
    idea, _, tie, _, run = week_of(seed, openness=0, working_out_loud=0)
    assert run.state.event_counts[SEEN] == sum(not np.array_equal(idea[i], idea[k]) for i in range(24) for k in tie[i])


def test_out_loud_one_sees_what_the_team_of_a_tie_does():
    idea, practice, tie, team, run = week_of(openness=0, working_out_loud=1, share=0)
    expected = sum(not np.array_equal(idea[i], practice[team[k]]) for i in range(24) for k in tie[i])
    assert run.state.event_counts[SEEN] == expected


def test_nobody_sees_ideas_of_those_who_do_not_share():
    assert week_of(openness=0, working_out_loud=0, share=0)[-1].state.event_counts[SEEN] == 0


def test_every_encounter_with_an_outsider_is_seen_by_a_full_seeker():
    idea, *_, run = week_of(openness=1, outsiders=1, encounters=20)
    differ = (idea != run.state.outside[0]).any(axis=1).sum()
    assert run.state.event_counts[SEEN] == 4 * differ, "a fifth of the week: four encounters each"


def test_with_full_breadth_the_best_of_the_ties_is_copied_if_it_is_better():
    """Lazer & Friedman 2007: copy the best neighbour in full, else try one change of the own solution."""
    idea, _, tie, _, run = week_of(openness=0, working_out_loud=0, breadth=1)
    worth = np.array([value(x, run.reality.everything, run.reality) for x in idea])
    copied = 0
    for i in range(24):
        best = tie[i][np.argmax(worth[tie[i]])]
        if worth[best] > worth[i]:
            assert np.array_equal(run.state.idea[i], idea[best])
            copied += 1
        else:
            assert (run.state.idea[i] != idea[i]).sum() <= 1
            assert value(run.state.idea[i], run.reality.everything, run.reality) >= worth[i]
    assert 0 < copied < 24


def test_news_are_heard_once_and_only_from_those_who_know():
    run = Hand(small(**OPEN | QUIET | {"openness": 0, "breadth": 0, "aspects": 4, "complexity": 0}))
    everybody_knows_all_but_aspect_0 = np.ones((24, 4), np.bool_)
    everybody_knows_all_but_aspect_0[:, 0] = False
    everybody_knows_all_but_aspect_0[0] = False
    run.put(aware=everybody_knows_all_but_aspect_0)
    run.reality.contribution[...] = run.reality.payoff[...] = 0.5  # no experiment is kept
    run.advance(1)
    news = run.state.aware[0].sum()
    assert not run.state.aware[:, 0].any()
    assert 0 < news <= 3
    assert run.state.experienced_return[0, NETWORKS] == news / 20
    assert (run.state.experienced_return[1:, NETWORKS] == 0).all()
