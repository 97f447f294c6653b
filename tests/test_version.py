"""The version of the model: whatever decides a stored row changes it, and nothing else does."""

import ast
import io
import json
import os
import shutil
import subprocess
import sys
import tokenize

import pytest

from sim import Scenario, version
from sim.model import jit
from sim.model.week import run_weeks
from sim.study import runner, worker
from sim.study.store import Store, StoreError
from sim.version import model_version
from tests.study.small import build, study_file

PACKAGE = version.PACKAGE
DECIDE_NOTHING = {
    "analysis", "classics", "cli", "dashboard", "hypotheses", "mesa", "present", "report", "results", "version",
}  # fmt: skip


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of the package."""
    folder = tmp_path_factory.mktemp("copy") / "sim"
    shutil.copytree(PACKAGE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


# Which modules


def test_all_that_makes_a_row_counts():
    engine = {"week", "run", "state", "rng", "practice", "reality", "people", "measures", "jit"}
    spaces = {"spaces.networks", "spaces.communities", "spaces.teams"}
    scenario = {"scenario", "parameters", "library", "toml_io"}
    wanted = {f"model.{name}" for name in engine | spaces} | {f"scenario.{name}" for name in scenario}
    assert wanted | {"study.worker", "study.designs"} <= set(version.modules())


def test_what_shows_tells_or_judges_does_not():
    counted = version.modules()
    assert not {name for name in counted if name.partition(".")[0] in DECIDE_NOTHING}
    assert "" not in counted, "the list of public names decides nothing"


@pytest.mark.parametrize("name", version.BESIDE)
def test_each_exception_is_needed(name, monkeypatch):
    monkeypatch.setattr(version, "BESIDE", tuple(one for one in version.BESIDE if one != name))
    assert any(f"{one}.".startswith(f"{name}.") for one in version.modules()), "it is imported by none of them: drop it"


def test_imports_are_followed_wherever_they_stand(tmp_path, monkeypatch):
    monkeypatch.setattr(version, "ROOTS", ("rooms.row",))
    monkeypatch.setattr(version, "BESIDE", ("beside",))
    files = {
        "__init__": "from . import never",
        "never": "",
        "rooms/__init__": "from .. import never",
        "rooms/row": "from .. import first, beside\nfrom ..inner import FOURTH\nfrom .near import *\nimport pkg.last\n"
        "import json\nif TYPE_CHECKING:\n    from .. import never\ndef f():\n    from ..second import x\n"
        "class C:\n    if True:\n        from ..third import x\n",
        "rooms/near": "",
        "inner/__init__": "from .deep import FOURTH",
        "inner/deep": "",
        **dict.fromkeys(("first", "second", "third", "last"), ""),
        "beside": "from . import never",
    }
    for name, text in files.items():
        path = tmp_path / "pkg" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    found = version.modules(tmp_path / "pkg")
    assert set(found) == {"rooms.row", "rooms.near", "inner", "inner.deep", "first", "second", "third", "last"}


# Mutations


def places(tree):
    """Every function, and every value that a module or a class gives to a name, with a way to change each."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            yield node
        if isinstance(node, ast.Module | ast.ClassDef):
            yield from (one for one in node.body if isinstance(one, ast.Assign | ast.AnnAssign) and one.value)


def mutate(place):
    """Change the first thing in a place that can be changed a little: a number, a comparison, an operator, a text."""
    inside = place.body if isinstance(place, ast.FunctionDef) else [place.value]
    for node in (node for one in inside if not version._is_docstring(one) for node in ast.walk(one)):
        if isinstance(node, ast.Constant) and isinstance(node.value, bool | int | float):
            node.value = not node.value if isinstance(node.value, bool) else node.value + 1
            return
        if isinstance(node, ast.Compare):
            node.ops[0] = ast.NotEq() if isinstance(node.ops[0], ast.Eq) else ast.Eq()
            return
        if isinstance(node, ast.BinOp):
            node.op = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
            return
    if isinstance(place, ast.FunctionDef):
        place.body.append(ast.Pass())
    else:
        place.value = ast.List([place.value], ast.Load())


def test_any_change_of_what_decides_a_row_changes_the_version(copy):
    """The version, by a change of each module; the hash of each module, by one change after another."""
    before, unseen, count = version.source_hash(copy), [], 0
    assert before == version.source_hash()
    for name, path in version.modules(copy).items():
        text = path.read_text(encoding="utf-8")
        tree = ast.parse(text)
        last = version.tree_hash(tree)
        for number, place in enumerate(list(places(tree))):
            mutate(place)
            now = version.tree_hash(tree)
            if now == last:
                unseen.append(f"{name}, line {place.lineno}")
            if number == 0:
                path.write_text(ast.unparse(tree), encoding="utf-8")
                assert version.source_hash(copy) != before, name
            last, count = now, count + 1
        path.write_text(text, encoding="utf-8")
    assert unseen == []
    assert count > 400
    assert version.source_hash(copy) == before


