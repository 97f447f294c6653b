"""What a classic returns, how its replicates are spread over threads, and how its arguments are checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..errors import ScenarioError, truncated_repr
from ..execution.threads import Threads, in_chunks
from ..validation import checked_seeds, checked_share, checked_whole

CHUNK = 50  # replicates that one task runs, one after the other, in the same memory
LONGEST = 5000  # periods after which a run that is to go on until it settles is given up


@dataclass(frozen=True, eq=False)
class Trajectories:
    """What was measured, in every period of every replicate.

    Attributes
    ----------
    seeds : uint64 [R]
        The seed of each replicate. Equal seeds give the same random events in all conditions: compare pairwise.
    measures : dict of float64 [R, T + 1]
        Each measure by its name; column t is its value after period t, column 0 the start.
    settled : int64 [R]
        The period after which nothing could change any more (the columns from there on repeat it); -1 if that was
        not reached.

    Examples
    --------
    >>> trajectories = Trajectories(np.array([1, 2]), {"score": np.array([[0.0, 0.2], [0.0, 0.4]])}, np.array([1, 1]))
    >>> trajectories.mean("score")
    array([0. , 0.3])
    >>> len(trajectories.frame())
    4
    """

    seeds: np.ndarray
    measures: dict[str, np.ndarray]
    settled: np.ndarray

    @property
    def periods(self) -> int:
        """Periods recorded after the start (T)."""
        return next(iter(self.measures.values())).shape[1] - 1

    def final(self, measure: str) -> np.ndarray:
        """A measure at the end.

        Parameters
        ----------
        measure : str
            A name in `measures`.

        Returns
        -------
        float64 [R]
            A number for each replicate.
        """
        return self.measures[measure][:, -1]

    def mean(self, measure: str) -> np.ndarray:
        """The mean of a measure over the replicates.

        Parameters
        ----------
        measure : str
            A name in `measures`.

        Returns
        -------
        float64 [T + 1]
            A number for each period, from the start on.
        """
        return self.measures[measure].mean(axis=0)

    def error(self, measure: str) -> np.ndarray:
        """The standard error of the mean of a measure over the replicates.

        Parameters
        ----------
        measure : str
            A name in `measures`.

        Returns
        -------
        float64 [T + 1]
            A number for each period; nan for a single replicate.
        """
        values = self.measures[measure]
        if values.shape[0] < 2:
            return np.full(values.shape[1], np.nan)
        return values.std(axis=0, ddof=1) / np.sqrt(values.shape[0])

    def frame(self) -> pd.DataFrame:
        """All values as a table.

        Returns
        -------
        DataFrame
            One row for each replicate and period: `seed`, `period`, and each measure.
        """
        replicates, columns = next(iter(self.measures.values())).shape
        where = {"seed": np.repeat(self.seeds, columns), "period": np.tile(np.arange(columns), replicates)}
        return pd.DataFrame(where | {name: values.ravel() for name, values in self.measures.items()})

    def summary(self) -> pd.DataFrame:
        """Means over the replicates as a table.

        Returns
        -------
        DataFrame
            One row for each period and measure: `period`, `measure`, `mean`, and its standard error `error`.
        """
        tables = [
            pd.DataFrame(
                {"period": range(self.periods + 1), "measure": m, "mean": self.mean(m), "error": self.error(m)}
            )
            for m in self.measures
        ]
        return pd.concat(tables, ignore_index=True)


# --- many replicates --------------------------------------------------------------------------------------------------

# A chunk of seeds (uint64 [R]) → (float64 [R, T + 1, measures], the last period of each run that was written [R],
# whether it had settled [R]).
Work = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray, np.ndarray]]


def run_replicates(
    work: Work, measures: Sequence[str], seeds: np.ndarray, periods: int | None, threads: int | None
) -> Trajectories:
    """Run all replicates, a chunk a task, and put their trajectories together.

    Parameters
    ----------
    work : Work
        Runs a chunk of seeds.
    measures : sequence of str
        Names of the columns that it writes.
    seeds : uint64 [R]
        One replicate each.
    periods : int, optional
        Periods to keep after the start; None: until the last replicate has settled.
    threads : int, optional
        None: one for each core.

    Returns
    -------
    Trajectories
        In the order of the seeds.

    Raises
    ------
    ScenarioError
        If the number of threads is not usable.
    """
    with Threads(threads) as pool:
        parts = pool.map(lambda chunk: _trimmed(*work(chunk), periods), in_chunks(seeds, CHUNK))
    columns = max(trajectories.shape[1] for trajectories, _, _ in parts)
    whole = np.empty((len(seeds), columns, len(measures)))
    settled = np.concatenate([np.where(done, last, -1) for _, last, done in parts])
    for k, (trajectories, _, _) in enumerate(parts):
        rows = whole[k * CHUNK : k * CHUNK + trajectories.shape[0]]
        rows[:, : trajectories.shape[1]] = trajectories
        rows[:, trajectories.shape[1] :] = trajectories[:, -1:]
    return Trajectories(seeds, {name: np.ascontiguousarray(whole[:, :, m]) for m, name in enumerate(measures)}, settled)


def _trimmed(
    trajectories: np.ndarray, last: np.ndarray, done: np.ndarray, periods: int | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A chunk cut to what was written, each run going on as it ended."""
    columns = 1 + (int(last.max()) if periods is None else periods)
    cut = trajectories[:, :columns].copy()
    for r, t in enumerate(last):
        cut[r, t + 1 :] = cut[r, t]
    return cut, last, done


