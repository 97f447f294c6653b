"""The extensions that a dashboard was started with (`--with`). Nobody can load another one through a page."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..errors import ScenarioError
from ..model.declare import Mechanism
from ..model.extensions import names_of

_EXTENSIONS: list[Mechanism] = []


def use(extensions: tuple[Mechanism, ...]) -> None:
    """Have these extensions in every scenario of the room Explore; said once, before anything is served."""
    _EXTENSIONS[:] = extensions


def extensions() -> tuple[Mechanism, ...]:
    """The extensions in force."""
    return tuple(_EXTENSIONS)


def without_code(table: Mapping[str, Any], source: str) -> dict[str, Any]:
    """A table that came through a page, with the extensions in force.

    An extension is code, and a page may name any file of this machine: what it names is never loaded. Raises
    `ScenarioError` if it names any others than those in force.
    """
    named = table.get("with", [])
    listed = [Path(str(one)).name for one in (named if isinstance(named, list) else [named])]
    known = [Path(name).name for name in names_of(_EXTENSIONS)]
    if named and listed != known:
        there = ", ".join(known) or "none"
        raise ScenarioError(
            f"{source}: with: extensions are chosen when the dashboard is started (`tripleos dashboard --with FILE`); "
            f"it was started with {there}"
        )
    return {**table, "with": extensions()}
