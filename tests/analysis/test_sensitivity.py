"""Sensitivity: on functions whose indices are known in closed form, with gaps, with luck, and in the wrong order."""

import numpy as np
import pandas as pd
import pytest
from SALib.sample import morris as morris_design
from SALib.sample import sobol as sobol_design

from sim.analysis.sensitivity import morris_effects, replication_variance, sobol_indices
from sim.errors import ScenarioError
from tests.study.tables import runs_of

NAN = np.nan
PI = np.pi


def problem(factors, low=0.0, high=1.0):
    return {"num_vars": len(factors), "names": list(factors), "bounds": [[low, high]] * len(factors)}


def saltelli(factors, blocks, seed=1, second_order=False, **bounds):
    made = sobol_design.sample(problem(factors, **bounds), blocks, calc_second_order=second_order, seed=seed)
    return pd.DataFrame(made, columns=list(factors))


def trajectories(factors, count, levels=4, seed=1, **bounds):
    made = morris_design.sample(problem(factors, **bounds), count, num_levels=levels, seed=seed)
    return pd.DataFrame(made, columns=list(factors))


def runs_at(settings, function, replicates=1, noise=0.0, seed=1):
    """A study of that function over the settings, with noise that differs between runs."""
    rng = np.random.default_rng(seed)
    truth = function(settings.to_numpy()[:, :6].T)
    values = truth[:, None] + noise * rng.normal(size=(len(settings), replicates))
    return runs_of(values, **{name: settings[name].to_numpy() for name in settings})


# Functions with known indices. Ishigami & Homma (1990); its variances: Saltelli et al. (2008), Global Sensitivity
# Analysis: The Primer, section 4.7 (a = 7, b = 0.1; inputs uniform from -pi to pi).

ABC = ("a", "b", "c")
ABCD = ("a", "b", "c", "d")
CIRCLE = {"low": -PI, "high": PI}


def ishigami(x):
    return np.sin(x[0]) + 7.0 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0])


def ishigami_indices():
    a, b = 7.0, 0.1
    one, two = 0.5 * (1.0 + b * PI**4 / 5.0) ** 2, a**2 / 8.0
    one_three = b**2 * PI**8 * (1.0 / 18.0 - 1.0 / 50.0)
    total = one + two + one_three
    return np.array([one, two, 0.0, one + one_three, two, one_three]) / total


# Sobol' G: Saltelli & Sobol' (1995), "About the use of rank transformation in sensitivity analysis of model output",
# Reliability Engineering & System Safety 50; inputs uniform from 0 to 1.

WEIGHTS = np.array([0.0, 1.0, 4.5, 9.0, 99.0, 99.0])
SIX = tuple("abcdef")


def sobol_g(x):
    return np.prod((np.abs(4.0 * x - 2.0) + WEIGHTS[:, None]) / (1.0 + WEIGHTS[:, None]), axis=0)


def g_indices():
    own = 1.0 / (3.0 * (1.0 + WEIGHTS) ** 2)
    all_of = np.prod(1.0 + own)
    return np.append(own, own * all_of / (1.0 + own)) / (all_of - 1.0)


# Sobol' indices


@pytest.mark.parametrize("second_order", [False, True])
@pytest.mark.parametrize(
    ("function", "factors", "bounds", "known"),
    [(ishigami, ABC, CIRCLE, ishigami_indices()), (sobol_g, SIX, {}, g_indices())],
)
def test_sobol_indices_are_the_known_ones(function, factors, bounds, known, second_order):
    runs = runs_at(saltelli(factors, 1024, second_order=second_order, **bounds), function)
    found = sobol_indices(runs.sample(frac=1, random_state=1), factors)
    assert found["factor"].tolist() == [*factors] * 2
    assert found["order"].tolist() == ["first"] * len(factors) + ["total"] * len(factors)
    np.testing.assert_allclose(found["index"], known, atol=0.03)
    assert (found["blocks"] == 1024).all()


