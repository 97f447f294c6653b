"""The room Explore: levers on the left, and on the right the results."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import solara
from markupsafe import escape

from ..errors import ScenarioError
from ..present.formatting import format_half_width, format_value
from ..present.measures import titles
from ..present.plots import LINE_COLOURS
from ..present.svg import STROKE_DASHES
from . import explore_state, explore_view, session, url_state
from .exports import EXPORTS, Export
from .files import File, Tell
from .levers import Levers, moved, panel
from .narrative import COMPARED
from .precompile import waiting
from .session import Session, Tried
from .simulation_service import ANSWERS, Answer

SETTLED = 0.04  # seconds without another change before an answer is asked for
SESSION: solara.Reactive[Session] = solara.reactive(Session())
"""What a browser session holds: Solara keeps one for each, and drops it when the session is closed."""
TRIED: solara.Reactive[tuple[Tried, ...]] = solara.reactive(())
"""What it has tried. Apart from the rest, because it is written when an answer is there, not when something is set."""

log = logging.getLogger(__name__)


@solara.component
def Explore() -> None:
    """Levers and story."""
    query = solara.use_router().search
    solara.use_memo(lambda: SESSION.set(session.opened(SESSION.peek(), query)), [query])
    now = SESSION.value  # read once, and handed down: what is on the screen belongs together
    answer, status, busy = use_answer(now.choices)
    with solara.Div(classes=["explore"]):
        with solara.Div(classes=["left"]):
            Levers(panel=panel(now), event_moved=lambda event: become(lambda latest: moved(latest, event)))
        # The address that is answered on the screen: by an answer, or by a sentence in its place.
        answered = "" if busy else url_state.to_query(now.choices)
        with solara.Div(classes=["right"], attributes={"aria-busy": str(busy).lower(), "data-answered": answered}):
            Top(now, status if answer or not busy else "", busy)
            if answer:
                Results(answer)
            else:
                solara.HTML(tag="p", unsafe_innerHTML=status, classes=["card", "first"])


def become(step: Callable[[Session], Session]) -> None:
    """Go on with what follows from the session as it is. Events of one session come one after the other."""
    SESSION.set(step(SESSION.peek()))


def use_answer(chosen: explore_state.Choices) -> tuple[Answer | None, str, bool]:
    """The latest answer there is, what is to be said about it, and whether a newer one is on its way."""
    # Not Solara's use_task: an answer that is there before the first picture is complete gets lost with it.
    nothing: tuple[Answer | None, str] = (None, "")
    latest, set_latest = solara.use_state(nothing)
    question = replace(chosen, at=0)

    def begin() -> Callable[[], None]:
        stopped = threading.Event()

        def work() -> None:
            answer = None
            time.sleep(SETTLED)
            for found in answered(chosen, lambda: not stopped.is_set()):
                answer, said = (answer, found) if isinstance(found, str) else (found, "")
                if not stopped.is_set():
                    set_latest((answer, said))

        threading.Thread(target=work, daemon=True).start()
        return stopped.set

    solara.use_effect(begin, [question])
    last: Any = solara.use_ref(None)
    answer, said = latest
    last.current = answer or last.current
    if said:
        return last.current, said, False
    if answer and answer.whole and replace(answer.choices, at=0) == question:
        return answer, f"Average of {len(answer.seeds)} simulated histories", False
    return last.current, waiting("computing …"), True


def answered(chosen: explore_state.Choices, wanted: Callable[[], bool]) -> Iterator[Answer | str]:
    """The answers to some choices as they come; in their place a sentence, if there is none."""
    try:
        explore_state.check_cost(chosen)
        for answer in ANSWERS.answer(chosen, wanted):
            if answer.whole:
                TRIED.set(session.noted(TRIED.peek(), answer))
            yield answer
    except MemoryError:
        yield explore_state.NO_MEMORY
    except ScenarioError as error:
        yield str(error)
    except Exception:  # nobody shall see a traceback; whoever runs the server does
        log.exception("no answer to %s", url_state.to_query(chosen))
        yield "That could not be computed. Change a lever, or reset to a preset."


@solara.component
def Top(now: Session, status: str, busy: bool) -> None:
    """What is held side by side, whether an answer is on its way, and what was wrong with a link."""
    held = [
        {
            "letter": letter,
            "name": explore_state.name_of(one),
            "colour": LINE_COLOURS[a],
            "dash": STROKE_DASHES[a],
        }
        for a, (letter, one) in enumerate(zip(now.choices.letters, now.choices.scenarios, strict=True))
    ]
    query = url_state.to_query(now.choices)
    said = [*now.notices, *(now.refused[place][1] for place in ("hold",) if place in now.refused)]
    with solara.Div():  # around both: without it the bar would be made anew, and lose clicks, whenever a notice comes
        Bar(scenarios=held, at=now.choices.at, status=status, busy=busy, query=query, event_act=acted)
        if said:
            lines = "".join(f"<li>{escape(text)}</li>" for text in said)
            solara.HTML(tag="div", unsafe_innerHTML=f'<ul role="alert">{lines}</ul>', classes=["notice"])


def acted(event: Mapping[str, Any]) -> None:
    """Something was pressed in the bar."""
    if not isinstance(event, Mapping):
        return
    what, value = event.get("what"), event.get("value")
    number = value if isinstance(value, int) and not isinstance(value, bool) else 0
    change: Callable[[explore_state.Choices], explore_state.Choices] | None = {
        "hold": explore_state.hold,
        "show": lambda now: explore_state.show(now, number),
        "drop": lambda now: explore_state.drop(now, number),
    }.get(str(what))
    if change:
        become(lambda now: session.changed(now, "hold", change))


@solara.component_vue("bar.vue")
def Bar(
    scenarios: list[dict[str, Any]],
    at: int,
    status: str,
    busy: bool,
    query: str,
    event_act: Callable[[Mapping[str, Any]], None],
) -> None:
    """The scenarios that are held, and the link to them."""


@solara.component
def Results(answer: Answer) -> None:
    """The story, the comparison, the recovery, what was tried, and the files."""
    parts = (explore_view.story, explore_view.comparison, explore_view.recovery)
    blocks = solara.use_memo(lambda: {part.__name__: part(answer) for part in parts}, [id(answer)])
    for name, block in blocks.items():
        if block:
            solara.HTML(tag="div", unsafe_innerHTML=block).key(name)
    # By their keys they stay what they are, a file that is being made included, when a block comes or goes above them.
    Files(answer).key("files")
    TriedBefore().key("tried")


@solara.component
def Files(answer: Answer) -> None:
    """The answer as files."""
    with solara.Div(classes=["card", "wide", "files"]):
        solara.HTML(tag="span", unsafe_innerHTML="Save as")
        for export in EXPORTS.values():
            File(maker(export, answer), export.name, export.kind, export.label, export.told)


def maker(export: Export, answer: Answer) -> Callable[[Tell], bytes]:
    """What makes a file of an answer, with the scenario in it that is being changed when it is asked for."""

    def make(_: Tell) -> bytes:
        at = min(SESSION.peek().choices.at, len(answer.choices.scenarios) - 1)
        return export.make(replace(answer, choices=replace(answer.choices, at=at)))

    return make


@solara.component
def TriedBefore() -> None:
    """What was tried in this session, with its results."""
    rows = [
        {
            "name": one.name,
            "more": f"{len(one.seeds)} runs of {one.scenario.weeks} weeks",
            "cells": [
                f"{format_value(mean, measure)} ± {format_half_width(half, measure)}"
                for measure, (mean, half) in one.values.items()
            ],
        }
        for one in TRIED.value
    ]
    heads = titles(COMPARED)
    List(rows=rows, heads=heads, event_again=again)


def again(number: Any) -> None:
    """Something that was tried, in place of the scenario that is being changed."""
    if isinstance(number, int) and 0 <= number < len(TRIED.peek()):
        scenario = TRIED.peek()[number].scenario
        become(lambda now: session.changed(now, "tried", lambda held: explore_state.restored(held, scenario)))


@solara.component_vue("tried.vue")
def List(rows: list[dict[str, Any]], heads: list[str], event_again: Callable[[int], None]) -> None:
    """The list in the browser."""
