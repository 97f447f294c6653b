import pytest

from sim import Intervention, Policy, Scenario, ScenarioError
from sim.dashboard import explore, explore_state, levers, session, url_state
from sim.dashboard.explore_state import Choices
from sim.execution import cost
from sim.execution.available import Available
from sim.execution.cost import Cost
from sim.scenario import PARAMETERS, library
from sim.scenario.library import policy_names, world_names

START = Choices()


def test_a_lever_changes_the_active_scenario_only():
    held = explore_state.with_lever(explore_state.hold(START), "openness", "0.7")
    assert [one.policy.openness for one in held.scenarios] == [0.2, 0.7]
    assert explore_state.changed(held.active) == {"openness": 0.7}


@pytest.mark.parametrize("space", explore_state.SPACES)
@pytest.mark.parametrize("share", [0.0, 0.1, 0.333, 0.5, 0.77, 1.0])
@pytest.mark.parametrize("policy", policy_names())
def test_the_three_shares_sum_to_1_and_keep_what_is_protected(space, share, policy):
    start = explore_state.with_policy(START, policy)
    floors = {one: getattr(start.active.policy, f"floor_{one}") for one in explore_state.SPACES}
    if not floors[space] <= share <= round(1 - sum(floors.values()) + floors[space], 9):
        with pytest.raises(ScenarioError, match="protected"):
            explore_state.with_share(start, space, str(share))
        return
    after = explore_state.with_share(start, space, str(share)).active.policy
    split = [getattr(after, f"split_{one}") for one in explore_state.SPACES]
    assert sum(split) == pytest.approx(1, abs=1e-9)
    assert getattr(after, f"split_{space}") == share
    assert all(getattr(after, f"split_{one}") >= getattr(after, f"floor_{one}") for one in explore_state.SPACES)


def test_the_others_keep_their_proportion():
    start = explore_state.with_share(explore_state.with_lever(START, "split_networks", "0.2"), "teams", "0.4")
    assert explore_state.split_of(start.active) == {"networks": 0.3, "communities": 0.3, "teams": 0.4}


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("openness", "many", "a number is needed, 0 to 1 (probability)"),
        ("openness", "", "a number is needed"),
        ("openness", "nan", "a finite number is needed"),
        ("openness", "1e400", "a finite number is needed"),
        ("openness", "-0.1", "allowed is 0 to 1"),
        ("workers", "1000000000", "allowed is 2 to 1000000"),
        ("workers", "9" * 5000, "allowed is 2 to 1000000"),
        ("workers", "5000", "Number of people must be at most 2,000 here"),
        ("workers", "5", "team_size = 8 with workers = 5"),
        ("aspects", "20", "Aspects must be at most 14 here"),
        ("pilot_first", "perhaps", "true or false"),
        ("imitation", "worst", "allowed are 'best'"),
        ("no_such_lever", "1", "not a parameter"),
    ],
)
def test_what_is_wrong_is_said_and_changes_nothing(name, typed, said):
    with pytest.raises(ScenarioError) as caught:
        explore_state.with_lever(START, name, typed)
    assert said in str(caught.value) or (len(typed) > 100 and "whole number" in str(caught.value))
    after = levers.moved(session.Session(), {"what": "lever", "name": name, "value": typed})
    assert after.choices == START


@pytest.mark.parametrize(
    ("change", "typed"),
    [(explore_state.with_weeks, "0"), (explore_state.with_weeks, "1e3"), (explore_state.with_weeks, "99999"),
     (explore_state.with_replicates, "1"), (explore_state.with_replicates, "101"), (explore_state.with_seed, "-1"),
     (explore_state.with_seed, str(2**64))],
)  # fmt: skip
def test_how_it_is_run_is_bounded(change, typed):
    with pytest.raises(ScenarioError, match="a whole number is needed"):
        change(START, typed)


