"""Measures: on states made by hand, where the answer is known; and their list, which is the ODD's."""

import math
import re
from pathlib import Path

import numpy as np
import pytest

import sim.model.measures as measures
from sim.model.indices import ADOPTED, CHANGES, DIFFUSION, FAILED, INNOVATION, SEEN, TESTED
from sim.model.measures import MEASURES, Recovery, recovery
from tests.engine import Hand, blocks, rugged, small

ODD = (Path(measures.__file__).parents[1] / "ODD.md").read_text(encoding="utf-8")

# Two teams of two, each worker in one of two communities of three entries; reality is +1 on all four aspects.
HAND = {
    "workers": 4,
    "team_size": 2,
    "communities": 2,
    "repertoire": 3,
    "ties": 1,
    "aspects": 4,
    "reality": "blocks",
    "block": 1,
}
ALL, THREE, TWO, ONE, NONE = ([1] * n + [-1] * (4 - n) for n in (4, 3, 2, 1, 0))


def hand(**levers):
    return Hand(small(**HAND | levers)).put_truth(1, 1, 1, 1)


def measured(name, week=1, **arrays):
    """One measure of a state that is as given."""
    return hand().put(**arrays).measured(week)[name]


def test_measures_are_those_of_the_odd():
    table = ODD.split("### 7.7")[1].split("\n\n")[1]
    told = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in table.splitlines()[2:]]
    assert [(f"`{m.name}`", m.unit, m.range, m.meaning) for m in MEASURES] == told


def test_every_measure_is_recorded():
    assert -99.0 not in hand().measured().values()


# Awareness


def test_awareness_and_coverage():
    aware = np.zeros((4, 4))
    assert (measured("awareness", aware=aware), measured("coverage", aware=aware)) == (0, 0)
    aware[0, :2] = aware[3, 1] = True
    assert (measured("awareness", aware=aware), measured("coverage", aware=aware)) == (3 / 16, 2 / 4)
    assert (measured("awareness", aware=True), measured("coverage", aware=True)) == (1, 1)


def test_news_lag_is_missing_before_the_first_change():
    assert math.isnan(measured("news_lag"))


def test_news_lag_counts_the_weeks_until_half_of_the_workers_know():
    aware = np.array([[1, 0, 0, 1], [1, 1, 0, 1], [0, 0, 0, 1], [0, 0, 1, 1]])
    run = hand().put(aware=aware, last_change_week=[3, 6, 0, 10])
    assert run.measured(10)["news_lag"] == (7 + 4 + 0) / 3, (
        "half know aspect 0, fewer aspect 1, 2 never changed, 3 did now"
    )
    assert run.state.news_lag_weeks.tolist() == [7, -1, -1, 0]
    assert run.measured(12)["news_lag"] == (7 + 6 + 0) / 3, "what was noted stays, what is open goes on"
    aware[2, 1] = 1
    assert run.put(aware=aware).measured(14)["news_lag"] == (7 + 8 + 0) / 3
    assert run.put(aware=False).measured(20)["news_lag"] == (7 + 8 + 0) / 3


# Alternatives


def with_entries(*communities):
    """A run whose communities keep these practices; workers 0 and 1 (team 0) are in community 0, 2 and 3 in 1."""
    run = hand().put(community=[[0], [0], [1], [1]], practice=[TWO, TWO])
    for c, practices in enumerate(communities):
        for r, practice in enumerate(practices):
            run.state.repertoire[c, r], run.state.n_tests[c, r] = practice, 1
    return run


def alternatives(run):
    found = run.measured()
    return found["alternatives"], found["viable"]


def test_alternatives_are_distinct_practices_and_viable_ones_are_better():
    assert alternatives(with_entries()) == (0, 0)
    assert alternatives(with_entries([ALL])) == (0.5, 0.5)
    assert alternatives(with_entries([ALL, ONE, THREE], [TWO])) == ((3 + 1) / 2, (2 + 0) / 2)
    assert alternatives(with_entries([ALL, ALL, ALL])) == (0.5, 0.5), "the same practice counts once"
    assert alternatives(with_entries([THREE, [-1, 1, 1, 1]])) == (1, 1), "as good is not the same"


