"""What a lesson says of its runs, as data: texts with places for numbers, and which text fits which outcome.

No function of a lesson decides what is said: the room evaluates this data in Python, a live page in JavaScript
(`sim/web/learn/learn_said.js`), and both say the same. In a text stand, in braces:

- `{compared one other measure}`: a sentence on the paired difference between two conditions;
- `{condition measure}`: the mean of a measure, as it is written on screens;
- `{condition measure at 5}`: the same at point 5 of the course, or at its last one; `{point 5}` is the number of that;
- `{size}`: within `By`, how large that difference is; `{round}`: within `Overtaking`, when it happens.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from ...present.measures import DISPLAYS
from .results import Gap, LessonResults

PLACE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Between:
    """By how much one condition exceeds another in a measure."""

    one: str
    other: str
    measure: str

    def of(self, found: LessonResults) -> Gap:
        """The paired difference."""
        return found.gap(self.one, self.other, self.measure)


@dataclass(frozen=True)
class Together:
    """By how much two things together bring more than the sum of what each brings alone."""

    both: str
    each: tuple[str, str]
    neither: str
    measure: str

    def of(self, found: LessonResults) -> Gap:
        """The paired difference."""
        return found.beyond_the_sum(self.both, self.each, self.neither, self.measure)


@dataclass(frozen=True)
class By:
    """One of three texts: by whether a difference is surely above 0, surely below 0, or neither can be said."""

    gap: Between | Together
    more: Piece
    same: Piece
    less: Piece


@dataclass(frozen=True)
class Overtaking:
    """A text for when one condition falls behind another by some lead, and then overtakes it for good; else nothing."""

    late: str
    early: str
    measure: str
    lead: float
    text: str

    def of(self, found: LessonResults) -> int | None:
        """The point of the courses from which it stays ahead."""
        late, early = (found.mean_course(name, self.measure) for name in (self.late, self.early))
        behind = [t for t in range(len(late)) if early[t] > late[t]]
        if not behind or behind[-1] + 1 >= len(late) or (early - late).max() < self.lead:
            return None
        return behind[-1] + 1


Piece = str | By | Overtaking | tuple["Piece", ...]
"""A text; one of several; or pieces one after the other, with blanks between."""


class Telling:
    """Paragraphs, or the items of a list, that follow from results; called with them, their texts.

    Parameters
    ----------
    *pieces : Piece
        One for each paragraph; what comes out empty is left out.
    """

    def __init__(self, *pieces: Piece) -> None:
        self.pieces = pieces

    def __call__(self, found: LessonResults) -> tuple[str, ...]:
        """The texts."""
        return tuple(text for text in (told(piece, found) for piece in self.pieces) if text)


def told(piece: Piece, found: LessonResults, **near: str) -> str:
    """A piece as text; `near`: what stands for `{size}` or `{round}`."""
    if isinstance(piece, tuple):
        return " ".join(text for text in (told(one, found, **near) for one in piece) if text)
    if isinstance(piece, By):
        gap = piece.gap.of(found)
        chosen = {1: piece.more, 0: piece.same, -1: piece.less}[gap.sign]
        return told(chosen, found, **{**near, "size": gap.text})
    if isinstance(piece, Overtaking):
        at = piece.of(found)
        return "" if at is None else told(piece.text, found, **{**near, "round": str(at)})
    return PLACE.sub(lambda place: _number(place[1].split(), found, near), piece)


def _number(words: list[str], found: LessonResults, near: dict[str, str]) -> str:
    """What stands in a place of a text."""
    match words:
        case ["compared", one, other, measure]:
            return found.compared(one, other, measure)
        case ["point", at]:
            return str(found.point(int(at)))
        case [condition, measure]:
            return found.told(condition, measure)
        case [condition, measure, "at", at]:
            return found.told_at(condition, measure, int(at))
        case [name]:
            return near[name]
    raise ValueError(f"{' '.join(words)}: this stands for nothing")


@dataclass(frozen=True)
class Right:
    """Which option of a bet the results bear out; called with them, a set of its key."""

    gap: Between
    more: str
    same: str
    less: str

    def __call__(self, found: LessonResults) -> frozenset[str]:
        """The key, in a set."""
        return frozenset({{1: self.more, 0: self.same, -1: self.less}[self.gap.of(found).sign]})


@dataclass(frozen=True)
class Outcome:
    """The number that was to be bet on; called with results, that number as screens count it."""

    condition: str
    measure: str

    def __call__(self, found: LessonResults) -> float:
        """The number."""
        return found.mean(self.condition, self.measure) * DISPLAYS[self.measure].factor


def data(piece: Any) -> Any:
    """A piece, or what it depends on, for JSON.

    >>> data(Between("a", "b", "output"))
    {'kind': 'Between', 'one': 'a', 'other': 'b', 'measure': 'output'}
    """
    if isinstance(piece, Telling):
        return [data(one) for one in piece.pieces]
    if isinstance(piece, tuple):
        return [data(one) for one in piece]
    if isinstance(piece, Between | Together | By | Overtaking | Right | Outcome):
        return {"kind": type(piece).__name__, **{name: data(one) for name, one in vars(piece).items()}}
    return piece
