"""The room Watch of a page, without a browser: what JavaScript makes of the module's memory is what Python makes."""

import base64
import json
import shutil
import subprocess

import numpy as np
import pytest

from sim import Run, Scenario
from sim.dashboard.watch import frames, layout, tooltips
from sim.present.html import as_it_is
from sim.web.layout import layout as engine_layout
from sim.web.page import scenario_table
from sim.web.shipped import module_of
from sim.web.watch_tables import watch_tables

from ..waiting import LONGEST_WAIT

NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(NODE is None, reason="there is no Node")
SCRIPTS = ("engine", "watch_constants", "watch_recorder", "watch_words", "watch_layout", "watch_player", "watch_link")
BEGIN = """
const fs = require('fs'), given = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'))
const tell = answer => fs.writeSync(1, JSON.stringify(answer))
takeConstants(given.watch)
const engine = given.module ? new Engine(new WebAssembly.Module(fs.readFileSync(given.module)), given.layout) : null
"""
SMALL = Scenario.build("balanced", "turbulent", workers=24, communities=3, memberships=2, weeks=60)
BLOCKS = SMALL.replace(world={"reality": "blocks", "aspects": 9, "block": 3, "turbulence": 20.0})
CHANGED = SMALL.replace(
    policy="triple_operating_system",
    interventions=[
        {"week": 5, "openness": 0.9, "turnover": 0.3},
        {"week": 20, "policy": "heads_down"},
        {"week": 20, "openness": 0.25},
        {"week": 41, "split_networks": 0.4, "split_communities": 0.3, "split_teams": 0.3},
    ],
)
CASES = {
    "small": (SMALL, 1),
    "blocks": (BLOCKS, 2),
    "changed": (CHANGED, 3),
    "whole": (Scenario.build("balanced", "turbulent", weeks=40), 2**63 + 12345),
    "alone": (SMALL.replace(communities=0), 5),
    "odd": (Scenario.build("heads_down", "complex", workers=67, aspects=17, complexity=5, team_size=9, weeks=30), 6),
    "few": (SMALL.replace(aspects=5, complexity=2, ties=0, memberships=1), 7),
    "shock": (Scenario.build("closed_shop", "shock", workers=130, communities=9, outsiders=3, shock_week=20, weeks=60), 8),
    "bytes": (BLOCKS.replace(aspects=16, block=1, turnover=1.0, turbulence=40.0), 9),
    "crowd": (Scenario.build("triple_operating_system", "turbulent", workers=500, weeks=12), 10),
}  # fmt: skip


@pytest.fixture(scope="session")
def node(tmp_path_factory):
    """Runs scripts of the room under Node; the answer, from JSON."""
    folder = tmp_path_factory.mktemp("node")
    model = SMALL.model
    wasm = folder / "model.wasm"
    wasm.write_bytes(module_of(model, lambda: None))

    def run(script, **given):
        data, file = folder / "given.json", folder / "script.js"
        common = {"module": str(wasm), "layout": engine_layout(model), "watch": watch_tables(model)}
        data.write_text(json.dumps({**common, **given}), encoding="utf-8")
        file.write_text("\n".join([*(as_it_is(f"web/{name}.js") for name in SCRIPTS), BEGIN, script]), encoding="utf-8")
        ended = subprocess.run([NODE, file, data], capture_output=True, text=True, timeout=LONGEST_WAIT, check=False)
        assert ended.returncode == 0, ended.stderr
        return json.loads(ended.stdout)

    return run


def truth_of(scenario, seed):
    """All pictures of a run, and its headlines."""
    recorder = frames.Recorder(Run(scenario, seed))
    pictures, rows = [recorder.picture()], []
    for _ in range(scenario.weeks):
        rows.append(recorder.advance()[frames.COLUMNS])
        pictures.append(recorder.picture())
    return pictures, np.array(rows, np.float32)


PICTURES = """
const {scenario, seed} = given, run = new Run(engine, scenario, seed), recorder = new Recorder(run, given.watch.fields)
const pictures = [recorder.picture()], rows = []
for (let week = 1; week <= scenario.weeks; week++) {
  rows.push(recorder.advance())
  pictures.push(recorder.picture())
}
const base64 = buffer => Buffer.from(buffer).toString('base64')
tell({pictures: pictures.map(base64), rows: base64(Float32Array.from(rows.flat()).buffer), fields: recorder.layout.fields})
"""


