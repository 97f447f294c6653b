"""The parallel search in this project's engine, as a user calls it, and at sizes above those it accepts from users."""

from __future__ import annotations

import numpy as np

from sim.classics.graphs import MOST_AGENTS, Network
from sim.classics.lazer_friedman2007 import lazer_friedman2007, run_lazer_friedman
from sim.classics.searchers import empty_problem

from .problems import MEASURES, Problems, landscape_of


def courses(problems: Problems, rounds: int, threads: int = 1) -> np.ndarray:
    """Score, best and solutions after each round of each replicate (float64 [R, T + 1, 3]).

    Landscapes, practices and luck are not read from `problems`: they are those of its seeds. The engine stops where
    nobody can improve, which the others do not: then the work would not be the same, and this refuses it.
    """
    agents = problems.starts.shape[1]
    if agents > MOST_AGENTS:
        return _directly(problems, rounds)
    found = lazer_friedman2007(
        "ring lattice", bits=problems.bits, complexity=problems.complexity, agents=agents, periods=rounds,
        seeds=problems.seeds.tolist(), threads=threads,
    )  # fmt: skip
    _refuse_early_ends(found.settled[found.settled >= 0], rounds)
    return np.stack([found.measures[name] for name in MEASURES], axis=2)


def _directly(problems: Problems, rounds: int) -> np.ndarray:
    """The kernel of `lazer_friedman2007`, called without the function that refuses so many agents."""
    landscape, replicates = landscape_of(problems.bits, problems.complexity), len(problems.seeds)
    linked, (a, b) = np.zeros((len(problems.graph),) * 2, np.bool_), np.array(problems.graph.edges).T
    linked[a, b] = linked[b, a] = True
    network = Network(linked, 0, -1.0)
    measured = np.empty((replicates, rounds + 1, len(MEASURES)))
    last, settled = np.zeros(replicates, np.int64), np.zeros(replicates, np.bool_)
    run_lazer_friedman(
        problems.seeds.astype(np.uint64), landscape, network, 1.0, 0.0, False, empty_problem(landscape, network),
        problems.greatest.copy(), np.zeros(problems.bits, np.int64), measured, last, settled,
    )  # fmt: skip
    _refuse_early_ends(last, rounds)
    return measured


def _refuse_early_ends(last: np.ndarray, rounds: int) -> None:
    if (last < rounds).any():
        raise ValueError(f"a run has settled after {last.min()} rounds: compare fewer than {rounds}")
