"""What a Mesa user meets in `sim.plain`: construction, weeks, Mesa's own tools, attributes that may be assigned."""

import gc
import math
import warnings
import weakref
from inspect import signature

import mesa
import numpy as np
import pandas as pd
import pytest

import sim
from sim import PARAMETERS, Policy, Run, Scenario, ScenarioError
from sim.model.measures import MEASURE_NAMES
from sim.plain import Community, Organisation, Outsider, Team, Worker

SMALL = {"workers": 12, "team_size": 4, "communities": 2, "outsiders": 5, "aspects": 6, "complexity": 2, "weeks": 6}


def small(model=Organisation, **given):
    return model(**SMALL | {"rng": 1} | given)


# What is given


def test_arguments_and_a_scenario_make_the_history_of_the_engine():
    plan = [{"week": 3, "openness": 0.9}, {"week": 5, "floor_networks": 0.3}]
    scenario = Scenario.build("triple_operating_system", "shock", interventions=plan, shock_week=4, **SMALL)
    flat = Organisation(
        policy="triple_operating_system", world="shock", interventions=plan, shock_week=4, **SMALL, rng=7
    )
    given = Organisation(scenario, rng=7)
    assert flat.setup == given.setup == scenario
    engine = Run(scenario, 7).advance(6)
    for history in (flat.run(), given.run()):
        assert list(history.columns) == list(MEASURE_NAMES)
        np.testing.assert_allclose(history, engine, atol=1e-12)


def test_it_is_the_same_history_as_that_of_the_mesa_face():
    np.testing.assert_allclose(small().run(), small(sim.Organisation).run(), atol=1e-12)


def test_what_is_given_beside_a_scenario_changes_it():
    scenario = Scenario.build("closed_shop", **SMALL)
    model = Organisation(scenario, openness=0.4, weeks=3, rng=1)
    assert model.setup == scenario.replace(openness=0.4, weeks=3)
    assert Organisation(scenario, policy="balanced", rng=1).setup.policy.name == "balanced"
    assert Organisation(scenario=scenario, hurdle=None, rng=1).setup == scenario


def test_objects_are_taken():
    policy = Policy(name="mine", split_networks=0.1, split_communities=0.1, split_teams=0.8)
    assert small(policy=policy).setup.policy == policy
    assert small(workforce={"ties": 3}).setup.workforce.ties == 3


@pytest.mark.parametrize("given", [0.5, None])
def test_an_unknown_keyword_is_refused_with_the_nearest_known(given):
    with pytest.raises(ScenarioError, match=r"openess.*openness"):
        small(openess=given)


@pytest.mark.parametrize(
    ("given", "word"), [({"hurdle": 3.0}, "hurdle"), ({"policy": "closed_shap"}, "closed_shop"), ({"rng": -1}, "seed")]
)
def test_what_is_not_allowed_is_refused(given, word):
    with pytest.raises(ScenarioError, match=word):
        small(**given)


def test_what_is_no_scenario_is_refused():
    with pytest.raises(ScenarioError, match="a Scenario is needed"):
        Organisation("closed_shop")


def test_every_parameter_is_a_keyword():
    keywords = signature(Organisation).parameters
    own = {"scenario", "rng", "policy", "world", "workforce", "weeks", "interventions", "with_"}
    assert set(keywords) == own | set(PARAMETERS)
    assert all(keyword.default is None for keyword in keywords.values())


def test_a_drawn_seed_is_told_and_remakes_the_history():
    first = small(rng=None)
    assert first.run().equals(small(rng=first.seed).run())
    assert small(rng=None).seed != first.seed


def test_teams_that_do_not_divide_are_told():
    with pytest.warns(UserWarning, match="3 teams"):
        small(workers=13)


# Weeks


def test_it_runs_to_the_horizon():
    model = small()
    assert (model.week, model.running, model.history.shape) == (0, True, (0, len(MEASURE_NAMES)))
    assert all(math.isnan(value) for value in model.measures.values())
    for week in range(1, 7):
        assert model.running
        model.step()
        assert model.week == week
    assert not model.running
    assert model.history.index.tolist() == [1, 2, 3, 4, 5, 6]
    assert model.history.index.name == "week"
    assert model.run().shape == model.history.shape
    assert len(model.run(2)) == 8


def test_steps_run_and_mesa_s_own_loop_give_the_same():
    stepped, run, looped = small(), small(), small()
    for _ in range(6):
        stepped.step()
    run.run(2)
    run.run()
    while looped.running:
        looped.step()
    assert stepped.history.equals(run.history)
    assert stepped.history.equals(looped.history)


