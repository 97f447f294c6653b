"""Practices: full choices of how to work, and what can be done with them whatever they are worth.

A practice is an int8 array of M values in {-1, +1}, one for each aspect of the work; 0 means "no view".
"""

from __future__ import annotations

import numpy as np

from . import rng
from .jit import rule

# An odd number that spreads fingerprints over all bits: 2^32 divided by the golden ratio.
_SPREAD, _WORD = np.uint64(0x9E3779B9), np.uint64(0xFFFFFFFF)


@rule
def draw_practice(key, practice):
    """Fill `practice` at random: each aspect +1 or -1 with equal chance, draw j for aspect j."""
    for j in range(practice.shape[0]):
        practice[j] = 1 if rng.uniform(key, j) < 0.5 else -1


@rule
def copy(source, target):
    """Copy an array of one dimension (Numba compiles this loop ten times faster than an assignment of slices)."""
    for j in range(source.shape[0]):
        target[j] = source[j]


@rule
def copy_rows(source, target):
    """Copy a whole array of two dimensions (as one long row: rows of a dozen are too short to be copied at once)."""
    copy(source.reshape(source.size), target.reshape(target.size))


@rule
def fill(target, constant):
    """Set every value of an array of one dimension."""
    for j in range(target.shape[0]):
        target[j] = constant


@rule
def same(one, other):
    """Whether two practices are equal in every aspect."""
    for j in range(one.shape[0]):
        if one[j] != other[j]:
            return False
    return True


@rule
def disagrees(own, option):
    """Whether an option has a view on some aspect that differs from one's own."""
    for j in range(own.shape[0]):
        if option[j] != 0 and option[j] != own[j]:
            return True
    return False


@rule
def sign(votes):
    """The view that a sum of votes amounts to: +1, -1, or 0 (no view)."""
    return 1 if votes > 0 else -1 if votes < 0 else 0


@rule
def flip(own, j, result):
    """Write to `result` the practice with aspect j done the other way."""
    copy(own, result)
    result[j] = -own[j]


@rule
def complete(practice):
    """Whether a practice has a view on every aspect."""
    for j in range(practice.shape[0]):
        if practice[j] == 0:
            return False
    return True


@rule
def count_uses(practices, uses):
    """For each aspect, how many practices (int8 [_, M]) do it the +1 way (int64 [M], written)."""
    fill(uses, 0)
    for k in range(practices.shape[0]):
        for j in range(uses.shape[0]):
            uses[j] += practices[k, j] > 0


@rule
def packed(row):
    """A row of at most 63 aspects as one whole number: bit j is set if row[j] is +1 (a practice) or True (awareness).

    The number of a practice; where there is no view, its bit is not set.
    """
    number = 0
    for j in range(row.shape[0]):
        if row[j] > 0:
            number |= 1 << j
    return number


@rule
def unpack(number, practice):
    """Write the practice of a number to `practice`."""
    for j in range(practice.shape[0]):
        practice[j] = 1 if (number >> j) & 1 else -1


@rule
def fingerprint(practice):
    """64 bits that tell complete practices apart: their number, or for more than 63 aspects a hash of them.

    Different ones of which there is a hash collide with a probability of 2^-64.
    """
    if practice.shape[0] <= 63:
        return np.uint64(packed(practice))
    low, high, block = np.uint64(0), np.uint64(0), np.uint64(0)
    last = practice.shape[0] - 1
    for j in range(last + 1):
        block = (block << np.uint64(1)) | np.uint64(practice[j] > 0)
        if j % 32 == 31 or j == last:
            low, high, _, _ = rng.philox(low, high, block, np.uint64(j), np.uint64(0), np.uint64(0))
            block = np.uint64(0)
    return (high << np.uint64(32)) | low


@rule
def among(found, count, wanted):
    """Whether `wanted` is one of the first `count` found."""
    for d in range(count):
        if found[d] == wanted:
            return True
    return False


@rule
def is_new(wanted, k, counted, counted_by):
    """Whether a fingerprint is not yet in set k, which takes it in.

    `counted`: uint64, a power of 2 places, more than any set has. Sets with other numbers used the same memory before:
    a place is taken if `counted_by` (int64) says k there. A fingerprint has its place, or is in one of the next.
    """
    last = counted.shape[0] - 1
    short = (wanted ^ (wanted >> np.uint64(32))) & _WORD
    place = np.int64((short * _SPREAD) >> np.uint64(12)) & last
    while counted_by[place] == k:
        if counted[place] == wanted:
            return False
        place = (place + 1) & last
    counted[place], counted_by[place] = wanted, k
    return True


# --- what spaces and classics share: votes, taking over, judging ------------------------------------------------------


@rule
def count_votes(pool, voters, count, votes):
    """Votes on each aspect (int64 [M]): the sum of the practices of the first `count` voters (rows of `pool`).

    No view abstains. One function serves the majority of an individual's better contacts (Fang et al. 2010) and that of
    a code's superior group (March 1991).
    """
    fill(votes, 0)
    for k in range(count):
        for j in range(votes.shape[0]):
            votes[j] += pool[voters[k], j]


@rule
def count_packed_votes(numbers, voters, count, votes):
    """The same of practices that are packed: the voters are places in `numbers`."""
    fill(votes, 0)
    for k in range(count):
        for j in range(votes.shape[0]):
            votes[j] += 1 if (numbers[voters[k]] >> j) & 1 else -1


@rule
def majority_view(votes, option):
    """The practice that votes amount to: the sign of each sum, no view where it is 0."""
    for j in range(votes.shape[0]):
        option[j] = sign(votes[j])


@rule
def take_over(own, option, probability, one_step, key, first_draw, result):
    """Take over each aspect in which `option` has a view and differs, with a probability; the number taken over.

    `own`, `option`, `result`: practices [M] (`result` may be `own` itself). Aspect j uses draw `first_draw` + j. With
    `one_step` a belief moves one step towards the option, from the opposite to no view (March 1991); else it jumps.
    """
    taken = 0
    for j in range(own.shape[0]):
        result[j] = own[j]
        if option[j] != 0 and option[j] != own[j] and rng.uniform(key, first_draw + j) < probability:
            result[j] = own[j] + option[j] if one_step else option[j]
            taken += 1
    return taken


@rule
def judgement_noise(noise, sense, key):
    """The error of a judgement (draw 0 of the decision): normal, with standard deviation noise·(1 - sense)."""
    return judgement_error(noise, sense, rng.uniform(key, 0)) if noise > 0.0 else 0.0


@rule
def judgement_error(noise, sense, u):
    """The same from a uniform number that was drawn before."""
    return noise * (1.0 - sense) * rng.normal_from(u) if noise > 0.0 else 0.0