def reworded(text):
    """A source with other docstrings, comments, blank lines and breaks."""
    tree = ast.parse(text)
    told = 0
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            for one in node.body:
                if version._is_docstring(one):
                    one.value.value = "Quite other words.\n\nTwo paragraphs of them."
                    told += 1
    assert told
    return "# A comment\n\n" + ast.unparse(tree).replace("\n    ", "\n\n    # Another one\n    ", 1)


def recommented(text):
    """A source with other words in its comments."""
    tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    return tokenize.untokenize(t._replace(string="# other") if t.type == tokenize.COMMENT else t for t in tokens)


@pytest.mark.parametrize("change", [reworded, recommented])
def test_other_words_and_formatting_do_not(copy, change):
    before = version.source_hash(copy)
    texts = {path: path.read_text(encoding="utf-8") for path in version.modules(copy).values()}
    for path, text in texts.items():
        path.write_text(change(text), encoding="utf-8")
        assert path.read_text(encoding="utf-8") != text or "# " not in text
    assert version.source_hash(copy) == before
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8")


def test_what_is_no_part_of_it_may_change(copy):
    before = version.source_hash(copy)
    counted = set(version.modules(copy).values())
    for path in set(copy.rglob("*.py")) - counted:
        path.write_text("raise SystemExit\n", encoding="utf-8")
    assert version.source_hash(copy) == before
    shutil.rmtree(copy)
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))


def test_the_library_counts_by_its_values(copy):
    before = version.source_hash(copy)
    for path in sorted((copy / "scenario" / "library").rglob("*.toml")):
        text = path.read_text(encoding="utf-8")
        path.write_text(f"# A comment\n\n{text.replace(' = ', '  =  ')}", encoding="utf-8")
        assert version.source_hash(copy) == before
        path.write_text(f"{text}\nhurdle_of_another_kind = 0.5\n", encoding="utf-8")
        assert version.source_hash(copy) != before
        path.write_text(text, encoding="utf-8")
    path.rename(path.with_name("another_name.toml"))
    assert version.source_hash(copy) != before
    path.with_name("another_name.toml").rename(path)


def test_plugins_have_their_place():
    one, other = "def rule(x):\n    return x\n", "def rule(x):\n    return x + 1\n"
    found = {version.source_hash(plugins=given) for given in ((), (one,), (other,), (one, other))}
    assert len(found) == 4
    assert version.source_hash(plugins=(f"# A comment\n{one}",)) == version.source_hash(plugins=(one,))
    assert version.source_hash(plugins=(one, other)) != version.source_hash(plugins=(other, one)), "they act in order"
    told = 'PARAMETERS = (lever("mentoring", 0.0, 0, 1, meaning="mentoring", overhead=0.02),)'
    in_other_words = told.replace('meaning="mentoring"', 'meaning="what mentors do"')
    assert version.source_hash(plugins=(told,)) == version.source_hash(plugins=(in_other_words,))
    assert version.source_hash(plugins=(told,)) != version.source_hash(plugins=(told.replace("0.02", "0.03"),))


# Two models in one table

TEAMS = ("scenario/scenario.py", "self.workforce.workers // self", "self.workforce.workers // 2 // self")


