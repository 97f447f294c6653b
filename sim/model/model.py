"""The model: our mechanisms and those of extensions, gathered in one place, and all that follows from their lists.

`OURS` is the model as it is shipped; `model_of` puts extensions beside it. A model with extensions is another object,
with a kernel, parameters, arrays and measures of its own: nothing that is loaded changes what somebody else runs.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping
from functools import cache, cached_property
from types import MappingProxyType
from typing import Any

import numpy as np
from numba.core.errors import NumbaExperimentalFeatureWarning

from ..errors import ScenarioError, did_you_mean, truncated_repr
from ..version import model_version
from . import people, reality, work
from .declare import GROUPS, PHASES, DeclarationError, Measure, Mechanism, Parameter, event
from .jit import part, with_others
from .measures import MEASURES, count_alternatives, measure_entries, record
from .people import begin_policy, people_week, time_week
from .practice import copy
from .reality import reality_week
from .spaces import communities, networks, teams
from .spaces.communities import communities_week
from .spaces.networks import networks_week
from .spaces.teams import teams_week
from .state import empty_arrays, empty_workspace, first_fields, numbers_in_force, parameters_type, sizes, tuple_of
from .week import initialise, run_step, run_weeks

MECHANISMS = (
    reality.MECHANISM, work.MECHANISM, people.MECHANISM, networks.MECHANISM, communities.MECHANISM, teams.MECHANISM,
)  # fmt: skip
# The order in which overheads are added up, which decides the last digit of the sum; those of extensions follow.
OVERHEADS = ("working_out_loud", "sponsorship", "coaching", "weaving", "pilot_first")
# What an extension's phase can come after.
PHASE_OF = dict(
    zip(
        PHASES, (reality_week, networks_week, communities_week, teams_week, time_week, people_week, record),
        strict=True,
    )
)  # fmt: skip
# Names with another meaning wherever parameters and measures are named.
RESERVED = {
    "about", "base", "dip", "interventions", "name", "network_share", "overhead", "policy", "recovery", "replicate",
    "rng", "run", "scenario", "seed", "status", "team_time", "version", "week", "weeks", "with", "workforce", "world",
}  # fmt: skip
# … and those that objects of an organisation have as attributes (`tripleos.Organisation`, `tripleos.plain`, Mesa).
OF_ORGANISATIONS = {
    "added_phases", "agent_types", "agents", "agents_by_type", "assign_communities", "assign_teams", "batch",
    "begin_outside_world", "begin_week", "change_policy", "coming", "communities_week", "datacollector",
    "deregister_agent", "direct", "event_counts", "extend", "floors", "from_scenario", "history", "horizon",
    "imitation_rules", "initialise", "intervene", "key", "last_change_week", "measure_functions", "measures",
    "move_outside_world", "networks_week", "news_lag_weeks", "normal", "notify", "number_aware", "observe",
    "outputs_as_seen", "p", "people_week", "phases", "plot", "raised_to_floors", "random", "reality_week", "record",
    "register_agent", "remove_all_agents", "reset_randomizer", "reset_rng", "run_for", "run_model", "run_until",
    "running", "schedule_event", "schedule_recurring", "setup", "shocked_aspects", "snapshot", "split", "state", "step",
    "steps", "subscribers", "teams", "teams_week", "time_week", "turbulent_aspects", "uniform", "unobserve",
    "workers_from",
}  # fmt: skip
OF_WORKERS = {
    "absorbs", "advance", "argues", "aspect_needed", "aspect_of_news", "awareness", "awareness_share", "batch",
    "be_coached", "begin_encounters", "begin_meetings", "begin_phase", "begin_unknown", "begin_week", "best_seen",
    "closed_triangle", "conforms", "create_agents", "draw_field", "draw_skills", "draw_tie", "draw_ties", "encounter",
    "end_encounters", "end_meetings", "end_phase", "entries_brought", "experiment", "expertise", "first_new", "fit",
    "follows", "follows_before", "from_dataframe", "gain_by_use", "grasps", "grow_familiar", "imitate", "is_busy",
    "join", "keep", "knows_from_outside", "learned", "leaves", "load", "majority_of_better", "mean_trust",
    "meet_colleague", "meet_outsider", "model", "most_frequent_seen", "move", "moves", "n_aware", "negotiate",
    "network", "new_tie", "news", "next_answers", "next_aware", "next_help", "next_idea", "next_tie", "normal",
    "note_help", "notify", "number", "number_of_encounters", "observe", "p", "partner_of_move", "perceived",
    "perceived_with_noise", "pos", "practise", "preferred", "random", "receive_news", "remove", "renew_ties", "replace",
    "rise_to_floors", "seat", "see", "seen", "seen_ideas", "served_by", "skills", "snubbed", "social_option",
    "start_in_team", "start_work", "step", "subscribers", "target", "team_time_lost", "teammates", "tie_of_tie",
    "tie_to", "time_communities", "time_networks", "time_split", "time_teams", "trust", "trust_after", "turns_inwards",
    "uniform", "unique_id", "unobserve", "utility", "weight_of_tie", "who", "woven_tie",
}  # fmt: skip


class Model:
    """A set of mechanisms, and all that follows from them.

    Parameters
    ----------
    extensions : tuple of Mechanism
        What is added to ours, in the order in which it acts.

    Attributes
    ----------
    extensions : tuple of Mechanism
        As given.
    parameters : mapping of str to Parameter
        By name: those of the world, the workforce and the policy, ours first.
    levers : tuple of str
        The names of those of the policy.
    measures : tuple of Measure
        What is recorded each week, ours first.
    measure_names : tuple of str
        Their names.
    arrays : tuple of Array
        The state, that of extensions included.

    Raises
    ------
    DeclarationError
        If two mechanisms declare the same name, or one that is taken; the message names both files.
    """

    def __init__(self, extensions: tuple[Mechanism, ...] = ()) -> None:
        self.extensions = extensions
        _check_clashes(extensions)
        self.parameters = MappingProxyType(
            {one.name: one for one in _in_order(_parameters((*MECHANISMS, *extensions)))}
        )
        self.levers = tuple(name for name, one in self.parameters.items() if one.group == "policy")
        self.measures: tuple[Measure, ...] = (*MEASURES, *(m for one in extensions for m in one.measures))
        self.measure_names = tuple(one.name for one in self.measures)
        self.measures_type = np.dtype((np.record, [(name, "f8") for name in self.measure_names]))
        # Rules know nothing of an extension that is all plain, so that it needs no compiling.
        self._compiled = (*MECHANISMS, *(one for one in extensions if one.compiled))
        # What extensions add comes after ours, as with arrays and measures: code for ours alone then serves for both.
        read = [*_in_order(_parameters(MECHANISMS)), *_in_order(_parameters(self._compiled[len(MECHANISMS) :]))]
        self._read_by_rules = tuple(self.parameters[one.name] for one in read)
        self._arrays = tuple(array for one in self._compiled for array in one.state)
        self.own_arrays = tuple(array for one in extensions for array in one.state)
        self.plain_arrays = tuple(array for one in extensions if not one.compiled for array in one.state)
        self.arrays = (*self._arrays, *self.plain_arrays)
        more = " ".join(one.name for one in self._arrays if one in self.own_arrays)
        self._state = tuple_of(f"State_{event(more):08x}" if more else "State", self._arrays)

    @cached_property
    def run_weeks(self) -> Callable[..., None]:
        """The kernel: `week.run_weeks` with what the extensions add to it, or put in the place of its rules."""
        return with_others(run_weeks, self._others) if self._others else run_weeks

    @cached_property
    def run_step(self) -> Callable[..., None]:
        """The kernel of a single step of a week, as `week.run_step`."""
        return with_others(run_step, self._others) if self._others else run_step

    @cached_property
    def begin_policy(self) -> Callable[..., None]:
        """The kernel of a change of policy, as `people.begin_policy`."""
        return with_others(begin_policy, self._others) if self._others else begin_policy

    @property
    def can_be_shared(self) -> bool:
        """Whether threads can share a run: not if something acts upon a whole phase, or after it."""
        phases = set(PHASE_OF.values())
        return self.all_compiled and not any(
            one.phases or one.state or phases & set(one.rules) for one in self.extensions
        )

    @cached_property
    def _others(self) -> dict[Any, Any]:
        """What stands in the place of our functions."""
        others: dict[Any, Any] = {}
        for one in self.extensions:
            others |= one.rules
        for one in self.extensions:
            for imitation in one.imitations:
                number = self.parameters["imitation"].choices.index(imitation.name)
                before = others.get(networks.social_option_of, networks.social_option_of)
                others[networks.social_option_of] = networks.another_imitation(before, number, imitation.compiled)
        if any(one.compiled for one in self.extensions) and hasattr(run_weeks, "compiled"):
            phases = (initialise, measure_entries, count_alternatives, *PHASE_OF.values())
            others |= {one: _called_as_ours(one) for one in phases if with_others(one, others) is one}
        for one in self.extensions:
            for array in one.state if one.compiled else ():
                at = self._state._fields.index(array.name)
                others[initialise] = _starting_with(others.get(initialise, initialise), at, array.start)
                others[people_week] = _renewed_with(others.get(people_week, people_week), at, array.start)
        for one in self.extensions:
            for added in one.phases:
                if added.compiled:
                    ours = PHASE_OF[added.after]
                    others[ours] = _followed_by(others.get(ours, ours), added.compiled)
            for measure in one.measures:
                if measure.compute:
                    others[record] = _recording(others.get(record, record), measure.name, measure.compute)
        return others

    @property
    def version(self) -> str:
        """The version of the model, as it stands in stored rows; extensions are part of it."""
        return model_version(tuple(one.source for one in self.extensions))

    @cached_property
    def has_states_of_extensions(self) -> bool:
        """Whether extensions have given workers a state that rules read."""
        return any(one.compiled and one.state for one in self.extensions)

    @property
    def all_compiled(self) -> bool:
        """Whether a week can be run in one call."""
        return not self.plain_phases and not self.plain_measures and not self.plain_arrays

    @cached_property
    def plain_phases(self) -> dict[str, list[Callable[[Any], None]]]:
        """Functions of the organisation that the engine calls, by the part of the week that they follow."""
        found: dict[str, list[Callable[[Any], None]]] = {}
        for one in self.extensions:
            for added in one.phases:
                if added.compiled is None and added.plain is not None:
                    found.setdefault(added.after, []).append(added.plain)
        return found

    @cached_property
    def plain_measures(self) -> dict[int, Callable[[Any], float]]:
        """Functions of the organisation that give a measure, by the column of the measure."""
        return {column: one.plain for column, one in enumerate(self.measures) if one.plain and not one.compute}

    def overhead(self, workforce: Any, policy: Any) -> float:
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
        """
        total = 0.0
        for lever, price in self.prices:
            total += getattr(workforce, price) * getattr(policy, lever)
        return total

    @cached_property
    def prices(self) -> tuple[tuple[str, str], ...]:
        """The levers that cost time, each with the parameter that says how much, in the order of the sum."""
        costly = [one.name for one in self.parameters.values() if one.overhead]
        costly.sort(key=lambda name: OVERHEADS.index(name) if name in OVERHEADS else len(OVERHEADS))
        return tuple((name, f"price_{name}") for name in costly)

    def numbers(self, scenario: Any, policy: Any) -> np.record:
        """The numbers that rules read while a policy is in force.

        Parameters
        ----------
        scenario : Scenario
            With the world and the workforce.
        policy : Policy
            In force.

        Returns
        -------
        np.record
            One field for each parameter that rules read.
        """
        overhead = self.overhead(scenario.workforce, policy)
        return numbers_in_force(self._read_by_rules, self.parameters_type, overhead, scenario, policy)

    @cached_property
    def parameters_type(self) -> np.dtype:
        """The type of that record."""
        return parameters_type(self._read_by_rules)

    def empty_state(self, scenario: Any) -> tuple[Any, dict[str, np.ndarray]]:
        """Memory for an organisation.

        Parameters
        ----------
        scenario : Scenario
            It decides the sizes.

        Returns
        -------
        State
            A named tuple of all arrays that rules read.
        dict of str to array
            All arrays by name, those that only plain phases read among them.
        """
        arrays = empty_arrays(self.arrays, sizes(scenario))
        return self._state(**{name: arrays[name] for name in self._state._fields}), arrays

    def empty_workspace(self, scenario: Any, common: Mapping[str, np.ndarray] = MappingProxyType({})) -> Any:
        """Scratch memory for an organisation of this size.

        Parameters
        ----------
        scenario : Scenario
            It decides the sizes.
        common : mapping of str to array
            Arrays of another workspace that are used instead of own ones.

        Returns
        -------
        Workspace
            All 0.
        """
        return empty_workspace(sizes(scenario), common)


