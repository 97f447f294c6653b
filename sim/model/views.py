"""Views: an organisation and its workers as objects, on the arrays of a run. They know no rule and no Mesa.

What is read is what the engine has. What is assigned is checked, and the engine uses it from the coming week on. What
cannot be set says why. Arrays that are handed out are copies that cannot be written, so that nobody believes to have
changed a worker who has not.

>>> from sim import Run, Scenario
>>> organisation = OrganisationView(Run(Scenario.build(workers=24, weeks=8), seed=1))
>>> worker = organisation.workers[3]
>>> worker.seek = 0.9
>>> worker.seek, organisation.p.imitation, organisation.week
(0.9, 'best', 0)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from numbers import Real
from types import SimpleNamespace
from typing import Any, ClassVar, NoReturn

import numpy as np

from ..errors import ScenarioError, truncated_repr
from ..scenario import Parameter, Policy, Scenario, Workforce, World
from ..validation import checked_share, checked_whole, checked_words
from . import rng
from .indices import COMMUNITIES, NETWORKS, SPACES, TEAMS
from .jit import kernel
from .reality import Reality, fit, value

TOLERANCE = 1e-9  # shares given as decimals do not add up exactly
WORLD_IS_FIXED = "the world and the workforce are fixed once the organisation exists"


class FixedError(ScenarioError, AttributeError):
    """What cannot be set was assigned; the message says why, and what to do instead."""

    __module__ = ScenarioError.__module__  # as it is imported, in a checkout too


def fixed(why: str) -> Callable[[Callable[[Any], Any]], property]:
    """A property that says why it cannot be set.

    Parameters
    ----------
    why : str
        The reason, and what to do instead.

    Returns
    -------
    callable
        A decorator, like `property`.
    """

    def decorate(get: Callable[[Any], Any]) -> property:
        def refuse(owner: Any, given: Any) -> NoReturn:  # noqa: ARG001 - the form of a setter
            raise FixedError(f"{get.__name__} cannot be set: {why}")

        return property(get, refuse, doc=get.__doc__)

    return decorate


@kernel
def measure_fits(practices: np.ndarray, reality: Reality, fits: np.ndarray) -> None:
    """The true fit of some practices.

    Parameters
    ----------
    practices : int8 [n, M]
        In {-1, +1}.
    reality : Reality
        As it is now.
    fits : float64 [n]
        Is written.
    """
    for k in range(practices.shape[0]):
        fits[k] = fit(value(practices[k], reality.everything, reality), reality)


# As kernels, so that their machine code is kept between sessions.


@kernel
def draw_uniform(seed: np.uint64, week: np.uint64, who: np.uint64, event: np.uint64, draw: np.uint64) -> float:
    """A uniform number of a decision, for Python.

    Parameters
    ----------
    seed, week, who, event, draw : uint64
        As in `rng.key` and `rng.uniform`.

    Returns
    -------
    float
        On [0, 1).
    """
    return rng.uniform(rng.key(seed, week, who, event), draw)


@kernel
def draw_normal(seed: np.uint64, week: np.uint64, who: np.uint64, event: np.uint64, draw: np.uint64) -> float:
    """A standard normal number of a decision, for Python.

    Parameters
    ----------
    seed, week, who, event, draw : uint64
        As in `rng.key` and `rng.normal`.

    Returns
    -------
    float
        From one uniform number.
    """
    return rng.normal(rng.key(seed, week, who, event), draw)


# --- checks of what is assigned ---------------------------------------------------------------------------------------


def _list(name: str, given: Any, length: int, needed: str) -> list[Any]:
    """What was given as a list of a fixed length."""
    if isinstance(given, str | bytes | Mapping) or not isinstance(given, Iterable):
        raise ScenarioError(f"{name} = {truncated_repr(given)}: {needed} are needed")
    listed = list(given)
    if len(listed) != length:
        raise ScenarioError(f"{name} has length {len(listed)}: {needed} are needed")
    return listed


def checked_idea(given: Any, aspects: int) -> np.ndarray:
    """A practice.

    Parameters
    ----------
    given : iterable of int
        Each -1 or +1.
    aspects : int
        How many.

    Returns
    -------
    int8 [aspects]
        The practice.

    Raises
    ------
    ScenarioError
        If it is none.
    """
    needed = f"{aspects} values of -1 or 1, one for each aspect,"
    listed = _list("idea", given, aspects, needed)
    for j, one in enumerate(listed):
        if not isinstance(one, Real) or isinstance(one, bool) or one not in (-1, 1):
            raise ScenarioError(f"idea[{j}] = {truncated_repr(one)}: {needed} are needed")
    return np.array(listed, np.int8)


def checked_aware(given: Any, aspects: int) -> np.ndarray:
    """Of which aspects somebody is aware.

    Parameters
    ----------
    given : bool, or iterable of bool
        One for each aspect, or one for all.
    aspects : int
        How many.

    Returns
    -------
    bool [aspects]
        An array of its own.

    Raises
    ------
    ScenarioError
        If it is none.
    """
    if isinstance(given, bool | np.bool_):
        return np.full(aspects, given, np.bool_)
    needed = f"true or false, or {aspects} of them, one for each aspect,"
    listed = _list("aware", given, aspects, needed)
    for j, one in enumerate(listed):
        if not isinstance(one, bool | np.bool_):
            raise ScenarioError(f"aware[{j}] = {truncated_repr(one)}: {needed} are needed")
    return np.array(listed, np.bool_)


def checked_time(given: Any, floors: Mapping[str, float]) -> tuple[float, float, float]:
    """Shares of the week.

    Parameters
    ----------
    given : iterable of float
        For networks, communities and teams.
    floors : mapping
        The protected share of each space, by its name.

    Returns
    -------
    tuple of float
        Three shares.

    Raises
    ------
    ScenarioError
        If they do not sum to 1, or one is below its floor.
    """
    listed = _list("time", given, len(SPACES), "three shares (networks, communities, teams) that sum to 1")
    shares = [checked_share(f"time for {space}", one) for space, one in zip(SPACES, listed, strict=True)]
    if abs(sum(shares) - 1.0) > TOLERANCE:
        text = " + ".join(map(repr, shares))
        raise ScenarioError(f"time = {text} = {sum(shares):.12g}: the three shares must sum to 1")
    for space, share in zip(SPACES, shares, strict=True):
        if share < floors[space] - TOLERANCE:
            floor = f"floor_{space} = {floors[space]!r} of the policy in force protects more"
            raise ScenarioError(f"time for {space} = {share!r}: {floor}")
    return shares[0], shares[1], shares[2]


def checked_ties(given: Any, seat: int, workers: int, ties: int) -> list[int]:
    """Whom a worker follows.

    Parameters
    ----------
    given : iterable of int
        Seats of colleagues, or their views.
    seat : int
        Of the worker who follows them.
    workers, ties : int
        People in the organisation; colleagues to follow.

    Returns
    -------
    list of int
        Seats, in the order given.

    Raises
    ------
    ScenarioError
        If they are not so many different colleagues.
    """
    listed = [getattr(one, "seat", one) for one in _list("ties", given, ties, f"the seats of {ties} colleagues")]
    seats = [checked_whole(f"ties[{d}]", one, 0, workers - 1) for d, one in enumerate(listed)]
    if seat in seats:
        raise ScenarioError(f"ties = {truncated_repr(seats)}: the worker in seat {seat} cannot follow themselves")
    if len(set(seats)) < len(seats):
        raise ScenarioError(f"ties = {truncated_repr(seats)}: different colleagues are needed")
    return seats


NEEDED = {np.bool_: "true or false", np.int64: "a whole number", np.float64: "a finite number"}


def checked_number(name: str, given: Any, kind: type[np.generic]) -> Any:
    """A value of a worker's state.

    Parameters
    ----------
    name : str
        What a message calls it.
    given : Any
        A number, or true or false.
    kind : type
        Of NumPy, as the array has it.

    Returns
    -------
    np.generic
        The same, as that kind.

    Raises
    ------
    ScenarioError
        If the array could not hold just that.
    """
    try:
        if isinstance(given, Real | np.bool_) and math.isfinite(given) and kind(given) == given:
            return kind(given)
    except OverflowError:  # a whole number of hundreds of digits
        pass
    raise ScenarioError(f"{name} = {truncated_repr(given)}: {NEEDED.get(kind, kind.__name__)} is needed")


def _read_only(values: np.ndarray) -> np.ndarray:
    """A copy that cannot be written."""
    copied = values.copy()
    copied.flags.writeable = False
    return copied


# --- one worker -------------------------------------------------------------------------------------------------------


class WorkerView:
    """A seat in an organisation, and who sits there now; a newcomer takes the seat of whoever left.

    Assigning `idea`, `aware` (or `awareness`), `time`, `seek`, `sense`, `share`, `trust` or `ties` changes the worker:
    the engine uses the value from the coming week on. A value that is not allowed raises `ScenarioError`; whatever else
    is assigned raises `FixedError`, which says why. In the course of a week the engine changes these values itself.

    Parameters
    ----------
    model : OrganisationView
        Whose worker it is.
    seat : int
        The worker's number, 0 … workers - 1.

    Attributes
    ----------
    model : OrganisationView
        As given.
    """

    model: Any

    def __init__(self, model: Any, seat: int) -> None:
        self.model = model
        self._seat = seat

    def __repr__(self) -> str:
        return f"{type(self).__name__}(seat {self._seat}, person {self.person}, team {self.team})"

    @property
    def _state(self) -> Any:
        return self.model.state

    # What extensions declare: a value for each worker

    def __getattr__(self, name: str) -> Any:
        arrays = self._own_arrays()
        if name in arrays:
            return arrays[name][self._seat].item()
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def __setattr__(self, name: str, given: Any) -> None:
        arrays = self._own_arrays()
        if name not in arrays:
            super().__setattr__(name, given)
            return
        arrays[name][self._seat] = checked_number(name, given, arrays[name].dtype.type)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._own_arrays()]

    def _own_arrays(self) -> Mapping[str, np.ndarray]:
        model = self.__dict__.get("model")
        run = getattr(model, "__dict__", {}).get("_run")
        return {} if run is None else run.own_arrays

    # Who and where

    @fixed("it is the number of the view; the views are in `model.workers`")
    def seat(self) -> int:
        """The worker's number, 0 … workers - 1."""
        return self._seat

    @fixed("people leave and come by turnover, a lever of the policy (`model.turnover = 0.2`)")
    def person(self) -> int:
        """Who sits here: the seat's number, plus the number of workers for each newcomer since."""
        return int(self._state.person[self._seat])

    @fixed("people move by rotation, a lever of the policy (`model.rotation = 1.0`)")
    def team(self) -> int:
        """The number of the worker's team."""
        return int(self._state.team[self._seat])

    @fixed("people move by rotation, a lever of the policy (`model.rotation = 1.0`)")
    def teammates(self) -> list[Any]:
        """The views of the other members of the team, in the order of its roster."""
        first, end = self._state.team_offsets[self.team : self.team + 2]
        workers = self.model.workers
        return [workers[seat] for seat in self._state.team_members[first:end].tolist() if seat != self._seat]

    @fixed("people stay in their communities; `memberships` and `communities` are fixed when an organisation is made")
    def communities(self) -> tuple[int, ...]:
        """The numbers of the worker's communities."""
        return tuple(self._state.community[self._seat].tolist())

    @fixed("people stay in their communities; `memberships` and `communities` are fixed when an organisation is made")
    def community(self) -> int:
        """The number of the worker's first community; -1 if there is none."""
        return int(self._state.community[self._seat, 0]) if self._state.community.shape[1] else -1

    # Time

    @property
    def time(self) -> tuple[float, float, float]:
        """Shares of the week for networks, communities and teams; they sum to 1. Can be set, but not below a floor."""
        networks, communities, teams = self._state.time[self._seat].tolist()
        return networks, communities, teams

    @time.setter
    def time(self, given: Iterable[float]) -> None:
        numbers = self.model.p
        shares = checked_time(given, {space: getattr(numbers, f"floor_{space}") for space in SPACES})
        for segment in self.model.coming:
            if segment.sets_split:
                raise ScenarioError(
                    f"time = {truncated_repr(shares)}: the policy sets everybody's split at the start of week "
                    f"{segment.week}, which would replace it; set it after that week"
                )
        self._state.time[self._seat] = shares

    @fixed("the three shares are set together, `worker.time = (networks, communities, teams)`")
    def time_networks(self) -> float:
        """Share of the week for networks."""
        return float(self._state.time[self._seat, NETWORKS])

    @fixed("the three shares are set together, `worker.time = (networks, communities, teams)`")
    def time_communities(self) -> float:
        """Share of the week for communities."""
        return float(self._state.time[self._seat, COMMUNITIES])

    @fixed("the three shares are set together, `worker.time = (networks, communities, teams)`")
    def time_teams(self) -> float:
        """Share of the week for the team."""
        return float(self._state.time[self._seat, TEAMS])

    # Skills

    @property
    def seek(self) -> float:
        """Skill at seeking knowledge, 0 … 1. Can be set."""
        return float(self._state.seek[self._seat])

    @seek.setter
    def seek(self, given: float) -> None:
        self._state.seek[self._seat] = checked_share("seek", given)

    @property
    def sense(self) -> float:
        """Skill at making sense of it, 0 … 1. Can be set."""
        return float(self._state.sense[self._seat])

    @sense.setter
    def sense(self, given: float) -> None:
        self._state.sense[self._seat] = checked_share("sense", given)

    @property
    def share(self) -> float:
        """Skill at sharing it, 0 … 1. Can be set."""
        return float(self._state.share[self._seat])

    @share.setter
    def share(self, given: float) -> None:
        self._state.share[self._seat] = checked_share("share", given)

    # Knowledge

    @property
    def aware(self) -> np.ndarray:
        """Bool [aspects], read-only: of which aspects the worker has heard the latest. Can be set, or all at once."""
        return _read_only(self._state.aware[self._seat])

    @aware.setter
    def aware(self, given: Any) -> None:
        self._state.aware[self._seat] = checked_aware(given, self._state.aware.shape[1])

    @property
    def awareness(self) -> np.ndarray:
        """The same as `aware`."""
        return self.aware

    @awareness.setter
    def awareness(self, given: Any) -> None:
        self.aware = given

    @fixed("it is counted; set `worker.aware`")
    def n_aware(self) -> int:
        """Of how many aspects the worker has heard the latest."""
        return int(self._state.aware[self._seat].sum())

    @fixed("it is counted; set `worker.aware`")
    def awareness_share(self) -> float:
        """Of which share of the aspects the worker has heard the latest."""
        return self.n_aware / self._state.aware.shape[1]

    @property
    def idea(self) -> np.ndarray:
        """Int8 [aspects] in {-1, +1}, read-only: the practice that the worker would argue for. Can be set."""
        return _read_only(self._state.idea[self._seat])

    @idea.setter
    def idea(self, given: Iterable[int]) -> None:
        self._state.idea[self._seat] = checked_idea(given, self._state.idea.shape[1])

    @fixed("it follows from the idea and from reality; set `worker.idea`")
    def fit(self) -> float:
        """True fit of the idea: 1 is the best possible practice, 0 an average one."""
        fits = np.empty(1)
        measure_fits(self._state.idea[self._seat : self._seat + 1], self.model.reality, fits)
        return float(fits[0])

    # Trust and ties

    @property
    def trust(self) -> tuple[float, ...]:
        """Trust in each of the worker's communities, 0 … 1. Can be set, one value for all."""
        return tuple(self._state.trust[self._seat].tolist())

    @trust.setter
    def trust(self, given: float | Iterable[float]) -> None:
        slots = self._state.trust.shape[1]
        if slots == 0:
            raise FixedError("trust cannot be set: there are no communities")
        if not isinstance(given, Iterable):
            self._state.trust[self._seat] = checked_share("trust", given)
            return
        listed = _list("trust", given, slots, f"a number from 0 to 1, or {slots} of them, one for each community,")
        self._state.trust[self._seat] = [checked_share(f"trust[{s}]", one) for s, one in enumerate(listed)]

    @fixed("it is the mean of `worker.trust`, which can be set")
    def mean_trust(self) -> float:
        """Mean trust over the worker's communities; 0 without communities."""
        return float(self._state.trust[self._seat].mean()) if self._state.trust.shape[1] else 0.0

    @property
    def ties(self) -> tuple[int, ...]:
        """The seats of the colleagues whom the worker follows. Can be set; their number is fixed."""
        return tuple(self._state.tie[self._seat].tolist())

    @ties.setter
    def ties(self, given: Iterable[int]) -> None:
        workers, ties = self._state.tie.shape
        self._state.tie[self._seat] = checked_ties(given, self._seat, workers, ties)

    @fixed("set `worker.ties`, the seats of the colleagues")
    def follows(self) -> list[Any]:
        """The views of the colleagues whom the worker follows, in the order of `ties`."""
        workers = self.model.workers
        return [workers[seat] for seat in self.ties]

    # Chance

    def uniform(self, event: int, draw: int = 0) -> float:
        """A random number of this person in the current week, which belongs to a decision.

        Parameters
        ----------
        event : int
            What is decided; the numbers of the model's own decisions are in `tripleos.model.rng`.
        draw : int
            Which of the numbers of this decision.

        Returns
        -------
        float
            Uniform on [0, 1).
        """
        return self.model.uniform(event, self.person, draw)

    def normal(self, event: int, draw: int = 0) -> float:
        """As `uniform`, but standard normal.

        Parameters
        ----------
        event : int
            What is decided.
        draw : int
            Which of the numbers of this decision.

        Returns
        -------
        float
            From one uniform number.
        """
        return self.model.normal(event, self.person, draw)


