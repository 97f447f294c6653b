"""Answers in plain words: what a scenario gives more or less than another, how sure that is, and what it costs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ..analysis.statistics import SAME, why_no_interval
from ..present.formatting import mark
from ..scenario import overhead
from .simulation_service import Answer, mean_of


class Wording(NamedTuple):
    """How a measure is spoken of."""

    title: str
    question: str
    noun: str
    """What there is more or less of."""
    factor: float
    """What a value is multiplied by when it is told: 100 where it is told in percent."""
    decimals: int
    less: str = "less"


WORDINGS: Mapping[str, Wording] = {
    "awareness": Wording("Awareness", "Do people know what is new?", "awareness", 100, 0),
    "alternatives": Wording("Alternatives", "Are there tested ways to respond?", "alternatives at hand", 1, 1, "fewer"),
    "coherent_action": Wording("Action", "Do teams act well, and together?", "coherent action", 1, 2),
    "innovation": Wording(
        "Innovation", "New and truly better ways", "innovations per 100 people a year", 1, 1, "fewer"
    ),
    "output": Wording("Output", "What the teams produce", "output", 1, 2),
    "too_busy": Wording("Overload", "People too busy to learn", "overload", 100, 0),
    "viable": Wording("Truly better", "Alternatives better than the one in use", "better alternatives", 1, 1, "fewer"),
    "fit": Wording("Fit", "How well practices fit the world", "fit", 1, 2),
    "agreement": Wording("Agreement", "How alike the teams work", "agreement", 1, 2),
}
COMPARED = ("coherent_action", "output", "innovation", "awareness", "alternatives", "too_busy")


def told(value: float, measure: str, more: int = 0) -> str:
    """A value of a measure as people read it, with some more decimals where they are needed.

    >>> told(0.914, "awareness"), told(0.6149, "coherent_action"), told(math.nan, "output")
    ('91 %', '0.61', '–')
    """
    wording = WORDINGS[measure]
    if math.isnan(value):
        return "–"
    number = f"{round(value * wording.factor, wording.decimals + more) + 0.0:.{wording.decimals + more}f}"
    return f"{number} %" if wording.factor == 100 else number


def mean_text(row: Mapping[str, Any], more: int = 1) -> str:
    """A mean with half the width of its interval.

    >>> mean_text({"measure": "awareness", "mean": 0.91, "high": 0.921})
    '91.0 % ± 1.1'
    """
    half = told(row["high"] - row["mean"], row["measure"], more).removesuffix(" %")
    return f"{told(row['mean'], row['measure'], more)} ± {half}"


def gap_text(row: Mapping[str, Any]) -> str:
    """A paired difference, marked, with half the width of its interval; of what is told in percent, in points."""
    measure, half = row["measure"], row["difference_high"] - row["difference"]
    size, margin = (told(value, measure, 1).removesuffix(" %") for value in (abs(row["difference"]), half))
    return f"{mark(row)}{size} ± {margin}{' points' if WORDINGS[measure].factor == 100 else ''}"


def difference(row: Mapping[str, Any], one: str, other: str) -> str:
    """A paired difference, and how sure it is, in a sentence.

    >>> row = {"measure": "coherent_action", "difference": 0.12, "difference_low": 0.09, "difference_high": 0.15}
    >>> difference(row, "B", "A")
    'B gives 0.12 more coherent action than A: 95 % sure it is between 0.09 and 0.15.'
    """
    wording = WORDINGS[row["measure"]]
    value, low, high = (row[name] * wording.factor for name in ("difference", "difference_low", "difference_high"))
    # As many decimals as tell the ends of the interval apart from each other and from 0.
    decimals = wording.decimals + (min(abs(low), abs(high), high - low) < 2 * 10**-wording.decimals)
    shown = lambda number: f"{number + 0.0:.{decimals}f}".replace("-", "−")  # noqa: E731
    points = " points" if wording.factor == 100 else ""
    if math.isnan(high):
        return _without_interval(row, one, other)
    if low == high == 0.0:
        return f"{one} and {other} give exactly the same {wording.noun}."
    if low <= 0.0 <= high:
        between = f"{shown(value)}{points}, 95 % sure it is between {shown(low)} and {shown(high)}"
        return f"{one} and {other} cannot be told apart in {wording.noun}: the difference is {between}."
    ends = sorted((abs(low), abs(high)))
    word = "more" if value > 0 else wording.less
    return (
        f"{one} gives {shown(abs(value))}{points} {word} {wording.noun} than {other}: "
        f"95 % sure it is between {shown(ends[0])} and {shown(ends[1])}."
    )


def _without_interval(row: Mapping[str, Any], one: str, other: str) -> str:
    """A difference that is the same in so many runs that no interval of it can be given, in a sentence."""
    wording, runs, equal = WORDINGS[row["measure"]], row["replicates"], row["difference_equal"]
    if equal == runs and abs(row["difference"]) < SAME:
        return f"{one} and {other} give exactly the same {wording.noun} in all {runs} runs."
    size = told(abs(row["difference"]), row["measure"], 1).replace(" %", " points")
    word = "more" if row["difference"] > 0 else wording.less
    return (
        f"{one} gives {size} {word} {wording.noun} than {other} on average, but how sure that is cannot be said: "
        f"{why_no_interval(equal, runs).removeprefix('no interval: ').replace('value', 'difference')}."
    )


def cost(answer: Answer, a: int) -> str:
    """What a policy itself takes of the working week, against that of scenario A."""
    own, base = (overhead(s.workforce, s.policy) for s in (answer.choices.scenarios[k] for k in (a, 0)))
    letter = answer.choices.letters[a]
    if abs(own - base) < 5e-4:
        return f"{letter} costs as much working time as A: {own:.1%} of the week.".replace("%", " %")
    word = "more" if own > base else "less"
    text = f"{letter} itself costs {own:.1%} of working time, {abs(own - base) * 100:.1f} points {word} than A."
    return text.replace("%", " %")


def recovered(answer: Answer, a: int) -> str:
    """How a scenario took its shock; empty if there was none."""
    found = answer.recoveries(a)
    if not found:
        return ""
    depth, half = mean_of(one.depth for one in found)
    if math.isnan(depth):
        return f"{answer.choices.letters[a]} had no output to lose."
    weeks, margin = mean_of(one.weeks for one in found)
    never = sum(math.isnan(one.weeks) for one in found)
    lost = f"{depth:.0%}{_margin(half * 100)} of its output".replace("%", " %")
    text = f"{answer.choices.letters[a]} lost {lost} in its worst week after the shock"
    if never == len(found):
        return f"{text} and did not recover in any run."
    back = f" and was back {weeks:.0f}{_margin(margin)} weeks after that" if never < len(found) - 1 else ""
    return f"{text}{back}{f'; in {never} of {len(found)} runs it did not recover' if never else ''}."


def _margin(half: float) -> str:
    """Half the width of an interval, if there is one."""
    return "" if math.isnan(half) else f" ± {half:.0f}"


def sooner(answer: Answer, a: int) -> str:
    """Which of two scenarios recovers sooner, seed by seed; empty if there is nothing to compare."""
    pairs = list(zip(answer.recoveries(a), answer.recoveries(0), strict=False))
    gained, margin = mean_of(base.weeks - own.weeks for own, base in pairs)
    if not a or math.isnan(margin):
        return ""
    letter, low, high = answer.choices.letters[a], gained - margin, gained + margin
    if low <= 0 <= high:
        ends = f"{low:.0f} and {high:.0f}".replace("-", "−")
        text = f"Which of {letter} and A is sooner back from its worst week cannot be told"
        return f"{text}: the difference is between {ends} weeks."
    first, second = (letter, "A") if gained > 0 else ("A", letter)
    bounds = sorted((abs(low), abs(high)))
    sure = f"95 % sure it is {bounds[0]:.0f} to {bounds[1]:.0f}"
    less = f"{abs(gained):.0f} weeks less than {second} from its worst week back"
    return f"{first} takes {less}, where both recover: {sure}."


def after_shock(answer: Answer, a: int) -> list[str]:
    """All that is said of a scenario after its shock."""
    return [text for text in (recovered(answer, a), sooner(answer, a)) if text]


def compared(answer: Answer, a: int) -> Iterator[str]:
    """What scenario a gives and costs, against scenario A, in sentences."""
    scenarios = answer.choices.scenarios
    if scenarios[a].key == scenarios[0].key:
        yield f"{answer.choices.letters[a]} is the same as A so far: change one of its levers."
        return
    for measure in COMPARED:
        yield difference(answer.row(a, measure), answer.choices.letters[a], "A")
        if measure == COMPARED[0]:
            yield cost(answer, a)
