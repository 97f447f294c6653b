"""The report of a study: tables, figures, and a page that opens without a network.

Every number in it comes from one method of `StudyResults`, which reads the store:

    found = Study.from_toml("demo").results()
    found.cells("output")                 policies in worlds: means, intervals, paired differences, variance ratios
    found.over(["policy", "hurdle"])      the same over any of what is varied
    found.points()                        the same for each point
    found.trajectories()                  over the weeks
    found.precision                       replicates and half-width that each point reached
    found.indices(), found.boxes()        Sobol' or Morris indices; where a policy fails
"""

from __future__ import annotations

import math
import platform
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ..errors import ScenarioError
from ..hypotheses import plots as hypothesis_plots
from ..hypotheses.evaluation import Grid, readable, verdicts, with_holm
from ..hypotheses.evaluation import table as verdict_table
from ..model.model import model_of
from ..present import tables
from ..present.captions import CellTable, pooling, replicates
from ..present.files import write_csv, write_parquet
from ..present.formatting import heading, mean_text
from ..present.html import Section
from ..present.html import report as page
from ..present.measures import HEADLINES
from ..present.tables import frame_html, frame_markdown, legend, markdown, markdown_table
from ..scenario import World
from ..study.definition import StudyDefinition
from ..study.designs import Sample
from ..study.precision import Precision
from ..study.results import StudyResults, varied_names
from ..study.store import conditions_of
from ..web.page import MOST, live_page, why_not
from ..web.shipped import is_at_hand
from . import plots
from .study_plots import MOST_CURVES, differences, numeric_factors, responses, sampled, trajectories

MARK = "<!-- a report of tripleos -->"  # on top of a README that may be replaced
RESPONSES = ("output", "coherent_action", "innovation")
README, PAGE, LIVE = "README.md", "report.html", "live.html"
MOST_LINES = 64  # of a table on the page


@dataclass(frozen=True)
class Figure:
    """A figure with the name of its files and what it shows.

    Attributes
    ----------
    name : str
        Of its files, without their ends.
    told : str
        What it shows, in a sentence.
    drawn : Altair chart or None
        None if there is nothing to show.
    """

    name: str
    told: str
    drawn: Any


def write(folder: Path, found: StudyResults, command: str) -> list[str]:
    """Write all files of a report.

    Parameters
    ----------
    folder : Path
        A folder that exists.
    found : StudyResults
        The results of the study.
    command : str
        What makes the report again.

    Returns
    -------
    list of str
        The names of the files: the README, the page, tables and figures.
    """
    figures, tables = list(figures_of(found)), tables_of(found)
    names = []
    for name, table in tables.items():
        write_csv(table, folder / f"{name}.csv")
        write_parquet(table, folder / f"{name}.parquet", found.store.manifest() or {})
        names += [f"{name}.csv", f"{name}.parquet"]
    for figure in figures:
        figure.drawn.save(folder / f"{figure.name}.svg")
        figure.drawn.save(folder / f"{figure.name}.png", scale_factor=1.5)
        names += [f"{figure.name}.svg", f"{figure.name}.png"]
    (folder / README).write_text(readme(found, figures, list(tables), command), encoding="utf-8")
    (folder / PAGE).write_text(html(found, figures, command), encoding="utf-8")
    if has_live_page(found.study):
        shown = found.study.before_varying(found.study.worlds[0])[:MOST]
        (folder / LIVE).write_text(live_page(shown), encoding="utf-8")
        names.insert(0, LIVE)
    return [README, PAGE, *names]


def has_live_page(study: StudyDefinition) -> bool:
    """Whether a report has a page on which the scenarios can be changed and run again.

    Parameters
    ----------
    study : StudyDefinition
        What the report is of.

    Returns
    -------
    bool
        False where they are too large for a page, and where its module would have to be compiled first, as with a new
        extension: `tripleos page` does so.
    """
    shown = study.before_varying(study.worlds[0])[:MOST]
    return not why_not(shown) and is_at_hand(model_of(study.with_))


def is_ours(folder: Path) -> bool:
    """Whether a folder holds a report, which may be replaced.

    Parameters
    ----------
    folder : Path
        Any path, also of no folder.

    Returns
    -------
    bool
        True if the first line of its README is `MARK`.
    """
    try:
        with open(folder / README, encoding="utf-8") as file:
            return file.readline().strip() == MARK
    except (OSError, UnicodeDecodeError):
        return False


# --- tables -----------------------------------------------------------------------------------------------------------


