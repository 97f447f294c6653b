"""The Mesa face: an organisation as a `mesa.Model`, its workers as `mesa.Agent` views on the arrays of a run.

All the work is done by `model.run.Run`, and what can be read and set is said in `model.views`; nothing here
knows a rule. What Mesa offers and a compiled engine cannot do is refused in a sentence. Works unchanged on Mesa 3.3 to
3.5.
"""

from __future__ import annotations

import time
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, NoReturn

import mesa
import numpy as np
import pandas as pd

from .errors import OldName, ScenarioError
from .execution.slices import first_slice
from .model.indices import SPACES
from .model.run import Run
from .model.views import FixedError, OrganisationView, WorkerView, fixed
from .progress import Progress, announce_compiling, in_slices
from .scenario import PARAMETERS, Intervention, Policy, Scenario, World
from .scenario.keywords import signature_with_parameters
from .scenario.scenario import MAX_WEEKS
from .validation import checked_whole, seed_or_drawn

# Nothing but these, unless a scenario of Mesa's own kind has more.
ARGUMENTS = ("policy", "world", "workforce", "weeks", "interventions", "with_", *PARAMETERS)

NUMBER_IS_FIXED = (
    "the number of people is fixed: whoever leaves by turnover is replaced by a newcomer in the same seat; "
    "`Organisation(workers=…)` makes an organisation of another size"
)
STEPS_ARE_COMPILED = (
    "a worker has no step of its own: all workers act in `model.step()`, in compiled code; workers whose methods are "
    "called, and can be overridden, are those of `tripleos.plain`"
)


def _refuse(why: str) -> NoReturn:
    raise RuntimeError(why)


def _old(new: str) -> Callable[[Callable[[Any], Any]], property]:
    """A property under its name of version 0.1, which can be read for one version more, and says its name of today."""

    def decorate(get: Callable[[Any], Any]) -> property:
        def told(owner: Any) -> Any:
            warnings.warn(f"{get.__qualname__} is now {new}", OldName, stacklevel=2)
            return get(owner)

        told.__name__, told.__doc__ = get.__name__, get.__doc__
        return fixed(f"it is the old name of {new}")(told)

    return decorate


# --- workers ----------------------------------------------------------------------------------------------------------


class Worker(WorkerView, mesa.Agent):
    """A seat in the organisation as an agent: a thin view on the arrays of the engine (see `WorkerView`).

    The organisation makes its workers itself. A subclass adds properties and methods, and is named in a subclass of the
    organisation (`Worker = MyWorker`). It cannot have a `step`: what workers do is compiled.

    Parameters
    ----------
    model : Organisation
        Whose worker it is.
    seat : int
        The worker's number, 0 … workers - 1 (`unique_id` is Mesa's own, from 1 on).

    Raises
    ------
    TypeError
        When a subclass with a `step` or an `advance` of its own is defined.
    RuntimeError
        When a worker is made by hand.

    Examples
    --------
    >>> class Novice(Worker):
    ...     @property
    ...     def is_newcomer(self):
    ...         return self.person != self.seat
    >>> class Firm(Organisation):
    ...     Worker = Novice
    >>> Firm(workers=24, rng=1).agents.agg("is_newcomer", sum)
    0
    """

    model: Organisation

    def __init__(self, model: Organisation, seat: int) -> None:
        WorkerView.__init__(self, model, seat)
        mesa.Agent.__init__(self, model)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for name in ("step", "advance"):
            if getattr(cls, name) is not getattr(Worker, name):
                raise TypeError(f"{cls.__name__}.{name} would never be called: {STEPS_ARE_COMPILED}")

    @_old("Worker.seek, .sense and .share")
    def skills(self) -> Mapping[str, float]:
        """Seek, sense and share, by their name of version 0.1."""
        return MappingProxyType({name: getattr(self, name) for name in ("seek", "sense", "share")})

    @_old("Worker.time, or .time_networks and so on")
    def time_split(self) -> Mapping[str, float]:
        """Shares of the week, by their name of version 0.1."""
        return MappingProxyType(dict(zip(SPACES, self.time, strict=True)))

    def step(self) -> NoReturn:
        """Refuse: workers act in `model.step()`.

        Raises
        ------
        RuntimeError
            Always.
        """
        _refuse(STEPS_ARE_COMPILED)

    def advance(self) -> NoReturn:
        """Refuse, as `step`.

        Raises
        ------
        RuntimeError
            Always.
        """
        _refuse(STEPS_ARE_COMPILED)

    def remove(self) -> NoReturn:
        """Refuse: the number of people is fixed.

        Raises
        ------
        RuntimeError
            Always.
        """
        _refuse(NUMBER_IS_FIXED)

    @classmethod
    def create_agents(cls, *given: Any, **named: Any) -> NoReturn:  # noqa: ARG003
        """Refuse: the number of people is fixed.

        Parameters
        ----------
        *given, **named : Any
            As for Mesa.

        Raises
        ------
        RuntimeError
            Always.
        """
        _refuse(NUMBER_IS_FIXED)

    from_dataframe = create_agents


