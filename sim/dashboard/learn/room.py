"""The room Learn: a lesson step by step. What is pressed is a move of `play.py`; the runs go on beside the screen."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import solara

from ...errors import ScenarioError
from ..files import File, Tell
from ..precompile import waiting
from . import export, lesson_figures, pages, play, runs
from .lessons import LESSONS
from .plan import Lesson, Value
from .play import RUN, STEPS, TRY, Play
from .results import LessonResults
from .words import said

PLAY: solara.Reactive[Play] = solara.reactive(Play())
"""What a browser session plays: Solara keeps one for each, and drops it when the session is closed."""
LOOK, ROOM_LOOK = (Path(__file__).with_name(name) for name in ("look.css", "room.css"))
SKETCHER = Path(__file__).with_name("sketch.js").read_text(encoding="utf-8")

log = logging.getLogger(__name__)


@solara.component
def Learn() -> None:
    """Lessons on the left, the one that is played on the right."""
    query = solara.use_router().search
    solara.use_memo(lambda: PLAY.set(play.from_query(query)) if query else None, [query])
    now = PLAY.value
    found, status, busy = use_findings(now)
    solara.Style(LOOK)
    solara.Style(ROOM_LOOK)
    Table(
        lessons=[
            {"name": one.name, "title": one.title, "idea": one.idea, "minutes": one.notes.minutes}
            for one in LESSONS.values()
        ],
        steps=[title for _, title, _ in STEPS],
        now=_now(now, found),
        bet=_bet(now),
        levers=_levers(now),
        body=_body(now, found.get("usual")),
        sketch=pages.sketch(now.lesson) if now.step == 0 else "",
        drawn=list(now.drawn),
        sketcher=SKETCHER,
        tried=pages.trial(now.lesson, found["chosen"]) if "chosen" in found else "",
        figures=_figures(now, found.get("chosen" if now.step >= TRY else "usual")),
        status=status,
        busy=busy,
        query=play.to_query(now),
        event_act=acted,
    )
    Save(now.lesson, now.seed)


def acted(event: Mapping[str, Any]) -> None:
    """Something was pressed. Events of one session come one after the other."""
    if isinstance(event, Mapping):
        PLAY.set(play.acted(PLAY.peek(), event))


# --- runs -------------------------------------------------------------------------------------------------------------


def use_findings(now: Play) -> tuple[dict[str, LessonResults], str, bool]:
    """What there is of the runs (with the usual levers, and as they are set), what is said of it, and if more comes."""
    wanted = now.step >= RUN
    question = (now.name, now.seed, tuple(sorted(now.chosen.items())), wanted)
    last: Any = solara.use_ref(None)

    def work() -> tuple[Any, dict[str, LessonResults] | str]:
        return question, computed(now.lesson, now.seed, now.chosen) if wanted else {}

    task: Any = solara.lab.use_task(work, dependencies=[question], raise_error=False)
    if task.value is not None:
        last.current = task.value
    asked: Any = last.current[0] if last.current else question
    answer: dict[str, LessonResults] | str = last.current[1] if last.current else {}
    if asked[:2] != question[:2]:  # of another lesson or class
        answer = {}
    if not wanted:
        return {}, "", False
    if asked != question or not answer:
        # Until the runs are there, those with other levers stay on the screen.
        return (answer if isinstance(answer, dict) else {}), waiting("running …", now.lesson.model), True
    if isinstance(answer, str):
        return {}, answer, False
    return answer, said("done", count=answer["usual"].seeds, seed=now.seed), False


def computed(lesson: Lesson, seed: int, levers: Mapping[str, Value]) -> dict[str, LessonResults] | str:
    """The findings of a lesson; in their place a sentence, if there are none."""
    try:
        return {"usual": runs.findings(lesson, seed), "chosen": runs.findings(lesson, seed, levers)}
    except ScenarioError as error:
        return str(error)
    except Exception:  # nobody shall see a traceback; whoever runs the server does
        log.exception("the lesson %s failed", lesson.name)
        return said("failed")


# --- what is shown ----------------------------------------------------------------------------------------------------


def _now(now: Play, found: Mapping[str, LessonResults]) -> dict[str, Any]:
    """Where the lesson stands."""
    lesson, usual = now.lesson, found.get("usual")
    shown = now.condition or lesson.conditions[0].key
    spans = lesson_figures.years(usual) if lesson.diagrams and usual else []
    return {
        "name": now.name,
        "title": lesson.title,
        "idea": lesson.idea,
        "step": now.step,
        "about": STEPS[now.step][2],
        "seed": str(now.seed),
        "refused": now.refused,
        "notes": pages.notes(lesson) if now.notes else "",
        "ready": now.bet is not None if now.step == 0 else usual is not None,
        "diagrams": [{"key": one.key, "label": one.label, "here": one.key == shown} for one in lesson.conditions]
        if spans
        else [],
        "years": [name for name, _, _ in spans],
        "year": min(now.year, max(0, len(spans) - 1)),
    }


def _bet(now: Play) -> dict[str, Any]:
    """The question, and what was bet so far."""
    bet = now.lesson.bet
    return {
        "question": bet.question,
        "options": [{"key": one.key, "label": one.label} for one in bet.options],
        "low": bet.low,
        "high": bet.high,
        "step": bet.step,
        "unit": bet.unit,
        "value": now.bet,
    }


def _levers(now: Play) -> list[dict[str, Any]]:
    """The levers of *try*, as they stand."""
    return [
        {
            "name": one.name,
            "label": one.label,
            "labels": [label for _, label in one.values],
            "at": one.allowed.index(now.chosen[one.name]),
        }
        for one in now.lesson.levers
    ]


def _body(now: Play, found: LessonResults | None) -> str:
    """The words of a step; nothing while its runs go on."""
    lesson, step = now.lesson, STEPS[now.step][0]
    plain = {"predict": pages.predict, "notice": pages.notice, "extend": pages.extend}
    if step in plain:
        return plain[step](lesson)
    if found is None or step == "try":
        return ""
    return pages.run(lesson, found, now.bet, now.drawn) if step == "run" else pages.explain(lesson, found)


def _figures(now: Play, found: LessonResults | None) -> str:
    """The pictures, from the runs on."""
    if found is None:
        return ""
    year = min(now.year, len(lesson_figures.years(found)) - 1)
    return pages.figures(now.lesson, found, now.condition, year, now.drawn)


@solara.component_vue("learn.vue")
def Table(
    lessons: list[dict[str, Any]],
    steps: list[str],
    now: dict[str, Any],
    bet: dict[str, Any],
    levers: list[dict[str, Any]],
    body: str,
    sketch: str,
    drawn: list[int],
    sketcher: str,
    tried: str,
    figures: str,
    status: str,
    busy: bool,
    query: str,
    event_act: Callable[[Mapping[str, Any]], None],
) -> None:
    """All of it in the browser."""


@solara.component
def Save(lesson: Lesson, seed: int) -> None:
    """A button that saves the lesson as one file."""

    def make(tell: Tell) -> bytes:
        return export.exported(lesson, seed, tell).encode()

    told = "a page that runs the model itself, from disk, without Python or a network: all can be changed in it, too"
    with solara.Div(classes=["save-lesson"]):
        File(make, export.file_name(lesson, seed), "text/html", "Save this lesson as one page", told)
