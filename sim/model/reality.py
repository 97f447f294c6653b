"""Reality: what each practice is worth, how that changes, and the outside world that searches it (ODD, 7 and 7.1).

A practice is an int8 array of M values in {-1, +1}; 0 means "no view". Awareness is a bool array of M values. Two
kinds of reality share every rule: `RUGGED`, an NK landscape (Kauffman 1993; Levinthal 1997), and `BLOCKS`, a truth to
be matched block by block (Fang, Lee & Schilling 2010; blocks of one aspect are March 1991).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from . import rng
from .declare import Array, Mechanism, choice, number, switched
from .elementary import exp, power
from .indices import CHANGES
from .jit import phase, routine, rule
from .practice import copy, copy_rows, fill, flip, packed

# --- what is declared -------------------------------------------------------------------------------------------------

PARAMETERS = (
    choice(
        "reality", "rugged", ("rugged", "blocks"), group="world",
        meaning="how practices are valued: an NK landscape, or blocks of aspects that are right or wrong together",
        source="Levinthal 1997; Fang et al. 2010",
    ),
    number(
        "aspects", 12, 2, 200, group="world", unit="aspects",
        meaning="binary choices in how work is done; at most 20 with a rugged reality",
        source="Kauffman 1993",
    ),
    number(
        "complexity", 4, 0, 12, group="world", unit="aspects",
        meaning="number of other aspects that each aspect's contribution depends on (K); at most aspects - 1",
        source="Kauffman 1993",
    ),
    choice(
        "neighbours", "adjacent", ("adjacent", "random"), group="world",
        meaning="which aspects these are: the next ones (cyclic), or drawn without replacement",
        source="Kauffman 1993",
    ),
    number(
        "block", 3, 1, 200, group="world", unit="aspects",
        meaning="aspects that must be right together, when reality is blocks; must divide aspects",
        source="Fang et al. 2010",
    ),
    number(
        "turbulence", 5.0, 0, 100, group="world", unit="changes a year",
        meaning="expected number of changes in reality",
        source="March 1991",
    ),
    switched(number(
        "noise", 0.16, 0, 1, group="world", unit="payoff",
        meaning="standard deviation of a judgement, before sense-making reduces it",
        source="own; 0.16: Viswesvaran et al. 1996",
    ), "fallible_judgement", off=0.05),
    number(
        "interdependence", 0.3, 0, 1, group="world", unit="share",
        meaning="part of a team's output that depends on agreement with other teams (γ)",
        source="Koçak et al. 2022",
    ),
    number("shock_week", 0, 0, 100000, group="world", unit="week", meaning="week of a scheduled shock; 0 = none"),
    number(
        "shock_share", 0.5, 0, 1, group="world", unit="share",
        meaning="share of the aspects that the shock changes",
    ),
    number(
        "severity", 1.0, 0, 1, group="world", unit="share",
        meaning="how much of what an aspect adds is new when it changes; with a rugged reality",
    ),
    switched(number(
        "outside_half_life", 8.0, 0, 520, group="world", unit="weeks",
        meaning="time in which half of the outsiders hear of a change; 0: at once",
        source="own",
    ), "earned_knowledge", off=0.0),
    number("outsiders", 30, 1, 1000, group="world", unit="people", meaning="practitioners outside the organisation"),
    number(
        "head_start", 26, 0, 1000, group="world", unit="weeks",
        meaning="weeks of search by the outside world before week 1",
    ),
)  # fmt: skip
STATE = (
    Array("outside_aware", "P M", np.bool_, True, meaning="whether each outsider has heard the latest about an aspect"),
    Array("outside", "P M", np.int8, meaning="the practice of each outsider; the last P rows of pool"),
    Array("pool", "N+T+P M", np.int8, meaning="every practice that can be seen: ideas, practices in use, outsiders'"),
    Array("last_change_week", "M", np.int64, meaning="week of the last change of each aspect; 0: never"),
    Array("news_lag_weeks", "M", np.int64, -1, meaning="weeks from then until half of the workers knew; -1: not yet"),
    Array("event_counts", "7", np.int64, meaning="this week's events: SEEN … CHANGES"),
)
MECHANISM = Mechanism("reality", PARAMETERS, STATE, about="the world: what practices are worth, and the people outside")


RUGGED, BLOCKS = 0, 1
# On which aspects a contribution depends beside its own: the next ones; others at random; and, for published models
# only, any aspects at random, its own among them, with replacement or without.
ADJACENT, RANDOM, ANY_REPEATED, ANY = 0, 1, 2, 3
BEST, MEAN = 0, 1
# A rugged reality of so many aspects keeps the value of every practice: 32 kB, which stay in the processor's cache.
MOST_ASPECTS_IN_TABLE = 12


# The arrays of a reality, in the order of `Reality`; K+1 partners of an aspect, and so many settings of them.
REALITY = (
    Array("partner", "M K+1", np.int64),
    Array("contribution", "M settings", np.float64),
    Array("contribution_before", "M settings", np.float64),
    Array("truth", "M", np.int8, 1),
    Array("truth_before", "M", np.int8, 1),
    Array("scale", "2", np.float64),
    Array("everything", "M", np.bool_, True),
    Array("changed_ever", "1", np.int64),
    Array("setting_part", "3 tabulated 128", np.uint16),
    Array("payoff", "practices", np.float64),
    Array("subtotal", "batch", np.float64),
)


class Reality(NamedTuple):
    """One reality. M aspects, each contribution depending on K + 1 of them.

    Attributes
    ----------
    kind : int
        RUGGED or BLOCKS.
    block : int
        Aspects in a block (BLOCKS).
    partner : int64 [M, K + 1]
        The aspects on which a contribution depends, its own first (RUGGED).
    contribution, contribution_before : float64 [M, 2^(K + 1)]
        What an aspect adds for each setting of its partners, in 0 … 1: now, and before the aspect last changed
        (RUGGED).
    truth, truth_before : int8 [M]
        The right way, -1 or +1: now, and before the aspect last changed (BLOCKS).
    scale : float64 [2]
        The greatest and the mean value over all practices.
    everything : bool [M]
        All True: the awareness of somebody who knows reality as it is.
    changed_ever : int64 [1]
        Bit j is set if aspect j has ever changed; where it is not, what was before is what is now (RUGGED).
    setting_part : uint16 [3, M, 128]
        What the aspects 0 … 6, 7 … 13 and 14 … 20 of a practice add to the setting of an aspect's partners, for each
        way to do these seven (RUGGED).
    payoff : float64 [2^M] or [0]
        The true value of each practice by its number, as it was when `measure_scale` was called last (RUGGED, of few
        aspects).
    subtotal : float64 [64]
        Scratch (RUGGED).
    """

    kind: int
    block: int
    partner: np.ndarray
    contribution: np.ndarray
    contribution_before: np.ndarray
    truth: np.ndarray
    truth_before: np.ndarray
    scale: np.ndarray
    everything: np.ndarray
    changed_ever: np.ndarray
    setting_part: np.ndarray
    payoff: np.ndarray
    subtotal: np.ndarray


def empty_reality(kind: int, aspects: int, complexity: int, block: int) -> Reality:
    """Memory for a reality; `draw_reality` fills it.

    Parameters
    ----------
    kind : int
        RUGGED or BLOCKS.
    aspects : int
        M.
    complexity : int
        K (RUGGED).
    block : int
        Aspects in a block (BLOCKS).

    Returns
    -------
    Reality
        For BLOCKS, the arrays that only RUGGED uses are as small as they can be.
    """
    lengths = reality_sizes(kind, aspects, complexity)
    return Reality(kind, block, *(one.empty(lengths) for one in REALITY))


def reality_sizes(kind: int, aspects: int, complexity: int) -> dict[str, int]:
    """How many there are of all that the arrays of a reality are made for.

    Parameters
    ----------
    kind : int
        RUGGED or BLOCKS.
    aspects, complexity : int
        M and K.

    Returns
    -------
    dict of str to int
        By the words of `Array.shape`.
    """
    rugged = kind == RUGGED
    links = complexity + 1 if rugged else 1
    tabulated = rugged and aspects <= MOST_ASPECTS_IN_TABLE
    return {
        "M": aspects, "K+1": links, "settings": 2**links if rugged else 1, "tabulated": aspects if rugged else 0,
        "practices": 2**aspects if tabulated else 0, "batch": 64 if rugged else 0,
        "1": 1, "2": 2, "3": 3, "128": 128,
    }  # fmt: skip


# --- the value of a practice ------------------------------------------------------------------------------------------


@rule
def tabulate_settings(j, reality):
    """Note what each seven aspects of a practice add to the setting of the partners of aspect j.

    Bit k of a setting is set if partner k is +1.
    """
    for group in range(3):
        part = reality.setting_part[group, j]
        part[0] = 0
        for place in range(7):
            added, ways = 0, 1 << place
            for k in range(reality.partner.shape[1]):
                if reality.partner[j, k] == 7 * group + place:
                    added |= 1 << k
            for way in range(ways):
                part[ways + way] = part[way] | added


@rule
def setting(number, j, reality):
    """The setting in which the practice of this number puts the partners of aspect j (RUGGED)."""
    part = reality.setting_part
    return part[0, j, number & 127] | part[1, j, (number >> 7) & 127] | part[2, j, number >> 14]


@rule
def payoff(number, reality):
    """The true value of the practice of this number, in 0 … 1 (RUGGED)."""
    if reality.payoff.shape[0] > 0:
        return reality.payoff[number]
    aspects, total = reality.truth.shape[0], 0.0
    for j in range(aspects):
        total += reality.contribution[j, setting(number, j, reality)]
    return total / aspects


@rule
def perceived_payoff(number, aware, reality):
    """V of the practice of this number as perceived by someone who is aware of the aspects in `aware` (RUGGED).

    `number`, `aware`: as `packed` makes them.
    """
    if reality.changed_ever[0] & ~aware == 0:
        return payoff(number, reality)
    return partly_known_payoff(number, aware, reality)


@routine
def partly_known_payoff(number, aware, reality):
    """The same for somebody who has not heard of all changes: added up, which is rarely needed."""
    aspects, total = reality.truth.shape[0], 0.0
    for j in range(aspects):
        b = setting(number, j, reality)
        total += reality.contribution[j, b] if (aware >> j) & 1 else reality.contribution_before[j, b]
    return total / aspects


@rule
def value(practice, aware, reality):
    """V of a practice as perceived by someone with this awareness, in 0 … 1.

    What they are not aware of they judge as it was before it changed. With `reality.everything` it is the true value.
    """
    if reality.kind == RUGGED:
        return perceived_payoff(packed(practice), packed(aware), reality)
    return blocks_matched(practice, reality.everything, aware, reality)


@rule
def blocks_matched(practice, signs, aware, reality):
    """The share of blocks that are right (BLOCKS), as perceived; each aspect is first multiplied by its sign."""
    aspects, matched = practice.shape[0], 0
    for first in range(0, aspects, reality.block):
        right = 1
        for j in range(first, first + reality.block):
            if practice[j] * signs[j] != (reality.truth[j] if aware[j] else reality.truth_before[j]):
                right = 0
        matched += right
    return matched / (aspects // reality.block)


@rule
def fit(true_value, reality):
    """Fit of a practice of this true value: 1 is the best possible practice, 0 an average one."""
    span = reality.scale[BEST] - reality.scale[MEAN]
    return (true_value - reality.scale[MEAN]) / span if span > 0.0 else 0.0


@rule
def measure_block(first, reality):
    """The greatest value of the practices `first` … `first` + 63, which differ in the lowest six aspects only.

    What the others add to a setting is so looked up once for all of them.
    """
    aspects, total = reality.truth.shape[0], reality.subtotal
    count = min(64, 1 << aspects)
    fill(total, 0.0)
    for j in range(aspects):
        part, contribution = reality.setting_part[0, j], reality.contribution[j]
        others = setting(first, j, reality)
        for k in range(count):
            total[k] += contribution[others | part[k]]
    best = 0.0
    for k in range(count):
        best = max(best, total[k])
    if reality.payoff.shape[0] > 0:
        for k in range(count):
            reality.payoff[first + k] = total[k] / aspects
    return best / aspects


@phase
def measure_scale(reality):
    """Bring the greatest and the mean value, and `payoff`, up to date (exact: RUGGED visits all 2^M practices)."""
    aspects = reality.truth.shape[0]
    if reality.kind == BLOCKS:
        reality.scale[BEST] = 1.0
        reality.scale[MEAN] = power(0.5, reality.block)
        return
    best = 0.0
    for first in range(0, 1 << aspects, 64):
        best = max(best, measure_block(first, reality))
    total = 0.0
    for j in range(aspects):
        row = 0.0
        for b in range(reality.contribution.shape[1]):
            row += reality.contribution[j, b]
        total += row / reality.contribution.shape[1]
    reality.scale[BEST] = best
    reality.scale[MEAN] = total / aspects


# --- how it begins and changes ----------------------------------------------------------------------------------------


@rule
def draw_contributions(seed, week, j, severity, reality):
    """Draw anew what aspect j adds in each setting, uniform on [0, 1); `severity`: how much of it is new."""
    key = rng.key(seed, week, j, rng.CONTRIBUTION)
    for b in range(reality.contribution.shape[1]):
        reality.contribution[j, b] = (1.0 - severity) * reality.contribution[j, b] + severity * rng.uniform(key, b)


@rule
def draw_partners(seed, j, neighbours, partners, others):
    """Choose on which aspects the contribution of aspect j depends: its own, then K neighbours of a kind.

    `neighbours`: ADJACENT, RANDOM, ANY_REPEATED or ANY; `partners`: int64 [M, K + 1], row j is written; `others`:
    scratch, int64 [M].
    """
    links, aspects, count = partners.shape[1], partners.shape[0], 0
    partners[j, 0] = j
    for q in range(aspects):
        if q != j or neighbours == ANY:
            others[count] = q
            count += 1
    key = rng.key(seed, 0, j, rng.PARTNERS)
    for k in range(links - 1):
        if neighbours == ADJACENT:
            partners[j, k + 1] = (j + k + 1) % aspects
        elif neighbours == ANY_REPEATED:
            partners[j, k + 1] = rng.index(key, k, aspects)
        else:
            partners[j, k + 1] = rng.pick(others, count, k, rng.uniform(key, k))


@phase
def draw_reality(seed, neighbours, reality, others):
    """Draw a whole reality (week 0); `others`: scratch, int64 [M]."""
    for j in range(reality.truth.shape[0]):
        if reality.kind == RUGGED:
            draw_partners(seed, j, neighbours, reality.partner, others)
            tabulate_settings(j, reality)
            draw_contributions(seed, 0, j, 1.0, reality)
        else:
            reality.truth[j] = 1 if rng.uniform(rng.key(seed, 0, j, rng.TRUTH), 0) < 0.5 else -1
    copy_rows(reality.contribution, reality.contribution_before)
    copy(reality.truth, reality.truth_before)
    reality.changed_ever[0] = 0
    measure_scale(reality)


@rule
def change_aspect(seed, week, j, severity, reality):
    """Aspect j of reality changes; how it was is kept for those who have not heard. `measure_scale` is to follow."""
    if reality.kind == RUGGED:
        reality.changed_ever[0] |= 1 << j
        copy(reality.contribution[j], reality.contribution_before[j])
        draw_contributions(seed, week, j, severity, reality)
    else:
        reality.truth_before[j] = reality.truth[j]
        reality.truth[j] = -reality.truth[j]


@rule
def change_reality(seed, week, probability, shocked, severity, reality, changed, places):
    """Change each aspect with a probability, and `shocked` further ones picked at random; the number that changed.

    `changed`: bool [M], is written; `places`: scratch, int64 [M].
    """
    aspects = changed.shape[0]
    for j in range(aspects):
        changed[j] = rng.uniform(rng.key(seed, week, j, rng.CHANGE), 0) < probability
        places[j] = j
    for k in range(shocked):
        changed[rng.pick(places, aspects, k, rng.uniform(rng.key(seed, week, 0, rng.SHOCK), k))] = True
    count = 0
    for j in range(aspects):
        if changed[j]:
            change_aspect(seed, week, j, severity, reality)
            count += 1
    if count > 0:
        measure_scale(reality)
    return count


# --- the outside world ------------------------------------------------------------------------------------------------


@rule
def step_outside(seed, week, step, reality, outside, aware, following):
    """One step of search by every outsider (int8 [P, M]); `following` is scratch of the same shape.

    Each meets one of two neighbours on a ring and copies it if it seems better with what they are aware of (bool
    [P, M]), else keeps a flip of one aspect if that improves (Lazer & Friedman 2007, on a closed line).
    """
    people, aspects = outside.shape
    for p in range(people):
        left_or_right = 1 if rng.uniform(rng.key(seed, week, p, rng.OUTSIDE_MEET), step) < 0.5 else people - 1
        met = (p + left_or_right) % people
        own = value(outside[p], aware[p], reality)
        if value(outside[met], aware[p], reality) > own:
            copy(outside[met], following[p])
            continue
        j = rng.index(rng.key(seed, week, p, rng.OUTSIDE_ASPECT), step, aspects)
        flip(outside[p], j, following[p])
        if value(following[p], aware[p], reality) <= own:
            following[p, j] = outside[p, j]
    copy_rows(following, outside)


@rule
def chance_of_hearing(half_life):
    """The probability that an outsider hears of a change within a week, if half of them do within a half-life."""
    return 1.0 - exp(-0.6931471805599453 / half_life)


@rule
def hear_outside(seed, week, chance, changed, aware):
    """Outsiders lose sight of what has changed (bool [M]), and each hears of what they missed with a chance.

    `aware`: bool [P, M], changed in place.
    """
    for p in range(aware.shape[0]):
        key = rng.key(seed, week, p, rng.OUTSIDE_HEARS)
        for j in range(aware.shape[1]):
            if changed[j]:
                aware[p, j] = False
            if not aware[p, j]:
                aware[p, j] = rng.uniform(key, j) < chance


@phase
def reality_week(seed, week, state, workspace, reality, p):
    """Phase 1: reality changes, nobody has heard of it yet, and the outside world moves."""
    aspects = reality.truth.shape[0]
    shocked = int(p.shock_share * aspects + 0.5) if week == p.shock_week else 0
    probability = min(1.0, p.turbulence / (52.0 * aspects))
    changed = change_reality(seed, week, probability, shocked, p.severity, reality, workspace.changed, workspace.places)
    state.event_counts[CHANGES] = changed
    for j in range(aspects):
        if workspace.changed[j]:
            for i in range(state.aware.shape[0]):
                state.aware[i, j] = False
            state.last_change_week[j] = week
            state.news_lag_weeks[j] = -1
    if p.outside_half_life > 0.0:
        chance = chance_of_hearing(p.outside_half_life)
        hear_outside(seed, week, chance, workspace.changed, state.outside_aware)
    step_outside(seed, week, 0, reality, state.outside, state.outside_aware, workspace.following)
