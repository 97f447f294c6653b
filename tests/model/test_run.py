"""Runs: in one go or step by step, on one thread or two, under seeds; and what is made of their histories."""

import threading
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t as student

from sim.comparison import (
    compare,
    interval,
    run_means,
    seeds_of,
    simulate,
    summarise,
    tidy,
    variance_ratio,
    warm_up,
)
from sim.errors import ScenarioError
from sim.execution.histories import run_all
from sim.model.measures import MEASURE_NAMES
from sim.model.run import Run
from sim.validation import checked_seed
from tests.engine import small
from tests.random_scenarios import random_scenario

# Weeks


def same_end(one, other):
    pairs = (*zip(one.state, other.state, strict=True), *zip(one.reality, other.reality, strict=True))
    return all(np.array_equal(a, b) for a, b in pairs)


@pytest.mark.parametrize("number", range(12))
def test_a_run_is_its_steps(number):
    scenario = random_scenario(number)
    whole, steps, strides = (Run(scenario, 7) for _ in range(3))
    history = whole.advance(60)
    np.testing.assert_array_equal(history, np.vstack([steps.advance(1) for _ in range(60)]))
    np.testing.assert_array_equal(history, np.vstack([strides.advance(weeks) for weeks in (0, 1, 4, 16, 20, 19)]))
    assert same_end(whole, steps)
    assert same_end(whole, strides)
    assert (whole.week, steps.week) == (60, 60)


def test_some_of_these_scenarios_have_interventions():
    assert sum(bool(random_scenario(number).interventions) for number in range(12)) > 4


def columns(run, weeks, *names):
    return run.advance(weeks)[:, [MEASURE_NAMES.index(name) for name in names]]


def test_an_intervention_holds_from_the_start_of_its_week():
    split = {"split_networks": 0.1, "split_communities": 0.1, "split_teams": 0.8}
    run = Run(small(adaptation=0, interventions=[{"week": 5, **split}]), 1)
    assert np.round(columns(run, 8, "time_teams")[:, 0], 12).tolist() == [0.6] * 4 + [0.8] * 4


def test_an_intervention_of_the_first_week_is_as_if_it_had_always_been():
    late = Run(small(interventions=[{"week": 1, "openness": 0.9, "hurdle": 0.1}]), 1)
    np.testing.assert_array_equal(late.advance(20), Run(small(openness=0.9, hurdle=0.1), 1).advance(20))


def test_interventions_of_one_week_apply_one_after_the_other():
    two = small(interventions=[{"week": 4, "hurdle": 0.9, "openness": 0.7}, {"week": 4, "hurdle": 0.0}])
    one = small(interventions=[{"week": 4, "hurdle": 0.0, "openness": 0.7}])
    np.testing.assert_array_equal(Run(two, 1).advance(20), Run(one, 1).advance(20))


def test_a_floor_lifts_those_below_it_and_newcomers_too():
    floor = {"week": 3, "floor_networks": 0.3}
    run = Run(small(adaptation=0, turnover=20, interventions=[floor]), 1)
    run.advance(3)
    np.testing.assert_allclose(run.state.time, [[0.3, 0.7 * 0.2 / 0.8, 0.7 * 0.6 / 0.8]] * 24)
    run.advance(20)
    np.testing.assert_allclose(run.state.time, [[0.3, 0.175, 0.525]] * 24)
    assert (run.state.person >= 24).mean() > 0.9


def test_the_policy_in_force_is_told():
    run = Run(small(interventions=[{"week": 3, "hurdle": 0.5}]), 1)
    told = [run.policy.hurdle] + [run.advance(1) is None or run.policy.hurdle for _ in range(4)]
    assert told == [0.02, 0.02, 0.02, 0.5, 0.5]


def test_beyond_the_horizon_a_run_goes_on():
    longer, short = Run(small(weeks=30), 1), Run(small(weeks=10), 1)
    np.testing.assert_array_equal(longer.advance(30), short.advance(30))


# Seeds and threads


def test_same_seed_same_history_and_other_seed_other_history():
    histories = [Run(small(), seed).advance(20) for seed in (1, 1, 2, 2**32 + 1, 2**64 - 1)]
    np.testing.assert_array_equal(histories[0], histories[1])
    for one, other in pairwise(histories[1:]):
        assert not np.array_equal(one, other, equal_nan=True)


