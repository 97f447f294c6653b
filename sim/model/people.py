"""People: how they spend their time, who comes and goes, with whom they work, whom they follow (ODD, 7.5, 7.6)."""

from __future__ import annotations

import numpy as np

from . import rng
from .declare import Array, Mechanism, lever, number, switched
from .elementary import exp
from .indices import COMMUNITIES, NETWORKS, TEAMS
from .jit import kernel, part, phase, rule
from .practice import among, copy, copy_rows, fill, packed
from .reality import RUGGED

# --- what is declared -------------------------------------------------------------------------------------------------

PARAMETERS = (
    number("workers", 120, 2, 1000000, group="workforce", unit="people", meaning="size of the organisation"),
    number(
        "ties", 6, 0, 100, group="workforce", unit="people",
        meaning="colleagues that each worker follows; fewer than workers",
    ),
    number(
        "local_ties", 0.5, 0, 1, group="workforce", unit="share",
        meaning="expected share of initial ties that lead to teammates",
        source="Granovetter 1973",
    ),
    switched(number(
        "local_renewal", 0.3, 0, 1, group="workforce", unit="probability",
        meaning="that a renewed tie leads to a teammate",
    ), "lasting_ties", off=0.0),
    switched(number(
        "attachment", 12, 1, 50, group="workforce", unit="people",
        meaning="people among whom a new tie leads to the most renowned",
    ), "lasting_ties", off=1),
    number("tie_renewal", 0.5, 0, 52, group="workforce", unit="a year", meaning="renewals of each tie"),
    number("seek", 0.5, 0, 1, group="workforce", meaning="mean skill at seeking knowledge", source="Jarche"),
    number("sense", 0.5, 0, 1, group="workforce", meaning="mean skill at making sense of it", source="Jarche"),
    number("share", 0.5, 0, 1, group="workforce", meaning="mean skill at sharing it", source="Jarche"),
    number("pkm_spread", 0.15, 0, 1, group="workforce", meaning="standard deviation of each skill across people"),
    number(
        "coaching_gain", 0.01, 0, 1, group="workforce", unit="a week",
        meaning="share of a skill's remaining gap that full coaching closes",
    ),
    switched(number(
        "field", 0.4, 0.01, 1, group="workforce", unit="share",
        meaning="share of the aspects that a worker watches and judges well",
    ), "who_knows_what", off=1.0),
    number(
        "field_sharing", 0.8, 0, 1, group="workforce", unit="probability",
        meaning="that an aspect's place in a worker's field is that of the team",
    ),
    switched(number(
        "practice_gain", 0.01, 0, 1, group="workforce", unit="a full-time week",
        meaning="share of a skill's remaining gap that using it closes",
    ), "practised_mastery", off=0.0),
    switched(number(
        "rust", 0.002, 0, 1, group="workforce", unit="a week",
        meaning="share of a skill that is lost without use",
    ), "practised_mastery", off=0.0),
    number(
        "newcomer_awareness", 0.5, 0, 1, group="workforce", unit="probability",
        meaning="that a newcomer is aware of an aspect",
    ),
    number(
        "habit", 0.1, 0, 1, group="workforce", unit="a week",
        meaning="weight of the latest experience in what people expect of each space",
    ),
    number("expectation", 0.3, 0, 1, group="workforce", meaning="return that a newcomer expects from each space"),
    number("sensitivity", 4.0, 0, 100, group="workforce", meaning="sensitivity of the logit choice between the spaces"),
    lever(
        "split_networks", 0.2, 0, 1, unit="share",
        meaning="starting share of the week for networks; the three shares sum to 1",
        source="seed",
    ),
    lever(
        "split_communities", 0.2, 0, 1, unit="share",
        meaning="starting share of the week for communities",
        source="seed",
    ),
    lever("split_teams", 0.6, 0, 1, unit="share", meaning="starting share of the week for teams", source="seed"),
    lever(
        "floor_networks", 0.0, 0, 1, unit="share",
        meaning="protected time for networks; at most the split",
        source="seed",
    ),
    lever(
        "floor_communities", 0.0, 0, 1, unit="share",
        meaning="protected time for communities; at most the split",
        source="seed",
    ),
    lever("floor_teams", 0.0, 0, 1, unit="share", meaning="protected time for teams; at most the split", source="seed"),
    lever(
        "adaptation", 0.05, 0, 1, unit="a week",
        meaning="autonomy: how freely people re-plan their own week; 0 keeps the split fixed",
    ),
    lever(
        "reward_networks", 1.0, 0, 10, unit="factor",
        meaning="weight of returns from networks when people plan their week",
    ),
    lever(
        "reward_communities", 1.0, 0, 10, unit="factor",
        meaning="weight of returns from communities when people plan their week",
    ),
    lever(
        "reward_teams", 1.0, 0, 10, unit="factor",
        meaning="weight of returns from teams when people plan their week",
    ),
    lever(
        "demand", 0.3, 0, 1, unit="output",
        meaning="output expected of each team",
        source="Repenning & Sterman 2001",
    ),
    lever(
        "pressure", 0.5, 0, 10, unit="factor",
        meaning="how strongly unmet demand pulls people's time into teams",
        source="Repenning & Sterman 2001",
    ),
    lever(
        "coaching", 0.0, 0, 1,
        meaning="coaching in seeking, sense-making and sharing (personal knowledge mastery)",
        source="Jarche", overhead=0.05,
    ),
    lever(
        "rotation", 0.1, 0, 52, unit="a year",
        meaning="moves to another team that each worker initiates",
        source="Jarche",
    ),
    lever(
        "assembly", 0.0, 0, 1, unit="probability",
        meaning="that a move is chosen to bring a missing community into a team",
        source="Jarche",
    ),
    lever(
        "weaving", 0.1, 0, 1, unit="probability",
        meaning="that a renewed tie leads to another team and community",
        source="Jarche", overhead=0.01,
    ),
    lever(
        "hiring", 0.0, 0, 3, unit="standard deviations",
        meaning="how far newcomers' mean skills exceed those of the workforce",
    ),
    lever(
        "turnover", 0.1, 0, 52, unit="a year",
        meaning="probability of leaving within a year, spread over the weeks",
        source="March 1991",
    ),
)  # fmt: skip
STATE = (
    Array("person", "N", np.int64, meaning="who sits in each seat; a newcomer is a new person"),
    Array("idea", "N M", np.int8, meaning="the practice that each worker would argue for; the first N rows of pool"),
    Array("idea_next", "N M", np.int8, meaning="what a phase writes while it still reads idea"),
    Array("aware", "N M", np.bool_, True, meaning="whether each worker has heard the latest about an aspect"),
    Array("aware_next", "N M", np.bool_, True, meaning="what a phase writes while it still reads aware"),
    Array("time", "N 3", np.float64, meaning="shares of the week for networks, communities and teams"),
    Array("seek", "N", np.float64, meaning="skill at seeking knowledge"),
    Array("sense", "N", np.float64, meaning="skill at making sense of it"),
    Array("share", "N", np.float64, meaning="skill at sharing it"),
    Array("expected_return", "N 3", np.float64, meaning="what each worker expects of an hour in each space"),
    Array("experienced_return", "N 3", np.float64, -1.0, meaning="what this week gave; -1 where nothing was tried"),
    Array("tie", "N D", np.int32, -1, meaning="colleagues whom each worker follows"),
    Array("tie_before", "N D", np.int32, -1, meaning="the same as it stood before this week's renewals"),
    Array("field", "N M", np.bool_, True, meaning="the aspects that each worker watches and judges well"),
    Array("renown", "N", np.int32, meaning="answers that each has given, half of them forgotten each quarter"),
    Array("paper", "N*Q", np.int8, meaning="of idea_next and aware_next, and when they are not needed of tie_before"),
)
MECHANISM = Mechanism(
    "people", PARAMETERS, STATE, about="people: their time, their skills and ties, who comes and goes"
)


