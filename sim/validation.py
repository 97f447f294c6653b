"""Checks of single values, once each: what was given as a plain value, or `ScenarioError` with what is allowed.

The parameters of a scenario are checked by `sim/scenario`; these are for everything else that is given to a function,
an option or a field.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterable
from numbers import Integral, Real
from typing import Any

from .errors import ScenarioError, canonical, did_you_mean, truncated_repr

MAX_SEED = 2**64 - 1
DRAWN_SEED_BITS = 32  # short enough to be typed again
MAX_WORD = 2**32 - 1  # of the parts of a key, except the seed
MAX_THREADS = 1024


def read_whole(given: Any) -> Any:
    """A whole number that was typed, as an int.

    Parameters
    ----------
    given : Any
        What was typed, or a value already.

    Returns
    -------
    Any
        An int for text that is a whole number in decimal digits; anything else as it is, for a check to refuse.

    Examples
    --------
    >>> read_whole(" 7 "), read_whole("many"), read_whole(7)
    (7, 'many', 7)
    """
    # int() would take 1_000 and the digits of all scripts, and fails on thousands of digits
    typed = isinstance(given, str) and re.fullmatch(r"\s*[+-]?[0-9]{1,24}\s*", given)
    return int(given) if typed else given


def checked_whole(name: str, given: Any, low: int, high: int, unit: str = "") -> int:
    """A whole number within bounds.

    Parameters
    ----------
    name : str
        What a message calls it.
    given : Any
        A whole number of Python or NumPy; not true or false, and no text (see `read_whole`).
    low, high : int
        The smallest and the largest that are allowed.
    unit : str, optional
        What a message says behind the bounds.

    Returns
    -------
    int
        The number, as Python's own.

    Raises
    ------
    ScenarioError
        For anything else.

    Examples
    --------
    >>> checked_whole("people", 500, 1, 100)
    Traceback (most recent call last):
    tripleos.ScenarioError: people = 500: a whole number is needed, 1 to 100
    """
    if isinstance(given, Integral) and not isinstance(given, bool) and low <= int(given) <= high:
        return int(given)
    most = f"2^64 - {2**64 - high}" if high >= 2**63 else str(high)
    raise ScenarioError(f"{name} = {truncated_repr(given)}: a whole number is needed, {low} to {most} {unit}".rstrip())


def checked_share(name: str, given: Any) -> float:
    """A probability or share.

    Parameters
    ----------
    name : str
        What a message calls it.
    given : Any
        A number from 0 to 1; not true or false.

    Returns
    -------
    float
        The number, as Python's own.

    Raises
    ------
    ScenarioError
        For anything else.

    Examples
    --------
    >>> checked_share("density", 1)
    1.0
    """
    if isinstance(given, Real) and not isinstance(given, bool) and 0.0 <= float(given) <= 1.0:
        return float(given)
    raise ScenarioError(f"{name} = {truncated_repr(given)}: a number is needed, 0 to 1")


def checked_choice(name: str, given: Any, allowed: Iterable[str]) -> str:
    """One of some words.

    Parameters
    ----------
    name : str
        What a message calls it.
    given : Any
        One of the words; case does not matter, and "-" or " " may stand for "_".
    allowed : iterable of str
        The words, in their canonical spelling.

    Returns
    -------
    str
        The word in its canonical spelling.

    Raises
    ------
    ScenarioError
        For anything else, with the words and the one that is most like it.

    Examples
    --------
    >>> checked_choice("rule", "Best member", ["best_member", "conformity"])
    'best_member'
    """
    allowed = list(allowed)
    if isinstance(given, str) and canonical(given) in allowed:
        return canonical(given)
    raise ScenarioError(
        f"{name} = {truncated_repr(given)}: allowed are {', '.join(allowed)}{did_you_mean(given, allowed)}"
    )


def checked_seed(given: Any) -> int:
    """A seed.

    Parameters
    ----------
    given : Any
        A whole number from 0 to 2^64 - 1.

    Returns
    -------
    int
        The seed, as Python's own.

    Raises
    ------
    ScenarioError
        For anything else.
    """
    return checked_whole("seed", given, 0, MAX_SEED)


def seed_or_drawn(given: Any) -> int:
    """A seed that was given, or else a new one.

    Parameters
    ----------
    given : Any
        A whole number from 0 to 2^64 - 1, or None to draw one.

    Returns
    -------
    int
        The seed, as Python's own.

    Raises
    ------
    ScenarioError
        For anything else.
    """
    return secrets.randbits(DRAWN_SEED_BITS) if given is None else checked_seed(given)


def checked_words(event: Any, who: Any, draw: Any) -> tuple[int, int, int]:
    """What a keyed random number belongs to.

    Parameters
    ----------
    event, who, draw : Any
        Each a whole number from 0 to 2^32 - 1.

    Returns
    -------
    tuple of int
        The three, as Python's own.

    Raises
    ------
    ScenarioError
        For anything else.
    """
    given = {"event": event, "who": who, "draw": draw}
    event, who, draw = (checked_whole(name, one, 0, MAX_WORD) for name, one in given.items())
    return event, who, draw


def checked_seeds(given: Any, needed: str = "a list of seeds") -> list[int]:
    """One seed or more.

    Parameters
    ----------
    given : Any
        An iterable of seeds.
    needed : str
        What a message says is needed where `given` is none.

    Returns
    -------
    list of int
        The seeds in the order given, repeated ones included.

    Raises
    ------
    ScenarioError
        For anything else, or if there is no seed.

    Examples
    --------
    >>> checked_seeds(range(3, 5))
    [3, 4]
    """
    if isinstance(given, str | bytes) or not isinstance(given, Iterable):
        raise ScenarioError(f"seeds = {truncated_repr(given)}: {needed} is needed")
    seeds = [checked_seed(seed) for seed in given]
    if not seeds:
        raise ScenarioError("seeds is empty: at least 1 seed is needed")
    return seeds


def checked_threads(given: Any) -> int:
    """A number of threads.

    Parameters
    ----------
    given : Any
        1 to 1024, or None for one for each core.

    Returns
    -------
    int
        The number of threads.

    Raises
    ------
    ScenarioError
        For anything else.
    """
    return (os.cpu_count() or 1) if given is None else checked_whole("threads", given, 1, MAX_THREADS)
