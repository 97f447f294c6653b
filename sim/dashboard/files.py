"""A button that makes a file and saves it in the browser; it says so at once, and how far that is."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

import solara

Tell = Callable[[str], None]
"""Says how far a file is."""

log = logging.getLogger(__name__)


class _Left(Exception):
    """Nobody waits for the file any more."""


@solara.component
def File(make: Callable[[Tell], bytes], name: str, kind: str, label: str, told: str) -> None:
    """A button; `make` is called in a thread of its own when it is pressed, and given up if the session ends."""
    # Not Solara's FileDownload: it traces every line of what makes the file, begins anew when the room is drawn
    # meanwhile, and shows nothing until it is done.
    said, set_said = solara.use_state("")
    nothing: dict[str, Any] | None = None
    made, set_made = solara.use_state(nothing)
    left: threading.Event = solara.use_memo(threading.Event, [])
    at_work: threading.Lock = solara.use_memo(threading.Lock, [])
    solara.use_effect(lambda: left.set, [])

    def tell(words: str) -> None:
        if left.is_set():
            raise _Left
        set_said(words)

    def work() -> None:
        finished, words = nothing, ""
        try:
            finished = {"content": make(tell), "name": name, "kind": kind}
        except _Left:
            pass
        except Exception:  # nobody shall see a traceback; whoever runs the server does
            log.exception("no %s", name)
            words = "This file could not be made."
        at_work.release()  # before anything is said: whoever reads it may press again at once
        if not left.is_set():
            set_said(words)
            set_made(finished)

    def ask(_: Any = None) -> None:
        if at_work.acquire(blocking=False):  # pressed again while it is being made: one is enough
            tell("making it …")
            threading.Thread(target=work, daemon=True).start()

    def taken(_: Any = None) -> None:
        set_made(None)  # the browser has it: it need not stay in the memory of the server

    Button(label=label, told=told, said=said, made=made, event_ask=ask, event_taken=taken)


@solara.component_vue("file.vue")
def Button(
    label: str,
    told: str,
    said: str,
    made: dict[str, Any] | None,
    event_ask: Callable[[Any], None],
    event_taken: Callable[[Any], None],
) -> None:
    """The button in the browser."""
