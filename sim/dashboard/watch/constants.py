"""What the scripts have to know of Python's side: how messages are read, what the tiles show, where things stand."""

from __future__ import annotations

from typing import Any

from ...present.measures import DISPLAYS
from .frames import HEADER, HEADLINES, KNOWS_LATEST, NEWCOMER, NOBODY

TILE_COLOURS = ("#b97f00", "#3f7f6d", "#1f5f99", "#1f5f99", "#1f5f99", "#8a4a3a")  # of the curves of HEADLINES
SPEED = 5.0  # weeks a second, to begin with


def constants() -> dict[str, Any]:
    """The constants that `canvas.js` and `view.js` read, by name."""
    displays = (DISPLAYS[name] for name in HEADLINES)
    tiles = [
        {
            "name": one.watch_title, "about": one.watch_text, "percent": one.bounded,
            "unit": "" if one.bounded else one.shown_unit, "colour": colour,
        }
        for one, colour in zip(displays, TILE_COLOURS, strict=True)
    ]  # fmt: skip
    return {"HEADER": HEADER, "TILES": tiles, "KNOWS_LATEST": KNOWS_LATEST, "NEWCOMER": NEWCOMER, "NOBODY": NOBODY}
