"""Teams: what they decide, what a change costs, and what they produce."""

from itertools import combinations

import numpy as np
import pytest

import sim.model.spaces.teams as teams
from sim.model.indices import ADOPTED, DIFFUSION, FAILED, INNOVATION
from sim.model.measures import equal_pairs
from sim.model.practice import count_uses
from sim.model.reality import value
from tests.engine import Hand, small

# Closed forms


def test_experience_corrects_the_judgement_towards_the_truth():
    assert [teams.judgement_in_use(0.2, 0.6, feedback) for feedback in (0.0, 0.25, 1.0)] == pytest.approx(
        [0.2, 0.3, 0.6]
    )


def test_scepticism_raises_the_hurdle():
    assert teams.threshold(0.5, 0.1, 0.0) == pytest.approx(0.6)
    assert teams.threshold(0.5, 0.1, 2.0) == pytest.approx(0.8)
    assert teams.threshold(0.5, 0.0, 9.0) == 0.5


def test_a_change_costs_alignment_by_its_size():
    assert [teams.alignment_after_change(0.8, share, 0.5) for share in (0.0, 0.5, 1.0)] == pytest.approx(
        [0.8, 0.6, 0.4]
    )
    assert teams.alignment_after_change(0.8, 1.0, 1.0) == 0


def test_success_calms_scepticism_and_failure_feeds_it():
    assert teams.scepticism_after_change(1.0, 0.1, 0.8, 0.5) == pytest.approx(0.8)
    assert teams.scepticism_after_change(1.0, -0.1, 0.8, 0.5) == 1.5
    assert teams.scepticism_after_change(1.0, 0.0, 0.8, 0.5) == 1.0


def test_alignment_grows_towards_one():
    assert teams.grow_alignment(0.5, 1.0, 1.0, 0.1) == pytest.approx(0.55)
    assert teams.grow_alignment(0.5, 0.6, 0.0, 0.1) == pytest.approx(0.515)
    assert teams.grow_alignment(1.0, 1.0, 1.0, 1.0) == 1
    assert teams.grow_alignment(0.0, 1.0, 1.0, 1.0) == 1


def test_output_is_time_times_alignment_times_fit_times_agreement():
    assert teams.team_output(0.6, 0.1, 0.8, 0.5, 0.5, 0.4) == pytest.approx(0.5 * 0.8 * 0.5 * 0.8)
    assert teams.team_output(1.0, 0.0, 1.0, 1.0, 1.0, 0.3) == 1
    assert teams.team_output(0.1, 0.2, 1.0, 1.0, 1.0, 0.3) == 0, "the policy costs more time than there is"
    assert teams.team_output(1.0, 0.0, 1.0, -0.5, 1.0, 0.3) == 0, "a practice below average produces nothing"
    assert teams.team_output(1.0, 0.0, 1.0, 1.0, -1.0, 0.3) == pytest.approx(0.7)


def agreements(practices, common=True):
    uses, which = np.zeros(practices.shape[1], np.int64), np.full(practices.shape[1], common)
    count_uses(practices, uses)
    return [teams.agreement_with_others(practice, which, uses, len(practices)) for practice in practices], uses


def test_agreement_with_others_in_known_cases():
    assert agreements(np.array([[1, -1, 1]], np.int8))[0] == [1]
    assert agreements(np.array([[1, -1, 1], [-1, 1, -1]], np.int8))[0] == [-1, -1]
    assert agreements(np.array([[1, 1], [1, 1], [1, -1]], np.int8))[0] == pytest.approx([0.5, 0.5, 0])
    assert agreements(np.array([[1, 1], [1, -1]], np.int8), np.array([True, False]))[0] == [1, 1]
    assert agreements(np.array([[1, 1], [1, -1]], np.int8), np.array([False, True]))[0] == [-1, -1]
    assert agreements(np.array([[1, 1], [-1, -1]], np.int8), False)[0] == [1, 1], "nothing is common"


@pytest.mark.parametrize("count", [2, 3, 9])
def test_agreement_with_others_is_that_of_all_pairs(count):
    practices = np.random.default_rng(count).choice(np.array([-1, 1], np.int8), (count, 7))
    by_hand = [
        2 * np.mean([(practices[k] == practices[other]).mean() for other in range(count) if other != k]) - 1
        for k in range(count)
    ]
    ours, uses = agreements(practices)
    assert ours == pytest.approx(by_hand)
    pairs = [(one == other).mean() for one, other in combinations(practices, 2)]
    assert equal_pairs(uses, np.ones(7, np.bool_), count) == pytest.approx(np.mean(pairs)), (
        "and so is the measure of the organisation"
    )
    assert np.mean(ours) == pytest.approx(2 * np.mean(pairs) - 1)


