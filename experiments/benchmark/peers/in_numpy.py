"""The parallel search in NumPy: all agents of all replicates in one array, a round in a dozen calls."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .problems import MEASURES, Problems, score


def neighbours_of(problems: Problems) -> np.ndarray:
    """Whom each agent sees (int64 [n, 4])."""
    return np.array([sorted(problems.graph.neighbors(i)) for i in range(problems.starts.shape[1])])


def value_of(problems: Problems) -> Callable[[np.ndarray], np.ndarray]:
    """What practices (int64 [R, n]) are worth (float64 [R, n]), looked up where there is a table, else added up."""
    if problems.payoffs is None:
        return adder(problems.partner, problems.contribution)
    table, first = problems.payoffs.ravel(), (np.arange(len(problems.payoffs)) << problems.bits)[:, None]
    return lambda practice: table[first + practice]


def adder(partner: np.ndarray, contribution: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """Adds up contributions; the setting of a bit's partners is a weighted sum of bits, so that a product finds all."""
    replicates, bits, settings = contribution.shape
    weight, all_bits = np.zeros((replicates, bits, bits), np.float32), np.arange(bits)[:, None]
    for k in range(partner.shape[2]):
        weight[np.arange(replicates)[:, None], np.arange(bits), partner[:, :, k]] += 1 << k
    flat, first = contribution.ravel(), (np.arange(replicates * bits) * settings).reshape(replicates, bits, 1)

    def value(practice: np.ndarray) -> np.ndarray:
        is_set = (practice[:, None, :] >> all_bits & 1).astype(np.float32)
        return flat[first + (weight @ is_set).astype(np.int64)].sum(axis=1) / bits

    return value


def best_seen(worth: np.ndarray, neighbours: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The best neighbour of each agent, and what it is worth (both [R, n])."""
    best, most = np.broadcast_to(neighbours[:, 0], worth.shape), worth[:, neighbours[:, 0]]
    for others in neighbours.T[1:]:
        theirs = worth[:, others]
        better = theirs > most
        best, most = np.where(better, others, best), np.where(better, theirs, most)
    return best, most


def measure(practice: np.ndarray, worth: np.ndarray, greatest: np.ndarray) -> np.ndarray:
    """Score, best and solutions of each replicate (float64 [R, 3])."""
    scores, ordered = score(worth, greatest[:, None]), np.sort(practice, axis=1)
    solutions = 1 + (ordered[:, 1:] != ordered[:, :-1]).sum(axis=1)
    return np.stack([scores.mean(axis=1), scores.max(axis=1), solutions], axis=1)


def courses(problems: Problems, rounds: int) -> np.ndarray:
    """Score, best and solutions after each round of each replicate (float64 [R, T + 1, 3])."""
    rng, neighbours, practice = np.random.default_rng(0), neighbours_of(problems), problems.starts
    value = value_of(problems)
    worth = value(practice)
    measured = np.empty((len(practice), rounds + 1, len(MEASURES)))
    measured[:, 0] = measure(practice, worth, problems.greatest)
    for t in range(rounds):
        best, most = best_seen(worth, neighbours)
        bit = rng.integers(problems.bits, size=practice.shape) if problems.told is None else problems.told[:, t]
        flipped = practice ^ (1 << bit)
        tried = value(flipped)
        copies, keeps = most > worth, tried > worth
        practice = np.where(copies, np.take_along_axis(practice, best, axis=1), np.where(keeps, flipped, practice))
        worth = np.where(copies, most, np.where(keeps, tried, worth))
        measured[:, t + 1] = measure(practice, worth, problems.greatest)
    return measured
