"""Space 1, social networks: seek (ODD, 7.2). Encounters bring news and practices; imitation and experiment make ideas.

The rules above `networks_week` know nothing of the week: they take practices, values and a key, so that Lazer &
Friedman 2007, Fang, Lee & Schilling 2010 and Barkoczi & Galesic 2016 are compositions of them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .. import rng
from ..declare import Array, Mechanism, choice, lever, number, switched
from ..elementary import exp
from ..indices import NETWORKS, SEEN, TEAMS, WEEKS_OF_A_QUARTER
from ..jit import part, phase, rule
from ..people import KNOWN, NUMBER, keep_learned, mean_of_members, note_people, sense_in_field
from ..practice import (
    copy,
    count_votes,
    judgement_error,
    judgement_noise,
    majority_view,
    packed,
    same,
    take_over,
    unpack,
)  # fmt: skip
from ..reality import RUGGED, blocks_matched, perceived_payoff
from ..work import serve, serving

# --- what is declared -------------------------------------------------------------------------------------------------

PARAMETERS = (
    number("encounters", 10.0, 0, 100, group="workforce", unit="a full-time week", meaning="encounters in networks"),
    choice(
        "imitation", "best", ("best", "conformity", "majority"), group="workforce",
        meaning="how the practices seen are combined into one social option",
        source="Lazer & Friedman 2007; Barkoczi & Galesic 2016; Fang et al. 2010",
    ),
    number(
        "breadth", 0.3, 0, 1, group="workforce", unit="probability",
        meaning="that a differing aspect of the social option is copied",
        source="Fang et al. 2010",
    ),
    switched(number(
        "answer_cost", 0.25, 0, 10, group="workforce", unit="encounters",
        meaning="time that a colleague's question costs the one who is asked",
        source="Cross et al. 2016",
    ), "costly_answers", off=0.0),
    switched(number(
        "preference", 1.0, 0, 100, group="workforce", unit="a time",
        meaning="how much likelier a tie is turned to for each time that it was of use",
    ), "lasting_ties", off=0.0),
    switched(number(
        "directory", 4.0, 0, 100, group="workforce",
        meaning="how much likelier a tie is turned to that was of use and knows the field",
    ), "lasting_ties", off=0.0),
    switched(number(
        "strong_ties", 0.5, 0, 1, group="workforce", unit="probability",
        meaning="that a complex practice of another team is lost on a weak tie",
        source="Hansen 1999",
    ), "lasting_ties", off=0.0),
    switched(number(
        "reciprocity", 0.5, 0, 1, group="workforce", unit="share",
        meaning="how far outsiders share only with those who share",
        source="Schrader 1991",
    ), "earned_knowledge", off=0.0),
    switched(number(
        "absorption", 0.5, 0, 1, group="workforce", unit="share of the aspects",
        meaning="how far an outsider's practice may differ from the own idea and still be taken in with certainty",
    ), "earned_knowledge", off=1.0),
    switched(number(
        "watched", 0.12, 0, 1, group="workforce", unit="probability",
        meaning="that a worker in a team that works out loud does not experiment",
        source="Bernstein 2012",
    ), "being_watched", off=0.0),
    lever(
        "openness", 0.2, 0, 1, unit="probability",
        meaning="that an encounter is with an outsider",
        source="Granovetter 1973",
    ),
    lever(
        "working_out_loud", 0.3, 0, 1, unit="probability",
        meaning="that a team's practice in use is visible from outside it",
        source="Bernstein et al. 2018", overhead=0.03,
    ),
)  # fmt: skip
STATE = (
    Array("help", "N D", np.int16, meaning="how often each tie has been of use, half of it forgotten each quarter"),
    Array("answers", "N", np.int32, meaning="encounters of last week in which colleagues turned to each"),
    Array("time_lost", "N", np.float64, meaning="team time of this week that goes into answers"),
)
MECHANISM = Mechanism("networks", PARAMETERS, STATE, about="social networks: news, imitation and experiment")


# How the practices seen become one social option (in the order of the choices of `imitation`).
COPY_BEST, CONFORM_TO_MOST, MAJORITY = 0, 1, 2
# In the place of a colleague.
OUTSIDER, NOBODY = -1, -2
# How often a tie must have been of use to be half as strong as can be.
HALF_STRONG = 4.0
# In which a team that stays together closes by two thirds of all that it ever will: two and a half years.
WEEKS_TO_CLOSE = 130.0


# --- imitation --------------------------------------------------------------------------------------------------------


@rule
def best_of(values, count):
    """Which of the first `count` values is the greatest (the first of equals) (best member: Lazer & Friedman 2007)."""
    best = 0
    for k in range(1, count):
        if values[k] > values[best]:
            best = k
    return best


@rule
def most_frequent(pool, seen, count, u, first, times):
    """Which of the practices seen (rows of `pool`) was seen most often; -1 if several were and all equally often.

    Ties are broken by the uniform number `u`; `first`, `times`: scratch, int64 [≥ count] (conformity: Barkoczi &
    Galesic 2016).
    """
    distinct, top, tied = 0, 0, 0
    for k in range(count):
        found = distinct
        for d in range(distinct):
            if same(pool[seen[first[d]]], pool[seen[k]]):
                found = d
                break
        if found == distinct:
            first[distinct], times[distinct] = k, 0
            distinct += 1
        times[found] += 1
        top = max(top, times[found])
    for d in range(distinct):
        tied += times[d] == top
    if distinct > 1 and tied == distinct:
        return -1
    wanted = int(u * tied)
    for d in range(distinct):
        if times[d] == top:
            if wanted == 0:
                return first[d]
            wanted -= 1
    return -1


@rule
def social_option(imitation, pool, seen, values, count, own_value, u, scratch, votes, option):
    """Make one social option from the practices seen; False if there is none.

    Parameters
    ----------
    imitation : int
        COPY_BEST, CONFORM_TO_MOST or MAJORITY.
    pool : int8 [_, M]
        Practices that can be seen.
    seen, count : int64 [≥ count], int
        The practices seen are the rows `seen[:count]` of `pool`.
    values : float64 [≥ count]
        What they are worth to the one who sees them.
    own_value, u : float
        The worth of the own idea; a uniform number to break ties.
    scratch, votes : int64 [2, ≥ count], int64 [M]
        Scratch.
    option : int8 [M]
        Is written.
    """
    if imitation == MAJORITY:
        better, found = scratch[0], 0
        for k in range(count):
            if values[k] > own_value:
                better[found] = seen[k]
                found += 1
        count_votes(pool, better, found, votes)
        majority_view(votes, option)
        return found > 0
    if imitation == COPY_BEST:
        chosen = best_of(values, count)
    else:
        chosen = most_frequent(pool, seen, count, u, scratch[0], scratch[1])
    if chosen < 0:
        return False
    copy(pool[seen[chosen]], option)
    return True


# --- experiment -------------------------------------------------------------------------------------------------------


@rule
def known_aspect(aware, start):
    """The first aspect from `start` on (cyclic) of which one is aware; -1 if there is none."""
    aspects = aware.shape[0]
    j = start
    for _ in range(aspects):
        if aware[j]:
            return j
        j = j + 1 if j + 1 < aspects else 0
    return -1


# --- the week ---------------------------------------------------------------------------------------------------------


@rule
def whole_number(x, u):
    """A random whole number with mean x: rounded down or up by the uniform number `u`."""
    return int(x + u)


@part
def receive_news(state, i, j):
    """Worker i hears the latest about aspect j; 1 if it was news."""
    news = 0 if state.aware_next[i, j] else 1
    state.aware_next[i, j] = True
    return news


class Luck(NamedTuple):
    """Uniform numbers of one encounter.

    Attributes
    ----------
    partner : float
        With which outsider it is.
    heard : float
        Whether news are heard.
    seen, loud : float
        Whether the partner's own practice is seen, and whether that of the partner's team is.
    """

    partner: float
    heard: float
    seen: float
    loud: float


@rule
def time_lost(load, encounters, networks, teams):
    """Team time that answers take: what of their load (in encounters) does not fit into the time for networks."""
    return min(teams, max(0.0, load - encounters * networks) / encounters) if encounters > 0.0 else 0.0


@part
def draw_encounters(seed, week, first, end, state, workspace, p):
    """Decide how many encounters each of a block of workers has, and draw the luck of all of them, one after another.

    Column q of `workspace.luck` is encounter `turn[q]` of person `whose[q]`; the rows decide whether it is outside,
    with whom, of which aspect there may be news, whether they are heard, whether a practice and a loud one are seen,
    and whether it is turned inwards, a far practice absorbed, a complex one grasped. Returns how many there are.
    """
    luck, encounters, total = workspace.luck, workspace.encounters, 0
    rng.uniform_block(seed, week, state.person[first:end], rng.ENCOUNTERS, 0, luck[0, : end - first])
    for a in range(end - first):
        i = first + a
        load = p.answer_cost * state.answers[i]
        encounters[a] = whole_number(max(0.0, p.encounters * state.time[i, NETWORKS] - load), luck[0, a])
        if p.answer_cost > 0.0:
            state.time_lost[i] = time_lost(load, p.encounters, state.time[i, NETWORKS], state.time[i, TEAMS])
        for e in range(encounters[a]):
            workspace.whose[total], workspace.turn[total] = state.person[i], e
            total += 1
    whose, turn = workspace.whose[:total], workspace.turn[:total]
    for k in range(6):
        rng.uniform_each(seed, week, whose, rng.OUTSIDE + k, turn, luck[k, :total])
    if p.insularity > 0.0:
        rng.uniform_each(seed, week, whose, rng.INWARDS, turn, luck[6, :total])
    if p.absorption < 1.0:
        rng.uniform_each(seed, week, whose, rng.ABSORB, turn, luck[7, :total])
    if p.strong_ties > 0.0:
        rng.uniform_each(seed, week, whose, rng.GRASP, turn, luck[8, :total])
    return total


@rule
def unknown_aspect(aware, start):
    """The first aspect from `start` on (cyclic) of which one is not aware; `start` if there is none."""
    aspects = aware.shape[0]
    j = start
    for _ in range(aspects):
        if not aware[j]:
            return j
        j = j + 1 if j + 1 < aspects else 0
    return start


@part
def weight_of_tie(i, d, j, state, p):
    """How likely worker i turns to tie d about aspect j, relative to one that was never of use."""
    knows = state.help[i, d] > 0 and state.field[state.tie[i, d], j]
    return 1.0 + p.preference * state.help[i, d] + (p.directory if knows else 0.0)


@part
def tie_to_ask(i, j, u, state, workspace, p):
    """Which tie worker i turns to about aspect j, of those in `workspace.order` (-1: met already)."""
    order, reached, total, last = workspace.order, workspace.reached, 0.0, 0
    for d in range(order.shape[0]):
        if order[d] >= 0:
            total += weight_of_tie(i, d, j, state, p)
            last = d
        reached[d] = total
    for d in range(last):
        if reached[d] > u * total and order[d] >= 0:
            return d
    return last


@part
def next_tie(i, met, j, u, state, workspace, p):
    """The next tie that worker i meets: any, or rather one that was of use. `j`: the aspect that i would hear of."""
    if p.preference == 0.0 and p.directory == 0.0:
        return rng.pick(workspace.order, state.tie.shape[1], met, u)
    d = tie_to_ask(i, j, u, state, workspace, p)
    workspace.order[d] = -1
    return state.tie[i, d]


@rule
def chance_inwards(insularity, weeks_together):
    """The probability that an encounter beyond the team is turned inwards (Katz & Allen 1982)."""
    return insularity * (1.0 - exp(-weeks_together / WEEKS_TO_CLOSE))


@part
def turned_inwards(partner, i, u, state, workspace):
    """Whom worker i meets in the place of somebody beyond the team: a teammate, or nobody in a team of one.

    `u`: the uniform number that decides, and then picks the teammate.
    """
    k = state.team[i]
    chance = workspace.inwards[k]
    if partner == NOBODY or (partner != OUTSIDER and state.team[partner] == k) or u >= chance:
        return partner
    first, others = state.team_offsets[k], state.team_offsets[k + 1] - state.team_offsets[k] - 1
    if others == 0:
        return NOBODY
    seat = first + int((u / chance) * others)
    return state.team_members[seat + (seat >= state.team_seat[i])]


@part
def arrange_encounters(first, end, state, workspace, p):
    """With whom the encounters of a block of workers are: `workspace.partner`, of a colleague, OUTSIDER or NOBODY.

    Nobody meets the same tie twice. `workspace.aspect`: of which aspect there may be news; from colleagues, where
    people have fields, one that is needed.
    """
    ties, aspects, u, q = state.tie.shape[1], state.aware.shape[1], workspace.luck, 0
    for a in range(end - first):
        i, met = first + a, 0
        copy(state.tie[i], workspace.order)
        for _ in range(workspace.encounters[a]):
            j = int(u[2, q] * aspects)
            needed = unknown_aspect(state.aware[i], j) if p.field < 1.0 else j
            if u[0, q] < p.openness:
                partner = OUTSIDER
            elif met < ties:
                partner = next_tie(i, met, needed, u[1, q], state, workspace, p)
                met += 1
            else:
                partner = NOBODY  # every tie has been met this week
            if p.insularity > 0.0:
                partner = turned_inwards(partner, i, u[6, q], state, workspace)
            workspace.partner[q] = partner
            workspace.aspect[q] = j if partner == OUTSIDER else needed
            q += 1


@part
def fetch(total, state, workspace, reality):
    """What can be known of the partners of a block's encounters; of who is no colleague, anything.

    Colleagues are all over a large organisation. A loop that does nothing else fetches the data of several together.
    """
    for q in range(total):
        k = max(workspace.partner[q], 0)
        team = state.team[k]
        workspace.partners_share[q], workspace.partners_team[q] = state.share[k], team
        workspace.partners_number[q] = workspace.noted[k, NUMBER]
        workspace.team_number[q] = workspace.noted[state.idea.shape[0] + team, NUMBER]
        workspace.partners_known[q] = workspace.noted[k, KNOWN]


@rule
def chance_outside(seek, share, reciprocity):
    """The probability of getting something from an outsider, who may share only with those who share."""
    return seek * (1.0 - reciprocity * (1.0 - share))


@part
def meet_outsider(i, j, luck, state, p):
    """What worker i gets from an outsider: (aspect of which the latest is told or -1, row of pool shown or -1).

    `j`: the aspect of which there may be news.
    """
    told, shown, people = -1, -1, state.outside.shape[0]
    chance, outsider = chance_outside(state.seek[i], state.share[i], p.reciprocity), int(luck.partner * people)
    if luck.heard < chance and state.field[i, j] and state.outside_aware[outsider, j]:
        told = j
    if luck.seen < chance:
        shown = state.pool.shape[0] - people + outsider
    return told, shown


@part
def meet_colleague(q, j, luck, state, workspace, reality, p):
    """What anybody gets from the colleague of encounter q, as from an outsider."""
    k, told, shown = workspace.partner[q], -1, -1
    knows = (workspace.partners_known[q] >> j) & 1 if reality.kind == RUGGED else state.aware[k, j]
    if knows and luck.heard < workspace.partners_share[q]:
        told = j
    if luck.loud < p.working_out_loud:
        shown = state.idea.shape[0] + workspace.partners_team[q]
    elif luck.seen < workspace.partners_share[q]:
        shown = k
    return told, shown


@part
def is_from_elsewhere(q, i, state, workspace):
    """Whether encounter q of worker i is with somebody beyond the team."""
    return workspace.partner[q] == OUTSIDER or workspace.partners_team[q] != state.team[i]


@part
def number_shown(q, row, i, state, workspace):
    """The practice in a row of pool that is shown in encounter q, packed, as it serves worker i."""
    if workspace.partner[q] == OUTSIDER:
        number = workspace.noted[row, NUMBER]
    else:
        number = workspace.partners_number[q] if row == workspace.partner[q] else workspace.team_number[q]
    if is_from_elsewhere(q, i, state, workspace):
        return serving(number, workspace.noted[i, NUMBER], state.own[0])
    return number


@rule
def count_bits(number):
    """How many bits of a whole number are set."""
    count = 0
    while number != 0:
        number &= number - 1
        count += 1
    return count


@part
def count_differing(k, i, state, workspace, reality):
    """In how many aspects practice k of those seen differs from the idea of worker i."""
    if reality.kind == RUGGED:
        return count_bits(workspace.seen_numbers[k] ^ workspace.noted[i, NUMBER])
    count = 0
    for j in range(state.idea.shape[1]):
        count += workspace.seen_practices[k, j] != state.idea[i, j]
    return count


@part
def slot_of(i, partner, state):
    """Which tie of worker i leads to a colleague (the first); -1 if none does."""
    for d in range(state.tie.shape[1]):
        if state.tie[i, d] == partner:
            return d
    return -1


@rule
def chance_of_absorbing(differing, aspects, absorption):
    """The probability that an outsider's practice is taken in, by the aspects in which it differs from the own idea."""
    return absorption * aspects / differing if differing > 0 else 1.0


