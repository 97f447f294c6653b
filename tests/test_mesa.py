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

from sim import MEASURES, PARAMETERS, Intervention, Organisation, Policy, Run, Scenario, ScenarioError, Worker
from sim.model import rng as keys
from sim.model.views import OrganisationView

SMALL = {"workers": 24, "weeks": 12}
EXAMPLES = Path(__file__).parent.parent / "experiments"
MESAS_SCENARIO = getattr(mesa.model, "Scenario", None)  # from Mesa 3.5 on


def small(**given):
    """A small organisation in which people come, go and move, always the same."""
    return Organisation(**{**SMALL, "memberships": 2, "turnover": 1.0, "rotation": 4.0, "rng": 3, **given})


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
    own = {"self", "policy", "world", "scenario", "weeks", "interventions", "with_", "rng"}
    assert set(keywords) - set(PARAMETERS) == own
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
    model = small()
    assert len(model._all_agents) == 0
    workers = list(model.agents)
    assert [worker.seat for worker in workers] == list(range(24))
    assert len({worker.unique_id for worker in workers}) == 24
    model.run(12)
    assert model.workers == workers
    assert all(isinstance(worker, Worker) and worker.model is model for worker in workers)
    assert model.agent_types == [Worker]
    assert model.agents_by_type == {Worker: model.agents}
    state, one = model.state, workers[7]
    assert (one.team, one.person, one.ties) == (state.team[7], state.person[7], tuple(state.tie[7]))
    assert np.array_equal(one.idea, state.idea[7])
    assert one.follows == [workers[seat] for seat in state.tie[7]]


def test_the_dicts_of_version_0_1_can_be_read_but_not_written():
    one = next(iter(small().agents))
    with pytest.warns(FutureWarning, match="time_networks"):
        shares = one.time_split
    assert tuple(shares.values()) == one.time
    with pytest.warns(FutureWarning, match="Worker.seek"):
        skills = one.skills
    assert skills == {"seek": one.seek, "sense": one.sense, "share": one.share}
    for mapping in (shares, skills):
        with pytest.raises(TypeError):
            mapping[next(iter(mapping))] = 0.5
    for name, today in (("time_split", r"Worker\.time"), ("skills", r"Worker\.seek")):
        with pytest.raises(ScenarioError, match=f"{name} cannot be set: it is the old name of {today}"):
            setattr(one, name, {})


def test_parameters_and_measures_are_listed_among_the_attributes():
    assert {*PARAMETERS, *(measure.name for measure in MEASURES)} <= set(dir(small()))
    assert not hasattr(Organisation, "openness"), "there is one way to attributes that are declared"


@pytest.mark.parametrize("name", ["openness", "output"])
def test_what_would_hide_a_lever_or_a_measure_is_refused(name):
    class Firm(Organisation):
        def __init__(self, **given):
            setattr(self, name, 0.5)
            super().__init__(**given)

    with pytest.raises(ScenarioError, match=f"{name} cannot be set before the organisation is made"):
        Firm(**SMALL, rng=1)


def test_looking_at_agents_and_drawing_numbers_do_not_touch_the_history():
    plain, looked_at = small(), small()
    for _ in range(12):
        plain.step()
        looked_at.agents.shuffle_do(lambda worker: worker.uniform(60))
        looked_at.random.random()
        looked_at.rng.random()
        looked_at.reset_rng(5)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # Mesa 3.5 has another name for it
            looked_at.reset_randomizer(5)
        looked_at.step()
    assert plain.history.equals(looked_at.history)


# --- levers are assigned ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("week", [0, 4])
def test_assigning_a_lever_is_an_intervention_of_the_next_week(week):
    model, planned = small(), small(interventions=[Intervention(week + 1, openness=0.9)])
    model.run(week)
    model.openness = 0.9
    assert model.openness == 0.9
    model.run()
    assert model.openness == 0.9
    assert model.history.equals(planned.run())
    assert not model.history.equals(small().run())
    assert model.setup == planned.setup