def test_a_team_reaches_the_communities_of_all_its_members():
    run = with_entries([ALL, ONE], [ALL, THREE]).put(community=[[0], [1], [0], [0]])
    assert alternatives(run) == ((3 + 2) / 2, (2 + 1) / 2)


def test_entries_that_are_not_filled_do_not_count():
    run = with_entries([ALL, ONE])
    run.state.n_tests[0] = 0, 1, 0
    assert alternatives(run) == (0.5, 0)


def test_diversity_is_the_mean_difference_of_ideas():
    assert measured("diversity", idea=ALL) == 0
    assert measured("diversity", idea=[ALL, ALL, NONE, NONE]) == pytest.approx(4 / 6)
    assert measured("diversity", idea=[ALL, ALL, ALL, THREE]) == pytest.approx(3 / 6 / 4)


def test_the_fit_of_ideas_is_that_of_people_whatever_their_teams_do():
    run = hand().put(practice=[NONE, NONE], idea=[ALL, ALL, NONE, NONE])
    found = run.measured()
    assert found["idea_fit"] == pytest.approx((1 + found["fit"]) / 2)


# Action


def test_fit_agreement_and_coherent_action():
    run = hand()

    def action(*practices):
        found = run.put(practice=practices).measured()
        return found["fit"], found["agreement"], found["coherent_action"]

    assert action(ALL, ALL) == (1, 1, 1)
    assert action(TWO, TWO) == (0, 1, 0), "half right is average"
    assert action(ALL, TWO) == (0.5, 0, 0)
    assert action(ALL, THREE) == (0.75, 0.5, 0.375)
    assert action(NONE, NONE) == (-1, 1, 0), "agreeing on a poor practice is no coherent action"
    assert action([1, 1, 1, -1], [-1, 1, 1, 1]) == (0.5, 0, 0)
    assert action(ALL, NONE) == (0, -1, 0)


def test_coherent_action_is_below_zero_when_teams_work_against_each_other():
    run = Hand(small(**HAND | {"workers": 6})).put_truth(1, 1, 1, 1)
    run.put(practice=[[1, 1, -1, 1], [1, -1, 1, 1], [-1, 1, 1, -1]])
    found = run.measured()
    assert found["coherent_action"] == found["fit"] * found["agreement"] == pytest.approx(-1 / 9)


def test_one_team_agrees_with_itself():
    assert Hand(small(**HAND | {"team_size": 4})).measured()["agreement"] == 1


def test_means_over_teams():
    found = hand().put(alignment=[0.2, 0.6], output=[0.1, 0.5], scepticism=[3, 0]).measured()
    assert (found["alignment"], found["output"], found["scepticism"]) == pytest.approx((0.4, 0.3, 1.5))


def test_best_possible_is_the_greatest_value():
    run = Hand(small())
    assert run.measured()["best_possible"] == run.reality.scale[0]
    assert hand().measured()["best_possible"] == 1


# Innovation


def test_rates_are_per_hundred_workers_a_year():
    tally = np.zeros(7)
    tally[[SEEN, TESTED, ADOPTED, INNOVATION, DIFFUSION, FAILED, CHANGES]] = 13, 11, 7, 2, 1, 4, 3
    found = hand().put(event_counts=tally).measured()
    counts = {"ideas_seen": 13, "ideas_tested": 11, "ideas_adopted": 7, "ideas_improving": 3}
    counts |= {"innovation": 2, "diffusion": 1, "failed_changes": 4}
    for name, count in counts.items():
        assert found[name] == count * 5200 / 4
    assert found["changes"] == 3, "a count, not a rate"


# People


