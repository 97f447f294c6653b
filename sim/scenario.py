"""The gate of the simulation: everything that a run can be given, checked once and strictly.

A `Scenario` is a `World` (what management cannot set), a `Workforce` (the people), a `Policy` (the levers of
management), dated `Intervention`s and a horizon in `weeks`. All of it is frozen. What comes in is right or refused with
a `ScenarioError` that says what was given and what is allowed; nothing is guessed or clipped.

The name of every parameter is unique over the three groups, so a scenario can be written flat:

>>> scenario = Scenario.build("heads_down", "stable", workers=60, hurdle=0.1)
>>> scenario.workforce.workers, scenario.policy.split_teams, scenario.world.turbulence
(60, 0.9, 0.5)

Names, defaults, ranges, units, meanings and sources are those of the tables in `ODD.md`, section 2.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar, Literal, Self, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from sim.errors import ScenarioError, canonical, in_two_lines, label, nearest, shown

MAX_WEEKS = 100_000
MAX_RUGGED_ASPECTS = 20
MAX_FILE = 1_000_000  # bytes; what is larger is no scenario
SUM_TOLERANCE = 1e-9  # shares given as decimals do not add up exactly
METADATA = ("name", "about")  # fields that tell what a world or a policy stands for; not parameters

Lever = bool | int | float
"""Value of a policy lever."""


# Fields


def _number(default: float, low: float, high: float, unit: str, meaning: str, source: str) -> Any:
    """Field of a parameter that is a number from `low` to `high`."""
    extra: dict[str, Any] = {"unit": unit, "source": source}
    return Field(default, ge=low, le=high, description=meaning, json_schema_extra=extra)


def _choice(default: str | bool, meaning: str, source: str) -> Any:
    """Field of a parameter that is one of a few words, or a switch."""
    return Field(default, description=meaning, json_schema_extra={"unit": "", "source": source})


def _text(default: str, longest: int, meaning: str) -> Any:
    """Field of metadata."""
    needs = f"text of at most {longest} characters is needed"
    return Field(default, max_length=longest, description=meaning, json_schema_extra={"needs": needs})


def _part(default: Any, needs: str) -> Any:
    """Field of a part of a scenario; `needs` is said when something else is given."""
    return Field(default, json_schema_extra={"needs": needs})


def _extra(field: FieldInfo, key: str) -> str:
    extra = field.json_schema_extra
    return str(extra.get(key, "")) if isinstance(extra, dict) else ""


def _plain(value: object) -> object:
    """A NumPy scalar as the Python number it stands for, and -0.0 as 0.0; anything else as it is."""
    if getattr(value, "shape", None) == () and hasattr(value, "item"):
        value = value.item()
    return float(value) + 0.0 if isinstance(value, float) else value


class _Strict(BaseModel):
    """A frozen model that takes nothing but what it says, and explains itself with `ScenarioError`."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)

    group: ClassVar[str] = ""

    def __init__(self, /, **given: Any) -> None:
        try:
            super().__init__(**given)
        except ValidationError as error:
            raise _refused(error, type(self)) from None

    @classmethod
    def model_validate(cls, obj: Any, **options: Any) -> Self:
        """The model from a dict, as its constructor makes it. Raises `ScenarioError`."""
        try:
            return super().model_validate(obj, **options)
        except ValidationError as error:
            raise _refused(error, cls) from None

    @model_validator(mode="before")
    @classmethod
    def _plain_values(cls, given: Any) -> Any:
        return {name: _plain(value) for name, value in given.items()} if isinstance(given, dict) else given

    @model_validator(mode="after")
    def _keep_the_rules(self) -> Self:
        if problems := list(self._broken_rules()):
            raise ScenarioError(in_two_lines(problems))
        return self

    def _broken_rules(self) -> Iterator[str]:
        """What is wrong although every single value is allowed; one line a rule."""
        yield from ()

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with some values changed; unlike pydantic's own, it is checked. What is frozen needs no `deep`."""
        return type(self)(**{**dict(self), **(update or {})})


