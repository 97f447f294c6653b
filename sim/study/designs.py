"""Which scenarios a study runs: axes, each with its values, and their product.

An `Axis` is a list of conditions: a factor with its values, a list of points, or a sample of a parameter space. A
`Design` is the product of its axes; its points are numbered and made when they are asked for, so that a design of
millions is planned without listing it.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, ClassVar, Literal, Protocol

import numpy as np
from pydantic import BeforeValidator

from ..errors import LONGEST_SHOWN, ScenarioError, canonical, did_you_mean, display_name, truncated_repr
from ..model.measures import MEASURE_NAMES
from ..model.model import parameters_in_use
from ..scenario import Policy, World
from .table import Field, Table, listed, plain

METHODS = ("latin_hypercube", "sobol", "saltelli", "morris")
MORRIS_LEVELS = 4
MOST_POINTS = 10**9
# Columns of every table of runs, so that nothing that is varied can be called so.
COLUMNS = {
    "run", "point", "replicate", "seed", "world", "policy", "scenario", "version", "status", "detail", "seconds",
    "dip", "recovery", *MEASURE_NAMES,
}  # fmt: skip
# Not parameters, but two independent ways to move the three shares of the week, which sum to 1.
TIME = {
    "team_time": "share of the week for teams; what is left is divided as in the policy, or by network_share",
    "network_share": "share of the time outside teams that goes to networks; the rest goes to communities",
}
SPLIT = ("split_networks", "split_communities", "split_teams")

Settings = dict[str, Any]


class Axis(Protocol):
    """Conditions in a row."""

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that tell its conditions apart in a table."""

    def __len__(self) -> int:
        """How many conditions there are."""

    def settings(self, i: int) -> Settings:
        """What condition i sets in a scenario.

        Parameters
        ----------
        i : int
            Number of the condition, from 0.

        Returns
        -------
        dict
            Values of parameters, or a policy or world.
        """

    def labels(self, i: int) -> dict[str, Any]:
        """Condition i as a table tells it: a value for each of the names.

        Parameters
        ----------
        i : int
            Number of the condition, from 0.

        Returns
        -------
        dict
            A number, switch or text for each of the names.
        """


def varied(axis: Axis) -> list[str]:
    """All that an axis sets, and its columns.

    Parameters
    ----------
    axis : Axis
        One axis of a design.

    Returns
    -------
    list of str
        Names of parameters and columns, each once.
    """
    tables = axis.tables if isinstance(axis, Factor) else []
    return list(dict.fromkeys([*axis.names, *(name for table in tables for name in table if name != "label")]))


