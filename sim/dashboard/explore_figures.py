"""The charts of Explore: the course of a measure, and how the week is spent."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from markupsafe import Markup

from ..model.measures import MEASURES
from ..present.formatting import format_share, format_value
from ..present.measures import DISPLAYS
from ..present.svg import POINTS, SPACE_COLOURS, Curve, Plot, curve, element, height_of, picture, text
from .simulation_service import Answer

WIDE, NARROW, HEIGHT = 330, 244, 168  # of a chart in a row of three, and of four
SPANS = 13  # stretches of weeks that tell their numbers under the pointer
RATES = [measure.name for measure in MEASURES if "a year" in measure.unit]  # few events: longer groups of weeks


def courses(answer: Answer, measure: str) -> list[Curve]:
    """The course of a measure in every scenario."""
    points = max(8, POINTS // 3) if measure in RATES else POINTS
    return [curve(answer.weekly(a, measure), points) for a in range(len(answer.choices.scenarios))]


def chart(answer: Answer, measure: str, width: int = WIDE) -> Markup:
    """The course of a measure in every scenario, with bands; a line marks a shock."""
    curves, weeks, letters = courses(answer, measure), answer.choices.weeks, answer.choices.letters
    plot = Plot(width, HEIGHT, measure, weeks, height_of(measure, curves))
    shocks = sorted({scenario.world.shock_week for scenario in answer.choices.scenarios} - {0})
    parts = [plot.grid(), plot.curves(curves), *(_shock(plot, week) for week in shocks)]
    ends = plot.ends(curves, letters, format_value)
    label = f"{DISPLAYS[measure].title} over {weeks} weeks: {ends}"
    return picture(width, HEIGHT, label, [*parts, *_readings(plot, curves, letters)])


def _shock(plot: Plot, week: int) -> Markup:
    """The line of a shock, named above the area, where no curve goes."""
    x = plot.x(week)
    middle = min(max(x, plot.left), plot.width - plot.right - 8)
    line = element("line", class_="shock", x1=x, x2=x, y1=plot.top, y2=plot.height - plot.bottom)
    return line + text(middle, plot.top - 5, "shock", class_="shock")


def _readings(plot: Plot, curves: Sequence[Curve], letters: str) -> list[Markup]:
    """Invisible stretches of weeks that tell their numbers when the pointer rests on them."""
    parts = []
    for start, end in pairwise(np.linspace(0, plot.end, SPANS + 1)):
        lines = [f"weeks {start:.0f} to {end:.0f}"]
        for letter, one in zip(letters, curves, strict=True):
            within = (one.week > start) & (one.week <= end)
            if within.any():
                lines.append(f"{letter}: {format_value(float(one.mean[within].mean()), plot.measure, more=1)}")
        place = {"x": plot.x(start), "width": plot.x(end) - plot.x(start)}
        size = {"y": plot.top, "height": plot.height - plot.top - plot.bottom}
        parts.append(element("rect", element("title", "\n".join(lines)), class_="span", **place, **size))
    return parts


def week_bars(answer: Answer) -> Markup:
    """How people spend their week in each scenario: a bar of three parts for each."""
    count, space, left = len(answer.choices.scenarios), HEIGHT - 40, 18
    height = min(30.0, space / count - 6)
    parts, words = _space_key(), []
    for a, letter in enumerate(answer.choices.letters):
        y, x = 36 + a * space / count, float(left)
        parts.append(text(2, y + height / 2 + 4, letter, "start", class_="letter"))
        for name, colour in SPACE_COLOURS.items():
            share = answer.row(a, f"time_{name}")["mean"]
            width = (NARROW - left) * share
            words.append(f"{letter}: {format_share(share)} of the week for {name}")
            title = element("title", words[-1])
            parts.append(element("rect", title, x=x, y=y, width=width, height=height, fill=colour))
            if width > 28:
                parts.append(text(x + width / 2, y + height / 2 + 4, format_share(share), class_="inside"))
            x += width
    return picture(NARROW, HEIGHT, "; ".join(words), parts)


def _space_key() -> list[Markup]:
    """Which colour stands for which part of the week."""
    parts = []
    for x, (name, colour) in zip((2, 78, 182), SPACE_COLOURS.items(), strict=True):
        parts += [element("rect", x=x, y=8, width=11, height=11, fill=colour), text(x + 15, 18, name, "start")]
    return parts