def test_threads_change_nothing():
    scenarios = [random_scenario(number) for number in (1, 2)]
    one, two = (simulate(scenarios, seeds=6, threads=threads) for threads in (1, 2))
    pd.testing.assert_frame_equal(one, two, check_exact=True)


def test_runs_at_the_same_time_do_not_touch_each_other():
    alone = [Run(small(weeks=200), seed).advance(200) for seed in range(4)]
    together = [None] * 4

    def work(seed):
        together[seed] = Run(small(weeks=200), seed).advance(200)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    np.testing.assert_array_equal(alone, together)


@pytest.mark.parametrize("seed", [-1, 2**64, 1.0, "1", True, None, float("nan")])
def test_a_seed_that_is_none_is_refused(seed):
    with pytest.raises(ScenarioError, match=r"seed = .*: a whole number is needed"):
        Run(small(), seed)


@pytest.mark.parametrize("seed", [0, 2**64 - 1, np.int64(5), np.uint64(2**64 - 1)])
def test_a_seed_is_a_plain_whole_number(seed):
    assert type(checked_seed(seed)) is int
    assert checked_seed(seed) == seed


def test_seeds_are_a_number_of_replicates_or_listed():
    assert seeds_of(3) == [1, 2, 3]
    assert seeds_of(np.int64(2)) == [1, 2]
    assert seeds_of([5, 3]) == [5, 3]
    assert seeds_of(range(7, 9)) == [7, 8]


@pytest.mark.parametrize(
    ("seeds", "said"),
    [
        ([1, 2, 1], "repeated"),
        ([], "empty"),
        (0, "at least 1"),
        ("12", "number of replicates"),
        (True, "number of replicates"),
        (1.5, "number of"),
    ],
)
def test_seeds_that_cannot_be_used_are_refused(seeds, said):
    with pytest.raises(ScenarioError, match=said):
        simulate(small(weeks=2), seeds)


# Tables


def test_simulate_gives_the_histories_of_the_runs():
    scenarios = [small(weeks=5), small(weeks=5, openness=1)]
    table = simulate(scenarios, seeds=[9, 4])
    assert table.shape == (20, 5 + len(MEASURE_NAMES))
    assert table["week"].tolist() == [1, 2, 3, 4, 5] * 4
    assert table["seed"].tolist() == ([9] * 5 + [4] * 5) * 2
    assert table["scenario"].tolist() == [scenarios[0].key] * 10 + [scenarios[1].key] * 10
    rows = table[(table["scenario"] == scenarios[1].key) & (table["seed"] == 4)]
    np.testing.assert_array_equal(rows[list(MEASURE_NAMES)], Run(scenarios[1], 4).advance(5))


def test_tidy_keeps_large_seeds():
    table = tidy([small(weeks=1)], [2**64 - 1], np.zeros((1, 1, 1, len(MEASURE_NAMES))))
    assert int(table["seed"][0]) == 2**64 - 1


def test_progress_is_told_after_every_run():
    told = []
    run_all([small(weeks=2)], [1, 2, 3], progress=lambda done, key: told.append((done, key)))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_scenarios_need_a_common_horizon_and_one_at_least():
    with pytest.raises(ScenarioError, match=r"horizons of \[3, 4\] weeks"):
        simulate([small(weeks=3), small(weeks=4)], seeds=1)
    with pytest.raises(ScenarioError, match="no scenario"):
        simulate([], seeds=1)


