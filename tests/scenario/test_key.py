"""The key of a scenario: equal exactly where what decides the history is equal, and computed once."""

import copy
import os
import pickle
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

import sim.scenario.scenario as gate
from sim.errors import ScenarioError
from sim.model.declare import Mechanism, lever, number
from sim.model.run import Run
from sim.scenario import LEVERS, PARAMETERS, Policy, Scenario, Workforce, World
from sim.scenario.parameters import differences

from .test_scenario import QUICK, scenarios

ROOT = Path(gate.__file__).parents[2]


def decisive(scenario):
    """What decides a history, read from the policies in force instead of from what was given."""
    parts = {name: getattr(getattr(scenario, p.group), name) for name, p in PARAMETERS.items() if p.group != "policy"}
    levers = [{name: getattr(one.policy, name) for name in LEVERS} for one in scenario.policies()]
    changes = []
    for before, after, segment in zip(levers[:-1], levers[1:], scenario.policies()[1:], strict=True):
        time = "split" if segment.sets_split else "floor" if segment.sets_floor else None
        if before != after or time:
            changes.append((segment.week, after, time))
    return scenario.weeks, parts, levers[0], changes


@pytest.fixture
def counted(monkeypatch):
    """The contents that keys were computed of, from now on."""
    contents, hashed = [], gate._hashed
    monkeypatch.setattr(gate, "_hashed", lambda content: contents.append(content) or hashed(content))
    return contents


# What it stands for


def test_the_key_depends_on_every_parameter_and_on_nothing_else():
    base = Scenario.build()
    assert len(base.key) == 12
    int(base.key, 16)
    assert base.key == Scenario.build(Policy(name="x", about="y"), base.world.model_copy(update={"name": "z"})).key
    others = {
        "split_networks": {"split_networks": 0.3, "split_teams": 0.5},
        "split_communities": {"split_communities": 0.3, "split_teams": 0.5},
        "split_teams": {"split_teams": 0.7, "split_networks": 0.1},
    }
    keys = {base.key}
    for name, parameter in PARAMETERS.items():
        value = next((c for c in parameter.choices if c != parameter.default), None)
        if value is None:
            value = 7 if parameter.kind == "int" and name != "memberships" else max(0.0125, parameter.low)
        value = 2 if name == "memberships" else value
        keys.add(
            base.replace(**others.get(name, {name: value})).key if name != "workers" else base.replace(workers=99).key
        )
    keys |= {base.replace(weeks=261).key, base.replace(interventions=[{"week": 2, "hurdle": 0.5}]).key}
    keys |= {base.replace(interventions=[{"week": 3, "hurdle": 0.5}]).key}
    assert len(keys) == len(PARAMETERS) + 4


@st.composite
def relatives(draw, scenario):
    """A scenario that differs from another one in a thing or two, in what it is called, or in nothing."""
    week = draw(st.integers(1, scenario.weeks))
    lever = draw(st.sampled_from(["hurdle", "openness", "pilot_first", "floor_networks"]))
    in_force = [one.policy for one in scenario.policies() if one.week <= week][-1]
    setting = draw(st.sampled_from([getattr(in_force, lever), True if lever == "pilot_first" else 0.0]))
    split = {name: getattr(in_force, name) for name in LEVERS if name.startswith(("split_", "floor_networks"))}
    changes = {
        "weeks": min(100_000, scenario.weeks + draw(st.integers(0, 1))),
        "policy": scenario.policy.model_copy(update={"name": "other", "about": "the same"}),
        "workforce": draw(st.sampled_from([scenario.workforce, Workforce(workers=24)])),
        "interventions": draw(
            st.sampled_from(
                [
                    (),
                    (*scenario.interventions, {"week": week, lever: setting}),
                    (*scenario.interventions, {"week": week, **split, "floor_networks": 0.0}),
                ]
            )
        ),
    }
    chosen = draw(st.lists(st.sampled_from(list(changes)), max_size=2, unique=True))
    return scenario.model_copy(update={name: changes[name] for name in chosen})


@settings(QUICK, max_examples=200)
@given(st.data())
def test_keys_are_equal_exactly_where_what_decides_the_history_is(data):
    one = data.draw(scenarios())
    try:
        other = data.draw(relatives(one))
    except ScenarioError:  # another floor may not go with the splits that follow
        assume(False)
    same = decisive(one) == decisive(other)
    event("the same" if same else "not the same")
    assert (one.key == other.key) == same


def test_whole_numbers_and_fractions_of_the_same_value_are_the_same():
    assert Scenario.build(hurdle=1, openness=1).key == Scenario.build(hurdle=1.0, openness=np.float32(1)).key
    assert Scenario.build(workers=60).key == Scenario.build(workers=np.int16(60)).key
    assert Scenario.build(hurdle=1).key != Scenario.build(hurdle=0.5).key


@QUICK
@given(scenarios(), st.randoms(use_true_random=False))
def test_the_order_in_which_parameters_are_given_does_not_count(scenario, rng):
    def shuffled(table):
        items = list(table.items())
        rng.shuffle(items)
        return {name: shuffled(value) if isinstance(value, dict) else value for name, value in items}

    given_in_another_order = shuffled(scenario.to_dict())
    assert Scenario.from_dict(given_in_another_order).key == scenario.key


CHANGES = [
    ({"week": 3, "hurdle": 0.02}, None),
    (
        {"week": 3, "policy": "balanced"},
        {"week": 3, "split_networks": 0.2, "split_communities": 0.2, "split_teams": 0.6},
    ),
    (
        {"week": 3, "policy": "closed_shop"},
        {"week": 3, **{n: getattr(gate.load_policy("closed_shop"), n) for n in LEVERS}},
    ),
]


