"""The pictures of a lesson as SVG text: courses over time, numbers as a table, and the two models of the seed.

The room and the offline page show the same ones. Colours and dashes are those of all figures of the project.
"""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from ..svg import SCENARIO_COLOURS, SCENARIO_DASHES, SPACE_COLOURS, Curve, curve, swatch, ticks
from .results import POINTS, WORDS, Findings, Span, told

WIDTH, HEIGHT = 460, 230  # of a chart
LEFT, RIGHT, TOP, BOTTOM = 50, 10, 10, 28  # room for the labels around it
MODEL_WIDTH, MODEL_HEIGHT = 560, 250  # of a diagram
RATES = ("innovation", "failed_changes", "viable", "solutions")  # without an upper end that is known beforehand
SPACES = (("networks", "Social networks"), ("communities", "Communities"), ("teams", "Teams"))
KNOTS = 11  # points of a line that is drawn
SOURCES = ("ideas_seen", "alternatives")  # what must be there for anything to come out of networks, and of communities
INK, SOFT = "#1d232a", "#4a545f"
OWN_SWATCH = (
    '<svg class="swatch" viewBox="0 0 28 8" aria-hidden="true"><polyline class="drawn" points="0,4 28,4"/></svg>'
)


def svg(width: int, height: int, label: str, parts: Iterable[str]) -> str:
    """A picture, and what it says to those who hear it."""
    box = f'viewBox="0 0 {width} {height}" role="img" aria-label="{html.escape(label)}"'
    return f"<svg {box}>{''.join(parts)}</svg>"


def _text(x: float, y: float, words: str, anchor: str = "middle", extra: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {extra}>{html.escape(words)}</text>'


def _meaning(measure: str) -> str:
    """What a measure is, with its unit."""
    wording = WORDS[measure]
    return wording.noun if "per 100" in wording.noun else wording.question


def legend(found: Findings, drawn: Iterable[str] = ()) -> str:
    """Which line stands for which condition, and which one was drawn before."""
    items = [f"<li>{swatch(a)} {html.escape(label)}</li>" for a, label in enumerate(found.labels.values())]
    items += [f"<li>{OWN_SWATCH} your line, for {WORDS[one].title.lower()}</li>" for one in drawn]
    return f'<ul class="key">{"".join(items)}</ul>'


# --- courses over time ------------------------------------------------------------------------------------------------


class _Area:
    """The area of a chart: from points of a course and values to places on it."""

    def __init__(self, span: Span, marks: list[float]) -> None:
        self.span, self.marks = span, marks

    def x(self, place: float) -> float:
        """Where a week or round is."""
        return round(LEFT + (WIDTH - LEFT - RIGHT) * place / self.span.end, 1)

    def y(self, value: float) -> float:
        """Where a value is; what is below or above the area lies on its edge."""
        share = min(1.0, max(0.0, value / self.marks[-1]))
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share, 1)

    def path(self, places: np.ndarray, values: np.ndarray) -> str:
        """Places of a curve, as a list of points."""
        return " ".join(f"{self.x(place)},{self.y(value)}" for place, value in zip(places, values, strict=True))


def courses(found: Findings, measure: str, drawn: Sequence[int] = ()) -> str:
    """The course of a measure in every condition, with the 95 % band of its mean; and a line that was drawn before."""
    curves = [_curve(found, name, measure) for name in found.labels]
    top = max(float(one.high.max()) for one in curves) if measure in RATES else 1.0
    area = _Area(found.span, ticks(top))
    parts = [_grid(area, measure)]
    parts += [_band(area, one, a) for a, one in enumerate(curves)]
    parts += [_line(area, one, a) for a, one in enumerate(curves)]
    if drawn:
        parts.append(f'<polyline class="drawn" points="{area.path(knots(found.span), np.array(drawn) / 100)}"/>')
    ends = ", ".join(
        f"{label} from {told(float(one.mean[0]), measure)} to {told(float(one.mean[-1]), measure)}"
        for label, one in zip(found.labels.values(), curves, strict=True)
    )
    label = f"{WORDS[measure].title} over {found.points} {found.axis}s: {ends}"
    return svg(WIDTH, HEIGHT, label, parts)


