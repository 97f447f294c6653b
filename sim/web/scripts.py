"""The scripts of a page: which there are, and how they come together."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from ..present.html import PACKAGE

# Their folders; what the dashboard has already is used as it is. No two have the same name.
FOLDERS = ("web", "dashboard/watch", "dashboard/learn")

# The scripts of a page, in their order. Those of a room are a scope of their own, and give its function `mount`.
CORE = ("memory", "engine", "pool", "numbers", "statistics", "svg", "gate", "choices", "link", "page")
ROOMS = {
    "explore": ("words", "story", "explore"),
    "watch": (
        "watch_constants", "watch_recorder", "watch_words", "watch_player", "watch_layout",
        "canvas", "view", "watch",
    ),
    "learn": ("classics", "sketch", "learn_said", "learn_figures", "learn_settings", "learn"),
}  # fmt: skip


@cache
def _files() -> dict[str, Path]:
    """All scripts by their names."""
    return {path.stem: path for folder in FOLDERS for path in sorted((PACKAGE / folder).rglob("*.js"))}


def scripts(names: Iterable[str]) -> str:
    """Some scripts, one after the other.

    Parameters
    ----------
    names : iterable of str
        Of files, without their ending.

    Returns
    -------
    str
        Their text.
    """
    return "\n".join(_files()[name].read_text(encoding="utf-8") for name in names)


def all_scripts() -> str:
    """All scripts of a page.

    Returns
    -------
    str
        One after the other; those of a room in a scope of their own.
    """
    rooms = [f"const {room} = (() => {{\n{scripts(names)}\nreturn mount\n}})()" for room, names in ROOMS.items()]
    return "\n".join([scripts(CORE), *rooms, f"start({{{', '.join(ROOMS)}}})"])
