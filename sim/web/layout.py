"""What the engine of a page is told about the model: its arrays, the numbers that rules read, and its measures.

All of it follows from the declarations. The engine (`engine.js`) lays memory out by this table, and calls the module.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..model.declare import Array
from ..model.model import Model
from ..model.reality import BLOCKS, MOST_ASPECTS_IN_TABLE, REALITY, RUGGED
from ..model.rng import BLOCK
from ..model.state import VIEWS, WORKSPACE


def layout(model: Model) -> dict[str, Any]:
    """All that the engine needs to know of a model.

    Parameters
    ----------
    model : Model
        With or without extensions.

    Returns
    -------
    dict
        For JSON: `state`, `workspace` and `reality` (arrays, each a list of name, type, shape and first value), `views`
        (arrays that are rows of another), `numbers` (the record that rules read), `prices` (levers and what each
        costs), `measures` (names) and constants.
    """
    return {
        "state": [_array(one) for one in model.arrays],
        "workspace": [_array(one) for one in WORKSPACE],
        "reality": [_array(one) for one in REALITY],
        "views": {name: list(rows) for name, rows in VIEWS.items()},
        "numbers": [[name, model.parameters_type[name].kind] for name in model.parameters_type.names or ()],
        "choices": {name: list(one.choices) for name, one in model.parameters.items() if one.kind == "choice"},
        "prices": [list(pair) for pair in model.prices],
        "measures": list(model.measure_names),
        "kinds": {"rugged": RUGGED, "blocks": BLOCKS},
        "batch": BLOCK,
        "mostInTable": MOST_ASPECTS_IN_TABLE,
        "hasStates": model.has_states_of_extensions,
    }


def _array(one: Array) -> list[Any]:
    """Name, type (as "float64"), shape and first value."""
    return [one.name, np.dtype(one.dtype).name, one.shape, float(one.start)]
