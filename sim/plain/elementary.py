"""The exponential, the logarithm and whole powers in IEEE arithmetic (ODD, 7.10), in plain Python numbers.

`frexp` and `ldexp` take numbers apart and put them together by powers of two, and are exact.

>>> shares = [2.0**-54, 1e-12, 0.01, 0.075, 0.5, 1.0, 3.0, 1e300]
>>> all(math.isclose(log(x), math.log(x), rel_tol=3e-16) for x in shares)
True
>>> all(math.isclose(exp(x), math.exp(x), rel_tol=3e-16) for x in [-700.0, -20.5, -0.4, -0.1, 0.0, 0.3, 1.0, 700.0])
True
>>> exp(-2000.0), power(0.5, 10), power(3.0, 0)
(0.0, 0.0009765625, 1.0)
"""

from __future__ import annotations

import math
from collections.abc import Sequence

LN_2 = (6.93147180369123816490e-1, 1.90821492927058770002e-10)
ONE_BY_LN_2 = 1.44269504088896338700
EXP_RANGE = (-745.133219101941108420, 709.782712893383973096)
E = (
    1.66666666666666019037e-1,
    -2.77777777770155933842e-3,
    6.61375632143793436117e-5,
    -1.65339022054652515390e-6,
    4.13813679705723846039e-8,
)
L = (
    6.666666666666735130e-1,
    3.999999999940941908e-1,
    2.857142874366239149e-1,
    2.222219843214978396e-1,
    1.818357216161805012e-1,
    1.531383769920937332e-1,
    1.479819860511658591e-1,
)


def _nested(coefficients: Sequence[float], x: float) -> float:
    """x·(c1 + x·(c2 + x·(…)))."""
    value = 0.0
    for coefficient in reversed(coefficients):
        value = x * (coefficient + value)
    return value


def exp(x: float) -> float:
    """The exponential of a number.

    Parameters
    ----------
    x : float
        Any number.

    Returns
    -------
    float
        Within one unit in the last place.
    """
    if x < EXP_RANGE[0]:
        return 0.0
    if x > EXP_RANGE[1]:
        return math.inf
    k = math.trunc(x * ONE_BY_LN_2 + math.copysign(0.5, x))
    h, low = x - k * LN_2[0], k * LN_2[1]
    r = h - low
    c = r - _nested(E, r * r)
    return math.ldexp(1 - ((low - (r * c) / (2 - c)) - h), k)


def log(x: float) -> float:
    """The natural logarithm of a positive number.

    Parameters
    ----------
    x : float
        Greater than 0.

    Returns
    -------
    float
        Within one unit in the last place.
    """
    half, k = math.frexp(x)
    m, k = 2 * half, k - 1
    if m > 1.4142135623730951:
        m, k = half, k + 1
    f = m - 1
    s = f / (2 + f)
    z = s * s
    w = z * z
    g = 0.5 * f * f
    a = _nested(L[1::2], w)
    b = z * (L[0] + _nested(L[2::2], w))
    return k * LN_2[0] - ((g - (s * (g + (a + b)) + k * LN_2[1])) - f)


def power(x: float, n: int) -> float:
    """A number to a whole power.

    Parameters
    ----------
    x : float
        Any number.
    n : int
        0 or more.

    Returns
    -------
    float
        By squaring, each product rounded once.
    """
    y = 1.0
    while n > 0:
        if n % 2 == 1:
            y = y * x
        x, n = x * x, n // 2
    return y
