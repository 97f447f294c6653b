"""The gate: what is right comes back as it was given, and what is wrong is refused in a line or two."""

import copy
import math
import pickle
import tomllib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import sim.scenario.scenario as gate
from sim.errors import ScenarioError, canonical, did_you_mean, display_name, in_two_lines, truncated_repr
from sim.model.model import MECHANISMS
from sim.scenario import (
    LEVERS,
    PARAMETERS,
    Intervention,
    Policy,
    Scenario,
    Workforce,
    World,
    load_policy,
    load_world,
    policy_names,
    world_names,
)
from sim.scenario.parameters import SCENARIO

ROOT = Path(gate.__file__).parents[1]
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def refusal(make, *args, **kwargs):
    """The message with which a call is refused."""
    with pytest.raises(ScenarioError) as caught:
        make(*args, **kwargs)
    assert type(caught.value) is ScenarioError
    assert caught.value.__cause__ is None, "nothing of the machinery behind the gate is shown"
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    message = str(caught.value)
    assert message.strip()
    assert len(message.splitlines()) <= 2, message
    return message


def scenario_or_message(make, given):
    try:
        return make(given)
    except ScenarioError as error:
        return str(error)


# Random valid scenarios


def numbers(name):
    parameter = PARAMETERS[name]
    if parameter.choices:
        return st.sampled_from(parameter.choices)
    make = st.integers if parameter.kind == "int" else st.floats
    return make(parameter.low, parameter.high)


@st.composite
def shares(draw):
    """Three splits that sum to 1 and three floors below them, by name."""
    weights = [draw(st.integers(1, 1000)) for _ in range(3)]
    split = [weight / sum(weights) for weight in weights]
    floor = [share * draw(st.floats(0, 1)) for share in split]
    spaces = ("networks", "communities", "teams")
    return {f"split_{s}": v for s, v in zip(spaces, split, strict=True)} | {
        f"floor_{s}": v for s, v in zip(spaces, floor, strict=True)
    }


@st.composite
def worlds(draw, weeks):
    values = {name: draw(numbers(name)) for name, p in PARAMETERS.items() if p.group == "world"}
    values["shock_week"] = draw(st.integers(0, weeks))
    if values["reality"] == "rugged":
        values["aspects"] = draw(st.integers(2, 20))
        values["complexity"] = draw(st.integers(0, min(12, values["aspects"] - 1)))
    else:
        fitting = [size for size in range(1, values["aspects"] + 1) if values["aspects"] % size == 0]
        values["block"] = draw(st.sampled_from(fitting))
    return World(**values, name=draw(st.text(max_size=100)), about=draw(st.text(max_size=200)))


@st.composite
def workforces(draw):
    values = {name: draw(numbers(name)) for name, p in PARAMETERS.items() if p.group == "workforce"}
    workers = values["workers"]
    values["team_size"] = draw(st.integers(1, workers))
    values["communities"] = draw(st.integers(0, workers))
    values["memberships"] = draw(st.integers(1, min(4, values["communities"] or 4)))
    values["ties"] = draw(st.integers(0, min(100, workers - 1)))
    values["hear_trust"] = draw(st.floats(0, 1 - values["hear_base"]))
    return Workforce(**values)


PLAIN_LEVERS = [name for name in LEVERS if not name.startswith(("split_", "floor_"))]


@st.composite
def interventions(draw, weeks):
    week = draw(st.integers(1, weeks))
    if draw(st.booleans()):
        return Intervention(week, policy=draw(st.sampled_from(policy_names())))
    names = draw(st.lists(st.sampled_from(PLAIN_LEVERS), min_size=1, max_size=4, unique=True))
    changes = {name: draw(numbers(name)) for name in names}
    return Intervention(week, changes | (draw(shares()) if draw(st.booleans()) else {}))


@st.composite
def scenarios(draw):
    weeks = draw(st.integers(1, 100_000))
    levers = {name: draw(numbers(name)) for name in PLAIN_LEVERS} | draw(shares())
    return Scenario(
        world=draw(worlds(weeks)),
        workforce=draw(workforces()),
        policy=Policy(**levers, name=draw(st.text(max_size=100)), about=draw(st.text(max_size=200))),
        interventions=draw(st.lists(interventions(weeks), max_size=4)),
        weeks=weeks,
    )


