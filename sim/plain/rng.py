"""Keyed random numbers (ODD, section 8) and picking without replacement (7.8), in plain Python numbers.

>>> def words(counter, key):
...     return " ".join(f"{word:08x}" for word in philox(counter, key))
>>> words((0, 0, 0, 0), (0, 0))
'6627e8d5 e169c58d bc57ac4c 9b00dbd8'
>>> words((0xffffffff,) * 4, (0xffffffff,) * 2)
'408f276d 41c83b0e a20bc7c6 6d5451fd'
>>> words((0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344), (0xa4093822, 0x299f31d0))
'd16cfe09 94fdcceb 5001e420 24126ea1'
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeVar

from . import elementary

Item = TypeVar("Item")

WORD = 2**32
MULTIPLIERS = (0xD2511F53, 0xCD9E8D57)
KEY_STEPS = (0x9E3779B9, 0xBB67AE85)
ROUNDS = 10


def philox(counter: tuple[int, int, int, int], key: tuple[int, int]) -> tuple[int, int, int, int]:
    """Random words by Philox-4x32-10 (Salmon et al. 2011).

    Parameters
    ----------
    counter, key : tuple of int
        Four and two words of 32 bits.

    Returns
    -------
    tuple of int
        Four words of 32 bits.
    """
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(ROUNDS):
        high0, low0 = divmod(MULTIPLIERS[0] * c0, WORD)
        high1, low1 = divmod(MULTIPLIERS[1] * c2, WORD)
        c0, c1, c2, c3 = high1 ^ c1 ^ k0, low1, high0 ^ c3 ^ k1, low0
        k0, k1 = (k0 + KEY_STEPS[0]) % WORD, (k1 + KEY_STEPS[1]) % WORD
    return c0, c1, c2, c3


def uniform(seed: int, week: int, event: int, who: int, draw: int) -> float:
    """u(EVENT; who, draw) of the ODD.

    Parameters
    ----------
    seed : int
        0 to 2^64 - 1.
    week, event, who, draw : int
        0 to 2^32 - 1 each.

    Returns
    -------
    float
        Uniform in [0, 1), with 53 bits.
    """
    x0, x1, _, _ = philox((week, who, event, draw), (seed % WORD, seed // WORD))
    return ((x0 >> 5) * 2**26 + (x1 >> 6)) * 2.0**-53


def normal(seed: int, week: int, event: int, who: int, draw: int) -> float:
    """z(EVENT; who, draw) of the ODD.

    Parameters
    ----------
    seed : int
        0 to 2^64 - 1.
    week, event, who, draw : int
        0 to 2^32 - 1 each.

    Returns
    -------
    float
        Standard normal.
    """
    return normal_quantile(uniform(seed, week, event, who, draw) or 2.0**-54)


def pick(items: list[Item], k: int, u: float) -> Item:
    """One pick without replacement (Fisher-Yates).

    Parameters
    ----------
    items : list
        Reordered: what was picked so far comes first.
    k : int
        The number of the pick: 0, 1, …
    u : float
        A uniform number in [0, 1).

    Returns
    -------
    object
        The item picked.
    """
    r = k + math.floor(u * (len(items) - k))
    items[k], items[r] = items[r], items[k]
    return items[k]


# The coefficients of PPND16: numerator and denominator, constant term first.
# fmt: off
CENTRE = (
    (3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
     4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3),
    (1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
     2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3),
)
TAIL = (
    (1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
     1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4),
    (1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
     1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9),
)
FAR_TAIL = (
    (6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
     2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7),
    (1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
     7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15),
)
# fmt: on


def normal_quantile(p: float) -> float:
    """The number below which a standard normal lies with probability p (Wichura 1988, AS 241, PPND16).

    Parameters
    ----------
    p : float
        Between 0 and 1, neither of them.

    Returns
    -------
    float
        The quantile.

    Examples
    --------
    >>> from statistics import NormalDist
    >>> shares = [2.0**-54, 1e-300, 1e-12, 1e-5, 0.02, 0.074, 0.076, 0.3, 0.5, 0.77, 0.924, 0.926, 0.99, 1 - 1e-9]
    >>> all(math.isclose(normal_quantile(p), NormalDist().inv_cdf(p), rel_tol=1e-13) for p in shares)
    True
    """
    q = p - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        return q * _polynomial(CENTRE[0], r) / _polynomial(CENTRE[1], r)
    r = math.sqrt(-elementary.log(p if q < 0 else 1 - p))
    if r <= 5:
        z = _polynomial(TAIL[0], r - 1.6) / _polynomial(TAIL[1], r - 1.6)
    else:
        z = _polynomial(FAR_TAIL[0], r - 5) / _polynomial(FAR_TAIL[1], r - 5)
    return -z if q < 0 else z


def _polynomial(coefficients: Sequence[float], x: float) -> float:
    """Horner's scheme; the constant term comes first in the list."""
    value = 0.0
    for coefficient in reversed(coefficients):
        value = value * x + coefficient
    return value
