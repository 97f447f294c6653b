"""Space 2, communities of practice: sense together. Members pool news, test ideas and keep a repertoire (ODD, 7.3).

The shared practice (entry 0) is the code of March 1991, and its rules are March's: `count_votes`, `move_code`,
`take_over`.
"""

from __future__ import annotations

import math

from . import chance
from .compiled import part, phase, rule
from .networks import count_votes, take_over
from .practice import complete, copy, copy_rows, fill, same, sign
from .reality import value
from .state import COMMUNITIES, TESTED

# --- the code ---------------------------------------------------------------------------------------------------------


@rule
def move_code(code, votes, code_learning, of):
    """Move each aspect of a code towards the majority view; the number of aspects that moved.

    `code`: int8 [M], changed in place; `votes`: int64 [M], for minus against. Where the majority differs, the code
    takes its view with probability 1 - (1 - code_learning)^|votes|, draw j for aspect j (March 1991, p2, as in the
    program behind the published figures).
    """
    moved = 0
    for j in range(code.shape[0]):
        majority = sign(votes[j])
        if majority != 0 and majority != code[j]:
            stays = math.pow(1.0 - code_learning, float(abs(votes[j])))
            if chance.uniform(of, j) < 1.0 - stays:
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


@part
def attends(seed, week, i, s, state, p):
    """Whether worker i comes to this week's meeting of the community of membership s."""
    sessions = p.sessions * state.time[i, COMMUNITIES] / state.community.shape[1] * (0.5 + 0.5 * p.sponsorship)
    return chance.uniform(chance.key(seed, week, state.person[i], chance.ATTEND), s) < min(1.0, sessions)


@part
def pools(seed, week, i, s, state, p):
    """Whether an attendee tells the others what they are aware of."""
    willing = state.share[i] * (p.pool_base + (1.0 - p.pool_base) * state.trust[i, s])
    return chance.uniform(chance.key(seed, week, state.person[i], chance.POOL), s) < willing


@part
def brings(seed, week, i, s, state):
    """Whether an attendee brings their idea to be tested."""
    return chance.uniform(chance.key(seed, week, state.person[i], chance.BRING), s) < state.share[i] * state.trust[i, s]


@rule
def estimated(practice, pooled, reality, sd, of, draw):
    """What a meeting thinks a practice is worth: by its pooled awareness, with an error of standard deviation `sd`."""
    error = sd * chance.normal(of, draw) if sd > 0.0 else 0.0
    return value(practice, pooled, reality) + error


@part
def gather(seed, week, c, state, scratch, p):
    """Find who of community c attends (`scratch.present`) and what they pool (`scratch.pooled`).

    The number attending.
    """
    pooled = scratch.pooled
    fill(pooled, False)
    count = 0
    for place in range(state.first_member[c], state.first_member[c + 1]):
        i, s = state.member[place], state.member_slot[place]
        state.attended[i, s] = attends(seed, week, i, s, state, p)
        if state.attended[i, s]:
            scratch.present[count] = place
            count += 1
            if pools(seed, week, i, s, state, p):
                for j in range(pooled.shape[0]):
                    pooled[j] |= state.aware[i, j]
    return count


@part
def test_ideas(seed, week, c, count, sd, state, scratch, reality):
    """Re-estimate the repertoire, then test what attendees bring.

    `scratch.worths`: what each attendee's idea is worth.
    """
    present, pooled, worths = scratch.present, scratch.pooled, scratch.worths
    for r in range(state.estimate.shape[1]):
        if state.evidence[c, r] > 0:
            fresh = estimated(state.entry[c, r], pooled, reality, sd, chance.key(seed, week, c, chance.RE_ESTIMATE), r)
            state.estimate[c, r] = 0.5 * state.estimate[c, r] + 0.5 * fresh
    for a in range(count):
        i, s = state.member[present[a]], state.member_slot[present[a]]
        of = chance.key(seed, week, state.person[i], chance.IDEA_NOISE)
        worths[a] = estimated(state.idea[i], pooled, reality, sd, of, s)
        if brings(seed, week, i, s, state):
            state.tally[TESTED] += 1
            estimate, evidence, tested = state.estimate[c], state.evidence[c], state.tested[c]
            test_idea(state.entry[c], estimate, evidence, tested, state.idea[i], worths[a], week)


