"""The parameters: the world, the workforce and the policy, with their defaults, ranges, units, meanings and sources.

These are the tables of `ODD.md`, section 2, in the same order and words. Every part is frozen and checked when it is
made: each value alone, then what must go together (`_broken_rules`). What pydantic finds wrong is said in our words.

>>> World(aspects=500)
Traceback (most recent call last):
tripleos.ScenarioError: aspects = 500: allowed is 2 to 200 (aspects)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from ..errors import ScenarioError, did_you_mean, display_name, in_two_lines, truncated_repr

MAX_RUGGED_ASPECTS = 20
SUM_TOLERANCE = 1e-9  # shares given as decimals do not add up exactly
METADATA = ("name", "about")  # fields that tell what a world or a policy stands for; not parameters
SCENARIO = ("world", "workforce", "policy", "interventions", "weeks")  # the fields of a scenario

Lever = bool | int | float
"""Value of a policy lever."""


# Fields


def _number(default: float, low: float, high: float, unit: str, meaning: str, source: str) -> Any:
    """Field of a parameter that is a number from `low` to `high`."""
    extra: dict[str, Any] = {"unit": unit, "source": source}
    return Field(default, ge=low, le=high, description=meaning, json_schema_extra=extra)


def _choice(default: str | bool, meaning: str, source: str) -> Any:
    """Field of a parameter that is one of a few words, or a switch."""
    return Field(default, description=meaning, json_schema_extra={"source": source})


def _plain(value: object) -> object:
    """A NumPy scalar as the Python number it stands for, and -0.0 as 0.0; anything else as it is."""
    if getattr(value, "shape", None) == () and hasattr(value, "item"):
        value = value.item()
    return float(value) + 0.0 if isinstance(value, float) else value


class Strict(BaseModel):
    """A frozen model that takes nothing but what it says, and explains itself with `ScenarioError`."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)

    group: ClassVar[str] = ""

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


class World(Strict):
    """What management cannot set: how practices are valued, and how fast that changes.

    Defaults, ranges, units, meanings and sources of the parameters are in `PARAMETERS`.

    Attributes
    ----------
    reality : {"rugged", "blocks"}
        How practices are valued.
    aspects, complexity, block : int
        Aspects of a practice (M); other aspects on which the contribution of one depends (K); aspects in a block.
    neighbours : {"adjacent", "random"}
        Which other aspects those are.
    turbulence, noise, interdependence : float
        Changes of reality a year; standard deviation of a judgement; part of output that needs agreement between
        teams (γ).
    shock_week : int
        The week of a shock; 0: there is none.
    shock_share : float
        Share of the aspects that it changes.
    outsiders, head_start : int
        People outside; weeks for which they have searched before week 1.
    name, about : str
        What the world is called, and what it stands for. They are not parameters.

    Raises
    ------
    ScenarioError
        If anything is unknown, of the wrong type, out of range or inconsistent.
    """

    group: ClassVar[str] = "world"

    reality: Literal["rugged", "blocks"] = _choice(
        "rugged",
        "how practices are valued: an NK landscape, or blocks of aspects that are right or wrong together",
        "Levinthal 1997; Fang et al. 2010",
    )
    aspects: int = _number(
        12,
        2,
        200,
        "aspects",
        "binary choices in how work is done; at most 20 with a rugged reality",
        "Kauffman 1993",
    )
    complexity: int = _number(
        4,
        0,
        12,
        "aspects",
        "number of other aspects that each aspect's contribution depends on (K); at most aspects - 1",
        "Kauffman 1993",
    )
    neighbours: Literal["adjacent", "random"] = _choice(
        "adjacent", "which aspects these are: the next ones (cyclic), or drawn without replacement", "Kauffman 1993"
    )
    block: int = _number(
        3,
        1,
        200,
        "aspects",
        "aspects that must be right together, when reality is blocks; must divide aspects",
        "Fang et al. 2010",
    )
    turbulence: float = _number(5.0, 0, 100, "changes a year", "expected number of changes in reality", "March 1991")
    noise: float = _number(
        0.05, 0, 1, "payoff", "standard deviation of a judgement, before sense-making reduces it", "own"
    )
    interdependence: float = _number(
        0.3,
        0,
        1,
        "share",
        "part of a team's output that depends on agreement with other teams (γ)",
        "Koçak et al. 2022",
    )
    shock_week: int = _number(0, 0, 100000, "week", "week of a scheduled shock; 0 = none", "own")
    shock_share: float = _number(0.5, 0, 1, "share", "share of the aspects that the shock changes", "own")
    outsiders: int = _number(30, 1, 1000, "people", "practitioners outside the organisation", "own")
    head_start: int = _number(26, 0, 1000, "weeks", "weeks of search by the outside world before week 1", "own")
    name: str = Field(default="custom", max_length=100, description="name of the world")
    about: str = Field(default="", max_length=1000, description="what the world stands for, in one sentence")

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


