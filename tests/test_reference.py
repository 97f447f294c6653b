"""The engine gives exactly the history of the reference: a second implementation, written from the ODD alone."""

import math

import numpy as np
import pytest

from sim.model.measures import MEASURE_NAMES
from sim.model.run import Run
from sim.scenario import PARAMETERS
from tests.random_scenarios import random_scenario
from tests.reference import ReferenceOrganisation

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
]
OF_REALITY = {
    "rugged": ["contribution", "contribution_before", "partner", "scale"],
    "blocks": ["truth", "truth_before", "scale"],
}


def flat(scenario):
    """The parameters of a scenario as one dict."""
    parts = {"world": scenario.world, "workforce": scenario.workforce, "policy": scenario.policy}
    return {name: getattr(parts[about.group], name) for name, about in PARAMETERS.items()}


def reference_of(scenario, seed):
    return ReferenceOrganisation(flat(scenario), seed, [(i.week, dict(i.changes)) for i in scenario.interventions])


def assert_same_state(run, reference, week):
    told = reference.snapshot()
    for name in OF_STATE:
        ours, theirs = getattr(run.state, name), np.array(told[name])
        assert np.array_equal(ours, theirs.reshape(ours.shape)), f"{name} differs in week {week}"
    for name in OF_REALITY[run.scenario.world.reality]:
        assert np.array_equal(getattr(run.reality, name), np.array(told[name])), f"{name} differs in week {week}"


def assert_same_measures(row, reference, week):
    for name, ours in zip(MEASURE_NAMES, row, strict=True):
        theirs = reference.measures[name]
        assert math.isclose(ours, theirs, abs_tol=1e-12) or (math.isnan(ours) and math.isnan(theirs)), (
            f"{name}, week {week}"
        )


def assert_engine_is_reference(scenario, seed):
    run, reference = Run(scenario, seed), reference_of(scenario, seed)
    assert_same_state(run, reference, 0)
    for week in range(1, scenario.weeks + 1):
        row = run.advance(1)[0]
        reference.step()
        assert_same_measures(row, reference, week)
        assert_same_state(run, reference, week)


@pytest.mark.parametrize("number", range(24))
def test_engine_is_reference(number):
    assert_engine_is_reference(random_scenario(number), seed=1000 + number)