class World(_Strict):
    """What management cannot set: how practices are valued, and how fast that changes. Fields: see `PARAMETERS`."""

    group: ClassVar[str] = "world"

    reality: Literal["rugged", "blocks"] = _choice(
        "rugged",
        "how practices are valued: an NK landscape, or blocks that must match a truth",
        "Levinthal 1997; Fang et al. 2010",
    )
    aspects: int = _number(
        12,
        2,
        200,
        "aspects",
        "ways in which work can be done one way or the other; at most 20 when rugged",
        "Kauffman 1993",
    )
    complexity: int = _number(
        4,
        0,
        12,
        "aspects",
        "other aspects on which the contribution of one depends (K); at most aspects - 1",
        "Kauffman 1993",
    )
    neighbours: Literal["adjacent", "random"] = _choice(
        "adjacent", "which aspects those are: the next ones (cyclic), or drawn without replacement", "Kauffman 1993"
    )
    block: int = _number(
        3, 1, 200, "aspects", "aspects that must be right together (blocks); must divide aspects", "Fang et al. 2010"
    )
    turbulence: float = _number(5.0, 0, 100, "changes a year", "expected changes of reality", "March 1991")
    noise: float = _number(
        0.05, 0, 1, "payoff", "standard deviation of a judgement, before sense-making lowers it", "own"
    )
    interdependence: float = _number(
        0.3, 0, 1, "share", "part of a team's output that needs agreement with other teams (γ)", "Koçak et al. 2022"
    )
    shock_week: int = _number(0, 0, 100000, "week", "week of a scheduled shock; 0 = none", "own")
    shock_share: float = _number(0.5, 0, 1, "share", "share of the aspects that the shock changes", "own")
    outsiders: int = _number(30, 1, 1000, "people", "practitioners outside the organisation", "own")
    head_start: int = _number(
        26, 0, 1000, "weeks", "weeks for which the outside world has searched before week 1", "own"
    )
    name: str = _text("custom", 100, "what the world is called")
    about: str = _text("", 1000, "what the world stands for, in a sentence")

    def _broken_rules(self) -> Iterator[str]:
        if self.reality == "rugged":
            yield from self._broken_rules_of_rugged()
        elif self.aspects % self.block:
            fitting = ", ".join(str(size) for size in range(1, self.aspects + 1) if self.aspects % size == 0)
            yield f"block = {self.block} does not divide aspects = {self.aspects}: allowed are {fitting}"

    def _broken_rules_of_rugged(self) -> Iterator[str]:
        if self.aspects > MAX_RUGGED_ASPECTS:
            yield (
                f"aspects = {self.aspects}: allowed is 2 to {MAX_RUGGED_ASPECTS} when reality is 'rugged', because the "
                f"best possible payoff V_max is computed exactly, by enumerating all 2^aspects practices"
            )
        if self.complexity >= self.aspects:
            yield (
                f"complexity = {self.complexity} with aspects = {self.aspects}: allowed is 0 to {self.aspects - 1}, "
                f"because the contribution of an aspect can depend on the other aspects only"
            )


class Workforce(_Strict):
    """The people: how many, in what groups, and how they work and learn. Fields: see `PARAMETERS`."""

    group: ClassVar[str] = "workforce"

    workers: int = _number(120, 2, 1000000, "people", "size of the organisation", "own")
    team_size: int = _number(8, 1, 1000000, "people", "members of a team; at most workers", "own")
    communities: int = _number(6, 0, 1000000, "communities", "communities of practice; at most workers", "own")
    memberships: int = _number(
        1, 1, 4, "communities", "communities that a worker belongs to; at most communities (when there are any)", "own"
    )
    ties: int = _number(6, 0, 100, "people", "colleagues whom a worker follows; fewer than workers", "own")
    local_ties: float = _number(
        0.5, 0, 1, "share", "expected share of the first ties that lead to teammates", "Granovetter 1973"
    )
    seek: float = _number(0.5, 0, 1, "", "mean skill of seeking", "Jarche")
    sense: float = _number(0.5, 0, 1, "", "mean skill of sense-making", "Jarche")
    share: float = _number(0.5, 0, 1, "", "mean skill of sharing", "Jarche")
    pkm_spread: float = _number(0.15, 0, 1, "", "standard deviation of each skill between people", "own")
    encounters: float = _number(10.0, 0, 100, "a full-time week", "encounters in networks", "own")
    imitation: Literal["best", "conformity", "majority"] = _choice(
        "best",
        "how the practices seen become one social option",
        "Lazer & Friedman 2007; Barkoczi & Galesic 2016; Fang et al. 2010",
    )
    breadth: float = _number(
        0.3, 0, 1, "probability", "that a differing aspect of the social option is taken over", "Fang et al. 2010"
    )
    sessions: float = _number(5.0, 0, 100, "a full-time week", "meetings of communities that could be attended", "own")
    repertoire: int = _number(
        6, 1, 32, "entries", "entries that a community keeps, the shared practice included", "own"
    )
    pool_base: float = _number(
        0.3, 0, 1, "probability", "willingness to pool awareness without any trust (times share)", "own"
    )
    hear_base: float = _number(0.3, 0, 1, "probability", "of hearing a pooled aspect without any trust", "own")
    hear_trust: float = _number(0.5, 0, 1, "probability", "added to it by full trust; together at most 1", "own")
    code_learning: float = _number(
        0.3, 0, 1, "probability", "that one vote moves an aspect of the shared practice (p2)", "March 1991"
    )
    socialisation: float = _number(
        0.3, 0, 1, "probability", "of taking over an aspect of the best entry at full trust (p1)", "March 1991"
    )
    starting_trust: float = _number(0.4, 0, 1, "", "trust in a community in week 0", "own")
    trust_growth: float = _number(0.05, 0, 0.5, "a meeting", "growth of trust by attending", "own")
    trust_fading: float = _number(0.01, 0, 1, "a week", "fading of trust", "own")
    review: float = _number(0.5, 0, 1, "probability", "of a weekly review at full team time", "own")
    feedback: float = _number(
        0.25, 0, 1, "share", "how far experience corrects the judgement of the practice in use", "own"
    )
    adoption_cost: float = _number(0.5, 0, 1, "share", "alignment lost when every aspect changes", "own")
    calming: float = _number(0.8, 0, 1, "factor", "on scepticism after a change that truly improves", "own")
    disappointment: float = _number(0.5, 0, 100, "", "added to scepticism after a change that worsens", "own")
    scepticism_fading: float = _number(0.005, 0, 1, "a week", "fading of scepticism", "own")
    starting_alignment: float = _number(0.5, 0, 1, "", "alignment of the teams in week 0", "own")
    alignment_growth: float = _number(
        0.1, 0, 1, "a week", "recovery of alignment at full team time, all working out loud", "own"
    )
    team_conformity: float = _number(
        0.1, 0, 1, "probability", "that a full-time member's idea becomes the team's practice in a week", "own"
    )
    habit: float = _number(
        0.1, 0, 1, "a week", "weight of the latest experience in the view of what time returns", "own"
    )
    expectation: float = _number(0.3, 0, 1, "", "return that a newcomer expects of each space", "own")
    sensitivity: float = _number(4.0, 0, 100, "", "of the logit choice between the spaces", "own")
    newcomer_trust: float = _number(0.5, 0, 1, "factor", "trust of a newcomer, as a share of starting_trust", "own")
    newcomer_awareness: float = _number(0.5, 0, 1, "probability", "that a newcomer is aware of an aspect", "own")
    tie_renewal: float = _number(0.5, 0, 52, "a year", "renewals of each tie", "own")
    coaching_gain: float = _number(0.01, 0, 1, "a week", "of what a skill lacks that full coaching closes", "own")
    price_working_out_loud: float = _number(0.03, 0, 1, "share of the week", "cost of full working out loud", "own")
    price_sponsorship: float = _number(0.02, 0, 1, "share of the week", "cost of full sponsorship", "own")
    price_coaching: float = _number(0.05, 0, 1, "share of the week", "cost of full coaching", "own")
    price_weaving: float = _number(0.01, 0, 1, "share of the week", "cost of full weaving", "own")
    price_pilot_first: float = _number(0.02, 0, 1, "share of the week", "cost of piloting first", "own")

    def _broken_rules(self) -> Iterator[str]:
        workers = f"with workers = {self.workers}"
        if self.team_size > self.workers:
            yield f"team_size = {self.team_size} {workers}: allowed is 1 to {self.workers} (people)"
        if self.communities > self.workers:
            yield f"communities = {self.communities} {workers}: allowed is 0 to {self.workers}"
        if self.ties >= self.workers:
            yield f"ties = {self.ties} {workers}: allowed is 0 to {self.workers - 1}, because nobody follows themselves"
        if 0 < self.communities < self.memberships:
            communities = f"with communities = {self.communities}"
            yield f"memberships = {self.memberships} {communities}: allowed is 1 to {self.communities}"
        yield from _sum_at_most_one(self, "hear_base", "hear_trust")


