"""Choices as the address of a page and back: a link restores exactly what was chosen.

`a=heads_down~stable~hurdle:0.1&b=balanced~stable&on=b&check=5cfe` reads: A is the policy heads_down in the stable
world with one lever changed, B is another, and B is being changed. `at53.openness:0.5` is a change of policy in week
53. `check` is a checksum of what is to be restored, scenarios by their keys. It tells a link that lost its end, and one
that stands for something else today because a policy or world of the library has changed.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from ..errors import ScenarioError, truncated_repr
from ..model.model import parameters_in_use
from ..scenario import Intervention, Scenario
from ..scenario.library import load_policy, policy_names
from ..scenario.parameters import METADATA, blamed
from ..validation import read_whole
from . import in_force
from .explore_state import LETTERS, REPLICATES, Choices, base_of, changed, checked, value_of

LONGEST = 30_000  # characters of a link that are read
DEFAULT = Scenario.model_fields["weeks"].default
OTHER_KEYS = ("on", "runs", "seed", "weeks", "check")
MOST_PROBLEMS = 8  # of a link that are told


@dataclass(frozen=True)
class Reading:
    """What a link says: the choices, and what is wrong with it, in sentences."""

    choices: Choices
    problems: tuple[str, ...] = ()


# --- to an address ----------------------------------------------------------------------------------------------------


def to_query(choices: Choices) -> str:
    """The choices as the query of an address; what is as usual is left out.

    >>> to_query(Choices())
    'a=balanced~turbulent&check=2f58'
    """
    parts = [
        f"{letter.lower()}={_written(one)}" for letter, one in zip(choices.letters, choices.scenarios, strict=True)
    ]
    if choices.at:
        parts.append(f"on={LETTERS[choices.at].lower()}")
    usual = {"runs": (choices.replicates, REPLICATES), "seed": (choices.seed, 1), "weeks": (choices.weeks, DEFAULT)}
    parts += [f"{name}={value}" for name, (value, default) in usual.items() if value != default]
    return f"{'&'.join(parts)}&check={_checksum(choices)}"


def _checksum(choices: Choices) -> str:
    keys = " ".join(one.key for one in choices.scenarios)
    text = f"{keys} {choices.at} {choices.seed} {choices.replicates}"
    return f"{zlib.crc32(text.encode()) & 0xFFFF:04x}"


def _written(scenario: Scenario) -> str:
    """A scenario: the presets that it starts from, and what differs from them."""
    bases = {group: base_of(scenario, group) for group in ("policy", "world")}
    parts = [base.name for base in bases.values()]
    parts += [f"{name}:{_text(value)}" for name, value in changed(scenario).items()]
    for group, base in bases.items():
        own = getattr(scenario, group)
        parts += [
            f"{group}.{word}:{_text(getattr(own, word))}"
            for word in METADATA
            if getattr(own, word) != getattr(base, word)
        ]
    for number, one in enumerate(scenario.interventions):
        parts += [f"at{one.week}.{number}.{name}:{_text(value)}" for name, value in _changes(one).items()]
    return "~".join(parts)


def _changes(intervention: Intervention) -> dict[str, Any]:
    """What an intervention sets; where it switches to a policy of the library, what it sets beside that."""
    levers = dict(intervention.changes)
    if not intervention.policy:
        return levers
    if intervention.policy in policy_names():
        # Which knows nothing of what extensions add.
        policy = {name: one.default for name, one in parameters_in_use().items()} | dict(
            load_policy(intervention.policy)
        )
        levers = {name: value for name, value in levers.items() if value != policy[name]}
    return {"policy": intervention.policy, **levers}


def _text(value: Any) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return quote(text, safe=" ,").replace(" ", "%20").replace("~", "%7E")


# --- from an address --------------------------------------------------------------------------------------------------


def from_query(query: str | None) -> Reading:
    """What a query says; what cannot be used is left out and told."""
    if not query:
        return Reading(Choices())
    if len(query) > LONGEST:
        return Reading(Choices(), (f"The link is too long ({len(query):,} characters): shown is the start.",))
    problems: list[str] = []
    given = dict(_pairs(query, problems))
    scenarios = list(_scenarios(given, problems))
    choices = _assembled(scenarios, given, problems)
    if given.get("check") != _checksum(choices):
        problems.append(
            "The link is not whole, was changed by hand, or was made by another version: shown is what could be read."
        )
    return Reading(choices, tuple(problems[:MOST_PROBLEMS]))


def _pairs(query: str, problems: list[str]) -> Iterator[tuple[str, str]]:
    """The parts of a query that have a meaning."""
    for part in query.split("&"):
        name, _, value = part.partition("=")
        if (name.upper() in LETTERS and len(name) == 1) or name in OTHER_KEYS:
            yield name, value
        else:
            problems.append(f"The link has a part {truncated_repr(unquote(name))}, which means nothing here.")


def _scenarios(given: dict[str, str], problems: list[str]) -> Iterator[Scenario]:
    for letter in LETTERS:
        if text := given.get(letter.lower()):
            try:
                yield _read(text, unquote(given.get("weeks", str(DEFAULT))))
            except ScenarioError as error:
                problems.append(f"Scenario {letter} of the link cannot be used: {error}")


def _assembled(scenarios: Sequence[Scenario], given: dict[str, str], problems: list[str]) -> Choices:
    """The choices of a link; the usual ones where what it says cannot be used."""
    if not scenarios:
        return Choices()
    numbers = {name: unquote(given[key]) for name, key in (("replicates", "runs"), ("seed", "seed")) if key in given}
    at = max(0, LETTERS.find(given.get("on", "a").upper() or "A"))
    try:
        return checked(scenarios, at, **numbers)
    except ScenarioError as error:
        problems.append(f"The link cannot be used in full: {error}")
    try:
        return checked(scenarios, at)
    except ScenarioError:
        return Choices()


def _read(text: str, weeks: str) -> Scenario:
    """A scenario as `_written` writes it."""
    policy, world, *rest = [unquote(part) for part in text.split("~")] + [""] * ("~" not in text)
    if not world:
        raise ScenarioError(f"{truncated_repr(text)}: a policy and a world are needed, as in balanced~turbulent")
    levers: dict[str, Any] = {}
    words: dict[str, dict[str, Any]] = {"policy": {"base": policy}, "world": {"base": world}}
    dated: dict[str, dict[str, Any]] = {}
    for part in rest:
        name, sign, value = part.partition(":")
        place, _, last = name.rpartition(".")
        if not sign:
            raise ScenarioError(f"{truncated_repr(part)}: lever:value is needed, as in hurdle:0.1")
        if place in words and last in METADATA:
            words[place][last] = value
        elif place:
            dated.setdefault(place, {"week": _week_of(place)})[last] = _value(last, value)
        else:
            levers[name] = _value(name, value)
    with blamed(f"{policy}~{world}"):
        whole = {**levers, **words, "interventions": list(dated.values()), "weeks": read_whole(weeks)}
        return Scenario.from_dict(in_force.without_code({"workforce": {}, **whole}, "the link"))


def _value(name: str, text: str) -> Any:
    return value_of(name, text) if name in parameters_in_use() else text


def _week_of(place: str) -> Any:
    """The week of `at53.0`."""
    return read_whole(place.removeprefix("at").partition(".")[0])