WEEKS_OF_A_YEAR = 52.0
# The columns of `noted`.
NUMBER, KNOWN = 0, 1
# In the place of a newcomer's answers, until all newcomers of a week have their ties: these go by renown.
NEW = -1
# How many colleagues are looked through for somebody of another team and community.
SEARCHED = 64


# --- before and after a phase -----------------------------------------------------------------------------------------


@part
def note_people(first, end, state, workspace, reality):
    """What workers think and know as a phase begins: once more, to be written on, and packed, to be read many times."""
    copy_rows(state.idea[first:end], state.idea_next[first:end])
    copy_rows(state.aware[first:end], state.aware_next[first:end])
    if reality.kind == RUGGED:
        for i in range(first, end):
            workspace.noted[i, NUMBER] = packed(state.idea[i])
            workspace.noted[i, KNOWN] = packed(state.aware[i])


@part
def keep_learned(first, end, state):
    """What workers have learned in a phase holds from now on."""
    copy_rows(state.idea_next[first:end], state.idea[first:end])
    copy_rows(state.aware_next[first:end], state.aware[first:end])


@part
def mean_of_members(values, k, state):
    """Mean over the members of team k of what each has (float64 or int32 [N]), in the order of the roster."""
    total = 0.0
    for q in range(state.team_offsets[k], state.team_offsets[k + 1]):
        total += values[state.team_members[q]]
    return total / (state.team_offsets[k + 1] - state.team_offsets[k])


