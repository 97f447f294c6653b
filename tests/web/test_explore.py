"""What the room Explore of a page says and accepts, held against the Python of the dashboard over many random cases."""

import csv
import io
import json
import math
import random
import re

import numpy as np
import pytest

from sim import Intervention, Scenario, ScenarioError, compare
from sim.dashboard import explore_state, explore_view, exports, in_force, levers, narrative, session, url_state
from sim.dashboard.explore_state import Choices
from sim.dashboard.simulation_service import Answer
from sim.execution.histories import run_all
from sim.model.extensions import load_all
from sim.model.measures import Recovery
from sim.model.model import OURS, model_of
from sim.present import formatting
from sim.present.measures import DISPLAYS
from sim.scenario import PARAMETERS
from sim.scenario.library import policy_names, world_names
from sim.web.explore_tables import explore_tables
from sim.web.layout import layout
from sim.web.tables import scenario_table, tables

from ..random_scenarios import random_scenario
from .scripts import module_file, needs_node, run

pytestmark = needs_node
PURE = ("memory", "engine", "numbers", "statistics", "svg", "gate", "choices", "link", "words", "story")
READY = "const state = choicesOf(tables), links = linksOf(tables, state), words = wordsOf(tables, state);"
START = Choices()


@pytest.fixture(scope="module")
def page():
    """The tables of a page."""
    return all_tables(OURS)


def all_tables(model):
    return {**tables(model), "layout": layout(model), "explore": explore_tables(model)}


# Numbers


def random_numbers(count=4000):
    rng = random.Random(1)
    for _ in range(count):
        size = 10 ** rng.uniform(-7, 7)
        yield rng.choice([-1, 1]) * rng.choice(
            [size, round(size, rng.randint(0, 6)), rng.randint(0, 4000) / 2 ** rng.randint(0, 9)]
        )


def test_numbers_are_written_as_python_writes_them():
    values = [0.0, -0.0, 0.5, 1.5, 2.5, 0.125, 0.375, 1e16, 123456789.0, 1e-5, *random_numbers()]
    body = """return given.map(x => [floatText(x), general(x), [0, 1, 2, 3].map(d => fixed(x, d)),
      [0, 1, 2].map(d => formatNumber(x, d)), [0, 1].map(d => formatShare(x, d)), rounded(x, 4)])"""
    for value, found in zip(values, run(PURE, body, values), strict=True):
        assert found == [
            repr(value),
            f"{value:g}",
            [f"{value:.{d}f}" for d in range(4)],
            [formatting.format_number(value, d) for d in range(3)],
            [formatting.format_share(value, d) for d in range(2)],
            round(value, 4),
        ], value


def test_sums_are_those_of_numpy():
    rng = np.random.default_rng(1)
    values = [rng.random(n).tolist() for n in (1, 7, 8, 9, 13, 20, 100, 128, 129, 208, 257, 1000)]
    assert run(PURE, "return given.map(one => sum(one))", values) == [
        float(np.add.reduce(np.array(one))) for one in values
    ]


def test_numbers_with_intervals_are_told_as_in_the_dashboard(page):
    rng, cases = random.Random(2), []
    for measure in OURS.measure_names:
        for _ in range(40):
            size = 10 ** rng.uniform(-5, 1.5)
            mean, half = rng.choice([0.0, size, rng.random()]), rng.choice([0.0, size / 10, rng.random() / 100])
            gap = rng.choice([0.0, 1, -1]) * size
            cases.append({"measure": measure, "mean": mean, "high": mean + half, "difference": gap,
                          "difference_low": gap - half, "difference_high": gap + half})  # fmt: skip
    body = (
        READY
        + """return given.map(row => [words.formatValue(row.mean, row.measure),
      words.formatHalfWidth(row.high - row.mean, row.measure), words.formatGap(row)])"""
    )
    for row, found in zip(cases, run(PURE, body, cases, page), strict=True):
        half = formatting.format_half_width(row["high"] - row["mean"], row["measure"])
        assert found == [formatting.format_value(row["mean"], row["measure"]), half, formatting.format_gap(row)], row