class Workforce(Strict):
    """The people: how many, in what groups, and how they work and learn.

    Defaults, ranges, units, meanings and sources of the parameters are in `PARAMETERS`.

    Attributes
    ----------
    workers, team_size, communities, memberships, ties : int
        How many people, in what groups, and how many colleagues each follows.
    local_ties, tie_renewal : float
        Share of the first ties that lead to teammates; renewals of each tie a year.
    seek, sense, share, pkm_spread : float
        Mean skills, 0 … 1, and their standard deviation between people.
    encounters, breadth : float
        Learning in networks: encounters a week; probability of taking over an aspect.
    imitation : {"best", "conformity", "majority"}
        How the practices seen there become one social option.
    sessions : float
        Meetings of communities a week.
    repertoire : int
        Entries that a community keeps.
    pool_base, hear_base, hear_trust, code_learning, socialisation : float
        Probabilities of what happens at meetings.
    starting_trust, trust_growth, trust_fading, newcomer_trust : float
        Trust in communities.
    review, feedback, adoption_cost, team_conformity : float
        How teams review and change their practice.
    calming, disappointment, scepticism_fading : float
        Scepticism of teams.
    starting_alignment, alignment_growth : float
        Alignment of teams.
    habit, expectation, sensitivity : float
        How people decide about their time.
    newcomer_awareness, coaching_gain : float
        What newcomers are aware of; what coaching adds to skills.
    price_working_out_loud, price_sponsorship, price_coaching, price_weaving, price_pilot_first : float
        Shares of the week that these levers cost when fully used (see `overhead`).

    Raises
    ------
    ScenarioError
        If anything is unknown, of the wrong type, out of range or inconsistent.
    """

    group: ClassVar[str] = "workforce"

    workers: int = _number(120, 2, 1000000, "people", "size of the organisation", "own")
    team_size: int = _number(8, 1, 1000000, "people", "people in a team; at most workers", "own")
    communities: int = _number(
        6, 0, 1000000, "communities", "number of communities of practice; at most workers", "own"
    )
    memberships: int = _number(
        1, 1, 4, "communities", "communities that each worker belongs to; at most communities (if there are any)", "own"
    )
    ties: int = _number(6, 0, 100, "people", "colleagues that each worker follows; fewer than workers", "own")
    local_ties: float = _number(
        0.5, 0, 1, "share", "expected share of initial ties that lead to teammates", "Granovetter 1973"
    )
    seek: float = _number(0.5, 0, 1, "", "mean skill at seeking knowledge", "Jarche")
    sense: float = _number(0.5, 0, 1, "", "mean skill at making sense of it", "Jarche")
    share: float = _number(0.5, 0, 1, "", "mean skill at sharing it", "Jarche")
    pkm_spread: float = _number(0.15, 0, 1, "", "standard deviation of each skill across people", "own")
    encounters: float = _number(10.0, 0, 100, "a full-time week", "encounters in networks", "own")
    imitation: Literal["best", "conformity", "majority"] = _choice(
        "best",
        "how the practices seen are combined into one social option",
        "Lazer & Friedman 2007; Barkoczi & Galesic 2016; Fang et al. 2010",
    )
    breadth: float = _number(
        0.3, 0, 1, "probability", "that a differing aspect of the social option is copied", "Fang et al. 2010"
    )
    sessions: float = _number(5.0, 0, 100, "a full-time week", "community meetings that a person could attend", "own")
    repertoire: int = _number(
        6, 1, 32, "entries", "practices that a community keeps, including its shared practice", "own"
    )
    pool_base: float = _number(
        0.3, 0, 1, "probability", "that a person with full sharing skill pools a known aspect without any trust", "own"
    )
    hear_base: float = _number(0.3, 0, 1, "probability", "that a person hears a pooled aspect without any trust", "own")
    hear_trust: float = _number(0.5, 0, 1, "probability", "added to hear_base by full trust; together at most 1", "own")
    code_learning: float = _number(
        0.3, 0, 1, "probability", "that one vote moves an aspect of the shared practice (p2)", "March 1991"
    )
    socialisation: float = _number(
        0.3, 0, 1, "probability", "that an aspect of the best practice is copied at full trust (p1)", "March 1991"
    )
    starting_trust: float = _number(0.4, 0, 1, "", "trust in a community in week 0", "own")
    trust_growth: float = _number(0.05, 0, 0.5, "a meeting", "growth of trust at each meeting attended", "own")
    trust_fading: float = _number(0.01, 0, 1, "a week", "rate at which trust fades", "own")
    review: float = _number(
        0.5, 0, 1, "probability", "that a team with full team time reviews its practice in a week", "own"
    )
    feedback: float = _number(
        0.25, 0, 1, "share", "how far experience corrects the judgement of the practice in use", "own"
    )
    adoption_cost: float = _number(0.5, 0, 1, "share", "alignment lost when every aspect of a practice changes", "own")
    calming: float = _number(
        0.8, 0, 1, "factor", "multiplies scepticism after a change that improves the practice", "own"
    )
    disappointment: float = _number(
        0.5, 0, 100, "", "added to scepticism after a change that worsens the practice", "own"
    )
    scepticism_fading: float = _number(0.005, 0, 1, "a week", "rate at which scepticism fades", "own")
    starting_alignment: float = _number(0.5, 0, 1, "", "alignment of the teams in week 0", "own")
    alignment_growth: float = _number(
        0.1, 0, 1, "a week", "recovery of alignment at full team time when everybody works out loud", "own"
    )
    team_conformity: float = _number(
        0.1, 0, 1, "probability", "that a full-time member's idea becomes the team's practice in a week", "own"
    )
    habit: float = _number(
        0.1, 0, 1, "a week", "weight of the latest experience in what people expect of each space", "own"
    )
    expectation: float = _number(0.3, 0, 1, "", "return that a newcomer expects from each space", "own")
    sensitivity: float = _number(4.0, 0, 100, "", "sensitivity of the logit choice between the spaces", "own")
    newcomer_trust: float = _number(
        0.5, 0, 1, "factor", "initial trust of a newcomer, relative to starting_trust", "own"
    )
    newcomer_awareness: float = _number(0.5, 0, 1, "probability", "that a newcomer is aware of an aspect", "own")
    tie_renewal: float = _number(0.5, 0, 52, "a year", "renewals of each tie", "own")
    coaching_gain: float = _number(
        0.01, 0, 1, "a week", "share of a skill's remaining gap that full coaching closes", "own"
    )
    price_working_out_loud: float = _number(
        0.03, 0, 1, "share of the week", "time that full working out loud costs everybody", "own"
    )
    price_sponsorship: float = _number(
        0.02, 0, 1, "share of the week", "time that full sponsorship costs everybody", "own"
    )
    price_coaching: float = _number(0.05, 0, 1, "share of the week", "time that full coaching costs everybody", "own")
    price_weaving: float = _number(0.01, 0, 1, "share of the week", "time that full weaving costs everybody", "own")
    price_pilot_first: float = _number(
        0.02, 0, 1, "share of the week", "time that testing ideas first costs everybody", "own"
    )

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