# --- lists ------------------------------------------------------------------------------------------------------------


def _parameters(mechanisms: Iterable[Mechanism]) -> list[Parameter]:
    """All parameters of some mechanisms; a choice with the words that extensions add."""
    words = {"imitation": tuple(added.name for one in mechanisms for added in one.imitations)}
    found = [parameter for one in mechanisms for parameter in one.all_parameters]
    return [
        Parameter(**{**vars(one), "choices": one.choices + words[one.name]}) if words.get(one.name) else one
        for one in found
    ]


def _in_order(parameters: Iterable[Parameter]) -> list[Parameter]:
    """Parameters by group; what levers cost comes last in its group."""
    return sorted(parameters, key=lambda one: (GROUPS.index(one.group), one.name.startswith("price_")))


def _check_clashes(extensions: tuple[Mechanism, ...]) -> None:
    """Refuse names that are declared twice, or that mean something else."""
    ours = [name for one in MECHANISMS for name in (one.name, *_names(one))]
    taken = dict.fromkeys([*ours, *(measure.name for measure in MEASURES)], "tripleos")
    taken |= {
        f"imitation = {name}": "tripleos"
        for name in next(one for one in networks.PARAMETERS if one.name == "imitation").choices
    }
    for one in extensions:
        imitations = [f"imitation = {added.name}" for added in one.imitations]
        states = {array.name for array in one.state}
        attributes = (OF_WORKERS & states) | (OF_ORGANISATIONS & set(_names(one)) - states)
        # One name may be that of a mechanism and of its lever.
        for name in dict.fromkeys([one.name, *_names(one)]) | dict.fromkeys(imitations):
            if name in RESERVED | attributes:
                raise DeclarationError(f"{one.place}: the name {name} means something else; another one is needed")
            if name in taken:
                raise DeclarationError(f"{name} is declared twice: by {taken[name]} and by {one.place}")
            taken[name] = one.place
        for rule in one.rules:
            replaced = f"the rule {rule.py_func.__name__ if hasattr(rule, 'py_func') else rule.__name__}"
            if replaced in taken:
                raise DeclarationError(f"{replaced} is replaced twice: by {taken[replaced]} and by {one.place}")
            taken[replaced] = one.place
        if len(set(_names(one))) < len(_names(one)):
            raise DeclarationError(f"{one.place}: a name is declared twice among {', '.join(_names(one))}")


