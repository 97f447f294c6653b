"""How often 95 % intervals cover the share of people who are too busy, with and without the rule for equal values.

    python -m experiments.coverage

In small organisations nobody is too busy in most histories, and many are in a few. The mean over 1,000 seeds is taken
for the truth; samples of these seeds are the studies. The docstring of `sim.analysis.statistics.interval` has the
figures. It takes about six minutes of one core.
"""

from __future__ import annotations

import itertools

import numpy as np

from experiments import without_arguments
from sim import Scenario
from sim.analysis.statistics import band, interval
from sim.comparison import run_all, run_means
from sim.model.measures import MEASURE_NAMES

SEEDS, SAMPLES = 1000, 20_000
SIZES = ({"workers": 24, "weeks": 156}, {"workers": 40, "weeks": 104}, {"workers": 60, "weeks": 104})
TURBULENCE = (0.5, 1.0, 2.0, 3.0, 5.0)
POLICIES = ("balanced", "closed_shop")


def main() -> None:
    """Print a table: a row for each organisation and number of replicates."""
    without_arguments("experiments.coverage", __doc__)
    print("| people | turbulence | of | never too busy | replicates | plain: cover | given | cover |")
    print("|---" * 8 + "|")
    rng = np.random.default_rng(1)
    for size, turbulence in itertools.product(SIZES, TURBULENCE):
        scenarios = [Scenario.build(policy, **size, turbulence=turbulence) for policy in POLICIES]
        shares = run_means(run_all(scenarios, range(1, SEEDS + 1)))[:, :, MEASURE_NAMES.index("too_busy")]
        for of, values in (("mean", shares[0]), ("difference", shares[1] - shares[0])):
            for count in (4, 8, 20, 100):
                samples = rng.choice(values, size=(count, SAMPLES))
                (_, plain), (mean, half) = band(samples), interval(samples)
                covers, given = np.abs(mean - values.mean()) <= half, ~np.isnan(half)
                hit = (np.abs(mean - values.mean()) <= plain).mean()
                told = f"{covers.sum() / given.sum():.1%}" if given.any() else "–"
                head = f"| {size['workers']} | {turbulence} | {of} | {(values == 0).mean():.0%} | {count} "
                print(f"{head}| {hit:.1%} | {given.mean():.1%} | {told} |", flush=True)


if __name__ == "__main__":
    main()