def test_a_run_that_fails_is_not_lost(monkeypatch):
    monkeypatch.setattr("sim.execution.histories.Run", lambda scenario, seed: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        simulate(small(weeks=2), seeds=2)


# Summaries


def test_run_means_leave_out_the_start_and_what_is_missing():
    results = np.zeros((1, 1, 10, 2))
    results[0, 0, :, 0] = range(10)
    results[0, 0, :, 1] = [np.nan] * 8 + [3, 5]
    assert warm_up(10) == 2
    assert run_means(results)[0, 0].tolist() == [5.5, 4]
    assert run_means(results, after=9)[0, 0].tolist() == [9, 5]
    assert run_means(results, after=0)[0, 0].tolist() == [4.5, 4]
    results[..., 1] = np.nan
    assert np.isnan(run_means(results)[0, 0, 1])


@pytest.mark.parametrize("after", [-1, 10])
def test_some_week_must_be_left_to_average(after):
    with pytest.raises(ScenarioError, match="allowed is 0 to 9"):
        run_means(np.zeros((1, 1, 10, 2)), after)


def test_interval_is_students():
    samples = np.array([[1.0, 0.0], [4.0, 0.5], [7.0, 1.0]])
    mean, half = interval(samples)
    assert mean.tolist() == [4, 0.5]
    assert half == pytest.approx(student.ppf(0.975, 2) * np.array([3, 0.5]) / np.sqrt(3))
    assert interval(samples, 0.5)[1][0] == pytest.approx(student.ppf(0.75, 2) * np.sqrt(3))
    assert np.isnan(interval(samples[:1])[1]).all()


def coverage(shrunk=1.0):
    """How often the interval of ten normal samples holds their true mean."""
    mean, half = interval(np.random.default_rng(1).normal(3, 2, (10, 20_000)))
    return (np.abs(mean - 3) <= shrunk * half).mean()


def test_intervals_cover_the_truth_in_95_of_100_cases():
    assert coverage() == pytest.approx(0.95, abs=0.005)
    assert coverage(1.96 / 2.262) < 0.93, "the normal quantile instead of Student's would be found"


def test_variance_ratio_in_known_cases():
    one = np.array([1.0, 2.0, 3.0, 4.0])
    assert variance_ratio(one, one + np.array([0.1, -0.1, -0.1, 0.1])) == pytest.approx((5 / 3 + 5.04 / 3) / (0.04 / 3))
    assert variance_ratio(one, -one) == pytest.approx(0.5), "opposite luck: pairing costs"
    assert np.isinf(variance_ratio(one, one + 1))
    assert np.isnan(variance_ratio(one[:1], one[:1])).all()
    rng = np.random.default_rng(1)
    assert variance_ratio(rng.normal(size=100_000), rng.normal(size=100_000)) == pytest.approx(1, abs=0.02)


def results_of(*scenarios):
    return run_all(scenarios, [1, 2, 3])


def test_summaries_are_means_with_intervals_and_paired_differences():
    scenarios = small(weeks=20), small(weeks=20, openness=0.9)
    table, means = summarise(scenarios, results_of(*scenarios)), run_means(results_of(*scenarios))
    k = MEASURE_NAMES.index("awareness")
    row = table[table["measure"] == "awareness"].iloc[1]
    mean, half = interval(means[1, :, k])
    difference, margin = interval(means[1, :, k] - means[0, :, k])
    assert (row["mean"], row["low"], row["high"]) == pytest.approx((mean, mean - half, mean + half))
    given = row["difference"], row["difference_low"], row["difference_high"]
    assert given == pytest.approx((difference, difference - margin, difference + margin))
    assert row["replicates"] == 3
    base = table[table["scenario"] == scenarios[0].key]
    assert (base["difference"].dropna() == 0).all()


def test_the_base_is_the_first_of_the_same_world():
    scenarios = small(weeks=5), small(weeks=5, noise=0.2), small(weeks=5, noise=0.2, openness=1)
    table = summarise(scenarios, results_of(*scenarios))
    trust = table[table["measure"] == "awareness"]["difference"].tolist()
    assert trust[:2] == [0, 0]
    assert trust[2] != 0


def test_compare_takes_the_first_as_base_whatever_its_world():
    one, other = small(weeks=20), small(weeks=20, noise=0.3, turbulence=30)
    table = compare(one, other, seeds=[1, 2, 3], measures=["awareness", "fit"])
    means = run_means(results_of(one, other))
    assert table["measure"].tolist() == ["awareness", "fit"] * 2
    expected = (means[1] - means[0]).mean(axis=0)[[MEASURE_NAMES.index(name) for name in ("awareness", "fit")]]
    assert table["difference"].tolist() == pytest.approx([0, 0, *expected])


def test_pairing_narrows_a_small_difference():
    table = compare(small(), small(coaching=0.1), seeds=12, measures=["awareness", "best_possible", "changes"])
    assert table["variance_ratio"][3] > 2
    assert table["difference"].tolist()[4:] == [0, 0], "two policies meet the same world"


def test_an_unknown_measure_is_refused_with_the_nearest():
    with pytest.raises(ScenarioError, match="'awarness' is not a measure; did you mean 'awareness'"):
        compare(small(weeks=2), small(weeks=2), seeds=1, measures=["awarness"])
    assert compare(small(weeks=2), seeds=1, measures="fit")["measure"].tolist() == ["fit"]
