"""The published models that lessons run, for pages: their kernels, and how memory is laid out for them.

Everything follows from arguments as Python makes them: which there are, of what types and in which order. Only the
words for the shapes of arrays stand here, and a test holds them against arrays of many sizes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..classics import barkoczi_galesic2016 as search
from ..classics import march1991 as mutual_learning
from ..classics.graphs import NEIGHBOURS, network_of
from ..classics.landscape import WORTH_A_TABLE, checked_landscape
from ..classics.searchers import MEASURES, empty_problem
from ..model.reality import REALITY

# The shape of each array of a reality, in words that `classics.js` turns into sizes; `payoff` is a landscape's own.
_REALITY = {f"reality.{one.name}": one.shape for one in REALITY}
SHAPES = {
    "run_march": {
        "seeds": "1",
        "firm.belief": "people aspects",
        "firm.action": "people aspects",
        "firm.code": "aspects",
        **{f"firm.{name}": shape for name, shape in _REALITY.items()},
        "firm.p1": "people",
        "firm.superior": "people",
        "firm.votes": "aspects",
        "firm.changed": "aspects",
        "firm.places": "aspects",
        "trajectories": "1 T+1 2",
        "last": "1",
        "settled": "1",
    },
    "run_search": {
        "seeds": "1",
        "network.first": "agents+1",
        "network.neighbour": "seen",
        "problem.practice": "agents 1",
        "problem.worth": "agents",
        "problem.following": "agents 1",
        "problem.following_worth": "agents",
        **{f"problem.{name}": shape for name, shape in _REALITY.items()},
        "problem.reality.payoff": "looked_up",
        "problem.ties.first": "ties.first",
        "problem.ties.neighbour": "ties.neighbour",
        "problem.ties.linked": "ties.drawn ties.drawn",
        "problem.ties.link": "ties.link",
        "problem.ties.reached": "ties.drawn",
        "problem.ties.queue": "ties.drawn",
        "problem.luck": "agents",
        "problem.look_luck": "agents",
        "problem.values": "agents",
        "problem.seen": "agents",
        "problem.option": "1",
        "problem.votes": "1",
        "problem.counts": "2 agents",
        "problem.rows": "3 bits",
        "problem.alive": "alive",
        "greatest": "1",
        "others": "bits",
        "trajectories": "1 T+1 3",
    },
}
NAMES = {
    "run_march": ("seeds", "p2", "turnover", "turbulence", "text", "firm", "trajectories", "last", "settled"),
    "run_search": (
        "seeds", "landscape", "network", "rule", "sample", "problem", "greatest", "others", "trajectories",
    ),
}  # fmt: skip
MODELS = {"search": "run_search", "mutual learning": "run_march"}


def _choice(label: str, default: Any, choices: tuple[Any, ...], meaning: str) -> dict[str, Any]:
    return {"label": label, "kind": "choice", "default": default, "choices": list(choices), "meaning": meaning}


def _number(label: str, default: float, low: float, high: float, meaning: str, unit: str = "") -> dict[str, Any]:
    told = {"label": label, "kind": "int" if isinstance(default, int) else "float", "default": default}
    return {**told, "low": low, "high": high, "unit": unit, "meaning": meaning}


# What may be set of each model in a page. The functions of `tripleos.classics` take larger ones, too.
ARGUMENTS: dict[str, dict[str, dict[str, Any]]] = {
    "search": {
        "network": _choice(
            "network", "full", ("full", "line", "ring lattice", "small world", "random"), "who can see whom"
        ),
        "rule": _choice(
            "rule", "best", tuple(search.RULES), "what people make of what they see; individual: they look at nobody"
        ),
        "sample": _number(
            "sample", 3, 1, 500, "how many others are looked at in a round, by the rules best and conformity", "people"
        ),
        "agents": _number("people", 100, 3, 500, "how many search", "people"),
        "neighbours": _number("neighbours", 4, 2, 100, "whom each sees in a ring or small world; even", "people"),
        "rewired": _number("rewired links", 10, 0, 1000, "links of a small world that lead elsewhere", "links"),
        "density": _number("density", 0.1, 0, 1, "chance that two people see each other in a random network", "share"),
        "bits": _number("parts of a solution", 15, 2, 16, "each can be done in one of two ways", "parts"),
        "complexity": _number("complexity", 7, 0, 12, "on how many other parts the worth of a part depends", "parts"),
        "partners": _choice(
            "partners", "any", tuple(search.PARTNERS), "how these are drawn: any, distinct others, or with replacement"
        ),
        "rounded": _choice("rounded", True, (True, False), "whether the worth of a part is rounded to a tenth"),
        "periods": _number("rounds", 100, 1, 500, "how long they search", "rounds"),
    },
    "mutual learning": {
        "p1": _number("socialisation", 0.5, 0, 1, "share of the official view that is taken over in a round", "share"),
        "p2": _number(
            "learning by the code", 0.5, 0, 1, "chance that one vote moves the official view (March: the code)", "share"
        ),
        "turnover": _number("turnover", 0.0, 0, 1, "chance that somebody is replaced in a round", "share"),
        "turbulence": _number("turbulence", 0.0, 0, 1, "chance that something true becomes false in a round", "share"),
        "people": _number("people", 50, 1, 500, "how many there are", "people"),
        "aspects": _number("things to know", 30, 1, 200, "each is true or false", "things"),
        "rules": _choice(
            "rules", "program", mutual_learning.RULES, "those of the program behind the paper, or of its text"
        ),
        "periods": _number("rounds", 80, 1, 500, "how long they learn", "rounds"),
    },
}
WRITTEN = {"run_march": mutual_learning.MEASURES, "run_search": MEASURES}


def arguments(name: str, periods: int = 2, **given: Any) -> tuple[Any, ...]:
    """The arguments of a kernel for one seed, as Python makes them.

    Parameters
    ----------
    name : {"run_march", "run_search"}
        The kernel.
    periods : int
        How many periods are run.
    **given
        Sizes: `people` and `aspects`, or what `network_of` and `checked_landscape` take.

    Returns
    -------
    tuple
        With which the kernel could be called.
    """
    seeds = np.zeros(1, np.uint64)
    if name == "run_march":
        firm = mutual_learning._empty_firm(np.zeros(given.get("people", 50)), given.get("aspects", 30))
        whether, last = np.zeros(1, np.bool_), np.zeros(1, np.int64)
        return seeds, 0.5, 0.0, 0.0, False, firm, np.empty((1, 1 + periods, 2)), last, whether
    kind = search.PARTNERS[given.pop("partners", "any")]
    landscape = checked_landscape(given.pop("bits", 15), given.pop("complexity", 7), kind, given.pop("rounded", True))
    network = network_of(given.pop("network", "full"), **given)
    problem = empty_problem(landscape, network, periods)
    others, rows = np.zeros(landscape.bits, np.int64), np.empty((1, 1 + periods, len(MEASURES)))
    return seeds, landscape, network, 0, 3, problem, np.zeros(1), others, rows


def kernels() -> dict[str, tuple[Any, tuple[Any, ...]]]:
    """What a page calls, each with arguments of the types that it is called with.

    Returns
    -------
    dict of str to (kernel, tuple)
        By the name under which the module exports it.
    """
    called = {"run_march": mutual_learning.run_march, "run_search": search.run_barkoczi_galesic}
    return {name: (kernel, arguments(name)) for name, kernel in called.items()}


def leaves(name: str, given: tuple[Any, ...]) -> Iterator[tuple[str, Any]]:
    """All arrays and numbers in the arguments of a kernel, in the order in which compiled code takes them.

    Parameters
    ----------
    name : str
        The kernel.
    given : tuple
        Its arguments.

    Yields
    ------
    str, array or number
        Each by its place, as `firm.belief`.
    """
    for word, value in zip(NAMES[name], given, strict=True):
        yield from _leaves(word, value)


def _leaves(place: str, value: Any) -> Iterator[tuple[str, Any]]:
    if hasattr(value, "_fields"):
        for field in value._fields:
            yield from _leaves(f"{place}.{field}", getattr(value, field))
    else:
        yield place, value


def classics_layout() -> dict[str, Any]:
    """What `classics.js` is told.

    Returns
    -------
    dict
        For JSON: for each model its kernel, `arguments` (each with its place, its type and, of an array, its shape and
        first value) and `measures`; what rules and kinds of partners are as numbers; and constants.
    """
    models = {}
    for model, name in MODELS.items():
        table = [_described(name, place, value) for place, value in leaves(name, arguments(name))]
        models[model] = {"kernel": name, "arguments": table, "measures": list(WRITTEN[name])}
    return {
        "models": models, "rules": search.RULES, "samples": search.SAMPLES, "partners": search.PARTNERS,
        "neighbours": NEIGHBOURS, "worthATable": WORTH_A_TABLE,
    }  # fmt: skip


_STARTS = {one.name: float(one.start) for one in REALITY}


def _described(name: str, place: str, value: Any) -> list[Any]:
    if not isinstance(value, np.ndarray):
        return [place, "float64" if isinstance(value, float) else "int64"]
    field = place.rpartition(".reality.")[2]
    return [place, value.dtype.name, SHAPES[name][place], _STARTS.get(field, 0.0) if ".reality." in place else 0.0]
