"""How good estimates are where they are hardest: `python -m experiments.benchmark.estimates`.

Eight scenarios at the corners of what is allowed, found by a search over corners: large landscapes that change, huge
and tiny organisations, work that grows faster than the organisation, weeks that get dearer. For each, what `--dry-run`,
the dashboard and the check of memory expect beforehand, and what a run then takes: CPU time of its thread, and what
NumPy has allocated at the peak. Prints a table; takes about two minutes.
"""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Mapping
from typing import Any

from experiments import without_arguments
from sim import Run, Scenario
from sim.execution.cost import cost_of, memory_of
from sim.execution.histories import run_history

PER_WORKER_AND_WEEK = 1.1e-6  # seconds, as everything was estimated before there were probes: 1 kB of memory, too
ENDS: Mapping[str, Any] = {"encounters": 100, "sessions": 100, "repertoire": 32, "memberships": 4}
WORST: Mapping[str, Mapping[str, Any]] = {
    "a landscape of 2^20 practices that changes nearly every week": {
        "workers": 12, "communities": 1, "aspects": 20, "complexity": 12, "turbulence": 100, "weeks": 52,
    },
    "a million people": {"workers": 1_000_000, "communities": 50_000, "weeks": 3},
    "all arrays as wide as they can be": {
        **ENDS, "workers": 20_000, "communities": 20_000, "ties": 100, "reality": "blocks", "aspects": 200, "block": 1,
        "outsiders": 1000, "weeks": 3,
    },
    "a long head start of many outsiders": {
        "workers": 12, "communities": 1, "reality": "blocks", "aspects": 200, "block": 1, "outsiders": 1000,
        "head_start": 1000, "weeks": 1,
    },
    "repertoires that fill and are compared in one team": {
        **ENDS, "workers": 1000, "team_size": 1000, "communities": 1000, "weeks": 260,
    },
    "assembling, with two teams and many communities": {
        "workers": 10_000, "team_size": 5_000, "communities": 2_500, "rotation": 52, "assembly": 1, "weeks": 10,
    },
    "a hundred thousand weeks of two people": {
        "workers": 2, "team_size": 1, "ties": 1, "communities": 2, "aspects": 20, "complexity": 12, "turbulence": 0,
        "weeks": 100_000,
    },
    "everybody new each week, with a hundred ties": {
        "workers": 5_000, "team_size": 1, "communities": 5_000, "ties": 100, "turnover": 52, "tie_renewal": 52,
        "weaving": 1, "rotation": 52, "weeks": 10,
    },
}  # fmt: skip


def measured(scenario: Scenario) -> tuple[float, float]:
    """Seconds of CPU of a run, and the bytes that were allocated at its peak."""
    tracemalloc.start()
    try:
        began = time.thread_time()
        run_history(scenario, 1)
        return time.thread_time() - began, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def row(name: str, scenario: Scenario) -> str:
    """A scenario in a line of the table."""
    began = time.thread_time()
    expected, memory = cost_of(scenario).seconds, memory_of(scenario)
    probe = time.thread_time() - began
    seconds, peak = measured(scenario)
    by_size = PER_WORKER_AND_WEEK * scenario.workforce.workers * scenario.weeks
    cells = [
        name,
        f"{by_size / seconds:.3g}",
        f"{expected:.3g}",
        f"{seconds:.3g}",
        f"{expected / seconds:.2f}",
        f"{probe:.2f}",
        f"{1e-3 * scenario.workforce.workers / (1e-6 * peak):.3g}",
        f"{memory / 1e6:.3g}",
        f"{peak / 1e6:.3g}",
        f"{memory / peak:.2f}",
    ]
    return f"| {' | '.join(cells)} |"


HEAD = """\
| scenario | time by size alone / measured | expected s | measured s | expected / measured | probe s \
| memory by size alone / measured | expected MB | measured MB | expected / measured |
|---|---|---|---|---|---|---|---|---|---|"""


def main() -> None:
    """Estimate, run, print."""
    Run(Scenario.build(workers=24), 1).advance(2)  # compiled before anything is timed
    print(HEAD, flush=True)
    for name, given in WORST.items():
        print(row(name, Scenario.build(**given)), flush=True)


if __name__ == "__main__":
    without_arguments("experiments.benchmark.estimates", __doc__)
    main()
