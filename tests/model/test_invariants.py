"""What holds in every week of every scenario."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from sim.model.measures import MEASURE_NAMES, MEASURES
from sim.model.reality import value
from sim.model.run import Run
from tests.engine import small
from tests.random_scenarios import random_scenario

OFTEN = settings(max_examples=150, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
SPACES = ("networks", "communities", "teams")
NUMBERS = st.integers(0, 10**6)
SEEDS = st.integers(0, 2**64 - 1)
WEEKS = 40


def weeks_of(run, count=WEEKS):
    """The week's measures by name, week by week."""
    for _ in range(count):
        yield dict(zip(MEASURE_NAMES, run.advance(1)[0], strict=True))


def floors(run):
    return np.array([getattr(run.policy, f"floor_{space}") for space in SPACES])


# Ranges and bookkeeping


def assert_time_is_sound(run):
    time = run.state.time
    np.testing.assert_allclose(time.sum(axis=1), 1, atol=1e-12)
    assert (time >= floors(run) - 1e-12).all()


def assert_ranges(state):
    for name in ("seek", "sense", "share", "trust", "alignment"):
        values = getattr(state, name)
        assert ((values >= 0) & (values <= 1)).all(), name
    assert (state.scepticism >= 0).all()
    assert ((state.output >= 0) & (state.output <= 1)).all()
    assert np.isfinite(state.repertoire_value).all()
    for name in ("idea", "practice", "outside"):
        assert (np.abs(getattr(state, name)) == 1).all(), f"{name} has a view on everything"


def assert_teams_are_consistent(state):
    workers = np.arange(len(state.team))
    assert np.array_equal(np.sort(state.team_members), workers)
    assert np.array_equal(state.team_members[state.team_seat], workers)
    assert np.array_equal(state.team, np.searchsorted(state.team_offsets, state.team_seat, side="right") - 1)


def assert_communities_are_consistent(state):
    assert (np.abs(state.repertoire)[state.n_tests > 0] == 1).all(), "a filled entry has a view on everything"
    assert (state.n_tests >= 0).all()
    members = list(zip(state.community_members, state.membership_slots, strict=True))
    assert len(set(members)) == state.community.size
    for c, (first, end) in enumerate(pairwise(state.community_offsets)):
        assert all(state.community[i, s] == c for i, s in members[first:end])


def assert_ties_are_sound(state):
    rows = np.sort(state.tie, axis=1)
    assert (rows[:, 1:] != rows[:, :-1]).all(), "nobody is followed twice"
    assert (state.tie != np.arange(len(rows))[:, None]).all(), "nobody follows themselves"


@OFTEN
@given(NUMBERS, SEEDS)
def test_state_is_sound_in_every_week(number, seed):
    run = Run(random_scenario(number), seed)
    for _ in weeks_of(run):
        assert_time_is_sound(run)
        assert_ranges(run.state)
        assert_teams_are_consistent(run.state)
        assert_communities_are_consistent(run.state)
        assert_ties_are_sound(run.state)


def test_a_floor_that_is_not_kept_would_be_found():
    run = Run(small(floor_networks=0.2), 1)
    run.state.time[3] = 0.1, 0.1, 0.8
    with pytest.raises(AssertionError):
        assert_time_is_sound(run)


def bounds(measure):
    """Range of a measure as its description says: '0 … 1', '≥ 0' or '≤ 1'."""
    if "…" in measure.range:
        return tuple(float(end) for end in measure.range.split("…"))
    sign, end = measure.range.split()
    return (float(end), np.inf) if sign == "≥" else (-np.inf, float(end))


@OFTEN
@given(NUMBERS, SEEDS)
def test_measures_keep_their_ranges_and_relations(number, seed):
    run = Run(random_scenario(number), seed)
    for week in weeks_of(run):
        for measure in MEASURES:
            low, high = bounds(measure)
            assert np.isnan(week[measure.name]) or low - 1e-12 <= week[measure.name] <= high + 1e-12, measure.name
        assert week["coherent_action"] == max(0, week["fit"]) * week["agreement"]
        assert week["ideas_improving"] == pytest.approx(week["innovation"] + week["diffusion"])
        assert week["ideas_adopted"] >= week["ideas_improving"] + week["failed_changes"] - 1e-9
        assert week["viable"] <= week["alternatives"]
        assert week["awareness"] <= week["coverage"]
        assert week["fit"] <= 1 + 1e-12
        assert sum(week[f"time_{space}"] for space in SPACES) == pytest.approx(1)


# What cannot happen


