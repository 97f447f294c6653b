"""What was learned, with its numbers looked up: `python -m experiments.learned` writes `results/README.md`.

The text is `experiments/learned.md`; a number such as `{P1 3: turbulence 10}` in it is the effect that a statement is
about with its interval, from what `tripleos hypotheses` wrote (see `tripleos.hypotheses.page`).
"""

from __future__ import annotations

from pathlib import Path

from experiments import without_arguments
from sim.hypotheses.page import filled, judged_in
from sim.study.library import HYPOTHESES

HERE = Path(__file__).parent
RESULTS = HERE.parent / "results"


def text() -> str:
    """The page."""
    found = judged_in(HYPOTHESES, RESULTS / "hypotheses")
    return filled((HERE / "learned.md").read_text(encoding="utf-8"), found)


if __name__ == "__main__":
    without_arguments("experiments.learned", __doc__)
    (RESULTS / "README.md").write_text(text(), encoding="utf-8")
    print(f"wrote {RESULTS / 'README.md'}")
