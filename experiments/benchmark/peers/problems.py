"""What every program of the comparison is given: landscapes, first practices, who sees whom, and (to check) luck.

All of it is the engine's own: replicate r of everybody searches the landscape of seed r from the same practices. A
practice is a whole number here, bit j of which is set where aspect j is +1, so that what it is worth can be looked up
in a table of all 2^N payoffs. Nobody's time includes the making of these.

The scores of the paper need the greatest of the 2^N payoffs, so that whoever writes this model visits them all anyway
and may as well keep them: NumPy, Mesa and AgentPy are given the table of all payoffs, the engine and C are not.
"""

from __future__ import annotations

from typing import NamedTuple

import networkx
import numpy as np

from sim.classics.landscape import POWER, Landscape, checked_landscape, draw_landscape, empty_landscape
from sim.classics.lazer_friedman2007 import PARTNERS
from sim.model import rng
from sim.model.jit import kernel
from sim.model.practice import draw_practice
from sim.model.reality import Reality

BITS, COMPLEXITY = 20, 5
MEASURES = ("score", "best", "solutions")


class Problems(NamedTuple):
    """R replicates of the parallel search of n agents on landscapes of N bits.

    Attributes
    ----------
    seeds : int64 [R]
        The seeds of the engine to which they belong.
    partner : int64 [R, N, K + 1]
        On which bits the contribution of each bit depends.
    contribution : float64 [R, N, 2^(K + 1)]
        What it is for each setting of these; bit k of a setting is partner k.
    payoffs : float64 [R, 2^N] or None
        What each practice is worth. With None, it is to be added up.
    greatest : float64 [R]
        The best of these.
    starts : int64 [R, n]
        The practice with which each agent begins.
    graph : networkx.Graph
        Who sees whom.
    told : int64 [R, T, n] or None
        The bit that each agent flips in each round if it has nobody to copy, as in the engine. With None, programs draw
        it themselves, each in its own way.
    """

    seeds: np.ndarray
    partner: np.ndarray
    contribution: np.ndarray
    payoffs: np.ndarray | None
    greatest: np.ndarray
    starts: np.ndarray
    graph: networkx.Graph
    told: np.ndarray | None

    @property
    def bits(self) -> int:
        """N."""
        return self.partner.shape[1]

    @property
    def complexity(self) -> int:
        """K."""
        return self.partner.shape[2] - 1


@kernel
def _draw_landscape(seed, landscape, greatest, reality, others):
    return draw_landscape(seed, landscape, greatest, reality, others)


@kernel
def _draw_luck(seed, practice, starts, told):
    """What the agents of this seed begin with (int64 [n]), and the bits they try (int64 [T, n])."""
    for i in range(starts.shape[0]):
        draw_practice(rng.key(seed, 0, i, rng.IDEA), practice)
        starts[i] = 0
        for j in range(practice.shape[0]):
            if practice[j] > 0:
                starts[i] |= 1 << j
        for t in range(told.shape[0]):
            told[t, i] = rng.index(rng.key(seed, t + 1, i, rng.EXPERIMENT), 0, practice.shape[0])


def landscape_of(bits: int, complexity: int) -> Landscape:
    """The landscape of the paper."""
    return checked_landscape(bits, complexity, PARTNERS["replacement"], False)


def draw_reality(seed: int, landscape: Landscape) -> Reality:
    """A landscape as the engine draws it; its greatest value is not looked for."""
    reality = empty_landscape(landscape)
    _draw_landscape(np.uint64(seed), landscape, 1.0, reality, np.empty(landscape.bits, np.int64))
    return reality


def settings(partner: np.ndarray, practices: np.ndarray) -> np.ndarray:
    """The setting in which each of P practices puts the partners of each bit (int64 [N, P])."""
    found = np.zeros((len(partner), len(practices)), np.int64)
    for k, bit in enumerate(partner.T):
        found |= (practices >> bit[:, None] & 1) << k
    return found


def payoff_table(partner: np.ndarray, contribution: np.ndarray) -> np.ndarray:
    """What every practice is worth (float64 [2^N]), added up in the order of the engine.

    The upper half of the bits is in the rows, the lower half in the columns; rows that are equal are made once.
    """
    bits, low = len(partner), len(partner) // 2
    of_rows = settings(partner, np.arange(1 << (bits - low)) << low)
    of_columns = settings(partner, np.arange(1 << low))
    total = np.zeros((of_rows.shape[1], of_columns.shape[1]))
    for row, column, contributions in zip(of_rows, of_columns, contribution, strict=True):
        different, which = np.unique(row, return_inverse=True)
        total += contributions[different[:, None] | column][which]
    return (total / bits).ravel()


def lattice(agents: int) -> networkx.Graph:
    """A ring on which everybody sees the two nearest on each side."""
    graph = networkx.empty_graph(agents)
    graph.add_edges_from((i, (i + d) % agents) for i in range(agents) for d in (1, 2))
    return graph


def draw_problems(
    replicates: int, agents: int, rounds: int, bits: int = BITS, complexity: int = COMPLEXITY
) -> Problems:
    """The problems of the seeds 0, 1, …, with the engine's own luck."""
    landscape, links = landscape_of(bits, complexity), complexity + 1
    partner = np.empty((replicates, bits, links), np.int64)
    contribution = np.empty((replicates, bits, 1 << links))
    payoffs = np.empty((replicates, 1 << bits))
    starts = np.empty((replicates, agents), np.int64)
    told = np.empty((replicates, rounds, agents), np.int64)
    for r in range(replicates):
        reality = draw_reality(r, landscape)
        partner[r], contribution[r] = reality.partner, reality.contribution
        payoffs[r] = payoff_table(partner[r], contribution[r])
        _draw_luck(np.uint64(r), np.empty(bits, np.int8), starts[r], told[r])
    greatest = payoffs.max(axis=1)
    return Problems(np.arange(replicates), partner, contribution, payoffs, greatest, starts, lattice(agents), told)


def score(worth: np.ndarray, greatest: np.ndarray | float) -> np.ndarray:
    """What the paper reports: (value / greatest value)^8."""
    return (worth / greatest) ** POWER
