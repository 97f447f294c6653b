"""Where the module of a model is found: shipped with the package, kept from an earlier time, or made now."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from ..model import machine_code
from ..model.extensions import sent
from ..model.model import OURS, Model
from ..version import source_hash
from .intermediate import ModuleError, check_that_usable

# Numba asks which processor it works for, and Python in which order sets are gone through: the module shall be the same
# on any machine.
ANY_MACHINE = {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": "", "PYTHONHASHSEED": "0"}
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
    check_that_usable()
    tell()
    made = _made(model)
    machine_code.write(name, made)
    return made


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