# Deciding

IN_USE, A, B = [1, 1, 1], [1, 1, -1], [-1, -1, -1]


def offer(worth, practice=A, bar=0.5, below=0.0):
    chosen = np.zeros(3, np.int8)
    bar = teams.offer(np.array(practice, np.int8), worth, np.array(IN_USE, np.int8), bar - below, bar, chosen)
    return bar, chosen.tolist()


def test_an_option_must_beat_the_bar_and_differ():
    assert offer(0.6) == (0.6, A)
    assert offer(0.5) == (0.5, [0, 0, 0])
    assert offer(0.9, practice=IN_USE) == (0.5, [0, 0, 0])
    assert offer(0.45, below=0.1) == (0.5, [0, 0, 0]), "it beats the bar, but not what was offered before"
    assert offer(0.6, below=0.1) == (0.6, A)


# Two teams of two; reality is +1 on all four aspects and the value of a practice is its share of +1.
HAND = {
    "workers": 4,
    "team_size": 2,
    "communities": 2,
    "ties": 1,
    "aspects": 4,
    "complexity": 0,
    "reality": "blocks",
    "block": 1,
}
CERTAIN = {"noise": 0, "share": 1, "pkm_spread": 0, "hurdle": 0, "turbulence": 0, "starting_trust": 1}
NOTHING, ONE, TWO, THREE = [-1, -1, -1, -1], [1, -1, -1, -1], [1, 1, -1, -1], [1, 1, 1, -1]


def hand(**levers):
    return Hand(small(**HAND | CERTAIN | levers)).put_truth(1, 1, 1, 1)


def decided(run, k=0):
    found = run.decide(k)
    return None if found is None else found.tolist()


def test_a_team_decides_for_the_best_idea_of_its_members():
    run = hand().put(idea=[ONE, TWO, THREE, THREE], practice=[NOTHING, NOTHING])
    assert decided(run, 0) == TWO
    assert decided(run, 1) == THREE
    assert decided(run.put(practice=[TWO, NOTHING])) is None


def test_a_hurdle_and_scepticism_keep_a_team_from_changing():
    run = hand(hurdle=0.25).put(idea=[ONE, TWO, ONE, ONE], practice=[NOTHING, NOTHING])
    assert decided(run) == TWO
    assert decided(run.put(scepticism=[0.99, 0])) == TWO
    assert decided(run.put(scepticism=[1, 0])) is None, "a gain of 0.5 does not exceed 0.25 · 2"


def test_nobody_argues_who_does_not_share_or_must_pilot_first():
    ideas = {"idea": [THREE] * 4, "practice": [NOTHING] * 2}
    assert decided(hand(share=0).put(**ideas)) is None
    assert decided(hand(pilot_first=True).put(**ideas)) is None


def with_entry(run, practice, estimate, attended=True):
    """Everybody was at a meeting of a community whose only entry is this one."""
    run.put(attended=attended, repertoire=practice, repertoire_value=estimate, n_tests=[0, 0, 1, 0, 0, 0])
    return run.put(idea=[NOTHING] * 4, practice=[NOTHING] * 2)


def test_tested_practices_come_with_those_who_attended_and_trust():
    assert decided(with_entry(hand(pilot_first=True), TWO, 0.5)) == TWO
    assert decided(with_entry(hand(), TWO, 0.5, attended=False)) is None
    assert decided(with_entry(hand(), TWO, 0.5).put(trust=0)) is None
    assert decided(with_entry(hand(), TWO, 0.0)) is None, "what counts is the estimate of the community"


def test_a_team_trusts_an_estimate_that_is_wrong():
    assert decided(with_entry(hand(), ONE, 0.9).put(idea=[TWO] * 4)) == ONE


def test_feedback_sets_members_right_about_what_they_do():
    """Aspects 1 to 3 turned without anybody knowing: what is worth 1 in the members' eyes is worth 1/4."""

    def review(feedback):
        run = hand(feedback=feedback).put(idea=[ONE] * 4, practice=[[1, 1, 1, 1]] * 2, aware=False)
        run.reality.truth[1:] = -1
        with_entry_of_half = run.put(attended=True, repertoire=TWO, repertoire_value=0.5, n_tests=[0, 0, 1, 0, 0, 0])
        return decided(with_entry_of_half)

    assert review(0.0) is None
    assert review(0.6) is None, "0.55 is still judged better"
    assert review(0.7) == TWO