class _Everybody:
    """What `model.agents` adds to Mesa's set: nobody joins or leaves. What is selected from it is an ordinary set."""

    random: Any

    def __iter__(self) -> Iterator[Any]:
        return super().__iter__()  # type: ignore[misc]

    def add(self, agent: Any) -> NoReturn:  # noqa: ARG002
        _refuse(NUMBER_IS_FIXED)

    def discard(self, agent: Any) -> NoReturn:  # noqa: ARG002
        _refuse(NUMBER_IS_FIXED)

    def remove(self, agent: Any) -> NoReturn:  # noqa: ARG002
        _refuse(NUMBER_IS_FIXED)

    def select(self, *given: Any, **named: Any) -> Any:
        if named.get("inplace") or (len(given) > 2 and given[2]):
            _refuse(f"select(inplace=True) would remove people from the organisation, and {NUMBER_IS_FIXED}")
        return super().select(*given, **named)  # type: ignore[misc]

    def __copy__(self) -> Any:
        return mesa.agent.AgentSet(list(self), self.random)


@cache
def _everybody(kind: type) -> type:
    """Mesa's kind of set (it differs between versions), but nobody joins or leaves."""
    return type("Everybody", (_Everybody, kind), {})


# --- Mesa's form of a scenario ----------------------------------------------------------------------------------------


class _PlainScenario:
    """What stands in for Mesa's `Scenario` where there is none yet (before 3.5)."""

    model: Any = None

    def __init__(self, *, rng: Any = None, **given: Any) -> None:
        self.__dict__.update(given, rng=rng)

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        return iter((name, value) for name, value in self.__dict__.items() if name != "model")


MesaScenario: Any = getattr(mesa.model, "Scenario", _PlainScenario)


class OrganisationScenario(MesaScenario):
    """The scenario of an organisation in Mesa's form: everything that it began with, by name.

    From Mesa 3.5 on it is a `mesa.experimental.scenarios.Scenario`, as Mesa and its `SolaraViz` want it to be.

    Attributes
    ----------
    policy, world, workforce, weeks, interventions : Policy, World, Workforce, int, tuple
        As in a `tripleos.Scenario`.
    rng : int
        The seed.
    model : Organisation
        Whose scenario it is.
    turbulence, openness, … : int, float, str or bool
        Every parameter by its name.
    """

    def __setattr__(self, name: str, given: Any) -> None:
        if name not in ("model", "_scenario_id"):
            raise FixedError(
                f"scenario.{name} cannot be set: it is what the organisation began with; a lever is assigned to the "
                f"organisation itself, and `Organisation(model.setup, {name}=…)` makes another one"
            )
        super().__setattr__(name, given)


def _in_mesas_form(setup: Scenario, seed: int) -> Any:
    """A scenario as Mesa's own kind."""
    parts = setup.world, setup.workforce, setup.policy
    flat = {name: value for part in parts for name, value in part if name in setup.model.parameters}
    return OrganisationScenario(rng=seed, **dict(setup), **flat)


def _from_mesas_form(given: Any) -> dict[str, Any]:
    """The arguments of an organisation from a scenario of Mesa's own kind (empty: no arguments)."""
    return {name: value for name, value in given if name not in ("model", "_scenario_id")}