def _curve(found: Findings, name: str, measure: str) -> Curve:
    one = curve(found.courses[name][measure])
    return one._replace(week=one.week - 1 + found.start)  # `curve` counts from 1


def _grid(area: _Area, measure: str) -> str:
    """The lines of reference with their numbers."""
    parts, span = [], area.span
    for mark in area.marks:
        y = area.y(mark)
        text = f"{mark * 100:.0f}{'' if measure in POINTS else ' %'}" if WORDS[measure].factor == 100 else f"{mark:g}"
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}"/>')
        parts.append(_text(LEFT - 6, y + 4, text, "end"))
    yearly = _yearly(span)
    step = 52 if yearly else max(1, 10 ** math.floor(math.log10(max(1, span.points // 2))))
    step *= 2 if span.points / step > 7 and not yearly else 1
    for place in range(0, int(span.end) + 1, step):
        parts.append(_text(min(area.x(place), WIDTH - RIGHT - 8), HEIGHT - 8, f"{place // 52 if yearly else place}"))
    parts.append(_text(2, HEIGHT - 8, "year" if yearly else span.axis, "start"))
    return "".join(parts)


def _yearly(span: Span) -> bool:
    return span.axis == "week" and span.points >= 104


def _band(area: _Area, one: Curve, a: int) -> str:
    there, back = area.path(one.week, one.high), area.path(one.week[::-1], one.low[::-1])
    return f'<polygon points="{there} {back}" fill="{SCENARIO_COLOURS[a]}" fill-opacity="0.16"/>'


def _line(area: _Area, one: Curve, a: int) -> str:
    look = f'stroke="{SCENARIO_COLOURS[a]}" stroke-dasharray="{SCENARIO_DASHES[a]}"'
    return f'<polyline class="line" points="{area.path(one.week, one.mean)}" {look}/>'


def charts(found: Findings, measures: Iterable[str], drawn: Mapping[str, Sequence[int]] = MappingProxyType({})) -> str:
    """The courses of some measures, each with its name and question, below one legend; with what was drawn of them."""
    cards = (
        f'<figure data-measure="{name}"><figcaption><b>{WORDS[name].title}</b> {_meaning(name)}</figcaption>'
        f"{courses(found, name, drawn.get(name, ()))}</figure>"
        for name in measures
    )
    return f'{legend(found, drawn)}<div class="pictures">{"".join(cards)}</div>'


# --- a course to draw -------------------------------------------------------------------------------------------------


def knots(span: Span) -> np.ndarray:
    """The weeks or rounds at which a drawn line is known: float64 [KNOTS]."""
    return np.linspace(span.start, span.end, KNOTS)


def blank(span: Span, measure: str, label: str) -> str:
    """An empty chart to draw a line in; what draws is `sketch.js`."""
    area = _Area(span, ticks(1.0))
    yearly = _yearly(span)
    handles = "".join(
        f'<circle class="knot" cx="{area.x(place)}" cy="{area.y(0.5)}" r="7" role="slider" tabindex="0" '
        f'aria-valuemin="0" aria-valuemax="100" aria-label="'
        f'{"year" if yearly else span.axis} {place / 52 if yearly else place:.{int(yearly)}f}"/>'
        for place in knots(span)
    )
    pad = f'<rect x="{LEFT}" y="{TOP}" width="{WIDTH - LEFT - RIGHT}" height="{HEIGHT - TOP - BOTTOM}"/>'
    return (
        f'<svg class="sketch" viewBox="0 0 {WIDTH} {HEIGHT}" role="group" aria-label="{html.escape(label)}" '
        f'data-low="{area.y(0)}" data-high="{area.y(1)}">{pad}{_grid(area, measure)}'
        f'<polyline class="drawn"/>{handles}</svg>'
    )


# --- numbers ----------------------------------------------------------------------------------------------------------


def table(found: Findings, measures: Iterable[str]) -> str:
    """The mean of each measure in each condition, with half the width of its 95 % interval."""
    listed = list(measures)
    heads = "".join(
        f'<th scope="col">{swatch(a)} {html.escape(one)}</th>' for a, one in enumerate(found.labels.values())
    )
    rows = "".join(
        f'<tr><th scope="row">{WORDS[name].title}<small>{_meaning(name)}</small></th>'
        f"{''.join(_cell(found, condition, name) for condition in found.labels)}</tr>"
        for name in listed
    )
    when = f"after {found.points - 1} rounds" if found.skip < 0 else f"over weeks {found.skip + 1} to {found.points}"
    caption = f"Means {when} and {found.seeds} runs each, ± half the width of the 95 % interval."
    return (
        f'<div class="scroll"><table><caption>{caption}</caption><thead><tr><td></td>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _cell(found: Findings, condition: str, measure: str) -> str:
    half = told(found.half(condition, measure), measure, 1).removesuffix(" %")
    return f"<td>{found.told(condition, measure, 1)} <small>± {half}</small></td>"


# --- the two models of the seed ---------------------------------------------------------------------------------------


def years(found: Findings) -> list[tuple[str, int, int]]:
    """The stretches that the diagrams can show: all years after the first weeks, and each year by itself."""
    last = found.points
    single = [(f"year {k + 1}", k * 52, min(last, (k + 1) * 52)) for k in range(math.ceil(last / 52))]
    return [("all years but the start", found.skip, last), *single]


def diagrams(found: Findings, condition: str, year: int = 0) -> str:
    """Both models of the seed, with the numbers of a condition in a year (0: all)."""
    name, first, last = years(found)[year]
    said = f"{html.escape(found.labels[condition])}, {name}"
    return (
        f'<div class="pictures models"><figure><figcaption><b>The network learning model</b> {said}</figcaption>'
        f"{network_learning(found, condition, first, last)}</figure>"
        f"<figure><figcaption><b>The triple operating system</b> {said}</figcaption>"
        f"{triple_system(found, condition, first, last)}</figure></div>"
    )


def network_learning(found: Findings, condition: str, first: int, last: int) -> str:
    """Networks, communities and teams: circles as large as their share of the week, and the ideas between them."""
    mean = lambda measure: found.weeks(condition, measure, first, last)  # noqa: E731
    centres, y = (92.0, 278.0, 450.0), 138.0
    parts, words, edges = [], [], []
    for x, (name, title) in zip(centres, SPACES, strict=True):
        share = told(mean(f"time_{name}"), f"time_{name}")
        radius = 92 * math.sqrt(max(0.0, mean(f"time_{name}")))
        edges.append(max(radius, 16.0))
        line = 'stroke-dasharray="7 5"' if name == "networks" else ""
        parts.append(f'<circle cx="{x}" cy="{y}" r="{radius:.1f}" fill="{SPACE_COLOURS[name]}" stroke="{INK}" {line}/>')
        parts.append(_text(x, 26, title, extra='class="name"'))
        parts.append(
            _text(
                x, 44, {"networks": "open: cooperate", "communities": "trusted: test", "teams": "focused: create"}[name]
            )
        )
        parts.append(_text(x, y + 6, share, extra='class="big"'))
        words.append(f"{title} {share} of the week")
    for k, measure in enumerate(("ideas_tested", "ideas_adopted")):
        start, end = centres[k] + edges[k] + 3, centres[k + 1] - edges[k + 1] - 9
        flows = mean(measure) if mean(SOURCES[k]) > 0 else 0.0  # people have ideas of their own, too
        parts.append(_arrow(start, end, y, flows, _most(found, measure)))
        words.append(f"{told(mean(measure), measure)} {WORDS[measure].noun}")
    below = (
        f"{told(mean('ideas_seen'), 'ideas_seen')} seen",
        f"{told(mean('ideas_tested'), 'ideas_tested')} tested",
        f"{told(mean('ideas_adopted'), 'ideas_adopted')} adopted",
    )
    parts += [_text(x, 226, one, extra='class="name"') for x, one in zip(centres, below, strict=True)]
    better = f"{told(mean('ideas_improving'), 'ideas_improving')} of them truly better"
    parts += [_text(2, 246, "ideas per 100 people a year", "start"), _text(centres[2], 244, better)]
    return svg(MODEL_WIDTH, MODEL_HEIGHT, "; ".join([*words, better]), parts)


def _most(found: Findings, measure: str) -> float:
    """The highest mean of a measure in any condition, which the widest arrow stands for."""
    return max(float(one[measure].mean()) for one in found.courses.values())


def _arrow(start: float, end: float, y: float, value: float, most: float) -> str:
    """An arrow as wide as its value; a dotted line if nothing flows."""
    if value <= 0:
        return f'<line x1="{start:.1f}" x2="{end + 8:.1f}" y1="{y}" y2="{y}" stroke="{SOFT}" stroke-dasharray="2 5"/>'
    width = 1.5 + 6.5 * min(1.0, value / most if most else 0.0)
    head = f"{end + 8:.1f},{y} {end - 3:.1f},{y - 5 - width / 2:.1f} {end - 3:.1f},{y + 5 + width / 2:.1f}"
    line = f'<line x1="{start:.1f}" x2="{end - 2:.1f}" y1="{y}" y2="{y}" stroke="{INK}" stroke-width="{width:.1f}"/>'
    return f'{line}<polygon points="{head}" fill="{INK}"/>'


def triple_system(found: Findings, condition: str, first: int, last: int) -> str:
    """Awareness → Alternatives → Action: boxes filled as far as each goes, and what each is made of."""
    mean = lambda measure: found.weeks(condition, measure, first, last)  # noqa: E731
    parts, words, boxes = [], [], (14.0, 206.0, 398.0)
    fills = (mean("awareness"), mean("alternatives") / (_most(found, "alternatives") or 1.0), mean("coherent_action"))
    numbers = ("awareness", "alternatives", "coherent_action")
    more = (
        "of the latest is known",
        f"{told(mean('viable'), 'viable')} of them truly better",
        f"fit {told(mean('fit'), 'fit')} · agreement {told(mean('agreement'), 'agreement')}",
    )
    colours = (SPACE_COLOURS["networks"], SPACE_COLOURS["communities"], SPACE_COLOURS["teams"])
    titles = ("Awareness", "Alternatives", "Action")
    for x, fill, measure, title, note, colour in zip(boxes, fills, numbers, titles, more, colours, strict=True):
        level = 130 * min(1.0, max(0.0, fill))
        parts.append(f'<rect x="{x}" y="48" width="148" height="130" rx="8" fill="#fff" stroke="{INK}"/>')
        parts.append(f'<rect x="{x}" y="{178 - level:.1f}" width="148" height="{level:.1f}" rx="8" fill="{colour}"/>')
        parts.append(_text(x + 74, 32, title, extra='class="name"'))
        parts.append(_text(x + 74, 122, told(mean(measure), measure), extra='class="big"'))
        parts.append(_text(x + 74, 200, note))
        words.append(f"{title} {told(mean(measure), measure)}, {note}")
    for k, source in enumerate(("awareness", "alternatives")):  # all as wide: what fills the boxes is in the boxes
        parts.append(_arrow(boxes[k] + 151, boxes[k + 1] - 11, 113, float(mean(source) > 0), 2.0))
    back = f'<path d="M472 208 V226 H88 V214" fill="none" stroke="{SOFT}" stroke-dasharray="4 4"/>'
    parts += [
        back,
        f'<polygon points="88,206 83,216 93,216" fill="{SOFT}"/>',
        _text(280, 243, "the world moves on: look again"),
    ]
    return svg(MODEL_WIDTH, MODEL_HEIGHT, "; ".join(words), parts)
