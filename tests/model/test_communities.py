"""Communities: pooling, testing, the code, learning and trust."""

import numpy as np
import pytest

import sim.model.spaces.communities as communities
from sim.model.indices import COMMUNITIES, TESTED
from sim.model.reality import value
from tests.engine import Hand, small

# March's code


def moved_share(code_learning, votes, aspects=20_000):
    """How often a code moves when the votes are as given."""
    code = -np.ones(aspects, np.int8)
    moved = communities.move_code(code, np.full(aspects, votes), code_learning, (np.uint64(1), 1, 1, 28))
    assert moved == (code == 1).sum()
    return moved / aspects


def off_by(code_learning, votes, expected):
    """By how many standard errors the share that moved differs from the expected one."""
    return abs(moved_share(code_learning, votes) - expected) / np.sqrt(expected * (1 - expected) / 20_000)


@pytest.mark.parametrize("votes", [1, 2, 5])
@pytest.mark.parametrize("code_learning", [0.1, 0.3, 0.5])
def test_a_code_moves_with_the_probability_of_march(code_learning, votes):
    """March 1991: with k more for than against, it stays with probability (1 - p2)^k."""
    assert off_by(code_learning, votes, 1 - (1 - code_learning) ** votes) < 4


def test_another_formula_would_be_found():
    assert off_by(0.3, 2, 0.3) > 10, "not the learning rate alone"
    assert off_by(0.3, 2, 1 - 0.7**1.9) > 4, "not even with a slightly smaller majority"


def moved(code, votes, code_learning=1.0):
    code = np.array(code, np.int8)
    communities.move_code(code, np.array(votes), code_learning, (np.uint64(1), 1, 1, 28))
    return code.tolist()


def test_a_code_moves_where_there_is_a_majority_that_differs():
    assert moved([1, 1, 1, 0, 0, -1], [-1, 0, 3, 2, 0, -2]) == [-1, 1, 1, 1, 0, -1]
    assert moved([1, -1], [-9, 9], code_learning=0.0) == [1, -1]


# The repertoire


def repertoire(*entries):
    """(practices, estimates, evidence, weeks) from (practice, estimate, evidence) each."""
    rows = zip(*entries, strict=True)
    types = (np.int8, np.float64, np.int64)
    return *(np.array(row, kind) for row, kind in zip(rows, types, strict=True)), np.zeros(len(entries), np.int64)


A, B, C, NONE = [1, 1], [1, -1], [-1, 1], [0, 0]


def after_test(entries, idea, worth):
    practices, estimate, evidence, tested = repertoire(*entries)
    communities.test_idea(practices, estimate, evidence, tested, np.array(idea, np.int8), worth, 7)
    return [*zip(practices.tolist(), estimate.tolist(), evidence.tolist(), strict=True)], tested.tolist()


def test_a_known_idea_refines_its_entry():
    entries = [(A, 0.5, 1), (B, 0.4, 3), (C, 0.1, 1)]
    assert after_test(entries, B, 0.8) == ([(A, 0.5, 1), (B, 0.5, 4), (C, 0.1, 1)], [0, 7, 0])
    assert after_test(entries, A, 0.0)[0][0] == (A, 0.25, 2), "the shared practice too"


def test_repeated_tests_make_an_estimate_their_mean():
    entries = [(NONE, 0.0, 0), (A, 0.3, 1)]
    for worth in (0.5, 0.1, 0.7):
        entries = after_test(entries, A, worth)[0]
    assert entries[1] == (A, pytest.approx(0.4), 4)


def test_a_new_idea_goes_into_the_first_empty_entry_but_never_the_shared_practice():
    assert after_test([(NONE, 0.0, 0), (A, 0.9, 1), (NONE, 0.0, 0)], B, 0.1) == (
        [(NONE, 0.0, 0), (A, 0.9, 1), (B, 0.1, 1)],
        [0, 0, 7],
    )
    assert after_test([(NONE, 0.0, 0)], B, 0.9) == ([(NONE, 0.0, 0)], [0]), "with one entry nothing is stored"


def test_a_new_idea_replaces_the_worst_entry_if_it_is_better():
    full = [(A, 0.0, 1), (B, 0.3, 2), (A, 0.2, 1), (A, 0.2, 5)]
    assert after_test(full, C, 0.25)[0] == [(A, 0.0, 1), (B, 0.3, 2), (C, 0.25, 1), (A, 0.2, 5)]
    assert after_test(full, C, 0.2)[0] == full, "equally good is not better"


@pytest.mark.parametrize(
    ("estimate", "evidence", "best"),
    [
        ([0.1, 0.3, 0.3], [1, 1, 1], 1),
        ([0.9, 0.3, 0.1], [0, 1, 1], 1),
        ([0.1, 0.1], [0, 0], -1),
        ([-0.5, 0.0], [1, 0], 0),
    ],
)
def test_the_best_entry_is_the_first_of_the_greatest_that_are_filled(estimate, evidence, best):
    assert communities.best_entry(np.array(estimate), np.array(evidence)) == best


# Trust and return


def test_trust_grows_by_attending_and_fades():
    assert communities.trust_after(0.5, True, 0.1, 0.5, 0.0, 1.0) == pytest.approx(0.55)
    assert communities.trust_after(0.5, True, 0.1, 0.5, 0.0, 0.4) == pytest.approx(0.52)
    assert communities.trust_after(0.5, True, 0.1, 0.0, 0.0, 1.0) == pytest.approx(0.525)
    assert communities.trust_after(0.5, False, 0.1, 1.0, 0.2, 1.0) == pytest.approx(0.4)
    assert communities.trust_after(1.0, True, 0.5, 1.0, 0.0, 1.0) == 1
    assert communities.trust_after(0.0, True, 0.5, 1.0, 1.0, 1.0) == 0


