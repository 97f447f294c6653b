"""The parallel search in this project's engine, as a user calls it."""

from __future__ import annotations

import numpy as np

from sim.classics.lazer_friedman2007 import lazer_friedman2007

from .problems import MEASURES, Problems


def courses(problems: Problems, rounds: int, threads: int = 1) -> np.ndarray:
    """Score, best and solutions after each round of each replicate (float64 [R, T + 1, 3]).

    Landscapes, practices and luck are not read from `problems`: they are those of its seeds. The engine stops where
    nobody can improve, which the others do not: then the work would not be the same, and this refuses it.
    """
    found = lazer_friedman2007(
        "ring lattice", bits=problems.bits, complexity=problems.complexity, agents=problems.starts.shape[1],
        periods=rounds, seeds=problems.seeds.tolist(), threads=threads,
    )  # fmt: skip
    _refuse_early_ends(found.settled[found.settled >= 0], rounds)
    return np.stack([found.measures[name] for name in MEASURES], axis=2)


def _refuse_early_ends(last: np.ndarray, rounds: int) -> None:
    if (last < rounds).any():
        raise ValueError(f"a run has settled after {last.min()} rounds: compare fewer than {rounds}")
