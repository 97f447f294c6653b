"""Simulate scenarios on common seeds, and compare them: tidy tables in, tidy tables out, no Mesa on the way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from .analysis.estimates import run_means, summarise  # noqa: F401 - found here in version 0.1
from .analysis.statistics import interval, variance_ratio  # noqa: F401
from .errors import ScenarioError
from .execution.histories import run_all
from .execution.threads import Progress
from .model.measures import checked_measures, warm_up  # noqa: F401
from .model.model import measures_of
from .scenario import Scenario
from .validation import checked_seeds

HEADLINES = ("awareness", "alternatives", "coherent_action", "output", "innovation", "too_busy")


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
    progress: Progress | None = None,
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
    progress : callable, optional
        Called with (runs done, runs in all) after each run.

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
    return tidy(scenarios, listed, run_all(scenarios, listed, threads, progress))


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


def compare(
    first: Scenario | str,
    *others: Scenario | str,
    seeds: int | Iterable[int] = 20,
    measures: Iterable[str] | None = None,
    after: int | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
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
    progress : callable, optional
        Called with (runs done, runs in all) after each run.

    Returns
    -------
    DataFrame
        As `summarise`, with differences from `first`.

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
    results = run_all(scenarios, listed, threads, progress)
    table = summarise(scenarios, results, after, bases=[0] * len(scenarios))
    return table[table["measure"].isin(wanted)].reset_index(drop=True)
