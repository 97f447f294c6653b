"""The outside world (ODD, section 7.1): practitioners on a ring who search (Lazer & Friedman 2007)."""

import math

from . import events
from .actor import Actor
from .practices import flipped


class Outsider(Actor):
    """A practitioner outside the organisation, who knows reality as it is."""

    def __init__(self, model, number):
        super().__init__(model, number)
        self.practice = tuple(1 if self.u(events.OUTSIDER, j) < 0.5 else -1 for j in range(self.p.aspects))
        self.next_practice = self.practice

    def search(self, draw):
        """Copy a better neighbour, else keep one change that improves."""
        value = self.model.reality.value
        neighbour = self.meet(draw)
        trial = flipped(self.practice, math.floor(self.u(events.OUTSIDE_ASPECT, draw) * self.p.aspects))
        if value(neighbour.practice) > value(self.practice):
            self.next_practice = neighbour.practice
        elif value(trial) > value(self.practice):
            self.next_practice = trial
        else:
            self.next_practice = self.practice

    def meet(self, draw):
        """The neighbour on one side of the ring or the other."""
        step = 1 if self.u(events.OUTSIDE_MEET, draw) < 0.5 else -1
        return self.model.outsiders[(self.number + step) % self.p.outsiders]