def hits(draw, studies=100, **changes):
    """Share of the six intervals that hold the known index, over studies with other designs."""
    known, found = ishigami_indices(), []
    for seed in range(1, studies + 1):
        table = sobol_indices(runs_at(draw(seed), ishigami).assign(**changes), ABC)
        found.append((table["low"] <= known) & (known <= table["high"]))
    return np.mean(found)


def independent(seed, blocks=256):
    """A Saltelli design of independent points."""
    a, b = np.random.default_rng(seed).uniform(-PI, PI, size=(2, blocks, 3))
    mixed = [np.where(np.arange(3) == j, b, a) for j in range(3)]
    return pd.DataFrame(np.stack([a, *mixed, b], axis=1).reshape(-1, 3), columns=list(ABC))


def even(seed):
    """The same of a scrambled Sobol' sequence, whose points are more even than the bootstrap knows."""
    return saltelli(ABC, 256, seed, **CIRCLE)


def test_the_intervals_cover():
    assert abs(hits(independent) - 0.95) < 0.04
    assert hits(even, studies=40) > 0.95


def test_the_intervals_do_not_cover_what_is_wrong():
    outputs = np.random.default_rng(1).permutation(ishigami(independent(1).to_numpy().T))
    assert hits(independent, studies=10, output=outputs) < 0.5


def test_the_same_seed_gives_the_same_intervals_and_leaves_numpys_state_alone():
    runs = runs_at(even(1), ishigami)
    np.random.seed(5)  # noqa: NPY002
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    first, again, other = (sobol_indices(runs, ABC, seed=seed) for seed in (3, 3, 4))
    effects = [morris_effects(runs_at(trajectories(ABC, 10), ishigami), ABC, seed=seed) for seed in (3, 3)]
    np.testing.assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002
    pd.testing.assert_frame_equal(first, again)
    pd.testing.assert_frame_equal(*effects)
    assert (first["index"] == other["index"]).all()
    assert (first["low"] != other["low"]).any()


def test_indices_are_those_of_the_mean_over_replicates():
    settings = even(1)
    noisy = runs_at(settings, ishigami, replicates=4, noise=2.0)
    of_means = noisy.groupby("point", as_index=False).mean().assign(replicate=0)
    pd.testing.assert_frame_equal(sobol_indices(noisy, ABC), sobol_indices(of_means, ABC))
    in_another_order = sobol_indices(noisy.sample(frac=1, random_state=1), ABC)
    pd.testing.assert_frame_equal(in_another_order, sobol_indices(noisy, ABC), check_exact=True)


def test_a_block_with_a_missing_point_is_left_out():
    runs = runs_at(even(1), ishigami)
    gaps = runs.assign(output=runs["output"].where(~runs["point"].isin([7, 8, 23])))  # blocks 1 and 4
    rest = runs[~runs["point"].isin([*range(5, 10), *range(20, 25)])]
    found = sobol_indices(gaps, ABC)
    assert found[["blocks", "left_out"]].drop_duplicates().to_numpy().tolist() == [[254, 2]]
    columns = ["index", "low", "high"]
    pd.testing.assert_frame_equal(found[columns], sobol_indices(rest, ABC)[columns])
    failed = runs[~runs["point"].isin([7, 8, 23])]
    with pytest.raises(ScenarioError, match="`design` names all points"):
        sobol_indices(failed, ABC)
    pd.testing.assert_frame_equal(sobol_indices(failed, ABC, design=runs[["point", *ABC]]), found)


def test_a_constant_measure_has_no_indices():
    runs = runs_at(even(1), ishigami).assign(trust=0.5)
    found = sobol_indices(runs, ABC)
    assert found["index"].isna().tolist() == [False] * 6 + [True] * 6
    assert found["measure"].tolist() == ["output"] * 6 + ["trust"] * 6


