"""The room Watch of a page, without a browser: what JavaScript makes of the module's memory is what Python makes."""

import base64
import json
import shutil
import subprocess

import numpy as np
import pytest

from sim import Run, Scenario
from sim.dashboard.watch import choices, frames, layout, tooltips
from sim.web.layout import layout as engine_layout
from sim.web.scripts import scripts as texts
from sim.web.shipped import module_of
from sim.web.tables import scenario_table
from sim.web.watch_tables import watch_tables

from ..waiting import LONGEST_WAIT

NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(NODE is None, reason="there is no Node")
SCRIPTS = (
    "memory",
    "engine",
    "numbers",
    "watch_constants",
    "watch_recorder",
    "watch_words",
    "watch_layout",
    "watch_player",
)
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
    "shock": (Scenario.build("closed_shop", "shock", workers=130, communities=9, shock_week=20, weeks=60), 8),
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
        file.write_text("\n".join([*(texts([name]) for name in SCRIPTS), BEGIN, script]), encoding="utf-8")
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
const course = Float32Array.from(rows.flat()).buffer
tell({pictures: pictures.map(base64), rows: base64(course), fields: recorder.layout.fields})
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
    seen = {"newcomer": 0, "news": 0, "bringer": 0, "origin": 0}
    for scenario, seed in CASES.values():
        where = frames.Layout(scenario)
        for picture in truth_of(scenario, seed)[0]:
            arrays = where.arrays(picture)
            seen["newcomer"] += int((arrays["flags"] & frames.NEWCOMER > 0).sum())
            seen["news"] += int((arrays["flags"] & frames.KNOWS_LATEST == 0).sum())
            seen["bringer"] += int((arrays["bringer"] >= 0).sum())
            seen["origin"] += int((arrays["origin"] >= 0).sum())
    assert min(seen.values()) > 20


