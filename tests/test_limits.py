"""Limits in which the answer is known."""

import numpy as np
import pytest

from sim.model.measures import MEASURE_NAMES
from sim.model.run import Run
from tests.engine import small


def history(seed=1, weeks=40, **levers):
    """Weekly measures by name."""
    rows = Run(small(weeks=weeks, **levers), seed).advance(weeks)
    return dict(zip(MEASURE_NAMES, rows.T, strict=True))


def ended(seed=1, weeks=40, **levers):
    run = Run(small(weeks=weeks, **levers), seed)
    run.advance(weeks)
    return run


NO_ENCOUNTERS = [
    {"encounters": 0},
    {"split_networks": 0, "split_communities": 0.4, "adaptation": 0},
    {"ties": 0, "openness": 0},
]


@pytest.mark.parametrize("levers", NO_ENCOUNTERS)
def test_without_encounters_nothing_is_seen_or_heard(levers):
    found = history(**levers, sessions=0, turnover=0, turbulence=20)
    assert (found["ideas_seen"] == 0).all()
    assert (np.diff(found["awareness"]) <= 0).all()
    assert found["awareness"][-1] < 0.5


@pytest.mark.parametrize("levers", [{}, {"seek": 0, "share": 0, "pkm_spread": 0, "working_out_loud": 1}])
def test_with_encounters_it_is(levers):
    assert history(**levers, sessions=0)["ideas_seen"].min() > 0


def test_outsiders_tell_nothing_to_those_who_do_not_seek():
    found = history(seek=0, pkm_spread=0, openness=1, sessions=0, turnover=0)
    assert (found["ideas_seen"] == 0).all()
    assert (np.diff(found["awareness"]) <= 0).all()


@pytest.mark.parametrize("levers", [{"communities": 0}, {"sessions": 0}])
def test_without_communities_there_are_no_alternatives(levers):
    found = history(**levers)
    for name in ("alternatives", "viable", "ideas_tested"):
        assert (found[name] == 0).all()


def test_with_communities_there_are():
    assert history()["alternatives"][-1] > 0


def test_where_aspects_are_independent_everybody_finds_the_best_practice():
    easy = {"complexity": 0, "turbulence": 0, "noise": 0, "hurdle": 0, "turnover": 0}
    run = ended(weeks=200, **easy)
    assert (run.state.idea == run.state.idea[0]).all()
    found = history(weeks=200, **easy)
    for name in ("fit", "agreement", "coherent_action"):
        assert found[name][-1] == pytest.approx(1, abs=1e-12)
    assert history(weeks=200, **easy | {"complexity": 7})["fit"][-1] < 0.999, "on a rugged landscape they do not"


@pytest.mark.parametrize("feedback", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("seed", range(5))
def test_who_sees_right_never_fails(seed, feedback):
    found = history(seed, noise=0, turbulence=0, feedback=feedback, turnover=5, rotation=5, hurdle=0)
    assert (found["failed_changes"] == 0).all()
    assert found["ideas_improving"].sum() > 0
    assert (found["scepticism"] == 0).all()


def test_who_sees_badly_fails():
    assert history(noise=0.3, turbulence=0)["failed_changes"].sum() > 0
    assert history(noise=0, turbulence=30)["failed_changes"].sum() > 0


def test_direction_makes_all_the_same_from_the_first_quarter_on():
    found = history(direction=1, review=0)
    assert (found["agreement"][12:] == 1).all()
    assert found["agreement"][11] < 1


def test_without_review_or_direction_practices_stay():
    start, end = Run(small(review=0), 1), ended(review=0)
    assert np.array_equal(start.state.practice, end.state.practice)
    assert (history(review=0)["ideas_adopted"] == 0).all()


@pytest.mark.parametrize("levers", [{}, {"turnover": 20}, {"demand": 1, "pressure": 10}])
def test_without_adaptation_everybody_keeps_the_split(levers):
    run = ended(adaptation=0, split_networks=0.11, split_communities=0.26, split_teams=0.63, **levers)
    assert (run.state.time == [0.11, 0.26, 0.63]).all()


def test_without_sensitivity_time_goes_to_equal_shares_above_the_floors():
    run = ended(sensitivity=0, adaptation=1, floor_networks=0.1, floor_communities=0.2, turnover=0)
    np.testing.assert_allclose(run.state.time, [[0.1 + 0.7 / 3, 0.2 + 0.7 / 3, 0.7 / 3]] * 24)


def test_pressure_without_end_takes_all_unprotected_time():
    busy = {"pressure": 10, "demand": 1, "sensitivity": 100, "adaptation": 1, "turnover": 0}
    assert history(**busy)["too_busy"][-1] == 1
    assert history(**busy, floor_networks=0.1)["time_networks"][-1] == pytest.approx(0.1)


def test_one_team_agrees_with_itself():
    found = history(team_size=24)
    assert (found["agreement"] == 1).all()
    assert np.array_equal(found["coherent_action"], np.maximum(0, found["fit"]))


def test_without_alignment_growth_and_change_alignment_stays():
    still = history(review=0, alignment_growth=0, starting_alignment=0.3)
    assert still["alignment"].tolist() == pytest.approx([0.3] * 40)
    assert history(review=0, weeks=260)["alignment"][-1] > 0.99, "with growth it goes to 1"


def test_where_teams_do_not_depend_on_each_other_output_is_their_own():
    alone = ended(interdependence=0, review=0, adaptation=0, turbulence=0, turnover=0, rotation=0)
    state, scale = alone.state, alone.reality.scale
    price = 0.03 * 0.3 + 0.02 * 0.5 + 0.01 * 0.1
    fit = state.output / ((0.6 - price) * state.alignment)
    found = history(interdependence=0, review=0, adaptation=0, turbulence=0, turnover=0, rotation=0)
    assert scale[0] == found["best_possible"][-1]
    assert ((fit >= 0) & (fit <= 1)).all()
    assert fit.mean() >= found["fit"][-1] - 1e-12, "teams below average count as 0"


@pytest.mark.parametrize(
    ("growth", "fading", "expected"), [(0.0, 0.1, 0.4 * 0.9**40), (0.0, 0.0, 0.4), (0.5, 0.0, 1.0)]
)
def test_trust_without_growth_or_fading(growth, fading, expected):
    found = history(trust_growth=growth, trust_fading=fading, turnover=0, sessions=100)
    assert found["trust"][-1] == pytest.approx(expected)


def test_full_coaching_makes_everybody_master_it_in_a_week():
    assert history(coaching=1, coaching_gain=1, turnover=0)["pkm"][0] == 1
    assert history(coaching=0.5, coaching_gain=0.5, turnover=0, pkm_spread=0)["pkm"][1] == pytest.approx(
        1 - 0.5 * 0.75**2
    )


def test_everybody_leaves_every_week_if_turnover_says_so():
    run = ended(turnover=52, weeks=7)
    assert np.array_equal(run.state.person, np.arange(24) + 7 * 24)


def test_a_shock_changes_its_share_in_its_week():
    found = history(turbulence=0, shock_week=9, shock_share=0.5, aspects=8)
    assert found["changes"].tolist() == [0] * 8 + [4] + [0] * 31
    assert (found["awareness"][:8] == 1).all()
    assert found["awareness"][8] < 0.9
    assert found["news_lag"][8] >= 0
    assert np.isnan(found["news_lag"][:8]).all()


def test_without_turbulence_the_best_possible_stays():
    assert len(set(history(turbulence=0)["best_possible"])) == 1
    assert len(set(history(turbulence=30)["best_possible"])) > 5
