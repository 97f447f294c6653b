"""People: how their time moves, whom they follow, who comes and goes."""

import numpy as np
import pytest

import sim.model.people as people
from sim.model import rng
from sim.model.people import raised_to_floors
from sim.model.practice import among
from sim.scenario import Policy
from tests.engine import Hand, small

NO_FLOOR = (0.0, 0.0, 0.0)

# Time


def moved(time, utility, floor=NO_FLOOR, sensitivity=4.0, adaptation=1.0):
    time = np.array(time, float)
    people.move_time(time, utility, floor, sensitivity, adaptation)
    return time.tolist()


def test_equal_utilities_lead_to_equal_thirds():
    assert moved([0.2, 0.2, 0.6], (0.5, 0.5, 0.5)) == pytest.approx([1 / 3] * 3)
    assert moved([0.2, 0.2, 0.6], (0.0, 0.5, 0.9), sensitivity=0.0) == pytest.approx([1 / 3] * 3)


def test_the_target_is_the_logit_of_the_utilities():
    utility = np.array([0.1, 0.5, 0.3])
    weights = np.exp(4 * utility)
    assert moved([0, 0, 1], tuple(utility)) == pytest.approx((weights / weights.sum()).tolist())


def test_great_utilities_do_not_overflow():
    assert moved([1, 0, 0], (1e6, 0.0, -1e6), sensitivity=100.0) == pytest.approx([1, 0, 0])


def test_time_moves_by_a_part_of_the_way():
    assert moved([0.2, 0.2, 0.6], (0.0, 0.0, 0.0), adaptation=0.5) == pytest.approx([0.8 / 3, 0.8 / 3, 1.4 / 3])
    assert moved([0.2, 0.2, 0.6], (9.0, 0.0, 0.0), adaptation=0.0) == [0.2, 0.2, 0.6]


def test_floors_are_kept_and_the_rest_is_shared_out():
    floor = (0.3, 0.1, 0.2)
    assert moved([0.4, 0.3, 0.3], (-99.0, -99.0, 99.0), floor) == pytest.approx([0.3, 0.1, 0.6])
    assert moved([0.4, 0.3, 0.3], (0.0, 0.0, 0.0), floor) == pytest.approx(
        [0.3 + 0.4 / 3, 0.1 + 0.4 / 3, 0.2 + 0.4 / 3]
    )
    assert moved([0.3, 0.2, 0.5], (5.0, 0.0, 0.0), (0.3, 0.2, 0.5)) == pytest.approx([0.3, 0.2, 0.5])


def raised(time, *floors):
    names = ("floor_networks", "floor_communities", "floor_teams")
    as_written = getattr(raised_to_floors, "py_func", raised_to_floors)
    return list(as_written(*time, Policy(**dict(zip(names, floors, strict=True)))))


def test_who_is_below_a_floor_is_raised_at_the_cost_of_what_lies_above():
    assert raised([0.0, 0.0, 1.0], 0.2, 0.1, 0.0) == pytest.approx([0.2, 0.1, 0.7])
    assert raised([0.1, 0.3, 0.6], 0.2, 0.0, 0.0) == pytest.approx([0.2, 0.8 * 0.3 / 0.9, 0.8 * 0.6 / 0.9])
    assert raised([0.5, 0.5, 0.0], 0.2, 0.3, 0.5) == pytest.approx([0.2, 0.3, 0.5]), "floors that leave nothing free"
    assert raised([1.0, 0.0, 0.0], 1.0, 0.0, 0.0) == [1.0, 0.0, 0.0]


def test_who_is_above_all_floors_keeps_their_time():
    assert raised([0.1, 0.3, 0.6], 0.1, 0.2, 0.6) == [0.1, 0.3, 0.6]


def test_views_follow_what_spaces_gave_and_time_follows_views():
    run = Hand(small(habit=0.5, adaptation=1, reward_networks=2, reward_teams=0.5, demand=0.4, pressure=3))
    run.put(expected_return=0.2, experienced_return=[0.6, -1, 0], output=0.1)
    run.spend_time()
    assert run.state.expected_return[0] == pytest.approx([0.4, 0.2, 0.1])
    weights = np.exp(4 * np.array([2 * 0.4, 0.2, 0.5 * 0.1 + 3 * 0.3]))
    assert run.state.time[5] == pytest.approx(weights / weights.sum())


def test_demand_that_is_met_does_not_press():
    calm, pressed = (Hand(small(pressure=pressure)).put(output=0.5) for pressure in (0, 10))
    calm.spend_time()
    pressed.spend_time()
    assert np.array_equal(calm.state.time, pressed.state.time)


# Ties


def assert_ties_are_sound(run):
    for i, row in enumerate(run.state.tie):
        assert i not in row
        assert len(set(row)) == len(row)
        assert set(row) <= set(range(len(run.state.tie)))


def test_the_first_ties_are_local_as_often_as_wished():
    def local_share(local_ties):
        run = Hand(small(workers=300, team_size=10, local_ties=local_ties, ties=4))
        assert_ties_are_sound(run)
        return (run.state.team[run.state.tie] == run.state.team[:, None]).mean()

    assert local_share(1) == 1
    assert local_share(0) == pytest.approx(9 / 299, abs=4 * np.sqrt(0.03 / 1200))
    assert local_share(0.5) == pytest.approx(0.5 + 0.5 * 9 / 299, abs=4 * np.sqrt(0.25 / 1200))


