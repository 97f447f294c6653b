"""The steps of a lesson as HTML, for the room and for the offline page."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence

import numpy as np

from ..svg import curve
from .lesson_figures import blank, charts, diagrams, knots, table
from .plan import Lesson, Value
from .results import POINTS, WORDS, Findings, told
from .runs import span_of

CLOSE = 10  # a guess this far from what came out is a good one, in units of its slider
NEAR = 0.05  # half of a drawn line that is this near to what came out, on average, is about right


def paragraphs(words: Iterable[str]) -> str:
    """Words as paragraphs."""
    return "".join(f"<p>{_escaped(one)}</p>" for one in words)


def listed(words: Iterable[str]) -> str:
    """Words as a list."""
    return f"<ul>{''.join(f'<li>{_escaped(one)}</li>' for one in words)}</ul>"


def _escaped(text: str) -> str:
    """Text for the page: a number stays beside its percent sign, and what stands in backticks is code."""
    kept = html.escape(text).replace(" %", "&nbsp;%")
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", kept)


def judged(lesson: Lesson, found: Findings, bet: Value) -> str:
    """What became of a bet, in a sentence or two."""
    if lesson.bet.actual is not None:
        actual, away = lesson.bet.actual(found), abs(float(bet) - lesson.bet.actual(found))
        praise = "A good guess." if away <= CLOSE else "Quite a way off, like most first guesses. What misled you?"
        return f"You bet {bet}; it came out as {actual:.0f} {lesson.bet.unit}. {praise}"
    labels = {one.key: one.label for one in lesson.bet.options}
    right = lesson.bet.right(found) if lesson.bet.right else frozenset()
    truth = " or ".join(f"“{label}”" for key, label in labels.items() if key in right)
    if bet in right:
        return f"Your bet, “{labels[str(bet)]}”, is borne out by these runs."
    return f"You bet on “{labels[str(bet)]}”. These runs say: {truth}. Before you read on: why might that be?"


def sketched(lesson: Lesson, found: Findings, drawn: Sequence[int]) -> str:
    """How far a drawn line is from what came out, in a sentence."""
    condition, measure = lesson.sketch.condition, lesson.sketch.measure
    came = curve(found.courses[condition][measure])
    gaps = np.array(drawn) / 100 - np.interp(knots(found.span), came.week - 1 + found.start, came.mean)
    half = len(gaps) // 2  # what lies in the middle belongs to neither
    early, late = (_height(float(part.mean())) for part in (gaps[:half], gaps[-half:]))
    halves = f"{early} all the way" if early == late else f"{early} at first and {late} later on"
    away = told(float(np.abs(gaps).mean()), measure) + (" points" if measure in POINTS else "")
    return f"Your line for “{found.labels[condition]}” is {away} away from what came out, on average: {halves}."


def _height(gap: float) -> str:
    return "about right" if abs(gap) <= NEAR else "too high" if gap > 0 else "too low"


def sketch(lesson: Lesson) -> str:
    """The empty chart to draw a course in, and what to draw."""
    label = next(one.label for one in lesson.conditions if one.key == lesson.sketch.condition)
    wording = WORDS[lesson.sketch.measure]
    asked = f"“{label}”: how will it go? {wording.title}, from beginning to end."
    hint = "Draw across the picture; or go to its points with Tab, and set them with the arrow keys."
    picture = blank(span_of(lesson), lesson.sketch.measure, asked)
    return f"<p>{_escaped(asked)} <small>{hint}</small></p>{picture}"


def predict(lesson: Lesson) -> str:
    """What the runs are about."""
    cases = "".join(f"<li><b>{html.escape(one.label)}</b>: {html.escape(one.told)}</li>" for one in lesson.conditions)
    return f'{paragraphs(lesson.story)}<ul class="cases">{cases}</ul>'


def run(lesson: Lesson, found: Findings, bet: Value | None, drawn: Sequence[int] = ()) -> str:
    """What became of the bet, and what came out."""
    said = "" if bet is None else f'<p class="lead" role="status">{_escaped(judged(lesson, found, bet))}</p>'
    line = paragraphs([sketched(lesson, found, drawn)]) if drawn else ""
    return f"{said}{line}{listed(lesson.found(found))}"


def notice(lesson: Lesson) -> str:
    """Questions at the charts."""
    return listed(lesson.notice)


def explain(lesson: Lesson, found: Findings) -> str:
    """What the model does and why, and what it does not show."""
    return f"{paragraphs(lesson.explain(found))}<h4>What this does not show</h4>{listed(lesson.limits)}"


def trial(lesson: Lesson, found: Findings) -> str:
    """What comes of levers that were changed."""
    return listed(lesson.trial(found))


def extend(lesson: Lesson) -> str:
    """Where to go from here."""
    return listed(lesson.extend)


def notes(lesson: Lesson) -> str:
    """The teacher's notes."""
    mine = lesson.notes
    parts = (
        ("Goals: after this lesson people can", mine.goals),
        ("To discuss", mine.discussion),
        ("Sources", mine.sources),
    )
    lists = "".join(f"<h4>{title}</h4>{listed(words)}" for title, words in parts)
    luck = (
        "Everybody with the same class number sees the same numbers. Other numbers are other luck: let groups compare."
    )
    return f"<p><b>Time:</b> about {mine.minutes} minutes. {luck}</p>{lists}"


def figures(lesson: Lesson, found: Findings, condition: str = "", year: int = 0, drawn: Sequence[int] = ()) -> str:
    """All pictures and numbers of some runs, with the line that was drawn before them."""
    models = diagrams(found, condition or lesson.conditions[0].key, year) if lesson.diagrams else ""
    own = {lesson.sketch.measure: drawn} if drawn else {}
    return f"{models}{charts(found, lesson.charts, own)}{table(found, lesson.table)}"