def test_an_organisation_of_the_setup_has_the_same_history():
    model = small()
    while model.running:
        model.hurdle = 0.01 * model.week
        model.step()
    assert Organisation(model.setup, rng=model.seed).run().equals(model.history)


def test_several_levers_are_set_at_once_or_one_after_the_other():
    model = small()
    model.run(4)
    model.intervene(split_networks=0.3, split_teams=0.5)
    model.openness = 0.9
    together = Intervention(5, split_networks=0.3, split_teams=0.5, openness=0.9)
    assert model.interventions == (together,)
    model.run()
    assert model.history.equals(small(interventions=[together]).run())


def test_a_split_alone_is_refused_with_the_way_to_set_it():
    model = small()
    with pytest.raises(ScenarioError, match=r"must sum to 1 \(`model\.intervene\(split_networks=…"):
        model.split_networks = 0.5


def test_a_whole_policy_can_be_assigned():
    model = small()
    model.run(4)
    model.policy = "closed_shop"
    model.run()
    assert model.history.equals(small(interventions=[{"week": 5, "policy": "closed_shop"}]).run())


@pytest.mark.parametrize(("name", "given"), [("split_networks", 0.5), ("openness", 2.0), ("policy", "closed_shap")])
def test_an_assignment_that_is_not_allowed_leaves_the_model_as_it_was(name, given):
    model = small()
    model.run(4)
    with pytest.raises(ScenarioError, match="week 5"):
        setattr(model, name, given)
    assert model.interventions == ()
    model.run()
    assert model.history.equals(small().run())


@pytest.mark.parametrize(
    ("name", "because"),
    [
        ("turbulence", r"fixed once the organisation exists.*Organisation\(model.setup, turbulence="),
        ("workers", r"fixed once the organisation exists.*Organisation\(workers="),
        ("team_size", "fixed once the organisation exists"), ("output", "measured at the end of each week"),
        ("awareness", "measured"), ("week", "weeks pass by"), ("seed", "make another"), ("horizon", "weeks="),
        ("setup", "lever"), ("scenario", "make another"), ("world", "fixed"), ("weeks", "weeks="),
        ("agents", "number of people is fixed"), ("history", "recorded"), ("agents_by_type", "number of people"),
        ("agent_types", "Worker = "),
    ],
)  # fmt: skip
def test_what_cannot_be_assigned_says_why(name, because):
    model = small()
    before = model.run(2)
    with pytest.raises((ScenarioError, AttributeError), match=f"{name} cannot be set: .*{because}"):
        setattr(model, name, 1)
    with pytest.raises(AttributeError):
        setattr(model, name, 1)
    assert model.run(0).equals(before)


def test_attributes_of_ones_own_work_as_in_any_model():
    class Firm(Organisation):
        def __init__(self, note, **given):
            self.note = note
            super().__init__(**given)
            self.other = [note]

    model = Firm("hello", **SMALL, rng=1)
    model.third = 3
    assert (model.note, model.other, model.third) == ("hello", ["hello"], 3)
    one = next(iter(model.agents))
    one.nickname = "Ada"
    assert model.workers[0].nickname == "Ada"


# --- workers are changed ----------------------------------------------------------------------------------------------


def test_what_is_assigned_to_workers_is_used_by_the_engine():
    model, run, untouched = small(), Run(small().setup, 3), small()
    view = OrganisationView(run)
    for organisation in (model, view):
        (model.run(4) if organisation is model else run.advance(4))
        for one in organisation.workers[:9]:
            one.idea = np.where(np.arange(12) % 2, 1, -1)
            one.aware, one.time, one.seek, one.trust = True, (0.4, 0.4, 0.2), 0.95, (0.9, 0.8)
    model.run()
    assert np.array_equal(model.history.to_numpy()[4:], run.advance(8), equal_nan=True)
    assert not model.history.equals(untouched.run())