def sweep(copy, folder, *arguments):
    """The command line of a copy of the package."""
    command = [sys.executable, "-m", "sim", "sweep", "small.toml", "--out", "out", *arguments]
    environment = os.environ | {"PYTHONPATH": str(copy.parent), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def change(copy, file, old, new):
    text = (copy / file).read_text(encoding="utf-8")
    assert old in text
    (copy / file).write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.slow
def test_a_store_takes_no_runs_of_a_model_that_was_edited(copy, tmp_path):
    study_file(tmp_path, replicates=1)
    assert "8 of 8 runs done (8 made now)" in " ".join(sweep(copy, tmp_path)[1].split())
    change(copy, "model/practice.py", '"""', '"""Other words. ')
    change(copy, "scenario/scenario.py", '"""', '"""Other words. ')
    assert "16 of 16 runs done (8 made now)" in " ".join(sweep(copy, tmp_path, "--replicates", "2")[1].split())
    change(copy, *TEAMS)
    code, _, err = sweep(copy, tmp_path, "--replicates", "3")
    assert code == 1
    assert f"holds runs of another model:\n  model version: {version.__version__}+" in err
    assert "--out keeps both" in err
    for path in ("model/practice.py", "scenario/scenario.py"):
        shutil.copy(PACKAGE / path, copy / path)
    assert "24 of 24 runs done" in " ".join(sweep(copy, tmp_path, "--replicates", "3")[1].split())


# The probe


@pytest.fixture
def other_numbers(monkeypatch):
    """A function that decides how many teams there are, replaced from outside."""
    teams = Scenario.teams.fget
    return lambda: monkeypatch.setattr(Scenario, "teams", property(lambda self: max(1, teams(self) // 2)))


def test_the_probe_is_the_same_each_time_and_sees_what_is_replaced(other_numbers):
    before = worker.probe()
    assert worker.probe() == before
    other_numbers()
    assert worker.probe() != before


def test_a_store_takes_no_runs_of_a_model_that_gives_other_numbers(tmp_path, other_numbers, monkeypatch):
    study = build(replicates=1)
    with Store(tmp_path, study).lock() as store:
        runner.sweep(store, runner.Options(threads=1))
    parts, probed = store.parts(), store.manifest()["probed"]
    assert probed == {model_version(): worker.probe()}
    with Store(tmp_path, study).lock():
        assert store.manifest()["probed"] == probed
    other_numbers()
    for mix in (False, True):
        with pytest.raises(StoreError, match="gives other numbers now"), Store(tmp_path, study).lock(mix=mix):
            pass
    assert store.parts() == parts
    with Store(tmp_path, study).lock(restart=True):
        assert store.parts() == []
        assert store.manifest()["probed"] == {model_version(): worker.probe()}


def test_what_differs_is_told(tmp_path):
    study = build()
    with Store(tmp_path, study).lock() as store:
        pass
    manifest = store.manifest()
    manifest["began_with"]["numpy"] = "1.0"
    manifest["probed"][model_version()] = "0123456789abcdef"
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(StoreError, match=r"\n  numpy: 1\.0 there, \d+\.\d+\.\d+ now\n"), store.lock():
        pass


def test_two_models_in_one_table_have_a_probe_each(tmp_path, monkeypatch):
    study = build()
    with Store(tmp_path, study).lock():
        pass
    now = model_version()
    monkeypatch.setattr("sim.model.model.model_version", lambda *_: "9.9+other")
    with Store(tmp_path, study).lock(mix=True) as store:
        assert set(store.manifest()["probed"]) == {now, "9.9+other"}


def test_a_worker_that_gets_other_numbers_is_refused():
    study = build()
    task = worker.task_text(study), study.key, [0], model_version(), None
    assert worker.do_runs(*task, worker.probe()).num_rows == 1
    with pytest.raises(worker.OtherVersion, match="a worker gets other numbers from the same model"):
        worker.do_runs(*task, "0123456789abcdef")


def test_a_model_that_cannot_be_run_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(worker, "run_history", lambda *_: 1 / 0)
    with pytest.raises(worker.StudyError, match="the model cannot be run: ZeroDivisionError"):
        worker.probe()


# Stores of version 0.1


def test_a_store_of_version_01_is_refused_in_a_sentence(tmp_path):
    study = build()
    with Store(tmp_path, study).lock() as store:
        pass
    manifest = store.manifest() | {"format": 1}
    del manifest["probed"]
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    told = pytest.raises(StoreError, match=r"holds runs of tripleos 0\.1, .*: they are not continued\n.*--restart")
    with told, store.lock():
        pass
    with pytest.raises(StoreError, match=r"tripleos 0\.1"):
        store.existing()
    with store.lock(restart=True):
        pass
    assert json.loads((tmp_path / "before-1" / "manifest.json").read_text()) == manifest


ENTERED = """
import json, sys
from sim.study import worker
names = set()
sys.setprofile(lambda frame, event, _: names.add((frame.f_globals.get("__name__"), frame.f_code.co_qualname)))
worker.probe()
sys.setprofile(None)
print(json.dumps(sorted(name for name in names if str(name[0]).startswith("sim."))))
"""


@pytest.mark.slow
def test_the_probe_enters_every_rule():
    """Or a rule that was replaced from outside would be stored beside the model's own."""
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(PACKAGE.parent)}
    done = subprocess.run([sys.executable, "-c", ENTERED], env=environment, capture_output=True, text=True, check=True)
    entered = {tuple(name) for name in json.loads(done.stdout)}
    rules = {(f.__module__, f.__qualname__) for f in jit.compiled_into(run_weeks.py_func)}
    assert len(rules) > 50
    assert not rules - entered


def test_what_a_shipped_policy_is_about_is_not_part_of_the_version(copy):
    before = version.source_hash(copy)
    path = copy / "scenario" / "library" / "policies" / "heads_down.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('about = "', 'about = "In other words: '), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != text
    assert version.source_hash(copy) == before
    path.write_text(text, encoding="utf-8")
