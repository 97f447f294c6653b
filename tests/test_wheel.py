"""What an installed package brings: every module and file, and every command, away from the checkout.

The wheel is built without a network and unpacked; what it needs is that of this environment. `.ci/installed` does the
same with an environment of its own.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from sim import cli
from sim.version import model_version
from tests import examples

ROOT = Path(__file__).parents[1]
TINY = ("--workers", "24", "--weeks", "8", "--replicates", "2")

# Answers one command line after another, so that the package is imported once.
ANSWER = """
import contextlib, io, json, sys
from tripleos.cli import answer
for line in sys.stdin:
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
        code = answer(json.loads(line))
    print(json.dumps([code, out.getvalue(), err.getvalue()]), flush=True)
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A wheel, unpacked; built from a copy, so that the checkout stays as it is."""
    folder = tmp_path_factory.mktemp("build")
    for part in ("sim", "experiments/extend"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    command = [sys.executable, "-m", "pip", "wheel", ".", "--no-deps", "--no-build-isolation", "--no-index"]
    done = subprocess.run([*command, "--wheel-dir", "."], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.glob("*.whl")
    zipfile.ZipFile(built).extractall(folder / "site")
    return folder / "site"


@pytest.fixture
def python(site, tmp_path, monkeypatch):
    """Python where the wheel is installed and the checkout is not, in an empty folder: what a program prints."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments, path=(site,)):
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, path))}
        done = subprocess.run(
            [sys.executable, *arguments], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return call


@pytest.fixture(scope="module")
def installed(site, tmp_path_factory):
    """The command line of the wheel, in an empty folder: exit code, stdout and stderr."""
    environment = {**os.environ, "PYTHONPATH": str(site), "COLUMNS": "200"}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    where = tmp_path_factory.mktemp("elsewhere")
    with subprocess.Popen([sys.executable, "-c", ANSWER], cwd=where, env=environment, **pipes) as process:

        def call(*words):
            print(json.dumps(words), file=process.stdin, flush=True)
            return json.loads(process.stdout.readline())

        yield call
        process.stdin.close()


# Files


def test_a_wheel_has_all_files_of_the_package_and_no_others(site):
    ours = {
        f"{name}/{path.relative_to(ROOT / folder).as_posix()}"
        for name, folder in (("tripleos", "sim"), ("tripleos/examples", "experiments/extend"))
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    there = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    assert {name for name in there if ".dist-info/" not in name and "__pycache__" not in name} == ours


@pytest.mark.parametrize("kind", ["py.typed", ".py", ".toml", ".md", ".vue", ".js", ".css", ".html"])
def test_a_wheel_has_files_of_each_kind(site, kind):
    assert any(path.name.endswith(kind) for path in site.rglob("*"))


def test_the_command_is_that_of_the_package(site):
    (points,) = site.glob("*.dist-info/entry_points.txt")
    assert points.read_text().split() == ["[console_scripts]", "tripleos", "=", "tripleos.cli:main"]


# Names


def test_it_is_the_same_model(python):
    assert python("-m", "tripleos", "--version").split()[-1] == model_version()


def test_a_sim_of_the_users_own_is_left_alone(python):
    Path("sim.py").write_text("NAME = 'mine'\n")
    told = "import tripleos.model.rng, sim, sys; print(sim.NAME, 'sim.model' in sys.modules, tripleos.model.__name__)"
    Path("script.py").write_text(told)
    assert python("script.py").split() == ["mine", "False", "tripleos.model"]


def test_a_sim_of_the_users_own_that_fails_does_not_matter(python):
    Path("sim.py").write_text("raise RuntimeError\n")
    Path("script.py").write_text(
        "from tripleos import Scenario, simulate\n"
        "print(simulate(Scenario.build('balanced', workers=24, weeks=8), seeds=2).shape[0])\n"
    )
    assert python("script.py").split() == ["16"]


REFUSED = """
import tripleos, sys
try:
    import sim
except ImportError as error:
    print(error)
assert "sim" not in sys.modules
"""


def test_a_second_copy_is_refused(python, site):
    assert "sim would be a second copy of tripleos" in python("-c", REFUSED, path=(site, ROOT))


def test_a_page_of_the_dashboard_is_found(python):
    """The name of its app is text."""
    program = "from tripleos.dashboard import server; from importlib import import_module as of; print(of(server.{}))"
    assert "tripleos/dashboard/app.py" in python("-c", program.format("SETTINGS['SOLARA_APP']"))


# Commands


def shortened(words):
    """A command line of the help, so that it takes seconds and compiles nothing but the model."""
    words = examples.shortened(words)
    if words[0] in ("classics", "dashboard"):
        return [words[0], "--help"]
    if words[0] == "hypotheses":
        return [*words, "--list"]
    if words[0] in ("run", "compare"):
        return [*words, *TINY]
    studies = ("sweep", "status", "rerun", "export", "report")
    return [*words, "--replicates", "2"] if words[0] in studies else words


def test_every_example_of_the_help_works(installed):
    found = examples.proposed(lambda *words: installed(*words, "--help")[1])
    texts = [command.epilog for command in cli.app.registered_commands] + [cli.app.registered_callback.epilog]
    known = {line for text in texts for line in re.findall(r"^  tripleos (.*)$", text, re.MULTILINE)}
    assert {" ".join(words) for words in found} == known
    failed = {}
    for words in found:
        code, _, err = installed(*shortened(words))
        if code != 0:
            failed[" ".join(words)] = err
    assert failed == {}


def test_shipped_studies_are_found_by_name(installed):
    listed = json.loads(installed("list", "studies", "--json")[1])["studies"]
    assert {one["name"]: one["runs"] for one in listed}["demo"] == 360
    for one in listed:
        assert f"= {one['runs']:,} runs" in installed("sweep", one["name"], "--dry-run")[1]


def test_shipped_hypotheses_are_found(installed):
    listed = json.loads(installed("hypotheses", "--list", "--json")[1])["hypotheses"]
    assert [one["name"] for one in listed] == [f"P{number}" for number in range(17)]
    assert all(installed("sweep", name, "--dry-run")[0] == 0 for one in listed for name in one["studies"])
