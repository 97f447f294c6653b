"""Results of runs as a figure: the course of policies over the weeks, a column for each world."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from .measures import DISPLAYS

# Okabe and Ito's colours, which people with any kind of colour vision can tell apart; dashes say the same again.
COLOURS = ["#000000", "#E69F00", "#D55E00", "#56B4E9", "#CC79A7", "#009E73", "#0072B2", "#7F7F7F", "#882255", "#88CCEE"]
DASHES = [[1, 0], [6, 3], [2, 2], [8, 2, 2, 2], [4, 2], [1, 0], [10, 4], [1, 0], [3, 3], [6, 2, 2, 2]]
# How few lines are drawn on a screen: blue, vermilion, green, black, which also differ in brightness.
LINE_COLOURS, LINE_DASHES = [COLOURS[k] for k in (6, 2, 5, 0)], [DASHES[k] for k in (0, 1, 2, 3)]
STROKES: dict[str, Any] = {  # a legend of lines, as long as dashes need
    "labelLimit": 300,
    "symbolType": "stroke",
    "symbolSize": 900,
    "symbolStrokeWidth": 2.5,
    "symbolOpacity": 1,
}
SUBTITLE = 130  # characters in a line of it


def chart(data: pd.DataFrame, worlds: Mapping[str, str], weeks: int, title: str, subtitle: str) -> Any:
    """Measures of each policy over the weeks, a column for each world.

    Parameters
    ----------
    data : DataFrame
        With `policy`, `world`, `measure` and the columns of `study.results.mean_trajectory`.
    worlds : mapping of str to str
        What each world is about, by its name; columns stand in this order.
    weeks : int
        Length of the runs.
    title, subtitle : str
        Above the figure.

    Returns
    -------
    alt.VConcatChart
        A row for each measure, in the order of `data`.
    """
    measures = list(dict.fromkeys(data["measure"]))
    panels = [_panel(data, measure, world, worlds[world], weeks) for measure in measures for world in worlds]
    legend = {"labelFontSize": 12, **STROKES}
    return dressed(in_rows(panels, len(worlds)), title, subtitle).configure_legend(orient="top", **legend)


def in_rows(panels: Sequence[Any], across: int, spacing: int = 14, between: int = 14, **look: Any) -> Any:
    """Panels side by side, so many in a row.

    Parameters
    ----------
    panels : sequence
        Altair charts.
    across : int
        Panels in a row.
    spacing, between : int
        Pixels between the panels of a row, and between rows.
    **look
        What each panel has for itself, as in `color="independent"`.

    Returns
    -------
    alt.VConcatChart
        The last row may be shorter.
    """
    import altair as alt

    rows = [
        alt.hconcat(*panels[k : k + across], spacing=spacing).resolve_scale(**look)
        for k in range(0, len(panels), across)
    ]
    return alt.vconcat(*rows, spacing=between).resolve_scale(**look)


def by_colour(
    column: str, names: Sequence[str], title: str | None = None, colours: Sequence[str] = COLOURS, **look: Any
) -> Any:
    """A colour for each name in a column.

    Parameters
    ----------
    column : str
        Of the data of the chart.
    names : sequence of str
        What stands in the column, in the order of the legend.
    title : str, optional
        Of the legend; default: none.
    colours : sequence of str
        As hex codes, at least one for each name.
    **look
        Further arguments of `alt.Color`, as in `legend=None`.

    Returns
    -------
    alt.Color
        To encode `color`.
    """
    import altair as alt

    return alt.Color(f"{column}:N", sort=list(names), title=title, **look).scale(
        domain=list(names), range=list(colours[: len(names)])
    )


def by_dash(
    column: str, names: Sequence[str], title: str | None = None, dashes: Sequence[list[int]] = DASHES, **look: Any
) -> Any:
    """Dashes for each name in a column, in the order of the colours.

    Parameters
    ----------
    column : str
        Of the data of the chart.
    names : sequence of str
        What stands in the column, in the order of the legend.
    title : str, optional
        Of the legend; default: none.
    dashes : sequence of list of int
        Lengths of strokes and gaps in pixels, at least one list for each name.
    **look
        Further arguments of `alt.StrokeDash`, as in `legend=None`.

    Returns
    -------
    alt.StrokeDash
        To encode `strokeDash`.
    """
    import altair as alt

    return alt.StrokeDash(f"{column}:N", sort=list(names), title=title, **look).scale(
        domain=list(names), range=list(dashes[: len(names)])
    )


def dressed(figure: Any, title: str, subtitle: str = "") -> Any:
    """A figure with its title, and the look that all figures share.

    Parameters
    ----------
    figure : alt.Chart or a composition of charts
        The whole figure: what is configured cannot become part of another.
    title, subtitle : str
        Above the figure; the subtitle is broken into lines of up to `SUBTITLE` characters.

    Returns
    -------
    same as figure
        A configured copy.
    """
    import altair as alt

    head = alt.TitleParams(title, subtitle=textwrap.wrap(subtitle, SUBTITLE), fontSize=16, subtitleFontSize=12)
    return (
        figure.properties(title=head)
        .configure(font="sans-serif", background="white", padding=16)
        .configure_title(anchor="start", fontSize=13, subtitleFontSize=11, subtitleColor="#555555", offset=8)
        .configure_axis(labelFontSize=11, titleFontSize=12, titleFontWeight="normal", gridColor="#eeeeee")
        .configure_view(stroke="#cccccc")
    )


def _panel(data: pd.DataFrame, measure: str, world: str, about: str, weeks: int) -> Any:
    """One measure in one world, with its name on the left edge, and that of the world on the top edge."""
    import altair as alt

    top, left = measure == data["measure"].iloc[0], world == data["world"].iloc[0]
    bottom = measure == data["measure"].iloc[-1]
    of_measure, policies = data[data["measure"] == measure], list(dict.fromkeys(data["policy"]))
    years = list(range(0, weeks + 1, 52)) if 104 < weeks <= 520 else alt.Undefined
    week = alt.X("week:Q").title("week" if bottom else None).scale(domain=[0, weeks], nice=False)
    name = DISPLAYS[measure].axis_title if left else None
    heights: dict[str, Any] = {"title": name, "scale": _scale(of_measure)}
    part = of_measure[of_measure["world"] == world].drop(columns=["measure", "world"]).round(5)
    base = alt.Chart(part).encode(
        x=week.axis(values=years, labels=bottom),
        color=by_colour("policy", policies),
    )
    band = base.mark_area(opacity=0.13, clip=True).encode(y=alt.Y("low:Q", **heights), y2="high:Q")
    line = base.mark_line(strokeWidth=1.8).encode(
        y=alt.Y("mean:Q", **heights),
        strokeDash=by_dash("policy", policies),
    )
    head = alt.TitleParams(f"{world} world", subtitle=textwrap.wrap(about, 54)) if top else ""
    return alt.layer(band, line).properties(width=320, height=230, title=head)


def _scale(of_measure: pd.DataFrame) -> Any:
    """The scale of a measure, the same in all worlds; bands may leave it below, means may not."""
    import altair as alt

    highest = of_measure[["low", "mean", "high"]].max().max()
    return alt.Scale(domain=[of_measure["mean"].min(), highest], zero=False, nice=True)
