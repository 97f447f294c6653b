"""Results of runs as a figure: the course of policies over the weeks, a column for each world."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

import pandas as pd

from .formatting import heading

CURVES = {"output": "output (0 to 1)", "coherent_action": "coherent action (fit × agreement)"}
# Okabe and Ito's colours, which people with any kind of colour vision can tell apart; dashes say the same again.
COLOURS = ["#000000", "#E69F00", "#D55E00", "#56B4E9", "#CC79A7", "#009E73", "#0072B2", "#7F7F7F", "#882255", "#88CCEE"]
DASHES = [[1, 0], [6, 3], [2, 2], [8, 2, 2, 2], [4, 2], [1, 0], [10, 4], [1, 0], [3, 3], [6, 2, 2, 2]]
STROKES = {"symbolSize": 900, "symbolStrokeWidth": 2.5, "symbolOpacity": 1}  # as long as dashes need
SUBTITLE = 130  # characters in a line of it


def chart(data: pd.DataFrame, worlds: Mapping[str, str], weeks: int, title: str, subtitle: str) -> Any:
    """Measures of each policy over the weeks, a column for each world (an Altair chart).

    `data`: `policy`, `world`, `measure` and the columns of `results.mean_trajectory`; `worlds`: what each is about.
    """
    import altair as alt

    measures = list(dict.fromkeys(data["measure"]))
    rows = [
        alt.hconcat(*(_panel(data, measure, world, worlds[world], weeks) for world in worlds), spacing=14)
        for measure in measures
    ]
    return dressed(alt.vconcat(*rows, spacing=14), title, subtitle).configure_legend(
        orient="top", labelFontSize=12, labelLimit=300, symbolType="stroke", **STROKES
    )


def dressed(figure: Any, title: str, subtitle: str | list[str] = "") -> Any:
    """A figure with its title, and the look that all figures share."""
    import altair as alt

    lines = textwrap.wrap(subtitle, SUBTITLE) if isinstance(subtitle, str) else subtitle
    head = alt.TitleParams(title, subtitle=lines, fontSize=16, subtitleFontSize=12)
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
    of_measure, policies = data[data["measure"] == measure], list(dict.fromkeys(data["policy"]))
    years = list(range(0, weeks + 1, 52)) if 104 < weeks <= 520 else alt.Undefined
    week = alt.X("week:Q").title(None if top else "week").scale(domain=[0, weeks], nice=False)
    name = CURVES.get(measure, heading(measure)) if left else None
    heights: dict[str, Any] = {"title": name, "scale": _scale(of_measure)}
    part = of_measure[of_measure["world"] == world].drop(columns=["measure", "world"]).round(5)
    base = alt.Chart(part).encode(
        x=week.axis(values=years, labels=not top),
        color=alt.Color("policy:N", sort=policies, title=None).scale(domain=policies, range=COLOURS),
    )
    band = base.mark_area(opacity=0.13, clip=True).encode(y=alt.Y("low:Q", **heights), y2="high:Q")
    line = base.mark_line(strokeWidth=1.8).encode(
        y=alt.Y("mean:Q", **heights),
        strokeDash=alt.StrokeDash("policy:N", sort=policies, title=None).scale(domain=policies, range=DASHES),
    )
    head = alt.TitleParams(f"{world} world", subtitle=textwrap.wrap(about, 54)) if top else ""
    return alt.layer(band, line).properties(width=320, height=230, title=head)


def _scale(of_measure: pd.DataFrame) -> Any:
    """The scale of a measure, the same in all worlds; bands may leave it below, means may not."""
    import altair as alt

    highest = of_measure[["low", "mean", "high"]].max().max()
    return alt.Scale(domain=[of_measure["mean"].min(), highest], zero=False, nice=True)