class Levers(Strict):
    """The levers of a policy, each checked alone: what an intervention may change.

    Defaults, ranges, units, meanings and sources of the parameters are in `PARAMETERS`.

    Attributes
    ----------
    split_networks, split_communities, split_teams : float
        Starting shares of the week.
    floor_networks, floor_communities, floor_teams : float
        Protected shares of the week.
    adaptation : float
        How fast people move their own time.
    reward_networks, reward_communities, reward_teams : float
        How much a return in each space counts for people.
    working_out_loud, sponsorship, openness, coaching : float
        0 … 1: visible practices; support for communities; contact with outsiders; training of skills.
    pilot_first : bool
        Whether teams adopt tested ideas only.
    hurdle, direction : float
        The gain that a change must promise; probability that management sets the practice of all teams in a
        quarter.
    rotation, assembly, weaving : float
        Moves of a worker a year; probabilities that a move, or a renewed tie, bridges groups.
    demand, pressure : float
        Output asked of a team, and the pull of what it lacks.
    hiring, turnover : float
        Skills of newcomers above the mean (standard deviations); probability of leaving, a year.

    Raises
    ------
    ScenarioError
        If a lever is unknown, of the wrong type or out of range.
    """

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
        "autonomy: how freely people re-plan their own week; 0 keeps the split fixed",
        "own",
    )
    reward_networks: float = _number(
        1.0, 0, 10, "factor", "weight of returns from networks when people plan their week", "own"
    )
    reward_communities: float = _number(
        1.0, 0, 10, "factor", "weight of returns from communities when people plan their week", "own"
    )
    reward_teams: float = _number(
        1.0, 0, 10, "factor", "weight of returns from teams when people plan their week", "own"
    )
    working_out_loud: float = _number(
        0.3, 0, 1, "probability", "that a team's practice in use is visible from outside it", "Bernstein et al. 2018"
    )
    sponsorship: float = _number(0.5, 0, 1, "", "management's support for communities of practice", "Jarche")
    openness: float = _number(0.2, 0, 1, "probability", "that an encounter is with an outsider", "Granovetter 1973")
    coaching: float = _number(
        0.0, 0, 1, "", "coaching in seeking, sense-making and sharing (personal knowledge mastery)", "Jarche"
    )
    pilot_first: bool = _choice(False, "teams adopt only ideas that a community has tested", "seed")
    hurdle: float = _number(
        0.02, 0, 1, "payoff", "bureaucracy: how much better a change must look before a team may adopt it", "own"
    )
    direction: float = _number(
        0.0,
        0,
        1,
        "probability",
        "that management imposes the best team's practice on all teams, each quarter",
        "March 1991",
    )
    rotation: float = _number(0.1, 0, 52, "a year", "moves to another team that each worker initiates", "Jarche")
    assembly: float = _number(
        0.0, 0, 1, "probability", "that a move is chosen to bring a missing community into a team", "Jarche"
    )
    weaving: float = _number(
        0.1, 0, 1, "probability", "that a renewed tie leads to another team and community", "Jarche"
    )
    demand: float = _number(0.3, 0, 1, "output", "output expected of each team", "Repenning & Sterman 2001")
    pressure: float = _number(
        0.5, 0, 10, "factor", "how strongly unmet demand pulls people's time into teams", "Repenning & Sterman 2001"
    )
    hiring: float = _number(
        0.0, 0, 3, "standard deviations", "how far newcomers' mean skills exceed those of the workforce", "own"
    )
    turnover: float = _number(
        0.1, 0, 52, "a year", "probability of leaving within a year, spread over the weeks", "March 1991"
    )