def _setup(scenario: Any, given: dict[str, Any], rng: Any) -> tuple[Scenario, Any]:
    """All that an organisation is given, and the seed; what is given by name overrides the scenario."""
    if "seed" in given:
        raise ScenarioError("seed is not a parameter: the seed is given as `rng`, Mesa's word")
    if isinstance(given.get("policy"), Scenario | MesaScenario):
        if scenario is not None:
            raise ScenarioError("two scenarios were given: one is needed, by position or as `scenario`")
        scenario = given.pop("policy")
    # None keeps what the scenario or the model says; a name that there is not is refused even so
    given = {name: value for name, value in given.items() if value is not None or name not in ARGUMENTS}
    if isinstance(scenario, MesaScenario):
        held = _from_mesas_form(scenario)
        drawn = held.pop("rng", None)
        if rng is not None and drawn is not None and rng != drawn:
            raise ScenarioError(f"rng = {rng!r}, but that of the scenario is {drawn!r}: they must be the same")
        return Scenario.build(**{**held, **given}), drawn if rng is None else rng
    if scenario is None:
        return Scenario.build(**given), rng
    if not isinstance(scenario, Scenario):
        needed = "a tripleos.Scenario or a Scenario of Mesa is needed"
        raise ScenarioError(f"scenario is a {type(scenario).__name__}: {needed}")
    return (scenario.replace(**given) if given else scenario), rng


# --- the organisation -------------------------------------------------------------------------------------------------


