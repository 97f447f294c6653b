"""The command line `tripleos`: the way in and the way out.

Everything heavy is imported inside the commands, so that `tripleos --help` answers at once. Results go to stdout;
progress, notes and errors go to stderr. What cannot be used is told in a line or two, with exit code 2.
"""

from __future__ import annotations

import os
import signal
import sys
import warnings
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import typer

from ..errors import OldName, ScenarioError, StudyError, did_you_mean
from . import catalogue, describe, runs, studies  # noqa: F401

# isort: split
from ..dashboard.server import ServerError
from . import classics, dashboard, hypotheses, pages  # noqa: F401
from .command import app
from .interrupts import stop
from .outputs import OutputError
from .screen import one_line, say

__all__ = ["answer", "app", "main"]

UNUSABLE, UNHEALTHY = 2, 1  # exit codes: what was asked cannot be done; it was done or begun, but all is not well
USAGE_ERROR: Any = typer.BadParameter.__base__  # Typer does not export it


def main() -> None:
    """The command `tripleos`."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    try:
        code = answer()
        sys.stdout.flush()
    except BrokenPipeError:  # whoever was reading has seen enough
        code = UNHEALTHY
        _drop_output()
    except OSError as error:
        code = _refuse(f"the output cannot be written: {error.strerror or error}")
        _drop_output()
    sys.exit(code)


def answer(arguments: Sequence[str] | None = None) -> int:
    """Do what a command line asks for (default: that of the process) and return the exit code."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("always", OldName)
            warnings.showwarning = partial(_note, warnings.showwarning)
            return app(args=arguments, prog_name="tripleos", standalone_mode=False) or 0
    except SystemExit:  # so does Typer end when whoever was reading has seen enough
        return UNHEALTHY
    except USAGE_ERROR as error:
        return _refuse(_misuse(error))
    except (ScenarioError, OutputError, ServerError) as error:
        return _refuse(str(error))
    except StudyError as error:
        say(f"tripleos: {error}")
        return UNHEALTHY
    except MemoryError:
        return _refuse("out of memory: fewer replicates, weeks or workers are needed")


def _note(shown: Callable[..., None], message: Warning | str, category: type[Warning], *where: Any) -> None:
    """A warning about an old name as a plain note; any other as it would be shown."""
    if issubclass(category, OldName):
        say(f"note: {message}")
    else:
        shown(message, category, *where)


def _refuse(message: str) -> int:
    if message:
        say(f"tripleos: {message}")
    return UNUSABLE


def _misuse(error: Any) -> str:
    """What is wrong with a command line, and where to read on; nothing if help was shown already."""
    if not (text := one_line(error.message or error.format_message()).removesuffix(".")):
        return ""
    near = did_you_mean(error.option_name, error.possibilities) if getattr(error, "possibilities", None) else ""
    command = error.ctx.command_path if error.ctx else "tripleos"
    return f"{text[0].lower()}{text[1:]}{near}\ntry `{command} --help`"


def _drop_output() -> None:
    """Keep Python from trying once more, at its end, to write what could not be written."""
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
