"""Measure the engine beside Mesa, AgentPy and NumPy: `python -m experiments.benchmark.peers`.

First all programs are fed the same bits to flip and must give the same course of every replicate. Then each draws its
own, and the mean courses must agree within their error. Only then are they timed, in turns, so that what else the
machine does meets all of them alike. Writes `results/benchmark/peers.csv` and a section of
`results/benchmark/README.md`.
"""

from __future__ import annotations

import gc
import importlib.metadata
import os
import platform
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from experiments import without_arguments
from sim import __version__
from sim.analysis.statistics import standard_error

from ..page import BEGIN, END, with_section
from . import in_engine, in_mesa, in_numpy
from .problems import BITS, COMPLEXITY, Problems, draw_problems, draw_reality, landscape_of, payoff_table

try:
    from . import in_agentpy
except ImportError:
    in_agentpy = None

ROOT = Path(__file__).parents[3]
RESULTS = ROOT / "results" / "benchmark"
REPEATS = 7
HOW_TO_GET_AGENTPY = "AgentPy is not installed and was left out (`pip install -e '.[peers]'`)."
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
CASES = (
    Case("100 agents × 100 replicates, 20 rounds", 100, 100, 20),
    Case("10,000 agents, 100 rounds", 1, 10_000, 100),
)
COLUMNS = [
    "case", "program", "microseconds", "times_engine", "microseconds_without_set_up", "times_engine_without_set_up",
    "bytes_per_agent",
]  # fmt: skip
ENGINE, ADDED_UP = "this engine", "NumPy, payoffs added up"


def added_up(problems: Problems, rounds: int) -> np.ndarray:
    """NumPy without the table of payoffs, as the engine does it."""
    return in_numpy.courses(problems._replace(payoffs=None), rounds)


def programs() -> dict[str, Program]:
    """All that are compared, by the name in the table."""
    found: dict[str, Program] = {ENGINE: in_engine.courses, "NumPy": in_numpy.courses, ADDED_UP: added_up}
    found["Mesa"] = in_mesa.courses
    if in_agentpy is not None:
        found["AgentPy"] = in_agentpy.courses
    return found


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
        if name in (ENGINE, ADDED_UP):
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


def seconds(work: Callable[[], object], clock: Callable[[], float] = time.process_time) -> float:
    """How long a piece of work takes: the better of two, because memory not used for a while is slow to come by."""
    taken = []
    for _ in range(2):
        gc.collect()
        start = clock()
        work()
        taken.append(clock() - start)
    return min(taken)


def in_turns(works: dict[str, Callable[[], object]], clock: Callable[[], float] = time.process_time) -> pd.DataFrame:
    """Seconds of several pieces of work, a column each: a row for each time that all of them had their turn."""
    return pd.DataFrame([{name: seconds(work, clock) for name, work in works.items()} for _ in range(REPEATS)])


def bytes_per_agent(program: Program, problems: Problems) -> float:
    """The most memory that a program asks for in one replicate beyond what it is given, over the agents."""
    gc.collect()
    tracemalloc.start()
    program(problems, 2)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / problems.starts.shape[1]


def first_replicate(problems: Problems) -> Problems:
    """These problems without all replicates but the first."""
    fields = ("seeds", "partner", "contribution", "payoffs", "greatest", "starts")
    return problems._replace(**{field: getattr(problems, field)[:1] for field in fields})


def compare(case: Case, problems: Problems) -> pd.DataFrame:
    """One row for each program: what it takes, and how many times what the engine takes."""
    problems, all_programs = problems._replace(told=None), programs()
    whole = in_turns({name: partial(program, problems, case.rounds) for name, program in all_programs.items()})
    first = in_turns({name: partial(program, problems, 1) for name, program in all_programs.items()})
    later = whole - first
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
            bytes_per_agent(program, one),
        )
        for name, program in all_programs.items()
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def two_threads(case: Case, problems: Problems) -> float:
    """Replicates a second of the engine on two threads over those on one."""
    many = problems._replace(seeds=np.tile(problems.seeds, 10))  # long enough for the start of threads not to count
    works = {n: partial(in_engine.courses, many, case.rounds, threads=n) for n in (1, 2)}
    taken = in_turns(works, time.perf_counter)
    return float((taken[1] / taken[2]).median())


def landscapes(problems: Problems) -> tuple[float, float]:
    """CPU milliseconds a landscape: the table of payoffs in NumPy, and the search for the greatest in the engine."""
    works = {
        "NumPy": partial(payoff_table, problems.partner[0], problems.contribution[0]),
        ENGINE: partial(draw_reality, 0, landscape_of(BITS, COMPLEXITY), greatest=0.0),
    }
    taken = in_turns(works).median() * 1e3
    return float(taken["NumPy"]), float(taken[ENGINE])


def compile_time() -> tuple[float, float]:
    """CPU seconds of the first call with an empty cache, and with what an earlier session has left in it."""
    code = (
        "import time; from sim.classics.lazer_friedman2007 import lazer_friedman2007; start = time.process_time(); "
        "lazer_friedman2007(bits=4, complexity=1, periods=1, replicates=1); print(time.process_time() - start)"
    )
    with tempfile.TemporaryDirectory() as cache:
        settings = {"cwd": ROOT, "env": {**os.environ, "TRIPLEOS_CACHE": cache}, "capture_output": True}
        told = [subprocess.run([sys.executable, "-c", code], text=True, check=True, **settings) for _ in range(2)]
    return float(told[0].stdout), float(told[1].stdout)


