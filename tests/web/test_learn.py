"""What the room Learn of a page computes, says and draws, held against the Python of the dashboard under Node."""

import dataclasses
import json
import random
import re

import numpy as np
import pytest

from sim.classics.barkoczi_galesic2016 import barkoczi_galesic2016
from sim.classics.march1991 import march1991
from sim.dashboard import refusals
from sim.dashboard.explore_state import Choices, with_lever, with_share
from sim.dashboard.learn import lesson_figures, pages, runs, telling
from sim.dashboard.learn.lessons import LESSONS
from sim.dashboard.learn.results import LessonResults
from sim.dashboard.learn.telling import PLACE, By, Overtaking, Telling
from sim.errors import ScenarioError
from sim.model.measures import warm_up
from sim.model.model import OURS
from sim.present.measures import DISPLAYS
from sim.scenario import Scenario
from sim.web import classics
from sim.web.explore_tables import explore_tables
from sim.web.layout import layout
from sim.web.learn_tables import learn_tables
from sim.web.shipped import classics_module
from sim.web.tables import tables

from .scripts import module_file, needs_node, run

SAID = ("numbers", "statistics", "svg", "gate", "choices", "link", "learn_said", "learn_figures", "learn_settings")
ALL = pytest.mark.parametrize("name", list(LESSONS))
DRAWN = [50, 55, 60, 40, 10, 20, 80, 90, 100, 0, 35]
# What is changed beyond what the dashboard offers: levers of the lesson, and any others, in all conditions or in one.
CHANGED = {
    "two_models": ({"turbulence": 7.5}, [("openness", 0.9, ""), ("workers", 60, "neither"), ("split_teams", 0.5, "")]),
    "too_busy": ({"sensitivity": 11.0, "world": "complex"}, [("weeks", 150, ""), ("hurdle", 0.1, "rewards")]),
    "middle_ground": ({"complexity": 2, "sponsorship": 0.8}, [("policy", "closed_shop", "none"), ("noise", 0.2, "")]),
    "less_connection": (
        {"complexity": 5, "sample": 4},
        [("agents", 40, ""), ("network", "small world", "full_most"), ("bits", 10, ""), ("periods", 60, "")],
    ),
    "coherence": (
        {"turbulence": 1.25},
        [("pilot_first", True, "both"), ("reality", "blocks", ""), ("team_size", 5, "")],
    ),
    "slow_learners": ({"p2": 0.3, "turnover": 0.02}, [("turbulence", 0.1, "slow"), ("rules", "text", "")]),
}


@pytest.fixture(scope="module")
def page():
    """The tables of a page."""
    return {**tables(OURS), "layout": layout(OURS), "explore": explore_tables(OURS), "learn": learn_tables(OURS)}


@pytest.fixture(scope="module")
def modules(tmp_path_factory):
    """The files of both modules."""
    folder = tmp_path_factory.mktemp("modules")
    (folder / "classics.wasm").write_bytes(classics_module())
    return {"organisation": module_file(OURS, folder), "classics": str(folder / "classics.wasm")}


def in_python(lesson, seed, levers, changes):
    """The results of a lesson with anything changed, without the bounds of what the dashboard offers."""
    settings = runs.settings_of(lesson)
    for key, setting in settings.items():
        mine = {name: value for where in ("", key) for name, value, place in changes if place == where}
        settings[key] = {**setting, **levers, **mine}
        if lesson.model == "organisation" and "split_teams" in mine:
            scenario = Scenario.build(**{name: value for name, value in settings[key].items() if name != "split_teams"})
            settings[key] |= dict(with_share(Choices((scenario,)), "teams", mine["split_teams"]).active.policy)
            settings[key].pop("name"), settings[key].pop("about")
    seeds = runs.seeds_of(lesson, seed)
    courses = {key: runs.MODELS[lesson.model](setting, seeds) for key, setting in settings.items()}
    points = next(iter(next(iter(courses.values())).values())).shape[1]
    span = runs.span_of(lesson)
    skip = warm_up(points) if lesson.model == "organisation" else -1
    return LessonResults({one.key: one.label for one in lesson.conditions}, courses, span.axis, span.start, skip)


