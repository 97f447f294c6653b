"""The demo, six policies in three worlds, and how results of runs are shown: tables, a figure, files.

The way of data is that of the whole project: scenarios → `Runs` (an array of histories) → summary → table and figure. Any set of
scenarios on common seeds can be taken along it, which is what `tripleos run` and `tripleos compare` do too.
"""

from __future__ import annotations

import json
import math
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from rich.table import Table
from rich.text import Text

from . import __version__
from .measures import MEASURE_NAMES, MEASURES
from .scenario import Scenario
from .simulate import HEADLINES, Progress, interval, run_all, start_up, summarise, tidy

TITLE = "# Demo: six policies in three worlds"
POLICIES = (
    "balanced",
    "heads_down",
    "team_rewards_only",
    "twenty_percent_time",
    "command_and_control",
    "triple_operating_system",
)
WORLDS = ("stable", "turbulent", "complex")
FILES = ("README.md", "chart.png", "chart.svg", "summary.csv", "summary.parquet", "weekly.parquet")
ABOUT = {measure.name: measure for measure in MEASURES}
DECIMALS = {"practices": 1, "weeks": 1, "per 100 workers a year": 1, "aspects": 2}  # by unit; all others have three
WIDE = 118  # columns from which a table shows numbers in full


# --- runs -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Runs:
    """Histories of some scenarios on common seeds, and what is read from them."""

    scenarios: Sequence[Scenario]
    seeds: Sequence[int]
    results: np.ndarray
    """float64 [scenarios, seeds, weeks, measures], as `run_all` gives it."""
    command: str = ""
    """The command line that makes them again."""
    labels: Sequence[str] = field(default=())
    """What each scenario is called in a table; default: the name of its policy."""

    def __post_init__(self) -> None:
        if not self.labels:
            object.__setattr__(self, "labels", tuple(scenario.policy.name for scenario in self.scenarios))

    @cached_property
    def summary(self) -> pd.DataFrame:
        """One row for each scenario and measure, as `summarise` gives it, with the unit of the measure."""
        table = summarise(self.scenarios, self.results)
        table["policy"] = np.repeat(list(self.labels), len(MEASURES))
        table.insert(4, "unit", [ABOUT[name].unit for name in table["measure"]])
        return table

    @cached_property
    def weekly(self) -> pd.DataFrame:
        """One row for each scenario, seed and week, as `simulate` gives it."""
        table = tidy(self.scenarios, self.seeds, self.results)
        table["policy"] = np.repeat(list(self.labels), len(self.seeds) * self.results.shape[2])
        return table

    @property
    def provenance(self) -> dict[str, Any]:
        """What is needed to make the results again."""
        return {
            "version": __version__,
            "command": self.command,
            "seeds": list(self.seeds),
            "weeks_left_out": start_up(self.results.shape[2]),
            "scenarios": {scenario.key: scenario.to_dict() for scenario in self.scenarios},
        }

    def row(self, scenario: int, measure: str) -> dict[str, Any]:
        """The row of `summary` for the scenario of that number and a measure."""
        found: dict[str, Any] = self.summary.iloc[scenario * len(MEASURES) + MEASURE_NAMES.index(measure)].to_dict()
        return found


def scenarios(weeks: int = 260, workers: int = 120) -> list[Scenario]:
    """The six policies in each of the three worlds, world by world."""
    return [Scenario.build(policy, world, weeks=weeks, workers=workers) for world in WORLDS for policy in POLICIES]


def run(
    given: Sequence[Scenario],
    seeds: Sequence[int],
    *,
    command: str = "",
    labels: Sequence[str] = (),
    threads: int | None = None,
    progress: Progress | None = None,
) -> Runs:
    """Run each scenario under each seed."""
    return Runs(given, seeds, run_all(given, seeds, threads, progress), command, labels)


# --- numbers as text --------------------------------------------------------------------------------------------------


def number(value: float, measure: str, compact: bool = False) -> str:
    """A value of a measure with as many decimals as its unit asks for; compact without the 0 before the point.

    >>> number(0.61249, "output"), number(0.61249, "output", compact=True), number(14.24, "alternatives")
    ('0.612', '.612', '14.2')
    """
    if math.isnan(value):
        return "–"
    text = f"{value + 0.0:.{DECIMALS.get(ABOUT[measure].unit, 3)}f}"
    if compact and text.lstrip("-").startswith("0."):
        text = text.replace("0.", ".", 1)
    return text


