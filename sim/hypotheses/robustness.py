"""The same hypotheses in other organisations and in another kind of reality, and whether their verdicts stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from ..present.files import write_csv
from ..present.tables import markdown_table
from ..study.results import StudyResults
from ..study.study import Study
from ..version import model_version
from .evaluation import FAILS, HOLDS, MARKS, summed, table, verdicts
from .page import WHY, Judged, Pattern, judged_in, place, read_verdicts

TITLE = "# Do the verdicts stay in other organisations?"
FOLDER, FILE = "robust", "verdicts.csv"
REPLICATES = 16
# Communities have twenty members each, as in the default organisation.
VARIANTS: Mapping[str, Mapping[str, Any]] = {
    "60 workers": {"workers": 60, "communities": 3},
    "500 workers": {"workers": 500, "communities": 25},
    "blocks": {"reality": "blocks"},
}


def varied(study: Study, variant: str) -> Study:
    """A study in a variant, with fewer replicates.

    Parameters
    ----------
    study : Study
        The study as it is.
    variant : str
        One of `VARIANTS`.

    Returns
    -------
    Study
        Named `NAME_VARIANT`, with the settings of the variant in its scenario and at most `REPLICATES` replicates.

    Raises
    ------
    ScenarioError
        If the variant does not fit its other settings.
    """
    given = study.to_dict()
    given["scenario"] = {**given["scenario"], **VARIANTS[variant]}
    given["replicates"] = min(REPLICATES, study.replicates)
    given.pop("precision", None)
    return Study.from_dict({**given, "name": f"{study.name}_{variant}"})


def tried(pattern: Pattern) -> dict[Path, Study]:
    """The studies of a hypothesis to be varied: all but those that look for reasons.

    Parameters
    ----------
    pattern : Pattern
        The hypothesis.

    Returns
    -------
    dict of Path to Study
        By file, as in `Pattern.studies`.

    Raises
    ------
    ScenarioError
        As for `Pattern.studies`.
    """
    return {file: study for file, study in pattern.studies.items() if not file.stem.endswith(WHY)}


def judge(of: Mapping[str, StudyResults], folder: Path) -> None:
    """Write the verdicts on a study in all variants, in one table with `variant`.

    Parameters
    ----------
    of : mapping of str to StudyResults
        The results in each variant, by its name.
    folder : Path
        A folder that exists; its file `FILE` is replaced.

    Raises
    ------
    ScenarioError
        As for `evaluation.verdicts`.
    """
    rows = [table(verdicts(found)).assign(variant=variant) for variant, found in of.items()]
    write_csv(pd.concat(rows, ignore_index=True), folder / FILE)


# --- the page ---------------------------------------------------------------------------------------------------------


def frame(one: Judged, out: Path) -> pd.DataFrame:
    """The verdicts on a hypothesis in all variants that were run, and as it is (variant "").

    Parameters
    ----------
    one : Judged
        The hypothesis as it is.
    out : Path
        Where the results of all hypotheses are, those of variants in `FOLDER`.

    Returns
    -------
    DataFrame
        One row for each verdict that is claimed: the columns of `evaluation.table`, `part` (the name of the file,
        without its end) and `variant`.
    """
    parts = [one.tried.assign(variant="")]
    for name in one.tables:
        path = out / FOLDER / place(Path(name)) / FILE
        if path.exists():
            rows = read_verdicts(path)
            parts.append(rows[rows["claimed"]].assign(part=name))
    return pd.concat(parts, ignore_index=True)


def readme(folder: Path, out: Path) -> str:
    """How the verdicts fare in the variants, in Markdown.

    Parameters
    ----------
    folder, out : Path
        Where the hypotheses and their results are, as for `page.judged_in`.

    Returns
    -------
    str
        A page about the hypotheses that were run in any variant.

    Raises
    ------
    ScenarioError
        As for `page.judged_in` and `Pattern.studies`.
    """
    frames = {one: rows for one in judged_in(folder, out) if (rows := frame(one, out))["variant"].any()}
    parts = [
        TITLE,
        f"Made by `tripleos hypotheses --robust` with model version {model_version()}, after `tripleos hypotheses`.",
        _ABOUT,
        _overview(frames),
        "## What turns over",
        "Statements that hold in one and do not in the other, the default organisation (first) against a variant:",
        "\n".join(_turned(frames)) or "None.",
    ]
    return "\n\n".join(parts) + "\n"


_ABOUT = (
    "The default organisation has 120 workers on a rugged (NK) landscape. Here are organisations of 60 and of 500, "
    "with communities of the same size, and one of 120 whose reality is made of blocks that must match (Fang et al. "
    f"2010), in which complexity means nothing. {REPLICATES} replicates each, so that more is left undecided (?). "
    "Numbers: statements that hold, of all that are made (each in each world)."
)


def _overview(frames: dict[Judged, pd.DataFrame]) -> str:
    lines = []
    for one, rows in frames.items():
        cells = [_fared(rows[rows["variant"] == variant]["outcome"]) for variant in ("", *VARIANTS)]
        lines.append((one.pattern.name, one.pattern.title, *cells))
    return markdown_table(["", "hypothesis", "as it is", *VARIANTS], lines)


def _fared(outcomes: pd.Series) -> str:
    return f"{MARKS[summed(outcomes)]} {(outcomes == HOLDS).sum()} of {len(outcomes)}" if len(outcomes) else "–"


def _turned(frames: dict[Judged, pd.DataFrame]) -> Sequence[str]:
    """Statements that hold as it is and do not in a variant, or the other way round."""
    lines = []
    for one, rows in frames.items():
        keys = ["part", "hypothesis", "where"]
        both = rows[rows["variant"] != ""].merge(rows[rows["variant"] == ""], on=keys, suffixes=("", "_usual"))
        row: Any
        for row in both.itertuples():
            if {row.outcome, row.outcome_usual} == {HOLDS, FAILS}:
                numbers = f"{row.effect_usual:+.3f} {MARKS[row.outcome_usual]}, {row.effect:+.3f} {MARKS[row.outcome]}"
                world = f" ({row.where})" if row.where else ""
                lines.append(f"- {one.pattern.name}, {row.variant}: {row.statement}{world}: {numbers}")
    return lines
