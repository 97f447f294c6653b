"""Numbers and names as people read them: on a screen, in Markdown, in a figure."""

from __future__ import annotations

import itertools
import math
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from ..model.measures import warm_up
from .measures import DISPLAYS

MOST_SEEDS = 5  # that are told one by one


def format_number(value: float, decimals: int) -> str:
    """A number with so many decimals; a dash where it is missing, and never -0.

    Parameters
    ----------
    value : float
        The number; nan where it is missing.
    decimals : int
        Digits after the point.

    Returns
    -------
    str
        With a comma between thousands and a true minus sign.

    Examples
    --------
    >>> format_number(-1234.56, 1), format_number(-0.001, 2), format_number(math.nan, 2)
    ('−1,234.6', '0.00', '–')
    """
    return "–" if math.isnan(value) else f"{round(value, decimals) + 0.0:,.{decimals}f}".replace("-", "−")


def format_share(share: float, decimals: int = 0) -> str:
    """A share in percent.

    Parameters
    ----------
    share : float
        1 is the whole.
    decimals : int
        Of the percentage.

    Returns
    -------
    str
        With a space before the percent sign.

    Examples
    --------
    >>> format_share(0.256), format_share(0.0769, 1)
    ('26 %', '7.7 %')
    """
    return f"{share:.{decimals}%}".replace("%", " %")


def format_setting(value: Any) -> str:
    """The value of a parameter as one would give it.

    Parameters
    ----------
    value : object
        A bool, number or text.

    Returns
    -------
    str
        As it is typed on the command line; a float has up to six significant digits.

    Examples
    --------
    >>> format_setting(0.10), format_setting(True), format_setting("best")
    ('0.1', 'true', 'best')
    """
    return str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)


# --- measures on screens, in percent where that is how people think of them -------------------------------------------


def format_value(value: float, measure: str, more: int = 0) -> str:
    """A value of a measure as a screen shows it, with some more decimals where they are needed.

    Parameters
    ----------
    value : float
        In the unit of the model; nan where it is missing.
    measure : str
        A name in `DISPLAYS`.
    more : int
        Decimals beyond those of the measure.

    Returns
    -------
    str
        With the suffix of the measure; a dash for nan.

    Examples
    --------
    >>> format_value(0.914, "awareness"), format_value(0.6149, "coherent_action"), format_value(0.861, "score")
    ('91 %', '0.61', '86')
    """
    display = DISPLAYS[measure]
    text = format_number(value * display.factor, display.decimals + more)
    return text if math.isnan(value) else text + display.suffix


def format_half_width(half: float, measure: str, more: int = 0) -> str:
    """Half the width of an interval, as it stands behind a value that has the percent sign.

    What would be rounded to 0 but is more is told as less than the last decimal: ± 0 would claim that nothing is
    random.

    Parameters
    ----------
    half : float
        In the unit of the model; nan where there is no interval.
    measure : str
        A name in `DISPLAYS`.
    more : int
        Decimals beyond those of the measure.

    Returns
    -------
    str
        Without a suffix; a dash for nan.

    Examples
    --------
    >>> format_half_width(0.021, "awareness"), format_half_width(0.001, "awareness"), format_half_width(0.0, "output")
    ('2', '< 1', '0.00')
    """
    display = DISPLAYS[measure]
    last = 10.0 ** -(display.decimals + more)
    if 0 < half * display.factor <= last / 2:
        return f"< {last:g}"
    return format_number(half * display.factor, display.decimals + more)


def format_mean(row: Mapping[str, Any], more: int = 1) -> str:
    """The mean of a row of a summary with half the width of its interval.

    Parameters
    ----------
    row : mapping
        With `measure`, `mean` and `high`.
    more : int
        Decimals beyond those of the measure.

    Returns
    -------
    str
        Mean, ±, half-width.

    Examples
    --------
    >>> format_mean({"measure": "awareness", "mean": 0.91, "high": 0.921})
    '91.0 % ± 1.1'
    """
    half = format_half_width(row["high"] - row["mean"], row["measure"], more)
    return f"{format_value(row['mean'], row['measure'], more)} ± {half}"


def format_gap(row: Mapping[str, Any]) -> str:
    """The paired difference of a row, marked, with half the width of its interval; of percent, in points.

    Parameters
    ----------
    row : mapping
        With `measure`, `difference`, `difference_low` and `difference_high`.

    Returns
    -------
    str
        As in "▲5.0 ± 1.1 points", with one decimal more than the measure has on a screen.
    """
    measure, half = row["measure"], row["difference_high"] - row["difference"]
    display = DISPLAYS[measure]
    size = format_number(abs(row["difference"]) * display.factor, display.decimals + 1)
    points = " points" if display.factor == 100 else ""
    return f"{mark(row)}{size} ± {format_half_width(half, measure, 1)}{points}"


# --- measures in tables of results, in the unit of the model ----------------------------------------------------------


def format_in_unit(value: float, measure: str) -> str:
    """A value of a measure with as many decimals as its unit asks for.

    Parameters
    ----------
    value : float
        In the unit of the model; nan where it is missing.
    measure : str
        A name in `DISPLAYS`.

    Returns
    -------
    str
        Without the unit; a dash for nan.

    Examples
    --------
    >>> format_in_unit(0.61249, "output"), format_in_unit(14.24, "alternatives")
    ('0.612', '14.2')
    """
    return format_number(value, DISPLAYS[measure].unit_decimals)