@pytest.mark.parametrize(
    ("one", "other"), CHANGES, ids=["changes nothing", "starts time anew", "a policy by its levers"]
)
def test_an_intervention_counts_by_what_it_changes(one, other):
    small = {"workers": 24, "weeks": 12}
    a, b = (Scenario.build(**small, interventions=[change] if change else []) for change in (one, other))
    assert a.key == b.key
    np.testing.assert_array_equal(Run(a, 1).advance(12), Run(b, 1).advance(12))
    c = Scenario.build(**small, interventions=[one | {"hurdle": 0.5}])
    assert c.key != a.key


def test_the_time_of_people_starts_anew_though_the_split_is_as_it_was():
    """Their time has moved by then: an intervention that changes no lever changes the history."""
    small = {"workers": 24, "weeks": 12}
    split = {"week": 9, "split_networks": 0.2, "split_communities": 0.2, "split_teams": 0.6}
    a, b = Scenario.build(**small), Scenario.build(**small, interventions=[split])
    assert a.key != b.key
    assert not np.array_equal(Run(a, 1).advance(12), Run(b, 1).advance(12))


@QUICK
@given(scenarios())
def test_the_key_of_what_was_left_out_is_that_of_the_defaults(scenario):
    """Whatever is at its default is no part of the content: neither its name nor its value."""
    for part in (scenario.world, scenario.workforce, scenario.policy):
        for name, value in differences(part).items():
            assert value != PARAMETERS[name].default
    assert Scenario(world=World(), workforce=Workforce(), policy=Policy())._decisive == {}


# When the model grows


MORE = Mechanism(
    "more",
    [
        lever("mentoring", 0.25, 0, 1, meaning="mentoring"),
        number("fog", 0.0, 0, 1, group="world", meaning="fog"),
    ],
)
OLD = {"hurdle": 0.1, "split_networks": 0.1, "split_teams": 0.7, "noise": 0.1, "weeks": 52}


def but_extensions(scenario):
    """What the key is the hash of, as if the extensions were part of the model."""
    return {name: value for name, value in scenario._decisive.items() if name != "with"}


def test_another_parameter_at_its_default_leaves_keys_as_they_are():
    old, new = Scenario.build(**OLD), Scenario.build(**OLD, with_=[MORE])
    assert "mentoring" in dict(new.policy)
    assert but_extensions(new) == old._decisive
    for change in ({"mentoring": 0.5}, {"fog": 1.0}):
        assert but_extensions(new.replace(**change)) != old._decisive


def test_so_it_does_where_an_intervention_sets_all_levers():
    plan = [{"week": 2, "policy": {"hurdle": 0.1}}]
    old, new = Scenario.build(interventions=plan), Scenario.build(interventions=plan, with_=[MORE])
    assert "mentoring" in new.interventions[0].changes
    assert but_extensions(new) == old._decisive
    other = [{"week": 2, "policy": {"hurdle": 0.1, "mentoring": 1.0}}]
    assert but_extensions(Scenario.build(interventions=other, with_=[MORE])) != old._decisive


def test_extensions_are_part_of_it():
    other = Mechanism("more", MORE.parameters)
    keys = {Scenario.build(with_=one).key for one in ([], [MORE], [other])}
    assert len(keys) == 3


# How often it is computed


def test_it_is_computed_once(counted):
    scenario = Scenario.build(hurdle=0.125)
    assert len({scenario.key for _ in range(1000)}) == 1
    assert len(counted) == 1


def test_copies_and_changes_do_not_carry_it_along(counted):
    scenario = Scenario.build(hurdle=0.125)
    key = scenario.key
    for same in (copy.copy(scenario), copy.deepcopy(scenario), scenario.model_copy(), scenario.replace()):
        assert not hasattr(same, "_key")
        assert same.key == key
    assert b"_key" not in pickle.dumps(scenario)
    assert not hasattr(pickle.loads(pickle.dumps(scenario)), "_key")
    changed = [scenario.replace(hurdle=0.5), scenario.model_copy(update={"weeks": 9})]
    assert len({key, *(one.key for one in changed)}) == 3


def test_whether_it_was_asked_for_makes_no_difference():
    asked, fresh = Scenario.build(hurdle=0.125), Scenario.build(hurdle=0.125)
    assert asked.key
    assert asked == fresh
    assert hash(asked) == hash(fresh)
    assert asked.to_dict() == fresh.to_dict()
    assert asked.replace(weeks=9) == fresh.replace(weeks=9)
    assert repr(asked) == repr(fresh)


# Frozen


FROZEN = {
    "44136fa355b3": Scenario(),
    "89cdfbfffabb": Scenario.build(),
    "106467838e8c": Scenario.build("heads_down", "stable", workers=60, hurdle=0.1, weeks=52),
    "4fd7641231da": Scenario.build(interventions=[{"week": 53, "policy": "closed_shop", "openness": 0.5}]),
}


def test_keys_are_the_same_on_every_machine():
    """Frozen on purpose: results are found by them. They change with the names of parameters, and what lies outside a
    default when that default changes."""
    assert {one.key: one for one in FROZEN.values()} == FROZEN


def test_keys_are_the_same_in_every_session():
    code = "from sim import Scenario; print(Scenario.build('heads_down', hurdle=0.1).key)"
    seeds = [str(random.Random(k).randrange(2**32)) for k in range(2)]
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in seeds
    }
    assert found == {Scenario.build("heads_down", hurdle=0.1).key}
