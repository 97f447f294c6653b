"""Fang, Lee & Schilling 2010, "Balancing exploration and exploitation through structural design", Org. Science 21(3).

People in subgroups learn from each other, without a code. In every period, all at once, each takes over, aspect by
aspect with a probability, the majority view of those contacts whose payoff is higher (no view abstains, a tie changes
nothing). Reality is matched block by block: the payoff is the share of blocks that are right throughout. The rules are
those of the networks, `social_option` and `take_over`, with `change_reality` for turbulence.

The network: subgroups in which everybody is linked with everybody, each of these ties being rewired with probability β:
one of the two, drawn at random, stays and is linked to somebody in another subgroup instead. At β = 0 the subgroups are
isolated.

The published claim is the inverted U: moderate linking is best at equilibrium, under complexity, turbulence and
turnover (the paper's own levels were not at hand; those in `targets` are of an independent run). It is a claim about
the long run: after 80 periods more linking is better. With turbulence and without turnover no variety comes in, and
knowledge falls for every β in the end; the order then holds for a time only (at a turbulence of 0.001 at period 200, no
more at 400). It lasts where turnover brings new beliefs. In blocks of 10 (of 100 aspects) hardly anybody begins with a
block that is right, payoffs do not tell people apart, and nothing is learned at any β.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..model import rng
from ..model.jit import kernel, part, phase
from ..model.practice import copy, copy_rows, disagrees, draw_practice, take_over
from ..model.reality import BLOCKS, Reality, empty_reality, value
from ..model.spaces.networks import MAJORITY, social_option
from ..validation import checked_share, checked_whole
from . import events
from .graphs import TRIES, Ties, empty_links, list_neighbours, set_link
from .march1991 import disturb, draw_beliefs
from .trajectories import LONGEST, Trajectories, checked_periods, refused, run_replicates, seeds_of

MEASURES = ("payoff", "best")
MOST_PEOPLE = 2000
PERIODS = 200  # recorded where turnover or turbulence leave no equilibrium, unless told otherwise


class _Firm(NamedTuple):
    """One organisation: n people, m aspects."""

    belief: np.ndarray  # int8 [n, m], -1, 0 or +1
    following: np.ndarray  # int8 [n, m], what a period writes while it still reads belief
    worth: np.ndarray  # float64 [n], everybody's payoff
    reality: Reality
    ties: Ties
    values: np.ndarray  # float64 [n], scratch
    option: np.ndarray  # int8 [m], scratch
    votes: np.ndarray  # int64 [m], scratch
    counts: np.ndarray  # int64 [2, n], scratch
    changed: np.ndarray  # bool [m], scratch
    places: np.ndarray  # int64 [m], scratch


@part
def bridge(seed, a, b, group, ties):
    """A tie within a subgroup is replaced by one to another subgroup."""
    people = ties.reached.shape[0]
    key = rng.key(seed, 0, a * people + b, events.BRIDGE)
    for k in range(TRIES):
        stays = a if rng.uniform(key, 2 * k + 1) < 0.5 else b
        to = rng.index(key, 2 * k + 2, people)
        if to // group != stays // group and not ties.linked[stays, to]:
            set_link(ties.linked, a, b, False)
            set_link(ties.linked, stays, to, True)
            return


@phase
def draw_subgroups(seed, beta, group, ties):
    """Subgroups of `group` people in order, their ties rewired with probability `beta`."""
    people = ties.reached.shape[0]
    for a in range(people):
        for b in range(people):
            ties.linked[a, b] = a != b and a // group == b // group
    for a in range(people):
        for b in range(a + 1, min(people, (a // group + 1) * group)):
            if rng.uniform(rng.key(seed, 0, a * people + b, events.BRIDGE), 0) < beta:
                bridge(seed, a, b, group, ties)
    list_neighbours(ties)


@phase
def begin(seed, firm):
    """Period 0: reality and beliefs at random."""
    draw_practice(rng.key(seed, 0, 0, rng.TRUTH), firm.reality.truth)
    for i in range(firm.belief.shape[0]):
        draw_beliefs(rng.key(seed, 0, i, events.BELIEF), firm.belief[i])


@phase
def appraise(firm, row):
    """Everybody's payoff; its mean and the greatest are recorded."""
    total, best = 0.0, 0.0
    for i in range(firm.worth.shape[0]):
        firm.worth[i] = value(firm.belief[i], firm.reality.everything, firm.reality)
        total += firm.worth[i]
        best = max(best, firm.worth[i])
    row[0], row[1] = total / firm.worth.shape[0], best


@phase
def learn(seed, period, learning, firm):
    """Everybody moves towards the majority of their better contacts; whether anybody could still learn."""
    somebody = False
    if learning == 0.0:
        return somebody
    for i in range(firm.belief.shape[0]):
        seen = firm.ties.neighbour[firm.ties.first[i] : firm.ties.first[i + 1]]
        for k in range(seen.shape[0]):
            firm.values[k] = firm.worth[seen[k]]
        own, following = firm.belief[i], firm.following[i]
        copy(own, following)
        if social_option(
            MAJORITY, firm.belief, seen, firm.values, seen.shape[0], firm.worth[i], 0.0,
            firm.counts, firm.votes, firm.option,
        ) and disagrees(own, firm.option):  # fmt: skip
            somebody = True
            key = rng.key(seed, period, i, rng.TAKE_OVER)
            take_over(own, firm.option, learning, False, key, 0, following)
    copy_rows(firm.following, firm.belief)
    return somebody


