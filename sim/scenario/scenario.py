"""The gate of the simulation: everything that a run can be given, checked once and strictly.

A `Scenario` is a `World` (what management cannot set), a `Workforce` (the people), a `Policy` (the levers of
management), dated `Intervention`s and a horizon in `weeks`. All of it is frozen. What comes in is right or refused with
a `ScenarioError` that says what was given and what is allowed; nothing is guessed or clipped.

The name of every parameter is unique over the three groups, so a scenario can be written flat:

>>> scenario = Scenario.build("heads_down", "stable", workers=60, hurdle=0.1)
>>> scenario.workforce.workers, scenario.policy.split_teams, scenario.world.turbulence
(60, 0.9, 0.5)

Names, defaults, ranges, units, meanings and sources of the parameters are in `parameters.py` (and in the tables of
`ODD.md`, section 2); the shipped policies and worlds are read by `library.py`.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from pydantic import ConfigDict, Field, model_validator

from ..errors import ScenarioError, in_two_lines, truncated_repr
from ..model.declare import Mechanism
from ..model.extensions import digest, load_all, names_of
from ..model.model import LEVERS, PARAMETERS, SWITCHES, Model, model_of, switched_values
from .library import Given, Part, load, load_policy, load_world, policy_names, values_of, world_names
from .parameters import (
    Lever,
    Levers,
    Parameter,
    Policy,
    Strict,
    Workforce,
    World,
    blamed,
    check_names,
    differences,
    parts_of,
    unknown_name,
)
from .toml_io import display_path, read_toml, toml_lines

__all__ = [
    "LEVERS",
    "MAX_WEEKS",
    "PARAMETERS",
    "SWITCHES",
    "Changes",
    "Intervention",
    "Levers",
    "Parameter",
    "Policy",
    "Scenario",
    "Segment",
    "Workforce",
    "World",
    "load_policy",
    "load_world",
    "policy_names",
    "world_names",
]

MAX_WEEKS = 100_000


# Interventions


class Changes(Mapping[str, Lever]):
    """The levers that an intervention sets, by name, in the order in which they are declared; read-only, hashable."""

    __slots__ = ("_levers",)

    def __init__(self, levers: Mapping[str, Lever], order: Iterable[str] = LEVERS) -> None:
        self._levers = {name: levers[name] for name in order if name in levers}

    def __getitem__(self, name: str) -> Lever:
        return self._levers[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._levers)

    def __len__(self) -> int:
        return len(self._levers)

    def __hash__(self) -> int:
        return hash(tuple(self._levers.items()))

    def __repr__(self) -> str:
        return repr(self._levers)


class Intervention(Strict):
    """A dated change of policy: from the start of `week` on, the levers in `changes` have these values.

    Parameters
    ----------
    week : int
        The week from whose start the change holds, 1 to 100,000.
    changes : mapping of str to number or bool, optional
        Levers and their values.
    policy : str, Policy or mapping, optional
        A policy whose levers are all set: a name from the library, an object or a table of levers. `changes` then
        holds all levers, so that the scenario stays what it was should the library change, and `policy` the name.
    with_ : list of Mechanism, str or path
        Extensions whose levers may be set.
    **levers : number or bool
        Levers by name; they override `policy`.

    Attributes
    ----------
    week : int
        As given.
    changes : Changes
        All levers that are set.
    policy : str
        The name of the policy switched to; empty if there is none.

    Raises
    ------
    ScenarioError
        If a lever is unknown, of the wrong type or out of range. Whether the resulting policy is valid is checked by
        `Scenario`.

    Examples
    --------
    >>> Intervention(53, policy="closed_shop", openness=0.1).changes["openness"]
    0.1
    """

    week: int = Field(ge=1, le=MAX_WEEKS, description="week from the start of which the change holds")
    changes: Changes
    policy: str = Field(
        default="", max_length=100, description="name of the policy switched to; empty if there is none"
    )

    # Changes is no type that pydantic knows; its values are checked before it is made
    model_config = ConfigDict(arbitrary_types_allowed=True)

    def __init__(
        self,
        /,
        week: int,
        changes: Mapping[str, Lever] | None = None,
        policy: Given | Policy = "",
        with_: object = (),
        **levers: Lever,
    ) -> None:
        if changes is not None and not isinstance(changes, Mapping):
            raise ScenarioError(f"changes = {truncated_repr(changes)}: a table of levers is needed")
        given = {**check_names(changes or {}, "changes"), **levers}
        with blamed(f"intervention of week {truncated_repr(week)}"):
            name, set_levers = _switched(policy, given, model_of(load_all(with_)))
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
        """The intervention as a flat dict.

        Returns
        -------
        dict
            `week`, `policy` if one is switched to, and the levers that are set.
        """
        return {"week": self.week, **({"policy": self.policy} if self.policy else {}), **self.changes}


def _switched(policy: object, given: dict[str, Any], model: Model) -> tuple[str, Changes]:
    """The name of the policy switched to, if any, and what is set: its levers with the given ones on top.

    The library is not asked when every lever is given: the name is a label then, as after `Scenario.to_dict`.
    """
    name, parts = policy, parts_of(model)
    if not isinstance(policy, str) or (policy and not given.keys() >= set(model.levers)):
        whole = parts.policy(**values_of(parts.policy, policy))
        name, given = whole.name, {**{lever: getattr(whole, lever) for lever in model.levers}, **given}
    if not given:
        raise ScenarioError("nothing is changed: a lever or a policy is needed")
    checked = parts.levers(**given)
    return str(name), Changes({lever: getattr(checked, lever) for lever in given}, model.levers)


def as_intervention(given: object, extensions: tuple[Mechanism, ...] = ()) -> Intervention:
    """An intervention from one, or from a table.

    Parameters
    ----------
    given : object
        An `Intervention`, or a table as `Intervention.to_dict` writes it.
    extensions : tuple of Mechanism
        Whose levers may be set.

    Returns
    -------
    Intervention
        `given` itself if it is one.

    Raises
    ------
    ScenarioError
        If it is neither, has no week, or sets what is not allowed.
    """
    if isinstance(given, Intervention):
        return given
    if not isinstance(given, Mapping):
        raise ScenarioError(
            f"interventions: {truncated_repr(given)}: an Intervention, or a table with a week, is needed"
        )
    table = check_names(given, "intervention")
    if "with_" in table:
        raise ScenarioError(f"intervention: {unknown_name('with_', Levers, model_of(extensions))}")
    if "week" not in table:
        raise ScenarioError(
            f"intervention {truncated_repr(table)} has no week: allowed is 1 to the weeks of the scenario"
        )
    return Intervention(**table, with_=extensions)


# The scenario


@dataclass(frozen=True)
class Segment:
    """A policy in force from the start of `week` on, until the next segment begins.

    Two interventions in one week make two segments with the same week.

    Attributes
    ----------
    week : int
        The first week.
    policy : Policy
        The policy in force.
    sets_split, sets_floor : bool
        Whether the change that began the segment set any `split_…` or `floor_…`; true of the first segment, which sets
        everything.
    """

    week: int
    policy: Policy
    sets_split: bool
    sets_floor: bool


class Scenario(Strict):
    """All that a run is given but the seed. `Scenario.build` is the convenient way to make one.

    Parameters
    ----------
    world : World
        What management cannot set.
    workforce : Workforce
        The people.
    policy : Policy
        The levers at the start.
    interventions : sequence of Intervention or mapping
        Dated changes of policy. They are kept in the order of their weeks; of two in the same week the one given first
        is applied first, and the policy must be valid after each.
    weeks : int
        Length of a run, 1 to 100,000. Default 260.
    with_ : tuple of Mechanism
        Extensions of the model, in the order in which they act; in files the key is `with`.

    Raises
    ------
    ScenarioError
        If anything is unknown, of the wrong type, out of range or inconsistent.
    """

    # A slot, so that it is no part of what is compared, copied or pickled
    __slots__ = ("_key",)

    world: World = World()
    workforce: Workforce = Workforce()
    policy: Policy = Policy()
    interventions: tuple[Intervention, ...] = ()
    weeks: int = Field(
        default=260, ge=1, le=MAX_WEEKS, description="length of the run", json_schema_extra={"unit": "weeks"}
    )
    with_: tuple[Mechanism, ...] = ()

    # Mechanism is no type that pydantic knows
    model_config = ConfigDict(arbitrary_types_allowed=True)

    @model_validator(mode="before")
    @classmethod
    def _of_one_model(cls, given: Any) -> Any:
        """The extensions loaded, and all parts made with their parameters."""
        if not isinstance(given, dict):
            return given
        extensions = load_all(given.get("with_", ()))
        model = model_of(extensions)
        parts = parts_of(model)
        made = {
            "world": _of_model(parts.world, given.get("world", {})),
            "workforce": _of_model(parts.workforce, given.get("workforce", {})),
            "policy": _of_model(parts.policy, given.get("policy", {})),
        }
        changes = given.get("interventions", ())
        if isinstance(changes, str | Mapping | Intervention) or not isinstance(changes, Iterable):
            raise ScenarioError(f"interventions = {truncated_repr(changes)}: a list of interventions is needed")
        dated = sorted((as_intervention(one, extensions) for one in changes), key=lambda one: one.week)
        return {**given, **made, "with_": extensions, "interventions": tuple(dated)}

    def _broken_rules(self) -> Iterator[str]:
        if self.world.shock_week > self.weeks:
            yield f"shock_week = {self.world.shock_week}: allowed is 0 to {self.weeks} (the weeks of the scenario)"
        late = [intervention.week for intervention in self.interventions if intervention.week > self.weeks]
        if late:
            yield f"intervention of week {late[0]}: allowed is week 1 to {self.weeks} (the weeks of the scenario)"
        try:
            for segment in self.policies():
                yield from floors_above_split(segment)
        except ScenarioError as error:
            yield str(error)

    # Ways in

    @classmethod
    def build(
        cls,
        policy: Given | Policy = "balanced",
        world: Given | World = "turbulent",
        *,
        workforce: Mapping[str, Any] | Workforce | None = None,
        weeks: int = 260,
        interventions: Iterable[Intervention | Mapping[str, Any]] = (),
        mechanisms: str | Iterable[str] | None = None,
        with_: object = (),
        **levers: Any,
    ) -> Self:
        """A scenario from names and flat parameters.

        Parameters
        ----------
        policy, world : str, path, mapping, Policy or World
            A name from the library; the path of a TOML file that holds one, alone or in a scenario; a table of
            parameters (with `base = "name"` if it starts from the library, otherwise from the defaults); or an object.
        workforce : mapping or Workforce, optional
            The people; what is missing has its default.
        weeks : int
            Length of a run.
        interventions : iterable of Intervention or mapping
            Dated changes of policy.
        mechanisms : str or list of str, optional
            Which of the mechanisms that can be switched (`SWITCHES`) are on: their names, "version1" for none or
            "version2" for all. Each of their parameters gets the value for on or off, unless it is given. By default
            all parameters are as given, or have their defaults.
        with_ : list of Mechanism, str or path
            Extensions of the model: mechanisms, Python files, or names under which installed packages offer them.
        **levers : number, bool or str
            Any parameter of `PARAMETERS`, or of an extension, by its name; it overrides everything above. Whole numbers
            serve as fractions and NumPy scalars as numbers; true and false do not.

        Returns
        -------
        Scenario
            Checked as a whole.

        Raises
        ------
        ScenarioError
            If anything is unknown, of the wrong type, out of range or inconsistent.

        Examples
        --------
        >>> Scenario.build("balanced", "complex", aspects=10, workers=60).world.complexity
        7
        """
        extensions = load_all(with_)
        parts = parts_of(model_of(extensions))
        given = {"policy": load(parts.policy, policy), "world": load(parts.world, world), "workforce": workforce}
        whole = {**given, "weeks": weeks, "interventions": interventions, "with_": extensions}
        if mechanisms is not None:
            whole["mechanisms"] = mechanisms
        return cls._from_flat(whole, levers, model_of(extensions))

    @classmethod
    def from_dict(cls, given: Mapping[str, Any], folder: Path | None = None) -> Self:
        """A scenario from a dict as `to_dict` gives it, or as a TOML file holds it.

        Parameters
        ----------
        given : mapping
            The arguments of `build`: `policy`, `world` (names or tables, not paths), `workforce` (a table),
            `interventions` (a list of tables), `weeks`, `mechanisms` (a name or a list), `with` (a list of files) and
            flat parameters. What is missing is as in `build`.
        folder : Path, optional
            Where the paths of `with` begin; by default the current folder.

        Returns
        -------
        Scenario
            Equal to the one written by `to_dict`.

        Raises
        ------
        ScenarioError
            As `build`.
        """
        if not isinstance(given, Mapping):
            raise ScenarioError(f"scenario = {truncated_repr(given)}: a table is needed")
        table = check_names(given, "scenario")
        extensions = load_all(table.pop("with", ()), folder)
        names = [*(name for name in cls.model_fields if name != "with_"), "mechanisms"]
        parts = {name: table.pop(name) for name in names if name in table}
        return cls._from_flat({**parts, "with_": extensions}, table, model_of(extensions))

    @classmethod
    def from_toml(cls, path: str | os.PathLike[str]) -> Self:
        """A scenario from a TOML file: `from_dict` of its content.

        Parameters
        ----------
        path : str or path
            A UTF-8 file.

        Returns
        -------
        Scenario
            Equal to the one written by `to_toml`.

        Raises
        ------
        ScenarioError
            With the name of the file, and the line if it is malformed TOML.
        """
        content = read_toml(path)
        with blamed(display_path(path)):
            return cls.from_dict(content, Path(os.fsdecode(path)).parent)

    @classmethod
    def _from_flat(cls, parts: Mapping[str, Any], levers: Mapping[str, Any], model: Model) -> Self:
        """A scenario from its parts, with flat parameters above them."""
        if unknown := [name for name in levers if name not in model.parameters]:
            raise ScenarioError(in_two_lines(unknown_name(name, cls, model) for name in unknown))

        parts = dict(parts)
        switched = switched_values(parts.pop("mechanisms", None))

        def part(kind: type[Part], default: object) -> Part:
            given = parts.get(kind.group)
            told = given if isinstance(given, Mapping) else {}
            own = {name: value for name, value in switched.items() if name not in told} | dict(levers)
            own = {name: value for name, value in own.items() if model.parameters[name].group == kind.group}
            return kind(**{**values_of(kind, default if given is None else given), **own})

        kinds = parts_of(model)
        whole = {
            "world": part(kinds.world, "turbulent"),
            "workforce": part(kinds.workforce, {}),
            "policy": part(kinds.policy, "balanced"),
        }
        return cls(**{**parts, **whole})

    def replace(self, **changes: Any) -> Self:
        """The same scenario with some things changed.

        Parameters
        ----------
        **changes
            Any argument of `build`.

        Returns
        -------
        Scenario
            A new one, checked as a whole.

        Raises
        ------
        ScenarioError
            As `build`.

        Examples
        --------
        >>> Scenario.build().replace(hurdle=0.1, weeks=52).weeks
        52
        """
        return type(self).build(**{**dict(self), **changes})

    # Ways out

    def to_dict(self) -> dict[str, Any]:
        """The whole scenario as plain numbers and text, which `from_dict` reads back as an equal one.

        Returns
        -------
        dict
            `weeks`, `world`, `workforce`, `policy`, `interventions`; everything is written out, so that it stays what
            it is should the library change.
        """
        parts = {name: dict(getattr(self, name)) for name in ("world", "workforce", "policy")}
        extensions = {"with": names_of(self.with_)} if self.with_ else {}
        changes = [one.to_dict() for one in self.interventions]
        return {"weeks": self.weeks, **extensions, **parts, "interventions": changes}

    def to_toml(self, *, beside: bool = False) -> str:
        """The whole scenario as TOML, which `from_toml` reads back as an equal one.

        Parameters
        ----------
        beside : bool
            Whether the files of extensions lie in the same folder as the TOML file; else their paths are absolute.

        Returns
        -------
        str
            The text of a file.
        """
        content = self.to_dict()
        tables = [f"[{name}]\n{toml_lines(content[name])}" for name in ("world", "workforce", "policy")]
        tables += [f"[[interventions]]\n{toml_lines(one)}" for one in content["interventions"]]
        above: dict[str, Any] = {"weeks": self.weeks}
        if self.with_:
            paths = [Path(name) if name.endswith(".py") else name for name in content["with"]]
            place = [one if isinstance(one, str) else one.name if beside else str(one.resolve()) for one in paths]
            above["with"] = place
        return "\n".join([toml_lines(above), *tables])

    # What follows from it

    def policies(self) -> list[Segment]:
        """The policies in force, from week 1 on.

        Returns
        -------
        list of Segment
            In the order in which they are applied.
        """
        first = Segment(1, self.policy, sets_split=True, sets_floor=True)
        return [first, *segments_after(self.policy, self.interventions)]

    @property
    def key(self) -> str:
        """Twelve hex digits that stand for what decides the history, beside the seed and the version of the model.

        It is a hash of what differs from the defaults: parameters, the number of weeks, and what each intervention
        changes of the policy in force. Names and descriptions do not count, and neither does the order of parameters.
        So it is the same in every session and on every machine, and it stays what it is when the model gets another
        parameter that a scenario leaves at its default. Addresses, caches and stores know a scenario by it.

        Computed once for each object; copies and pickles do not carry it along.

        Examples
        --------
        >>> Scenario.build().key == Scenario.build(policy={"name": "mine"}, world={"turbulence": 10}).key
        True
        >>> Scenario.build(hurdle=0.1).key == Scenario.build().key
        False
        """
        if (key := getattr(self, "_key", None)) is None:
            key = self._key = _hashed(self._decisive)
        return key

    @property
    def _decisive(self) -> dict[str, Any]:
        """What `key` is the hash of."""
        found: dict[str, Any] = {**differences(self.world), **differences(self.workforce), **differences(self.policy)}
        if self.weeks != type(self).model_fields["weeks"].default:
            found["weeks"] = self.weeks
        if self.with_:
            found["with"] = [[one.name, digest(one)] for one in self.with_]
        in_force, changes = dict(self.policy), []
        for one in self.interventions:
            changed = {name: value for name, value in one.changes.items() if value != in_force[name]}
            # The time of people starts anew when a split is set, even to what it was before.
            time = "split" if one.sets_split else "floor" if one.sets_floor else ""
            if changed or time:
                changes.append([one.week, changed, time])
            in_force |= changed
        return found | ({"interventions": changes} if changes else {})

    @property
    def model(self) -> Model:
        """The model that it is a scenario of: ours, or with extensions."""
        return model_of(self.with_)

    @property
    def version(self) -> str:
        """The version of the model, as it stands in stored rows; extensions are part of it."""
        return self.model.version

    @property
    def teams(self) -> int:
        """Number of teams."""
        return max(1, self.workforce.workers // self.workforce.team_size)

    def notes(self) -> list[str]:
        """What is worth knowing about the scenario although it is no error.

        Returns
        -------
        list of str
            Sentences.

        Examples
        --------
        >>> Scenario.build(workers=100).notes()
        ['100 workers do not divide into teams of 8: 12 teams, 4 of 9 and 8 of 8.']
        """
        return [*_note_on_teams(self), *_note_on_communities(self), *_note_on_unused(self)]


def _of_model(kind: type[Part], given: Any) -> Any:
    """A part with the parameters of a model; what is no part is left for pydantic to refuse."""
    if isinstance(given, kind) and given.made_of is kind.made_of:
        return given
    return kind(**values_of(kind, given)) if isinstance(given, Mapping | World | Workforce | Policy) else given


def version_of(scenarios: Iterable[Scenario]) -> str:
    """The version of the model of some scenarios.

    Parameters
    ----------
    scenarios : iterable of Scenario
        What was run together.

    Returns
    -------
    str
        Where extensions differ, the versions of all, with commas.
    """
    return ", ".join(dict.fromkeys(scenario.version for scenario in scenarios))


def _hashed(content: Mapping[str, Any]) -> str:
    """Twelve hex digits that stand for plain values, whatever their order."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _after(policy: Policy, intervention: Intervention) -> Policy:
    """The policy that an intervention leads to."""
    words = {"name": intervention.policy, "about": ""} if intervention.policy else {}
    with blamed(f"after the intervention of week {intervention.week}"):
        return policy.model_copy(update={**words, **intervention.changes})