class Policy(Levers):
    """What management sets, for the whole organisation.

    That a floor is at most its split is a rule about the moment at which time is set (the start, or an intervention
    that sets the split), not about the levers in force: `Scenario` checks it.

    Attributes
    ----------
    split_networks, split_communities, split_teams, floor_networks, floor_communities, floor_teams : float
        Levers, as all down to `turnover`: see `Levers`.
    adaptation, reward_networks, reward_communities, reward_teams : float
    working_out_loud, sponsorship, openness, coaching : float
    pilot_first : bool
    hurdle, direction, rotation, assembly, weaving, demand, pressure, hiring, turnover : float
    name, about : str
        What the policy is called, and what it stands for. They are not levers.

    Raises
    ------
    ScenarioError
        If anything is unknown, of the wrong type, out of range or inconsistent.
    """

    name: str = Field(default="custom", max_length=100, description="name of the policy")
    about: str = Field(default="", max_length=1000, description="what the policy stands for, in a sentence")

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
    """What there is to know about one parameter.

    Attributes
    ----------
    name : str
        As in files and code.
    group : {"world", "workforce", "policy"}
        The part of a scenario that it belongs to.
    kind : {"int", "float", "choice", "bool"}
        What its values are.
    default : int, float, str or bool
        What it is unless something else is given.
    low, high : int, float or None
        Smallest and largest allowed value of a number; None for a choice or a switch.
    choices : tuple
        Allowed values of a choice or a switch; empty for a number.
    unit : str
        May be empty.
    meaning : str
        What it stands for.
    source : str
        Where it is from; "own" if from no other model.
    """

    name: str
    group: str
    kind: Literal["int", "float", "choice", "bool"]
    default: Any
    low: float | None
    high: float | None
    choices: tuple[Any, ...]
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
        return f"{self.low} to {self.high}" + (f" ({self.unit})" if self.unit else "")

    @property
    def range(self) -> str:
        """What is allowed, as the tables of `ODD.md` write it.

        >>> PARAMETERS["hurdle"].range, PARAMETERS["reality"].range
        ('0 … 1', 'rugged, blocks')
        """
        if self.choices:
            return ", ".join(str(choice).lower() for choice in self.choices)
        return f"{self.low} … {self.high}"


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


