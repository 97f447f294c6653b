"""What the room Watch of a page shows: where things are drawn, and what tiles show."""

from __future__ import annotations

from typing import Any

from ..model.model import Model


def watch_tables(model: Model) -> dict[str, Any]:
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
