"""Results of runs: what was run, what came out, and the tables read from it.

The way of data is that of the whole project: scenarios → `Runs` (an array of histories) → summary → table and figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from .comparison import summarise, tidy
from .execution.histories import run_all
from .execution.threads import Progress
from .model.declare import Measure
from .model.measures import warm_up
from .model.model import measures_of
from .present.formatting import seeds_text, weeks_text
from .scenario import Scenario
from .scenario.scenario import version_of


@dataclass(frozen=True)
class Runs:
    """Histories of some scenarios on common seeds, and what is read from them.

    Attributes
    ----------
    scenarios : sequence of Scenario
        What was run.
    seeds : sequence of int
        Common to all scenarios.
    results : float64 [scenarios, seeds, weeks, measures]
        As `run_all` gives it.
    command : str
        The command line that makes them again; may be empty.
    labels : sequence of str
        What each scenario is called in a table; default: the name of its policy.
    """

    scenarios: Sequence[Scenario]
    seeds: Sequence[int]
    results: np.ndarray
    command: str = ""
    labels: Sequence[str] = ()

    def __post_init__(self) -> None:
        if not self.labels:
            object.__setattr__(self, "labels", tuple(scenario.policy.name for scenario in self.scenarios))

    @property
    def weeks(self) -> int:
        """Length of each run."""
        return self.results.shape[2]

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        """What was measured, in the order of `results`."""
        return measures_of(scenario.model for scenario in self.scenarios)

    @property
    def worlds(self) -> Sequence[str]:
        """The world of each scenario."""
        return [scenario.world.name for scenario in self.scenarios]

    @property
    def means_of(self) -> str:
        """What the means of the summary are over, in words."""
        return f"{weeks_text(self.weeks)} and {seeds_text(self.seeds)}"

    @property
    def paired_by(self) -> str:
        """What differences are paired by, in words; nothing for a single seed."""
        return "seed by seed" if len(self.seeds) > 1 else ""

    @cached_property
    def summary(self) -> pd.DataFrame:
        """One row for each scenario and measure, as `summarise` gives it, with the unit of the measure."""
        table = summarise(self.scenarios, self.results)
        table["policy"] = np.repeat(list(self.labels), len(self.measures))
        table.insert(4, "unit", [measure.unit for measure in self.measures] * len(self.scenarios))
        return table

    @cached_property
    def weekly(self) -> pd.DataFrame:
        """One row for each scenario, seed and week, as `simulate` gives it."""
        table = tidy(self.scenarios, self.seeds, self.results)
        table["policy"] = np.repeat(list(self.labels), len(self.seeds) * self.weeks)
        return table

    @property
    def provenance(self) -> dict[str, Any]:
        """What is needed to make the results again."""
        return {
            "version": version_of(self.scenarios),
            "command": self.command,
            "seeds": list(self.seeds),
            "warm_up": warm_up(self.weeks),
            "scenarios": {scenario.key: scenario.to_dict() for scenario in self.scenarios},
        }

    def row(self, scenario: int, measure: str) -> dict[str, Any]:
        """One row of `summary`.

        Parameters
        ----------
        scenario : int
            Its number, from 0.
        measure : str
            A name.

        Returns
        -------
        dict
            Values by column.
        """
        names = [one.name for one in self.measures]
        found = self.summary.iloc[scenario * len(names) + names.index(measure)]
        return {str(column): value for column, value in found.items()}


def run(
    scenarios: Sequence[Scenario],
    seeds: Sequence[int],
    *,
    command: str = "",
    labels: Sequence[str] = (),
    threads: int | None = None,
    progress: Progress | None = None,
) -> Runs:
    """Run each scenario under each seed.

    Parameters
    ----------
    scenarios : sequence of Scenario
        All need the same horizon.
    seeds : sequence of int
        Common to all scenarios.
    command : str
        The command line that asks for this.
    labels : sequence of str
        What each scenario is called in a table; default: the name of its policy.
    threads : int, optional
        Runs at a time; default: one for each core.
    progress : callable, optional
        Called with (runs done, runs in all) after each run.

    Returns
    -------
    Runs
        With all histories.

    Raises
    ------
    ScenarioError
        If a seed, the number of threads or the horizons are not usable.
    """
    return Runs(scenarios, seeds, run_all(scenarios, seeds, threads, progress), command, labels)
