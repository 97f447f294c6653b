"""Scenario discovery: boxes with known limits, as near as the number of points allows; nothing where there is none."""

import sys

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from sim.analysis.discovery import discover
from sim.errors import ScenarioError
from tests.study.tables import CHANCE_OF_FALSE_ALARM

FACTORS = ["a", "b", "c", "d"]


def points(count=1500, seed=1):
    return pd.DataFrame(np.random.default_rng(seed).random((count, len(FACTORS))), columns=FACTORS)


def in_box(table):
    return (table["a"] >= 0.2) & (table["a"] <= 0.6) & (table["b"] >= 0.5)


def tolerance(row, rows, all_cases, width, volume=0.4 * 0.5):
    """How far a limit may be off, given how many rows the box has that it should not, or lacks.

    A strip between the found and the true limit holds no more rows than that; the tolerance is the strip that would
    hold more all but certainly.
    """
    wrong = max(row["points"] - row["cases"], all_cases - row["cases"])
    strips = np.linspace(0.0, width, 2001)
    chance = binom.cdf(wrong, rows, volume * row["coverage"] * strips / width)
    return strips[np.argmax(chance < CHANCE_OF_FALSE_ALARM)]


@pytest.mark.parametrize("noise", [0.0, 0.05])
def test_a_known_box_is_found(noise):
    table = points()
    wrong = np.random.default_rng(2).random(len(table)) < noise
    cases = in_box(table) ^ wrong
    found = discover(table, cases, FACTORS, density=0.9).query("box == 1").set_index("factor")
    clear = found[(found["quasi_p_low"] < 0.01) | (found["quasi_p_high"] < 0.01)]
    assert clear.index.tolist() == ["a", "b"]
    known = {("a", "low"): 0.2, ("a", "high"): 0.6, ("b", "low"): 0.5}
    for (factor, side), limit in known.items():
        row, width = found.loc[factor], {"a": 0.4, "b": 0.5}[factor]
        allowed = tolerance(row, len(table), int((cases & in_box(table)).sum()), width)
        assert allowed < 0.15
        assert abs(row[side] - limit) < allowed
    assert np.isnan(found.loc["b", "quasi_p_high"]), "no limit on that side"
    assert found.loc["b", "high"] == table["b"].max()


def test_its_numbers_are_those_of_the_rows_in_it():
    table = points()
    cases = in_box(table) ^ (np.random.default_rng(2).random(len(table)) < 0.05)
    found = discover(table, cases, FACTORS, most=1)
    inside = np.logical_and.reduce([table[row.factor].between(row.low, row.high) for row in found.itertuples()])
    numbers = found.iloc[0][["points", "cases", "coverage", "density", "support"]].astype(float)
    count, hits = inside.sum(), (cases & inside).sum()
    np.testing.assert_allclose(numbers, [count, hits, hits / cases.sum(), hits / count, count / len(table)])
    assert found["density"].min() >= 0.8


def test_quasi_p_is_the_binomial_chance_of_so_many_cases_without_the_limit():
    """Bryant & Lempert (2010), appendix: the density of the box without that limit is the chance of a case."""
    table = points()
    found = discover(table, in_box(table), FACTORS, density=0.95, most=1).set_index("factor")
    others = [name for name in found.index if name != "b"]
    wider = np.logical_and.reduce([table[name].between(found["low"][name], found["high"][name]) for name in others])
    chance = in_box(table)[wider].mean()
    expected = binom.sf(found["cases"]["b"] - 1, found["points"]["b"], chance)
    assert found["quasi_p_low"]["b"] == pytest.approx(expected, rel=1e-6)


def test_where_cases_lie_anywhere_there_is_no_box():
    table = points()
    shuffled = np.random.default_rng(1).permutation(in_box(table))
    assert discover(table, shuffled, FACTORS).empty


def test_two_boxes_are_found_one_after_another():
    table = points()
    cases = ((table["a"] < 0.3) & (table["b"] < 0.5)) | ((table["c"] > 0.8) & (table["d"] > 0.3))
    found = discover(table, cases, FACTORS, density=0.9, most=5)
    factors = found[found[["quasi_p_low", "quasi_p_high"]].min(axis=1) < 0.01].groupby("box")["factor"].agg(set)
    assert {frozenset(names) for names in factors[:2]} == {frozenset("ab"), frozenset("cd")}
    coverage = found.drop_duplicates("box")["coverage"]
    assert 0.9 < coverage.sum() <= 1.0


def test_whole_numbers_categories_and_switches_are_conditions_too():
    rng = np.random.default_rng(1)
    table = pd.DataFrame(
        {
            "ties": rng.integers(0, 6, 900),
            "weather": rng.choice(["calm", "storm", "wind"], 900),
            "open": rng.random(900) < 0.5,
            "scenario": rng.random(900),
            "same": "always",
        },
        index=rng.permutation(900),
    )
    cases = (table["ties"] >= 2) & (table["weather"] != "calm") & ~table["open"] & (table["scenario"] > 0.3)
    found = discover(table, cases, list(table.columns), density=0.95, support=0.02, most=1).set_index("factor")
    assert set(found.index) == {"ties", "weather", "open", "scenario"}
    assert 1 < found["low"]["ties"] <= 2
    assert found["high"]["ties"] == 5
    assert (found["values"]["weather"], found["values"]["open"]) == ("storm, wind", "False")
    assert found.loc["weather", ["low", "high"]].isna().all()
    assert found["quasi_p_low"]["weather"] == found["quasi_p_high"]["weather"] < 0.01


def test_the_table_and_the_cases_are_left_as_they_are():
    table, cases = points(300), in_box(points(300)).to_numpy()
    discover(table, cases, FACTORS)
    pd.testing.assert_frame_equal(table, points(300))
    assert (cases == in_box(points(300))).all()


# Errors


def test_without_the_extra_it_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "ema_workbench.analysis", None)
    with pytest.raises(ScenarioError, match=r"pip install 'tripleos\[discovery\]'"):
        discover(points(), in_box(points()), FACTORS)


@pytest.mark.parametrize(
    ("cases", "told"),
    [
        ([False] * 10, "none of the 10 rows is a case"),
        ([True] * 10, "each of the 10 rows is a case"),
        ([True] * 9, "one for each of the 10 rows"),
        ([1.0] * 9 + [np.nan], "cases are of type float64: true or false is needed"),
        ([True] * 9 + [False], "density = 0.8: above the share of cases in all rows, 0.9"),
    ],
)
def test_cases_that_cannot_be_used_are_refused(cases, told):
    with pytest.raises(ScenarioError, match=told):
        discover(points(10), cases, FACTORS)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"density": 1.2}, "density = 1.2: above the share of cases in all rows"),
        ({"support": 0.0}, "support = 0.0: above 0 and below 1"),
        ({"peel": 0.5}, "peel = 0.5: above 0 and below 0.5"),
        ({"most": 0}, "most = 0: at least 1 box"),
        ({"factors": ["a", "e"]}, "no column 'e'"),
        ({"factors": []}, "at least 1 factor"),
    ],
)
def test_arguments_that_cannot_be_used_are_refused(wrong, told):
    with pytest.raises(ScenarioError, match=told):
        discover(**{"table": points(50), "cases": in_box(points(50)), "factors": FACTORS} | wrong)


def test_a_missing_condition_is_refused():
    table = points(50)
    table.loc[3, "b"] = np.nan
    with pytest.raises(ScenarioError, match="factor 'b' has missing values"):
        discover(table, in_box(points(50)), FACTORS)
