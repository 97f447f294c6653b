"""What one browser session holds: its choices, what was refused and where; and what was tried. All of it frozen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..errors import ScenarioError
from ..scenario import Scenario
from . import url_state
from .explore_state import Choices, name_of
from .narrative import COMPARED
from .refusals import in_words
from .simulation_service import Answer

MOST_TRIED = 30
LONGEST_TYPED = 200  # characters of what was refused that its field still shows


@dataclass(frozen=True)
class Tried:
    """A scenario that was answered, with its results: mean and half-width of the interval of each measure."""

    scenario: Scenario
    seeds: tuple[int, ...]
    values: Mapping[str, tuple[float, float]]

    @property
    def name(self) -> str:
        """What it is called."""
        return name_of(self.scenario)


@dataclass(frozen=True)
class Session:
    """Everything that a session remembers."""

    choices: Choices = field(default_factory=Choices)
    refused: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """By field: what was typed, and what is said about it."""
    notices: tuple[str, ...] = ()
    """What is said about no field in particular: a link that lost its end."""


def changed(
    session: Session,
    place: str,
    change: Callable[[Choices], Choices],
    typed: Any = "",
    told: Callable[[ScenarioError], str] = in_words,
) -> Session:
    """The session after a change; if it is refused, the choices stay, and at its place is shown what is `told`.

    >>> from .explore_state import with_lever
    >>> session = changed(Session(), "hurdle", lambda choices: with_lever(choices, "hurdle", "high"), "high")
    >>> session.refused["hurdle"]
    ('high', 'Hurdle must be a number between 0 and 1.')
    """
    try:
        choices = change(session.choices)
    except ScenarioError as error:
        return replace(session, refused={**session.refused, place: (str(typed)[:LONGEST_TYPED], told(error))})
    return replace(session, choices=choices, refused={}, notices=())


def opened(session: Session, query: str | None) -> Session:
    """The session after a link was opened; without a query it stays as it is."""
    if not query:
        return session
    reading = url_state.from_query(query)
    return replace(session, choices=reading.choices, notices=reading.problems, refused={})


def noted(tried: Sequence[Tried], answer: Answer) -> tuple[Tried, ...]:
    """What was tried, with the scenarios of a whole answer among it, the latest first."""
    found = list(tried)
    for a, scenario in enumerate(answer.choices.scenarios):
        if any(one.scenario.key == scenario.key and one.seeds == answer.seeds for one in found):
            continue
        rows = {measure: answer.row(a, measure) for measure in COMPARED}
        values = {measure: (row["mean"], row["high"] - row["mean"]) for measure, row in rows.items()}
        found.insert(0, Tried(scenario, answer.seeds, values))
    return tuple(found[:MOST_TRIED])
