"""The parts of a scenario: the world, the workforce and the policy, made of the parameters that the model declares.

Each parameter is declared in the file of its space (`sim/model/`). Every part is frozen and checked when it is made:
each value alone, then what must go together (`_broken_rules`). What pydantic finds wrong is said in our words.

>>> World(aspects=500)
Traceback (most recent call last):
tripleos.ScenarioError: aspects = 500: allowed is 2 to 200 (aspects)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model, model_validator
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from ..errors import ScenarioError, did_you_mean, display_name, in_two_lines, truncated_repr
from ..model.declare import Mechanism, Parameter
from ..model.model import OURS, Model, model_of

MAX_RUGGED_ASPECTS = 20
SUM_TOLERANCE = 1e-9  # shares given as decimals do not add up exactly
METADATA = ("name", "about")  # fields that tell what a world or a policy stands for; not parameters
SCENARIO = ("world", "workforce", "policy", "interventions", "weeks", "with_")  # the fields of a scenario

Lever = bool | int | float
"""Value of a policy lever."""


# Fields


def _field(parameter: Parameter) -> tuple[Any, Any]:
    """The type of a parameter, and its field."""
    types: dict[str, Any] = {"int": int, "float": float, "bool": bool}
    kind = types.get(parameter.kind) or Literal[parameter.choices]
    limits: dict[str, Any] = {} if parameter.low is None else {"ge": parameter.low, "le": parameter.high}
    return kind, Field(parameter.default, description=parameter.meaning, **limits)


def _plain(value: object) -> object:
    """A NumPy scalar as the Python number it stands for, and -0.0 as 0.0; anything else as it is."""
    if getattr(value, "shape", None) == () and hasattr(value, "item"):
        value = value.item()
    return float(value) + 0.0 if isinstance(value, float) else value


class Strict(BaseModel):
    """A frozen model that takes nothing but what it says, and explains itself with `ScenarioError`."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)

    group: ClassVar[str] = ""
    made_of: ClassVar[Model] = OURS  # the model whose parameters it has

    if TYPE_CHECKING:  # fields are made from declarations

        def __getattr__(self, name: str) -> Any: ...

    def __init__(self, /, **given: Any) -> None:
        try:
            super().__init__(**given)
        except ValidationError as error:
            raise _refused(error, type(self)) from None
        except TypeError:  # a part was given as a table with a name that is no text
            raise ScenarioError("a table has names that are not text: allowed are the names of parameters") from None

    @classmethod
    def model_validate(cls, obj: Any, **options: Any) -> Self:
        """The model from a dict.

        Parameters
        ----------
        obj : Any
            A dict of values by name, or a model of this kind.
        **options : Any
            As for pydantic.

        Returns
        -------
        Self
            As the constructor makes it.

        Raises
        ------
        ScenarioError
            If anything is unknown, of the wrong type, out of range or inconsistent.
        """
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

    def _broken_rules(self) -> Iterable[str]:
        """What is wrong although every single value is allowed; one line a rule."""
        return ()

    @classmethod
    def _problem(cls, error: ErrorDetails) -> str:
        """One of pydantic's complaints, in one line of our words."""
        return _problem(error, cls)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with some values changed.

        Parameters
        ----------
        update : mapping, optional
            New values by name.
        deep : bool
            Makes no difference: what is frozen can be shared.

        Returns
        -------
        Self
            Unlike pydantic's own, it is checked.

        Raises
        ------
        ScenarioError
            As the constructor.
        """
        fields = type(self).model_fields.items()
        return type(self)(**{field.alias or name: getattr(self, name) for name, field in fields} | dict(update or {}))


def differences(part: Strict) -> dict[str, Any]:
    """The parameters of a part of a scenario that differ from their defaults.

    Parameters
    ----------
    part : World, Workforce or Policy
        The part. What it is called is no parameter.

    Returns
    -------
    dict
        Values by name.

    Examples
    --------
    >>> differences(Policy(hurdle=0.1, openness=0.2, name="bold"))
    {'hurdle': 0.1}
    """
    fields = type(part).model_fields
    return {name: value for name, value in part if name not in METADATA and value != fields[name].default}


class WorldRules(Strict):
    """What must go together in a world."""

    group: ClassVar[str] = "world"

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


class WorkforceRules(Strict):
    """What must go together in a workforce."""

    group: ClassVar[str] = "workforce"

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


class PolicyRules(Strict):
    """What must go together in a policy.

    That a floor is at most its split is a rule about the moment at which time is set (the start, or an intervention
    that sets the split), not about the levers in force: `Scenario` checks it.
    """

    group: ClassVar[str] = "policy"

    def _broken_rules(self) -> Iterator[str]:
        total, text = _sum(self, "split_networks", "split_communities", "split_teams")
        if abs(total - 1) > SUM_TOLERANCE:
            yield f"{text}: the three shares must sum to 1"
        yield from _sum_at_most_one(self, "floor_networks", "floor_communities", "floor_teams")


class LeverRules(Strict):
    """Levers, each checked alone."""

    group: ClassVar[str] = "policy"


def _sum(model: BaseModel, *names: str) -> tuple[float, str]:
    """The sum of some values of a model, and the sum written out."""
    values = [getattr(model, name) for name in names]
    return sum(values), f"{' + '.join(names)} = {' + '.join(map(repr, values))} = {sum(values):.12g}"


def _sum_at_most_one(model: BaseModel, *names: str) -> Iterator[str]:
    total, text = _sum(model, *names)
    if total > 1 + SUM_TOLERANCE:
        yield f"{text}: allowed is a sum of at most 1"


# The parts, made of declarations


def _made(name: str, about: str, bases: Any, model: Model, named: bool = False) -> Any:
    """A part of a scenario: a class with a field for each parameter of its group that no base has as it is."""
    base = bases[-1]
    fields: dict[str, Any] = {}
    told = [one for one in model.parameters.values() if one.group == base.group]
    for one in told:
        if one.name not in base.model_fields or base.made_of.parameters[one.name] != one:
            fields[one.name] = _field(one)
    if named:
        fields |= {
            "name": (str, Field(default="custom", max_length=100, description=f"name of the {base.group}")),
            "about": (
                str,
                Field(default="", max_length=1000, description=f"what the {base.group} stands for, in a sentence"),
            ),
        }
    return create_model(
        name,
        __base__=bases,
        __module__=__name__,
        __doc__=f"{about}\n\nAttributes\n----------\n{_attributes(told, named, base.group)}{_REFUSES}",
        **fields,
    )


def _attributes(parameters: Iterable[Parameter], named: bool, group: str) -> str:
    """Parameters as a docstring lists attributes."""
    lines = []
    for one in parameters:
        kind = "{" + ", ".join(map(repr, one.choices)) + "}" if one.kind == "choice" else one.kind
        unit = f" ({one.unit})" if one.unit else ""
        lines += [f"{one.name} : {kind}", f"    {one.meaning[:1].upper()}{one.meaning[1:]}{unit}."]
    if named:
        lines += [
            "name, about : str",
            f"    What the {group} is called, and stands for. They are no parameters.",
        ]
    return "\n".join(lines)


_REFUSES = """

