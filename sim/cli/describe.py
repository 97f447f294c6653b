"""`tripleos describe`: what a policy, a world, a lever or a measure is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from ..errors import ScenarioError, canonical, did_you_mean, display_name
from .catalogue import CATALOGUE, about_parameter, measures, model_with, range_text
from .command import command
from .options import JsonOption, WithOption
from .screen import console, grid, print_json

if TYPE_CHECKING:
    from ..model.declare import Parameter
    from ..model.model import Model


@command(
    "describe",
    "tripleos describe triple_operating_system",
    "tripleos describe turbulence",
    "tripleos describe coherent_action",
)
def describe(
    name: Annotated[str, typer.Argument(help="Name of a policy, a world, a lever or a measure.", show_default=False)],
    extensions: WithOption = None,
    as_json: JsonOption = False,
) -> None:
    """Explain a policy, a world, a lever or a measure.

    For a policy it lists all levers that differ from the policy [cyan]balanced[/]. Where a policy and a lever have the
    same name, both are explained.
    """
    model = model_with(extensions)
    found = list(_descriptions(canonical(name), model))
    if not found:
        raise ScenarioError(_not_found(name, model))
    if as_json:
        return print_json(found)
    screen = console()
    for one in found:
        screen.print(Text(one["name"], "bold cyan") + Text(f"  {one['what']}", "dim"))
        screen.print(f"{one['meaning']}\n")
        _PRINTERS[one["what"]](screen, one)
        screen.print()
    return None


def _not_found(name: str, model: Model) -> str:
    from ..model.extensions import examples
    from ..model.model import SWITCHES
    from ..study.library import study_names

    if canonical(name) in study_names():
        return f"{display_name(name)} is a study: `tripleos sweep {canonical(name)} --dry-run` shows what it is"
    if canonical(name) in examples():
        return f"{display_name(name)} is an extension: `tripleos run --with {canonical(name)}` uses it"
    if canonical(name) in SWITCHES:
        return f"{display_name(name)} is a mechanism: `tripleos list mechanisms` shows what it does"
    known = [
        one["name"] for kind, make in CATALOGUE.items() if kind not in ("studies", "mechanisms") for one in make(model)
    ]
    near = did_you_mean(name, known) or "; `tripleos list` shows all names"
    return f"{display_name(name)} is not a policy, a world, a lever or a measure{near}"


# As plain data


def _descriptions(name: str, model: Model) -> Iterator[dict[str, Any]]:
    """What is known under a name."""
    from ..model.model import PARAMETERS
    from ..scenario import load_policy, load_world, policy_names, world_names

    if name in policy_names():
        about, levers = _parted(load_policy(name))
        changed = _differing(levers, dict(load_policy("balanced")))
        yield {"what": "policy", **about, "differs_from_balanced": changed, "levers": levers}
    if name in world_names():
        about, parameters = _parted(load_world(name))
        changed = _differing(parameters, {one: PARAMETERS[one].default for one in parameters})
        yield {"what": "world", **about, "differs_from_default": changed, "parameters": parameters}
    extension = {"with": _extension_with(name, model)}
    if name in model.parameters:
        parameter = model.parameters[name]
        yield {"what": "lever", **about_parameter(parameter), "set_by": _set_by(parameter), **extension}
    yield from ({"what": "measure", **one, **extension} for one in measures(model) if one["name"] == name)


def _extension_with(name: str, model: Model) -> list[str]:
    """The extension that has a parameter or a measure, as `--with` names it; none for ours."""
    from ..model.extensions import names_of

    declared = {one: {p.name for p in one.all_parameters} | {m.name for m in one.measures} for one in model.extensions}
    return names_of(one for one, names in declared.items() if name in names)


def _use(one: Mapping[str, Any], setting: str = "") -> str:
    """The command that uses something."""
    return " ".join(["tripleos run", *(f"--with {name}" for name in one["with"]), *([setting] if setting else [])])


def _parted(shipped: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """A policy or a world in two: what it is called and means, and its parameters."""
    parameters = dict(shipped)
    return {"name": parameters.pop("name"), "meaning": parameters.pop("about")}, parameters


def _differing(values: Mapping[str, Any], usual: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value != usual[name]}


def _set_by(lever: Parameter) -> dict[str, Any]:
    """The shipped policies or worlds that set a lever, with their values."""
    from ..scenario import load_policy, load_world, policy_names, world_names

    shipped: list[Any] = [*map(load_policy, policy_names()), *map(load_world, world_names())]
    values = {one.name: getattr(one, lever.name) for one in shipped if hasattr(one, lever.name)}
    return {name: value for name, value in values.items() if value != lever.default}


# On a screen, below its name and meaning


def _print_policy(screen: Console, one: Mapping[str, Any]) -> None:
    from ..model.model import PARAMETERS
    from ..present.formatting import format_setting
    from ..scenario import load_policy

    levers, balanced = one["levers"], load_policy("balanced")
    spaces = ("networks", "communities", "teams")
    week = ", ".join(f"{levers[f'split_{space}']:.0%} {space}" for space in spaces)
    kept = ", ".join(f"{levers[f'floor_{space}']:.0%} {space}" for space in spaces if levers[f"floor_{space}"] > 0)
    screen.print(f"Starting split of the working week {week}; protected: {kept or 'nothing'}.\n")
    rows = [
        (name, format_setting(value), format_setting(getattr(balanced, name)), PARAMETERS[name].meaning)
        for name, value in one["differs_from_balanced"].items()
    ]
    if rows:
        screen.print(grid("What differs from balanced", ("lever", "value", "balanced", "meaning"), rows))
    else:
        screen.print("No lever differs from balanced.")


def _print_world(screen: Console, one: Mapping[str, Any]) -> None:
    from ..model.model import PARAMETERS
    from ..present.formatting import format_setting

    known = PARAMETERS
    rows = [
        (name, format_setting(value) + (" *" if name in one["differs_from_default"] else ""), known[name].meaning)
        for name, value in one["parameters"].items()
    ]
    screen.print(grid("Its parameters (* not the default)", ("parameter", "value", "meaning"), rows))


def _print_lever(screen: Console, one: Mapping[str, Any]) -> None:
    from ..present.formatting import format_setting

    default = format_setting(one["default"])
    rows = {
        "range": range_text(one),
        "default": default,
        "part of": f"the {one['group']}",
        "source": "this model" if one["source"] == "own" else one["source"],
        "set by": ", ".join(f"{name} ({format_setting(value)})" for name, value in one["set_by"].items()) or "–",
        "use": _use(one, f"--set {one['name']}={default}"),
    }
    screen.print(grid("", ("", ""), rows.items()))


def _print_measure(screen: Console, one: Mapping[str, Any]) -> None:
    rows = [("unit", one["unit"]), ("range", one["range"]), *([("use", _use(one))] if one["with"] else [])]
    screen.print(grid("", ("", ""), rows))


_PRINTERS: dict[str, Callable[[Console, Mapping[str, Any]], None]] = {
    "policy": _print_policy,
    "world": _print_world,
    "lever": _print_lever,
    "measure": _print_measure,
}
