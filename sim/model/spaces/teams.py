"""Space 3, teams: share and act. A team adopts one practice, aligns behind it and produces (ODD, 7.4)."""

from __future__ import annotations

import math

import numpy as np

from .. import rng
from ..declare import Array, Mechanism, lever, number, switch, switched
from ..indices import ADOPTED, DIFFUSION, FAILED, INNOVATION, TEAMS, WEEKS_OF_A_QUARTER
from ..jit import part, phase, rule
from ..people import mean_of_members, sense_in_field
from ..practice import among, copy, count_uses, judgement_noise, same
from ..reality import fit
from ..work import common_print, differs_in_common, serve, value_in_use, value_to

# --- what is declared -------------------------------------------------------------------------------------------------

PARAMETERS = (
    number("team_size", 8, 1, 1000000, group="workforce", unit="people", meaning="people in a team; at most workers"),
    number(
        "review", 0.5, 0, 1, group="workforce", unit="probability",
        meaning="that a team with full team time reviews its practice in a week",
    ),
    number(
        "feedback", 0.25, 0, 1, group="workforce", unit="share",
        meaning="how far experience corrects the judgement of the practice in use",
    ),
    number(
        "adoption_cost", 0.5, 0, 1, group="workforce", unit="share",
        meaning="alignment lost when every aspect of a practice changes",
    ),
    number(
        "calming", 0.8, 0, 1, group="workforce", unit="factor",
        meaning="multiplies scepticism after a change that improves the practice",
    ),
    number(
        "disappointment", 0.5, 0, 100, group="workforce",
        meaning="added to scepticism after a change that worsens the practice",
    ),
    number(
        "scepticism_fading", 0.005, 0, 1, group="workforce", unit="a week",
        meaning="rate at which scepticism fades",
    ),
    number("starting_alignment", 0.5, 0, 1, group="workforce", meaning="alignment of the teams in week 0"),
    number(
        "alignment_growth", 0.1, 0, 1, group="workforce", unit="a week",
        meaning="recovery of alignment at full team time when everybody works out loud",
    ),
    number(
        "team_conformity", 0.1, 0, 1, group="workforce", unit="probability",
        meaning="that a full-time member's idea becomes the team's practice in a week",
    ),
    switched(number(
        "attribution", 0.52, 0.05, 1, group="world", unit="reliability",
        meaning="how reliably management tells the outputs of teams apart",
        source="Viswesvaran et al. 1996; Denrell & Liu 2012",
    ), "fallible_judgement", off=1.0),
    number(
        "ramp_up", 7.0, 1, 104, group="workforce", unit="weeks",
        meaning="time in which what a member still lacks in familiarity with the team falls to a third",
        source="Rollag et al. 2005",
    ),
    switched(number(
        "newness", 0.2, 0, 1, group="workforce", unit="share",
        meaning="alignment that a team lacks in effect while nobody is familiar with it",
        source="Huckman et al. 2009",
    ), "familiarity", off=0.0),
    switched(number(
        "insularity", 0.5, 0, 1, group="workforce", unit="probability",
        meaning="that an encounter beyond the team is turned inwards where members have been together for long",
        source="Katz & Allen 1982",
    ), "familiarity", off=0.0),
    number(
        "starting_scepticism", 0.0, 0, 10, group="workforce",
        meaning="scepticism of the teams in week 0", source="seed",
    ),
    switched(number(
        "involvement", 0.5, 0, 1, group="workforce", unit="share",
        meaning="part of the hurdle that does not count for what members helped to test",
        source="seed",
    ), "burnt_trust", off=0.0),
    switch(
        "pilot_first",
        meaning="teams adopt only ideas that a community has tested",
        source="seed", overhead=0.02, activity="testing ideas first",
    ),
    lever(
        "hurdle", 0.02, 0, 1, unit="payoff",
        meaning="bureaucracy: how much better a change must look before a team may adopt it",
    ),
    lever(
        "direction", 0.0, 0, 1, unit="probability",
        meaning="that management imposes the best team's practice on all teams, each quarter",
        source="March 1991",
    ),
)  # fmt: skip
STATE = (
    Array("team", "N", np.int32, meaning="the team of each worker"),
    Array("team_members", "N", np.int32, meaning="workers team by team"),
    Array("team_seat", "N", np.int32, meaning="the worker's place in team_members"),
    Array("team_offsets", "T+1", np.int64, meaning="where a team begins in team_members"),
    Array("practice", "T M", np.int8, meaning="the practice in use; the next T rows of pool"),
    Array("alignment", "T", np.float64, meaning="how far the members stand behind it"),
    Array("scepticism", "T", np.float64, meaning="what failed changes have left"),
    Array("output", "T", np.float64, meaning="output of the last week"),
    Array("familiarity", "N", np.float64, meaning="how familiar the worker is with the team"),
    Array("weeks_in_team", "N", np.int32, meaning="weeks since the worker came into the team"),
)
MECHANISM = Mechanism("teams", PARAMETERS, STATE, about="teams: review, alignment and output")