def test_writing_into_what_is_read_is_an_error():
    one = next(iter(small().agents))
    with pytest.raises(ValueError, match="read-only"):
        one.idea[0] = 1
    with pytest.raises(ValueError, match="read-only"):
        one.awareness[0] = True
    with pytest.raises(TypeError):
        one.time[0] = 0.5
    with pytest.raises(ScenarioError, match="idea has length 2"):
        one.idea = [1, -1]
    with pytest.raises(ScenarioError, match="team cannot be set: people move by rotation"):
        one.team = 1


# --- who belongs to an organisation -----------------------------------------------------------------------------------

CROWD = {
    "worker.remove": lambda model: next(iter(model.agents)).remove(),
    "agents.remove": lambda model: model.agents.remove(next(iter(model.agents))),
    "agents.discard": lambda model: model.agents.discard(next(iter(model.agents))),
    "agents.add": lambda model: model.agents.add(next(iter(small().agents))),
    "agents.add mesa": lambda model: model.agents.add(mesa.Agent(mesa.Model(rng=1))),
    "agents.pop": lambda model: model.agents.pop(),
    "agents.clear": lambda model: model.agents.clear(),
    "select in place": lambda model: model.agents.select(lambda worker: worker.seat < 3, inplace=True),
    "do remove": lambda model: model.agents.do("remove"),
    "by hand": lambda model: Worker(model, 0),
    "a foreign agent": mesa.Agent,
    "create_agents": lambda model: Worker.create_agents(model, 3),
    "register_agent": lambda model: model.register_agent(next(iter(model.agents))),
    "deregister_agent": lambda model: model.deregister_agent(next(iter(model.agents))),
    "remove_all_agents": lambda model: model.remove_all_agents(),
}


@pytest.mark.parametrize("looked_at", [False, True])
@pytest.mark.parametrize("case", CROWD)
def test_nobody_is_added_or_removed_and_it_says_why(case, looked_at):
    model = small()
    if looked_at:
        list(model.agents)
    with pytest.raises(RuntimeError, match="the number of people is fixed: whoever leaves by turnover is replaced"):
        CROWD[case](model)
    assert [worker.seat for worker in model.agents] == list(range(24))
    assert model.agents_by_type[Worker] is model.agents


def test_what_is_selected_is_a_set_of_its_own():
    model = small()
    for chosen in (model.agents.select(lambda worker: worker.seat < 9), model.agents.select(), model.agents.shuffle()):
        count = len(chosen)
        chosen.remove(next(iter(chosen)))
        assert len(chosen) == count - 1
    assert len(model.agents) == 24


@pytest.mark.parametrize(
    "call",
    [
        lambda model: next(iter(model.agents)).step(),
        lambda model: next(iter(model.agents)).advance(),
        lambda model: model.agents.do("step"),
        lambda model: model.agents.shuffle_do("step"),
        lambda model: model.agents.select(at_most=2).map("step"),
    ],
)
def test_a_worker_does_not_step(call):
    with pytest.raises(RuntimeError, match=r"all workers act in `model.step\(\)`.*tripleos\.plain"):
        call(small())


def test_an_organisation_may_name_its_own_workers():
    class Novice(Worker):
        def __init__(self, model, seat):
            super().__init__(model, seat)
            self.rounds = 0
            self.elders = len(model.workers)

        @property
        def is_newcomer(self):
            return self.person != self.seat

        def count(self):
            self.rounds += 1

    class Firm(Organisation):
        Worker = Novice

    model = Firm(small().setup, rng=3)
    history = model.run()
    model.agents.do("count")
    assert history.equals(small().run())
    assert model.agent_types == [Novice]
    assert model.agents.agg("rounds", sum) == 24
    assert model.agents.get("elders") == list(range(24))
    assert model.agents.agg("is_newcomer", sum) == np.sum(model.state.person >= 24) > 0
    assert len(model.agents_by_type[Novice]) == 24
    assert type(next(iter(model.agents)).follows[0]) is Novice


