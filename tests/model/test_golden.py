"""A golden history: any change of the model's output shows here, down to the last digit and on every machine.

If the change is meant, read what it does, write it down under "Output changes" in CHANGELOG.md, and make the file anew:

    python -m tests.model.test_golden
    python -m tests.model.histories --write
"""

import csv
import math
from pathlib import Path

import pytest

from sim.model.measures import MEASURE_NAMES
from sim.model.run import Run
from sim.scenario import Scenario

FILE = Path(__file__).parent / "golden" / "history.csv"
DEFAULTS = Scenario.build(policy={}, world={})
MEASURES = [name for name in MEASURE_NAMES if name not in ("coverage", "coherent_action", "ideas_improving")]


def history(scenario=DEFAULTS):
    """Every thirteenth week of the history under seed 1."""
    rows = Run(scenario, 1).advance(scenario.weeks)
    chosen = [MEASURE_NAMES.index(name) for name in MEASURES]
    return [[week, *map(float, rows[week - 1, chosen])] for week in range(13, scenario.weeks + 1, 13)]


def golden():
    with FILE.open(newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    assert header == ["week", *MEASURES]
    return [[int(week), *map(float, values)] for week, *values in rows]


def first_difference(ours, theirs):
    """Where two histories first differ, in words; None if nowhere."""
    for (week, *one), (_, *other) in zip(ours, theirs, strict=True):
        for name, a, b in zip(MEASURES, one, other, strict=True):
            if a != b and not (math.isnan(a) and math.isnan(b)):
                return f"{name} of week {week} is {a!r}, and was {b!r}"
    return None


def test_the_history_is_the_golden_one():
    found = first_difference(history(), golden())
    advice = (
        'If this is meant, note it under "Output changes" in CHANGELOG.md and run: '
        "python -m tests.model.test_golden && python -m tests.model.histories --write"
    )
    assert found is None, f"The model's output has changed: {found}.\n{advice}"


@pytest.mark.parametrize(
    "change",
    [
        {"hurdle": 0.021},
        {"trust_fading": 0.0101},
        {"price_sponsorship": 0.021},
        {"scepticism_fading": 0.0051},
        {"noise": 0.055},
    ],
)
def test_a_slightly_different_model_has_another_history(change):
    assert first_difference(history(DEFAULTS.replace(**change)), golden()) is not None


def write():
    """Make the golden history anew."""
    FILE.parent.mkdir(exist_ok=True)
    with FILE.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([["week", *MEASURES], *history()])
    print(f"wrote {FILE}")


if __name__ == "__main__":
    write()
