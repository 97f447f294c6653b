"""The random numbers of a week, the engine's most frequent work, beside plain C: one by one, and for all at once."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from sim.model import rng
from sim.model.jit import kernel

from .c_code import compiled, pointer
from .measuring import in_turns, once

SOURCE = Path(__file__).with_name("draws.c")
WORKERS, EVENTS, WEEKS = 1_000, 7, 200  # seven decisions are everybody's in every week
SEED = 2**40 + 1


@kernel
def engine_one_by_one(seed, week, drawn):
    """Worker by worker, as rules ask for them; drawn: float64 [events, workers]."""
    for i in range(drawn.shape[1]):
        for e in range(drawn.shape[0]):
            drawn[e, i] = rng.uniform(rng.key(seed, week, i, e), 0)


@kernel
def engine_in_blocks(seed, week, drawn):
    """Decision by decision; drawn: float64 [events, workers]."""
    for e in range(drawn.shape[0]):
        for i in range(drawn.shape[1]):
            drawn[e, i] = rng.uniform(rng.key(seed, week, i, e), 0)


def in_c(name: str, week: int, drawn: np.ndarray) -> None:
    """A week's numbers from a function of `draws.c`."""
    events, workers = drawn.shape
    getattr(compiled(SOURCE), name)(
        ctypes.c_uint64(SEED), ctypes.c_uint32(week), ctypes.c_int64(workers), ctypes.c_int64(events), pointer(drawn)
    )


PROGRAMS: dict[str, Callable[[int, np.ndarray], None]] = {
    "engine, one by one": partial(engine_one_by_one, np.uint64(SEED)),
    "engine, all at once": partial(engine_in_blocks, np.uint64(SEED)),
    "C, one by one": partial(in_c, "one_by_one"),
    "C, all at once": partial(in_c, "in_blocks"),
}


@once
def nanoseconds() -> dict[str, float]:
    """What a number takes in each program."""
    drawn = np.empty((EVENTS, WORKERS))

    def weeks(draw: Callable[[int, np.ndarray], None]) -> None:
        for week in range(WEEKS):
            draw(week, drawn)

    for draw in PROGRAMS.values():
        draw(0, drawn)  # compiled before anything is timed
    taken = in_turns({name: partial(weeks, draw) for name, draw in PROGRAMS.items()}).median()
    return {name: float(taken[name]) / (WEEKS * EVENTS * WORKERS) * 1e9 for name in PROGRAMS}


def a_number(program: str) -> float:
    """Nanoseconds that a number takes."""
    return nanoseconds()[program]
