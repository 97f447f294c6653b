"""Threads that share a run: the same history to the bit, however many there are."""

import numpy as np
import pytest

from sim.model.run import Run
from sim.scenario import Scenario
from tests.random_scenarios import random_scenario

CASES = {
    "default": {"workers": 200},
    "two communities each": {"workers": 130, "memberships": 2, "turnover": 5, "rotation": 9, "imitation": "conformity"},
    "blocks": {"workers": 70, "reality": "blocks", "aspects": 30, "block": 3, "turbulence": 40, "direction": 1},
    "no communities, no table": {"workers": 61, "communities": 0, "aspects": 14, "imitation": "majority"},
    "second version": {"workers": 130, "mechanisms": "version2", "turnover": 2, "rotation": 2, "direction": 1},
    "second version, blocks": {"workers": 70, "mechanisms": "version2", "reality": "blocks", "aspects": 30},
    "fewer teams than threads": {"workers": 3, "team_size": 3, "communities": 1, "ties": 1},
}


def end_of(scenario, threads):
    run = Run(scenario, 3)
    history = run.advance(scenario.weeks, threads)
    return history, run.arrays


def assert_same(one, other):
    assert one[0].tobytes() == other[0].tobytes()
    for name in one[1]:
        assert np.array_equal(one[1][name], other[1][name], equal_nan=name != "person"), name


@pytest.mark.parametrize("name", CASES)
def test_a_history_does_not_depend_on_the_number_of_threads(name):
    scenario = Scenario.build(weeks=20, **CASES[name])
    alone = end_of(scenario, 1)
    for threads in (2, 5):
        assert_same(alone, end_of(scenario, threads))


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("switched", [False, True])
@pytest.mark.parametrize("number", range(6))
def test_nor_do_random_scenarios(number, switched):
    scenario = random_scenario(number, switched=switched)
    assert_same(end_of(scenario, 1), end_of(scenario, 3))


def test_what_acts_between_phases_is_left_to_one_thread(monkeypatch):
    """An extension that follows a phase has to see what the whole phase has done."""
    shared = []
    monkeypatch.setattr(Run, "_advance_to", lambda run, weeks, shares: shared.append(shares is not None))
    for extensions in ([], ["bridging"], ["mentoring"]):
        Run(Scenario.build(workers=24, weeks=3, with_=extensions), 1).advance(3, threads=2)
    assert shared == [True, True, False]
