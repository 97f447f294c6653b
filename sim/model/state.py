"""The arrays that an organisation is made of, and the numbers that its rules read.

N workers, T teams, C communities, M aspects, P outsiders, R repertoire entries, S memberships and D ties a worker.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..scenario import PARAMETERS, Policy, Scenario, overhead

NETWORKS, COMMUNITIES, TEAMS = 0, 1, 2
SPACES = ("networks", "communities", "teams")

SEEN, TESTED, ADOPTED, INNOVATION, DIFFUSION, FAILED, CHANGES = range(7)


class State(NamedTuple):
    """Everything that changes from week to week, except reality itself (meanings: ODD, section 2)."""

    # workers
    person: np.ndarray  # int64 [N]
    idea: np.ndarray  # int8 [N, M], the first N rows of pool
    idea_next: np.ndarray  # int8 [N, M], what a phase writes while it still reads idea
    aware: np.ndarray  # bool [N, M]
    aware_next: np.ndarray  # bool [N, M]
    time: np.ndarray  # float64 [N, 3], networks, communities, teams
    seek: np.ndarray  # float64 [N]
    sense: np.ndarray  # float64 [N]
    share: np.ndarray  # float64 [N]
    expected_return: np.ndarray  # float64 [N, 3], running views
    experienced_return: np.ndarray  # float64 [N, 3], what this week gave; -1 where nothing was tried
    tie: np.ndarray  # int64 [N, D]
    tie_before: np.ndarray  # int64 [N, D]
    # communities
    community: np.ndarray  # int64 [N, S]
    trust: np.ndarray  # float64 [N, S]
    attended: np.ndarray  # bool [N, S]
    community_members: np.ndarray  # int64 [N * S], workers community by community
    membership_slots: np.ndarray  # int64 [N * S], by which of their memberships
    community_offsets: np.ndarray  # int64 [C + 1], where a community begins in member
    repertoire: np.ndarray  # int8 [C, R, M]
    repertoire_value: np.ndarray  # float64 [C, R]
    n_tests: np.ndarray  # int64 [C, R]
    last_tested_week: np.ndarray  # int64 [C, R]
    # teams
    team: np.ndarray  # int64 [N]
    team_members: np.ndarray  # int64 [N], workers team by team
    team_seat: np.ndarray  # int64 [N], the worker's place in roster
    team_offsets: np.ndarray  # int64 [T + 1], where a team begins in roster
    practice: np.ndarray  # int8 [T, M], the next T rows of pool
    alignment: np.ndarray  # float64 [T]
    scepticism: np.ndarray  # float64 [T]
    output: np.ndarray  # float64 [T]
    # everybody
    outside: np.ndarray  # int8 [P, M], the last P rows of pool
    pool: np.ndarray  # int8 [N + T + P, M], every practice that can be seen
    last_change_week: np.ndarray  # int64 [M]
    news_lag_weeks: np.ndarray  # int64 [M]
    event_counts: np.ndarray  # int64 [7], this week's events: SEEN … CHANGES


class Workspace(NamedTuple):
    """Paper that phases write on and forget; made once, because compiled code allocates nothing."""

    changed: np.ndarray  # bool [M], aspects that change this week
    places: np.ndarray  # int64 [M]
    following: np.ndarray  # int8 [P, M], the outside world after its step
    seen: np.ndarray  # int64 [E], rows of pool that a worker sees in up to E encounters
    seen_values: np.ndarray  # float64 [E]
    seen_first: np.ndarray  # int64 [2, E]
    order: np.ndarray  # int64 [max(N, D)], what is picked from without replacement
    option: np.ndarray  # int8 [M]
    votes: np.ndarray  # int64 [M]
    counts: np.ndarray  # int64 [M]
    pooled: np.ndarray  # bool [M]
    present: np.ndarray  # int64 [N * S], places in member of who attends
    superior: np.ndarray  # int64 [N * S]
    worths: np.ndarray  # float64 [N * S]
    learned: np.ndarray  # bool [N, S], who learned something at this week's meetings
    prints_in_use: np.ndarray  # uint64 [T], fingerprints of the practices in use
    repertoire_prints: np.ndarray  # uint64 [C, R], fingerprints of entries
    repertoire_values: np.ndarray  # float64 [C, R]
    visited: np.ndarray  # int64 [C]
    found: np.ndarray  # uint64 [C * R]


# The numbers that rules read: every parameter of the scenario, choices as the number of the choice, switches as 0 or
# 1, and the overhead of the policy. As one NumPy record they travel through compiled code as a single pointer, read as
# `p.hurdle`.
PARAMETERS_TYPE = np.dtype(
    (
        np.record,
        [(name, "f8" if given.kind == "float" else "i8") for name, given in PARAMETERS.items()] + [("overhead", "f8")],
    )
)


def parameters(scenario: Scenario, policy: Policy) -> np.record:
    """The numbers for a stretch of weeks in which a policy is in force.

    Parameters
    ----------
    scenario : Scenario
        With the world and the workforce.
    policy : Policy
        In force.

    Returns
    -------
    np.record
        Of PARAMETERS_TYPE.
    """
    parts = {"world": scenario.world, "workforce": scenario.workforce, "policy": policy}
    record = np.zeros(1, PARAMETERS_TYPE)
    for name, about in PARAMETERS.items():
        given = getattr(parts[about.group], name)
        record[name] = about.choices.index(given) if about.kind == "choice" else given
    record["overhead"] = overhead(scenario.workforce, policy)
    return record[0]


def empty_state(scenario: Scenario) -> State:
    """Memory for an organisation; `week.initialise` fills it.

    Parameters
    ----------
    scenario : Scenario
        It decides the sizes.

    Returns
    -------
    State
        `idea`, `practice` and `outside` are views on `pool`.
    """
    world, people = scenario.world, scenario.workforce
    n, m, d, teams, c = people.workers, world.aspects, people.ties, scenario.teams, people.communities
    s, r = (people.memberships if c else 0), people.repertoire
    pool = np.zeros((n + teams + world.outsiders, m), np.int8)
    sizes = [n // teams + (k < n % teams) for k in range(teams)]
    return State(
        person=np.arange(n),
        idea=pool[:n],
        idea_next=np.zeros((n, m), np.int8),
        aware=np.ones((n, m), np.bool_),
        aware_next=np.ones((n, m), np.bool_),
        time=np.zeros((n, 3)),
        seek=np.zeros(n),
        sense=np.zeros(n),
        share=np.zeros(n),
        expected_return=np.zeros((n, 3)),
        experienced_return=np.full((n, 3), -1.0),
        tie=np.full((n, d), -1, np.int64),
        tie_before=np.full((n, d), -1, np.int64),
        community=np.zeros((n, s), np.int64),
        trust=np.zeros((n, s)),
        attended=np.zeros((n, s), np.bool_),
        community_members=np.zeros(n * s, np.int64),
        membership_slots=np.zeros(n * s, np.int64),
        community_offsets=np.zeros(c + 1, np.int64),
        repertoire=np.zeros((c, r, m), np.int8),
        repertoire_value=np.zeros((c, r)),
        n_tests=np.zeros((c, r), np.int64),
        last_tested_week=np.zeros((c, r), np.int64),
        team=np.repeat(np.arange(teams, dtype=np.int64), sizes),
        team_members=np.arange(n, dtype=np.int64),
        team_seat=np.arange(n, dtype=np.int64),
        team_offsets=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        practice=pool[n : n + teams],
        alignment=np.zeros(teams),
        scepticism=np.zeros(teams),
        output=np.zeros(teams),
        outside=pool[n + teams :],
        pool=pool,
        last_change_week=np.zeros(m, np.int64),
        news_lag_weeks=np.full(m, -1, np.int64),
        event_counts=np.zeros(7, np.int64),
    )


def empty_workspace(scenario: Scenario) -> Workspace:
    """Scratch memory for an organisation of this size.

    Parameters
    ----------
    scenario : Scenario
        It decides the sizes.

    Returns
    -------
    Workspace
        All 0.
    """
    world, people = scenario.world, scenario.workforce
    n, m, c, r = people.workers, world.aspects, people.communities, people.repertoire
    members, encounters = n * (people.memberships if c else 0), int(people.encounters) + 2
    return Workspace(
        changed=np.zeros(m, np.bool_),
        places=np.zeros(m, np.int64),
        following=np.zeros((world.outsiders, m), np.int8),
        seen=np.zeros(encounters, np.int64),
        seen_values=np.zeros(encounters),
        seen_first=np.zeros((2, encounters), np.int64),
        order=np.zeros(max(n, people.ties), np.int64),
        option=np.zeros(m, np.int8),
        votes=np.zeros(m, np.int64),
        counts=np.zeros(m, np.int64),
        pooled=np.zeros(m, np.bool_),
        present=np.zeros(members, np.int64),
        superior=np.zeros(members, np.int64),
        worths=np.zeros(members),
        learned=np.zeros((n, people.memberships if c else 0), np.bool_),
        prints_in_use=np.zeros(scenario.teams, np.uint64),
        repertoire_prints=np.zeros((c, r), np.uint64),
        repertoire_values=np.zeros((c, r)),
        visited=np.zeros(c, np.int64),
        found=np.zeros(c * r, np.uint64),
    )