class Levers(_Strict):
    """The levers of a policy, each checked alone: what an intervention may change. Fields: see `PARAMETERS`."""

    group: ClassVar[str] = "policy"

    split_networks: float = _number(
        0.2, 0, 1, "share", "starting share of the week for networks; the three shares sum to 1", "seed"
    )
    split_communities: float = _number(0.2, 0, 1, "share", "starting share of the week for communities", "seed")
    split_teams: float = _number(0.6, 0, 1, "share", "starting share of the week for teams", "seed")
    floor_networks: float = _number(0.0, 0, 1, "share", "protected time for networks; at most the split", "seed")
    floor_communities: float = _number(0.0, 0, 1, "share", "protected time for communities; at most the split", "seed")
    floor_teams: float = _number(0.0, 0, 1, "share", "protected time for teams; at most the split", "seed")
    adaptation: float = _number(
        0.05,
        0,
        1,
        "a week",
        "autonomy: how fast people move their own time to where it returns most; 0 keeps the split",
        "own",
    )
    reward_networks: float = _number(1.0, 0, 10, "factor", "how much a return in networks counts for people", "own")
    reward_communities: float = _number(1.0, 0, 10, "factor", "how much a return in communities counts", "own")
    reward_teams: float = _number(1.0, 0, 10, "factor", "how much a return in teams counts", "own")
    working_out_loud: float = _number(
        0.3, 0, 1, "probability", "that a team's practice in use is visible from outside it", "Bernstein et al. 2018"
    )
    sponsorship: float = _number(0.5, 0, 1, "", "management's support for communities", "Jarche")
    openness: float = _number(0.2, 0, 1, "probability", "that an encounter is with an outsider", "Granovetter 1973")
    coaching: float = _number(0.0, 0, 1, "", "coaching of personal knowledge mastery", "Jarche")
    pilot_first: bool = _choice(False, "teams adopt tested ideas only", "seed")
    hurdle: float = _number(0.02, 0, 1, "payoff", "bureaucracy: the gain a change must promise", "own")
    direction: float = _number(
        0.0,
        0,
        1,
        "probability",
        "that management makes the best team's practice everybody's, each quarter",
        "March 1991",
    )
    rotation: float = _number(0.1, 0, 52, "a year", "moves of a worker to another team (as initiator)", "Jarche")
    assembly: float = _number(
        0.0, 0, 1, "probability", "that a move brings a community into the team that it lacked", "Jarche"
    )
    weaving: float = _number(
        0.1, 0, 1, "probability", "that a renewed tie leads to another team and community", "Jarche"
    )
    demand: float = _number(0.3, 0, 1, "output", "output that is asked of a team", "Repenning & Sterman 2001")
    pressure: float = _number(0.5, 0, 10, "factor", "pull of unmet demand on people's time", "Repenning & Sterman 2001")
    hiring: float = _number(
        0.0, 0, 3, "standard deviations", "by how much newcomers' skills exceed the workforce's mean", "own"
    )
    turnover: float = _number(0.1, 0, 52, "a year", "probability of leaving, spread over the weeks", "March 1991")


