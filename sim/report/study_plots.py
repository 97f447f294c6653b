"""The figures of the results of a study, and what their method `plot` does.

Reports and notebooks draw the same figures; `plots` has what they are made of.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from ..errors import ScenarioError
from ..present.captions import means_of, paired_by, pooling
from ..present.formatting import counted, heading
from ..present.plots import chart
from ..study.results import StudyResults
from ..validation import checked_choice
from . import plots
from .run_plots import INTERVALS, averaged, drawn_or_refused, several

MOST_CURVES = 8  # in one figure
KINDS = ("differences", "trajectories", "responses", "sample")


def plot_study(
    found: StudyResults, measure: str | Sequence[str] | None = None, kind: str | None = None, factor: str | None = None
) -> Any:
    """Draw the results of a study.

    Parameters
    ----------
    found : StudyResults
        The results of the study.
    measure : str or sequence of str, optional
        What is drawn, a panel or row for each. Default: the measures whose trajectories the study keeps, or output.
    kind : {"differences", "trajectories", "responses", "sample"}, optional
        Paired differences from the first policy; means over the weeks; means over the values of a factor; or dots over
        what was sampled (of the first measure). Default: what suits the study best.
    factor : str, optional
        Of responses: along the horizontal axis; default: the first factor that has numbers.

    Returns
    -------
    altair.Chart
        To be shown in a notebook, or saved: `chart.save("figure.svg")`.

    Raises
    ------
    ScenarioError
        If a measure, the kind or the factor is unknown, a trajectory was not kept, or there is nothing to draw.
    """
    measures = several(measure, found.study.measure_names) or list(found.study.trajectories) or ["output"]
    kind = _usual(found, factor) if kind is None else checked_choice("kind", kind, KINDS)
    if kind == "differences":
        return drawn_or_refused(
            differences(found, measures),
            "differences need a second policy, 2 replicates or more, and values that are not nearly all the same",
        )
    if kind == "trajectories":
        return trajectories(found, _kept(found, measures))
    if kind == "sample":
        needed = "the study has no sample with numbers: kind = 'sample' needs one"
        return drawn_or_refused(sampled(found, measures[0]) if found.study.sample else None, needed)
    numbers = numeric_factors(found)
    if not numbers:
        raise ScenarioError("the study has no factor with two numbers or more: kind = 'responses' needs one")
    return responses(found, numbers[0] if factor is None else checked_choice("factor", factor, numbers), measures)


def _usual(found: StudyResults, factor: str | None) -> str:
    """The kind of figure that suits a study."""
    if found.study.sample is not None:
        return "sample"
    if factor is not None or numeric_factors(found):
        return "responses"
    paired = len(found.study.policies) > 1 and paired_by(found)
    return "differences" if paired else "trajectories"


def _kept(found: StudyResults, measures: Sequence[str]) -> Sequence[str]:
    """Measures, all of whose trajectories a study keeps."""
    kept = found.study.trajectories
    if missing := [name for name in measures if name not in kept]:
        listed = f"kept are {', '.join(kept)}" if kept else "none is kept"
        raise ScenarioError(f"the study keeps no trajectory of {missing[0]}: {listed} (`trajectories` of the study)")
    return measures


def numeric_factors(found: StudyResults) -> list[str]:
    """What is varied beside worlds and policies over two numbers or more, and not sampled.

    Parameters
    ----------
    found : StudyResults
        The results of the study.

    Returns
    -------
    list of str
        Names.
    """
    return [name for name in found.factors if not found.study.sample and plots.is_number(found.runs[name])]


def differences(found: StudyResults, measures: Sequence[str]) -> Any:
    """Paired differences of policies from the first one.

    Parameters
    ----------
    found : StudyResults
        The results of the study.
    measures : sequence of str
        In the order of the panels.

    Returns
    -------
    Altair chart or None
        As `plots.differences`.
    """
    told = f"Paired {paired_by(found)}; means over {means_of(found)}; bars: 95 % intervals"
    return plots.differences(found.cells(*measures), measures, told)


def trajectories(found: StudyResults, measures: Sequence[str]) -> Any:
    """Measures of each policy over the weeks, a column for each world.

    Parameters
    ----------
    found : StudyResults
        The results of a study that keeps the trajectories.
    measures : sequence of str
        In the order of the rows.

    Returns
    -------
    Altair chart
        With bands where there are several replicates.
    """
    study = found.study
    text = f"Mean of {pooling(found, ('world', 'policy'))}{averaged(study.weeks)}"
    text += f"; {INTERVALS}" if paired_by(found) else ""
    policies = counted(len(study.policies), "policy", "policies")
    title = f"{policies} in {counted(len(study.worlds), 'world', 'worlds')}, week by week"
    table = found.trajectories()
    table = pd.concat([table[table["measure"] == name] for name in measures])
    table["policy"] = table["policy"].map(heading)
    return chart(table, {world.name: world.about for world in study.worlds}, study.weeks, title, text)


def responses(found: StudyResults, factor: str, measures: Sequence[str]) -> Any:
    """Measures over the values of a factor.

    Parameters
    ----------
    found : StudyResults
        The results of the study.
    factor : str
        One of `numeric_factors`.
    measures : sequence of str
        In the order of the rows.

    Returns
    -------
    Altair chart
        A line for each policy, or for each value of another factor where there is but one policy.
    """
    others = [name for name in found.factors if name != factor and found.runs[name].nunique() <= MOST_CURVES]
    by = others[0] if others and len(found.study.policies) == 1 else "policy"
    table = found.over(["world", by, factor], *measures)
    text = f"Means over {pooling(found, ['world', by, factor])}; bands: 95 % intervals"
    return plots.responses(table, factor, by, measures, text)


def sampled(found: StudyResults, measure: str) -> Any:
    """A measure over each parameter of a sample.

    Parameters
    ----------
    found : StudyResults
        The results of a study with a sample.
    measure : str
        What is drawn upwards.

    Returns
    -------
    Altair chart or None
        As `plots.scatter`.
    """
    sample = found.study.sample
    assert sample is not None
    told = f"{len(sample):,} points, {heading(sample.method)}; lines: means of ten groups"
    return plots.scatter(found.runs, sample.names, measure, told)
