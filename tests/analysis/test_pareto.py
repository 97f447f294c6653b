"""The Pareto front: exactly that of comparing all pairs."""

import time

import numpy as np
import pandas as pd
import pytest

from sim.analysis.estimates import means
from sim.analysis.pareto import not_outdone, pareto_front
from sim.errors import ScenarioError
from tests.study.tables import runs_of

NAN = np.nan


def by_all_pairs(values):
    rows = [tuple(row) for row in values]

    def outdoes(one, other):
        return all(a >= b for a, b in zip(one, other, strict=True)) and any(
            a > b for a, b in zip(one, other, strict=True)
        )

    return [not any(np.isnan(row)) and not any(outdoes(other, row) for other in rows) for row in rows]


@pytest.mark.parametrize("measures", [1, 2, 3, 5])
@pytest.mark.parametrize("steps", [3, 10, 10_000])
def test_the_front_is_that_of_all_pairs(measures, steps):
    """With few steps there are many ties."""
    rng = np.random.default_rng(measures)
    values = rng.integers(-steps, steps, size=(150, measures)) / steps
    values[rng.random(150) < 0.05, 0] = NAN
    front = not_outdone(values)
    assert front.tolist() == by_all_pairs(values)
    assert 0 < front.sum() < 150


def test_equal_points_are_on_the_front_together():
    assert not_outdone(np.array([[1.0, 2.0], [1.0, 2.0], [1.0, 1.0], [-0.0, 3.0], [0.0, 3.0]])).tolist() == [
        True,
        True,
        False,
        True,
        True,
    ]


def test_goals_are_more_or_less():
    table = pd.DataFrame(
        {
            "point": np.repeat([4, 7, 9, 11], 2),
            "measure": ["output", "too_busy"] * 4,
            "mean": [0.5, 0.1, 0.6, 0.2, 0.4, 0.2, 0.9, NAN],
        }
    )
    both = pareto_front(table, {"output": "max", "too_busy": "min"})
    assert both.columns.tolist() == ["point", "output", "too_busy", "front"]
    assert both["front"].tolist() == [True, True, False, False]
    assert pareto_front(table, {"output": "max", "too_busy": "max"})["front"].tolist() == [False, True, False, False]
    assert pareto_front(table, {"output": "max"})["front"].tolist() == [False, False, False, True]


def test_it_takes_the_means_of_a_study():
    runs = runs_of([[0.1, 0.3], [0.4, 0.2], [0.1, 0.1]]).assign(coherent_action=0.5, too_busy=[0.1] * 2 + [0.2] * 4)
    assert pareto_front(means(runs))["front"].tolist() == [True, True, False]


def test_ten_thousand_points_take_a_moment():
    start = time.process_time()
    assert not_outdone(np.random.default_rng(1).normal(size=(10_000, 3))).sum() > 50
    assert time.process_time() - start < 3, "some 0.3 s on an idle machine"


def test_arguments_that_cannot_be_used_are_refused():
    table = means(runs_of([[0.1, 0.3]]))
    with pytest.raises(ScenarioError, match="'outptu' is not a measure of this table; did you mean 'output'"):
        pareto_front(table, {"outptu": "max"})
    with pytest.raises(ScenarioError, match="output: 'more' is not a goal: 'max' or 'min'"):
        pareto_front(table, {"output": "more"})
    with pytest.raises(ScenarioError, match="no column 'mean'"):
        pareto_front(table.drop(columns="mean"))