WORDS = """
const {scenario, seed, weeks} = given, run = new Run(engine, scenario, seed)
const recorder = new Recorder(run, given.watch.fields)
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
    assert node("tell(given.counts.map(n => withCommas(String(n))))", counts=counts) == [f"{n:,}" for n in counts]


def test_sums_and_halves_are_those_of_numpy(node):
    """A float32 rarely tells them apart, but it may."""
    draw = np.random.default_rng(6)
    rows = [draw.random(n).tolist() for n in range(1, 121) for _ in range(5)]
    sums = node("tell(given.rows.map(row => sum(row)))", rows=rows)
    assert sums == [float(np.array([row, row]).sum(axis=1)[0]) for row in rows]
    numbers = [*(draw.integers(0, 511, 200) / 2).tolist(), *draw.normal(0, 90, 200).tolist()]
    assert node("tell(given.numbers.map(rint))", numbers=numbers) == np.rint(numbers).tolist()


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


# --- the player -------------------------------------------------------------------------------------------------------

PLAYED = """
const base64 = buffer => Buffer.from(buffer).toString('base64')
const shown = [], weeks = []
const {scenario, seed, watch} = given
const order = {scenario, seed, organisation: 4, speed: 100, fields: watch.fields, ...given.order}
const player = new Player(engine, order, bytes => {
  const numbers = new Int32Array(bytes.buffer.slice(0, 4 * HEADER.length))
  const head = Object.fromEntries(HEADER.map((name, k) => [name, numbers[k]]))
  weeks.push(head.week)
  shown.push({head, bytes: base64(bytes)})
  if (given.sees !== false) setTimeout(() => player.obey({do: 'seen', organisation: 4, frame: head.number}))
}, error => { throw error })
const last = () => shown[shown.length - 1]?.head ?? {}
const until = async condition => {
  for (const end = performance.now() + 60000; !condition();) {
    if (performance.now() > end) throw new Error(`waited in vain: ${condition}`)
    await new Promise(done => setTimeout(done, 2))
  }
}
"""


def playing(node, scenario, acts, **given):
    """The messages of a player that is told this, opened."""
    script = f"{PLAYED}\n;(async () => {{\n{acts}\nplayer.close()\ntell(shown.map(one => one.bytes))\n}})()"
    told = node(script, scenario=scenario_table(scenario), seed="1", **given)
    return [frames.opened(base64.b64decode(one)) for one in told]


def test_what_is_played_is_the_run_itself(node):
    shown = playing(
        node, SMALL, "player.obey({do: 'play', number: 1}); await until(() => last().week === 60 && !last().playing)"
    )
    pictures, rows = truth_of(SMALL, 1)
    for head, picture, course, words in shown:
        assert picture == pictures[head["week"]]
        np.testing.assert_array_equal(course, rows[: head["reached"]])
        assert words is None
        assert head["organisation"] == 4
    weeks = [head["week"] for head, *_ in shown]
    assert weeks == sorted(weeks)
    assert len(set(weeks)) > 3


@pytest.mark.parametrize("history", [1, 12_000_000])
def test_a_jump_shows_what_running_there_shows(node, history):
    """Also with room for two pictures, when going back computes everything again."""
    goals = [50, 7, 33, 0, 60, 59]
    acts = f"""
    let most = 0
    for (const [k, week] of {goals}.entries()) {{
      player.obey({{do: 'jump', week, number: k + 1}})
      await until(() => last().answers === k + 1 && last().week === week)
      most = Math.max(most, player.pictures.kept.size)
    }}
    if (most > Math.max(2, {history} / player.layout.size)) throw new Error('too many pictures are kept')"""
    shown = playing(node, SMALL, acts, order={"history": history})
    pictures, _ = truth_of(SMALL, 1)
    assert {head["week"] for head, *_ in shown} >= set(goals)
    assert all(picture == pictures[head["week"]] for head, picture, *_ in shown)


def test_steps_restart_and_a_pause_that_goes_back_to_what_was_seen(node):
    acts = """
    const stands = async (message, week) => {
      player.obey({number: player.answers + 1, ...message})
      await until(() => last().answers === player.answers && last().week === week && !last().playing)
    }
    await stands({do: 'step', weeks: 1}, 1)
    await stands({do: 'step', weeks: 2}, 3)
    await stands({do: 'step', weeks: -1}, 2)
    await stands({do: 'step', weeks: -9}, 0)
    await stands({do: 'jump', week: 1e9}, 60)
    await stands({do: 'restart'}, 0)
    player.obey({do: 'play', number: 50})
    await until(() => last().week > 20)
    await stands({do: 'pause', week: 15, number: 51}, 15)
    await stands({do: 'pick', kind: 'person', index: 0}, 15)
    player.obey({do: 'fly', number: 70})
    player.obey({do: 'jump', week: NaN, number: 71})
    player.obey({do: 'jump', week: 'x', number: 72})
    await stands({do: 'pick', kind: 'person', index: 1e6}, 15)"""
    shown = playing(node, SMALL, acts)
    after = [head for head, *_ in shown if head["answers"] >= 51]
    assert {(head["week"], head["playing"]) for head in after} == {(15, 0)}
    told = [words for head, *_, words in shown if head["answers"] == 52]
    assert told[-1]["title"].startswith("Person 1 ·")
    assert shown[-1][3] is None


def test_the_latest_picture_wins_and_none_is_queued(node):
    acts = """
    await until(() => shown.length === 1)
    player.obey({do: 'play', number: 1})
    await until(() => player.week === 60)
    if (shown.length !== PLAYER.AHEAD) throw new Error('pictures are queued')
    player.obey({do: 'seen', organisation: 3, frame: 1})
    player.obey({do: 'seen', organisation: 4, frame: 1})
    await until(() => shown.length === PLAYER.AHEAD + 1)"""
    shown = playing(node, SMALL, acts, sees=False)
    assert shown[-1][0]["week"] == 60


def test_a_player_that_sleeps_or_stands_still_does_nothing(node):
    """Not even a timer is left."""
    acts = """
    const rests = () => until(() => player.rested && player.lastSeen === player.number && !player.timer)
    await until(() => shown.length)
    await rests()
    player.obey({do: 'play', number: 1})
    await until(() => last().week > 3)
    player.obey({do: 'sleep'})
    await rests()
    const {week} = player
    player.obey({do: 'seen', organisation: 4, frame: player.number})
    await rests()
    if (player.week !== week) throw new Error('it plays in its sleep')
    player.obey({do: 'wake'})
    await until(() => last().week > week)"""
    assert playing(node, SMALL.replace(weeks=400), acts)


def test_numbers_that_are_typed_are_judged_as_in_the_dashboard(node):
    typed = ["", "many", "-3", "7", "8", " 120 ", "2001", "1e9", "12.5", "9" * 30, "٣٤", "+40", "007", "2000"]
    asked = "tell(given.typed.map(text => wholeNumber(text, 'Number of people', 8, 2000)))"
    script = texts(["watch"]) + asked
    for text, one in zip(typed, node(script, typed=typed), strict=True):
        assert (one["value"], one["problem"]) == choices.whole_number(text, "Number of people", 8, 2000), text
