"""Compiled speed from ordinary functions: the two decorators, and a cache that cannot go stale.

A `rule` is a small plain function over numbers and arrays; it is compiled *into* whatever calls it. A `kernel` is an
entry point that Python calls; its machine code is kept on disk between sessions. Both stay ordinary Python functions:
`f.py_func` is the function as written, and with the environment variable `NUMBA_DISABLE_JIT=1` the whole model runs
uncompiled.

Numba notices an edit in the file of a cached function, but not in the files of the functions it calls: after editing
a rule, the cached kernel in another file would silently go on running the old rule. The cache folder is therefore
named after a hash of all sources from which compiled code is made, so that any edit leads to a new, empty folder.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import numba

from .. import __version__

HERE = Path(__file__).parents[1]
# Files of the package in which nothing is compiled and whose edits leave the compiled code as it is.
NEVER_COMPILED = {
    "__init__.py",
    "__main__.py",
    "comparison.py",
    "curves.py",
    "errors.py",
    "figures.py",
    "kocak_levinthal_puranam2022.py",
    "library.py",
    "organisation.py",
    "report.py",
    "results.py",
    "run.py",
    "scenario.py",
    "tables.py",
    "targets.py",
    "texts.py",
    "toml_io.py",
}
UNUSED_AFTER_DAYS = 30

F = TypeVar("F", bound=Callable[..., Any])


def compiled_sources() -> list[Path]:
    """The files from which compiled code may be made, in a fixed order."""
    files = [*HERE.glob("model/**/*.py"), *HERE.glob("classics/*.py")]
    return sorted(f for f in files if f.name not in NEVER_COMPILED)


def source_hash() -> str:
    """A short hash of every compiled source and of the versions that turn it into machine code."""
    digest = hashlib.sha256(f"{sys.version_info[:2]} {numba.__version__}".encode())
    for file in compiled_sources():
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


@cache
def model_version() -> str:
    """The version of the model, with a short hash of the sources that its histories depend on.

    Edit a rule, and it is another model: results of the two are told apart by it.
    """
    digest = hashlib.sha256()
    for file in compiled_sources():
        if "classics" not in file.parts:
            digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return f"{__version__}+{digest.hexdigest()[:8]}"


def cache_root() -> Path:
    """Where compiled code is kept: `TRIPLEOS_CACHE`, else the user's cache folder, else a temporary one."""
    if chosen := os.environ.get("TRIPLEOS_CACHE"):
        return Path(chosen)
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tripleos"
    try:
        home.mkdir(parents=True, exist_ok=True)
        writable = os.access(home, os.W_OK)
    except OSError:
        writable = False
    user = os.getuid() if hasattr(os, "getuid") else "user"
    return home if writable else Path(tempfile.gettempdir()) / f"tripleos-{user}"


def cache_folder() -> Path:
    """The folder of the code compiled from today's sources; folders that have not been used for a month are removed."""
    root = cache_root()
    folder = root / source_hash()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        os.utime(folder)
        for other in root.iterdir():
            if other.is_dir() and time.time() - other.stat().st_mtime > UNUSED_AFTER_DAYS * 86400:
                shutil.rmtree(other, ignore_errors=True)
    except OSError:
        folder = Path(tempfile.mkdtemp(prefix="tripleos-"))
    return folder


CACHE_FOLDER = cache_folder()


@contextmanager
def _cache_here() -> Iterator[None]:
    """Numba reads the folder from its settings when a function is decorated; other packages keep theirs."""
    settings: Any = numba.config
    before = settings.CACHE_DIR
    settings.CACHE_DIR = str(CACHE_FOLDER)
    try:
        yield
    finally:
        settings.CACHE_DIR = before


# Rules, parts and phases allocate nothing (what they need, they are given), so that Numba need not count references
# to arrays (`_nrt`): with some forty arrays in a state that counting would triple the running time and add a half to
# the compile time.
_SETTINGS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "_nrt": False, "no_cfunc_wrapper": True}
# What only compiled code calls needs no way in from Python; for a function that takes the whole state, making one
# costs a second of compilation.
_INSIDE: dict[str, Any] = {"no_cpython_wrapper": True}


def rule(function: F) -> F:
    """Compile a small function into each of its callers (a real call with arrays would cost 3-4 times its work)."""
    return numba.njit(forceinline=True, **_SETTINGS)(function)


def part(function: F) -> F:
    """Compile a part of a phase, a function that takes the whole state, into it. Python can call its `py_func` only."""
    return numba.njit(forceinline=True, **_SETTINGS, **_INSIDE)(function)


def phase(function: F) -> F:
    """Compile a function that is called about once a week: a real call. Python can call its `py_func` only."""
    return numba.njit(**_SETTINGS, **_INSIDE)(function)


def kernel(function: F) -> F:
    """Compile an entry point, kept on disk.

    It releases the GIL, so that runs share the processor's cores as threads.
    """
    with _cache_here():
        return numba.njit(cache=True, **_SETTINGS)(function)


def is_compiled(kernel: str = "run_weeks") -> bool:
    """Whether the machine code of a kernel is on disk already; that of the engine takes about half a minute."""
    return any(CACHE_FOLDER.rglob(f"*{kernel}*.nbc"))
