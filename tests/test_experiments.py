"""The programs in `experiments` can be called by the names that they say, and say what they do without doing it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "experiments").rglob("*.py"))]
PROGRAMS = {
    re.search(r"python -m (experiments[\w.]*\w)", text).group(1): text
    for text in SOURCES
    if '__name__ == "__main__"' in text
}


def test_the_programs_are_found():
    assert {"experiments.docking", "experiments.benchmark", "experiments.recovery"} <= PROGRAMS.keys()


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_says_what_it_does(name):
    assert re.search(r"without_arguments\(|ArgumentParser\(", PROGRAMS[name]), "else it would be run here"
    command = [sys.executable, "-m", name, "--help"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"usage: python -m {name} [-h]")