@dataclass(frozen=True)
class Factor:
    """A parameter (or something made of several) and the values it takes.

    A value is a number, a switch, a word, or a table of parameters that belong together, with a `label` if it is to
    have one; a table is one value.

    Attributes
    ----------
    name : str
        The parameter, or the column if the values are tables.
    values : tuple
        At least one; all different.
    """

    name: str
    values: tuple[Any, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The name."""
        return (self.name,)

    @property
    def tables(self) -> list[Mapping[str, Any]]:
        """The values that are tables: all, or none."""
        return [value for value in self.values if isinstance(value, Mapping)]

    def __len__(self) -> int:
        """The number of values."""
        return len(self.values)

    def settings(self, i: int) -> Settings:
        """What value i sets.

        Parameters
        ----------
        i : int
            Number of the value, from 0.

        Returns
        -------
        dict
            The value of the parameter; of a table all that is in it but its `label`.
        """
        value = self.values[i]
        if isinstance(value, Mapping):
            return {name: one for name, one in value.items() if name != "label"}
        return {self.name: value}

    def labels(self, i: int) -> dict[str, Any]:
        """Value i as a table of runs tells it.

        Parameters
        ----------
        i : int
            Number of the value, from 0.

        Returns
        -------
        dict
            The value under `name`; in place of a table its label, or text as in "ties=4, hurdle=0.1".
        """
        value = self.values[i]
        if isinstance(value, Mapping):
            text = ", ".join(f"{name}={one}" for name, one in value.items())
            return {self.name: value.get("label", text)}
        return {self.name: value}


@dataclass(frozen=True)
class Named:
    """Policies or worlds as an axis of a design.

    Attributes
    ----------
    what : {"policy", "world"}
        Which of the two.
    parts : tuple of Policy or World
        At least one; of different names.
    """

    what: str
    parts: tuple[Policy | World, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """`policy` or `world`."""
        return (self.what,)

    def __len__(self) -> int:
        """How many there are."""
        return len(self.parts)

    def settings(self, i: int) -> Settings:
        """Policy or world i itself.

        Parameters
        ----------
        i : int
            Number of the policy or world, from 0.

        Returns
        -------
        dict
            The Policy or World under `policy` or `world`.
        """
        return {self.what: self.parts[i]}

    def labels(self, i: int) -> dict[str, Any]:
        """The name of policy or world i.

        Parameters
        ----------
        i : int
            Number of the policy or world, from 0.

        Returns
        -------
        dict
            The name under `policy` or `world`.
        """
        return {self.what: self.parts[i].name}


@dataclass(frozen=True)
class DesignPoints:
    """Points listed one by one, each with a value for every name.

    Attributes
    ----------
    names : tuple of str
        Parameters.
    rows : tuple of tuple
        For each point a value for each name.
    """

    names: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    def __len__(self) -> int:
        """The number of points."""
        return len(self.rows)

    def settings(self, i: int) -> Settings:
        """What point i sets.

        Parameters
        ----------
        i : int
            Number of the point, from 0.

        Returns
        -------
        dict
            A value for each of the names.
        """
        return dict(zip(self.names, self.rows[i], strict=True))

    def labels(self, i: int) -> dict[str, Any]:
        """The same, for a table.

        Parameters
        ----------
        i : int
            Number of the point, from 0.

        Returns
        -------
        dict
            A value for each of the names.
        """
        return self.settings(i)


def is_choice(name: str) -> bool:
    """Whether a parameter takes one of some words, or true and false, rather than a number.

    Parameters
    ----------
    name : str
        A parameter, or one of `TIME`.

    Returns
    -------
    bool
        True for a choice or a switch.
    """
    return name in (known := parameters_in_use()) and known[name].kind in ("choice", "bool")


def checked_name(name: Any, where: str) -> str:
    """The name of something that can be varied: a parameter, or one of `TIME`.

    Parameters
    ----------
    name : object
        What was given.
    where : str
        What a message begins with.

    Returns
    -------
    str
        The name as it is written in files.

    Raises
    ------
    ScenarioError
        With the nearest known name.
    """
    known = [*parameters_in_use(), *TIME]
    if isinstance(name, str) and canonical(name) in known:
        return canonical(name)
    told = did_you_mean(name, known) or "; `tripleos list levers` shows all"
    raise ScenarioError(f"{where}: {display_name(name)} is not a parameter{told}")


def _checked_ranges(given: Any) -> dict[str, tuple[Any, ...]]:
    """The ranges of a sample, by the parameters' names."""
    if not isinstance(given, Mapping) or not given:
        raise ScenarioError(
            f"ranges = {truncated_repr(given)}: a table is needed, such as ranges = {{ turbulence = [0, 20] }}"
        )
    return {checked_name(name, "ranges"): _limits(name, values) for name, values in given.items()}


def _limits(name: str, given: Any) -> tuple[Any, ...]:
    """A range of a parameter: low and high, or choices."""
    name = canonical(name)
    values = tuple(map(plain, given)) if isinstance(given, Sequence) and not isinstance(given, str) else ()
    if is_choice(name):
        if len(values) < 2:
            needed = f"at least two of {parameters_in_use()[name].allowed} are needed"
            raise ScenarioError(f"{name} = {truncated_repr(given)}: {needed}")
        return values
    numbers = all(isinstance(one, int | float) and not isinstance(one, bool) for one in values)
    if len(values) != 2 or not numbers or not values[0] < values[1]:
        raise ScenarioError(f"{name} = {truncated_repr(given)}: [low, high] is needed")
    known = parameters_in_use().get(name)
    if known and not (known.low is None or known.low <= values[0]) & (known.high is None or values[1] <= known.high):
        raise ScenarioError(f"{name} = {truncated_repr(given)}: allowed is {known.allowed}")
    return values


def _in_words(given: Any) -> Any:
    return canonical(given) if isinstance(given, str) else given


class Sample(Table):
    """Points drawn from ranges of parameters.

    Attributes
    ----------
    method : {"latin_hypercube", "sobol", "saltelli", "morris"}
        The last two are for Sobol' indices (Saltelli 2010) and for elementary effects (Morris 1991).
    points : int
        Points of the sample; for "saltelli" and "morris" the base points and the trajectories, of which each gives
        factors + 2 and factors + 1 points. A power of 2 for "sobol" and "saltelli"; at least 2 for "morris".
    ranges : dict of str to tuple
        For each parameter (low, high), or the choices of a parameter that is no number.
    seed : int
        Of the sample; the same seed draws the same points.
    """

    called: ClassVar[str] = "sample"

    method: Annotated[Literal["latin_hypercube", "sobol", "saltelli", "morris"], BeforeValidator(_in_words)] = Field(
        json_schema_extra={"needed": f"one of {', '.join(METHODS)} is needed"}
    )
    points: int = Field(ge=1, le=10**7)
    ranges: Annotated[dict[str, tuple[Any, ...]], BeforeValidator(_checked_ranges)] = Field(
        json_schema_extra={"needed": "a table is needed, such as ranges = { turbulence = [0, 20] }"}
    )
    seed: int = Field(1, ge=0, le=2**32 - 1)

    def _broken_rules(self) -> Iterator[str]:
        if self.method == "morris" and self.points < 2:
            yield f"points = {self.points}: at least 2 are needed"
        if self.method in ("sobol", "saltelli") and self.points & (self.points - 1):
            yield f"points = {self.points}: a power of 2 is needed, such as {2 ** round(math.log2(self.points))}"

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters sampled."""
        return tuple(self.ranges)

    def __len__(self) -> int:
        """The number of points in all."""
        return self.points * {"saltelli": len(self.ranges) + 2, "morris": len(self.ranges) + 1}.get(self.method, 1)

    @property
    def unit(self) -> np.ndarray:
        """The sample in the unit cube (float64 [points, factors])."""
        return draw(self.method, self.points, self.names, self.seed)

    def settings(self, i: int) -> Settings:
        """What point i sets.

        Parameters
        ----------
        i : int
            Number of the point, from 0.

        Returns
        -------
        dict
            For each parameter a value within its range, or one of its choices.
        """
        ranges = zip(self.ranges.items(), self.unit[i], strict=True)
        return {name: _in_range(name, limits, float(u)) for (name, limits), u in ranges}

    def labels(self, i: int) -> dict[str, Any]:
        """The same, for a table.

        Parameters
        ----------
        i : int
            Number of the point, from 0.

        Returns
        -------
        dict
            As `settings` gives it.
        """
        return self.settings(i)


@lru_cache(maxsize=8)
def draw(method: str, points: int, names: tuple[str, ...], seed: int) -> np.ndarray:
    """A sample of the unit cube by SciPy or SALib, not to be written to.

    Parameters
    ----------
    method : {"latin_hypercube", "sobol", "saltelli", "morris"}
        How to draw.
    points : int
        Points, base points or trajectories (see `Sample`).
    names : tuple of str
        The factors.
    seed : int
        The same seed draws the same points.

    Returns
    -------
    float64 [points in all, factors]
        From 0 to 1.
    """
    if method in ("latin_hypercube", "sobol"):
        from scipy.stats import qmc

        kind = qmc.LatinHypercube if method == "latin_hypercube" else qmc.Sobol
        return kind(len(names), rng=np.random.default_rng(seed)).random(points)
    problem = unit_problem(names)
    if method == "saltelli":
        from SALib.sample import sobol

        return sobol.sample(problem, points, calc_second_order=False, seed=seed)
    from SALib.sample import morris

    return morris.sample(problem, points, num_levels=MORRIS_LEVELS, seed=seed)


def unit_problem(names: Sequence[str]) -> dict[str, Any]:
    """The unit cube as SALib describes it.

    Parameters
    ----------
    names : sequence of str
        The factors.

    Returns
    -------
    dict
        `num_vars`, `names` and `bounds`.
    """
    return {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}


def _in_range(name: str, limits: tuple[Any, ...], u: float) -> Any:
    """The value that a number from 0 to 1 stands for; whole numbers and choices all have equal chances."""
    if is_choice(name):
        return limits[min(int(u * len(limits)), len(limits) - 1)]
    low, high = limits
    if name in (known := parameters_in_use()) and known[name].kind == "int":
        return min(int(low) + int(u * (int(high) - int(low) + 1)), int(high))
    return float(low) + u * (float(high) - float(low))


@dataclass(frozen=True)
class Design:
    """The product of some axes; the last one changes fastest.

    Attributes
    ----------
    axes : tuple of Axis
        From the one that changes slowest to the one that changes fastest.
    """

    axes: tuple[Axis, ...]

    def __len__(self) -> int:
        """The number of points."""
        return math.prod(len(axis) for axis in self.axes)

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that tell the points apart."""
        return tuple(name for axis in self.axes for name in axis.names)

    def places(self, point: int) -> list[int]:
        """Which condition of each axis a point has.

        Parameters
        ----------
        point : int
            Number of the point, 0 to `points` - 1.

        Returns
        -------
        list of int
            The number of the condition, axis by axis.
        """
        found = []
        for axis in reversed(self.axes):
            point, place = divmod(point, len(axis))
            found.append(place)
        return found[::-1]

    def settings(self, point: int) -> Settings:
        """What a point sets in a scenario.

        Parameters
        ----------
        point : int
            Number of the point, 0 to `points` - 1.

        Returns
        -------
        dict
            `policy`, `world` and values of parameters.
        """
        return self._merged(point, "settings")

    def labels(self, point: int) -> dict[str, Any]:
        """A point as a table tells it.

        Parameters
        ----------
        point : int
            Number of the point, 0 to `points` - 1.

        Returns
        -------
        dict
            A number, switch or text for each of `names`.
        """
        return self._merged(point, "labels")

    def _merged(self, point: int, what: str) -> dict[str, Any]:
        places = zip(self.axes, self.places(point), strict=True)
        return {name: value for axis, i in places for name, value in getattr(axis, what)(i).items()}


def time_split(settings: Settings, policy: Policy) -> Settings:
    """Settings with `team_time` and `network_share` made into the three shares of the week.

    Parameters
    ----------
    settings : mapping
        What a point sets.
    policy : Policy
        Where the shares come from that are not set.

    Returns
    -------
    dict
        The settings, with the three shares of the week, which sum to 1.

    Raises
    ------
    ScenarioError
        If a share is no number from 0 to 1, or is set in both ways.

    Examples
    --------
    >>> time_split({"team_time": 0.8}, Policy())["split_networks"]
    0.1
    """
    if not any(name in settings for name in TIME):
        return settings
    if both := [name for name in SPLIT if name in settings]:
        raise ScenarioError(f"{both[0]} and {' or '.join(TIME)} are both set: the one or the other is needed")
    outside = policy.split_networks + policy.split_communities
    usual = policy.split_networks / outside if outside > 0.0 else 0.5
    teams, networks = settings.get("team_time", policy.split_teams), settings.get("network_share", usual)
    for name, value in (("team_time", teams), ("network_share", networks)):
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0.0 <= value <= 1.0:
            raise ScenarioError(f"{name} = {truncated_repr(value)}: a number is needed, 0 … 1")
    # Rounded, or 0.8 would leave 0.09999999999999998 for networks.
    split = [round((1.0 - teams) * networks, 12), round((1.0 - teams) * (1.0 - networks), 12), teams]
    return {name: value for name, value in settings.items() if name not in TIME} | dict(zip(SPLIT, split, strict=True))


# --- the gate ---------------------------------------------------------------------------------------------------------


def checked_factor(name: Any, values: Any) -> Factor:
    """A factor from its name and its list of values.

    Parameters
    ----------
    name : object
        A parameter, or any name if the values are tables.
    values : sequence
        Numbers, switches or texts, or tables of parameters.

    Returns
    -------
    Factor
        The factor.

    Raises
    ------
    ScenarioError
        If it is no list, if the name is unknown, or if a value is there twice.
    """
    where = f"factorial: {display_name(name)}"
    found = tuple(map(plain, listed(where, values, "values")))
    if not found:
        raise ScenarioError(f"{where} = []: a list of values is needed")
    tables = [one for one in found if isinstance(one, Mapping)]
    if tables and len(tables) < len(found):
        raise ScenarioError(f"{where}: values are all tables, or none is")
    if tables:
        factor = Factor(_column(name), tuple(_checked_table(where, table) for table in tables))
    else:
        factor = Factor(checked_name(name, "factorial"), found)
    seen = set()
    for i in range(len(factor)):
        value = factor.labels(i)[factor.name]
        if not isinstance(value, int | float | str):
            raise ScenarioError(
                f"{where} has {truncated_repr(value)}: numbers, switches or words are needed, or tables of them"
            )
        if (one := (isinstance(value, bool), value)) in seen:
            raise ScenarioError(f"{where} has {truncated_repr(value)} twice; different values are needed")
        seen.add(one)
    return factor


def _column(name: Any) -> str:
    """The name of a factor of tables, which is only a column."""
    if not isinstance(name, str) or not name.strip() or not name.isprintable() or len(name) > LONGEST_SHOWN:
        raise ScenarioError(f"factorial: {truncated_repr(name)}: a name is needed, of up to {LONGEST_SHOWN} characters")
    if name in COLUMNS:
        raise ScenarioError(f"factorial: {name} is a column that every table has: another name is needed")
    return name


def _checked_table(where: str, table: Mapping[str, Any]) -> Settings:
    """A value that is a table: parameters that belong together, and perhaps a label."""
    if not isinstance(table.get("label", ""), str):
        raise ScenarioError(f"{where}: label = {truncated_repr(table['label'])}: text is needed")
    return {name if name == "label" else checked_name(name, where): value for name, value in table.items()}


def checked_points(rows: Any) -> DesignPoints:
    """Points from a list of tables, from a DataFrame, or from the path of a CSV file.

    Parameters
    ----------
    rows : list of mappings, DataFrame, or path
        A value for each of the same parameters, point by point.

    Returns
    -------
    DesignPoints
        The points.

    Raises
    ------
    ScenarioError
        If a parameter is unknown, or points set different ones.
    """
    if isinstance(rows, DesignPoints):
        return rows
    if isinstance(rows, str | os.PathLike):
        rows = _read_csv(rows)
    given = rows.to_dict("records") if hasattr(rows, "to_dict") else rows
    tables: list[Settings] = []
    for i, row in enumerate(listed("design_points", given, "tables"), start=1):
        if not isinstance(row, Mapping) or not row:
            raise ScenarioError(f"design_points: {truncated_repr(row)}: a table of parameters is needed")
        tables.append({checked_name(name, f"design point {i}"): plain(value) for name, value in row.items()})
        if tables[-1].keys() != tables[0].keys():
            needed = f"all points set the same, {', '.join(tables[0])}"
            raise ScenarioError(f"design point {i} sets {', '.join(tables[-1])}: {needed}")
    if not tables:
        raise ScenarioError("design_points = []: a list of tables is needed")
    names = tuple(tables[0])
    return DesignPoints(names, tuple(tuple(table[name] for name in names) for table in tables))


def _read_csv(path: str | os.PathLike[str]) -> Any:
    import pandas as pd

    try:
        return pd.read_csv(path)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ScenarioError(f"design_points: {os.fsdecode(path)}: cannot be read: {reason}") from None
