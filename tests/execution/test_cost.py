"""What runs cost: memory to the byte, and time as a probe finds it, whose clock and runs are made up here."""

import tracemalloc
from itertools import count

import numpy as np
import pytest

from sim.errors import ScenarioError
from sim.execution import cost
from sim.execution.available import Available
from sim.execution.histories import run_history
from sim.extend import Mechanism, worker_state
from sim.model.run import Run
from sim.scenario import Scenario
from tests.random_scenarios import random_scenario

# --- memory -----------------------------------------------------------------------------------------------------------


def allocated(run):
    """Bytes of all arrays of a run, each block of memory counted once."""
    arrays = [*run.arrays.values(), *run.state, *run._workspace, *run.reality]
    blocks = map(block_of, (one for one in arrays if isinstance(one, np.ndarray)))
    return sum({id(block): block.nbytes for block in blocks}.values())


def block_of(array):
    """The array that owns the memory of an array."""
    return block_of(array.base) if isinstance(array.base, np.ndarray) else array


EXTREMES = [
    {},
    {"workers": 2, "team_size": 1, "ties": 0, "communities": 0},
    {"reality": "blocks", "aspects": 200, "block": 1, "outsiders": 1000},
    {"aspects": 20, "complexity": 12, "communities": 120, "memberships": 4, "repertoire": 32},
    {"workers": 3000, "ties": 100, "encounters": 100, "communities": 3000, "memberships": 4, "repertoire": 32},
]


@pytest.mark.parametrize("scenario", [*map(random_scenario, range(30)), *(Scenario.build(**one) for one in EXTREMES)])
def test_memory_is_what_numpy_allocates(scenario):
    run, history = Run(scenario, 1), np.empty((scenario.weeks, len(scenario.model.measure_names)))
    assert cost.memory_of(scenario) == allocated(run) + history.nbytes


def test_the_arrays_of_extensions_count():
    extended = Scenario.build(with_=[Mechanism("mine", state=[worker_state("spent", 0.0)])], workers=1000)
    assert cost.memory_of(extended) - cost.memory_of(Scenario.build(workers=1000)) == 8 * 1000


def test_nothing_of_that_size_is_allocated_to_know_it():
    huge = Scenario.build(workers=1_000_000, ties=100, communities=1_000_000, memberships=4, repertoire=32)
    cost.memory_of(huge)
    tracemalloc.start()
    try:
        assert cost.memory_of(huge) > 10**9
        assert tracemalloc.get_traced_memory()[1] < 10**6
    finally:
        tracemalloc.stop()


def test_a_run_takes_no_more_than_that_while_it_is_made():
    """But for what is made and dropped at its start (views), and a history on its way."""
    scenario = Scenario.build(workers=20_000, communities=1000, weeks=3)
    run_history(scenario, 1)
    tracemalloc.start()
    try:
        run_history(scenario, 1)
        assert 1.0 < tracemalloc.get_traced_memory()[1] / cost.memory_of(scenario) < 1.5
    finally:
        tracemalloc.stop()


@pytest.fixture
def with_memory(monkeypatch):
    def there_is(bytes_, limit=""):
        monkeypatch.setattr(cost, "available_memory", lambda: Available(bytes_, limit))

    return there_is


def test_what_does_not_fit_is_refused_with_what_is_asked_what_there_is_and_what_to_do(with_memory):
    scenarios = [Scenario.build(workers=200), Scenario.build(workers=100_000)]
    each = cost.memory_of(scenarios[1])
    with_memory(3 * each, "the limit of the container")
    cost.check_memory(scenarios, runs=3, threads=8)
    with pytest.raises(ScenarioError) as caught:
        cost.check_memory(scenarios, runs=100, threads=8)
    first, second = str(caught.value).splitlines()
    assert "8 runs at a time of up to 100,000 workers need about" in first
    assert "can be had (the limit of the container):" in first
    assert second == "3 at a time fit (threads = 3)"
    with_memory(each / 2)
    with pytest.raises(ScenarioError, match=r"1 run at a time .* can be had:\nfewer workers, ties or aspects, or more"):
        cost.check_memory(scenarios, runs=1, threads=8)


