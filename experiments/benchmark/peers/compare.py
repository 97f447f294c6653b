"""The engine beside plain C, NumPy, Mesa and AgentPy: whether all do the same work, and how long they take.

First all programs are fed the same bits to flip and must give the same course of every replicate. Then each draws its
own, and the mean courses must agree within their error. Only then are they timed, in turns.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import itertools
import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.analysis.statistics import standard_error
from sim.errors import ScenarioError

from .. import c_code
from ..measuring import NotMeasured, in_turns, median, memory, once, ratio, seconds
from . import in_c, in_engine, in_mesa, in_numpy
from .problems import BITS, COMPLEXITY, Problems, draw_problems, draw_reality, landscape_of, payoff_table

try:
    from . import in_agentpy
except ImportError:
    in_agentpy = None

TURNS = 7
TRIES = 2  # in each turn, of which the better counts, because memory not used for a while is slow to come by
HOW_TO_GET_AGENTPY = "AgentPy is not installed and was left out (`pip install -e '.[peers]'`)."
NO_COMPILER = "There is no C compiler on this machine: plain C was left out."
EXACT = 1e-9  # by which scores may differ where everybody flips the same bits
ERRORS = 4.0  # standard errors by which mean courses may differ where everybody draws their own

Program = Callable[[Problems, int], np.ndarray]  # problems, rounds → courses


class Case(NamedTuple):
    """How much work."""

    name: str
    replicates: int
    agents: int
    rounds: int

    @property
    def steps(self) -> int:
        """How often an agent acts."""
        return self.replicates * self.agents * self.rounds


# Twenty rounds, because in some replicates nobody can improve after that, and the engine would stop.
SMALL = Case("100 agents × 100 replicates, 20 rounds", 100, 100, 20)
LARGE = Case("10,000 agents, 100 rounds", 1, 10_000, 100)
COLUMNS = [
    "case", "program", "microseconds", "times_engine", "microseconds_without_set_up", "times_engine_without_set_up",
    "bytes_per_agent",
]  # fmt: skip
ENGINE, PLAIN_C, NUMPY, ADDED_UP = "this engine", "plain C", "NumPy", "NumPy, payoffs added up"
ENGINES_LUCK = (ENGINE, PLAIN_C)  # who draws the engine's numbers, whatever is told


def added_up(problems: Problems, rounds: int) -> np.ndarray:
    """NumPy without the table of payoffs."""
    return in_numpy.courses(problems._replace(payoffs=None), rounds)


def programs() -> dict[str, Program]:
    """All that are compared, by the name in the table."""
    found: dict[str, Program] = {ENGINE: in_engine.courses}
    if c_code.compiler():
        found[PLAIN_C] = in_c.courses
    found |= {NUMPY: in_numpy.courses, ADDED_UP: added_up, "Mesa": in_mesa.courses}
    if in_agentpy is not None:
        found["AgentPy"] = in_agentpy.courses
    return found


def left_out() -> list[str]:
    """A sentence for each program that cannot be compared here."""
    return [NO_COMPILER] * (not c_code.compiler()) + [HOW_TO_GET_AGENTPY] * (in_agentpy is None)


def versions() -> str:
    """Of everything that is compared."""
    wanted = ["mesa", "agentpy", "numpy", "numba", "networkx", "pandas"]
    return ", ".join(f"{name} {importlib.metadata.version(name)}" for name in wanted if name != "agentpy" or in_agentpy)


# --- whether all do the same work -------------------------------------------------------------------------------------


def check_same_history(problems: Problems, rounds: int) -> float:
    """The largest difference of any measure in any round of any replicate, with the same bits to flip for all."""
    expected = in_engine.courses(problems, rounds)
    largest = 0.0
    for name, program in programs().items():
        difference = float(np.abs(program(problems, rounds) - expected).max())
        if difference > EXACT:
            raise AssertionError(f"{name} does not do what the engine does: a measure differs by {difference}")
        largest = max(largest, difference)
    return largest


def check_same_mean(problems: Problems, rounds: int) -> float:
    """The largest distance of two mean courses, in standard errors of the paired difference; each with its own luck."""
    problems, largest = problems._replace(told=None), 0.0
    expected = in_engine.courses(problems, rounds)
    for name, program in programs().items():
        if name in (*ENGINES_LUCK, ADDED_UP):
            continue  # the luck of the latter is that of NumPy
        differences = (program(problems, rounds) - expected)[:, 1:]
        mean, error = differences.mean(axis=0), standard_error(differences)
        distance = float(
            np.divide(np.abs(mean), error, out=np.where(mean == 0.0, 0.0, np.inf), where=error > 0.0).max()
        )
        if distance > ERRORS:
            raise AssertionError(f"{name}: its mean course is {distance:.1f} standard errors from that of the engine")
        largest = max(largest, distance)
    return largest


# --- how long they take -----------------------------------------------------------------------------------------------


def bytes_per_agent(program: Program, problems: Problems) -> float:
    """The most memory that a program asks for in one replicate beyond what it is given, over the agents."""
    return memory(lambda: program(problems, 2))[1] / problems.starts.shape[1]


def first_replicate(problems: Problems) -> Problems:
    """These problems without all replicates but the first."""
    fields = ("seeds", "partner", "contribution", "payoffs", "greatest", "starts")
    return problems._replace(**{field: getattr(problems, field)[:1] for field in fields})


def timed(case: Case, problems: Problems) -> pd.DataFrame:
    """One row for each program: what it takes, and how many times what the engine takes."""
    problems, all_programs = problems._replace(told=None), programs()
    in_engine.courses(problems, 1)  # a session of the engine finds the greatest payoffs once; the others are given them

    def taken(rounds: int) -> pd.DataFrame:
        works = {name: partial(program, problems, rounds) for name, program in all_programs.items()}
        return in_turns(works, turns=TURNS, tries=TRIES)

    whole = taken(case.rounds)
    later = whole - taken(1)
    one = first_replicate(problems)
    later_steps = case.steps * (1 - 1 / case.rounds)
    rows = [
        (
            case.name,
            name,
            whole[name].median() / case.steps * 1e6,
            (whole[name] / whole[ENGINE]).median(),
            later[name].median() / later_steps * 1e6,
            (later[name] / later[ENGINE]).median(),
            np.nan if name == PLAIN_C else bytes_per_agent(program, one),  # what C asks for is not seen here
        )
        for name, program in all_programs.items()
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


class Compared(NamedTuple):
    """What was found in a case."""

    table: pd.DataFrame  # as `timed` gives it
    difference: float  # the largest, with the same bits to flip for all
    distance: float  # of mean courses, in standard errors; nan with one replicate


@once
def compared(case: Case) -> Compared:
    """Check, then measure."""
    problems = draw_problems(case.replicates, case.agents, case.rounds)
    difference = check_same_history(problems, case.rounds)
    distance = check_same_mean(problems, case.rounds) if case.replicates > 1 else np.nan
    return Compared(timed(case, problems), difference, distance)


def table() -> pd.DataFrame:
    """All programs in all cases that the engine accepts, to four figures."""
    found = []
    for case in (SMALL, LARGE):
        with contextlib.suppress(ScenarioError):
            found.append(compared(case).table)
    return pd.concat(found, ignore_index=True).map(lambda x: float(f"{x:.4g}") if isinstance(x, float) else x)


def beside(case: Case, program: str) -> float:
    """How many times as long the engine takes as another program."""
    table = compared(case).table.set_index("program")
    if program not in table.index:
        raise NotMeasured(NO_COMPILER if program == PLAIN_C else HOW_TO_GET_AGENTPY)
    return float(1.0 / table.loc[program, "times_engine"])


def same_history() -> float:
    """The largest difference of any measure, with the same bits to flip for all."""
    return compared(SMALL).difference


def same_mean() -> float:
    """The largest distance of mean courses in standard errors, each with its own luck."""
    return compared(SMALL).distance


def threads() -> float:
    """Replicates a second of the engine on two threads over those on one."""
    seeds = np.tile(np.arange(SMALL.replicates), 10)  # long enough for the start of threads not to count
    one, two = (partial(in_engine.searched, seeds, SMALL.agents, SMALL.rounds, threads=n) for n in (1, 2))
    one()  # finds the greatest payoffs
    return ratio(one, two, time.perf_counter)


# --- the first call: the greatest of all payoffs ----------------------------------------------------------------------


LANDSCAPES = 10  # in a turn
_unseen = itertools.count(1_000_000, LANDSCAPES)


def first_call() -> float:
    """Milliseconds a landscape by which the first call of the engine takes longer than the same call again."""

    def extra() -> float:
        first = next(_unseen)
        again = partial(in_engine.searched, np.arange(first, first + LANDSCAPES), in_c.FEWEST_AGENTS, 1)
        return seconds(again) - seconds(again)

    extra()  # compiled before anything is timed
    return statistics.median(extra() for _ in range(TURNS)) / LANDSCAPES * 1e3


def greatest_in_c() -> float:
    """Milliseconds a landscape for the greatest payoff in plain C."""
    seeds = np.arange(LANDSCAPES)
    c_code.compiled(in_c.SOURCE)
    return median(partial(in_c.searched, seeds, in_c.FEWEST_AGENTS, 0)) / LANDSCAPES * 1e3


def table_in_numpy() -> float:
    """Milliseconds for the table of all payoffs in NumPy."""
    reality = draw_reality(0, landscape_of(BITS, COMPLEXITY))
    return median(partial(payoff_table, reality.partner, reality.contribution)) * 1e3