@settings(QUICK, max_examples=150)
@given(scenarios())
def test_a_scenario_comes_back_exactly_from_toml_and_from_a_dict(scenario):
    read = tomllib.loads(scenario.to_toml())
    assert {"interventions": []} | read == scenario.to_dict()
    for back in (Scenario.from_dict(read), Scenario.from_dict(scenario.to_dict())):
        assert back == scenario
        assert back.to_toml() == scenario.to_toml(), "to the last digit and in the same order"
        assert back.key == scenario.key
        assert hash(back) == hash(scenario)
    assert scenario.replace() == scenario
    assert pickle.loads(pickle.dumps(scenario)) == scenario
    assert copy.deepcopy(scenario) == scenario


def test_a_scenario_comes_back_from_a_file(tmp_path):
    scenario = Scenario.build(
        "heads-down", World(name='"é\\n\n\t\x7f\u2028 = [x]', noise=1e-300), interventions=[{"week": 2, "hurdle": 1e-7}]
    )
    path = tmp_path / "größe 1.toml"
    path.write_text(scenario.to_toml(), encoding="utf-8")
    assert Scenario.from_toml(path) == Scenario.from_toml(str(path)) == scenario


def test_negative_zero_is_zero():
    assert Scenario.build(hurdle=-0.0).key == Scenario.build(hurdle=0.0).key


# Ways to say the same


def test_flat_names_tables_objects_and_files_say_the_same(tmp_path):
    flat = Scenario.build("closed_shop", "stable", hurdle=0.25, aspects=10, workers=60)
    tables = {
        "policy": {"base": "closed_shop", "hurdle": 0.25},
        "world": {"base": "stable", "aspects": 10},
        "workforce": {"workers": 60},
    }
    assert Scenario.from_dict(tables) == Scenario.build(**tables) == flat
    assert (
        Scenario.from_dict(
            {"policy": "closed_shop", "world": "stable", "hurdle": 0.25} | {"aspects": 10, "workers": 60}
        )
        == flat
    )
    assert Scenario.build(flat.policy, flat.world, workforce=flat.workforce) == flat
    assert Scenario.build(load_policy("closed_shop"), load_world("stable"), workers=60, hurdle=0.25, aspects=10) == flat
    whole, alone = tmp_path / "whole.toml", tmp_path / "alone.toml"
    whole.write_text(flat.to_toml(), encoding="utf-8")
    alone.write_text('base = "closed_shop"\nname = "closed_shop"\nhurdle = 0.25\n', encoding="utf-8")
    assert Scenario.build(whole, str(whole), workers=60) == Scenario.build(alone, whole, workers=60) == flat


