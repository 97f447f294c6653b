"""The picture in the browser: what it is told, and what it says."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from ...scenario import Scenario
from .constants import SPEED, constants
from .frames import Layout
from .layout import stage
from .player import Player
from .tooltips import KINDS

HERE = Path(__file__).parent
SCRIPTS = ("canvas.js", "view.js")  # one module for the browser: the first draws, the second is the page around it
LARGEST = 2**31  # numbers from a browser are taken no larger

log = logging.getLogger(__name__)


class OrganisationView(anywidget.AnyWidget):
    """Shows an organisation week by week. `show` starts one; `close` or another `show` ends it.

    The browser gets `scene` once for each organisation and `frame` for each picture, and sends small messages, all
    checked here: whatever comes in, nothing raises.
    """

    _esm = "\n".join(
        [
            *(f"const {name} = {json.dumps(value)};" for name, value in constants().items()),
            *((HERE / name).read_text(encoding="utf-8") for name in SCRIPTS),
            "export default { render };",
        ]
    )
    _css = (HERE / "style.css").read_text(encoding="utf-8")

    scene = traitlets.Dict().tag(sync=True)
    frame = traitlets.Bytes(b"").tag(sync=True)

    def __init__(self, **given: Any) -> None:
        self.player: Player | None = None
        self._organisation = 0
        self._changing = threading.Lock()
        super().__init__(**given)
        self.on_msg(self._heard)

    def show(self, scenario: Scenario, seed: int) -> None:
        """Show another organisation, from week 0, standing still."""
        with self._changing:
            self._end()
            self._organisation += 1
            self.scene = {
                **stage(scenario),
                "organisation": self._organisation,
                "fields": Layout(scenario).table(),
                "weeks": scenario.weeks,
                "speed": SPEED,
            }
            self.player = Player(scenario, seed, self._deliver, self._organisation, SPEED)

    def end(self) -> None:
        """Stop what is shown, and free its memory."""
        with self._changing:
            self._end()

    def _end(self) -> None:
        if self.player is not None:
            self.player.close()
            self.player = None

    def _deliver(self, data: bytes) -> None:
        self.frame = data

    def _heard(self, _: Any, content: object, __: Any) -> None:
        player = self.player
        if player is None or not isinstance(content, Mapping):
            return
        try:
            obey(player, content, self._organisation)
        except (TypeError, ValueError, OverflowError):
            log.debug("a message that makes no sense was left aside: %r", content)


def whole(content: Mapping[str, Any], name: str) -> int:
    """A whole number from a message, within bounds; ValueError or TypeError if it is none."""
    given = content.get(name, 0)
    if isinstance(given, bool) or not isinstance(given, int | float) or not abs(given) < LARGEST:
        raise ValueError(name)
    return int(given)


def obey(player: Player, content: Mapping[str, Any], organisation: int = 0) -> None:
    """Carry out what a message asks for; what it does not know, it leaves aside."""
    number = whole(content, "number")
    match content.get("do"):
        case "seen":
            if whole(content, "organisation") == organisation:
                player.seen(whole(content, "frame"))
        case "here":
            player.pick()
        case "play":
            player.play(number)
        case "pause":
            player.pause(whole(content, "week"), number)
        case "step":
            player.step(whole(content, "weeks"), number)
        case "jump":
            player.jump(whole(content, "week"), number)
        case "restart":
            player.restart(number)
        case "speed":
            player.set_speed(float(content.get("weeks", SPEED)), number)
        case "pick":
            kind = content.get("kind", "")
            player.pick(kind if kind in KINDS else "", whole(content, "index"), number)
