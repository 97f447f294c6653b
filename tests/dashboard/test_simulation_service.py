import html
import io
import itertools
import re
import threading

import numpy as np
import pandas as pd
import pytest

import sim.scenario.scenario as gate
from sim import Scenario
from sim.comparison import compare
from sim.dashboard import explore_state, explore_view, exports, narrative, session, simulation_service, url_state
from sim.dashboard.explore_state import Choices
from sim.dashboard.simulation_service import Answer, Answers, mean_of
from sim.execution.histories import run_all
from sim.model.measures import MEASURE_NAMES

from ..waiting import LONGEST_WAIT, until

SMALL = {"workers": 24, "weeks": 60}


def two(**levers):
    """Two small scenarios."""
    scenarios = (Scenario.build("heads_down", **SMALL, **levers), Scenario.build("open_networks", **SMALL, **levers))
    return Choices(scenarios, at=1, replicates=5)


@pytest.fixture(scope="module")
def answers():
    return Answers(threads=2)


@pytest.fixture(scope="module")
def answer(answers):
    return list(answers.answer(two(shock_week=30)))[-1]


def test_an_answer_is_what_the_engine_gives(answers):
    one = two()
    found = list(answers.answer(one))[-1]
    assert found.whole
    np.testing.assert_array_equal(found.results, run_all(one.scenarios, one.seeds))
    table = compare(*one.scenarios, seeds=one.seeds, measures=["output"])
    assert found.row(1, "output")["difference"] == table["difference"].iloc[1]


def test_the_same_is_computed_once(answers, monkeypatch):
    one = explore_state.with_lever(two(), "hurdle", "0.11")
    first = list(answers.answer(one))[-1]
    monkeypatch.setattr(answers, "_computed", None)
    np.testing.assert_array_equal(list(answers.answer(one))[-1].results, first.results)


def test_what_is_kept_is_bounded():
    own = Answers(threads=1, room=100_000)
    for hurdle in range(12):
        list(own.answer(explore_state.with_lever(two(), "hurdle", str(hurdle / 100))))
        assert 50_000 < own.size <= 100_000


def test_a_history_that_is_larger_than_the_room_is_given_but_not_kept():
    own = Answers(threads=1, room=1000)
    answer = list(own.answer(two()))[-1]
    assert answer.whole
    own._deliver((two().scenarios[0].key, 1), answer.results[0, 0], None)
    assert own.size == 0


def test_what_was_asked_for_last_is_kept(monkeypatch):
    size = run_all([Scenario.build(**SMALL)], [1]).nbytes
    own, computed = Answers(threads=1, room=4 * size), []
    real = own._computed
    monkeypatch.setattr(own, "_computed", lambda scenario, key: computed.append(key) or real(scenario, key))
    first, second, third = (Choices((Scenario.build(**SMALL, hurdle=h),), replicates=2) for h in (0.1, 0.2, 0.3))
    for asked in (first, second, first, third, first):
        list(own.answer(asked))
    assert len(computed) == 6, "the second had to go for the third, the first was asked for in between"
    list(own.answer(second))
    assert len(computed) == 8


def test_two_who_ask_for_the_same_at_once_have_it_computed_once(monkeypatch):
    own, begun, go_on, computed = Answers(threads=4), threading.Event(), threading.Event(), []
    real = own._computed

    def slow(scenario, key):
        computed.append(key)
        begun.set()
        assert go_on.wait(LONGEST_WAIT)
        return real(scenario, key)

    monkeypatch.setattr(own, "_computed", slow)
    found = []
    asking = [threading.Thread(target=lambda: found.append(list(own.answer(two()))[-1])) for _ in range(3)]
    asking[0].start()
    assert begun.wait(LONGEST_WAIT)
    for one in asking[1:]:
        one.start()
    go_on.set()
    for one in asking:
        one.join(LONGEST_WAIT)
    assert [one.whole for one in found] == [True] * 3
    assert sorted(computed) == sorted((one.key, seed) for one in two().scenarios for seed in two().seeds)