def test_a_file_of_a_policy_alone_is_called_after_the_file(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text("hurdle = 0.5", encoding="utf-8")
    policy = Scenario.build(path).policy
    assert (policy.name, policy.hurdle, policy.sponsorship) == ("mine", 0.5, 0.5)


def test_a_table_without_base_starts_from_the_defaults():
    assert Scenario.build(world={"noise": 0.1}).world == World(noise=0.1)
    assert Scenario.from_dict({}) == Scenario.build("balanced", "turbulent")


def test_byte_order_mark_and_windows_lines_are_read(tmp_path):
    path = tmp_path / "windows.toml"
    path.write_bytes(b'\xef\xbb\xbfpolicy = "pilot_first"\r\nweeks = 12\r\n')
    assert Scenario.from_toml(path) == Scenario.build("pilot_first", weeks=12)


def test_whole_numbers_do_for_fractions_and_numpy_scalars_for_numbers():
    plain = Scenario.build(hurdle=1.0, workers=60, noise=0.25, pilot_first=True)
    numpy = Scenario.build(
        hurdle=np.int64(1),
        workers=np.int32(60),
        noise=np.float32(0.25),
        pilot_first=np.bool_(True),
        weeks=np.int16(260),
    )
    assert numpy == plain
    assert numpy.to_toml() == plain.to_toml()
    assert type(numpy.policy.hurdle) is float
    assert type(Scenario.build(noise=np.float64(0.25)).world.noise) is float
    assert type(Intervention(np.int64(3), hurdle=np.float64(0.5)).changes["hurdle"]) is float


def test_flat_parameters_go_above_tables_and_replace_above_all():
    scenario = Scenario.build({"hurdle": 0.5}, hurdle=0.25)
    assert scenario.policy.hurdle == 0.25
    assert scenario.replace(hurdle=0.125, weeks=10, world="stable").policy.hurdle == 0.125
    assert scenario.replace(world="stable").policy == scenario.policy


# Bad input

BAD = [
    # what is given, what the message says of it, and what it says is allowed
    ({"hurdle": 3}, "hurdle = 3", "allowed is 0 to 1 (payoff)"),
    ({"hurdle": -1e-9}, "hurdle = -1e-09", "allowed is 0 to 1 (payoff)"),
    ({"hurdle": math.nan}, "hurdle = nan", "a finite number is needed, 0 to 1"),
    ({"turbulence": math.inf}, "turbulence = inf", "a finite number is needed, 0 to 100"),
    ({"workers": math.nan}, "workers = nan", "a whole number is needed, 2 to 1000000"),
    ({"hurdle": True}, "hurdle = True", "a number is needed, 0 to 1"),
    ({"hurdle": "0.1"}, "hurdle = '0.1'", "a number is needed, 0 to 1"),
    ({"hurdle": None}, "hurdle = None", "a number is needed, 0 to 1"),
    ({"hurdle": [0.1]}, "hurdle = [0.1]", "a number is needed, 0 to 1"),
    ({"hurdle": np.array([0.1, 0.2])}, "hurdle = array([0.1, 0.2])", "a number is needed, 0 to 1"),
    ({"hurdle": 10**400}, "hurdle = 1000", "0 to 1"),
    ({"hurdle": 10**6000}, "hurdle = (int", "0 to 1"),
    ({"workers": "many"}, "workers = 'many'", "a whole number is needed, 2 to 1000000"),
    ({"workers": 60.0}, "workers = 60.0", "a whole number is needed, 2 to 1000000"),
    ({"workers": True}, "workers = True", "a whole number is needed, 2 to 1000000"),
    ({"workers": 10**7}, "workers = 10000000", "allowed is 2 to 1000000 (people)"),
    ({"workers": 10**6000}, "workers = (int", "allowed is 2 to 1000000 (people)"),
    ({"pilot_first": 1}, "pilot_first = 1", "true or false is needed"),
    ({"imitation": "bset"}, "imitation = 'bset'", "allowed are 'best', 'conformity', 'majority'; did you mean 'best'?"),
    ({"imitation": 10**6000}, "imitation = (int", "allowed are 'best'"),
    ({"reality": ["rugged"]}, "reality = ['rugged']", "allowed are 'rugged', 'blocks'"),
    ({"hurdel": 0.1}, "hurdel is not a parameter", "did you mean 'hurdle'?"),
    ({"Hurdle": 0.1}, "Hurdle is not a parameter", "did you mean 'hurdle'?"),
    ({"wekks": 10}, "wekks is not a parameter", "did you mean 'weeks'?"),
    ({"größe": 0.1}, "größe is not a parameter", "`tripleos list` shows all"),
    ({"x\ny" * 100: 0.1}, "'x\\ny", "`tripleos list` shows all"),
    (
        {"policy": "balnced"},
        "policy = 'balnced' is not in the library",
        "did you mean 'balanced'?\nallowed are balanced, ",
    ),
    ({"policy": "\ud800" * 200}, "is not in the library", "allowed are balanced, "),
    ({"world": "mars"}, "world = 'mars' is not in the library", "allowed are complex, shock, stable, turbulent"),
    ({"world": 3}, "world = 3", "a name, a table or a World is needed"),
    ({"policy": Workforce()}, "policy = Workforce(", "a name, a table or a Policy is needed"),
    ({"policy": {"base": "balnced"}}, "policy = 'balnced'", "did you mean 'balanced'?"),
    ({"policy": {"base": 3}}, "policy = 3", "allowed are balanced, "),
    ({"policy": {"workers": 3}}, "workers belongs to the workforce", "not to the policy"),
    ({"policy": {"weeks": 3}}, "weeks belongs to the scenario", "not to the policy"),
    ({"policy": {"bas": "balanced"}}, "bas is not a parameter", "did you mean 'base'?"),
    ({"policy": {3: 0.1}}, "policy: 3 is not a parameter", "names are text"),
    ({"policy": {"name": 3}}, "name = 3", "text of at most 100 characters is needed"),
    ({"policy": {"name": "x" * 101}}, "name = 'xxx", "text of at most 100 characters is needed"),
    ({"policy": {"name": "\ud800"}}, "name = '\\ud800'", "text of at most 100 characters is needed"),
    ({"policy": {"hurdle": {"a": 1}}}, "hurdle = {'a': 1}", "a number is needed, 0 to 1"),
    ({"workforce": "small"}, "workforce = 'small'", "a table of its parameters is needed"),
    ({"workforce": {"hurdle": 0.1}}, "hurdle belongs to the policy", "not to the workforce"),
    ({"weeks": 0}, "weeks = 0", "allowed is 1 to 100000 (weeks)"),
    ({"weeks": "long"}, "weeks = 'long'", "a whole number is needed, 1 to 100000 (weeks)"),
    ({"weeks": None}, "weeks = None", "a whole number is needed"),
    # what does not go together
    (
        {"aspects": 21},
        "aspects = 21",
        "2 to 20 when reality is 'rugged', because the best possible payoff V_max is computed exactly",
    ),
    ({"aspects": 4}, "complexity = 4 with aspects = 4", "allowed is 0 to 3"),
    ({"reality": "blocks", "block": 5}, "block = 5 does not divide aspects = 12", "allowed are 1, 2, 3, 4, 6, 12"),
    ({"reality": "blocks", "aspects": 10, "block": 20}, "block = 20 does not divide", "allowed are 1, 2, 5, 10"),
    ({"workers": 7}, "team_size = 8 with workers = 7", "allowed is 1 to 7"),
    ({"workers": 20, "communities": 21}, "communities = 21 with workers = 20", "allowed is 0 to 20"),
    ({"workers": 20, "ties": 20}, "ties = 20 with workers = 20", "allowed is 0 to 19"),
    ({"communities": 2, "memberships": 3}, "memberships = 3 with communities = 2", "allowed is 1 to 2"),
    ({"hear_base": 0.6}, "hear_base + hear_trust = 0.6 + 0.5 = 1.1", "allowed is a sum of at most 1"),
    ({"split_teams": 0.5}, "= 0.2 + 0.2 + 0.5 = 0.9", "the three shares must sum to 1"),
    ({"floor_teams": 0.7}, "floor_teams = 0.7 with split_teams = 0.6", "allowed is 0 to 0.6"),
    ({"floor_teams": 1, "floor_networks": 1}, "= 1.0 + 0.0 + 1.0 = 2", "allowed is a sum of at most 1"),
    ({"world": "shock", "weeks": 100}, "shock_week = 130", "allowed is 0 to 100 (the weeks"),
    # interventions
    ({"interventions": 5}, "interventions = 5", "a list of interventions is needed"),
    ({"interventions": {"week": 5}}, "interventions = {'week': 5}", "a list of interventions is needed"),
    ({"interventions": [5]}, "interventions: 5", "a table with a week, is needed"),
    ({"interventions": [{"hurdle": 0.1}]}, "intervention {'hurdle': 0.1} has no week", "allowed is 1 to"),
    ({"interventions": [{"week": 5}]}, "intervention of week 5: nothing is changed", "a lever or a policy is needed"),
    ({"interventions": [{"week": 0, "hurdle": 0.1}]}, "week = 0", "allowed is 1 to 100000"),
    ({"interventions": [{"week": "x", "hurdle": 0.1}]}, "week = 'x'", "a whole number is needed, 1 to"),
    ({"interventions": [{"week": True, "hurdle": 0.1}]}, "week = True", "a whole number is needed, 1 to"),
    ({"interventions": [{"week": 261, "hurdle": 0.1}]}, "intervention of week 261", "allowed is week 1 to 260"),
    ({"interventions": [{"week": 5, "hurdle": 3}]}, "intervention of week 5: hurdle = 3", "allowed is 0 to 1 (payoff)"),
    ({"interventions": [{"week": 5, "hurdel": 0}]}, "intervention of week 5: hurdel", "did you mean 'hurdle'?"),
    ({"interventions": [{"week": 5, "noise": 0}]}, "noise belongs to the world", "not to the policy"),
    ({"interventions": [{"week": 5, "policy": "x"}]}, "intervention of week 5: policy = 'x'", "allowed are balanced"),
    ({"interventions": [{"week": 5, "policy": 3}]}, "policy = 3", "a name, a table or a Policy is needed"),
    ({"interventions": [{"week": 5, "policy": "balanced", "name": "x"}]}, "name is not a parameter", ""),
    ({"interventions": [{"week": 5, "changes": 3}]}, "changes = 3", "a table of levers is needed"),
    ({"interventions": [{"week": 5, "changes": {3: 3}}]}, "changes: 3 is not a parameter", "names are text"),
    ({"interventions": [{"week": 5, "split_teams": 0.5}]}, "after the intervention of week 5: split_", "must sum to 1"),
    (
        {"interventions": [{"week": 5, "floor_teams": 1, "floor_networks": 1}]},
        "after the intervention of week 5",
        "at most 1",
    ),
]


@pytest.mark.parametrize(("given", "said", "allowed"), BAD, ids=[said[:40] for _, said, _ in BAD])
@pytest.mark.parametrize(
    "make", [lambda given: Scenario.build(**given), Scenario.from_dict], ids=["build", "from_dict"]
)
def test_bad_input_is_refused_with_what_was_given_and_what_is_allowed(make, given, said, allowed):
    message = refusal(make, given)
    assert said in message
    assert allowed in message


@pytest.mark.parametrize("name", [name for name, parameter in PARAMETERS.items() if not parameter.choices])
def test_just_outside_the_range_of_each_number_is_refused(name):
    parameter = PARAMETERS[name]
    model = {"world": World, "workforce": Workforce, "policy": Policy}[parameter.group]
    step = (
        (lambda edge, way: edge + way)
        if parameter.kind == "int"
        else (lambda edge, way: math.nextafter(edge, way * math.inf))
    )
    for value in (step(parameter.low, -1), step(parameter.high, 1)):
        assert refusal(model, **{name: value}) == f"{name} = {value!r}: allowed is {parameter.allowed}"


def test_many_problems_are_said_in_two_lines():
    message = refusal(Scenario.build, hurdle=3, openness="x", coaching=-1, weaving=True)
    assert message.splitlines()[1].endswith(" (and 2 more)")
    assert refusal(Scenario.from_dict, {"a": 1, "b": 2, "c": 3}).endswith("(and 1 more)")


def test_the_ways_of_pydantic_lead_through_the_same_gate():
    assert World.model_validate({"aspects": 10}) == World(aspects=10)
    assert refusal(World.model_validate, {"aspects": 500}) == "aspects = 500: allowed is 2 to 200 (aspects)"
    assert refusal(World.model_validate, "mars") == "World = 'mars': a table of parameters is needed"


def test_what_is_no_table_is_refused():
    assert "a table is needed" in refusal(Scenario.from_dict, [1])
    assert "names are text" in refusal(Scenario.from_dict, {1: 2})
    assert "names are text" in refusal(Scenario, world={1: 2})
    assert "a World is needed" in refusal(Scenario, world="stable")
    assert "allowed is 0 to 2" in refusal(Scenario, world={"aspects": 3})
    assert "week is missing" in refusal(lambda: super(Intervention, Intervention(1, hurdle=0.1)).__init__(changes={}))


junk = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.binary(max_size=3),
    st.lists(st.integers()),
)


