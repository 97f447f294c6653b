"""Where the module of a model is found: shipped with the package, kept from an earlier time, or made now."""

from __future__ import annotations

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
RULES = PACKAGE / "model"


def shipped_file() -> Path:
    """Where the module of our own rules lies, if the rules are those that the package was shipped with.

    Returns
    -------
    Path
        Named by a hash of the rules, whatever their comments and docstrings say.
    """
    return FOLDER / f"model-{_rules()}.wasm"


@cache
def _rules() -> str:
    """A hash of all that the module is made of."""
    digest = hashlib.sha256()
    for path in sorted(RULES.rglob("*.py")):
        digest.update(f"{path.relative_to(RULES).as_posix()} {hash_of(path.read_text(encoding='utf-8'))}\n".encode())
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
    if (found := _found(model)) is not None:
        return found
    check_that_usable()
    tell()
    with _alone(_name(model)):
        if (found := _found(model)) is None:
            machine_code.write(_name(model), found := _made(model))
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
    sources = "\n".join([_rules(), *(one.source or repr(one) for one in model.extensions)])
    return f"web-{hashlib.sha256(sources.encode()).hexdigest()[:16]}"


def _made(model: Model) -> bytes:
    """The module, made by a Python of its own, which need not know this machine's processor."""
    given = json.dumps([sent(one) for one in model.extensions])
    command = [sys.executable, "-c", f"from {__package__}.module import main; main()"]
    environment = {**os.environ, **ANY_MACHINE, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, input=given.encode(), capture_output=True, env=environment, check=False)
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise ModuleError(f"the module of the page could not be made: {said[-1] if said else 'no reason was given'}")
    return done.stdout


def main() -> None:
    """Make the module that is shipped anew; with `--check`, only say whether it is what would be made."""
    made, file = _made(OURS), shipped_file()
    if "--check" in sys.argv:
        if not file.exists() or file.read_bytes() != made:
            sys.exit(f"{file.name} is not the module of these rules: python -m sim.web.shipped makes it anew")
        print(f"{file.name} is the module of these rules ({len(made):,} bytes)")
        return
    for old in FOLDER.glob("*.wasm"):
        old.unlink()
    FOLDER.mkdir(exist_ok=True)
    file.write_bytes(made)
    print(f"{file.name}: {len(made):,} bytes")


if __name__ == "__main__":
    main()
