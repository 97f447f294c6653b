"""The rugged landscapes of the classics, and what a practice scores on them: (value / greatest value)^8.

The landscape of a seed is the same in every condition. Finding its greatest value means visiting all 2^bits practices,
so it is done once in a session.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..model.elementary import power
from ..model.jit import phase, rule
from ..model.reality import (
    ANY,
    BEST,
    RANDOM,
    RUGGED,
    Reality,
    draw_contributions,
    draw_partners,
    empty_reality,
    measure_scale,
    tabulate_settings,
)
from ..validation import checked_whole

POWER = 8
MOST_BITS, MOST_COMPLEXITY = 20, 12
# A table of all payoffs takes as long to make as adding up contributions for about this share of the practices.
WORTH_A_TABLE = 0.75


class Landscape(NamedTuple):
    """How landscapes are drawn.

    Attributes
    ----------
    bits : int
        N, 2 … 20.
    complexity : int
        K, 0 … 12: how many partners the contribution of a bit depends on beside the bit itself.
    neighbours : int
        How those are drawn: RANDOM, ANY_REPEATED or ANY of `tripleos.model.reality`.
    rounded : bool
        Whether contributions are rounded to one decimal.
    """

    bits: int
    complexity: int
    neighbours: int
    rounded: bool


# The greatest values found in this session, by landscape and seed.
_FOUND: dict[Landscape, dict[int, float]] = {}


@rule
def to_one_decimal(x):
    """A number from 0 to 1 rounded to one decimal."""
    return int(10.0 * x + 0.5) / 10.0


@phase
def draw_landscape(seed, landscape, greatest, reality, others):
    """Draw a landscape; its greatest value, which is looked for only if that given is not positive."""
    for j in range(landscape.bits):
        draw_partners(seed, j, landscape.neighbours, reality.partner, others)
        tabulate_settings(j, reality)
        draw_contributions(seed, 0, j, 1.0, reality)
        if landscape.rounded:
            for b in range(reality.contribution.shape[1]):
                reality.contribution[j, b] = to_one_decimal(reality.contribution[j, b])
    if greatest <= 0.0 or reality.payoff.shape[0] > 0:
        measure_scale(reality)
    if greatest > 0.0:
        reality.scale[BEST] = greatest
    return reality.scale[BEST]


@rule
def score(true_value, reality):
    """What the papers report: (value / greatest value)^8, which makes good practices stand out.

    Where rounding leaves nothing of value, every practice is as good as the best.
    """
    if reality.scale[BEST] <= 0.0:
        return 1.0
    return power(true_value / reality.scale[BEST], POWER)


def empty_landscape(landscape: Landscape, looks: int = 0) -> Reality:
    """Memory for a landscape; it never changes, so that how it was before is how it is.

    Parameters
    ----------
    landscape : Landscape
        How it is drawn.
    looks : int, optional
        About how many practices will be valued. If that is worth a table of all payoffs, there is one.

    Returns
    -------
    Reality
        `contribution_before` is `contribution`.
    """
    reality = empty_reality(RUGGED, landscape.bits, landscape.complexity, 1)
    payoff = np.zeros(2**landscape.bits if looks >= WORTH_A_TABLE * 2**landscape.bits else 0)
    return reality._replace(contribution_before=reality.contribution, payoff=payoff)


def checked_landscape(bits: int, complexity: int, neighbours: int, rounded: bool) -> Landscape:
    """The landscape asked for.

    Parameters
    ----------
    bits : int
        N, 2 … 20.
    complexity : int
        K, 0 … 12; at most N - 1 if the partners are distinct other bits (RANDOM), N if distinct ones of all bits
        (ANY).
    neighbours : int
        RANDOM, ANY_REPEATED or ANY of `tripleos.model.reality`.
    rounded : bool
        Whether contributions are rounded to one decimal.

    Returns
    -------
    Landscape
        What `draw_landscape` draws from.

    Raises
    ------
    ScenarioError
        If N or K is no whole number or out of range.
    """
    bits = checked_whole("bits", bits, 2, MOST_BITS)
    different = {RANDOM: bits - 1, ANY: bits}.get(neighbours, MOST_COMPLEXITY)
    complexity = checked_whole("complexity", complexity, 0, min(MOST_COMPLEXITY, different))
    return Landscape(bits, complexity, neighbours, rounded)


def greatest_found(landscape: Landscape, seeds: np.ndarray) -> np.ndarray:
    """The greatest values of landscapes, as far as they were found in this session.

    Parameters
    ----------
    landscape : Landscape
        How they are drawn.
    seeds : uint64 [R]
        Their seeds.

    Returns
    -------
    float64 [R]
        0 where the value has not been looked for yet.
    """
    found = _FOUND.setdefault(landscape, {})
    return np.array([found.get(int(seed), 0.0) for seed in seeds])


def note_greatest(landscape: Landscape, seeds: np.ndarray, greatest: np.ndarray) -> None:
    """Keep the greatest values of landscapes for the rest of the session.

    Parameters
    ----------
    landscape : Landscape
        How they are drawn.
    seeds : uint64 [R]
        Their seeds.
    greatest : float64 [R]
        Their greatest values.
    """
    _FOUND.setdefault(landscape, {}).update(zip(seeds.tolist(), greatest.tolist(), strict=True))
