"""Answers in plain words: what a scenario gives more or less than another, how sure that is, and what it costs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from .answers import Answer, mean_of, price_of


class Wording(NamedTuple):
    """How a measure is spoken of."""

    title: str
    question: str
    unit: str
    """How a difference is told, after `more` or `less`."""
    factor: float
    """What a value is multiplied by when it is told: 100 where it is told in percent."""
    decimals: int


WORDINGS: Mapping[str, Wording] = {
    "awareness": Wording("Awareness", "Do people know what is new?", "points of awareness", 100, 0),
    "alternatives": Wording("Alternatives", "Do they know tested ways to respond?", "alternatives at hand", 1, 1),
    "coherent_action": Wording("Action", "Do teams act well, and together?", "coherent action", 1, 2),
    "innovation": Wording("Innovation", "New ways that truly improved work", "innovations per 100 people a year", 1, 1),
    "output": Wording("Output", "What the teams produce", "output", 1, 2),
    "too_busy": Wording("Overload", "People too busy to learn", "points of people too busy to learn", 100, 0),
    "viable": Wording("Truly better", "Alternatives truly better than the one in use", "better alternatives", 1, 1),
    "fit": Wording("Fit", "How well practices fit the world", "fit", 1, 2),
    "agreement": Wording("Agreement", "How alike the teams work", "agreement", 1, 2),
    "time_networks": Wording("Networks", "Time for networks", "points of time for networks", 100, 0),
    "time_communities": Wording("Communities", "Time for communities", "points of time for communities", 100, 0),
    "time_teams": Wording("Teams", "Time for teams", "points of time for teams", 100, 0),
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


def _plain(value: float, measure: str) -> str:
    return told(value, measure, more=1).removesuffix(" %").replace("-", "−")


def difference(row: Mapping[str, Any], one: str, other: str) -> str:
    """A paired difference, and how sure it is, in a sentence.

    >>> row = {"measure": "coherent_action", "difference": 0.12, "difference_low": 0.09, "difference_high": 0.15}
    >>> difference(row, "B", "A")
    'B gives 0.120 more coherent action than A: 95 % sure it is between 0.090 and 0.150.'
    """
    measure, value, low, high = row["measure"], row["difference"], row["difference_low"], row["difference_high"]
    unit = WORDINGS[measure].unit
    if low <= 0.0 <= high:
        between = f"95 % sure it is between {_plain(low, measure)} and {_plain(high, measure)}"
        if low == high:
            return f"{one} and {other} give exactly the same {unit}."
        return (
            f"{one} and {other} cannot be told apart in {unit}: the difference is {_plain(value, measure)}, {between}."
        )
    word, bounds = ("more", (low, high)) if value > 0 else ("less", (-high, -low))
    if unit.split()[0] in ("innovations", "alternatives", "better") or unit.startswith("points"):
        word = "more" if value > 0 else "fewer"
    between = " and ".join(_plain(bound, measure) for bound in bounds)
    return f"{one} gives {_plain(abs(value), measure)} {word} {unit} than {other}: 95 % sure it is between {between}."


def cost(answer: Answer, a: int) -> str:
    """What a policy itself takes of the working week, against that of scenario A."""
    own, base = (price_of(answer.choices.scenarios[k]) for k in (a, 0))
    letter = answer.choices.letters[a]
    if abs(own - base) < 5e-4:
        return f"{letter} costs as much working time as A: {own:.1%} of the week.".replace("%", " %")
    word = "more" if own > base else "less"
    text = f"{letter} itself costs {own:.1%} of working time, {abs(own - base):.1%} {word} than A."
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
    text = f"{answer.choices.letters[a]} lost {depth:.0%} ± {half * 100:.0f} of its output".replace("%", " %")
    if never == len(found):
        return f"{text} and did not recover in any run."
    back = f" and was back {weeks:.0f} ± {margin:.0f} weeks after the lowest point" if never < len(found) - 1 else ""
    return f"{text}{back}{f'; in {never} of {len(found)} runs it did not recover' if never else ''}."


def sooner(answer: Answer, a: int) -> str:
    """Which of two scenarios recovers sooner, seed by seed; empty if there is nothing to compare."""
    pairs = list(zip(answer.recoveries(a), answer.recoveries(0), strict=False))
    gained, margin = mean_of(base.weeks - own.weeks for own, base in pairs)
    if not a or math.isnan(margin):
        return ""
    letter, low, high = answer.choices.letters[a], gained - margin, gained + margin
    if low <= 0 <= high:
        return f"Who of {letter} and A recovers sooner cannot be told ({low:.0f} to {high:.0f} weeks)."
    first, second = (letter, "A") if gained > 0 else ("A", letter)
    bounds = sorted((abs(low), abs(high)))
    return f"{first} recovers {abs(gained):.0f} weeks sooner than {second}: 95 % sure it is {bounds[0]:.0f} to {bounds[1]:.0f}."


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