@pytest.mark.parametrize("name", CASES)
def test_pictures_are_those_of_python_to_the_byte(node, name):
    scenario, seed = CASES[name]
    made = node(PICTURES, scenario=scenario_table(scenario), seed=str(seed))
    pictures, rows = truth_of(scenario, seed)
    where = frames.Layout(scenario)
    assert made["fields"] == where.table()
    for week, (theirs, ours) in enumerate(zip(made["pictures"], pictures, strict=True)):
        found = base64.b64decode(theirs)
        if found != ours:
            a, b = where.arrays(found), where.arrays(ours)
            assert [field for field in a if a[field].tobytes() != b[field].tobytes()] == [], f"week {week}"
        assert found == ours
    assert base64.b64decode(made["rows"]) == rows.tobytes()


def test_cases_are_about_something():
    """Among the pictures are newcomers, news, ideas that somebody brought, and switches that came from a community."""
    seen = {"newcomer": 0, "news": 0, "bringer": 0, "origin": 0, "halves": 0}
    for scenario, seed in CASES.values():
        where = frames.Layout(scenario)
        for picture in truth_of(scenario, seed)[0]:
            arrays = where.arrays(picture)
            seen["newcomer"] += int((arrays["flags"] & frames.NEWCOMER > 0).sum())
            seen["news"] += int((arrays["flags"] & frames.KNOWS_LATEST == 0).sum())
            seen["bringer"] += int((arrays["bringer"] >= 0).sum())
            seen["origin"] += int((arrays["origin"] >= 0).sum())
    assert min(seen[name] for name in ("newcomer", "news", "bringer", "origin")) > 20


WORDS = """
const {scenario, seed, weeks} = given, run = new Run(engine, scenario, seed), recorder = new Recorder(run, given.watch.fields)
const told = []
for (const week of weeks) {
  while (run.week < week) recorder.advance()
  const arrays = recorder.layout.arrays(recorder.picture())
  for (const [kind, count] of given.kinds) {
    for (let index = -1; index <= count; index++) told.push(wordsAbout(arrays, {kind, index}, week, scenario))
  }
}
tell(told)
"""


@pytest.mark.parametrize("name", CASES)
def test_words_are_those_of_python(node, name):
    scenario, seed = CASES[name]
    weeks = [0, 1, 5, scenario.weeks // 2, scenario.weeks]
    kinds = [
        ("person", scenario.workforce.workers), ("team", scenario.teams), ("community", scenario.workforce.communities),
        ("aspect", 3),
    ]  # fmt: skip
    told = iter(node(WORDS, scenario=scenario_table(scenario), seed=str(seed), weeks=weeks, kinds=kinds))
    pictures, where = truth_of(scenario, seed)[0], frames.Layout(scenario)
    for week in weeks:
        arrays = where.arrays(pictures[week])
        for kind, count in kinds:
            for index in range(-1, count + 1):
                assert next(told) == json.loads(
                    json.dumps(tooltips.words_about(arrays, (kind, index), week, scenario))
                ), (week, kind, index)


def test_numbers_are_written_as_python_writes_them(node):
    draw = np.random.default_rng(4)
    numbers = [
        *draw.normal(0, 3, 2000), *draw.integers(-40, 40, 300) / 8, *draw.integers(0, 256, 300) / 255 * 100,
        *draw.integers(-2000, 2000, 500) / 200, 0.0, -0.0, 0.5, 1.5, 2.5, 0.25, 0.35, 0.125, 62.125, 1e-9, 99.5, 100.5,
    ]  # fmt: skip
    wrote = node("tell(given.numbers.map(x => [0, 1, 2].map(k => fixed(x, k))))", numbers=[float(x) for x in numbers])
    assert wrote == [[f"{x:.{k}f}" for k in range(3)] for x in numbers]
    counts = [0, 1, 999, 1000, 12345, 1234567]
    assert node("tell(given.counts.map(withCommas))", counts=counts) == [f"{n:,}" for n in counts]


def test_everything_stands_where_python_puts_it(node):
    sizes = [
        (workers, team_size, communities, outsiders)
        for workers in (8, 9, 23, 24, 67, 120, 200, 333, 500, 999, 2000)
        for team_size, communities, outsiders in ((8, 6, 30), (5, 0, 1), (8, 1, 61), (13, 7, 100), (3, 30, 2))
        if communities <= workers and team_size <= workers
    ]
    scenarios = [
        Scenario.build(workers=n, team_size=t, communities=c, outsiders=o, memberships=1, ties=4, weeks=1)
        for n, t, c, o in sizes
    ]
    placed = node(
        "tell(given.scenarios.map(one => stageOf(one, given.watch.stage)))",
        scenarios=[scenario_table(one) for one in scenarios],
    )
    for scenario, found in zip(scenarios, placed, strict=True):
        assert found == json.loads(json.dumps(layout.stage(scenario))), scenario.workforce
