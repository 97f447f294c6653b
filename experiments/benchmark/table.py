"""All that is measured: one line of a table each, what it was in version 0.1, and what was aimed at."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from . import checkout, compiling, draws, live, organisations, studies
from .measuring import NotMeasured
from .organisations import DEFAULT, LARGEST, bytes_per_worker, week
from .peers import compare
from .peers.compare import LARGE, NUMPY, PLAIN_C, SMALL, beside

DECADES = (100, 1_000, 10_000, 100_000, LARGEST)  # workers, in the figure of growth
BEFORE = {100: 1.05, DEFAULT: 1.05, 1_000: 0.90, 10_000: 1.0, 100_000: 1.5, LARGEST: 2.05}  # µs of a worker's week
AIMS = {DEFAULT: "≤ 0.5", 1_000: "≤ 0.4", 100_000: "≤ 0.6", LARGEST: "≤ 0.8"}


class Row(NamedTuple):
    """A line of a table.

    Attributes
    ----------
    part : str
        The name under which it can be asked for, with others.
    work : str
        What is done.
    unit : str
        Of all figures in the line.
    before : float or None
        What was published with version 0.1.
    aim : str
        As in "≤ 0.6"; empty where nothing is aimed at.
    measure : callable
        Gives the figure.
    """

    part: str
    work: str
    unit: str
    before: float | None
    aim: str
    measure: Callable[[], float]


def week_of(workers: int) -> Row:
    """The line of the week at a size."""
    work = f"a worker's week, {workers:,} workers"
    return Row("week", work, "µs", BEFORE[workers], AIMS.get(workers, ""), partial(week, workers))


def reached(value: float, aim: str) -> bool:
    """Whether a figure is what was aimed at.

    >>> reached(0.6, "≤ 0.6"), reached(1_500.0, "≥ 2,000")
    (True, False)
    """
    found = re.fullmatch(r"([≤≥]) ([\d.,e-]+)", aim)
    if found is None:
        raise ValueError(f"{aim!r} is no aim")
    limit = float(found[2].replace(",", ""))
    return value <= limit if found[1] == "≤" else value >= limit


def lever_to_answer() -> float:
    """Seconds in the dashboard."""
    try:
        from . import dashboard
    except ImportError as error:
        raise NotMeasured(f"{error.name} is not installed") from error
    return dashboard.lever_to_answer()


LIMIT = (
    Row("search", f"parallel search, {SMALL.name}, beside plain C", "×", 3.6, "≤ 0.6", partial(beside, SMALL, PLAIN_C)),
    Row(
        "search", "the same, beside NumPy with a table of 2^20 payoffs", "×", 4.9, "≤ 0.8",
        partial(beside, SMALL, NUMPY),
    ),
    Row(
        "search", f"{LARGE.name} (version 0.1 accepted 2,000), beside NumPy with that table", "×", 12.0, "≤ 1",
        partial(beside, LARGE, NUMPY),
    ),
    Row("search", "first call: the greatest of 2^20 payoffs, a landscape", "ms", 45.0, "≤ 12", compare.first_call),
    *map(week_of, AIMS),
    Row(
        "week", "two threads inside that organisation, the same bits, beside one", "×", None, "≥ 1.6",
        organisations.threads_inside_a_run,
    ),
    Row("week", "memory of a worker there", "bytes", 363.0, "≤ 250", partial(bytes_per_worker, LARGEST)),
    Row("compile", "compiling, with an empty cache", "s of CPU", 36.0, "≤ 20", compiling.cold),
    Row(
        "compile", "compiling an extension that adds a rule (mentoring), the model being compiled", "s of CPU", 36.0,
        "≤ 10", compiling.extension,
    ),
    Row(
        "dashboard", "dashboard: from a lever to the whole answer (20 runs, 260 weeks, 120 workers)", "s", 0.61,
        "≤ 0.4", lever_to_answer,
    ),
    Row("demo", "`make demo` on a fresh machine", "s", 133.0, "≤ 90", checkout.demo),
    Row("demo", "of that: fetching packages from the network", "s", None, "", lambda: checkout.fresh().network),
    Row("demo", "of that: installing them", "s", None, "", lambda: checkout.fresh().installing),
    Row("demo", "of that: compiling", "s", 49.0, "", lambda: checkout.fresh().compiling),
    Row("demo", "of that: runs", "s", 15.0, "", lambda: checkout.fresh().runs),
    Row("demo", "of that: the report", "s", 10.0, "", lambda: checkout.fresh().report),
    Row("test", "`make test`", "s", 405.0, "≤ 300", checkout.suite),
)  # fmt: skip

FURTHER = (
    *(week_of(workers) for workers in BEFORE if workers not in AIMS),
    Row("week", "growth: log time / log workers", "", 1.05, "≤ 1.1", organisations.exponent),
    Row("week", "a default run (120 workers, 260 weeks)", "ms", 33.7, "", organisations.default_run),
    Row("week", "40 default runs: two threads beside one", "×", 1.92, "≥ 1.8", organisations.threads_for_many_runs),
    Row("plain", "`sim.plain` beside the engine, 120 workers", "×", 341.0, "≥ 200",
        partial(organisations.times_plain, DEFAULT, 8)),
    Row("plain", "`sim.plain` beside the engine, 1,000 workers", "×", 1550.0, "≥ 200",
        partial(organisations.times_plain, 1_000, 2)),
    *(
        Row("draws", f"a random number of everybody's week: {name}", "ns", None, "", partial(draws.a_number, name))
        for name in draws.PROGRAMS
    ),
    Row("search", "parallel search: the largest difference where all flip the same bits", "", 3e-14, "≤ 1e-9",
        compare.same_history),
    Row("search", "parallel search: the largest distance of mean courses, each with luck of its own", "errors", 1.9,
        "≤ 4", compare.same_mean),
    Row("search", "parallel search: two threads beside one", "×", 1.93, "≥ 1.8", compare.threads),
    Row("search", "the greatest of 2^20 payoffs in plain C", "ms", None, "", compare.greatest_in_c),
    Row("search", "the table of 2^20 payoffs in NumPy", "ms", 31.0, "", compare.table_in_numpy),
    Row("compile", "a first week from the cache", "s of CPU", 0.505, "", compiling.again),
    Row("compile", "compiling the parallel search", "s of CPU", 7.9, "", compiling.search),
    Row("compile", "`tripleos --help`", "s", 0.197, "≤ 0.5", compiling.command_line),
    *(
        Row("page", f"live page: {told}", "kB", None, "", partial(live.kilobytes, of))
        for of, told in (("module", "the module"), ("packed", "the module, compressed"), ("page", "the whole file"))
    ),
    Row("page", "live page: a default run under Node, beside the engine", "×", None, "≤ 1.6", live.beside_the_engine),
    Row("page", "live page: from opening the file to the first numbers", "s", None, "≤ 1.5",
        lambda: live.waited()["opening"]),
    Row("page", "live page: from a lever to a first answer (4 runs)", "s", None, "≤ 0.3",
        lambda: live.waited()["first"]),
    Row("page", "live page: from a lever to the whole answer (20 runs)", "s", None, "≤ 2",
        lambda: live.waited()["whole"]),
    Row("page", "live page: making the module", "s of CPU", None, "", live.making),
    Row("study", "a study of 1,000 default runs", "s", 19.9, "", lambda: studies.swept(studies.FEW).seconds),
    Row("study", "a study of 10,000 default runs", "s", 181.0, "", lambda: studies.swept(studies.MANY).seconds),
    Row("study", "memory of that at its peak", "MB", 277.0, "", lambda: studies.swept(studies.MANY).megabytes),
    Row("study", "that peak beside the peak of 1,000 runs", "×", 1.0, "≤ 1.1", studies.peaks),
    Row("study", "opening a store of 10,000 runs", "s", 0.696, "≤ 2", lambda: studies.swept(studies.MANY).opening),
    Row("study", "a default run on disk", "bytes", 833.0, "", lambda: studies.swept(studies.MANY).bytes_on_disk),
    Row("study", "what a run costs beyond the engine", "ms", 0.325, "≤ 1", studies.overhead),
    Row("study", "a study of 200 default runs: two threads beside one", "×", 1.87, "≥ 1.8", studies.threads),
    Row("study", "planning 1,000,000 runs", "s", 4.31, "≤ 10", lambda: studies.planned()["seconds"]),
    Row("study", "memory of planning them, more than doing nothing", "MB", 6.6, "", studies.planning_memory),
)  # fmt: skip

ROWS = LIMIT + FURTHER
PARTS = {
    "search": "parallel search beside plain C, NumPy, Mesa and AgentPy",
    "week": "the week of organisations of 100 to 1,000,000 workers: time, memory, threads",
    "plain": "the same histories in sim.plain",
    "draws": "the random numbers of a week beside plain C",
    "compile": "compiling with and without a cache, and for an extension",
    "study": "studies: time, memory, threads, planning",
    "page": "the live page: size, the module beside the engine, what somebody waits for; needs Node and Chromium",
    "dashboard": "from a lever to the answer; needs Chromium",
    "demo": "make demo on a fresh machine; needs the network",
    "test": "make test",
}
