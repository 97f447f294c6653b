"""Exponential, logarithm and whole powers that give the same bits on every machine (ODD, 7.10).

The C library's functions are good to about one unit in the last place, and their last bit differs between systems,
versions and even processors (a fused multiply-add rounds once where a multiplication and an addition round twice).
What IEEE 754 fixes to the last bit are +, -, *, / and the square root of double precision numbers. The functions below
are made of these and of the bits of a number alone. Numba compiles them without `fastmath`, so that the compiler
neither fuses nor reorders an operation; uncompiled, in plain Python numbers, they give the same bits.

References
----------
Sun Microsystems (1993), *fdlibm*, the freely distributable library of mathematical functions of netlib, files
`e_exp.c` and `e_log.c`: the reductions, the polynomials and their coefficients.
"""

from __future__ import annotations

import math

import numpy as np

from .jit import rule

# ln 2 in two parts: a whole number below 2^11 times the first is exact.
_LN2_HIGH, _LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
_INVERSE_LN2 = 1.44269504088896338700e00
# Above the first number e^x is beyond the largest double, below the second one it is less than half of the least.
_LARGEST, _SMALLEST = 7.09782712893383973096e02, -7.45133219101941108420e02
_E1, _E2, _E3 = 1.66666666666666019037e-01, -2.77777777770155933842e-03, 6.61375632143793436117e-05
_E4, _E5 = -1.65339022054652515390e-06, 4.13813679705723846039e-08

_SQRT_2 = 1.4142135623730951
_LEAST_NORMAL, _2_TO_54 = 2.0**-1022, 2.0**54
_L1, _L2, _L3 = 6.666666666666735130e-01, 3.999999999940941908e-01, 2.857142874366239149e-01
_L4, _L5, _L6 = 2.222219843214978396e-01, 1.818357216161805012e-01, 1.531383769920937332e-01
_L7 = 1.479819860511658591e-01
# The fields of a double: 11 bits of exponent (plus 1023) above 52 bits of fraction.
_FRACTION, _EXPONENT_OF_ONE = 0x000FFFFFFFFFFFFF, 0x3FF0000000000000


@rule
def two_to(k: int) -> float:
    """2^k, exactly.

    Parameters
    ----------
    k : int
        -1022 … 1023.

    Returns
    -------
    float
    """
    return float(np.int64((k + 1023) << 52).view(np.float64))


@rule
def exp(x: float) -> float:
    """e^x, with an error below 1 unit in the last place.

    Parameters
    ----------
    x : float
        Any number.

    Returns
    -------
    float
        0 below -745.13 and infinity above 709.78; NaN for NaN.

    Examples
    --------
    >>> exp(0.0), exp(1.0), exp(-1000.0)
    (1.0, 2.7182818284590455, 0.0)
    """
    if math.isnan(x):
        return x
    if x > _LARGEST:
        return math.inf
    if x < _SMALLEST:
        return 0.0
    # x = k ln 2 + r with |r| at most about ln(2)/2; r = high - low.
    k = int(x * _INVERSE_LN2 + (0.5 if x >= 0.0 else -0.5))
    high, low = x - k * _LN2_HIGH, k * _LN2_LOW
    r = high - low
    t = r * r
    c = r - t * (_E1 + t * (_E2 + t * (_E3 + t * (_E4 + t * _E5))))
    y = 1.0 - ((low - (r * c) / (2.0 - c)) - high)
    # In two steps, of which only the second can round, where the result is subnormal.
    half = k >> 1
    return y * two_to(half) * two_to(k - half)


@rule
def log(x: float) -> float:
    """Natural logarithm, with an error below 1 unit in the last place.

    Parameters
    ----------
    x : float
        Any number.

    Returns
    -------
    float
        Minus infinity for 0, infinity for infinity; NaN for negative numbers and NaN.

    Examples
    --------
    >>> log(1.0), log(10.0), log(0.0)
    (0.0, 2.302585092994046, -inf)
    """
    if x == 0.0:
        return -math.inf
    if x < 0.0:
        return math.nan
    if not x < math.inf:
        return x
    k = 0
    if x < _LEAST_NORMAL:
        x, k = x * _2_TO_54, -54
    # x = 2^k (1 + f) with 1 + f from √½ to √2.
    bits = int(np.float64(x).view(np.int64))
    k += (bits >> 52) - 1023
    m = float(np.int64((bits & _FRACTION) | _EXPONENT_OF_ONE).view(np.float64))
    if m > _SQRT_2:
        m, k = 0.5 * m, k + 1
    f = m - 1.0
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    even = w * (_L2 + w * (_L4 + w * _L6))
    odd = z * (_L1 + w * (_L3 + w * (_L5 + w * _L7)))
    h = 0.5 * f * f
    return k * _LN2_HIGH - ((h - (s * (h + (even + odd)) + k * _LN2_LOW)) - f)


@rule
def power(base: float, exponent: int) -> float:
    """A number to a whole power, by repeated squaring from the exponent's last binary digit to its first.

    Parameters
    ----------
    base : float
        Any number.
    exponent : int
        ≥ 0.

    Returns
    -------
    float
        1 where the exponent is 0. The relative error is below exponent · 2^-53.

    Examples
    --------
    >>> power(0.5, 3), power(0.0, 0), power(-2.0, 5)
    (0.125, 1.0, -32.0)
    """
    result, factor = 1.0, float(base)
    while exponent > 0:
        if exponent & 1:
            result *= factor
        factor *= factor
        exponent >>= 1
    return result
