"""In a checkout `sim` and `tripleos` are one package: the same modules, whichever is asked for, and no second copy."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

PROGRAMS = {
    "the same modules": """
        import sim, tripleos
        import sim.model.rng as a, tripleos.model.rng as b
        assert tripleos is sim and a is b and tripleos.model is sim.model
    """,
    "a module that is first asked for as tripleos": """
        import sim
        from tripleos.model import rng
        import sim.model
        assert rng is sim.model.rng and rng.__name__ == "sim.model.rng"
    """,
    "modules stay what they are": """
        import importlib, sim, tripleos.errors
        assert tripleos.errors.__spec__.name == "sim.errors" and tripleos.__spec__.name == "sim"
        assert importlib.reload(tripleos) is sim
        import tripleos.validation
        assert tripleos.validation is importlib.import_module("sim.validation")
    """,
    "classes and errors": """
        import sim, tripleos
        one = sim.Scenario.build("balanced")
        assert isinstance(one, tripleos.Scenario)
        try:
            sim.Scenario.build("none")
        except tripleos.ScenarioError as error:
            assert type(error).__module__ == "tripleos"
        else:
            raise AssertionError
    """,
    "pickles": """
        import pickle, sim, tripleos
        one = tripleos.Scenario.build("balanced")
        assert pickle.loads(pickle.dumps(one)) == one
        error = pickle.loads(pickle.dumps(tripleos.ScenarioError("no")))
        assert type(error) is sim.ScenarioError
    """,
    "what is not there": """
        import sim
        try:
            import tripleos.nothing
        except ModuleNotFoundError as error:
            assert str(error) == "No module named 'tripleos.nothing'", error
        else:
            raise AssertionError
    """,
    "resources and walks": """
        import pkgutil, sim, tripleos
        from importlib.resources import files
        assert files("tripleos") / "py.typed" == files("sim") / "py.typed"
        names = {one.name for one in pkgutil.walk_packages(tripleos.__path__, "tripleos.")}
        assert "tripleos.model.spaces.networks" in names
    """,
}


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_two_names_are_one_package(program):
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_documents_import_this_checkout():
    import tripleos

    import sim

    assert tripleos is sim