# --- the organisation -------------------------------------------------------------------------------------------------


class Numbers(SimpleNamespace):
    """The numbers in force: every parameter by its name, choices as text and switches as bool."""

    def __setattr__(self, name: str, given: Any) -> NoReturn:
        raise FixedError(f"p.{name} cannot be set: levers are assigned to the organisation (`model.openness = 0.9`)")

    def __delattr__(self, name: str) -> NoReturn:
        raise FixedError(f"p.{name} cannot be deleted")


def numbers_of(record: np.record, parameters: Mapping[str, Parameter], parts: Mapping[str, Any]) -> Numbers:
    """The numbers that rules read, as values of Python.

    Parameters
    ----------
    record : np.record
        As rules read it.
    parameters : mapping of str to Parameter
        All that there are.
    parts : mapping of str to World, Workforce or Policy
        By group, the policy in force; they have what rules do not read, because only plain phases do.

    Returns
    -------
    Numbers
        By name.
    """
    kinds: dict[str, Callable[[Any], Any]] = {"int": int, "float": float, "bool": bool}
    found = {}
    for name, about in parameters.items():
        if name not in (record.dtype.names or ()):
            found[name] = getattr(parts[about.group], name)
        elif about.kind == "choice":
            found[name] = about.choices[int(record[name])]
        else:
            found[name] = kinds[about.kind](record[name])
    return Numbers(**found)


