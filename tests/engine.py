"""What several test files need: small scenarios, realities made by hand, and phases and parts that Python can call."""

import numpy as np

import sim.model.measures
import sim.model.people
import sim.model.reality
import sim.model.spaces.communities
import sim.model.spaces.teams
from sim.model.jit import kernel
from sim.model.measures import MEASURE_NAMES, MEASURES_TYPE
from sim.model.reality import ADJACENT, BLOCKS, RUGGED, empty_reality
from sim.model.run import Run
from sim.scenario import Scenario

SMALL = {"workers": 24, "team_size": 6, "communities": 3, "ties": 4, "aspects": 8, "complexity": 3, "outsiders": 6}


def small(weeks=40, **changes):
    """A small scenario of defaults, which no edit of the library changes."""
    return Scenario.build(policy={}, world={}, weeks=weeks, **SMALL | {"head_start": 4} | changes)


# Phases and parts take the whole state; Python can call them through a kernel only.


@kernel
def _draw_reality(seed, neighbours, reality, others):
    sim.model.reality.draw_reality(seed, neighbours, reality, others)


@kernel
def _measure_scale(reality):
    sim.model.reality.measure_scale(reality)


@kernel
def _communities_week(seed, week, state, workspace, reality, p):
    sim.model.spaces.communities.communities_week(seed, week, state, workspace, reality, p)


@kernel
def _decide(seed, week, k, state, reality, p, chosen):
    return sim.model.spaces.teams.decide(seed, week, k, state, reality, p, chosen)


@kernel
def _adopt(k, practice, state, reality, p, new):
    sim.model.spaces.teams.adopt(k, practice, state, reality, p, new)


@kernel
def _time_week(seed, week, state, workspace, reality, p):
    sim.model.people.time_week(seed, week, state, workspace, reality, p)


@kernel
def _swap_teams(i, k, state):
    sim.model.people.swap_teams(i, k, state)


@kernel
def _assembled_partner(i, start, state):
    return sim.model.people.assembled_partner(i, start, state)


@kernel
def _record(week, state, workspace, reality, p, row):
    sim.model.measures.measure_entries(state, workspace, reality)
    sim.model.measures.count_alternatives(state, workspace, reality, p)
    sim.model.measures.record(week, state, workspace, reality, p, row)


class Hand(Run):
    """A run whose arrays are set by hand, and whose phases and parts are called one at a time."""

    def __init__(self, scenario, seed=1):
        super().__init__(scenario, seed)

    def put(self, **arrays):
        """Set some arrays of the state."""
        for name, values in arrays.items():
            getattr(self.state, name)[...] = values
        return self

    def put_truth(self, *ways):
        """Reality is these ways, -1 or +1, and always was (blocks)."""
        self.reality.truth[:] = self.reality.truth_before[:] = ways
        return self

    def hold_meetings(self, week=1):
        _communities_week(np.uint64(self.seed), week, self.state, self._workspace, self.reality, self._numbers)

    def decide(self, k, week=1):
        """The practice that team k decides for, or None."""
        chosen = np.zeros(self.scenario.world.aspects, np.int8)
        found = _decide(np.uint64(self.seed), week, k, self.state, self.reality, self._numbers, chosen)
        return chosen if found else None

    def adopt(self, k, practice, new=True):
        _adopt(k, np.array(practice, np.int8), self.state, self.reality, self._numbers, new)

    def spend_time(self):
        _time_week(np.uint64(self.seed), 1, self.state, self._workspace, self.reality, self._numbers)

    def swap_teams(self, i, k):
        _swap_teams(i, k, self.state)

    def assembled_partner(self, i, start):
        return _assembled_partner(i, start, self.state)

    def measured(self, week=1):
        """The week's measures by name."""
        rows = np.full(1, -99.0, MEASURES_TYPE)
        _record(week, self.state, self._workspace, self.reality, self._numbers, rows[0])
        return dict(zip(MEASURE_NAMES, rows[0].tolist(), strict=True))


def rugged(aspects, complexity, seed=1, neighbours=ADJACENT):
    """An NK landscape, drawn."""
    reality = empty_reality(RUGGED, aspects, complexity, 1)
    _draw_reality(np.uint64(seed), neighbours, reality, np.zeros(aspects, np.int64))
    return reality


def measure_scale(reality):
    _measure_scale(reality)


def blocks(truth, block=1):
    """A truth to be matched block by block."""
    reality = empty_reality(BLOCKS, len(truth), 0, block)
    reality.truth[:] = reality.truth_before[:] = truth
    reality.scale[:] = 1.0, 0.5**block
    return reality


def all_practices(aspects):
    """All 2^M practices (int8 [2^M, M])."""
    codes = np.arange(2**aspects)[:, None]
    return np.where(codes >> np.arange(aspects) & 1, 1, -1).astype(np.int8)