def test_results_that_are_kept_count(with_memory):
    small = Scenario.build(workers=24, weeks=1000)
    history = cost.history_bytes(small)
    with_memory(50 * history)
    cost.check_results_memory([small], range(10), 2)
    with pytest.raises(
        ScenarioError, match=r"the results of 100 runs of 1,000 weeks, need .*\nfewer replicates, weeks"
    ):
        cost.check_results_memory([small], range(100), 2)


# --- time -------------------------------------------------------------------------------------------------------------


class World:
    """A clock, and runs that only take time by it: so much for each thing that there is to do.

    Parameters are seconds: of a practice that is valued, a step of the outside world for each outsider, and a worker;
    `growth` is the exponent of the last, and `later` what a week takes after a hundred weeks, relative to the first.
    """

    def __init__(self, practice=0.0, outsider=0.0, worker=1e-6, growth=1.0, later=1.0):
        self.now = 0.0
        self.practice, self.outsider, self.worker = practice, outsider, worker
        self.growth, self.later = growth, later
        self.largest = self.runs = 0

    def people(self, scenario):
        return self.worker * scenario.workforce.workers**self.growth * scenario.world.aspects / 20

    def landscape(self, scenario):
        m = scenario.world.aspects
        return self.practice * 2.0**m * m if scenario.world.reality == "rugged" else 0.0

    def week(self, scenario, week):
        return self.people(scenario) * (1.0 if week < 100 else self.later)

    def start(self, scenario):
        steps = scenario.world.head_start * scenario.world.outsiders * self.outsider * scenario.world.aspects / 20
        return self.landscape(scenario) + steps + self.people(scenario)

    def run(self, scenario, seed):
        self.now += self.start(scenario)
        self.largest, self.runs = max(self.largest, scenario.workforce.workers), self.runs + 1
        return _Run(self, scenario)


class _Run:
    def __init__(self, world, scenario):
        self.world, self.scenario, self.week = world, scenario, 0

    def _advance(self, *_):
        pass

    def advance(self, weeks):
        names, world = self.scenario.model.measure_names, self.scenario.world
        rows = np.zeros((weeks, len(names)))
        for row in rows:
            self.world.now += self.world.week(self.scenario, self.week)
            self.week += 1
            if self.week == world.shock_week:
                self.world.now += self.world.landscape(self.scenario)
                row[names.index("changes")] = 1
        return rows


PROBES = (cost._landscape, cost._steps, cost._weeks)


@pytest.fixture
def made_up(monkeypatch):
    """Puts a world in the place of the engine and the clock."""

    def put(world):
        monkeypatch.setattr(cost, "Run", world.run)
        monkeypatch.setattr(cost, "_load", lambda model: None)
        monkeypatch.setattr(cost, "CLOCK", lambda: world.now)
        for probe in PROBES:
            probe.cache.clear()
        return world

    yield put
    for probe in PROBES:
        probe.cache.clear()


def test_a_small_organisation_is_timed_as_it_is(made_up):
    scenario = Scenario.build(workers=100, weeks=5000, turbulence=0, aspects=12)
    world = made_up(World(later=3.0))
    found = cost.cost_of(scenario)
    expected = sum(world.week(scenario, week) for week in range(5000))
    assert found.seconds == pytest.approx(expected + world.start(scenario), rel=0.05)
    assert world.now < 0.5


@pytest.mark.parametrize(("growth", "aimed"), [(1.0, 1.0), (2.0, 1.0), (1.5, 1.0)])
def test_a_million_people_are_told_from_fewer(growth, aimed, made_up):
    scenario = Scenario.build(workers=1_000_000, weeks=50, turbulence=0, aspects=12, head_start=0)
    world = made_up(World(growth=growth, worker=1e-6 if growth == 1.0 else 1e-8))
    found = cost.cost_of(scenario)
    expected = 51 * world.people(scenario)
    assert expected / 2 < found.seconds < 2 * expected
    assert world.largest < 1_000_000
    assert world.now < 1.0, "seconds of the probe"


def test_what_comes_later_in_a_large_organisation_is_told_from_a_small_one(made_up):
    scenario = Scenario.build(workers=1_000_000, weeks=1000, turbulence=0, head_start=0)
    world = made_up(World(later=5.0))
    expected = world.people(scenario) * (100 + 900 * 5.0)
    assert expected / 2 < cost.cost_of(scenario).seconds < 2 * expected


