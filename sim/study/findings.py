"""What the runs of a study say: the numbers of its report, each from one call.

>>> import tempfile
>>> from sim.study.study import Study
>>> small = {"workers": 24, "weeks": 8}
>>> study = Study.build("small", policies=["balanced", "heads_down"], scenario=small, replicates=3)
>>> with tempfile.TemporaryDirectory() as folder:
...     found = study.run(folder)
...     table = found.cells("output")
>>> table["policy"].tolist(), table["replicates"].tolist()
(['balanced', 'heads_down'], [3, 3])
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from ..errors import StudyError
from ..figures import course
from ..measures import MEASURE_NAMES
from ..texts import heading, seeds_text
from . import estimates
from .precision import review
from .store import Store
from .study import Named, Study
from .worker import OK


class Findings:
    """The runs of a study in a store, read.

    Raises `StudyError` if there are no runs, or a file is damaged.
    """

    def __init__(self, store: Store) -> None:
        self.store, self.study = store, store.study
        self.all = store.frame()
        if not (self.all["status"] == OK).any():
            raise StudyError(f"{store.folder} has no run that went well: `tripleos sweep` makes them")

    @cached_property
    def runs(self) -> pd.DataFrame:
        """The runs that count: those that went well; with a precision, up to the replicate at which a point stops."""
        well = self.all[self.all["status"] == OK]
        if self.study.precision is None:
            return well.reset_index(drop=True)
        stops = dict(zip(self.precision["point"], self.precision["replicates"], strict=True))
        return well[well["replicate"] < well["point"].map(stops)].reset_index(drop=True)

    @cached_property
    def precision(self) -> pd.DataFrame:
        """How precise each point is, where the study asks for a precision (see `precision.review`)."""
        assert self.study.precision is not None
        return reviewed(self.study, self.all)

    # --- points -------------------------------------------------------------------------------------------------------

    @cached_property
    def bases(self) -> dict[int, int]:
        """The point that each point is compared with (see `Study.base_point`)."""
        here = set(self.runs["point"].tolist())
        return {p: (b if (b := self.study.base_point(p)) in here else p) for p in here}

    def points(self, *measures: str) -> pd.DataFrame:
        """Mean, interval and paired difference from the base for each point and measure (default: all measures)."""
        return estimated(self.runs, self.bases, measures or MEASURE_NAMES, self.study.design.names)

    # --- cells: policies in worlds, whatever else is varied -----------------------------------------------------------

    @property
    def varied(self) -> bool:
        """Whether anything but policy and world is varied."""
        return bool(self.study.axes)

    @cached_property
    def cell_labels(self) -> list[tuple[str, str]]:
        """World and policy of each cell, world by world."""
        return [(w.name, p.name) for w in self.study.worlds for p in self.study.policies]

    @cached_property
    def _by_cell(self) -> pd.DataFrame:
        """A row for each cell and unit: a unit is a seed or, where more is varied, a setting of the rest."""
        runs = self.runs
        policies, points = len(self.study.policies), self.study.points // len(self.study.worlds)
        world, rest = np.divmod(runs["point"].to_numpy(), points)
        rest, policy = np.divmod(rest, policies)
        table = runs[[name for name in MEASURE_NAMES if name in runs]].assign(point=world * policies + policy)
        if not self.varied:
            return table.assign(seed=runs["seed"])
        return table.assign(seed=rest).groupby(["point", "seed"], sort=True).mean().reset_index()

    def cells(self, *measures: str) -> pd.DataFrame:
        """Mean, interval and paired difference from the first policy for each policy in each world.

        Pairs are of one seed; where more is varied than policies and worlds, of one setting of the rest, as the mean
        over its replicates: the interval is then about the settings.
        """
        table = self._by_cell
        policies = len(self.study.policies)
        here = set(table["point"].tolist())
        bases = {c: (b if (b := c - c % policies) in here else c) for c in here}
        found = estimated(table, bases, measures or MEASURE_NAMES, ())
        world, policy = zip(*(self.cell_labels[c] for c in found["point"]), strict=True)
        found.insert(1, "world", world)
        found.insert(2, "policy", policy)
        return found.rename(columns={"point": "cell"})

    def courses(self) -> pd.DataFrame:
        """The course of measures over the weeks, for each policy in each world: mean and 95 % interval of the mean.

        The columns are those that `figures.chart` reads.
        """
        kept = self.store.rows([f"course_{name}" for name in self.study.courses])
        run = self.runs["run"].to_numpy()
        where = np.searchsorted(kept["run"].to_numpy(), run)
        policies, points = len(self.study.policies), self.study.points // len(self.study.worlds)
        point = self.runs["point"].to_numpy()
        cell = point // points * policies + point % policies
        parts = []
        for name in self.study.courses:
            values = np.stack(kept[f"course_{name}"].to_numpy()[where]).astype(float)
            for number in np.unique(cell):
                world, policy = self.cell_labels[number]
                one = course(values[cell == number], self.study.weeks)
                parts.append(one.assign(policy=heading(policy), world=world, measure=name))
        return pd.concat(parts, ignore_index=True)

    # --- words --------------------------------------------------------------------------------------------------------

    @property
    def seeds(self) -> list[int]:
        """The seeds of the runs that count."""
        return sorted(int(seed) for seed in self.runs["seed"].unique())

    @property
    def means_of(self) -> str:
        """What the means of a cell are over."""
        weeks = f"weeks {self.study.weeks_left_out + 1} to {self.study.weeks}"
        least, most = (int(f(self.runs.groupby("point")["run"].count())) for f in (np.min, np.max))
        seeds = seeds_text(self.seeds) if least == most else f"{least} to {most} replicates"
        if not self.varied:
            return f"{weeks} and {seeds}"
        settings = self._by_cell["seed"].nunique()
        return f"{weeks}, {seeds} and {settings} settings of {', '.join(varied_names(self.study))}"

    @property
    def paired_by(self) -> str:
        """What differences of cells are paired by; empty where there is but one unit."""
        if self._by_cell["seed"].nunique() < 2:
            return ""
        return "setting by setting" if self.varied else "seed by seed"


class CellTable:
    """The cells of findings as `tables` shows them."""

    def __init__(self, found: Findings) -> None:
        self._found = found
        cells = found.cells()
        rows: list[dict[Any, Any]] = cells.to_dict("records")
        self._rows = {(int(row["cell"]), str(row["measure"])): row for row in rows}
        self._cells: Sequence[int] = sorted({cell for cell, _ in self._rows})

    @property
    def labels(self) -> list[str]:
        """Policies."""
        return [self._found.cell_labels[cell][1] for cell in self._cells]

    @property
    def worlds(self) -> list[str]:
        """Worlds."""
        return [self._found.cell_labels[cell][0] for cell in self._cells]

    @property
    def means_of(self) -> str:
        """What the means are over."""
        return self._found.means_of

    @property
    def paired_by(self) -> str:
        """What differences are paired by."""
        return self._found.paired_by

    def row(self, a: int, measure: str) -> Mapping[str, Any]:
        """A row of `Findings.cells`."""
        return self._rows[self._cells[a], measure]


def estimated(
    runs: pd.DataFrame, bases: Mapping[int, int], measures: Sequence[str], labels: Sequence[str]
) -> pd.DataFrame:
    """Means and paired differences beside each other, one row for each point and measure."""
    means = estimates.means(runs, measures, labels=labels)
    paired = estimates.differences(runs, bases, measures, labels=())
    kept = ["base", "difference", "difference_low", "difference_high", "variance_ratio", "pairs"]
    return means.drop(columns="half_width").assign(**{name: paired[name] for name in kept})


def varied_names(study: Study) -> list[str]:
    """What is varied beside policies and worlds."""
    return [name for axis in study.design.axes if not isinstance(axis, Named) for name in axis.names]


def reviewed(study: Study, rows: pd.DataFrame) -> pd.DataFrame:
    """How precise each point of a study is, from the table of its runs (see `precision.review`)."""
    assert study.precision is not None
    base = {point: study.base_point(point) for point in range(study.points)}
    return review(rows[rows["status"] == OK], study.precision, base, rows[rows["status"] != OK])