# What a lesson gives in a page: given = {name, cases: [[class, levers, changes]], wasm, drawn}.
PLAYED = """
const settings = settingsOf({tables}), figures = figuresOf(tables.learn)
const lesson = tables.learn.lessons.find(one => one.name === given.name), {bet} = lesson
const organisations = lesson.model === 'organisation'
const module = new WebAssembly.Module(require('fs').readFileSync(given.wasm))
const engine = new Engine(module, organisations ? tables.layout : tables.learn.classics.layout)
const count = (bet.high - bet.low) / bet.step + 1
const bets = bet.options.length ? bet.options.map(one => one.key)
  : Array.from({length: count}, (_, k) => bet.low + k * bet.step)
return given.cases.map(([number, levers, changes]) => {
  const play = {levers, changes: changes.map(([name, given, where]) => ({name, given, where}))}
  const scenarios = settings.scenariosOf(lesson, play), seeds = settings.seedsOf(lesson, number)
  const histories = scenarios.map(one => seeds.map(seed => engine.history(one, String(seed))))
  const found = settings.resultsOf(lesson, scenarios, histories, seeds.length)
  const valuesOf = key => lesson.table.map(name => [found.mean(key, name), found.half(key, name)])
  const [came, explain, trial] = [lesson.found, lesson.explain, lesson.trial].map(one => telling(one, found))
  return {
    values: Object.keys(found.labels).map(valuesOf), found: came, explain, trial,
    judged: bets.map(one => judged(lesson, found, one)), truth: lesson.bet.right ? [truthOf(lesson, found)] : [],
    sketched: sketched(lesson, found, given.drawn), figures: figures.all(lesson, found, '', 0, given.drawn),
    last: lesson.diagrams ? figures.diagrams(found, lesson.conditions.at(-1).key, figures.years(found).length - 1) : '',
    course: lesson.charts.map(name => courseOf(found, lesson.conditions[0].key, name)),
  }
})
"""


def played(page, modules, name, cases):
    lesson = LESSONS[name]
    engine, wasm = ("engine", "organisation") if lesson.model == "organisation" else ("classics", "classics")
    given = {"name": name, "cases": cases, "wasm": modules[wasm], "drawn": DRAWN}
    return run(("memory", engine, *SAID), PLAYED, given, page)


def plain(markup):
    """Markup without what makes no difference: blanks between elements, and tenths that are none."""
    joined = re.sub(r">\s+", ">", re.sub(r"\s+<", "<", str(markup)))
    return re.sub(r"(?<=\d)\.0(?=[\" ,])", "", joined)


@pytest.mark.slow
@needs_node
@ALL
def test_a_page_finds_says_and_draws_what_the_dashboard_does(page, modules, name):
    lesson, (levers, changes) = LESSONS[name], CHANGED[name]
    cases = [(1, {}, []), (2, {}, []), (2, levers, changes)]
    for (seed, some, others), got in zip(cases, played(page, modules, name, cases), strict=True):
        found = in_python(lesson, seed, some, others)
        numbers = [[[found.mean(key, one), found.half(key, one)] for one in lesson.table] for key in found.labels]
        assert json.loads(json.dumps(got["values"])) == json.loads(json.dumps(numbers).replace("NaN", "null"))
        assert got["found"] == list(lesson.found(found))
        assert got["explain"] == list(lesson.explain(found))
        assert got["trial"] == list(lesson.trial(found))
        assert got["judged"] == [pages.judged(lesson, found, bet) for bet in lesson.bet.values]
        assert got["truth"] == (list(lesson.bet.right(found)) if lesson.bet.right else [])
        assert got["sketched"] == pages.sketched(lesson, found, DRAWN)
        assert plain(got["figures"]) == plain(pages.figures(lesson, found, drawn=DRAWN))
        for measure, course in zip(lesson.charts, got["course"], strict=True):
            came = lesson_figures.course_of(found, lesson.conditions[0].key, measure)
            assert [[one[part] for one in course] for part in came._fields] == [list(part) for part in came]
        if lesson.diagrams:
            last = len(lesson_figures.years(found)) - 1
            assert plain(got["last"]) == plain(pages.diagrams(found, lesson.conditions[-1].key, last))


# What lessons are made of


def pieces(piece):
    """All texts of a piece, with what stands for a number in each."""
    if isinstance(piece, Telling):
        piece = piece.pieces
    if isinstance(piece, tuple):
        return [text for one in piece for text in pieces(one)]
    if isinstance(piece, By):
        return [text for one in (piece.more, piece.same, piece.less) for text in pieces(one)]
    return [piece.text if isinstance(piece, Overtaking) else piece]