@rule
def chance_of_grasping(help_so_far, strong_ties):
    """The probability that a complex practice gets across a tie, by how often the tie was of use (Hansen 1999)."""
    return 1.0 - strong_ties * (1.0 - help_so_far / (help_so_far + HALF_STRONG))


@part
def takes_in(q, k, i, state, workspace, reality, p):
    """Whether worker i takes in what encounter q has shown as practice k of those seen."""
    u = workspace.luck
    if workspace.partner[q] == OUTSIDER:
        if p.absorption == 1.0:
            return True
        differing = count_differing(k, i, state, workspace, reality)
        return u[7, q] < chance_of_absorbing(differing, state.idea.shape[1], p.absorption)
    if p.strong_ties == 0.0 or workspace.partners_team[q] == state.team[i]:
        return True
    if count_differing(k, i, state, workspace, reality) < 2:
        return True
    d = slot_of(i, workspace.partner[q], state)
    return u[8, q] < chance_of_grasping(state.help[i, d] if d >= 0 else 0, p.strong_ties)


@part
def note_help(q, news, k, i, own_value, state, workspace):
    """Note how encounter q helped worker i: with news, and with a better practice (number k of those seen, or -1)."""
    d = slot_of(i, workspace.partner[q], state)
    if d < 0:
        return
    state.help[i, d] += news
    state.help[i, d] += k >= 0 and workspace.seen_values[k] > own_value