class Policy(Levers):
    """What management sets, for the whole organisation. Fields: see `PARAMETERS`.

    That a floor is at most its split is a rule about the moment at which time is set (the start, or an intervention
    that sets the split), not about the levers in force: `Scenario` checks it.
    """

    name: str = _text("custom", 100, "what the policy is called")
    about: str = _text("", 1000, "what the policy stands for, in a sentence")

    def _broken_rules(self) -> Iterator[str]:
        total, text = _sum(self, "split_networks", "split_communities", "split_teams")
        if abs(total - 1) > SUM_TOLERANCE:
            yield f"{text}: the three shares must sum to 1"
        yield from _sum_at_most_one(self, "floor_networks", "floor_communities", "floor_teams")


def _sum(model: BaseModel, *names: str) -> tuple[float, str]:
    """The sum of some values of a model, and the sum written out."""
    values = [getattr(model, name) for name in names]
    return sum(values), f"{' + '.join(names)} = {' + '.join(map(repr, values))} = {sum(values):.12g}"


def _sum_at_most_one(model: BaseModel, *names: str) -> Iterator[str]:
    total, text = _sum(model, *names)
    if total > 1 + SUM_TOLERANCE:
        yield f"{text}: allowed is a sum of at most 1"


# Parameters


@dataclass(frozen=True)
class Parameter:
    """What there is to know about one parameter."""

    name: str
    group: str
    """The part of a scenario that it belongs to: world, workforce or policy."""
    kind: Literal["int", "float", "choice", "bool"]
    default: Any
    low: float | None
    """Smallest allowed value of a number; None for a choice or a switch."""
    high: float | None
    """Largest allowed value of a number; None for a choice or a switch."""
    choices: tuple[Any, ...]
    """Allowed values of a choice or a switch; empty for a number."""
    unit: str
    meaning: str
    source: str

    @property
    def allowed(self) -> str:
        """What is allowed, in words.

        >>> PARAMETERS["hurdle"].allowed, PARAMETERS["pilot_first"].allowed
        ('0 to 1 (payoff)', 'true or false')
        """
        if self.kind == "bool":
            return "true or false"
        if self.kind == "choice":
            return ", ".join(map(repr, self.choices))
        return f"{_bound(self.low)} to {_bound(self.high)}" + (f" ({self.unit})" if self.unit else "")

    @property
    def range(self) -> str:
        """What is allowed, as the tables of `ODD.md` write it.

        >>> PARAMETERS["hurdle"].range, PARAMETERS["reality"].range
        ('0 … 1', 'rugged, blocks')
        """
        if self.choices:
            return ", ".join(str(choice).lower() for choice in self.choices)
        return f"{_bound(self.low)} … {_bound(self.high)}"


def _bound(value: float | None) -> str:
    return str(int(value)) if value is not None and value == int(value) else str(value)


def _limit(field: FieldInfo, side: str) -> float | None:
    """The bound `ge` or `le` of a field, if it has one."""
    return next((getattr(mark, side) for mark in field.metadata if hasattr(mark, side)), None)


def _parameter(model: type[_Strict], name: str) -> Parameter:
    field = model.model_fields[name]
    kinds: dict[Any, Literal["int", "float", "bool"]] = {int: "int", float: "float", bool: "bool"}
    return Parameter(
        name=name,
        group=model.group,
        kind=kinds.get(field.annotation, "choice"),
        default=field.default,
        low=_limit(field, "ge"),
        high=_limit(field, "le"),
        choices=(False, True) if field.annotation is bool else get_args(field.annotation),
        unit=_extra(field, "unit"),
        meaning=field.description or "",
        source=_extra(field, "source"),
    )


PARAMETERS: Mapping[str, Parameter] = MappingProxyType(
    {
        name: _parameter(model, name)
        for model in (World, Workforce, Levers)
        for name in model.model_fields
        if name not in METADATA
    }
)
"""Every parameter by name, in the order of the tables of `ODD.md`."""

LEVERS = tuple(Levers.model_fields)
"""The names of the levers of policy."""


# What is said about a wrong value

_NEEDED = {"int": "a whole number is needed", "float": "a number is needed"}


def _refused(error: ValidationError, model: type[_Strict]) -> ScenarioError:
    """Pydantic's complaints in our words."""
    return ScenarioError(in_two_lines(_problem(detail, model) for detail in error.errors(include_url=False)))


def _problem(error: ErrorDetails, model: type[_Strict]) -> str:
    """One of pydantic's complaints, in one line (a rule of our own: in its own words)."""
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    name = str(error["loc"][0]) if error["loc"] else model.__name__
    if error["type"] == "extra_forbidden":
        return _unknown(name, model)
    if error["type"] == "missing":
        return f"{name} is missing"
    return f"{name} = {shown(error['input'])}: {_what_is_needed(error, model, name)}"


def _what_is_needed(error: ErrorDetails, model: type[_Strict], name: str) -> str:
    if name not in model.model_fields:
        return "a table of parameters is needed"
    if needs := _extra(model.model_fields[name], "needs"):
        return needs
    parameter = _parameter(model, name)
    if parameter.kind == "bool":
        return "true or false is needed"
    if parameter.kind == "choice":
        return f"allowed are {parameter.allowed}{nearest(error['input'], parameter.choices)}"
    if error["type"] in ("greater_than_equal", "less_than_equal"):
        return f"allowed is {parameter.allowed}"
    if error["type"] == "finite_number":
        return f"a finite number is needed, {parameter.allowed}"
    return f"{_NEEDED[parameter.kind]}, {parameter.allowed}"


