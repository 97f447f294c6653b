"""What the author of an extension needs, in one place: how to declare, how to compile, and our rules to build on.

An extension is a Python file with a `Mechanism` under the name `MECHANISM`; see `experiments/extend/` for three of
them, each under 40 lines, and the how-to beside them.
"""

from __future__ import annotations

from .model import rng
from .model.declare import (
    Imitation,
    Measure,
    Mechanism,
    Phase,
    choice,
    event,
    lever,
    number,
    switch,
    worker_state,
)
from .model.elementary import exp, log, power
from .model.indices import COMMUNITIES, NETWORKS, TEAMS
from .model.jit import part, phase, rule
from .model.practice import copy, fill, flip, judgement_noise, majority_view, same, take_over
from .model.reality import fit, value
from .model.spaces import communities, networks, teams

__all__ = [
    "COMMUNITIES",
    "NETWORKS",
    "TEAMS",
    "Imitation",
    "Measure",
    "Mechanism",
    "Phase",
    "choice",
    "communities",
    "copy",
    "event",
    "exp",
    "fill",
    "fit",
    "flip",
    "judgement_noise",
    "lever",
    "log",
    "majority_view",
    "networks",
    "number",
    "part",
    "phase",
    "power",
    "rng",
    "rule",
    "same",
    "switch",
    "take_over",
    "teams",
    "value",
    "worker_state",
]
