"""The parallel search in this project's engine, as a user calls it."""

from __future__ import annotations

import numpy as np

from sim.classics.lazer_friedman2007 import lazer_friedman2007
from sim.classics.trajectories import Trajectories

from .problems import BITS, COMPLEXITY, MEASURES, Problems


def searched(
    seeds: np.ndarray, agents: int, rounds: int, bits: int = BITS, complexity: int = COMPLEXITY, threads: int = 1
) -> Trajectories:
    """One replicate for each seed."""
    return lazer_friedman2007(
        "ring lattice", bits=bits, complexity=complexity, agents=agents, periods=rounds, seeds=seeds.tolist(),
        threads=threads,
    )  # fmt: skip


def courses(problems: Problems, rounds: int) -> np.ndarray:
    """Score, best and solutions after each round of each replicate (float64 [R, T + 1, 3]).

    Landscapes, practices and luck are not read from `problems`: they are those of its seeds. The engine stops where
    nobody can improve, which the others do not: then the work would not be the same, and this refuses it.
    """
    found = searched(problems.seeds, problems.starts.shape[1], rounds, problems.bits, problems.complexity)
    settled = found.settled[found.settled >= 0]
    if (settled < rounds).any():
        raise ValueError(f"a run has settled after {settled.min()} rounds: compare fewer than {rounds}")
    return np.stack([found.measures[name] for name in MEASURES], axis=2)