def _unknown(name: str, model: type[_Strict]) -> str:
    """What is said about a name that `model` does not have."""
    parts = {name: "scenario" for name in Scenario.model_fields} | {name: p.group for name, p in PARAMETERS.items()}
    if name in parts and model.group:
        return f"{name} belongs to the {parts[name]}, not to the {model.group}"
    known = [*parts, "base", *METADATA] if model.group else parts
    return f"{label(name)} is not a parameter{nearest(name, known) or '; `tripleos list` shows all'}"


def _check_names(table: Mapping[Any, Any], where: str) -> dict[str, Any]:
    """The table as a dict, refused if a name in it is no text."""
    for name in table:
        if not isinstance(name, str):
            raise ScenarioError(f"{where}: {shown(name)} is not a parameter; names are text")
    return dict(table)


# Library

_Part = TypeVar("_Part", World, Workforce, Policy)
_Made = TypeVar("_Made")
_Given = str | os.PathLike[str] | Mapping[str, Any]
_FOLDERS = {"world": "worlds", "policy": "policies"}


@cache
def _shipped(group: str) -> Mapping[str, Traversable]:
    """The files of the library that hold a world or a policy, by name; there is none for a workforce."""
    if group not in _FOLDERS:
        return {}
    folder = files("sim").joinpath("library").joinpath(_FOLDERS[group])
    found = {file.name.removesuffix(".toml"): file for file in folder.iterdir() if file.name.endswith(".toml")}
    return dict(sorted(found.items()))


@cache
def _load_shipped(model: type[_Part], name: str) -> _Part:
    content = _parse(_shipped(model.group)[name].read_text(encoding="utf-8"), f"{name}.toml")
    return model(**{"name": name, **content})


def _load(model: type[_Part], name: object) -> _Part:
    """The world or policy of that name, from the library."""
    known = _shipped(model.group)
    if not known:
        raise ScenarioError(f"{model.group} = {shown(name)}: it has no names; a table of its parameters is needed")
    if not isinstance(name, str) or canonical(name) not in known:
        near = nearest(name, known)
        unknown = f"{model.group} = {shown(name)} is not in the library{near}"
        raise ScenarioError(f"{unknown}\nallowed are {', '.join(known)}")
    return _load_shipped(model, canonical(name))


def policy_names() -> tuple[str, ...]:
    """The names of the shipped policies, in alphabetical order."""
    return tuple(_shipped("policy"))


def world_names() -> tuple[str, ...]:
    """The names of the shipped worlds, in alphabetical order."""
    return tuple(_shipped("world"))


def load_policy(name: str) -> Policy:
    """The shipped policy of that name; case does not matter, and '-' or ' ' may stand for '_'.

    Raises `ScenarioError` for an unknown name, with the nearest known one.

    >>> load_policy("Heads-down").split_teams
    0.9
    """
    return _load(Policy, name)


def load_world(name: str) -> World:
    """The shipped world of that name; case does not matter, and '-' or ' ' may stand for '_'.

    Raises `ScenarioError` for an unknown name, with the nearest known one.

    >>> load_world("stable").turbulence
    0.5
    """
    return _load(World, name)


# Files


def _parse(text: str, source: str) -> dict[str, Any]:
    """TOML as a dict; `source` is how a message calls the text."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(_where(str(error), text, source)) from None
    except (ValueError, RecursionError) as error:  # numbers of thousands of digits; brackets in brackets in brackets …
        reason = "nested too deeply" if isinstance(error, RecursionError) else shown(str(error))
        raise ScenarioError(f"{source}: {reason}; a flat table of parameters is needed") from None


def _where(reason: str, text: str, source: str) -> str:
    """Where TOML is malformed, and why: the parser's message with its place put first."""
    place = re.search(r" \((?:at line (\d+), column \d+|at end of document)\)$", reason)
    if place is None:
        return f"{source}: {shown(reason)}"
    line = place[1] or str(text.count("\n", 0, len(text.rstrip())) + 1)
    return f"{source}, line {line}: {reason[: place.start()]}"


