"""How near the weekly engine itself comes to March 1991 and Fang et al. 2010, by parameters and ties alone (ODD, 9).

    python -m experiments.docking

Nothing but a scenario is given, and in the second case the ties; no rule is called from here. (For Lazer & Friedman
2007 and Barkoczi & Galesic 2016 the engine gives the classic number for number: see `tests/classics/test_classics.py`.)
"""

from __future__ import annotations

from typing import Any

import numpy as np

from experiments import without_arguments
from sim.analysis.statistics import standard_error
from sim.classics.fang_lee_schilling2010 import draw_subgroups, ties_within
from sim.classics.graphs import empty_links
from sim.classics.march1991 import march1991
from sim.model.jit import kernel
from sim.model.run import Run
from sim.scenario import Scenario

CALM: dict[str, Any] = {
    "turbulence": 0, "noise": 0, "turnover": 0, "rotation": 0, "tie_renewal": 0, "adaptation": 0, "openness": 0,
    "reality": "blocks", "split_teams": 0, "outsiders": 1, "head_start": 0,
}  # fmt: skip
ONE_COMMUNITY: dict[str, Any] = {
    "block": 1, "aspects": 30, "communities": 1, "repertoire": 1, "sessions": 100, "sponsorship": 1, "ties": 0,
    "starting_trust": 1, "trust_fading": 0, "split_networks": 0, "split_communities": 1,
}  # fmt: skip
MAJORITY: dict[str, Any] = {
    "block": 5, "aspects": 100, "communities": 0, "imitation": "majority", "breadth": 0.3, "encounters": 100,
    "share": 1, "pkm_spread": 0, "working_out_loud": 0, "team_size": 1, "split_networks": 1, "split_communities": 0,
}  # fmt: skip
PEOPLE, GROUP = 280, 7


def march(p1: float, p2: float, people: int, seed: int, weeks: int = 1000) -> float:
    """What the shared practice of a single community knows in the end (-1 … 1)."""
    levers = {"workers": people, "team_size": people, "socialisation": p1, "code_learning": p2}
    run = Run(Scenario.build(weeks=weeks, **CALM, **ONE_COMMUNITY, **levers), seed)
    run.advance(weeks)
    return float((run.state.repertoire[0, 0] * run.reality.truth).mean())


@kernel
def _draw(seed, beta, group, ties):
    draw_subgroups(seed, beta, group, ties)


def subgroups(beta: float, seed: int) -> np.ndarray:
    """Whom everybody follows in the network of the classic (int64 [N, D], padded with the worker)."""
    everybody = np.arange(PEOPLE)
    drawn = empty_links(PEOPLE, ties_within(PEOPLE, GROUP))
    _draw(np.uint64(seed), beta, GROUP, drawn)
    contacts = np.split(drawn.neighbour, drawn.first[1:-1])
    ties = np.repeat(everybody[:, None], max(map(len, contacts)), axis=1)
    for i, row in enumerate(contacts):
        ties[i, : len(row)] = row
    return ties


def fang(beta: float, seed: int, weeks: tuple[int, ...] = (80, 1000)) -> list[float]:
    """The mean payoff of people's ideas after so many weeks."""
    ties = subgroups(beta, seed)
    levers = {"workers": PEOPLE, "ties": ties.shape[1], "weeks": weeks[-1]}
    run = Run(Scenario.build(**CALM, **MAJORITY, **levers), seed)
    run.state.tie[:] = ties
    payoffs = []
    for week in weeks:
        run.advance(week - run.week)
        right = (run.state.idea == run.reality.truth).reshape(PEOPLE, -1, 5)
        payoffs.append(float(right.all(axis=2).mean()))
    return payoffs


def mean_and_error(values: np.ndarray) -> str:
    """Mean ± standard error over the first axis."""
    mean, error = values.mean(axis=0), standard_error(values)
    return ", ".join(f"{m:.3f} ± {e:.3f}" for m, e in zip(np.atleast_1d(mean), np.atleast_1d(error), strict=True))


def main() -> None:
    """Print the numbers of the ODD."""
    print("March 1991, knowledge of the code: the weekly engine, and the classic by the paper's text (200 seeds)")
    for p2 in (0.1, 0.5, 0.9):
        for p1 in (0.1, 0.5, 0.9):
            ours = np.array([march(p1, p2, 51, seed) for seed in range(200)])
            classic = 2.0 * march1991(p1, p2, people=51, rules="text", replicates=200).final("code") - 1.0
            print(f"  p1 = {p1}, p2 = {p2}: {mean_and_error(ours)}; {mean_and_error(classic)}")
    ours = np.array([march(0.1, 0.5, 50, seed) for seed in range(200)])
    print(f"  p1 = 0.1, p2 = 0.5, 50 people (votes may be even): {mean_and_error(ours)}")
    print("Fang et al. 2010, payoff in weeks 80 and 1000: the weekly engine (10 seeds)")
    for beta in (0.0, 0.05, 0.15, 0.3, 0.6, 1.0):
        print(f"  β = {beta}: {mean_and_error(np.array([fang(beta, seed) for seed in range(10)]))}")


if __name__ == "__main__":
    without_arguments("experiments.docking", __doc__)
    main()
