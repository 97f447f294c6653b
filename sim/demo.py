"""The demo, six policies in three worlds, and how results of runs are shown: tables, a figure, files.

The way of data is that of the whole project: scenarios → `Runs` (an array of histories) → summary → table and figure.
Any scenarios on common seeds can be taken along it, which is what `tripleos run` and `tripleos compare` do too.
"""

from __future__ import annotations

import itertools
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
from .comparison import HEADLINES, Progress, interval, run_all, start_up, summarise, tidy
from .measures import MEASURE_NAMES, MEASURES
from .scenario import Scenario

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
NAME_WIDTH, CELL_WIDTH = 23, 15  # columns of a table on a screen


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
        found = self.summary.iloc[scenario * len(MEASURES) + MEASURE_NAMES.index(measure)]
        return {str(column): value for column, value in found.items()}


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


def number(value: float, measure: str) -> str:
    """A value of a measure with as many decimals as its unit asks for.

    >>> number(0.61249, "output"), number(14.24, "alternatives")
    ('0.612', '14.2')
    """
    return "–" if math.isnan(value) else f"{value + 0.0:.{DECIMALS.get(ABOUT[measure].unit, 3)}f}"


def with_interval(value: float, half: float, measure: str) -> str:
    """A value and the half-width of its interval; the value alone where there is no interval.

    >>> with_interval(0.5, 0.01, "output"), with_interval(0.5, math.nan, "output")
    ('0.500 ±0.010', '0.500')
    """
    return number(value, measure) + ("" if math.isnan(half) else f" ±{number(half, measure)}")


def mark(row: Mapping[str, Any]) -> str:
    """How a paired difference is marked: ▲ or ▼ if its interval excludes 0, else + or − (a blank for none at all).

    >>> mark({"difference": 0.2, "difference_low": 0.1, "difference_high": 0.3})
    '▲'
    """
    if row["difference_low"] > 0:
        return "▲"
    if row["difference_high"] < 0:
        return "▼"
    return "+" if row["difference"] > 0 else "−" if row["difference"] < 0 else " "


def mean_text(row: Mapping[str, Any]) -> str:
    """The mean of a row of a summary, with its interval."""
    return with_interval(row["mean"], row["high"] - row["mean"], row["measure"])


def difference_text(row: Mapping[str, Any]) -> str:
    """The paired difference of a row of a summary, marked, with its interval."""
    half = row["difference_high"] - row["difference"]
    return mark(row) + with_interval(abs(row["difference"]), half, row["measure"])


def folded(name: str, width: int) -> str:
    r"""A name on as many lines as it takes, broken after an underscore where possible.

    >>> folded("triple_operating_system", 17)
    'triple_operating_\nsystem'
    """
    lines = [""]
    for piece in name.replace("_", "_\0").split("\0"):
        lines = [*lines[:-1], lines[-1] + piece] if len(lines[-1] + piece) <= width else [*lines, piece]
    return "\n".join(part for line in lines for part in textwrap.wrap(line, width))


def seeds_text(seeds: Sequence[int]) -> str:
    """Replicates and their seeds in words.

    >>> seeds_text([1, 2, 3])
    '3 replicates (seeds 1 to 3)'
    """
    if len(seeds) == 1:
        return f"1 replicate (seed {seeds[0]})"
    return f"{len(seeds)} replicates (seeds {seeds[0]} to {seeds[-1]})"


def weeks_text(weeks: int) -> str:
    """Which weeks a summary is about.

    >>> weeks_text(260)
    'weeks 53 to 260'
    """
    return f"weeks {start_up(weeks) + 1} to {weeks}"


def heading(measure: str) -> str:
    """The name of a measure as people read it.

    >>> heading("too_busy")
    'too busy'
    """
    return measure.replace("_", " ")


def short_unit(measure: str) -> str:
    """The unit of a measure for the head of a column; empty if it only repeats the name."""
    unit = ABOUT[measure].unit
    return "" if unit == measure else unit.replace("per 100 workers a year", "/100 people/yr")


# --- tables -----------------------------------------------------------------------------------------------------------

# Signs carry the meaning, colours only help; neither says good or bad, because more of a measure may be either.
STYLES = {"▲": "bold cyan", "▼": "bold yellow"}


def of_world(runs: Runs, world: str) -> list[int]:
    """The numbers of the scenarios in a world."""
    return [a for a, scenario in enumerate(runs.scenarios) if scenario.world.name == world]


