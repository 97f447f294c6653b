"""Agents in a network who search one rugged landscape: what Lazer & Friedman 2007 and Barkoczi & Galesic 2016 share."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..model import rng
from ..model.jit import part, phase
from ..model.practice import copy, copy_rows, fill
from ..model.reality import Reality, payoff
from .graphs import Network, Ties, empty_ties
from .landscape import Landscape, empty_landscape, score

MEASURES = ("score", "best", "solutions")


class Problem(NamedTuple):
    """n agents and the landscape of N bits that they search.

    A practice is a whole number here (`practice.packed`), the only one in its row, so that the rules that choose among
    practices (rows) take it as it is.
    """

    practice: np.ndarray  # int64 [n, 1]
    worth: np.ndarray  # float64 [n], the value of each practice
    following: np.ndarray  # int64 [n, 1], what a round writes while it still reads practice
    following_worth: np.ndarray  # float64 [n]
    reality: Reality  # the landscape
    ties: Ties  # who sees whom
    luck: np.ndarray  # float64 [n], scratch: a draw of everybody
    look_luck: np.ndarray  # float64 [n], scratch: another one
    values: np.ndarray  # float64 [n], scratch: of those seen
    seen: np.ndarray  # int64 [n], scratch: who was looked at
    option: np.ndarray  # int64 [1], scratch
    votes: np.ndarray  # int64 [1], scratch
    counts: np.ndarray  # int64 [2, n], scratch
    rows: np.ndarray  # int8 [3, N], scratch: practices bit by bit
    alive: np.ndarray  # int64 [≥ 2n, a power of 2]: the different practices of this round, in a hash table; -1: empty


@phase
def draw_for_all(seed, period, event, draw, luck):
    """The same draw of every agent.

    In a loop of its own, which is compiled to make several draws at once; one by one they take three times as long.
    """
    for i in range(luck.shape[0]):
        luck[i] = rng.uniform(rng.key(seed, period, i, event), draw)


@phase
def begin(seed, problem):
    """Round 0: everybody has a random practice."""
    practice = problem.practice
    for i in range(practice.shape[0]):
        practice[i, 0] = 0
    for j in range(problem.rows.shape[1]):
        draw_for_all(seed, 0, rng.IDEA, j, problem.luck)
        for i in range(practice.shape[0]):
            practice[i, 0] |= int(problem.luck[i] < 0.5) << j
    for i in range(practice.shape[0]):
        problem.worth[i] = payoff(practice[i, 0], problem.reality)


@part
def try_bit(i, j, problem):
    """Agent i flips bit j of its practice and keeps that if it is better."""
    own, own_worth = problem.practice[i, 0], problem.worth[i]
    tried = own ^ (1 << j)
    worth = payoff(tried, problem.reality)
    problem.following[i, 0] = tried if worth > own_worth else own
    problem.following_worth[i] = max(worth, own_worth)


@part
def follow(problem):
    """What was written in this round is what everybody has now."""
    copy_rows(problem.following, problem.practice)
    copy(problem.following_worth, problem.worth)


@part
def count_alive(practice, alive):
    """The number of different practices, which are put into `alive`."""
    fill(alive, -1)
    different, last = 0, alive.shape[0] - 1
    for i in range(practice.shape[0]):
        own = practice[i, 0]
        place = ((own * 2654435761) >> 20) & last  # Knuth's multiplicative hashing
        while alive[place] != own and alive[place] >= 0:
            place = (place + 1) & last
        different += alive[place] < 0
        alive[place] = own
    return different


@phase
def measure(problem, row):
    """Mean score, best score, and the number of different practices."""
    total, best = 0.0, 0.0
    for i in range(problem.worth.shape[0]):
        reached = score(problem.worth[i], problem.reality)
        total += reached
        best = max(best, reached)
    row[0], row[1], row[2] = total / problem.worth.shape[0], best, count_alive(problem.practice, problem.alive)


@part
def improvable(number, bits, reality):
    """Whether one flip would improve the practice of this number."""
    own = payoff(number, reality)
    for j in range(bits):
        if payoff(number ^ (1 << j), reality) > own:
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
    for place in range(problem.alive.shape[0]):
        if problem.alive[place] >= 0 and improvable(problem.alive[place], problem.rows.shape[1], problem.reality):
            return False
    return True


def empty_problem(landscape: Landscape, network: Network, rounds: int) -> Problem:
    """Memory for a problem; `draw_landscape`, `draw_network` and `begin` fill it.

    Parameters
    ----------
    landscape : Landscape
        How the landscape is drawn.
    network : Network
        How the network is drawn.
    rounds : int
        About how many rounds there will be.

    Returns
    -------
    Problem
        For as many agents as the network has.
    """
    agents, bits = network.agents, landscape.bits
    return Problem(
        np.zeros((agents, 1), np.int64),
        np.zeros(agents),
        np.zeros((agents, 1), np.int64),
        np.zeros(agents),
        empty_landscape(landscape, agents * rounds),
        empty_ties(network),
        np.zeros(agents),
        np.zeros(agents),
        np.zeros(agents),
        np.zeros(agents, np.int64),
        np.zeros(1, np.int64),
        np.zeros(1, np.int64),
        np.zeros((2, agents), np.int64),
        np.zeros((3, bits), np.int8),
        np.zeros(2 << (agents - 1).bit_length(), np.int64),
    )