# --- time -------------------------------------------------------------------------------------------------------------


@part
def utilities(i, state, p):
    """What an hour in networks, communities and teams is worth to worker i: reward · return, plus pressure in teams."""
    unmet = max(0.0, p.demand - state.output[state.team[i]])
    return (
        p.reward_networks * state.expected_return[i, NETWORKS],
        p.reward_communities * state.expected_return[i, COMMUNITIES],
        p.reward_teams * state.expected_return[i, TEAMS] + p.pressure * unmet,
    )


@rule
def raised_to_floors(networks, communities, teams, p):
    """A week (three shares) in which what is below a floor is raised to it, at the cost of what lies above."""
    if networks >= p.floor_networks and communities >= p.floor_communities and teams >= p.floor_teams:
        return networks, communities, teams
    over = (
        max(0.0, networks - p.floor_networks),
        max(0.0, communities - p.floor_communities),
        max(0.0, teams - p.floor_teams),
    )
    free = 1.0 - (p.floor_networks + p.floor_communities + p.floor_teams)
    total = over[0] + over[1] + over[2]
    if total <= 0.0:
        total = 1.0
    return (
        p.floor_networks + free * over[0] / total,
        p.floor_communities + free * over[1] / total,
        p.floor_teams + free * over[2] / total,
    )


@kernel
def begin_policy(time, p, sets_split, sets_floor):
    """Between two weeks: people's time follows the split of a policy that begins, or keeps to its floors.

    Parameters
    ----------
    time : float64 [N, 3]
        Written: shares of the week.
    p : np.record
        The numbers of the policy. Written: newcomers will start with the split, but never under a floor that was raised
        later.
    sets_split, sets_floor : bool
        What the change of policy set.
    """
    for i in range(time.shape[0]):
        if sets_split:
            time[i, NETWORKS], time[i, COMMUNITIES], time[i, TEAMS] = (
                p.split_networks,
                p.split_communities,
                p.split_teams,
            )
        elif sets_floor:
            time[i, NETWORKS], time[i, COMMUNITIES], time[i, TEAMS] = raised_to_floors(
                time[i, NETWORKS], time[i, COMMUNITIES], time[i, TEAMS], p
            )
    p.split_networks, p.split_communities, p.split_teams = raised_to_floors(
        p.split_networks, p.split_communities, p.split_teams, p
    )


