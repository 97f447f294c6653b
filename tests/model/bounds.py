"""No rule reads or writes beyond an array: random scenarios and corners with every index checked.

    NUMBA_BOUNDSCHECK=1 python -m tests.model.bounds

Compiled code does not look whether an index lies within its array; with this variable it does, and ends with an
IndexError. Run by `.ci/run`, because it compiles the model a second time.
"""

import contextlib
import itertools
import sys

import numba
import numpy as np

from sim.classics.lazer_friedman2007 import lazer_friedman2007
from sim.model.jit import kernel
from sim.model.run import Run
from sim.scenario import Scenario
from tests.random_scenarios import random_scenario

RANDOM = 200
SMALLEST = {"workers": 2, "team_size": 1, "communities": 0, "ties": 0, "aspects": 2, "complexity": 0, "outsiders": 1}
WIDEST = {
    "workers": 70, "communities": 70, "memberships": 4, "ties": 69, "encounters": 100, "repertoire": 32,
    "outsiders": 40, "sessions": 100, "tie_renewal": 52, "rotation": 52, "turnover": 20, "turbulence": 100,
    "assembly": 1, "weaving": 1, "direction": 1,
}  # fmt: skip
CORNERS = [
    SMALLEST,
    SMALLEST | {"workers": 3, "team_size": 3, "communities": 1, "ties": 2, "encounters": 100},
    *(
        WIDEST | {"imitation": imitation, **reality, "team_size": size}
        for imitation, reality, size in itertools.product(
            ("best", "conformity", "majority"),
            (
                {"aspects": 13, "complexity": 12},
                {"aspects": 12, "complexity": 11, "neighbours": "random"},
                {"reality": "blocks", "aspects": 200, "block": 1},
                {"reality": "blocks", "aspects": 64, "block": 64},
            ),
            (1, 70),
        )
    ),
    {"workers": 129, "communities": 1, "team_size": 129, "shock_week": 3, "shock_share": 1.0},
    {"workers": 64, "aspects": 20, "complexity": 3, "turbulence": 0},
]


@kernel
def read_beyond(array):
    """What must not go well."""
    return array[array.shape[0]]


def main():
    """Run them all."""
    if not numba.config.BOUNDSCHECK:
        sys.exit("indices are not checked: set NUMBA_BOUNDSCHECK=1")
    with contextlib.suppress(IndexError):
        sys.exit(f"an index beyond an array gave {read_beyond(np.zeros(3))}")
    for number in range(RANDOM):
        scenario = random_scenario(number)
        Run(scenario, number).advance(scenario.weeks, threads=1 + number % 2)
    for number in range(RANDOM):
        scenario = random_scenario(number, switched=True)
        Run(scenario, number).advance(scenario.weeks, threads=1 + number % 2)
    for corner in CORNERS:
        for threads in (1, 3):
            for mechanisms in ("version1", "version2"):
                Run(Scenario.build(weeks=8, mechanisms=mechanisms, **corner), 1).advance(8, threads)
    for agents in (5, 65, 1000):
        lazer_friedman2007("ring lattice", agents=agents, periods=5, seeds=[1])
    print(f"{2 * RANDOM} random scenarios and {len(CORNERS)} corners: every index lies within its array")


if __name__ == "__main__":
    main()
