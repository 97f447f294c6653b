"""What the figures of the classics show: curves over time or over a setting, panel by panel.

A curve asks for points just as a target does, so that both are read from the same runs. What was published at a point
is found among the targets of the same figure.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from .targets import (
    FANG_BETA,
    FANG_CHANGE,
    LAZER_ERRORS,
    LAZER_FIGURE_7,
    LAZER_VELOCITY,
    P1,
    Condition,
    Measured,
    Number,
    Order,
    Point,
    ReplicationResult,
    when,
)

COLUMNS = ("classic", "figure", "condition", "x", "ours", "error", "published", "verdict")


@dataclass(frozen=True)
class Curve:
    """One measure along a horizontal axis.

    Attributes
    ----------
    name : str
        What the legend calls it.
    figure : str
        The figure of the paper, as the targets call it.
    points : dict of Point
        Where it is measured, by the place on the horizontal axis.
    """

    name: str
    figure: str
    points: Mapping[float, Point]


@dataclass(frozen=True)
class Panel:
    """Curves on common axes.

    Attributes
    ----------
    title : str
        What is seen in the curves.
    x, y : str
        What the axes are.
    curves : sequence of Curve
        In the order of the legend.
    log_x, log_y : bool
        Whether the axes are logarithmic.
    """

    title: str
    x: str
    y: str
    curves: Sequence[Curve]
    log_x: bool = False
    log_y: bool = False


def over_time(condition: Condition, measure: str, first: int, last: int, to_end: bool = False) -> dict[float, Point]:
    """A measure in each period.

    Parameters
    ----------
    condition : Condition
        What is run.
    measure : str
        What is measured.
    first, last : int
        The first and the last period.
    to_end : bool
        Whether the last place shows the end of the runs instead.

    Returns
    -------
    dict of Point
        By period.
    """
    points = {float(t): Point(condition, measure, t) for t in range(first, last + 1)}
    return points | {float(last): Point(condition, measure)} if to_end else points


def over(
    setting: str, values: Iterable[float], measure: str, period: int | None = None, **others: Any
) -> dict[float, Point]:
    """A measure for each value of a setting.

    Parameters
    ----------
    setting : str
        The argument of the classic that varies.
    values : iterable of float
        Its values.
    measure : str
        What is measured.
    period : int, optional
        After which period; None: at the end.
    **others : Any
        Other arguments of the classic, the same at each point.

    Returns
    -------
    dict of Point
        By the value of the setting.
    """
    return {value: Point(when(**{setting: value}, **others), measure, period) for value in values}


# --- the panels of each paper -----------------------------------------------------------------------------------------

MARCH_TURNOVER = (0.0, 0.02, 0.04, 0.06, 0.08, 0.1)
INDEPENDENT = {"fang_lee_schilling2010"}  # classics whose points are of an independent run, not of the paper
LAZER_ERROR_RATES = (0.0, 0.05, 0.1, 0.2, 0.3)
FANG_BETAS = sorted({*FANG_BETA, 0.6})


def _mixed(mean: float) -> Condition:
    """Fifty people with p1 = 0.1 or 0.9, so many of each as their mean asks for."""
    fast = round(50 * (mean - 0.1) / 0.8)
    return when(p1=(0.1,) * (50 - fast) + (0.9,) * fast, p2=0.5)


def _march() -> Iterable[Panel]:
    at_end, at_20 = "knowledge of the code at the end", "knowledge of the code in period 20"
    yield Panel(
        "Figure 1: with the slowest learners most is known",
        "learning by people (p1)",
        at_end,
        [Curve(f"p2 = {p2}", "figure 1", over("p1", P1, "code", p2=p2)) for p2 in (0.1, 0.5, 0.9)],
    )
    mixed = {mean: Point(_mixed(mean), "code") for mean in P1[1:-1]}
    yield Panel(
        "Figure 2: slow and fast mixed know more than all alike",
        "mean of p1 (p2 = 0.5)",
        at_end,
        [
            Curve("all alike", "figure 2", over("p1", P1, "code", p2=0.5)),
            Curve("p1 = 0.1 and 0.9 mixed", "figure 2", mixed),
        ],
    )
    after_20 = {p1: over("turnover", MARCH_TURNOVER, "code", 20, p1=p1, p2=0.5, periods=20) for p1 in (0.1, 0.9)}
    yield Panel(
        "Figure 4: turnover helps fast learners, hurts slow ones",
        "turnover (p3; p2 = 0.5)",
        at_20,
        [Curve(f"p1 = {p1}", "figure 4", points) for p1, points in after_20.items()],
    )
    moving = {p3: when(turnover=p3, turbulence=0.02, periods=100, p1=0.5, p2=0.5) for p3 in (0.0, 0.1)}
    yield Panel(
        "Figure 5: in turbulence, turnover keeps knowledge alive",
        "period (p1 = p2 = 0.5, p4 = 0.02)",
        "knowledge of the code",
        [Curve(f"turnover p3 = {p3:g}", "figure 5", over_time(one, "code", 0, 100)) for p3, one in moving.items()],
    )


def _lazer() -> Iterable[Panel]:
    networks = {"full network": when(network="full"), "line": when(network="line")}
    yield Panel(
        "Figure 4: the full network leads at first, the line in the end",
        "round",
        "score",
        [Curve(name, "figure 4", over_time(one, "score", 1, 100, to_end=True)) for name, one in networks.items()],
        log_x=True,
    )
    yield Panel(
        "Figure 5: the line keeps different solutions alive",
        "round",
        "different solutions",
        [Curve(name, "figure 5", over_time(one, "solutions", 1, 100)) for name, one in networks.items()],
        log_x=True,
        log_y=True,
    )
    rewired = over("rewired", LAZER_FIGURE_7, "score", network="small_world")
    yield Panel(
        "Figure 7: the more short cuts, the worse in the end",
        "links rewired, of 200",
        "score at the end",
        [Curve("small world", "figure 7", rewired)],
    )
    at_times = over("velocity", [one for one in LAZER_VELOCITY if one < 1.0], "score", network="full")
    always = {1.0: Point(when(network="full"), "score")}
    yield Panel(
        "Velocity: the less often one looks, the better in the end",
        "probability of looking at others in a round",
        "score at the end",
        [Curve("full network", "velocity", at_times | always)],
    )
    yield Panel(
        "Some errors in copying help in the long run",
        "probability that a differing bit is not copied",
        "score in round 400",
        [
            Curve(name, LAZER_ERRORS, over("copying_error", LAZER_ERROR_RATES, "score", 400, network=key, periods=400))
            for name, key in (("full network", "full"), ("line", "line"))
        ],
    )


def _fang() -> Iterable[Panel]:
    links, payoff = "probability that a tie is rewired to another subgroup (β)", "mean payoff"
    yield Panel(
        "Moderate linking wins, but not yet after 80 periods",
        links,
        payoff,
        [
            Curve("at equilibrium", "equilibrium", over("beta", FANG_BETAS, "payoff")),
            Curve("after 80 periods", "after 80 periods", over("beta", FANG_BETAS, "payoff", 80)),
        ],
    )
    betas = (0.0, 0.05, 0.15, 0.6)
    changing = {name: over("beta", betas, "payoff", **one) for name, one in FANG_CHANGE.items()}
    yield Panel(
        "It wins under change, too",
        links,
        payoff,
        [Curve(name, "inverted U", points) for name, points in changing.items()],
    )


def _barkoczi() -> Iterable[Panel]:
    def score(rule: str, sample: int, network: str) -> dict[float, Point]:
        return over_time(when(network=network, rule=rule, sample=sample), "score", 0, 200, to_end=True)

    rules = {"best member": "best", "conformity": "conformity"}
    yield Panel(
        "In the full network, conformity of 3 wins late",
        "step",
        "score",
        [Curve(f"{name} of {s}", "t = 200", score(rule, s, "full")) for name, rule in rules.items() for s in (3, 9)],
    )
    yield Panel(
        "Fewer links are better for one rule, worse for the other",
        "step",
        "score",
        [
            Curve(f"{name} of 3, {network.replace('_', ' ')}", "lesson", score(rule, 3, network))
            for name, rule in rules.items()
            for network in ("full", "ring_lattice")
        ],
    )


def _kocak() -> Iterable[Panel]:
    for measure, title in (("coherent_action", "All-to-all is ahead early on"), ("output", "In output, too")):
        curves = {i: when(influence=i, interdependence=0.9) for i in ("all_to_all", "hierarchy", "star", "crowd")}
        yield Panel(
            title,
            "week",
            measure.replace("_", " "),
            [Curve(i.replace("_", " "), measure, over_time(one, measure, 0, 104)) for i, one in curves.items()],
        )


PANELS = {
    "march1991": _march,
    "lazer_friedman2007": _lazer,
    "fang_lee_schilling2010": _fang,
    "barkoczi_galesic2016": _barkoczi,
    "kocak_levinthal_puranam2022": _kocak,
}


def panels(name: str) -> list[Panel]:
    """The panels of a classic's figure.

    Parameters
    ----------
    name : str
        A name in CLASSICS.

    Returns
    -------
    list of Panel
        Empty if it has no figure.
    """
    return list(PANELS[name]()) if name in PANELS else []


def points_of(name: str) -> list[Point]:
    """All points that a classic's figure shows.

    Parameters
    ----------
    name : str
        A name in CLASSICS.

    Returns
    -------
    list of Point
        Panel by panel and curve by curve; a point that two curves share is there twice.
    """
    return [point for panel in panels(name) for curve in panel.curves for point in curve.points.values()]


# --- their content ----------------------------------------------------------------------------------------------------


def frame(name: str, values: Measured, judged: Iterable[tuple[Number | Order, ReplicationResult]]) -> pd.DataFrame:
    """The curves of a classic's figure.

    Parameters
    ----------
    name : str
        A name in CLASSICS.
    values : Measured
        What came out at each of `points_of(name)`.
    judged : iterable of (Number or Order, ReplicationResult)
        Targets with their results; those of the same figure and point are what was published there.

    Returns
    -------
    DataFrame
        One row for each place on a curve, with the columns `COLUMNS`: `x` (place on the horizontal axis), `ours`
        (mean), `error` (its standard error), `published` (nan where nothing was) and `verdict` (empty there).
    """
    published = {
        (target.figure, target.point): result
        for target, result in judged
        if isinstance(target, Number) and not target.control
    }
    rows = []
    for panel in panels(name):
        for curve in panel.curves:
            for x, point in sorted(curve.points.items()):
                ours, result = values[name, point], published.get((curve.figure, point))
                error = float(ours.std(ddof=1)) / math.sqrt(len(ours))
                there = (result.published, result.verdict) if result else (math.nan, "")
                rows.append((name, curve.figure, curve.name, x, float(ours.mean()), error, *there))
    return pd.DataFrame(rows, columns=list(COLUMNS))