@ALL
def test_every_place_in_a_text_stands_for_something(name):
    lesson = LESSONS[name]
    conditions = {one.key for one in lesson.conditions}
    for part in (lesson.found, lesson.explain, lesson.trial):
        for text in pieces(part):
            assert text.count("{") == len(PLACE.findall(text)) == text.count("}")
            for place in PLACE.findall(text):
                words = place.split()
                if words[0] == "compared":
                    assert set(words[1:3]) <= conditions, place
                    assert words[3] in DISPLAYS
                elif len(words) > 1 and words[0] != "point":
                    assert words[0] in conditions, place
                    assert words[1] in DISPLAYS


def test_what_a_lesson_says_is_data():
    """All of it survives a page: nothing is left that JSON does not hold."""
    for lesson in LESSONS.values():
        for part in (lesson.found, lesson.explain, lesson.trial, lesson.bet.right, lesson.bet.actual):
            assert json.loads(json.dumps(telling.data(part))) if part else True
        for field in dataclasses.fields(lesson):
            assert not callable(getattr(lesson, field.name)) or isinstance(getattr(lesson, field.name), Telling)


def random_results(rng, conditions, measures, points):
    """Courses of a few seeds: some alike, some constant, some far apart."""
    labels = {key: f"The “{key}” & Co" for key in conditions}
    courses = {}
    for key in conditions:
        level, noise = rng.choice([0.0, 0.3, 0.31, 0.7]), rng.choice([0.0, 0.001, 0.1, 0.4])
        courses[key] = {
            one: level + noise * np.array([[rng.random() for _ in range(points)] for _ in range(6)]) for one in measures
        }
        if rng.random() < 0.2:
            for course in courses[key].values():
                course[1:] = course[0]
    return LessonResults(labels, courses, "round", 0, rng.choice([-1, 0, 3]))


@needs_node
@ALL
def test_what_is_said_fits_every_outcome_in_a_page_too(page, name):
    lesson, rng, cases, expected = LESSONS[name], random.Random(name), [], []
    measures = sorted(
        {*DISPLAYS}
        & set(
            re.findall(
                r"\w+",
                repr(
                    [
                        telling.data(part)
                        for part in (lesson.found, lesson.explain, lesson.trial, lesson.bet.right, lesson.bet.actual)
                    ]
                ),
            )
        )
    )
    for _ in range(150):
        found = random_results(rng, [one.key for one in lesson.conditions], measures, rng.choice([4, 9, 40]))
        courses = {key: {one: course.tolist() for one, course in of.items()} for key, of in found.courses.items()}
        cases.append([found.labels, courses, found.skip])
        expected.append(
            [list(lesson.found(found)), list(lesson.explain(found)), list(lesson.trial(found)),
             [pages.judged(lesson, found, bet) for bet in lesson.bet.values]]
        )  # fmt: skip
    body = """const lesson = tables.learn.lessons.find(one => one.name === given.name)
    return given.cases.map(([labels, courses, skip]) => {
      const table = {...tables.learn, quantiles: tables.quantiles}
      const found = new Results(table, labels, courses, {axis: 'round', start: 0, skip})
      const bets = given.bets.map(one => judged(lesson, found, one))
      return [...[lesson.found, lesson.explain, lesson.trial].map(one => telling(one, found)), bets]
    })"""
    got = run(("memory", "engine", *SAID), body, {"name": name, "cases": cases, "bets": list(lesson.bet.values)}, page)
    assert got == expected
    assert len({json.dumps(one) for one in got}) > 20, "all the same would say nothing"


@needs_node
@ALL
def test_the_chart_to_draw_in_is_that_of_the_dashboard(page, name):
    body = """const lesson = tables.learn.lessons.find(one => one.name === given)
    return figuresOf(tables.learn).sketch(lesson, lesson.span)"""
    assert plain(run(("memory", "engine", *SAID), body, name, page)) == plain(pages.sketch(LESSONS[name]))


# What may be changed


GIVEN = {
    "organisation": [
        "0",
        "1",
        "0.5",
        "7",
        "-3",
        "2000",
        "2001",
        "100000",
        "many",
        "",
        "0,3",
        "30 %",
        "1e3",
        "12.5",
        "nan",
        "200",
    ],
}


