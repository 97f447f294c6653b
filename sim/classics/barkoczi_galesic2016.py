"""Barkoczi & Galesic 2016, "Social learning strategies modify the effect of network structure", Nature Comm. 7.

Agents search an NK landscape. In every step, all at once, each looks at a sample of its contacts and makes one social
option of what it sees: the best practice (*best member*), the most frequent one (*conformity*; ties at random, and if
all are equally frequent there is none), or that of somebody at random. If the social option is strictly better the
agent copies it; otherwise it flips one random bit and keeps that if it is better. The rules are those of the networks:
`social_option`, and for practices that are whole numbers `take_over` and an experiment.

The landscape is that of the authors' program: contributions are rounded to one decimal (so that different practices can
be worth the same), and the K partner bits are drawn without replacement from all N, the bit itself among them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..model import rng
from ..model.jit import kernel, part, phase
from ..model.practice import copy
from ..model.reality import ANY, ANY_REPEATED, RANDOM, payoff
from ..model.spaces.networks import CONFORM_TO_MOST, COPY_BEST, social_option
from ..validation import checked_choice, checked_whole
from .graphs import MOST_AGENTS, draw_network, network_of
from .landscape import checked_landscape, draw_landscape, greatest_found, note_greatest
from .searchers import MEASURES, begin, draw_for_all, empty_problem, follow, measure, try_bit
from .trajectories import Trajectories, refused, run_replicates, seeds_of

RULES = {"best": COPY_BEST, "conformity": CONFORM_TO_MOST, "random": COPY_BEST, "individual": COPY_BEST}
SAMPLES = {"random": 1, "individual": 0}  # of rules for which the size of the sample is not a choice
PARTNERS = {"any": ANY, "distinct": RANDOM, "replacement": ANY_REPEATED}


@part
def look(seed, period, i, sample, problem):
    """Agent i looks at a sample of its contacts (`problem.seen`), at all if there are not more; how many those are."""
    contacts = problem.ties.neighbour[problem.ties.first[i] : problem.ties.first[i + 1]]
    known, key = contacts.shape[0], rng.key(seed, period, i, rng.PARTNER)
    copy(contacts, problem.seen)
    count = min(sample, known)
    for k in range(count):
        seen = rng.pick(problem.seen, known, k, rng.uniform(key, k))
        problem.values[k] = problem.worth[seen]
    return count


@part
def learns(seed, period, i, rule, sample, problem):
    """Agent i takes over the social option if that is strictly better; True if so."""
    count = look(seed, period, i, sample, problem)
    u = rng.uniform(rng.key(seed, period, i, rng.FREQUENT), 0) if rule == CONFORM_TO_MOST else 0.0
    if count == 0 or not social_option(
        rule, problem.practice, problem.seen, problem.values, count, problem.worth[i], u,
        problem.counts, problem.votes, problem.option,
    ):  # fmt: skip
        return False
    worth = payoff(problem.option[0], problem.reality)
    if worth <= problem.worth[i]:
        return False
    problem.following[i, 0], problem.following_worth[i] = problem.option[0], worth
    return True


@phase
def step(seed, period, rule, sample, problem):
    """Everybody learns from others or tries to flip a bit."""
    bits = problem.rows.shape[1]
    draw_for_all(seed, period, rng.EXPERIMENT, 0, problem.luck)
    for i in range(problem.worth.shape[0]):
        if not learns(seed, period, i, rule, sample, problem):
            try_bit(i, int(problem.luck[i] * bits), problem)
    follow(problem)


@kernel
def run_barkoczi_galesic(seeds, landscape, network, rule, sample, problem, greatest, others, trajectories):
    """One run for each seed, over all steps of `trajectories`.

    Parameters
    ----------
    seeds : uint64 [R]
        One run each.
    landscape : Landscape
        How landscapes are drawn.
    network : Network
        How networks are drawn.
    rule : int
        COPY_BEST or CONFORM_TO_MOST.
    sample : int
        Contacts looked at in a step; 0: nobody learns from others.
    problem : Problem
        Memory.
    greatest : float64 [R]
        The greatest value of each landscape; written where it is 0.
    others : int64 [N]
        Scratch.
    trajectories : float64 [R, T + 1, 3]
        Written: the `MEASURES` of each run after each step.
    """
    for r in range(seeds.shape[0]):
        seed = seeds[r]
        greatest[r] = draw_landscape(seed, landscape, greatest[r], problem.reality, others)
        draw_network(seed, network, problem.ties)
        begin(seed, problem)
        measure(problem, trajectories[r, 0])
        for period in range(1, trajectories.shape[1]):
            step(seed, period, rule, sample, problem)
            measure(problem, trajectories[r, period])


def barkoczi_galesic2016(
    network: Any = "full",
    rule: str = "best",
    sample: int | None = None,
    *,
    bits: int = 15,
    complexity: int = 7,
    partners: str = "any",
    rounded: bool = True,
    agents: int | None = None,
    neighbours: int | None = None,
    rewired: int | None = None,
    density: float | None = None,
    periods: int = 200,
    replicates: int = 100,
    seeds: Sequence[int] | None = None,
    threads: int | None = None,
) -> Trajectories:
    """Strategies of social learning in a network.

    Parameters
    ----------
    network : str, edges or networkx.Graph
        Who sees whom: "full", "line", "ring lattice", "small world", "random", pairs of agents, or an undirected
        NetworkX graph. Random networks are drawn anew for each replicate.
    rule : {"best", "conformity", "random", "individual"}
        How the practices seen become one social option; "individual" has none.
    sample : int, optional
        Contacts looked at in a step (all, if there are not so many); without it, 3. It is 1 for "random" and 0 for
        "individual", where nothing else can be given.
    bits, complexity : int
        N (2 … 20) and K (0 … 12) of the landscape.
    partners : {"any", "distinct", "replacement"}
        The K bits on which a bit's contribution depends: different ones of all bits (as in the authors' program),
        different other bits, or any with replacement.
    rounded : bool
        Whether contributions are rounded to one decimal (as in the authors' program).
    agents, neighbours, rewired : int, optional
        Of the network; see `graphs.network_of`.
    density : float, optional
        Of a random network: the probability of a link.
    periods : int
        Steps, 1 … 100,000.
    replicates : int
        Landscapes, with the seeds 0, 1, …
    seeds : sequence of int, optional
        One landscape for each of these instead.
    threads : int, optional
        Without it, one for each processor core.

    Returns
    -------
    Trajectories
        With the measures `score` (mean over the agents of (value / greatest value)^8), `best` (the greatest of these)
        and `solutions` (different practices alive). Whether a run had settled is not looked for.

    Raises
    ------
    ScenarioError
        An argument is outside its range, or the arguments do not go together.

    Examples
    --------
    >>> few, many = (barkoczi_galesic2016(rule="conformity", sample=s, replicates=10) for s in (3, 9))
    >>> bool(few.final("score").mean() > many.final("score").mean())
    True
    """
    described = network_of(network, agents, neighbours, rewired, density)
    rule = checked_choice("rule", rule, RULES)
    size = _checked_sample(rule, sample)
    if not isinstance(rounded, bool | np.bool_):
        raise refused("rounded = {}: True or False is needed", rounded)
    kind = PARTNERS[checked_choice("partners", partners, PARTNERS)]
    landscape = checked_landscape(bits, complexity, kind, bool(rounded))
    periods = checked_whole("periods", periods, 1, 100_000)

    def work(chunk: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        trajectories = np.empty((len(chunk), 1 + periods, len(MEASURES)))
        greatest, others = greatest_found(landscape, chunk), np.zeros(landscape.bits, np.int64)
        problem = empty_problem(landscape, described, periods)
        run_barkoczi_galesic(chunk, landscape, described, RULES[rule], size, problem, greatest, others, trajectories)
        note_greatest(landscape, chunk, greatest)
        return trajectories, np.full(len(chunk), periods), np.zeros(len(chunk), np.bool_)

    return run_replicates(work, MEASURES, seeds_of(replicates, seeds), periods, threads)


def _checked_sample(rule: str, sample: Any) -> int:
    """How many contacts are looked at."""
    if rule not in SAMPLES:
        return 3 if sample is None else checked_whole("sample", sample, 1, MOST_AGENTS)
    if sample is not None and (isinstance(sample, bool) or sample != SAMPLES[rule]):
        raise refused(f"sample = {{}}: rule = {rule!r} looks at {SAMPLES[rule]}", sample)
    return SAMPLES[rule]