@settings(QUICK, max_examples=300)
@given(st.dictionaries(st.one_of(st.sampled_from([*PARAMETERS, *Scenario.model_fields]), st.text()), junk, max_size=3))
def test_junk_is_refused_or_right_but_never_breaks_the_gate(given):
    scenario = scenario_or_message(Scenario.from_dict, given)
    if isinstance(scenario, str):
        assert 1 <= len(scenario.splitlines()) <= 2
    else:
        assert Scenario.from_dict(scenario.to_dict()) == scenario


# Bad files


FILES = [
    (b"weeks = 10\n\nhurdle = = 3\n", "line 3: Invalid value"),
    (b"weeks = 10\nweeks = 11\n", "line 2: Cannot overwrite a value"),
    (b'weeks = 10\npolicy = "balanced', "line 2: Unterminated string"),
    (b"weeks = ", "line 1: Invalid value"),
    (b"[world\n", "line 1: Expected ']'"),
    (b"a = " + b"[" * 100_000, "nested too deeply"),
    (b"hurdle = " + b"9" * 5000, "a flat table of parameters is needed"),
    (b"\x80\x81\x00", "is not text"),
    (b"PK\x03\x04\x00\x00", "line 1: "),
    (b"# " + b"x" * 1_000_001, "too large for a scenario; allowed is 1 MB"),
    (b"hurdle = 3", "hurdle = 3: allowed is 0 to 1 (payoff)"),
    (b"hurdle = nan", "hurdle = nan: a finite number is needed"),
    (b"hurdle = 2024-01-01", "a number is needed, 0 to 1"),
    (b'policy = "other.toml"', "is not in the library"),
    (b"[interventions]\nweek = 3", "a list of interventions is needed"),
    (b"[[policy]]\nhurdle = 0.1", "a name, a table or a Policy is needed"),
]


