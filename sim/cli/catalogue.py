"""`tripleos list`: the policies, worlds, levers, mechanisms, measures, extensions and studies that there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import ScenarioError, did_you_mean, truncated_repr
from .command import command
from .options import JsonOption, WithOption
from .screen import console, grid, print_json

if TYPE_CHECKING:
    from rich.table import Table

    from ..model.model import Model
    from ..scenario import Parameter


def policies(_: Model) -> list[dict[str, Any]]:
    """Names of the shipped policies and what they are."""
    from ..scenario import load_policy, policy_names

    return [{"name": name, "meaning": load_policy(name).about} for name in policy_names()]


def worlds(_: Model) -> list[dict[str, Any]]:
    """Names of the shipped worlds and what they are."""
    from ..scenario import load_world, world_names

    return [{"name": name, "meaning": load_world(name).about} for name in world_names()]


def levers(model: Model) -> list[dict[str, Any]]:
    """All parameters that can be set, those of extensions that were named among them."""
    return [about_parameter(parameter) for parameter in model.parameters.values()]


def measures(model: Model) -> list[dict[str, Any]]:
    """What is recorded each week."""
    names = ("name", "unit", "range", "meaning")
    return [{name: getattr(measure, name) for name in names} for measure in model.measures]


def studies(_: Model) -> list[dict[str, Any]]:
    """The shipped studies, and how many runs each has."""
    from ..study.definition import StudyDefinition  # `Study` would also import what reads results
    from ..study.library import study_file, study_names

    made = [StudyDefinition.from_toml(study_file(name)) for name in study_names()]
    return [{"name": one.name, "meaning": one.title, "runs": one.runs} for one in made]


def extensions(_: Model) -> list[dict[str, Any]]:
    """The shipped examples of extensions and what they are."""
    from ..model.extensions import about_examples

    return [{"name": name, "meaning": meaning} for name, meaning in about_examples().items()]


def mechanisms(_: Model) -> list[dict[str, Any]]:
    """The mechanisms that can be switched: what each is, and its parameters where it is on and off."""
    from ..model.model import ABOUT_SWITCHES, PARAMETERS, SWITCHES

    def settings(names: tuple[str, ...], which: str) -> dict[str, float]:
        return {name: getattr(PARAMETERS[name], which) for name in names}

    return [
        {"name": name, "meaning": ABOUT_SWITCHES[name], "on": settings(names, "on"), "off": settings(names, "off")}
        for name, names in SWITCHES.items()
    ]


CATALOGUE: dict[str, Callable[[Model], list[dict[str, Any]]]] = {
    "policies": policies,
    "worlds": worlds,
    "levers": levers,
    "mechanisms": mechanisms,
    "measures": measures,
    "extensions": extensions,
    "studies": studies,
}


def model_with(extensions: list[str] | None) -> Model:
    """The model with the extensions that were named."""
    from ..model.extensions import load_all
    from ..model.model import model_of

    return model_of(load_all(extensions or ()))


def about_parameter(parameter: Parameter) -> dict[str, Any]:
    """A parameter as plain data."""
    names = ("name", "group", "kind", "meaning", "unit", "range", "default", "source")
    return {name: getattr(parameter, name) for name in names}


def range_text(one: Mapping[str, Any]) -> str:
    """The range of a lever or a measure with its unit.

    >>> range_text({"range": "0 … 1", "unit": "payoff"})
    '0 … 1 payoff'
    """
    return f"{one['range']} {one['unit']}".strip()


@command("list", "tripleos list", "tripleos list studies", "tripleos list levers --json")
def list_(
    kind: Annotated[
        str | None,
        typer.Argument(
            metavar="KIND", help=f"One of {', '.join(CATALOGUE)}; everything if not given.", show_default=False
        ),
    ] = None,
    extensions: WithOption = None,
    as_json: JsonOption = False,
) -> None:
    """List policies, worlds, levers, mechanisms, measures, extensions and studies.

    [bold]Policies[/] are what management sets and [bold]worlds[/] what it cannot; both come as named examples.
    [bold]Levers[/] are all parameters that can be set, of the world, the workforce or the policy.
    [bold]Mechanisms[/] can be switched on and off: [cyan]tripleos run --mechanisms NAME[/]. [bold]Measures[/] are what
    is recorded each week. [bold]Extensions[/] add to the model: [cyan]tripleos run --with NAME[/] uses one.
    [bold]Studies[/] are shipped: [cyan]tripleos sweep NAME[/] runs one.
    """
    model = model_with(extensions)
    if kind is not None and kind not in CATALOGUE:
        raise ScenarioError(
            f"list {truncated_repr(kind)}: allowed are {', '.join(CATALOGUE)}{did_you_mean(kind, CATALOGUE)}"
        )
    content = {one: CATALOGUE[one](model) for one in ([kind] if kind else CATALOGUE)}
    if as_json:
        return print_json(content)
    screen = console()
    for one, rows in content.items():
        for table in _tables(one, rows):
            screen.print(table)
            screen.print()
    return None


def _tables(kind: str, rows: list[dict[str, Any]]) -> Iterator[Table]:
    if kind == "levers":
        for group in ("world", "workforce", "policy"):
            yield _table_of_levers(group, [one for one in rows if one["group"] == group])
    elif kind == "mechanisms":
        cells = [(one["name"], _settings_text(one["on"]), one["meaning"]) for one in rows]
        yield grid("Mechanisms that can be switched", ("name", "where it is on", "meaning"), cells)
    elif kind == "measures":
        cells = [(one["name"], range_text(one), one["meaning"]) for one in rows]
        yield grid("Measures, of each week", ("name", "range and unit", "meaning"), cells)
    elif kind == "studies":
        cells = [(one["name"], f"{one['runs']:,}", one["meaning"]) for one in rows]
        yield grid("Studies", ("name", "runs", "meaning"), cells)
    else:
        yield grid(kind.capitalize(), ("name", "meaning"), [(one["name"], one["meaning"]) for one in rows])


def _settings_text(settings: Mapping[str, float]) -> str:
    """Parameters as they are typed."""
    return " ".join(f"{name}={value}" for name, value in settings.items())


def _table_of_levers(group: str, rows: list[dict[str, Any]]) -> Table:
    from ..present.formatting import format_setting

    cells = [(one["name"], range_text(one), format_setting(one["default"]), one["meaning"]) for one in rows]
    return grid(f"Levers of the {group}", ("name", "range and unit", "default", "meaning"), cells, name=23)
