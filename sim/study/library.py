"""The shipped studies, which go by their names: `demo` is the file `library/demo.toml` beside this module.

Those in `library/hypotheses/` carry hypotheses, and `tripleos hypotheses` tests them.

>>> Path(study_file("demo")).name, study_file("mine.toml")
('demo.toml', 'mine.toml')
"""

from __future__ import annotations

import os
import warnings
from pathlib import Path

from ..errors import OldName, canonical, did_you_mean

LIBRARY = Path(__file__).with_name("library")
HYPOTHESES = LIBRARY / "hypotheses"


def study_names() -> tuple[str, ...]:
    """The names of the shipped studies, without those of hypotheses.

    Returns
    -------
    tuple of str
        In alphabetical order.
    """
    return tuple(sorted(path.stem for path in LIBRARY.glob("*.toml")))


def study_file(given: str | os.PathLike[str]) -> str | os.PathLike[str]:
    """The file that is meant by the name of a shipped study, or by a path.

    Parameters
    ----------
    given : str or path
        A name, with or without those of hypotheses: case does not matter, and '-' or ' ' may stand for '_'. What is
        no such name is a path, and so is whatever ends in `.toml` or names a folder. Where version 0.1 had its
        studies (`experiments/demo.toml`), they are still found for one version, with a warning.

    Returns
    -------
    path
        That of the shipped study, or what was given.
    """
    if not isinstance(given, str | os.PathLike):
        return given
    shipped, path = _shipped(), Path(given)
    name = canonical(path.stem)
    if path.parts[:1] == ("experiments",) and name in shipped and not path.exists():
        told = f"{path.as_posix()} has moved into the package: use its name, {path.stem}"
        warnings.warn(told, OldName, stacklevel=2)
        return shipped[name]
    return shipped.get(canonical(given), given) if isinstance(given, str) else given


def study_name(file: Path) -> str:
    """How a command line names a study: the shortest text from which `study_file` gives the file.

    Parameters
    ----------
    file : Path
        The file of a study.

    Returns
    -------
    str
        The name of a shipped study; else the path.
    """
    return file.stem if file in _shipped().values() else file.as_posix()


def nearest_study(given: str | os.PathLike[str]) -> str:
    """The tail of a message about a file that is not there: the shipped study that may have been meant.

    Parameters
    ----------
    given : str or path
        As for `study_file`.

    Returns
    -------
    str
        Empty if none is like it.
    """
    return did_you_mean(Path(given).stem, _shipped())


def _shipped() -> dict[str, Path]:
    """All shipped studies by their canonical names."""
    return {canonical(path.stem): path for folder in (LIBRARY, HYPOTHESES) for path in sorted(folder.glob("*.toml"))}