# --- the section of the page ------------------------------------------------------------------------------------------


class Findings(NamedTuple):
    """All that was measured."""

    load: float
    table: pd.DataFrame
    difference: float
    distance: float
    table_ms: float
    search_ms: float
    throughput: float
    compiling: tuple[float, float]


def versions() -> str:
    """Of everything that was compared."""
    wanted = ["mesa", "agentpy", "numpy", "numba", "networkx", "pandas"]
    found = [f"{name} {importlib.metadata.version(name)}" for name in wanted if name != "agentpy" or in_agentpy]
    return f"tripleos {__version__}, Python {platform.python_version()}, {', '.join(found)}"


def tabled(table: pd.DataFrame) -> str:
    """The figures as Markdown."""
    lines = [
        "| work | program | µs an agent and round | **× this engine** | without set-up | × engine | bytes an agent |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in table.itertuples():
        cells = [row.case, row.program, f"{row.microseconds:.3g}", f"**{row.times_engine:.2g}**"]
        cells += [f"{row.microseconds_without_set_up:.3g}", f"{row.times_engine_without_set_up:.2g}"]
        lines.append(f"| {' | '.join(cells)} | {row.bytes_per_agent:,.0f} |")
    return "\n".join(lines)


PAGE = """{begin}
## Beside what one would use instead

{versions}; {machine}, {cores} cores. Made by `python -m experiments.benchmark.peers`
(`pip install -e '.[peers]'` brings AgentPy). Parallel search as in Lazer & Friedman 2007: NK landscapes with
N = {bits}, K = {complexity}, a ring on which everybody sees the two nearest on each side, velocity 1, no errors of
copying; mean score, best score and number of solutions after every round.

{table}

CPU time on one thread, medians of {repeats} turns; in a turn each program runs twice, and the better counts. A ratio
is the median over turns; below 1 a program is faster than this engine. Load of the machine at the start:
{found.load:.1f}.

- **The same work.** All begin with the same practices on the same landscapes. Told which bits to flip, all give the
  same course of every replicate (largest difference {found.difference:.0e}; {exact:.0e} is allowed).
  Drawing their own, the mean courses over 100 replicates are at most {found.distance:.1f} standard errors from
  those of the engine ({errors:.0f} are allowed).
- **Payoffs.** Mesa, AgentPy and NumPy look them up in a table of all 2^{bits}, made outside of the clock. The engine
  adds up {bits} contributions each time, as "NumPy, payoffs added up" does, or makes the table where that pays.
- **Landscapes** are not in the figures. Scores need the greatest of 2^{bits} payoffs: {found.search_ms:.0f} ms
  a landscape in the engine, once in a session; the table in NumPy, from which it can be read, {found.table_ms:.0f} ms.
- **Written as one would**: Mesa agents on the cells of a `Network` with a `DataCollector`, AgentPy agents in an
  `AgentList` on a `Network`, NumPy with all replicates in one array. Neighbours are noted once, because the network
  stays as it is. Set-up is the making of agents and network; "without set-up" leaves out the first round as well.
- **Random numbers.** A draw of the engine belongs to (seed, round, agent, decision), so that two conditions face the
  same random events on any number of threads; the others take the next number of one stream, which is cheaper.
- **Compiling** the engine's function takes {found.compiling[0]:.1f} s of CPU once, and {found.compiling[1]:.2f} s
  from the cache afterwards; not in the figures.
- **Two threads** finish {found.throughput:.2f} times as many replicates of the engine in the same time as one.
{end}"""


def section(found: Findings) -> str:
    """What people read."""
    page = PAGE if in_agentpy else PAGE.replace("\n{end}", f"\n- {HOW_TO_GET_AGENTPY}\n{{end}}")
    return page.format(
        begin=BEGIN,
        end=END,
        found=found,
        table=tabled(found.table),
        versions=versions(),
        machine=platform.machine(),
        cores=os.cpu_count(),
        bits=BITS,
        complexity=COMPLEXITY,
        repeats=REPEATS,
        exact=EXACT,
        errors=ERRORS,
    )


def main() -> None:
    """Check, measure, print and write."""
    if in_agentpy is None:
        print(HOW_TO_GET_AGENTPY, file=sys.stderr)
    load, tables, differences, distance, extras = os.getloadavg()[0], [], [], 0.0, ()
    for case in CASES:
        print(f"{case.name} …", file=sys.stderr, flush=True)
        problems = draw_problems(case.replicates, case.agents, case.rounds)
        differences.append(check_same_history(problems, case.rounds))
        if case.replicates > 1:
            distance = check_same_mean(problems, case.rounds)
            extras = (*landscapes(problems), two_threads(case, problems))
        tables.append(compare(case, problems))
    found = Findings(load, pd.concat(tables, ignore_index=True), max(differences), distance, *extras, compile_time())
    RESULTS.mkdir(parents=True, exist_ok=True)
    found.table.to_csv(RESULTS / "peers.csv", index=False, float_format="%.4g")
    page, written = RESULTS / "README.md", section(found)
    page.write_text(with_section(page.read_text() if page.exists() else "# Benchmark\n", written))
    print(written)


if __name__ == "__main__":
    without_arguments("experiments.benchmark.peers", __doc__)
    main()