def test_a_worker_with_a_step_of_its_own_is_refused_when_it_is_defined():
    with pytest.raises(TypeError, match=r"Eager\.step would never be called: .*tripleos\.plain"):

        class Eager(Worker):
            def step(self):
                pass

    class Stepping:
        def step(self):
            pass

    with pytest.raises(TypeError, match=r"Mixed\.step would never be called"):

        class Mixed(Stepping, Worker):
            pass


def test_workers_must_be_workers():
    class Firm(Organisation):
        Worker = mesa.Agent

    with pytest.raises(TypeError, match=r"Firm.Worker is .*a subclass of tripleos.Worker is needed"):
        Firm(**SMALL)


def test_models_and_workers_say_what_they_are():
    model = small()
    model.run(4)
    for words in ("Organisation(", "'balanced'", "'turbulent'", "24 workers", "week 4 of 12", "seed 3"):
        assert words in repr(model)
    one = model.workers[5]
    assert repr(one) == f"Worker(seat 5, person {one.person}, team {one.team})"


# --- collectors and weeks ---------------------------------------------------------------------------------------------

COLLECTORS = {
    "agents": {"agent_reporters": {"seek": "seek", "person": "person", "idea": "idea", "fit": lambda one: one.fit}},
    "types": {"agenttype_reporters": {Worker: {"time": "time_teams"}}},
    "functions": {
        "model_reporters": {"week": lambda model: model.week, "aware": lambda model: model.state.aware.sum()}
    },
    "attributes": {"model_reporters": {"week": "week", "output": "output"}},
    "measures": {"model_reporters": {"output": "output", "news": "awareness"}},
}


def collected(model):
    """All that a collector has, as plain lists."""
    held = model.datacollector
    tables = [held.get_model_vars_dataframe()] if held.model_reporters else []
    tables += [held.get_agent_vars_dataframe()] if held.agent_reporters else []
    tables += [held.get_agenttype_vars_dataframe(Worker)] if held.agenttype_reporters else []
    return [
        [list(table.index), [[np.asarray(v).tolist() for v in row] for row in table.to_numpy()]] for table in tables
    ]