def _names(one: Mechanism) -> list[str]:
    """What a mechanism declares, by name."""
    things: tuple[Any, ...] = (*one.all_parameters, *one.measures, *one.state)
    return [thing.name for thing in things]


# --- what is put in the place of our functions ------------------------------------------------------------------------


# A phase that is compiled for our numbers and for more of them is found twice: Numba calls this an experimental
# feature, which is no news to users.
warnings.filterwarnings("ignore", r"Record\(awareness|Record\(overhead", NumbaExperimentalFeatureWarning)


def _called_as_ours(ours: Any) -> Any:
    """One of our phases, called with what it is given in a model without extensions: its machine code serves for both.

    The arrays, numbers and measures that extensions add come after ours.
    """
    if ours is initialise:

        @part
        def begun(seed, state, workspace, reality, p):  # type: ignore[no-untyped-def]
            ours(seed, _OUR_STATE(state), workspace, reality, _OUR_NUMBERS(p))

        return begun
    if ours is measure_entries:

        @part
        def measured(state, workspace, reality):  # type: ignore[no-untyped-def]
            ours(_OUR_STATE(state), workspace, reality)

        return measured
    if ours is count_alternatives:

        @part
        def counted(state, workspace, reality, p):  # type: ignore[no-untyped-def]
            ours(_OUR_STATE(state), workspace, reality, _OUR_NUMBERS(p))

        return counted
    if ours is record:

        @part
        def recorded(week, state, workspace, reality, p, row):  # type: ignore[no-untyped-def]
            ours(week, _OUR_STATE(state), workspace, reality, _OUR_NUMBERS(p), _OUR_MEASURES(row))

        return recorded

    @part
    def passed(seed, week, state, workspace, reality, p):  # type: ignore[no-untyped-def]
        ours(seed, week, _OUR_STATE(state), workspace, reality, _OUR_NUMBERS(p))

    return passed


