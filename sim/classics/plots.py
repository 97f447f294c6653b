"""The figures of the classics: ours as lines, what was published as hollow marks over them."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from ..present.plots import STROKES, by_colour, by_dash, dressed, in_rows
from .curves import INDEPENDENT, Panel, panels
from .targets import SOURCES

COLUMNS, WIDTH, HEIGHT = 2, 390, 250  # panels side by side, and their size
FEW = 20  # places on a line up to which each is marked
SYMBOL, LETTER = 40, 6.2  # widths in a legend
MET, MISSED = "circle", "cross"  # how published points are marked


def chart(name: str, curves: pd.DataFrame, replicates: int) -> Any:
    """The panels of one classic, from the table of its curves.

    Parameters
    ----------
    name : str
        A name in CLASSICS.
    curves : DataFrame
        The rows of this classic as `curves.frame` gives them.
    replicates : int
        Runs of each condition, for the subtitle.

    Returns
    -------
    altair.VConcatChart
        Two panels a row, with title and subtitle.
    """
    drawn = [_panel(panel, curves) for panel in panels(name)]
    own = {"color": "independent", "strokeDash": "independent"}  # the legend of a panel is below it
    figure = dressed(in_rows(drawn, COLUMNS, 30, 30, **own), _title(name), _subtitle(name, curves, replicates))
    legend = {"labelFontSize": 12, **STROKES}
    return figure.configure_legend(orient="bottom", offset=4, **legend)


def _title(name: str) -> str:
    """Whose model it is.

    >>> _title("march1991")
    'March 1991, from the rules of the engine'
    """
    found = re.match(r".*?\d{4}", SOURCES[name])
    return f"{found.group() if found else name}, from the rules of the engine"


def _subtitle(name: str, curves: pd.DataFrame, replicates: int) -> str:
    """What the lines, bands and marks are."""
    parts = [f"Lines: ours, means of {replicates:,} runs, with bands of ±2 standard errors"]
    held = set(curves["verdict"]) - {""}
    if "met" in held:
        parts.append(f"rings: {'an independent run' if name in INDEPENDENT else 'published'}")
    if held - {"met"}:
        parts.append("crosses: those that are missed")
    return "; ".join(parts)


def _panel(panel: Panel, curves: pd.DataFrame) -> Any:
    """The curves of a panel on common axes, each with its band and with what was published."""
    import altair as alt

    parts = [curves[(curves["figure"] == one.figure) & (curves["condition"] == one.name)] for one in panel.curves]
    data, names = _with_bands(pd.concat(parts), panel.log_y), [curve.name for curve in panel.curves]
    along = alt.X("x:Q", title=panel.x).scale(type=_kind(panel.log_x), nice=False)
    y: dict[str, Any] = {"title": panel.y, "scale": _height(data, panel.log_y), "axis": alt.Axis(labelFlush=True)}
    legend = alt.Legend(columns=int(WIDTH // (SYMBOL + LETTER * max(map(len, names)))))
    colour, dash = by_colour("condition", names, legend=legend), by_dash("condition", names, legend=legend)
    base = alt.Chart(data).encode(x=along.axis(labelFlush=False, tickCount=8), color=colour)
    band = base.mark_area(opacity=0.15).encode(y=alt.Y("low:Q", **y), y2="high:Q")
    dots: Any = {"size": 22} if max(map(len, parts)) <= FEW else False
    line = base.mark_line(strokeWidth=1.8, point=dots).encode(y=alt.Y("ours:Q", **y), strokeDash=dash)
    there = base.transform_filter("isValid(datum.published)")
    marks = there.mark_point(filled=False, size=80, strokeWidth=1.6, opacity=1)
    shape = alt.condition("datum.verdict == 'met'", alt.value(MET), alt.value(MISSED))
    published = marks.encode(y=alt.Y("published:Q", **y), shape=shape)
    title = alt.TitleParams(panel.title, frame="group")
    return alt.layer(band, line, published).properties(width=WIDTH, height=HEIGHT, title=title)


def _with_bands(curves: pd.DataFrame, log: bool) -> pd.DataFrame:
    """What is drawn of curves: ours with its band, and what was published.

    On a logarithmic scale a band ends at the lowest mean, because it may reach below 0.
    """
    kept = curves[["condition", "x", "ours", "published", "verdict"]]
    low, high = (curves["ours"] + sign * 2.0 * curves["error"] for sign in (-1, 1))
    return kept.assign(low=low.clip(lower=curves["ours"].min()) if log else low, high=high).round(5)


def _height(data: pd.DataFrame, log: bool) -> Any:
    """The scale of the height, on which all is shown."""
    import altair as alt

    low, high = data[["low", "published"]].min().min(), data[["high", "published"]].max().max()
    return alt.Scale(type=_kind(log), domain=[low, high], zero=False, nice=True)


def _kind(log: bool) -> Any:
    """What Altair calls a scale."""
    return "log" if log else "linear"
