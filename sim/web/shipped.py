"""Where the module of a model is found: shipped with the package, kept from an earlier time, or made now."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from ..model import machine_code
from ..model.model import OURS, Model
from ..version import source_hash

FOLDER = Path(__file__).parent / "modules"


def shipped_file() -> Path:
    """Where the module of our own rules lies, if the rules are those that the package was shipped with.

    Returns
    -------
    Path
        Named by the version of the model.
    """
    return FOLDER / f"model-{source_hash()}.wasm"


def module_of(model: Model, tell: Callable[[], None] = lambda: None) -> bytes:
    """The WebAssembly module of a model.

    Parameters
    ----------
    model : Model
        With or without extensions.
    tell : callable
        Called before a module is made, which takes about a minute.

    Returns
    -------
    bytes
        As `module.web_module` makes it.

    Raises
    ------
    ModuleError
        If it has to be made and cannot be made here.
    """
    if model is OURS and shipped_file().exists():
        return shipped_file().read_bytes()
    sources = "\n".join([source_hash(), *(one.source or repr(one) for one in model.extensions)])
    name = f"web-{hashlib.sha256(sources.encode()).hexdigest()[:16]}"
    if (kept := machine_code.read(name)) is not None:
        return kept
    from .module import web_module

    tell()
    made = web_module(model)
    machine_code.write(name, made)
    return made
