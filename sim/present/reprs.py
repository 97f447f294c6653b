"""What the public objects look like on a prompt: short, and where possible the call that makes them again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import ScenarioError
from ..model.extensions import names_of
from ..model.model import parameters_in_use
from ..scenario import LEVERS, Intervention, Policy, Scenario, Workforce, World, load_policy, load_world
from ..scenario.parameters import METADATA, differences
from .formatting import counted


def scenario_repr(scenario: Scenario) -> str:
    """A scenario as the call that makes it, with nothing that need not be said.

    Parameters
    ----------
    scenario : Scenario
        The scenario.

    Returns
    -------
    str
        Shipped policies and worlds are named; what else differs from them and from the defaults is told.

    Examples
    --------
    >>> print(scenario_repr(Scenario.build("balanced", "stable", workers=24, hurdle=0.1)))
    Scenario.build('balanced', 'stable', workers=24, hurdle=0.1)
    """
    policy, of_policy = _from_library(scenario.policy)
    world, of_world = _from_library(scenario.world)
    given = [repr(policy), repr(world)]
    if scenario.weeks != Scenario.model_fields["weeks"].default:
        given.append(f"weeks={scenario.weeks}")
    if scenario.with_:
        given.append(f"with_={[names_of([one])[0] if one.file else one for one in scenario.with_]!r}")
    if scenario.interventions:
        given.append(f"interventions={[_intervention_table(one) for one in scenario.interventions]!r}")
    return f"Scenario.build({', '.join([*given, *_keywords(of_world | differences(scenario.workforce) | of_policy)])})"


def _from_library(part: World | Policy) -> tuple[str | dict[str, Any], dict[str, Any]]:
    """How a part is given to `Scenario.build`: the name of a shipped one and what differs from it, or a table."""
    try:
        shipped = load_world(part.name) if isinstance(part, World) else load_policy(part.name)
    except ScenarioError:
        return {"name": part.name, **differences(part)}, {}
    return part.name, _changed(dict(shipped), dict(part))


def _changed(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters that differ."""
    defaults = {name: one.default for name, one in parameters_in_use().items()}  # a shipped one knows no extension
    return {n: value for n, value in now.items() if n not in METADATA and value != before.get(n, defaults[n])}


def _intervention_table(one: Intervention) -> dict[str, Any]:
    """An intervention as a table; of a shipped policy only what differs from it is told."""
    changes = dict(one.changes)
    if one.policy and set(changes) == set(LEVERS):
        try:
            changes = _changed(dict(load_policy(one.policy)), changes)
        except ScenarioError:  # a policy of one's own: all its levers stand in the table
            return {"week": one.week, "policy": {"name": one.policy, **_changed(dict(Policy()), changes)}}
    return {"week": one.week, **({"policy": one.policy} if one.policy else {}), **changes}


def _keywords(given: Mapping[str, Any]) -> list[str]:
    """Keywords of a call."""
    return [f"{name}={value!r}" for name, value in given.items()]


def part_repr(part: World | Workforce | Policy) -> str:
    """A world, workforce or policy as the call that makes it, but for what it says about itself.

    Parameters
    ----------
    part : World, Workforce or Policy
        The part.

    Returns
    -------
    str
        Its name, if it has one, and what differs from the defaults.

    Examples
    --------
    >>> print(part_repr(Policy(name="mine", hurdle=0.1)))
    Policy(name='mine', hurdle=0.1)
    """
    fields = type(part).model_fields
    named = {"name": part.name} if not isinstance(part, Workforce) and part.name != fields["name"].default else {}
    return f"{type(part).__name__}({', '.join(_keywords(named | differences(part)))})"


def intervention_repr(intervention: Intervention) -> str:
    """An intervention as the call that makes it.

    Parameters
    ----------
    intervention : Intervention
        The dated change.

    Returns
    -------
    str
        Of a shipped policy only what differs from it is told.

    Examples
    --------
    >>> print(intervention_repr(Intervention(53, policy="closed_shop", openness=0.1)))
    Intervention(53, policy='closed_shop', openness=0.1)
    """
    table = _intervention_table(intervention)
    return f"Intervention({', '.join([str(table.pop('week')), *_keywords(table)])})"


def run_repr(run: Any) -> str:
    """What a run is of, and how far it is.

    Parameters
    ----------
    run : Run
        The run.

    Returns
    -------
    str
        In angle brackets.
    """
    return f"<Run of {_where(run.scenario)}, seed {run.seed}, week {run.week} of {run.scenario.weeks}>"


def _where(scenario: Scenario) -> str:
    """Policy, world and size in words."""
    return f"{scenario.policy.name!r} in {scenario.world.name!r}, {counted(scenario.workforce.workers, 'worker')}"


def study_repr(study: Any) -> str:
    """What a study runs.

    Parameters
    ----------
    study : Study
        The study.

    Returns
    -------
    str
        In angle brackets: points, replicates and runs.
    """
    most = "up to " if study.precision else ""
    replicates = f"{most}{counted(study.most_replicates, 'replicate')}"
    runs = f"{counted(study.points, 'point')} × {replicates} = {most}{counted(study.runs, 'run')}"
    return f"<Study {study.name!r}: {runs} of {counted(study.weeks, 'week')}>"


def results_repr(found: Any) -> str:
    """What results are of.

    Parameters
    ----------
    found : StudyResults
        The results of a study.

    Returns
    -------
    str
        In angle brackets.
    """
    points = found.runs["point"].nunique()
    return f"<StudyResults of {found.study.name!r}: {counted(len(found.runs), 'run')} of {counted(points, 'point')}>"