def test_the_key_of_each_scenario_is_computed_once_in_all_that_the_dashboard_does(monkeypatch):
    """Four scenarios × 100 seeds: asked for 81,278 times, and computed as often, before it was kept."""
    contents, hashed = [], gate._hashed
    monkeypatch.setattr(gate, "_hashed", lambda content: contents.append(content) or hashed(content))
    four = [Scenario.build("heads_down", workers=24, weeks=20, hurdle=hurdle) for hurdle in (0.1, 0.2, 0.3, 0.4)]
    chosen = explore_state.checked(four, at=1, replicates=100)
    own = Answers(threads=2)
    for _ in range(2):  # computed, then known
        answer = list(own.answer(chosen))[-1]
        assert answer.whole
    assert answer.results.shape == (4, 100, 20, len(MEASURE_NAMES))
    url_state.to_query(chosen)
    session.noted(session.noted((), answer), answer)
    assert explore_view.story(answer) + explore_view.comparison(answer)
    assert exports.as_csv(answer)
    assert exports.provenance(answer)
    assert len(contents) == len(four)
    assert {hashed(content) for content in contents} == {one.key for one in four}


def test_an_answer_that_nobody_waits_for_is_given_up(answers, monkeypatch):
    large, over = explore_state.checked([Scenario.build(workers=2000)], replicates=20), threading.Event()

    def endless(scenario, seed, look):
        for week in itertools.takewhile(lambda _: not over.is_set(), itertools.count()):
            look(week)

    try:
        with monkeypatch.context() as patched:
            patched.setattr(simulation_service, "run_history", endless)
            # Wanted until runs go on, and no more; each is given up between two of its pieces.
            assert list(answers.answer(large, lambda: not answers._running)) == []
            until(lambda: not answers._running)
    finally:
        over.set()
    assert not any((large.active.key, seed) in answers._kept for seed in large.seeds)
    assert list(answers.answer(explore_state.with_lever(two(), "hurdle", "0.21")))[-1].whole  # and the threads are free


def test_a_large_question_does_not_keep_small_ones_waiting(answers):
    large = explore_state.checked([Scenario.build(workers=2000)], replicates=20)
    wanted = [True]
    slow = threading.Thread(target=lambda: list(answers.answer(large, lambda: bool(wanted))))
    slow.start()
    until(lambda: answers._running)
    list(answers.answer(explore_state.with_lever(two(), "hurdle", "0.31")))
    still_to_come = [len(question.waiting) for question in answers._questions]
    wanted.clear()
    slow.join()
    assert still_to_come
    assert still_to_come[0] >= 10, "of its 20 runs: the small one did not wait for them"


def test_questions_take_turns_that_are_enough_for_a_first_answer(monkeypatch):
    own, begun, all_asked = Answers(threads=1), [], threading.Event()

    def computed(_, scenario, key):
        assert all_asked.wait(LONGEST_WAIT)
        begun.append(scenario.policy.openness)
        return np.zeros((scenario.weeks, 1))

    monkeypatch.setattr(Answers, "_computed", computed)
    asked = [explore_state.checked([Scenario.build(openness=openness)], replicates=10) for openness in (0.1, 0.2, 0.3)]
    waiting = []
    for question in asked:
        waiting.append(threading.Thread(target=lambda one=question: list(own.answer(one))))
        waiting[-1].start()
        until(lambda: len(own._questions) == len(waiting))
    all_asked.set()
    for one in waiting:
        one.join(LONGEST_WAIT)
    assert (
        begun
        == [0.1] * 4 + [0.2] * 4 + [0.3] * 4 + [0.1] * 4 + [0.2] * 4 + [0.3] * 4 + [0.1] * 2 + [0.2] * 2 + [0.3] * 2
    )


