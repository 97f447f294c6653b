"""What a screen says about a value that cannot be used: a sentence with the label of its field and what is allowed.

Files, links and the command line name parameters as they are written there; fields have labels instead, and some are
bounded more tightly than the model, so that nobody waits for long.
"""

from __future__ import annotations

import math
import re
from typing import Any

from ..errors import ScenarioError
from ..model.model import OURS, parameters_in_use
from ..scenario import Scenario
from ..scenario.parameters import MAX_RUGGED_ASPECTS, limit_of
from ..validation import read_whole
from .explore_state import COUNTS, MAX_ASPECTS, MAX_WORKERS, Choices, label_of, limits_of, value_of

SOURCE_MOST = {
    "workers": OURS.parameters["workers"].high,
    "aspects": MAX_RUGGED_ASPECTS,
    "weeks": limit_of(Scenario.model_fields["weeks"], "le"),
}
"""What the model itself allows, where the screen allows less."""
RULE = re.compile(
    r"(?P<name>\w+) = (?P<value>\S+)(?: with (?P<other>\w+) = (?P<size>\S+))?(?: in week \d+)?: "
    r"(?:allowed is|(?P<kind>a (?:whole )?)(?:finite )?number is needed,) (?P<low>\S+) to (?P<high>[^\s,]+)(?P<tail>.*)"
)
SUM = re.compile(r"(?P<names>\w+(?: \+ \w+)+) = .*: allowed is a sum of at most (?P<most>\d+)")
DIVIDE = re.compile(r"(?P<name>\w+) = \S+ does not divide (?P<other>\w+) = (?P<size>\d+): allowed are (?P<sizes>.*)")
MORE = re.compile(r" \(and \d+ more\)$")


def number(value: float) -> str:
    """A bound as a sentence writes it.

    >>> number(2000), number(0.25), number(1.0), number(2**64 - 101)
    ('2,000', '0.25', '1', '2^64 − 101')
    """
    if value >= 2**63:
        return f"2^64 − {2**64 - int(value)}"
    return f"{int(value):,}" if value == int(value) else f"{value:g}"


def must_be(name: str, low: float, high: float, kind: str = "") -> str:
    """What a field takes, in a sentence; `kind`: that it is a number at all, if what was typed is none.

    >>> must_be("workers", 2, 2000), must_be("openness", 0, 1, "a number ")
    ('Number of people must be between 2 and 2,000.', 'Openness must be a number between 0 and 1.')
    """
    return f"{_capital(label_of(name))} must be {kind}between {number(low)} and {number(high)}."


def sentence(choices: Choices, name: str, given: Any, error: ScenarioError) -> str:
    """What is said at a field about what was typed there.

    Parameters
    ----------
    choices : Choices
        As they stay.
    name : str
        The parameter, or "weeks", "runs" or "seed".
    given : Any
        What was typed.
    error : ScenarioError
        Why it cannot be used.

    Returns
    -------
    str
        A sentence or two. Where the value breaks a rule about several parameters, what the rule says.
    """
    limits = limits_of(choices, name)
    if limits is None:
        return in_words(error, name if name in parameters_in_use() else "")
    low, high = limits
    value = read_whole(given) if name in COUNTS else value_of(name, given)
    whole = name in COUNTS or parameters_in_use()[name].kind == "int"
    if isinstance(value, bool) or not isinstance(value, int if whole else int | float) or _endless(value):
        return must_be(name, low, high, "a whole number " if whole else "a number ")
    if not low <= value <= high:
        more = high < value <= (SOURCE_MOST.get(name) or high)
        if name.startswith("split_") and (low, high) != (0, 1):
            return must_be(name, low, high) + " The policy protects some of the week."
        return must_be(name, low, high) + " The command line (tripleos run) allows more." * more
    return in_words(error, name)


def _endless(value: Any) -> bool:
    return isinstance(value, float) and not math.isfinite(value)


def in_words(error: ScenarioError, name: str = "") -> str:
    """What the gate of scenarios says, in sentences with labels; `name`: the parameter that was typed.

    >>> in_words(ScenarioError("team_size = 8 with workers = 5: allowed is 1 to 5 (people)"), "workers")
    'Team size (now 8) must be between 1 and 5 when number of people is 5.'
    """
    return "\n".join(_line(line, name) for line in str(error).splitlines())


def _line(line: str, typed: str) -> str:
    more = MORE.search(line)
    if more:
        return _line(line[: more.start()], typed) + more[0]
    if found := RULE.fullmatch(line):
        return _rule(found, typed)
    if found := SUM.fullmatch(line):
        names = " and ".join(map(label_of, found["names"].split(" + ")))
        return f"{_capital(names)} together must be at most {found['most']}."
    if found := DIVIDE.fullmatch(line):
        sizes = found["sizes"].rpartition(", ")
        listed = f"{sizes[0]} or {sizes[2]}" if sizes[0] else sizes[2]
        whole = f"{label_of(found['other'])} ({found['size']})"
        return f"{_capital(label_of(found['name']))} must divide {whole}: {listed}."
    return line


def _rule(found: re.Match[str], typed: str) -> str:
    """A value out of its range, with what that range depends on."""
    name, tail = found["name"], found["tail"]
    low, high = (_parsed(found[side]) for side in ("low", "high"))
    if low is None or high is None:
        return found[0]
    most = {"workers": MAX_WORKERS, "aspects": MAX_ASPECTS if "rugged" in tail else high}.get(name, high)
    now = f" (now {found['value']})" if typed and typed != name else ""
    when = f" when {label_of(found['other'])} is {found['size']}" if found["other"] else ""
    if most < high:
        why = " when reality is rugged" if "rugged" in tail else ""
    elif tail.startswith(" (the "):
        why = f", {tail[2:-1]}"
    else:
        why = "" if tail.startswith(" (") else tail
    said = must_be(name, low, min(high, most), f"{found['kind']}number " if found["kind"] else "")
    return said.replace(" must be", f"{now} must be", 1).removesuffix(".") + f"{when}{why}."


def _parsed(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
