"""Memory of closed sessions goes back to the system; the C library would keep much of it for later."""

from __future__ import annotations

import ctypes
import os
import threading
import time
from collections.abc import Callable

ARENA_MAX = -8  # M_ARENA_MAX of glibc's mallopt
SETTLING = 3.0  # seconds after a session is closed; Solara collects what is left of it after one


def _of_the_c_library(name: str, *arguments: int) -> None:
    """Call a function of glibc; nothing happens where there is another C library."""
    try:
        function = getattr(ctypes.CDLL(None), name)
    except (OSError, TypeError, AttributeError):
        return
    function(*arguments)


def share_arenas() -> None:
    """Let threads share few stretches of memory, instead of each leaving holes in one of its own."""
    _of_the_c_library("mallopt", ARENA_MAX, max(2, os.cpu_count() or 1))


def give_back() -> None:
    """Return what is free to the system: some milliseconds."""
    _of_the_c_library("malloc_trim", 0)


def give_back_after_sessions(settling: float = SETTLING) -> Callable[[], None]:
    """Do so whenever sessions have been closed; returns what to call at the end of each."""
    closed = threading.Event()

    def work() -> None:
        while True:
            closed.wait()
            closed.clear()
            time.sleep(settling)  # a class closes its tabs together: once or twice for all of them
            give_back()

    threading.Thread(target=work, name="memory", daemon=True).start()
    return closed.set
