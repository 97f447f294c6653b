"""A lesson as one HTML file that works from disk: all its runs are in it, so it needs neither Python nor a network.

Without scripts the page shows all steps at once; with them a bet comes first, and the levers of *try* choose among
runs that were made beforehand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ...present.html import render
from . import pages
from .lesson_figures import years
from .plan import Lesson, Value
from .play import STEPS
from .results import LessonResults
from .runs import findings, trials


def exported(lesson: Lesson, seed: int = 1, tell: Callable[[str], None] = lambda _: None) -> str:
    """The whole file; `tell` hears how far it is."""
    found, settings, tried = findings(lesson, seed), list(trials(lesson)), []
    for number, setting in enumerate(settings, start=1):
        tell(f"making the page: {number} of {len(settings)} sets of runs …")
        tried.append(_trial(lesson, setting, findings(lesson, seed, setting)))
    parts = {
        "predict": pages.predict(lesson),
        "sketch": pages.sketch(lesson),
        "run": pages.run(lesson, found, None),
        "figures": pages.charts(found, lesson.charts) + pages.table(found, lesson.table),
        "notice": pages.notice(lesson),
        "explain": pages.explain(lesson, found),
        "extend": pages.extend(lesson),
        "notes": pages.notes(lesson),
    }
    said = {str(value): pages.judged(lesson, found, value) for value in lesson.bet.values}
    levers = [
        {
            "label": lever.label,
            "options": list(enumerate(label for _, label in lever.values)),
            "usual": lever.allowed.index(lever.usual),
        }
        for lever in lesson.levers
    ]
    return render(
        "dashboard/learn/templates/page.html", lesson=lesson, seed=seed, steps=STEPS, parts=parts, said=said,
        levers=levers, trials=tried, **_models(lesson, found),
    )  # fmt: skip


def _models(lesson: Lesson, found: LessonResults) -> dict[str, Any]:
    """The diagrams, once for each condition and year, one of which is shown; and what they are chosen by."""
    spans = years(found) if lesson.diagrams else []
    cases = [(one.key, k) for one in lesson.conditions for k in range(len(spans))]
    return {
        "cases": [(one.key, one.label) for one in lesson.conditions],
        "years": [(k, name) for k, (name, _, _) in enumerate(spans)],
        "models": [(f"{condition} {k}", pages.diagrams(found, condition, k)) for condition, k in cases],
    }


def _trial(lesson: Lesson, setting: Mapping[str, Value], found: LessonResults) -> dict[str, str]:
    """What comes of a setting of the levers."""
    return {
        "key": "-".join(str(lever.allowed.index(setting[lever.name])) for lever in lesson.levers),
        "setting": "; ".join(f"{lever.label}: {dict(lever.values)[setting[lever.name]]}" for lever in lesson.levers),
        "told": pages.trial(lesson, found),
        "figures": pages.charts(found, lesson.charts) + pages.table(found, lesson.table),
    }


def file_name(lesson: Lesson, seed: int) -> str:
    """What the file is called."""
    return f"lesson_{lesson.name}_class_{seed}.html"