Raises
------
ScenarioError
    If anything is unknown, of the wrong type, out of range or inconsistent.
"""
_WORLD = "What management cannot set: how practices are valued, and how fast that changes."
_WORKFORCE = "The people: how many, in what groups, and how they work and learn."
_LEVERS = "The levers of a policy, each checked alone: what an intervention may change."
_POLICY = "What management sets, for the whole organisation."

if TYPE_CHECKING:

    class World(WorldRules): ...  # noqa: D101

    class Workforce(WorkforceRules): ...  # noqa: D101

    class Levers(LeverRules): ...  # noqa: D101

    class Policy(Levers): ...  # noqa: D101

else:
    World = _made("World", _WORLD, (WorldRules,), OURS, named=True)
    Workforce = _made("Workforce", _WORKFORCE, (WorkforceRules,), OURS)
    Levers = _made("Levers", _LEVERS, (LeverRules,), OURS)
    Policy = _made("Policy", _POLICY, (PolicyRules, Levers), OURS, named=True)


class Parts(NamedTuple):
    """The classes of the parts of a scenario in a model.

    Attributes
    ----------
    world, workforce, policy, levers : type
        `World`, `Workforce`, `Policy` and `Levers`, or subclasses with the parameters that extensions add.
    """

    world: type[World]
    workforce: type[Workforce]
    policy: type[Policy]
    levers: type[Levers]


@cache
def parts_of(model: Model) -> Parts:
    """The classes of the parts of a scenario in a model.

    Parameters
    ----------
    model : Model
        With or without extensions.

    Returns
    -------
    Parts
        The same classes for the same model.
    """
    ours = Parts(World, Workforce, Policy, Levers)
    if model is OURS:
        return ours
    return Parts(*(_extended(one, model) for one in ours))


def _extended(part: type[Strict], model: Model) -> Any:
    made: Any = _made(part.__name__, (part.__doc__ or "").split("\n")[0], (part,), model)
    made.made_of = model
    made.__reduce__ = _reduced  # the class has no place of its own from which it could be imported
    return made


def _reduced(part: Any) -> tuple[Any, ...]:
    return _restored, (type(part).__name__.lower(), part.made_of.extensions, dict(part))


def _restored(kind: str, extensions: tuple[Mechanism, ...], values: dict[str, Any]) -> Any:
    return getattr(parts_of(model_of(extensions)), kind)(**values)


def limit_of(field: FieldInfo, side: str) -> float | None:
    """A bound of a field.

    Parameters
    ----------
    field : FieldInfo
        A field of a pydantic model.
    side : {"ge", "gt", "le", "lt", "max_length"}
        Which bound.

    Returns
    -------
    int, float or None
        None if it has no such bound.
    """
    return next((getattr(mark, side) for mark in field.metadata if hasattr(mark, side)), None)


def _as_parameter(model: type[Strict], name: str) -> Parameter:
    """A field that is no parameter, such as the weeks of a scenario, described as one."""
    field = model.model_fields[name]
    kinds: dict[Any, Any] = {int: "int", float: "float", bool: "bool"}
    kind = kinds.get(field.annotation, "choice")
    choices = (False, True) if kind == "bool" else get_args(field.annotation)
    extra: Any = field.json_schema_extra or {}
    low, high = limit_of(field, "ge"), limit_of(field, "le")
    return Parameter(name, "", kind, field.default, low, high, choices, extra.get("unit", ""), "", "")


# What is said about a wrong value

_NEEDED = {"int": "a whole number is needed", "float": "a number is needed"}


def _refused(error: ValidationError, model: type[Strict]) -> ScenarioError:
    """Pydantic's complaints in our words."""
    return ScenarioError(in_two_lines(model._problem(detail) for detail in error.errors(include_url=False)))