@rule
def move_time(time, utility, floor, sensitivity, adaptation):
    """Move a week (float64 [3], in place) towards the logit of three utilities, never under three floors.

    What the floors do not protect is split in proportion to exp(sensitivity · utility).
    """
    top = max(utility[0], max(utility[1], utility[2]))
    # That of the best is e^0, which is exactly 1.
    w0 = exp(sensitivity * (utility[0] - top)) if utility[0] < top else 1.0
    w1 = exp(sensitivity * (utility[1] - top)) if utility[1] < top else 1.0
    w2 = exp(sensitivity * (utility[2] - top)) if utility[2] < top else 1.0
    weights = w0 + w1 + w2
    free = 1.0 - (floor[0] + floor[1] + floor[2])
    time[0] += adaptation * (floor[0] + free * w0 / weights - time[0])
    time[1] += adaptation * (floor[1] + free * w1 / weights - time[1])
    time[2] += adaptation * (floor[2] + free * w2 / weights - time[2])


@phase
def time_week(seed, week, state, workspace, reality, p):
    """Phase 5: everybody learns what each space returned and moves their time accordingly."""
    floor = (p.floor_networks, p.floor_communities, p.floor_teams)
    for i in range(workspace.workers[0], workspace.workers[1]):
        for space in range(3):
            if state.experienced_return[i, space] >= 0.0:
                state.expected_return[i, space] += p.habit * (
                    state.experienced_return[i, space] - state.expected_return[i, space]
                )
        move_time(state.time[i], utilities(i, state, p), floor, p.sensitivity, p.adaptation)


# --- ties -------------------------------------------------------------------------------------------------------------


@part
def draw_tie(key, d, i, state, p):
    """Tie d of worker i: the most renowned of some colleagues whom i does not follow yet.

    Each is the first such from a random one on.
    """
    workers, ties, best = state.person.shape[0], state.tie[i], -1
    for c in range(p.attachment):
        k = rng.index(key, d + c * ties.shape[0], workers)
        while k == i or among(ties, d, k):
            k = (k + 1) % workers
        if best < 0 or state.renown[k] > state.renown[best]:
            best = k
    return best


@part
def draw_local_tie(key, d, i, drawn, state):
    """Tie d of worker i among the teammates: the first, from a random one on, who is none of the `drawn` first ties.

    -1 if all of them are.
    """
    first, end = state.team_offsets[state.team[i]], state.team_offsets[state.team[i] + 1]
    start = rng.index(key, d, end - first)
    for step in range(end - first):
        k = state.team_members[first + (start + step) % (end - first)]
        if k != i and not among(state.tie[i], drawn, k):
            return k
    return -1


@part
def draw_ties(seed, week, i, state, p):
    """All ties of worker i are drawn anew, some of them local."""
    key = rng.key(seed, week, state.person[i], rng.TIE)
    local = rng.key(seed, week, state.person[i], rng.TIE_LOCAL)
    for d in range(state.tie.shape[1]):
        k = -1
        if rng.uniform(local, d) < p.local_ties:
            k = draw_local_tie(key, d, i, d, state)
        state.tie[i, d], state.help[i, d] = k if k >= 0 else draw_tie(key, d, i, state, p), 0


@part
def elsewhere(i, k, state):
    """Whether worker k is in another team and (if there are communities) another community than worker i."""
    if state.team[k] == state.team[i]:
        return False
    return state.community.shape[1] == 0 or state.community[k, 0] != state.community[i, 0]


@part
def woven_tie(key, d, i, state):
    """A colleague elsewhere whom worker i does not follow yet; -1 if a short search finds none."""
    workers = state.person.shape[0]
    start = rng.index(key, d, workers)
    for step in range(SEARCHED):
        k = (start + step) % workers
        if k != i and elsewhere(i, k, state) and not among(state.tie[i], state.tie.shape[1], k):
            return k
    return -1


