"""What the room Learn of a page shows: the lessons."""

from __future__ import annotations

from typing import Any

from ..model.model import Model


def learn_tables(model: Model) -> dict[str, Any]:
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