def test_measures_are_attributes_and_collected():
    model = small()
    assert all(math.isnan(getattr(model, name)) for name in MEASURE_NAMES)
    model.run()
    for name in MEASURE_NAMES:
        np.testing.assert_equal(getattr(model, name), model.measures[name])
    assert list(model.measures) == list(MEASURE_NAMES)
    collected = model.datacollector.get_model_vars_dataframe()
    assert isinstance(model.datacollector, mesa.DataCollector)
    np.testing.assert_array_equal(collected.to_numpy(float), model.history)


def test_numbers_in_force_follow_the_interventions():
    model = small(interventions=[{"week": 2, "openness": 0.9}], imitation="conformity")
    model.step()
    assert (model.p.openness, model.p.imitation) == (0.2, "conformity")
    model.step()
    assert model.p.openness == 0.9
    assert set(vars(model.p)) == set(PARAMETERS)


def test_policy_may_be_changed_between_weeks():
    planned, by_hand = small(interventions=[{"week": 3, "split_networks": 0.5, "split_teams": 0.3}]), small()
    planned.run()
    by_hand.run(2)
    # A plan for week 3 takes effect before anything happens in it
    by_hand.change_policy({"split_networks": 0.5, "split_teams": 0.3})
    assert by_hand.workers[0].time == [0.5, 0.2, 0.3]
    by_hand.run()
    assert by_hand.history.equals(planned.history)
    with pytest.raises(ScenarioError, match=r"openess.*openness"):
        by_hand.change_policy({"openess": 0.5})


# Mesa's tools


@pytest.mark.parametrize(
    "changes",
    [
        {"hurdle": 0.5, "split_networks": 0.5},
        {"hurdle": 0.5, "floor_networks": 0.6, "floor_teams": 0.6},
        {"hurdle": 0.5, "split_networks": 0.1, "split_teams": 0.7, "floor_networks": 0.2},
        {"hurdle": 0.5, "openness": 2.0},
    ],
)
def test_a_policy_that_is_not_valid_changes_nothing(changes):
    model = small()
    model.run(2)
    before = dict(vars(model.p)), [list(worker.time) for worker in model.workers]
    with pytest.raises(ScenarioError, match=r"split|floor|openness"):
        model.change_policy(changes)
    assert (dict(vars(model.p)), [list(worker.time) for worker in model.workers]) == before


def test_agents_are_mesa_s():
    model = small()
    kinds = {Worker: 12, Team: 3, Community: 2, Outsider: 5}
    assert {kind: len(model.agents_by_type[kind]) for kind in kinds} == kinds
    assert all(issubclass(kind, mesa.Agent) for kind in kinds)
    assert sorted(agent.unique_id for agent in model.agents) == list(range(1, 23))
    workers = model.agents_by_type[Worker]
    assert workers.agg("seek", max) == max(worker.seek for worker in model.workers)
    assert len(workers.select(lambda worker: worker.team is model.teams[0])) == 4
    assert {team.number: len(members) for team, members in workers.groupby("team")} == {0: 4, 1: 4, 2: 4}
    workers.do("rise_to_floors")
    workers.set("sense", 0.25)
    assert {worker.sense for worker in model.workers} == {0.25}


def test_a_collector_of_one_s_own_is_fed_each_week():
    model = small()
    model.datacollector = mesa.DataCollector(
        model_reporters={"output": "output", "week": "week"},
        agenttype_reporters={Worker: {"time_teams": "time_teams", "knows": lambda worker: sum(worker.aware)}},
    )
    model.run()
    assert model.datacollector.get_model_vars_dataframe()["week"].tolist() == [1, 2, 3, 4, 5, 6]
    of_workers = model.datacollector.get_agenttype_vars_dataframe(Worker)
    assert len(of_workers) == 6 * 12
    mean = of_workers["time_teams"].astype(float).groupby("Step").mean()
    np.testing.assert_allclose(mean, model.history["time_teams"])


def test_agent_reporters_work():
    model = small()
    model.datacollector = mesa.DataCollector(
        agent_reporters={"number": "number", "kind": lambda agent: type(agent).__name__}
    )
    model.run(2)
    collected = model.datacollector.get_agent_vars_dataframe()
    assert collected["kind"].value_counts().to_dict() == {"Worker": 24, "Outsider": 10, "Team": 6, "Community": 4}


@pytest.mark.skipif(not hasattr(mesa, "batch_run"), reason="this Mesa has no batch_run")
def test_batch_run_works():
    old = "iterations" in signature(mesa.batch_run).parameters and "rng" not in signature(mesa.batch_run).parameters
    seeds = {"iterations": 2} if old else {"rng": [1, 2]}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        rows = mesa.batch_run(
            Organisation, {"openness": [0.0, 0.9], **SMALL}, max_steps=6, display_progress=False, **seeds
        )
    table = pd.DataFrame(rows)
    assert len(table) == 4
    assert table["awareness"].between(0, 1).all()
    assert table["ideas_seen"].nunique() > 1


