"""The lessons: what they compute, how they are played to their end, and the files they are saved as."""

import json
import re
import threading
import xml.etree.ElementTree as ET

import numpy as np
import pytest
import solara
from markupsafe import escape

from sim.dashboard.learn import Learn, export, lesson_figures, lessons, pages, play, room, runs
from sim.dashboard.learn.lessons import LESSONS
from sim.dashboard.learn.play import LAST, STEPS, Play, acted
from sim.dashboard.learn.results import Gap, LessonResults, direction
from sim.errors import ScenarioError
from sim.present.formatting import format_value
from sim.present.measures import DISPLAYS

from ..waiting import LONGEST_WAIT, until

SMALL = {
    "replicates": {"organisation": 3, "search": 3, "mutual learning": 4},
    "organisation": {"workers": 24, "weeks": 60},
    "search": {"agents": 20, "bits": 10, "periods": 12},
    "mutual learning": {"periods": 12},
}
ALL = pytest.mark.parametrize("name", list(LESSONS))


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(runs, "SIZES", SMALL)


def found_of(name, seed=1):
    return runs.findings(LESSONS[name], seed)


def texts_of(markup):
    """The words of some HTML, without what is between angle brackets."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", markup)).replace("&nbsp;", " ")


# LessonResults


def small_findings():
    courses = {
        "a": {"output": np.array([[0.0, 0.2, 0.4], [0.0, 0.4, 0.6]])},
        "b": {"output": np.array([[0.0, 0.1, 0.29], [0.0, 0.3, 0.51]])},
    }
    return LessonResults({"a": "Ours", "b": "Theirs"}, courses, "week", 1, 1)


def test_findings_are_means_and_paired_differences():
    found = small_findings()
    assert found.mean("a", "output") == pytest.approx(0.4)
    assert found.gap("a", "b", "output").mean == pytest.approx(0.1)
    assert found.gap("a", "b", "output").sign == 1
    assert "“Ours” gives more output than “Theirs”, by 0.1" in found.compared("a", "b", "output")
    assert "less output" in found.compared("b", "a", "output")
    assert found.compared("a", "a", "output") == "“Ours” and “Ours” give exactly the same output."


def test_what_cannot_be_told_apart_is_said_so():
    gap = Gap("output", 0.05, -0.1, 0.2)
    assert direction(gap) == {"same"}
    assert gap.text == "0.050 (95 % confidence interval: −0.100 to 0.200)"


def valued(**value):
    noise = np.random.default_rng(1).normal(scale=1e-5, size=(len(value), 2, 3))  # without any there is no interval
    courses = {name: {"coherent_action": given + one} for (name, given), one in zip(value.items(), noise, strict=True)}
    return LessonResults({name: name for name in value}, courses, "week", 1, 0)


def test_two_things_together_against_the_sum_of_each_alone():
    found = valued(both=1.0, one=0.7, other=0.6, none=0.1)  # alone they bring 0.6 and 0.5, and together 0.9
    assert found.beyond_the_sum("both", ("one", "other"), "none", "coherent_action").mean == pytest.approx(
        -0.2, abs=1e-4
    )


@pytest.mark.parametrize(
    ("alone", "said"),
    [
        (0.125, "more than the sum of what each brings alone, by 0.25"),  # of 0.5 together
        (0.25, "These runs do not show"),
        (0.5, "less than the sum of what each brings alone, by 0.50"),
    ],
)
def test_what_the_first_lesson_says_of_parts_that_need_each_other(alone, said):
    found = valued(whole=0.75, no_networks=0.25 + alone, no_communities=0.25 + alone, neither=0.25)
    assert said in lessons._two_models_found(found)[-1]


def test_runs_that_mostly_agree_are_not_told_apart():
    courses = {name: {"output": np.full((4, 3), 0.5)} for name in "ab"}
    courses["b"]["output"][0] = 0.7
    found = LessonResults({"a": "A", "b": "B"}, courses, "week", 1, 0)
    assert found.compared("b", "a", "output") == (
        "No clear difference in output between “B” and “A”: too few runs differ."
    )
    assert found.gap("b", "a", "output").text == "0.050 (no interval: most runs give the same value)"


def test_a_single_seed_says_nothing_for_sure():
    courses = {name: {"output": np.full((1, 3), 0.1 * k)} for k, name in enumerate("ab")}
    found = LessonResults({"a": "A", "b": "B"}, courses, "week", 1, 0)
    assert found.gap("a", "b", "output").sign == 0
    assert "No clear difference" in found.compared("a", "b", "output")


# Lessons


def test_there_are_at_least_six_lessons_and_each_is_whole():
    assert len(LESSONS) >= 6
    for lesson in LESSONS.values():
        assert lesson.bet.options or lesson.bet.actual
        assert 1 <= len(lesson.levers) <= 2
        assert all((lesson.story, lesson.notice, lesson.limits, lesson.extend))
        assert all((lesson.notes.goals, lesson.notes.discussion, lesson.notes.sources))
        assert set(lesson.charts) | set(lesson.table) <= set(DISPLAYS)


def test_no_number_of_a_result_is_written_into_a_lesson():
    """What is said of results comes from functions of the findings; the other words hold no decimal fractions."""
    for lesson in LESSONS.values():
        fixed = (*lesson.story, lesson.bet.question, *lesson.notice, *lesson.limits, *lesson.extend, lesson.idea)
        assert not re.search(r"\d\.\d|\d %", " ".join(fixed)), lesson.name


@ALL
def test_the_same_seed_gives_the_same_numbers_and_another_one_others(name):
    lesson = LESSONS[name]
    first, again, other = (runs.compute(lesson, seed) for seed in (3, 3, 4))
    for condition in first.labels:
        for measure in lesson.table:
            assert np.array_equal(first.courses[condition][measure], again.courses[condition][measure])
    assert pages.figures(lesson, first) == pages.figures(lesson, again)
    assert pages.figures(lesson, first) != pages.figures(lesson, other)
    assert not set(runs.seeds_of(lesson, 3)) & set(runs.seeds_of(lesson, 4))


@ALL
def test_a_lesson_is_played_to_its_end(name):
    now = acted(Play(), {"what": "lesson", "value": name})
    lesson, found = now.lesson, found_of(name)
    assert acted(now, {"what": "forward"}).step == 0, "no step without a bet"
    assert acted(now, {"what": "forward"}).refused.startswith("Place your bet")
    for value in lesson.bet.values:
        assert pages.judged(lesson, found, value)
    now = acted(now, {"what": "bet", "value": lesson.bet.values[0]})
    for step in range(LAST):
        assert now.step == step
        assert not now.refused
        now = acted(now, {"what": "forward"})
    assert now.step == LAST
    assert acted(now, {"what": "forward"}).step == LAST
    early = acted(acted(now, {"what": "again"}), {"what": "bet", "value": lesson.bet.values[0]})
    pressed = {"what": "forward", "value": 0}
    assert acted(acted(early, pressed), pressed).step == 1, "pressed twice is pressed once"
    assert acted(now, {"what": "bet", "value": lesson.bet.values[-1]}).refused, "no other bet after the runs"
    lever = lesson.levers[0]
    moved = acted(now, {"what": "lever", "value": {"name": lever.name, "number": len(lever.values) - 1}})
    assert moved.chosen[lever.name] == lever.allowed[-1]
    tried = runs.findings(lesson, 1, moved.chosen)
    words = [
        pages.predict(lesson), pages.run(lesson, found, lesson.bet.values[0]), pages.notice(lesson),
        pages.explain(lesson, found), pages.trial(lesson, tried), pages.extend(lesson), pages.notes(lesson),
    ]  # fmt: skip
    assert all(len(texts_of(one)) > 80 for one in words)
    assert all("nan" not in texts_of(one).split() for one in words)


@ALL
def test_what_is_said_fits_every_outcome(name):
    """The words follow the findings: with conditions the other way round they say the opposite, and do not fail."""
    lesson, found = LESSONS[name], found_of(name)
    keys = list(found.courses)
    turned = {key: found.courses[other] for key, other in zip(keys, reversed(keys), strict=True)}
    same = dict.fromkeys(keys, found.courses[keys[0]])
    for courses in (turned, same):
        other = LessonResults(found.labels, courses, found.axis, found.start, found.skip)
        assert all((*lesson.found(other), *lesson.explain(other), *lesson.trial(other)))
        if lesson.bet.right:
            assert lesson.bet.right(other) <= {one.key for one in lesson.bet.options}
            assert lesson.bet.right(other)


@ALL
def test_a_course_is_drawn_on_the_axes_on_which_it_comes_out(name):
    lesson, found = LESSONS[name], found_of(name)
    assert runs.span_of(lesson) == found.span
    assert lesson.sketch.condition in found.labels
    assert lesson.sketch.measure in lesson.charts
    assert DISPLAYS[lesson.sketch.measure].bounded, "its axis is known beforehand"
    came = lesson_figures.course_of(found, lesson.sketch.condition, lesson.sketch.measure)
    assert (came.week.min(), came.week.max()) == (
        pytest.approx(found.start, abs=2),
        pytest.approx(found.span.end, abs=2),
    )
    perfect = np.interp(lesson_figures.knots(found.span), came.week, came.mean) * 100
    assert ": about right all the way" in pages.sketched(lesson, found, perfect)
    assert "too low all the way" in pages.sketched(lesson, found, perfect - 40)
    assert "too high at first and too low later on" in pages.sketched(lesson, found, perfect + np.linspace(40, -40, 11))
    shown = pages.figures(lesson, found, drawn=(50,) * 11)
    assert shown.count('class="drawn"') == 2, "in one chart, and in the legend"
    assert 'class="drawn"' not in pages.figures(lesson, found)
    own = re.search(r'data-measure="(\w+)"(?:(?!data-measure).)*class="drawn" points="[45]', shown, flags=re.DOTALL)
    assert own[1] == lesson.sketch.measure


def test_how_far_a_line_is_from_what_came_out():
    lesson = LESSONS["slow_learners"]
    courses = {one.key: {"code": np.full((2, 81), 0.5)} for one in lesson.conditions}
    found = LessonResults({one.key: one.label for one in lesson.conditions}, courses, "round", 0, -1)
    said = pages.sketched(lesson, found, (70,) * 6 + (40,) * 5)
    assert said.startswith(
        "Your line for “Fast learners” differs from the simulation by 15 points"
    )  # (6 × 20 + 5 × 10) / 11
    assert said.endswith("too high at first and too low later on.")


@pytest.mark.parametrize(
    "given",
    [[], [50] * 10, [50] * 12, [101] + [50] * 10, [-1] + [50] * 10, [0.5] * 11, [True] * 11, ["5"] * 11, "x", None],
)
def test_a_line_that_no_hand_drew_is_refused(given):
    now = acted(Play(), {"what": "drawn", "value": given})
    assert (now.drawn, now.refused) == ((), "This cannot be drawn now.")


def test_a_line_is_drawn_before_the_runs_and_gone_with_the_lesson():
    now = acted(Play(), {"what": "drawn", "value": [50] * 11})
    assert now.drawn == (50,) * 11
    assert acted(now, {"what": "bet", "value": "same"}).drawn == now.drawn
    late = acted(acted(now, {"what": "bet", "value": "same"}), {"what": "forward"})
    assert acted(late, {"what": "drawn", "value": [10] * 11}).drawn == now.drawn
    assert acted(late, {"what": "again"}).drawn == ()


def test_levers_and_classes_that_are_not_offered_are_refused():
    lesson = LESSONS["too_busy"]
    for levers in ({"sensitivity": 5.0}, {"workers": 10**9}):
        with pytest.raises(ScenarioError):
            runs.compute(lesson, 1, levers)
    for seed in ("", "x", -1, 0, 10**9, "9" * 400, 1.5, True, "٣"):
        with pytest.raises(ScenarioError):
            runs.checked_seed(seed)
        assert acted(Play(seed=2), {"what": "seed", "value": seed}).seed == 2


@pytest.mark.parametrize(
    "event",
    [
        {}, {"what": "no such"}, {"what": "lesson", "value": "x"}, {"what": "lesson", "value": ["x"]},
        {"what": "bet", "value": "x"}, {"what": "bet", "value": {}}, {"what": "bet", "value": 7},
        {"what": "lever", "value": 3}, {"what": "lever", "value": {"name": "turbulence", "number": 99}},
        {"what": "condition", "value": {}}, {"what": "year", "value": -1}, {"what": "year", "value": True},
    ],
)  # fmt: skip
def test_what_no_button_sends_changes_nothing(event):
    after = acted(Play(), event)
    assert (after.name, after.step, after.bet, after.levers) == (Play().name, 0, None, {})


def test_a_link_leads_to_a_lesson_and_a_broken_one_to_the_first():
    there = Play("coherence", 7)
    assert play.from_query(play.to_query(there)) == there
    assert play.from_query("").name == play.FIRST_LESSON
    broken = play.from_query("lesson=<script>&class=0")
    assert (broken.name, broken.seed) == (play.FIRST_LESSON, 1)
    assert "The link cannot be used in full" in broken.refused
    assert play.from_query("lesson=coherence&class=x").name == "coherence"


def test_what_is_kept_is_bounded():
    findings = runs.remembering(room=2)
    lesson = LESSONS["slow_learners"]
    first = findings(lesson, 1)
    assert findings(lesson, 1) is first
    for seed in (2, 3):
        findings(lesson, seed)
    assert len(findings.cache) == 2
    assert findings(lesson, 1) is not first


@pytest.mark.parametrize("name", ["slow_learners", "too_busy"])
def test_the_same_is_known_however_it_is_asked_for(name):
    """A class opens a lesson with the levers as they are, or sets them to what they are."""
    lesson, findings = LESSONS[name], runs.remembering()
    first = findings(lesson)
    assert findings(lesson, 1) is findings(lesson, 1, {}) is findings(lesson, levers=lesson.usual) is first
    lever = lesson.levers[0]
    assert findings(lesson, 1, {lever.name: next(v for v in lever.allowed if v != lever.usual)}) is not first


def test_two_who_ask_for_the_same_at_once_have_it_computed_once(monkeypatch):
    findings, lesson = runs.remembering(), LESSONS["slow_learners"]
    begun, go_on, computed, found = threading.Event(), threading.Event(), [], []

    def slow(*asked):
        computed.append(asked)
        begun.set()
        assert go_on.wait(LONGEST_WAIT)
        return object()

    monkeypatch.setattr(runs, "compute", slow)
    asking = [threading.Thread(target=lambda: found.append(findings(lesson, 7))) for _ in range(5)]
    asking[0].start()
    assert begun.wait(LONGEST_WAIT)
    for one in asking[1:]:
        one.start()
    go_on.set()
    for one in asking:
        one.join(LONGEST_WAIT)
    assert len(computed) == 1
    assert len(found) == 5
    assert len(set(map(id, found))) == 1


def test_different_lessons_take_turns(monkeypatch):
    findings, lesson = runs.remembering(), LESSONS["slow_learners"]
    at_once, most, counting = [0], [0], threading.Lock()

    def counted(*_):
        with counting:
            at_once[0] += 1
            most[0] = max(most[0], at_once[0])
        threading.Event().wait(0.02)
        with counting:
            at_once[0] -= 1
        return object()

    monkeypatch.setattr(runs, "compute", counted)
    asking = [threading.Thread(target=findings, args=(lesson, seed)) for seed in range(1, 6)]
    for one in asking:
        one.start()
    for one in asking:
        one.join(LONGEST_WAIT)
    assert most == [1]


def test_what_fails_is_tried_again(monkeypatch):
    findings, lesson = runs.remembering(), LESSONS["slow_learners"]
    with monkeypatch.context() as patch:
        patch.setattr(runs, "compute", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            findings(lesson, 1)
    assert findings(lesson, 1).courses


def test_what_is_there_does_not_wait_for_what_is_computed(monkeypatch):
    findings, lesson = runs.remembering(), LESSONS["slow_learners"]
    first = findings(lesson, 1)
    begun, go_on = threading.Event(), threading.Event()
    monkeypatch.setattr(runs, "compute", lambda *_: begun.set() or (go_on.wait(LONGEST_WAIT) and first))
    other = threading.Thread(target=findings, args=(lesson, 2))
    other.start()
    assert begun.wait(LONGEST_WAIT)
    assert findings(lesson, 1) is first
    assert other.is_alive()
    go_on.set()
    other.join(LONGEST_WAIT)


# Pictures


@ALL
def test_pictures_are_whole_and_tell_their_numbers(name):
    lesson, found = LESSONS[name], found_of(name)
    markup = pages.figures(lesson, found)
    for one in re.findall(r"<svg .*?</svg>", markup, flags=re.DOTALL):
        root = ET.fromstring(one)
        assert root.get("aria-label") or root.get("aria-hidden")
        assert "nan" not in one
    words = texts_of(markup)
    for condition in found.labels:
        for measure in lesson.table:
            assert found.told(condition, measure, 1) in words


def test_the_diagrams_show_the_numbers_of_the_organisation_that_is_asked_for():
    found = found_of("two_models")
    for condition in found.labels:
        markup = pages.diagrams(found, condition)
        for measure in ("time_networks", "awareness", "coherent_action", "ideas_tested"):
            assert format_value(found.mean(condition, measure), measure) in texts_of(markup)
    assert [name for name, _, _ in lesson_figures.years(found)] == ["all weeks after the start", "year 1", "year 2"]
    assert pages.diagrams(found, "whole", 1) != pages.diagrams(found, "whole", 2)


# Files


@ALL
def test_a_lesson_is_one_file_that_asks_nobody_and_opens_at_the_lesson(name):
    lesson, heard = LESSONS[name], []
    page = export.exported(lesson, 7, heard.append)
    assert heard[0].startswith("making the page")
    assert "http" not in re.sub(r"http-equiv|http://www.w3.org/2000/svg", "", page)
    assert not re.search(r"""(src|href)\s*=\s*["']?\s*(https?:)?//|@import|url\(|fetch\(|[^.\w]import\(""", page)
    data = json.loads(re.search(r'id="tripleos">(.*?)</script>', page, flags=re.DOTALL)[1])
    assert data["address"] == f"learn/{name}?class=7"
    assert f"<title>{escape(lesson.title)}</title>" in page
    assert [one["name"] for one in data["learn"]["lessons"]] == list(LESSONS)
    assert len(page) < 1_500_000


