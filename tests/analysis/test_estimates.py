"""Means and paired differences: against one point at a time, on gaps made by hand, and how often intervals cover."""

import time

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm, t

from sim.analysis.estimates import bases, differences, means
from sim.comparison import interval, variance_ratio
from sim.errors import ScenarioError
from sim.model.measures import MEASURE_NAMES
from tests.study.tables import runs_of

NAN = np.nan
STUDIES = 4000  # simulated studies: the share that covers then has a standard error of 0.34 %


def some_runs(points=7, replicates=6, seed=3):
    """Runs in no order, some of them missing, some values too."""
    rng = np.random.default_rng(seed)
    table = pd.concat(
        [
            runs_of(rng.normal(size=(points, replicates)), "output"),
            runs_of(rng.lognormal(size=(points, replicates)), "trust")[["trust"]],
        ],
        axis=1,
    )
    table.loc[rng.random(len(table)) < 0.15, "trust"] = NAN
    return table.sample(frac=0.85, random_state=seed)


# Means


def test_means_are_those_of_one_point_at_a_time():
    runs = some_runs()
    found = means(runs).set_index(["point", "measure"])
    assert len(found) == 7 * 2
    for (point, measure), row in found.iterrows():
        values = runs.loc[runs["point"] == point, measure].dropna().to_numpy()
        mean, half = interval(values)
        expected = [mean, mean - half, mean + half, half, values.std(ddof=1), len(values)]
        given = row[["mean", "low", "high", "half_width", "deviation", "replicates"]].astype(float)
        np.testing.assert_allclose(given, expected, rtol=1e-12)


def test_a_single_value_has_no_interval_and_no_value_no_mean():
    found = means(runs_of([[4.0, NAN], [NAN, NAN]]))
    assert found["mean"].tolist()[0] == 4.0
    assert np.isnan(found.loc[0, ["low", "high", "half_width", "deviation"]].astype(float)).all()
    assert np.isnan(found["mean"][1])
    assert found["replicates"].tolist() == [1, 0]


def test_the_level_sets_the_width():
    runs = runs_of([[1.0, 2.0, 4.0]])
    ratio = means(runs, level=0.99)["half_width"][0] / means(runs, level=0.5)["half_width"][0]
    assert ratio == pytest.approx(t.ppf(0.995, 2) / t.ppf(0.75, 2))


def test_labels_are_kept_and_rows_are_in_the_order_of_points():
    runs = runs_of(np.arange(6).reshape(3, 2), policy=["a", "b", "a"], hurdle=[0.1, 0.2, 0.3])
    found = means(runs[::-1], labels=("policy", "world", "hurdle"))
    assert found.columns[:4].tolist() == ["point", "policy", "hurdle", "measure"]
    assert found["point"].tolist() == [0, 1, 2]
    assert found["policy"].tolist() == ["a", "b", "a"]
    assert found["mean"].tolist() == [0.5, 2.5, 4.5]


def test_points_need_not_be_numbered_without_gaps():
    runs = runs_of([[1.0, 3.0], [5.0, 7.0]])
    runs["point"] = runs["point"].map({0: 12, 1: 4})
    assert means(runs)[["point", "mean"]].to_numpy().tolist() == [[4, 6.0], [12, 2.0]]


# Paired differences


@pytest.mark.parametrize("base", range(7))
def test_differences_are_those_of_one_pair_of_points_at_a_time(base):
    runs = some_runs()
    found = differences(runs, base).set_index(["point", "measure"])
    for (point, measure), row in found.iterrows():
        wide = runs.pivot(index="seed", columns="point", values=measure)
        one, other = wide.loc[wide[point].notna() & wide[base].notna(), [point, base]].to_numpy().T[[0, -1]]
        mean, half = interval(one - other) if point != base else (0.0, 0.0)
        ratio = variance_ratio(one, other) if point != base else NAN
        one_only = (wide[point].isna() != wide[base].isna()).sum()
        expected = [mean, mean - half, mean + half, ratio, len(one), one_only]
        given = row[["difference", "difference_low", "difference_high", "variance_ratio", "pairs", "unpaired"]]
        np.testing.assert_allclose(given.astype(float), expected, rtol=1e-10, atol=1e-13)


def test_only_seeds_that_both_have_are_paired():
    runs = runs_of([[1.0, 2.0, 3.0, NAN], [10.0, 20.0, NAN, 40.0]])
    runs = runs[(runs["point"] == 0) | (runs["seed"] != 1)]  # that run failed
    found = differences(runs, 0).iloc[1]
    assert (found["difference"], found["pairs"], found["unpaired"]) == (18.0, 1, 3)


def test_without_a_common_seed_there_is_no_difference():
    found = differences(runs_of([[1.0, NAN], [NAN, 2.0]]), 0).iloc[1]
    assert (found["pairs"], found["unpaired"]) == (0, 2)
    assert np.isnan(found["difference"])


def test_pairs_are_by_seed_and_not_by_order():
    runs = runs_of([[1.0, 2.0, 3.0], [1.5, 2.6, 3.4]])
    runs.loc[runs["point"] == 1, "seed"] = [2, 3, 1]
    assert differences(runs, 0)["difference"][1] == pytest.approx(0.5)
    assert differences(runs, 0)["half_width"][1] > 1
    alike = differences(runs_of([[1.0, 2.0, 3.0], [1.5, 2.5, 3.5]]), 0)
    assert np.isnan(alike["half_width"][1])
    assert alike[["difference", "equal"]].to_numpy()[1].tolist() == [0.5, 3]


