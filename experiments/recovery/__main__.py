"""`python -m experiments.recovery` writes results/recovery/; it needs `pip install -e '.[recovery]'`."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from sim import Scenario
from sim.model.run import Run

from .findings import QUICK, Sizes, find
from .page import page, write

RESULTS = Path(__file__).parents[2] / "results" / "recovery"


def main(arguments: Sequence[str] | None = None, sizes: Sizes | None = None) -> None:
    """Run it as the command line asks."""
    parser = argparse.ArgumentParser(prog="python -m experiments.recovery", description="Writes results/recovery/.")
    parser.add_argument("--quick", action="store_true", help="few organisations, to see that it runs; prints only")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1, help="runs at a time; default: all cores")
    parser.add_argument("--out", type=Path, help="folder to write to; default results/recovery, with --quick none")
    asked = parser.parse_args(arguments)
    Run(Scenario.build(workers=24, weeks=2), 1).advance(2)  # compiled before the clock starts
    start, cpu = time.perf_counter(), time.process_time()
    found = find(sizes or (QUICK if asked.quick else Sizes()), asked.threads)
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    text = page(found, f"python -m experiments.recovery{' --quick' * asked.quick}", seconds, cpu, asked.threads)
    print(text)
    if folder := asked.out or (None if asked.quick else RESULTS):
        write(folder, found, text)
        print(f"written to {folder}", file=sys.stderr)


if __name__ == "__main__":
    main()
