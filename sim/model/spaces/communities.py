"""Space 2, communities of practice: sense together. Members pool news, test ideas and keep a repertoire (ODD, 7.3).

The shared practice (entry 0) is the code of March 1991, and its rules are March's: `count_votes`, `move_code`,
`take_over`.
"""

from __future__ import annotations

import math

import numpy as np

from .. import rng
from ..declare import Array, Mechanism, lever, number, switched
from ..elementary import power
from ..indices import COMMUNITIES, TESTED
from ..jit import part, phase, rule
from ..people import KNOWN, NUMBER, keep_learned, note_people
from ..practice import complete, copy, count_packed_votes, count_votes, fill, packed, same, sign, take_over, unpack
from ..reality import RUGGED
from ..work import group_attendees, keep_common, value_to_meeting

# --- what is declared -------------------------------------------------------------------------------------------------

PARAMETERS = (
    number(
        "communities", 6, 0, 1000000, group="workforce", unit="communities",
        meaning="number of communities of practice; at most workers",
    ),
    number(
        "memberships", 1, 1, 4, group="workforce", unit="communities",
        meaning="communities that each worker belongs to; at most communities (if there are any)",
    ),
    switched(number(
        "sessions", 2.0, 0, 100, group="workforce", unit="a full-time week",
        meaning="community meetings that a person could attend",
    ), "uneven_participation", off=5.0),
    number(
        "repertoire", 6, 1, 32, group="workforce", unit="entries",
        meaning="practices that a community keeps, including its shared practice",
    ),
    number(
        "pool_base", 0.3, 0, 1, group="workforce", unit="probability",
        meaning="that a person with full sharing skill pools a known aspect without any trust",
    ),
    switched(number(
        "hear_base", 0.1, 0, 1, group="workforce", unit="probability",
        meaning="that a person hears a pooled aspect without any trust",
    ), "finite_meetings", off=0.3),
    switched(number(
        "hear_trust", 0.2, 0, 1, group="workforce", unit="probability",
        meaning="added to hear_base by full trust; together at most 1",
    ), "finite_meetings", off=0.5),
    switched(number(
        "agenda", 4, 0, 1000, group="workforce", unit="items",
        meaning="news and ideas that a meeting can treat; 0: any number",
    ), "finite_meetings", off=0),
    switched(number(
        "burn", 0.05, 0, 1, group="workforce", unit="share",
        meaning="trust that is lost by somebody whose idea is snubbed",
        source="own, after Edmondson 1999",
    ), "burnt_trust", off=0.0),
    switched(number(
        "trust_by_attending", 0.0, 0, 1, group="workforce", unit="share",
        meaning="growth of trust at a meeting where nothing was learned, relative to one where something was",
    ), "burnt_trust", off=1.0),
    number(
        "code_learning", 0.3, 0, 1, group="workforce", unit="probability",
        meaning="that one vote moves an aspect of the shared practice (p2)",
        source="March 1991",
    ),
    number(
        "socialisation", 0.3, 0, 1, group="workforce", unit="probability",
        meaning="that an aspect of the best practice is copied at full trust (p1)",
        source="March 1991",
    ),
    number("starting_trust", 0.4, 0, 1, group="workforce", meaning="trust in a community in week 0"),
    switched(number(
        "trust_growth", 0.1, 0, 0.5, group="workforce", unit="a meeting",
        meaning="growth of trust at each meeting attended",
    ), "uneven_participation", off=0.05),
    switched(number(
        "trust_fading", 0.05, 0, 1, group="workforce", unit="a week", meaning="rate at which trust fades",
    ), "uneven_participation", off=0.01),
    switched(number(
        "attraction", 3, 0, 20, group="workforce", unit="power",
        meaning="how much likelier people come to meetings who trust more than other members do",
        source="own, after Wenger et al. 2002",
    ), "uneven_participation", off=0),
    number(
        "newcomer_trust", 0.5, 0, 1, group="workforce", unit="factor",
        meaning="initial trust of a newcomer, relative to starting_trust",
    ),
    lever(
        "sponsorship", 0.5, 0, 1,
        meaning="management's support for communities of practice",
        source="Jarche", overhead=0.02,
    ),
)  # fmt: skip
STATE = (
    Array("community", "N S", np.int32, meaning="the communities of each worker"),
    Array("trust", "N S", np.float64, meaning="trust of each worker in each of these communities"),
    Array("attended", "N S", np.bool_, meaning="whether the worker came to this week's meeting"),
    Array("community_members", "N*S", np.int32, meaning="workers community by community"),
    Array("membership_slots", "N*S", np.int8, meaning="by which of their memberships"),
    Array("community_offsets", "C+1", np.int64, meaning="where a community begins in community_members"),
    Array("repertoire", "C R M", np.int8, meaning="practices that a community keeps; entry 0 is its shared practice"),
    Array("repertoire_value", "C R", np.float64, meaning="what the community thinks that each is worth"),
    Array("n_tests", "C R", np.int32, meaning="how often each was tested; 0: the entry is empty"),
    Array("last_tested_week", "C R", np.int32, meaning="when each was last tested"),
)
MECHANISM = Mechanism(
    "communities", PARAMETERS, STATE, about="communities of practice: trust, pooled news, tested ideas"
)


