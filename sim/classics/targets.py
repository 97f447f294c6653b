"""What the papers published, and whether the model gives it.

A `Number` is a published number; it is met if ours lies within max(2 combined standard errors, 0.01) of it. An `Order`
is a published shape; it is met if the first of two conditions exceeds the second by more than two standard errors of
the paired difference. A negative control is a wrong variant judged like the right one: it must fail, or the test has
no power. A published point that is known to be missed says why (`known`): it stays missed, and is counted as such.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from ..model.week import run_weeks
from ..validation import checked_choice
from .barkoczi_galesic2016 import barkoczi_galesic2016, run_barkoczi_galesic
from .fang_lee_schilling2010 import fang_lee_schilling2010, run_fang_lee_schilling
from .kocak_levinthal_puranam2022 import kocak_levinthal_puranam2022
from .lazer_friedman2007 import lazer_friedman2007, run_lazer_friedman
from .march1991 import march1991, run_march
from .trajectories import Trajectories

TOLERANCE = 0.01

CLASSICS: dict[str, Callable[..., Trajectories]] = {
    "march1991": march1991,
    "lazer_friedman2007": lazer_friedman2007,
    "fang_lee_schilling2010": fang_lee_schilling2010,
    "barkoczi_galesic2016": barkoczi_galesic2016,
    "kocak_levinthal_puranam2022": kocak_levinthal_puranam2022,
}
# What each is compiled to.
KERNELS = {
    "march1991": run_march,
    "lazer_friedman2007": run_lazer_friedman,
    "fang_lee_schilling2010": run_fang_lee_schilling,
    "barkoczi_galesic2016": run_barkoczi_galesic,
    "kocak_levinthal_puranam2022": run_weeks,
}
SOURCES = {
    "march1991": "March 1991, Organization Science 2(1); figure 1 as read from 100,000 runs of the original program",
    "lazer_friedman2007": "Lazer & Friedman 2007, ASQ 52, figures 4, 5, 7, velocity and errors in copying",
    "fang_lee_schilling2010": "Fang, Lee & Schilling 2010, Organization Science 21(3): the inverted U; the levels are "
    "those of an independent run of this specification, not the paper's",
    "barkoczi_galesic2016": "Barkoczi & Galesic 2016, Nature Communications 7:13109, the authors' raw data",
    "kocak_levinthal_puranam2022": "Koçak, Levinthal & Puranam 2022, Organization Science 34(2): the shape, asked of "
    "the full weekly model",
}
# Replicates of the quick form and of the full one (the papers').
QUICK = {
    "march1991": 1000,
    "lazer_friedman2007": 400,
    "fang_lee_schilling2010": 30,
    "barkoczi_galesic2016": 200,
    "kocak_levinthal_puranam2022": 100,
}
FULL = {
    "march1991": 10_000,
    "lazer_friedman2007": 1000,
    "fang_lee_schilling2010": 200,
    "barkoczi_galesic2016": 1000,
    "kocak_levinthal_puranam2022": 400,
}

Condition = tuple[tuple[str, Any], ...]


def when(**arguments: Any) -> Condition:
    """The condition that these arguments of a classic make.

    Parameters
    ----------
    **arguments : Any
        By name; hashable.

    Returns
    -------
    Condition
        Pairs of name and value, in the order of the names.
    """
    return tuple(sorted(arguments.items()))


@dataclass(frozen=True)
class Point:
    """One measure of one condition.

    Attributes
    ----------
    condition : Condition
        What is run.
    measure : str
        What is measured.
    period : int, optional
        After which period; None: at the end.
    """

    condition: Condition
    measure: str
    period: int | None = None


@dataclass(frozen=True)
class Number:
    """A published number.

    Attributes
    ----------
    classic, figure, text : str
        The classic (a name in CLASSICS), the figure of the paper, and what is measured.
    point : Point
        Where it is measured.
    published : float
        The number.
    replicates : int
        The runs behind it, from which its standard error follows.
    reading : float
        The error of reading it off a figure, as the half-width of a range (two standard errors).
    control : bool
        Whether `point` is a wrong variant, which must fail.
    full_only : bool
        Whether only the full form has enough replicates to decide.
    known : str
        Why this point is known to be missed; empty for all others.
    """

    classic: str
    figure: str
    text: str
    point: Point
    published: float
    replicates: int
    reading: float = 0.0
    control: bool = False
    full_only: bool = False
    known: str = ""


@dataclass(frozen=True)
class Order:
    """A published shape: one point exceeds another.

    Attributes
    ----------
    classic, figure, text : str
        The classic (a name in CLASSICS), the figure of the paper, and what is compared.
    more, less : Point
        `more` exceeds `less`.
    control, full_only : bool
        As in `Number`.
    known : str
        As in `Number`.
    """

    classic: str
    figure: str
    text: str
    more: Point
    less: Point
    control: bool = False
    full_only: bool = False
    known: str = ""


@dataclass(frozen=True)
class ReplicationResult:
    """One target, held against the model.

    Attributes
    ----------
    classic, figure, text : str
        The classic, the figure of the paper, and what is measured.
    published, ours, error, difference, tolerance : float
        The published number, ours, its standard error, ours - published, and how large that may be. For a shape: 0,
        the paired difference, its standard error, the difference again, and how large it must be.
    met : bool
        Whether the target is met.
    control : bool
        Whether this is a negative control, which must not be met.
    known : str
        Why the target is known to be missed; empty for all others.
    chance : float
        The probability that a true replication would miss this target by chance (nan for a shape).
    """

    classic: str
    figure: str
    text: str
    published: float
    ours: float
    error: float
    difference: float
    tolerance: float
    met: bool
    control: bool
    known: str = ""
    chance: float = math.nan

    @property
    def shape(self) -> bool:
        """Whether this is about an order of two conditions, not about a number."""
        return math.isnan(self.chance)

    @property
    def as_expected(self) -> bool:
        """Met, known to be missed, or a negative control that is not met."""
        return not self.met if self.control else self.met or bool(self.known)

    @property
    def verdict(self) -> str:
        """The result in words."""
        if self.control:
            return "passes, but must not" if self.met else "fails, as it must"
        return "met" if self.met else "missed, as known" if self.known else "missed"


# --- the targets ------------------------------------------------------------------------------------------------------

P1 = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
MARCH_FIGURE_1 = {
    0.1: (0.862, 0.819, 0.803, 0.799, 0.799, 0.801, 0.805, 0.809, 0.812),
    0.5: (0.952, 0.908, 0.870, 0.837, 0.809, 0.787, 0.768, 0.753, 0.740),
    0.9: (0.973, 0.941, 0.907, 0.8725, 0.840, 0.809, 0.780, 0.753, 0.7285),
}
MARCH_TEXT = {0.1: 0.837, 0.5: 0.731}  # p2 = 0.5, by p1: what the paper's text gives, of an independent run
LAZER_FIGURE_4 = {
    "full": {2: 0.275, 3: 0.37, 5: 0.466, 8: 0.540, 10: 0.556},
    "line": {
        5: 0.209,
        10: 0.372,
        16: 0.529,
        18: 0.567,
        20: 0.601,
        30: 0.718,
        40: 0.773,
        50: 0.805,
        70: 0.843,
        98: 0.867,
    },
}
LAZER_PLATEAU = (0.565, 0.578)
LAZER_FIGURE_5 = {
    "full": {2: 3.4, 5: 1.6, 10: 1.0},
    "line": {2: 54.0, 5: 42.6, 10: 30.0, 16: 19.0, 20: 14.3, 30: 7.9, 50: 3.7, 98: 1.4},
}
LAZER_FIGURE_7 = {0: 0.802, 5: 0.769, 10: 0.749, 20: 0.7225, 48: 0.700}
LAZER_VELOCITY = {1.0: 0.578, 0.5: 0.635, 0.2: 0.713}
LAZER_ERRORS = "errors in copying (p. 684)"
LAZER_LINE_WITH_ERRORS = 0.90  # at t = 400, if a differing bit is not copied with probability 0.2
# Nothing is tuned to meet these (more in `lazer_friedman2007`).
LAZER_STEEP = (
    "ours runs 0.01 to 0.02 above figure 4 all along the full network, whose points share their landscapes and so miss "
    "together; the paper's own figures differ among themselves by about 0.015, and here, where the curve is steepest, "
    "one round is worth 0.1"
)
LAZER_KNOWN = {
    "full, t = 2": LAZER_STEEP,
    "full, t = 3": LAZER_STEEP,
    "solutions alive, line, t = 2": "ours is lower by about one solution, at any number of landscapes (53.2 over "
    "3,000), where the line loses four in a round; not explained",
}
FANG_BETA = {0.0: 0.033, 0.05: 0.589, 0.1: 0.864, 0.15: 0.894, 0.2: 0.871, 0.3: 0.840, 0.5: 0.783, 1.0: 0.748}
FANG_AFTER_80 = {0.15: 0.488, 0.6: 0.753}
FANG_CHANGE: dict[str, dict[str, Any]] = {
    "in turbulence (0.001, period 200)": {"turbulence": 0.001, "periods": 400, "period": 200},
    "under turnover (0.01, period 400)": {"turnover": 0.01, "periods": 400},
    "under both (period 400)": {"turbulence": 0.001, "turnover": 0.01, "periods": 400},
}
BARKOCZI = {("best", 3): 0.614, ("best", 9): 0.543, ("conformity", 3): 0.829, ("conformity", 9): 0.542}

KOCAK_MISSED = (
    "the shape does not hold here, where everybody takes over only what seems better to them, so that more influence "
    "means more good ideas; it appears where influence is blind, when that test is dropped from the majority rule"
)


def _settings(**arguments: Any) -> dict[str, Any]:
    return arguments


def _march() -> Iterable[Number | Order]:
    name = "march1991"
    for p2, row in MARCH_FIGURE_1.items():
        for p1, published in zip(P1, row, strict=True):
            point = Point(when(p1=p1, p2=p2), "code")
            yield Number(name, "figure 1", f"p1 = {p1}, p2 = {p2}", point, published, 100_000, 0.002)
    for p1, published in MARCH_TEXT.items():
        point = Point(when(p1=p1, p2=0.5, rules="text"), "code")
        yield Number(name, "text", f"the text's rules, p1 = {p1}, p2 = 0.5", point, published, 10_000, 0.002)
        program = MARCH_FIGURE_1[0.5][P1.index(p1)]
        text = f"the text's rules instead of the program's, p1 = {p1}, p2 = 0.5"
        yield Number(name, "figure 1", text, point, program, 100_000, 0.002, control=True)

    def code(period: int | None = None, **arguments: Any) -> Point:
        return Point(when(p2=0.5, **arguments), "code", period)

    mixed = code(p1=(0.1,) * 25 + (0.9,) * 25)
    yield Order(name, "figure 2", "slow and fast learners know more than all at their mean", mixed, code(p1=0.5))
    still, moving = (_settings(turnover=turnover, periods=20) for turnover in (0.0, 0.1))
    text = "turnover hurts slow learners: 0 against 0.1, p1 = 0.1"
    yield Order(name, "figure 4", text, code(p1=0.1, **still), code(p1=0.1, **moving))
    text = "turnover helps fast learners: 0.1 against 0, p1 = 0.9"
    yield Order(name, "figure 4", text, code(p1=0.9, **moving), code(p1=0.9, **still))
    closed, open_ = (_settings(turnover=t, turbulence=0.02, periods=100, p1=0.5) for t in (0.0, 0.1))
    text = "in turbulence without turnover knowledge is lost: period 10 against 100"
    yield Order(name, "figure 5", text, code(10, **closed), code(100, **closed))
    text = "in turbulence turnover keeps it, period 100"
    yield Order(name, "figure 5", text, code(100, **open_), code(100, **closed))
    text = "turnover against none at period 100, without turbulence and with slow learners"
    calm = [_settings(turnover=turnover, periods=100, p1=0.1) for turnover in (0.1, 0.0)]
    yield Order(name, "figure 5", text, code(100, **calm[0]), code(100, **calm[1]), control=True)


def _lazer() -> Iterable[Number | Order]:
    name = "lazer_friedman2007"
    full, line = when(network="full"), when(network="line")
    for network, points in LAZER_FIGURE_4.items():
        for t, published in points.items():
            point = Point(when(network=network), "score", t)
            text = f"{network}, t = {t}"
            yield Number(name, "figure 4", text, point, published, 1000, 0.004, known=LAZER_KNOWN.get(text, ""))
    low, high = LAZER_PLATEAU
    middle, width = round((low + high) / 2.0, 4), (high - low) / 2.0
    yield Number(name, "figure 4", "full, plateau", Point(full, "score"), middle, 1000, width)
    text = "the curves cross near t = 18.5: "
    yield Order(name, "figure 4", text + "full above line at 16", Point(full, "score", 16), Point(line, "score", 16))
    yield Order(name, "figure 4", text + "line above full at 21", Point(line, "score", 21), Point(full, "score", 21))
    for network, points in LAZER_FIGURE_5.items():
        for t, published in points.items():
            point = Point(when(network=network), "solutions", t)
            text = f"solutions alive, {network}, t = {t}"
            yield Number(name, "figure 5", text, point, published, 1000, 0.5, known=LAZER_KNOWN.get(text, ""))
    for rewired, published in LAZER_FIGURE_7.items():
        point = Point(when(network="small_world", rewired=rewired), "score")
        yield Number(name, "figure 7", f"{rewired} links rewired", point, published, 1000, 0.004)
    for velocity, published in LAZER_VELOCITY.items():
        point = Point(full if velocity == 1.0 else when(network="full", velocity=velocity), "score")
        yield Number(name, "velocity", f"full, velocity {velocity}", point, published, 1000, 0.004)
    yield from _lazer_errors_in_copying(name)
    for network, published in (("full", LAZER_VELOCITY[1.0]), ("line", LAZER_FIGURE_4["line"][98])):
        point = Point(when(network=network, partners="distinct"), "score", None if network == "full" else 98)
        text = f"strict NK (distinct partners), {network}"
        hard = network == "full"  # 0.54 against 0.58, where landscapes differ by a standard deviation of 0.2
        yield Number(name, "figure 4", text, point, published, 1000, 0.004, control=True, full_only=hard)


def _lazer_errors_in_copying(name: str) -> Iterable[Number | Order]:
    def at_400(network: str = "line", **arguments: Any) -> Point:
        return Point(when(network=network, copying_error=0.2, periods=400, **arguments), "score", 400)

    figure, text = LAZER_ERRORS, "error 0.2, t = 400: "
    yield Number(name, figure, text + "line", at_400(), LAZER_LINE_WITH_ERRORS, 1000, 0.02)
    yield Order(name, figure, text + "line above full", at_400(), at_400("full"))
    every = at_400(copying="every")
    yield Number(name, figure, text + "line, any bit inverted", every, LAZER_LINE_WITH_ERRORS, 1000, 0.02, control=True)
    text += "line above full, any bit inverted"
    yield Order(name, figure, text, every, at_400("full", copying="every"), control=True)


def _fang() -> Iterable[Number | Order]:
    name = "fang_lee_schilling2010"
    for beta, published in FANG_BETA.items():
        yield Number(name, "equilibrium", f"β = {beta}", Point(when(beta=beta), "payoff"), published, 200)
    for beta, published in FANG_AFTER_80.items():
        yield Number(name, "after 80 periods", f"β = {beta}", Point(when(beta=beta), "payoff", 80), published, 200)

    def payoff(beta: float, period: int | None = None, **arguments: Any) -> Point:
        return Point(when(beta=beta, **arguments), "payoff", period)

    for what, arguments in {"at equilibrium": {}, **FANG_CHANGE}.items():
        for other in (0.0, 0.05, 0.6):
            text = f"inverted U {what}: β = 0.15 above {other}"
            yield Order(name, "inverted U", text, payoff(0.15, **arguments), payoff(other, **arguments))
    text = "inverted U after 80 periods only: β = 0.15 above 0.6"
    yield Order(name, "inverted U", text, payoff(0.15, 80), payoff(0.6, 80), control=True)


def _barkoczi() -> Iterable[Number | Order]:
    name = "barkoczi_galesic2016"
    for (rule, sample), published in BARKOCZI.items():
        point = Point(when(network="full", rule=rule, sample=sample), "score")
        yield Number(name, "t = 200", f"{rule} of {sample}, full", point, published, 1000)
    text = "one at random in place of conformity of 3, full"
    random = Point(when(network="full", rule="random"), "score")
    yield Number(name, "t = 200", text, random, BARKOCZI["conformity", 3], 1000, control=True)
    for rule, first, second in (("best", "ring_lattice", "full"), ("conformity", "full", "ring_lattice")):
        more, less = (Point(when(network=network, rule=rule, sample=3), "score") for network in (first, second))
        yield Order(name, "lesson", f"{rule} of 3: {first} above {second}, t = 200", more, less)


def _kocak() -> Iterable[Number | Order]:
    name, early, late = "kocak_levinthal_puranam2022", 26, 260

    def point(influence: str, measure: str, week: int, interdependence: float = 0.9) -> Point:
        return Point(when(influence=influence, interdependence=interdependence), measure, week)

    def above(more: str, less: str, text: str, *rest: Any, control: bool = False, known: str = "") -> Order:
        text = f"{text}, week {rest[1]}: {more} above {less}"
        return Order(name, "shape", text, point(more, *rest), point(less, *rest), control, known=known)

    yield above("hierarchy", "all_to_all", "coherent action", "coherent_action", early, known=KOCAK_MISSED)
    yield above("star", "all_to_all", "coherent action", "coherent_action", early, known=KOCAK_MISSED)
    yield above("hierarchy", "all_to_all", "output", "output", early, known=KOCAK_MISSED)
    yield above("hierarchy", "crowd", "coherent action", "coherent_action", late, known=KOCAK_MISSED)
    yield replace(above("all_to_all", "crowd", "coherent action", "coherent_action", late), full_only=True)
    yield above("hierarchy", "all_to_all", "coherent action", "coherent_action", late, control=True)
    yield above("hierarchy", "all_to_all", "output without interdependence", "output", early, 0.0, control=True)


def targets(names: Iterable[str] = CLASSICS) -> list[Number | Order]:
    """The targets and negative controls of these classics.

    Parameters
    ----------
    names : iterable of str
        Names in CLASSICS.

    Returns
    -------
    list of Number or Order
        Classic by classic.

    Raises
    ------
    ScenarioError
        If there is no such classic.
    """
    of = {
        "march1991": _march,
        "lazer_friedman2007": _lazer,
        "fang_lee_schilling2010": _fang,
        "barkoczi_galesic2016": _barkoczi,
        "kocak_levinthal_puranam2022": _kocak,
    }
    return [target for name in names for target in of[checked_choice("classic", name, of)]()]


# --- the results ------------------------------------------------------------------------------------------------------

Measured = dict[tuple[str, Point], np.ndarray]  # float64 [replicates] of each point of a classic


def points_of(target: Number | Order) -> tuple[Point, ...]:
    """Where a target is measured.

    Parameters
    ----------
    target : Number or Order
        The target.

    Returns
    -------
    tuple of Point
        One of a number; of a shape, the larger and the smaller one.
    """
    return (target.point,) if isinstance(target, Number) else (target.more, target.less)


def conditions_of(points: Iterable[Point]) -> dict[Condition, list[Point]]:
    """The conditions that these points ask for, and the points of each.

    Parameters
    ----------
    points : iterable of Point
        Repeated ones count once.

    Returns
    -------
    dict of Condition to list of Point
        In the order in which they were first named.
    """
    by_condition: dict[Condition, list[Point]] = {}
    for point in dict.fromkeys(points):
        by_condition.setdefault(point.condition, []).append(point)
    return by_condition


def measured(
    classic: str,
    points: Iterable[Point],
    replicates: int,
    threads: int | None = None,
    after_each: Callable[[], None] | None = None,
) -> Measured:
    """Run each condition once, with the same seeds in all, and note what came out at some points.

    Parameters
    ----------
    classic : str
        A name in CLASSICS.
    points : iterable of Point
        Where to measure.
    replicates : int
        Runs of each condition.
    threads : int, optional
        Default: one for each core.
    after_each : callable, optional
        Called without arguments after each condition.

    Returns
    -------
    Measured
        float64 [replicates] by classic and point. Of a run that settled before a point's period, its last value
        counts.
    """
    values: Measured = {}
    for condition, of_condition in conditions_of(points).items():
        trajectories = CLASSICS[classic](**dict(condition), replicates=replicates, threads=threads)
        for point in of_condition:
            at = trajectories.periods if point.period is None else min(point.period, trajectories.periods)
            values[classic, point] = trajectories.measures[point.measure][:, at].copy()
        if after_each is not None:
            after_each()
    return values


def judge(target: Number | Order, values: Measured) -> ReplicationResult:
    """Hold one target against what was measured.

    Parameters
    ----------
    target : Number or Order
        What was published.
    values : Measured
        What came out at its points.

    Returns
    -------
    ReplicationResult
        With both, and whether the target is met.
    """
    about = (target.classic, target.figure, target.text)
    ours = values[target.classic, points_of(target)[0]]
    if isinstance(target, Order):
        ours = ours - values[target.classic, target.less]
        error = float(ours.std(ddof=1)) / math.sqrt(len(ours))
        mean = float(ours.mean())
        met = mean > 2.0 * error
        return ReplicationResult(*about, 0.0, mean, error, mean, 2.0 * error, met, target.control, target.known)
    mean, sd = float(ours.mean()), float(ours.std(ddof=1))
    error, reading = sd / math.sqrt(len(ours)), target.reading / 2.0
    total = math.sqrt(error**2 + sd**2 / target.replicates + reading**2)
    tolerance = max(TOLERANCE, 2.0 * total)
    difference = mean - target.published
    met, chance = abs(difference) <= tolerance, beyond(tolerance, total)
    numbers = (target.published, mean, error, difference, tolerance)
    return ReplicationResult(*about, *numbers, met, target.control, target.known, chance)


def beyond(distance: float, error: float) -> float:
    """The probability that a normal error is larger than a distance, in either direction.

    Parameters
    ----------
    distance : float
        At least 0.
    error : float
        Standard deviation of the error; 0: there is none.

    Returns
    -------
    float
        0 … 1.

    Examples
    --------
    >>> round(beyond(2.0, 1.0), 4), beyond(0.01, 0.0)
    (0.0455, 0.0)
    """
    return math.erfc(distance / error / math.sqrt(2.0)) if error > 0.0 else 0.0


def wanted(name: str, full: bool) -> list[Number | Order]:
    """The targets that the replicates of a form, the quick or the full one, can decide.

    Parameters
    ----------
    name : str
        A name in CLASSICS.
    full : bool
        Whether it is the full form.

    Returns
    -------
    list of Number or Order
        Those for the full form only are left out of the quick one.

    Raises
    ------
    ScenarioError
        If there is no such classic.
    """
    return [target for target in targets([name]) if full or not target.full_only]


def replicates_of(name: str, full: bool) -> int:
    """How many replicates a form runs in each condition of a classic.

    Parameters
    ----------
    name : str
        A name in CLASSICS.
    full : bool
        Whether it is the full form.

    Returns
    -------
    int
        The number in `FULL` or in `QUICK`.
    """
    return (FULL if full else QUICK)[name]


def table(results: Iterable[ReplicationResult]) -> pd.DataFrame:
    """Results as a table.

    Parameters
    ----------
    results : iterable of ReplicationResult
        Of any classics.

    Returns
    -------
    DataFrame
        One row for each result: its attributes, `verdict` and `as_expected`.
    """
    rows = [{**vars(result), "verdict": result.verdict, "as_expected": result.as_expected} for result in results]
    return pd.DataFrame(rows)