def test_a_failure_reaches_whoever_waits_and_nobody_else(monkeypatch):
    own = Answers(threads=2)
    monkeypatch.setattr(own, "_computed", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        list(own.answer(two()))
    monkeypatch.undo()
    assert list(own.answer(explore_state.with_seed(two(), "91")))[-1].whole  # nothing that may still be failing


def test_equal_scenarios_share_their_histories(answers):
    same = list(answers.answer(explore_state.hold(Choices((Scenario.build(**SMALL),), replicates=3))))[-1]
    assert narrative.compared(same, 1) == ["B is the same as A so far: change one of its levers."]


# In words


def row(low, high, measure="coherent_action"):
    return {
        "measure": measure,
        "difference": (low + high) / 2,
        "difference_low": low,
        "difference_high": high,
    }


def test_differences_in_words():
    say = narrative.difference
    assert say(row(0.09, 0.15), "B", "A") == (
        "B gives 0.12 more coherent action than A (95 % confidence interval: 0.09 to 0.15)."
    )
    assert say(row(-0.15, -0.09), "B", "A") == (
        "B gives 0.12 less coherent action than A (95 % confidence interval: 0.09 to 0.15)."
    )
    assert "No clear difference" in say(row(-0.01, 0.02), "B", "A")
    assert "exactly the same overload" in say(row(0.0, 0.0, "too_busy"), "B", "A")
    assert "12 points more awareness" in say(row(0.09, 0.15, "awareness"), "B", "A")
    assert "interval: 0.011 to 0.014" in say(row(0.011, 0.014), "B", "A")


def test_a_difference_in_few_runs_only_is_told_without_an_interval():
    row = {"measure": "too_busy", "difference": 0.0, "difference_low": np.nan, "difference_high": np.nan}
    row |= {"replicates": 20, "difference_equal": 20}
    assert narrative.difference(row, "B", "A") == "B and A give exactly the same overload in all 20 runs."
    row |= {"difference": -0.004, "difference_equal": 17}
    assert narrative.difference(row, "B", "A") == (
        "B gives 0.4 points less overload than A on average; no confidence interval can be given: "
        "17 of 20 runs give the same difference."
    )


def test_recovery_in_words(answer):
    assert re.fullmatch(r"B lost \d+ % ± \d+ of its output.*\.", narrative.recovered(answer, 1))
    calm = Answer(two(), answer.seeds, answer.results)
    assert explore_view.recovery(calm) == ""


@pytest.mark.parametrize(("spread", "said"), [(0.0, "–"), (1e-4, "< 1"), (1e-2, "1")])
def test_an_interval_too_narrow_to_be_told_does_not_claim_to_be_nothing(spread, said):
    results = np.full((1, 3, 60, len(MEASURE_NAMES)), 0.5)
    results[0] += spread * np.array([0.0, 0.5, 1.0]).reshape(3, 1, 1)
    found = Answer(Choices((Scenario.build(**SMALL),), replicates=3), (1, 2, 3), results)
    assert [one["half"] for one in explore_view.numbers(found, "awareness")] == [said]
    assert f"± {html.escape(said)}<" in explore_view.story(found)


def test_means_leave_out_what_is_missing():
    assert np.isnan(mean_of([np.nan])).all()
    assert mean_of([1.0, np.nan, 3.0])[0] == 2.0


def test_names_from_outside_are_escaped(answers):
    bad = Scenario.build(policy={"name": "<img src=x onerror=alert(1)>"}, **SMALL)
    one = list(answers.answer(Choices((Scenario.build(**SMALL), bad.replace(hurdle=0.1)), replicates=3)))[-1]
    shown = "".join([explore_view.story(one), explore_view.comparison(one), exports.as_report(one).decode()])
    shown = re.sub(r'<script type="application/json".*?</script>', "", shown, flags=re.DOTALL)  # data, never markup
    assert "<img src=x" not in shown
    assert "&lt;img src=x" in shown


def test_the_list_of_what_was_tried_is_bounded_and_has_no_doubles(answer):
    tried = session.noted((), answer)
    assert len(tried) == 2
    assert session.noted(tried, answer) == tried
    assert len(session.noted(tried * 40, answer)) == session.MOST_TRIED


# Files


def test_tables_can_be_read_again(answer):
    table = pd.read_csv(io.BytesIO(exports.as_csv(answer)))
    assert table["mean"].iloc[0] == answer.row(0, "awareness")["mean"]
    weekly = pd.read_parquet(io.BytesIO(exports.as_parquet(answer)))
    assert len(weekly) == 2 * 5 * 60
    assert set(weekly["letter"]) == {"A", "B"}


def test_figures_and_report(answer):
    assert exports.as_png(answer).startswith(b"\x89PNG")
    assert b"<svg" in exports.as_svg(answer)
    report = exports.as_report(answer).decode()
    assert "Findings" in report
    assert not re.search(r'(src|href)="http', report)