def _followed_by(ours: Any, theirs: Any) -> Any:
    """One phase and then another."""

    @part
    def both(seed, week, state, workspace, reality, p):  # type: ignore[no-untyped-def]
        ours(seed, week, state, workspace, reality, p)
        theirs(seed, week, state, workspace, reality, p)

    return both


def _recording(ours: Any, name: str, theirs: Any) -> Any:
    """The record, and one measure more."""

    @part
    def more(week, state, workspace, reality, p, row):  # type: ignore[no-untyped-def]
        ours(week, state, workspace, reality, p, row)
        row[name] = theirs(week, state, workspace, reality, p)

    return more


def _starting_with(ours: Any, at: int, start: float) -> Any:
    """How everybody starts, with a value of an array that an extension adds."""

    @part
    def begun(seed, state, workspace, reality, p):  # type: ignore[no-untyped-def]
        for i in range(state.person.shape[0]):
            state[at][i] = start
        ours(seed, state, workspace, reality, p)

    return begun


def _renewed_with(ours: Any, at: int, start: float) -> Any:
    """How people come and go, with a value of an array that an extension adds, as newcomers have it afterwards."""

    @part
    def renewed(seed, week, state, workspace, reality, p):  # type: ignore[no-untyped-def]
        copy(state.person, workspace.person_before)
        ours(seed, week, state, workspace, reality, p)
        for i in range(state.person.shape[0]):
            if state.person[i] != workspace.person_before[i]:
                state[at][i] = start

    return renewed