@pytest.mark.parametrize(("content", "said"), FILES, ids=[said for _, said in FILES])
def test_a_bad_file_is_refused_with_its_name(tmp_path, content, said):
    path = tmp_path / "bad file.toml"
    path.write_bytes(content)
    message = refusal(Scenario.from_toml, path)
    assert message.startswith(str(path))
    assert said in message


def test_a_bad_file_of_a_policy_is_refused_with_its_name(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text("hurdel = 0.1", encoding="utf-8")
    assert refusal(Scenario.build, path) == f"{path}: hurdel is not a parameter; did you mean 'hurdle'?"


def test_a_file_that_cannot_be_read_is_refused_with_its_name_and_the_reason(tmp_path):
    assert "none/x.toml: cannot be read: No such file" in refusal(Scenario.from_toml, tmp_path / "none" / "x.toml")
    assert "cannot be read: No such file" in refusal(Scenario.build, "no such.TOML")
    assert "cannot be read: Is a directory" in refusal(Scenario.from_toml, tmp_path)
    assert "cannot be read: embedded null byte" in refusal(Scenario.from_toml, "a\0.toml")
    assert "cannot be read" in refusal(Scenario.from_toml, "\ud800.toml")
    assert "cannot be read: File name too long" in refusal(Scenario.from_toml, "x" * 5000)
    assert refusal(Scenario.from_toml, 3) == "3: the path of a TOML file is needed"


@settings(QUICK, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.one_of(st.binary(), st.text().map(lambda text: text.encode())))
def test_any_bytes_in_a_file_are_refused_or_right(tmp_path, content):
    path = tmp_path / "any.toml"
    path.write_bytes(content)
    scenario = scenario_or_message(Scenario.from_toml, path)
    if isinstance(scenario, str):
        assert scenario.startswith(str(path))
        assert len(scenario.splitlines()) <= 2


# Frozen


@pytest.mark.parametrize("part", [World(), Workforce(), Policy(), Intervention(1, hurdle=0.1), Scenario()])
def test_nothing_can_be_changed_afterwards(part):
    for name in type(part).model_fields:
        with pytest.raises(ValueError, match="frozen"):
            setattr(part, name, getattr(part, name))
    with pytest.raises(ValueError, match=r"frozen|no field"):
        part.other = 1


def test_the_changes_of_an_intervention_are_frozen_and_have_one_order():
    given = {"hurdle": 0.1, "turnover": 0.5}
    one = Intervention(1, given)
    given["hurdle"] = 0.9
    assert list(one.changes.items()) == [("turnover", 0.5), ("hurdle", 0.1)]
    assert one == Intervention(1, hurdle=0.1, turnover=0.5) != Intervention(1, hurdle=0.1)
    assert hash(one) == hash(Intervention(1, hurdle=0.1, turnover=0.5))
    with pytest.raises(TypeError):
        one.changes["hurdle"] = 0.2
    assert repr(one.changes) == "{'turnover': 0.5, 'hurdle': 0.1}"


def test_a_copy_is_checked():
    assert "allowed is 0 to 1" in refusal(Policy().model_copy, update={"hurdle": 3})
    assert Policy().model_copy(update={"hurdle": 0.5}).hurdle == 0.5
    assert Intervention(1, policy="closed_shop").model_copy() == Intervention(1, policy="closed_shop")


# Segments


def test_without_interventions_the_policy_is_in_force_throughout():
    (only,) = Scenario.build("closed_shop").policies()
    assert (only.week, only.policy, only.sets_split, only.sets_floor) == (1, load_policy("closed_shop"), True, True)


def test_segments_follow_the_weeks_and_within_a_week_the_order_given():
    scenario = Scenario.build(
        interventions=[
            {"week": 9, "hurdle": 0.3},
            {"week": 5, "hurdle": 0.1},
            {"week": 5, "hurdle": 0.2, "openness": 0.5},
        ]
    )
    assert [(s.week, s.policy.hurdle, s.policy.openness) for s in scenario.policies()] == [
        (1, 0.02, 0.2),
        (5, 0.1, 0.2),
        (5, 0.2, 0.5),
        (9, 0.3, 0.5),
    ]
    assert [i.week for i in scenario.interventions] == [5, 5, 9]
    assert not any(s.sets_split or s.sets_floor for s in scenario.policies()[1:])


def test_segments_tell_whether_split_or_floors_were_set():
    split = {"split_networks": 0.1, "split_communities": 0.3, "split_teams": 0.6}
    scenario = Scenario.build(
        interventions=[
            Intervention(2, {"floor_networks": 0.1}),
            Intervention(3, split),
            Intervention(4, split | {"floor_networks": 0.0}),
            Intervention(5, policy="heads_down"),
        ]
    )
    assert [(s.sets_split, s.sets_floor) for s in scenario.policies()[1:]] == [
        (False, True),
        (True, False),
        (True, True),
        (True, True),
    ]


def test_floors_alone_may_lie_above_the_split_but_not_sum_to_more_than_1():
    floors = {"week": 2, "floor_networks": 0.5, "floor_communities": 0.5}
    later = {"week": 3, "hurdle": 0.5}
    assert Scenario.build(interventions=[floors, later]).policies()[-1].policy.floor_networks == 0.5
    assert "at most 1" in refusal(Scenario.build, interventions=[floors | {"floor_teams": 0.1}])
    split = {"week": 3, "split_networks": 0.2, "split_communities": 0.2, "split_teams": 0.6}
    message = refusal(Scenario.build, interventions=[floors, split])
    assert "floor_networks = 0.5 with split_networks = 0.2 in week 3: allowed is 0 to 0.2" in message
    assert "floor_networks = 0.5 with split_networks = 0.2 in week 1" in refusal(Scenario.build, floor_networks=0.5)


def test_a_switch_of_policy_takes_all_its_levers_and_its_name():
    scenario = Scenario.build(hurdle=0.5, interventions=[{"week": 3, "policy": "Closed Shop", "openness": 0.125}])
    after = scenario.policies()[1].policy
    assert after.name == "closed_shop"
    assert {name: getattr(after, name) for name in LEVERS} == {
        name: getattr(load_policy("closed_shop"), name) for name in LEVERS
    } | {"openness": 0.125}
    assert Intervention(3, policy=load_policy("closed_shop")) == Intervention(3, policy="closed_shop")
    assert Intervention(3, policy={"base": "closed_shop"}) == Intervention(3, policy="closed_shop")


def test_an_intervention_in_the_first_and_in_the_last_week_is_allowed():
    assert (
        len(Scenario.build(weeks=9, interventions=[{"week": 1, "hurdle": 0}, {"week": 9, "hurdle": 0}]).policies()) == 3
    )


# Teams and notes


@pytest.mark.parametrize(
    ("workers", "size", "teams", "note"),
    [
        (120, 8, 15, None),
        (100, 8, 12, "100 workers do not divide into teams of 8: 12 teams, 4 of 9 and 8 of 8."),
        (18, 8, 2, "18 workers do not divide into teams of 8: 2 teams, 2 of 9."),
        (15, 8, 1, "15 workers do not divide into teams of 8: 1 team, 1 of 15."),
        (9, 9, 1, None),
    ],
)
def test_teams_and_what_is_said_when_workers_do_not_divide(workers, size, teams, note):
    scenario = Scenario.build(workers=workers, team_size=size)
    assert scenario.teams == teams
    assert scenario.notes() == ([note] if note else [])


def test_notes_name_what_has_no_effect():
    assert Scenario.build(communities=0).notes() == [
        "There are no communities: time for them is lost, and what is set about them has no effect."
    ]
    assert Scenario.build(block=4).notes() == ["block = 4 has no effect, because reality is 'rugged'."]
    blocks = Scenario.build(reality="blocks", complexity=1, shock_share=0.25)
    assert blocks.notes() == [
        "complexity = 1 has no effect, because reality is 'blocks'.",
        "shock_share = 0.25 has no effect, because shock_week is 0.",
    ]


def test_limits_of_what_goes_together_are_allowed():
    Scenario.build(aspects=20, complexity=12)
    Scenario.build(aspects=2, complexity=1)
    Scenario.build(reality="blocks", aspects=200, block=200)
    Scenario.build(workers=2, team_size=2, communities=2, memberships=2, ties=1)
    Scenario.build(communities=0, memberships=4)
    Scenario.build(hear_base=0.1, hear_trust=0.9)
    Scenario.build(split_networks=0.1, split_communities=0.2, split_teams=0.7, floor_networks=0.1, floor_teams=0.7)
    Scenario.build("balanced", "shock", weeks=130)


# The library

SHIPPED = {
    "balanced",
    "team_rewards_only",
    "heads_down",
    "twenty_percent_time",
    "sponsored_communities",
    "working_out_loud",
    "open_networks",
    "closed_shop",
    "command_and_control",
    "pkm_coaching",
    "pilot_first",
    "triple_operating_system",
}


def test_the_library_holds_what_it_should():
    assert set(policy_names()) == SHIPPED
    assert set(world_names()) == {"stable", "turbulent", "complex", "shock"}


@pytest.mark.parametrize("name", policy_names())
@pytest.mark.parametrize("world", world_names())
def test_every_shipped_policy_runs_in_every_shipped_world(name, world):
    scenario = Scenario.build(name, world)
    assert (scenario.policy.name, scenario.world.name) == (name, world)
    assert scenario.notes() == []


@pytest.mark.parametrize(
    "part", [*map(load_policy, policy_names()), *map(load_world, world_names())], ids=lambda part: part.name
)
def test_each_shipped_file_says_what_it_stands_for_and_only_what_differs(part):
    folder = "policies" if isinstance(part, Policy) else "worlds"
    content = tomllib.loads((ROOT / "scenario" / "library" / folder / f"{part.name}.toml").read_text(encoding="utf-8"))
    about = content.pop("about")
    assert part.about == about
    assert about[0].isupper()
    assert about.endswith(".")
    assert about.count(".") == 1, "one sentence"
    for name, value in content.items():
        assert value != PARAMETERS[name].default, f"{name} is stated although it is the default"
        assert type(value) is type(PARAMETERS[name].default)
    assert all(
        getattr(part, name) == PARAMETERS[name].default
        for name in PARAMETERS
        if hasattr(part, name) and name not in content
    )


def test_shipped_policies_differ_from_each_other():
    assert len({Scenario.build(name).key for name in policy_names()}) == len(policy_names())
    assert len({Scenario.build(world=name).key for name in world_names()}) == len(world_names())


def test_balanced_is_all_defaults_and_the_shipped_ideas_are_what_they_say():
    assert all(getattr(load_policy("balanced"), name) == PARAMETERS[name].default for name in LEVERS)
    assert load_policy("team_rewards_only").reward_networks == load_policy("team_rewards_only").reward_communities == 0
    twenty = load_policy("twenty_percent_time")
    assert twenty.floor_networks + twenty.floor_communities == pytest.approx(0.2)
    triple = load_policy("triple_operating_system")
    assert min(triple.floor_networks, triple.floor_communities, triple.floor_teams, triple.coaching) > 0


@pytest.mark.parametrize("name", ["Heads-Down", "heads down", " HEADS_DOWN "])
def test_names_are_read_kindly(name):
    assert load_policy(name) == load_policy("heads_down")
    assert Scenario.build(name).policy.name == "heads_down"


def test_an_unknown_name_is_answered_with_the_nearest():
    assert "did you mean 'turbulent'?" in refusal(load_world, "turbulant")
    assert "did you mean 'closed_shop'?" in refusal(load_policy, "Close shop")
    assert "is not in the library" in refusal(load_policy, "../policies/balanced")
    assert "is not in the library" in refusal(load_policy, None)


# Parameters


def test_the_names_of_parameters_are_unique_and_no_word_of_a_scenario():
    names = [parameter.name for mechanism in MECHANISMS for parameter in mechanism.all_parameters]
    assert len(names) == len(set(names)) == len(PARAMETERS) > 70
    assert tuple(Scenario.model_fields) == SCENARIO
    assert not set(names) & {*Scenario.model_fields, *Intervention.model_fields, "name", "about", "base"}


def test_every_default_is_allowed_and_of_its_kind():
    for parameter in PARAMETERS.values():
        kind = {"int": int, "float": float, "bool": bool, "choice": str}[parameter.kind]
        assert type(parameter.default) is kind
        if parameter.choices:
            assert parameter.default in parameter.choices
        else:
            assert parameter.low <= parameter.default <= parameter.high
    Scenario()


def test_odd_gives_the_horizon_of_the_code():
    weeks = Scenario.model_fields["weeks"]
    assert f"`weeks` (horizon, default {weeks.default}, 1 … {gate.MAX_WEEKS})" in (ROOT / "ODD.md").read_text(
        encoding="utf-8"
    )


# Words of messages


def test_words_of_messages():
    assert canonical(" Closed-shop now ") == "closed_shop_now"
    assert did_you_mean("hurdel", PARAMETERS) == "; did you mean 'hurdle'?"
    assert did_you_mean("zzz", PARAMETERS) == did_you_mean(3, PARAMETERS) == ""
    assert len(truncated_repr("x" * 1000)) <= 60
    assert "\n" not in truncated_repr(np.ones((3, 3)))
    assert display_name("hurdle") == "hurdle"
    assert display_name("two words") == "'two words'"
    assert in_two_lines(["a", "b\nc", "d"]) == "a\nb (and 2 more)"


def test_a_value_that_cannot_be_shown_breaks_no_message():
    class Broken:
        def __repr__(self):
            raise RuntimeError

    assert refusal(Scenario.build, hurdle=Broken()).startswith(
        "hurdle = (Broken that cannot be shown): a number is needed"
    )
