"""Extensions: from a file, from an installed package, or as a `Mechanism` that is already there."""

from __future__ import annotations

import ast
import copyreg
import os
import sys
from collections.abc import Iterable
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from ..errors import ScenarioError, did_you_mean, truncated_repr
from ..version import hash_of
from .declare import Mechanism

PACKAGE = Path(__file__).parents[1]
# The shipped examples: beside the package in a checkout, within it where it is installed.
EXAMPLES = (PACKAGE.parent / "experiments" / "extend", PACKAGE / "examples")
ATTRIBUTE = "MECHANISM"  # under which a file or a module holds it
GROUP = "tripleos.mechanisms"  # of the entry points of packages
Given = str | os.PathLike[str] | Mechanism


def load_all(given: object, folder: Path | None = None) -> tuple[Mechanism, ...]:
    """The extensions that a scenario or a study names.

    Parameters
    ----------
    given : Mechanism, str or path, or a list of them
        Each a mechanism, the path of a Python file that holds one as `MECHANISM`, the name of a shipped example, or the
        name under which an installed package offers one.
    folder : Path, optional
        Where paths begin; by default the current folder.

    Returns
    -------
    tuple of Mechanism
        In the order given, each once. A file that has not changed since it was read gives the same object.

    Raises
    ------
    ScenarioError
        If one cannot be found or read, or holds no mechanism.
    """
    if isinstance(given, str | os.PathLike | Mechanism):
        given = [given]
    if not isinstance(given, Iterable):
        raise ScenarioError(f"with = {truncated_repr(given)}: a list of files is needed, such as ['mentoring.py']")
    return tuple(dict.fromkeys(_load(one, folder or Path()) for one in given))


def _load(given: object, folder: Path) -> Mechanism:
    if isinstance(given, Mechanism):
        return given
    if isinstance(given, os.PathLike) or (isinstance(given, str) and given.endswith(".py")):
        path = folder / os.fsdecode(given)
        try:
            return _read(path)
        except (OSError, ValueError) as error:
            if isinstance(error, ScenarioError):
                raise
            reason = getattr(error, "strerror", None) or str(error)
            raise ScenarioError(f"{path}: cannot be read: {reason}; a Python file is needed") from None
    if not isinstance(given, str):
        raise ScenarioError(f"with = {truncated_repr(given)}: the path of a Python file, or a Mechanism, is needed")
    if shipped := examples().get(given):
        return _read(shipped)
    return _from_package(given)


def examples() -> dict[str, Path]:
    """The shipped examples of extensions.

    Returns
    -------
    dict of str to Path
        Their files by name.
    """
    found = sorted(path for folder in EXAMPLES for path in folder.glob("*.py"))
    return {path.stem: path for path in found if not path.stem.startswith("_")}


def _read(path: Path) -> Mechanism:
    source = path.read_text(encoding="utf-8")
    return _from_file(str(path.resolve()), source)  # one file that is named in two ways is one extension


@lru_cache(maxsize=64)
def _from_file(path: str, source: str) -> Mechanism:
    name = f"tripleos_extension_{Path(path).stem}"
    spec = spec_from_file_location(name, path)
    if spec is None:
        raise ScenarioError(f"{path}: a Python file is needed")
    module = module_from_spec(spec)
    sys.modules[name] = module
    try:
        exec(compile(source, path, "exec"), module.__dict__)
    except ScenarioError as error:
        raise ScenarioError(f"{path}: {error}") from error
    except SyntaxError as error:
        raise ScenarioError(f"{path}, line {error.lineno}: {error.msg}") from error
    except Exception as error:  # whatever foreign code raises, its author needs to see
        raise ScenarioError(f"{path}: {type(error).__name__}: {error}") from error
    return _found(getattr(module, ATTRIBUTE, None), path, source)


def _found(mechanism: object, place: str, source: str) -> Mechanism:
    if not isinstance(mechanism, Mechanism):
        held = "none" if mechanism is None else truncated_repr(mechanism)
        raise ScenarioError(f"{place}: {ATTRIBUTE} = Mechanism(…) is needed; there is {held}")
    object.__setattr__(mechanism, "file", place)
    object.__setattr__(mechanism, "source", source)
    return mechanism


def _from_package(name: str) -> Mechanism:
    offered: dict[str, EntryPoint] = {one.name: one for one in entry_points(group=GROUP)}
    if name not in offered:
        known = did_you_mean(name, [*examples(), *offered]) or "; the path of a file ends in .py"
        raise ScenarioError(f"with = {truncated_repr(name)}: there is no extension of that name{known}")
    point = offered[name]
    try:
        mechanism: Any = point.load()
    except Exception as error:  # foreign code
        raise ScenarioError(f"{name} ({point.value}): {type(error).__name__}: {error}") from error
    file = sys.modules[point.module].__file__
    return _found(mechanism, name, Path(file).read_text(encoding="utf-8") if file else "")


def about_examples() -> dict[str, str]:
    """The shipped examples of extensions, without loading them.

    Returns
    -------
    dict of str to str
        By name: the first sentence of the file.
    """
    texts = {name: ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) for name, path in examples().items()}
    return {name: " ".join((text or "").split("\n\n")[0].split()) for name, text in texts.items()}


def names_of(extensions: Iterable[Mechanism]) -> list[str]:
    """How files name extensions.

    Parameters
    ----------
    extensions : iterable of Mechanism
        Those of a scenario.

    Returns
    -------
    list of str
        Paths, relative to the current folder where they lie in it, or names of shipped examples and of packages.

    Raises
    ------
    ScenarioError
        If one was made in this session and has no file.
    """
    found = []
    for one in extensions:
        if not one.file:
            raise ScenarioError(f"{one!r} was made in this session: to be named in a file it needs a file of its own")
        path, shipped = Path(one.file), examples()
        if path.stem in shipped and shipped[path.stem].resolve() == path:
            found.append(path.stem)
            continue
        here = Path.cwd().resolve()
        inside = one.file.endswith(".py") and path.is_relative_to(here)
        found.append(path.relative_to(here).as_posix() if inside else one.file)
    return found


def sent(mechanism: Mechanism) -> Any:
    """An extension as JSON can hold it, so that it can travel to where its file is not.

    Parameters
    ----------
    mechanism : Mechanism
        From a file or a package.

    Returns
    -------
    list or str
        The path and what is in the file; or the name of a shipped example, or of what a package offers.
    """
    (name,) = names_of([mechanism])
    return [mechanism.file, mechanism.source] if name.endswith(".py") else name


def load_sent(given: Any) -> Mechanism:
    """An extension that was sent.

    Parameters
    ----------
    given : list or str
        As from `sent`.

    Returns
    -------
    Mechanism
        Where it came from, the very same.

    Raises
    ------
    ScenarioError
        If it cannot be loaded here.
    """
    return _load(given, Path()) if isinstance(given, str) else _from_file(*given)


def digest(mechanism: Mechanism) -> str:
    """A hash of what an extension does, the same whatever its docstrings and comments say.

    Parameters
    ----------
    mechanism : Mechanism
        With its source, if it has a file.

    Returns
    -------
    str
        Hex digits; of one that has no file they hold for this session only.
    """
    return (hash_of(mechanism.source) if mechanism.source else f"{id(mechanism):x}")[:12]


def _reduced(mechanism: Mechanism) -> tuple[Any, ...]:
    """How a mechanism is pickled: by its file."""
    return _load, (names_of([mechanism])[0], Path())


copyreg.pickle(Mechanism, _reduced)
