"""What is to be undone should the program be stopped: a folder half filled, a bar on the screen."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from .screen import say

_TO_UNDO: list[Callable[[], Any]] = []


@contextmanager
def undone(undo: Callable[[], Any]) -> Iterator[None]:
    """Undo something at the end, whether it comes as planned, by an error or by a signal."""
    _TO_UNDO.append(undo)
    try:
        yield
    finally:
        undo()
        _TO_UNDO.remove(undo)


@contextmanager
def if_stopped(act: Callable[[], Any]) -> Iterator[None]:
    """Do something should the program be stopped by a signal, and only then."""
    _TO_UNDO.append(act)
    try:
        yield
    finally:
        _TO_UNDO.remove(act)


def stop(number: int, _frame: Any) -> None:
    """Ctrl-C or a request to end: clean up and go at once, without waiting for runs or for the compiler."""
    try:
        for undo in reversed(_TO_UNDO):
            undo()
        say("interrupted")
    finally:  # though stderr be closed
        os._exit(128 + number)
