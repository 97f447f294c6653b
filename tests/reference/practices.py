"""A practice is a tuple of +1 and -1, one for each aspect; 0 means that there is no view."""


def flipped(practice, j):
    """The practice with aspect j turned to the other way."""
    return (*practice[:j], -practice[j], *practice[j + 1 :])


def differences(one, other):
    """The number of aspects in which two practices differ."""
    return sum(a != b for a, b in zip(one, other, strict=True))


def equal_aspects(one, other):
    """The number of aspects in which two practices are equal."""
    return sum(a == b for a, b in zip(one, other, strict=True))