@part
def closing_tie(seed, week, key, d, i, state, p):
    """The most renowned of some ties of ties whom worker i does not follow yet; -1 if none of those drawn will do."""
    ties, best = state.tie.shape[1], -1
    through = rng.key(seed, week, state.person[i], rng.RENEW_VIA)
    for c in range(p.attachment):
        via = state.tie_before[i, rng.index(through, d + c * ties, ties)]
        k = state.tie_before[via, rng.index(key, d + c * ties, ties)]
        if k != i and not among(state.tie[i], ties, k) and (best < 0 or state.renown[k] > state.renown[best]):
            best = k
    return best


@part
def renew_tie(seed, week, i, d, state, p):
    """Tie d of worker i is renewed: woven across teams and communities, or closing a triangle."""
    key = rng.key(seed, week, state.person[i], rng.RENEW_TIE)
    k, local = -1, rng.key(seed, week, state.person[i], rng.RENEW_LOCAL)
    if p.local_renewal > 0.0 and rng.uniform(local, d) < p.local_renewal:
        k = draw_local_tie(key, d, i, state.tie.shape[1], state)
    if k < 0:
        woven = rng.uniform(rng.key(seed, week, state.person[i], rng.WEAVE), d) < p.weaving
        k = woven_tie(key, d, i, state) if woven else closing_tie(seed, week, key, d, i, state, p)
    if k >= 0:
        state.tie[i, d], state.help[i, d] = k, 0


# --- coming, going and moving -----------------------------------------------------------------------------------------


@part
def draw_field(seed, week, i, state, p):
    """Draw the aspects that worker i watches and judges well: in part those that teammates watch, too."""
    if p.field == 1.0:
        return
    aspects, teams, who = state.field.shape[1], state.practice.shape[0], state.person[i]
    width, start = max(1, int(p.field * aspects + 0.5)), state.team[i] * aspects // teams
    for j in range(aspects):
        if rng.uniform(rng.key(seed, week, who, rng.FIELD), j) < p.field_sharing:
            state.field[i, j] = (j - start + aspects) % aspects < width
        else:
            state.field[i, j] = rng.uniform(rng.key(seed, week, who, rng.FIELD_OWN), j) < p.field


@part
def sense_in_field(i, one, other, state, p):
    """The skill with which worker i judges one practice against another: sense, as far as they differ in i's field."""
    if p.field == 1.0:
        return state.sense[i]
    differing, known = 0, 0
    for j in range(one.shape[0]):
        if one[j] != other[j]:
            differing += 1
            known += state.field[i, j]
    return state.sense[i] * (known / differing if differing > 0 else 1.0)


@part
def draw_skills(seed, week, i, hiring, state, p):
    """Draw the PKM of worker i: around the workforce's means, `hiring` standard deviations above them."""
    key = rng.key(seed, week, state.person[i], rng.SKILL)
    state.seek[i] = min(1.0, max(0.0, p.seek + p.pkm_spread * (hiring + rng.normal(key, 0))))
    state.sense[i] = min(1.0, max(0.0, p.sense + p.pkm_spread * (hiring + rng.normal(key, 1))))
    state.share[i] = min(1.0, max(0.0, p.share + p.pkm_spread * (hiring + rng.normal(key, 2))))


@part
def initialise_worker(i, trust, state, p):
    """Worker i starts with the policy's split, the usual expectations and a given trust."""
    state.time[i, NETWORKS], state.time[i, COMMUNITIES] = p.split_networks, p.split_communities
    state.time[i, TEAMS] = p.split_teams
    fill(state.expected_return[i], p.expectation)
    fill(state.trust[i], trust)


