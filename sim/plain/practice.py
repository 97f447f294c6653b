"""A practice is a tuple of +1 and -1, one for each aspect; 0 means that there is no view."""

from __future__ import annotations

from collections.abc import Sequence

Practice = tuple[int, ...]


def flipped(practice: Practice, j: int) -> Practice:
    """The practice with aspect j turned to the other way.

    Parameters
    ----------
    practice : tuple of int
        Stays as it is.
    j : int
        An aspect.

    Returns
    -------
    tuple of int
        A new practice.

    Examples
    --------
    >>> flipped((1, 1, -1), 1)
    (1, -1, -1)
    """
    return (*practice[:j], -practice[j], *practice[j + 1 :])


def differences(one: Practice, other: Practice) -> int:
    """The number of aspects in which two practices differ.

    Parameters
    ----------
    one, other : tuple of int
        Two practices.

    Returns
    -------
    int
        0 to the number of aspects.
    """
    return sum(a != b for a, b in zip(one, other, strict=True))


def equal_aspects(one: Practice, other: Practice, counted: Sequence[bool]) -> int:
    """The number of aspects in which two practices are equal.

    Parameters
    ----------
    one, other : tuple of int
        Two practices.
    counted : sequence of bool
        Which aspects count.

    Returns
    -------
    int
        0 to the number of aspects that count.

    Examples
    --------
    >>> equal_aspects((1, 1, -1), (1, 1, 1), counted=(True, False, True))
    1
    """
    return sum(a == b for a, b, counts in zip(one, other, counted, strict=True) if counts)