class Organisation(OrganisationView, mesa.Model):
    """One organisation, week by week.

    Every lever of policy is an attribute: assigning it (`model.openness = 0.9`) is an intervention that holds from the
    start of the next week on; `intervene` sets several at once. Parameters of the world and the workforce can be read.
    What can be set of a worker is said in `Worker`.

    The random numbers of the model are keyed (`uniform`, `normal`): they follow from the seed, the week, the decision
    and the person. Mesa's `random` and `rng` are there for one's own code; using, resetting or reseeding them does not
    change the history.

    Parameters
    ----------
    policy, world : str, Policy or World, optional
        Names from the library (`tripleos list`), or objects; by default "balanced" and "turbulent". A scenario may
        stand in the place of the policy.
    scenario : Scenario, optional
        All of it at once; what else is given overrides it, as in `Scenario.replace`. A `Scenario` of Mesa 3.5 with
        parameters by their names serves as well.
    weeks : int, optional
        Horizon: `running` becomes False when it is reached. By default 260.
    interventions : sequence of Intervention or dict, optional
        Dated changes of policy, such as `{"week": 53, "working_out_loud": 0.8}`.
    with_ : list of Mechanism, str or path, optional
        Extensions of the model. Their parameters are keywords, and what they declare are attributes, as ours.
    rng : int, optional
        The seed, 0 … 2^64 - 1, of every random number. By default one is drawn; `seed` tells which.
    **parameters
        Every parameter of the model by its name (`inspect.signature` shows them all); None keeps what the scenario,
        the policy, the world or the model says. Meanings, units and ranges: `tripleos list levers`, or
        `tripleos.PARAMETERS`.

    Attributes
    ----------
    week : int
        Weeks that have passed.
    seed : int
        The seed of every random number.
    setup : Scenario
        All that was given, with the interventions that were added on the way.
    scenario : OrganisationScenario
        What the organisation began with, in Mesa's form.
    openness, hurdle, … : int, float or bool
        Each lever; the value in force, or what was assigned for the next week.
    awareness, output, … : float
        Each of `tripleos.MEASURES` for the last week; nan before the first.
    datacollector : mesa.DataCollector
        Collects every measure each week; another one can be assigned.
    Worker : type
        The class of the workers; a subclass may name its own subclass of `tripleos.Worker`.

    Raises
    ------
    ScenarioError
        If a name, a type or a value is not allowed; the message says what is.

    Examples
    --------
    >>> model = Organisation(policy="balanced", world="turbulent", workers=24, rng=1)
    >>> model.step()
    >>> model.week, len(model.agents), model.running
    (1, 24, True)
    >>> model.openness = 0.9
    >>> model.setup.interventions[0].week
    2
    """

    _all_agents: Any  # Mesa's own set of agents

    def __init__(
        self,
        policy: str | Policy | Scenario | None = None,
        world: str | World | None = None,
        *,
        scenario: Scenario | None = None,
        weeks: int | None = None,
        interventions: Iterable[Intervention | Mapping[str, Any]] | None = None,
        with_: object = None,
        rng: int | None = None,
        **parameters: Any,
    ) -> None:
        named = {"policy": policy, "world": world, "weeks": weeks, "interventions": interventions, "with_": with_}
        setup, rng = _setup(scenario, {**named, **parameters}, rng)
        seed = seed_or_drawn(rng)
        if not issubclass(self.Worker, Worker):
            raise TypeError(f"{type(self).__name__}.Worker is {self.Worker!r}: a subclass of tripleos.Worker is needed")
        self._mesas_scenario: Any = None
        self._making = False
        mesa.Model.__init__(self, rng=seed)
        for note in setup.notes():
            warnings.warn(note, stacklevel=2)
        self._mesas_scenario = _in_mesas_form(setup, seed)
        self._mesas_scenario.model = self
        announce_compiling([setup.model.run_weeks])
        began = time.monotonic()
        OrganisationView.__init__(self, Run(setup, seed))
        self._first_slice = first_slice(time.monotonic() - began)
        self._rows: list[np.ndarray] = []
        self._ahead: deque[np.ndarray] = deque()  # weeks that `run` has had computed and `step` has not passed yet
        names = setup.model.measure_names
        self._tell(np.full(len(names), np.nan))
        self.datacollector = mesa.DataCollector(model_reporters={name: name for name in names})

    @classmethod
    def from_scenario(cls, setup: Scenario, *, rng: int | None = None) -> Organisation:
        """An organisation of a whole scenario, as `Organisation(scenario=setup)`.

        Parameters
        ----------
        setup : Scenario
            All that is given but the seed.
        rng : int, optional
            The seed, 0 … 2^64 - 1. By default one is drawn.

        Returns
        -------
        Organisation
            Before its first week.

        Raises
        ------
        ScenarioError
            If the seed is not usable.
        """
        return cls(scenario=setup, rng=rng)

    def __setattr__(self, name: str, given: Any) -> None:
        run = self.__dict__.get("_run")
        if run is not None and name in run.model.measure_names and not hasattr(type(self), name):
            raise FixedError(f"{name} cannot be set: it is measured at the end of each week")
        super().__setattr__(name, given)

    @property
    def scenario(self) -> Any:
        """What the organisation began with, in Mesa's form."""
        return self._mesas_scenario

    @scenario.setter
    def scenario(self, given: Any) -> None:  # noqa: ARG002 - Mesa 3.5 assigns one of its own, which ours replaces
        if self._mesas_scenario is not None:
            raise FixedError("scenario cannot be set: it is what the organisation began with; make another one")

    @_old("Organisation.seed")
    def key(self) -> int:
        """The seed, by its name of version 0.1."""
        return self.seed

    @fixed("weeks pass by `step()`, `run()` or Mesa's `run_for`")
    def week(self) -> int:
        """Weeks that have passed."""
        return self._run.week - len(self._ahead)

    @fixed("the horizon is fixed once the organisation exists; make another one (`Organisation(weeks=…)`)")
    def horizon(self) -> int:
        """The weeks of the scenario."""
        return self._run.scenario.weeks

    @fixed("it is recorded week by week")
    def history(self) -> pd.DataFrame:
        """The measures of every week so far, one row a week, with `week` as the index."""
        names = list(self.setup.model.measure_names)
        rows = np.array(self._rows).reshape(-1, len(names))
        return pd.DataFrame(rows, columns=names, index=pd.RangeIndex(1, len(rows) + 1, name="week"))

    # Weeks

    def step(self) -> None:
        """One week."""
        row = self._ahead.popleft() if self._ahead else self._run.advance(1)[0]
        self._rows.append(row)
        self._tell(row)
        if self.datacollector is not None:
            self.datacollector.collect(self)
        if self.week >= self.horizon:
            self.running = False

    def run(self, weeks: int | None = None, *, progress: Progress | bool | None = None) -> pd.DataFrame:
        """Many weeks: the same history as so many steps.

        It is one compiled call, and much faster, unless somebody looks at each week: a collector with reporters other
        than the names of measures, a `step` of one's own, or (from Mesa 3.5 on) other scheduled events or observers.

        Parameters
        ----------
        weeks : int, optional
            How many. By default what is left until the horizon, or until `running` becomes False.
        progress : callable or bool, optional
            Called with (weeks done, weeks in all) on the way through a long run. False for no bar; by default there is
            one in a notebook and on a terminal, if the run takes longer than a second or so.

        Returns
        -------
        DataFrame
            `history`.

        Raises
        ------
        ScenarioError
            If `weeks` is no whole number from 0 on.
        """
        total = max(0, self.horizon - self.week) if weeks is None else checked_whole("weeks", weeks, 0, MAX_WEEKS)
        with in_slices(total, self._first_slice, "weeks", progress) as parts:
            for part in parts:
                self._pass(part, to_the_end=weeks is None)
                if weeks is None and not self.running and self.week < self.horizon:
                    break
        return self.history

    def _pass(self, weeks: int, to_the_end: bool) -> None:
        """Some weeks, in one compiled call if nobody looks at each; no further than `running`, if it is to the end."""
        if not self._is_watched():
            self._ahead.extend(self._run.advance(weeks))
        try:
            for _ in range(weeks):
                self.step()
                if to_the_end and not self.running:
                    break
        finally:  # what was computed has happened, even if it could not be collected
            if self._ahead:
                self._rows.extend(self._ahead)
                self._tell(self._ahead[-1])
                self._ahead.clear()

    def _tell(self, row: np.ndarray) -> None:
        """Make a week's measures the attributes of the model; a collector reads them all each week."""
        self.__dict__.update(zip(self._run.model.measure_names, row.tolist(), strict=True))

    def _is_watched(self) -> bool:
        """Whether anything sees more of a week than its measures, so that weeks cannot pass in one call."""
        events, observers = getattr(self, "_event_list", ()), getattr(self, "subscribers", {})
        return (
            type(self).step is not Organisation.step
            or len(events) > 1  # Mesa's own event is the next step
            or any(observers.values())
            or not self._collects_measures_only()
        )

    def _collects_measures_only(self) -> bool:
        collector = self.datacollector
        if collector is None:
            return True
        if type(collector) is not mesa.DataCollector or collector.agent_reporters or collector.agenttype_reporters:
            return False
        known = self.setup.model.measure_names
        plain = (isinstance(one, str) and one in known for one in collector.model_reporters.values())
        return all(plain) and not any(hasattr(type(self), name) for name in known)

    # Agents

    @fixed("Mesa keeps its agents itself, and the number of people is fixed")
    def agents(self) -> Any:
        """The workers, as views; made when first asked for. Nobody can be added or removed."""
        _ = self.workers
        return self._all_agents

    @fixed("Mesa keeps its agents itself, and the number of people is fixed")
    def agents_by_type(self) -> Any:
        """The workers by type (there is one)."""
        return {self.Worker: self.agents}

    @fixed("name a class of your own in a subclass (`Worker = MyWorker`)")
    def agent_types(self) -> list[type]:
        """The one type of agent."""
        return [self.Worker]

    def _make_workers(self, views: list[Any]) -> None:
        self._making = True
        try:
            super()._make_workers(views)
        finally:
            self._making = False
        kind: Any = type(self._all_agents)
        self._all_agents = _everybody(kind)(views, self.random)
        # Mesa 3.3 counts agents per model in a table that would keep every model alive.
        getattr(mesa.Agent, "_ids", {}).pop(self, None)

    def register_agent(self, agent: Any) -> None:
        """Refuse whoever is no worker of the organisation; Mesa calls it when an agent is made.

        Parameters
        ----------
        agent : mesa.Agent
            Who is to join.

        Raises
        ------
        RuntimeError
            If the organisation is not just making its workers.
        """
        if not self._making:
            getattr(mesa.Agent, "_ids", {}).pop(self, None)
            _refuse(f"{type(agent).__name__} cannot join the organisation: {NUMBER_IS_FIXED}")
        super().register_agent(agent)

    def deregister_agent(self, agent: Any) -> NoReturn:
        """Refuse: the number of people is fixed.

        Parameters
        ----------
        agent : mesa.Agent
            Who is to leave.

        Raises
        ------
        RuntimeError
            Always.
        """
        _refuse(f"{agent!r} cannot be removed: {NUMBER_IS_FIXED}")

    def remove_all_agents(self) -> NoReturn:
        """Refuse: the number of people is fixed.

        Raises
        ------
        RuntimeError
            Always.
        """
        _refuse(NUMBER_IS_FIXED)


# Within the class, the name stands for the class of the organisation's workers.
Organisation.Worker = Worker
Organisation.__init__.__signature__ = signature_with_parameters(Organisation.__init__)  # type: ignore[attr-defined]
