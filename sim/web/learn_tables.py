"""What the room Learn of a page shows: the lessons, their sentences, how pictures look, and what may be changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..dashboard.learn import lesson_figures as figures
from ..dashboard.learn.lessons import LESSONS
from ..dashboard.learn.pages import CLOSE, NEAR
from ..dashboard.learn.plan import Bet, Lesson, Lever
from ..dashboard.learn.play import STEPS
from ..dashboard.learn.runs import LAST_SEED, SIZES, span_of
from ..dashboard.learn.telling import data
from ..dashboard.learn.words import PARTS, PLACES, SENTENCES
from ..dashboard.narrative import NO_INTERVAL
from ..model.model import Model
from ..present.measures import CLASSIC_MEASURES
from ..present.plots import LINE_COLOURS
from ..present.svg import POINTS, SPACE_COLOURS, STROKE_DASHES, WEEKS_OF_YEARS, Plot
from .classics import ARGUMENTS, classics_layout
from .scripts import scripts
from .shipped import classics_module, packed


def learn_tables(model: Model) -> dict[str, Any]:
    """The tables of the room.

    Parameters
    ----------
    model : Model
        With or without extensions.

    Returns
    -------
    dict
        For JSON.
    """
    measures = {one.name: _measure(one) for one in (*model.measures, *CLASSIC_MEASURES)}
    return {
        "lessons": [_lesson(one) for one in LESSONS.values()],
        "words": dict(SENTENCES),
        "places": [list(one) for one in PLACES],
        "parts": list(PARTS),
        "steps": [list(one) for one in STEPS],
        "measures": measures,
        "figures": _figures(),
        "noInterval": NO_INTERVAL,
        "close": CLOSE,
        "near": NEAR,
        "lastSeed": LAST_SEED,
        "sizes": SIZES,
        "classics": classics_tables(),
    }


def classics_tables() -> dict[str, Any]:
    """The published models of the lessons: their module, how its memory is laid out, and what may be set.

    Returns
    -------
    dict
        For JSON.
    """
    return {
        "module": packed(classics_module()),
        "worker": scripts(("memory", "classics", "worker")),
        "layout": classics_layout(),
        "arguments": ARGUMENTS,
    }


def _measure(one: Any) -> dict[str, Any]:
    names = ("title", "noun", "factor", "suffix", "decimals", "more", "less", "bounded")
    return {name: getattr(one, name) for name in names} | {"what": one.what_it_means}


def _lesson(one: Lesson) -> dict[str, Any]:
    span = span_of(one)
    return {
        "name": one.name,
        "title": one.title,
        "idea": one.idea,
        "story": list(one.story),
        "bet": _bet(one.bet),
        "sketch": {"condition": one.sketch.condition, "measure": one.sketch.measure},
        "model": one.model,
        "fixed": _plain(one.fixed),
        "conditions": [
            {"key": each.key, "label": each.label, "told": each.told, "setting": _plain(each.setting)}
            for each in one.conditions
        ],
        "charts": list(one.charts),
        "table": list(one.table),
        "notice": list(one.notice),
        "found": data(one.found),
        "explain": data(one.explain),
        "limits": list(one.limits),
        "levers": [_lever(lever) for lever in one.levers],
        "trial": data(one.trial),
        "extend": list(one.extend),
        "notes": {"minutes": one.notes.minutes}
        | {name: list(getattr(one.notes, name)) for name in ("goals", "discussion", "sources")},
        "diagrams": one.diagrams,
        "span": {"axis": span.axis, "start": span.start, "end": span.end},
    }


def _bet(bet: Bet) -> dict[str, Any]:
    plain = {name: getattr(bet, name) for name in ("question", "low", "high", "step", "unit")}
    options = [{"key": option.key, "label": option.label} for option in bet.options]
    return {**plain, "options": options, "right": data(bet.right), "actual": data(bet.actual)}


def _plain(setting: Mapping[str, Any]) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in setting.items()}


def _lever(one: Lever) -> dict[str, Any]:
    return {"name": one.name, "label": one.label, "values": [list(pair) for pair in one.values], "usual": one.usual}


def _figures() -> dict[str, Any]:
    return {
        "colours": LINE_COLOURS, "dashes": STROKE_DASHES, "spaces": SPACE_COLOURS, "points": POINTS,
        "years": WEEKS_OF_YEARS, "width": figures.WIDTH, "height": figures.HEIGHT, "knots": figures.KNOTS,
        "model": [figures.MODEL_WIDTH, figures.MODEL_HEIGHT], "ink": figures.INK, "soft": figures.SOFT,
        "sources": list(figures.SOURCES), "area": [Plot.left, Plot.right, Plot.top, Plot.bottom],
    }  # fmt: skip
