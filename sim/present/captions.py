"""What the numbers of a study are means over, in words; and its cells as `tables` shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..study.results import StudyResults
from .formatting import heading, seeds_text

NAMED = 5  # parameters that a text lists


def replicates(found: StudyResults) -> str:
    """How many replicates there are of each point, and their seeds.

    Parameters
    ----------
    found : StudyResults
        The runs of a study, read.

    Returns
    -------
    str
        As in "4 replicates (seeds 1 to 4)".
    """
    counts = found.runs.groupby("point")["run"].count()
    return seeds_text(found.seeds) if counts.nunique() == 1 else f"{counts.min()} to {counts.max()} replicates"


def means_of(found: StudyResults) -> str:
    """What the means of policies in worlds are over.

    Parameters
    ----------
    found : StudyResults
        The runs of a study, read.

    Returns
    -------
    str
        As in "weeks 53 to 260 and 4 replicates (seeds 1 to 4)".
    """
    weeks = f"weeks {found.study.warm_up + 1} to {found.study.weeks}"
    text = pooling(found, ("world", "policy"))
    return f"{weeks}, {text}" if " and " in text else f"{weeks} and {text}"


def pooling(found: StudyResults, names: Sequence[str]) -> str:
    """What a mean over some settings is over: the replicates and what else is varied, if anything is.

    Parameters
    ----------
    found : StudyResults
        The runs of a study, read.
    names : sequence of str
        What tells the settings apart: `world`, `policy`, or factors.

    Returns
    -------
    str
        As in "4 replicates (seeds 1 to 4) and 3 settings of hurdle".
    """
    varied = ("world", "policy", *found.factors)
    rest = [name for name in varied if name not in names and found.runs[name].nunique() > 1]
    if not rest:
        return replicates(found)
    cell = [name for name in varied if name in names]
    points = found.runs.groupby(cell, sort=False)["point"].nunique() if cell else found.runs["point"].agg(["nunique"])
    listed = ", ".join(map(heading, rest)) if len(rest) <= NAMED else f"{len(rest)} parameters"
    return f"{replicates(found)} and {points.max():,} settings of {listed}"


def paired_by(found: StudyResults) -> str:
    """What differences are paired by; empty where there is but one replicate.

    Parameters
    ----------
    found : StudyResults
        The runs of a study, read.

    Returns
    -------
    str
        "seed by seed", or empty.
    """
    return "seed by seed" if len(found.seeds) > 1 else ""


class CellTable:
    """The policies of a study in its worlds, as `tables.Summary` has it.

    Attributes
    ----------
    labels, worlds : list of str
        Policy and world of each cell.
    means_of, paired_by : str
        See the functions of this name.
    """

    def __init__(self, found: StudyResults) -> None:
        cells = found.cells()
        rows: list[dict[Any, Any]] = cells.to_dict("records")
        self._rows = {(int(row["setting"]), str(row["measure"])): row for row in rows}
        heads = cells.drop_duplicates("setting")
        self.labels: list[str] = heads["policy"].tolist()
        self.worlds: list[str] = heads["world"].tolist()
        self.means_of = means_of(found)
        self.paired_by = paired_by(found)

    def row(self, a: int, measure: str) -> Mapping[str, Any]:
        """A row of `StudyResults.cells`.

        Parameters
        ----------
        a : int
            Number of the cell.
        measure : str
            The measure.

        Returns
        -------
        mapping
            The columns of `StudyResults.cells`.
        """
        return self._rows[a, measure]
