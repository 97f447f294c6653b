"""What the runs of a study say: the numbers of its report, each from one call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ..analysis import estimates, statistics
from ..analysis.discovery import discover
from ..analysis.pareto import GOALS, pareto_front
from ..analysis.sensitivity import morris_effects, replication_variance, sobol_indices
from ..errors import StudyError
from .definition import StudyDefinition
from .old_names import Renamed, warn_of
from .precision import reviewed
from .rows import OK, weeks_of_points
from .store import Store

INDEXED = ("output", "coherent_action", "innovation")  # measures whose sensitivity is asked for


class StudyResults:
    """The runs of a study in a store, read.

    Parameters
    ----------
    store : Store
        Where the runs are.

    Attributes
    ----------
    study : StudyDefinition
        The study.
    all : DataFrame
        All runs stored, as `Store.frame` gives them.

    Raises
    ------
    StudyError
        If no run is stored that went well, or a file is damaged.
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
        bases = {point: self.study.base_point(point) for point in range(self.study.points)}
        return reviewed(self.all, self.study.precision, bases)

    courses: ClassVar = Renamed("trajectories")

    # --- points -------------------------------------------------------------------------------------------------------

    @cached_property
    def bases(self) -> dict[int, int]:
        """The point that each point is compared with (see `Study.base_point`)."""
        here = set(self.runs["point"].tolist())
        return {p: (b if (b := self.study.base_point(p)) in here else p) for p in here}

    def points(self, *measures: str) -> pd.DataFrame:
        """Mean, interval and paired difference from the base for each point and measure (default: all measures).

        Parameters
        ----------
        *measures : str
            Default: all.

        Returns
        -------
        DataFrame
            One row for each point and measure: `point`, what is varied, `measure`, `mean`, `low`, `high`, `replicates`,
            `base`, `difference`, `difference_low`, `difference_high`, `variance_ratio`, `pairs`.
        """
        return estimated(self.runs, self.bases, measures or self.study.measure_names, self.study.design.names)

    # --- settings: some of what is varied, whatever the rest ----------------------------------------------------------

    def over(self, names: Sequence[str], *measures: str) -> pd.DataFrame:
        """Mean, interval and paired difference from the first policy for each setting of some of what is varied.

        A mean is over seeds. Where more is varied than is named, a seed counts with its mean over all points of the
        setting (see `pooled`): they share the random events of the seed, so that they are no further samples of it.
        Differences are paired seed by seed. The columns are `setting` (a number), the names, `measure`, and those of
        `points`.

        Parameters
        ----------
        names : sequence of str
            Some of what is varied.
        *measures : str
            Default: all.

        Returns
        -------
        DataFrame
            One row for each setting and measure.
        """
        kept = [name for name in (measures or self.study.measure_names) if name in self.runs]
        runs = self.runs.sort_values(["point", "seed"], kind="stable")
        setting = numbered(runs, names)
        table = pooled(runs, setting, kept).rename(columns={"setting": "point"})
        heads = runs[list(names)].assign(setting=setting).drop_duplicates("setting").set_index("setting")
        found = estimated(table, _first_policies(heads), kept, ())
        labels = heads.loc[found["point"]].reset_index(drop=True)
        return pd.concat([found[["point"]].set_axis(["setting"], axis=1), labels, found.iloc[:, 1:]], axis=1)

    @property
    def varied(self) -> bool:
        """Whether anything but policy and world is varied."""
        return bool(self.study.axes)

    @property
    def factors(self) -> list[str]:
        """What is varied beside worlds and policies, and has more than one value."""
        names = [name for name in self.study.design.names if name not in ("world", "policy")]
        return [name for name in names if self.runs[name].astype(str).nunique() > 1]

    @property
    def seconds(self) -> pd.Series:
        """What each run stored took, on one core."""
        return pd.Series(self.store.rows(["seconds"])["seconds"].to_numpy())

    @property
    def beyond(self) -> int:
        """How many runs are stored of replicates beyond those that the study asks for."""
        return int((np.unique(self.store.read(["run"])["run"].to_numpy()) >= self.study.runs).sum())

    def cells(self, *measures: str) -> pd.DataFrame:
        """`over` policies in worlds.

        Parameters
        ----------
        *measures : str
            Default: all.

        Returns
        -------
        DataFrame
            As that of `over`.
        """
        return self.over(("world", "policy"), *measures)

    def front(self, names: Sequence[str]) -> pd.DataFrame:
        """`over` some settings, with `front`.

        It tells whether nothing in the same world has more output, more coherent action and fewer people too busy.

        Parameters
        ----------
        names : sequence of str
            Some of what is varied, `world` among it.

        Returns
        -------
        DataFrame
            As that of `over`, with a column `front` (bool).
        """
        table = self.over(names, *GOALS).rename(columns={"setting": "point"})
        fronts = pd.concat([pareto_front(table[table["world"] == name]) for name in table["world"].unique()])
        front = fronts.set_index("point")["front"]
        return table.assign(front=table["point"].map(front)).rename(columns={"point": "setting"})

    def indices(self, measures: Sequence[str] = INDEXED) -> pd.DataFrame | None:
        """Sobol' indices or elementary effects of what was sampled, for each policy in each world.

        None unless the sample was drawn for them. See `sensitivity`.

        Parameters
        ----------
        measures : sequence of str
            Measures.

        Returns
        -------
        DataFrame or None
            As that of `sensitivity`, with `world` and `policy`.
        """
        sample = self.study.sample
        if sample is None or sample.method not in ("saltelli", "morris"):
            return None
        analyse = sobol_indices if sample.method == "saltelli" else morris_effects
        tables = []
        for world, policy in self.study.cells:
            runs = self.runs[(self.runs["world"] == world) & (self.runs["policy"] == policy)]
            place = self._place(runs["point"].to_numpy())
            design = pd.DataFrame(sample.unit, columns=list(sample.names)).assign(point=np.arange(len(sample)))
            own = runs.drop(columns=list(sample.names)).assign(point=place)
            found = analyse(own, list(sample.names), measures, design=design)
            tables.append(found.assign(world=world, policy=policy))
        return pd.concat(tables, ignore_index=True)

    def replication_variance(self, measures: Sequence[str] = INDEXED) -> pd.DataFrame:
        """How much of the variance is between replicates, for each policy in each world (see `sensitivity`).

        Parameters
        ----------
        measures : sequence of str
            Measures.

        Returns
        -------
        DataFrame
            As that of `sensitivity`, with `world` and `policy`.
        """
        tables = []
        for world, policy in self.study.cells:
            runs = self.runs[(self.runs["world"] == world) & (self.runs["policy"] == policy)]
            tables.append(replication_variance(runs, measures).assign(world=world, policy=policy))
        return pd.concat(tables, ignore_index=True)

    def _place(self, points: np.ndarray) -> np.ndarray:
        """Which point of the sample each point of the design has (int64 [points])."""
        axes = self.study.design.axes
        axis = next(k for k, one in enumerate(axes) if one is self.study.sample)
        steps = int(np.prod([len(one) for one in axes[axis + 1 :]], dtype=np.int64))
        return points // steps % len(axes[axis])

    def boxes(self) -> pd.DataFrame | None:
        """In which part of what was sampled each policy fails. None unless the study says what failing is.

        See `discovery`.

        Returns
        -------
        DataFrame or None
            As that of `discovery.discover`, with `world` and `policy`.
        """
        study = self.study
        if study.sample is None or not study.fails:
            return None
        factors, tables = list(study.sample.names), [pd.DataFrame()]
        for world, policy in study.cells:
            runs = self.runs[(self.runs["world"] == world) & (self.runs["policy"] == policy)]
            points = runs.groupby("point").agg({study.fails.measure: "mean", **dict.fromkeys(factors, "first")})
            fails = study.fails.of_values(points[study.fails.measure])
            if fails.any() and not fails.all():
                halfway = (1.0 + float(fails.mean())) / 2.0  # between what chance gives and certainty
                found = discover(points, fails.to_numpy(), factors, density=halfway)
                tables.append(found.assign(world=world, policy=policy))
        return pd.concat(tables, ignore_index=True)

    def failures(self) -> pd.DataFrame:
        """How many points of the sample fail, for each policy in each world.

        Returns
        -------
        DataFrame
            `world`, `policy`, `fail`, `points`.
        """
        assert self.study.fails is not None
        measure = self.study.fails.measure
        points = self.runs.groupby(["world", "policy", "point"], sort=False)[measure].mean()
        fails = self.study.fails.of_values(points).groupby(["world", "policy"], sort=False)
        return fails.agg(fail="sum", points="count").reset_index()

    def trajectories(self) -> pd.DataFrame:
        """The trajectory of measures over the weeks, for each policy in each world: mean and 95 % interval of the mean.

        Columns: those of `mean_trajectory`, `policy`, `world` and `measure`.

        Returns
        -------
        DataFrame
            One row for each measure, world, policy and group of weeks.
        """
        kept = self.store.rows([f"trajectory_{name}" for name in self.study.trajectories])
        run = self.runs["run"].to_numpy()
        where = np.searchsorted(kept["run"].to_numpy(), run)
        parts = []
        for name in self.study.trajectories:
            values = np.stack(kept[f"trajectory_{name}"].to_numpy()[where]).astype(float)
            for world, policy in self.study.cells:
                here = ((self.runs["world"] == world) & (self.runs["policy"] == policy)).to_numpy()
                if here.any():
                    one = mean_trajectory(self._of_seeds(values[here], self.runs[here]), self.study.weeks)
                    parts.append(one.assign(policy=policy, world=world, measure=name))
        return pd.concat(parts, ignore_index=True)

    def _of_seeds(self, values: np.ndarray, runs: pd.DataFrame) -> np.ndarray:
        """The mean trajectory of each seed (float [seeds, weeks]) from those of some runs (float [runs, weeks])."""
        weeks = list(range(values.shape[1]))
        table = pd.DataFrame(values, columns=weeks).assign(point=runs["point"].to_numpy(), seed=runs["seed"].to_numpy())
        return pooled(table, np.zeros(len(table), np.int64), weeks)[weeks].dropna(how="all").to_numpy()

    @property
    def seeds(self) -> list[int]:
        """The seeds of the runs that count."""
        return sorted(int(seed) for seed in self.runs["seed"].unique())


