"""Who imports whom, read from the source: no circles, and nothing that makes stored numbers knows how they look."""

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SHOWN = ("sim.present", "sim.report", "sim.cli", "sim.dashboard")  # rooms that only show


def modules():
    """Every module of the package, by its dotted name."""
    found = {}
    for path in sorted((ROOT / "sim").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()


def imports_of(source, name, is_package, known):
    """The modules among `known` that a source imports, anywhere in it: at the top, in functions, for types only."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name in known}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = name.split(".")
                above = above[: len(above) - node.level + is_package]
                base = ".".join([*above, *([node.module] if node.module else [])])
            for alias in node.names:
                submodule = f"{base}.{alias.name}"
                found |= {submodule} if submodule in known else {base} if base in known else set()
    return found - {name}


@cache
def graph():
    """What each module imports."""
    return {
        name: imports_of(path.read_text(encoding="utf-8"), name, path.name == "__init__.py", MODULES)
        for name, path in MODULES.items()
    }


def circles(edges):
    """Groups of modules that import each other, directly or through others (Tarjan's strong components)."""
    index, low, stack, found = {}, {}, [], []

    def visit(name):
        index[name] = low[name] = len(index)
        stack.append(name)
        for other in edges[name]:
            if other not in index:
                visit(other)
            if other in stack:
                low[name] = min(low[name], low[other])
        if low[name] == index[name]:
            group = stack[stack.index(name) :]
            del stack[stack.index(name) :]
            if len(group) > 1:
                found.append(sorted(group))

    for name in edges:
        if name not in index:
            visit(name)
    return sorted(found)


def reached(start):
    """All that some modules import, directly or through others, themselves included."""
    found, waiting = set(), list(start)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += graph()[name]
    return found


def within(names, *packages):
    """Which of some modules are in some packages."""
    return sorted(n for n in names if any(n == package or n.startswith(f"{package}.") for package in packages))


def test_no_module_imports_itself_through_others():
    assert circles(graph()) == []


def test_a_circle_would_be_seen():
    edges = {"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a", "e"}, "e": {"d"}, "f": {"d"}}
    assert circles(edges) == [["a", "b", "c"], ["d", "e"]]
    source = "from __future__ import annotations\nfrom . import b\ndef f():\n    from ..x.y import z\n    import sim.w"
    assert imports_of(source, "sim.p.a", False, {"sim.p.b", "sim.x.y", "sim.w"}) == {"sim.p.b", "sim.x.y", "sim.w"}
    assert imports_of("from .b import c", "sim.p", True, {"sim.p.b"}) == {"sim.p.b"}


def test_the_model_knows_nothing_of_what_is_built_on_it():
    for name in within(MODULES, "sim.model"):
        assert within(reached([name]), *SHOWN, "sim.study", "sim.hypotheses", "sim.analysis", "sim.mesa") == [], name


def test_spaces_do_not_know_each_other():
    spaces = within(MODULES, "sim.model.spaces")
    assert len(spaces) == 4
    for name in spaces:
        assert not graph()[name] & set(spaces), name


def test_what_decides_stored_rows_does_not_know_how_they_are_shown():
    deciding = within(MODULES, "sim.study")
    assert {"sim.study.rows", "sim.study.worker", "sim.study.store"} <= set(deciding)
    assert within(reached(deciding), *SHOWN, "sim.hypotheses") == []


@pytest.mark.parametrize("name", ["sim.analysis", "sim.scenario"])
def test_what_a_study_is_made_of_knows_no_study(name):
    assert within(reached(within(MODULES, name)), *SHOWN, "sim.study", "sim.hypotheses") == []