def segments_after(policy: Policy, interventions: Iterable[Intervention]) -> list[Segment]:
    """The policies that follow on one.

    Parameters
    ----------
    policy : Policy
        In force before.
    interventions : iterable of Intervention
        In the order of their weeks.

    Returns
    -------
    list of Segment
        One for each intervention.

    Raises
    ------
    ScenarioError
        If an intervention leads to a policy that is not valid.
    """
    segments: list[Segment] = []
    for one in interventions:
        policy = _after(policy, one)
        segments.append(Segment(one.week, policy, one.sets_split, one.sets_floor))
    return segments


def floors_above_split(segment: Segment) -> Iterator[str]:
    """Where time starts below what is protected. A change of floors alone lifts the time of the people instead.

    Parameters
    ----------
    segment : Segment
        A policy, with what was set when it began.

    Yields
    ------
    str
        What is wrong, a line for each floor.
    """
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
        counted = f"{teams} team{'s' * (teams > 1)}"
        yield f"{workers} workers do not divide into teams of {size}: {counted}, {' and '.join(sizes)}."


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


def _unused(world: World, because: str, *names: str) -> Iterator[str]:
    for name in names:
        if getattr(world, name) != PARAMETERS[name].default:
            yield f"{name} = {getattr(world, name)!r} has no effect, because {because}."
