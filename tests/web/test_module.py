"""The model as a WebAssembly module gives the histories of the engine, to the bit; run by Node."""

import base64
import hashlib

import numpy as np
import pytest

from sim.model.extensions import load_all
from sim.model.model import OURS, model_of
from sim.model.run import Run
from sim.scenario import Scenario, policy_names, world_names
from sim.web.layout import layout
from sim.web.shipped import RULES, module_of, shipped_file
from sim.web.tables import scenario_table

from ..random_scenarios import random_scenario
from .scripts import needs_node, run

HISTORIES = """
  const {createHash} = require('crypto')
  const engine = new Engine(new WebAssembly.Module(Buffer.from(given.module, 'base64')), given.layout)
  return given.cases.map(([scenario, seed]) => {
    const found = Float64Array.from(engine.history(scenario, seed), one => Number.isNaN(one) ? NaN : one)
    return createHash('sha256').update(Buffer.from(found.buffer)).digest('hex')
  })
"""
PARTS = """
  const engine = new Engine(new WebAssembly.Module(Buffer.from(given.module, 'base64')), given.layout)
  const whole = [...engine.history(given.scenario, 3)], run = new Run(engine, given.scenario, 3), parts = []
  for (const weeks of [1, 18, 0, 2, 40, 29]) parts.push(...run.advance(weeks))
  return [whole.length, whole.filter((one, k) => !Object.is(one, parts[k])).length, parts.length]
"""


def given(model, **more):
    """What scripts need to run a model."""
    return {"layout": layout(model), "module": base64.b64encode(module_of(model)).decode(), **more}


def in_node(model, cases):
    """Hashes of histories as the module gives them."""
    told = [[scenario_table(scenario), str(seed)] for scenario, seed in cases]
    return run(["memory", "engine"], HISTORIES, given(model, cases=told))


def in_engine(cases):
    """Hashes of histories as the engine gives them."""
    found = [Run(scenario, seed).advance(scenario.weeks) for scenario, seed in cases]
    return [hashlib.sha256(np.where(np.isnan(one), np.nan, one).astype("<f8").tobytes()).hexdigest() for one in found]


def assert_same(model, cases):
    names = [f"{scenario.policy.name} in {scenario.world.name}, seed {seed}" for scenario, seed in cases]
    there, here = in_node(model, cases), in_engine(cases)
    assert [name for name, one, other in zip(names, there, here, strict=True) if one != other] == []


@needs_node
def test_every_policy_in_every_world_under_five_seeds_is_the_same_to_the_bit():
    seeds = (1, 2, 3, 2**63 + 12345, 2**64 - 1)
    scenarios = [Scenario.build(policy, world) for policy in policy_names() for world in world_names()]
    assert_same(OURS, [(scenario, seed) for scenario in scenarios for seed in seeds])


@needs_node
def test_odd_sizes_and_corners_are_the_same_to_the_bit():
    cases = [(random_scenario(number), number) for number in range(60)]
    whole = [
        Scenario.build(workers=1000, weeks=30), Scenario.build(workers=2, team_size=2, communities=0, ties=0, weeks=60),
        Scenario.build(reality="blocks", aspects=200, block=1, weeks=40),
        Scenario.build(aspects=14, complexity=12, weeks=60),
        Scenario.build(memberships=3, communities=9, workers=61, weeks=60),
        Scenario.build(aspects=18, weeks=60),
    ]  # fmt: skip
    assert_same(OURS, [*cases, *((scenario, 7) for scenario in whole)])


@needs_node
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_the_second_version_is_the_same_to_the_bit():
    library = [Scenario.build(policy, "turbulent", mechanisms="version2") for policy in policy_names()]
    random = [random_scenario(number, switched=True) for number in range(40)]
    assert_same(OURS, [(scenario, 2**63 + number) for number, scenario in enumerate([*library, *random])])


CHANGES = [
    {"week": 1, "openness": 0.3},
    {"week": 20, "split_networks": 0.5, "split_communities": 0.2, "split_teams": 0.3},
    {"week": 20, "floor_teams": 0.25},
    {"week": 40, "policy": "closed_shop"},
    {"week": 60, "floor_networks": 0.4, "turnover": 3.0},
    {"week": 61, "pilot_first": True},
]


@needs_node
def test_dated_changes_are_the_same_to_the_bit():
    scenarios = [Scenario.build(workers=50, weeks=90, interventions=CHANGES[:k]) for k in range(1, len(CHANGES) + 1)]
    assert_same(OURS, [(scenario, seed) for scenario in scenarios for seed in (1, 2)])


@needs_node
def test_runs_in_parts_are_those_in_one_go():
    scenario = Scenario.build(workers=50, weeks=90, interventions=CHANGES)
    parts = run(["memory", "engine"], PARTS, given(OURS, scenario=scenario_table(scenario)))
    assert parts == [90 * len(OURS.measure_names), 0, 90 * len(OURS.measure_names)]


@needs_node
@pytest.mark.slow
def test_an_extension_travels_along_and_gives_the_same_bits():
    assert_extended(["mentoring"], mentoring=0.6)


def assert_extended(extensions, **changed):
    """That extensions do something, and the same in the module."""
    model = model_of(load_all(extensions))
    scenarios = [Scenario.build(name, with_=model.extensions, **changed) for name in ("balanced", "heads_down")]
    assert_same(model, [(scenario, seed) for scenario in scenarios for seed in (1, 2)])
    without = Scenario.build("balanced", with_=model.extensions)
    assert in_engine([(without, 1)]) != in_engine([(scenarios[0], 1)])


def test_the_module_of_our_rules_is_shipped():
    assert shipped_file().exists(), "python -m sim.web.shipped makes it"
    there = {one.name for one in shipped_file().parent.glob("*.wasm")}
    assert there == {shipped_file(of).name for of in RULES}