def test_an_answer_that_would_take_too_long_is_refused_with_the_reason(monkeypatch):
    """By what a probe expects: here 0.01 s to begin, 0.1 for the weeks, and 3 changes of 0.1."""
    monkeypatch.setattr(explore_state, "cost_of", lambda _: Cost(0.01, 0.1, change=0.1, changes=3.0))
    explore_state.check_cost(START)
    four = explore_state.hold(explore_state.hold(explore_state.hold(START)))
    said = "That would take about 32.8 s of computing; the limit here is 30 s.\nChoose fewer runs, people"
    with pytest.raises(ScenarioError, match=said):
        explore_state.check_cost(four)
    (told,) = explore.answered(four, lambda: True)
    assert told.startswith(said), "in the place of an answer"


def test_an_answer_that_would_not_fit_into_memory_is_refused(monkeypatch):
    explore_state.check_cost(START)
    monkeypatch.setattr(cost, "available_memory", lambda: Available(1e5))
    with pytest.raises(ScenarioError, match="not enough memory"):
        explore_state.check_cost(START)


def test_few_people_in_a_costly_world_are_not_taken_for_little_work():
    """Two people: 0.8 million weeks of work in all, and every other week 16,384 practices to be valued anew."""
    least = Scenario.build(workers=2, team_size=1, ties=1, communities=0, weeks=1040)
    costly = least.replace(aspects=14, complexity=12, turbulence=100)
    with pytest.raises(ScenarioError, match="the limit here is 30 s"):
        explore_state.check_cost(explore_state.checked([costly] * 4, replicates=100))


def test_four_scenarios_at_most_and_one_at_least():
    four = explore_state.hold(explore_state.hold(explore_state.hold(START)))
    assert four.letters == "ABCD"
    with pytest.raises(ScenarioError, match="remove one first"):
        explore_state.hold(four)
    assert explore_state.drop(four, 0).at == 2
    assert explore_state.drop(START, 0) == START


def test_a_shock_and_a_horizon_hold_for_all():
    two = explore_state.with_weeks(explore_state.with_shock(explore_state.hold(START), "100", "0.4"), "150")
    assert {(one.world.shock_week, one.world.shock_share, one.weeks) for one in two.scenarios} == {(100, 0.4, 150)}
    with pytest.raises(ScenarioError, match="shock_week"):
        explore_state.with_weeks(two, "60")


# Links


def chosen():
    """Choices of many kinds."""
    yield START
    for policy in policy_names():
        for world in world_names():
            yield explore_state.with_world(explore_state.with_policy(explore_state.hold(START), policy), world)
    yield explore_state.with_share(
        explore_state.with_seed(explore_state.with_replicates(START, "7"), "99"), "teams", "0.123"
    )
    odd = Scenario.build(
        policy={"base": "closed_shop", "name": "A & b=c~d: <é>%", "about": "two\nlines", "pilot_first": True},
        interventions=[Intervention(10, policy="heads_down", hurdle=0.2), Intervention(10, openness=0.1)],
        weeks=60,
        imitation="conformity",
    )
    yield explore_state.uploaded(explore_state.hold(START), odd.to_toml().encode(), "odd.toml")


@pytest.mark.parametrize("one", list(chosen()), ids=url_state.to_query)
def test_a_link_restores_exactly_what_was_chosen(one):
    assert url_state.from_query(url_state.to_query(one)) == url_state.Reading(one)


def test_a_link_that_lost_its_end_says_so_wherever_it_is_cut():
    whole = url_state.to_query(explore_state.with_lever(explore_state.hold(START), "hurdle", "0.125"))
    for length in range(1, len(whole)):
        reading = url_state.from_query(whole[:length])
        assert reading.problems, whole[:length]
        assert reading.choices.scenarios


