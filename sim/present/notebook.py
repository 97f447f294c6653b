"""What scenarios, runs, studies and results look like in a notebook: plain HTML that needs no script and no network.

Each function returns the HTML of one object; all texts are escaped by the template. `tripleos.display` makes them the
method `_repr_html_` of the classes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from markupsafe import Markup

from ..errors import StudyError
from ..model.model import parameters_in_use
from ..scenario import Intervention, Policy, Scenario, Workforce, World
from ..scenario.parameters import METADATA, differences
from ..study.rows import OK
from ..study.store import Store
from . import svg
from .captions import CellTable
from .formatting import counted, format_setting, format_value, heading, seeds_text
from .html import template
from .measures import DISPLAYS, HEADLINES
from .tables import Summary, group_means, legend, policy_heads, policy_rows

TILES = ("awareness", "viable", "coherent_action", "output", "innovation", "too_busy")
MOST_NAMED = 8  # of some names in a row
POINTS = 100  # of a small curve
MOST_MEASURES = 8  # in a table of means
MOST_ROWS = 60  # of a whole table


def _part(name: str) -> Any:
    """A macro of the template."""
    return getattr(template("present/templates/notebook.html").module, name)


def _box(title: str, subtitle: str, blocks: Iterable[Markup]) -> str:
    """A whole output."""
    return str(_part("box")(title, subtitle, list(blocks)))


def _folded(summary: str, inside: Markup) -> Markup:
    """Something that opens when it is clicked."""
    return _part("folded")(summary, inside)


# --- scenarios --------------------------------------------------------------------------------------------------------


class Row(NamedTuple):
    """A parameter as a table shows it.

    Attributes
    ----------
    name, value, default, unit, meaning : str
        Its name, what it is and would be, and what is said about it.
    """

    name: str
    value: str
    default: str
    unit: str
    meaning: str


def _rows(values: Mapping[str, Any]) -> list[Row]:
    """Parameters with what is known about them."""
    known = parameters_in_use()
    told = ((name, value, known[name]) for name, value in values.items())
    return [
        Row(name, format_setting(value), format_setting(about.default), about.unit, about.meaning)
        for name, value, about in told
    ]


def _at_default(*parts: World | Workforce | Policy) -> dict[str, Any]:
    """The parameters of parts that have their defaults."""
    others = ((part, {*METADATA, *differences(part)}) for part in parts)
    return {name: value for part, left_out in others for name, value in part if name not in left_out}


def _folded_defaults(*parts: World | Workforce | Policy) -> Markup:
    """What has its default, folded away."""
    rest = _at_default(*parts)
    return _folded(f"{len(rest)} parameters at their defaults", _part("parameters")(_rows(rest)))


def _differing(part: World | Workforce | Policy) -> Markup:
    """What differs from the defaults."""
    differing = differences(part)
    if not differing:
        return _part("text")("All parameters are at their defaults.")
    return _part("parameters")(_rows(differing))


def _head(part: World | Workforce | Policy) -> tuple[str, str]:
    """What a part is and is called, and what it says about itself."""
    name = "" if isinstance(part, Workforce) else f": {part.name}"
    return f"{type(part).__name__}{name}", "" if isinstance(part, Workforce) else part.about


def part_html(part: World | Workforce | Policy) -> str:
    """A world, workforce or policy.

    Parameters
    ----------
    part : World, Workforce or Policy
        The part.

    Returns
    -------
    str
        What differs from the defaults in a table; the rest is folded away.
    """
    title, about = _head(part)
    blocks = [_part("text")(about)] if about else []
    return _box(title, "", [*blocks, _differing(part), _folded_defaults(part)])


def intervention_html(intervention: Intervention) -> str:
    """A dated change of policy.

    Parameters
    ----------
    intervention : Intervention
        The change.

    Returns
    -------
    str
        What it sets; of a whole policy, what differs from the defaults, and the rest folded away.
    """
    set_now, rest = dict(intervention.changes), {}
    if intervention.policy:
        known = parameters_in_use()
        rest = {name: value for name, value in set_now.items() if value == known[name].default}
        set_now = {name: value for name, value in set_now.items() if name not in rest}
    blocks = [_part("parameters")(_rows(set_now))] if set_now else []
    if rest:
        blocks.append(_folded(f"{len(rest)} levers at their defaults", _part("parameters")(_rows(rest))))
    to = f": policy {intervention.policy}" if intervention.policy else ""
    return _box("Intervention", f"from week {intervention.week:,} on{to}", blocks)


def _told(intervention: Intervention) -> str:
    """What an intervention changes, in a line."""
    changes = dict(intervention.changes)
    if intervention.policy:
        return f"policy {intervention.policy}"
    return _listed([f"{name} = {format_setting(value)}" for name, value in changes.items()])


def _listed(names: Sequence[str]) -> str:
    """Some names; of many the first ones."""
    more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more


def _scenario_blocks(scenario: Scenario) -> list[Markup]:
    """What there is to say about a scenario."""
    blocks = []
    parts = (scenario.policy, scenario.world, scenario.workforce)
    for part in parts:
        title, about = _head(part)
        blocks += [_part("text")(about, title), _differing(part)]
    if scenario.interventions:
        rows = [(f"from week {one.week:,} on", _told(one)) for one in scenario.interventions]
        blocks += [_part("text")("", "Interventions"), _part("pairs")(rows)]
    blocks += [_part("text")(note, "Note") for note in scenario.notes()]
    return [*blocks, _folded_defaults(*parts)]


def _of(scenario: Scenario) -> str:
    """Policy, world and size in a line."""
    workers, teams = scenario.workforce.workers, scenario.teams
    size = f"{counted(workers, 'worker')} in {counted(teams, 'team')}"
    return f"{scenario.policy.name} in {scenario.world.name} · {size} · {counted(scenario.weeks, 'week')}"


def scenario_html(scenario: Scenario) -> str:
    """A scenario.

    Parameters
    ----------
    scenario : Scenario
        The scenario.

    Returns
    -------
    str
        What differs from the defaults in tables, interventions and notes; the rest is folded away.
    """
    return _box("Scenario", _of(scenario), _scenario_blocks(scenario))


# --- runs -------------------------------------------------------------------------------------------------------------


def run_html(run: Any) -> str:
    """A run.

    Parameters
    ----------
    run : Run
        The run.

    Returns
    -------
    str
        How far it is, and its scenario, folded away.
    """
    folded = _folded("Scenario", Markup("").join(_scenario_blocks(run.scenario)))
    where = f"{_of(run.scenario)} · seed {run.seed}"
    return _box("Run", where, [_part("text")(f"week {run.week:,} of {run.scenario.weeks:,}"), folded])


class Tile(NamedTuple):
    """A measure of the last week.

    Attributes
    ----------
    title, value, meaning : str
        How it is called, what it is, and what that means.
    curve : Markup
        All weeks so far, as a small curve; empty before the second.
    """

    title: str
    value: str
    meaning: str
    curve: str


def organisation_html(model: Any) -> str:
    """An organisation.

    Parameters
    ----------
    model : Organisation
        The organisation.

    Returns
    -------
    str
        The measures of the last week with small curves of all weeks so far, and the scenario, folded away.
    """
    history = model.history
    words = f"week {model.week:,} of {model.horizon:,}" + ("" if model.week else ": nothing has happened yet")
    blocks = [_part("text")(words)]
    if model.week:
        tiles = [
            Tile(
                DISPLAYS[name].title,
                format_value(float(history[name].iloc[-1]), name),
                DISPLAYS[name].what_it_means,
                sparkline(history[name].to_numpy(), DISPLAYS[name].title),
            )
            for name in TILES
        ]
        blocks.append(_part("tiles")(tiles))
    blocks.append(_folded("Scenario", Markup("").join(_scenario_blocks(model.setup))))
    return _box("Organisation", f"{_of(model.setup)} · seed {model.seed}", blocks)


def sparkline(values: np.ndarray, title: str) -> Markup:
    """A small curve without axes, from its lowest to its highest value, in the colour of the text around it.

    Parameters
    ----------
    values : float64 [weeks]
        A measure in every week; what is missing is left out.
    title : str
        What those hear who do not see it.

    Returns
    -------
    Markup
        An `svg` element; empty for fewer than two values.

    Examples
    --------
    >>> print(sparkline(np.array([1.0]), "Output"))
    <BLANKLINE>
    """
    means = group_means(values, POINTS)
    known = np.flatnonzero(~np.isnan(means))
    if len(known) < 2:
        return Markup("")
    width, height, edge = 110, 26, 3
    x = edge + (width - 2 * edge) * known / (len(means) - 1)
    low, span = means[known].min(), np.ptp(means[known])
    share = (means[known] - low) / span if span else np.full(len(known), 0.5)
    places = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, height - edge - (height - 2 * edge) * share, strict=True))
    line = svg.element("polyline", points=places, fill="none", stroke="currentColor", stroke_width="1.5")
    return svg.picture(width, height, f"{title}, week by week", [line])


# --- comparisons and studies ------------------------------------------------------------------------------------------


def _tables_of(summary: Summary, measures: Sequence[str]) -> list[Markup]:
    """Means and paired differences, a table for each world, and how they are read."""
    blocks = []
    for world in dict.fromkeys(summary.worlds):
        blocks += [_part("text")("", f"{world} world")] if world else []
        first = "policy" if world else "scenario"
        blocks.append(_part("means")([first, *policy_heads(measures)[1:]], policy_rows(summary, world, measures)))
    return [*blocks, *(_part("text")(line) for line in legend(summary, measures=measures).splitlines())]


class _Compared:
    """A comparison, as `tables.Summary` has it: one table, because all is compared with the first scenario."""

    def __init__(self, table: Any) -> None:
        worlds = [scenario.world.name for scenario in table.scenarios]
        several = len(set(worlds)) > 1
        self.labels = [f"{a}, {b} world" if several else a for a, b in zip(table.labels, worlds, strict=True)]
        self.worlds = [""] * len(worlds)
        self.means_of = (
            f"weeks {table.after + 1:,} to {table.scenarios[0].weeks:,} and {counted(len(table.seeds), 'seed')}"
        )
        self.paired_by = "seed by seed" if len(table.seeds) > 1 else ""
        self.measures = list(dict.fromkeys(table["measure"]))
        self._rows: list[dict[Any, Any]] = table.to_dict("records")

    def row(self, a: int, measure: str) -> Mapping[str, Any]:
        """One row of the table."""
        return self._rows[a * len(self.measures) + self.measures.index(measure)]


def comparison_html(table: Any) -> str:
    """A comparison.

    Parameters
    ----------
    table : Comparison
        As `compare` gives it.

    Returns
    -------
    str
        Means and marked differences of a few measures; the whole table is folded away.
    """
    summary = _Compared(table)
    measures = [name for name in summary.measures if name in HEADLINES] or summary.measures[:MOST_MEASURES]
    whole = pd.DataFrame(table).to_html(max_rows=MOST_ROWS, border=0, float_format=lambda value: f"{value:.4g}")
    blocks = [*_tables_of(summary, measures), _folded(f"The whole table: {counted(len(table), 'row')}", Markup(whole))]
    of = f"{counted(len(summary.labels), 'scenario')} · {counted(len(table.seeds), 'seed')}"
    return _box("Comparison", f"{of} · {counted(table.scenarios[0].weeks, 'week')}", blocks)


def study_html(study: Any) -> str:
    """A study.

    Parameters
    ----------
    study : Study
        The study.

    Returns
    -------
    str
        What it runs, and how many runs are stored in its usual folder.
    """
    worlds, policies = ([part.name for part in parts] for parts in (study.worlds, study.policies))
    rows = [("policies", _listed(policies)), ("worlds", _listed(worlds))]
    rows += [(axis, _listed(values)) for axis, values in _varied(study)]
    shared = [f"{name} = {_plainly(value)}" for name, value in study.shared.items()]
    rows += [("all runs share", _listed(shared))] if shared else []
    rows += [("points", f"{study.points:,}"), ("replicates", _replicates(study)), ("runs", _runs(study))]
    rows.append(("weeks", f"{study.weeks:,}; means leave out the first {study.warm_up:,}"))
    if study.hypotheses:
        rows += [(f"hypothesis {k}", one.statement) for k, one in enumerate(study.hypotheses, start=1)]
    about = [_part("text")(study.about)] if study.about else []
    return _box("Study", study.title, [*about, _part("pairs")(rows)])


def _varied(study: Any) -> list[tuple[str, list[str]]]:
    """What is varied beside policies and worlds, and its values or how many there are."""
    varied = [
        (factor.name, [_plainly(factor.labels(k)[factor.name]) for k in range(len(factor))])
        for factor in study.factorial
    ]
    if study.design_points is not None:
        named = _listed([heading(name) for name in study.design_points.names])
        varied.append(("listed points", [f"{len(study.design_points):,} of {named}"]))
    if study.sample is not None:
        named = _listed([heading(name) for name in study.sample.names])
        varied.append(("sample", [f"{len(study.sample):,} points, {heading(study.sample.method)}, of {named}"]))
    return varied


def _plainly(value: Any) -> str:
    """A value in a table."""
    return format_setting(value) if isinstance(value, bool | int | float | str) else str(value)


def _replicates(study: Any) -> str:
    """How often each point is run, in words."""
    if study.precision is None:
        return seeds_text(range(study.seed(0), study.seed(study.replicates)))
    rule = study.precision
    return f"{rule.least:,} to {rule.most:,}, until {heading(rule.measure)} is known to ±{rule.half_width:g}"


def _runs(study: Any) -> str:
    """How many runs there are, and how many of them are stored in the usual folder."""
    store = Store(study.folder(), study)
    most = "up to " if study.precision else ""
    total = f"{most}{study.runs:,}"
    try:
        if store.manifest() is None:
            return f"{total}; none stored in {store.folder}"
        store.existing()
        done = store.done()
    except StudyError as error:
        return f"{total}; {str(error).splitlines()[0]}"
    failed = f", {done.failed:,} failed" if done.failed else ""
    return f"{total}; {done.ok:,} done{failed}, in {store.folder}"


def results_html(found: Any) -> str:
    """The results of a study.

    Parameters
    ----------
    found : StudyResults
        The results.

    Returns
    -------
    str
        Policies in worlds: means and marked differences.
    """
    failed = len(found.all) - int((found.all["status"] == OK).sum())
    of = f"{counted(len(found.runs), 'run')} of {counted(found.runs['point'].nunique(), 'point')}"
    of += f" · {failed:,} failed" if failed else ""
    return _box(f"Results of {found.study.title}", of, _tables_of(CellTable(found), HEADLINES))
