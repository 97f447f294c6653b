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
from .jit import kernel, phase
from .measures import count_alternatives, measure_entries, record
from .people import assign_communities, draw_skills, draw_ties, initialise_worker, people_week, time_week
from .practice import copy, draw_practice, fill
from .reality import draw_reality, reality_week, step_outside
from .spaces.communities import communities_week
from .spaces.networks import networks_week
from .spaces.teams import teams_week


@phase
def initialise(seed, state, workspace, reality, p):
    """Week 0: fill an empty state and reality (ODD, section 5)."""
    draw_reality(seed, p.neighbours, reality, workspace.places)
    for k in range(state.outside.shape[0]):
        draw_practice(rng.key(seed, 0, k, rng.OUTSIDER), state.outside[k])
    for step in range(p.head_start):
        step_outside(seed, 0, step, reality, state.outside, workspace.following)
    assign_communities(seed, state, workspace)
    for i in range(state.person.shape[0]):
        draw_practice(rng.key(seed, 0, i, rng.IDEA), state.idea[i])
        draw_skills(seed, 0, i, 0.0, state, p)
        initialise_worker(i, p.starting_trust, state, p)
        draw_ties(seed, 0, i, state, p)
    for k in range(state.practice.shape[0]):
        copy(state.idea[state.team_members[state.team_offsets[k]]], state.practice[k])
        state.alignment[k] = p.starting_alignment


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
            measure_entries(seed, week, state, workspace, reality, p)
            count_alternatives(seed, week, state, workspace, reality, p)
            record(week, state, workspace, reality, p, history[t])