# In the place of the greatest worth offered so far: less than any option must promise.
NOTHING = -1.0


# --- deciding ---------------------------------------------------------------------------------------------------------


@rule
def judgement_in_use(perceived, true, feedback):
    """How a team judges its practice in use: the members' mean perception, corrected towards the true value."""
    return perceived + feedback * (true - perceived)


@rule
def threshold(judgement, hurdle, scepticism):
    """What an option must promise to be adopted: more than the practice in use by a hurdle that scepticism raises."""
    return judgement + hurdle * (1.0 + scepticism)


@part
def mean_team_time(k, state):
    """Mean share of the week that the members of team k give to it, less what goes into answers to others."""
    total = 0.0
    for q in range(state.team_offsets[k], state.team_offsets[k + 1]):
        i = state.team_members[q]
        total += state.time[i, TEAMS] - state.time_lost[i]
    return total / (state.team_offsets[k + 1] - state.team_offsets[k])


@part
def members_perception(k, state, reality):
    """The members' mean perception of the practice in use of team k."""
    total = 0.0
    for q in range(state.team_offsets[k], state.team_offsets[k + 1]):
        total += value_to(state.practice[k], k, state.aware[state.team_members[q]], state, reality)
    return total / (state.team_offsets[k + 1] - state.team_offsets[k])


@rule
def offer(practice, worth, in_use, bar, best, chosen):
    """An option is put before a team: if it differs from the practice in use and beats the bar, it may become `chosen`.

    Returns the greatest worth so far, of those that did; `best`: the greatest before.
    """
    if worth > bar and worth > best and not same(practice, in_use):
        copy(practice, chosen)
        return worth
    return best


@rule
def offer_entry(entry, worth, in_use, common, bar, best, chosen):
    """As `offer`, of a community's entry: it serves the team in the common aspects."""
    if worth > bar and worth > best and differs_in_common(entry, in_use, common):
        serve(entry, in_use, common, chosen)
        return worth
    return best


@part
def offer_entries(seed, week, i, s, state, in_use, bar, best, chosen):
    """Worker i brings what they trust of the repertoire of a community whose meeting they attended; the new best."""
    c, entries = state.community[i, s], state.repertoire_value.shape[1]
    key = rng.key(seed, week, state.person[i], rng.ENTRY)
    for r in range(entries):
        worth = state.repertoire_value[c, r]
        # Most entries are below the bar, and nobody need draw whether they are brought.
        promises = state.n_tests[c, r] > 0 and worth > max(bar, best)
        if promises and rng.uniform(key, s * entries + r) < state.trust[i, s]:
            best = offer_entry(state.repertoire[c, r], worth, in_use, state.common, bar, best, chosen)
    return best


@part
def offer_idea(seed, week, i, state, reality, p, in_use, bar, best, chosen):
    """Worker i may argue for the own idea, untested; the new best."""
    who = state.person[i]
    if rng.uniform(rng.key(seed, week, who, rng.ARGUE), 0) < state.share[i]:
        sense = sense_in_field(i, state.idea[i], in_use, state, p)
        noise = judgement_noise(p.noise, sense, rng.key(seed, week, who, rng.ARGUE_NOISE))
        worth = value_to(state.idea[i], state.team[i], state.aware[i], state, reality) + noise
        best = offer(state.idea[i], worth, in_use, bar, best, chosen)
    return best


