"""How fast the engine is: `python -m experiments.benchmark` measures it and writes `results/benchmark/`.

Every comparison is a ratio within one session, programs taking turns, because absolute times on a shared machine mean
little. The page is made from `measurements.csv` and `peers.csv`, where figures of parts that are not measured now stay
as they were.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from sim import Run
from sim.errors import ScenarioError
from sim.present.files import write_csv

from .measuring import RESULTS, NotMeasured
from .organisations import scenario
from .page import COLUMNS, chart, growth, in_figures, page
from .peers import compare
from .table import PARTS, ROWS, Row


def parser() -> argparse.ArgumentParser:
    """The command line."""
    layout = argparse.RawDescriptionHelpFormatter
    parts = "\n".join(f"  {name:<10} {about}" for name, about in PARTS.items())
    made = argparse.ArgumentParser(
        prog="python -m experiments.benchmark", description=__doc__, epilog=f"parts:\n{parts}", formatter_class=layout
    )
    which = made.add_mutually_exclusive_group()
    which.add_argument("--only", nargs="+", choices=PARTS, metavar="PART", help="measure these parts only")
    which.add_argument(
        "--skip", nargs="+", choices=PARTS, metavar="PART", default=[], help="leave these out, as in: --skip demo test"
    )
    made.add_argument("--out", type=Path, default=RESULTS, help="folder to write to; default: results/benchmark")
    return made


def measured(rows: Iterable[Row]) -> pd.DataFrame:
    """Measure, and say how far it is: a line for each row, with a note where there is no figure."""
    found = []
    for row in rows:
        print(f"{row.part}: {row.work} … ", end="", file=sys.stderr, flush=True)
        load, start, value, note = os.getloadavg()[0], time.perf_counter(), np.nan, ""
        try:
            value = row.measure()
        except (NotMeasured, ScenarioError) as error:
            note = " ".join(str(error).split()).replace("|", "/")
        took = time.perf_counter() - start
        print(f"{note or in_figures(value, row.unit)} ({took:.0f} s)", file=sys.stderr, flush=True)
        found.append((row.part, row.work, row.before, value, row.unit, row.aim, note, load))
    return pd.DataFrame(found, columns=COLUMNS)


def merged(new: pd.DataFrame, path: Path) -> pd.DataFrame:
    """All figures in the order of the table: those just measured, and for the rest those in a file."""
    if not path.exists():
        return new
    known = pd.read_csv(path, keep_default_na=False, na_values={"before": "", "measured": "", "load": ""})
    if list(known.columns) != COLUMNS:
        return new
    both = pd.concat([new, known]).drop_duplicates("work").set_index("work", drop=False)
    return both.loc[[row.work for row in ROWS if row.work in both.index]].reset_index(drop=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what is asked for, and write all of it."""
    asked = parser().parse_args(arguments)
    parts = asked.only or [name for name in PARTS if name not in asked.skip]
    for sentence in compare.left_out() if "search" in parts else ():
        print(sentence, file=sys.stderr)
    Run(scenario(24), 1).advance(2)  # compiled before anything is timed
    asked.out.mkdir(parents=True, exist_ok=True)
    figures, peers = asked.out / "measurements.csv", asked.out / "peers.csv"
    for part in parts:  # written after each, so that nothing is lost if a later one fails
        found = merged(measured(row for row in ROWS if row.part == part), figures)
        write_csv(found, figures)
        if part == "search":
            write_csv(compare.table(), peers)
    text = page(found, pd.read_csv(peers) if peers.exists() else None)
    (asked.out / "README.md").write_text(text, encoding="utf-8")
    drawn = chart(growth(found))
    drawn.save(asked.out / "growth.svg")
    drawn.save(asked.out / "growth.png", scale_factor=1.5)
    print(text)


if __name__ == "__main__":
    main()
