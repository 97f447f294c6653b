"""What several test files need: small scenarios, realities made by hand, and phases and parts that Python can call."""

from dataclasses import dataclass
from functools import partial

import numpy as np

import sim.communities
import sim.measures
import sim.people
import sim.reality
import sim.teams
from sim.compiled import kernel
from sim.reality import ADJACENT, BLOCKS, RUGGED, empty_reality
from sim.run import Run
from sim.scenario import Scenario

SMALL = {"workers": 24, "team_size": 6, "communities": 3, "ties": 4, "aspects": 8, "complexity": 3, "outsiders": 6}


def small(weeks=40, **changes):
    """A small scenario of defaults, which no edit of the library changes."""
    return Scenario.build(policy={}, world={}, weeks=weeks, **SMALL | {"head_start": 4} | changes)


def switched_off(*names, **others):
    """Parameters by name, each 0."""
    return {name: 0 for name in names} | others


# Phases and parts: Python can call a kernel only.


@kernel
def _record(week, state, scratch, reality, row):
    sim.measures.record(week, state, scratch, reality, row)


@kernel
def _draw_reality(seed, neighbours, reality, others):
    sim.reality.draw_reality(seed, neighbours, reality, others)


@kernel
def _measure_scale(reality):
    sim.reality.measure_scale(reality)


@kernel
def _decide(seed, week, k, state, reality, p, chosen):
    return sim.teams.decide(seed, week, k, state, reality, p, chosen)


@kernel
def _adopt(k, practice, state, reality, p, new):
    sim.teams.adopt(k, practice, state, reality, p, new)


@kernel
def _direct(seed, week, state, reality, p):
    sim.teams.direct(seed, week, state, reality, p)


@kernel
def _communities_week(seed, week, state, scratch, reality, p):
    sim.communities.communities_week(seed, week, state, scratch, reality, p)


@kernel
def _time_week(state, p):
    sim.people.time_week(state, p)


@kernel
def _swap_teams(i, k, state):
    sim.people.swap_teams(i, k, state)


@kernel
def _assembled_partner(i, start, state):
    return sim.people.assembled_partner(i, start, state)


class Hand(Run):
    """A run whose arrays are set by hand and whose phases and parts are called one by one."""

    def set(self, **arrays):
        for name, values in arrays.items():
            getattr(self.state, name)[...] = values
        return self

    def truth(self, values):
        """Reality is these ways, -1 or +1, since ever (blocks)."""
        self.reality.truth[:] = self.reality.truth_before[:] = values
        return self

    def __getattr__(self, name):
        known = {
            "record": lambda week=1: self._recorded(week),
            "decide": lambda k, chosen, week=1: _decide(*self._when(week), k, *self._world(), chosen),
            "adopt": lambda k, practice, new=True: _adopt(k, practice, *self._world(), new),
            "direct": lambda week: _direct(*self._when(week), *self._world()),
            "meet": lambda week=1: _communities_week(
                *self._when(week), self.state, self._scratch, self.reality, self._numbers
            ),
            "move_time": partial(_time_week, self.state, self._numbers),
            "swap_teams": lambda i, k: _swap_teams(i, k, self.state),
            "assembled_partner": lambda i, start: _assembled_partner(i, start, self.state),
        }
        if name not in known:
            raise AttributeError(name)
        return known[name]
