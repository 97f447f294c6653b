"""Charts on the screen as SVG text, drawn here because that takes a millisecond; files are drawn by Altair.

Colours, dashes and what a band means are those of all figures of the project (`sim/present/plots.py`).
"""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from ..analysis.statistics import band
from ..model.measures import MEASURES
from ..present.plots import COLOURS, DASHES
from .narrative import WORDINGS, told
from .simulation_service import Answer

WIDE, NARROW, HEIGHT = 330, 244, 168  # of a chart in a row of three, and of four
LEFT, RIGHT, TOP, BOTTOM = 44, 8, 16, 24  # room for the labels around a chart
POINTS, SPANS = 65, 13  # of a curve; stretches of weeks that tell their numbers under the pointer
PICKED = (6, 2, 5, 0)  # of COLOURS: blue, vermilion, green, black, which also differ in brightness
SCENARIO_COLOURS = [COLOURS[k] for k in PICKED]
SCENARIO_DASHES = [" ".join(map(str, dash)) for dash in ([1, 0], DASHES[1], DASHES[2], DASHES[3])]
SPACE_COLOURS = {"networks": "#56B4E9", "communities": "#E69F00", "teams": "#B8BEC6"}
RATES = [measure.name for measure in MEASURES if "a year" in measure.unit]
UNIT_RANGE = [measure.name for measure in MEASURES if measure.range in ("0 … 1", "-1 … 1", "≤ 1")]


class Curve(NamedTuple):
    """The course of a measure: mean of each group of weeks, and the 95 % interval of that mean."""

    week: np.ndarray
    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray


def curve(histories: np.ndarray, points: int = POINTS) -> Curve:
    """The course over histories (float [seeds, weeks]); weeks are averaged in groups.

    >>> curve(np.array([[1.0, 3.0, 5.0, 7.0]]), points=2).mean.tolist()
    [2.0, 6.0]
    """
    weeks = histories.shape[1]
    size = max(1, math.ceil(weeks / points))
    groups = np.arange(0, weeks, size)
    lengths = np.diff([*groups, weeks])
    mean, half = band(np.add.reduceat(histories, groups, axis=1) / lengths)
    half = np.nan_to_num(half)
    return Curve(groups + (lengths + 1) / 2, mean, mean - half, mean + half)


def ticks(top: float) -> list[float]:
    """About four round numbers from 0 to at least `top`.

    >>> ticks(1.0), ticks(23.0)
    ([0.0, 0.25, 0.5, 0.75, 1.0], [0, 10, 20, 30])
    """
    if not top > 0:
        return [0.0, 1.0]
    size = 10 ** math.floor(math.log10(top))
    step = next(size * k for k in (0.1, 0.2, 0.25, 0.5, 1, 2, 2.5, 5) if size * k * 4 >= top * 0.999)
    return [step * k for k in range(math.ceil(top / step - 1e-9) + 1)]