def with_interval(value: float, half: float, measure: str, compact: bool = False) -> str:
    """A value and the half-width of its interval; the value alone where there is no interval.

    >>> with_interval(0.5, 0.01, "output"), with_interval(0.5, math.nan, "output")
    ('0.500 ±0.010', '0.500')
    """
    text = number(value, measure, compact)
    return text if math.isnan(half) else f"{text}{'' if compact else ' '}±{number(half, measure, compact)}"


def mark(row: Mapping[str, Any]) -> str:
    """How a paired difference is marked: ▲ or ▼ if its interval excludes 0, else + or - (no sign for none at all).

    >>> mark({"difference": 0.2, "difference_low": 0.1, "difference_high": 0.3})
    '▲'
    """
    if row["difference_low"] > 0:
        return "▲"
    if row["difference_high"] < 0:
        return "▼"
    return "+" if row["difference"] > 0 else "−" if row["difference"] < 0 else " "


def mean_text(row: Mapping[str, Any], compact: bool = False) -> str:
    """The mean of a row of a summary, with its interval."""
    return with_interval(row["mean"], row["high"] - row["mean"], row["measure"], compact)


def difference_text(row: Mapping[str, Any], compact: bool = False) -> str:
    """The paired difference of a row of a summary, marked, with its interval."""
    half = row["difference_high"] - row["difference"]
    return mark(row) + with_interval(abs(row["difference"]), half, row["measure"], compact)


def folded(name: str, width: int) -> str:
    """A name on as many lines as it takes, broken after an underscore where possible.

    >>> folded("triple_operating_system", 17)
    'triple_operating_\\nsystem'
    """
    lines = [""]
    for piece in name.replace("_", "_\0").split("\0"):
        lines = [*lines[:-1], lines[-1] + piece] if len(lines[-1] + piece) <= width else [*lines, piece]
    return "\n".join(part for line in lines if line for part in textwrap.wrap(line, width))


def seeds_text(seeds: Sequence[int]) -> str:
    """Replicates and their seeds in words.

    >>> seeds_text([1, 2, 3])
    '3 replicates (seeds 1 to 3)'
    """
    return f"1 replicate (seed {seeds[0]})" if len(seeds) == 1 else f"{len(seeds)} replicates (seeds {seeds[0]} to {seeds[-1]})"


def weeks_text(weeks: int) -> str:
    """Which weeks a summary is about.

    >>> weeks_text(260)
    'weeks 53 to 260'
    """
    return f"weeks {start_up(weeks) + 1} to {weeks}"


# --- tables -----------------------------------------------------------------------------------------------------------

STYLES = {"▲": "bold cyan", "▼": "bold yellow"}


def heading(measure: str) -> str:
    """The name of a measure as the head of a column."""
    return measure.replace("_", " ")


def short_unit(measure: str) -> str:
    """The unit of a measure as the second line of a head; empty if it says nothing new."""
    unit = ABOUT[measure].unit
    return "" if unit == measure else unit.replace("per 100 workers a year", "/100 workers/yr")


def table(runs: Runs, world: str, width: int = 120, pairing: bool = False) -> Table:
    """The policies in one world: headline measures with intervals, and below each the paired difference from the first.

    With `pairing`, a third line tells by what factor pairing lowered the variance of the difference. A screen narrower than
    `WIDE` gets shorter numbers and folded names.
    """
    compact = width < WIDE
    rows = [number for number, scenario in enumerate(runs.scenarios) if scenario.world.name == world]
    # no edges, and one blank between columns: the policies get what the measures leave
    grid = Table(box=None, pad_edge=False, padding=(0, 0, 0, 1), expand=False)
    grid.add_column("policy", no_wrap=True)
    for measure in HEADLINES:
        unit = short_unit(measure)
        grid.add_column(Text(folded_words(heading(measure), 10 if compact else 14) + (f"\n{unit}" if unit and not compact else "")), justify="left", no_wrap=True)
    for a in rows:
        cells = [runs.row(a, measure) for measure in HEADLINES]
        name = Text(folded(runs.labels[a], 16 if compact else 24), style="bold")
        grid.add_row(name, *(cell(row, a == rows[0], compact, pairing) for row in cells))
    return grid
