"""What is said when a scenario cannot be used: what was given and what is allowed, in one or two lines."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

LONGEST_SHOWN = 60  # characters of a given value that a message repeats


class ScenarioError(ValueError):
    """A scenario, or a part of one, cannot be used.

    The message says in one or two lines what was given and what is allowed.
    """


class StudyError(RuntimeError):
    """The runs of a study cannot be made, kept or read; what is stored stays.

    The message says what happened, and what to do about it.
    """


class OldName(FutureWarning):
    """A name of version 0.1 was used; it works for one version more."""


def canonical(name: str) -> str:
    """The way a name is written in files and code: lower case, with '_' for '-' and ' '.

    Parameters
    ----------
    name : str
        In any spelling.

    Returns
    -------
    str
        Without blanks around it.

    Examples
    --------
    >>> canonical("Closed Shop")
    'closed_shop'
    """
    return name.strip().lower().replace("-", "_").replace(" ", "_")


def did_you_mean(name: object, known: Iterable[str]) -> str:
    """The tail of a message that proposes the known name most like the given one.

    Parameters
    ----------
    name : object
        What was given; nothing is proposed unless it is text.
    known : iterable of str
        The names that there are, in their canonical spelling.

    Returns
    -------
    str
        Empty if none is like it.

    Examples
    --------
    >>> did_you_mean("hurdel", ["workers", "hurdle"])
    "; did you mean 'hurdle'?"
    >>> did_you_mean("weather", ["workers", "hurdle"])
    ''
    """
    if not isinstance(name, str):
        return ""
    given = canonical(name)[:LONGEST_SHOWN]  # comparing very long names is slow and leads nowhere
    found = difflib.get_close_matches(given, list(known), n=1)
    return f"; did you mean '{found[0]}'?" if found else ""


def truncated_repr(value: object) -> str:
    """A given value as a message repeats it: on one line, and cut when it is long.

    Parameters
    ----------
    value : object
        Anything, even what fails to describe itself.

    Returns
    -------
    str
        Its `repr`, at most 60 characters of it; its type where that fails.

    Examples
    --------
    >>> truncated_repr({"a": 1})
    "{'a': 1}"
    """
    try:
        text = " ".join(repr(value).split())
    except Exception:  # repr is foreign code here, and refuses whole numbers of many thousand digits
        return f"({type(value).__name__} that cannot be shown)"
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"


def display_name(name: object) -> str:
    """A given name as a message repeats it: bare when it looks like a name, else as `truncated_repr`.

    Parameters
    ----------
    name : object
        Usually text.

    Returns
    -------
    str
        At most 60 characters.
    """
    return (
        name if isinstance(name, str) and name.isidentifier() and len(name) <= LONGEST_SHOWN else truncated_repr(name)
    )


def in_two_lines(problems: Iterable[str]) -> str:
    """The first two lines of some problems, and how many more there are.

    Parameters
    ----------
    problems : iterable of str
        A line or more each.

    Returns
    -------
    str
        At most two lines.
    """
    lines = [line for problem in problems for line in problem.splitlines()]
    more = f" (and {len(lines) - 2} more)" if len(lines) > 2 else ""
    return "\n".join(lines[:2]) + more
