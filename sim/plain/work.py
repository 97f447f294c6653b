"""Different work (ODD, section 7.11): some aspects are common to all teams, in the others each team has its own ways.

In a team's own aspect the same way of working may be right for one team and wrong for another: what a practice is
worth to a team is what it is worth with the team's signs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from . import events
from .practice import Practice
from .rng import pick


def draw_common(model: Any) -> list[bool]:
    """Which aspects of the work are common to all teams.

    Parameters
    ----------
    model : Organisation
        Whose work it is.

    Returns
    -------
    list of bool
        By aspect; False for the aspects that are each team's own.
    """
    aspects = list(range(model.p.aspects))
    n = model.p.aspects - math.floor(model.p.relatedness * model.p.aspects + 0.5)
    own = {pick(aspects, k, model.uniform(events.OWN_ASPECT, draw=k)) for k in range(n)}
    return [j not in own for j in range(model.p.aspects)]


def draw_signs(team: Any, common: Sequence[bool]) -> tuple[int, ...]:
    """How a team's work differs from that of others.

    Parameters
    ----------
    team : Team
        Whose draws they are.
    common : sequence of bool
        Which aspects are common to all teams.

    Returns
    -------
    tuple of int
        By aspect: -1 where the other way than usual is right for the team; +1 in every common aspect.
    """
    return tuple(
        -1 if not is_common and team.uniform(events.OWN_SIGN, j) < 0.5 else 1 for j, is_common in enumerate(common)
    )


def signed(practice: Practice, signs: Sequence[int]) -> Practice:
    """A practice with every aspect multiplied by a sign.

    Parameters
    ----------
    practice : tuple of int
        Stays as it is.
    signs : sequence of int
        -1 or +1 for each aspect.

    Returns
    -------
    tuple of int
        A new practice.

    Examples
    --------
    >>> signed((1, 1, -1), (1, -1, -1))
    (1, -1, 1)
    """
    return tuple(value * sign for value, sign in zip(practice, signs, strict=True))


def combined(theirs: Practice, own: Practice, common: Sequence[bool]) -> Practice:
    """What of a practice serves others: its common aspects, with the others' own (x|y of the ODD).

    Parameters
    ----------
    theirs : tuple of int
        Where the common aspects come from.
    own : tuple of int
        Where all other aspects come from.
    common : sequence of bool
        Which aspects are common to all teams.

    Returns
    -------
    tuple of int
        A new practice.

    Examples
    --------
    >>> combined((1, 1, 1), (-1, -1, -1), (True, False, True))
    (1, -1, 1)
    """
    return tuple(a if is_common else b for a, b, is_common in zip(theirs, own, common, strict=True))


def common_part(practice: Practice, common: Sequence[bool]) -> Practice:
    """A practice as a community keeps it: with +1 in every aspect that is a team's own.

    Parameters
    ----------
    practice : tuple of int
        Stays as it is.
    common : sequence of bool
        Which aspects are common to all teams.

    Returns
    -------
    tuple of int
        A new practice.

    Examples
    --------
    >>> common_part((-1, -1, 0), (True, False, True))
    (-1, 1, 0)
    """
    return combined(practice, (1,) * len(practice), common)