# What somebody does about this week's meeting of a community: any sum of these.
ATTENDS, TELLS, BRINGS, SNUBBED = 1, 2, 4, 8


# --- the code ---------------------------------------------------------------------------------------------------------


@rule
def move_code(code, votes, code_learning, key):
    """Move each aspect of a code towards the majority view; the number of aspects that moved.

    `code`: int8 [M], changed in place; `votes`: int64 [M], for minus against. Where the majority differs, the code
    takes its view with probability 1 - (1 - code_learning)^|votes|, draw j for aspect j (March 1991, p2, as in the
    program behind the published figures).
    """
    moved = 0
    for j in range(code.shape[0]):
        majority = sign(votes[j])
        if majority != 0 and majority != code[j]:
            stays = power(1.0 - code_learning, abs(votes[j]))
            if rng.uniform(key, j) < 1.0 - stays:
                code[j] = majority
                moved += 1
    return moved


# --- the repertoire ---------------------------------------------------------------------------------------------------


@rule
def known_entry(entries, evidence, idea):
    """The first filled entry that equals an idea; -1 if there is none."""
    for r in range(entries.shape[0]):
        if evidence[r] > 0 and same(entries[r], idea):
            return r
    return -1


@rule
def place_for(estimate, evidence, worth):
    """Where a new idea of this worth goes; -1 if there is no place for it.

    The first empty entry after the shared practice, else the worst one if it is worth less.
    """
    worst = -1
    for r in range(1, estimate.shape[0]):
        if evidence[r] == 0:
            return r
        if worst < 0 or estimate[r] < estimate[worst]:
            worst = r
    return worst if worst >= 0 and worth > estimate[worst] else -1


@rule
def test_idea(entries, estimate, evidence, tested, idea, worth, week):
    """A community tests an idea: a known one refines its entry, a new one may take a place in the repertoire."""
    r = known_entry(entries, evidence, idea)
    if r >= 0:
        estimate[r] += (worth - estimate[r]) / (evidence[r] + 1)
        evidence[r] += 1
        tested[r] = week
        return
    r = place_for(estimate, evidence, worth)
    if r >= 0:
        copy(idea, entries[r])
        estimate[r], evidence[r], tested[r] = worth, 1, week


@rule
def best_entry(estimate, evidence):
    """The filled entry with the greatest estimate (the first of equals); -1 if the repertoire is empty."""
    best = -1
    for r in range(estimate.shape[0]):
        if evidence[r] > 0 and (best < 0 or estimate[r] > estimate[best]):
            best = r
    return best


# --- a meeting --------------------------------------------------------------------------------------------------------


@rule
def attracted(trust, mean_trust_of_members, attraction):
    """How much likelier somebody comes than members on average, by their trust relative to that of all members."""
    return power(trust / mean_trust_of_members, attraction) if mean_trust_of_members > 0.0 else 1.0


@part
def chance_of_attending(i, s, state, workspace, p):
    """The probability that worker i comes to this week's meeting of any one of their communities."""
    sessions = p.sessions * state.time[i, COMMUNITIES] / state.community.shape[1] * (0.5 + 0.5 * p.sponsorship)
    if p.attraction > 0:
        sessions *= attracted(state.trust[i, s], workspace.mean_trust[state.community[i, s]], p.attraction)
    return min(1.0, sessions)


@part
def chance_of_pooling(i, s, state, p):
    """The probability that an attendee tells the others what they are aware of."""
    return state.share[i] * (p.pool_base + (1.0 - p.pool_base) * state.trust[i, s])


@part
def chance_of_bringing(i, s, state):
    """The probability that an attendee brings their idea to be tested."""
    return state.share[i] * state.trust[i, s]


@rule
def judged(worth, sd, u):
    """What a meeting makes of what a practice is worth to it: with an error of standard deviation `sd`.

    `u`: the uniform number of the error.
    """
    return worth + (sd * rng.normal_from(u) if sd > 0.0 else 0.0)


