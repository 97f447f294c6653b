"""TOML in and out: files and text to dicts, or a `ScenarioError` with the name of the file and the line."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from typing import Any

from ..errors import ScenarioError, truncated_repr

MAX_FILE = 1_000_000  # bytes; what is larger is no scenario


def read_toml(path: object) -> dict[str, Any]:
    """The content of a TOML file.

    Parameters
    ----------
    path : object
        A str or a path; anything else is refused.

    Returns
    -------
    dict
        As `tomllib` gives it.

    Raises
    ------
    ScenarioError
        If the file cannot be read, is larger than 1 MB, or is no TOML; with its name, and the line if it is
        malformed.
    """
    if not isinstance(path, str | os.PathLike):
        raise ScenarioError(f"{truncated_repr(path)}: the path of a TOML file is needed")
    source = display_path(path)
    try:
        with open(path, "rb") as file:
            content = file.read(MAX_FILE + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ScenarioError(f"{source}: cannot be read: {reason}; a TOML file is needed") from None
    return toml_of(content, source)


def toml_of(content: bytes, source: str) -> dict[str, Any]:
    """The content of a TOML file that is in memory.

    Parameters
    ----------
    content : bytes
        UTF-8, with or without a byte-order mark; 1 MB at most.
    source : str
        How a message calls it.

    Returns
    -------
    dict
        As `tomllib` gives it.

    Raises
    ------
    ScenarioError
        If it is too large, or no TOML; with the line if it is malformed.
    """
    if len(content) > MAX_FILE:
        raise ScenarioError(f"{source}: too large for a scenario; allowed is 1 MB")
    try:
        return _parse(content.decode("utf-8-sig"), source)
    except UnicodeDecodeError:
        raise ScenarioError(f"{source}: is not text; a TOML file in UTF-8 is needed") from None


def _parse(text: str, source: str) -> dict[str, Any]:
    """TOML as a dict; `source` is how a message calls the text."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(_where(str(error), text, source)) from None
    except (ValueError, RecursionError) as error:  # numbers of thousands of digits; brackets in brackets in brackets …
        reason = "nested too deeply" if isinstance(error, RecursionError) else truncated_repr(str(error))
        raise ScenarioError(f"{source}: {reason}; a flat table of parameters is needed") from None


def _where(reason: str, text: str, source: str) -> str:
    """Where TOML is malformed, and why: the parser's message with its place put first."""
    place = re.search(r" \((?:at line (\d+), column \d+|at end of document)\)$", reason)
    if place is None:
        return f"{source}: {truncated_repr(reason)}"
    line = place[1] or str(text.count("\n", 0, len(text.rstrip())) + 1)
    return f"{source}, line {line}: {reason[: place.start()]}"


def display_path(path: str | os.PathLike[Any]) -> str:
    """How a message calls a file.

    Parameters
    ----------
    path : str or path
        The file.

    Returns
    -------
    str
        As given, or its `repr`, cut when it is long, if some of its characters cannot be printed.
    """
    name = os.fsdecode(path)
    return name if name.isprintable() else truncated_repr(name)


def _to_toml(value: bool | int | float | str | list[str]) -> str:
    """A value as TOML; numbers by `repr`, so that they are read back as the same."""
    if isinstance(value, list):
        return f"[{', '.join(map(_to_toml, value))}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{_escaped(value)}"' if isinstance(value, str) else repr(value)


def _escaped(text: str) -> str:
    """Text as it stands between quotes in TOML: quotes, backslashes and control characters escaped."""
    return "".join(f"\\u{ord(c):04x}" if c in '"\\\x7f' or ord(c) < 32 else c for c in text)


def toml_lines(table: Mapping[str, Any]) -> str:
    """The values of a table as lines of TOML, which read back as the same.

    Parameters
    ----------
    table : mapping
        Numbers, switches or text by name.

    Returns
    -------
    str
        A line each, with its line break.

    Examples
    --------
    >>> print(toml_lines({"hurdle": 0.1, "pilot_first": True}), end="")
    hurdle = 0.1
    pilot_first = true
    """
    return "".join(f"{name} = {_to_toml(value)}\n" for name, value in table.items())
