"""Answers in plain words: what a scenario gives more or less than another, how sure that is, and what it costs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from ..present.measures import DISPLAYS
from ..scenario import overhead
from .simulation_service import Answer, mean_of

COMPARED = ("coherent_action", "output", "innovation", "awareness", "alternatives", "too_busy")


def difference(row: Mapping[str, Any], one: str, other: str) -> str:
    """A paired difference, and how sure it is, in a sentence.

    >>> row = {"measure": "coherent_action", "difference": 0.12, "difference_low": 0.09, "difference_high": 0.15}
    >>> difference(row, "B", "A")
    'B gives 0.12 more coherent action than A: 95 % sure it is between 0.09 and 0.15.'
    """
    wording = DISPLAYS[row["measure"]]
    value, low, high = (row[name] * wording.factor for name in ("difference", "difference_low", "difference_high"))
    # As many decimals as tell the ends of the interval apart from each other and from 0.
    decimals = wording.decimals + (min(abs(low), abs(high), high - low) < 2 * 10**-wording.decimals)
    shown = lambda number: f"{number + 0.0:.{decimals}f}".replace("-", "−")  # noqa: E731
    points = " points" if wording.factor == 100 else ""
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
    lost = f"{depth:.0%} ± {half * 100:.0f} of its output".replace("%", " %")
    text = f"{answer.choices.letters[a]} lost {lost} in its worst week after the shock"
    if never == len(found):
        return f"{text} and did not recover in any run."
    back = f" and was back {weeks:.0f} ± {margin:.0f} weeks after that" if never < len(found) - 1 else ""
    return f"{text}{back}{f'; in {never} of {len(found)} runs it did not recover' if never else ''}."


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