def tables_of(found: StudyResults) -> dict[str, pd.DataFrame]:
    """The tables that are written.

    Parameters
    ----------
    found : StudyResults
        The results of the study.

    Returns
    -------
    dict of str to DataFrame
        By the name of the file, without its end: `summary`, and `points`, `precision`, `hypotheses`, `indices` and
        `boxes` if the study has them.
    """
    tables = {"summary": found.cells()}
    if found.varied:
        tables["points"] = found.points()
    if found.study.precision is not None:
        tables["precision"] = found.precision
    if found.study.hypotheses:
        tables["hypotheses"] = hypotheses(found)
    if (indices := found.indices()) is not None:
        tables["indices"] = indices
    if "factor" in boxes(found) and (limits := found.boxes()) is not None:
        tables["boxes"] = limits
    return tables


def hypotheses(found: StudyResults) -> pd.DataFrame:
    """The verdicts on the hypotheses of a study, with Holm's correction for all that are made in it.

    Parameters
    ----------
    found : StudyResults
        The results of a study with hypotheses.

    Returns
    -------
    DataFrame
        As `evaluation.with_holm` gives it.

    Raises
    ------
    ScenarioError
        As for `evaluation.verdicts`.
    """
    table = verdict_table(verdicts(found))
    return with_holm(table, table["claimed"])


def settings(found: StudyResults) -> pd.DataFrame:
    """The headline measures of every setting of the factors, as people read them.

    Parameters
    ----------
    found : StudyResults
        The results of the study.

    Returns
    -------
    DataFrame
        One row for each setting: its conditions, and each measure with its interval as text. Empty if nothing but
        worlds and policies is varied, if the study samples, or if there are more than `MOST_LINES` settings.
    """
    if found.study.sample is not None or not found.factors:
        return pd.DataFrame()
    kept = [name for name in ("world", "policy") if found.runs[name].nunique() > 1]
    names = [*kept, *found.factors]
    table = found.over(names, *HEADLINES)
    if table["setting"].nunique() > MOST_LINES:
        return pd.DataFrame()
    rows: list[dict[Any, Any]] = table.to_dict("records")
    table["told"] = [mean_text(row) for row in rows]
    wide = table.pivot(index="setting", columns="measure", values="told")[list(HEADLINES)]
    wide.columns = [heading(name) for name in HEADLINES]
    heads = table.drop_duplicates("setting").set_index("setting")[names]
    return heads.rename(columns=heading).join(wide)


def pairing(found: StudyResults) -> pd.DataFrame:
    """What pairing gained: variance ratios of output and coherent action for each policy in each world.

    Parameters
    ----------
    found : StudyResults
        The results of the study.

    Returns
    -------
    DataFrame
        A row for each policy but the first, a column for each world and measure. Empty if nothing is compared, or no
        ratio is known.
    """
    cells = found.cells("output", "coherent_action")
    cells = cells[cells["setting"] != cells["base"]]
    if cells.empty or cells["variance_ratio"].isna().all():
        return pd.DataFrame()
    column = cells["world"] + ": " + cells["measure"].map(heading)
    wide = cells.assign(column=column).pivot(index="policy", columns="column", values="variance_ratio")
    return wide.loc[list(dict.fromkeys(cells["policy"])), list(dict.fromkeys(column))]


# --- figures ----------------------------------------------------------------------------------------------------------


def figures_of(found: StudyResults) -> Iterator[Figure]:
    """The figures that the study has something to show in.

    Parameters
    ----------
    found : StudyResults
        The results of the study.

    Yields
    ------
    Figure
        In the order of the page.
    """
    for figure in (*_hypotheses(found), *_trajectories(found), *_responses(found), *_settings(found), *_sampled(found)):
        if figure.drawn is not None:
            yield figure


def _hypotheses(found: StudyResults) -> Iterator[Figure]:
    if found.study.hypotheses:
        drawn = hypothesis_plots.figure(Grid(found), verdicts(found))
        yield Figure("hypotheses", "Hypotheses, and whether they hold", drawn)


def _trajectories(found: StudyResults) -> Iterator[Figure]:
    study = found.study
    if not study.trajectories or len(study.worlds) > 4 or len(study.policies) > MOST_CURVES:
        return
    drawn = trajectories(found, study.trajectories)
    yield Figure("trajectories", "The trajectory of each policy over the weeks", drawn)


def _settings(found: StudyResults) -> Iterator[Figure]:
    yield Figure("differences", "Paired differences from the first policy", differences(found, HEADLINES))
    names = ["world", "policy"] + ([] if found.study.sample else found.factors)
    told = f"Means over {pooling(found, names)}; ringed: nothing is better in all three"
    drawn = plots.pareto(found.front(names), names, told)
    yield Figure("pareto", "Output, coherent action and overload together", drawn)


