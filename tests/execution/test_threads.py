"""Tasks on threads: in order, stopped, with the first error; and whole histories made on them."""

import itertools
import threading

import numpy as np
import pytest

from sim.errors import ScenarioError
from sim.execution import Pool, Stopped, Threads, executor
from sim.execution import histories as of_histories
from sim.execution.histories import run_all, run_history
from sim.execution.threads import in_chunks
from sim.model.run import Run
from tests.engine import small
from tests.random_scenarios import random_scenario

LONGEST = 10  # seconds that something may take before a test gives up


@pytest.fixture
def ticking():
    """Makes a clock that goes on by so many seconds each time it is looked at."""

    def clock(seconds):
        looks = itertools.count()
        return lambda: next(looks) * seconds

    return clock


# Tasks


def test_results_come_in_the_order_of_the_tasks():
    go_on = threading.Event()

    def work(number):
        if number == 0:
            assert go_on.wait(LONGEST)
        elif number == 3:
            go_on.set()
        return number * 2

    with Threads(2) as pool:
        assert pool.map(work, range(4)) == [0, 2, 4, 6]
        assert pool.map(work, []) == []


def test_progress_is_told_after_each_task_and_in_the_calling_thread():
    told = []
    with Threads(3) as pool:
        pool.map(lambda _: None, range(5), lambda *now: told.append((*now, threading.current_thread())))
    assert told == [(k, 5, threading.current_thread()) for k in range(1, 6)]


@pytest.mark.parametrize("threads", [1, 3])
def test_as_many_tasks_at_a_time_as_there_are_threads(threads):
    at_once = threading.Barrier(threads)
    with Threads(threads) as pool:
        assert pool.threads == threads
        assert len(pool.map(lambda _: at_once.wait(LONGEST), range(2 * threads))) == 2 * threads


def test_there_is_a_thread_for_each_core(monkeypatch):
    monkeypatch.setattr("os.cpu_count", lambda: 5)
    with Threads() as pool:
        assert pool.threads == 5


@pytest.mark.parametrize("threads", [0, -1, 1025, 1.5, True, "2"])
def test_a_number_of_threads_that_is_none_is_refused(threads):
    with pytest.raises(ScenarioError, match=r"threads = .*: a whole number is needed, 1 to 1024"):
        run_all([small(weeks=2)], [1], threads)


def test_the_first_error_comes_at_once_and_the_rest_is_not_begun():
    begun, go_on = [], threading.Event()

    def work(number):
        begun.append(number)
        if number == 1:
            raise KeyError(number)
        assert go_on.wait(LONGEST)

    with pytest.raises(KeyError, match="1"), Threads(2) as pool:
        pool.map(work, range(100))
    go_on.set()
    pool._executor.shutdown(wait=True)
    assert set(begun) <= {0, 1, 2}, "another one may have been begun before the error was seen"


def test_tasks_that_run_are_told_to_end_and_nobody_waits_for_them():
    running, ended = threading.Event(), threading.Event()

    def work():
        running.set()
        try:
            while True:
                pool.check()
        except Stopped:
            ended.set()

    with Threads(1) as pool:
        pool.submit(work)
        waiting = pool.submit(work)
        assert running.wait(LONGEST)
        assert not pool.stopped()
    assert pool.stopped()
    assert waiting.cancelled()
    assert ended.wait(LONGEST)


def test_an_executor_is_threads_unless_there_is_a_cluster():
    with executor(2) as pool:
        assert pool.threads == 2
        assert pool.submit(lambda a, b: a - b, 5, 3).result() == 2
        pool.look()
        assert pool.stopped() is False
    as_pool: Pool = pool
    assert as_pool.stopped() is True


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8])
def test_chunks_are_the_whole_in_order(size):
    chunks = in_chunks(np.arange(7), size)
    assert np.concatenate(chunks).tolist() == list(range(7))
    assert {len(one) for one in chunks[:-1]} <= {size}
    assert 0 < len(chunks[-1]) <= size


# Histories


@pytest.mark.parametrize("week", [1e-9, 0.01, 1.0])
@pytest.mark.parametrize("number", range(4))
def test_a_history_in_slices_is_that_of_one_go(number, week, ticking):
    """Whatever a week takes by the clock."""
    scenario, looked = random_scenario(number), []
    found = run_history(scenario, 7, looked.append, ticking(week))
    np.testing.assert_array_equal(found, Run(scenario, 7).advance(scenario.weeks))
    assert looked[0] == 0
    assert looked[-1] == scenario.weeks
    assert looked == (list(range(scenario.weeks + 1)) if week == 1.0 else sorted(set(looked)))


def test_a_look_ends_a_history(monkeypatch, ticking):
    scenario, advanced, real = small(weeks=50), [], Run.advance
    monkeypatch.setattr(Run, "advance", lambda run, weeks, threads: advanced.append(weeks) or real(run, weeks))

    def look(week):
        if week == 7:
            raise Stopped

    with pytest.raises(Stopped):
        run_history(scenario, 1, look, ticking(1.0))
    assert sum(advanced) == 7


@pytest.mark.parametrize("threads", [1, 3])
def test_all_histories_are_at_their_places(threads):
    scenarios, seeds = [small(weeks=9), small(weeks=9, openness=1)], [5, 2, 9]
    found = run_all(scenarios, seeds, threads)
    for a, scenario in enumerate(scenarios):
        for b, seed in enumerate(seeds):
            np.testing.assert_array_equal(found[a, b], Run(scenario, seed).advance(9))


def test_runs_end_soon_when_nobody_waits_for_them(monkeypatch):
    """Ctrl-C while large runs go on: those that are on their way do not go on to their end."""
    stopped, real, current = threading.Event(), of_histories.run_history, threading.local()
    scenarios = [small(weeks=1), small(weeks=1), small(weeks=1)]

    class Quick:
        """A run that takes no time; which one it is, its slices can tell."""

        def __init__(self, scenario, seed):
            current.scenario, self.week = scenario, 0

        def advance(self, weeks, threads):
            return np.zeros((weeks, len(scenarios[0].model.measure_names)))

    def slices(*_):
        return itertools.repeat(1) if current.scenario is scenarios[1] else iter([1])

    def watched(*arguments, **options):
        try:
            return real(*arguments, **options)
        except Stopped:
            stopped.set()
            raise

    def interrupted(done, total):
        raise KeyboardInterrupt

    monkeypatch.setattr(of_histories, "run_history", watched)
    monkeypatch.setattr(of_histories, "Run", Quick)
    monkeypatch.setattr(of_histories, "timed_slices", slices)
    with pytest.raises(KeyboardInterrupt):
        run_all(scenarios, [1], 2, interrupted)
    assert stopped.wait(LONGEST)


def test_threads_without_a_run_of_their_own_share_large_ones(monkeypatch):
    shared, real = [], Run.advance
    monkeypatch.setattr(of_histories, "WORTH_SHARING", 24)
    monkeypatch.setattr(
        Run, "advance", lambda run, weeks, threads=1: shared.append(threads) or real(run, weeks, threads)
    )
    large, other = small(weeks=3), small(weeks=3, workers=23)
    alone = [run_history(scenario, 4) for scenario in (large, other)]
    shared.clear()
    found = run_all([large, other], [4], 5)
    assert sorted(set(shared)) == [1, 2], "five threads for two runs, of which one is large"
    np.testing.assert_array_equal(found[:, 0], alone)
