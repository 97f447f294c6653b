"""How the public classes show themselves in a notebook and on a prompt: the methods that they are given for it.

Scenarios, runs and studies decide what is stored, and so must know nothing of how it looks (`tests/test_layout.py`);
how they look is no part of the version of the model either. Therefore the methods that only show are kept apart, and
are given to the classes here, whenever a public name is taken from `tripleos`. What draws is imported when it is
called.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

HTML, TEXT = "present.notebook", "present.reprs"
# By module and class: the name of each method, and the module and function that it calls.
METHODS: dict[tuple[str, str], dict[str, tuple[str, str]]] = {
    ("scenario.scenario", "Scenario"): {
        "_repr_html_": (HTML, "scenario_html"),
        "__repr__": (TEXT, "scenario_repr"),
        "__str__": (TEXT, "scenario_repr"),
    },
    **{
        ("scenario", part): {
            "_repr_html_": (HTML, "part_html"),
            "__repr__": (TEXT, "part_repr"),
            "__str__": (TEXT, "part_repr"),
        }
        for part in ("World", "Workforce", "Policy")
    },
    ("scenario", "Intervention"): {
        "_repr_html_": (HTML, "intervention_html"),
        "__repr__": (TEXT, "intervention_repr"),
        "__str__": (TEXT, "intervention_repr"),
    },
    ("model.run", "Run"): {"_repr_html_": (HTML, "run_html"), "__repr__": (TEXT, "run_repr")},
    ("mesa", "Organisation"): {
        "_repr_html_": (HTML, "organisation_html"),
        "plot": ("report.run_plots", "plot_organisation"),
    },
    ("comparison", "Comparison"): {"_repr_html_": (HTML, "comparison_html")},
    ("study.study", "Study"): {
        "_repr_html_": (HTML, "study_html"),
        "__repr__": (TEXT, "study_repr"),
        "__str__": (TEXT, "study_repr"),
    },
    ("study.results", "StudyResults"): {
        "_repr_html_": (HTML, "results_html"),
        "__repr__": (TEXT, "results_repr"),
        "plot": ("report.study_plots", "plot_study"),
    },
}


_SHOWN: set[type] = set()


def attach() -> None:
    """Give the methods to all classes that are imported by now and lack them."""
    for (home, name), methods in METHODS.items():
        owner: Any = getattr(sys.modules.get(f"{__package__}.{home}"), name, None)
        if owner is not None and owner not in _SHOWN:
            _SHOWN.add(owner)
            for method, (module, function) in methods.items():
                setattr(
                    owner, method, _calling(module, function) if method.startswith("_") else _found(module, function)
                )


def _found(module: str, function: str) -> Callable[..., Any]:
    """A function of the package."""
    return getattr(import_module(f".{module}", __package__), function)


def _calling(module: str, function: str) -> Callable[[Any], str]:
    """A method that shows; what it needs for that is imported when it is called."""

    def shown(self: Any) -> str:
        return _found(module, function)(self)

    return shown