# --- arguments --------------------------------------------------------------------------------------------------------


def refused(problem: str, *given: Any) -> ScenarioError:
    """The error to raise.

    Parameters
    ----------
    problem : str
        The message, with a {} for each value to show.
    *given : Any
        These values; a long one is cut.

    Returns
    -------
    ScenarioError
        For the caller to raise.
    """
    return ScenarioError(problem.format(*map(truncated_repr, given)))


def checked_shares(name: str, given: Any, count: int) -> np.ndarray:
    """One share for each person.

    Parameters
    ----------
    name : str
        What a message calls them.
    given : Any
        A share for all, or an iterable with one for each.
    count : int
        How many people there are.

    Returns
    -------
    float64 [count]
        A share for each.

    Raises
    ------
    ScenarioError
        If one is no number from 0 to 1, or if there are not as many as people.
    """
    plain = given.tolist() if isinstance(given, np.ndarray) else given
    if isinstance(plain, str | bytes) or not isinstance(plain, Iterable):
        return np.full(count, checked_share(name, plain))
    listed = list(plain)
    if len(listed) != count:
        raise ScenarioError(f"{name} has {len(listed)} numbers: one is needed, or one for each of {count} people")
    return np.array([checked_share(f"{name}[{i}]", one) for i, one in enumerate(listed)])


def seeds_of(replicates: Any, seeds: Any) -> np.ndarray:
    """The seeds of all replicates.

    Parameters
    ----------
    replicates : Any
        How many replicates, 1 … 10,000,000; not looked at if there are seeds.
    seeds : Any
        An iterable of seeds, or None for 0, 1, … `replicates` - 1.

    Returns
    -------
    uint64 [R]
        One for each replicate.

    Raises
    ------
    ScenarioError
        If the number or a seed is not usable.
    """
    if seeds is None:
        return np.arange(checked_whole("replicates", replicates, 1, 10_000_000), dtype=np.uint64)
    return np.array(checked_seeds(seeds), dtype=np.uint64)


def checked_periods(name: str, given: Any) -> int | None:
    """A number of periods, or None.

    Parameters
    ----------
    name : str
        What a message calls it.
    given : Any
        A whole number, 1 … 100,000, or None.

    Returns
    -------
    int or None
        The number as Python's own.

    Raises
    ------
    ScenarioError
        For anything else.
    """
    return None if given is None else checked_whole(name, given, 1, 100_000)
