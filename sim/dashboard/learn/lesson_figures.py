"""The pictures of a lesson as SVG text: courses over time, a course to draw, and the two models of the seed.

The room and the live page show the same ones. Colours and dashes are those of all figures of the project.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from markupsafe import Markup

from ...present.formatting import format_value
from ...present.measures import DISPLAYS
from ...present.svg import SPACE_COLOURS, Curve, Plot, curve, element, height_of, picture, text
from .results import LessonResults, Span
from .words import PARTS, PLACES, said

WIDTH, HEIGHT = 460, 230  # of a chart
MODEL_WIDTH, MODEL_HEIGHT = 560, 250  # of a diagram
KNOTS = 11  # points of a line that is drawn
SOURCES = ("ideas_seen", "alternatives")  # what must be there for anything to come out of networks, and of communities
INK, SOFT = "#1d232a", "#4a545f"


# --- courses over time ------------------------------------------------------------------------------------------------


def course_of(found: LessonResults, condition: str, measure: str) -> Curve:
    """The course of a measure in a condition, with the 95 % band of its mean."""
    return curve(found.courses[condition][measure].astype(float), start=found.start)


def courses(found: LessonResults, measure: str, drawn: Sequence[int] = ()) -> Markup:
    """The course of a measure in every condition; and a line that was drawn before."""
    curves = [course_of(found, name, measure) for name in found.labels]
    plot = Plot(WIDTH, HEIGHT, measure, found.span.end, height_of(measure, curves), found.axis)
    parts = [plot.grid(), plot.curves(curves)]
    if drawn:
        points = plot.path(knots(found.span), np.array(drawn) / 100)
        parts.append(element("polyline", class_="drawn", points=points))
    ends = plot.ends(curves, found.labels.values(), format_value)
    label = said("course", title=DISPLAYS[measure].title, points=found.points, axis=found.axis, ends=ends)
    return picture(WIDTH, HEIGHT, label, parts)


def knots(span: Span) -> np.ndarray:
    """The weeks or rounds at which a drawn line is known: float64 [KNOTS]."""
    return np.linspace(span.start, span.end, KNOTS)


def blank(span: Span, measure: str, label: str) -> Markup:
    """An empty chart to draw a line in; what draws is `sketch.js`."""
    plot = Plot(WIDTH, HEIGHT, measure, span.end, 1.0, span.axis)
    names = [
        said("year", number=f"{place / 52:.1f}") if plot.yearly else said("knot", axis=span.axis, number=f"{place:.0f}")
        for place in knots(span)
    ]
    limits = {"aria_valuemin": 0, "aria_valuemax": 100}
    handles = [
        element(
            "circle", class_="knot", cx=plot.x(place), cy=plot.y(0.5), r=7, role="slider", tabindex=0, **limits,
            aria_label=name,
        )
        for place, name in zip(knots(span), names, strict=True)
    ]  # fmt: skip
    parts = [plot.area(), plot.grid(), element("polyline", class_="drawn"), *handles]
    ends = {"data_low": plot.y(0), "data_high": plot.y(1)}
    return picture(WIDTH, HEIGHT, label, parts, role="group", class_="sketch", **ends)


# --- the two models of the seed ---------------------------------------------------------------------------------------


def years(found: LessonResults) -> list[tuple[str, int, int]]:
    """The stretches that the diagrams can show: all years after the first weeks, and each year by itself."""
    last = found.points
    single = [(said("year", number=k + 1), k * 52, min(last, (k + 1) * 52)) for k in range(math.ceil(last / 52))]
    return [(said("all_years" if found.skip == 52 else "all_weeks"), found.skip, last), *single]


def network_learning(found: LessonResults, condition: str, first: int, last: int) -> Markup:
    """Networks, communities and teams: circles as large as their share of the week, and the ideas between them."""
    mean, told = _means(found, condition, first, last)
    centres, y = (92.0, 278.0, 450.0), 138.0
    parts, words, edges = [], [], []
    for x, (name, title, about) in zip(centres, PLACES, strict=True):
        radius = 92 * math.sqrt(max(0.0, mean(f"time_{name}")))
        edges.append(max(radius, 16.0))
        dashed = "7 5" if name == "networks" else None
        look = {"fill": SPACE_COLOURS[name], "stroke": INK, "stroke_dasharray": dashed}
        parts += [
            element("circle", cx=x, cy=y, r=radius, **look),
            text(x, 26, title, class_="name"),
            text(x, 44, about),
        ]
        parts.append(text(x, y + 6, told(f"time_{name}"), class_="big"))
        words.append(said("of_the_week", title=title, share=told(f"time_{name}")))
    for k, measure in enumerate(("ideas_tested", "ideas_adopted")):
        start, end = centres[k] + edges[k] + 3, centres[k + 1] - edges[k + 1] - 9
        flows = mean(measure) if mean(SOURCES[k]) > 0 else 0.0  # people have ideas of their own, too
        parts.append(_arrow(start, end, y, flows, _most(found, measure)))
        words.append(f"{told(measure)} {DISPLAYS[measure].noun}")
    below = [said(one, count=told(f"ideas_{one}")) for one in ("seen", "tested", "adopted")]
    parts += [text(x, 226, one, class_="name") for x, one in zip(centres, below, strict=True)]
    better = said("better", share=told("ideas_improving"))
    parts += [text(2, 246, said("ideas"), "start"), text(centres[2], 244, better)]
    return picture(MODEL_WIDTH, MODEL_HEIGHT, "; ".join([*words, better]), parts)


def _means(
    found: LessonResults, condition: str, first: int, last: int
) -> tuple[Callable[[str], float], Callable[[str], str]]:
    """What gives the mean of a measure in a condition over some weeks: as a number, and as text."""

    def mean(measure: str) -> float:
        return found.weeks(condition, measure, first, last)

    return mean, lambda measure: format_value(mean(measure), measure)


def _most(found: LessonResults, measure: str) -> float:
    """The highest mean of a measure in any condition, which the widest arrow stands for."""
    return max(found.weeks(name, measure, 0, found.points) for name in found.courses)


def _arrow(start: float, end: float, y: float, value: float, most: float) -> Markup:
    """An arrow as wide as its value; a dotted line if nothing flows."""
    if value <= 0:
        return element("line", x1=start, x2=end + 8, y1=y, y2=y, stroke=SOFT, stroke_dasharray="2 5")
    width = 1.5 + 6.5 * min(1.0, value / most if most else 0.0)
    head = f"{end + 8:.1f},{y} {end - 3:.1f},{y - 5 - width / 2:.1f} {end - 3:.1f},{y + 5 + width / 2:.1f}"
    line = element("line", x1=start, x2=end - 2, y1=y, y2=y, stroke=INK, stroke_width=width)
    return line + element("polygon", points=head, fill=INK)


def triple_system(found: LessonResults, condition: str, first: int, last: int) -> Markup:
    """Awareness → Alternatives → Action: boxes filled as far as each goes, and what each is made of."""
    mean, told = _means(found, condition, first, last)
    most = _most(found, "alternatives") or 1.0
    boxes = (
        ("awareness", mean("awareness"), said("known")),
        ("alternatives", mean("alternatives") / most, said("viable", count=told("viable"))),
        ("coherent_action", mean("coherent_action"), said("made_of", fit=told("fit"), agreement=told("agreement"))),
    )
    parts, words, places = [], [], (14.0, 206.0, 398.0)
    for x, title, (measure, fill, note), colour in zip(places, PARTS, boxes, SPACE_COLOURS.values(), strict=True):
        level = 130 * min(1.0, max(0.0, fill))
        box = {"x": x, "width": 148, "rx": 8}
        parts.append(element("rect", **box, y=48, height=130, fill="#fff", stroke=INK))
        parts.append(element("rect", **box, y=178 - level, height=level, fill=colour))
        parts += [text(x + 74, 32, title, class_="name"), text(x + 74, 122, told(measure), class_="big")]
        parts.append(text(x + 74, 200, note))
        words.append(f"{title} {told(measure)}, {note}")
    for k, source in enumerate(("awareness", "alternatives")):  # all as wide: what fills the boxes is in the boxes
        parts.append(_arrow(places[k] + 151, places[k + 1] - 11, 113, float(mean(source) > 0), 2.0))
    parts += [
        element("path", d="M472 208 V226 H88 V214", fill="none", stroke=SOFT, stroke_dasharray="4 4"),
        element("polygon", points="88,206 83,216 93,216", fill=SOFT),
        text(280, 243, said("look_again")),
    ]
    return picture(MODEL_WIDTH, MODEL_HEIGHT, "; ".join(words), parts)
