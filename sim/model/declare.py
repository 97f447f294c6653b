"""How the model is declared: each parameter, lever, array of the state, event and measure once, and what adds to it.

A `Mechanism` is a list of declarations, with the functions that go with them. Our own are gathered in
`model.py`; an extension is one more, in a file of its own. All else follows from them: the checks of a scenario
and what they say, TOML keys, `--set`, sliders, keywords, the record that rules read, the arrays, the overhead, the
columns and the tables of the ODD.

Nothing is registered by being imported: a mechanism is in force where it is named.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from typing import Any, Literal

import numpy as np

from ..errors import ScenarioError

GROUPS = ("world", "workforce", "policy")
PHASES = ("reality", "networks", "communities", "teams", "time", "people", "record")
"""The parts of a week in their order; an extension's phase comes after one of them (never after the record)."""

# The mechanisms that work where nothing else is asked for.
SWITCHED_ON: frozenset[str] = frozenset()

Kind = Literal["int", "float", "choice", "bool"]


class DeclarationError(ScenarioError):
    """A declaration, or a set of mechanisms, cannot be used; the message says what was given and what is allowed."""


# --- parameters -------------------------------------------------------------------------------------------------------


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
    overhead : Parameter or None
        Of a lever that costs time: the parameter that says how much, a share of the week.
    mechanism : str
        The mechanism that it switches; empty if none.
    on, off : int, float or None
        Of a mechanism that can be switched: its value where the mechanism works, and the one with which it does
        nothing.
    """

    name: str
    group: str
    kind: Kind
    default: Any
    low: float | None
    high: float | None
    choices: tuple[Any, ...]
    unit: str
    meaning: str
    source: str
    overhead: Parameter | None = None
    mechanism: str = ""
    on: float | None = None
    off: float | None = None

    @property
    def allowed(self) -> str:
        """What is allowed, in words.

        >>> lever("hurdle", 0.02, 0, 1, unit="payoff", meaning="").allowed, switch("pilot_first").allowed
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

        >>> lever("hurdle", 0.02, 0, 1, meaning="").range, switch("pilot_first").range
        ('0 … 1', 'false, true')
        """
        if self.choices:
            return ", ".join(str(choice).lower() for choice in self.choices)
        return f"{self.low} … {self.high}"


def number(
    name: str,
    default: float,
    low: float,
    high: float,
    *,
    group: str,
    unit: str = "",
    meaning: str,
    source: str = "own",
) -> Parameter:
    """A parameter that is a number.

    Parameters
    ----------
    name : str
        As rules read it: `p.name`.
    default : int or float
        An int makes it a whole number.
    low, high : int or float
        What is allowed.
    group : {"world", "workforce", "policy"}
        The part of a scenario that it belongs to; what management sets is declared by `lever`.
    unit, meaning, source : str
        For all who read about it.

    Returns
    -------
    Parameter
        Checked.

    Raises
    ------
    DeclarationError
        If the name is none, or the default is not allowed.

    Examples
    --------
    >>> number("encounters", 10.0, 0, 100, group="workforce", meaning="encounters in networks").allowed
    '0 to 100'
    """
    kind: Kind = "int" if isinstance(default, int) else "float"
    if not low <= default <= high:
        raise DeclarationError(f"{name}: the default {default!r} is not allowed by {low} to {high}")
    return _checked(Parameter(name, group, kind, default, low, high, (), unit, meaning, source))


def switched(made: Parameter, mechanism: str, off: float) -> Parameter:
    """A parameter of a mechanism that can be switched.

    Parameters
    ----------
    made : Parameter
        From `number`; its default is the value where the mechanism works.
    mechanism : str
        Its name.
    off : int or float
        The value with which it does nothing: then histories are those of the model without it, to the bit.

    Returns
    -------
    Parameter
        Its default is the value in force where nothing else is asked for (`SWITCHED_ON`).

    Raises
    ------
    DeclarationError
        If `off` is not allowed.
    """
    kind = int if made.kind == "int" else float
    if made.low is None or made.high is None or not made.low <= off <= made.high:
        raise DeclarationError(f"{made.name}: off = {off!r} is not allowed by {made.low} to {made.high}")
    default = made.default if mechanism in SWITCHED_ON else kind(off)
    return replace(made, default=default, mechanism=mechanism, on=made.default, off=kind(off))


def choice(
    name: str, default: str, choices: tuple[str, ...], *, group: str, meaning: str, source: str = "own"
) -> Parameter:
    """A parameter that is one of a few words; rules read the number of the word, from 0.

    Parameters
    ----------
    name : str
        As rules read it: `p.name`.
    default : str
        One of the choices.
    choices : tuple of str
        The words.
    group : {"world", "workforce", "policy"}
        The part of a scenario that it belongs to.
    meaning, source : str
        For all who read about it.

    Returns
    -------
    Parameter
        Checked.

    Raises
    ------
    DeclarationError
        If the name is none, or the default is not allowed.
    """
    if default not in choices:
        raise DeclarationError(f"{name}: the default {default!r} is not one of {', '.join(map(repr, choices))}")
    return _checked(Parameter(name, group, "choice", default, None, None, tuple(choices), "", meaning, source))


def lever(
    name: str,
    default: float,
    low: float,
    high: float,
    *,
    unit: str = "",
    meaning: str,
    source: str = "own",
    overhead: float | None = None,
    activity: str = "",
) -> Parameter:
    """A lever of policy: a number that management sets, and may change at any week.

    Parameters
    ----------
    name : str
        As rules read it: `p.name`.
    default : int or float
        An int makes it a whole number. For an extension: the value at which it does nothing.
    low, high : int or float
        What is allowed.
    unit, meaning, source : str
        For all who read about it.
    overhead : float, optional
        The share of everybody's week that it takes at 1; the parameter `price_…` of the workforce, which can be set.
    activity : str
        What takes the time, in a few words; by default "full …".

    Returns
    -------
    Parameter
        Checked.

    Raises
    ------
    DeclarationError
        If the name is none, or the default is not allowed.

    Examples
    --------
    >>> lever("mentoring", 0.0, 0, 1, meaning="mentoring of newcomers", overhead=0.02).overhead.name
    'price_mentoring'
    """
    made = number(name, default, low, high, group="policy", unit=unit, meaning=meaning, source=source)
    return _with_overhead(made, overhead, activity)


def switch(
    name: str,
    default: bool = False,
    *,
    meaning: str = "",
    source: str = "own",
    overhead: float | None = None,
    activity: str = "",
) -> Parameter:
    """A lever of policy that is on or off; rules read 1 or 0.

    Parameters
    ----------
    name : str
        As rules read it: `p.name`.
    default : bool
        What it is unless something else is given.
    meaning, source : str
        For all who read about it.
    overhead : float, optional
        The share of everybody's week that it takes when it is on.
    activity : str
        What takes the time, in a few words; by default "full …".

    Returns
    -------
    Parameter
        Checked.

    Raises
    ------
    DeclarationError
        If the name is none.
    """
    made = Parameter(name, "policy", "bool", default, None, None, (False, True), "", meaning, source)
    return _with_overhead(_checked(made), overhead, activity)


def _with_overhead(made: Parameter, overhead: float | None, activity: str) -> Parameter:
    if overhead is None:
        return made
    activity = activity or f"full {made.name.replace('_', ' ')}"
    price = number(
        f"price_{made.name}",
        float(overhead),
        0,
        1,
        group="workforce",
        unit="share of the week",
        meaning=f"time that {activity} costs everybody",
    )
    return Parameter(**{**vars(made), "overhead": price})


def _checked(made: Parameter) -> Parameter:
    check_name(made.name)
    if made.group not in GROUPS:
        raise DeclarationError(f"{made.name}: group = {made.group!r}: allowed are {', '.join(GROUPS)}")
    return made


def check_name(name: object) -> None:
    """Refuse what cannot be a name in code, files and addresses alike.

    Parameters
    ----------
    name : object
        What was given.

    Raises
    ------
    DeclarationError
        Unless it is an identifier in lower case that does not begin or end with an underscore.
    """
    usable = isinstance(name, str) and name.isidentifier() and name.isascii() and name == name.lower().strip("_")
    if not usable:
        raise DeclarationError(f"{name!r} is no name: allowed are letters in lower case, digits and '_' between them")


# --- arrays -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Array:
    """An array of the state, or of the workspace.

    Attributes
    ----------
    name : str
        As rules read it: `state.name`.
    shape : str
        Sizes, as "N M" (the letters: `state.sizes`).
    dtype : type
        Of NumPy.
    start : int, float or bool
        Its value before the first week; where the first size is N, also that of a newcomer.
    meaning : str
        What it stands for.
    """

    name: str
    shape: str
    dtype: Any
    start: float = 0
    meaning: str = ""

    def empty(self, sizes: Mapping[str, int]) -> np.ndarray:
        """Memory for it.

        Parameters
        ----------
        sizes : mapping of str to int
            What the letters stand for.

        Returns
        -------
        array
            Filled with `start`.
        """
        return np.full(self._lengths(sizes), self.start, self.dtype)

    def count(self, sizes: Mapping[str, int]) -> int:
        """Its elements, without making it.

        Parameters
        ----------
        sizes : mapping of str to int
            What the letters stand for.

        Returns
        -------
        int
            0 or more.
        """
        return math.prod(self._lengths(sizes))

    def _lengths(self, sizes: Mapping[str, int]) -> list[int]:
        return [sizes[one] for one in self.shape.split()]


def worker_state(name: str, start: float = 0, *, meaning: str = "") -> Array:
    """A state of workers that an extension adds; a newcomer begins with `start`, too.

    Parameters
    ----------
    name : str
        As rules read it: `state.name[i]`, and plain phases: `worker.name`.
    start : int, float or bool
        Its value at the beginning; its type is that of the array.
    meaning : str
        What it stands for.

    Returns
    -------
    Array
        With one value for each worker.

    Raises
    ------
    DeclarationError
        If the name is none.

    Examples
    --------
    >>> worker_state("weeks_mentored", 0, meaning="weeks with a mentor").shape
    'N'
    """
    check_name(name)
    dtype = np.bool_ if isinstance(start, bool) else np.int64 if isinstance(start, int) else np.float64
    return Array(name, "N", dtype, start, meaning)


# --- events -----------------------------------------------------------------------------------------------------------


def event(name: str) -> int:
    """The number of a random decision that an extension adds: the same everywhere, and no other decision's.

    Parameters
    ----------
    name : str
        Of the extension and the decision, such as "mentoring.meets".

    Returns
    -------
    int
        2^16 … 2^32 - 1, a hash of the name. (The numbers of our own events are below 2^16, in `rng.py`.)

    Examples
    --------
    >>> event("mentoring.meets") == event("mentoring.meets") != event("mentoring.leaves")
    True
    """
    hashed = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "little")
    return 2**16 + hashed % (2**32 - 2**16)


# --- measures ---------------------------------------------------------------------------------------------------------

SHORT_UNITS = {"per 100 workers a year": "/100 people/yr"}  # for the head of a column
UNIT_DECIMALS = {"practices": 1, "weeks": 1, "per 100 workers a year": 1, "aspects": 2}  # all other units: 3


@dataclass(frozen=True)
class Measure:
    """A measure of the organisation in a week: what it is, and how it is shown.

    Attributes
    ----------
    name : str
        As in tables and files.
    unit : str
        What it is counted in.
    range : str
        Which values it can have, as "0 … 1".
    meaning : str
        How it is defined.
    title : str
        Above its number or chart.
    noun : str
        What there is more or less of, in a sentence; the title in lower case if not given.
    question : str
        What it answers, in a few words below its title.
    group : str
        Under which heading it stands where all measures are listed; empty for a measure of the classics.
    shown_unit : str
        What follows its number on a screen; empty where the title says enough.
    factor : int
        What a value is multiplied by on a screen: 100 where it is shown in percent or in points.
    suffix : str
        What follows the digits: `" %"` for shares.
    decimals : int
        Of the multiplied value on a screen.
    more, less : str
        The words for a positive and for a negative difference.
    better : int
        1 where more is better, -1 where less is, 0 where that depends on the case.
    short_meaning : str
        What its number means, where that is not the question (lessons show it).
    explanation : str
        A sentence for those who ask what it is.
    watch_title, watch_text : str
        The same for the tiles of Watch, which show single weeks.
    axis : str
        What stands in brackets on an axis, where that is not the unit.
    compute : callable or None
        Of an extension's measure: a `rule` of (week, state, workspace, reality, p) that returns a number.
    plain : callable or None
        Of an extension's measure: the same over objects, a function of the organisation.
    """

    name: str
    unit: str
    range: str
    _: KW_ONLY
    meaning: str
    title: str
    noun: str = ""
    question: str = ""
    group: str = ""
    shown_unit: str = ""
    factor: int = 1
    suffix: str = ""
    decimals: int = 2
    more: str = "more"
    less: str = "less"
    better: int = 0
    short_meaning: str = ""
    explanation: str = ""
    watch_title: str = ""
    watch_text: str = ""
    axis: str = ""
    compute: Callable[..., Any] | None = field(default=None, compare=False)
    plain: Callable[..., Any] | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if not self.noun:
            object.__setattr__(self, "noun", self.title.lower())

    @property
    def bounded(self) -> bool:
        """Whether 1 is the most there can be."""
        return self.range in ("0 … 1", "-1 … 1", "≤ 1")

    @property
    def percent(self) -> bool:
        """Whether it is shown in percent."""
        return self.suffix == " %"

    @property
    def points(self) -> bool:
        """Whether it is shown as 0 to 100 without being a share."""
        return self.factor == 100 and not self.percent

    @property
    def unit_decimals(self) -> int:
        """Decimals in a table that shows values in the unit of the model."""
        return UNIT_DECIMALS.get(self.unit, 3)

    @property
    def what_it_means(self) -> str:
        """A few words that explain the number, with its unit."""
        return self.short_meaning or (self.noun if "per 100" in self.noun else self.question)

    @property
    def short_unit(self) -> str:
        """The unit of the model for the head of a column; empty if it only repeats the name."""
        return "" if self.unit == self.name else SHORT_UNITS.get(self.unit, self.unit)

    @property
    def axis_title(self) -> str:
        """Name and unit, as an axis is called.

        >>> Measure("news_lag", "weeks", "≥ 0", meaning="", title="News lag").axis_title
        'news lag (weeks)'
        """
        unit = self.axis or self.short_unit
        name = self.name.replace("_", " ")
        return f"{name} ({unit})" if unit else name


# --- mechanisms -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Phase:
    """What an extension does each week, at a place of its choice.

    Attributes
    ----------
    after : {"reality", "networks", "communities", "teams", "time", "people"}
        The part of the week that it follows. Of several at one place, compiled ones come before plain ones, and
        otherwise each comes in the order in which the extensions are named.
    compiled : callable or None
        A function of (seed, week, state, workspace, reality, p) with the decorator `phase`.
    plain : callable or None
        A function of the organisation, in ordinary Python over its workers. The engine calls it where there is no
        compiled one; `tripleos.plain` always does.
    """

    after: str
    compiled: Callable[..., Any] | None = None
    plain: Callable[..., Any] | None = None

    def __post_init__(self) -> None:
        if self.after not in PHASES[:-1]:
            raise DeclarationError(f"after = {self.after!r}: allowed are {', '.join(PHASES[:-1])}")
        if self.compiled is None and self.plain is None:
            raise DeclarationError("a phase needs a function: compiled, plain or both")


@dataclass(frozen=True, eq=False)
class Imitation:
    """One more way in which the practices seen in networks become one social option: a choice of `imitation`.

    Attributes
    ----------
    name : str
        The word in files and code: `imitation = "…"`.
    compiled : callable
        A function of (seed, week, i, count, own_value, state, workspace, reality, p) with the decorator `part`. Worker
        i has seen `workspace.seen_practices[:count]`, as they serve the own team; they are worth `seen_values` to
        them, and are those of the rows `seen` of `state.pool` (first everybody's ideas, then the teams' practices). It
        writes `workspace.option` and returns True, or returns False if there is no option.
    plain : callable or None
        The same over objects, for `tripleos.plain`: a function of the worker that returns a practice, or None.
    """

    name: str
    compiled: Callable[..., Any]
    plain: Callable[..., Any] | None = None


@dataclass(frozen=True, eq=False)
class Mechanism:
    """A part of the model with all that it declares: one of ours, or an extension.

    Attributes
    ----------
    name : str
        In messages, and where its parameters are listed.
    parameters : sequence of Parameter
        From `number`, `choice`, `lever` and `switch`.
    state : sequence of Array
        What the week changes; of an extension: from `worker_state`.
    phases : sequence of Phase
        What happens each week.
    imitations : sequence of Imitation
        Ways to imitate that are added.
    rules : mapping of callable to callable
        Rules, parts or phases of ours, and what stands in their place.
    measures : sequence of Measure
        What is recorded each week.
    about : str
        What it stands for, in a sentence.
    file, source : str
        Where it was read from, and what was there; empty if from nowhere.

    Raises
    ------
    DeclarationError
        If the name is none.

    Examples
    --------
    >>> Mechanism("mentoring", parameters=[lever("mentoring", 0.0, 0, 1, meaning="mentoring of newcomers")])
    Mechanism('mentoring')
    """

    name: str
    parameters: tuple[Parameter, ...] = ()
    state: tuple[Array, ...] = ()
    phases: tuple[Phase, ...] = ()
    imitations: tuple[Imitation, ...] = ()
    rules: Mapping[Any, Any] = field(default_factory=dict)
    measures: tuple[Measure, ...] = ()
    about: str = ""
    file: str = ""
    source: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        check_name(self.name)
        for part in ("parameters", "state", "phases", "imitations", "measures"):
            object.__setattr__(self, part, tuple(getattr(self, part)))

    def __repr__(self) -> str:
        return f"Mechanism({self.name!r})"

    def __deepcopy__(self, memo: dict[int, Any]) -> Mechanism:
        return self  # it is frozen, and known by identity

    @property
    def compiled(self) -> bool:
        """Whether any of its functions is compiled: then rules can read its parameters and arrays."""
        by_phase = any(one.compiled for one in self.phases)
        by_measure = any(one.compute for one in self.measures)
        return bool(by_phase or by_measure or self.imitations or self.rules)

    @property
    def place(self) -> str:
        """How a message calls where it is declared."""
        return self.file or f"tripleos ({self.name})"

    @property
    def all_parameters(self) -> list[Parameter]:
        """Its parameters, each lever that costs time followed by what it costs."""
        return [one for made in self.parameters for one in (made, made.overhead) if one is not None]