@part
def see(q, row, k, i, state, workspace, reality, p):
    """Worker i sees the practice in a row of pool in encounter q: number k of the practices seen."""
    workspace.seen[k], workspace.seen_rows[k] = row, k
    if reality.kind == RUGGED:
        workspace.seen_numbers[k] = number_shown(q, row, i, state, workspace)
    if reality.kind != RUGGED or p.imitation != COPY_BEST:
        shown = workspace.seen_practices[k]
        if is_from_elsewhere(q, i, state, workspace):
            serve(state.pool[row], state.idea[i], state.common, shown)
        else:
            copy(state.pool[row], shown)


@part
def meet(i, first, encounters, own_value, state, workspace, reality, p):
    """All encounters of worker i, the first of which is number `first`: (news heard, practices seen).

    Fills `workspace.seen` (rows of pool), `seen_numbers` or `seen_practices`, and `seen_values` (their worth to i).
    """
    u, heard, count = workspace.luck, 0, 0
    ties_matter = p.preference > 0.0 or p.directory > 0.0 or p.strong_ties > 0.0
    for q in range(first, first + encounters):
        luck, j = Luck(u[1, q], u[3, q], u[4, q], u[5, q]), workspace.aspect[q]
        if workspace.partner[q] == OUTSIDER:
            told, row = meet_outsider(i, j, luck, state, p)
        elif workspace.partner[q] == NOBODY:
            continue
        else:
            workspace.asked[workspace.partner[q]] += 1
            told, row = meet_colleague(q, j, luck, state, workspace, reality, p)
        news, shown = receive_news(state, i, told) if told >= 0 else 0, -1
        heard += news
        if row >= 0:
            see(q, row, count, i, state, workspace, reality, p)
            if takes_in(q, count, i, state, workspace, reality, p):
                workspace.seen_values[count] = worth_of_seen(count, i, own_value, state, workspace, reality)
                shown = count
                count += 1
        if ties_matter and workspace.partner[q] >= 0:
            note_help(q, news, shown, i, own_value, state, workspace)
    return heard, count


