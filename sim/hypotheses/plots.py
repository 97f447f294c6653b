"""The figure of a study's hypotheses: what was seen, and how the hypotheses fared."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import pandas as pd

from ..present.captions import replicates
from ..present.formatting import heading
from ..present.measures import DISPLAYS
from ..present.plots import STROKES, by_colour, by_dash, dressed, in_rows
from ..report.plots import WIDTH
from .evaluation import FAILS, HOLDS, UNDECIDED, Grid, HypothesisResult, told

ACROSS = 4  # panels in a row
OUTCOMES = {HOLDS: "#0072B2", UNDECIDED: "#7F7F7F", FAILS: "#D55E00"}
LABELS = 230  # pixels for what stands left of an interval


def figure(grid: Grid, of: Sequence[HypothesisResult]) -> Any:
    """What was seen of the first hypothesis's measure, above the verdicts on all hypotheses.

    Parameters
    ----------
    grid : Grid
        The runs of the study.
    of : sequence of HypothesisResult
        All verdicts of the study, hypothesis by hypothesis.

    Returns
    -------
    Altair chart
        The measure over the weeks if the first hypothesis compares different weeks, else in all conditions; then the
        intervals of each hypothesis. Hypotheses about the same measure share their limits.
    """
    import altair as alt

    study = grid.found.study
    over_time = len({term.weeks for term in of[0].hypothesis.parts}) > 1
    seen, text = (weeks if over_time else conditions)(grid, of[0])
    hypotheses = [[one for one in of if one.number == k] for k in dict.fromkeys(one.number for one in of)]
    rows = [seen, *(intervals(one, _limits(of, one[0].hypothesis.measure), one is hypotheses[0]) for one in hypotheses)]
    text += f" Bars: 95 % intervals; {replicates(grid.found)} of each setting."
    drawn = alt.vconcat(*rows, spacing=10).resolve_scale(color="independent", strokeDash="independent")
    return dressed(drawn, study.title, text).configure_legend(orient="top", **STROKES)


# --- what was seen ----------------------------------------------------------------------------------------------------


def conditions(grid: Grid, of: HypothesisResult) -> tuple[Any, str]:
    """The measure of a hypothesis in all conditions, a panel for each world, and what it shows in words.

    Parameters
    ----------
    grid : Grid
        The runs of the study.
    of : HypothesisResult
        A verdict on the hypothesis; in which world does not matter.

    Returns
    -------
    chart : Altair chart
        Means with 95 % intervals along one factor (`along`, or of those it names the one with most conditions), a
        colour for each condition of a second one; the others that are varied make the panels.
    text : str
        The measure and its weeks.
    """
    import altair as alt

    hypothesis = of.hypothesis
    varied = [name for name in grid.names if len(grid.labels[name]) > 1]
    inside = [name for name in varied if name in hypothesis.factors]
    x = hypothesis.along or max(inside or varied, key=lambda name: len(grid.labels[name]))
    line = next((name for name in [*inside, *varied] if name != x), "")
    worlds = [name for name in varied if name not in (x, line)]

    table = grid.means(hypothesis.measure, hypothesis.parts[0].weeks)
    number = all(_is_number(label) for label in grid.labels[x])
    table["x"] = table[x].map(float if number else str)
    table["line"] = [told({line: value}) for value in table[line]] if line else ""
    parts = (
        [(told(dict(zip(worlds, cell, strict=True))), part) for cell, part in table.groupby(worlds, sort=False)]
        if worlds
        else [("", table)]
    )

    across = alt.X("x:Q", title=heading(x)).scale(zero=False, nice=False, padding=8).axis(tickCount=5)
    if not number:
        across = alt.X("x:N", sort=grid.labels[x], title=None).axis(labelAngle=-25, labelLimit=140)
    ends = [table["low"].fillna(table["mean"]).min(), table["high"].fillna(table["mean"]).max()]
    scale = alt.Scale(domain=ends, zero=False, nice=True)
    joined = number or len(grid.labels[x]) == 2  # between conditions without an order there is nothing to draw
    size = {"width": WIDTH // max(2, min(ACROSS, len(parts))) - 52, "height": 170}
    panels = []
    for k, (title, part) in enumerate(parts):
        up = {"scale": scale, "title": None if k % ACROSS else DISPLAYS[hypothesis.measure].axis_title}
        head = alt.TitleParams(title, fontSize=11, fontWeight="normal")
        panels.append(
            _panel(part[["x", "line", "mean", "low", "high"]], across, up, joined).properties(title=head, **size)
        )
    span = hypothesis.parts[0].weeks or (grid.found.study.warm_up + 1, grid.found.study.weeks)
    text = f"{heading(hypothesis.measure).capitalize()} in weeks {span[0]} to {span[1]}."
    return in_rows(panels, ACROSS, 12, 12), text


def weeks(grid: Grid, of: HypothesisResult) -> tuple[Any, str]:
    """The trajectory of a measure in all conditions, the weeks that are compared shaded, and what it shows.

    Parameters
    ----------
    grid : Grid
        The runs of a study that keeps the trajectory of this measure.
    of : HypothesisResult
        A verdict on a hypothesis that compares weeks; in which world does not matter.

    Returns
    -------
    chart : Altair chart
        Mean trajectories with 95 % bands, a colour for each setting.
    text : str
        What it shows, in a sentence.
    """
    import altair as alt

    hypothesis, varied = of.hypothesis, [name for name in grid.names if len(grid.labels[name]) > 1]
    table = grid.trajectory(hypothesis.measure)
    table["line"] = [told(dict(zip(varied, one, strict=True))) for one in table[varied].to_numpy().tolist()]
    windows = pd.DataFrame([term.weeks for term in hypothesis.parts], columns=["first", "last"])
    colour = by_colour("line", list(dict.fromkeys(table["line"])))
    shade = alt.Chart(windows).mark_rect(opacity=0.12, color="#0072B2").encode(x="first:Q", x2="last:Q")
    base = alt.Chart(table[["week", "line", "mean", "low", "high"]]).encode(x=alt.X("week:Q", title="week"))
    y = alt.Y("mean:Q", title=DISPLAYS[hypothesis.measure].axis_title).scale(zero=False)
    band = base.mark_area(opacity=0.15).encode(y="low:Q", y2="high:Q", color=colour)
    drawn = shade + band + base.mark_line(strokeWidth=1.8).encode(y=y, color=colour)
    return drawn.properties(
        width=WIDTH - LABELS - 60, height=200
    ), f"{heading(hypothesis.measure).capitalize()} over time."


def _panel(table: pd.DataFrame, x: Any, up: dict[str, Any], joined: bool) -> Any:
    """One world: the measure along a factor, a colour for each condition of another."""
    import altair as alt

    order = list(dict.fromkeys(table["line"]))
    looks: dict[str, Any] = {}
    if len(order) > 1:
        legend = alt.Legend(columns=6)
        looks["color"] = by_colour("line", order, legend=legend)
        if joined:
            looks["strokeDash"] = by_dash("line", order, legend=legend)
    base, y = alt.Chart(table).encode(x=x), alt.Y("mean:Q", **up)
    colour = {name: look for name, look in looks.items() if name == "color"}
    drawn = base.mark_rule(strokeWidth=1.6).encode(y=alt.Y("low:Q", **up), y2="high:Q", **colour)
    if joined:
        drawn += base.mark_line(strokeWidth=1.6).encode(y=y, **looks)
    return drawn + base.mark_point(filled=True, size=34, opacity=1).encode(y=y, **colour)


def _is_number(label: Any) -> bool:
    try:
        float(label)
    except (TypeError, ValueError):
        return False
    return not isinstance(label, bool)


def _limits(of: Sequence[HypothesisResult], measure: str) -> tuple[float, float]:
    """From where to where the statistics of all hypotheses about a measure reach, 0 and what is needed included."""
    own = [one for one in of if one.hypothesis.measure == measure]
    ends = [0.0, *(end for one in own for end in (one.low, one.high, one.hypothesis.size) if end == end)]
    return min(ends), max(ends)


# --- how the hypotheses fared -----------------------------------------------------------------------------------------


def intervals(of: Sequence[HypothesisResult], limits: tuple[float, float], legend: bool) -> Any:
    """The verdicts on one hypothesis: its statistic in each world, against the smallest size that would matter.

    Parameters
    ----------
    of : sequence of HypothesisResult
        Its verdicts, one for each world.
    limits : (float, float)
        From where to where the axis reaches at least, in the unit of the statistic.
    legend : bool
        Whether there is a legend of the outcomes.

    Returns
    -------
    Altair chart
        A row for each world, coloured by outcome; a line at 0 and a dashed one at the size that matters.
    """
    import altair as alt

    hypothesis = of[0].hypothesis
    rows = [
        {
            "world": f"{told(one.cell) or 'everywhere'}{'' if one.claimed else ' (not claimed)'}",
            "effect": one.effect, "low": one.low, "high": one.high, "outcome": one.outcome, "note": one.note,
        }
        for one in of
    ]  # fmt: skip
    table = pd.DataFrame(rows)
    y = alt.Y("world:N", sort=table["world"].tolist(), title=None).axis(labelLimit=LABELS + 60)
    shown = alt.Legend() if legend else None
    colour = by_colour("outcome", list(OUTCOMES), colours=list(OUTCOMES.values()), legend=shown)
    title = (
        f"difference in {DISPLAYS[hypothesis.measure].axis_title}"
        if hypothesis.statistic != "optimum_shift"
        else heading(hypothesis.along)
    )
    x = alt.X("low:Q", title=title).scale(domain=list(limits), nice=True).axis(labelFlush=False, tickCount=6)
    base = alt.Chart(table).encode(y=y, color=colour)
    line = base.mark_rule(strokeWidth=2.2).encode(x=x, x2="high:Q")
    dot = base.mark_point(filled=True, size=60, opacity=1).encode(x="effect:Q")
    marks = pd.DataFrame({"x": [0.0, hypothesis.size]})
    zero = alt.Chart(marks[:1]).mark_rule(color="#999999").encode(x="x:Q")
    size = alt.Chart(marks[1:]).mark_rule(color="#333333", strokeDash=[4, 3]).encode(x="x:Q")
    side = "at least" if hypothesis.bound == "at_least" else "at most"
    lines = textwrap.wrap(f"{of[0].number}. {hypothesis.statement} (dashed: {side} {hypothesis.size:g})", 120)
    head = alt.TitleParams(lines, fontSize=12, fontWeight="normal", anchor="start", offset=4)
    return (zero + size + line + dot).properties(width=WIDTH - LABELS - 60, height={"step": 17}, title=head)