@kernel
def run_fang_lee_schilling(seeds, beta, group, learning, turnover, turbulence, firm, trajectories, last, settled):
    """One run for each seed, until it settles or `trajectories` is full.

    Parameters
    ----------
    seeds : uint64 [R]
        One run each.
    beta : float
        Probability that a tie within a subgroup is rewired to another subgroup.
    group : int
        People in a subgroup.
    learning : float
        Probability of taking over an aspect of the majority view in a period.
    turnover : float
        Probability that somebody is replaced in a period.
    turbulence : float
        Probability that an aspect of reality turns round in a period.
    firm : _Firm
        Memory.
    trajectories : float64 [R, T + 1, 2]
        Written: the `MEASURES` of each run after each period, up to the one in which it ended.
    last : int64 [R]
        Written: the period in which each run ended.
    settled : bool [R]
        Written: whether it had settled.
    """
    undisturbed = turnover == 0.0 and turbulence == 0.0
    for r in range(seeds.shape[0]):
        seed = seeds[r]
        draw_subgroups(seed, beta, group, firm.ties)
        begin(seed, firm)
        appraise(firm, trajectories[r, 0])
        last[r], settled[r] = 0, False
        while last[r] < trajectories.shape[1] - 1 and not settled[r]:
            period = last[r] + 1
            if not undisturbed:
                disturb(seed, period, turnover, turbulence, firm)
                appraise(firm, trajectories[r, period])
            could_learn = learn(seed, period, learning, firm)
            appraise(firm, trajectories[r, period])
            last[r], settled[r] = period, undisturbed and not could_learn


def ties_within(people: int, group: int) -> int:
    """The number of ties within subgroups, each counted from both ends; rewiring leaves it as it is.

    Parameters
    ----------
    people, group : int
        Size of the organisation and of a subgroup (the last one takes what is left).

    Returns
    -------
    int
        0 where everybody is alone.
    """
    rest = people % group
    return people // group * group * (group - 1) + rest * (rest - 1)


def _empty_firm(people: int, group: int, aspects: int, block: int) -> _Firm:
    return _Firm(
        np.zeros((people, aspects), np.int8),
        np.zeros((people, aspects), np.int8),
        np.zeros(people),
        empty_reality(BLOCKS, aspects, 0, block),
        empty_links(people, ties_within(people, group)),
        np.zeros(people),
        np.zeros(aspects, np.int8),
        np.zeros(aspects, np.int64),
        np.zeros((2, people), np.int64),
        np.zeros(aspects, np.bool_),
        np.zeros(aspects, np.int64),
    )


def fang_lee_schilling2010(
    beta: float,
    block: int = 5,
    learning: float = 0.3,
    turnover: float = 0.0,
    turbulence: float = 0.0,
    *,
    people: int = 280,
    group: int = 7,
    aspects: int = 100,
    periods: int | None = None,
    replicates: int = 100,
    seeds: Sequence[int] | None = None,
    threads: int | None = None,
) -> Trajectories:
    """Learning from better contacts in semi-isolated subgroups.

    Parameters
    ----------
    beta : float
        Probability that a tie within a subgroup is rewired to another subgroup.
    block : int
        Aspects that must be right together (s, the complexity of reality); must divide `aspects`.
    learning : float
        Probability of taking over an aspect of the majority view in a period.
    turnover, turbulence : float
        Probability that somebody is replaced, and that an aspect of reality turns round, in a period.
    people, group, aspects : int
        Size of the organisation, of a subgroup (the last one takes what is left) and of reality.
    periods : int, optional
        Periods recorded. Without it, a run goes on until nobody can learn (5,000 periods at most), or for 200 periods
        where turnover or turbulence leave no equilibrium.
    replicates : int
        Runs, with the seeds 0, 1, …
    seeds : sequence of int, optional
        One run for each of these instead.
    threads : int, optional
        Without it, one for each processor core.

    Returns
    -------
    Trajectories
        With the measures `payoff` (mean over the people) and `best` (the greatest), 0 … 1.

    Raises
    ------
    ScenarioError
        An argument is outside its range, or the arguments do not go together.

    Examples
    --------
    >>> alone, linked = (fang_lee_schilling2010(b, people=70, aspects=50, replicates=5) for b in (0.0, 0.15))
    >>> bool(linked.final("payoff").mean() > alone.final("payoff").mean())
    True
    """
    beta, learning = checked_share("beta", beta), checked_share("learning", learning)
    turnover, turbulence = checked_share("turnover", turnover), checked_share("turbulence", turbulence)
    people, group = checked_whole("people", people, 1, MOST_PEOPLE), checked_whole("group", group, 1, MOST_PEOPLE)
    aspects, block = checked_whole("aspects", aspects, 1, 10_000), checked_whole("block", block, 1, 10_000)
    if aspects % block:
        raise refused(f"block = {block} does not divide aspects = {aspects}")
    if beta > 0.0 and group >= people:
        raise refused(f"group = {group}: beta = {beta} needs more than one subgroup among {people} people")
    periods = checked_periods("periods", periods)
    if periods is None and (turnover > 0.0 or turbulence > 0.0):
        periods = PERIODS

    def work(chunk: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        trajectories = np.empty((len(chunk), 1 + (periods or LONGEST), len(MEASURES)))
        last, settled = np.zeros(len(chunk), np.int64), np.zeros(len(chunk), np.bool_)
        firm = _empty_firm(people, group, aspects, block)
        run_fang_lee_schilling(chunk, beta, group, learning, turnover, turbulence, firm, trajectories, last, settled)
        return trajectories, last, settled

    return run_replicates(work, MEASURES, seeds_of(replicates, seeds), periods, threads)
