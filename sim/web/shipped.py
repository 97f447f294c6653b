"""Where the module of a model is found: shipped with the package, kept from an earlier time, or made now."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from ..model import machine_code
from ..model.model import OURS, Model
from ..version import source_hash

FOLDER = Path(__file__).parent / "modules"
CLASSICS = ("classics.barkoczi_galesic2016", "classics.march1991")


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
    from .module import web_module

    return kept_or_made(f"web-{hashlib.sha256(sources.encode()).hexdigest()[:16]}", lambda: web_module(model), tell)


def classics_file() -> Path:
    """Where the module of the published models that lessons run lies, if they are those of the package as shipped.

    Returns
    -------
    Path
        Named by a hash of their source.
    """
    return FOLDER / f"classics-{source_hash(roots=CLASSICS)}.wasm"


def classics_module(tell: Callable[[], None] = lambda: None) -> bytes:
    """The WebAssembly module of the published models that lessons run.

    Parameters
    ----------
    tell : callable
        Called before a module is made, which takes about half a minute.

    Returns
    -------
    bytes
        With a function for each of `classics.MODELS`.

    Raises
    ------
    ModuleError
        If it has to be made and cannot be made here.
    """
    if classics_file().exists():
        return classics_file().read_bytes()
    from .classics import kernels
    from .module import module_with

    return kept_or_made(f"web-{classics_file().stem}", lambda: module_with(kernels()), tell)


def kept_or_made(name: str, make: Callable[[], bytes], tell: Callable[[], None]) -> bytes:
    """A module as it was kept, or made now and kept.

    Parameters
    ----------
    name : str
        Under which it is kept.
    make : callable
        Makes it.
    tell : callable
        Called before that.

    Returns
    -------
    bytes
        The module.
    """
    if (kept := machine_code.read(name)) is not None:
        return kept
    tell()
    made = make()
    machine_code.write(name, made)
    return made