@part
def estimated(entry, known, groups, count, state, workspace, reality, sd, u):
    """What a meeting thinks a practice of its repertoire is worth, with an error as for `judged`."""
    number = packed(entry) if reality.kind == RUGGED else 0
    return judged(value_to_meeting(number, entry, known, groups, count, state, workspace, reality), sd, u)


@part
def decide_roles(seed, week, s, first, end, state, workspace, p):
    """Who of a block of workers comes to a meeting, would tell what they are aware of, and would bring their idea.

    `s`: by which of their memberships.
    """
    people, many, luck = state.person[first:end], end - first, workspace.block_luck
    for k in range(3):  # one loop, because it is compiled once
        rng.uniform_block(seed, week, people, (rng.ATTEND, rng.POOL, rng.BRING)[k], s, luck[k, :many])
    for a in range(many):
        i = first + a
        attends = luck[0, a] < chance_of_attending(i, s, state, workspace, p)
        tells = luck[1, a] < chance_of_pooling(i, s, state, p)
        brings = luck[2, a] < chance_of_bringing(i, s, state)
        state.attended[i, s] = attends
        workspace.role[i, s] = attends * ATTENDS + tells * TELLS + brings * BRINGS
        workspace.learned[i, s] = False


@part
def gather(c, state, workspace):
    """Find who of community c attends, and what they bring along: the first entries of `present` and the `their_`s.

    Returns how many attend. All is fetched at once, so that a processor can wait for many people's data together.
    """
    count = 0
    for q in range(state.community_offsets[c], state.community_offsets[c + 1]):
        i, s = state.community_members[q], state.membership_slots[q]
        workspace.present[count], workspace.their_slots[count] = i, s
        workspace.their_people[count] = state.person[i]
        workspace.their_numbers[count] = workspace.noted[i, NUMBER]
        workspace.their_known[count] = workspace.noted[i, KNOWN]
        workspace.their_role[count] = workspace.role[i, s]
        count += workspace.role[i, s] & ATTENDS
    return count


@part
def pool_news(count, state, workspace, reality):
    """Attendees may tell the others what they are aware of: `workspace.pooled`, aspect by aspect.

    Returns it packed (RUGGED).
    """
    pooled, number = workspace.pooled, 0
    fill(pooled, False)
    for a in range(count):
        if workspace.their_role[a] & TELLS == 0:
            continue
        if reality.kind == RUGGED:
            number |= workspace.their_known[a]
        else:
            for j in range(pooled.shape[0]):
                pooled[j] |= state.aware[workspace.present[a], j]
    if reality.kind == RUGGED:
        for j in range(pooled.shape[0]):
            pooled[j] = (number >> j) & 1
    return number


@part
def list_items(count, state, workspace):
    """What a meeting could treat (`workspace.items`): pooled aspects that are news to somebody, then ideas; how many.

    An aspect is noted as its number, the idea of attendee a as M + a.
    """
    aspects, items = state.aware.shape[1], 0
    for j in range(aspects):
        for a in range(count):
            if workspace.pooled[j] and not state.aware[workspace.present[a], j]:
                workspace.items[items] = j
                items += 1
                break
    for a in range(count):
        if workspace.their_role[a] & BRINGS:
            workspace.items[items] = aspects + a
            items += 1
    return items


@part
def keep_to_agenda(seed, week, c, count, known, state, workspace, p):
    """A meeting drops what does not fit on its agenda; the pooled awareness, packed (RUGGED)."""
    if p.agenda == 0:
        return known
    aspects, items = state.aware.shape[1], list_items(count, state, workspace)
    if items <= p.agenda:
        return known
    key = rng.key(seed, week, c, rng.AGENDA)
    for k in range(p.agenda):
        rng.pick(workspace.items, items, k, rng.uniform(key, k))
    for k in range(p.agenda, items):
        dropped = workspace.items[k]
        if dropped < aspects:
            workspace.pooled[dropped] = False
            known &= ~(1 << dropped)
        else:
            workspace.their_role[dropped - aspects] &= ~BRINGS
    return known


@part
def snub(seed, week, count, state, workspace, p):
    """Where trust is low, some who bring an idea are snubbed: it is not tested."""
    if p.burn == 0.0:
        return
    trust = 0.0
    for a in range(count):
        trust += state.trust[workspace.present[a], workspace.their_slots[a]]
    for a in range(count):
        i, s = workspace.present[a], workspace.their_slots[a]
        key = rng.key(seed, week, state.person[i], rng.SNUB)
        if workspace.their_role[a] & BRINGS and rng.uniform(key, s) < 1.0 - trust / count:
            workspace.their_role[a] &= ~BRINGS
            workspace.role[i, s] |= SNUBBED