def mean_trajectory(values: np.ndarray, weeks: int) -> pd.DataFrame:
    """The mean of trajectories with its interval.

    Parameters
    ----------
    values : float [trajectories, points]
        Trajectories as they are stored, one for each run or seed.
    weeks : int
        Length of the runs.

    Returns
    -------
    DataFrame
        One row for each point: `week` (the middle of its group), `mean`, and its 95 % interval `low` to `high`.
    """
    mean, half = statistics.band(values)
    week = weeks_of_points(values.shape[1], weeks)
    return pd.DataFrame({"week": week, "mean": mean, "low": mean - half, "high": mean + half})


def estimated(
    runs: pd.DataFrame, bases: Mapping[int, int], measures: Sequence[str], labels: Sequence[str]
) -> pd.DataFrame:
    """Means and paired differences beside each other, one row for each point and measure.

    Parameters
    ----------
    runs : DataFrame
        One row a run, with `point`, `seed` and the measures.
    bases : mapping of int to int
        The base of each point.
    measures : sequence of str
        Measures.
    labels : sequence of str
        Columns that are kept.

    Returns
    -------
    DataFrame
        See `StudyResults.points`.
    """
    means = estimates.means(runs, measures, labels=labels)
    paired = estimates.differences(runs, bases, measures, labels=())
    kept = ["base", "difference", "difference_low", "difference_high", "variance_ratio", "pairs"]
    means = means.drop(columns="half_width").assign(**{name: paired[name] for name in kept})
    return means.assign(difference_equal=paired["equal"])


