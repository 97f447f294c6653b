"""The shipped policies and worlds, and everything else that a part of a scenario may be given as.

A world or a policy can be an object, the name of a shipped one, a table of parameters (with `base = "name"` if it
starts from a shipped one) or the path of a TOML file; a workforce can be an object or a table.

The shipped ones are the files of `library/` beside this module; each says only what differs from the defaults.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from ..errors import ScenarioError, canonical, did_you_mean, truncated_repr
from .parameters import Policy, Workforce, World, blamed, check_names
from .toml_io import display_path, read_toml

HERE = Path(__file__).with_name("library")
FOLDERS = {"world": HERE / "worlds", "policy": HERE / "policies"}

Part = TypeVar("Part", World, Workforce, Policy)
Given = str | os.PathLike[str] | Mapping[str, Any]


def policy_names() -> tuple[str, ...]:
    """The names of the shipped policies.

    Returns
    -------
    tuple of str
        In alphabetical order.
    """
    return tuple(_shipped("policy"))


def world_names() -> tuple[str, ...]:
    """The names of the shipped worlds.

    Returns
    -------
    tuple of str
        In alphabetical order.
    """
    return tuple(_shipped("world"))


def load_policy(name: str) -> Policy:
    """The shipped policy of that name.

    Parameters
    ----------
    name : str
        Case does not matter, and '-' or ' ' may stand for '_'.

    Returns
    -------
    Policy
        Frozen.

    Raises
    ------
    ScenarioError
        If there is none of that name; the message proposes the nearest.

    Examples
    --------
    >>> load_policy("Heads-down").split_teams
    0.9
    """
    return _load(Policy, name)


def load_world(name: str) -> World:
    """The shipped world of that name.

    Parameters
    ----------
    name : str
        Case does not matter, and '-' or ' ' may stand for '_'.

    Returns
    -------
    World
        Frozen.

    Raises
    ------
    ScenarioError
        If there is none of that name; the message proposes the nearest.

    Examples
    --------
    >>> load_world("stable").turbulence
    0.5
    """
    return _load(World, name)


@cache
def _shipped(group: str) -> Mapping[str, Path]:
    """The files of the library that hold a world or a policy, by name; there is none for a workforce."""
    return {file.stem: file for file in sorted(FOLDERS[group].glob("*.toml"))} if group in FOLDERS else {}


@cache
def _load_shipped(model: type[Part], name: str) -> Part:
    return model(**{"name": name, **read_toml(_shipped(model.group)[name])})


def _load(model: type[Part], name: object) -> Part:
    """The world or policy of that name, from the library."""
    known = _shipped(model.group)
    if not known:
        raise ScenarioError(
            f"{model.group} = {truncated_repr(name)}: it has no names; a table of its parameters is needed"
        )
    if not isinstance(name, str) or canonical(name) not in known:
        unknown = f"{model.group} = {truncated_repr(name)} is not in the library{did_you_mean(name, known)}"
        raise ScenarioError(f"{unknown}\nallowed are {', '.join(known)}")
    return _load_shipped(model, canonical(name))


def values_of(model: type[Part], given: object) -> dict[str, Any]:
    """The values that a part of a scenario was given.

    Parameters
    ----------
    model : type
        World, Workforce or Policy.
    given : object
        One of its kind, a table of parameters (with `base = "name"` if it starts from the library), or the name of
        a shipped one.

    Returns
    -------
    dict
        Values by name, complete or not; those of a table are not checked yet.

    Raises
    ------
    ScenarioError
        If it is none of these, if the library has no such name, or if a name in the table is no text.
    """
    # One of another model will do: what it has to say is checked by this one.
    if isinstance(given, World | Workforce | Policy) and given.group == model.group:
        known = model.model_fields  # what the other model has beyond it is left out where it has its default
        return {name: v for name, v in given if name in known or v != given.made_of.parameters[name].default}
    if isinstance(given, Mapping):
        table = check_names(given, model.group)
        base = dict(_load(model, table.pop("base"))) if "base" in table else {}
        return {**base, **table}
    if isinstance(given, str):
        return dict(_load(model, given))
    raise ScenarioError(f"{model.group} = {truncated_repr(given)}: a name, a table or a {model.__name__} is needed")


def load(model: type[Part], given: object) -> object:
    """A part of a scenario from a file, if one is given.

    Parameters
    ----------
    model : type
        World, Workforce or Policy.
    given : object
        Text that ends in ".toml", or a path: a file with a scenario, or with this part alone. Or anything else.

    Returns
    -------
    object
        The part that the file holds; anything else as it is.

    Raises
    ------
    ScenarioError
        If the file cannot be read, or holds what is not allowed; the message begins with its name.
    """
    if not isinstance(given, os.PathLike) and not (isinstance(given, str) and given.lower().endswith(".toml")):
        return given
    content = read_toml(given)
    part = content.get(model.group, {"name": Path(os.fsdecode(given)).stem[:100], **content})
    with blamed(display_path(given)):
        return model(**values_of(model, part))