def test_factors_need_not_be_numbers():
    settings = even(1)
    named = settings.assign(c=np.where(settings["c"] < 0, "slow", "fast"))
    runs = runs_at(settings, lambda x: x[0] + (x[2] < 0)).assign(c=named["c"])
    found = sobol_indices(runs, ABC, measures="output").set_index(["order", "factor"])["index"]
    assert found["first", "c"] == pytest.approx(0.25 / (0.25 + (2 * PI) ** 2 / 12), abs=0.03)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda settings: settings.sample(frac=1, random_state=1),
        lambda settings: settings[:-1],
        lambda settings: settings[["b", "a", "c"]].set_axis(list(ABC), axis=1),
        lambda settings: trajectories(ABC, 20),
    ],
)
def test_points_that_are_not_a_saltelli_design_are_refused(wrong):
    with pytest.raises(ScenarioError, match="are not a Saltelli design in a, b, c: blocks of 5 or 8 points"):
        sobol_indices(runs_at(wrong(even(1)).reset_index(drop=True), ishigami), ABC)


# Morris


def test_effects_of_ishigami_are_the_known_ones():
    """On a grid of four levels each factor steps between -pi and pi/3, or between -pi/3 and pi: the effects are few."""
    runs = runs_at(trajectories(ABC, 400, **CIRCLE), ishigami)
    found = morris_effects(runs.sample(frac=1, random_state=1), ABC)
    sine, outer, inner, step = np.sin(PI / 3), PI**4, (PI / 3) ** 4, 2 / 3
    one = sine / step * (1.0 + 0.1 * (outer + inner) / 2)
    two = 7.0 * sine**2 / step
    three = 0.1 * (outer - inner) * sine / 2 / step
    assert found["mu_star"][1] == pytest.approx(two)
    known = np.array([one, two, three])
    assert (found["low"] - 1e-9 <= known).all()
    assert (known <= found["high"] + 1e-9).all()
    assert (found["high"] - found["low"] < 0.25 * known).all()
    deviations = [0.1 * (outer - inner) / 2 * sine / step, two]
    np.testing.assert_allclose(found["sigma"][:2], deviations, rtol=0.01)


def test_morris_ranks_the_factors_of_g_by_their_weights():
    found = morris_effects(runs_at(trajectories(SIX, 50), sobol_g), SIX).set_index("factor")["mu_star"]
    assert found.iloc[:4].is_monotonic_decreasing
    assert found["d"] > 5 * max(found["e"], found["f"])


def test_morris_of_shuffled_outputs_ranks_nothing():
    runs = runs_at(trajectories(SIX, 50), sobol_g)
    shuffled = runs.assign(output=runs["output"].sample(frac=1, random_state=1).to_numpy())
    found = morris_effects(shuffled, SIX).set_index("factor")["mu_star"]
    assert found.max() < 2 * found.min()


def test_effects_are_per_whole_range_at_any_number_of_levels():
    for levels in (4, 6, 8):
        runs = runs_at(trajectories(ABC, 10, levels, low=10.0, high=30.0), lambda x: 2.0 * x[0] - x[1])
        found = morris_effects(runs, ABC, levels=levels)
        np.testing.assert_allclose(found["mu_star"], [40.0, 20.0, 0.0], atol=1e-9)
        np.testing.assert_allclose(found["mu"], [40.0, -20.0, 0.0], atol=1e-9)
        np.testing.assert_allclose(found["sigma"], 0.0, atol=1e-9)


def test_a_trajectory_with_a_missing_point_is_left_out():
    runs = runs_at(trajectories(ABC, 10), ishigami)
    gaps = runs.assign(output=runs["output"].where(runs["point"] != 5))
    rest = runs[~runs["point"].isin(range(4, 8))]
    found = morris_effects(gaps, ABC)
    assert found["left_out"].tolist() == [1, 1, 1]
    pd.testing.assert_frame_equal(found.drop(columns="left_out"), morris_effects(rest, ABC).drop(columns="left_out"))