@OFTEN
@given(NUMBERS, SEEDS)
def test_a_world_without_change_never_forgets(number, seed):
    run = Run(random_scenario(number).replace(turbulence=0, shock_week=0, turnover=0), seed)
    run.state.aware[:] = np.random.default_rng(number).random(run.state.aware.shape) < 0.3
    before = run.state.aware.copy()
    for _ in weeks_of(run):
        assert (run.state.aware >= before).all()
        before = run.state.aware.copy()


ONLY_SEARCH = {"sessions": 0, "team_conformity": 0, "turnover": 0}


def lowered(scenario, seed):
    """How often an idea became worse in the eyes of its owner, by what they knew when the search of the week began."""
    run, count = Run(scenario, seed), 0
    for _ in range(WEEKS):
        idea, aware = run.state.idea.copy(), run.state.aware.copy()
        run.advance(1)
        aware[:, run.state.last_change_week == run.week] = False
        for i in np.flatnonzero((idea != run.state.idea).any(axis=1)):
            count += value(run.state.idea[i], aware[i], run.reality) < value(idea[i], aware[i], run.reality)
    return count


@OFTEN
@given(NUMBERS, SEEDS, st.sampled_from(["best", "conformity"]))
def test_without_noise_nobody_takes_what_they_think_is_worse(number, seed, imitation):
    assert lowered(random_scenario(number).replace(noise=0, imitation=imitation, **ONLY_SEARCH), seed) == 0


def test_with_noise_or_by_majority_one_can_be_mistaken():
    assert lowered(small(noise=0.2, **ONLY_SEARCH), 1) > 0
    assert lowered(small(noise=0, imitation="majority", **ONLY_SEARCH), 1) > 0


@OFTEN
@given(NUMBERS, SEEDS)
def test_fit_never_falls_in_a_calm_world_without_noise(number, seed):
    calm = {"turbulence": 0, "shock_week": 0, "noise": 0, "direction": 0, "interventions": ()}
    run = Run(random_scenario(number).replace(**calm), seed)
    fits = [week["fit"] for week in weeks_of(run)]
    assert (np.diff(fits) >= -1e-12).all()


# Names do not matter

PER_WORKER = [
    "person",
    "aware",
    "time",
    "seek",
    "sense",
    "share",
    "expected_return",
    "experienced_return",
    "community",
    "trust",
    "attended",
]
PER_WORKER += ["team", "team_seat"]
NO_NAMES = {"turnover": 0, "rotation": 0, "weaving": 0}  # what looks for the next one by number is left out


def renamed(run, name):
    """Give worker i the number name[i] in an initialised run; the order of rosters and member lists stays."""
    state = run.state
    for array in (state.idea, *(getattr(state, each) for each in PER_WORKER)):
        array[name] = array.copy()
    state.tie[name] = name[state.tie]
    state.team_members[:] = name[state.team_members]
    state.community_members[:] = name[state.community_members]
    return run


@OFTEN
@given(NUMBERS, SEEDS, st.randoms(use_true_random=False))
def test_permuting_workers_permutes_the_results(number, seed, rng):
    scenario = random_scenario(number).replace(**NO_NAMES)
    name = np.array(rng.sample(range(scenario.workforce.workers), scenario.workforce.workers))
    assume((name != np.arange(len(name))).any())
    ours, theirs = Run(scenario, seed), renamed(Run(scenario, seed), name)
    one, other = ours.advance(WEEKS), theirs.advance(WEEKS)
    np.testing.assert_allclose(one, other, rtol=1e-11, atol=1e-12)
    for each in ("idea", *PER_WORKER):
        assert np.array_equal(getattr(ours.state, each), getattr(theirs.state, each)[name]), each
    assert np.array_equal(name[ours.state.tie], theirs.state.tie[name])
    for each in (
        "practice",
        "alignment",
        "scepticism",
        "output",
        "repertoire",
        "repertoire_value",
        "n_tests",
        "outside",
    ):
        assert np.array_equal(getattr(ours.state, each), getattr(theirs.state, each)), each


def test_where_names_matter_the_permutation_shows():
    """Who leaves and who follows draws depends on the person; who is found next depends on the number."""
    scenario, name = small(turnover=20, rotation=0, weaving=0), np.arange(24)[::-1].copy()
    ours, theirs = Run(scenario, 1), renamed(Run(scenario, 1), name)
    ours.advance(WEEKS)
    theirs.advance(WEEKS)
    assert not np.array_equal(name[ours.state.tie], theirs.state.tie[name])