@pytest.mark.parametrize(
    ("part", "other"),
    [
        ("hurdle:0.125", "hurdle:0.25"),
        ("~hurdle:0.125", ""),
        ("a=balanced", "a=heads_down"),
        ("runs=7", "runs=8"),
        ("&seed=99", ""),
        ("&on=b", ""),
    ],
)
def test_a_link_that_was_changed_by_hand_says_so(part, other):
    whole = explore_state.with_seed(explore_state.with_replicates(explore_state.hold(START), "7"), "99")
    query = url_state.to_query(explore_state.with_lever(whole, "hurdle", "0.125"))
    assert not url_state.from_query(query).problems
    assert part in query
    reading = url_state.from_query(query.replace(part, other))
    assert "not whole, was changed by hand" in reading.problems[0]


def test_a_link_to_a_policy_that_has_changed_since_says_so(monkeypatch):
    query, load = url_state.to_query(START), library._load_shipped
    changed = load(Policy, "balanced").model_copy(update={"hurdle": 0.5})
    monkeypatch.setattr(library, "_load_shipped", lambda kind, name: changed if kind is Policy else load(kind, name))
    reading = url_state.from_query(query)
    assert reading.choices.active.policy.hurdle == 0.5
    assert "was made by another version" in reading.problems[0]


def test_what_a_scenario_is_called_is_no_part_of_the_checksum():
    named = Choices((START.active.model_copy(update={"policy": START.active.policy.model_copy(update={"name": "x"})}),))
    assert url_state.to_query(named).rpartition("=")[2] == url_state.to_query(START).rpartition("=")[2]
    assert url_state.from_query(url_state.to_query(named)) == url_state.Reading(named)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("a=nobody~turbulent", "not in the library"),
        ("a=balanced", "a policy and a world are needed"),
        ("a=balanced~turbulent~workers:1000000000", "allowed is 2 to 1000000"),
        ("a=balanced~turbulent~wrokers:100", "did you mean 'workers'"),
        ("a=balanced~turbulent~at5.0.hurdle:9", "allowed is 0 to 1"),
        ("a=balanced~turbulent&runs=-3", "a whole number is needed"),
        ("a=../../etc/passwd~x.toml", "not in the library"),
        ("q=1", "means nothing here"),
        ("a=" + "x" * 40_000, "too long"),
        ("a=%ff%00~%00", "not in the library"),
    ],
)
def test_a_forged_link_says_what_is_wrong_and_falls_back(query, said):
    reading = url_state.from_query(query)
    assert said in " ".join(reading.problems)
    assert reading.choices.scenarios


