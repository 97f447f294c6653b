"""Hypotheses that the runs of a study can decide, written down with the study, before it is run.

A hypothesis names a statistic of each seed, and the smallest effect of interest (SESOI; Lakens, Scheel & Isager 2018,
"Equivalence testing for psychological research", Advances in Methods and Practices in Psychological Science 1):

    [[hypotheses]]
    statement = "an organisation that only works in teams does worse"
    measure = "output"
    contrast = { team_time = [0.6, 1.0] }    # the first minus the second
    smallest_effect = 0.05                   # so large at least; `at_most` in its place claims that it is no larger
    where = { turbulence = [10.0, 20.0] }    # where that is claimed; it is tried wherever the study went

The statistic is one of four:

- `contrast`: the difference between two conditions of a factor; with two factors the difference between two differences
  (their interaction), with three the three-way interaction;
- `terms`: a weighted sum, `[{ weight = 1, team_time = 0.6 }, { weight = -1, team_time = 1.0, weeks = [1, 52] }]`, each
  term with a measure and weeks of its own if it needs them;
- `interior_maximum = "turnover"`: by how much the best value between the two ends of a factor beats the better end;
- `optimum_shift = "team_time"` with a `contrast` of one factor: how far its best value moves between two conditions.

Factors that a hypothesis does not name are the worlds in which it is tried: one result for each combination of their
conditions. `tripleos.hypotheses.evaluation` decides.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, model_validator

from ..errors import ScenarioError, did_you_mean, display_name, truncated_repr
from .designs import Design, Factor
from .rows import weeks_per_point
from .table import Field, Measure, Table, listed, mapped

Conditions = Mapping[str, Any]
"""A condition for each of some factors, as tables tell them (a condition that is a table by its label)."""


def _weeks(given: Any) -> tuple[int, int] | None:
    """First and last week."""
    if given is None:
        return None
    found = listed("weeks", given, "two weeks")
    if len(found) != 2 or not all(type(week) is int for week in found):
        raise ScenarioError(f"weeks = {truncated_repr(given)}: first and last week are needed")
    return found[0], found[1]


def _pairs(given: Any) -> dict[str, tuple[Any, Any]]:
    """Two different conditions of each factor."""
    found = {}
    for name, pair in mapped("contrast", given, "factors").items():
        if not isinstance(pair, list | tuple) or len(pair) != 2 or pair[0] == pair[1]:
            raise ScenarioError(
                f"contrast: {display_name(name)} = {truncated_repr(pair)}: two different conditions are needed"
            )
        found[name] = (pair[0], pair[1])
    return found


def _terms(given: Any) -> tuple[Term, ...]:
    return tuple(map(Term.of, listed("terms", given, "tables")))


def _where(given: Any) -> dict[str, tuple[Any, ...]]:
    """One or several conditions of each factor."""
    table = mapped("where", given, "factors")
    return {name: tuple(one) if isinstance(one, list | tuple) else (one,) for name, one in table.items()}


Weeks = Annotated[tuple[int, int] | None, BeforeValidator(_weeks)]
"""First and last week of a mean; None for the weeks that means of the study are over."""
At = Annotated[dict[str, Any], BeforeValidator(partial(mapped, "at", of="factors"))]


class Term(Table):
    """A part of a statistic: a measure under some conditions, times a weight; in a file all other names are factors.

    Attributes
    ----------
    weight : float
        What the measure is multiplied by.
    measure : str
        Empty for that of the hypothesis.
    weeks : (int, int), optional
        First and last week of the mean; default those of the hypothesis.
    at : dict of str to condition
        The conditions.
    """

    called: ClassVar[str] = "a term"

    weight: float = 1.0
    measure: Measure = ""
    weeks: Weeks = None
    at: At = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _factors(cls, given: Any) -> Any:
        own = {name: value for name, value in given.items() if name in cls.model_fields}
        factors = {name: value for name, value in given.items() if name not in cls.model_fields}
        return own | ({"at": mapped("at", own.get("at", {}), "factors") | factors} if factors else {})


class Hypothesis(Table):
    """A hypothesis as a study states it.

    Attributes
    ----------
    statement : str
        A sentence that may prove wrong.
    measure : str
        What is measured, unless each of `terms` names a measure of its own.
    weeks : (int, int), optional
        First and last week of the mean; default the weeks that means of the study are over.
    contrast : dict of str to (condition, condition)
        For each of some factors two conditions; the first minus the second.
    terms : tuple of Term
        A weighted sum in place of a contrast.
    interior_maximum, optimum_shift : str
        The factor along which a maximum is looked for; else empty.
    at : dict of str to condition
        Conditions under which all of the statistic is taken.
    where : dict of str to tuple of conditions
        For some factors the conditions under which this is claimed; empty: wherever it is tried.
    smallest_effect : float, optional
        The smallest effect of interest: the statistic is claimed to be at least this large.
    at_most : float, optional
        In its place: the statistic is claimed to be at most this large.
    """

    called: ClassVar[str] = "hypothesis"

    statement: str = Field(min_length=1, json_schema_extra={"needed": "a sentence that may prove wrong is needed"})
    measure: Measure = ""
    weeks: Weeks = None
    contrast: Annotated[dict[str, tuple[Any, Any]], BeforeValidator(_pairs)] = Field(default_factory=dict)
    terms: Annotated[tuple[Term, ...], BeforeValidator(_terms)] = ()
    interior_maximum: str = ""
    optimum_shift: str = ""
    at: At = Field(default_factory=dict)
    where: Annotated[dict[str, tuple[Any, ...]], BeforeValidator(_where)] = Field(default_factory=dict)
    smallest_effect: float | None = None
    at_most: float | None = None

    @classmethod
    def _in_it(cls, text: str) -> str:
        return text  # it is told by its number

    def _broken_rules(self) -> Iterator[str]:
        if (self.smallest_effect is None) == (self.at_most is None):
            yield "smallest_effect or at_most is needed: the smallest effect that would matter, a number"
        kinds = [name for name in ("interior_maximum", "optimum_shift", "terms") if getattr(self, name)]
        if len(kinds) > 1 or (kinds and kinds[0] != "optimum_shift" and self.contrast):
            yield "one statistic is needed: contrast, terms, interior_maximum, or optimum_shift with a contrast"
        elif self.optimum_shift and len(self.contrast) != 1:
            yield "optimum_shift needs a contrast of one factor: under which two conditions is the optimum compared?"
        elif not kinds and not self.contrast:
            yield "contrast is empty: a factor and two of its conditions are needed, or another statistic"
        elif any(not term.measure for term in self.parts):
            yield "measure is missing"
        elif any(term.at.keys() != self.parts[0].at.keys() for term in self.parts):
            yield f"terms: all name the same factors, {', '.join(self.parts[0].at) or 'none'}"
        elif clash := [name for name in self.where if name in self.factors]:
            yield f"where: {clash[0]} is part of the statistic: another factor is needed"

    @property
    def statistic(self) -> str:
        """`contrast`, `terms`, `interior_maximum` or `optimum_shift`."""
        kinds = [name for name in ("interior_maximum", "optimum_shift", "terms") if getattr(self, name)]
        return kinds[0] if kinds else "contrast"

    @cached_property
    def parts(self) -> tuple[Term, ...]:
        """What the statistic is made of: `terms`, or a term for each combination of the conditions of `contrast`."""
        pairs = self.contrast.items()
        products = itertools.product((0, 1), repeat=len(pairs))
        terms = self.terms or [
            Term(weight=(-1.0) ** sum(which), at={name: pair[k] for (name, pair), k in zip(pairs, which, strict=True)})
            for which in products
        ]
        return tuple(
            term.model_copy(
                update={
                    "measure": term.measure or self.measure,
                    "weeks": term.weeks or self.weeks,
                    "at": {**self.at, **term.at},
                }
            )
            for term in terms
        )

    @property
    def along(self) -> str:
        """The factor of `interior_maximum` or `optimum_shift`; else empty."""
        return self.interior_maximum or self.optimum_shift

    @property
    def bound(self) -> str:
        """`at_least` or `at_most`: on which side of `size` the statistic is claimed to be."""
        return "at_most" if self.smallest_effect is None else "at_least"

    @property
    def size(self) -> float:
        """`smallest_effect` or `at_most`."""
        return float(self.at_most if self.smallest_effect is None else self.smallest_effect)  # type: ignore[arg-type]

    @property
    def factors(self) -> tuple[str, ...]:
        """The factors that the statistic is made of."""
        return tuple(dict.fromkeys([*self.parts[0].at, *([self.along] if self.along else [])]))

    def claimed(self, cell: Conditions) -> bool:
        """Whether it is claimed under these conditions.

        Parameters
        ----------
        cell : mapping of str to condition
            Conditions of the factors that the statistic does not name.

        Returns
        -------
        bool
            Whether `where` has them all.
        """
        return all(cell.get(name) in values for name, values in self.where.items())

    def check(self, design: Design, weeks: int, trajectories: Sequence[str]) -> None:
        """See that a study can decide it.

        Parameters
        ----------
        design : Design
            What the study varies.
        weeks : int
            Length of its runs.
        trajectories : sequence of str
            The measures whose trajectories it keeps.

        Raises
        ------
        ScenarioError
            If a factor or a condition is not in the design, or if weeks are named that are not kept apart.
        """
        known = conditions(design)
        if self.along:
            _check_condition(known, self.along)
            if self.statistic == "interior_maximum" and len(known[self.along]) < 3:
                few = f"{display_name(self.along)} has {len(known[self.along])} conditions"
                raise ScenarioError(
                    f"interior_maximum: {few}; at least 3 are needed, so that one lies between the ends"
                )
        for term in self.parts:
            for name, condition in term.at.items():
                _check_condition(known, name, condition)
            if term.weeks:
                _check_weeks(term.weeks, weeks, term.measure, trajectories)
        for name, several in self.where.items():
            if not several:
                raise ScenarioError(f"where: {display_name(name)} = []: at least one condition is needed")
            _check_condition(known, name, *several)


def conditions(design: Design) -> dict[str, list[Any]]:
    """The conditions of each factor of a design that a hypothesis can be about, by their labels.

    Parameters
    ----------
    design : Design
        What a study varies.

    Returns
    -------
    dict of str to list
        Factors, `world` and `policy`, each with its conditions in order.
    """
    found = {}
    for axis in design.axes:
        if isinstance(axis, Factor) or axis.names[0] in ("world", "policy"):
            name = axis.names[0]
            found[name] = [axis.labels(i)[name] for i in range(len(axis))]
    return found


def _check_condition(known: Mapping[str, Sequence[Any]], name: str, *of_it: Any) -> None:
    if name not in known:
        hint = did_you_mean(name, known) or f"; varied are {', '.join(known)}"
        raise ScenarioError(f"{truncated_repr(name)} is not varied{hint}")
    for one in of_it:
        if one not in known[name]:
            has = ", ".join(map(str, known[name]))
            raise ScenarioError(f"{name} = {truncated_repr(one)} is not in the design: it has {has}")


def _check_weeks(of_it: tuple[int, int], weeks: int, measure: str, trajectories: Sequence[str]) -> None:
    first, last = of_it
    size = weeks_per_point(weeks)
    if not 1 <= first <= last <= weeks:
        raise ScenarioError(f"weeks = {list(of_it)}: first and last week are needed, within 1 to {weeks}")
    if (first - 1) % size or last % size:
        grid = f"first weeks 1, {1 + size}, {1 + 2 * size} …, last weeks {size}, {2 * size} …"
        raise ScenarioError(f"weeks = {list(of_it)}: trajectories are kept in groups of {size} weeks: {grid}")
    if measure not in trajectories:
        raise ScenarioError(f"weeks are given, but the trajectory of {measure} is not kept: add it to trajectories")
