"""What people read: `results/benchmark/README.md` and its figure, made from the two tables of figures beside it."""

from __future__ import annotations

import math
import os
import platform
from collections.abc import Sequence
from typing import Any

import numba
import numpy as np
import pandas as pd

from sim import __version__
from sim.present.plots import COLOURS, STROKES, by_colour, dressed
from sim.present.tables import markdown_table

from .measuring import TURNS
from .peers import compare
from .peers.problems import BITS, COMPLEXITY
from .table import AIMS, BEFORE, DECADES, FURTHER, LIMIT, Row, reached, week_of

COLUMNS = ["part", "work", "before", "measured", "unit", "aim", "note", "load"]
HEADS = ["work", "version 0.1", "measured", "aim", "reached"]
NOW, THEN, AIM = "now", "version 0.1", "aim"

PAGE = """# Benchmark

tripleos {version} on {machine}. Made by `python -m experiments.benchmark` (`make benchmark`); with `--only` it measures
a part again. Load of the machine while it was measured: {load}.

## At the limit

{limit}

"×": how many times as long it takes as what it is beside; for threads, how many times as fast. Programs beside each
other take turns; a figure is the median of {turns} turns or more, of ratios where it is a ratio. Time is CPU time on
one thread. For threads, studies and the dashboard it is time on the clock, as for `make demo` and `make test`, which
are run once. "Version 0.1": what was published with it, from another machine, with wider vectors (AVX-512); ratios
are safer to compare.

## Growth

![Time of a worker and week over the number of workers](growth.svg)

## Further figures

{further}

`sim.plain` is the model in plain Mesa agents and loops, which give the same history, number for number.

## Beside what one would use instead

{peers}
"""

PEERS = """{versions}. Parallel search as in Lazer & Friedman 2007: NK landscapes with N = {bits}, K = {complexity}, a
ring on which everybody sees the two nearest on each side, velocity 1, no errors of copying; mean score, best score and
number of solutions after every round.

{table}

CPU time on one thread, medians of {turns} turns; in a turn each program runs twice, and the better counts. A ratio
is the median over turns; below 1 a program is faster than this engine.

- **The same work.** All begin with the same practices on the same landscapes. Told which bits to flip, all give the
  same course of every replicate; drawing their own, mean courses agree within {errors:.0f} standard errors, or nothing
  is timed. Plain C draws the engine's own numbers, and its courses are the engine's to the last bit.
- **Plain C** is [`parallel_search.c`](../../experiments/benchmark/peers/parallel_search.c), compiled by `cc -O3
  -march=native`: bits tested one by one, contributions added up each time, numbers drawn when they are needed. Like the
  engine it draws landscapes and first practices within the time, and stops where nobody can improve.
- **Payoffs.** Mesa, AgentPy and NumPy look them up in a table of all 2^{bits}, made outside of the clock; "NumPy,
  payoffs added up" does as C does.
- **The greatest of 2^{bits} payoffs**, which scores need, is not in these figures: the engine finds it once in a
  session.
- **Written as one would**: Mesa agents on the cells of a `Network` with a `DataCollector`, AgentPy agents in an
  `AgentList` on a `Network`, NumPy with all replicates in one array. Neighbours are noted once, because the network
  stays as it is. Set-up is the making of agents and network; "without set-up" leaves out the first round as well.
- **Random numbers.** A draw of the engine belongs to (seed, round, agent, decision), so that two conditions face the
  same random events on any number of threads; but for C, the others take the next number of one stream, which is
  cheaper.
"""


# --- numbers ----------------------------------------------------------------------------------------------------------


def in_figures(value: float, unit: str = "") -> str:
    """A number with three figures; a dash where there is none.

    >>> in_figures(1_549.6, "×"), in_figures(0.0811, "µs"), in_figures(3e-14), in_figures(math.nan)
    ('1,550 ×', '0.0811 µs', '3e-14', '–')
    """
    if math.isnan(value):
        return "–"
    return f"{value:,.0f} {unit}".rstrip() if abs(value) >= 100 else f"{value:.3g} {unit}".rstrip()


def cells(row: Row, measured: float, note: str) -> list[str]:
    """A line of the table, as people read it."""
    verdict = "–" if math.isnan(measured) or not row.aim else "yes" if reached(measured, row.aim) else "**no**"
    before = in_figures(math.nan if row.before is None else row.before, row.unit)
    aim = f"{row.aim} {row.unit}".strip() if row.aim else ""
    return [row.work, before, note or in_figures(measured, row.unit), aim, verdict]