def _read(path: object) -> dict[str, Any]:
    """The content of a TOML file. Raises `ScenarioError` with the file's name (and line) if it has none."""
    if not isinstance(path, str | os.PathLike):
        raise ScenarioError(f"{shown(path)}: the path of a TOML file is needed")
    source = _called(path)
    try:
        with open(path, "rb") as file:
            content = file.read(MAX_FILE + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ScenarioError(f"{source}: cannot be read: {reason}; a TOML file is needed") from None
    if len(content) > MAX_FILE:
        raise ScenarioError(f"{source}: too large for a scenario; allowed is 1 MB")
    try:
        return _parse(content.decode("utf-8-sig"), source)
    except UnicodeDecodeError:
        raise ScenarioError(f"{source}: is not text; a TOML file in UTF-8 is needed") from None


def _called(path: str | os.PathLike[Any]) -> str:
    """How a message calls a file."""
    name = os.fsdecode(path)
    return name if name.isprintable() else shown(name)


def _to_toml(value: bool | int | float | str) -> str:
    """A value as TOML; numbers by `repr`, so that they are read back as the same."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{_escaped(value)}"' if isinstance(value, str) else repr(value)


def _escaped(text: str) -> str:
    """Text as it stands between quotes in TOML: quotes, backslashes and control characters escaped."""
    return "".join(f"\\u{ord(c):04x}" if c in '"\\\x7f' or ord(c) < 32 else c for c in text)


def _lines(table: Mapping[str, Any]) -> str:
    return "".join(f"{name} = {_to_toml(value)}\n" for name, value in table.items())


# What a part of a scenario may be given as


def _blamed(source: str, make: Callable[[], _Made]) -> _Made:
    """What `make` makes; if it cannot, the message begins with the source of the trouble."""
    try:
        return make()
    except ScenarioError as error:
        raise ScenarioError(f"{source}: {error}") from None


def _values(model: type[_Part], given: object) -> dict[str, Any]:
    """The values that a part of a scenario was given: by one of its kind, by a table or by the library."""
    if isinstance(given, model):
        return dict(given)
    if isinstance(given, Mapping):
        table = _check_names(given, model.group)
        base = dict(_load(model, table.pop("base"))) if "base" in table else {}
        return {**base, **table}
    if isinstance(given, str):
        return dict(_load(model, given))
    raise ScenarioError(f"{model.group} = {shown(given)}: a name, a table or a {model.__name__} is needed")


def _opened(model: type[_Part], given: object) -> object:
    """What a file says, if `given` is the path of one (of a scenario, or of this part alone); else `given` itself."""
    if not isinstance(given, os.PathLike) and not (isinstance(given, str) and given.lower().endswith(".toml")):
        return given
    content = _read(given)
    part = content.get(model.group, {"name": Path(os.fsdecode(given)).stem[:100], **content})
    return _blamed(_called(given), lambda: model(**_values(model, part)))


# Interventions


class Changes(Mapping[str, Lever]):
    """The levers that an intervention sets, by name; read-only and hashable."""

    __slots__ = ("_pairs",)

    def __init__(self, levers: Mapping[str, Lever]) -> None:
        self._pairs = tuple(sorted(levers.items(), key=lambda pair: LEVERS.index(pair[0])))

    def __getitem__(self, name: str) -> Lever:
        return dict(self._pairs)[name]

    def __iter__(self) -> Iterator[str]:
        return (name for name, _ in self._pairs)

    def __len__(self) -> int:
        return len(self._pairs)

    def __hash__(self) -> int:
        return hash(self._pairs)

    def __repr__(self) -> str:
        return repr(dict(self))


class Intervention(_Strict):
    """A dated change of policy: from the start of `week` on, the levers in `changes` have these values.

    `Intervention(week=53, hurdle=0.1)` sets one lever, `Intervention(53, {"hurdle": 0.1})` too;
    `Intervention(53, policy="closed_shop")` switches to all levers of a policy (of the library, a `Policy` or a table
    of levers), and levers given beside it come on top. `changes` then holds all levers, so that the scenario stays
    what it was should the library change; `policy` keeps the name.

    Raises `ScenarioError` if a lever is unknown, of the wrong type or out of range; whether the policy that results is
    valid, `Scenario` checks.

    >>> Intervention(53, policy="closed_shop", openness=0.1).changes["openness"]
    0.1
    """

    group: ClassVar[str] = "intervention"

    week: int = Field(ge=1, le=MAX_WEEKS, description="week from the start of which the change holds")
    changes: Changes
    policy: str = _text("", 100, "name of the policy that is switched to; empty if there is none")

    # Changes is no type that pydantic knows; its values are checked before it is made
    model_config = ConfigDict(arbitrary_types_allowed=True)

    def __init__(
        self, /, week: int, changes: Mapping[str, Lever] | None = None, policy: _Given | Policy = "", **levers: Lever
    ) -> None:
        if changes is not None and not isinstance(changes, Mapping):
            raise ScenarioError(f"changes = {shown(changes)}: a table of levers is needed")
        given = {**_check_names(changes or {}, "changes"), **levers}
        name, set_levers = _blamed(f"intervention of week {shown(week)}", lambda: _switched(policy, given))
        super().__init__(week=week, changes=set_levers, policy=name)

    @property
    def sets_split(self) -> bool:
        """Whether any `split_…` is set."""
        return any(name.startswith("split_") for name in self.changes)

    @property
    def sets_floor(self) -> bool:
        """Whether any `floor_…` is set."""
        return any(name.startswith("floor_") for name in self.changes)

    def to_dict(self) -> dict[str, Any]:
        """The intervention as a flat dict: the week, the policy if one is switched to, and the levers that are set."""
        return {"week": self.week, **({"policy": self.policy} if self.policy else {}), **self.changes}


def _switched(policy: object, given: dict[str, Any]) -> tuple[str, Changes]:
    """The name of the policy switched to, if any, and what is set: its levers with the given ones on top.

    The library is not asked when every lever is given: the name is a label then, as after `Scenario.to_dict`.
    """
    name = policy
    if not isinstance(policy, str) or (policy and not given.keys() >= set(LEVERS)):
        whole = Policy(**_values(Policy, policy))
        name, given = whole.name, {**{lever: getattr(whole, lever) for lever in LEVERS}, **given}
    if not given:
        raise ScenarioError("nothing is changed: a lever or a policy is needed")
    checked = Levers(**given)
    return str(name), Changes({lever: getattr(checked, lever) for lever in given})


def _intervention(given: object) -> Intervention:
    """An intervention from one, or from a table as `Intervention.to_dict` writes it."""
    if isinstance(given, Intervention):
        return given
    if not isinstance(given, Mapping):
        raise ScenarioError(f"interventions: {shown(given)}: an Intervention, or a table with a week, is needed")
    table = _check_names(given, "intervention")
    if "week" not in table:
        raise ScenarioError(f"intervention {shown(table)} has no week: allowed is 1 to the weeks of the scenario")
    return Intervention(**table)


def _interventions(given: object) -> tuple[Intervention, ...]:
    if isinstance(given, str | Mapping | Intervention) or not isinstance(given, Iterable):
        raise ScenarioError(f"interventions = {shown(given)}: a list of interventions is needed")
    return tuple(_intervention(one) for one in given)


# The scenario


@dataclass(frozen=True)
class Segment:
    """A policy in force from the start of `week` on, until the next segment begins.

    `sets_split` and `sets_floor` tell whether the change that began it set any `split_…` or `floor_…`; both are true of
    the first segment, which sets everything. Two interventions in one week make two segments with the same week.
    """

    week: int
    policy: Policy
    sets_split: bool
    sets_floor: bool


class Scenario(_Strict):
    """All that a run is given but the seed: a world, a workforce, a policy, interventions and the number of weeks.

    `Scenario.build` is the convenient way to make one. Interventions are kept in the order of their weeks; of two
    in the same week the one given first is applied first, and the policy must be valid after each.

    Raises `ScenarioError` if anything is unknown, of the wrong type, out of range or does not go together.
    """

    world: World = _part(World(), "a World is needed")
    workforce: Workforce = _part(Workforce(), "a Workforce is needed")
    policy: Policy = _part(Policy(), "a Policy is needed")
    interventions: tuple[Intervention, ...] = _part((), "a list of Interventions is needed")
    weeks: int = Field(260, ge=1, le=MAX_WEEKS, description="length of the run", json_schema_extra={"unit": "weeks"})

    @field_validator("interventions", mode="before")
    @classmethod
    def _in_order(cls, given: object) -> object:
        return tuple(sorted(_interventions(given), key=lambda intervention: intervention.week))

    def _broken_rules(self) -> Iterator[str]:
        if self.world.shock_week > self.weeks:
            yield f"shock_week = {self.world.shock_week}: allowed is 0 to {self.weeks} (the weeks of the scenario)"
        late = [intervention.week for intervention in self.interventions if intervention.week > self.weeks]
        if late:
            yield f"intervention of week {late[0]}: allowed is week 1 to {self.weeks} (the weeks of the scenario)"
        try:
            for segment in self.policies():
                yield from _floors_above_split(segment)
        except ScenarioError as error:
            yield str(error)

    # Ways in

    @classmethod
    def build(
        cls,
        policy: _Given | Policy = "balanced",
        world: _Given | World = "turbulent",
        *,
        workforce: Mapping[str, Any] | Workforce | None = None,
        weeks: int = 260,
        interventions: Iterable[Intervention | Mapping[str, Any]] = (),
        **levers: Any,
    ) -> Self:
        """A scenario from names and flat parameters.

        `policy` and `world` are a name of the library, a table of parameters (with `base = "name"` if it starts from
        the library, otherwise from the defaults), a `Policy` or `World`, or the path of a TOML file that holds one,
        alone or in a scenario. `weeks` is the number of weeks. Any parameter of `PARAMETERS` can be given by its name,
        and goes above all that. Whole numbers do for fractions, and NumPy scalars for numbers; true and false do not.

        Raises `ScenarioError` if anything is unknown, of the wrong type, out of range or does not go together.

        >>> Scenario.build("balanced", "complex", aspects=10, workers=60).world.complexity
        7
        """
        given = {"policy": _opened(Policy, policy), "world": _opened(World, world), "workforce": workforce}
        return cls._from_flat({**given, "weeks": weeks, "interventions": interventions}, levers)

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> Self:
        """A scenario from a dict as `to_dict` gives it, or as a TOML file holds it.

        The keys are those of `build`: `policy`, `world` (names or tables, not paths), `workforce` (a table),
        `interventions` (a list of tables), `weeks` and flat parameters. What is missing is as in `build`. Raises
        `ScenarioError` like `build`.
        """
        if not isinstance(given, Mapping):
            raise ScenarioError(f"scenario = {shown(given)}: a table is needed")
        table = _check_names(given, "scenario")
        parts = {name: table.pop(name) for name in cls.model_fields if name in table}
        return cls._from_flat(parts, table)

    @classmethod
    def from_toml(cls, path: str | os.PathLike[str]) -> Self:
        """A scenario from a TOML file: `from_dict` of its content.

        Raises `ScenarioError` with the name of the file, and the line if it is malformed TOML.
        """
        content = _read(path)
        return _blamed(_called(path), lambda: cls.from_dict(content))

    @classmethod
    def _from_flat(cls, parts: Mapping[str, Any], levers: Mapping[str, Any]) -> Self:
        """A scenario from its parts, with flat parameters above them."""
        if unknown := [name for name in levers if name not in PARAMETERS]:
            raise ScenarioError(in_two_lines(_unknown(name, cls) for name in unknown))

        def part(model: type[_Part], default: object) -> _Part:
            own = {name: value for name, value in levers.items() if PARAMETERS[name].group == model.group}
            given = parts.get(model.group)
            return model(**{**_values(model, default if given is None else given), **own})

        return cls(
            world=part(World, "turbulent"),
            workforce=part(Workforce, {}),
            policy=part(Policy, "balanced"),
            interventions=_interventions(parts.get("interventions", ())),
            weeks=parts.get("weeks", cls.model_fields["weeks"].default),
        )

    def replace(self, **changes: Any) -> Self:
        """The same scenario with some things changed: any argument of `build`, checked as there.

        >>> Scenario.build().replace(hurdle=0.1, weeks=52).weeks
        52
        """
        return type(self).build(**{**dict(self), **changes})

    # Ways out

    def to_dict(self) -> dict[str, Any]:
        """The whole scenario as plain numbers and text, which `from_dict` reads back as an equal one.

        Everything is written out, so that it stays what it is should the library change.
        """
        parts = {name: dict(getattr(self, name)) for name in ("world", "workforce", "policy")}
        return {"weeks": self.weeks, **parts, "interventions": [one.to_dict() for one in self.interventions]}

    def to_toml(self) -> str:
        """The whole scenario as the text of a TOML file, which `from_toml` reads back as an equal one."""
        content = self.to_dict()
        tables = [f"[{name}]\n{_lines(content[name])}" for name in ("world", "workforce", "policy")]
        tables += [f"[[interventions]]\n{_lines(one)}" for one in content["interventions"]]
        return "\n".join([_lines({"weeks": self.weeks}), *tables])

    # What follows from it

    def policies(self) -> list[Segment]:
        """The policies in force, from week 1 on, in the order in which they are applied."""
        segments = [Segment(1, self.policy, sets_split=True, sets_floor=True)]
        for one in self.interventions:
            policy = _after(segments[-1].policy, one)
            segments.append(Segment(one.week, policy, one.sets_split, one.sets_floor))
        return segments

    @property
    def key(self) -> str:
        """Twelve hex digits that stand for all parameters, interventions and weeks, whatever they are called.

        >>> Scenario.build().key == Scenario.build(policy={}, world={"turbulence": 10}).key
        True
        """
        parameters = {name: getattr(getattr(self, parameter.group), name) for name, parameter in PARAMETERS.items()}
        changes = [[one.week, dict(one.changes)] for one in self.interventions]
        content = json.dumps([self.weeks, parameters, changes], sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(content.encode()).hexdigest()[:12]

    @property
    def teams(self) -> int:
        """Number of teams."""
        return max(1, self.workforce.workers // self.workforce.team_size)

    def notes(self) -> list[str]:
        """What is worth saying about the scenario though it is no error, in sentences.

        >>> Scenario.build(workers=100).notes()
        ['100 workers do not divide into teams of 8: 12 teams, 4 of 9 and 8 of 8.']
        """
        return [*_note_on_teams(self), *_note_on_communities(self), *_note_on_unused(self)]


def _after(policy: Policy, intervention: Intervention) -> Policy:
    """The policy that an intervention leads to."""
    label = {"name": intervention.policy, "about": ""} if intervention.policy else {}
    changed = {**dict(policy), **label, **intervention.changes}
    return _blamed(f"after the intervention of week {intervention.week}", lambda: Policy(**changed))


def _floors_above_split(segment: Segment) -> Iterator[str]:
    """Where time starts below what is protected. A change of floors alone lifts the time of the people instead."""
    if segment.sets_split:
        for space in ("networks", "communities", "teams"):
            floor, split = (getattr(segment.policy, f"{kind}_{space}") for kind in ("floor", "split"))
            if floor > split:
                given = f"floor_{space} = {floor!r} with split_{space} = {split!r} in week {segment.week}"
                yield f"{given}: allowed is 0 to {split!r} (share)"


# Notes


def _note_on_teams(scenario: Scenario) -> Iterator[str]:
    workers, size, teams = scenario.workforce.workers, scenario.workforce.team_size, scenario.teams
    if workers % size:
        base, larger = divmod(workers, teams)
        sizes = [f"{larger} of {base + 1}"] * (larger > 0) + [f"{teams - larger} of {base}"]
        yield f"{workers} workers do not divide into teams of {size}: {_counted(teams, 'team')}, {' and '.join(sizes)}."


def _note_on_communities(scenario: Scenario) -> Iterator[str]:
    if scenario.workforce.communities == 0:
        yield "There are no communities: time for them is lost, and what is set about them has no effect."


def _note_on_unused(scenario: Scenario) -> Iterator[str]:
    """Parameters that were set and have no effect, because another one switches them off."""
    world = scenario.world
    if world.reality == "rugged":
        yield from _unused(world, "reality is 'rugged'", "block")
    else:
        yield from _unused(world, "reality is 'blocks'", "complexity", "neighbours")
    if world.shock_week == 0:
        yield from _unused(world, "shock_week is 0", "shock_share")


def _unused(model: BaseModel, because: str, *names: str) -> Iterator[str]:
    for name in names:
        if getattr(model, name) != PARAMETERS[name].default:
            yield f"{name} = {getattr(model, name)!r} has no effect, because {because}."


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
