"""From the options of a command to the scenarios and seeds that they describe.

What a value may be is the business of the gate (`tripleos.scenario`); here text becomes numbers and switches.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..errors import ScenarioError, canonical, did_you_mean, display_name, truncated_repr
from ..validation import MAX_SEED
from .screen import one_line

if TYPE_CHECKING:
    from ..scenario import Parameter, Scenario

OWN_OPTIONS = ("policy", "world", "weeks", "seed", "replicates", "threads", "out", "scenario")
SWITCHES = {"true": True, "yes": True, "false": False, "no": False}


def scenario_of(
    policy: str | None,
    world: str | None,
    settings: Sequence[str] | None,
    file: str | None,
    weeks: int | None,
    workers: int | None,
    extensions: Sequence[str] | None = None,
    mechanisms: Sequence[str] | None = None,
) -> Scenario:
    """The scenario that the options describe."""
    from ..model.extensions import load_all
    from ..scenario import Scenario

    start = Scenario.build() if file is None else Scenario.from_toml(file)
    if extensions:
        start = start.replace(with_=[*start.with_, *load_all(extensions)])
    levers = _settings(settings or [], workers, start.model.parameters)
    return start.replace(**given(policy=policy, world=world, weeks=weeks, mechanisms=mechanisms), **levers)


def given(**options: Any) -> dict[str, Any]:
    """The options that were given."""
    return {name: value for name, value in options.items() if value is not None}


def labels_of(scenarios: Sequence[Scenario], policies: Sequence[str]) -> list[str]:
    """What policies are called in a table: their names, or what was given where names are the same."""
    names = [one_line(scenario.policy.name) for scenario in scenarios]
    return [name if names.count(name) == 1 else one_line(text) for name, text in zip(names, policies, strict=True)]


def seeds_of(first: int, replicates: int) -> list[int]:
    """As many seeds as replicates, from the first one on."""
    if first + replicates - 1 > MAX_SEED:
        raise ScenarioError(f"--seed {first} with {replicates} replicates: seeds go up to 2^64 - 1")
    return list(range(first, first + replicates))


# --set


def _settings(texts: Sequence[str], workers: int | None, known: Mapping[str, Parameter]) -> dict[str, Any]:
    """The levers that `--set` and `--workers` set, with values of the right type."""
    settings: dict[str, Any] = given(workers=workers)
    for name, value in (setting(text, known) for text in texts):
        if name in settings:
            raise ScenarioError(f"{name} is set twice; one value is needed")
        settings[name] = value
    return settings


def setting(text: str, known: Mapping[str, Parameter]) -> tuple[str, Any]:
    """One `lever=value`, of the parameters that are known."""
    name, sign, value = text.partition("=")
    name, value = canonical(name), value.strip()
    if not sign or not name:
        raise ScenarioError(f"--set {truncated_repr(text)}: lever=value is needed, as in --set hurdle=0.1")
    if name in OWN_OPTIONS:
        raise ScenarioError(f"--set {name}=…: {name} has an option of its own: --{name} {value or '…'}")
    if name not in known:
        near = did_you_mean(name, known) or "; `tripleos list levers` shows all"
        raise ScenarioError(f"--set: {display_name(name)} is not a parameter{near}")
    return name, _value(known[name], value)


def _value(parameter: Parameter, text: str) -> Any:
    """Text as a value of the parameter's kind; text that is none is left for the gate to refuse."""
    if parameter.kind == "choice":
        return text
    if parameter.kind == "bool":
        return _switch(parameter, text)
    _check_point(parameter, text)
    for kind in (int, float) if parameter.kind == "int" else (float,):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _switch(parameter: Parameter, text: str) -> bool:
    if text.lower() not in SWITCHES:
        raise ScenarioError(f"{parameter.name} = {truncated_repr(text)}: true or false (or yes or no) is needed")
    return SWITCHES[text.lower()]


def _check_point(parameter: Parameter, text: str) -> None:
    """Refuse a comma in place of the point of a fraction."""
    if parameter.kind == "float" and text.count(",") == 1 and text.replace(",", "").lstrip("+-").isdigit():
        needed = f"a number is needed with a point, not a comma: {text.replace(',', '.')}"
        raise ScenarioError(f"{parameter.name} = {truncated_repr(text)}: {needed}")
