"""Numbers and names as people read them: on a screen, in Markdown, in a figure."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from ..model.measures import MEASURES, warm_up

UNITS = {measure.name: measure.unit for measure in MEASURES}
DECIMALS = {"practices": 1, "weeks": 1, "per 100 workers a year": 1, "aspects": 2}  # by unit; all others have three


def number(value: float, measure: str) -> str:
    """A value of a measure with as many decimals as its unit asks for.

    >>> number(0.61249, "output"), number(14.24, "alternatives")
    ('0.612', '14.2')
    """
    decimals = DECIMALS.get(UNITS[measure], 3)
    return "–" if math.isnan(value) else f"{round(value, decimals) + 0.0:.{decimals}f}"


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
    return f"weeks {warm_up(weeks) + 1} to {weeks}"


def heading(measure: str) -> str:
    """The name of a measure as people read it.

    >>> heading("too_busy")
    'too busy'
    """
    return measure.replace("_", " ")


def short_unit(measure: str) -> str:
    """The unit of a measure for the head of a column; empty if it only repeats the name."""
    unit = UNITS[measure]
    return "" if unit == measure else unit.replace("per 100 workers a year", "/100 people/yr")
