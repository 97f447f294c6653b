"""The engine gives exactly the history of `sim.plain`: a second implementation, written from the ODD alone."""

import math

import numpy as np
import pytest

from sim.model.measures import MEASURE_NAMES
from sim.model.run import Run
from sim.plain import Organisation
from tests.random_scenarios import random_scenario

# State variables of the ODD by the part of a run that holds them.
OF_STATE = [
    "person",
    "idea",
    "aware",
    "time",
    "seek",
    "sense",
    "share",
    "expected_return",
    "tie",
    "community",
    "trust",
    "attended",
    "team",
    "team_members",
    "practice",
    "alignment",
    "scepticism",
    "output",
    "repertoire",
    "repertoire_value",
    "n_tests",
    "last_tested_week",
    "outside",
    "last_change_week",
    "news_lag_weeks",
    "common",
    "team_sign",
    "familiarity",
    "weeks_in_team",
    "field",
    "answers",
    "time_lost",
    "renown",
    "help",
    "outside_aware",
]
OF_REALITY = {
    "rugged": ["contribution", "contribution_before", "partner", "scale"],
    "blocks": ["truth", "truth_before", "scale"],
}


def assert_same_state(run, plain, week):
    told = plain.snapshot()
    for name in OF_STATE:
        ours, theirs = getattr(run.state, name), np.array(told[name])
        assert np.array_equal(ours, theirs.reshape(ours.shape)), f"{name} differs in week {week}"
    for name in OF_REALITY[run.scenario.world.reality]:
        assert np.array_equal(getattr(run.reality, name), np.array(told[name])), f"{name} differs in week {week}"


def assert_same_measures(row, plain, week, names=MEASURE_NAMES):
    for name, ours in zip(names, row, strict=True):
        theirs = plain.measures[name]
        assert math.isclose(ours, theirs, abs_tol=1e-12) or (math.isnan(ours) and math.isnan(theirs)), (
            f"{name}, week {week}"
        )


def assert_engine_is_plain(scenario, seed):
    run, plain = Run(scenario, seed), Organisation(scenario, rng=seed)
    assert_same_state(run, plain, 0)
    for week in range(1, scenario.weeks + 1):
        row = run.advance(1)[0]
        plain.step()
        assert_same_measures(row, plain, week)
        assert_same_state(run, plain, week)


@pytest.mark.filterwarnings("ignore::UserWarning")  # teams that do not divide, and the like
@pytest.mark.parametrize("number", range(24))
def test_engine_is_plain(number):
    assert_engine_is_plain(random_scenario(number), seed=1000 + number)


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("number", range(32))
def test_engine_is_plain_with_the_mechanisms_of_the_second_version(number):
    assert_engine_is_plain(random_scenario(number, switched=True), seed=2000 + number)
