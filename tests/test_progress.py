"""What is shown while people wait: where somebody watches, for long work, and nowhere else."""

import itertools
import sys
import types
from functools import partial

import numpy as np
import pytest

from sim import Organisation, Run, Scenario, ScenarioError, Study, compare, simulate
from sim import mesa as organisations
from sim import progress as watching

TINY = {"workers": 24, "weeks": 6}


@pytest.fixture
def watched(monkeypatch):
    """A terminal; what is shown there is written down."""
    events = []

    class Bar:
        def __init__(self, of):
            events.append(("shown", of))

        def update(self, done, total):
            events.append((done, total))

        def close(self):
            events.append("closed")

    monkeypatch.setattr(watching, "is_watched", lambda: True)
    monkeypatch.setattr(watching, "_TerminalBar", Bar)
    return events


@pytest.fixture
def slow(monkeypatch):
    """All work is long enough for a bar."""
    monkeypatch.setattr(watching, "SLOW", 0.0)


def never_asked():
    raise AssertionError("nobody watches: nothing need be probed")


# When there is a bar


def test_a_second_of_work_is_long_enough(watched):
    with watching.progress_bar("runs", lambda: 0.1, total=9) as told:
        told(9, 9)
    assert watched == []
    with watching.progress_bar("runs", lambda: 0.1, total=10) as told:
        told(3, 10)
    assert watched == [("shown", "runs"), (0, 10), (3, 10), "closed"]


def test_what_counts_is_what_is_left(watched):
    with watching.progress_bar("runs", lambda: 0.1) as told:
        told(95, 100)
        told(100, 120)
    assert watched == [("shown", "runs"), (100, 120), "closed"], (
        "more is asked for on the way: a study with a precision"
    )


def test_an_error_takes_the_bar_away(watched):
    with pytest.raises(KeyboardInterrupt), watching.progress_bar("runs", lambda: 1.0, total=10):
        raise KeyboardInterrupt
    assert watched[-1] == "closed"


def test_false_turns_it_off_and_true_on(watched, monkeypatch):
    with watching.progress_bar("runs", never_asked, False, total=10) as told:
        told(1, 10)
    assert watched == []
    monkeypatch.setattr(watching, "is_watched", lambda: False)
    with watching.progress_bar("runs", never_asked, total=10) as told:
        told(1, 10)
    assert watched == [], "nobody watches"
    with watching.progress_bar("runs", never_asked, True, total=10) as told:
        told(1, 10)
    assert watched == [("shown", "runs"), (0, 10), (1, 10), "closed"]


def test_a_function_of_the_caller_takes_its_place(watched):
    told = []
    with watching.progress_bar("runs", never_asked, lambda *numbers: told.append(numbers), total=10) as tell:
        tell(1, 10)
    assert (watched, told) == ([], [(1, 10)])


def test_a_file_is_not_watched_and_a_terminal_is(monkeypatch):
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace())
    for terminal in (False, True):
        monkeypatch.setattr(sys, "stderr", types.SimpleNamespace(isatty=lambda is_one=terminal: is_one))
        assert watching.is_watched() is terminal
    monkeypatch.setattr(sys, "stderr", None)
    assert watching.is_watched() is False


def test_a_notebook_is_ipython_with_a_kernel(monkeypatch):
    for shell, notebook in ((None, False), (types.SimpleNamespace(), False), (types.SimpleNamespace(kernel=1), True)):
        monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda shell=shell: shell))
        assert watching.in_notebook() is notebook


# Where it is


@pytest.mark.parametrize("call", [simulate, compare])
def test_simulate_and_compare_tell_of_each_run(call, watched, slow):
    call(Scenario.build(**TINY), seeds=3)
    assert watched == [("shown", "runs"), (0, 3), (1, 3), (2, 3), (3, 3), "closed"]
    watched.clear()
    call(Scenario.build(**TINY), seeds=3, progress=False)
    assert watched == []


def test_short_calls_show_nothing(watched, tmp_path, capfd):
    simulate(Scenario.build(**TINY), seeds=3)
    compare(Scenario.build(**TINY), seeds=3)
    Study.build("small", scenario=TINY, replicates=3).run(tmp_path, threads=1)
    Organisation(**TINY, rng=1).run()
    assert watched == []
    assert capfd.readouterr() == ("", "")


def test_as_many_cores_are_at_work_as_there_are(monkeypatch):
    monkeypatch.setattr("os.cpu_count", lambda: 4)
    assert [watching.cores(threads) for threads in (3, 9, None)] == [3, 4, 4]