@part
def perceived(practice, number, i, state, workspace, reality):
    """What a practice (of a rugged reality: packed as `number`) is worth to the team of worker i, in their eyes."""
    if reality.kind == RUGGED:
        return perceived_payoff(number ^ state.flips[state.team[i]], workspace.noted[i, KNOWN], reality)
    return blocks_matched(practice, state.team_sign[state.team[i]], state.aware[i], reality)


@part
def differs(k, i, state, workspace, reality):
    """Whether practice k of those seen is another one than the idea of worker i."""
    if reality.kind == RUGGED:
        return workspace.seen_numbers[k] != workspace.noted[i, NUMBER]
    return not same(workspace.seen_practices[k], state.idea[i])


@part
def worth_of_seen(k, i, own_value, state, workspace, reality):
    """What practice k of those seen is worth in the eyes of worker i."""
    if differs(k, i, state, workspace, reality):
        return perceived(workspace.seen_practices[k], workspace.seen_numbers[k], i, state, workspace, reality)
    return own_value


@part
def social_option_of(seed, week, i, count, own_value, state, workspace, reality, p):
    """Make one social option of the `count` practices that worker i has seen (`workspace.option`).

    False if there is none, or if it could only be the idea that worker i has.
    """
    others = 0
    for k in range(count):
        others += differs(k, i, state, workspace, reality)
    if others == 0:
        return False
    if p.imitation == COPY_BEST and reality.kind == RUGGED:
        # As `social_option`, from numbers that are at hand.
        unpack(workspace.seen_numbers[best_of(workspace.seen_values, count)], workspace.option)
        return True
    u = rng.uniform(rng.key(seed, week, state.person[i], rng.FREQUENT), 0) if p.imitation == CONFORM_TO_MOST else 0.0
    return social_option(
        p.imitation, workspace.seen_practices, workspace.seen_rows, workspace.seen_values, count, own_value, u,
        workspace.seen_first, workspace.votes, workspace.option,
    )  # fmt: skip


