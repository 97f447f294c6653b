"""Different work: some aspects are common to all teams, the others are a team's own (ODD, 7.11).

What a practice is worth to a team is its value with every aspect multiplied by the team's sign: +1 in a common aspect,
-1 or +1 in one of its own. One landscape so serves all teams, and the best and the mean value are the same for each.
"""

from __future__ import annotations

import numpy as np

from . import rng
from .declare import Array, Mechanism, number, switched
from .jit import part, phase, rule
from .practice import fingerprint, packed
from .reality import RUGGED, blocks_matched, perceived_payoff

# --- what is declared -------------------------------------------------------------------------------------------------

PARAMETERS = (
    switched(number(
        "relatedness", 0.75, 0, 1, group="world", unit="share",
        meaning="share of the aspects that are common to all teams",
        source="Szulanski 1996",
    ), "different_work", off=1.0),
)  # fmt: skip
STATE = (
    Array("common", "M", np.bool_, True, meaning="whether an aspect is common to all teams"),
    Array(
        "team_sign", "T M", np.int8, 1, meaning="whether an aspect counts for a team as for others, or the other way"
    ),
    Array("own", "1", np.int32, meaning="of a rugged reality: the aspects that are a team's own, packed"),
    Array("flips", "T", np.int32, meaning="of a rugged reality: the aspects in which a team's sign is -1, packed"),
)
MECHANISM = Mechanism("work", PARAMETERS, STATE, about="different work: what is common to teams, and what is their own")


# --- drawing ----------------------------------------------------------------------------------------------------------


@phase
def draw_work(seed, relatedness, state, reality, places):
    """Draw which aspects are common, and the signs of the teams (week 0); `places`: scratch, int64 [M]."""
    aspects = state.common.shape[0]
    for j in range(aspects):
        places[j] = j
    for k in range(aspects - int(relatedness * aspects + 0.5)):
        j = rng.pick(places, aspects, k, rng.uniform(rng.key(seed, 0, 0, rng.OWN_ASPECT), k))
        state.common[j] = False
        for team in range(state.team_sign.shape[0]):
            if rng.uniform(rng.key(seed, 0, team, rng.OWN_SIGN), j) < 0.5:
                state.team_sign[team, j] = -1
    if reality.kind == RUGGED:
        everything = (1 << aspects) - 1
        state.own[0] = everything & ~packed(state.common)
        for team in range(state.team_sign.shape[0]):
            state.flips[team] = everything & ~packed(state.team_sign[team])


# --- what a practice is worth to a team -------------------------------------------------------------------------------


@part
def value_to(practice, k, aware, state, reality):
    """V of a practice for team k, as perceived by somebody with this awareness."""
    if reality.kind == RUGGED:
        return perceived_payoff(packed(practice) ^ state.flips[k], packed(aware), reality)
    return blocks_matched(practice, state.team_sign[k], aware, reality)


@part
def value_in_use(k, state, reality):
    """The true V, for team k, of its practice in use."""
    return value_to(state.practice[k], k, reality.everything, state, reality)


# --- what serves others -----------------------------------------------------------------------------------------------


@rule
def serving(number, own_number, own):
    """A practice as it serves somebody else, packed: its common aspects, and the own ones of `own_number`."""
    return (number & ~own) | (own_number & own)


@rule
def serve(practice, own_practice, common, result):
    """The same of practices that are rows, written to `result`."""
    for j in range(common.shape[0]):
        result[j] = practice[j] if common[j] else own_practice[j]


@rule
def differs_in_common(one, other, common):
    """Whether two practices differ in a common aspect."""
    for j in range(common.shape[0]):
        if common[j] and one[j] != other[j]:
            return True
    return False


@rule
def keep_common(practice, common, instead, result):
    """Write a practice to `result` with `instead` in each aspect that is not common.

    Communities keep practices with +1 there; with 0 there is no view.
    """
    for j in range(common.shape[0]):
        result[j] = practice[j] if common[j] else instead


@rule
def common_print(practice, common, scratch):
    """The fingerprint of what is common in a practice; `scratch`: int8 [M]."""
    keep_common(practice, common, 1, scratch)
    return fingerprint(scratch)


# --- what a practice is worth to a meeting ----------------------------------------------------------------------------


@part
def same_own_part(k, other, state):
    """Whether two teams do the same in their own aspects, once these are multiplied by their signs."""
    for j in range(state.common.shape[0]):
        if not state.common[j] and state.practice[k, j] * state.team_sign[k, j] != (
            state.practice[other, j] * state.team_sign[other, j]
        ):
            return False
    return True


@part
def group_attendees(count, state, workspace, reality):
    """Group the first `count` who are present by what their teams do in their own aspects; how many groups there are.

    `workspace.group_team`: a team of each; `group_size`: how many attend; `group_own`: their own part, packed (RUGGED).
    """
    groups, own = 0, state.own[0]
    for a in range(count):
        k = state.team[workspace.present[a]]
        mine = (packed(state.practice[k]) ^ state.flips[k]) & own if reality.kind == RUGGED else 0
        g = 0
        while g < groups:
            if reality.kind == RUGGED:
                if workspace.group_own[g] == mine:
                    break
            elif same_own_part(k, workspace.group_team[g], state):
                break
            g += 1
        if g == groups:
            workspace.group_team[g], workspace.group_own[g], workspace.group_size[g] = k, mine, 0
            groups += 1
        workspace.group_size[g] += 1
    return groups


@part
def value_to_group(number, practice, g, known, state, workspace, reality):
    """V of a practice for the teams of group g, as perceived with what is pooled."""
    if reality.kind == RUGGED:
        return perceived_payoff((number & ~state.own[0]) | workspace.group_own[g], known, reality)
    k = workspace.group_team[g]
    serve(practice, state.practice[k], state.common, workspace.served)
    return blocks_matched(workspace.served, state.team_sign[k], workspace.pooled, reality)


@part
def value_to_meeting(number, practice, known, groups, count, state, workspace, reality):
    """What a practice is worth to the teams of those who attend a meeting: the mean over attendees.

    Parameters
    ----------
    number, practice : int, int8 [M]
        The practice; packed (RUGGED only).
    known : int
        The pooled awareness, packed (RUGGED only).
    groups, count : int
        How many groups of attendees there are, and how many attendees.
    state, workspace, reality : State, Workspace, Reality
        As `group_attendees` has left them.
    """
    if groups == 1:
        return value_to_group(number, practice, 0, known, state, workspace, reality)
    total = 0.0
    for g in range(groups):
        total += workspace.group_size[g] * value_to_group(number, practice, g, known, state, workspace, reality)
    return total / count