def _responses(found: StudyResults) -> Iterator[Figure]:
    numbers = numeric_factors(found)
    for factor in numbers:
        drawn = responses(found, factor, RESPONSES)
        told = f"What {heading(factor)} does to output, coherent action and innovation"
        yield Figure(f"response_{factor}", told, drawn)
    if len(numbers) > 1:
        x, y = numbers[:2]
        names = ["world", "policy", x, y]
        for measure in RESPONSES[:2]:
            text = f"Means over {pooling(found, names)}"
            drawn = plots.surface(found.over(names, measure), (x, y), measure, text)
            told = f"{heading(measure).capitalize()} over {heading(x)} and {heading(y)}"
            yield Figure(f"surface_{measure}", told, drawn)


def _sampled(found: StudyResults) -> Iterator[Figure]:
    sample = found.study.sample
    if sample is None:
        return
    if (indices := found.indices()) is not None:
        drawn = plots.indices(indices, RESPONSES, f"{_method(sample)}; bars: 95 % bootstrap intervals")
        yield Figure("indices", "Which parameters matter", drawn)
    else:
        for measure in RESPONSES[:2]:
            told = f"{heading(measure).capitalize()} over each sampled parameter"
            yield Figure(f"sample_{measure}", told, sampled(found, measure))


def _method(sample: Sample) -> str:
    if sample.method == "morris":
        return f"Morris' elementary effects of {sample.points:,} trajectories"
    return f"Sobol' indices from a Saltelli design of {sample.points:,} base points"


# --- words ------------------------------------------------------------------------------------------------------------


def readme(found: StudyResults, figures: list[Figure], tables: list[str], command: str) -> str:
    """The report in Markdown: what does not depend on the machine or the hour.

    Parameters
    ----------
    found : StudyResults
        The results of the study.
    figures : list of Figure
        Those written beside it, as SVG.
    tables : list of str
        The names of the tables written beside it, as in `tables_of`.
    command : str
        What makes the report again.

    Returns
    -------
    str
        The text, with `MARK` on top.
    """
    study, cells = found.study, CellTable(found)
    parts = [
        MARK,
        f"# {study.title}",
        study.about,
        f"Made by `{command}` with model version {study.version}; the same commands reproduce the same numbers.",
        _size(found),
        *(f"![{figure.told}]({figure.name}.svg)" for figure in figures),
        "## Policies in worlds",
        "  \n".join(legend(cells).splitlines()),
        *(f"### {w.name} world\n\n{world_text(study, w)}\n\n{markdown(cells, w.name).rstrip()}" for w in study.worlds),
    ]
    if study.hypotheses:
        parts += ["## Hypotheses", _HYPOTHESES, frame_markdown(readable(hypotheses(found)))]
    if len(listed := settings(found)):
        parts += ["## Settings", frame_markdown(listed)]
    if len(gained := pairing(found)):
        parts += ["## What pairing gained", _PAIRING, frame_markdown(gained.map(times).reset_index())]
    parts += ["## Files", _files(found, tables)]
    return "\n\n".join(part for part in parts if part) + "\n"


_HYPOTHESES = (
    "A hypothesis holds where the whole 95 % confidence interval of its effect lies at or beyond the size that is "
    "needed, does not hold where all of it lies on the other side, and is undecided where the interval contains that "
    "size, or where there is none because half of the values or more are the same. Each of these verdicts is wrong "
    "with a chance of up to 2.5 %; after Holm's correction for the number of hypotheses, the chance of any mistake "
    "among those that remain is 5 % at most."
)


def _asked(rule: Precision) -> str:
    """What a study asks for, and what the columns of the table say."""
    of = "the paired difference from the first policy" if rule.difference else "the mean"
    return (
        f"Each point was run until the {100 * rule.level:g} % interval of {of} of {heading(rule.measure)} was no wider "
        f"than ±{rule.half_width:g}, and stayed so, or until it had {rule.most:,} replicates. values: replicates that "
        "gave one; half width: what they give."
    )