def _problem(error: ErrorDetails, model: type[Strict]) -> str:
    """One of pydantic's complaints, in one line (a rule of our own: in its own words)."""
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    name = str(error["loc"][0]) if error["loc"] else model.__name__
    if error["type"] == "extra_forbidden":
        return unknown_name(name, model, model.made_of)
    if error["type"] == "missing":
        return f"{name} is missing"
    return f"{name} = {truncated_repr(error['input'])}: {_what_is_needed(error, model, name)}"


def _what_is_needed(error: ErrorDetails, model: type[Strict], name: str) -> str:
    if name not in model.model_fields:
        return "a table of parameters is needed"
    field = model.model_fields[name]
    if field.annotation is str:
        return f"text of at most {limit_of(field, 'max_length')} characters is needed"
    if isinstance(field.annotation, type) and issubclass(field.annotation, Strict):
        return f"a {field.annotation.__name__} is needed"
    parameter = model.made_of.parameters.get(name) or _as_parameter(model, name)
    if parameter.kind == "bool":
        return "true or false is needed"
    if parameter.kind == "choice":
        return f"allowed are {parameter.allowed}{did_you_mean(error['input'], parameter.choices)}"
    if error["type"] in ("greater_than_equal", "less_than_equal"):
        return f"allowed is {parameter.allowed}"
    if error["type"] == "finite_number":
        return f"a finite number is needed, {parameter.allowed}"
    return f"{_NEEDED[parameter.kind]}, {parameter.allowed}"


def unknown_name(name: str, part: type[Strict], model: Model) -> str:
    """What is said about a name that a model does not have.

    Parameters
    ----------
    name : str
        What was given.
    part : type
        World, Workforce, Policy, Levers or Scenario.
    model : Model
        With the parameters that there are.

    Returns
    -------
    str
        One line: which part it belongs to, or which name is most like it.
    """
    parts = dict.fromkeys(SCENARIO, "scenario") | {name: p.group for name, p in model.parameters.items()}
    if name in parts and part.group:
        return f"{name} belongs to the {parts[name]}, not to the {part.group}"
    known = [*parts, "base", *METADATA] if part.group else parts
    return f"{display_name(name)} is not a parameter{did_you_mean(name, known) or '; `tripleos list` shows all'}"


def check_names(table: Mapping[Any, Any], where: str) -> dict[str, Any]:
    """A table all of whose names are text.

    Parameters
    ----------
    table : mapping
        Parameters by name.
    where : str
        What a message calls it.

    Returns
    -------
    dict
        A copy.

    Raises
    ------
    ScenarioError
        If a name is no text.
    """
    for name in table:
        if not isinstance(name, str):
            raise ScenarioError(f"{where}: {truncated_repr(name)} is not a parameter; names are text")
    return dict(table)


@contextmanager
def blamed(source: str) -> Iterator[None]:
    """Say where the trouble comes from if something is refused.

    Parameters
    ----------
    source : str
        What was read, such as a file.

    Yields
    ------
    None
        For a `with` block.

    Raises
    ------
    ScenarioError
        What is refused within, with a message that begins with the source.
    """
    try:
        yield
    except ScenarioError as error:
        raise ScenarioError(f"{source}: {error}") from None


def overhead(workforce: Workforce, policy: Levers) -> float:
    """The share of everybody's week that running a policy takes (ODD, 7.4).

    Parameters
    ----------
    workforce : Workforce
        With what each lever costs.
    policy : Policy
        With what is paid for.

    Returns
    -------
    float
        Share of the week.

    Examples
    --------
    >>> round(overhead(Workforce(), Policy()), 3)
    0.02
    """
    return policy.made_of.overhead(workforce, policy)
