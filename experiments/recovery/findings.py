"""The cases: what is observed of whom, and how well the parameters come back."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import mannwhitneyu, spearmanr

from sim import Scenario
from sim.analysis.statistics import interval
from sim.comparison import warm_up
from sim.execution.histories import run_all
from sim.model.measures import MEASURE_NAMES
from sim.study.designs import time_split

from .draw import FIXED, OBSERVED, WEEKS, Drawn, Priors, observed
from .estimator import LEVEL, Guess, boosted, explained, recover, statistics

PRIORS: Priors = {"team_time": (0.3, 0.95), "network_share": (0.1, 0.9), "trust_growth": (0.0, 0.2)}
LITTLE = 0.01  # growth of trust, a tenth of the prior's mean
SLOW: Priors = {"trust_growth": (0.0, 2 * LITTLE)}
TWENTY_YEARS = 4 * WEEKS
EFFECTS = {"trust_growth": (0.0, 0.01, 0.025, 0.05, 0.1, 0.2), "network_share": (0.1, 0.3, 0.5, 0.7, 0.9)}
USUAL = {"trust_growth": 0.05, "network_share": 0.5}

FIRST_SEED, FIRST_SEED_KNOWN, FIRST_SEED_SLOW = 10_000_000, 20_000_000, 30_000_000
SAME_LUCK = 40_000_000  # the one seed of everybody, where all are to meet the same luck
SHUFFLE_SEED, RESAMPLE_SEED = 1, 2


@dataclass(frozen=True)
class Sizes:
    """How much is run."""

    drawn: int = 2400
    more: int = 500  # of these, how many are observed for longer, and several times
    known: int = 300  # organisations with a known split, in each of two sets
    runs: int = 10
    pairs: int = 60


QUICK = Sizes(drawn=120, more=20, known=24, runs=3, pairs=4)


@dataclass
class Found:
    """All that was found.

    Attributes
    ----------
    scores : dict
        How good the estimates are, by case and parameter; see `score`.
    guesses : dict
        The estimates from one, two and three of `OBSERVED`.
    trees : list of float
        R² of boosted trees for each parameter, from output.
    thirds : list of float
        R² of network_share from output, where team_time is in the lower, middle and upper third of its prior.
    some_trust : dict
        How often estimates rank an organisation with a growth of trust above `LITTLE` over one below it.
    fast : float
        Rank correlation of true and recovered growth of trust, from the usual growth on; known split, all runs.
    effects : list
        What output and trust are at some values of a parameter; see `effects`.
    """

    sizes: Sizes
    drawn: Drawn
    scores: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    guesses: dict[int, Guess] = field(default_factory=dict)
    trees: list[float] = field(default_factory=list)
    thirds: list[float] = field(default_factory=list)
    some_trust: dict[int, float] = field(default_factory=dict)
    fast: float = float("nan")
    effects: list[dict[str, Any]] = field(default_factory=list)

    def judge(self, case: str, seen: np.ndarray, true: np.ndarray, priors: Priors = PRIORS) -> Guess:
        """Guess the parameters from statistics, and keep the scores."""
        guess = recover(seen, true, list(priors.values()))
        for j, (name, limits) in enumerate(priors.items()):
            self.scores[case, name] = score(guess, true, j, limits)
        return guess

    @property
    def score_table(self) -> pd.DataFrame:
        """A row for each case and parameter."""
        rows = [{"case": case, "parameter": name, **one} for (case, name), one in self.scores.items()]
        return pd.DataFrame(rows).round(5)

    @property
    def guess_table(self) -> pd.DataFrame:
        """True and recovered values of each organisation, from output and from all that is observed."""
        columns: dict[str, Any] = {"organisation": np.arange(self.drawn.count), "seed": self.drawn.seeds()}
        for j, name in enumerate(PRIORS):
            columns[name] = self.drawn.true[:, j]
            for label, guess in (("output", self.guesses[1]), ("all", self.guesses[len(OBSERVED)])):
                for part in ("value", "low", "high"):
                    columns[f"{name}_from_{label}{'' if part == 'value' else f'_{part}'}"] = getattr(guess, part)[:, j]
        return pd.DataFrame(columns).round(4)


def score(guess: Guess, true: np.ndarray, j: int, prior: tuple[float, float]) -> dict[str, Any]:
    """How good the estimates of parameter j are; `r2_low` … `r2_high`: the 95 % interval of R² from 1,000 resamples.

    `coverage`: how often the interval holds the truth; `width`: its mean width as a share of that of the prior's own.
    """
    value, right, (low, high) = guess.value[:, j], true[:, j], prior
    again = np.random.default_rng(RESAMPLE_SEED).integers(0, len(right), (1000, len(right)))
    resampled = 1.0 - ((value - right) ** 2)[again].mean(axis=1) / right[again].var(axis=1)
    return {
        "organisations": len(right),
        "prior_low": low,
        "prior_high": high,
        "prior_sd": (high - low) / 12**0.5,
        "r2": explained(value, right),
        "r2_low": float(np.quantile(resampled, 0.025)),
        "r2_high": float(np.quantile(resampled, 0.975)),
        "rmse": float(((value - right) ** 2).mean() ** 0.5),
        "rank_correlation": float(spearmanr(value, right)[0]),
        "coverage": float(((guess.low[:, j] <= right) & (right <= guess.high[:, j])).mean()),
        "width": float((guess.high[:, j] - guess.low[:, j]).mean() / (LEVEL * (high - low))),
    }


def seen_in(courses: np.ndarray, measures: int = 1) -> np.ndarray:
    """The statistics of the first so many of `OBSERVED`, side by side."""
    return np.concatenate([statistics(courses[:, :, k]) for k in range(measures)], axis=1)


def find(sizes: Sizes, threads: int | None = None) -> Found:
    """Run everything."""
    tell = partial(print, file=sys.stderr, flush=True)
    drawn = Drawn(sizes.drawn, PRIORS, FIRST_SEED)
    found, true, more = Found(sizes, drawn), drawn.true, sizes.more

    tell(f"{sizes.drawn:,} organisations, {more:,} of them for 20 years …")
    long = observed(drawn.scenarios[:more], drawn.seeds()[:more], TWENTY_YEARS, threads)
    short = observed(drawn.scenarios[more:], drawn.seeds()[more:], WEEKS, threads)
    courses = np.concatenate([long[:, :WEEKS], short])  # the first five years of twenty are the same
    for measures in range(1, len(OBSERVED) + 1):
        seen = seen_in(courses, measures)
        found.guesses[measures] = guess = found.judge(", ".join(OBSERVED[:measures]), seen, true)
        found.some_trust[measures] = ranked(guess.value[:, 2], true[:, 2] > LITTLE)
        if measures == 1:
            value = boosted(seen, true)
            found.trees = [explained(value[:, j], true[:, j]) for j in range(len(PRIORS))]
    low, high = PRIORS["team_time"]
    third = np.minimum(3.0 * (true[:, 0] - low) / (high - low), 2.0).astype(int)
    share = found.guesses[1].value[:, 1]
    found.thirds = [explained(share[third == k], true[third == k, 1]) for k in range(3)]
    shuffled = np.random.default_rng(SHUFFLE_SEED).permutation(true)
    found.judge("shuffled", seen_in(courses), shuffled)

    tell(f"{more:,} of them in {sizes.runs} runs, and under the same luck …")
    runs = [courses[:more]]
    runs += [observed(drawn.scenarios[:more], drawn.seeds(run), WEEKS, threads) for run in range(1, sizes.runs)]
    same = observed(drawn.scenarios[:more], [SAME_LUCK] * more, WEEKS, threads)
    found.judge("some", seen_in(courses[:more]), true[:more])
    found.judge("20 years", seen_in(long), true[:more])
    found.judge("runs", np.mean([seen_in(run) for run in runs], axis=0), true[:more])
    found.judge("mean course", seen_in(np.mean(runs, axis=0)), true[:more])
    found.judge("same luck", seen_in(same), true[:more])

    tell(f"twice {sizes.known:,} organisations with a known split in {sizes.runs} runs …")
    wide = {"trust_growth": PRIORS["trust_growth"]}
    for case, priors, first_seed in (("split known", wide, FIRST_SEED_KNOWN), ("slow trust", SLOW, FIRST_SEED_SLOW)):
        known = Drawn(sizes.known, priors, first_seed)
        runs = [observed(known.scenarios, known.seeds(run), WEEKS, threads) for run in range(sizes.runs)]
        found.judge(case, seen_in(runs[0]), known.true, priors)
        guess = found.judge(f"{case}, runs", np.mean([seen_in(run) for run in runs], axis=0), known.true, priors)
        if case == "split known":
            fast = known.true[:, 0] >= USUAL["trust_growth"]
            found.fast = float(spearmanr(guess.value[fast, 0], known.true[fast, 0])[0])

    tell("what changes output …")
    found.effects = [row for name in EFFECTS for row in effects(name, EFFECTS[name], sizes.pairs, threads)]
    return found


def ranked(value: np.ndarray, higher: np.ndarray) -> float:
    """The chance that one of the higher has the greater value than one of the others (AUC); nan if there are none."""
    count = higher.sum() * (~higher).sum()
    return float(mannwhitneyu(value[higher], value[~higher])[0] / count) if count else float("nan")


def effects(name: str, values: Sequence[float], pairs: int, threads: int | None = None) -> list[dict[str, Any]]:
    """Mean output and trust at some values of a parameter, the others at their defaults, on seeds 1, 2, ….

    `difference` ± `half`: of output from that at the usual value, paired, with its 95 % interval; `luck`: the standard
    deviation of output between runs.
    """
    base = Scenario.build("balanced", "turbulent", **FIXED)
    scenarios = [base.replace(**time_split({name: value}, base.policy)) for value in values]
    kept = [MEASURE_NAMES.index(measure) for measure in ("output", "trust")]
    means = run_all(scenarios, range(1, pairs + 1), threads)[:, :, warm_up(WEEKS) :, kept].mean(axis=2)
    usual, rows = means[list(values).index(USUAL[name]), :, 0], []
    for value, (output, trust) in zip(values, np.moveaxis(means, 2, 1), strict=True):
        difference, half = interval(output - usual)
        row = {"parameter": name, "value": value, "trust": trust.mean(), "output": output.mean()}
        rows.append(row | {"difference": difference, "half": half, "luck": output.std(ddof=1)})
    return rows