@pytest.mark.parametrize("threads", [0, -1, 1.5, "2", True])
def test_a_number_of_threads_that_is_none_is_refused_before_anything_is_shown(threads, watched, slow, tmp_path):
    study = Study.build("small", scenario=TINY, replicates=1)
    for call in (lambda: simulate("balanced", 1, threads=threads), lambda: study.run(tmp_path, threads=threads)):
        with pytest.raises(ScenarioError, match=f"threads = {threads!r}: a whole number is needed"):
            call()
    assert watched == []


def test_a_study_tells_of_what_is_stored(watched, slow, tmp_path):
    study = Study.build("small", scenario=TINY, replicates=3)
    study.run(tmp_path, threads=1)
    assert watched[:2] == [("shown", "runs"), (0, 3)]
    assert watched[-2:] == [(3, 3), "closed"]
    watched.clear()
    study.run(tmp_path, threads=1, progress=False)
    assert watched == []
    told = []
    study.run(tmp_path, threads=1, progress=lambda *numbers: told.append(numbers))
    assert set(told) == {(3, 3)}
    assert watched == []


@pytest.mark.parametrize("week", [0.001, 0.03, 1.0])
def test_a_long_run_in_parts_is_the_same_run(week, watched, slow, monkeypatch):
    """Whatever a week takes by the clock: all in one part, some parts, or week by week."""
    asked = itertools.count()
    clock = lambda: next(asked) * week  # noqa: E731
    monkeypatch.setattr(organisations, "in_slices", partial(watching.in_slices, clock=clock))
    scenario = Scenario.build(workers=24, weeks=12)
    model = Organisation(workers=24, weeks=12, rng=3)
    model._first_slice = 1
    assert np.array_equal(model.run(), Run(scenario, 3).advance(12), equal_nan=True)
    assert watched[:2] == [("shown", "weeks"), (0, 12)]
    assert watched[-2:] == [(12, 12), "closed"]
    if week == 1.0:
        assert [done for done, _ in watched[2:-1]] == [*range(1, 13)]


def test_how_long_a_run_takes_is_measured_on_the_way(watched):
    """After the first week, 99 more of 0.1 s are left: enough for a bar; after 95 of them not."""
    for total, shown in ((100, True), (5, False)):
        watched.clear()
        now = [0.0]
        with watching.in_slices(total, 1, "weeks", clock=lambda now=now: now[0]) as parts:
            for part in parts:
                now[0] += 0.1 * part
        assert (("shown", "weeks") in watched) is shown


# The word on compiling


def test_compiling_is_announced_only_to_those_who_watch(watched, monkeypatch, capsys, tmp_path):
    from sim.model import jit
    from sim.model.week import run_weeks

    monkeypatch.setattr(jit, "is_compiled", lambda kernel: False)
    watching.announce_compiling([run_weeks])
    assert capsys.readouterr().err == f"{watching.COMPILING}\n"
    watching.announce_compiling([run_weeks], False)
    assert capsys.readouterr().err == ""
    for call in (simulate, compare):
        call(Scenario.build(**TINY), seeds=1)
        assert watching.COMPILING in capsys.readouterr().err
    Organisation(**TINY, rng=1)
    assert watching.COMPILING in capsys.readouterr().err
    Study.build("small", scenario=TINY, replicates=1).run(tmp_path, threads=1)
    assert watching.COMPILING in capsys.readouterr().err
    monkeypatch.setattr(watching, "is_watched", lambda: False)
    simulate(Scenario.build(**TINY), seeds=1)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(watching, "is_watched", lambda: True)
    monkeypatch.setattr(jit, "is_compiled", lambda kernel: True)
    watching.announce_compiling([run_weeks])
    assert capsys.readouterr().err == ""


# The bars themselves


def test_the_bar_of_a_terminal_counts_on_stderr(capsys):
    bar = watching._TerminalBar("runs")
    bar.update(3, 10)
    bar.close()
    assert bar.progress.tasks[0].completed == 3
    assert capsys.readouterr().out == "", "nothing on stdout"


def test_the_bar_of_a_notebook_is_html_that_is_replaced(monkeypatch):
    display = pytest.importorskip("IPython.display")
    shown = []

    class Handle:
        def update(self, bundle, raw):
            shown.append(bundle)

    def show(bundle, raw, display_id):
        shown.append(bundle)
        return Handle()

    monkeypatch.setattr(display, "display", show)
    bar = watching._NotebookBar("<b>runs")
    bar.update(3, 1000)
    bar.close()
    assert shown[1]["text/plain"] == "3 of 1,000 <b>runs"
    assert shown[1]["text/html"].startswith('<progress value="3" max="1000"')
    assert "&lt;b&gt;runs" in shown[1]["text/html"]
    assert shown[0] == shown[2] == {"text/html": "", "text/plain": ""}
