"""The outside world (ODD, section 7.1): practitioners on a ring who search (Lazer & Friedman 2007)."""

from __future__ import annotations

import math
from typing import Any

from . import events
from .actor import Actor
from .practice import flipped


class Outsider(Actor):
    """A practitioner outside the organisation, who knows reality as it is.

    Parameters
    ----------
    model : Organisation
        Whose outside world it is.
    number : int
        The place on the ring.

    Attributes
    ----------
    practice : tuple of int
        The practice in use.
    """

    def __init__(self, model: Any, number: int) -> None:
        super().__init__(model, number)
        self.practice = tuple(1 if self.uniform(events.OUTSIDER, j) < 0.5 else -1 for j in range(self.p.aspects))
        self.next_practice = self.practice

    def search(self, draw: int) -> None:
        """Copy a better neighbour, else keep one change that improves.

        Parameters
        ----------
        draw : int
            Number of the step within the week.
        """
        value = self.model.reality.value
        neighbour = self.neighbour(draw)
        trial = flipped(self.practice, math.floor(self.uniform(events.OUTSIDE_ASPECT, draw) * self.p.aspects))
        if value(neighbour.practice) > value(self.practice):
            self.next_practice = neighbour.practice
        elif value(trial) > value(self.practice):
            self.next_practice = trial
        else:
            self.next_practice = self.practice

    def neighbour(self, draw: int) -> Outsider:
        """Whom the outsider meets.

        Parameters
        ----------
        draw : int
            Number of the step within the week.

        Returns
        -------
        Outsider
            The one on one side of the ring or the other.
        """
        step = 1 if self.uniform(events.OUTSIDE_MEET, draw) < 0.5 else -1
        return self.model.outsiders[(self.number + step) % self.p.outsiders]
