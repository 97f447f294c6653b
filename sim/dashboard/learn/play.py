"""How a lesson is played: which step comes next, and what is refused. Frozen; every move gives a new state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeGuard
from urllib.parse import parse_qs

from ...errors import ScenarioError, truncated_repr
from .lesson_figures import KNOTS
from .lessons import LESSONS
from .plan import Lesson, Value
from .runs import checked_levers, checked_seed
from .words import said

STEPS = (
    ("predict", "Predict", "Place your bet before anything has run."),
    ("run", "Run", "What came out?"),
    ("notice", "Notice", "Look at the charts, and say what you see before you read on."),
    ("explain", "Explain", "What the model does, and why."),
    ("try", "Try", "Change something yourself."),
    ("extend", "Extend", "Where to go from here."),
)
RUN, TRY, LAST = 1, 4, len(STEPS) - 1
FIRST_LESSON = next(iter(LESSONS))


@dataclass(frozen=True)
class Play:
    """A lesson that somebody plays, and how far they are."""

    name: str = FIRST_LESSON
    seed: int = 1
    step: int = 0
    bet: Value | None = None
    drawn: tuple[int, ...] = ()
    """The line that was drawn with the bet: a value from 0 to 100 for each of its knots, or nothing."""
    levers: Mapping[str, Value] = field(default_factory=dict)
    condition: str = ""
    """Which condition the diagrams show; the first one if it is empty."""
    year: int = 0
    notes: bool = False
    refused: str = ""
    """What is said about the last move, if it was not possible."""

    @property
    def lesson(self) -> Lesson:
        """The lesson."""
        return LESSONS[self.name]

    @property
    def chosen(self) -> dict[str, Value]:
        """All its levers as they stand."""
        return checked_levers(self.lesson, self.levers)


# --- moves ------------------------------------------------------------------------------------------------------------


def with_lesson(play: Play, name: Any) -> Play:
    """Another lesson, from its beginning, for the same class."""
    if name not in LESSONS:
        raise ScenarioError(said("no_lesson", name=truncated_repr(name)))
    return Play(name, play.seed, notes=play.notes)


def with_seed(play: Play, given: Any) -> Play:
    """Another class: the lesson from its beginning."""
    return Play(play.name, checked_seed(given), notes=play.notes)


def with_bet(play: Play, value: Any) -> Play:
    """A bet; there is none any more once the runs are seen."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # what a browser sends of a slider
    if play.step or isinstance(value, bool) or value not in play.lesson.bet.values:
        raise ScenarioError(f"{truncated_repr(value)}: this cannot be bet on now.")
    return replace(play, bet=value)


def with_drawn(play: Play, values: Any) -> Play:
    """A line that is drawn with the bet, and no more once the runs are seen."""
    whole = isinstance(values, list) and len(values) == KNOTS and all(_is_index(one, 101) for one in values)
    if play.step or not whole:
        raise ScenarioError("This cannot be drawn now.")
    return replace(play, drawn=tuple(values))


def forward(play: Play, given: Any = None) -> Play:
    """The next step, if it is still the `given` one that is shown; the first one needs a bet."""
    if given is not None and given != play.step:  # pressed twice before the next step was there
        return play
    if play.step == 0 and play.bet is None:
        raise ScenarioError(said("place_bet"))
    return replace(play, step=min(LAST, play.step + 1))


def back(play: Play, _: Any = None) -> Play:
    """The step before; the bet stays as it was."""
    return replace(play, step=max(0, play.step - 1)) if play.step > RUN else play


def restarted(play: Play, _: Any = None) -> Play:
    """The lesson from its beginning."""
    return with_lesson(play, play.name)


def with_lever(play: Play, given: Any) -> Play:
    """A lever at another of its values; `given`: its name, and the number of the value."""
    name, number = (given.get("name"), given.get("number")) if isinstance(given, Mapping) else (None, None)
    lever = next((one for one in play.lesson.levers if one.name == name), None)
    if play.step < TRY or lever is None or not _is_index(number, len(lever.values)):
        raise ScenarioError("This cannot be changed here.")
    return replace(play, levers={**play.levers, lever.name: lever.allowed[number]})


def with_condition(play: Play, name: Any) -> Play:
    """Another condition for the diagrams."""
    if name not in {one.key for one in play.lesson.conditions}:
        raise ScenarioError(f"{truncated_repr(name)}: there is no such organisation in this lesson")
    return replace(play, condition=name)


def with_year(play: Play, number: Any) -> Play:
    """Another year for the diagrams; 0 is all of them."""
    if not _is_index(number, 101):
        raise ScenarioError(f"{truncated_repr(number)}: there is no such year")
    return replace(play, year=number)


def with_notes(play: Play, _: Any = None) -> Play:
    """The teacher's notes shown, or hidden again."""
    return replace(play, notes=not play.notes)


def _is_index(number: Any, count: int) -> TypeGuard[int]:
    return isinstance(number, int) and not isinstance(number, bool) and 0 <= number < count


MOVES: Mapping[str, Callable[[Play, Any], Play]] = {
    "lesson": with_lesson,
    "seed": with_seed,
    "bet": with_bet,
    "drawn": with_drawn,
    "forward": forward,
    "back": back,
    "again": restarted,
    "lever": with_lever,
    "condition": with_condition,
    "year": with_year,
    "notes": with_notes,
}


def acted(play: Play, event: Mapping[str, Any]) -> Play:
    """What follows from something that was pressed; if it is refused, the state as it was, and why.

    >>> acted(Play(), {"what": "forward"}).refused.partition(".")[0]
    'Place your bet first'
    """
    move = MOVES.get(str(event.get("what")))
    if move is None:
        return play
    try:
        return replace(move(play, event.get("value")), refused="")
    except (ScenarioError, TypeError) as error:  # TypeError: something that cannot even be looked up
        return replace(play, refused=str(error) if isinstance(error, ScenarioError) else "This cannot be used here.")


# --- addresses --------------------------------------------------------------------------------------------------------


def to_query(play: Play) -> str:
    """What leads a class to the same lesson.

    >>> to_query(Play())
    'lesson=two_models&class=1'
    """
    return f"lesson={play.name}&class={play.seed}"


def from_query(query: str | None) -> Play:
    """The lesson that an address leads to; the first one, with a word about it, if there is no such lesson."""
    given = parse_qs((query or "")[:500])
    play = Play()
    for key, move in (("lesson", with_lesson), ("class", with_seed)):
        if key in given:
            try:
                play = replace(move(play, given[key][0]), refused=play.refused)
            except ScenarioError as error:
                play = replace(play, refused=said("link_refused", why=error))
    return play