def another_imitation(ours, number, theirs):
    """`social_option_of` with one more choice of `imitation`.

    Parameters
    ----------
    ours : callable
        `social_option_of`, or what stands in its place.
    number : int
        Of the choice.
    theirs : callable
        What is done then, a `part` with the arguments of `social_option_of`.

    Returns
    -------
    callable
        A `part`.
    """

    @part
    def chosen(seed, week, i, count, own_value, state, workspace, reality, p):
        if p.imitation == number:
            return theirs(seed, week, i, count, own_value, state, workspace, reality, p)
        return ours(seed, week, i, count, own_value, state, workspace, reality, p)

    return chosen


@part
def imitate(seed, week, i, count, own_value, state, workspace, reality, p):
    """Worker i makes a social option of what was seen and takes it over in part; True if the result was kept."""
    who, own, option = state.person[i], state.idea[i], workspace.option
    if not social_option_of(seed, week, i, count, own_value, state, workspace, reality, p):
        return False
    result = state.idea_next[i]
    if take_over(own, option, p.breadth, False, rng.key(seed, week, who, rng.TAKE_OVER), 0, result) == 0:
        return False
    if p.imitation == MAJORITY:
        return True
    sense = sense_in_field(i, result, own, state, p)
    noise = judgement_noise(p.noise, sense, rng.key(seed, week, who, rng.TRIAL_NOISE))
    number = packed(result) if reality.kind == RUGGED else 0
    if perceived(result, number, i, state, workspace, reality) + noise > own_value:
        return True
    copy(own, result)
    return False


