"""Sums and means as the ODD wants them (section 7): in ascending order, divided at the end.

The built-in `sum` is not used for fractions: from Python 3.12 on it corrects the rounding and gives other last digits.
"""

from __future__ import annotations

from collections.abc import Iterable


def total(values: Iterable[float]) -> float:
    """The sum, one value after the other.

    Parameters
    ----------
    values : iterable of float
        In the order in which they are added.

    Returns
    -------
    float
        The sum; 0 if there are none.
    """
    result = 0.0
    for value in values:
        result += value
    return result


def mean(values: Iterable[float]) -> float:
    """The sum divided by the number.

    Parameters
    ----------
    values : iterable of float
        At least one.

    Returns
    -------
    float
        The mean.
    """
    values = list(values)
    return total(values) / len(values)
