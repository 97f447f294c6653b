"""Simulate scenarios on common seeds, and compare them: tidy tables in, tidy tables out, no Mesa on the way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from .analysis.estimates import run_means, summarise  # noqa: F401 - found here in version 0.1
from .analysis.statistics import band, interval, variance_ratio  # noqa: F401
from .errors import ScenarioError
from .execution.cost import check_results_memory, seconds_of
from .execution.histories import run_all
from .execution.threads import Progress
from .model.measures import checked_measures, warm_up
from .model.model import measures_of
from .present.formatting import format_setting
from .present.measures import HEADLINES  # noqa: F401 - found here in version 0.1
from .progress import announce_compiling, cores, progress_bar
from .scenario import Scenario
from .study.rows import weeks_of_points, weeks_per_point
from .validation import checked_seeds

NAMED = 3  # parameters that the label of a scenario names


def seeds_of(seeds: int | Iterable[int]) -> list[int]:
    """The seeds that are meant.

    Parameters
    ----------
    seeds : int or iterable of int
        A number of replicates, at least 1, or the seeds themselves.

    Returns
    -------
    list of int
        Seeds 1, 2, … for a number; otherwise those given, in their order.

    Raises
    ------
    ScenarioError
        If the number is below 1, or a seed is not usable or is repeated.

    Examples
    --------
    >>> seeds_of(3)
    [1, 2, 3]
    """
    if isinstance(seeds, int | np.integer) and not isinstance(seeds, bool):
        if seeds < 1:
            raise ScenarioError(f"seeds = {seeds}: at least 1 replicate is needed, or a list of seeds")
        return list(range(1, int(seeds) + 1))
    listed = checked_seeds(seeds, "a number of replicates or a list of seeds")
    if len(set(listed)) < len(listed):
        raise ScenarioError("seeds has repeated values: a repeated seed would count one history twice")
    return listed


def as_scenario(given: Scenario | str) -> Scenario:
    """A scenario, or the name of a policy in the default world.

    Parameters
    ----------
    given : Scenario or str
        A name means that policy in the default world.

    Returns
    -------
    Scenario
        `given` itself if it is one.

    Raises
    ------
    ScenarioError
        If there is no such policy.
    """
    return given if isinstance(given, Scenario) else Scenario.build(policy=given)


def _as_scenarios(given: Scenario | str | Sequence[Scenario | str]) -> list[Scenario]:
    listed = [given] if isinstance(given, Scenario | str) else list(given)
    if not listed:
        raise ScenarioError("no scenario was given: at least 1 is needed")
    return [as_scenario(scenario) for scenario in listed]


def simulate(
    scenario: Scenario | str | Sequence[Scenario | str],
    seeds: int | Iterable[int] = 20,
    *,
    threads: int | None = None,
    progress: Progress | bool | None = None,
) -> pd.DataFrame:
    """Simulate one or several scenarios on common seeds.

    Parameters
    ----------
    scenario : Scenario, str, or a sequence of them
        A name means that policy in the default world.
    seeds : int or iterable of int
        A number of replicates (seeds 1, 2, …) or the seeds themselves.
    threads : int, optional
        Runs at a time; default: one for each core.
    progress : callable or bool, optional
        Called with (runs done, runs in all) after each run. False for no bar, True for one in any case; by default
        there is one in a notebook and on a terminal, if the runs take a second or more.

    Returns
    -------
    DataFrame
        Tidy: one row for each scenario, seed and week, with `policy`, `world`, `scenario` (the key of its content),
        `seed`, `week` and a column for each measure.

    Raises
    ------
    ScenarioError
        If a name, a seed or the horizons are not usable.

    Examples
    --------
    >>> print(*simulate(Scenario.build(workers=24, weeks=6), seeds=[7]).loc[0, ["policy", "seed", "week"]])
    balanced 7 1
    """
    scenarios, listed = _as_scenarios(scenario), seeds_of(seeds)
    return tidy(scenarios, listed, _run_watched(scenarios, listed, threads, progress))


def _run_watched(
    scenarios: Sequence[Scenario], seeds: Sequence[int], threads: int | None, progress: Progress | bool | None
) -> np.ndarray:
    """As `run_all`, with a word on compiling and a bar where somebody watches."""
    at_work = cores(threads)
    announce_compiling([scenario.model.run_weeks for scenario in scenarios], progress)
    check_results_memory(scenarios, seeds, threads)
    runs = len(scenarios) * len(seeds)
    with progress_bar("runs", lambda: seconds_of(scenarios) / at_work, progress, runs) as told:
        return run_all(scenarios, seeds, threads, told)


def tidy(scenarios: Sequence[Scenario], seeds: Sequence[int], results: np.ndarray) -> pd.DataFrame:
    """The table of `simulate` from the array of `run_all`.

    Parameters
    ----------
    scenarios : sequence of Scenario
        What was run.
    seeds : sequence of int
        Under which seeds.
    results : float64 [scenarios, seeds, weeks, measures]
        As `run_all` gives it.

    Returns
    -------
    DataFrame
        One row for each scenario, seed and week, in this order.
    """
    count, replicates, weeks, _ = results.shape
    rows = replicates * weeks
    labels = {
        "policy": np.repeat([s.policy.name for s in scenarios], rows),
        "world": np.repeat([s.world.name for s in scenarios], rows),
        "scenario": np.repeat([s.key for s in scenarios], rows),
        "seed": np.tile(np.repeat(np.asarray(seeds, np.uint64), weeks), count),
        "week": np.tile(np.arange(1, weeks + 1), count * replicates),
    }
    names = [measure.name for measure in measures_of(scenario.model for scenario in scenarios)]
    columns = results.reshape(-1, len(names))
    return pd.DataFrame({**labels, **{name: columns[:, k] for k, name in enumerate(names)}})


class Comparison(pd.DataFrame):
    """The table that `compare` gives: a DataFrame that also shows and draws itself.

    What is made of it, as a selection of rows, is an ordinary DataFrame.

    Attributes
    ----------
    scenarios : tuple of Scenario
        What was compared, the base first.
    seeds : tuple of int
        Common to all scenarios.
    after : int
        Only later weeks are in the means.
    """

    _metadata: ClassVar[list[str]] = ["scenarios", "seeds", "after", "_bands"]
    scenarios: tuple[Scenario, ...]
    seeds: tuple[int, ...]
    after: int
    _bands: np.ndarray  # [mean or half-width, scenarios, groups of weeks, measures]

    @property
    def _constructor(self) -> type[pd.DataFrame]:
        return pd.DataFrame

    @property
    def labels(self) -> list[str]:
        """What each scenario is called: its policy, and what tells it from an earlier one of that policy and world."""
        return scenario_labels(self.scenarios)

    @property
    def measures(self) -> list[str]:
        """The names of all measures of the scenarios, those of extensions among them; `compare` may show a few."""
        return [measure.name for measure in measures_of(scenario.model for scenario in self.scenarios)]

    def trajectories(self, *measures: str) -> pd.DataFrame:
        """The trajectory of measures over the weeks, for each scenario: mean and 95 % interval of the mean.

        Parameters
        ----------
        *measures : str
            Default: all.

        Returns
        -------
        DataFrame
            `policy` (as in `labels`), `world`, `measure`, `week` (the middle of a group), `mean`, `low`, `high`.

        Raises
        ------
        ScenarioError
            If a measure is unknown.
        """
        (mean, half), known = self._bands, self.measures
        week = weeks_of_points(mean.shape[1], self.scenarios[0].weeks)
        parts = [
            pd.DataFrame({"week": week, "mean": mean[a, :, k], "half": half[a, :, k]}).assign(
                policy=label, world=self.scenarios[a].world.name, measure=name
            )
            for name in checked_measures(measures or None, known)
            for k in [known.index(name)]
            for a, label in enumerate(self.labels)
        ]
        table = pd.concat(parts, ignore_index=True)
        table = table.assign(low=table["mean"] - table["half"], high=table["mean"] + table["half"])
        return table[["policy", "world", "measure", "week", "mean", "low", "high"]]

    def plot(self, measure: str | Sequence[str] | None = None, kind: str = "differences") -> Any:  # type: ignore[override]
        """Draw the comparison.

        Parameters
        ----------
        measure : str or sequence of str, optional
            What is drawn, a panel for each. Default: the headline measures that were compared; of trajectories, output.
        kind : {"differences", "trajectories"}
            Paired differences from the first scenario with their 95 % intervals, or means over the weeks with bands.

        Returns
        -------
        altair.Chart
            To be shown in a notebook, or saved: `chart.save("figure.svg")`.

        Raises
        ------
        ScenarioError
            If a measure or the kind is unknown, the measure was not compared, or there is nothing to draw.

        Examples
        --------
        >>> small = Scenario.build(workers=24, weeks=10)
        >>> table = compare(small, small.replace(hurdle=0.1), seeds=3)
        >>> table.plot("output").to_dict()["title"]["text"]
        'What each scenario changes, against balanced'
        """
        from .report.run_plots import plot_comparison

        return plot_comparison(self, measure, kind)


def scenario_labels(scenarios: Sequence[Scenario]) -> list[str]:
    """What scenarios are called beside each other, world by world.

    Parameters
    ----------
    scenarios : sequence of Scenario
        At least one.

    Returns
    -------
    list of str
        The name of the policy; where an earlier one has the same in the same world, with up to `NAMED` parameters in
        which they differ, or a number.

    Examples
    --------
    >>> one = Scenario.build(workers=24)
    >>> scenario_labels([one, one.replace(hurdle=0.1), one.replace(policy="closed_shop"), one])
    ['balanced', 'balanced, hurdle 0.1', 'closed_shop', 'balanced (2)']
    """
    labels: list[str] = []
    firsts: dict[tuple[str, str], Scenario] = {}
    for scenario in scenarios:
        first = firsts.setdefault((scenario.policy.name, scenario.world.name), scenario)
        label = ", ".join([scenario.policy.name or "policy", *_differences_told(first, scenario)])
        taken = [other for other, one in zip(labels, scenarios, strict=False) if one.world.name == scenario.world.name]
        number = next(k for k in range(1, len(taken) + 2) if (f"{label} ({k})" if k > 1 else label) not in taken)
        labels.append(f"{label} ({number})" if number > 1 else label)
    return labels


def _differences_told(one: Scenario, other: Scenario) -> list[str]:
    """In which parameters the second differs from the first, a few of them."""
    told = []
    for name, parameter in (one.model.parameters | other.model.parameters).items():
        before, now = (
            getattr(getattr(scenario, parameter.group), name, parameter.default) for scenario in (one, other)
        )
        if now != before:
            told.append(f"{name} {format_setting(now)}")
    return told if len(told) <= NAMED else [*told[: NAMED - 1], f"{len(told) - NAMED + 1} more"]


def compare(
    first: Scenario | str,
    *others: Scenario | str,
    seeds: int | Iterable[int] = 20,
    measures: Iterable[str] | None = None,
    after: int | None = None,
    threads: int | None = None,
    progress: Progress | bool | None = None,
) -> Comparison:
    """Compare scenarios with the first one on common seeds.

    Because random numbers are keyed to the decision, two policies under one seed face identical random events: the
    differences are *paired*, and their intervals far narrower than those of unrelated runs.

    Parameters
    ----------
    first, *others : Scenario or str
        A name means that policy in the default world.
    seeds : int or iterable of int
        A number of replicates (seeds 1, 2, …) or the seeds themselves.
    measures : iterable of str, optional
        Which measures (default: all).
    after : int, optional
        Only weeks later than this count (default: a fifth of the horizon is left out).
    threads : int, optional
        Runs at a time; default: one for each core.
    progress : callable or bool, optional
        Called with (runs done, runs in all) after each run. False for no bar, True for one in any case; by default
        there is one in a notebook and on a terminal, if the runs take a second or more.

    Returns
    -------
    Comparison
        A DataFrame as that of `summarise`, with differences from `first`; it can be drawn by `plot`.

    Raises
    ------
    ScenarioError
        If a name, a seed, a measure, the horizons or `after` are not usable.

    Examples
    --------
    >>> small = {"workers": 24, "weeks": 10}
    >>> two = [Scenario.build(name, **small) for name in ("balanced", "closed_shop")]
    >>> table = compare(*two, seeds=3, measures=["awareness"])
    >>> table["policy"].tolist()
    ['balanced', 'closed_shop']
    """
    scenarios, listed = [as_scenario(s) for s in (first, *others)], seeds_of(seeds)
    known = [measure.name for measure in measures_of(scenario.model for scenario in scenarios)]
    wanted = checked_measures(measures, known)
    results = _run_watched(scenarios, listed, threads, progress)
    table = summarise(scenarios, results, after, bases=[0] * len(scenarios))
    found = Comparison(table[table["measure"].isin(wanted)].reset_index(drop=True))
    found.scenarios, found.seeds = tuple(scenarios), tuple(listed)
    found.after = warm_up(results.shape[2]) if after is None else after
    found._bands = _bands(results)
    return found


def _bands(results: np.ndarray) -> np.ndarray:
    """Means over the seeds, and half the widths of their intervals, for each group of weeks."""
    count, seeds, weeks, measures = results.shape
    size = weeks_per_point(weeks)
    whole = results[:, :, : weeks // size * size]
    grouped = whole.reshape(count, seeds, -1, size, measures).mean(axis=3)
    return np.stack([np.stack(band(of_scenario)) for of_scenario in grouped], axis=1)