def test_the_return_is_the_mean_over_the_meetings_attended():
    trust, learned = np.array([0.2, 0.6, 0.9]), np.array([True, True, False])
    assert communities.mean_lesson(trust, np.array([True, True, True]), learned, -1.0) == pytest.approx(0.8 / 3)
    assert communities.mean_lesson(trust, np.array([False, True, False]), learned, -1.0) == 0.6
    assert communities.mean_lesson(trust, np.zeros(3, np.bool_), learned, -1.0) == -1.0


# Meetings

ALL_COME = {"sessions": 100, "share": 1, "pkm_spread": 0, "starting_trust": 1, "noise": 0, "turbulence": 0}
FRANK = ALL_COME | {"hear_base": 1, "hear_trust": 0, "code_learning": 1, "socialisation": 0}


def members(run, c):
    return np.flatnonzero((run.state.community == c).any(axis=1))


def worth(run, practices):
    return np.array([value(x, run.reality.everything, run.reality) for x in practices])


def test_what_one_member_knows_all_attendees_hear():
    run = Hand(small(**FRANK))
    aware = np.zeros((24, 8), np.bool_)
    who = members(run, 1)[0]
    aware[who, [2, 5]] = True
    run.put(aware=aware).hold_meetings()
    expected = aware.copy()
    expected[np.ix_(members(run, 1), [2, 5])] = True
    assert np.array_equal(run.state.aware, expected)
    assert run.state.attended.all()


def test_the_best_ideas_of_all_are_kept_at_their_true_value():
    run = Hand(small(**FRANK))
    run.hold_meetings()
    assert run.state.event_counts[TESTED] == 24
    for c in range(3):
        ideas = np.unique(run.state.idea[members(run, c)], axis=0)
        best = np.sort(worth(run, ideas))[::-1][:5]
        assert np.sort(run.state.repertoire_value[c, 1:])[::-1] == pytest.approx(best)
        assert run.state.repertoire_value[c, 1:] == pytest.approx(worth(run, run.state.repertoire[c, 1:]))


def test_what_is_known_is_judged_anew_half_by_half():
    run = Hand(small(**FRANK | {"share": 0, "code_learning": 0}))
    run.state.repertoire[:, 2], run.state.n_tests[:, 2], run.state.repertoire_value[:, 2] = run.state.idea[0], 4, 0.9
    run.hold_meetings(week=6)
    assert run.state.repertoire_value[:, 2] == pytest.approx(0.45 + 0.5 * worth(run, run.state.idea[:1])[0])
    assert (run.state.n_tests[:, 2] == 4).all()
    assert (run.state.last_tested_week == 0).all()


def test_the_first_shared_practice_is_the_majority_of_all():
    run = Hand(small(**FRANK))
    run.hold_meetings()
    for c in range(3):
        votes = run.state.idea[members(run, c)].sum(axis=0)
        assert run.state.repertoire[c, 0].tolist() == np.sign(votes).tolist()
        assert run.state.n_tests[c, 0] == (votes != 0).all()


def test_a_settled_shared_practice_listens_to_those_whose_idea_beats_it():
    run = Hand(small(**FRANK | {"communities": 1}))
    middle = np.argsort(worth(run, run.state.idea))[12]
    code = run.state.idea[middle].copy()
    run.state.repertoire[0, 0], run.state.n_tests[0, 0] = code, 1
    run.state.repertoire_value[0, 0] = worth(run, [code])[0]
    superior = worth(run, run.state.idea) > run.state.repertoire_value[0, 0]
    run.hold_meetings()
    votes = run.state.idea[superior].sum(axis=0)
    assert run.state.repertoire[0, 0].tolist() == np.where(votes == 0, code, np.sign(votes)).tolist()
    assert 0 < superior.sum() < 24


def test_full_socialisation_makes_everybody_think_the_best_entry():
    run = Hand(small(**FRANK | {"socialisation": 1}))
    run.hold_meetings()
    for c in range(3):
        best = run.state.repertoire[c, communities.best_entry(run.state.repertoire_value[c], run.state.n_tests[c])]
        assert (run.state.idea[members(run, c)] == best).all()


def test_without_attending_nothing_happens_but_trust_fades():
    run = Hand(small(**FRANK | {"sessions": 0}))
    idea = run.state.idea.copy()
    run.hold_meetings()
    assert np.array_equal(run.state.idea, idea)
    assert not run.state.n_tests.any()
    assert (run.state.trust == 0.99).all()
    assert (run.state.experienced_return[:, COMMUNITIES] == -1).all()


def test_without_trust_no_idea_is_brought_and_nothing_taken_over():
    run = Hand(small(**FRANK | {"starting_trust": 0, "socialisation": 1}))
    idea = run.state.idea.copy()
    run.hold_meetings()
    assert run.state.event_counts[TESTED] == 0
    assert np.array_equal(run.state.idea, idea)


@pytest.mark.parametrize(("sponsorship", "share"), [(0.0, 0.25), (0.5, 0.375), (1.0, 0.5)])
def test_how_many_attend(sponsorship, share):
    run = Hand(small(workers=2000, memberships=2, sessions=5, sponsorship=sponsorship, ties=0))
    run.hold_meetings()  # five sessions · a fifth of the week / two memberships = 0.5 if fully sponsored
    assert abs(run.state.attended.mean() - share) < 4 * np.sqrt(share * (1 - share) / 4000)


def test_communities_are_of_equal_size_and_a_worker_is_in_different_ones():
    run = Hand(small(workers=50, communities=6, memberships=3))
    assert set(np.diff(run.state.community_offsets)) == {25}
    assert all(len(set(row)) == 3 for row in run.state.community)
