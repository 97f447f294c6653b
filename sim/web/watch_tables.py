"""What the room Watch of a page is told: how pictures are made and read, where things stand, what can be chosen."""

from __future__ import annotations

from typing import Any

from ..dashboard.watch import choices, layout, player
from ..dashboard.watch.constants import SPEED, constants
from ..dashboard.watch.frames import FIELDS, HEADLINES, UNKNOWN
from ..dashboard.watch.tooltips import KINDS, MOST_NAMED
from ..model.model import Model
from .scripts import scripts

# The scripts of the worker that plays; all but the last are those of the room, which plays itself where it has none.
WORKER = (
    "memory",
    "engine",
    "numbers",
    "watch_constants",
    "watch_recorder",
    "watch_words",
    "watch_player",
    "watch_worker",
)
STAGE = (
    "WIDTH", "HEIGHT", "RIM", "MARGIN", "LARGEST_CELL", "ROW", "CARD", "MOST_CARDS", "AIR", "RING_OF_PEOPLE",
    "LARGEST_CIRCLE",
)  # fmt: skip
PLAYER = ("PER_SECOND", "AHEAD", "AT_ONCE", "PATIENCE", "LONGEST_TICK", "HISTORY", "SLOWEST", "FASTEST")
CHOICES = (
    "FEWEST", "MOST", "LARGEST_SEED", "WEEKS", "MOST_WEEKS", "PEOPLE_LABEL", "SEED_LABEL", "WEEKS_LABEL", "PEOPLE_HINT",
    "SEED_HINT", "WEEKS_HINT", "LONGEST",
)  # fmt: skip


def watch_tables(_: Model) -> dict[str, Any]:
    """The tables of the room.

    Parameters
    ----------
    _ : Model
        With or without extensions: the room shows what all models have.

    Returns
    -------
    dict
        For JSON: `constants` (of the scripts that the dashboard has, too), `fields` of a picture, `stage`, `PLAYER` and
        `choices` (constants by name), and `worker`, the script of the worker that plays.
    """
    return {
        "constants": constants(),
        "fields": FIELDS,
        "HEADLINES": HEADLINES,
        "UNKNOWN": UNKNOWN,
        "KINDS": KINDS,
        "MOST_NAMED": MOST_NAMED,
        "speed": SPEED,
        "stage": {name: getattr(layout, name) for name in STAGE},
        "PLAYER": {name: getattr(player, name) for name in PLAYER},
        "choices": {name: getattr(choices, name) for name in CHOICES},
        "worker": scripts(WORKER),
    }
