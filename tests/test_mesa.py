"""The Mesa face: same history as the engine, thin agents, Mesa's own tools, no leaks."""

import gc
import runpy
import warnings
import weakref
from inspect import signature
from pathlib import Path

import mesa
import numpy as np
import pandas as pd
import pytest

from sim import MEASURES, PARAMETERS, Organisation, Policy, Run, Scenario, ScenarioError

SMALL = {"workers": 24, "weeks": 12}
EXAMPLES = Path(__file__).parent.parent / "experiments"


def test_steps_run_and_engine_give_the_same_history():
    plan = [{"week": 5, "openness": 0.9}, {"week": 9, "floor_networks": 0.3}]
    stepped, run = (Organisation(**SMALL, interventions=plan, rng=3) for _ in range(2))
    while stepped.running:
        stepped.step()
    run.run(4)
    run.run()
    engine = Run(Scenario.build(**SMALL, interventions=plan), 3).advance(12)
    assert np.array_equal(stepped.history, engine, equal_nan=True)
    assert np.array_equal(run.history, engine, equal_nan=True)
    collected = [model.datacollector.get_model_vars_dataframe().to_numpy(float) for model in (stepped, run)]
    assert np.array_equal(collected[0], engine, equal_nan=True)
    assert np.array_equal(collected[1], engine, equal_nan=True)


def test_every_parameter_is_a_keyword_with_its_own_kind():
    keywords = signature(Organisation.__init__).parameters
    kinds = {"int": "int", "float": "float", "bool": "bool", "choice": "str"}
    for name, about in PARAMETERS.items():
        assert keywords[name].annotation == f"{kinds[about.kind]} | None"
        assert keywords[name].default is None
    assert set(keywords) - set(PARAMETERS) == {"self", "policy", "world", "weeks", "interventions", "rng"}
    assert all(keyword.kind != keyword.VAR_KEYWORD for keyword in keywords.values())


@pytest.mark.parametrize("given", [0.5, None])
def test_an_unknown_keyword_is_refused_with_the_nearest_known(given):
    with pytest.raises(ScenarioError, match=r"openess.*openness"):
        Organisation(**SMALL, openess=given)


def test_keywords_reach_the_model():
    model = Organisation("closed_shop", "stable", **SMALL, hurdle=0.25, pilot_first=True, imitation="majority", rng=1)
    assert (model.setup.policy.hurdle, model.setup.policy.pilot_first, model.setup.policy.openness) == (0.25, True, 0.0)
    assert (model.setup.workforce.imitation, model.setup.world.turbulence) == ("majority", 0.5)


def test_from_scenario_is_the_same_organisation():
    scenario = Scenario.build("triple_operating_system", "shock", **SMALL, shock_week=6, ties=3)
    model = Organisation.from_scenario(scenario, rng=2)
    assert model.setup == scenario
    assert np.array_equal(model.run(), Run(scenario, 2).advance(12), equal_nan=True)


def test_measures_are_attributes():
    model = Organisation(**SMALL, rng=1)
    assert all(np.isnan(getattr(model, measure.name)) for measure in MEASURES)
    model.step()
    assert all(getattr(model, m.name) == model.history.iloc[-1][m.name] for m in MEASURES if m.name != "news_lag")


def test_workers_are_views_made_when_asked_for():
    model = Organisation(**SMALL, memberships=2, rng=1)
    assert len(model._all_agents) == 0
    workers = list(model.agents)
    assert [worker.seat for worker in workers] == list(range(24))
    assert len({worker.unique_id for worker in workers}) == 24
    model.run(12)
    state, one = model.state, workers[7]
    assert sum(one.time_split.values()) == pytest.approx(1)
    assert one.skills == {"seek": state.seek[7], "sense": state.sense[7], "share": state.share[7]}
    assert np.array_equal(one.idea, state.idea[7])
    assert np.array_equal(one.awareness, state.aware[7])
    assert (one.team, one.person, one.ties) == (state.team[7], state.person[7], state.tie[7].tolist())
    assert (one.communities, one.trust) == (state.community[7].tolist(), state.trust[7].tolist())
    one.idea[:] = 0
    assert state.idea[7].all(), "a view must not let the state be written"


def test_agents_do_not_touch_the_history():
    plain, looked_at = Organisation(**SMALL, rng=1), Organisation(**SMALL, rng=1)
    for _ in range(12):
        plain.step()
        looked_at.agents.shuffle_do("step")
        looked_at.step()
    assert plain.history.equals(looked_at.history)


def test_a_drawn_seed_is_told_and_remakes_the_history():
    first = Organisation(**SMALL)
    assert first.run().equals(Organisation(**SMALL, rng=first.seed).run())
    assert Organisation(**SMALL).seed != first.seed


def test_the_name_of_version_0_1_still_works():
    with pytest.warns(FutureWarning, match="now called Organisation.seed"):
        assert Organisation(**SMALL, rng=7).key == 7


@pytest.mark.parametrize("rng", [-1, 2**64, 1.5, "1", True, np.random.default_rng(1)])
def test_a_seed_that_is_none_is_refused(rng):
    with pytest.raises(ScenarioError, match="seed"):
        Organisation(**SMALL, rng=rng)


def test_bad_levers_are_refused():
    with pytest.raises(ScenarioError, match="hurdle"):
        Organisation(**SMALL, hurdle=3.0)
    with pytest.raises(ScenarioError, match="closed_shop"):
        Organisation("closed_shap", **SMALL)


def test_teams_that_do_not_divide_are_told():
    with pytest.warns(UserWarning, match="3 teams"):
        Organisation(workers=25, weeks=2, rng=1)


def test_policy_objects_are_taken():
    policy = Policy(name="mine", split_networks=0.1, split_communities=0.1, split_teams=0.8)
    assert Organisation(policy, **SMALL, rng=1).setup.policy == policy


def test_models_are_freed():
    def use(seed):
        model = Organisation(**SMALL, rng=seed)
        model.step()
        list(model.agents)
        return weakref.ref(model)

    made = [use(seed) for seed in range(30)]
    gc.collect()
    assert not any(model() for model in made)


@pytest.mark.skipif(not hasattr(mesa, "batch_run"), reason="this Mesa has no batch_run")
def test_batch_run_works():
    old = "iterations" in signature(mesa.batch_run).parameters and "rng" not in signature(mesa.batch_run).parameters
    seeds = {"iterations": 2} if old else {"rng": [1, 2]}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        parameters = {"policy": ["balanced", "closed_shop"], "openness": [0.0, 0.9], **SMALL}
        rows = mesa.batch_run(Organisation, parameters, max_steps=12, display_progress=False, **seeds)
    table = pd.DataFrame(rows)
    assert len(table) == 8
    assert table["output"].nunique() == 8 if old else table["output"].nunique() >= 4
    assert table["awareness"].between(0, 1).all()


def test_solara_viz_shows_it():
    pytest.importorskip("solara")
    pytest.importorskip("matplotlib")
    import solara

    page = runpy.run_path(str(EXAMPLES / "solara_viz.py"))["page"]
    _, context = solara.render(page, handle_error=False)
    assert context.find is not None
    context.close()