@part
def move_shared_practice(seed, week, c, count, sd, state, scratch, reality, p):
    """The shared practice learns from the attendees whose idea beats it (all of them while it is not complete)."""
    found = 0
    for a in range(count):
        if state.evidence[c, 0] == 0 or scratch.worths[a] > state.estimate[c, 0]:
            scratch.superior[found] = state.member[scratch.present[a]]
            found += 1
    count_votes(state.idea, scratch.superior, found, scratch.votes)
    moved = move_code(state.entry[c, 0], scratch.votes, p.code_learning, chance.key(seed, week, c, chance.CODE))
    if moved > 0 and complete(state.entry[c, 0]):
        of = chance.key(seed, week, c, chance.CODE_NOISE)
        state.estimate[c, 0] = estimated(state.entry[c, 0], scratch.pooled, reality, sd, of, 0)
        state.evidence[c, 0], state.tested[c, 0] = 1, week


@part
def learn(seed, week, i, s, best, c, state, p, pooled):
    """An attendee hears what was pooled and takes over aspects of the best entry; True if anything was learned."""
    aspects, who, trust = pooled.shape[0], state.person[i], state.trust[i, s]
    learned = False
    for j in range(aspects):
        if pooled[j] and not state.aware_next[i, j]:
            u = chance.uniform(chance.key(seed, week, who, chance.HEAR), s * aspects + j)
            if u < p.hear_base + p.hear_trust * trust:
                state.aware_next[i, j] = True
                learned = True
    if best >= 0:
        of, idea = chance.key(seed, week, who, chance.SOCIALISE), state.idea_next[i]
        if take_over(idea, state.entry[c, best], p.socialisation * trust, False, of, s * aspects, idea) > 0:
            learned = True
    return learned


@rule
def trust_after(trust, attended, growth, sponsorship, fading):
    """Trust after a week: grown by attending, more so if sponsored, then faded."""
    if attended:
        trust += growth * (0.5 + sponsorship) * (1.0 - trust)
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


@part
def note_returns(state, scratch, p):
    """What communities gave to everybody, and what that does to trust.

    Where there is no community, its time gives 0.
    """
    nothing = -1.0 if state.entry.shape[0] > 0 else 0.0
    for i in range(state.idea.shape[0]):
        state.gave[i, COMMUNITIES] = mean_lesson(state.trust[i], state.attended[i], scratch.learned[i], nothing)
        for s in range(state.community.shape[1]):
            state.trust[i, s] = trust_after(
                state.trust[i, s], state.attended[i, s], p.trust_growth, p.sponsorship, p.trust_fading
            )


@phase
def communities_week(seed, week, state, scratch, reality, p):
    """Phase 3: every community meets. All read the ideas, awareness and trust of before."""
    copy_rows(state.idea, state.idea_next)
    copy_rows(state.aware, state.aware_next)
    for c in range(state.entry.shape[0]):
        count = gather(seed, week, c, state, scratch, p)
        if count == 0:
            continue
        sd = p.noise / math.sqrt(count)
        test_ideas(seed, week, c, count, sd, state, scratch, reality)
        move_shared_practice(seed, week, c, count, sd, state, scratch, reality, p)
        best = best_entry(state.estimate[c], state.evidence[c])
        for a in range(count):
            i, s = state.member[scratch.present[a]], state.member_slot[scratch.present[a]]
            scratch.learned[i, s] = learn(seed, week, i, s, best, c, state, p, scratch.pooled)
    note_returns(state, scratch, p)
    copy_rows(state.idea_next, state.idea)
    copy_rows(state.aware_next, state.aware)
