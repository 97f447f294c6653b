"""Koçak, Levinthal & Puranam 2022 (in print 2023), "The dual challenge of search and coordination", Org. Science 34(2).

The paper lets people learn by reinforcement what to do where the payoff of one depends on what the others do, and asks
who should influence whose beliefs. A *flat* team (everybody influences everybody) explores too much at once and is late
to converge; in a *hierarchy* somebody is influenced less, the others have something to settle around, and acceptable
results come sooner. Ours is a question to the whole weekly model: with high interdependence, does all-to-all influence
delay coherent action?

How the question is put (decided before anything was run):

- Influence is who follows whom in the networks: `state.tie`, which the engine reads every week. The ties are set once
  and kept (no turnover, rotation or renewal of ties). In a hierarchy and in a star the head follows only itself.
- Everybody may have as many encounters (20 a week at first, of 95 others), so that the structures differ in nothing but
  the ties. Nobody meets outsiders, and reality does not change: as in the paper, a closed group searches one problem.
- All else is the full model in its defaults: communities, teams, time that people shift. A team's practice is its
  action; γ (`interdependence`) is the part of a team's output that needs agreement with other teams.
- Coherent action = max(0, fit) · agreement. *Early* is week 26 of 260; *late* the last week.

What differs from the paper: here γ acts on output only, hence on people's time and on direction, and never on what
somebody chooses, while in the paper the payoff that one learns from depends on the others' choices. Here an idea is
taken over only if it seems better, while in the paper beliefs move towards those of others as such.

What comes out (400 seeds, mean ± standard error of the paired difference, γ = 0.9): **the shape does not hold.** In
week 26 coherent action is 0.052 ± 0.009 *lower* in the hierarchy than with all-to-all influence, in the star 0.050 ±
0.009; output in the hierarchy is 0.047 ± 0.004 lower. Later the differences fade (-0.011 ± 0.005 in week 260). That all
are better off in the end than a crowd in which nobody follows anybody (a claim of the paper's abstract, added to the
targets after this first run) holds for all-to-all (0.020 ± 0.006) and not for the hierarchy (0.009 ± 0.006).

Why (difference hierarchy - all-to-all in week 26; 100 to 600 seeds). No single part of the model turns it: without
communities, which agree on a shared practice whatever the ties, it is -0.523 ± 0.017; without adaptation of time -0.046
± 0.022; with K = 8 -0.040 ± 0.024; with one meeting a week for everybody, so that all-to-all means no more influence,
-0.020 ± 0.008. Nor is it enough that choices depend on the others: in a trial in which people and teams judged every
practice by value · ((1 - γ) + γ · agreement with the teams), all-to-all was still ahead in week 8 by 0.046 ± 0.013 (by
0.186 ± 0.010 without communities). What is responsible is the test in `social_option` and `imitate`: nothing that seems
worse is taken over, so that more influence is more good ideas, and nobody is thrown off by what others do. Take the
majority rule, in which no test of the whole follows, and drop its one condition that a practice counts only if it seems
better (`values[k] > own_value`), so that influence is as blind as a mean of beliefs, and the paper's shape appears:

| majority rule | week | with the condition | without it |
|---|---|---|---|
| everybody acts alone (teams of 1), no communities | 26 | -0.235 ± 0.008 | +0.023 ± 0.007 |
| | 260 | -0.334 ± 0.014 | -0.032 ± 0.014 |
| the full model, everything taken over (`breadth` = 1) | 26 | +0.002 ± 0.007 | +0.132 ± 0.011 |
| the full model | 26 | -0.027 ± 0.009 | +0.028 ± 0.010 |

So all-to-all influence delays coherent action where influence is blind, not where everybody takes over only what they
find better. The trials without the condition are not part of the model.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..model.measures import MEASURE_NAMES
from ..model.reality import fit, value
from ..model.run import Run
from ..scenario import Scenario
from ..validation import checked_choice, checked_whole
from .trajectories import Trajectories, refused, run_replicates, seeds_of

INFLUENCES = ("all_to_all", "local", "hierarchy", "star", "crowd")
MEASURES = ("coherent_action", "agreement", "fit", "output")
MOST_WORKERS = 101  # somebody can follow 100 others
# A closed group with one problem, whose ties stay what they are.
KEPT = {"tie_renewal": 0.0, "turnover": 0.0, "rotation": 0.0, "local_ties": 0.0}
SETTING = {"encounters": 100.0, "openness": 0.0, "turbulence": 0.0}


def followed(influence: str, team: np.ndarray) -> np.ndarray:
    """Whom everybody follows.

    Parameters
    ----------
    influence : {"all_to_all", "local", "hierarchy", "star", "crowd"}
        Whom everybody follows.
    team : int64 [N]
        The team of each worker, ascending.

    Returns
    -------
    int64 [N, D]
        The workers whom each follows. Whoever follows fewer than D others follows themselves in the rest.
    """
    everybody = np.arange(len(team))
    if influence == "crowd":
        return np.empty((len(team), 0), np.int64)
    if influence == "star":
        return np.zeros((len(team), 1), np.int64)
    if influence == "hierarchy":
        lead = np.searchsorted(team, team)  # the first of each team
        return np.where(everybody == lead, 0, lead)[:, None]
    near = np.ones((len(team), len(team)), np.bool_) if influence == "all_to_all" else team[:, None] == team
    near &= everybody[:, None] != everybody
    ties = np.repeat(everybody[:, None], near.sum(axis=1).max(), axis=1)
    for i in everybody:
        ties[i, : near[i].sum()] = everybody[near[i]]
    return ties


def at_the_start(run: Run) -> list[float]:
    """The measures in week 0, before anything has been produced.

    Parameters
    ----------
    run : Run
        In week 0.

    Returns
    -------
    list of float
        The `MEASURES` in their order: coherent action, agreement, fit, and 0 for output.
    """
    practices, reality = run.state.practice, run.reality
    teams, aspects = practices.shape
    fits = [fit(value(practice, reality.everything, reality), reality) for practice in practices]
    equal = (practices.astype(float) @ practices.T / aspects).sum() - teams
    agreement = equal / (teams * (teams - 1)) if teams > 1 else 1.0
    return [max(0.0, np.mean(fits)) * agreement, agreement, float(np.mean(fits)), 0.0]


def kocak_levinthal_puranam2022(
    influence: str = "all_to_all",
    interdependence: float = 0.9,
    *,
    complexity: int = 4,
    workers: int = 96,
    team_size: int = 8,
    weeks: int = 260,
    replicates: int = 100,
    seeds: Sequence[int] | None = None,
    threads: int | None = None,
    **levers: Any,
) -> Trajectories:
    """Search and coordination in the full weekly model, by who influences whom.

    Parameters
    ----------
    influence : {"all_to_all", "local", "hierarchy", "star", "crowd"}
        Whom everybody follows: all others; their teammates; the first of their team, who follows the first of all;
        the first of all; or nobody.
    interdependence : float
        γ: the part of a team's output that needs agreement with other teams (0 … 1).
    complexity : int
        K of the landscape (0 … 11, unless `aspects` is given too).
    workers, team_size : int
        2 … 101 people, and how many of them make a team (1: everybody acts alone).
    weeks : int
        Length of a run.
    replicates : int
        Runs, with the seeds 0, 1, …
    seeds : sequence of int, optional
        One run for each of these instead.
    threads : int, optional
        Without it, one for each processor core.
    **levers : number, bool or str
        Any other parameter of the model by its name (`tripleos.PARAMETERS`), such as `imitation`, `communities` or
        `direction`; what would undo the ties (`ties`, `local_ties`, `tie_renewal`, `turnover`, `rotation`) is refused.

    Returns
    -------
    Trajectories
        With the weekly measures `coherent_action`, `agreement`, `fit` and `output` (ODD, 7.7). A run does not settle.

    Raises
    ------
    ScenarioError
        An argument is unknown or outside its range, or the arguments do not go together.

    Examples
    --------
    >>> small = {"workers": 12, "team_size": 4, "weeks": 10, "replicates": 2}
    >>> trajectories = kocak_levinthal_puranam2022("hierarchy", **small)
    >>> trajectories.measures["output"].shape, bool((trajectories.final("output") > 0.0).any())
    ((2, 11), True)
    """
    influence = checked_choice("influence", influence, INFLUENCES)
    for name in levers:
        if name == "ties" or name in KEPT:
            raise refused(f"{name} = {{}}: the ties are those of the influence, and stay", levers[name])
    workers, weeks = checked_whole("workers", workers, 2, MOST_WORKERS), checked_whole("weeks", weeks, 1, 100_000)
    numbers = {"interdependence": interdependence, "complexity": complexity, "team_size": team_size}
    scenario = Scenario.build(weeks=weeks, workers=workers, ties=0, **{**SETTING, **KEPT, **numbers, **levers})
    team = np.repeat(np.arange(scenario.teams), _sizes(workers, scenario.teams))
    ties = followed(influence, team)
    scenario = scenario.replace(ties=ties.shape[1])

    def work(chunk: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        trajectories = np.stack([_trajectory(scenario, int(seed), ties) for seed in chunk])
        return trajectories, np.full(len(chunk), weeks), np.zeros(len(chunk), np.bool_)

    return run_replicates(work, MEASURES, seeds_of(replicates, seeds), weeks, threads)


def _sizes(workers: int, teams: int) -> list[int]:
    """How many are in each team."""
    return [workers // teams + (k < workers % teams) for k in range(teams)]


def _trajectory(scenario: Scenario, seed: int, ties: np.ndarray) -> np.ndarray:
    """One run with these ties (float64 [weeks + 1, measures])."""
    run = Run(scenario, seed)
    run.state.tie[:] = ties
    columns = [MEASURE_NAMES.index(name) for name in MEASURES]
    return np.vstack([at_the_start(run), run.advance(scenario.weeks)[:, columns]])
