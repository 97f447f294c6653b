"""tripleos: how organisations learn and act, as networks, communities and teams in one triple operating system.

>>> from tripleos import Scenario, simulate
>>> history = simulate(Scenario.build(policy="balanced", world="stable", workers=24, weeks=8), seeds=2)
>>> history[["seed", "week", "awareness", "output"]].shape
(16, 4)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ._alias import PUBLIC, share
from .display import attach
from .errors import ScenarioError
from .version import __version__

share(__name__)
ScenarioError.__module__ = PUBLIC  # as it is imported, and as tracebacks call it, in a checkout too

if TYPE_CHECKING:
    from .comparison import compare, simulate
    from .mesa import Organisation, Worker
    from .model.measures import MEASURES
    from .model.run import Run
    from .model.views import FixedError
    from .scenario import PARAMETERS, Intervention, Policy, Scenario, Workforce, World
    from .study.study import Study

# Where each public name lives; it is imported when first used, so that the command line answers at once.
_HOMES = {
    "FixedError": "model.views",
    "Intervention": "scenario",
    "MEASURES": "model.measures",
    "Organisation": "mesa",
    "PARAMETERS": "scenario",
    "Policy": "scenario",
    "Run": "model.run",
    "Scenario": "scenario",
    "Study": "study.study",
    "Worker": "mesa",
    "Workforce": "scenario",
    "World": "scenario",
    "compare": "comparison",
    "simulate": "comparison",
}
__all__ = [
    "MEASURES",
    "PARAMETERS",
    "FixedError",
    "Intervention",
    "Organisation",
    "Policy",
    "Run",
    "Scenario",
    "ScenarioError",
    "Study",
    "Worker",
    "Workforce",
    "World",
    "__version__",
    "compare",
    "simulate",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        found = getattr(import_module(f".{_HOMES[name]}", __name__), name)
        attach()
        return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
