"""What is shown while people wait: where somebody watches, for long work, and nowhere else."""

import sys
import types

import numpy as np
import pytest

from sim import Organisation, Run, Scenario, ScenarioError, Study, compare, simulate
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


# When there is a bar


def test_a_second_of_work_is_long_enough(watched):
    with watching.progress_bar("runs", 0.1, total=9) as told:
        told(9, 9)
    assert watched == []
    with watching.progress_bar("runs", 0.1, total=10) as told:
        told(3, 10)
    assert watched == [("shown", "runs"), (0, 10), (3, 10), "closed"]


def test_what_counts_is_what_is_left(watched):
    with watching.progress_bar("runs", 0.1) as told:
        told(95, 100)
        told(100, 120)
    assert watched == [("shown", "runs"), (100, 120), "closed"], (
        "more is asked for on the way: a study with a precision"
    )


def test_an_error_takes_the_bar_away(watched):
    with pytest.raises(KeyboardInterrupt), watching.progress_bar("runs", 1.0, total=10):
        raise KeyboardInterrupt
    assert watched[-1] == "closed"


def test_false_turns_it_off_and_true_on(watched, monkeypatch):
    with watching.progress_bar("runs", 9.0, False, total=10) as told:
        told(1, 10)
    assert watched == []
    monkeypatch.setattr(watching, "is_watched", lambda: False)
    with watching.progress_bar("runs", 9.0, total=10) as told:
        told(1, 10)
    assert watched == [], "nobody watches"
    with watching.progress_bar("runs", 0.0, True, total=10) as told:
        told(1, 10)
    assert watched == [("shown", "runs"), (0, 10), (1, 10), "closed"]


def test_a_function_of_the_caller_takes_its_place(watched):
    told = []
    with watching.progress_bar("runs", 9.0, lambda *numbers: told.append(numbers), total=10) as tell:
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


def test_how_long_it_takes_follows_from_its_size(watched):
    """20 runs of 5,200 weeks: some 7 s on two cores; of 26 weeks: far less than a second."""
    assert watching.seconds_of(120, 5200) * 20 / 2 > 2 * watching.SLOW
    assert watching.seconds_of(120, 26) * 20 < watching.SLOW / 2


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


@pytest.mark.parametrize("size", [1, 5, 11, 12, 1000])
def test_a_long_run_in_parts_is_the_same_run(size, watched, slow, monkeypatch):
    monkeypatch.setattr(watching, "SLICE", size * 24)
    scenario = Scenario.build(workers=24, weeks=12)
    model = Organisation(workers=24, weeks=12, rng=3)
    assert np.array_equal(model.run(), Run(scenario, 3).advance(12), equal_nan=True)
    if size < 12:
        assert watched[:2] == [("shown", "weeks"), (0, 12)]
        assert watched[-2:] == [(12, 12), "closed"]
    else:
        assert watched == []


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