def test_another_class_gets_another_file():
    lesson = LESSONS["slow_learners"]
    assert export.exported(lesson, 1) != export.exported(lesson, 2)
    assert export.file_name(lesson, 2) == "lesson_slow_learners_class_2.html"


# The room


class Screen:
    """What a browser would show of the room: the properties of its one template, and its buttons."""

    def __init__(self):
        room.PLAY.set(Play())
        self.box, self.context = solara.render(self._page(), handle_error=False)

    @staticmethod
    def _page():
        @solara.component
        def Page():
            solara.routing.router_context.provide(solara.routing.Router("/learn", []))
            Learn()

        return Page()

    def _found(self):
        waiting = [self.box]
        while waiting:
            one = waiting.pop()
            if hasattr(one, "vue_act") and hasattr(one, "lessons"):
                return one
            waiting += [child for child in getattr(one, "children", None) or () if not isinstance(child, str)]
        raise AssertionError("the room is not there")

    def press(self, what, value=None):
        self._found().vue_act({"what": what, "value": value})
        # A thread that has just said that it is not busy any more draws the rest before it lets go of the lock.
        until(lambda: not self._found().busy and not self.context.thread_lock.locked())
        return self._found()


@pytest.fixture
def screen():
    shown = Screen()
    yield shown
    shown.context.close()
    room.PLAY.set(Play())