def chart(answer: Answer, measure: str, width: int = WIDE) -> str:
    """The course of a measure in every scenario, with bands; a line marks a shock."""
    points = max(8, POINTS // 3) if measure in RATES else POINTS
    curves = [curve(answer.weekly(a, measure), points) for a in range(len(answer.choices.scenarios))]
    top = 1.0 if measure in UNIT_RANGE else max(float(one.high.max()) for one in curves)
    plot = _Plot(width, answer.choices.weeks, ticks(top))
    parts = [plot.grid(measure)]
    parts += [plot.band(one, a) for a, one in enumerate(curves)]
    parts += [plot.line(one, a) for a, one in enumerate(curves)]
    parts += [plot.shock(week) for week in _shocks(answer)]
    parts.append(plot.readings(curves, answer.choices.letters, measure))
    label = f"{WORDINGS[measure].title} over {answer.choices.weeks} weeks: {_ends(curves, answer, measure)}"
    return _svg(width, label, parts)


def _svg(width: int, label: str, parts: Iterable[str]) -> str:
    box = f'viewBox="0 0 {width} {HEIGHT}" role="img" aria-label="{html.escape(label)}"'
    return f"<svg {box}>{''.join(parts)}</svg>"


def _shocks(answer: Answer) -> list[int]:
    return sorted({scenario.world.shock_week for scenario in answer.choices.scenarios} - {0})


def _ends(curves: Sequence[Curve], answer: Answer, measure: str) -> str:
    """Where the curves begin and end, for those who hear the chart."""
    pairs = zip(answer.choices.letters, curves, strict=True)
    return ", ".join(f"{a} from {told(one.mean[0], measure)} to {told(one.mean[-1], measure)}" for a, one in pairs)


class _Plot:
    """The area of a chart: from weeks and values to places on it."""

    def __init__(self, width: int, weeks: int, marks: Sequence[float]) -> None:
        self.width, self.weeks, self.marks = width, weeks, marks

    def x(self, week: float) -> float:
        """Where a week is."""
        return round(LEFT + (self.width - LEFT - RIGHT) * week / self.weeks, 1)

    def y(self, value: float) -> float:
        """Where a value is; what is below or above the area lies on its edge."""
        share = min(1.0, max(0.0, value / self.marks[-1]))
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share, 1)

    def path(self, weeks: np.ndarray, values: np.ndarray) -> str:
        """Places of a curve, as a list of points."""
        return " ".join(f"{self.x(week)},{self.y(value)}" for week, value in zip(weeks, values, strict=True))

    def grid(self, measure: str) -> str:
        """The lines of reference with their numbers."""
        parts = []
        for mark in self.marks:
            y = self.y(mark)
            text = f"{mark * 100:.0f} %" if WORDINGS[measure].factor == 100 else f"{mark:g}"
            parts.append(f'<line class="grid" x1="{LEFT}" x2="{self.width - RIGHT}" y1="{y}" y2="{y}"/>')
            parts.append(f'<text x="{LEFT - 6}" y="{y + 4}" text-anchor="end">{text}</text>')
        yearly = self.weeks >= 104
        step = 52 * max(1, round(self.weeks / 260)) if yearly else max(1, self.weeks // 4)
        places = list(range(0, self.weeks + 1, step))
        for week in places:
            text = f"{week // 52 if yearly else week}"
            anchor = "end" if self.x(week) > self.width - RIGHT - 8 and len(text) > 1 else "middle"
            parts.append(f'<text x="{self.x(week)}" y="{HEIGHT - 7}" text-anchor="{anchor}">{text}</text>')
        parts.append(f'<text x="2" y="{HEIGHT - 7}">{"year" if yearly else "week"}</text>')
        return "".join(parts)

    def shock(self, week: int) -> str:
        """The line of a shock, named above the area, where no curve goes."""
        x = self.x(week)
        line = f'<line class="shock" x1="{x}" x2="{x}" y1="{TOP}" y2="{HEIGHT - BOTTOM}"/>'
        middle = min(max(x, LEFT), self.width - RIGHT - 8)
        return f'{line}<text class="shock" x="{middle}" y="{TOP - 5}" text-anchor="middle">shock</text>'

    def band(self, one: Curve, a: int) -> str:
        """The interval of a curve."""
        there = self.path(one.week, one.high)
        back = self.path(one.week[::-1], one.low[::-1])
        return f'<polygon points="{there} {back}" fill="{SCENARIO_COLOURS[a]}" fill-opacity="0.16"/>'

    def line(self, one: Curve, a: int) -> str:
        """The mean of a curve."""
        look = f'stroke="{SCENARIO_COLOURS[a]}" stroke-dasharray="{SCENARIO_DASHES[a]}"'
        return f'<polyline class="line" points="{self.path(one.week, one.mean)}" {look}/>'

    def readings(self, curves: Sequence[Curve], letters: str, measure: str) -> str:
        """Invisible stretches of weeks that tell their numbers when the pointer rests on them."""
        edges = np.linspace(0, self.weeks, SPANS + 1)
        parts = []
        for start, end in pairwise(edges):
            lines = [f"weeks {start:.0f} to {end:.0f}"]
            for letter, one in zip(letters, curves, strict=True):
                within = (one.week > start) & (one.week <= end)
                if within.any():
                    lines.append(f"{letter}: {told(float(one.mean[within].mean()), measure, more=1)}")
            place = f'x="{self.x(start)}" y="{TOP}" width="{self.x(end) - self.x(start):.1f}"'
            title = html.escape("\n".join(lines))
            parts.append(f'<rect class="span" {place} height="{HEIGHT - TOP - BOTTOM}"><title>{title}</title></rect>')
        return "".join(parts)


def week_bars(answer: Answer) -> str:
    """How people spend their week in each scenario: a bar of three parts for each."""
    count, space, left = len(answer.choices.scenarios), HEIGHT - 40, 18
    height = min(30.0, space / count - 6)
    parts, words = [_space_key()], []
    for a, letter in enumerate(answer.choices.letters):
        y, x = 36 + a * space / count, float(left)
        parts.append(f'<text class="letter" x="2" y="{y + height / 2 + 4:.1f}">{letter}</text>')
        for name, colour in SPACE_COLOURS.items():
            share = answer.row(a, f"time_{name}")["mean"]
            width = (NARROW - left) * share
            place = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
            title = f"{letter}: {share * 100:.0f} % of the week for {name}"
            parts.append(f'<rect {place} fill="{colour}"><title>{title}</title></rect>')
            if width > 28:
                place = f'x="{x + width / 2:.1f}" y="{y + height / 2 + 4:.1f}"'
                parts.append(f'<text class="inside" {place} text-anchor="middle">{share * 100:.0f} %</text>')
            words.append(title)
            x += width
    return _svg(NARROW, "; ".join(words), parts)


def _space_key() -> str:
    """Which colour stands for which part of the week."""
    parts = []
    for x, (name, colour) in zip((2, 78, 182), SPACE_COLOURS.items(), strict=True):
        parts.append(f'<rect x="{x}" y="8" width="11" height="11" fill="{colour}"/>')
        parts.append(f'<text x="{x + 15}" y="18">{name}</text>')
    return "".join(parts)


def swatch(a: int) -> str:
    """The line that stands for a scenario in all charts."""
    line = f'stroke="{SCENARIO_COLOURS[a]}" stroke-dasharray="{SCENARIO_DASHES[a]}" stroke-width="3"'
    return (
        f'<svg class="swatch" viewBox="0 0 28 8" aria-hidden="true"><line x1="0" x2="28" y1="4" y2="4" {line}/></svg>'
    )
