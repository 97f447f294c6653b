"""What workers, teams, communities and outsiders have in common: they draw keyed random numbers."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import mesa


class Actor(mesa.Agent):
    """An agent with a number, which is also the `who` of its draws.

    Parameters
    ----------
    model : Organisation
        Whose agent it is.
    number : int
        Its place in the organisation's list of such agents (`unique_id` is Mesa's own).

    Attributes
    ----------
    number : int
        As given.
    """

    # The organisation. It knows the classes of its agents, so they cannot import it for the sake of a type
    model: Any

    def __init__(self, model: Any, number: int) -> None:
        super().__init__(model)
        self.number = number

    @property
    def p(self) -> SimpleNamespace:
        """The numbers in force, by the names of the parameters."""
        return self.model.p

    @property
    def who(self) -> int:
        """The key of the draws."""
        return self.number

    def uniform(self, event: int, draw: int = 0) -> float:
        """A uniform number of this week, which belongs to this agent and this event.

        Parameters
        ----------
        event : int
            What is decided, 0 to 2^32 - 1. Those below 100 are the model's own (`tripleos.plain.events`).
        draw : int
            Numbers the draws for an event within a week, 0 to 2^32 - 1.

        Returns
        -------
        float
            In [0, 1); the same whenever it is asked for.
        """
        return self.model.uniform(event, self.who, draw)

    def normal(self, event: int, draw: int = 0) -> float:
        """A standard normal number of this week, which belongs to this agent and this event.

        Parameters
        ----------
        event : int
            What is decided, 0 to 2^32 - 1. Those below 100 are the model's own (`tripleos.plain.events`).
        draw : int
            Numbers the draws for an event within a week, 0 to 2^32 - 1.

        Returns
        -------
        float
            The same whenever it is asked for.
        """
        return self.model.normal(event, self.who, draw)
