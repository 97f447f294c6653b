"""Sums and means as the ODD wants them (section 7): in ascending order, divided at the end.

The built-in `sum` is not used for fractions: from Python 3.12 on it corrects the rounding and gives other last digits.
"""


def total(values):
    """The sum, one value after the other."""
    result = 0.0
    for value in values:
        result += value
    return result


def mean(values):
    """The sum divided by the number."""
    values = list(values)
    return total(values) / len(values)