def with_interval(value: float, half: float, measure: str) -> str:
    """A value and the half-width of its interval; the value alone where there is no interval.

    Parameters
    ----------
    value, half : float
        In the unit of the model; `half` is nan where there is no interval.
    measure : str
        A name in `DISPLAYS`.

    Returns
    -------
    str
        Both with the decimals of `format_in_unit`.

    Examples
    --------
    >>> with_interval(0.5, 0.01, "output"), with_interval(0.5, math.nan, "output")
    ('0.500 ±0.010', '0.500')
    """
    return format_in_unit(value, measure) + ("" if math.isnan(half) else f" ±{format_in_unit(half, measure)}")


def mark(row: Mapping[str, Any]) -> str:
    """How a paired difference is marked: ▲ or ▼ if its interval excludes 0, else + or − (a blank for none at all).

    Parameters
    ----------
    row : mapping
        With `difference`, `difference_low` and `difference_high`.

    Returns
    -------
    str
        One character.

    Examples
    --------
    >>> mark({"difference": 0.2, "difference_low": 0.1, "difference_high": 0.3})
    '▲'
    """
    if row["difference_low"] > 0:
        return "▲"
    if row["difference_high"] < 0:
        return "▼"
    return "+" if row["difference"] > 0 else "−" if row["difference"] < 0 else " "


def mean_text(row: Mapping[str, Any]) -> str:
    """The mean of a row of a summary, with its interval.

    Parameters
    ----------
    row : mapping
        With `measure`, `mean` and `high`.

    Returns
    -------
    str
        As `with_interval`.
    """
    return with_interval(row["mean"], row["high"] - row["mean"], row["measure"])


def difference_text(row: Mapping[str, Any]) -> str:
    """The paired difference of a row of a summary, marked, with its interval.

    Parameters
    ----------
    row : mapping
        With `measure`, `difference`, `difference_low` and `difference_high`.

    Returns
    -------
    str
        The mark, then the size of the difference as `with_interval` writes it.
    """
    half = row["difference_high"] - row["difference"]
    return mark(row) + with_interval(abs(row["difference"]), half, row["measure"])


def folded(name: str, width: int) -> str:
    r"""A name on as many lines as it takes, broken after an underscore where possible.

    Parameters
    ----------
    name : str
        The name.
    width : int
        Most characters in a line.

    Returns
    -------
    str
        Lines joined by newlines.

    Examples
    --------
    >>> folded("triple_operating_system", 17)
    'triple_operating_\nsystem'
    """
    lines = [""]
    for piece in name.replace("_", "_\0").split("\0"):
        lines = [*lines[:-1], lines[-1] + piece] if len(lines[-1] + piece) <= width else [*lines, piece]
    return "\n".join(part for line in lines for part in textwrap.wrap(line, width))


def counted(count: int, one: str, more: str = "") -> str:
    """How many there are, in words.

    Parameters
    ----------
    count : int
        How many.
    one, more : str
        What they are called; the plural is made with s unless it is given.

    Returns
    -------
    str
        As in "2 policies".

    Examples
    --------
    >>> counted(1, "aspect"), counted(2000, "aspect"), counted(2, "policy", "policies")
    ('1 aspect', '2,000 aspects', '2 policies')
    """
    return f"{count:,} {one if count == 1 else more or f'{one}s'}"


def seeds_text(seeds: Sequence[int]) -> str:
    """Replicates and their seeds in words.

    Parameters
    ----------
    seeds : sequence of int
        At least one.

    Returns
    -------
    str
        Their number; the first and the last seed where they follow each other, else the seeds if they are few.

    Examples
    --------
    >>> seeds_text([1, 2, 3])
    '3 replicates (seeds 1 to 3)'
    >>> seeds_text([7, 3, 5]), seeds_text([*range(0, 200, 2)])
    ('3 replicates (seeds 7, 3, 5)', '100 replicates')
    """
    told = counted(len(seeds), "replicate")
    if len(seeds) == 1:
        return f"{told} (seed {seeds[0]})"
    if all(later - seed == 1 for seed, later in itertools.pairwise(seeds)):
        return f"{told} (seeds {seeds[0]} to {seeds[-1]})"
    return f"{told} (seeds {', '.join(map(str, seeds))})" if len(seeds) <= MOST_SEEDS else told


def weeks_text(weeks: int) -> str:
    """Which weeks a summary is about.

    Parameters
    ----------
    weeks : int
        Length of the runs.

    Returns
    -------
    str
        The first and the last week after the warm-up.

    Examples
    --------
    >>> weeks_text(260)
    'weeks 53 to 260'
    """
    return f"weeks {warm_up(weeks) + 1} to {weeks}"


def heading(measure: str) -> str:
    """The name of a measure as people read it.

    Parameters
    ----------
    measure : str
        Any name with underscores.

    Returns
    -------
    str
        The name with spaces.

    Examples
    --------
    >>> heading("too_busy")
    'too busy'
    """
    return measure.replace("_", " ")
