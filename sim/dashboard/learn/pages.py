"""The steps of a lesson as HTML, for the room and for the live page."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
from markupsafe import Markup

from ...present.formatting import format_half_width, format_value
from ...present.html import template
from ...present.measures import DISPLAYS
from ...present.svg import swatch
from ..narrative import NO_INTERVAL
from .lesson_figures import blank, course_of, courses, knots, network_learning, triple_system, years
from .plan import Lesson, Value
from .results import LessonResults
from .runs import span_of
from .words import SENTENCES, said

CLOSE = 10  # a guess this far from what came out is a good one, in units of its slider
NEAR = 0.05  # half of a drawn line that is this near to what came out, on average, is about right


def _macros() -> Any:
    return template("dashboard/learn/templates/steps.html").make_module({"words": SENTENCES, "said": said})


def judged(lesson: Lesson, found: LessonResults, bet: Value) -> str:
    """What became of a bet, in a sentence or two."""
    if lesson.bet.actual is not None:
        actual, away = lesson.bet.actual(found), abs(float(bet) - lesson.bet.actual(found))
        praise = said("good_guess" if away <= CLOSE else "far_guess")
        return said("guess", bet=bet, actual=f"{actual:.0f}", unit=lesson.bet.unit, praise=praise)
    labels = {one.key: one.label for one in lesson.bet.options}
    right = lesson.bet.right(found) if lesson.bet.right else frozenset()
    truth = said("or").join(said("quoted", label=label) for key, label in labels.items() if key in right)
    return said("right" if bet in right else "wrong", bet=labels[str(bet)], truth=truth)


def sketched(lesson: Lesson, found: LessonResults, drawn: Sequence[int]) -> str:
    """How far a drawn line is from what came out, in a sentence."""
    condition, measure = lesson.sketch.condition, lesson.sketch.measure
    came = course_of(found, condition, measure)
    gaps = np.array(drawn) / 100 - np.interp(knots(found.span), came.week, came.mean)
    half = len(gaps) // 2  # what lies in the middle belongs to neither
    early, late = (_height(float(part.mean())) for part in (gaps[:half], gaps[-half:]))
    halves = said("one_half" if early == late else "two_halves", early=early, late=late)
    away = format_value(float(np.abs(gaps).mean()), measure) + (said("points") if DISPLAYS[measure].points else "")
    return said("line", label=found.labels[condition], away=away, halves=halves)


def _height(gap: float) -> str:
    return said("about_right" if abs(gap) <= NEAR else "too_high" if gap > 0 else "too_low")


def sketch(lesson: Lesson) -> Markup:
    """The empty chart to draw a course in, and what to draw."""
    label = next(one.label for one in lesson.conditions if one.key == lesson.sketch.condition)
    title = DISPLAYS[lesson.sketch.measure].title
    asked = said("asked_to_draw", title=title[:1].lower() + title[1:], label=label)
    return _macros().sketch(asked, blank(span_of(lesson), lesson.sketch.measure, asked))


def predict(lesson: Lesson) -> Markup:
    """What the runs are about."""
    return _macros().predict(lesson)


def run(lesson: Lesson, found: LessonResults, bet: Value | None, drawn: Sequence[int] = ()) -> Markup:
    """What became of the bet, and what came out."""
    verdict = "" if bet is None else judged(lesson, found, bet)
    return _macros().run(verdict, [sketched(lesson, found, drawn)] if drawn else [], lesson.found(found))


def notice(lesson: Lesson) -> Markup:
    """Questions at the charts."""
    return _macros().listed(lesson.notice)


def explain(lesson: Lesson, found: LessonResults) -> Markup:
    """What the model does and why, and what it does not show."""
    return _macros().explain(lesson.explain(found), lesson.limits)


def trial(lesson: Lesson, found: LessonResults) -> Markup:
    """What comes of levers that were changed."""
    return _macros().listed(lesson.trial(found))


def extend(lesson: Lesson) -> Markup:
    """Where to go from here."""
    return _macros().listed(lesson.extend)


def notes(lesson: Lesson) -> Markup:
    """The teacher's notes."""
    return _macros().notes(lesson.notes)


# --- pictures and numbers ---------------------------------------------------------------------------------------------


def figures(
    lesson: Lesson, found: LessonResults, condition: str = "", year: int = 0, drawn: Sequence[int] = ()
) -> Markup:
    """All pictures and numbers of some runs, with the line that was drawn before them."""
    models = diagrams(found, condition or lesson.conditions[0].key, year) if lesson.diagrams else Markup("")
    own = {lesson.sketch.measure: drawn} if drawn else {}
    return models + charts(found, lesson.charts, own) + table(found, lesson.table)


def diagrams(found: LessonResults, condition: str, year: int = 0) -> Markup:
    """Both models of the seed, with the numbers of a condition in a year (0: all)."""
    name, first, last = years(found)[year]
    models = (model(found, condition, first, last) for model in (network_learning, triple_system))
    return _macros().diagrams(said("shown", label=found.labels[condition], when=name), *models)


def charts(
    found: LessonResults, measures: Iterable[str], drawn: Mapping[str, Sequence[int]] = MappingProxyType({})
) -> Markup:
    """The courses of some measures below one legend, with what was drawn of them."""
    cards = [(DISPLAYS[name], courses(found, name, drawn.get(name, ()))) for name in measures]
    return _macros().charts(_legend(found), [DISPLAYS[name] for name in drawn], cards)


def _legend(found: LessonResults) -> list[tuple[Markup, str]]:
    """The line that stands for each condition, and what it is called."""
    return [(swatch(a), label) for a, label in enumerate(found.labels.values())]


def table(found: LessonResults, measures: Iterable[str]) -> Markup:
    """The mean of each measure in each condition, with half the width of its 95 % interval."""
    rows = [(DISPLAYS[name], [_cell(found, condition, name) for condition in found.labels]) for name in measures]
    rounds, weeks = {"last": found.points - 1}, {"first": found.skip + 1, "last": found.points}
    when = said("after_rounds", **rounds) if found.skip < 0 else said("over_weeks", **weeks)
    missing = any(half == format_half_width(math.nan, "output") for _, cells in rows for _, half in cells)
    means = said("means", when=when, seeds=found.seeds, missing=f" ± {NO_INTERVAL}" if missing else "")
    return _macros().table(_legend(found), rows, means)


def _cell(found: LessonResults, condition: str, measure: str) -> tuple[str, str]:
    return found.told(condition, measure, 1), format_half_width(found.half(condition, measure), measure, 1)
