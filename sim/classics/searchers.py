"""Agents in a network who search one rugged landscape: what Lazer & Friedman 2007 and Barkoczi & Galesic 2016 share."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..model import rng
from ..model.jit import part, phase
from ..model.practice import among, draw_practice, fingerprint
from ..model.reality import Reality, value
from ..model.spaces.networks import try_flip
from .graphs import Network, Ties, empty_ties
from .landscape import Landscape, empty_landscape, score

MEASURES = ("score", "best", "solutions")


class Problem(NamedTuple):
    """n agents and the landscape of N bits that they search."""

    practice: np.ndarray  # int8 [n, N]
    following: np.ndarray  # int8 [n, N], what a round writes while it still reads practice
    worth: np.ndarray  # float64 [n], the value of each practice
    reality: Reality  # the landscape
    ties: Ties  # who sees whom
    values: np.ndarray  # float64 [n], scratch: of those seen
    seen: np.ndarray  # int64 [n], scratch: who was looked at
    option: np.ndarray  # int8 [N], scratch
    votes: np.ndarray  # int64 [N], scratch
    counts: np.ndarray  # int64 [2, n], scratch
    prints: np.ndarray  # uint64 [n], scratch


@phase
def appraise(problem):
    """Note what every practice is worth."""
    for i in range(problem.worth.shape[0]):
        problem.worth[i] = value(problem.practice[i], problem.reality.everything, problem.reality)


@phase
def begin(seed, problem):
    """Round 0: everybody has a random practice."""
    for i in range(problem.practice.shape[0]):
        draw_practice(rng.key(seed, 0, i, rng.IDEA), problem.practice[i])
    appraise(problem)


@phase
def measure(problem, row):
    """Mean score, best score, and the number of different practices."""
    prints, total, best, different = problem.prints, 0.0, 0.0, 0
    for i in range(problem.worth.shape[0]):
        reached = score(problem.worth[i], problem.reality)
        total += reached
        best = max(best, reached)
        own = fingerprint(problem.practice[i])
        if not among(prints, different, own):
            prints[different] = own
            different += 1
    row[0], row[1], row[2] = total / problem.worth.shape[0], best, different


@part
def improvable(practice, own_value, reality, trial):
    """Whether one flip would improve a practice; `trial`: scratch, int8 [N]."""
    for j in range(practice.shape[0]):
        if try_flip(practice, j, reality.everything, own_value, 0.0, reality, trial):
            return True
    return False


@phase
def has_settled(looking, problem):
    """Whether nobody can improve: by copying a neighbour (if anybody ever looks) or by a flip."""
    if looking:
        for i in range(problem.worth.shape[0]):
            for k in range(problem.ties.first[i], problem.ties.first[i + 1]):
                if problem.worth[problem.ties.neighbour[k]] > problem.worth[i]:
                    return False
    for i in range(problem.worth.shape[0]):
        if improvable(problem.practice[i], problem.worth[i], problem.reality, problem.option):
            return False
    return True


def empty_problem(landscape: Landscape, network: Network) -> Problem:
    """Memory for a problem; `draw_landscape`, `draw_network` and `begin` fill it.

    Parameters
    ----------
    landscape : Landscape
        How the landscape is drawn.
    network : Network
        How the network is drawn.

    Returns
    -------
    Problem
        For as many agents as the network has.
    """
    agents, bits = network.given.shape[0], landscape.bits
    return Problem(
        np.zeros((agents, bits), np.int8),
        np.zeros((agents, bits), np.int8),
        np.zeros(agents),
        empty_landscape(landscape),
        empty_ties(network),
        np.zeros(agents),
        np.zeros(agents, np.int64),
        np.zeros(bits, np.int8),
        np.zeros(bits, np.int64),
        np.zeros((2, agents), np.int64),
        np.zeros(agents, np.uint64),
    )