@part
def experiment(i, u_aspect, u_noise, own_value, state, workspace, reality, p):
    """Worker i flips one aspect they are aware of; True if the flip was kept."""
    own, aware, result = state.idea[i], state.aware[i], state.idea_next[i]
    j = known_aspect(aware, int(u_aspect * own.shape[0]))
    if j < 0:
        return False
    error = judgement_error(p.noise, state.sense[i] if state.field[i, j] else 0.0, u_noise)
    result[j] = -own[j]
    number = workspace.noted[i, NUMBER] ^ (1 << j) if reality.kind == RUGGED else 0
    if perceived(result, number, i, state, workspace, reality) + error > own_value:
        return True
    result[j] = own[j]
    return False


@part
def search_block(seed, week, first, end, state, workspace, reality, p):
    """A block of workers, `first` to `end`, meets, hears, imitates or experiments."""
    total = draw_encounters(seed, week, first, end, state, workspace, p)
    arrange_encounters(first, end, state, workspace, p)
    fetch(total, state, workspace, reality)
    people, done = state.person[first:end], 0
    u_aspect, u_noise = workspace.block_luck[0, : end - first], workspace.block_luck[1, : end - first]
    u_watched, watched = workspace.block_luck[2, : end - first], p.watched * p.working_out_loud
    for k in range(2):
        rng.uniform_block(seed, week, people, rng.EXPERIMENT + k, 0, workspace.block_luck[k, : end - first])
    if watched > 0.0:
        rng.uniform_block(seed, week, people, rng.WATCHED, 0, u_watched)
    for a in range(end - first):
        i, encounters = first + a, workspace.encounters[a]
        state.experienced_return[i, NETWORKS] = -1.0
        if encounters == 0:
            continue
        own_value = perceived(state.idea[i], workspace.noted[i, NUMBER], i, state, workspace, reality)
        news, count = meet(i, done, encounters, own_value, state, workspace, reality, p)
        done += encounters
        for k in range(count):
            state.event_counts[SEEN] += differs(k, i, state, workspace, reality)
        kept = count > 0 and imitate(seed, week, i, count, own_value, state, workspace, reality, p)
        # Who is watched does not experiment (Bernstein 2012).
        if not kept and not (watched > 0.0 and u_watched[a] < watched):
            kept = experiment(i, u_aspect[a], u_noise[a], own_value, state, workspace, reality, p)
        state.experienced_return[i, NETWORKS] = (news + kept) / encounters