# --- the models of this session ---------------------------------------------------------------------------------------


@cache
def model_of(extensions: tuple[Mechanism, ...]) -> Model:
    """The model with these extensions.

    Parameters
    ----------
    extensions : tuple of Mechanism
        In the order in which they act.

    Returns
    -------
    Model
        The same object for the same extensions.

    Raises
    ------
    DeclarationError
        If names clash.
    """
    made = Model(extensions)
    _note(made)
    return made


# Names of extensions are known where names are read or shown; what they mean, each scenario's own model says. Both are
# replaced as a whole, so that whoever is going through one is not disturbed.
_measures: Mapping[str, Measure] = MappingProxyType({})
_parameters_by_name: Mapping[str, Parameter] = MappingProxyType({})


def _note(made: Model) -> None:
    """Remember what a model has."""
    global _measures, _parameters_by_name  # noqa: PLW0603
    _measures = MappingProxyType({**{one.name: one for one in made.measures}, **_measures})
    _parameters_by_name = MappingProxyType({**_parameters_by_name, **made.parameters})


def measures_in_use() -> Mapping[str, Measure]:
    """The measures of all models of this session, for those who show them.

    Returns
    -------
    mapping of str to Measure
        By name.
    """
    return _measures


def parameters_in_use() -> Mapping[str, Parameter]:
    """The parameters of all models of this session, for those who read names before it is known of which model.

    Returns
    -------
    mapping of str to Parameter
        By name; of those that several models have, as the latest has it.
    """
    return _parameters_by_name


