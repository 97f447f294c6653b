"""Tables on screens, in Markdown and in HTML: any table, policies side by side, all measures of one scenario."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
import pandas as pd
from rich.table import Table
from rich.text import Text

from ..results import Runs
from .formatting import difference_text, folded, format_in_unit, heading, mark, mean_text, seeds_text, weeks_text
from .measures import DISPLAYS, HEADLINES, by_group

NAME_WIDTH, CELL_WIDTH = 23, 15  # columns of a table on a screen
# Signs carry the meaning, colours only help; neither says good or bad, because more of a measure may be either.
KINDS = {"▲": "more", "▼": "less"}
STYLES = {"more": "bold cyan", "less": "bold yellow", "same": "dim"}


# --- any table --------------------------------------------------------------------------------------------------------


def markdown_table(heads: Sequence[str], rows: Iterable[Sequence[Any]], sides: str = "") -> str:
    """A table in Markdown.

    Parameters
    ----------
    heads : sequence of str
        The head of each column.
    rows : iterable of sequence
        Cells, written with `str`.
    sides : str
        An `l` or `r` for each column; default: all on the left.

    Returns
    -------
    str
        Lines, without a newline at the end.

    Examples
    --------
    >>> print(markdown_table(["name", "value"], [("a", 1)], "lr"))
    | name | value |
    | --- | ---: |
    | a | 1 |
    """
    lines = [heads, [{"l": "---", "r": "---:"}[side] for side in sides or "l" * len(heads)], *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def frame_markdown(table: pd.DataFrame) -> str:
    """A data frame in Markdown.

    Parameters
    ----------
    table : DataFrame
        Its index is left out.

    Returns
    -------
    str
        As `markdown_table`.
    """
    return markdown_table(list(table.columns), table.astype(str).to_numpy().tolist())


def frame_html(table: pd.DataFrame) -> str:
    """A data frame in HTML, its numbers cut to what is worth reading; columns of words stand on the left.

    Parameters
    ----------
    table : DataFrame
        Its index is left out.

    Returns
    -------
    Markup
        A `table` element; floats have four significant digits, nan is a dash.
    """
    is_number = [pd.api.types.is_numeric_dtype(table[name]) for name in table]
    left = [not (number or _begins_with_digit(table[name])) for name, number in zip(table, is_number, strict=True)]
    rows = [[_rounded(value) for value in row] for row in table.itertuples(index=False, name=None)]
    return _html().values([heading(str(name)) for name in table], rows, left, not any(is_number))


def _begins_with_digit(column: pd.Series) -> bool:
    return any(str(value)[:1].isdigit() for value in column)


def _rounded(value: Any) -> str:
    if isinstance(value, float):
        return "–" if math.isnan(value) else f"{value:.4g}"
    return str(value)


def _html() -> Any:
    """The macros for tables."""
    from .html import template

    return template("present/templates/tables.html").module


# --- policies side by side --------------------------------------------------------------------------------------------


class Summary(Protocol):
    """What a table shows: conditions by number, each with a label and a world, and a row for each measure."""

    @property
    def labels(self) -> Sequence[str]:
        """What each condition is called."""

    @property
    def worlds(self) -> Sequence[str]:
        """The world of each condition."""

    @property
    def means_of(self) -> str:
        """What the means are over, in words."""

    @property
    def paired_by(self) -> str:
        """What differences are paired by, in words; empty if there are no intervals."""

    def row(self, a: int, measure: str) -> Mapping[str, Any]:
        """One row of the summary.

        Parameters
        ----------
        a : int
            Number of the condition, from 0.
        measure : str
            A name.

        Returns
        -------
        mapping
            Values by column: at least `measure`, `mean`, `high`, `difference`, `difference_low`, `difference_high` and
            `variance_ratio`, as in `comparison.summarise`.
        """


def of_world(runs: Summary, world: str) -> list[int]:
    """The numbers of the conditions in a world.

    Parameters
    ----------
    runs : Summary
        All conditions.
    world : str
        The name of the world.

    Returns
    -------
    list of int
        In ascending order; empty if there are none.
    """
    return [a for a, name in enumerate(runs.worlds) if name == world]


class Cell(NamedTuple):
    """A measure of a policy: its mean, and the marked paired difference from the first policy.

    Attributes
    ----------
    mean : str
        With its interval.
    difference : str
        Empty for the first policy.
    kind : {"more", "less", "same"}
        `same` where the interval of the difference contains 0.
    variance_ratio : float
        What pairing gained (see `statistics.variance_ratio`); nan if it is not known.
    """

    mean: str
    difference: str
    kind: str
    variance_ratio: float


def policy_rows(runs: Summary, world: str, measures: Sequence[str] = HEADLINES) -> list[tuple[str, list[Cell]]]:
    """The policies in a world with a cell for each measure: what is shown on screens, in Markdown and on pages.

    Parameters
    ----------
    runs : Summary
        All conditions.
    world : str
        A world with at least one condition.
    measures : sequence of str
        Names in `DISPLAYS`.

    Returns
    -------
    list of (str, list of Cell)
        The label of each policy, and its cells in the order of `measures`.
    """
    first, *_ = numbers = of_world(runs, world)
    return [(runs.labels[a], [_cell(runs.row(a, measure), a == first) for measure in measures]) for a in numbers]


def _cell(row: Mapping[str, Any], is_first: bool) -> Cell:
    kind = KINDS.get(mark(row), "same")
    return Cell(mean_text(row), "" if is_first else difference_text(row), kind, row["variance_ratio"])


def policy_heads(measures: Sequence[str] = HEADLINES) -> list[str]:
    """The heads of a table of policies.

    Parameters
    ----------
    measures : sequence of str
        Names in `DISPLAYS`.

    Returns
    -------
    list of str
        "policy", then the name and the unit of each measure.
    """
    units = ((heading(measure), DISPLAYS[measure].short_unit) for measure in measures)
    return ["policy", *(f"{name} ({unit})" if unit else name for name, unit in units)]


def markdown(runs: Summary, world: str) -> str:
    """The policies in a world as a table in Markdown.

    Parameters
    ----------
    runs : Summary
        All conditions.
    world : str
        A world with at least one condition.

    Returns
    -------
    str
        The headline measures of each policy, with a newline at the end.
    """
    rows = [
        (f"`{label}`", *(one.mean + (f"<br>{one.difference}" if one.difference else "") for one in cells))
        for label, cells in policy_rows(runs, world)
    ]
    return markdown_table(policy_heads(), rows, "l" + "r" * len(HEADLINES)) + "\n"


def html(runs: Summary, world: str) -> str:
    """The policies in a world as a table in HTML.

    Parameters
    ----------
    runs : Summary
        All conditions.
    world : str
        A world with at least one condition.

    Returns
    -------
    Markup
        A `table` element with the headline measures of each policy.
    """
    return _html().policies(policy_heads(), policy_rows(runs, world))


def tables(runs: Summary, world: str, width: int = 120, pairing: bool = False) -> list[Table]:
    """The policies in one world, on a screen of some columns: one table if all measures fit in, else several.

    Means with intervals, and below each the paired difference from the first policy.

    Parameters
    ----------
    runs : Summary
        All conditions.
    world : str
        A world with at least one condition.
    width : int
        Columns of the screen.
    pairing : bool
        Whether a third line tells by what factor pairing lowered the variance of the difference.

    Returns
    -------
    list of rich.table.Table
        One below the other, they show all headline measures.
    """
    fitting = max(1, (width - NAME_WIDTH) // (CELL_WIDTH + 1))
    many = math.ceil(len(HEADLINES) / math.ceil(len(HEADLINES) / fitting))  # as equal as can be
    return [_table(runs, world, HEADLINES[k : k + many], pairing) for k in range(0, len(HEADLINES), many)]


def _table(runs: Summary, world: str, measures: Sequence[str], pairing: bool) -> Table:
    grid = Table(box=None, pad_edge=False, padding=(0, 0, 0, 1))
    grid.add_column("policy", width=NAME_WIDTH)
    for measure in measures:
        head = Text(f"{heading(measure)}\n", "bold") + Text(DISPLAYS[measure].short_unit, "dim")
        grid.add_column(head, min_width=CELL_WIDTH, justify="right")
    for label, cells in policy_rows(runs, world, measures):
        grid.add_row(Text(folded(label, NAME_WIDTH), style="bold"), *(_text(cell, pairing) for cell in cells))
    return grid


def _text(cell: Cell, pairing: bool) -> Text:
    """Mean, paired difference and, if asked for, what pairing gained."""
    text = Text(cell.mean)
    if cell.difference:
        text.append(f"\n{cell.difference}", STYLES[cell.kind])
        if pairing and not math.isnan(cell.variance_ratio):
            text.append(f"\n pairing ×{cell.variance_ratio:.1f}", "dim")
    return text


def legend(runs: Summary, pairing: bool = False, measures: Sequence[str] = HEADLINES) -> str:
    """How the tables are read.

    Parameters
    ----------
    runs : Summary
        All conditions.
    pairing : bool
        Whether the tables tell what pairing gained.
    measures : sequence of str
        What the tables show.

    Returns
    -------
    str
        A line for each thing to know, without a newline at the end.
    """
    lines = [
        f"Means over {runs.means_of}, ± half the width of the 95 % interval."
        if runs.paired_by
        else f"Means over {runs.means_of}; intervals need at least 2 replicates.",
    ]
    if len(set(runs.labels)) > 1:
        lines += [
            f"Second line: paired difference from {runs.labels[0]}{f', {runs.paired_by}' if runs.paired_by else ''}.",
            "▲ more and ▼ less: the 95 % interval of the difference excludes 0; + and −: it does not.",
        ]
    rows = [runs.row(a, measure) for a in range(len(runs.labels)) for measure in measures]
    if runs.paired_by and any(math.isnan(row["high"]) or math.isnan(row["difference_high"]) for row in rows):
        lines.append("A number without ± has no interval: at least half of the runs give exactly the same value.")
    if pairing:
        lines.append("pairing ×3: unpaired runs would need 3 times as many replicates for the same precision.")
    return "\n".join(lines)


# --- one scenario -----------------------------------------------------------------------------------------------------

BLOCKS = "▁▂▃▄▅▆▇█"


def group_means(values: np.ndarray, most: int) -> np.ndarray:
    """The means of groups of neighbouring values.

    Parameters
    ----------
    values : float [points]
        At least one; nan where it is missing.
    most : int
        How many groups, at most.

    Returns
    -------
    float64 [groups]
        nan where all values of a group are missing.
    """
    groups = np.array_split(values, min(most, len(values)))
    return np.array([math.nan if np.isnan(group).all() else np.nanmean(group) for group in groups])


def sparkline(values: np.ndarray, width: int) -> str:
    """A curve as a row of blocks from its lowest to its highest value; a missing value is a blank.

    Parameters
    ----------
    values : float [points]
        At least one; nan where it is missing.
    width : int
        Most blocks, at least 1. Each is the mean of a group of neighbouring values.

    Returns
    -------
    str
        One character for each block.

    Examples
    --------
    >>> sparkline(np.array([0.0, 0.0, 1.0, 1.0, 4.0, 4.0]), 3)
    '▁▃█'
    """
    means = group_means(values, width)
    known = means[~np.isnan(means)]
    low, span = (known.min(), np.ptp(known)) if len(known) else (0.0, 0.0)
    return "".join(" " if math.isnan(m) else BLOCKS[round((m - low) / span * 7) if span > 1e-12 else 0] for m in means)


def course(runs: Runs, measure: str) -> np.ndarray:
    """The weekly mean of a measure over the replicates of the first scenario.

    Parameters
    ----------
    runs : Runs
        Histories.
    measure : str
        A name.

    Returns
    -------
    float64 [weeks]
        nan where all replicates miss it.
    """
    values = runs.results[0, :, :, [one.name for one in runs.measures].index(measure)]
    known = ~np.isnan(values)
    with np.errstate(invalid="ignore"):
        return np.where(known, values, 0.0).sum(axis=0) / known.sum(axis=0)


def measures_table(runs: Runs, width: int = 120) -> Table:
    """All measures of a single scenario, by what they are about: mean, interval, unit, course over the weeks.

    Parameters
    ----------
    runs : Runs
        Histories; the first scenario is shown.
    width : int
        Columns of the screen. The course is left out below 78.

    Returns
    -------
    rich.table.Table
        A row for each measure, under the names of the groups.
    """
    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for head in ("measure", "mean", "95 % interval", "unit"):
        numbers = head in ("mean", "95 % interval")
        grid.add_column(Text(head, "dim"), justify="right" if numbers else "left", no_wrap=True)
    room = min(width - 72, 40)
    room = room if room >= 6 else 0
    if room:
        grid.add_column(Text("course", "dim"), no_wrap=True)
    for group, measures in by_group().items():
        grid.add_row(Text(group, "bold"))
        for measure in measures:
            grid.add_row(*map(Text, _measure_cells(runs, measure, room)))
    return grid


def _measure_cells(runs: Runs, measure: str, room: int) -> list[str]:
    """A row of the table of measures; its course only if there is room for it."""
    row = runs.row(0, measure)
    low, high = (format_in_unit(row[bound], measure) for bound in ("low", "high"))
    bounds = "–" if math.isnan(row["low"]) else f"{low} … {high}"
    cells = [f"  {measure}", format_in_unit(row["mean"], measure), bounds, row["unit"]]
    return [*cells, sparkline(course(runs, measure), room)] if room else cells


def measures_legend(runs: Runs) -> str:
    """How the table of measures is read.

    Parameters
    ----------
    runs : Runs
        Histories.

    Returns
    -------
    str
        A few sentences on one line.
    """
    text = f"Means over {weeks_text(runs.weeks)} of {seeds_text(runs.seeds)}."
    text += f" Course: all {runs.weeks} weeks, between its lowest and its highest."
    return text if len(runs.seeds) > 1 else f"{text} Intervals need at least 2 replicates."