def tables(runs: Runs, world: str, width: int = 120, pairing: bool = False) -> list[Table]:
    """The policies in one world, on a screen of some columns: one table if all measures fit in, else several.

    Means with intervals, and below each the paired difference from the first policy. With `pairing`, a third line
    tells by what factor pairing lowered the variance of that difference.
    """
    fitting = max(1, (width - NAME_WIDTH) // (CELL_WIDTH + 1))
    many = math.ceil(len(HEADLINES) / math.ceil(len(HEADLINES) / fitting))  # as equal as can be
    return [_table(runs, world, HEADLINES[k : k + many], pairing) for k in range(0, len(HEADLINES), many)]


def _table(runs: Runs, world: str, measures: Sequence[str], pairing: bool) -> Table:
    grid = Table(box=None, pad_edge=False, padding=(0, 0, 0, 1))
    grid.add_column("policy", width=NAME_WIDTH)
    for measure in measures:
        head = Text(f"{heading(measure)}\n", "bold") + Text(short_unit(measure), "dim")
        grid.add_column(head, min_width=CELL_WIDTH, justify="right")
    first, *_ = numbers = of_world(runs, world)
    for a in numbers:
        name = Text(folded(runs.labels[a], NAME_WIDTH), style="bold")
        grid.add_row(name, *(_cell(runs.row(a, measure), a == first, pairing) for measure in measures))
    return grid


def _cell(row: Mapping[str, Any], is_first: bool, pairing: bool) -> Text:
    """Mean, paired difference and, if asked for, what pairing gained; the first policy has its mean only."""
    text = Text(mean_text(row))
    if not is_first:
        text.append(f"\n{difference_text(row)}", STYLES.get(mark(row), "dim"))
    if pairing and not is_first and not math.isnan(row["variance_ratio"]):
        text.append(f"\n pairing ×{row['variance_ratio']:.1f}", "dim")
    return text


def legend(runs: Runs, pairing: bool = False) -> str:
    """How the tables are read."""
    weeks, first = runs.results.shape[2], runs.labels[0]
    lines = [f"Means over {weeks_text(weeks)} and {seeds_text(runs.seeds)}, ± half the width of the 95 % interval."]
    if len(runs.seeds) == 1:
        lines[0] = f"Means over {weeks_text(weeks)} of {seeds_text(runs.seeds)}; intervals need at least 2 replicates."
    lines.append(f"Second line: paired difference from {first}, seed by seed.")
    lines.append("▲ more and ▼ less: the 95 % interval of the difference excludes 0; + and −: it does not.")
    if pairing:
        lines.append("pairing ×3: unpaired runs would need 3 times as many replicates for the same precision.")
    return "\n".join(lines)


def markdown(runs: Runs, world: str) -> str:
    """The table of one world in Markdown."""
    first, *_ = numbers = of_world(runs, world)
    heads = ["policy", *(f"{heading(m)} ({short_unit(m)})" if short_unit(m) else heading(m) for m in HEADLINES)]
    lines = [heads, ["---", *["---:"] * len(HEADLINES)]]
    for a in numbers:
        rows = [runs.row(a, measure) for measure in HEADLINES]
        cells = [mean_text(row) + ("" if a == first else f"<br>{difference_text(row)}") for row in rows]
        lines.append([f"`{runs.labels[a]}`", *cells])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


# --- one scenario -----------------------------------------------------------------------------------------------------

GROUPS = {
    "Awareness": ("awareness", "coverage", "news_lag", "ideas_seen"),
    "Alternatives": ("alternatives", "viable", "diversity", "ideas_tested"),
    "Action": ("fit", "agreement", "coherent_action", "alignment", "output"),
    "Innovation": ("innovation", "diffusion", "ideas_adopted", "ideas_improving", "failed_changes"),
    "People": ("time_networks", "time_communities", "time_teams", "too_busy", "trust", "scepticism", "pkm"),
    "World": ("changes", "best_possible"),
}
BLOCKS = "▁▂▃▄▅▆▇█"


def sparkline(values: np.ndarray, width: int) -> str:
    """A curve as a row of blocks from its lowest to its highest value; a missing value is a blank.

    >>> sparkline(np.array([0.0, 0.0, 1.0, 1.0, 4.0, 4.0]), 3)
    '▁▃█'
    """
    parts = np.array_split(values, min(width, len(values)))
    means = np.array([np.nan if np.isnan(part).all() else np.nanmean(part) for part in parts])
    known = means[~np.isnan(means)]
    low, span = (known.min(), np.ptp(known)) if len(known) else (0.0, 0.0)
    return "".join(" " if math.isnan(m) else BLOCKS[round((m - low) / span * 7) if span > 1e-12 else 0] for m in means)


def course(runs: Runs, measure: str) -> np.ndarray:
    """The weekly mean of a measure over the replicates of the first scenario; missing where all miss it."""
    values = runs.results[0, :, :, MEASURE_NAMES.index(measure)]
    known = ~np.isnan(values)
    with np.errstate(invalid="ignore"):
        return np.where(known, values, 0.0).sum(axis=0) / known.sum(axis=0)


def measures_table(runs: Runs, width: int = 120) -> Table:
    """All measures of a single scenario, by what they are about: mean, interval, unit, course over the weeks."""
    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for head in ("measure", "mean", "95 % interval", "unit"):
        numbers = head in ("mean", "95 % interval")
        grid.add_column(Text(head, "dim"), justify="right" if numbers else "left", no_wrap=True)
    room = min(width - 72, 40)
    if room >= 6:
        grid.add_column(Text("course", "dim"), no_wrap=True)
    for group, measures in GROUPS.items():
        grid.add_row(Text(group, "bold"))
        for measure in measures:
            row = runs.row(0, measure)
            low, high = (number(row[bound], measure) for bound in ("low", "high"))
            bounds = "–" if math.isnan(row["low"]) else f"{low} … {high}"
            cells = [f"  {measure}", number(row["mean"], measure), bounds, row["unit"]]
            grid.add_row(*map(Text, [*cells, *([sparkline(course(runs, measure), room)] if room >= 6 else [])]))
    return grid


def measures_legend(runs: Runs) -> str:
    """How the table of measures is read."""
    weeks = runs.results.shape[2]
    text = f"Means over {weeks_text(weeks)} of {seeds_text(runs.seeds)}."
    text += f" Course: all {weeks} weeks, between its lowest and its highest."
    return text if len(runs.seeds) > 1 else f"{text} Intervals need at least 2 replicates."


# --- figure -----------------------------------------------------------------------------------------------------------

CURVES = {"output": "output (0 to 1)", "coherent_action": "coherent action (fit × agreement)"}
# Okabe and Ito's colours, which people with any kind of colour vision can tell apart; dashes say the same again.
COLOURS = ("#000000", "#E69F00", "#D55E00", "#56B4E9", "#CC79A7", "#009E73")
DASHES = ([1, 0], [6, 3], [2, 2], [8, 2, 2, 2], [4, 2], [1, 0])
POINTS = 65  # of a curve; weeks are averaged in groups so that it has about as many


def group_of(weeks: int) -> int:
    """How many weeks make one point of a curve.

    >>> group_of(260), group_of(8)
    (4, 1)
    """
    return max(1, round(weeks / POINTS))


def courses(runs: Runs, measures: Iterable[str] = tuple(CURVES)) -> pd.DataFrame:
    """The course of measures over the weeks, averaged in groups: mean and 95 % interval over the replicates."""
    weeks = runs.results.shape[2]
    size = group_of(weeks)
    kept = (
        runs.results[:, :, : weeks // size * size]
        .reshape(*runs.results.shape[:2], -1, size, len(MEASURES))
        .mean(axis=3)
    )
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

    data, weeks = courses(runs), runs.results.shape[2]
    worlds = {scenario.world.name: scenario.world.about for scenario in runs.scenarios}
    size = group_of(weeks)
    title = alt.TitleParams(
        f"What {len(set(runs.labels))} policies lead to in {len(worlds)} worlds, week by week",
        fontSize=16,
        subtitleFontSize=12,
        subtitle=f"Mean of {seeds_text(runs.seeds)}"
        + (f", averaged over {size} weeks each" if size > 1 else "")
        + (
            "; bands: 95 % intervals of each mean (the tables have those of the paired differences)"
            if len(runs.seeds) > 1
            else ""
        ),
    )
    rows = [
        alt.hconcat(*(_panel(data, measure, world, worlds[world], weeks) for world in worlds), spacing=14)
        for measure in CURVES
    ]
    return (
        alt.vconcat(*rows, spacing=14, title=title)
        .configure(font="sans-serif", background="white", padding=16)
        .configure_title(anchor="start", fontSize=13, subtitleFontSize=11, subtitleColor="#555555", offset=8)
        .configure_axis(labelFontSize=11, titleFontSize=12, titleFontWeight="normal", gridColor="#eeeeee")
        .configure_view(stroke="#cccccc")
        .configure_legend(
            orient="top",
            labelFontSize=12,
            symbolSize=900,
            symbolStrokeWidth=2.5,
            symbolType="stroke",
            symbolOpacity=1,
            labelLimit=300,
        )
    )


def _panel(data: pd.DataFrame, measure: str, world: str, about: str, weeks: int) -> Any:
    """One measure in one world; the scale of a measure is the same in all worlds."""
    import altair as alt

    of_measure = data[data["measure"] == measure]
    part = of_measure[of_measure["world"] == world].drop(columns=["measure", "world"]).round(5)
    bounds = of_measure[["low", "mean", "high"]]
    names = list(dict.fromkeys(data["policy"]))
    shades = list(itertools.islice(itertools.cycle(COLOURS), len(names)))
    dashes = list(itertools.islice(itertools.cycle(DASHES), len(names)))
    top, left = measure == next(iter(CURVES)), world == data["world"].iloc[0]

    week = alt.X("week:Q").title(None if top else "week").scale(domain=[0, weeks], nice=False)
    years = list(range(0, weeks + 1, 52)) if 104 < weeks <= 520 else alt.Undefined
    scale = alt.Scale(domain=[bounds["mean"].min(), bounds.max().max()], zero=False, nice=True)
    title = CURVES[measure] if left else None
    base = alt.Chart(part).encode(
        x=week.axis(values=years, labels=not top),
        color=alt.Color("policy:N", sort=names, title=None).scale(domain=names, range=shades),
    )
    band = base.mark_area(opacity=0.13, clip=True).encode(y=alt.Y("low:Q", title=title, scale=scale), y2="high:Q")
    line = base.mark_line(strokeWidth=1.8).encode(
        y=alt.Y("mean:Q", title=title, scale=scale),
        strokeDash=alt.StrokeDash("policy:N", sort=names, title=None).scale(domain=names, range=dashes),
    )
    heads = alt.TitleParams(f"{world} world", subtitle=textwrap.wrap(about, 54)) if top else ""
    return alt.layer(band, line).properties(width=320, height=230, title=heads)


# --- files ------------------------------------------------------------------------------------------------------------


def write_parquet(frame: pd.DataFrame, path: Path, provenance: Mapping[str, Any]) -> None:
    """A table as Parquet; the key `tripleos` of the file's metadata holds the provenance as JSON."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    content = pa.Table.from_pandas(frame, preserve_index=False)
    told = {b"tripleos": json.dumps(provenance, ensure_ascii=False).encode(), **(content.schema.metadata or {})}
    pq.write_table(content.replace_schema_metadata(told), path, compression="zstd")


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """A table as CSV; numbers as they are, a missing one empty."""
    frame.to_csv(path, index=False, lineterminator="\n")


def write(folder: Path, runs: Runs) -> None:
    """All `FILES` of the demo into a folder that exists."""
    write_parquet(runs.weekly, folder / "weekly.parquet", runs.provenance)
    write_parquet(runs.summary, folder / "summary.parquet", runs.provenance)
    write_csv(runs.summary, folder / "summary.csv")
    figure = chart(runs)
    figure.save(folder / "chart.svg")
    figure.save(folder / "chart.png", scale_factor=1.5)
    (folder / "README.md").write_text(readme(runs), encoding="utf-8")


def is_ours(folder: Path) -> bool:
    """Whether a folder holds the results of an earlier demo."""
    try:
        with open(folder / "README.md", encoding="utf-8") as file:
            return file.readline().rstrip("\n") == TITLE
    except (OSError, UnicodeDecodeError):
        return False


def readme(runs: Runs) -> str:
    """What the files of the demo are, and its tables in Markdown."""
    worlds = {scenario.world.name: scenario.world.about for scenario in runs.scenarios}
    policies = {scenario.policy.name: scenario.policy.about for scenario in runs.scenarios}
    parts = [
        TITLE,
        f"Made by `{runs.command}` with model version {__version__}; the same command gives the same numbers again.",
        "All policies meet the same luck, because they run under the same seeds: their differences are *paired*, "
        "with intervals that are mostly narrower than those of unrelated runs would be (`variance_ratio` above 1).",
        "\n".join(f"- `{name}`: {about}" for name, about in policies.items()),
        "![Output and coherent action over the weeks, by policy and world](chart.svg)",
        "## Tables",
        "  \n".join(legend(runs).splitlines()),
        *(f"### {world} world\n\n{worlds[world]}\n\n{markdown(runs, world).rstrip()}" for world in worlds),
        "## Files",
        "| file | content |\n| --- | --- |\n"
        "| `summary.csv`, `summary.parquet` | all measures: means, paired differences, intervals, variance ratios |\n"
        "| `weekly.parquet` | every measure in every week of every run, tidy; provenance in its metadata |\n"
        "| `chart.svg`, `chart.png` | the figure above |",
        "What the measures mean: `tripleos list measures`. What a policy sets: `tripleos describe heads_down`.",
    ]
    return "\n\n".join(parts) + "\n"
