"""Luck belongs to a decision, a person and a week: what a change does not touch stays exactly as it was."""

from dataclasses import dataclass

import numpy as np
import pytest

from sim.model.run import Run
from tests.engine import small

OF_WORKERS = [
    "idea",
    "aware",
    "time",
    "seek",
    "sense",
    "share",
    "expected_return",
    "experienced_return",
    "trust",
    "attended",
]
OF_TEAMS = ["practice", "alignment", "scepticism", "output"]
OF_COMMUNITIES = ["repertoire", "repertoire_value", "n_tests", "last_tested_week"]
STRUCTURE = [
    "person",
    "tie",
    "team",
    "team_members",
    "team_seat",
    "community",
    "community_members",
    "outside",
    "last_change_week",
]
OF_REALITY = ("contribution", "contribution_before", "truth", "truth_before", "partner", "scale")


def same_state(
    one, other, names=(*OF_WORKERS, *OF_TEAMS, *OF_COMMUNITIES, *STRUCTURE, "news_lag_weeks", "event_counts")
):
    return all(np.array_equal(getattr(one.state, name), getattr(other.state, name)) for name in names)


def same_world(one, other):
    same_reality = all(np.array_equal(getattr(one.reality, name), getattr(other.reality, name)) for name in OF_REALITY)
    return same_reality and same_state(one, other, ("outside", "last_change_week"))


# The minimally different world


@dataclass
class Reach:
    """Whom a change can have touched, week by week: never too few, sometimes too many."""

    workers: np.ndarray
    teams: np.ndarray
    communities: np.ndarray

    @classmethod
    def of_worker(cls, i, state):
        workers = np.arange(len(state.team)) == i
        return cls(workers, np.zeros(len(state.practice), np.bool_), np.zeros(len(state.repertoire), np.bool_))

    def spread(self, state):
        """A week, of which `state` is the beginning: through ties, then communities, then teams."""
        follows = self.workers[state.tie].any(axis=1) | self.teams[state.team[state.tie]].any(axis=1)
        self.workers |= follows
        for c in range(len(self.communities)):
            members = (state.community == c).any(axis=1)
            self.communities[c] |= self.workers[members].any()
            self.workers |= members & self.communities[c]
        for k in range(len(self.teams)):
            members = state.team == k
            self.teams[k] |= self.workers[members].any()
            self.workers |= members & self.teams[k]


def assert_same_outside(reach, one, other):
    parts = ((OF_WORKERS, reach.workers), (OF_TEAMS, reach.teams), (OF_COMMUNITIES, reach.communities))
    for names, touched in parts:
        for name in names:
            ours, theirs = getattr(one.state, name)[~touched], getattr(other.state, name)[~touched]
            assert np.array_equal(ours, theirs), f"{name} differs out of reach in week {one.week}"
    assert same_state(one, other, STRUCTURE)
    assert same_world(one, other)


# Teams do not depend on each other, so that a change travels from person to person only.
SPARSE = {"workers": 900, "team_size": 3, "communities": 300, "ties": 1, "local_ties": 0.8, "interdependence": 0}
BUSY = {"turnover": 0.5, "rotation": 0.2, "assembly": 0.5, "weaving": 0.5, "tie_renewal": 1, "turbulence": 20}


def lead(run, change):
    """A run in which one thing about worker 7 is different."""
    state = run.state
    if change == "silent":
        state.share[7] = 0.0
    elif change == "unaware":
        state.aware[7] = False
    elif change == "of another mind":
        state.idea[7] *= -1
    elif change == "always in networks":
        state.time[7] = 1.0, 0.0, 0.0
    else:
        state.trust[7] = 1.0
    return run


