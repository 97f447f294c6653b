"""What the room Explore of a page shows: how levers are grouped and named, and the words of answers."""

from __future__ import annotations

from typing import Any

from ..model.model import Model


def explore_tables(model: Model) -> dict[str, Any]:
    """The tables of the room.

    Parameters
    ----------
    model : Model
        With or without extensions.

    Returns
    -------
    dict
        For JSON.
    """
    return {}