def test_a_landscape_is_told_from_smaller_ones_and_its_changes_by_their_probability(made_up):
    scenario = Scenario.build(workers=12, communities=1, aspects=20, complexity=3, weeks=520, turbulence=10)
    world = made_up(World(practice=1e-7))
    found = cost.cost_of(scenario)
    assert found.changes == pytest.approx(520 * (1 - (1 - 10 / (52 * 20)) ** 20))
    assert found.change == pytest.approx(world.landscape(scenario), rel=0.01)
    assert found.seconds == pytest.approx(world.landscape(scenario) * (1 + found.changes), rel=0.05)
    assert world.now < 1.0 < world.landscape(scenario), "none as large was drawn"


def test_a_shock_is_one_change_more_if_it_changes_anything():
    still = {"turbulence": 0, "weeks": 10}
    changes = lambda **shock: cost.cost_of(Scenario.build(**still, **shock)).changes  # noqa: E731
    assert (changes(), changes(shock_week=5), changes(shock_week=5, shock_share=0.01)) == (0, 1, 0)


def test_a_head_start_is_told_from_a_few_steps(made_up):
    scenario = Scenario.build(workers=12, communities=1, outsiders=1000, head_start=1000, aspects=20, weeks=1)
    world = made_up(World(outsider=1e-5))
    assert cost.cost_of(scenario).start == pytest.approx(1000 * 1000 * 1e-5, rel=0.01)
    assert world.now < 0.5


def test_nothing_is_timed_before_the_model_is_compiled(made_up, monkeypatch):
    world, events = made_up(World()), []
    real = world.run
    monkeypatch.setattr(cost, "_load", lambda model: events.append("loaded"))
    monkeypatch.setattr(cost, "Run", lambda *given: events.append("run") or real(*given))
    cost.cost_of(Scenario.build())
    assert events[:2] == ["loaded", "run"]


def test_what_was_probed_is_kept_whatever_it_is_called_and_however_long_it_runs(made_up):
    world = made_up(World())
    cost.cost_of(Scenario.build(workers=500, weeks=100))
    runs = world.runs
    twice = cost.cost_of(Scenario.build(workers=500, weeks=200))
    assert world.runs == runs
    assert twice.weeks == pytest.approx(200 * 500e-6 * 12 / 20, rel=0.01)
    cost.cost_of(Scenario.build(workers=500, weeks=200, openness=0.7))
    assert world.runs > runs


def test_each_policy_counts_for_as_long_as_it_is_in_force(made_up, monkeypatch):
    plain = {"workers": 100, "turbulence": 0, "head_start": 0, "aspects": 20, "complexity": 1}
    changes = [{"week": 11, "openness": 1.0}, {"week": 31, "floor_networks": 0.25, "openness": 0.5}]
    scenario = Scenario.build(**plain, weeks=100, openness=0.5, interventions=changes)
    world = made_up(World())
    monkeypatch.setattr(world, "week", lambda one, _: 1e-4 * one.policy.openness)
    assert cost.cost_of(scenario).weeks == pytest.approx(1e-4 * (10 * 0.5 + 20 * 1.0 + 70 * 0.5), rel=0.01)


def test_many_scenarios_are_told_from_some(made_up):
    sizes = [100, 300, 1000, 3000, 10_000] * 20
    scenarios = [
        Scenario.build(workers=n, seek=k / 100, weeks=10, aspects=m, complexity=1, turbulence=52)
        for k, n, m in zip(count(), sizes, [8, 12, 14] * 34, strict=False)
    ]
    world = made_up(World(practice=1e-7))
    expected = [
        world.start(one) + 10 * world.people(one) + cost._changes(one) * world.landscape(one) for one in scenarios
    ]
    before = world.now
    assert np.mean(expected) / 2 < cost.seconds_of(scenarios) < 2 * np.mean(expected)
    assert world.now - before < 10


def test_a_probe_of_the_engine_gives_something_for_each_part():
    found = cost.cost_of(Scenario.build(workers=300, aspects=14, turbulence=20, weeks=30))
    assert found.start > 0
    assert found.weeks > 0
    assert found.change > 0
    assert found.seconds == found.start + found.weeks + found.change * found.changes