@phase
def look_around(week, state, workspace, reality, p):
    """What can be seen this week, packed: each is looked at many times. Each quarter half of all help is forgotten."""
    first, end = workspace.workers
    if week % WEEKS_OF_A_QUARTER == 0:
        for i in range(first, end):
            for d in range(state.help.shape[1]):
                state.help[i, d] >>= 1
    note_people(first, end, state, workspace, reality)
    if reality.kind == RUGGED and end == state.idea.shape[0]:
        # Practices in use and those of outsiders come after everybody's ideas.
        for row in range(end, state.pool.shape[0]):
            workspace.noted[row, NUMBER] = packed(state.pool[row])
    if p.insularity > 0.0:
        for k in range(workspace.teams[0], workspace.teams[1]):
            workspace.inwards[k] = chance_inwards(p.insularity, mean_of_members(state.weeks_in_team, k, state))


@phase
def search(seed, week, state, workspace, reality, p):
    """Everybody meets, hears, imitates or experiments. All read the ideas and the awareness of before."""
    first_of_all, end = workspace.workers
    for first in range(first_of_all, end, rng.BLOCK):
        search_block(seed, week, first, min(first + rng.BLOCK, end), state, workspace, reality, p)


@phase
def remember(state, workspace):
    """What was learned holds from now on."""
    first, end = workspace.workers
    keep_learned(first, end, state)


@phase
def note_answers(week, state, workspace):
    """Note how often each was asked this week; of renown, half is forgotten each quarter."""
    for i in range(state.answers.shape[0]):
        if week % WEEKS_OF_A_QUARTER == 0:
            state.renown[i] >>= 1
        state.answers[i] = workspace.asked[i]
        state.renown[i] += state.answers[i]
        workspace.asked[i] = 0


@phase
def networks_week(seed, week, state, workspace, reality, p):
    """Phase 2: look around, search, remember."""
    look_around(week, state, workspace, reality, p)
    search(seed, week, state, workspace, reality, p)
    remember(state, workspace)
    note_answers(week, state, workspace)