def pooled(runs: pd.DataFrame, setting: np.ndarray, measures: Sequence[Any]) -> pd.DataFrame:
    """For each setting and seed the mean of each measure over the points of the setting, in a row.

    A seed under which a point has no value is left out (nan), because its mean would be over other points than those
    of the next seed. Where fewer than two seeds are complete, each counts with what it has.

    Parameters
    ----------
    runs : DataFrame
        One row for each run, with `point`, `seed` and the measures.
    setting : int [rows]
        The setting that each run belongs to.
    measures : sequence
        The columns to pool.

    Returns
    -------
    DataFrame
        One row for each setting and seed: `setting`, `seed` and the measures.
    """
    table = runs[[*measures, "seed", "point"]].assign(setting=setting)
    by_seed, by_point = (table.groupby(["setting", one])[list(measures)] for one in ("seed", "point"))
    points = (by_point.count() > 0).groupby("setting").sum()
    mean, count = by_seed.mean(), by_seed.count()
    whole = count == points.loc[count.index.get_level_values("setting")].to_numpy()
    enough = whole.groupby("setting").transform("sum") >= 2
    return mean.where(whole | ~enough).reset_index()


def numbered(runs: pd.DataFrame, names: Sequence[str]) -> np.ndarray:
    """A number for each different setting of some columns, in the order in which they come.

    Parameters
    ----------
    runs : DataFrame
        Any table.
    names : sequence of str
        Columns.

    Returns
    -------
    int64 [rows]
        From 0.
    """
    return runs.groupby(list(names), sort=False).ngroup().to_numpy()


def _first_policies(heads: pd.DataFrame) -> dict[int, int]:
    """For each setting the one with the first policy and all else the same; itself where there is none."""
    others = [name for name in heads.columns if name != "policy"]
    if "policy" not in heads or not len(heads):
        return {int(setting): int(setting) for setting in heads.index}
    first = heads["policy"].iloc[0]
    rest = pd.Series(numbered(heads, others) if others else 0, index=heads.index)
    found = {rest[setting]: setting for setting in heads.index[heads["policy"] == first]}
    return {int(setting): int(found.get(rest[setting], setting)) for setting in heads.index}


def varied_names(study: StudyDefinition) -> list[str]:
    """All parameters that a study varies beside policies and worlds, those within tables too.

    Parameters
    ----------
    study : StudyDefinition
        The study.

    Returns
    -------
    list of str
        Names, each once.
    """
    names = [name for axis in study.axes for name in (*axis.names, *axis.settings(len(axis) - 1))]
    return list(dict.fromkeys(names))


def __getattr__(name: str) -> Any:
    if name == "Findings":
        warn_of("Findings is now StudyResults")
        return StudyResults
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
