"""The two long commands of the checkout: `make demo` as on a fresh machine, and `make test`."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path
from typing import NamedTuple

from .measuring import ROOT, NotMeasured, environment, once

NOT_COPIED = (".*", "__pycache__", "*.egg-info", "build", "dist", "runs")
READY = ".venv/ready"  # the target that installs


class Fresh(NamedTuple):
    """Seconds of `make demo` where nothing was there before."""

    network: float  # that fetching packages takes, and building those that come as sources
    installing: float  # without that
    compiling: float
    runs: float
    report: float


def run(command: list[str], folder: Path, **settings: str) -> float:
    """Seconds of a command in a folder, with these environment variables."""
    start = time.perf_counter()
    done = subprocess.run(
        command, cwd=folder, env=environment(**settings), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        check=False,
    )  # fmt: skip
    taken = time.perf_counter() - start
    if done.returncode:
        print(done.stdout[-2000:], file=sys.stderr)
        raise NotMeasured(f"`{' '.join(command)}` has failed")
    return taken


@once
def fresh() -> Fresh:
    """`make demo` in a copy of the checkout, with empty caches.

    Packages are installed twice, from the network and from a folder: the difference is the network's part, with the
    building of what comes as sources. The demo runs twice, compiling and compiled; its report is made once more alone.
    """
    with tempfile.TemporaryDirectory() as made:
        folder, packages = Path(made) / "checkout", Path(made) / "packages"
        shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*NOT_COPIED))
        settings = {"TRIPLEOS_CACHE": f"{made}/cache", "PIP_CACHE_DIR": f"{made}/pip", "PYTHON": sys.executable}
        make = ["make", "--no-print-directory"]
        whole = run([*make, READY], folder, **settings)
        fetch(folder, packages, settings)
        shutil.rmtree(folder / ".venv")
        installing = run([*make, READY], folder, **settings, PIP_NO_INDEX="1", PIP_FIND_LINKS=str(packages))
        cold, warm = (run([*make, "demo"], folder, **settings) for _ in range(2))
        report = run([".venv/bin/tripleos", "report", "demo"], folder, **settings)
    return Fresh(whole - installing, installing, cold - warm, warm - report, report)


def fetch(folder: Path, packages: Path, settings: dict[str, str]) -> None:
    """All packages that an installation needs, into a folder; those that come as sources are built."""
    builds = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    command = [".venv/bin/python", "-m", "pip", "wheel", "--quiet", "--constraint", "constraints.txt"]
    run([*command, "--wheel-dir", str(packages), ".", *builds], folder, **settings)


def demo() -> float:
    """Seconds of all of it."""
    return sum(fresh())


@once
def suite() -> float:
    """Seconds of `make test` in this checkout, after it was installed."""
    run(["make", "--no-print-directory", ".venv/ready-to-test"], ROOT)
    return run(["make", "--no-print-directory", "test"], ROOT)