def precision(found: StudyResults) -> pd.DataFrame:
    """How precise each point is, with its conditions, as people read it.

    Parameters
    ----------
    found : StudyResults
        The results of a study that asks for a precision.

    Returns
    -------
    DataFrame
        One row for each point: `point`, what is varied, `replicates`, `values`, `half_width`, and `reached` ("yes" or
        "no").
    """
    table = found.precision
    told = conditions_of(found.study, table["point"].to_numpy())
    varied = {name: values for name, values in told.items() if len(set(values)) > 1}
    reached = table["reached"].map({True: "yes", False: "no"})
    kept = table[["replicates", "values", "half_width"]]
    return pd.DataFrame({"point": table["point"], **varied}).join(kept).assign(reached=reached)


_REPLICATION = (
    "in runs: share of the variance between single runs that replicates of one point have among themselves. "
    "in means: what is left of it in the means of the points; every total index, also that of a parameter without any "
    "influence, is at least about as large."
)


def times(ratio: float) -> str:
    """A variance ratio as text.

    Parameters
    ----------
    ratio : float
        The ratio; infinite if two policies never differ, nan if it is not known.

    Returns
    -------
    str
        As in "×3.1", or a dash.
    """
    return f"×{ratio:.1f}" if math.isfinite(ratio) else "–"


_PAIRING = (
    "All policies face identical random events, because they run under the same seeds. ×3 means that unrelated runs "
    "would need three times as many replicates for differences of the same precision."
)
_TABLES = {
    "summary": "policies in worlds, all measures: means, paired differences, intervals, variance ratios",
    "points": "the same for every point of the design",
    "precision": "replicates and half-width that each point reached",
    "hypotheses": "the verdict on each hypothesis in each world",
    "indices": "how much each sampled parameter matters",
    "boxes": "in which part of what was sampled policies fail",
}


def _files(found: StudyResults, names: list[str]) -> str:
    """The files of the report, and where to look further."""
    tables = {f"`{name}.csv`, `{name}.parquet`": _TABLES[name] for name in names}
    pages = {"`report.html`": "all this on one page that opens offline, with interactive figures"}
    if has_live_page(found.study):
        pages["`live.html`"] = "a page on which these policies can be changed and run again, in any browser, offline"
    lines = {**tables, **pages, "`*.svg`, `*.png`": "the figures"}
    return (
        f"{markdown_table(['file', 'content'], lines.items())}\n\n"
        "What the measures mean: `tripleos list measures`. What a policy sets: "
        f"`tripleos describe {found.study.policies[-1].name}`.\nOne run alone: `tripleos rerun`."
    )


def boxes(found: StudyResults) -> pd.DataFrame:
    """The boxes in which policies fail, as people read them.

    Parameters
    ----------
    found : StudyResults
        The results of the study.

    Returns
    -------
    DataFrame
        One row for each box and factor that it restricts: `world`, `policy`, `box`, `factor`, `within` (its limits in
        words), `coverage`, `density`, `support`, `points` and `cases`. Where there are no boxes, one row with the
        reason in `box`; empty if the study does not say what failing is, or samples nothing.
    """
    if found.study.sample is None or not found.study.fails:
        return pd.DataFrame()
    try:
        table = found.boxes()
    except ScenarioError as error:  # without the optional part that looks for them, all else is told
        return pd.DataFrame({"box": [str(error)]})
    if table is None or table.empty:
        return pd.DataFrame({"box": ["none: failing points are nowhere dense enough"]})
    limits = [_limits(row.low, row.high, row.values) for row in table.itertuples()]
    kept = table[["world", "policy", "box", "factor"]].assign(factor=table["factor"].map(heading), within=limits)
    return kept.join(table[["coverage", "density", "support", "points", "cases"]])


def _limits(low: Any, high: Any, values: Any) -> str:
    """A limit of a box on a factor in words."""
    told = [f"{sign} {value:.3g}" for sign, value in (("≥", low), ("≤", high)) if not pd.isna(value)]
    return str(values) or " and ".join(told)


def _failing(found: StudyResults) -> str:
    """What failing is, and how many points do."""
    fails = found.study.fails
    assert fails is not None
    bound = f"below {fails.below:g}" if fails.below is not None else f"above {fails.above:g}"
    rows = found.failures().itertuples()
    counts = [f"{heading(str(row.policy))} ({row.world}): {row.fail} of {row.points}" for row in rows]
    return (
        f"A point fails if its mean {heading(fails.measure)} is {bound}. Failing points, {'; '.join(counts)}.\n"
        "A box (PRIM) is a part of what was sampled in which failing is common. Coverage: share of all failing points "
        "in it; density: share of its points that fail; support: share of all points in it."
    )