@pytest.mark.parametrize("use", [lambda model: model.run(2), mesa.Agent])
def test_models_are_freed(use):
    def used(seed):
        model = small(rng=seed)
        use(model)
        return weakref.ref(model)

    made = [used(seed) for seed in range(8)]
    gc.collect()
    assert not any(model() for model in made)


def test_agents_of_one_s_own_have_ids_of_their_own():
    model = small()
    mine = [mesa.Agent(model), mesa.Agent(model)]
    assert [agent.unique_id for agent in mine] == [23, 24]


# Agents


def test_names_that_a_phase_relies_on():
    model = small(memberships=2)
    model.run(3)
    for seat, worker in enumerate(model.workers):
        assert (worker.seat, model.workers[worker.person % 12]) == (seat, worker)
        assert worker.time == [worker.time_networks, worker.time_communities, worker.time_teams]
        assert worker.teammates == [one for one in worker.team.members if one is not worker]
        assert len(worker.follows) == model.p.ties
        assert all(isinstance(colleague, Worker) and colleague is not worker for colleague in worker.follows)
        assert len(worker.trust) == len(worker.communities) == 2
        assert len(worker.aware) == len(worker.idea) == 6
        assert set(worker.idea) <= {-1, 1}
        assert worker.team.output >= 0


@pytest.mark.parametrize(
    ("name", "given", "kept"),
    [
        ("idea", np.array([1, -1, 1, -1, 1, 1]), (1, -1, 1, -1, 1, 1)),
        ("time", (0.5, 0.25, 0.25), [0.5, 0.25, 0.25]),
        ("seek", 1, 1.0),
        ("sense", np.float64(0.5), 0.5),
        ("share", 0, 0.0),
    ],
)
def test_what_may_be_assigned_is_used(name, given, kept):
    usual, changed = small(), small()
    for worker in changed.workers:
        setattr(worker, name, given)
        assert getattr(worker, name) == kept
        assert type(getattr(worker, name)) is type(kept)
    assert not changed.run().equals(usual.run())


@pytest.mark.parametrize(
    ("name", "given", "needed"),
    [
        ("idea", [1, -1], "6 numbers are needed, each -1 or"),
        ("idea", [0.5] * 6, "6 numbers are needed"),
        ("idea", 3, "6 numbers are needed"),
        ("time", [0.5, 0.5, 0.5], "three shares that sum to 1"),
        ("time", [1.5, -0.5, 0.0], "three shares that sum to 1"),
        ("time", [0.5, 0.5], "three shares that sum to 1"),
        ("time", [math.nan, 0.5, 0.5], "three shares that sum to 1"),
        ("time", None, "three shares that sum to 1"),
        ("seek", 1.5, "seek = 1.5: a number is needed, 0 to 1"),
        ("share", "much", "share = 'much'"),
    ],
)
def test_what_makes_no_sense_is_refused(name, given, needed):
    worker = small().workers[0]
    before = getattr(worker, name)
    with pytest.raises(ScenarioError, match=needed):
        setattr(worker, name, given)
    assert getattr(worker, name) == before


def test_what_is_only_read_cannot_be_assigned():
    worker = small().workers[0]
    for name in ("time_networks", "seat", "teammates"):
        with pytest.raises(AttributeError):
            setattr(worker, name, 0.5)


# Random numbers of one's own


def test_draws_belong_to_the_person_the_week_the_event_and_the_number():
    model = small()
    one, other = model.workers[:2]
    drawn = [one.uniform(1000), one.uniform(1000, 1), one.uniform(1001), other.uniform(1000), one.uniform(2**32 - 1)]
    assert len(set(drawn)) == 5
    assert all(0 <= number < 1 for number in drawn)
    assert one.uniform(1000) == drawn[0] == model.uniform(1000, one.person)
    assert one.normal(1000, 2) == model.normal(1000, one.person, 2)
    model.step()
    assert one.uniform(1000) != drawn[0]
    one.person += 12
    assert one.uniform(1000) == model.uniform(1000, 12)
    assert model.teams[1].uniform(1000) == model.uniform(1000, 1)


@pytest.mark.parametrize("event", [-1, 2**32, 1.0, "1", True])
def test_an_event_that_is_none_is_refused(event):
    model = small()
    for draw in (model.uniform, model.normal, model.workers[0].uniform, model.workers[0].normal):
        with pytest.raises(ScenarioError, match="event = "):
            draw(event)
    with pytest.raises(ScenarioError, match="draw = "):
        model.workers[0].uniform(1000, -1)
