"""The parallel search in plain C, as `parallel_search.c` has it."""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ..c_code import compiled, pointer
from .problems import BITS, COMPLEXITY, MEASURES, Problems

SOURCE = Path(__file__).with_name("parallel_search.c")
FEWEST_AGENTS = 5  # with fewer, two of the four on a ring would be one


class Found(NamedTuple):
    """What the program writes."""

    measures: np.ndarray  # float64 [R, T + 1, 3]
    settled: np.ndarray  # int64 [R], the round after which nobody could improve, or -1
    greatest: np.ndarray  # float64 [R], the greatest payoff of each landscape


def searched(
    seeds: np.ndarray,
    agents: int,
    rounds: int,
    bits: int = BITS,
    complexity: int = COMPLEXITY,
    greatest: np.ndarray | None = None,
) -> Found:
    """One replicate for each seed; the greatest payoffs are looked for if they are not given."""
    if agents < FEWEST_AGENTS:
        raise ValueError(f"{agents} agents: {FEWEST_AGENTS} are needed")
    function = compiled(SOURCE).parallel_search
    function.restype = ctypes.c_bool
    replicates, keys = len(seeds), seeds.astype(np.uint64)
    found = Found(
        np.empty((replicates, rounds + 1, len(MEASURES))),
        np.empty(replicates, np.int64),
        np.zeros(replicates) if greatest is None else greatest.astype(np.float64),
    )
    enough = function(
        ctypes.c_int64(replicates), ctypes.c_int64(agents), ctypes.c_int(bits), ctypes.c_int(complexity),
        ctypes.c_int64(rounds), pointer(keys), pointer(found.greatest), pointer(found.measures),
        pointer(found.settled),
    )  # fmt: skip
    if not enough:
        raise MemoryError
    return found


def courses(problems: Problems, rounds: int) -> np.ndarray:
    """Score, best and solutions after each round of each replicate (float64 [R, T + 1, 3]).

    As in the engine, landscapes, practices and luck are those of the seeds; only greatest payoffs are known beforehand.
    """
    agents = problems.starts.shape[1]
    return searched(problems.seeds, agents, rounds, problems.bits, problems.complexity, problems.greatest).measures
