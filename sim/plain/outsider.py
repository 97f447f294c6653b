"""The outside world (ODD, section 7.1): practitioners on a ring who search (Lazer & Friedman 2007)."""

from __future__ import annotations

import math
from typing import Any

from . import elementary, events
from .actor import Actor
from .practice import Practice, flipped

LN_2 = 0.6931471805599453


class Outsider(Actor):
    """A practitioner outside the organisation, who hears of changes at once, or with time.

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
    aware : list of bool
        Of which aspects the outsider has heard the latest.
    """

    def __init__(self, model: Any, number: int) -> None:
        super().__init__(model, number)
        self.practice = tuple(1 if self.uniform(events.OUTSIDER, j) < 0.5 else -1 for j in range(self.p.aspects))
        self.next_practice = self.practice
        self.aware = [True] * self.p.aspects

    # Outside knowledge is earned (7.11)

    def miss(self, j: int) -> None:
        """Not yet know of a change, unless all changes are known at once.

        Parameters
        ----------
        j : int
            The aspect that changed.
        """
        if self.p.outside_half_life > 0:
            self.aware[j] = False

    def hear(self) -> None:
        """Hear of some of the changes that are not yet known."""
        if self.p.outside_half_life > 0:
            chance = 1 - elementary.exp(-LN_2 / self.p.outside_half_life)
            for j, aware in enumerate(self.aware):
                if not aware and self.uniform(events.OUTSIDE_HEARS, j) < chance:
                    self.aware[j] = True

    def perceived(self, practice: Practice) -> float:
        """V of a practice as perceived with the own awareness.

        Parameters
        ----------
        practice : tuple of int
            With a view on every aspect.

        Returns
        -------
        float
            V, 0 to 1.
        """
        return self.model.reality.value(practice, self.aware)

    # Search

    def search(self, draw: int) -> None:
        """Copy a better neighbour, else keep one change that improves.

        Parameters
        ----------
        draw : int
            Number of the step within the week.
        """
        own = self.perceived(self.practice)
        neighbour = self.neighbour(draw)
        trial = flipped(self.practice, math.floor(self.uniform(events.OUTSIDE_ASPECT, draw) * self.p.aspects))
        if self.perceived(neighbour.practice) > own:
            self.next_practice = neighbour.practice
        elif self.perceived(trial) > own:
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
