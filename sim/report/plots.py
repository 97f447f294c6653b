"""The figures of a report, each made from a tidy table (Altair charts).

Every function returns None where the table has nothing to show.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from ..present.formatting import heading
from ..present.measures import DISPLAYS
from ..present.plots import COLOURS, STROKES, by_colour, by_dash, dressed, in_rows

PANELS_ACROSS = 3
MOST_SETTINGS = 400  # points drawn in one figure
WIDTH = 880  # of all panels of a figure together, so that a report needs no scrolling sideways
LABEL = 320  # pixels of a row's name
PANEL = WIDTH // PANELS_ACROSS - 60


def differences(
    cells: pd.DataFrame,
    measures: Sequence[str],
    subtitle: str,
    title: str = "What each policy changes, against the first one",
) -> Any:
    """Paired differences from the first policy with their intervals: a panel for each measure, a row a policy.

    Parameters
    ----------
    cells : DataFrame
        As `StudyResults.cells` gives it for these measures.
    measures : sequence of str
        In the order of the panels.
    subtitle : str
        What the numbers are, in a sentence.
    title : str
        Above the figure.

    Returns
    -------
    Altair chart or None
        None if there is nothing but the first policy, or no interval. Worlds differ in colour.
    """
    import altair as alt

    table = cells[cells["setting"] != cells["base"]]
    if table.empty or table["difference_low"].isna().all():
        return None
    table = table.assign(policy=table["policy"].map(heading))
    policies, worlds = list(dict.fromkeys(table["policy"])), list(dict.fromkeys(cells["world"]))
    several = len(worlds) > 1
    shift = alt.YOffset("world:N", sort=worlds) if several else alt.Undefined
    legend = alt.Legend() if several else None
    colour = by_colour("world", worlds, "world", legend=legend)
    step = {"step": 12, "for": "offset"} if several else {"step": 22}
    panels = []
    for k, measure in enumerate(measures):
        own = table[table["measure"] == measure]
        left = k % PANELS_ACROSS == 0
        y = alt.Y("policy:N", sort=policies, title=None).axis(labels=left, ticks=left, labelLimit=LABEL)
        tips: list[Any] = ["policy", "world", *(alt.Tooltip(f"{c}:Q", format=".4f") for c in _INTERVAL)]
        base = alt.Chart(own[["policy", "world", *_INTERVAL]]).encode(y=y, yOffset=shift, color=colour, tooltip=tips)
        line = base.mark_rule(strokeWidth=2).encode(x=alt.X("difference_low:Q", title=None), x2="difference_high:Q")
        dot = base.mark_point(filled=True, size=45, opacity=1).encode(x="difference:Q")
        zero = alt.Chart(pd.DataFrame({"x": [0.0]})).mark_rule(color="#999999", strokeDash=[3, 3]).encode(x="x:Q")
        panels.append((zero + line + dot).properties(width=PANEL, height=step, title=DISPLAYS[measure].axis_title))
    return _grid(panels, title, subtitle).configure_legend(orient="top")


_INTERVAL = ["difference", "difference_low", "difference_high"]


def responses(table: pd.DataFrame, factor: str, by: str, measures: Sequence[str], subtitle: str) -> Any:
    """Measures over the values of a factor, a line for each policy (or what `by` names), a column for each world.

    Parameters
    ----------
    table : DataFrame
        As `StudyResults.over` gives it for `world`, `by`, the factor and these measures.
    factor : str
        The factor along the horizontal axis.
    by : str
        What tells the lines apart: `policy` or another factor.
    measures : sequence of str
        In the order of the rows.
    subtitle : str
        What the numbers are, in a sentence.

    Returns
    -------
    Altair chart or None
        None unless the factor has two values or more, all of them numbers.
    """
    import altair as alt

    if table[factor].nunique() < 2 or not is_number(table[factor]):
        return None
    table = table.assign(line=table[by].map(lambda value: heading(value) if isinstance(value, str) else f"{value:g}"))
    lines, worlds = list(dict.fromkeys(table["line"])), list(dict.fromkeys(table["world"]))
    width = max(180, min(380, WIDTH // len(worlds) - 50))
    title = None if by == "policy" else heading(by)
    colour, dash = by_colour("line", lines, title), by_dash("line", lines, title)
    panels = []
    for i, measure in enumerate(measures):
        of_measure = table[table["measure"] == measure]
        low, top = of_measure[["low", "mean"]].min().min(), of_measure[["high", "mean"]].max().max()
        for j, world in enumerate(worlds):
            own = of_measure[of_measure["world"] == world][["line", factor, "mean", "low", "high"]]
            x = alt.X(f"{factor}:Q", title=heading(factor) if i == len(measures) - 1 else None).scale(zero=False)
            y: dict[str, Any] = {"title": DISPLAYS[measure].axis_title if j == 0 else None}
            y["scale"] = alt.Scale(domain=[low, top], zero=False, nice=True)
            base = alt.Chart(own).encode(x=x, color=colour)
            band = base.mark_area(opacity=0.13).encode(y=alt.Y("low:Q", **y), y2="high:Q")
            curve = base.mark_line(strokeWidth=1.8, point={"size": 25}).encode(y=alt.Y("mean:Q", **y), strokeDash=dash)
            head = f"{world} world" if i == 0 and len(worlds) > 1 else ""
            panels.append((band + curve).properties(width=width, height=190, title=head))
    figure = dressed(in_rows(panels, len(worlds)), f"What {heading(factor)} does", subtitle)
    return figure.configure_legend(orient="top", **STROKES)


def surface(table: pd.DataFrame, factors: Sequence[str], measure: str, subtitle: str) -> Any:
    """A measure over two factors, as a map for each policy in each world.

    Parameters
    ----------
    table : DataFrame
        As `StudyResults.over` gives it for `world`, `policy`, both factors and the measure.
    factors : (str, str)
        Along the horizontal and the vertical axis.
    measure : str
        What the colour tells.
    subtitle : str
        What the numbers are, in a sentence.

    Returns
    -------
    Altair chart or None
        Up to six maps. None unless the factors are crossed and have two values or more each.
    """
    import altair as alt

    x, y = factors
    if min(table[x].nunique(), table[y].nunique()) < 2 or not _crossed(table, factors):
        return None
    own = table[table["measure"] == measure]
    cells = own[["world", "policy"]].drop_duplicates()
    scale = alt.Scale(scheme="viridis", domain=[own["mean"].min(), own["mean"].max()])
    panels = []
    for cell in cells.itertuples():
        part = own[(own["world"] == cell.world) & (own["policy"] == cell.policy)][[x, y, "mean", "low", "high"]]
        tips = [x, y, *(alt.Tooltip(f"{c}:Q", format=".4f") for c in ("mean", "low", "high"))]
        drawn = (
            alt.Chart(part)
            .mark_rect()
            .encode(
                x=alt.X(f"{x}:O", title=heading(x)).axis(labelAngle=0),
                y=alt.Y(f"{y}:O", title=heading(y), sort="descending"),
                color=alt.Color("mean:Q", title=DISPLAYS[measure].axis_title, scale=scale),
                tooltip=tips,
            )
        )
        title = f"{heading(str(cell.policy))}, {cell.world} world"
        panels.append(drawn.properties(width=PANEL, height=190, title=title))
    return _grid(panels[:6], f"{heading(measure).capitalize()} over {heading(x)} and {heading(y)}", subtitle)


def _crossed(table: pd.DataFrame, factors: Sequence[str]) -> bool:
    """Whether every value of one factor occurs with every value of the other."""
    x, y = factors
    return len(table[[x, y]].drop_duplicates()) == table[x].nunique() * table[y].nunique()


def pareto(table: pd.DataFrame, names: Sequence[str], subtitle: str) -> Any:
    """Output against coherent action; the size tells overload, a ring that nothing is better in all three.

    Parameters
    ----------
    table : DataFrame
        As `StudyResults.front` gives it for these names.
    names : sequence of str
        What tells settings apart, `world` and `policy` among it.
    subtitle : str
        What the numbers are, in a sentence.

    Returns
    -------
    Altair chart or None
        A panel for each world. None unless there are 2 to `MOST_SETTINGS` settings.
    """
    import altair as alt

    settings = table["setting"].nunique()
    if not 2 <= settings <= MOST_SETTINGS:
        return None
    wide = table.pivot(index="setting", columns="measure", values="mean")[["output", "coherent_action", "too_busy"]]
    labels = table.drop_duplicates("setting").set_index("setting")[list(names)]
    drawn = labels.join(wide).join(table.drop_duplicates("setting").set_index("setting")["front"])
    drawn["policy"] = drawn["policy"].map(heading)
    policies, worlds = list(dict.fromkeys(drawn["policy"])), list(dict.fromkeys(drawn["world"]))
    width, panels = max(200, min(420, WIDTH // len(worlds) - 40)), []
    size = alt.Size("too_busy:Q", title=DISPLAYS["too_busy"].axis_title, legend=alt.Legend(tickCount=4))
    size = size.scale(domain=[0, max(0.05, drawn["too_busy"].max())], range=[50, 500])
    for j, world in enumerate(worlds):
        base = alt.Chart(drawn[drawn["world"] == world]).encode(
            x=alt.X("output:Q", title=DISPLAYS["output"].axis_title).scale(zero=False, padding=12),
            y=alt.Y("coherent_action:Q", title=DISPLAYS["coherent_action"].axis_title if j == 0 else None).scale(
                zero=False, padding=12
            ),
            color=by_colour("policy", policies, "policy"),
            tooltip=[*names, *(alt.Tooltip(f"{c}:Q", format=".3f") for c in wide.columns)],
        )
        dots = base.mark_circle(opacity=0.85).encode(size=size)
        ring = base.transform_filter("datum.front").mark_point(size=620, strokeWidth=1.5, filled=False)
        panels.append(
            (ring + dots).properties(width=width, height=230, title=f"{world} world" if len(worlds) > 1 else "")
        )
    title = "What can be had together: output, coherent action and people who are not too busy"
    return dressed(alt.hconcat(*panels, spacing=14), title, subtitle).configure_legend(orient="top", labelLimit=300)


def indices(table: pd.DataFrame, measures: Sequence[str], subtitle: str) -> Any:
    """Sobol' indices (`order`, `index`) or elementary effects (`mu_star`) of each factor, with intervals.

    Parameters
    ----------
    table : DataFrame
        As `StudyResults.indices` gives it.
    measures : sequence of str
        Measures in the table.
    subtitle : str
        What the numbers are, in a sentence.

    Returns
    -------
    Altair chart or None
        A panel for each policy, world and measure, up to nine. None if all indices are nan.
    """
    import altair as alt

    value = "index" if "index" in table else "mu_star"
    table = table[table[value].notna()]
    if table.empty:
        return None
    table = table.assign(factor=table["factor"].map(heading))
    panels = []
    cells = table[["world", "policy"]].drop_duplicates()
    for cell in cells.itertuples():
        for measure in measures:
            of_cell = (table["world"] == cell.world) & (table["policy"] == cell.policy)
            own = table[of_cell & (table["measure"] == measure)]
            order = own.groupby("factor")[value].max().sort_values(ascending=False).index.tolist()
            y = alt.Y("factor:N", sort=order, title=None).axis(labelLimit=220)
            more: dict[str, Any] = {}
            if value == "index":
                more = {
                    "yOffset": alt.YOffset("order:N", sort=["total", "first"]),
                    "color": alt.Color("order:N", sort=["total", "first"], title=None).scale(range=COLOURS[1:]),
                }
            base = alt.Chart(own[["factor", value, "low", "high", *(["order"] if more else [])]]).encode(y=y, **more)
            title = "share of the variance" if value == "index" else "mean size of an effect"
            bar = base.mark_bar(opacity=0.8).encode(x=alt.X(f"{value}:Q", title=title))
            more.pop("color", None)
            line = alt.Chart(base.data).encode(y=y, **more, x="low:Q", x2="high:Q").mark_rule(strokeWidth=1.5)
            where = f", {heading(str(cell.policy))}, {cell.world}" if len(cells) > 1 else ""
            step = {"step": 26 if more else 18}
            panels.append(
                (bar + line).properties(width=WIDTH // PANELS_ACROSS - 130, height=step, title=heading(measure) + where)
            )
    return _grid(panels[:9], "Which parameters matter", subtitle).configure_legend(orient="top")


def scatter(runs: pd.DataFrame, factors: Sequence[str], measure: str, subtitle: str) -> Any:
    """A measure over each factor of a sample, a dot for each point, with the mean of ten groups.

    Parameters
    ----------
    runs : DataFrame
        As `StudyResults.runs`: one row a run, with `point`, `policy`, the factors and the measure.
    factors : sequence of str
        What was sampled; those that are no numbers are left out.
    measure : str
        What is drawn upwards.
    subtitle : str
        What the dots are, in a sentence.

    Returns
    -------
    Altair chart or None
        A panel for each factor, a colour for each policy. More points than five times `MOST_SETTINGS` are thinned out
        evenly. None if no factor is a number.
    """
    import altair as alt

    table = runs.groupby(["point", *factors, "policy"], sort=False)[measure].mean().reset_index()
    if len(table) > MOST_SETTINGS * 5:
        table = table.iloc[:: math.ceil(len(table) / (MOST_SETTINGS * 5))]
    table["policy"] = table["policy"].map(heading)
    policies = list(dict.fromkeys(table["policy"]))
    panels = []
    for k, factor in enumerate(f for f in factors if is_number(table[f])):
        group = pd.cut(table[factor].astype(float), 10)
        middle = (
            table.groupby([group, "policy"], observed=True).agg({factor: "mean", measure: "mean"}).reset_index(level=1)
        )
        colour = by_colour("policy", policies)
        y = alt.Y(f"{measure}:Q", title=DISPLAYS[measure].axis_title if k % PANELS_ACROSS == 0 else None)
        x = alt.X(f"{factor}:Q", title=heading(factor)).scale(zero=False)
        dots = (
            alt.Chart(table[[factor, measure, "policy"]])
            .mark_circle(size=10, opacity=0.25)
            .encode(x=x, y=y, color=colour)
        )
        line = alt.Chart(middle).mark_line(strokeWidth=2.2).encode(x=x, y=y, color=colour)
        panels.append((dots + line).properties(width=PANEL, height=170))
    return _grid(panels, f"{DISPLAYS[measure].axis_title} over what was sampled", subtitle) if panels else None


def _grid(panels: Sequence[Any], title: str, subtitle: str) -> Any:
    """Panels in rows."""
    return dressed(in_rows(panels, PANELS_ACROSS, between=16), title, subtitle)


def is_number(values: pd.Series) -> bool:
    """Whether a column holds numbers rather than words or switches.

    Parameters
    ----------
    values : Series
        The column.

    Returns
    -------
    bool
        False also if a number is missing or infinite.
    """
    return (
        pd.api.types.is_numeric_dtype(values)
        and not pd.api.types.is_bool_dtype(values)
        and bool(np.isfinite(values).all())
    )
