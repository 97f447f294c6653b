"""What a study claims: hypotheses that its runs can decide, written down with the study, before it is run.

A claim names a statistic of each seed, and the smallest size of it that would matter:

    [[claims]]
    says = "an organisation that only works in teams does worse"
    measure = "output"
    contrast = { team_time = [0.6, 1.0] }    # the first minus the second
    at_least = 0.05
    where = { turbulence = [10.0, 20.0] }    # where that is claimed; it is tried wherever the study went

The statistic is one of four:

- `contrast`: the difference between two conditions of a factor; with two factors the difference between two differences
  (their interaction), with three the three-way interaction;
- `terms`: a weighted sum, `[{ weight = 1, team_time = 0.6 }, { weight = -1, team_time = 1.0, weeks = [1, 52] }]`, each
  term with a measure and weeks of its own if it needs them;
- `peak = "turnover"`: by how much the best value between the two ends of a factor beats the better end;
- `best = "team_time"` with a `contrast` of one factor: how far its best value moves between two conditions.

Factors that a claim does not name are the worlds in which it is tried: one verdict for each combination of their
conditions. `sim.hypotheses.evaluation` decides.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..comparison import checked_measures
from ..errors import ScenarioError, label, nearest, shown
from ..scenario.parameters import blamed
from .designs import Design, Factor
from .rows import weeks_per_point

KEYS = ("says", "measure", "weeks", "contrast", "terms", "peak", "best", "at", "where", "at_least", "at_most")
STATISTICS = ("contrast", "terms", "peak", "best")

Conditions = Mapping[str, Any]
"""A condition for each of some factors, as tables tell them (a condition that is a table by its label)."""


@dataclass(frozen=True)
class Term:
    """A part of a statistic: a measure under some conditions, times a weight."""

    weight: float
    measure: str
    weeks: tuple[int, int] | None
    """First and last week of the mean; None for the weeks that means of the study are over."""
    at: Conditions


@dataclass(frozen=True)
class Claim:
    """A hypothesis as a study states it."""

    says: str
    statistic: str
    """One of `STATISTICS`."""
    terms: tuple[Term, ...]
    along: str
    """The factor of `peak` and `best`; else empty."""
    bound: str
    """`at_least` or `at_most`: on which side of `size` the statistic is claimed to be."""
    size: float
    where: Mapping[str, tuple[Any, ...]]
    """For some factors the conditions under which this is claimed; empty: wherever it is tried."""
    given: Mapping[str, Any]
    """The table that it was made of."""

    @property
    def factors(self) -> tuple[str, ...]:
        """The factors that the statistic is made of."""
        named = [*self.terms[0].at, *([self.along] if self.along else [])]
        return tuple(dict.fromkeys(named))

    @property
    def measure(self) -> str:
        """The measure of the first term."""
        return self.terms[0].measure

    def claimed(self, cell: Conditions) -> bool:
        """Whether it is claimed under these conditions."""
        return all(cell.get(name) in values for name, values in self.where.items())


def checked_claims(given: Any, design: Design, weeks: int, courses: Sequence[str]) -> tuple[Claim, ...]:
    """The claims of a study from its list of tables. Raises `ScenarioError`."""
    if isinstance(given, str | Mapping) or not isinstance(given, Sequence):
        raise ScenarioError(f"claims = {shown(given)}: a list of tables is needed")
    found = []
    for number, table in enumerate(given, start=1):
        with blamed(f"claim {number}"):
            found.append(_Gate(design, weeks, courses).claim(table))
    return tuple(found)


@dataclass(frozen=True)
class _Gate:
    """Reads claims about a design."""

    design: Design
    weeks: int
    courses: Sequence[str]

    def claim(self, given: Any) -> Claim:
        """A claim from its table."""
        table = _table("a claim", given)
        for name in table:
            if name not in KEYS:
                raise ScenarioError(f"{label(name)} is not part of a claim{nearest(name, KEYS) or _ALLOWED}")
        if not isinstance(table.get("says"), str) or not table["says"].strip():
            raise ScenarioError("says is missing: a sentence that may prove wrong")
        bounds = [name for name in ("at_least", "at_most") if name in table]
        if len(bounds) != 1 or isinstance(table[bounds[0]], bool) or not isinstance(table[bounds[0]], int | float):
            raise ScenarioError("at_least or at_most is needed: the smallest size that would matter, a number")
        statistic = self._statistic(table)
        along = self._factor(table[statistic]) if statistic in ("peak", "best") else ""
        terms = self._terms(statistic, table, along)
        where = {
            self._factor(name): tuple(self._condition(name, one) for one in (v if isinstance(v, list) else [v]))
            for name, v in _table("where", table.get("where", {})).items()
        }
        made = Claim(
            table["says"].strip(), statistic, terms, along, bounds[0], float(table[bounds[0]]), where, dict(table)
        )
        if clash := [name for name in where if name in made.factors]:
            raise ScenarioError(f"where: {clash[0]} is part of the statistic: another factor is needed")
        return made

    def _statistic(self, table: Mapping[str, Any]) -> str:
        named = [name for name in ("peak", "best", "terms") if name in table] or [
            name for name in ("contrast",) if name in table
        ]
        if len(named) != 1 or (named[0] in ("peak", "terms") and "contrast" in table):
            raise ScenarioError(f"one statistic is needed: {', '.join(STATISTICS[:-1])}, or best with a contrast")
        if named[0] == "best" and len(_table("contrast", table.get("contrast", {}))) != 1:
            raise ScenarioError("best needs a contrast of one factor: under which two conditions is the best compared?")
        return named[0]

    def _terms(self, statistic: str, table: Mapping[str, Any], along: str) -> tuple[Term, ...]:
        fixed = self._at(table.get("at", {}))
        if statistic == "terms":
            given = [{**fixed, **_table("a term", one)} for one in _list("terms", table["terms"])]
        else:
            given = [{**fixed, **one} for one in self._contrast(table.get("contrast", {}), along)]
        shared = {name: table[name] for name in ("measure", "weeks") if name in table}
        terms = tuple(self._term({**shared, **one}) for one in given)
        for term in terms[1:]:
            if term.at.keys() != terms[0].at.keys():
                raise ScenarioError(f"terms: all name the same factors, {', '.join(terms[0].at) or 'none'}")
        return terms

    def _contrast(self, given: Any, along: str) -> list[dict[str, Any]]:
        """A term for each combination of the two conditions of each factor: the product of their differences."""
        pairs = _table("contrast", given)
        if not pairs and not along:
            raise ScenarioError("contrast is empty: a factor and two of its conditions are needed")
        for name, pair in pairs.items():
            if isinstance(pair, str) or not isinstance(pair, Sequence) or len(pair) != 2 or pair[0] == pair[1]:
                raise ScenarioError(f"contrast: {label(name)} = {shown(pair)}: two different conditions are needed")
        found = []
        for which in itertools.product((0, 1), repeat=len(pairs)):
            at = {name: pair[k] for (name, pair), k in zip(pairs.items(), which, strict=True)}
            found.append({"weight": (-1.0) ** sum(which), **at})
        return found

    def _term(self, given: Mapping[str, Any]) -> Term:
        rest = dict(given)
        weight = rest.pop("weight", 1.0)
        if isinstance(weight, bool) or not isinstance(weight, int | float):
            raise ScenarioError(f"weight = {shown(weight)}: a number is needed")
        if "measure" not in rest:
            raise ScenarioError("measure is missing")
        measure = checked_measures([rest.pop("measure")])[0]
        weeks = self._weeks(rest.pop("weeks", None), measure)
        return Term(float(weight), measure, weeks, self._at(rest))

    def _weeks(self, given: Any, measure: str) -> tuple[int, int] | None:
        if given is None:
            return None
        whole = [one for one in given if isinstance(one, int)] if isinstance(given, Sequence) else []
        if len(whole) != 2 or len(given) != 2 or not 1 <= whole[0] <= whole[1] <= self.weeks:
            raise ScenarioError(f"weeks = {shown(given)}: first and last week are needed, within 1 to {self.weeks}")
        size = weeks_per_point(self.weeks)
        if (whole[0] - 1) % size or whole[1] % size:
            grid = f"first weeks 1, {1 + size}, {1 + 2 * size} …, last weeks {size}, {2 * size} …"
            raise ScenarioError(f"weeks = {shown(given)}: courses are kept in groups of {size} weeks: {grid}")
        if measure not in self.courses:
            raise ScenarioError(f"weeks are given, but the course of {measure} is not kept: add it to courses")
        return whole[0], whole[1]

    def _at(self, given: Any) -> dict[str, Any]:
        return {self._factor(name): self._condition(name, one) for name, one in _table("at", given).items()}

    def _factor(self, name: Any) -> str:
        """The name of a factor of the design, or policy or world."""
        if isinstance(name, str) and name in self._conditions:
            return name
        known = list(self._conditions)
        varied = f"; varied are {', '.join(known)}"
        raise ScenarioError(f"{shown(name)} is not varied{nearest(name, known) or varied}")

    def _condition(self, name: str, given: Any) -> Any:
        known = self._conditions[self._factor(name)]
        if given in known:
            return known[known.index(given)]
        raise ScenarioError(f"{name} = {shown(given)} is not in the design: it has {', '.join(map(str, known))}")

    @property
    def _conditions(self) -> dict[str, list[Any]]:
        return conditions(self.design)


_ALLOWED = f"; allowed are {', '.join(KEYS)}"


def conditions(design: Design) -> dict[str, list[Any]]:
    """The conditions of each factor of a design that can be claimed about, by their labels."""
    found = {}
    for axis in design.axes:
        if isinstance(axis, Factor) or axis.names[0] in ("world", "policy"):
            name = axis.names[0]
            found[name] = [axis.labels(i)[name] for i in range(len(axis))]
    return found


def _table(what: str, given: Any) -> dict[str, Any]:
    if not isinstance(given, Mapping):
        raise ScenarioError(f"{what} = {shown(given)}: a table is needed")
    return dict(given)


def _list(what: str, given: Any) -> list[Any]:
    if isinstance(given, str | Mapping) or not isinstance(given, Sequence) or not given:
        raise ScenarioError(f"{what} = {shown(given)}: a list of tables is needed")
    return list(given)
