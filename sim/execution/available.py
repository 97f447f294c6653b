"""How much memory this process can still have: of the machine, of its container, and of its own limit."""

from __future__ import annotations

import math
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path("/")


@dataclass(frozen=True, order=True)
class Available:
    """Memory that can be had, and what sets the bound.

    Attributes
    ----------
    bytes : float
        Infinite where the system does not tell.
    limit : str
        What sets it, as in "4 GB are free (the limit of the container)"; empty if it is the machine itself.
    """

    bytes: float
    limit: str = ""


def available_memory(root: Path = ROOT) -> Available:
    """The memory that this process can still have.

    Parameters
    ----------
    root : Path
        Where the file system begins, for tests.

    Returns
    -------
    Available
        The least of what the machine has free, what control groups (of a container or a job) leave, and what the
        limit of the process leaves.
    """
    return min(
        _of_machine(root),
        *(Available(free, "the limit of the container") for free in _of_groups(root)),
        Available(_of_process(root), "the limit of the process"),
    )


# --- the machine ------------------------------------------------------------------------------------------------------


def _of_machine(root: Path) -> Available:
    """What is free without swapping; where that is not told (macOS), all that there is."""
    for line in _read(root / "proc/meminfo").splitlines():
        if line.startswith("MemAvailable:"):
            return Available(float(line.split()[1]) * 1024)
    if sys.platform == "win32":
        return Available(_of_windows())
    try:
        return Available(float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")))
    except (AttributeError, ValueError, OSError):
        return Available(math.inf)


def _of_windows() -> float:
    import ctypes

    class Status(ctypes.Structure):
        """What GlobalMemoryStatusEx writes."""

        _fields_ = [
            *((name, ctypes.c_ulong) for name in ("length", "load")),
            *(
                (name, ctypes.c_ulonglong)
                for name in ("total", "free", "pages", "free_pages", "all", "free_all", "more")
            ),
        ]

    status = Status(length=ctypes.sizeof(Status))
    windows = getattr(ctypes, "windll", None)
    told = windows and windows.kernel32.GlobalMemoryStatusEx(ctypes.byref(status))
    return float(status.free) if told else math.inf


# --- control groups ---------------------------------------------------------------------------------------------------

# The files of the two versions: limits, usage, and the line of memory.stat with file pages that can be given up, which
# count as used and yet can be had.
_V1 = (("memory.limit_in_bytes",), "memory.usage_in_bytes", "total_inactive_file")
_V2 = (("memory.max", "memory.high"), "memory.current", "inactive_file")


def _of_groups(root: Path) -> Iterator[float]:
    """What each control group that this process is in leaves, from its own to the outermost that is seen."""
    groups = [line.split(":", 2) for line in _read(root / "proc/self/cgroup").splitlines() if line.count(":") >= 2]
    for mount, inside, version in _mounts(root):
        for _, controllers, path in groups:
            if (controllers == "") if version is _V2 else ("memory" in controllers.split(",")):
                yield from _along(root / mount.lstrip("/"), _relative(path, inside), version)


def _mounts(root: Path) -> Iterator[tuple[str, str, tuple]]:
    """Where control groups are mounted, which group the top of the mount is, and the version."""
    for line in _read(root / "proc/self/mountinfo").splitlines():
        before, _, after = line.partition(" - ")
        fields, kind = before.split(), after.split()
        if len(fields) < 5 or len(kind) < 3:
            continue
        inside, mount = (re.sub(r"\\(\d{3})", lambda code: chr(int(code[1], 8)), text) for text in fields[3:5])
        if kind[0] == "cgroup2":
            yield mount, inside, _V2
        elif kind[0] == "cgroup" and "memory" in kind[2].split(","):
            yield mount, inside, _V1


def _relative(path: str, inside: str) -> list[str]:
    """The groups on the way from the top of a mount to a group; none if the group lies outside of what is mounted.

    In a container the mount often shows the container's own group as its top, under a path from the host.
    """
    parts, top = [[one for one in text.split("/") if one] for text in (path, inside)]
    if ".." in parts or parts[: len(top)] != top:
        return []
    return parts[len(top) :]


def _along(folder: Path, groups: list[str], version: tuple) -> Iterator[float]:
    limits, usage, spare = version
    for depth in range(len(groups), -1, -1):
        group = folder.joinpath(*groups[:depth])
        bound = min((_number(group / name) for name in limits), default=math.inf)
        if bound < 2**60:  # version 1 writes a number that is no limit
            stat = dict(line.split()[:2] for line in _read(group / "memory.stat").splitlines() if " " in line)
            used = _number(group / usage, 0.0) - float(stat.get(spare, 0))
            yield max(0.0, bound - max(0.0, used))


# --- the process ------------------------------------------------------------------------------------------------------


def _of_process(root: Path) -> float:
    """What its own limit leaves of the address space (`ulimit -v`)."""
    try:
        import resource
    except ImportError:  # Windows
        return math.inf
    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    if limit == resource.RLIM_INFINITY:
        return math.inf
    pages = _read(root / "proc/self/statm").split()
    used = int(pages[0]) * resource.getpagesize() if pages else 0
    return float(max(0, limit - used))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _number(path: Path, otherwise: float = math.inf) -> float:
    """The number in a file; `otherwise` if there is none, as where it says "max"."""
    try:
        return float(_read(path))
    except ValueError:
        return otherwise
