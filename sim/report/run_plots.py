"""The figures of comparisons and of single organisations: what their methods `plot` do."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from ..errors import ScenarioError
from ..model.measures import checked_measures
from ..present.formatting import counted, heading, seeds_text
from ..present.measures import HEADLINES
from ..present.plots import chart
from ..study.rows import weeks_per_point
from ..validation import checked_choice
from . import plots

MOST_WEEKS = 520  # of a single history that are drawn one by one
INTERVALS = "bands: 95 % intervals of each mean"


def plot_comparison(table: Any, measure: str | Sequence[str] | None, kind: str) -> Any:
    """Draw a comparison: see `Comparison.plot`.

    Parameters
    ----------
    table : Comparison
        As `compare` gives it.
    measure : str or sequence of str, optional
        What is drawn.
    kind : {"differences", "trajectories"}
        What is told of it.

    Returns
    -------
    altair.Chart
        The figure.

    Raises
    ------
    ScenarioError
        If a measure or the kind is unknown, the measure was not compared, or there is nothing to draw.
    """
    kind = checked_choice("kind", kind, ("differences", "trajectories"))
    compared = list(dict.fromkeys(table["measure"]))
    measures = several(measure, table.measures)
    if missing := [name for name in measures if name not in compared]:
        raise ScenarioError(f"{missing[0]} was not compared: compared were {', '.join(compared)}")
    seeds, weeks = list(table.seeds), table.scenarios[0].weeks
    over = seeds_text(seeds)
    if kind == "trajectories":
        measures = measures or ["output" if "output" in compared else compared[0]]
        text = f"Mean of {over}{averaged(weeks)}" + (f"; {INTERVALS}" if len(seeds) > 1 else "")
        worlds = {scenario.world.name: scenario.world.about for scenario in table.scenarios}
        drawn = table.trajectories(*measures).assign(policy=lambda rows: rows["policy"].map(heading))
        return chart(drawn, worlds, weeks, f"{counted(len(table.scenarios), 'scenario')}, week by week", text)
    measures = measures or [name for name in compared if name in HEADLINES] or compared
    cells = pd.DataFrame(table)
    number = np.repeat(np.arange(len(table.scenarios)), len(compared))
    cells = cells.assign(setting=number, base=0, policy=np.repeat(table.labels, len(compared)))
    text = f"Paired seed by seed; means over weeks {table.after + 1} to {weeks} and {over}; bars: 95 % intervals"
    title = f"What each scenario changes, against {heading(table.labels[0])}"
    drawn = plots.differences(cells[cells["measure"].isin(measures)], measures, text, title)
    return drawn_or_refused(
        drawn, "differences need a second scenario, 2 seeds or more, and values that are not nearly all the same"
    )


def plot_organisation(model: Any, measure: str | Sequence[str] | None = None) -> Any:
    """Draw the history of the organisation, week by week.

    Parameters
    ----------
    model : Organisation
        At least one week old.
    measure : str or sequence of str, optional
        What is drawn, a row for each. Default: output.

    Returns
    -------
    altair.Chart
        To be shown in a notebook, or saved: `chart.save("figure.svg")`. Long histories are averaged over some weeks.

    Raises
    ------
    ScenarioError
        If a measure is unknown, or no week has passed.
    """
    measures, history = several(measure, model.setup.model.measure_names) or ["output"], model.history
    if history.empty:
        raise ScenarioError("no week has passed: there is nothing to draw before `run` or `step`")
    weeks, size = len(history), math.ceil(len(history) / MOST_WEEKS)
    history = history.reset_index()
    history = history.groupby((history["week"] - 1) // size).mean()  # of the weeks, too: their middle
    world, policy = model.setup.world, heading(model.setup.policy.name)
    parts = [pd.DataFrame({"measure": name, "week": history["week"], "mean": history[name]}) for name in measures]
    table = pd.concat(parts).assign(policy=policy, world=world.name)
    table = table.assign(low=table["mean"], high=table["mean"])
    told = f"; averaged over {size} weeks each" if size > 1 else ""
    title = f"One organisation over {counted(weeks, 'week')}"
    return chart(table, {world.name: world.about}, weeks, title, f"Seed {model.seed}{told}")


# --- shared with the figures of studies -------------------------------------------------------------------------------


def several(measure: str | Iterable[str] | None, known: Iterable[str]) -> list[str]:
    """The measures that are asked for.

    Parameters
    ----------
    measure : str or iterable of str, optional
        One, or several.
    known : iterable of str
        Which there are, those of extensions among them.

    Returns
    -------
    list of str
        Each once; empty if that is left open.

    Raises
    ------
    ScenarioError
        If one is unknown.
    """
    return [] if measure is None else list(dict.fromkeys(checked_measures(measure, known)))


def drawn_or_refused(figure: Any, needed: str) -> Any:
    """A figure, if there is one.

    Parameters
    ----------
    figure : Altair chart or None
        None where there is nothing to draw.
    needed : str
        What a message says is needed.

    Returns
    -------
    Altair chart
        As given.

    Raises
    ------
    ScenarioError
        If there is nothing to draw.
    """
    if figure is None:
        raise ScenarioError(f"there is nothing to draw: {needed}")
    return figure


def averaged(weeks: int) -> str:
    """What a point of a trajectory is a mean over, in words.

    Parameters
    ----------
    weeks : int
        Length of the runs.

    Returns
    -------
    str
        To be added to a sentence; empty where each week has its own point.
    """
    size = weeks_per_point(weeks)
    return f", averaged over {size} weeks each" if size > 1 else ""