@needs_node
def test_what_is_refused_in_a_page_is_refused_in_the_same_words(page):
    lesson = LESSONS["two_models"]
    names = [name for name, one in OURS.parameters.items() if one.low is not None and not name.startswith("split_")]
    cases, expected = [(name, text) for name in names for text in GIVEN["organisation"]], []
    choices = Choices((Scenario.build(**runs.settings_of(lesson)["whole"]),))
    for name, text in cases:
        try:
            with_lever(choices, name, text)
            expected.append("")
        except ScenarioError as error:
            expected.append(refusals.sentence(choices, name, text, error))
    body = """const settings = settingsOf({tables}), lesson = tables.learn.lessons[0]
    const played = (name, given) => ({levers: {}, changes: [{name, given, where: 'whole'}]})
    return given.map(([name, given]) => settings.refusalOf(lesson, played(name, given), name, given))"""
    got = run(("memory", "engine", *SAID), body, cases, page)
    assert [one for one in zip(cases, got, expected, strict=True) if one[1] != one[2]] == []
    assert expected.count("") > 100
    assert len(set(expected)) > 80


@needs_node
@pytest.mark.parametrize(
    ("lesson", "name", "given", "said"),
    [
        ("less_connection", "agents", "501", "People must be a whole number between 3 and 500."),
        ("less_connection", "agents", "many", "People must be a whole number between 3 and 500."),
        ("less_connection", "bits", "6", "Complexity must be a whole number between 0 and 6."),
        ("less_connection", "neighbours", "5", "Neighbours must be an even number between 2 and 99."),
        ("less_connection", "density", "1.5", "Density must be a number between 0 and 1."),
        ("less_connection", "rule", "random", ""),
        ("slow_learners", "p2", "0,25", ""),
        ("slow_learners", "people", "2.5", "People must be a whole number between 1 and 500."),
        (
            "two_models",
            "weeks",
            "2000",
            "Weeks must be between 1 and 1,040. The command line (tripleos run) allows more.",
        ),
        ("two_models", "split_teams", "0.4", ""),
        ("two_models", "split_teams", "2", "Share for teams must be between 0 and 1."),
        ("two_models", "policy", "no such", "There is no policy “no such”."),
    ],
)
def test_what_a_page_says_of_what_cannot_be(page, lesson, name, given, said):
    body = """const settings = settingsOf({tables})
    const lesson = tables.learn.lessons.find(one => one.name === given.lesson)
    const change = {name: given.name, given: given.given, where: ''}
    return settings.refusalOf(lesson, {levers: {}, changes: [change]}, given.name, given.given)"""
    scripts = ("memory", "engine", *SAID)
    assert run(scripts, body, {"lesson": lesson, "name": name, "given": given}, page) == said


@needs_node
@ALL
def test_every_lever_of_a_page_can_be_told_and_leads_somewhere(page, name):
    """Each has a name, a meaning and limits, and a value to begin with; Explore opens with the same scenarios."""
    body = """const settings = settingsOf({tables}), lesson = tables.learn.lessons.find(one => one.name === given)
    const names = settings.groups(lesson).flatMap(one => one.names), play = {levers: {}, changes: []}
    const valueOf = name => settings.valueIn(lesson, lesson.conditions[0], play, name)
    return [names, names.map(one => settings.about(lesson, one)), names.map(valueOf),
      settings.explore(lesson, play, settings.seedsOf(lesson, 3))]"""
    names, about, values, link = run(("memory", "engine", *SAID), body, name, page)
    organisations = LESSONS[name].model == "organisation"
    if organisations:
        assert set(names) == {*OURS.parameters, "policy", "world", "weeks"}
        from sim.dashboard import url_state

        reading = url_state.from_query(link.partition("?")[2])
        settings = runs.settings_of(LESSONS[name]).values()
        assert reading.problems == ()
        assert [one.key for one in reading.choices.scenarios] == [Scenario.build(**one).key for one in settings]
        assert reading.choices.seeds == tuple(runs.seeds_of(LESSONS[name], 3))
    else:
        assert link == ""
        given = {barkoczi_galesic2016: "less_connection", march1991: "slow_learners"}
        (function,) = [one for one, lesson in given.items() if lesson == name]
        assert set(names) <= set(function.__kwdefaults__ or {}) | set(function.__code__.co_varnames)
    assert len(names) == len(set(names))
    for lever, value in zip(about, values, strict=True):
        assert lever["label"], lever
        assert lever["meaning"], lever
        assert lever["limits"] or len(lever["choices"]) > 1, lever
        assert value is not None, lever


