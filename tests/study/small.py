"""A small study, as a file and as it comes out, for tests that disturb it."""

import os
import subprocess
import sys
import tempfile
import threading
from functools import cache
from pathlib import Path

import numpy as np

from sim import cli
from sim.study.store import Store
from sim.study.study import Study

from ..waiting import LONGEST_WAIT, until

ROOT = Path(__file__).parents[2]
TEXT = """
name = "small"
policies = ["balanced", "heads_down"]
worlds = ["stable", "turbulent"]
replicates = {replicates}
scenario = {{ workers = 24, weeks = {weeks} }}
factorial = {{ hurdle = [0.0, 0.1] }}
"""
POINTS = 8


def study_file(folder=".", replicates=5, weeks=20, **changes):
    """The study as a file; `changes` are texts and what stands in their place."""
    path = Path(folder) / "small.toml"
    text = TEXT.format(replicates=replicates, weeks=weeks)
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return path


def tripleos(*arguments):
    """The exit code of a command line, done in this process."""
    return cli.answer([str(argument) for argument in arguments])


def process(*arguments, code="from sim.cli import main; main()", **options):
    """The command line as a process of its own, or some code in its place."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, **{"env": os.environ | {"PYTHONPATH": str(ROOT)}, **pipes, **options})


def ended(running):
    """How a process ended: exit code, stdout, stderr."""
    try:
        out, err = running.communicate(timeout=LONGEST_WAIT)
    finally:
        running.kill()
    return running.returncode, out, err


def store_of(file, out, replicates=None):
    """The store of a study in the folder `out`."""
    study = cli.studies._study(str(file), replicates)
    return Store(study.folder(out), study)


def part_names(out):
    """The files of runs in the folder `out`."""
    return sorted(path.name for path in (Path(out) / "runs").glob("[0-9]*.parquet"))


def exported(file, out, replicates=None):
    """The bytes of the table, as CSV and as Parquet."""
    more = [] if replicates is None else ["--replicates", replicates]
    found = []
    for kind in ("csv", "parquet"):
        table = Path(out) / f"table.{kind}"
        assert tripleos("export", file, table, "--out", out, "--overwrite", *more) == 0
        found.append(table.read_bytes())
    return found


def undisturbed(file, replicates=None):
    """The bytes of the table of a sweep that nothing came in the way of, on one thread."""
    return _undisturbed(str(file), Path(file).read_text(encoding="utf-8"), replicates)


@cache
def _undisturbed(file, _text, replicates):
    more = [] if replicates is None else ["--replicates", replicates]
    with tempfile.TemporaryDirectory() as out:
        assert tripleos("sweep", file, "--out", out, "--threads", 1, *more) == 0
        return exported(file, out, replicates)


def check_whole(file, out, expected, replicates=None):
    """Nothing is lost, nothing is there twice, nothing is left over, and the table is the expected one."""
    store = store_of(file, out, replicates)
    runs = store.read(["run"])["run"].to_numpy()
    np.testing.assert_array_equal(np.sort(runs), np.arange(store.study.runs))
    known = {"manifest.json", "lock", "owner", "damaged", *part_names(out)}
    assert {path.name for path in store.folder.iterdir()} <= known
    assert exported(file, out, replicates) == expected


def when(condition, act):
    """Do something in the background as soon as something is so."""

    def wait():
        until(condition)
        act()

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    return thread


def build(**given):
    """A study in Python, small unless told otherwise."""
    return Study.build("small", **{"scenario": {"workers": 24, "weeks": 20}, **given})
