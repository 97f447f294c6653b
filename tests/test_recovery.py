"""Parameter recovery: estimates are as good as they can be where that is known, and find nothing where nothing is."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

pytest.importorskip("sklearn")

from experiments.recovery import __main__, draw
from experiments.recovery.draw import OBSERVED, Drawn, observed
from experiments.recovery.estimator import LEVEL, autocorrelation, explained, quarters, recover, statistics
from experiments.recovery.findings import PRIORS, Sizes, ranked, score
from sim import simulate

UNIT = (0.0, 1.0)


def best(curve, noise):
    """R² and mean width of the 90 % interval of the exact posterior: θ uniform on 0 … 1, x = curve(θ) + noise·z."""
    theta = (np.arange(500) + 0.5) / 500
    seen = np.linspace(curve(theta).min() - 4 * noise, curve(theta).max() + 4 * noise, 1500)
    density = norm.pdf(seen[:, None], curve(theta), noise)
    weight = density.sum(axis=1)
    posterior = density / weight[:, None]
    mean = posterior @ theta
    variance = posterior @ theta**2 - mean**2
    places = [(posterior.cumsum(axis=1) < p).sum(axis=1) / 500 for p in ((1 - LEVEL) / 2, (1 + LEVEL) / 2)]
    return 1 - 12 * np.average(variance, weights=weight), np.average(places[1] - places[0], weights=weight)


CURVES = {
    "straight": (lambda t: t, 0.2),
    "straight, much noise": (lambda t: t, 0.6),
    "saturating": (lambda t: 1.0 - np.exp(-t / 0.2), 0.05),  # as trust does over its growth
}


@pytest.mark.parametrize("name", CURVES)
def test_estimates_are_as_good_as_the_exact_posterior(name):
    curve, noise = CURVES[name]
    rng = np.random.default_rng(3)
    true = rng.random((2400, 2))  # of the second parameter, nothing is seen
    seen = np.column_stack([curve(true[:, 0]) + noise * rng.standard_normal(2400), rng.standard_normal((2400, 20))])
    guess = recover(seen, true, [UNIT, UNIT])
    r2, width = best(curve, noise)
    assert r2 - 0.04 < explained(guess.value[:, 0], true[:, 0]) < r2 + 0.03
    one, other = (score(guess, true, j, UNIT) for j in range(2))
    assert one["width"] == pytest.approx(width / LEVEL, rel=0.08)
    assert one["coverage"] == pytest.approx(LEVEL, abs=0.025)
    assert other["r2"] == pytest.approx(0.0, abs=0.03)
    assert other["coverage"] == pytest.approx(LEVEL, abs=0.025)
    assert other["width"] > 0.96


def test_two_values_that_look_the_same_are_not_told_apart():
    rng = np.random.default_rng(4)
    true = rng.random((1200, 1))
    guess = recover((true - 0.5) ** 2 + 0.01 * rng.standard_normal(true.shape), true, [UNIT])
    found = score(guess, true, 0, UNIT)
    assert found["r2"] == pytest.approx(0.0, abs=0.05)
    assert found["coverage"] > 0.86


def noisy_courses(count=1000, weeks=260):
    """Courses with a level of 0.2 … 0.8 and weekly autocorrelation of 0.1 … 0.9 (AR(1), spread 0.05)."""
    rng = np.random.default_rng(5)
    true = np.column_stack([rng.uniform(0.2, 0.8, count), rng.uniform(0.1, 0.9, count)])
    course = np.empty((count, weeks))
    course[:, 0] = rng.standard_normal(count)
    for week in range(1, weeks):
        new = np.sqrt(1 - true[:, 1] ** 2) * rng.standard_normal(count)
        course[:, week] = true[:, 1] * course[:, week - 1] + new
    return true[:, :1] + 0.05 * course, true


def test_courses_give_away_what_they_hold():
    course, true = noisy_courses()
    guess = recover(statistics(course), true, [(0.2, 0.8), (0.1, 0.9)])
    level, memory = (score(guess, true, j, prior) for j, prior in enumerate([(0.2, 0.8), (0.1, 0.9)]))
    # Over W weeks, the mean has the variance 0.05²·(1 + φ)/(1 - φ)/W, and no estimate of φ has less than
    # (1 - φ²)²/(1 + φ²)/W (Cramér and Rao, with the spread known).
    phi = true[:, 1]
    assert level["r2"] > 1 - 2 * (0.05**2 * (1 + phi) / (1 - phi) / 260).mean() / true[:, 0].var()
    possible = 1 - ((1 - phi**2) ** 2 / (1 + phi**2) / 260).mean() / phi.var()
    assert possible - 0.03 < memory["r2"] < possible + 0.005
    assert memory["coverage"] == pytest.approx(LEVEL, abs=0.03)


def test_nothing_is_found_where_parameters_are_those_of_others():
    course, true = noisy_courses()
    shuffled = np.random.default_rng(6).permutation(true)
    guess = recover(statistics(course), shuffled, [(0.2, 0.8), (0.1, 0.9)])
    for j, prior in enumerate([(0.2, 0.8), (0.1, 0.9)]):
        found = score(guess, shuffled, j, prior)
        assert -0.06 < found["r2"] < 0.03
        assert found["coverage"] == pytest.approx(LEVEL, abs=0.04)


def test_nothing_is_found_in_noise_with_more_statistics_than_organisations():
    rng = np.random.default_rng(7)
    true = rng.random((120, 1))
    assert explained(recover(rng.standard_normal((120, 400)), true, [UNIT]).value, true) < 0.05


def test_intervals_hold_where_there_are_nearly_as_many_statistics_as_organisations():
    rng = np.random.default_rng(8)
    true = rng.random((600, 1))
    seen = np.column_stack([true + 0.1 * rng.standard_normal(true.shape), rng.standard_normal((600, 300))])
    found = score(recover(seen, true, [UNIT]), true, 0, UNIT)
    assert LEVEL - 0.04 < found["coverage"] < 0.98, "too wide rather than too narrow"


def test_autocorrelation_at_each_lag():
    wave = np.tile([1.0, 0.0, -1.0, 0.0], 50)[None]
    assert autocorrelation(wave, (1, 2, 4))[0] == pytest.approx([0.0, -1.0, 1.0], abs=0.01)


def test_nobody_is_guessed_from_themselves():
    asked = np.zeros(10, int)
    for known, about in quarters(10):
        assert not (known & about).any()
        asked += about
    assert (asked == 1).all()


def test_ranks():
    higher = np.array([False, False, True, True])
    assert ranked(np.array([0.1, 0.2, 0.3, 0.4]), higher) == 1.0
    assert ranked(np.array([0.1, 0.3, 0.2, 0.4]), higher) == 0.75


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setitem(draw.FIXED, "workers", 24)


def test_organisations_are_drawn_from_the_priors_and_have_luck_of_their_own(small):
    drawn = Drawn(40, PRIORS, first_seed=500)
    for values, (low, high) in zip(drawn.true.T, PRIORS.values(), strict=True):
        places = np.sort(((values - low) / (high - low) * 40).astype(int))
        assert places.tolist() == list(range(40)), "one in each fortieth of the prior"
    policy = drawn.scenarios[7].policy
    team_time, network_share, trust_growth = drawn.true[7]
    assert policy.split_teams == team_time
    assert policy.split_networks == pytest.approx((1 - team_time) * network_share)
    assert drawn.scenarios[7].workforce.trust_growth == trust_growth
    assert policy.adaptation == 0.0
    assert len({seed for run in range(10) for seed in drawn.seeds(run)}) == 400


def test_what_is_observed_is_the_history_of_each_under_its_own_seed(small):
    drawn = Drawn(6, PRIORS, first_seed=500)
    seen = observed(drawn.scenarios, drawn.seeds(1), 20, threads=2)
    alone = simulate(drawn.scenarios[4], seeds=[100_504])
    assert seen[4].tolist() == alone[list(OBSERVED)].to_numpy()[:20].tolist()
    assert observed(drawn.scenarios, drawn.seeds(1), 20, threads=1).tolist() == seen.tolist()


@pytest.mark.filterwarnings("ignore")  # about so few organisations
def test_everything_is_written(small, tmp_path, capsys):
    __main__.main(["--threads", "1", "--out", str(tmp_path)], Sizes(drawn=24, more=8, known=8, runs=2, pairs=2))
    made = {path.name for path in tmp_path.iterdir()}
    assert made == {"README.md", "scores.csv", "recovered.csv", "effects.csv", "recovered.svg", "recovered.png"}
    text = (tmp_path / "README.md").read_text()
    assert text.strip() in capsys.readouterr().out
    assert all(name in text for name in made - {"README.md", "recovered.png"})
    assert len(pd.read_csv(tmp_path / "recovered.csv")) == 24
    scores = pd.read_csv(tmp_path / "scores.csv")
    assert scores.groupby("case").size().to_dict() == {
        "output": 3, "output, coherent_action": 3, "output, coherent_action, trust": 3, "shuffled": 3, "some": 3,
        "20 years": 3, "runs": 3, "mean course": 3, "same luck": 3, "split known": 1, "split known, runs": 1,
        "slow trust": 1, "slow trust, runs": 1,
    }  # fmt: skip