# Changing


def test_an_adoption_is_counted_and_has_its_price():
    run = hand().put(practice=[TWO, NOTHING], alignment=0.8, scepticism=1.0)
    run.adopt(0, THREE, new=True)
    run.adopt(1, ONE, new=False)
    assert run.state.practice.tolist() == [THREE, ONE]
    assert run.state.alignment == pytest.approx([0.8 * 0.875, 0.8 * 0.875])
    assert run.state.scepticism == pytest.approx([0.8, 0.8])
    run.adopt(0, NOTHING)
    run.adopt(1, [-1, 1, -1, -1])
    assert run.state.scepticism == pytest.approx([1.3, 0.8]), "a change for the equally good leaves it as it is"
    assert run.state.alignment == pytest.approx([0.7 * 0.625, 0.7 * 0.75])
    assert run.state.event_counts[[ADOPTED, INNOVATION, DIFFUSION, FAILED]].tolist() == [4, 1, 1, 1]


ONLY_TEAMS = {"encounters": 0, "sessions": 0, "turnover": 0, "rotation": 0, "tie_renewal": 0, "team_conformity": 0}


def test_what_another_team_did_already_is_diffusion():
    run = hand(**ONLY_TEAMS, review=1, split_networks=0, split_communities=0, split_teams=1, adaptation=0)
    run.put(time=[0, 0, 1], idea=[TWO, TWO, THREE, THREE], practice=[ONE, TWO])
    run.advance(1)
    assert run.state.practice.tolist() == [TWO, THREE]
    assert run.state.event_counts[[ADOPTED, INNOVATION, DIFFUSION]].tolist() == [2, 1, 1]


def test_each_quarter_direction_makes_the_practice_of_the_best_team_everybodys():
    run = Hand(small(**ONLY_TEAMS, direction=1, review=0, turbulence=0))
    run.advance(12)
    practice, output = run.state.practice.copy(), run.state.output.copy()
    assert len(np.unique(practice, axis=0)) > 1
    run.advance(1)
    assert (run.state.practice == practice[np.argmax(output)]).all()
    assert run.state.event_counts[INNOVATION] == 0


def test_everybody_conforms_in_time():
    run = Hand(small(**ONLY_TEAMS | {"team_conformity": 1}, review=0, turbulence=0, adaptation=0))
    idea = run.state.idea.copy()
    run.advance(1)
    in_use = run.state.practice[run.state.team]
    conformed = (run.state.idea == in_use).all(axis=1)
    assert ((run.state.idea == idea).all(axis=1) | conformed).all()
    assert 0.3 < conformed.mean() < 0.9, "with the probability of the team time, 0.6"


def test_output_of_the_week_by_hand():
    policy = {"working_out_loud": 1, "sponsorship": 0.5, "coaching": 1, "weaving": 1, "pilot_first": True}
    run = hand(**ONLY_TEAMS | policy | {"review": 0, "adaptation": 0, "interdependence": 0.4})
    run.put(
        practice=[[1, 1, 1, 1], THREE], alignment=0.5, time=[[0.2, 0.2, 0.6], [0.1, 0.1, 0.8], *[[0.2, 0.3, 0.5]] * 2]
    )
    run.advance(1)
    price = 0.03 + 0.02 * 0.5 + 0.05 + 0.01 + 0.02
    for k, (time, fit) in enumerate([(0.7, 1.0), (0.5, 0.5)]):
        alignment = 0.5 + 0.1 * time * 0.5
        expected = (time - price) * alignment * fit * (0.6 + 0.4 * 0.5)
        assert run.state.output[k] == pytest.approx(expected, rel=1e-14)
        assert run.state.experienced_return[2 * k : 2 * k + 2, 2] == pytest.approx(expected / time)


def test_a_team_whose_members_see_alike_and_right_improves_by_every_change():
    run = Hand(small(noise=0, turbulence=0, review=1))
    for _ in range(30):
        before = [value(x, run.reality.everything, run.reality) for x in run.state.practice]
        run.advance(1)
        after = [value(x, run.reality.everything, run.reality) for x in run.state.practice]
        assert np.greater_equal(after, before).all()
