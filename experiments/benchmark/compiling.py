"""What compiling takes: with an empty cache, for an extension, from the cache; and the start of the command line."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time

import pandas as pd

from .measuring import ROOT, TURNS, alone, environment, median, once

RUN = ("Run(Scenario.build({}), 1).advance(1)", "from sim import Run, Scenario")
SEARCH = (
    "lazer_friedman2007(bits=4, complexity=1, periods=1, replicates=1)",
    "from sim.classics.lazer_friedman2007 import lazer_friedman2007",
)
MENTORING = "with_=['mentoring']"  # an extension that adds one rule


def first_call(work: str, prepare: str, folder: str) -> float:
    """Seconds of CPU of some code in a new process, with compiled code kept in this folder."""
    return alone(work, prepare, TRIPLEOS_CACHE=folder)["cpu"]


@once
def weeks() -> pd.Series:
    """Seconds of CPU of a first week: of the model, of it with an extension after that, and of the model once more."""
    work, prepare = RUN
    turns = []
    for _ in range(TURNS):
        with tempfile.TemporaryDirectory() as folder:
            turns.append([first_call(work.format(given), prepare, folder) for given in ("", MENTORING, "")])
    return pd.DataFrame(turns, columns=["cold", "extension", "again"]).median()


def cold() -> float:
    """With an empty cache."""
    return float(weeks()["cold"])


def extension() -> float:
    """With a rule of an extension, where the model itself is in the cache: what it takes more than without it."""
    return float(weeks()["extension"] - weeks()["again"])


def again() -> float:
    """From the cache."""
    return float(weeks()["again"])


def search() -> float:
    """The parallel search with an empty cache."""
    with tempfile.TemporaryDirectory() as folder:
        return first_call(*SEARCH, folder)


def command_line() -> float:
    """Seconds until the command line has said its help."""
    command = [sys.executable, "-m", "sim", "--help"]
    return median(
        lambda: subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, check=True),
        time.perf_counter,
    )
