"""Keyed random numbers: a draw belongs to a decision, a person and a week, never to the order of calls.

`uniform(key(seed, week, who, event), draw)` is a pure function (Philox-4x32-10, Salmon et al. 2011, "Parallel random
numbers: as easy as 1, 2, 3"). Two policies under one seed therefore face identical random events wherever
they take the same decision, in any order and on any number of threads, and a second implementation can reproduce a
history exactly.
"""

from __future__ import annotations

import math

import numpy as np

from .elementary import log
from .jit import routine, rule

# For how many workers draws are made in one loop: enough to keep the compiler's vectors full, few enough for the cache.
BLOCK = 64

# What is being decided. The numbers are part of the model (ODD, section 8): changing one changes every history.
CONTRIBUTION, PARTNERS, TRUTH, OUTSIDER, IDEA, COMMUNITY = 1, 2, 3, 4, 5, 6
CHANGE, SHOCK, OUTSIDE_MEET, OUTSIDE_ASPECT = 7, 8, 9, 10
ENCOUNTERS, OUTSIDE, PARTNER, ASPECT, HEARD, SEEN, LOUD = 11, 12, 13, 14, 15, 16, 17
FREQUENT, TAKE_OVER, TRIAL_NOISE, EXPERIMENT, EXPERIMENT_NOISE = 18, 19, 20, 21, 22
ATTEND, POOL, RE_ESTIMATE, IDEA_NOISE, BRING, CODE, CODE_NOISE, HEAR, SOCIALISE = 23, 24, 25, 26, 27, 28, 29, 30, 31
REVIEW, ENTRY, ARGUE, ARGUE_NOISE, DIRECT, CONFORM = 32, 33, 34, 35, 36, 37
LEAVE, NEWCOMER, NEWCOMER_AWARE, SKILL, TIE_LOCAL, TIE = 38, 39, 40, 41, 42, 43
ROTATE, ROTATE_PARTNER, ASSEMBLE, RENEW, WEAVE, RENEW_VIA, RENEW_TIE = 44, 45, 46, 47, 48, 49, 50
OWN_ASPECT, OWN_SIGN, ATTRIBUTION, INWARDS, AGENDA, FIELD, FIELD_OWN, GRASP = 51, 52, 53, 54, 55, 56, 57, 58
RENEW_LOCAL, OUTSIDE_HEARS, ABSORB, SNUB, WATCHED = 59, 60, 61, 62, 63

# All unsigned: mixing signed and unsigned integers would turn into floating point.
_WORD = np.uint64(0xFFFFFFFF)
_MULTIPLY_0, _MULTIPLY_1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_WEYL_0, _WEYL_1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_5, _6, _32 = np.uint64(5), np.uint64(6), np.uint64(32)


@rule
def philox(c0, c1, c2, c3, k0, k1):
    """Four random words from four counter words and two key words (uint64 of 32 bits each): Philox-4x32, 10 rounds."""
    for _ in range(10):
        p0 = _MULTIPLY_0 * c0
        p1 = _MULTIPLY_1 * c2
        c0, c1, c2, c3 = (p1 >> _32) ^ c1 ^ k0, p1 & _WORD, (p0 >> _32) ^ c3 ^ k1, p0 & _WORD
        k0 = (k0 + _WEYL_0) & _WORD
        k1 = (k1 + _WEYL_1) & _WORD
    return c0, c1, c2, c3


@rule
def number_from(seed, week, who, event, draw):
    """The number of a draw, from five unsigned integers: uniform on [0, 1), with 53 random bits."""
    x0, x1, _, _ = philox(week, who, event, draw, seed & _WORD, seed >> _32)
    return (np.float64(np.int64(x0 >> _5)) * 67108864.0 + np.float64(np.int64(x1 >> _6))) * 2.0**-53


@routine
def drawn(seed, week, who, event, draw):
    """The same; called where a single number is needed, since ten rounds are too long to be copied everywhere."""
    return number_from(seed, week, who, event, draw)


@rule
def key(seed, week, who, event):
    """The key of a decision: four whole numbers (seed below 2^64, the others below 2^32)."""
    return seed, week, who, event


@rule
def uniform(key, draw):
    """Draw number `draw` of a decision (see `key`): uniform on [0, 1), with 53 random bits."""
    seed, week, who, event = key
    return drawn(np.uint64(seed), np.uint64(week), np.uint64(who), np.uint64(event), np.uint64(draw))


@routine
def uniform_block(seed, week, who, event, draw, luck):
    """The same draw of a decision for a block of people (`who`: int64 [n]) into `luck` (float64 [n]).

    The numbers are those of `uniform`, one by one. In a loop that does nothing else the compiler works on several of
    them at once, which makes a number several times cheaper.
    """
    for a in range(luck.shape[0]):
        luck[a] = number_from(np.uint64(seed), np.uint64(week), np.uint64(who[a]), np.uint64(event), np.uint64(draw))


@routine
def uniform_each(seed, week, who, event, draw, luck):
    """As `uniform_block`, but that each has a draw number of their own (`draw`: int64 [n])."""
    for a in range(luck.shape[0]):
        luck[a] = number_from(np.uint64(seed), np.uint64(week), np.uint64(who[a]), np.uint64(event), np.uint64(draw[a]))


@rule
def index(key, draw, count):
    """A uniform index 0 … count - 1."""
    return int(uniform(key, draw) * count)


@rule
def normal(key, draw):
    """A standard normal number from one uniform draw."""
    return normal_from(uniform(key, draw))


@routine
def normal_from(u):
    """The standard normal number that belongs to a uniform one (of which 0 counts as 2^-54)."""
    return normal_quantile(max(u, 2.0**-54))


@rule
def normal_quantile(p):
    """Inverse of the normal distribution function for 0 < p < 1, to about 16 digits (Wichura 1988, AS 241, PPND16)."""
    q = p - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        return _ratio(
            q,
            r,
            (3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
             4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3),
            (1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
             2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3),
        )  # fmt: skip
    r = math.sqrt(-log(p if q < 0.0 else 1.0 - p))
    if r <= 5.0:
        z = _ratio(
            1.0,
            r - 1.6,
            (1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
             1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4),
            (1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
             1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
             1.05075007164441684324e-9),
        )  # fmt: skip
    else:
        z = _ratio(
            1.0,
            r - 5.0,
            (6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
             2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5,
             2.01033439929228813265e-7),
            (1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
             7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
             2.04426310338993978564e-15),
        )  # fmt: skip
    return -z if q < 0.0 else z


@rule
def _ratio(factor, r, a, b):
    """A factor times a polynomial of degree seven, divided by another one (coefficients ascending)."""
    top = ((((((a[7] * r + a[6]) * r + a[5]) * r + a[4]) * r + a[3]) * r + a[2]) * r + a[1]) * r + a[0]
    bottom = ((((((b[7] * r + b[6]) * r + b[5]) * r + b[4]) * r + b[3]) * r + b[2]) * r + b[1]) * r + b[0]
    return factor * top / bottom


@rule
def pick(items, count, k, u):
    """Pick number `k` without replacement from the first `count` items with the uniform number `u` (Fisher-Yates).

    `items` is put into another order.
    """
    r = k + int(u * (count - k))
    items[k], items[r] = items[r], items[k]
    return items[k]