def test_who_follows_all_teammates_looks_elsewhere():
    run = Hand(small(team_size=3, ties=5, local_ties=1))
    assert_ties_are_sound(run)
    assert ((run.state.team[run.state.tie] == run.state.team[:, None]).sum(axis=1) == 2).all()


def test_everybody_can_follow_everybody():
    assert_ties_are_sound(Hand(small(workers=12, ties=11)))


CALM = {"turnover": 0, "rotation": 0, "turbulence": 0}


def renewed(**levers):
    """(run, ties before, ties after a week in which every tie is renewed if it can be)."""
    run = Hand(small(workers=60, team_size=6, communities=5, ties=4, **CALM | {"tie_renewal": 52} | levers))
    before = run.state.tie.copy()
    run.advance(1)
    assert_ties_are_sound(run)
    return run, before, run.state.tie


def test_woven_ties_lead_to_another_team_and_community():
    run, before, after = renewed(weaving=1)
    i, d = np.nonzero(before != after)
    assert len(i) > 200
    assert (run.state.team[i] != run.state.team[after[i, d]]).all()
    assert (run.state.community[i, 0] != run.state.community[after[i, d], 0]).all()


def test_other_renewed_ties_close_triangles():
    _, before, after = renewed(weaving=0)
    i, d = np.nonzero(before != after)
    assert len(i) > 100
    for worker, new in zip(i, after[i, d], strict=True):
        assert new in before[before[worker]], "a tie of a tie, as they stood before"


def test_ties_are_renewed_as_often_as_wished():
    _, before, after = renewed(weaving=1, tie_renewal=13)
    assert (before != after).mean() == pytest.approx(0.25, abs=4 * np.sqrt(0.1875 / 240))


@pytest.mark.parametrize(("count", "found"), [(0, False), (2, False), (3, True)])
def test_whether_somebody_is_among_the_first(count, found):
    assert among(np.array([5, 2, 7, 1]), count, 7) is found


# Coming, going and moving


def test_newcomers_replace_those_who_leave():
    run = Hand(
        small(turnover=52, newcomer_awareness=0, newcomer_trust=0.5, hiring=3, pkm_spread=0.5, encounters=0, ties=3)
    )
    run.advance(2)
    assert run.state.person.tolist() == [i + 48 for i in range(24)]
    keys = [(np.uint64(1), 2, person, rng.NEWCOMER) for person in run.state.person.tolist()]
    assert np.array_equal(run.state.idea, run.state.outside[[rng.index(key, 0, 6) for key in keys]])
    assert not run.state.aware.any()
    assert (run.state.trust == 0.2).all()
    assert (run.state.expected_return == 0.3).all()
    assert (run.state.time == [0.2, 0.2, 0.6]).all()
    assert run.state.seek.mean() > 0.95, "hired three standard deviations above the mean"
    assert_ties_are_sound(run)


def test_people_leave_as_often_as_wished():
    run = Hand(small(workers=2000, turnover=5.2, ties=0))
    run.advance(1)
    assert (run.state.person >= 2000).mean() == pytest.approx(0.1, abs=4 * np.sqrt(0.09 / 2000))


def test_swapping_exchanges_teams_and_seats():
    run = Hand(small())
    run.swap_teams(3, 20)
    assert (run.state.team[3], run.state.team[20]) == (3, 0)
    assert (run.state.team_seat[3], run.state.team_seat[20]) == (20, 3)
    assert (run.state.team_members[20], run.state.team_members[3]) == (3, 20)


def test_people_move_as_often_as_wished():
    run = Hand(small(workers=3000, team_size=1, ties=0, **CALM | {"rotation": 2.6}))
    run.advance(1)  # 5 % initiate, each with a partner
    assert (run.state.team_seat != np.arange(3000)).mean() == pytest.approx(0.0975, abs=0.02)


def test_assembly_brings_a_community_that_the_team_lacks():
    run = Hand(small(communities=6, team_size=3))
    community, team = run.state.community[:, 0], run.state.team
    for i in range(24):
        lacks = set(range(6)) - {community[k] for k in range(24) if team[k] == team[i] and k != i}
        k = run.assembled_partner(i, 7)
        candidates = [(7 + step) % 24 for step in range(64)]
        expected = next((c for c in candidates if team[c] != team[i] and community[c] in lacks), 7)
        assert k == expected


def test_without_communities_or_a_find_the_partner_stays():
    assert Hand(small(communities=0)).assembled_partner(0, 7) == 7
    assert Hand(small(communities=1)).assembled_partner(0, 7) == 7


def test_coaching_closes_a_part_of_what_is_lacking():
    assert people.coach(0.5, 0.1) == pytest.approx(0.55)
    assert people.coach(1.0, 0.7) == 1
    assert people.coach(0.2, 0.0) == 0.2


def test_skills_vary_around_the_mean_and_stay_in_range():
    def skills(spread):
        return np.concatenate(
            [getattr(Hand(small(workers=1500, pkm_spread=spread, ties=0)).state, s) for s in ("seek", "sense", "share")]
        )

    assert (skills(0) == 0.5).all()
    assert skills(0.1).std() == pytest.approx(0.1, rel=0.06)
    assert (skills(1).min(), skills(1).max()) == (0, 1)