class OrganisationView:
    """An organisation on a run: its workers, its levers and its keyed random numbers.

    Every lever is an attribute. Assigning one is an intervention: it holds from the start of the coming week on, and
    can be read at once. Several assignments before that week are one intervention. Parameters of the world and the
    workforce can be read; they are fixed once the organisation exists.

    Parameters
    ----------
    run : Run
        Whose arrays are looked at.

    Attributes
    ----------
    Worker : type
        The class of the workers' views; a subclass may name its own, with further properties and methods.
    """

    Worker: ClassVar[type[WorkerView]] = WorkerView

    def __init__(self, run: Any) -> None:
        known = (*run.model.parameters, *run.model.measure_names)
        if early := [name for name in known if name in self.__dict__]:
            raise FixedError(f"{early[0]} cannot be set before the organisation is made: it is an attribute of its own")
        self._run = run
        self._views: list[Any] | None = None
        self._numbers: tuple[np.record, Numbers] | None = None

    def __repr__(self) -> str:
        setup = self._run.scenario
        return (
            f"{type(self).__name__}(policy {self.policy.name!r}, world {setup.world.name!r}, "
            f"{setup.workforce.workers} workers, week {self.week} of {setup.weeks}, seed {self.seed})"
        )

    # Parameters as attributes, unless the class has something else of that name (`workers` are the people themselves)

    def __getattr__(self, name: str) -> Any:
        run = self.__dict__.get("_run")
        if run is not None and name in run.model.parameters:
            return getattr(getattr(self, run.model.parameters[name].group), name)
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def __setattr__(self, name: str, given: Any) -> None:
        run = self.__dict__.get("_run")
        if run is None or name not in run.model.parameters or hasattr(type(self), name):
            super().__setattr__(name, given)
        elif name not in run.model.levers:
            another = f"make another one (`Organisation(model.setup, {name}=…)`)"
            raise FixedError(f"{name} cannot be set: {WORLD_IS_FIXED}; {another}")
        else:
            try:
                self.intervene(**{name: given})
            except ScenarioError as error:
                if not name.startswith("split_"):
                    raise
                several = "`model.intervene(split_networks=…, …)` sets several at once"
                raise ScenarioError(f"{error} ({several})") from None

    def __dir__(self) -> list[str]:
        run = self.__dict__.get("_run")
        return [*super().__dir__(), *(run.model.parameters if run is not None else ())]

    @fixed("weeks pass by steps")
    def week(self) -> int:
        """Weeks that have passed."""
        return self._run.week

    @fixed("every random number has been keyed by it from week 0 on; make another organisation")
    def seed(self) -> int:
        """The seed of every random number."""
        return self._run.seed

    @fixed("a lever is assigned by its name, anything else is fixed once the organisation exists")
    def setup(self) -> Scenario:
        """All that was given, with the interventions that were added on the way."""
        return self._run.scenario

    @fixed("the world is fixed once the organisation exists; make another one (`Organisation(world=…)`)")
    def world(self) -> World:
        """What management cannot set."""
        return self._run.scenario.world

    @fixed("the people are fixed once the organisation exists; make another one (`Organisation(workers=…)`)")
    def workforce(self) -> Workforce:
        """The people, as they were given."""
        return self._run.scenario.workforce

    @fixed("the horizon is fixed once the organisation exists; make another one (`Organisation(weeks=…)`)")
    def weeks(self) -> int:
        """The horizon."""
        return self._run.scenario.weeks

    @fixed("use `model.intervene(…)` for a change of policy in the coming week")
    def interventions(self) -> tuple[Any, ...]:
        """All dated changes of policy, with those that were added on the way."""
        return self._run.scenario.interventions

    @fixed("its arrays are written in place; better set what a worker has (`model.workers[3].seek = 0.9`)")
    def state(self) -> Any:
        """The arrays of the engine as they are now. They are its own: what is written there is not checked."""
        return self._run.state

    @fixed("the world is fixed once the organisation exists; make another one (`Organisation(world=…)`)")
    def reality(self) -> Reality:
        """What practices are worth now (`tripleos.model.reality.Reality`)."""
        return self._run.reality

    @fixed("the number of people is fixed once the organisation exists; make another one (`Organisation(workers=…)`)")
    def workers(self) -> list[Any]:
        """The views of all workers, by seat; made when first asked for."""
        if self._views is None:
            self._views = []
            self._make_workers(self._views)
        return list(self._views)

    def _make_workers(self, views: list[Any]) -> None:
        for seat in range(self._run.state.person.shape[0]):
            views.append(self.Worker(self, seat))  # noqa: PERF401 - at once: a new worker may ask for the others

    # Policy

    @property
    def policy(self) -> Policy:
        """The policy in force, or that of the coming week if it has been changed. Can be set: a name, or a policy."""
        return self.coming[-1].policy if self._run.pending is not None else self._run.policy

    @policy.setter
    def policy(self, given: Any) -> None:
        self._run.intervene(policy=given)

    @fixed("use `model.intervene(…)` for a change of policy in the coming week")
    def coming(self) -> list[Any]:
        """The policies that begin with the coming week (`Segment`); mostly none."""
        return self._run.coming

    def intervene(self, policy: str | Policy | Mapping[str, Any] = "", **levers: Any) -> None:
        """Set several levers at once, or a whole policy, from the start of the coming week on.

        Parameters
        ----------
        policy : str, Policy or mapping, optional
            A policy whose levers are all set: a name from the library, an object or a table of levers.
        **levers : number or bool
            Levers by name; they override `policy`.

        Raises
        ------
        ScenarioError
            If anything is not allowed, or the policy would not be valid; nothing is changed then.
        """
        self._run.intervene(policy, **levers)

    @fixed("levers are assigned to the organisation (`model.openness = 0.9`)")
    def p(self) -> Numbers:
        """The numbers that rules read, as they are in force: every parameter by its name."""
        record = self._run.numbers
        if self._numbers is None or self._numbers[0] is not record:
            parts = {"world": self.world, "workforce": self.workforce, "policy": self._run.policy}
            self._numbers = record, numbers_of(record, self._run.model.parameters, parts)
        return self._numbers[1]

    def overhead(self) -> float:
        """What running the policy takes of everybody's week (ODD, 7.4).

        Returns
        -------
        float
            Share of the week.
        """
        return float(self._run.numbers["overhead"])

    # Chance

    def uniform(self, event: int, who: int = 0, draw: int = 0) -> float:
        """A random number of the current week, which belongs to a decision and to whoever takes it.

        It is a pure function of the seed, the week and the arguments (`tripleos.model.rng`): asking for it changes
        nothing.

        Parameters
        ----------
        event : int
            What is decided; the numbers of the model's own decisions are in `tripleos.model.rng`.
        who : int
            Who decides, usually a `person`.
        draw : int
            Which of the numbers of this decision.

        Returns
        -------
        float
            Uniform on [0, 1).
        """
        return float(draw_uniform(*self._decision(event, who, draw)))

    def normal(self, event: int, who: int = 0, draw: int = 0) -> float:
        """As `uniform`, but standard normal.

        Parameters
        ----------
        event : int
            What is decided.
        who : int
            Who decides, usually a `person`.
        draw : int
            Which of the numbers of this decision.

        Returns
        -------
        float
            From one uniform number.
        """
        return float(draw_normal(*self._decision(event, who, draw)))

    def _decision(self, event: int, who: int, draw: int) -> list[np.uint64]:
        event, who, draw = checked_words(event, who, draw)
        return [np.uint64(number) for number in (self.seed, self.week, who, event, draw)]
