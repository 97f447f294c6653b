"""What the rooms of a page show and check, from the declarations: parameters, policies, worlds, measures, words."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import stdtrit

from ..analysis.statistics import LEVEL
from ..dashboard.routes import ROOMS
from ..model.model import Model
from ..model.run import Run
from ..present.formatting import heading
from ..present.measures import DISPLAYS
from ..scenario import Scenario
from ..scenario.library import load_policy, load_world, policy_names, world_names
from ..version import model_version

MOST_RUNS = 100
SHOWN = (
    "title", "noun", "question", "shown_unit", "factor", "suffix", "decimals", "more", "less", "better", "explanation",
)  # fmt: skip
# Histories that are made here, and again wherever the page is opened.
CHECKED = (
    ("balanced", "turbulent", 1),
    ("triple_operating_system", "shock", 2),
    ("heads_down", "complex", 2**63 + 12345),
)


def tables(model: Model) -> dict[str, Any]:
    """All tables of a page but those of its engine.

    Parameters
    ----------
    model : Model
        With or without extensions.

    Returns
    -------
    dict
        For JSON.
    """
    return {
        "rooms": {one.name: {"title": one.title, "about": one.about} for one in ROOMS},
        "version": model_version(tuple(one.source for one in model.extensions)),
        "parameters": {name: _parameter(one) for name, one in model.parameters.items()},
        "policies": {name: _preset(load_policy(name), model, "policy") for name in policy_names()},
        "worlds": {name: _preset(load_world(name), model, "world") for name in world_names()},
        "workforce": {name: one.default for name, one in model.parameters.items() if one.group == "workforce"},
        "measures": {one.name: _measure(one) for one in model.measures},
        # Of the 95 % interval of n values.
        "quantiles": [0, 0, *(float(stdtrit(n - 1, 0.5 + LEVEL / 2)) for n in range(2, MOST_RUNS + 1))],
        "checks": [_check(model, *one) for one in CHECKED],
    }


def _parameter(one: Any) -> dict[str, Any]:
    return {
        "group": one.group, "kind": one.kind, "default": one.default, "low": one.low, "high": one.high,
        "choices": list(one.choices), "unit": one.unit, "meaning": one.meaning, "label": heading(one.name),
        "range": one.range,
    }  # fmt: skip


def _preset(part: Any, model: Model, group: str) -> dict[str, Any]:
    values = {name: getattr(part, name, one.default) for name, one in model.parameters.items() if one.group == group}
    return {"about": part.about, "label": heading(part.name), "values": values}


def _measure(one: Any) -> dict[str, Any]:
    shown = DISPLAYS[one.name]
    return {name: getattr(shown, name) for name in SHOWN} | {"unit": one.unit, "meaning": one.meaning}


def scenario_table(scenario: Scenario) -> dict[str, Any]:
    """A scenario as pages know it.

    Parameters
    ----------
    scenario : Scenario
        Any.

    Returns
    -------
    dict
        `policy` and `world` (their names), `about` (what both stand for), `values` (of all parameters), `weeks` and
        `interventions`.
    """
    values = {name: getattr(getattr(scenario, one.group), name) for name, one in scenario.model.parameters.items()}
    dated = [{"week": one.week, "policy": one.policy, "changes": dict(one.changes)} for one in scenario.interventions]
    return {
        "policy": scenario.policy.name, "world": scenario.world.name,
        "about": {"policy": scenario.policy.about, "world": scenario.world.about},
        "values": values, "weeks": scenario.weeks, "interventions": dated,
    }  # fmt: skip


def _check(model: Model, policy: str, world: str, seed: int) -> dict[str, Any]:
    scenario = Scenario.build(policy, world, with_=model.extensions)
    history = Run(scenario, seed).advance(scenario.weeks)
    return {"scenario": scenario_table(scenario), "seed": str(seed), "hash": fnv(history)}


def fnv(history: np.ndarray) -> int:
    """A hash of all bits of a history, which JavaScript can take as well; every nan counts as the same.

    Parameters
    ----------
    history : float64 [weeks, measures]
        Any.

    Returns
    -------
    int
        FNV-1a of its 32-bit words, 0 … 2^32 - 1.
    """
    found = 0x811C9DC5
    for word in np.where(np.isnan(history), np.nan, history).astype("<f8").view("<u4").ravel().tolist():
        found = ((found ^ word) * 0x01000193) & 0xFFFFFFFF
    return found
