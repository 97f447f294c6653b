"""The order of a week, and a whole history in one compiled call.

    1. Reality changes; the outside world moves        `reality.reality_week`
    2. Networks: seek                                   `networks.networks_week`
    3. Communities: sense together                      `communities.communities_week`
    4. Teams: share and act                             `teams.teams_week`
    5. Time: negotiate                                  `people.time_week`
    6. People: turnover, rotation, ties, coaching       `people.people_week`
    7. Record                                           `measures.record`

A phase reads ideas, awareness and practices as they stood when it began, so that the order in which workers,
communities and teams are visited does not matter.
"""

from __future__ import annotations

from . import rng
from .held import held
from .jit import kernel, phase
from .measures import count_alternatives, measure_entries, record
from .people import (
    assign_communities,
    change_teams,
    come_and_go,
    draw_field,
    draw_skills,
    draw_ties,
    initialise_worker,
    note_ties,
    people_week,
    renew_and_coach,
    take_seats,
    time_week,
)  # fmt: skip
from .practice import copy, draw_practice, fill
from .reality import draw_reality, reality_week, step_outside
from .spaces.communities import begin_meetings, communities_week, end_meetings, hold_meetings, note_trust
from .spaces.networks import look_around, networks_week, note_answers, remember, search
from .spaces.teams import direct, note_practices, produce, review_practices, teams_week
from .work import draw_work, keep_common


@phase
def initialise(seed, state, workspace, reality, p):
    """Week 0: fill an empty state and reality (ODD, section 5)."""
    take_seats(state)
    draw_reality(seed, p.neighbours, reality, workspace.places)
    for k in range(state.outside.shape[0]):
        draw_practice(rng.key(seed, 0, k, rng.OUTSIDER), state.outside[k])
    for step in range(p.head_start):
        step_outside(seed, 0, step, reality, state.outside, state.outside_aware, workspace.following)
    assign_communities(seed, state, workspace)
    for i in range(state.person.shape[0]):
        draw_practice(rng.key(seed, 0, i, rng.IDEA), state.idea[i])
        draw_skills(seed, 0, i, 0.0, state, p)
        initialise_worker(i, p.starting_trust, state, p)
        draw_field(seed, 0, i, state, p)
        draw_ties(seed, 0, i, state, p)
    draw_work(seed, p.relatedness, state, reality, workspace.places)
    for c in range(state.repertoire.shape[0]):
        keep_common(state.repertoire[c, 0], state.common, 1, state.repertoire[c, 0])
    for k in range(state.practice.shape[0]):
        copy(state.idea[state.team_members[state.team_offsets[k]]], state.practice[k])
        state.alignment[k], state.scepticism[k] = p.starting_alignment, p.starting_scepticism


@kernel
def run_weeks(seed, first_week, begin, end, state, workspace, reality, p, history):
    """Run as many weeks as `history` has rows, under one policy.

    Parameters
    ----------
    seed : uint64
        Of every random number.
    first_week : int
        The week of the first row; 0 makes the initialisation, which has no row.
    begin, end : int
        Which parts of the week: 0 and 7 for all, so that others can act between two parts.
    state : State
        Read and written.
    workspace : Workspace
        Scratch.
    reality : Reality
        Read and written.
    p : np.record
        The numbers in force, of PARAMETERS_TYPE.
    history : np.record [weeks]
        Written: the measures of each week, of MEASURES_TYPE.
    """
    state, workspace, reality = held(state), held(workspace), held(reality)
    if first_week == 0:
        initialise(seed, state, workspace, reality, p)
    for t in range(history.shape[0]):
        week = first_week + t
        if begin <= 0 < end:
            fill(state.event_counts, 0)
            reality_week(seed, week, state, workspace, reality, p)
        if begin <= 1 < end:
            networks_week(seed, week, state, workspace, reality, p)
        if begin <= 2 < end:
            communities_week(seed, week, state, workspace, reality, p)
        if begin <= 3 < end:
            teams_week(seed, week, state, workspace, reality, p)
        if begin <= 4 < end:
            time_week(seed, week, state, workspace, reality, p)
        if begin <= 5 < end:
            people_week(seed, week, state, workspace, reality, p)
        if begin <= 6 < end:
            measure_entries(state, workspace, reality)
            count_alternatives(state, workspace, reality, p)
            record(week, state, workspace, reality, p, history[t])


# The steps of a week, and whether threads may share them: each then looks after the workers, communities and teams that
# its workspace names.
STEPS = (
    ("reality_week", False), ("look_around", True), ("search", True), ("remember", True), ("note_answers", False),
    ("note_trust", True), ("begin_meetings", True), ("hold_meetings", True), ("end_meetings", True),
    ("note_practices", True), ("review_practices", True), ("direct", False), ("produce", True), ("time_week", True),
    ("come_and_go", True), ("change_teams", False), ("note_ties", True), ("renew_and_coach", True),
    ("measure_entries", True), ("count_alternatives", True), ("record", False),
)  # fmt: skip


@kernel
def run_step(step, seed, week, state, workspace, reality, p, row):
    """Run one of `STEPS`; all of them in their order, each for everybody, are a week of `run_weeks`.

    Parameters
    ----------
    step : int
        Which.
    seed : uint64
        Of every random number.
    week : int
        Which.
    state : State
        Read and written.
    workspace : Workspace
        Scratch; it says after whom this thread looks.
    reality : Reality
        Read; written by the first step.
    p : np.record
        The numbers in force, of PARAMETERS_TYPE.
    row : np.record
        Written by the last step: the measures, of MEASURES_TYPE.
    """
    state, workspace, reality = held(state), held(workspace), held(reality)
    if step == 0:
        fill(state.event_counts, 0)
        reality_week(seed, week, state, workspace, reality, p)
    elif step == 1:
        look_around(week, state, workspace, reality, p)
    elif step == 2:
        search(seed, week, state, workspace, reality, p)
    elif step == 3:
        remember(state, workspace)
    elif step == 4:
        note_answers(week, state, workspace)
    elif step == 5:
        note_trust(state, workspace, p)
    elif step == 6:
        begin_meetings(seed, week, state, workspace, reality, p)
    elif step == 7:
        hold_meetings(seed, week, state, workspace, reality, p)
    elif step == 8:
        end_meetings(state, workspace, p)
    elif step == 9:
        note_practices(state, workspace)
    elif step == 10:
        review_practices(seed, week, state, workspace, reality, p)
    elif step == 11:
        direct(seed, week, state, workspace, reality, p)
    elif step == 12:
        produce(seed, week, state, workspace, reality, p)
    elif step == 13:
        time_week(seed, week, state, workspace, reality, p)
    elif step == 14:
        come_and_go(seed, week, state, workspace, reality, p)
    elif step == 15:
        change_teams(seed, week, state, workspace, reality, p)
    elif step == 16:
        note_ties(state, workspace)
    elif step == 17:
        renew_and_coach(seed, week, state, workspace, reality, p)
    elif step == 18:
        measure_entries(state, workspace, reality)
    elif step == 19:
        count_alternatives(state, workspace, reality, p)
    else:
        record(week, state, workspace, reality, p, row)
