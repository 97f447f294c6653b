"""What a lesson is made of. All of it is plain data, so that a live page can hold it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .telling import Outcome, Right, Telling

Words = tuple[str, ...]
"""Paragraphs, or the items of a list."""
Setting = Mapping[str, Any]
Value = str | int | float | bool


@dataclass(frozen=True)
class Option:
    """Something to bet on."""

    key: str
    label: str


@dataclass(frozen=True)
class Bet:
    """A question to answer before anything has run: one of some options, or a number.

    Attributes
    ----------
    right : Right
        For options: the key that the findings bear out.
    actual : Outcome
        For a number: what came out, in the unit of the slider.
    """

    question: str
    options: tuple[Option, ...] = ()
    right: Right | None = None
    low: int = 0
    high: int = 100
    step: int = 5
    unit: str = ""
    actual: Outcome | None = None

    @property
    def values(self) -> tuple[Value, ...]:
        """All that can be bet."""
        return tuple(one.key for one in self.options) or tuple(range(self.low, self.high + 1, self.step))


@dataclass(frozen=True)
class Sketch:
    """A course that can be drawn before anything has run: a measure between 0 and 1, in one of the conditions."""

    condition: str
    measure: str


@dataclass(frozen=True)
class Condition:
    """One of the cases that a lesson holds side by side, and what is set in it."""

    key: str
    label: str
    told: str
    setting: Setting


@dataclass(frozen=True)
class Lever:
    """Something to change oneself: a few values, each with its name, and the one that the lesson begins with."""

    name: str
    label: str
    values: tuple[tuple[Value, str], ...]
    usual: Value

    def __post_init__(self) -> None:
        if self.usual not in self.allowed:
            raise ValueError(f"{self.name}: the usual value {self.usual!r} is not among its values")

    @property
    def allowed(self) -> tuple[Value, ...]:
        """The values."""
        return tuple(value for value, _ in self.values)


@dataclass(frozen=True)
class Notes:
    """What a teacher wants to know beforehand."""

    minutes: int
    goals: Words
    discussion: Words
    sources: Words


@dataclass(frozen=True)
class Lesson:
    """A lesson on one idea.

    Attributes
    ----------
    story : words
        What the runs are about, before anything has run.
    sketch : Sketch
        The course that can be drawn with the bet.
    model : str
        Which model runs: a key of `runs.MODELS`.
    fixed : setting
        What is set in all conditions.
    charts : tuple of str
        The measures that are drawn over time.
    table : tuple of str
        The measures that are given as numbers.
    notice, extend, limits : words
        Questions at the chart; what to do next; what the model does not show.
    found, explain : Telling
        What came out, and why. They say what the runs of this very seed bear out.
    trial : Telling
        What came out when levers were changed.
    diagrams : bool
        Whether the two models of the seed are drawn with the numbers of the runs.
    """

    name: str
    title: str
    idea: str
    story: Words
    bet: Bet
    sketch: Sketch
    model: str
    conditions: tuple[Condition, ...]
    charts: tuple[str, ...]
    table: tuple[str, ...]
    notice: Words
    found: Telling
    explain: Telling
    limits: Words
    levers: tuple[Lever, ...]
    trial: Telling
    extend: Words
    notes: Notes
    fixed: Setting = field(default_factory=dict)
    diagrams: bool = False

    @property
    def usual(self) -> dict[str, Value]:
        """The levers as the lesson begins with them."""
        return {lever.name: lever.usual for lever in self.levers}