def _parameter(model: type[Strict], name: str) -> Parameter:
    field = model.model_fields[name]
    extra: Any = field.json_schema_extra or {}
    kinds: dict[Any, Literal["int", "float", "bool"]] = {int: "int", float: "float", bool: "bool"}
    return Parameter(
        name=name,
        group=model.group,
        kind=kinds.get(field.annotation, "choice"),
        default=field.default,
        low=limit_of(field, "ge"),
        high=limit_of(field, "le"),
        choices=(False, True) if field.annotation is bool else get_args(field.annotation),
        unit=extra.get("unit", ""),
        meaning=field.description or "",
        source=extra.get("source", ""),
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


def _refused(error: ValidationError, model: type[Strict]) -> ScenarioError:
    """Pydantic's complaints in our words."""
    return ScenarioError(in_two_lines(model._problem(detail) for detail in error.errors(include_url=False)))


def _problem(error: ErrorDetails, model: type[Strict]) -> str:
    """One of pydantic's complaints, in one line (a rule of our own: in its own words)."""
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    name = str(error["loc"][0]) if error["loc"] else model.__name__
    if error["type"] == "extra_forbidden":
        return unknown_name(name, model)
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
    parameter = _parameter(model, name)
    if parameter.kind == "bool":
        return "true or false is needed"
    if parameter.kind == "choice":
        return f"allowed are {parameter.allowed}{did_you_mean(error['input'], parameter.choices)}"
    if error["type"] in ("greater_than_equal", "less_than_equal"):
        return f"allowed is {parameter.allowed}"
    if error["type"] == "finite_number":
        return f"a finite number is needed, {parameter.allowed}"
    return f"{_NEEDED[parameter.kind]}, {parameter.allowed}"


def unknown_name(name: str, model: type[Strict]) -> str:
    """What is said about a name that a model does not have.

    Parameters
    ----------
    name : str
        What was given.
    model : type
        World, Workforce, Policy, Levers or Scenario.

    Returns
    -------
    str
        One line: which part it belongs to, or which name is most like it.
    """
    parts = dict.fromkeys(SCENARIO, "scenario") | {name: p.group for name, p in PARAMETERS.items()}
    if name in parts and model.group:
        return f"{name} belongs to the {parts[name]}, not to the {model.group}"
    known = [*parts, "base", *METADATA] if model.group else parts
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
        With the prices.
    policy : Levers
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
    return (
        workforce.price_working_out_loud * policy.working_out_loud
        + workforce.price_sponsorship * policy.sponsorship
        + workforce.price_coaching * policy.coaching
        + workforce.price_weaving * policy.weaving
        + workforce.price_pilot_first * policy.pilot_first
    )
