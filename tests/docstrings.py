"""Which public docstrings lack a section that numpydoc asks for.

    python -m tests.docstrings    how many have all their sections, and what each of the others lacks

Public is what has no underscore in a module of `sim`, apart from the command line and the dashboard, whose texts are
read on a screen. A function, method or class needs `Parameters` (with types) if it takes any, `Returns` or `Yields` if
it gives something back, and `Raises` if it raises ScenarioError itself. What a record holds may stand in `Attributes`,
or in comments beside the fields. Rules need no sections: compiled code takes what its docstring says, of any type.
"""

from __future__ import annotations

import ast
import inspect
import pkgutil
import textwrap
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType
from typing import Any

from numba.core.dispatcher import Dispatcher
from numpydoc.docscrape import get_doc_object
from numpydoc.validate import validate

import sim

ON_A_SCREEN = ("sim.cli", "sim.dashboard")
# Of numpydoc's checks: no docstring; a parameter left out, unknown or without a type; nothing about what is returned.
SECTIONS = {
    "GL08": "docstring", "PR01": "Parameters", "PR02": "Parameters", "PR04": "Parameters", "RT01": "Returns",
    "YD01": "Yields",
}  # fmt: skip
SIGNATURE = {"PR01", "PR02", "PR04"}


def modules() -> Iterator[ModuleType]:
    """The modules whose names are public."""
    for info in pkgutil.walk_packages(sim.__path__, "sim."):
        if not info.name.startswith(ON_A_SCREEN) and "._" not in info.name:
            yield import_module(info.name)


def public_objects() -> dict[str, Any]:
    """Every public function, class, method and property, by its full name."""
    found: dict[str, Any] = {}
    for module in modules():
        for name, thing in vars(module).items():
            ours = not name.startswith("_") and getattr(thing, "__module__", "") == module.__name__
            if ours and (inspect.isclass(thing) or inspect.isfunction(thing) or isinstance(thing, Dispatcher)):
                found[f"{module.__name__}.{name}"] = thing
            if ours and inspect.isclass(thing):
                found |= {f"{module.__name__}.{name}.{key}": method for key, method in methods(thing)}
    return found


def methods(owner: type) -> Iterator[tuple[str, Any]]:
    """The public methods and properties that a class defines itself."""
    for name, attribute in vars(owner).items():
        method = getattr(attribute, "__func__", attribute)
        if not name.startswith("_") and (inspect.isfunction(method) or isinstance(method, property)):
            yield name, method


def lacking(name: str, thing: Any) -> list[str]:
    """The sections that a docstring lacks, in alphabetical order."""
    if not (thing.__doc__ or "").strip():
        return ["docstring"]
    if not needs_sections(thing):
        return []
    codes = {code for code, _ in validate(name)["errors"]}
    if inspect.isclass(thing) and says_what_it_holds(thing):
        codes -= SIGNATURE
    if inspect.isfunction(thing) and any(p.kind is p.VAR_KEYWORD for p in inspect.signature(thing).parameters.values()):
        codes.discard("PR02")
    sections = {SECTIONS[code] for code in codes & SECTIONS.keys()}
    if raises_scenario_error(thing) and not get_doc_object(thing)["Raises"]:
        sections.add("Raises")
    return sorted(sections)


def needs_sections(thing: Any) -> bool:
    """Whether a docstring must have sections: not that of a rule, a property or an exception."""
    is_exception = inspect.isclass(thing) and issubclass(thing, BaseException)
    return not is_exception and not isinstance(thing, Dispatcher | property)


def says_what_it_holds(record: type) -> bool:
    """Whether a record names its fields in `Attributes`, or has a comment beside each."""
    names = getattr(record, "__dataclass_fields__", None) or getattr(record, "_fields", None)
    names = names or getattr(record, "model_fields", {})
    told = {name for attribute in get_doc_object(record)["Attributes"] for name in attribute.name.split(", ")}
    if set(names) <= told:
        return True
    try:
        return inspect.getsource(record).count("  # ") >= len(names)
    except OSError:  # a class that was made, which has no source
        return False


def raises_scenario_error(thing: Any) -> bool:
    """Whether the body of a function says `raise ScenarioError(…)` or `raise refused(…)`."""
    if inspect.isclass(thing):
        return False
    nodes = ast.walk(ast.parse(textwrap.dedent(inspect.getsource(thing))))
    raised = [node.exc.func for node in nodes if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)]
    return any(isinstance(name, ast.Name) and name.id in ("ScenarioError", "refused") for name in raised)


def missing() -> dict[str, list[str]]:
    """What each public docstring lacks, by the name of the object; those that lack nothing are left out."""
    found = {name: lacking(name, thing) for name, thing in sorted(public_objects().items())}
    return {name: sections for name, sections in found.items() if sections}


def lines(incomplete: dict[str, list[str]]) -> list[str]:
    """The list of what is missing, a line an object."""
    return [f"{name}: {', '.join(sections)}" for name, sections in incomplete.items()]


def main() -> None:
    """Print what is missing."""
    incomplete, public = missing(), public_objects()
    for line in lines(incomplete):
        print(line)
    needy = [name for name, thing in public.items() if needs_sections(thing)]
    whole = len(set(needy) - incomplete.keys())
    share = f"{whole} have them all ({whole / len(needy):.0%})"
    print(f"{len(public)} public objects; {len(needy)} of them need sections, of which {share}")


if __name__ == "__main__":
    main()
