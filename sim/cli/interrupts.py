"""What is to be cleanup should the program be stopped: a folder half filled, a bar on the screen."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from .screen import say

_CLEANUPS: list[Callable[[], Any]] = []


@contextmanager
def cleanup(undo: Callable[[], Any]) -> Iterator[None]:
    """Undo something at the end, whether it comes as planned, by an error or by a signal."""
    _CLEANUPS.append(undo)
    try:
        yield
    finally:
        undo()
        _CLEANUPS.remove(undo)


@contextmanager
def on_interrupt(act: Callable[[], Any]) -> Iterator[None]:
    """Do something should the program be stopped by a signal, and only then."""
    _CLEANUPS.append(act)
    try:
        yield
    finally:
        _CLEANUPS.remove(act)


def stop(number: int, _frame: Any) -> None:
    """Ctrl-C or a request to end: clean up and go at once, without waiting for runs or for the compiler."""
    try:
        for undo in reversed(_CLEANUPS):
            undo()
        say("interrupted")
    finally:  # though stderr be closed
        os._exit(128 + number)