@part
def decide(seed, week, k, state, reality, p, chosen):
    """Team k reviews its practice; True if an option beat it (written to `chosen`)."""
    in_use = state.practice[k]
    true = value_in_use(k, state, reality)
    judgement = judgement_in_use(members_perception(k, state, reality), true, p.feedback)
    bar = threshold(judgement, p.hurdle, state.scepticism[k])
    # What members helped to test need not take all of the hurdle.
    low_bar = threshold(judgement, p.hurdle * (1.0 - p.involvement), state.scepticism[k])
    best = NOTHING
    for q in range(state.team_offsets[k], state.team_offsets[k + 1]):
        i = state.team_members[q]
        for s in range(state.community.shape[1]):
            if state.attended[i, s]:
                best = offer_entries(seed, week, i, s, state, in_use, low_bar, best, chosen)
        if p.pilot_first == 0:
            best = offer_idea(seed, week, i, state, reality, p, in_use, bar, best, chosen)
    return best != NOTHING


# --- changing ---------------------------------------------------------------------------------------------------------


@rule
def alignment_after_change(alignment, changed_share, adoption_cost):
    """Alignment left when a share of the aspects has changed."""
    return alignment * (1.0 - adoption_cost * changed_share)


@rule
def scepticism_after_change(scepticism, gain, calming, disappointment):
    """Scepticism after a change of this true gain: calmed by an improvement, fed by a failure."""
    if gain > 0.0:
        return scepticism * calming
    return scepticism + disappointment if gain < 0.0 else scepticism


@part
def adopt(k, practice, state, reality, p, new):
    """Team k adopts a practice; `new`: nobody else in the organisation uses it."""
    aspects, changed = practice.shape[0], 0
    for j in range(aspects):
        changed += practice[j] != state.practice[k, j]
    gain = value_to(practice, k, reality.everything, state, reality) - value_in_use(k, state, reality)
    state.alignment[k] = alignment_after_change(state.alignment[k], changed / aspects, p.adoption_cost)
    state.scepticism[k] = scepticism_after_change(state.scepticism[k], gain, p.calming, p.disappointment)
    copy(practice, state.practice[k])
    state.event_counts[ADOPTED] += 1
    if gain > 0.0:
        state.event_counts[INNOVATION if new else DIFFUSION] += 1
    elif gain < 0.0:
        state.event_counts[FAILED] += 1


@phase
def note_practices(state, workspace):
    """What teams use when the phase begins: what none of them uses is new."""
    for k in range(workspace.teams[0], workspace.teams[1]):
        workspace.prints_in_use[k] = common_print(state.practice[k], state.common, workspace.served)


@phase
def review_practices(seed, week, state, workspace, reality, p):
    """Every team that reviews its practice this week decides."""
    teams, in_use, chosen = state.practice.shape[0], workspace.prints_in_use, workspace.option
    for k in range(workspace.teams[0], workspace.teams[1]):
        if rng.uniform(rng.key(seed, week, k, rng.REVIEW), 0) >= p.review * mean_team_time(k, state):
            continue
        if decide(seed, week, k, state, reality, p, chosen):
            print_of_chosen = common_print(chosen, state.common, workspace.served)
            taken_over = differs_in_common(chosen, state.practice[k], state.common)
            adopt(k, chosen, state, reality, p, not (taken_over and among(in_use, teams, print_of_chosen)))


@rule
def attribution_error(outputs, attribution):
    """The standard deviation of the error with which management sees outputs, so that this is its reliability."""
    mean, square = 0.0, 0.0
    for k in range(outputs.shape[0]):
        mean += outputs[k]
    mean /= outputs.shape[0]
    for k in range(outputs.shape[0]):
        square += (outputs[k] - mean) * (outputs[k] - mean)
    return math.sqrt(square / outputs.shape[0]) * math.sqrt(1.0 / attribution - 1.0)


@part
def best_as_seen(seed, week, state, p):
    """The team with the greatest output of last week, as management sees it (the first of equals)."""
    error = attribution_error(state.output, p.attribution)
    best, most = 0, 0.0
    for k in range(state.output.shape[0]):
        seen = state.output[k]
        if error > 0.0:
            seen += error * rng.normal(rng.key(seed, week, k, rng.ATTRIBUTION), 0)
        if k == 0 or seen > most:
            best, most = k, seen
    return best


