"""Results of runs as a figure: the course of policies over the weeks, a column for each world."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from .comparison import interval
from .measures import MEASURE_NAMES, MEASURES
from .results import Runs
from .texts import heading, seeds_text

CURVES = {"output": "output (0 to 1)", "coherent_action": "coherent action (fit × agreement)"}
# Okabe and Ito's colours, which people with any kind of colour vision can tell apart; dashes say the same again.
COLOURS = ["#000000", "#E69F00", "#D55E00", "#56B4E9", "#CC79A7", "#009E73"]
DASHES = [[1, 0], [6, 3], [2, 2], [8, 2, 2, 2], [4, 2], [1, 0]]
STROKES = {"symbolSize": 900, "symbolStrokeWidth": 2.5, "symbolOpacity": 1}  # as long as dashes need
POINTS = 65  # of a curve; weeks are averaged in groups so that it has about as many


def group_of(weeks: int) -> int:
    """How many weeks make one point of a curve.

    >>> group_of(260), group_of(8)
    (4, 1)
    """
    return max(1, round(weeks / POINTS))


def courses(runs: Runs, measures: Iterable[str] = tuple(CURVES)) -> pd.DataFrame:
    """The course of measures over the weeks, averaged in groups: mean and 95 % interval over the replicates."""
    size = group_of(runs.weeks)
    whole = runs.results[:, :, : runs.weeks // size * size]
    kept = whole.reshape(*whole.shape[:2], -1, size, len(MEASURES)).mean(axis=3)
    week = (np.arange(kept.shape[2]) + 0.5) * size + 0.5  # the middle of its weeks
    parts = []
    for a, scenario in enumerate(runs.scenarios):
        for measure in measures:
            mean, half = interval(kept[a, :, :, MEASURE_NAMES.index(measure)])
            names = {"policy": heading(runs.labels[a]), "world": scenario.world.name, "measure": measure}
            parts.append(pd.DataFrame({**names, "week": week, "mean": mean, "low": mean - half, "high": mean + half}))
    return pd.concat(parts, ignore_index=True)


def chart(runs: Runs) -> Any:
    """Output and coherent action of each policy over the weeks, a column for each world (an Altair chart)."""
    import altair as alt

    data = courses(runs)
    worlds = {scenario.world.name: scenario.world.about for scenario in runs.scenarios}
    title = alt.TitleParams(
        f"What {len(set(runs.labels))} policies lead to in {len(worlds)} worlds, week by week",
        subtitle=_subtitle(runs),
        fontSize=16,
        subtitleFontSize=12,
    )
    rows = [
        alt.hconcat(*(_panel(data, measure, world, worlds[world], runs.weeks) for world in worlds), spacing=14)
        for measure in CURVES
    ]
    return (
        alt.vconcat(*rows, spacing=14, title=title)
        .configure(font="sans-serif", background="white", padding=16)
        .configure_title(anchor="start", fontSize=13, subtitleFontSize=11, subtitleColor="#555555", offset=8)
        .configure_axis(labelFontSize=11, titleFontSize=12, titleFontWeight="normal", gridColor="#eeeeee")
        .configure_view(stroke="#cccccc")
        .configure_legend(orient="top", labelFontSize=12, labelLimit=300, symbolType="stroke", **STROKES)
    )


def _subtitle(runs: Runs) -> str:
    """What a curve and its band are."""
    text, size = f"Mean of {seeds_text(runs.seeds)}", group_of(runs.weeks)
    if size > 1:
        text += f", averaged over {size} weeks each"
    if len(runs.seeds) > 1:
        text += "; bands: 95 % intervals of each mean (the tables have those of the paired differences)"
    return text


def _panel(data: pd.DataFrame, measure: str, world: str, about: str, weeks: int) -> Any:
    """One measure in one world, with its name on the left edge, and that of the world on the top edge."""
    import altair as alt

    top, left = measure == next(iter(CURVES)), world == data["world"].iloc[0]
    of_measure, policies = data[data["measure"] == measure], list(dict.fromkeys(data["policy"]))
    years = list(range(0, weeks + 1, 52)) if 104 < weeks <= 520 else alt.Undefined
    week = alt.X("week:Q").title(None if top else "week").scale(domain=[0, weeks], nice=False)
    heights: dict[str, Any] = {"title": CURVES[measure] if left else None, "scale": _scale(of_measure)}
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