@part
def refresh_repertoire(seed, week, c, count, sd, known, groups, state, workspace, reality):
    """The meeting estimates anew what each entry is worth; half of that counts."""
    for r in range(state.repertoire_value.shape[1]):
        if state.n_tests[c, r] > 0:
            u = rng.uniform(rng.key(seed, week, c, rng.RE_ESTIMATE), r)
            entry = state.repertoire[c, r]
            fresh = estimated(entry, known, groups, count, state, workspace, reality, sd, u)
            state.repertoire_value[c, r] = 0.5 * state.repertoire_value[c, r] + 0.5 * fresh


@part
def test_ideas(seed, week, c, count, sd, known, groups, state, workspace, reality):
    """Judge the attendees' ideas, and test those that are brought. `known`: the pooled awareness, packed (RUGGED).

    `workspace.worths`: what each attendee's idea is worth to the teams of all who attend.
    """
    people, slots, luck = workspace.their_people, workspace.their_slots, workspace.worths
    rng.uniform_each(seed, week, people[:count], rng.IDEA_NOISE, slots[:count], luck[:count])
    for a in range(count):
        number, idea = workspace.their_numbers[a], state.idea[workspace.present[a]]
        worth = value_to_meeting(number, idea, known, groups, count, state, workspace, reality)
        worth = workspace.worths[a] = judged(worth, sd, luck[a])
        if workspace.their_role[a] & BRINGS:
            state.event_counts[TESTED] += 1
            estimate, evidence, tested = state.repertoire_value[c], state.n_tests[c], state.last_tested_week[c]
            if reality.kind == RUGGED:
                unpack(number | state.own[0], workspace.option)
            else:
                keep_common(idea, state.common, 1, workspace.option)
            test_idea(state.repertoire[c], estimate, evidence, tested, workspace.option, worth, week)


@part
def move_shared_practice(seed, week, c, count, sd, known, groups, state, workspace, reality, p):
    """The shared practice learns from the attendees whose idea beats it (all of them while it is not complete)."""
    found = 0
    for a in range(count):
        if state.n_tests[c, 0] == 0 or workspace.worths[a] > state.repertoire_value[c, 0]:
            workspace.superior[found] = a
            found += 1
    if reality.kind == RUGGED:
        count_packed_votes(workspace.their_numbers, workspace.superior, found, workspace.votes)
    else:
        for k in range(found):
            workspace.superior[k] = workspace.present[workspace.superior[k]]
        count_votes(state.idea, workspace.superior, found, workspace.votes)
    for j in range(state.common.shape[0]):
        if not state.common[j]:
            workspace.votes[j] = 0
    moved = move_code(state.repertoire[c, 0], workspace.votes, p.code_learning, rng.key(seed, week, c, rng.CODE))
    if moved > 0 and complete(state.repertoire[c, 0]):
        u = rng.uniform(rng.key(seed, week, c, rng.CODE_NOISE), 0)
        code = state.repertoire[c, 0]
        state.repertoire_value[c, 0] = estimated(code, known, groups, count, state, workspace, reality, sd, u)
        state.n_tests[c, 0], state.last_tested_week[c, 0] = 1, week


@part
def learn(seed, week, i, s, best, option, state, p, pooled):
    """An attendee hears what was pooled and takes over aspects of the best entry; True if anything was learned.

    `best`, `option`: its place in the repertoire, -1 if that is empty; and what it has a view on.
    """
    aspects, who, trust = pooled.shape[0], state.person[i], state.trust[i, s]
    learned = False
    for j in range(aspects):
        if pooled[j] and not state.aware_next[i, j]:
            u = rng.uniform(rng.key(seed, week, who, rng.HEAR), s * aspects + j)
            if u < p.hear_base + p.hear_trust * trust:
                state.aware_next[i, j] = True
                learned = True
    if best >= 0:
        key, idea = rng.key(seed, week, who, rng.SOCIALISE), state.idea_next[i]
        if take_over(idea, option, p.socialisation * trust, False, key, s * aspects, idea) > 0:
            learned = True
    return learned


@part
def is_up_to_date(a, known, best, state, workspace, reality):
    """Whether it can be seen at once that a meeting has nothing to teach attendee a.

    `known`, `best`: the pooled awareness and the best entry, packed (RUGGED). Who is in several communities may have
    learned from another one.
    """
    if reality.kind != RUGGED or state.community.shape[1] > 1:
        return False
    return known & ~workspace.their_known[a] == 0 and (best ^ workspace.their_numbers[a]) & ~state.own[0] == 0