def lines(rows: Sequence[Row], found: pd.DataFrame) -> str:
    """Lines of the table in Markdown."""
    by_work = found.set_index("work")
    measured = by_work["measured"].reindex([row.work for row in rows])
    notes = by_work["note"].reindex(measured.index).fillna("")
    told = zip(rows, measured, notes, strict=True)
    return markdown_table(HEADS, [cells(row, value, note) for row, value, note in told], "lrrrl")


def peers_lines(table: pd.DataFrame) -> str:
    """The programs side by side in Markdown."""
    heads = ["work", "program", "µs an agent and round", "**× this engine**", "without set-up", "× engine"]
    rows = [
        [
            row.case, row.program, f"{row.microseconds:.3g}", f"**{row.times_engine:.2g}**",
            f"{row.microseconds_without_set_up:.3g}", f"{row.times_engine_without_set_up:.2g}",
            in_figures(row.bytes_per_agent),
        ]
        for row in table.itertuples()
    ]  # fmt: skip
    return markdown_table([*heads, "bytes an agent"], rows, "llrrrrr")


# --- the page ---------------------------------------------------------------------------------------------------------


def page(found: pd.DataFrame, peers: pd.DataFrame | None) -> str:
    """The page, from all figures (`COLUMNS`) and from the table of peers, if there is one."""
    versions = f"Python {platform.python_version()}, Numba {numba.__version__}, NumPy {np.__version__}"
    loads = found["load"].dropna()
    return PAGE.format(
        version=__version__,
        machine=f"{platform.machine()}, {os.cpu_count()} cores, {versions}",
        load=f"{loads.min():.1f} to {loads.max():.1f}" if len(loads) else "not known",
        limit=lines(LIMIT, found),
        turns=TURNS,
        further=lines(FURTHER, found),
        peers="Not measured." if peers is None else section(peers),
    )


def section(peers: pd.DataFrame) -> str:
    """The part on other programs."""
    text = PEERS.format(
        versions=compare.versions(),
        bits=BITS,
        complexity=COMPLEXITY,
        table=peers_lines(peers),
        turns=compare.TURNS,
        errors=compare.ERRORS,
    )
    return text + "".join(f"- {sentence}\n" for sentence in compare.left_out())


# --- the figure -------------------------------------------------------------------------------------------------------


def growth(found: pd.DataFrame) -> pd.DataFrame:
    """What the figure shows: `workers`, `microseconds` and whose they are (`series`)."""
    measured = found.set_index("work")["measured"]
    rows = [(workers, BEFORE[workers], THEN) for workers in DECADES]
    rows += [(workers, float(measured.get(week_of(workers).work, math.nan)), NOW) for workers in DECADES]
    rows += [(workers, float(AIMS[workers].split()[1]), AIM) for workers in DECADES if workers in AIMS]
    return pd.DataFrame(rows, columns=["workers", "microseconds", "series"]).dropna()


def chart(data: pd.DataFrame) -> Any:
    """Time of a worker and week over the number of workers."""
    import altair as alt

    x = alt.X("workers:Q", title="workers", axis=alt.Axis(values=list(DECADES), format=",d"))
    x = x.scale(type="log", nice=False, padding=20)
    y = alt.Y("microseconds:Q", title="µs of CPU per worker and week")
    y = y.scale(domain=[0.0, 1.08 * data["microseconds"].max()])
    colour = by_colour("series", [NOW, THEN, AIM], colours=[COLOURS[6], COLOURS[7], COLOURS[2]])
    base = alt.Chart(data).encode(x=x, y=y, color=colour)
    line = base.transform_filter(alt.datum.series != AIM).mark_line(strokeWidth=2, point={"size": 45})
    aims = base.transform_filter(alt.datum.series == AIM).mark_tick(thickness=2.5, size=26, orient="horizontal")
    figure = dressed(
        alt.layer(line, aims).properties(width=560, height=300),
        "What a week of one worker takes in organisations of all sizes",
        "The default organisation, communities of 20 people, one thread. A level line: in proportion to the workers.",
    )
    return figure.configure_legend(orient="top", labelFontSize=12, **STROKES)
