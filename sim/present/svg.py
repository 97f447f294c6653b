"""Charts as SVG text, drawn here because that takes a millisecond; figures for files are drawn by Altair.

Colours, dashes and what a band means are those of all figures of the project (`present.plots`). What is returned is
safe in a template: attributes and texts are escaped.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np
from markupsafe import Markup, escape

from ..analysis.statistics import band
from .measures import DISPLAYS
from .plots import LINE_COLOURS, LINE_DASHES

POINTS = 65  # of a curve
STROKE_DASHES = [" ".join(map(str, dash)) for dash in LINE_DASHES]
SPACE_COLOURS = {"networks": "#56B4E9", "communities": "#E69F00", "teams": "#B8BEC6"}
WEEKS_OF_YEARS = 104  # from so many weeks on an axis counts years


def element(name: str, *content: str, **attributes: object) -> Markup:
    """An SVG element; numbers are rounded to tenths, `class_` is `class`, and other underscores are hyphens.

    Parameters
    ----------
    name : str
        Of the element.
    *content : str
        Texts, which are escaped, and elements (Markup), which are not.
    **attributes
        What is None is left out.

    Returns
    -------
    Markup
        The element, closed.

    Examples
    --------
    >>> element("text", "a < b", x=1.04, text_anchor="end")
    Markup('<text x="1.0" text-anchor="end">a &lt; b</text>')
    """
    named = ((key.rstrip("_").replace("_", "-"), value) for key, value in attributes.items() if value is not None)
    given = "".join(f' {key}="{escape(round(v, 1) if isinstance(v, float) else v)}"' for key, v in named)
    inside = Markup("").join(content)
    return Markup(f"<{name}{given}>{inside}</{name}>" if content else f"<{name}{given}/>")


def picture(
    width: int, height: int, label: str, parts: Iterable[str], role: str = "img", **attributes: object
) -> Markup:
    """A whole picture.

    Parameters
    ----------
    width, height : int
        Of the view box, in its units.
    label : str
        What those hear who do not see it.
    parts : iterable of str
        Elements, the lowest first.
    role : str
        The ARIA role: `group` for a picture in which something can be moved.
    **attributes
        Further attributes of the `svg` element, as for `element`.

    Returns
    -------
    Markup
        The `svg` element.
    """
    return element("svg", *parts, viewBox=f"0 0 {width} {height}", role=role, aria_label=label, **attributes)


def text(x: float, y: float, words: str, anchor: str = "middle", **attributes: object) -> Markup:
    """Words at a place.

    Parameters
    ----------
    x, y : float
        The place; `y` is that of the base line.
    words : str
        The text, which is escaped.
    anchor : {"start", "middle", "end"}
        Which part of the words is at `x`.
    **attributes
        Further attributes, as for `element`.

    Returns
    -------
    Markup
        A `text` element.
    """
    return element("text", words, x=x, y=y, text_anchor=anchor, **attributes)


def swatch(number: int) -> Markup:
    """The line that stands for a scenario or condition in all charts.

    Parameters
    ----------
    number : int
        Of the scenario or condition, 0 to 3.

    Returns
    -------
    Markup
        A small `svg` element, hidden from screen readers.
    """
    line = element(
        "line", x1=0, x2=28, y1=4, y2=4, stroke=LINE_COLOURS[number], stroke_dasharray=STROKE_DASHES[number],
        stroke_width=3,
    )  # fmt: skip
    return element("svg", line, class_="swatch", viewBox="0 0 28 8", aria_hidden="true")


class Curve(NamedTuple):
    """The course of a measure: mean of each group of weeks, and the 95 % interval of that mean.

    Attributes
    ----------
    week : float64 [points]
        The middle of each group of weeks or rounds.
    mean : float64 [points]
        Over the group and the seeds.
    low, high : float64 [points]
        The interval; both are the mean where there is only one seed.
    """

    week: np.ndarray
    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray


def curve(histories: np.ndarray, points: int = POINTS, start: float = 1.0) -> Curve:
    """The course over histories.

    Parameters
    ----------
    histories : float [seeds, weeks]
        A measure.
    points : int
        About how many points the curve has: weeks are averaged in groups.
    start : float
        The week or round of the first column.

    Returns
    -------
    Curve
        With at most `points` points.

    Examples
    --------
    >>> curve(np.array([[1.0, 3.0, 5.0, 7.0]]), points=2).mean.tolist()
    [2.0, 6.0]
    """
    weeks = histories.shape[1]
    groups = np.arange(0, weeks, max(1, math.ceil(weeks / points)))
    lengths = np.diff([*groups, weeks])
    mean, half = band(np.add.reduceat(histories, groups, axis=1) / lengths)
    half = np.nan_to_num(half)
    return Curve(groups + (lengths - 1) / 2 + start, mean, mean - half, mean + half)


def ticks(top: float) -> list[float]:
    """About four round numbers from 0 to at least `top`.

    Parameters
    ----------
    top : float
        The highest value.

    Returns
    -------
    list of float
        In equal steps; 0 and 1 if `top` is not above 0.

    Examples
    --------
    >>> ticks(1.0), ticks(23.0)
    ([0.0, 0.25, 0.5, 0.75, 1.0], [0, 10, 20, 30])
    """
    if not top > 0:
        return [0.0, 1.0]
    size = 10 ** math.floor(math.log10(top))
    step = next(size * k for k in (0.1, 0.2, 0.25, 0.5, 1, 2, 2.5, 5) if size * k * 4 >= top * 0.999)
    return [step * k for k in range(math.ceil(top / step - 1e-9) + 1)]


def height_of(measure: str, curves: Iterable[Curve]) -> float:
    """The highest value that the chart of a measure has room for.

    Parameters
    ----------
    measure : str
        A name in `DISPLAYS`.
    curves : iterable of Curve
        What is drawn, at least one.

    Returns
    -------
    float
        1 if the measure can be no more, else the highest upper bound of all intervals.
    """
    return 1.0 if DISPLAYS[measure].bounded else max(float(one.high.max()) for one in curves)


class Plot:
    """The area of a chart with its axes: from weeks and values to places on it.

    Parameters
    ----------
    width, height : int
        Of the whole picture.
    measure : str
        What is drawn; it says how the numbers at the axis are written.
    end : float
        The last week or round.
    top : float
        The highest value; the lowest is 0.
    axis : {"week", "round"}
        What is counted from left to right.
    """

    left, right, top, bottom = 46, 8, 16, 26  # room for the labels around the area

    def __init__(self, width: int, height: int, measure: str, end: float, top: float, axis: str = "week") -> None:
        self.width, self.height, self.measure, self.end, self.axis = width, height, measure, end, axis
        self.marks = ticks(top)

    @property
    def yearly(self) -> bool:
        """Whether the axis counts years."""
        return self.axis == "week" and self.end >= WEEKS_OF_YEARS

    def x(self, place: float) -> float:
        """Where a week or round is.

        Parameters
        ----------
        place : float
            The week or round, 0 to `end`.

        Returns
        -------
        float
            From the left edge of the picture, to a tenth.
        """
        return round(self.left + (self.width - self.left - self.right) * place / self.end, 1)

    def y(self, value: float) -> float:
        """Where a value is; what is below or above the area lies on its edge.

        Parameters
        ----------
        value : float
            In the unit of the measure.

        Returns
        -------
        float
            From the top edge of the picture, to a tenth.
        """
        share = min(1.0, max(0.0, value / self.marks[-1]))
        return round(self.height - self.bottom - (self.height - self.top - self.bottom) * share, 1)

    def path(self, places: Sequence[float] | np.ndarray, values: Sequence[float] | np.ndarray) -> str:
        """Places of a curve, as a list of points.

        Parameters
        ----------
        places : float [points]
            Weeks or rounds.
        values : float [points]
            In the unit of the measure.

        Returns
        -------
        str
            The attribute `points` of a line or polygon.
        """
        return " ".join(f"{self.x(place)},{self.y(value)}" for place, value in zip(places, values, strict=True))

    def area(self, **attributes: object) -> Markup:
        """The area as a rectangle.

        Parameters
        ----------
        **attributes
            Further attributes, as for `element`.

        Returns
        -------
        Markup
            A `rect` element.
        """
        size = {"width": self.width - self.left - self.right, "height": self.height - self.top - self.bottom}
        return element("rect", x=self.left, y=self.top, **size, **attributes)

    def grid(self) -> Markup:
        """The lines of reference and the axes with their numbers.

        Returns
        -------
        Markup
            Elements one after another.
        """
        parts, display, below = [], DISPLAYS[self.measure], self.height - 8
        for mark in self.marks:
            y = self.y(mark)
            label = f"{mark * 100:.0f}{display.suffix}" if display.factor == 100 else f"{mark:g}"
            parts.append(element("line", class_="grid", x1=self.left, x2=self.width - self.right, y1=y, y2=y))
            parts.append(text(self.left - 6, y + 4, label, "end"))
        step = 52 * max(1, round(self.end / 260)) if self.yearly else ticks(self.end)[1]
        for place in np.arange(0, self.end + 1e-9, step):
            label = f"{place / 52 if self.yearly else place:g}"
            at_edge = self.x(place) > self.width - self.right - 8 and len(label) > 1
            parts.append(text(self.x(place), below, label, "end" if at_edge else "middle"))
        parts.append(text(2, below, "year" if self.yearly else self.axis, "start"))
        return Markup("").join(parts)

    def curves(self, curves: Sequence[Curve]) -> Markup:
        """Curves with their bands, each in its colour and dashes; bands lie below all lines.

        Parameters
        ----------
        curves : sequence of Curve
            Of up to four scenarios or conditions; any more are not drawn.

        Returns
        -------
        Markup
            Elements one after another.
        """
        bands = [
            element(
                "polygon", points=f"{self.path(one.week, one.high)} {self.path(one.week[::-1], one.low[::-1])}",
                fill=colour, fill_opacity="0.16",
            )
            for one, colour in zip(curves, LINE_COLOURS, strict=False)
        ]  # fmt: skip
        lines = [
            element(
                "polyline", class_="line", points=self.path(one.week, one.mean), stroke=colour, stroke_dasharray=dash
            )
            for one, colour, dash in zip(curves, LINE_COLOURS, STROKE_DASHES, strict=False)
        ]
        return Markup("").join([*bands, *lines])

    def ends(self, curves: Sequence[Curve], names: Iterable[str], told: Callable[[float, str], str]) -> str:
        """Where curves begin and end, for those who hear the chart.

        Parameters
        ----------
        curves : sequence of Curve
            What is drawn.
        names : iterable of str
            What each curve is called.
        told : callable
            Gives the text of a value from (value, measure), as `format_value` does.

        Returns
        -------
        str
            As in "A from 50 % to 80 %, B from 50 % to 60 %".
        """
        return ", ".join(
            f"{name} from {told(one.mean[0], self.measure)} to {told(one.mean[-1], self.measure)}"
            for name, one in zip(names, curves, strict=True)
        )