def test_points_that_are_not_trajectories_are_refused():
    settings = trajectories(ABC, 10)
    with pytest.raises(ScenarioError, match="are not trajectories in a, b, c: blocks of 4 points"):
        morris_effects(runs_at(settings.sample(frac=1, random_state=1), ishigami), ABC)
    one_twice = pd.DataFrame({"a": [0.0, 1.0, 0.0, 0.0], "b": [0.0, 0.0, 0.0, 1.0], "c": 0.0})
    with pytest.raises(ScenarioError, match="are not trajectories"):
        morris_effects(runs_at(one_twice, ishigami), ABC)
    with pytest.raises(ScenarioError, match="factors that are numbers are needed"):
        morris_effects(runs_at(settings, ishigami).assign(a="high"), ABC)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"seed": 0}, "seed = 0: a whole number from 1 on"),
        ({"level": 95}, "level = 95: above 0 and below 1"),
        ({"resamples": 1}, "resamples = 1: at least 2"),
        ({"levels": 3}, "levels = 3: an even number"),
        ({"measures": "outptu"}, "did you mean 'output'"),
    ],
)
def test_arguments_that_cannot_be_used_are_refused(wrong, told):
    with pytest.raises(ScenarioError, match=told):
        morris_effects(runs_at(trajectories(ABC, 10), ishigami), ABC, **wrong)


# Luck


def test_luck_is_the_share_of_the_variance_within_points():
    """A part for each point, one for each seed that all points share, and one of its own for each run (variance 2)."""
    rng = np.random.default_rng(1)
    of_point, of_seed = 2.0 * rng.normal(size=(400, 1)), rng.normal(size=400)
    values = of_point + of_seed + np.sqrt(2.0) * rng.normal(size=(400, 400))
    explained, within = of_point.var(ddof=1), of_seed.var(ddof=1) + 2.0
    found, few = replication_variance(runs_of(values)).iloc[0], replication_variance(runs_of(values[:, :8])).iloc[0]
    assert found["in_runs"] == pytest.approx(within / (explained + within), abs=0.01)
    assert few["in_means"] == pytest.approx((2 / 8) / (explained + 2 / 8), abs=0.01)


def test_luck_that_all_points_share_is_not_left_in_differences_between_their_means():
    shared = np.array([[0.0], [1.0], [5.0]]) + np.array([-3.0, 0.0, 3.0])
    found = replication_variance(runs_of(shared)).iloc[0]
    assert found["in_runs"] == pytest.approx(9 / (9 + 7))
    assert found["in_means"] == pytest.approx(0.0, abs=1e-12)


def test_without_luck_there_is_none_and_with_nothing_else_only_luck():
    assert replication_variance(runs_of([[1.0, 1.0], [2.0, 2.0]]))[["in_runs", "in_means"]].to_numpy().tolist() == [
        [0.0, 0.0]
    ]
    only = replication_variance(runs_of(np.random.default_rng(1).normal(size=(300, 10)))).iloc[0]
    assert only["in_runs"] > 0.99
    assert only["in_means"] > 0.7


def test_luck_needs_replicates_and_points_and_leaves_gaps_out():
    assert replication_variance(runs_of([[1.0], [2.0]]))["in_runs"].isna().all()
    assert replication_variance(runs_of([[1.0, 2.0]]))["in_runs"].isna().all()
    assert replication_variance(runs_of([[3.0, 3.0], [3.0, 3.0]]))["in_runs"].isna().all()
    gaps = replication_variance(runs_of([[1.0, 2.0], [4.0, 5.0], [9.0, NAN]]))
    assert gaps[["in_runs", "points", "replicates"]].round(9).to_numpy().tolist() == [[0.1, 2.0, 2.0]]


def test_luck_left_in_the_means_shows_as_the_total_index_of_a_factor_without_influence():
    runs = runs_at(saltelli(ABCD, 1024, **CIRCLE), ishigami, replicates=4, noise=4.0)
    total = sobol_indices(runs, ABCD).set_index(["order", "factor"])["index"]["total"]
    in_means = replication_variance(runs)["in_means"][0]
    variance = 0.5 + 7.0**2 / 8 + 0.1 * PI**4 / 5 + 0.1**2 * PI**8 / 18
    assert in_means == pytest.approx(4.0 / (4.0 + variance), abs=0.02)
    assert total["d"] == pytest.approx(in_means, abs=0.03)
