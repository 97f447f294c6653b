"""The rooms of the dashboard, in the order of the navigation. A room that is not there is not shown."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from typing import Any, NamedTuple


class Room(NamedTuple):
    """A room: its name in the address, what it is called, where its component is, and what it is for."""

    name: str
    title: str
    home: str
    component: str
    about: str

    @property
    def exists(self) -> bool:
        """Whether the room is there."""
        return importlib.util.find_spec(self.home) is not None

    def load(self) -> Callable[[], Any]:
        """The component of the room, imported when it is first entered."""
        component: Callable[[], Any] = getattr(importlib.import_module(self.home), self.component)
        return component


HERE = __package__
ROOMS = (
    Room("explore", "Explore", f"{HERE}.explore", "Explore", "change policies and worlds and see the effect"),
    Room("watch", "Watch", f"{HERE}.watch", "Watch", "one organisation, week by week"),
    Room("learn", "Learn", f"{HERE}.learn", "Learn", "lessons to predict, run and explain"),
)


def rooms() -> list[Room]:
    """The rooms that are there."""
    return [room for room in ROOMS if room.exists]