@phase
def direct(seed, week, state, workspace, reality, p):
    """Each quarter management may make the practice of the team that seems best everybody's, in the common aspects."""
    if week % WEEKS_OF_A_QUARTER != 0 or rng.uniform(rng.key(seed, week, 0, rng.DIRECT), 0) >= p.direction:
        return
    model = best_as_seen(seed, week, state, p)
    for k in range(state.output.shape[0]):
        if k != model and differs_in_common(state.practice[k], state.practice[model], state.common):
            serve(state.practice[model], state.practice[k], state.common, workspace.option)
            adopt(k, workspace.option, state, reality, p, False)


# --- working together -------------------------------------------------------------------------------------------------


@rule
def grow_alignment(alignment, team_time, working_out_loud, growth):
    """Alignment after a week of working together, faster in the open."""
    return alignment + growth * team_time * (0.5 + 0.5 * working_out_loud) * (1.0 - alignment)


@part
def conform(seed, week, state, workspace, p):
    """Some workers come to think what their team does."""
    (first_of_all, end_of_all), luck = workspace.workers, workspace.block_luck[0]
    for first in range(first_of_all, end_of_all, rng.BLOCK):
        end = min(first + rng.BLOCK, end_of_all)
        rng.uniform_block(seed, week, state.person[first:end], rng.CONFORM, 0, luck[: end - first])
        for i in range(first, end):
            if luck[i - first] < p.team_conformity * state.time[i, TEAMS]:
                copy(state.practice[state.team[i]], state.idea[i])


@rule
def agreement_with_others(practice, common, uses, teams):
    """How far a team does as the others do: 2·(share of common aspects equal) - 1 over all other teams.

    1 if there are none.
    """
    equal, aspects = 0, 0
    for j in range(practice.shape[0]):
        if common[j]:
            equal += (uses[j] if practice[j] > 0 else teams - uses[j]) - 1
            aspects += 1
    if teams < 2 or aspects == 0:
        return 1.0
    return 2.0 * (equal / ((teams - 1) * aspects)) - 1.0


@rule
def alignment_in_effect(alignment, familiarity, newness):
    """How far members work as one: alignment, less what they lack in familiarity (Huckman et al. 2009)."""
    return alignment * (1.0 - newness * (1.0 - familiarity))


@rule
def team_output(team_time, overhead, alignment, fit_in_use, agreement, interdependence):
    """Output of a team in a week: time · alignment · fit, part of which needs agreement with the other teams."""
    together = (1.0 - interdependence) + interdependence * max(0.0, agreement)
    return max(0.0, team_time - overhead) * alignment * max(0.0, fit_in_use) * together


@phase
def produce(seed, week, state, workspace, reality, p):
    """Members come to think what their team does, teams work together, and every team produces."""
    conform(seed, week, state, workspace, p)
    teams, uses = state.practice.shape[0], workspace.counts
    count_uses(state.practice, uses)
    for k in range(workspace.teams[0], workspace.teams[1]):
        time = mean_team_time(k, state)
        state.scepticism[k] *= 1.0 - p.scepticism_fading
        state.alignment[k] = grow_alignment(state.alignment[k], time, p.working_out_loud, p.alignment_growth)
        fit_in_use = fit(value_in_use(k, state, reality), reality)
        agreement = agreement_with_others(state.practice[k], state.common, uses, teams)
        aligned = alignment_in_effect(state.alignment[k], mean_of_members(state.familiarity, k, state), p.newness)
        state.output[k] = team_output(time, p.overhead, aligned, fit_in_use, agreement, p.interdependence)
        for q in range(state.team_offsets[k], state.team_offsets[k + 1]):
            i = state.team_members[q]
            state.experienced_return[i, TEAMS] = state.output[k] / time if time > 0.0 else -1.0
            state.familiarity[i] += (1.0 - state.familiarity[i]) / p.ramp_up
            state.weeks_in_team[i] += 1


@phase
def teams_week(seed, week, state, workspace, reality, p):
    """Phase 4: teams review and change, management may direct, members conform, and every team produces."""
    note_practices(state, workspace)
    review_practices(seed, week, state, workspace, reality, p)
    direct(seed, week, state, workspace, reality, p)
    produce(seed, week, state, workspace, reality, p)