@part
def replace(seed, week, i, state, p):
    """Worker i leaves; the newcomer brings an outsider's practice, half-knows the latest and trusts less."""
    state.person[i] += state.person.shape[0]
    who = state.person[i]
    outsider = rng.index(rng.key(seed, week, who, rng.NEWCOMER), 0, state.outside.shape[0])
    copy(state.outside[outsider], state.idea[i])
    draw_field(seed, week, i, state, p)
    for j in range(state.aware.shape[1]):
        likely = p.newcomer_awareness if state.field[i, j] else p.newcomer_awareness * p.field
        state.aware[i, j] = rng.uniform(rng.key(seed, week, who, rng.NEWCOMER_AWARE), j) < likely
    draw_skills(seed, week, i, p.hiring, state, p)
    initialise_worker(i, p.newcomer_trust * p.starting_trust, state, p)
    begin_in_team(i, state)
    state.answers[i] = NEW
    draw_ties(seed, week, i, state, p)


@part
def has_community(k, c, but, state):
    """Whether a member of team k other than worker `but` has c as first community."""
    for q in range(state.team_offsets[k], state.team_offsets[k + 1]):
        if state.team_members[q] != but and state.community[state.team_members[q], 0] == c:
            return True
    return False


@part
def assembled_partner(i, start, state):
    """Somebody of another team who brings worker i's team a community that it lacks.

    `start` if a short search finds none.
    """
    if state.community.shape[1] == 0:
        return start
    workers = state.person.shape[0]
    for step in range(SEARCHED):
        k = (start + step) % workers
        if state.team[k] != state.team[i] and not has_community(state.team[i], state.community[k, 0], i, state):
            return k
    return start


@part
def begin_in_team(i, state):
    """Worker i is new to the team."""
    state.familiarity[i], state.weeks_in_team[i] = 0.0, 0


@part
def swap_teams(i, k, state):
    """Workers i and k take each other's seat."""
    begin_in_team(i, state)
    begin_in_team(k, state)
    state.team_seat[i], state.team_seat[k] = state.team_seat[k], state.team_seat[i]
    state.team[i], state.team[k] = state.team[k], state.team[i]
    state.team_members[state.team_seat[i]] = i
    state.team_members[state.team_seat[k]] = k


@part
def rotate(seed, week, i, state, p):
    """Worker i moves to another team, if that of the one drawn is another."""
    who = state.person[i]
    k = rng.index(rng.key(seed, week, who, rng.ROTATE_PARTNER), 0, state.person.shape[0])
    if rng.uniform(rng.key(seed, week, who, rng.ASSEMBLE), 0) < p.assembly:
        k = assembled_partner(i, k, state)
    if state.team[k] != state.team[i]:
        swap_teams(i, k, state)


@rule
def coach(skill, gain):
    """A skill after a week of coaching."""
    return skill + gain * (1.0 - skill)


@rule
def practise(skill, time, gain, rust):
    """A skill after a week in which it was used for a share of the time: it grows with use, and rusts."""
    return skill + (gain * time * (1.0 - skill) - rust * skill)


@part
def draw_for_block(seed, week, first, event, draw, state, workspace):
    """One draw for each of the block of workers that begins with worker `first`, into `workspace.block_luck[0]`.

    Returns how many workers there are in the block.
    """
    end = min(first + rng.BLOCK, workspace.workers[1])
    rng.uniform_block(seed, week, state.person[first:end], event, draw, workspace.block_luck[0, : end - first])
    return end - first


@phase
def come_and_go(seed, week, state, workspace, reality, p):
    """Some leave, and newcomers take their seats."""
    luck = workspace.block_luck[0]
    for first in range(workspace.workers[0], workspace.workers[1], rng.BLOCK):
        for a in range(draw_for_block(seed, week, first, rng.LEAVE, 0, state, workspace)):
            if luck[a] < p.turnover / WEEKS_OF_A_YEAR:
                replace(seed, week, first + a, state, p)


