"""The cache of compiled code: it goes stale for nobody, and gives way where it cannot be written."""

import ast
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sim.model import jit

PACKAGE = Path(jit.__file__).parents[1]
DECORATORS = {"rule", "part", "phase", "kernel", "njit", "jit", "vectorize", "guvectorize"}
DAY = 86400

# Staleness: a copy of the package is edited between two sessions

# A kernel in a file of its own, which calls a rule of another file; it compiles in a second.
TINY = """
from .model import people
from .model.jit import kernel

@kernel
def coached(skill, gain):
    return people.coach(skill, gain)
"""
CALL_TINY = "from sim.tiny import coached; print(coached(0.5, 0.5), sum(coached.stats.cache_hits.values()))"
EDIT = ("model/people.py", "return skill + gain * (1.0 - skill)", "return skill + gain * (0.75 - skill)")

HISTORY = """
from sim import Scenario
from sim.model.measures import MEASURE_NAMES
from sim.model.run import Run
run = Run(Scenario.build(policy={}, world={}, workers=12, team_size=4, weeks=3), 1)
print(run.advance(3)[:, MEASURE_NAMES.index("pkm")].tolist())
"""
SLOWER_COACHING = (
    "model/people.py",
    "gain = p.coaching_gain * p.coaching",
    "gain = p.coaching_gain * p.coaching + 0.5",
)


@pytest.fixture
def package(tmp_path):
    """A copy of the package."""
    shutil.copytree(PACKAGE, tmp_path / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "sim" / "tiny.py").write_text(TINY)
    return tmp_path / "sim"


def edit(package, file, old, new):
    text = (package / file).read_text(encoding="utf-8")
    assert text.count(old) == 1
    (package / file).write_text(text.replace(old, new), encoding="utf-8")


def session(package, program):
    """What a program prints in a Python of its own, which finds the package; a copy has a cache of its own."""
    settings = {"PYTHONDONTWRITEBYTECODE": "1"}
    if package != PACKAGE:
        settings["TRIPLEOS_CACHE"] = str(package.parent / "cache")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NUMBA")}
    command = [sys.executable, "-c", program]
    done = subprocess.run(
        command, cwd=package.parent, env=environment | settings, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_an_edit_of_a_rule_in_another_file_is_seen(package):
    assert session(package, CALL_TINY) == "0.75 0"
    assert session(package, CALL_TINY) == "0.75 1", "the second session finds the code on disk"
    edit(package, *EDIT)
    assert session(package, CALL_TINY) == "0.625 0"


def test_without_the_hash_it_would_not_be_seen(package):
    edit(package, "model/jit.py", "return digest.hexdigest()[:16]", 'return "always the same"')
    assert session(package, CALL_TINY) == "0.75 0"
    edit(package, *EDIT)
    assert session(package, CALL_TINY) == "0.75 1"


@pytest.mark.slow
def test_an_edit_changes_the_history(package):
    edit(package, *SLOWER_COACHING)
    assert session(package, HISTORY) != session(PACKAGE, HISTORY)


# What is hashed


def names_of(decorator):
    node = decorator.func if isinstance(decorator, ast.Call) else decorator
    return {node.attr} if isinstance(node, ast.Attribute) else {node.id} if isinstance(node, ast.Name) else set()


def compiles(file):
    """Whether a file decorates a function to be compiled."""
    functions = [
        node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.FunctionDef)
    ]
    return any(names_of(decorator) & DECORATORS for function in functions for decorator in function.decorator_list)


def test_all_that_is_compiled_is_hashed():
    compiling = {file for file in PACKAGE.rglob("*.py") if compiles(file)}
    assert len(compiling) > 8
    assert compiling <= set(jit.compiled_sources())
    assert not {file.name for file in compiling} & jit.NEVER_COMPILED


def test_what_compiled_code_takes_its_constants_from_is_hashed():
    """Numbers that a compiled file imports from another are frozen into its machine code."""
    hashed = {file.stem for file in jit.compiled_sources()}
    for file in filter(compiles, PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.level:
                if node.module == "validation" and all(one.name.startswith("checked_") for one in node.names):
                    continue  # functions that are called before anything compiled is; no numbers
                modules = [node.module] if node.module and node.module != "model" else [a.name for a in node.names]
                assert {module.split(".")[-1] for module in modules} <= hashed, (
                    f"{file.name} imports what is not hashed"
                )


def test_the_hash_follows_every_source_and_nothing_else(tmp_path, monkeypatch):
    for name in ("model/rules.py", "errors.py", "classics/march.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("one = 1")
    monkeypatch.setattr(jit, "HERE", tmp_path)
    seen = [jit.source_hash()]
    for name in ("errors.py", "model/rules.py", "classics/march.py"):
        (tmp_path / name).write_text("one = 2")
        seen.append(jit.source_hash())
    (tmp_path / "model" / "more.py").write_text("")
    seen.append(jit.source_hash())
    assert seen[0] == seen[1], "nothing is compiled from the messages"
    assert len(set(seen)) == 4


# Where the cache is


def test_the_cache_can_be_put_elsewhere(tmp_path, monkeypatch):
    monkeypatch.setenv("TRIPLEOS_CACHE", str(tmp_path / "a" / "b"))
    assert jit.cache_folder() == tmp_path / "a" / "b" / jit.source_hash()
    assert jit.cache_folder().is_dir()


def test_otherwise_it_is_in_the_users_cache(tmp_path, monkeypatch):
    monkeypatch.delenv("TRIPLEOS_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert jit.cache_root() == tmp_path / "tripleos"


def test_a_cache_that_cannot_be_made_gives_way_to_a_temporary_one(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("TRIPLEOS_CACHE", str(tmp_path / "file" / "cache"))
    folder = jit.cache_folder()
    assert folder.is_dir()
    assert tmp_path not in folder.parents
    folder.rmdir()


@pytest.mark.parametrize("fault", ["a file in the way", "no right to write"])
def test_a_home_that_cannot_be_written_gives_way_too(fault, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.delenv("TRIPLEOS_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file" if fault == "a file in the way" else tmp_path))
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "elsewhere"))
    assert jit.cache_root().parent == tmp_path / "elsewhere"


def test_folders_unused_for_a_month_are_removed(tmp_path, monkeypatch):
    monkeypatch.setenv("TRIPLEOS_CACHE", str(tmp_path))
    ages = {"old": jit.UNUSED_AFTER_DAYS + 1, "young": jit.UNUSED_AFTER_DAYS - 1, jit.source_hash(): 99}
    for name, days in ages.items():
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, (time.time() - days * DAY,) * 2)
    (tmp_path / "notes.txt").write_text("not ours")
    os.utime(tmp_path / "notes.txt", (0, 0))
    jit.cache_folder()
    assert {path.name for path in tmp_path.iterdir()} == {"young", jit.source_hash(), "notes.txt"}
    assert time.time() - (tmp_path / jit.source_hash()).stat().st_mtime < DAY, "what is used today is young again"


def test_whether_the_engine_is_compiled_is_known(tmp_path, monkeypatch):
    monkeypatch.setattr(jit, "CACHE_FOLDER", tmp_path)
    assert not jit.is_compiled()
    (tmp_path / "week.run_weeks-60.py311.1.nbc").write_text("")
    assert jit.is_compiled()