def test_each_point_may_have_its_own_base():
    runs = runs_of([[1.0, 2.0], [2.0, 4.0], [10.0, 20.0], [30.0, 50.0]])
    found = differences(runs, {0: 0, 1: 0, 2: 2, 3: 2})
    assert found["base"].tolist() == [0, 0, 2, 2]
    assert found["difference"].tolist() == [0.0, 1.5, 0.0, 25.0]


def test_the_base_is_the_same_world_and_factors_with_the_base_policy():
    columns = {"policy": list("abab"), "world": ["calm", "calm", "storm", "storm"], "hurdle": [1, 1, 1, 1]}
    runs = runs_of(np.zeros((4, 2)), **columns)
    assert bases(runs, "a") == {0: 0, 1: 0, 2: 2, 3: 2}
    assert bases(runs, "b", same=("world", "hurdle")) == {0: 1, 1: 1, 2: 3, 3: 3}


# Speed


def test_ten_thousand_runs_take_well_under_a_second():
    rng = np.random.default_rng(1)
    runs = runs_of(np.zeros((500, 20))).drop(columns="output")
    runs[list(MEASURE_NAMES)] = rng.normal(size=(10_000, len(MEASURE_NAMES)))
    start = time.process_time()
    assert len(means(runs)) == len(differences(runs, 0)) == 500 * len(MEASURE_NAMES)
    assert time.process_time() - start < 2, "some 0.15 s on an idle machine"


# Errors


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda runs: runs.drop(columns="seed"), "has no column 'seed'"),
        (lambda runs: runs.iloc[:0], "empty"),
        (lambda runs: pd.concat([runs, runs.iloc[:1]]), "seed 1 occurs twice at point 0"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused(change, told):
    with pytest.raises(ScenarioError, match=told):
        means(change(runs_of([[1.0, 2.0]])))


def test_arguments_that_cannot_be_used_are_refused():
    runs = runs_of([[1.0, 2.0], [1.0, 2.0]], policy=["a", "a"], world=["w", "w"])
    with pytest.raises(ScenarioError, match=r"no column 'outptu'; did you mean 'output'\?"):
        means(runs, ["outptu"])
    with pytest.raises(ScenarioError, match="level = 95: above 0 and below 1"):
        means(runs, level=95)
    with pytest.raises(ScenarioError, match="base = 7: no run of that point"):
        differences(runs, 7)
    with pytest.raises(ScenarioError, match="base = balanced: no run of that point"):
        differences(runs, "balanced")
    with pytest.raises(ScenarioError, match="point 1 has no base"):
        differences(runs, {0: 0})
    with pytest.raises(ScenarioError, match="'c' is not a policy of this study"):
        bases(runs, "c")
    with pytest.raises(ScenarioError, match="points 0 and 1 both have policy 'a' and the same world"):
        bases(runs, "a")
    with pytest.raises(ScenarioError, match="point 1 has no base: policy 'a' was not run with its world"):
        bases(runs_of([[1.0], [1.0]], policy=["a", "b"], world=["w", "v"]), "a")


# How often the intervals cover what is true


def covered(low, high, truth):
    return np.mean((low <= truth) & (truth <= high))


def studies_of_means(replicates=5):
    """As many studies of one point as there are points; the truth is 0."""
    return means(runs_of(np.random.default_rng(11).normal(size=(STUDIES, replicates))))


def studies_of_differences(replicates=8):
    """Points 0, 2, … are bases; the point after each differs from it by 0.3 and shares most of its luck."""
    rng = np.random.default_rng(12)
    luck = rng.normal(size=(STUDIES, 1, replicates))
    values = luck + 0.3 * rng.normal(size=(STUDIES, 2, replicates)) + np.array([[0.0], [0.3]])
    base = {2 * k + other: 2 * k for k in range(STUDIES) for other in (0, 1)}
    runs = runs_of(values.reshape(2 * STUDIES, replicates)).sample(frac=0.9, random_state=1)
    return runs, base


def test_intervals_of_means_cover_in_95_of_100_studies():
    found = studies_of_means()
    assert abs(covered(found["low"], found["high"], 0.0) - 0.95) < 0.02


def test_with_normal_quantiles_they_would_not():
    found = studies_of_means()
    half = found["half_width"] * norm.ppf(0.975) / t.ppf(0.975, 4)
    assert covered(found["mean"] - half, found["mean"] + half, 0.0) < 0.90


def test_intervals_of_paired_differences_cover_in_95_of_100_studies():
    runs, base = studies_of_differences()
    found = differences(runs, base)
    compared = found[(found["point"] != found["base"]) & (found["pairs"] > 1)]
    assert len(compared) > 0.99 * STUDIES
    assert abs(covered(compared["difference_low"], compared["difference_high"], 0.3) - 0.95) < 0.02
    assert compared["variance_ratio"].median() > 5, "in the long run it is 1.09 / 0.09 = 12"


def test_pairing_with_another_study_covers_only_because_it_is_wide():
    """The wrong variant: a base with other luck. Its intervals are wider by the root of the variance ratio."""
    runs, base = studies_of_differences()
    right = differences(runs, base)["half_width"].to_numpy()[1::2]
    wrong = differences(runs, {point: (of + 2) % (2 * STUDIES) for point, of in base.items()})["half_width"].to_numpy()
    assert np.nanmedian(wrong[1::2]) > 2.5 * np.nanmedian(right)
