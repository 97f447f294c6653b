"""Attributes of agents that may be assigned from outside: what is assigned is checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

from ..errors import ScenarioError, truncated_repr
from ..validation import checked_share
from .practice import Practice
from .sums import total

Value = TypeVar("Value")
ROUNDING = 1e-6  # shares that sum to 1 drift from it in the last digits


class Checked(Generic[Value]):
    """An attribute that is kept as its check returns it.

    Parameters
    ----------
    check : callable
        Takes the agent, the name of the attribute and what was assigned; returns the value or raises ScenarioError.
    """

    def __init__(self, check: Callable[[Any, str, Any], Value]) -> None:
        self.check = check

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, agent: Any, owner: type | None = None) -> Value:
        return self if agent is None else agent.__dict__[self.name]  # type: ignore[return-value]

    def __set__(self, agent: Any, given: Any) -> None:
        agent.__dict__[self.name] = self.check(agent, self.name, given)


def _share(_agent: Any, name: str, given: Any) -> float:
    return checked_share(name, given)


def _split(_agent: Any, name: str, given: Any) -> list[float]:
    try:
        shares = [float(share) for share in given]
    except (TypeError, ValueError):
        shares = []
    # Written so that a nan is refused as well
    if len(shares) != 3 or not (min(shares) >= -ROUNDING and abs(total(shares) - 1) <= ROUNDING):
        needed = "three shares that sum to 1 are needed, for networks, communities and teams"
        raise ScenarioError(f"{name} = {truncated_repr(given)}: {needed}")
    return shares


def _idea(agent: Any, name: str, given: Any) -> Practice:
    values = tuple(given) if isinstance(given, Iterable) else ()
    if len(values) != agent.p.aspects or any(value not in (-1, 1) for value in values):
        raise ScenarioError(f"{name} = {truncated_repr(given)}: {agent.p.aspects} numbers are needed, each -1 or +1")
    return tuple(int(value) for value in values)


def share() -> Checked[float]:
    """An attribute that is a share.

    Returns
    -------
    Checked
        Of a float, 0 to 1.
    """
    return Checked(_share)


def split() -> Checked[list[float]]:
    """An attribute that splits the week.

    Returns
    -------
    Checked
        Of a list of three shares that sum to 1: networks, communities, teams.
    """
    return Checked(_split)


def idea() -> Checked[Practice]:
    """An attribute that is a practice with a view on every aspect.

    Returns
    -------
    Checked
        Of a tuple of -1 and +1.
    """
    return Checked(_idea)
