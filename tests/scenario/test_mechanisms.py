"""Mechanisms that can be switched: which are on, what that sets, and that each does something."""

import numpy as np
import pytest

from sim.errors import ScenarioError
from sim.model.model import ABOUT_SWITCHES
from sim.model.run import Run
from sim.scenario import PARAMETERS, SWITCHES, Scenario
from sim.study.definition import StudyDefinition
from tests.random_scenarios import random_scenario

BUSY = {"turnover": 1.0, "rotation": 2.0, "tie_renewal": 5.0, "direction": 1.0, "workers": 40, "weeks": 80}


def off(name):
    return {one: PARAMETERS[one].off for one in SWITCHES[name]}


def history(**given):
    scenario = Scenario.build("balanced", **BUSY, **given)
    return Run(scenario, 5).advance(scenario.weeks)


def test_version1_is_all_off_and_version2_all_on():
    first, second = Scenario.build(mechanisms="version1"), Scenario.build(mechanisms="version2")
    for name, one in PARAMETERS.items():
        if one.mechanism:
            assert getattr(getattr(first, one.group), name) == one.off
            assert getattr(getattr(second, one.group), name) == one.on
    assert Scenario.build(mechanisms=list(SWITCHES)) == second
    assert Scenario.build(mechanisms=[]) == first


@pytest.mark.parametrize("name", SWITCHES)
def test_each_is_switched_alone_and_does_something(name):
    one = Scenario.build(mechanisms=[name])
    others = {k: v for other in SWITCHES if other != name for k, v in off(other).items()}
    assert one == Scenario.build(**others, **{k: PARAMETERS[k].on for k in SWITCHES[name]})
    with_it, without = history(mechanisms=[name]), history(mechanisms=[])
    assert not np.array_equal(with_it, without, equal_nan=True)
    assert np.array_equal(history(mechanisms=[name], **off(name)), without, equal_nan=True)
    assert ABOUT_SWITCHES[name]


def test_every_one_does_something_beside_the_others():
    everything = history(mechanisms="version2")
    for name in SWITCHES:
        rest = history(mechanisms=[other for other in SWITCHES if other != name])
        assert not np.array_equal(everything, rest, equal_nan=True), name


def test_what_is_given_stands_above_what_is_switched():
    one = Scenario.build(mechanisms="version2", noise=0.3, workforce={"field": 0.7}, world={"relatedness": 0.5})
    assert (one.world.noise, one.workforce.field, one.world.relatedness) == (0.3, 0.7, 0.5)
    assert one.world.attribution == PARAMETERS["attribution"].on
    assert one.replace(mechanisms="version1").workforce.field == 1.0, "a whole scenario is switched"


def test_they_are_in_files(tmp_path):
    file = tmp_path / "one.toml"
    file.write_text('mechanisms = "version2"\nnoise = 0.2\n', encoding="utf-8")
    one = Scenario.from_toml(file)
    assert one == Scenario.build(mechanisms="version2", noise=0.2)
    assert Scenario.from_dict(one.to_dict()) == one, "written out as numbers"


def test_in_a_study_they_hold_for_all_runs_and_what_is_varied_stands_above_them():
    shared = {"mechanisms": "version2", "workers": 20, "weeks": 10}
    study = StudyDefinition.from_dict({"name": "one", "scenario": shared, "factorial": {"noise": [0.1, 0.3]}})
    points = [study.scenario(point) for point in range(2)]
    assert [one.world.noise for one in points] == [0.1, 0.3]
    assert {(one.world.relatedness, one.workforce.field) for one in points} == {(0.75, 0.4)}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("version3", "did you mean 'version2'"),
        (["familiarity", "famliarity"], "did you mean 'familiarity'"),
        (7, "a list of names is needed"),
        ([7], "7 is not a mechanism"),
        ({"familiarity": True}, "a list of names is needed"),
    ],
)
def test_what_is_none_is_refused(given, said):
    with pytest.raises(ScenarioError, match=said):
        Scenario.build(mechanisms=given)


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_random_scenarios_switch_all_of_them():
    made = [random_scenario(number, switched=True) for number in range(32)]
    for name, one in PARAMETERS.items():
        if one.mechanism:
            values = {getattr(getattr(scenario, one.group), name) for scenario in made}
            assert values - {one.off}, name
