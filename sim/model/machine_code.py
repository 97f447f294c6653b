"""Compiled code on disk: a file for each kernel and kind of argument, which is read only if it is what was written.

Loading machine code that was damaged would end the process without a word, and unpickling a file that somebody else
wrote would run what they please. Each file therefore begins with the hash of its content, comes into the folder by
being renamed, and is read from a folder of one's own only. Whatever is wrong with the cache, the model goes on without
it: it is compiled once more.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import shutil
import stat
import tempfile
import time
from functools import cache
from pathlib import Path

SUFFIX = ".nbc"
UNUSED_AFTER_DAYS = 30
HASH_SIZE = hashlib.sha256().digest_size

log = logging.getLogger(__name__)


@cache
def cache_root() -> Path:
    """Where compiled code is kept, the same for the whole session.

    Returns
    -------
    Path
        `TRIPLEOS_CACHE` if that is set, else `tripleos` in the user's cache folder, else a folder of the user's own
        in the temporary folder. It need not exist.
    """
    if chosen := os.environ.get("TRIPLEOS_CACHE"):
        return Path(chosen)
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tripleos"
    try:
        home.mkdir(parents=True, exist_ok=True)
        if os.access(home, os.W_OK):
            return home
    except OSError:
        pass
    shared = Path(tempfile.gettempdir()) / f"tripleos-{os.getuid() if hasattr(os, 'getuid') else 'user'}"
    # Anybody can make a folder of that name before we do.
    return shared if make_private(shared) else Path(tempfile.mkdtemp(prefix="tripleos-"))


def make_private(folder: Path) -> bool:
    """Make a folder, if need be, that only its owner can open.

    Parameters
    ----------
    folder : Path
        It may exist.

    Returns
    -------
    bool
        Whether it is there, is no symbolic link, and is this user's; and whether nobody else can write it.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return False
    if not stat.S_ISDIR(found.st_mode):
        return False
    return not hasattr(os, "getuid") or (found.st_uid == os.getuid() and not found.st_mode & 0o022)


def folder() -> Path | None:
    """The folder of compiled code, made if need be.

    Returns
    -------
    Path or None
        None, with a note, if there is none that can be trusted.
    """
    found = cache_root() / "compiled"
    if make_private(found):
        return found
    _note(f"{found} cannot be made, or others can write it; the model is compiled anew in each session")
    return None


def read(name: str) -> bytes | None:
    """What was written under a name.

    Parameters
    ----------
    name : str
        Name of a file, without its ending.

    Returns
    -------
    bytes or None
        None if there is nothing, or nothing that can be read as it was written; what is damaged is removed.
    """
    if (there := folder()) is None:
        return None
    path = there / f"{name}{SUFFIX}"
    try:
        content = path.read_bytes()
    except IsADirectoryError:
        drop(name)
        return None
    except OSError:
        return None
    if hashlib.sha256(content[HASH_SIZE:]).digest() != content[:HASH_SIZE]:
        drop(name)
        return None
    with contextlib.suppress(OSError):
        os.utime(path)  # it is in use
    return content[HASH_SIZE:]


def write(name: str, content: bytes) -> None:
    """Keep some bytes under a name, all of them or none; if that cannot be done, a note says so.

    Parameters
    ----------
    name : str
        Name of a file, without its ending.
    content : bytes
        What `read` is to return.
    """
    if (there := folder()) is None:
        return
    try:
        _remove_unused(there)
        with tempfile.NamedTemporaryFile(dir=there, prefix=f"{name}-", suffix=".writing", delete=False) as file:
            try:
                file.write(hashlib.sha256(content).digest() + content)
                file.close()
                os.replace(file.name, there / f"{name}{SUFFIX}")
            except BaseException:
                os.unlink(file.name)
                raise
    except OSError as error:
        _note(f"{there} cannot be written ({error.strerror or error}); the model is compiled anew in each session")


def drop(name: str) -> None:
    """Remove what is kept under a name, if that can be done.

    Parameters
    ----------
    name : str
        Name of a file, without its ending.
    """
    if (there := folder()) is None:
        return
    path = there / f"{name}{SUFFIX}"
    with contextlib.suppress(OSError):
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def holds(prefix: str) -> bool:
    """Whether anything is kept under a name that begins so.

    Parameters
    ----------
    prefix : str
        How the name begins.

    Returns
    -------
    bool
        Whether there is such a file; what is in it is not looked at.
    """
    there = folder()
    return there is not None and any(there.glob(f"{prefix}*{SUFFIX}"))


def _remove_unused(there: Path) -> None:
    """Remove what nobody has used for a month, and what an ended process left half written."""
    for path in there.iterdir():
        with contextlib.suppress(FileNotFoundError):  # another session may rename what it has written
            if path.is_file() and time.time() - path.stat().st_mtime > UNUSED_AFTER_DAYS * 86400:
                path.unlink()


@cache
def _note(text: str) -> None:
    """Say something once in a session."""
    log.warning("note: %s", text)
