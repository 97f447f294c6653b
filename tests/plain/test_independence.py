"""`sim.plain` shares no rule with the engine, and decides no stored row."""

from sim import version
from tests.test_layout import MODULES, graph, reached, within

ALLOWED = ["sim.errors", "sim.scenario", "sim.validation"]


def test_it_imports_nothing_of_the_engine():
    plain = within(MODULES, "sim.plain")
    assert {"sim.plain.worker", "sim.plain.organisation", "sim.plain.rng"} <= set(plain)
    for name in plain:
        others = graph()[name] - set(plain)
        assert within(others, *ALLOWED) == sorted(others), name
    assert within(reached(plain), "sim.mesa", "sim.study") == [], "nor by way of others"


def test_nothing_else_imports_it():
    for name in set(MODULES) - set(within(MODULES, "sim.plain")):
        assert within(graph()[name], "sim.plain") == [], name


def test_the_version_of_the_model_does_not_contain_it():
    assert [name for name in version.modules() if name.partition(".")[0] == "plain"] == []