@pytest.mark.parametrize("change", ["silent", "unaware", "of another mind", "always in networks", "trusting"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_one_different_worker_changes_nothing_out_of_reach(change, seed):
    scenario = small(**SPARSE | BUSY)
    one, other = Run(scenario, seed), lead(Run(scenario, seed), change)
    reach, untouched = Reach.of_worker(7, one.state), []
    for _ in range(5):
        reach.spread(one.state)
        one.advance(1)
        other.advance(1)
        assert_same_outside(reach, one, other)
        untouched.append((~reach.workers).sum())
    assert untouched[2] > 450, "the test looks at many, for a while"
    assert not same_state(one, other), "the change did do something"


def test_a_reach_that_is_too_small_would_be_found():
    scenario = small(**SPARSE | BUSY)
    one, other = Run(scenario, 1), lead(Run(scenario, 1), "of another mind")
    reach = Reach.of_worker(7, one.state)
    one.advance(3)
    other.advance(3)
    with pytest.raises(AssertionError, match="out of reach in week 3"):
        assert_same_outside(reach, one, other)


# Levers that touch nobody

# (what is switched off, the lever that then must not matter)
IDLE = [
    ({"coaching": 0}, {"coaching_gain": 0.9}),
    ({"coaching": 0}, {"price_coaching": 0.5}),
    ({"turnover": 0}, {"hiring": 2, "newcomer_awareness": 0.1, "newcomer_trust": 0.9}),
    ({"rotation": 0}, {"assembly": 1}),
    ({"tie_renewal": 0, "price_weaving": 0}, {"weaving": 1}),
    ({"demand": 0}, {"pressure": 9}),
    ({"pressure": 0}, {"demand": 0.9}),
    ({"adaptation": 0}, {"reward_teams": 5, "sensitivity": 9, "pressure": 3}),
    (
        {"review": 0, "direction": 0},
        {"hurdle": 0.5, "feedback": 1, "calming": 0.1, "disappointment": 3, "adoption_cost": 1},
    ),
    ({"shock_week": 0}, {"shock_share": 1}),
    ({"reality": "rugged"}, {"block": 1}),
    ({"encounters": 0}, {"breadth": 1, "openness": 1, "imitation": "majority"}),
    ({"communities": 0}, {"sessions": 50, "socialisation": 1, "starting_trust": 1, "repertoire": 2}),
    ({"sessions": 0}, {"code_learning": 1, "hear_base": 0.1, "pool_base": 1, "socialisation": 1}),
    ({"team_size": 24}, {"interdependence": 1}),
    ({"local_ties": 1, "tie_renewal": 0, "turnover": 0, "ties": 0}, {"openness": 0.2, "working_out_loud": 0.3}),
]
LIVELY = {"turbulence": 20, "turnover": 1, "rotation": 2, "tie_renewal": 5, "direction": 0.5, "noise": 0.1, "hurdle": 0}


def histories(off, lever, seed=4):
    return [Run(small(**LIVELY | off | more), seed).advance(40) for more in ({}, lever)]


@pytest.mark.parametrize(("off", "lever"), IDLE)
def test_a_lever_that_touches_nobody_changes_nothing(off, lever):
    one, other = histories(off, lever)
    np.testing.assert_array_equal(one, other)


ACTIVE = [
    ({"coaching": 1}, {"coaching_gain": 0.9}),
    ({}, {"hiring": 2}),
    ({}, {"assembly": 1}),
    ({"price_weaving": 0}, {"weaving": 1}),
    ({}, {"pressure": 9}),
    ({}, {"reward_teams": 5}),
    ({}, {"hurdle": 0.5}),
    ({"shock_week": 9}, {"shock_share": 1}),
    ({"reality": "blocks", "block": 2}, {"block": 1}),
    ({}, {"breadth": 1}),
    ({}, {"sessions": 50}),
    ({}, {"code_learning": 1}),
    ({}, {"interdependence": 1}),
]


@pytest.mark.parametrize(("on", "lever"), ACTIVE)
def test_the_same_lever_matters_where_it_touches_somebody(on, lever):
    one, other = histories(on, lever)
    assert not np.array_equal(one, other, equal_nan=True)


# Common luck

POLICIES = (
    {},
    {"split_networks": 0.6, "split_communities": 0.3, "split_teams": 0.1, "openness": 1, "pilot_first": True},
    {"direction": 1, "working_out_loud": 1, "rotation": 8, "weaving": 1, "coaching": 1, "hurdle": 0.3, "hiring": 2},
)


@pytest.mark.parametrize("policy", POLICIES[1:])
def test_two_policies_under_one_seed_meet_the_same_luck(policy):
    one, other = (Run(small(turnover=2, turbulence=20, shock_week=20, **levers), 5) for levers in (POLICIES[0], policy))
    changes = []
    for _ in range(40):
        assert same_world(one, other)
        assert same_state(one, other, ("person", "community"))
        rows = one.advance(1), other.advance(1)
        assert rows[0][0, -2:].tolist() == rows[1][0, -2:].tolist(), "changes and the best possible"
        changes.append(rows[0][0, -2])
    assert sum(changes) > 10
    assert (one.state.person >= 24).any()
    assert not same_state(one, other)


def test_another_seed_is_another_world():
    assert not same_world(Run(small(), 1), Run(small(), 2))


def test_newcomers_of_one_seat_are_the_same_people_under_any_policy():
    one, other = (Run(small(turnover=52, pkm_spread=0.3, **levers), 5) for levers in (POLICIES[0], POLICIES[1]))
    one.advance(3)
    other.advance(3)
    assert same_state(one, other, ("person", "seek", "sense", "share", "idea", "aware"))