def measures_of(models: Iterable[Model]) -> tuple[Measure, ...]:
    """The measures of some models, each once: the columns of what they give together.

    Parameters
    ----------
    models : iterable of Model
        With or without extensions.

    Returns
    -------
    tuple of Measure
        Ours first.
    """
    return tuple({one.name: one for model in models for one in model.measures}.values())


OURS = model_of(())
_OUR_STATE, _OUR_NUMBERS, _OUR_MEASURES = map(first_fields, (OURS._state, OURS.parameters_type, OURS.measures_type))
PARAMETERS = OURS.parameters
"""Every parameter by name, in the order of the tables of `ODD.md`."""
LEVERS = OURS.levers
"""The names of the levers of policy."""
SWITCHES = MappingProxyType(
    {
        mechanism: tuple(one.name for one in PARAMETERS.values() if one.mechanism == mechanism)
        for mechanism in dict.fromkeys(one.mechanism for one in PARAMETERS.values() if one.mechanism)
    }
)
"""The parameters of each mechanism that can be switched on and off, by its name."""
ABOUT_SWITCHES = MappingProxyType(
    {
        "different_work": "teams share only some aspects of their work; the others are their own",
        "fallible_judgement": "what is untried is judged with large errors, and management mistakes luck for merit",
        "familiarity": "newcomers and movers take weeks to be of full use; old teams talk less to others",
        "costly_answers": "whoever is asked pays with time",
        "finite_meetings": "meetings treat a few items only, and not everybody hears what is told",
        "who_knows_what": "people watch and judge a part of the work, and ask colleagues about the rest",
        "lasting_ties": "ties that helped are turned to again; complex knowledge needs strong ties",
        "earned_knowledge": "outsiders miss changes, too, share with those who share, and are hard to follow from afar",
        "uneven_participation": "people come to meetings where they trust more than others do",
        "burnt_trust": "trust grows where something is learned, and is lost where an idea is snubbed",
        "practised_mastery": "skills grow with use and rust without",
        "being_watched": "teams that work in the open experiment less",
    }
)
"""What each of these mechanisms does."""


def switched_values(mechanisms: object) -> dict[str, Any]:
    """The values that switch mechanisms on, and all others off.

    Parameters
    ----------
    mechanisms : str, iterable of str or None
        Names of `SWITCHES`, "version1" for none of them, "version2" for all; None: nothing is switched.

    Returns
    -------
    dict of str to number
        By parameter.

    Raises
    ------
    ScenarioError
        If a name is unknown, or this is no list of names.

    Examples
    --------
    >>> switched_values("version1")["noise"], switched_values(["fallible_judgement"])["noise"]
    (0.05, 0.16)
    """
    if mechanisms is None:
        return {}
    if not isinstance(mechanisms, (str, list, tuple, set, frozenset)):
        raise ScenarioError(f"mechanisms = {truncated_repr(mechanisms)}: a list of names is needed")
    versions: dict[str, list[str]] = {"version1": [], "version2": list(SWITCHES)}
    listed = [mechanisms] if isinstance(mechanisms, str) else list(mechanisms)
    on = versions[listed[0]] if len(listed) == 1 and listed[0] in versions else listed
    for name in on:
        if name not in SWITCHES:
            known = [*versions, *SWITCHES]
            raise ScenarioError(f"{truncated_repr(name)} is not a mechanism{did_you_mean(name, known)}")
    return {
        name: PARAMETERS[name].on if mechanism in on else PARAMETERS[name].off
        for mechanism, names in SWITCHES.items()
        for name in names
    }