# Sentences


def random_rows(count=60):
    rng = random.Random(3)
    for measure in OURS.measure_names:
        for _ in range(count):
            size = 10 ** rng.uniform(-4, 1) / DISPLAYS[measure].factor
            gap, half = rng.choice([-1, 0, 1]) * size, rng.choice([0.0, size * rng.random() * 2, math.nan])
            runs = rng.choice([4, 20])
            equal = rng.choice([runs, runs - 1, runs // 2]) if math.isnan(half) else 1
            yield {"measure": measure, "mean": rng.random(), "difference": gap, "difference_low": gap - half,
                   "difference_high": gap + half, "replicates": runs, "difference_equal": equal}  # fmt: skip


def test_differences_and_their_cost_are_told_in_the_same_words(page):
    rows = list(random_rows())
    bases = [row["mean"] - row["difference"] for row in rows]
    given = [
        [{key: None if value != value else value for key, value in row.items()}, base]
        for row, base in zip(rows, bases, strict=True)
    ]
    body = (
        READY
        + """return given.map(([row, base]) => {
      const read = Object.fromEntries(Object.entries(row).map(([key, value]) => [key, value === null ? NaN : value]))
      const ofPolicy = words.timeOfPolicy(row.mean / 10, Math.abs(base) / 10, 'C')
      return [words.difference(read, 'B', 'A'), words.timeInTeams(read, base, 'B'), ofPolicy]
    })"""
    )
    for row, base, found in zip(rows, bases, run(PURE, body, given, page), strict=True):
        assert found == [
            narrative.difference(row, "B", "A"),
            narrative.time_in_teams(row, base, "B"),
            narrative.time_of_policy(row["mean"] / 10, abs(base) / 10, "C"),
        ], row


class Shocked:
    """Two scenarios that took a shock in some way."""

    letters = "AB"

    def __init__(self, own, base):
        self.choices, self.both = self, (base, own)

    def recoveries(self, a):
        return [Recovery(*(math.nan if one is None else one for one in pair)) for pair in self.both[a]]


def test_what_a_shock_did_is_told_in_the_same_words(page):
    rng, cases = random.Random(7), []
    for _ in range(600):
        count, never, spread = rng.choice([2, 4, 20]), rng.choice([0, 0.1, 0.7, 1]), rng.choice([0, 1, 5, 30])
        one = lambda c=count, n=never, s=spread: [  # noqa: E731
            [round(rng.random(), 3), None if rng.random() < n else float(rng.randint(10, 10 + s))] for _ in range(c)
        ]
        cases.append([one(), rng.choice([one(), [], [[None, None]] * count])])
    body = (
        READY
        + """return given.map(both => {
      const read = both.map(of => of.map(([depth, weeks]) => ({depth: depth ?? NaN, weeks: weeks ?? NaN})))
      const answer = {letters: 'AB', recoveries: a => read[1 - a]}
      return [words.afterShock(answer, 0), words.afterShock(answer, 1)]
    })"""
    )
    for case, found in zip(cases, run(PURE, body, cases, page), strict=True):
        answer = Shocked(*case)
        assert found == [narrative.after_shock(answer, 0), narrative.after_shock(answer, 1)], case


# What is accepted, and what is said where it is not

TYPED = (
    "",
    " ",
    "x",
    "nan",
    "inf",
    "-inf",
    "1e400",
    "9" * 400,
    "0,5",
    "30 %",
    "30%",
    "1_0",
    "1e1",
    "+3",
    "-0",
    "0.333",
    "12.0",
    "true",
    "no",
)


def typed_for(rng, name):
    """Something that somebody may type for a parameter."""
    one = PARAMETERS[name]
    if rng.random() < 0.15:
        return rng.choice(TYPED)
    if one.kind == "bool":
        return rng.choice(["true", "false", "yes", "perhaps"])
    if one.kind == "choice":
        return rng.choice([*one.choices, "worst"])
    span = one.high - one.low
    if one.kind == "int":
        near = [rng.randint(one.low, min(one.high, one.low + 30)) for _ in range(2)]
        return str(rng.choice([one.low - 1, one.low, one.high, one.high + 1, rng.randint(one.low, one.high), *near]))
    value = rng.choice(
        [one.low, one.high, one.high + 0.1, one.low - 0.1, one.low + span * rng.random(), min(one.high, rng.random())]
    )
    return repr(rng.choice([value, round(value, 2), round(value, 6)]))


def random_events(count):
    """Steps on the left side, as the dashboard and the page know them."""
    rng = random.Random(4)
    pages = [name for name in PARAMETERS if not name.startswith(("split_", "shock_"))]
    rules = ["workers", "team_size", "communities", "ties", "memberships", "aspects", "complexity", "block", "reality",
             "hear_base", "hear_trust", "floor_networks", "floor_communities", "floor_teams"]  # fmt: skip
    for _ in range(count):
        what = rng.choice(
            ["lever"] * 8 + ["share"] * 3 + ["shock", "running", "policy", "world", "reset", "hold", "drop", "show"]
        )
        if what == "lever":
            name = rng.choice(pages + rules * 4)
            yield what, name, typed_for(rng, name)
        elif what == "share":
            name = rng.choice(explore_state.SPACES)
            yield what, name, typed_for(rng, f"split_{name}")
        elif what == "shock":
            name = rng.choice(["shock_week", "shock_share"])
            yield what, name, rng.choice([typed_for(rng, name), str(rng.randint(0, 260))])
        elif what == "running":
            name = rng.choice(["weeks", "runs", "seed"])
            numbers = {
                "weeks": [1, 60, 130, 260, 1040, 1041, 99999],
                "runs": [1, 2, 7, 100, 101],
                "seed": [-1, 0, 2**64 - 101, 2**64 - 100],
            }
            yield what, name, rng.choice([*map(str, numbers[name]), "x", "1e3", " 50 "])
        else:
            names = {"policy": policy_names(), "world": world_names()}.get(what, ("0", "1", "2", "3"))
            yield what, what, rng.choice(names)


AT_THE_EDGE = [
    ("reset", "reset", ""), ("world", "world", "stable"), ("running", "weeks", "260"), ("lever", "workers", "20"),
    *(("lever", name, str(value)) for name in ("ties", "team_size", "communities") for value in (19, 20, 21, 5)),
    *(("lever", "memberships", str(value)) for value in (5, 6)), ("lever", "communities", "0"),
    ("lever", "communities", "3"), *(("lever", "complexity", str(value)) for value in (11, 12, 4)),
    *(("lever", "aspects", str(value)) for value in (4, 5, 14, 15)), ("lever", "reality", "blocks"),
    ("lever", "block", "5"), ("lever", "aspects", "15"), ("lever", "reality", "rugged"), ("lever", "aspects", "21"),
    ("lever", "reality", "rugged"), ("shock", "shock_week", "100"), ("running", "weeks", "100"),
    ("running", "weeks", "99"), ("lever", "hear_base", "0.5"), ("lever", "hear_trust", "0.5"),
    ("lever", "hear_trust", "0.51"),
    *(("lever", "floor_teams", one) for one in ("0.6", "0.61")), *(("share", "teams", one) for one in ("0.5", "0.6")),
]  # fmt: skip


def python_steps(events):
    """The session after each of some steps."""
    now = session.Session()
    for what, name, given in events:
        if what in ("hold", "drop", "show"):
            change = {"hold": explore_state.hold, "drop": lambda c, k=int(given): explore_state.drop(c, k),
                      "show": lambda c, k=int(given): explore_state.show(c, k)}[what]  # fmt: skip
            now = session.changed(now, "hold", change)
        else:
            now = levers.moved(now, {"what": what, "name": name, "value": given})
        yield now


STEPS = (
    READY
    + """
  let now = state.start(), refused = {}
  return given.map(([what, name, value]) => {
    const place = {share: `split_${name}`, hold: 'hold', drop: 'hold', show: 'hold'}[what] || name
    const change = {
      lever: one => state.withLever(one, name, value), share: one => state.withShare(one, name, value),
      shock: one => state.withShock(one, name, value), policy: one => state.withPreset(one, 'policy', value),
      world: one => state.withPreset(one, 'world', value), reset: one => state.reset(one), hold: one => state.hold(one),
      drop: one => state.drop(one, Number(value)), show: one => state.show(one, Number(value)),
      running: one => ({weeks: state.withWeeks, runs: state.withRuns, seed: state.withSeed})[name](one, value),
    }[what]
    let said = ''
    try { now = change(now) } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal
      said = state.sentence(now, place, value, refusal)
    }
    return [links.toQuery(now), said, now.scenarios.map(state.nameOf), state.notes(state.active(now))]
  })
"""
)
OWN_WORDS = re.compile(r"(\w+ = .*: (allowed are |true or false))|(after the )|(the three shares must)")
"""What the gate says of words and switches, which the page cannot be given by its fields."""


def test_what_python_accepts_is_accepted_and_what_it_refuses_is_refused_with_the_same_sentence(page):
    events = [*AT_THE_EDGE, *random_events(3000)]
    refused = 0
    for event, now, found in zip(events, python_steps(events), run(PURE, STEPS, events, page), strict=True):
        query, said, names, notes = found
        place = {"share": f"split_{event[1]}", "drop": "hold", "show": "hold"}.get(event[0], event[1])
        wanted = now.refused.get(place, ("", ""))[1] if said else ""
        refused += bool(said)
        if not OWN_WORDS.match(wanted):
            assert said == wanted, event
        assert query == url_state.to_query(now.choices), event
        assert names == [explore_state.name_of(one) for one in now.choices.scenarios], event
        assert notes == now.choices.active.notes(), event
    assert 500 < refused < 2500, "both happen often"


# Links


def random_choices(count):
    rng = random.Random(5)
    for number in range(count):
        scenarios = [random_scenario(rng.randint(0, 10**6)) for _ in range(rng.randint(1, 4))]
        if rng.random() < 0.5:
            preset = Scenario.build(
                rng.choice(policy_names()), rng.choice(world_names()), weeks=60, shock_week=0,
                interventions=[Intervention(rng.randint(1, 60), policy=rng.choice(policy_names()), hurdle=0.2),
                               {"week": rng.randint(1, 60), "openness": round(rng.random(), 3), "pilot_first": True}],
            )  # fmt: skip
            own = preset.replace(
                policy={**dict(preset.policy), "name": f"Plan & b=c~d: <é>% {number}", "about": "two\nlines, “one”'s"}
            )
            scenarios[0] = rng.choice([preset, own])
        yield explore_state.checked(
            scenarios, rng.randrange(len(scenarios)), rng.choice([2, 20, 77]), rng.choice([1, 0, 2**64 - 101])
        )


READ = (
    READY
    + """return given.map(query => {
  const {choices, problems} = links.fromQuery(query)
  const {scenarios} = choices
  return [links.toQuery(choices), problems, scenarios.map(links.keyOfScenario), scenarios.map(one => links.toToml(one))]
})"""
)


def test_links_of_the_dashboard_are_read_and_written_as_they_are(page):
    chosen = list(random_choices(150))
    queries = [url_state.to_query(one) for one in chosen]
    for one, query, found in zip(chosen, queries, run(PURE, READ, queries, page), strict=True):
        again, problems, keys, files = found
        assert problems == []
        assert again == query
        assert keys == [scenario.key for scenario in one.scenarios]
        assert files == [scenario.to_toml(beside=True) for scenario in one.scenarios]


def test_a_link_that_is_broken_says_so_and_gives_what_python_reads(page):
    whole = url_state.to_query(next(iter(random_choices(1))))
    short = url_state.to_query(explore_state.with_lever(explore_state.hold(START), "hurdle", "0.125"))
    cut = [short[:length] for length in range(1, len(short))]
    forged = [
        "a=nobody~turbulent",
        "a=balanced",
        "a=balanced~turbulent~workers:1000000000",
        "a=balanced~turbulent~wrokers:100",
        "a=balanced~turbulent~at5.0.hurdle:9",
        "a=balanced~turbulent&runs=-3",
        "a=../../etc/passwd~x.toml",
        "q=1",
        "a=%ff%00~%00",
        "a=" + "x" * 40_000,
        "a=Heads-Down~STABLE",
        "a=balanced~turbulent&runs=7&seed=x",
        "a=balanced~turbulent&weeks=5000",
        "a=balanced~turbulent&weeks=60&b=balanced~shock",
        "a=balanced~turbulent~at5.0.policy:nobody",
        "on=d&a=balanced~stable",
        "a=balanced~turbulent~at5.0.split_teams:0.9",
        "a=balanced~turbulent~at5.0.policy:heads_down~at5.0.hurdle:0.5",
        "a=balanced~turbulent~at300.0.hurdle:0.5",
        "a=balanced~turbulent~atx.hurdle:0.5",
        "a=balanced~turbulent~aspects:20",
        "a=balanced~turbulent~policy.name:" + "y" * 101,
        "a=balanced~turbulent~hurdle",
        "a=balanced~turbulent~workers:12.5",
        "a=balanced~turbulent~imitation:worst",
        "a=balanced~turbulent~pilot_first:perhaps",
        "A=balanced~turbulent",
        "a=&b=balanced~stable",
        "a=balanced~turbulent~at5.0.week:7",
        whole.replace("check=", "check=0"),
    ]
    queries = [*cut, *forged]
    for query, found in zip(queries, run(PURE, READ, queries, page), strict=True):
        reading = url_state.from_query(query)
        assert found[0] == url_state.to_query(reading.choices), query
        assert len(found[1]) == len(reading.problems), (query, found[1], reading.problems)
        assert all(one.startswith(("The link", "Scenario ")) for one in found[1]), found[1]


# Dated changes


def test_dated_changes_are_those_of_python(page):
    rng, steps = random.Random(6), []
    for _ in range(800):
        what = rng.choice(
            [
                f"policy:{rng.choice(policy_names())}",
                f"share:{rng.choice(explore_state.SPACES)}",
                *OURS.levers[3:],
                *OURS.levers[3:6],
            ]
        )
        name = f"split_{what[6:]}" if what.startswith("share:") else what if what in PARAMETERS else "openness"
        steps.append(
            [rng.choice(["0", "1", "53", "260", "261", "x", "130"]), what, typed_for(rng, name), rng.random() < 0.2]
        )
    body = (
        READY
        + """
      let now = state.start()
      return given.map(([week, what, value, remove]) => {
        let said = ''
        try { now = remove ? state.withoutDated(now, 0) : state.withDated(now, week, what, value) } catch (refusal) {
          if (!(refusal instanceof Refusal)) throw refusal
          said = refusal.said('')
        }
        return [said, links.toQuery(now), state.active(now).interventions.map(state.datedText), state.active(now)]
      })"""
    )
    found = run(PURE, body, steps, page)
    assert 100 < sum(bool(said) for said, *_ in found) < 700
    for step, (said, query, texts, table) in zip(steps, found, strict=True):
        reading = url_state.from_query(query)
        assert reading.problems == (), step
        assert len(texts) == len(reading.choices.active.interventions)
        assert scenario_table(reading.choices.active)["interventions"] == table["interventions"]
        assert all(text and text == text.strip() for text in texts)
        assert not said or said[0].isupper(), said


@pytest.mark.parametrize(
    ("week", "what", "value", "said"),
    [
        ("0", "openness", "0.5", "Week must be between 1 and 260."),
        ("x", "openness", "0.5", "Week must be a whole number between 1 and 260."),
        ("53", "openness", "2", "Openness must be between 0 and 1."),
        ("53", "hurdle", "", "Hurdle must be a number between 0 and 1."),
        ("53", "share:teams", "1.5", "Share for teams must be between 0 and 1."),
        ("53", "pilot_first", "perhaps", "Pilot first must be true or false."),
        ("53", "openness", "0.5", ""),
    ],
)
def test_a_dated_change_that_cannot_be_says_why(page, week, what, value, said):
    body = (
        READY
        + """try { state.withDated(state.start(), ...given); return '' } catch (refusal) { return refusal.said('') }"""
    )
    assert run(PURE, body, [week, what, value], page) == said


# Answers: numbers, sentences, charts and files

ANSWER = (
    READY
    + """
  const engine = new Engine(new WebAssembly.Module(require('fs').readFileSync(given.module)), tables.layout)
  const told = storyOf(tables, state, words), known = ([key, value]) => [key, Number.isNaN(value) ? null : value]
  return given.cases.map(query => {
    const {choices} = links.fromQuery(query), seeds = state.seedsOf(choices)
    const histories = choices.scenarios.map(one => seeds.map(seed => engine.history(one, seed)))
    const answer = new Answer(tables, state, choices, histories, choices.scenarios.map(links.keyOfScenario))
    return {
      table: answer.table.map(of => of.map(row => Object.entries(row).map(known))),
      story: told.story(answer), comparison: told.comparison(answer), afterwards: told.afterwards(answer),
      csv: told.summaryCsv(answer), weekly: [...told.weeklyCsv(answer)].join(''),
    }
  })
"""
)


def answered(choices):
    return Answer(choices, choices.seeds, run_all(choices.scenarios, choices.seeds))


def cases():
    """Choices of many kinds, each small enough to be run here."""
    small = {"workers": 40, "weeks": 80}
    shocked = [
        Scenario.build(one, shock_week=30, shock_share=0.6, **small)
        for one in ("heads_down", "triple_operating_system")
    ]
    dated = Scenario.build(
        interventions=[Intervention(20, policy="closed_shop"), Intervention(40, openness=0.9, pilot_first=True)],
        **small,
    )
    still = Scenario.build("heads_down", "stable", workers=12, weeks=60, turbulence=0)
    yield Choices((Scenario.build(**small),), replicates=8)
    yield Choices((*shocked, dated.replace(shock_week=30)), at=1, replicates=12, seed=7)
    yield Choices(
        (Scenario.build(**small), dated, Scenario.build("open_networks", **small), Scenario.build(**small)),
        replicates=5,
    )
    yield Choices((still, still.replace(hurdle=0.5)), replicates=4)
    yield Choices(
        (Scenario.build("twenty_percent_time", "complex"), Scenario.build("command_and_control", "complex")),
        replicates=20,
    )
    yield Choices(
        (Scenario.build(workers=30, weeks=520), Scenario.build("pilot_first", workers=30, weeks=520)), replicates=3
    )
    yield Choices((Scenario.build(workers=30, weeks=3), Scenario.build(workers=30, weeks=3, hurdle=0.5)), replicates=2)
    yield Choices(tuple(random_scenario(k) for k in (3, 8)), replicates=6)
    yield Choices(tuple(random_scenario(k) for k in (1, 4, 5, 6)), replicates=6, seed=2**63)


def plain(html):
    """HTML without what makes no difference: white space between elements, and the point of whole numbers."""
    text = re.sub(r"\s*\n\s*", "\n", re.sub(r">\s+<", "><", str(html)).strip())
    text = re.sub(r"(?<=[\"\s,])(-?\d+)\.0(?=[\"\s,])", r"\1", text)
    return re.sub(r">\s+|\s+<", lambda found: found[0].strip(), text)


def check_answers(chosen, page, folder, model=OURS):
    given = {"module": module_file(model, folder), "cases": [url_state.to_query(one) for one in chosen]}
    for choices, found in zip(chosen, run(PURE, ANSWER, given, page), strict=True):
        answer = answered(choices)
        rows = iter(answer.summary.to_dict("records"))
        table = compare(*choices.scenarios, seeds=choices.seeds)
        assert table.to_dict("list").keys() <= answer.summary.to_dict("list").keys()
        for of in found["table"]:
            for pairs in of:
                row, wanted = dict(pairs), next(rows)
                assert row == {key: None if wanted[key] != wanted[key] else wanted[key] for key in row}
        for part, made in (
            ("story", explore_view.story),
            ("comparison", explore_view.comparison),
            ("afterwards", explore_view.recovery),
        ):
            assert plain(found[part]) == plain(made(answer)), part
        assert found["csv"].encode() == exports.as_csv(answer)
        weekly = list(csv.reader(io.StringIO(found["weekly"])))
        assert len(weekly) == 1 + len(choices.scenarios) * choices.replicates * choices.weeks
        last = answer.results[-1, -1, -1]
        assert weekly[-1][5] == str(choices.weeks)
        assert weekly[-1][4] == str(choices.seeds[-1])
        assert np.array_equal([float(one or "nan") for one in weekly[-1][6:]], last, equal_nan=True)


def test_answers_are_those_of_python_to_the_last_digit(page, tmp_path):
    """Every number of the table, every sentence, every point of the charts, and the file."""
    check_answers(list(cases()), page, tmp_path)


@pytest.mark.slow
def test_an_extension_has_its_levers_and_the_same_answers(tmp_path, monkeypatch):
    extensions = load_all("mentoring")
    monkeypatch.setattr(in_force, "_EXTENSIONS", list(extensions))
    small = {"workers": 40, "weeks": 80, "with_": extensions}
    dated = Scenario.build(
        interventions=[Intervention(20, policy="closed_shop", mentoring=0.3, with_=extensions)], **small
    )
    chosen = [Choices((Scenario.build(**small), Scenario.build(mentoring=0.5, **small), dated), replicates=6)]
    page = all_tables(model_of(extensions))
    group = page["explore"]["groups"][0]
    assert group == {"title": "Extensions", "first": ["mentoring", "price_mentoring"], "more": []}
    check_answers(chosen, page, tmp_path, model_of(extensions))
    queries = [url_state.to_query(one) for one in chosen]
    ((again, problems, keys, files),) = run(PURE, READ, queries, page)
    assert (again, problems) == (queries[0], [])
    assert keys == [one.key for one in chosen[0].scenarios]
    assert files == [one.to_toml(beside=True) for one in chosen[0].scenarios]


# Tables


def test_every_parameter_has_its_place_once(page):
    shown = [name for group in page["explore"]["groups"] for name in (*group["first"], *group["more"])]
    assert sorted(
        [*shown, "split_networks", "split_communities", "split_teams", "shock_week", "shock_share"]
    ) == sorted(PARAMETERS)


def test_the_tables_are_plain_json(page):
    assert json.loads(json.dumps(page, allow_nan=False)).keys() == page.keys()


def test_a_share_of_many_digits_is_accepted():
    """Whose two others were once rounded so that the three did not sum to 1."""
    assert explore_state.with_share(START, "teams", "0.123456").active.policy.split_teams == 0.123456


def test_a_dated_policy_of_the_library_beside_an_extension_can_be_linked_to():
    one = Scenario.build(with_="mentoring", interventions=[Intervention(20, policy="heads_down", with_="mentoring")])
    assert "at20.0.policy:heads_down&" in url_state.to_query(Choices((one,)))


def test_refusals_are_scenario_errors_in_python_too():
    with pytest.raises(ScenarioError):
        explore_state.with_share(START, "teams", "2")
