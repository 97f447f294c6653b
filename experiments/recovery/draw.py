"""Organisations drawn from priors, and what is observed of each under luck of its own.

A `Study` draws the points, but does not run them: its points share their seeds, so everybody would meet the same
changes of the world, and what is learned from some organisations would hold for others under that luck only.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from sim import Study
from sim.model.measures import MEASURE_NAMES
from sim.model.run import Run
from sim.scenario import Scenario

WEEKS = 260
FIXED: dict[str, Any] = {"adaptation": 0.0, "weeks": WEEKS}
OBSERVED = ("output", "coherent_action", "trust")
DESIGN_SEED = 2024

Priors = Mapping[str, tuple[float, float]]
"""The range of each parameter; all priors are uniform and independent."""


class Drawn:
    """Organisations in the turbulent world, drawn from priors as a Latin hypercube.

    Attributes
    ----------
    scenarios : list of Scenario
        One for each organisation.
    true : float64 [organisations, parameters]
        Their parameters, in the order of the priors.
    """

    def __init__(self, count: int, priors: Priors, first_seed: int) -> None:
        self.count, self.priors, self.first_seed = count, dict(priors), first_seed
        ranges = {name: list(limits) for name, limits in priors.items()}
        sample = {"method": "latin_hypercube", "points": count, "seed": DESIGN_SEED, "ranges": ranges}
        study = Study.build("recovery", worlds=["turbulent"], scenario=FIXED, sample=sample, replicates=1)
        self.scenarios = [study.scenario(i) for i in range(count)]
        rows = [study.design.settings(i) for i in range(count)]
        self.true = np.array([[row[name] for name in priors] for row in rows])

    def seeds(self, run: int = 0) -> list[int]:
        """The seed of each organisation in its first, second, … run: no two runs have the same."""
        return [self.first_seed + 100_000 * run + i for i in range(self.count)]


def observed(scenarios: Sequence[Scenario], seeds: Sequence[int], weeks: int, threads: int | None = None) -> np.ndarray:
    """What is seen of each organisation under its own seed (float64 [organisations, weeks, len(OBSERVED)])."""
    seen = np.empty((len(scenarios), weeks, len(OBSERVED)))
    columns = [MEASURE_NAMES.index(name) for name in OBSERVED]

    def one(i: int) -> None:
        seen[i] = Run(scenarios[i], seeds[i]).advance(weeks)[:, columns]

    with ThreadPoolExecutor(threads or os.cpu_count()) as executor:
        list(executor.map(one, range(len(scenarios))))
    return seen