def test_time_and_the_too_busy():
    time = [[0.2, 0.2, 0.6], [0.05, 0.049, 0.901], [0.05, 0.05, 0.9], [0, 0, 1]]
    found = hand().put(time=time).measured()
    names = ("time_networks", "time_communities", "time_teams", "too_busy")
    assert [found[name] for name in names] == pytest.approx([0.3 / 4, 0.299 / 4, 3.401 / 4, 2 / 4])


def test_trust_and_pkm():
    assert measured("trust", trust=[[0.1], [0.2], [0.3], [1.0]]) == pytest.approx(0.4)
    assert measured("pkm", seek=[0, 1, 0, 1], sense=1, share=0) == pytest.approx(0.5)
    assert measured("pkm", seek=[0.1, 0.2, 0.3, 0.4], sense=0.5, share=1) == pytest.approx((0.25 + 0.5 + 1) / 3)


def test_without_communities_there_is_no_trust_and_no_alternative():
    found = Hand(small(communities=0)).measured()
    assert (found["trust"], found["alternatives"], found["viable"]) == (0, 0, 0)


# Closed forms


@pytest.mark.parametrize(
    ("uses", "count", "expected"), [([0, 3], 3, 1), ([1, 1], 2, 0), ([2, 2], 4, 1 / 3), ([1], 1, 1)]
)
def test_equal_pairs(uses, count, expected):
    everything = np.ones(len(uses), np.bool_)
    assert measures.equal_pairs(np.array(uses), everything, count) == pytest.approx(expected)
    assert measures.equal_pairs(np.array([*uses, 1]), np.append(everything, False), count) == pytest.approx(expected)


def test_random_practices_agree_at_chance():
    ideas = np.random.default_rng(1).choice([-1, 1], (2000, 8))
    assert Hand(small(workers=2000, ties=0)).put(idea=ideas).measured()["diversity"] == pytest.approx(0.5, abs=0.001)


def test_fit_of_random_practices_is_zero_on_average():
    assert blocks([1, 1, -1], 3).scale.tolist() == [1, 1 / 8]
    run = Hand(small(workers=4000, team_size=1, ties=0, communities=0))
    assert run.measured()["fit"] == pytest.approx(0, abs=4 * 0.6 / np.sqrt(4000))
    assert rugged(8, 3).scale[1] == pytest.approx(0.5, abs=0.1)


# After a shock


def test_recovery_of_a_known_dip():
    output = np.array([0.4] * 20 + [0.3, 0.2, 0.25, 0.385, 0.395, 0.4])
    assert recovery(output, 21) == (pytest.approx(0.5), 3)
    assert recovery(output[:24], 21) == (pytest.approx(0.5), pytest.approx(math.nan, nan_ok=True)), (
        "not within the history"
    )


def test_recovery_looks_at_the_weeks_before_and_after_only():
    output = np.array([9.0] * 5 + [1.0] * 13 + [0.8] + [0.9] * 51 + [0.1])
    assert recovery(output, 19)[0] == pytest.approx(0.2)
    assert recovery(output, 19, after=53)[0] == pytest.approx(0.9)
    assert recovery(output, 19, before=18)[0] == pytest.approx(1 - 0.8 / (58 / 18))


def test_no_dip_is_no_dip():
    depth, weeks = recovery(np.array([0.2] * 13 + [0.3] * 9), 14)
    assert depth == pytest.approx(-0.5)
    assert weeks == 0


def test_without_output_before_there_is_no_recovery():
    assert all(map(math.isnan, recovery(np.zeros(30), 14)))
    assert isinstance(recovery(np.ones(30), 14), Recovery)


@pytest.mark.parametrize("week", [0, 1, 31])
def test_a_shock_outside_the_history_is_refused(week):
    with pytest.raises(ValueError, match=re.escape(f"shock_week = {week}: allowed is 2 to 30")):
        recovery(np.ones(30), week)