@ALL
def test_the_room_plays_a_lesson_to_its_end(screen, name):
    lesson = LESSONS[name]
    shown = screen.press("lesson", name)
    assert (shown.now["title"], shown.figures) == (lesson.title, ""), "nothing is given away before the bet"
    assert not shown.now["ready"]
    shown = screen.press("bet", lesson.bet.values[0])
    assert shown.now["ready"]
    shown = screen.press("forward")
    found = found_of(name)
    assert texts_of(pages.judged(lesson, found, lesson.bet.values[0])) in texts_of(shown.body).replace("&#x27;", "'")
    assert shown.figures == pages.figures(lesson, found)
    titles = [shown.steps[shown.now["step"]]]
    while shown.now["step"] < LAST:
        shown = screen.press("forward")
        titles.append(shown.steps[shown.now["step"]])
        if titles[-1] == "Try":
            lever = lesson.levers[0]
            other = next(k for k, value in enumerate(lever.allowed) if value != lever.usual)
            before = shown.figures
            shown = screen.press("lever", {"name": lever.name, "number": other})
            assert shown.levers[0]["at"] == other
            assert shown.figures != before
            assert shown.tried
    assert titles == [title for _, title, _ in STEPS[1:]]
    assert screen.press("again").now["step"] == 0


def test_the_room_says_what_a_wrong_class_number_should_be(screen):
    shown = screen.press("seed", "abc")
    assert "Class number must be a whole number between 1 and 9,999." in shown.now["refused"]
    assert screen.press("seed", "12").now["seed"] == "12"
    assert not screen.press("seed", "13").now["refused"]


def test_the_room_shows_a_sentence_when_runs_fail(screen, monkeypatch):
    monkeypatch.setitem(runs.MODELS, "organisation", lambda setting, seeds: 1 / 0)
    screen.press("seed", "77")
    screen.press("bet", LESSONS["two_models"].bet.values[0])
    shown = screen.press("forward")
    assert shown.status.startswith("That could not be computed")
    assert not shown.now["ready"]


def test_the_diagrams_follow_what_is_chosen(screen):
    screen.press("bet", LESSONS["two_models"].bet.values[0])
    first = screen.press("forward").figures
    other = screen.press("condition", "no_networks").figures
    assert first != other != screen.press("year", 1).figures
    assert screen.press("notes").now["notes"] == pages.notes(LESSONS["two_models"])