# Published models


SEARCHES = (
    ({}, 20, 1),
    ({"network": "ring lattice", "rule": "conformity"}, 30, 2),
    ({"network": "small world", "rewired": 10, "agents": 30, "bits": 8, "complexity": 2}, 40, 3),
    (
        {"network": "random", "density": 0.2, "agents": 40, "bits": 10, "complexity": 3, "partners": "distinct"}
        | {"rounded": False},
        50,
        4,
    ),
    ({"agents": 40, "bits": 10, "complexity": 3}, 50, 4),  # another landscape of the same seed
    ({"network": "line", "rule": "individual", "agents": 7, "bits": 6, "complexity": 0}, 10, 5),
    (
        {"network": "ring lattice", "neighbours": 8, "rule": "random", "agents": 9, "bits": 12, "complexity": 12}
        | {"partners": "replacement"},
        400,
        2**63 + 5,
    ),
)
LEARNING = (
    ({}, 80, 1),
    ({"p1": (0.1,) * 25 + (0.9,) * 25, "p2": 0.9}, 80, 2),
    ({"turnover": 0.05}, 60, 3),
    ({"turbulence": 0.1, "people": 20, "aspects": 10, "rules": "text"}, 50, 4),
    ({"rules": "text", "p1": 0.9, "p2": 0.2}, 80, 5),
)


def without_what_does_not_count(setting):
    """Arguments that go together, for Python, which refuses those that mean nothing."""
    network, rule = setting["network"], setting["rule"]
    mute = {
        "neighbours": network not in ("ring lattice", "small world"),
        "rewired": network != "small world",
        "density": network != "random",
        "sample": rule in ("random", "individual"),
    }
    return {name: value for name, value in setting.items() if not mute.get(name)}


@needs_node
def test_published_models_give_the_same_bits_in_a_page(page, modules):
    usual = {model: {name: one["default"] for name, one in of.items()} for model, of in classics.ARGUMENTS.items()}
    cases, expected = [], []
    for model, all_cases in (("search", SEARCHES), ("mutual learning", LEARNING)):
        for given, periods, seed in all_cases:
            setting = {**usual[model], **given, "periods": periods}
            cases.append([model, setting, str(seed)])
            names = classics.WRITTEN[classics.MODELS[model]]
            if model == "search":
                found = barkoczi_galesic2016(**without_what_does_not_count(setting), seeds=[seed])
            else:
                found = march1991(**setting, seeds=[seed])
            expected.append(np.stack([found.measures[name][0] for name in names], axis=1).ravel().tolist())
    body = """const module = new WebAssembly.Module(require('fs').readFileSync(given.wasm))
    const engine = new Engine(module, tables.learn.classics.layout)
    const one = ([model, {periods, ...values}, seed]) =>
      Array.from(engine.history({values: {model, ...values}, weeks: periods}, seed))
    return [given.cases.map(one), given.cases.map(one)]"""
    for got in run(("memory", "classics"), body, {"cases": cases, "wasm": modules["classics"]}, page):
        assert got == expected


@pytest.mark.parametrize(
    ("kernel", "given", "sizes"),
    [
        ("run_march", {"people": 7, "aspects": 4}, {"people": 7, "aspects": 4, "M": 4}),
        ("run_search", {"agents": 9, "bits": 5, "complexity": 3}, {"agents": 9, "bits": 5, "M": 5, "K+1": 4}),
        (
            "run_search",
            {"agents": 9, "bits": 13, "complexity": 1, "network": "random"},
            {"agents": 9, "bits": 13, "M": 13, "K+1": 2},
        ),
    ],
)
def test_words_for_shapes_fit_the_arrays(kernel, given, sizes):
    """Those that depend on one size alone; all others are held by histories that are the same to the bit."""
    seen = 0
    for place, value in classics.leaves(kernel, classics.arguments(kernel, 2, **given)):
        if isinstance(value, np.ndarray):
            words = classics.SHAPES[kernel][place].split()
            known = [sizes.get(word, int(word) if word.isdigit() else None) for word in words]
            assert len(words) == value.ndim, place
            for length, size in zip(known, value.shape, strict=True):
                assert length is None or length == size, place
                seen += length is not None
    assert seen > 12