@pytest.mark.parametrize("case", COLLECTORS)
def test_a_collector_of_ones_own_sees_each_week_of_a_run(case):
    run, stepped = small(), small()
    for model in (run, stepped):
        model.datacollector = mesa.DataCollector(**COLLECTORS[case])
    run.run(5)
    for _ in range(5):
        stepped.step()
    assert collected(run) == collected(stepped)
    assert run.history.equals(stepped.history)
    rows = collected(run)[0][1]
    weeks = [rows[k * len(rows) // 5 : (k + 1) * len(rows) // 5] for k in range(5)]
    assert all(weeks[k] != weeks[k + 1] for k in range(4)), "five different weeks"


def test_a_collector_of_ones_own_kind_sees_each_week_of_a_run():
    class Collector(mesa.DataCollector):
        def collect(self, model):
            super().collect(model)
            seen.append((model.week, int(model.state.aware.sum())))

    seen, model, stepped = [], small(), small()
    model.datacollector = Collector(model_reporters={"output": "output"})
    model.run(5)
    expected = []
    for _ in range(5):
        stepped.step()
        expected.append((stepped.week, int(stepped.state.aware.sum())))
    assert seen == expected


def calls_of(run, monkeypatch):
    """How many weeks the engine was asked for in each call."""
    asked, original = [], Run.advance
    monkeypatch.setattr(Run, "advance", lambda self, weeks: (asked.append(weeks), original(self, weeks))[1])
    run()
    return asked


def test_the_default_collector_takes_one_call(monkeypatch):
    model = small()
    model.step()
    model._first_slice = 1000
    assert calls_of(model.run, monkeypatch) == [11], "which is as long as a slice may be"


def test_other_collectors_take_a_call_each_week(monkeypatch):
    model = small()
    model.datacollector = mesa.DataCollector(agent_reporters={"seek": "seek"})
    assert calls_of(model.run, monkeypatch) == [1] * 12


def test_no_collector_at_all():
    model = small()
    model.datacollector = None
    assert model.run().equals(small().run())


def test_a_step_of_ones_own_is_taken_in_a_run():
    class Firm(Organisation):
        def step(self):
            super().step()
            self.openness = 0.9 if self.awareness < 0.8 else 0.1
            if self.week == 9:
                self.running = False

    run, stepped = Firm(small().setup, rng=3), Firm(small().setup, rng=3)
    while stepped.running:
        stepped.step()
    assert len(run.run()) == 9
    assert run.history.equals(stepped.history)
    assert not run.history.equals(small().run(9))


def test_a_measure_of_ones_own_is_collected_each_week():
    class Firm(Organisation):
        @property
        def output(self):
            return float(self.state.aware.sum())

    model, stepped = Firm(small().setup, rng=3), small()
    model.run(5)
    expected = []
    for _ in range(5):
        stepped.step()
        expected.append(stepped.state.aware.sum())
    assert list(model.datacollector.model_vars["output"]) == expected


def test_steps_count_weeks_however_they_pass():
    model = small()
    model.run(4)
    model.step()
    assert (model.steps, model.week, getattr(model, "time", 5)) == (5, 5, 5)
    model.run_model()
    assert (model.steps, model.week, model.running) == (12, 12, False)
    assert model.history.equals(small().run())


def test_weeks_go_on_beyond_the_horizon_when_asked_for():
    model = small()
    model.run(14)
    assert (model.week, len(model.history), model.running) == (14, 14, False)
    assert len(model.run()) == 14


@pytest.mark.parametrize("weeks", [-1, 1.5, "3", True])
def test_a_number_of_weeks_that_is_none_is_refused(weeks):
    with pytest.raises(ScenarioError, match="weeks = "):
        small().run(weeks)


def test_weeks_that_were_computed_stay_even_if_they_could_not_be_collected(monkeypatch):
    def failing(collector, model):
        if model.week == 3:
            raise ZeroDivisionError

    model = small()
    with monkeypatch.context() as patch:
        patch.setattr(mesa.DataCollector, "collect", failing)
        with pytest.raises(ZeroDivisionError):
            model.run(5)
    assert model.week == len(model.history) == 5
    assert model.output == model.history["output"].iloc[-1]
    assert model.run().equals(small().run())


@pytest.mark.skipif(not hasattr(mesa.Model, "run_for"), reason="this Mesa has no run_for")
def test_run_for_and_run_until():
    model, stepped = small(), small()
    model.run_for(5)
    for _ in range(5):
        stepped.step()
    assert (model.week, model.steps, model.time) == (5, 5, 5)
    assert model.history.equals(stepped.history)
    model.run(2)
    model.run_until(9)
    assert (model.week, model.steps, model.time) == (9, 9, 9)
    assert model.history.equals(small().run(9))


@pytest.mark.skipif(not hasattr(mesa.Model, "schedule_event"), reason="this Mesa schedules no events")
def test_scheduled_events_and_observers_see_their_week():
    seen = []
    model = small()

    def note():
        seen.append((model.week, int(model.state.aware.sum())))
        model.openness = 0.9

    model.schedule_event(note, at=3.5)
    model.run(6)
    stepped = small()
    for _ in range(3):
        stepped.step()
    assert seen == [(3, int(stepped.state.aware.sum()))]
    assert model.history.equals(small(interventions=[{"week": 4, "openness": 0.9}]).run(6))


@pytest.mark.skipif(not hasattr(mesa.Model, "observe"), reason="this Mesa has no observers")
def test_observers_see_their_week():
    def watched(pass_weeks):
        def observe(signal):
            seen.append((model.week, int(model.state.aware.sum())))

        model, seen = small(), []
        model.observe("time", "changed", observe)
        pass_weeks(model)
        return seen

    in_a_run, stepped = watched(lambda model: model.run(4)), watched(lambda model: [model.step() for _ in range(4)])
    assert in_a_run == stepped
    assert len(set(in_a_run)) == 4


# --- scenarios --------------------------------------------------------------------------------------------------------


def test_a_whole_scenario_is_given_by_name_or_in_the_first_place():
    scenario = Scenario.build("triple_operating_system", "shock", **SMALL, shock_week=6, ties=3)
    expected = Run(scenario, 2).advance(12)
    for model in (
        Organisation(scenario=scenario, rng=2), Organisation(scenario, rng=2), Organisation(policy=scenario, rng=2),
    ):  # fmt: skip
        assert model.setup is scenario
        assert np.array_equal(model.run(), expected, equal_nan=True)


def test_what_is_given_besides_overrides_the_scenario():
    scenario = Scenario.build("closed_shop", "stable", **SMALL)
    model = Organisation(scenario, hurdle=0.2, weeks=20, world="turbulent", ties=None, rng=1)
    assert model.setup == scenario.replace(hurdle=0.2, weeks=20, world="turbulent")
    assert Organisation(policy="balanced", scenario=scenario).setup == scenario.replace(policy="balanced")
    with pytest.raises(ScenarioError, match=r"openess.*openness"):
        Organisation(scenario, openess=0.5)


@pytest.mark.parametrize("given", [1, "balanced", {"policy": "balanced"}])
def test_what_is_no_scenario_is_refused(given):
    with pytest.raises(ScenarioError, match=r"a tripleos\.Scenario or a Scenario of Mesa is needed"):
        Organisation(scenario=given)


def test_two_scenarios_are_refused():
    scenario = Scenario.build(**SMALL)
    with pytest.raises(ScenarioError, match="two scenarios were given"):
        Organisation(scenario, scenario=scenario)


def test_the_scenario_in_mesas_form():
    model = small(policy=Policy(name="mine", hurdle=0.1))
    given = model.scenario
    assert (given.rng, given.hurdle, given.workers, given.weeks, given.policy.name) == (3, 0.1, 24, 12, "mine")
    assert given.model is model
    if MESAS_SCENARIO:
        assert isinstance(given, MESAS_SCENARIO)
        assert next(iter(model.agents)).scenario is given
    model.hurdle = 0.2
    assert given.hurdle == 0.1, "it is what the organisation began with"
    with pytest.raises(AttributeError, match=r"scenario\.hurdle cannot be set"):
        given.hurdle = 0.3
    again = Organisation(scenario=given)
    assert (again.seed, again.setup) == (3, small(policy=Policy(name="mine", hurdle=0.1)).setup)


def test_an_empty_scenario_of_mesa_says_nothing():
    """SolaraViz of Mesa 3.5 makes one of the class of `model.scenario` on each reset."""
    empty = type(small().scenario)()
    model = Organisation(policy="closed_shop", scenario=empty, rng=1, **SMALL)
    assert (model.setup.policy.name, model.seed) == ("closed_shop", 1)


@pytest.mark.skipif(MESAS_SCENARIO is None, reason="this Mesa has no scenarios")
def test_scenarios_of_mesa_serve_as_well():
    class Mine(MESAS_SCENARIO):
        workers: int = 24
        weeks: int = 12
        openness: float = 0.3

    assert Organisation(scenario=Mine(rng=4)).setup == Scenario.build(**SMALL, openness=0.3)
    model = Organisation(Mine(rng=4, openness=0.6), hurdle=0.1)
    assert (model.seed, model.setup) == (4, Scenario.build(**SMALL, openness=0.6, hurdle=0.1))
    with pytest.raises(ScenarioError, match="they must be the same"):
        Organisation(scenario=Mine(rng=4), rng=5)
    with pytest.raises(ScenarioError, match=r"openess.*openness"):
        Organisation(scenario=MESAS_SCENARIO(openess=0.6))


# --- sets of agents ---------------------------------------------------------------------------------------------------


def test_sets_of_agents_read_plain_numbers():
    model = small()
    model.run(6)
    state, agents = model.state, model.agents
    assert agents.agg("time_teams", np.mean) == pytest.approx(model.time_teams)
    assert agents.agg("fit", np.mean) == pytest.approx(model.idea_fit)
    assert agents.agg("awareness_share", np.mean) == pytest.approx(model.awareness)
    assert agents.agg("mean_trust", np.mean) == pytest.approx(model.trust)
    teams = agents.groupby("team").agg("time_networks", np.mean)
    assert teams == {k: pytest.approx(state.time[state.team == k, 0].mean()) for k in range(3)}
    assert sum(agents.groupby("community").count().values()) == 24
    assert {w.seat for w in agents.select(lambda w: w.seek > 0.6)} == set(np.flatnonzero(state.seek > 0.6))
    assert agents.get(["seat", "n_aware"]) == [[i, state.aware[i].sum()] for i in range(24)]
    order = [worker.seat for worker in agents.sort("seek", ascending=True)]
    assert order == sorted(range(24), key=lambda i: state.seek[i])
    assert [worker.seat for worker in (agents.to_list() if hasattr(agents, "to_list") else list(agents))] == [
        *range(24)
    ]


def test_sets_of_agents_write_what_the_engine_uses():
    by_set, by_do, by_hand, untouched = (small() for _ in range(4))
    by_set.agents.set("seek", 0.9)
    by_do.agents.do(lambda worker: setattr(worker, "seek", 0.9))
    by_hand.state.seek[:] = 0.9
    histories = [model.run() for model in (by_set, by_do, by_hand, untouched)]
    assert histories[0].equals(histories[2])
    assert histories[1].equals(histories[2])
    assert not histories[0].equals(histories[3])


def test_random_numbers_follow_the_week():
    model = small()
    first = model.uniform(60)
    model.step()
    assert model.uniform(60) == keys.uniform(keys.key(np.uint64(3), 1, 0, 60), 0) != first
    one = model.workers[2]
    assert one.normal(60) == keys.normal(keys.key(np.uint64(3), 1, one.person, 60), 0)


def test_a_drawn_seed_is_told_and_remakes_the_history():
    first = Organisation(**SMALL)
    assert first.run().equals(Organisation(**SMALL, rng=first.seed).run())
    assert Organisation(**SMALL).seed != first.seed


def test_the_name_of_version_0_1_still_works():
    with pytest.warns(FutureWarning, match=r"Organisation\.key is now Organisation\.seed"):
        assert Organisation(**SMALL, rng=7).key == 7


@pytest.mark.parametrize("rng", [-1, 2**64, 1.5, "1", True, np.random.default_rng(1)])
def test_a_seed_that_is_none_is_refused(rng):
    with pytest.raises(ScenarioError, match="seed"):
        Organisation(**SMALL, rng=rng)


def test_a_seed_is_called_rng():
    with pytest.raises(ScenarioError, match="given as `rng`"):
        Organisation(**SMALL, seed=1)


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


def test_solara_viz_steps_and_resets_it():
    pytest.importorskip("solara")
    pytest.importorskip("matplotlib")
    import ipyvuetify
    import solara
    from mesa.visualization import Slider, SolaraViz

    levers = {"policy": "closed_shop", "openness": Slider("openness", 0.4, 0.0, 1.0, 0.1), **SMALL, "rng": 1}
    shown = solara.reactive(Organisation(**SMALL, rng=2))
    page = SolaraViz(shown, components=[], model_params=levers)
    _, context = solara.render(solara.AppLayout(children=[page]), handle_error=False)

    def press(label):
        (button,) = (one.widget for one in context.find(ipyvuetify.Btn) if one.widget.children == [label])
        button.click()

    press("Step")
    press("Step")
    assert (shown.value.week, shown.value.seed) == (2, 2)
    press("Reset")
    assert (shown.value.week, shown.value.seed) == (0, 1)
    assert shown.value.setup == Scenario.build("closed_shop", openness=0.4, **SMALL)
    press("Step")
    assert shown.value.week == 1
    context.close()
