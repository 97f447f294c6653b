"""March 1991, "Exploration and exploitation in organizational learning", Organization Science 2(1): mutual learning.

People hold beliefs about reality; an organisational code learns from those who know better than it, and people are
socialised by the code. The rules are those of the communities: `take_over` (socialisation) and `count_votes`,
`move_code` (the code), with `change_reality` for turbulence.

The paper's text and the program that made its figures differ (Rodan 2005; Christensen 2015; Workiewicz 2019). With
`rules="program"` the published figures come out; `rules="text"` is what the paper says:

|                | program                                            | text                        |
|----------------|----------------------------------------------------|-----------------------------|
| people act on  | their beliefs; without a belief by a toss          | their beliefs; 0 abstains   |
| socialisation  | moves a belief one step: opposite → 0 → the code's | replaces it                 |
| knowledge      | Σ belief · reality / aspects                       | share of aspects that agree |

A period: turnover and turbulence; people act; they are socialised by the code as it was; the code learns from the
actions as they were before socialisation, with probability 1 - (1 - p2)^|votes|.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..model import rng
from ..model.jit import kernel, part, phase, rule
from ..model.practice import copy, count_votes, disagrees, draw_practice, fill, sign, take_over
from ..model.reality import BLOCKS, Reality, change_reality, empty_reality, value
from ..model.spaces.communities import move_code
from ..validation import checked_choice, checked_share, checked_whole
from . import events
from .trajectories import LONGEST, Trajectories, checked_periods, checked_shares, run_replicates, seeds_of

RULES = ("program", "text")
MEASURES = ("code", "people")
PERIODS = 100  # recorded where turnover or turbulence leave no equilibrium, unless told otherwise


class _Firm(NamedTuple):
    """One organisation: n people, m aspects."""

    belief: np.ndarray  # int8 [n, m], -1, 0 or +1
    action: np.ndarray  # int8 [n, m]
    code: np.ndarray  # int8 [m]
    reality: Reality
    p1: np.ndarray  # float64 [n]
    superior: np.ndarray  # int64 [n], scratch: who beats the code
    votes: np.ndarray  # int64 [m], scratch
    changed: np.ndarray  # bool [m], scratch
    places: np.ndarray  # int64 [m], scratch


# --- rules ------------------------------------------------------------------------------------------------------------


@rule
def draw_beliefs(key, belief):
    """Beliefs at random: -1, 0 or +1 with equal chance, draw j for aspect j."""
    for j in range(belief.shape[0]):
        belief[j] = rng.index(key, j, 3) - 1


@rule
def act(key, belief, action):
    """How somebody acts: on their belief, and where they have none by a toss (draw j for aspect j)."""
    for j in range(belief.shape[0]):
        action[j] = belief[j]
        if belief[j] == 0:
            action[j] = 1 if rng.uniform(key, j) < 0.5 else -1


@rule
def score(belief, truth):
    """What the program calls knowledge: aspects right less aspects wrong, as a share (-1 … 1); no belief counts 0."""
    total = 0
    for j in range(belief.shape[0]):
        total += belief[j] * truth[j]
    return total / belief.shape[0]


@rule
def highest_score(belief, truth):
    """The score of somebody all of whose tosses come up right."""
    total = 0
    for j in range(belief.shape[0]):
        total += belief[j] * truth[j] if belief[j] != 0 else 1
    return total / belief.shape[0]


# --- a period ---------------------------------------------------------------------------------------------------------


@part
def knowledge(belief, text, reality):
    """What somebody, or the code, knows: the score (program) or the share of aspects that agree (text)."""
    return value(belief, reality.everything, reality) if text else score(belief, reality.truth)


@phase
def begin(seed, firm):
    """Period 0: reality and beliefs at random, an empty code."""
    draw_practice(rng.key(seed, 0, 0, rng.TRUTH), firm.reality.truth)
    for i in range(firm.belief.shape[0]):
        draw_beliefs(rng.key(seed, 0, i, events.BELIEF), firm.belief[i])
    fill(firm.code, 0)


@phase
def disturb(seed, period, turnover, turbulence, firm):
    """Some people are replaced by new ones, some aspects of reality turn round (`firm`: this or Fang et al.'s)."""
    for i in range(firm.belief.shape[0]):
        if rng.uniform(rng.key(seed, period, i, rng.LEAVE), 0) < turnover:
            draw_beliefs(rng.key(seed, period, i, events.BELIEF), firm.belief[i])
    change_reality(seed, period, turbulence, 0, 1.0, firm.reality, firm.changed, firm.places)


@part
def vote(text, firm):
    """Those who beat the code vote with what they do (`firm.votes`)."""
    found, known = 0, knowledge(firm.code, text, firm.reality)
    for i in range(firm.action.shape[0]):
        if knowledge(firm.action[i], text, firm.reality) > known:
            firm.superior[found] = i
            found += 1
    count_votes(firm.action, firm.superior, found, firm.votes)


@phase
def learn(seed, period, p2, text, firm):
    """People act and are socialised; the code learns from what they did."""
    for i in range(firm.belief.shape[0]):
        if text:
            copy(firm.belief[i], firm.action[i])
        else:
            act(rng.key(seed, period, i, events.ACT), firm.belief[i], firm.action[i])
        socialised = rng.key(seed, period, i, rng.SOCIALISE)
        take_over(firm.belief[i], firm.code, firm.p1[i], not text, socialised, 0, firm.belief[i])
    vote(text, firm)
    move_code(firm.code, firm.votes, p2, rng.key(seed, period, 0, rng.CODE))


@phase
def has_settled(p2, text, firm):
    """Whether nothing can change any more: nobody who learns differs from the code, and it can learn from nobody.

    In the program nobody's best tosses beat the code. In the text the code may be stuck though somebody beats it: what
    counts is that the votes move nothing. Who never learns (p1 = 0, p2 = 0) may go on differing.
    """
    for i in range(firm.belief.shape[0]):
        if firm.p1[i] > 0.0 and disagrees(firm.belief[i], firm.code):
            return False
    if p2 == 0.0:
        return True
    if not text:
        known = score(firm.code, firm.reality.truth)
        for i in range(firm.belief.shape[0]):
            if highest_score(firm.belief[i], firm.reality.truth) > known:
                return False
        return True
    for i in range(firm.belief.shape[0]):
        copy(firm.belief[i], firm.action[i])
    vote(True, firm)
    for j in range(firm.code.shape[0]):
        if firm.votes[j] != 0 and sign(firm.votes[j]) != firm.code[j]:
            return False
    return True


@phase
def measure(text, firm, row):
    """What the code knows, and what people know on average."""
    total = 0.0
    for i in range(firm.belief.shape[0]):
        total += knowledge(firm.belief[i], text, firm.reality)
    row[0] = knowledge(firm.code, text, firm.reality)
    row[1] = total / firm.belief.shape[0]


@kernel
def run_march(seeds, p2, turnover, turbulence, text, firm, trajectories, last, settled):
    """One run for each seed, until it settles or `trajectories` is full.

    Parameters
    ----------
    seeds : uint64 [R]
        One run each.
    p2 : float
        Probability that one vote moves an aspect of the code in a period.
    turnover : float
        Probability that somebody is replaced in a period.
    turbulence : float
        Probability that an aspect of reality turns round in a period.
    text : bool
        Whether the rules are those of the paper's text, not those of the program.
    firm : _Firm
        Memory, with everybody's p1.
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
        begin(seed, firm)
        measure(text, firm, trajectories[r, 0])
        last[r], settled[r] = 0, False
        while last[r] < trajectories.shape[1] - 1 and not settled[r]:
            period = last[r] + 1
            if not undisturbed:
                disturb(seed, period, turnover, turbulence, firm)
            learn(seed, period, p2, text, firm)
            measure(text, firm, trajectories[r, period])
            last[r], settled[r] = period, undisturbed and has_settled(p2, text, firm)


# --- from Python ------------------------------------------------------------------------------------------------------


def _empty_firm(p1: np.ndarray, aspects: int) -> _Firm:
    people = len(p1)
    return _Firm(
        np.zeros((people, aspects), np.int8),
        np.zeros((people, aspects), np.int8),
        np.zeros(aspects, np.int8),
        empty_reality(BLOCKS, aspects, 0, 1),
        p1,
        np.zeros(people, np.int64),
        np.zeros(aspects, np.int64),
        np.zeros(aspects, np.bool_),
        np.zeros(aspects, np.int64),
    )


def march1991(
    p1: float | Sequence[float],
    p2: float,
    turnover: float = 0.0,
    turbulence: float = 0.0,
    *,
    people: int = 50,
    aspects: int = 30,
    rules: str = "program",
    periods: int | None = None,
    replicates: int = 100,
    seeds: Sequence[int] | None = None,
    threads: int | None = None,
) -> Trajectories:
    """Mutual learning between people and the code of their organisation.

    Parameters
    ----------
    p1 : float or one for each person
        Socialisation: the probability that somebody takes over an aspect of the code in a period.
    p2 : float
        Learning by the code: the probability that one vote moves an aspect of it in a period.
    turnover, turbulence : float
        Probability that somebody is replaced (p3), and that an aspect of reality turns round (p4), in a period.
    people, aspects : int
        Size of the organisation and of reality.
    rules : {"program", "text"}
        The program behind the published figures, or the model as the paper's text tells it.
    periods : int, optional
        Periods recorded. Without it, a run goes on to its equilibrium (5,000 periods at most), or for 100 periods
        where turnover or turbulence leave none.
    replicates : int
        Runs, with the seeds 0, 1, …
    seeds : sequence of int, optional
        One run for each of these instead.
    threads : int, optional
        Without it, one for each processor core.

    Returns
    -------
    Trajectories
        With the measures `code` (what the code knows) and `people` (what people know on average): -1 … 1 in the
        program, 0 … 1 in the text.

    Raises
    ------
    ScenarioError
        An argument is outside its range.

    Examples
    --------
    >>> slow, fast = (march1991(p1, 0.5, replicates=20).final("code").mean() for p1 in (0.1, 0.9))
    >>> bool(slow > fast)
    True
    """
    people, aspects = checked_whole("people", people, 1, 100_000), checked_whole("aspects", aspects, 1, 10_000)
    p1_of_each = checked_shares("p1", p1, people)
    p2, turnover = checked_share("p2", p2), checked_share("turnover", turnover)
    turbulence = checked_share("turbulence", turbulence)
    text = checked_choice("rules", rules, RULES) == "text"
    periods = checked_periods("periods", periods)
    if periods is None and (turnover > 0.0 or turbulence > 0.0):
        periods = PERIODS

    def work(chunk: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        trajectories = np.empty((len(chunk), 1 + (periods or LONGEST), len(MEASURES)))
        last, settled = np.zeros(len(chunk), np.int64), np.zeros(len(chunk), np.bool_)
        firm = _empty_firm(p1_of_each, aspects)
        run_march(chunk, p2, turnover, turbulence, text, firm, trajectories, last, settled)
        return trajectories, last, settled

    return run_replicates(work, MEASURES, seeds_of(replicates, seeds), periods, threads)