@rule
def trust_after(trust, attended, growth, sponsorship, fading, pace):
    """Trust after a week: grown by attending, more so if sponsored, then faded; `pace`: of this growth."""
    if attended:
        trust += growth * (0.5 + sponsorship) * (1.0 - trust) * pace
    return trust * (1.0 - fading)


@rule
def mean_lesson(trust, attended, learned, nothing):
    """What communities gave to one worker: the mean of trust · [learned] over the meetings attended.

    `nothing` if there were none.
    """
    total, meetings = 0.0, 0
    for s in range(trust.shape[0]):
        if attended[s]:
            total += trust[s] * learned[s]
            meetings += 1
    return total / meetings if meetings > 0 else nothing


@phase
def note_trust(state, workspace, p):
    """The members' mean trust in each community, before the meetings of this week."""
    if p.attraction == 0:
        return
    for c in range(workspace.communities[0], workspace.communities[1]):
        first, end, total = state.community_offsets[c], state.community_offsets[c + 1], 0.0
        for q in range(first, end):
            total += state.trust[state.community_members[q], state.membership_slots[q]]
        workspace.mean_trust[c] = total / (end - first) if end > first else 0.0


@phase
def begin_meetings(seed, week, state, workspace, reality, p):
    """What everybody thinks and knows before the meetings of this week, and what part they will take."""
    first_of_all, end_of_all = workspace.workers
    note_people(first_of_all, end_of_all, state, workspace, reality)
    for s in range(state.community.shape[1]):
        for first in range(first_of_all, end_of_all, rng.BLOCK):
            decide_roles(seed, week, s, first, min(first + rng.BLOCK, end_of_all), state, workspace, p)


@phase
def hold_meetings(seed, week, state, workspace, reality, p):
    """Every community meets. All read the ideas, awareness and trust of before."""
    for c in range(workspace.communities[0], workspace.communities[1]):
        count = gather(c, state, workspace)
        if count == 0:
            continue
        known = pool_news(count, state, workspace, reality)
        known = keep_to_agenda(seed, week, c, count, known, state, workspace, p)
        snub(seed, week, count, state, workspace, p)
        sd = p.noise / math.sqrt(count)
        groups, workspace.group_team[0], workspace.group_own[0] = 1, 0, 0
        if p.relatedness < 1.0:
            groups = group_attendees(count, state, workspace, reality)
        refresh_repertoire(seed, week, c, count, sd, known, groups, state, workspace, reality)
        test_ideas(seed, week, c, count, sd, known, groups, state, workspace, reality)
        move_shared_practice(seed, week, c, count, sd, known, groups, state, workspace, reality, p)
        best = best_entry(state.repertoire_value[c], state.n_tests[c])
        number, option = -1, workspace.option
        if best >= 0:
            number = packed(state.repertoire[c, best])
            keep_common(state.repertoire[c, best], state.common, 0, option)
        for a in range(count):
            if not is_up_to_date(a, known, number, state, workspace, reality):
                i, s = workspace.present[a], workspace.their_slots[a]
                workspace.learned[i, s] = learn(seed, week, i, s, best, option, state, p, workspace.pooled)


@phase
def end_meetings(state, workspace, p):
    """What communities gave to everybody, and what that does to trust; what was learned holds from now on.

    Where there is no community, its time gives 0.
    """
    nothing = -1.0 if state.repertoire.shape[0] > 0 else 0.0
    first, end = workspace.workers
    for i in range(first, end):
        lesson = mean_lesson(state.trust[i], state.attended[i], workspace.learned[i], nothing)
        state.experienced_return[i, COMMUNITIES] = lesson
        for s in range(state.community.shape[1]):
            pace = 1.0 if workspace.learned[i, s] else p.trust_by_attending
            state.trust[i, s] = trust_after(
                state.trust[i, s], state.attended[i, s], p.trust_growth, p.sponsorship, p.trust_fading, pace
            )
            if workspace.role[i, s] & SNUBBED:
                state.trust[i, s] *= 1.0 - p.burn
    keep_learned(first, end, state)


@phase
def communities_week(seed, week, state, workspace, reality, p):
    """Phase 3: every community meets."""
    note_trust(state, workspace, p)
    begin_meetings(seed, week, state, workspace, reality, p)
    hold_meetings(seed, week, state, workspace, reality, p)
    end_meetings(state, workspace, p)