# Files


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"workers = 1000000000", "mine.toml: workers = 1000000000: allowed is 2 to 1000000"),
        (b"wrokers = 3", "did you mean 'workers'"),
        (b"<html>", "mine.toml, line 1"),
        (b"\xff\xfe\x00", "is not text"),
        (b"x = 1\n" * 200_000, "too large"),
        (b"weeks = 5000", "Weeks must be at most 1,040 here"),
        (b"[policy]\nbase = '/etc/passwd.toml'", "not in the library"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_the_words_of_the_gate(content, said):
    with pytest.raises(ScenarioError) as caught:
        explore_state.uploaded(START, content, "mine.toml")
    assert said in str(caught.value)


def test_a_saved_scenario_opens_again():
    one = explore_state.with_lever(explore_state.with_policy(START, "closed_shop"), "workers", "60")
    again = explore_state.uploaded(explore_state.hold(START), one.active.to_toml().encode(), "again.toml")
    assert again.active == one.active


# Sessions


def test_refusals_stay_at_their_place_until_something_is_accepted():
    now = levers.moved(session.Session(), {"what": "lever", "name": "hurdle", "value": "x"})
    panel = levers.panel(now)
    found = {one["name"]: one for group in panel["groups"] for one in [*group["levers"], *group["more"]]}
    assert found["hurdle"]["text"] == "x"
    assert found["hurdle"]["error"] == "Hurdle must be a number between 0 and 1."
    assert levers.moved(now, {"what": "lever", "name": "hurdle", "value": "0.1"}).refused == {}


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (("lever", "workers", "-5"), "Number of people must be between 2 and 2,000."),
        (("lever", "workers", "abc"), "Number of people must be a whole number between 2 and 2,000."),
        (("lever", "workers", "12.5"), "Number of people must be a whole number between 2 and 2,000."),
        (
            ("lever", "workers", "5000"),
            "Number of people must be between 2 and 2,000. The command line (tripleos run) allows more.",
        ),
        (
            ("lever", "workers", "5"),
            "Team size (now 8) must be between 1 and 5 when number of people is 5.\n"
            "Communities (now 6) must be between 0 and 5 when number of people is 5. (and 1 more)",
        ),
        (("lever", "communities", "200"), "Communities must be between 0 and 120 when number of people is 120."),
        (
            ("lever", "complexity", "12"),
            "Complexity must be between 0 and 11 when aspects is 12, because the contribution of an aspect can depend "
            "on the other aspects only.",
        ),
        (("lever", "aspects", "15"), "Aspects must be between 2 and 14. The command line (tripleos run) allows more."),
        (("lever", "hear_base", "0.9"), "Hear base and hear trust together must be at most 1."),
        (("lever", "openness", "nan"), "Openness must be a number between 0 and 1."),
        (("share", "teams", "2"), "Share for teams must be between 0 and 1."),
        (("shock", "shock_week", "900"), "Shock week must be between 0 and 260."),
        (
            ("running", "weeks", "99999"),
            "Weeks must be between 1 and 1,040. The command line (tripleos run) allows more.",
        ),
        (("running", "runs", "1"), "Runs must be between 2 and 100."),
        (("running", "seed", "-1"), "First seed must be between 0 and 2^64 − 101."),
    ],
)
def test_what_is_wrong_in_a_field_is_said_in_a_sentence_with_its_label(event, said):
    now = levers.moved(session.Session(), dict(zip(("what", "name", "value"), event, strict=True)))
    assert [text for _, text in now.refused.values()] == [said]


def test_what_a_change_elsewhere_breaks_is_said_of_the_field_that_it_breaks():
    blocks = levers.moved(session.Session(), {"what": "lever", "name": "reality", "value": "blocks"})
    odd = levers.moved(blocks, {"what": "lever", "name": "aspects", "value": "14"})
    assert odd.refused["aspects"][1] == "Block must divide aspects (14): 1, 2, 7 or 14."
    many = levers.moved(blocks, {"what": "lever", "name": "aspects", "value": "30"})
    rugged = levers.moved(many, {"what": "lever", "name": "reality", "value": "rugged"})
    assert rugged.refused["reality"][1] == "Aspects (now 30) must be between 2 and 14 when reality is rugged."
    shock = levers.moved(session.Session(), {"what": "shock", "name": "shock_week", "value": "130"})
    short = levers.moved(shock, {"what": "running", "name": "weeks", "value": "100"})
    assert short.refused["weeks"][1] == "Shock week (now 130) must be between 0 and 100, the weeks of the scenario."
    kept = levers.moved(session.Session(), {"what": "lever", "name": "floor_teams", "value": "0.3"})
    all_of_it = levers.moved(kept, {"what": "share", "name": "networks", "value": "0.9"})
    assert all_of_it.refused["split_networks"][1] == (
        "Share for networks must be between 0 and 0.7. The policy protects some of the week."
    )


@pytest.mark.parametrize(
    "event",
    [{}, {"what": "share"}, {"what": 3}, {"what": "lever", "name": None, "value": []},
     {"what": "running", "name": "x"}, {"what": "upload", "name": "n", "value": 7}],
)  # fmt: skip
def test_events_without_sense_do_no_harm(event):
    assert levers.moved(session.Session(), event).choices == START


def test_every_parameter_has_its_place_on_the_panel_once():
    panel = levers.panel(session.Session())
    names = [one["name"] for group in panel["groups"] for one in [*group["levers"], *group["more"]]]
    names += [f"split_{one['name']}" for one in panel["split"]] + [one["name"] for one in panel["shock"]]
    assert sorted(names) == sorted(PARAMETERS)