@phase
def change_teams(seed, week, state, workspace, reality, p):
    """Some change teams, one after the other: each move counts for the next."""
    luck = workspace.block_luck[0]
    for first in range(workspace.workers[0], workspace.workers[1], rng.BLOCK):
        for a in range(draw_for_block(seed, week, first, rng.ROTATE, 0, state, workspace)):
            if luck[a] < p.rotation / WEEKS_OF_A_YEAR:
                rotate(seed, week, first + a, state, p)


@phase
def note_ties(state, workspace):
    """The ties as they are before some are renewed; from now on, newcomers' places have no renown."""
    first, end = workspace.workers
    copy_rows(state.tie[first:end], state.tie_before[first:end])
    for i in range(first, end):
        if state.answers[i] == NEW:
            state.answers[i], state.renown[i] = 0, 0


@phase
def renew_and_coach(seed, week, state, workspace, reality, p):
    """Some ties are renewed, and everybody may be coached."""
    luck = workspace.block_luck[0]
    for first in range(workspace.workers[0], workspace.workers[1], rng.BLOCK):
        for d in range(state.tie.shape[1]):
            for a in range(draw_for_block(seed, week, first, rng.RENEW, d, state, workspace)):
                if luck[a] < p.tie_renewal / WEEKS_OF_A_YEAR:
                    renew_tie(seed, week, first + a, d, state, p)
    gain = p.coaching_gain * p.coaching
    for i in range(workspace.workers[0], workspace.workers[1]):
        seek, sense, share = coach(state.seek[i], gain), coach(state.sense[i], gain), coach(state.share[i], gain)
        state.seek[i] = practise(seek, state.time[i, NETWORKS], p.practice_gain, p.rust)
        state.sense[i] = practise(sense, state.time[i, COMMUNITIES], p.practice_gain, p.rust)
        state.share[i] = practise(share, state.time[i, TEAMS], p.practice_gain, p.rust)


@phase
def people_week(seed, week, state, workspace, reality, p):
    """Phase 6: turnover, rotation, renewal of ties and coaching."""
    come_and_go(seed, week, state, workspace, reality, p)
    change_teams(seed, week, state, workspace, reality, p)
    note_ties(state, workspace)
    renew_and_coach(seed, week, state, workspace, reality, p)


# --- the first day ----------------------------------------------------------------------------------------------------


@part
def take_seats(state):
    """Put everybody into teams, worker by worker; the first teams have one member more where sizes cannot be equal."""
    workers, teams = state.team.shape[0], state.practice.shape[0]
    i = 0
    for k in range(teams):
        state.team_offsets[k] = i
        for _ in range(workers // teams + (k < workers % teams)):
            state.team[i], state.person[i], state.team_members[i], state.team_seat[i] = k, i, i, i
            i += 1
    state.team_offsets[teams] = workers


@phase
def assign_communities(seed, state, workspace):
    """Put everybody into communities: a random order, dealt out in turn; then list the members of each community."""
    workers, slots = state.community.shape
    communities = state.community_offsets.shape[0] - 1
    if slots == 0:
        return
    # `noted` is free before week 1, and longer than the workforce.
    order, key = workspace.noted.reshape(workspace.noted.size)[:workers], rng.key(seed, 0, 0, rng.COMMUNITY)
    for i in range(workers):
        order[i] = i
    stride = max(1, communities // slots)
    for q in range(workers):
        i = rng.pick(order, workers, q, rng.uniform(key, q))
        for s in range(slots):
            state.community[i, s] = (q + s * stride) % communities
            state.community_offsets[state.community[i, s] + 1] += 1
    for c in range(communities):
        state.community_offsets[c + 1] += state.community_offsets[c]
    place = workspace.visited
    for c in range(communities):
        place[c] = state.community_offsets[c]
    for i in range(workers):
        for s in range(slots):
            c = state.community[i, s]
            state.community_members[place[c]], state.membership_slots[place[c]] = i, s
            place[c] += 1
