"""A study: its gate, its runs by number, and the way to a dict and back."""

import json

import pytest

from sim.errors import ScenarioError
from sim.scenario import Scenario
from sim.study.study import Study

from .small import build

FULL = {
    "title": "A full one",
    "about": "With everything in it.",
    "policies": ["balanced", {"base": "heads_down", "name": "mine", "hurdle": 0.3}],
    "worlds": ["stable", {"base": "shock", "name": "late", "shock_week": 300}],
    "scenario": {"workers": 24, "weeks": 310, "interventions": [{"week": 5, "policy": "closed_shop"}]},
    "factorial": {"seek": [0.5, 0.6], "situation": [{"label": "a", "turbulence": 2}, {"label": "b", "turbulence": 3}]},
    "design_points": [{"team_time": 0.5}, {"team_time": 0.6}],
    "sample": {"method": "sobol", "points": 4, "ranges": {"openness": [0.1, 0.2]}, "seed": 2},
    "replicates": 3,
    "first_seed": 7,
    "warm_up": 10,
    "trajectories": ["trust"],
    "weekly": True,
    "fails": {"measure": "output", "below": 0.1},
}


def test_dict_and_back_is_the_same_study():
    study = Study.build("full", **FULL)
    again = Study.from_dict(json.loads(json.dumps(study.to_dict())))
    assert again.to_dict() == study.to_dict()
    assert again.key == study.key
    assert again.points == study.points == 2 * 2 * 2 * 2 * 4 * 2
    assert [again.scenario(p) for p in range(0, 128, 9)] == [study.scenario(p) for p in range(0, 128, 9)]


@pytest.mark.parametrize(("given", "meant"), [("wiht", "with"), ("scenaro", "scenario")])
def test_an_unknown_key_is_refused_with_the_nearest_as_files_have_it(given, meant):
    with pytest.raises(ScenarioError, match=f"did you mean '{meant}'"):
        Study.from_dict({"name": "s", given: []})


def test_a_study_does_not_depend_on_the_library_once_it_is_made():
    study = Study.build("full", **FULL)
    (intervention,) = study.to_dict()["scenario"]["interventions"]
    assert {"split_teams", "openness"} <= intervention.keys()


def test_a_run_is_a_point_under_the_seed_of_its_replicate():
    study = build(first_seed=11, replicates=4, factorial={"hurdle": [0.0, 0.1, 0.2]})
    assert (study.points, study.runs) == (3, 12)
    assert [study.seed(run // study.points) for run in range(12)] == [11] * 3 + [12] * 3 + [13] * 3 + [14] * 3


@pytest.mark.parametrize("name", ["title", "about", "replicates", "fails", "name"])
def test_words_and_replicates_do_not_change_the_key(name):
    other = {"title": "x", "about": "y", "replicates": 9, "fails": {"measure": "trust", "above": 1}, "name": "z"}
    full = {"name": "full", **FULL}
    assert Study.from_dict({**full, name: other[name]}).key == Study.from_dict(full).key


@pytest.mark.parametrize(
    "change",
    [
        {"first_seed": 8},
        {"weekly": False},
        {"trajectories": ["output"]},
        {"warm_up": 11},
        {"policies": FULL["policies"][::-1]},
        {"scenario": {**FULL["scenario"], "workers": 32}},
        {"scenario": {**FULL["scenario"], "interventions": []}},
        {"factorial": dict(reversed(FULL["factorial"].items()))},
        {"design_points": FULL["design_points"][::-1]},
        {"sample": {**FULL["sample"], "seed": 3}},
    ],
)
def test_all_else_changes_the_key(change):
    assert Study.build("full", **{**FULL, **change}).key != Study.build("full", **FULL).key


def test_the_key_knows_scenarios_by_their_keys(monkeypatch):
    """So another parameter of the model, at its default, leaves the keys of studies as they are."""
    study = Study.build("full", **FULL)
    renamed = {**FULL["policies"][1], "about": "said otherwise"}
    assert Study.build("full", **{**FULL, "policies": ["balanced", renamed]}).key == study.key
    monkeypatch.setattr(Scenario, "key", property(lambda _: "another"))
    assert Study.build("full", **FULL).key != study.key
    one = Study.build("full", **FULL).key
    assert Study.build("full", **{**FULL, "policies": ["balanced", {**renamed, "hurdle": 0.4}]}).key == one


def test_the_order_of_ranges_changes_the_key():
    ranges = {"hurdle": [0, 1], "seek": [0, 1]}
    one, other = (
        build(sample={"method": "sobol", "points": 4, "ranges": dict(order)})
        for order in (ranges.items(), reversed(ranges.items()))
    )
    assert one.key != other.key


def test_the_base_of_a_point_is_the_same_with_the_first_condition_of_the_last_axis():
    study = build(policies=["balanced", "heads_down"], factorial={"hurdle": [0.0, 0.1]})
    assert [study.base_point(p) for p in range(4)] == [0, 0, 2, 2]
    study = build(factorial={"hurdle": [0.0, 0.1], "seek": [0.5, 0.6, 0.7]})
    assert [study.base_point(p) for p in range(6)] == [0, 0, 0, 3, 3, 3]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"replicates": 0}, "replicates = 0: a whole number is needed, 1 to 1000000"),
        ({"replicates": True}, "replicates = True"),
        ({"replicates": 2.5}, "replicates = 2.5"),
        ({"replicats": 3}, "replicats is not part of a study; did you mean 'replicates'?"),
        ({"policies": []}, "policies is empty"),
        ({"policies": "balanced"}, "a list of names is needed"),
        ({"policies": ["balanced", "balanced"]}, "policies: balanced is there twice"),
        ({"policies": ["balancd"]}, "did you mean 'balanced'?"),
        ({"policies": [3]}, "policy = 3"),
        ({"worlds": []}, "worlds is empty"),
        ({"worlds": ["stable", {"name": "stable"}]}, "stable is there twice"),
        ({"scenario": {"workers": 10**9}}, "workers = 1000000000"),
        ({"scenario": {"weeks": 0}}, "weeks = 0"),
        ({"scenario": {"wokers": 3}}, "did you mean 'workers'?"),
        ({"scenario": []}, "scenario = []: a table of levers is needed"),
        ({"first_seed": -1}, "first_seed = -1"),
        ({"trajectories": ["outpt"]}, "did you mean 'output'?"),
        ({"weekly": 1}, "true or false is needed"),
        ({"warm_up": 20}, "warm_up = 20: a whole number is needed, 0 to 19"),
        ({"fails": {"measure": "output"}}, "below or above"),
        ({"title": 3}, "title = 3: text is needed"),
        ({"replicates": 3, "precision": {"measure": "output", "half_width": 1}}, "both given"),
        ({"shared": 5}, "shared is not part of a study"),
        ({"policies": ["balanced"], "scenario": {"policy": 5}}, "policies and scenario.policy are both given"),
        ({"name": "../x"}, "name = '../x': letters, digits and _ are needed"),
        ({"name": ""}, "name = ''"),
    ],
)
def test_refused(given, told):
    with pytest.raises(ScenarioError) as caught:
        Study.from_dict({"name": "small", "scenario": {"weeks": 20}, **given})
    assert told in str(caught.value)
    assert len(str(caught.value).splitlines()) <= 2


@pytest.mark.parametrize("given", [None, 3, "x", [], {3: 4}])
def test_what_is_no_table_is_refused(given):
    with pytest.raises(ScenarioError):
        Study.from_dict(given)