def world_text(study: StudyDefinition, world: World) -> str:
    """What a world is about, or what of it is varied.

    Parameters
    ----------
    study : StudyDefinition
        The study.
    world : World
        One of its worlds.

    Returns
    -------
    str
        What the world says about itself; if the study varies parameters of worlds, their names instead.
    """
    varied = [name for name in varied_names(study) if name in World.model_fields]
    return world.about if not varied else f"Varied in it: {', '.join(map(heading, varied))}."


def _size(found: StudyResults) -> str:
    """What was run, in a sentence or two."""
    study = found.study
    text = (
        f"{study.points:,} points, {len(found.runs):,} runs of {study.weeks} weeks; {replicates(found)} of each point."
    )
    failed = int((found.all["status"] != "ok").sum())
    missing = study.runs - len(found.all)
    if study.precision is not None:
        reached = int(found.precision["reached"].sum())
        what = f"{'difference of ' if study.precision.difference else ''}{heading(study.precision.measure)}"
        text += f" Asked for: {what} to ±{study.precision.half_width:g};"
        text += f" reached at {reached} of {len(found.precision)} points."
    elif missing:
        text += f" **{missing:,} runs are missing.**"
    if beyond := found.beyond:
        text += f" {beyond:,} more runs are stored, of further replicates, and left out."
    return text + (f" **{failed:,} runs failed.**" if failed else "")


def html(found: StudyResults, figures: list[Figure], command: str) -> str:
    """The page, which opens without a network.

    Parameters
    ----------
    found : StudyResults
        The results of the study.
    figures : list of Figure
        Those on the page.
    command : str
        What makes the report again.

    Returns
    -------
    str
        The page in HTML.
    """
    study, cells = found.study, CellTable(found)
    sections = [
        Section("What was run", text=_size(found)),
        *(
            Section(f"{w.name} world", text=world_text(study, w), table=tables.html(cells, w.name))
            for w in study.worlds
        ),
        Section("How the tables are read", text=legend(cells)),
        *(Section(figure.told, chart=figure.drawn.to_dict()) for figure in figures),
    ]
    if study.hypotheses:
        told = readable(hypotheses(found))
        sections.insert(1, Section("Hypotheses", text=_HYPOTHESES, table=frame_html(told)))
    if len(gained := pairing(found)):
        told = gained.map(times).reset_index()
        sections.append(Section("What pairing gained", text=_PAIRING, table=frame_html(told)))
    if len(listed := settings(found)):
        how = "All settings, with half the width of the 95 % interval of each mean."
        sections.append(Section("Settings", text=how, table=frame_html(listed)))
    if found.indices() is not None:
        sections.append(
            Section("Variance between replicates", text=_REPLICATION, table=frame_html(found.replication_variance()))
        )
    if study.sample is not None and study.fails:
        sections.append(Section("Where it fails", text=_failing(found), table=frame_html(boxes(found))))
    if study.precision is not None:
        sections.append(
            Section("Precision", text=_asked(study.precision), table=frame_html(precision(found).head(MOST_LINES)))
        )
    sections.append(Section("Where the numbers come from", table=frame_html(provenance(found, command))))
    sections.append(Section("How to reproduce a number", text=_again(study.name + ".toml")))
    return page(study.title, study.about, sections)


def _again(file: str) -> str:
    return (
        f"tripleos rerun {file} 0 makes one run again, alone, and holds it against what is stored.\n"
        "In Python, Study.from_toml(…).results() reads the store; its methods cells, over, points, trajectories, "
        "precision, indices and boxes give every number and figure of this page."
    )


def _ms(seconds: pd.Series) -> str:
    return f"{1000 * seconds.median():.1f} ms"


def provenance(found: StudyResults, command: str) -> pd.DataFrame:
    """Versions, command, machine and time.

    Parameters
    ----------
    found : StudyResults
        The results of the study.
    command : str
        What makes the report again.

    Returns
    -------
    DataFrame
        `what` and `is`, one row for each fact.
    """
    manifest = found.store.manifest() or {}
    seconds = found.seconds
    rows = {
        "made by": command,
        "runs made by": manifest.get("command", ""),
        "model version": ", ".join(sorted(found.runs["version"].unique())),
        **{name: version for name, version in manifest.get("began_with", {}).items() if name != "model"},
        "machine": f"{platform.system()} {platform.machine()}",
        "time of all runs": f"{seconds.sum():,.0f} s of one core; half of them took up to {_ms(seconds)} each",
        "study": f"{found.study.name}, key {found.study.key}",
        "seeds": f"{found.seeds[0]} to {found.seeds[-1]}",
    }
    return pd.DataFrame({"what": rows.keys(), "is": rows.values()})
