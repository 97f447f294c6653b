"""Where the module of a model is found: shipped with the package, kept from an earlier time, or made now.

A module is asked for by what it is of: the extensions of a model, as they are sent (a list; an empty one for our own
rules), or `CLASSICS`, the published models that lessons run.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import cache
from pathlib import Path
from typing import Any

from filelock import FileLock

from ..model import machine_code
from ..model.extensions import sent
from ..model.model import OURS, Model
from ..version import PACKAGE, hash_of
from .intermediate import ModuleError, check_that_usable

# Numba asks which processor it works for, and Python in which order sets are gone through: the module shall be the same
# on any machine.
ANY_MACHINE = {
    "TRIPLEOS_INTERMEDIATE": "1",
    "NUMBA_CPU_NAME": "generic",
    "NUMBA_CPU_FEATURES": "",
    "PYTHONHASHSEED": "0",
}
FOLDER = Path(__file__).parent / "modules"
CLASSICS = "classics"
# What the shipped modules are made of, in the package.
RULES = {"model": ("model",), CLASSICS: ("model", "classics")}


def shipped_file(of: str = "model") -> Path:
    """Where the module of our own rules lies, or of the published models, if they are those of the package as shipped.

    Parameters
    ----------
    of : {"model", "classics"}
        Which.

    Returns
    -------
    Path
        Named by a hash of the rules, whatever their comments and docstrings say.
    """
    return FOLDER / f"{of}-{_hash_of_rules(of)}.wasm"


@cache
def _hash_of_rules(of: str) -> str:
    digest = hashlib.sha256()
    for folder in RULES[of]:
        for path in sorted((PACKAGE / folder).rglob("*.py")):
            name = path.relative_to(PACKAGE).as_posix()
            digest.update(f"{name} {hash_of(path.read_text(encoding='utf-8'))}\n".encode())
    return digest.hexdigest()[:8]


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
    found = _found(model)
    return _kept_or_made(_name(model), [sent(one) for one in model.extensions], tell) if found is None else found


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
    file = shipped_file(CLASSICS)
    return file.read_bytes() if file.exists() else _kept_or_made(f"web-{file.stem}", CLASSICS, tell)


def packed(module: bytes) -> str:
    """A module as it stands in a page.

    Parameters
    ----------
    module : bytes
        Any.

    Returns
    -------
    str
        Compressed, in letters; the same for the same module.
    """
    return base64.b64encode(gzip.compress(module, 9, mtime=0)).decode()


def is_at_hand(model: Model) -> bool:
    """Whether a model's module need not be made.

    Parameters
    ----------
    model : Model
        With or without extensions.

    Returns
    -------
    bool
        True if it is shipped, or was made before.
    """
    return _found(model) is not None


def _found(model: Model) -> bytes | None:
    if model is OURS and shipped_file().exists():
        return shipped_file().read_bytes()
    return machine_code.read(_name(model))


def _name(model: Model) -> str:
    """Under which a module is kept."""
    sources = "\n".join([_hash_of_rules("model"), *(one.source or repr(one) for one in model.extensions)])
    return f"web-{hashlib.sha256(sources.encode()).hexdigest()[:16]}"


def _kept_or_made(name: str, of: Any, tell: Callable[[], None]) -> bytes:
    check_that_usable()
    tell()
    with _alone(name):
        if (found := machine_code.read(name)) is None:
            machine_code.write(name, found := _made(of))
        return found


@contextmanager
def _alone(name: str) -> Iterator[None]:
    """Let one process at a time make a module: the others then find it."""
    there = machine_code.folder()
    try:
        lock: Any = FileLock(there / f"{name}.lock") if there else nullcontext()
        lock.__enter__()
    except OSError:  # a cache that cannot be written
        lock = nullcontext()
    try:
        yield
    finally:
        lock.__exit__(None, None, None)


def _made(of: Any) -> bytes:
    """The module, made by a Python of its own, which need not know this machine's processor."""
    command = [sys.executable, "-c", f"from {__package__}.module import main; main()"]
    environment = {**os.environ, **ANY_MACHINE, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, input=json.dumps(of).encode(), capture_output=True, env=environment, check=False)
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise ModuleError(f"the module of the page could not be made: {said[-1] if said else 'no reason was given'}")
    return done.stdout


def main() -> None:
    """Make the modules that are shipped anew; with `--check`, only say whether they are what would be made."""
    FOLDER.mkdir(exist_ok=True)
    for of, given in (("model", []), (CLASSICS, CLASSICS)):
        made, file = _made(given), shipped_file(of)
        if "--check" in sys.argv:
            if not file.exists() or file.read_bytes() != made:
                sys.exit(f"{file.name} is not the module of these rules: python -m sim.web.shipped makes it anew")
            print(f"{file.name} is the module of these rules ({len(made):,} bytes)")
            continue
        for old in FOLDER.glob(f"{of}-*.wasm"):
            old.unlink()
        file.write_bytes(made)
        print(f"{file.name}: {len(made):,} bytes")


if __name__ == "__main__":
    main()
