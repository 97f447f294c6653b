"""Sweeps that nothing comes in the way of: what is missing is made, on any executor, and the table is the same."""

import re

import numpy as np
import pytest

from sim.errors import ScenarioError
from sim.execution import cost
from sim.execution.available import Available
from sim.model.measures import MEASURE_NAMES
from sim.study import runner, worker
from sim.study.runner import Options, sweep
from sim.study.store import Store

from .small import build, check_whole, exported, part_names, study_file, undisturbed


def swept(folder, study, told=None, **options):
    with Store(folder, study).lock() as store:
        return store, sweep(store, Options(**options), told)


def test_any_number_of_threads_gives_the_same_bytes(tripleos, tmp_path, monkeypatch):
    file = study_file()
    expected = undisturbed(file)
    for threads, most in ((2, 1), (3, 7), (16, 1000)):
        monkeypatch.setattr(runner, "MOST_IN_TASK", most)
        out = tmp_path / f"threads-{threads}"
        assert tripleos("sweep", file, "--out", out, "--threads", threads)[0] == 0
        check_whole(file, out, expected)


def test_more_replicates_run_only_the_new_ones(tripleos, tmp_path):
    file, out = study_file(), tmp_path / "out"
    tripleos("sweep", file, "--out", out, "--replicates", 3)
    before = part_names(out)
    assert "40 of 40 runs done (16 made now)" in tripleos("sweep", file, "--out", out)[1]
    assert set(before) < set(part_names(out))
    check_whole(file, out, undisturbed(file))


def test_fewer_replicates_are_those_asked_for(tripleos, tmp_path):
    file, out = study_file(), tmp_path / "out"
    tripleos("sweep", file, "--out", out)
    before = part_names(out)
    assert "16 of 16 runs done (0 made now)" in tripleos("sweep", file, "--out", out, "--replicates", 2)[1]
    assert part_names(out) == before
    assert exported(file, out, 2) == undisturbed(file, 2)


def test_progress_is_told_from_the_start(tmp_path):
    study = build(replicates=4)
    swept(tmp_path, study)
    told = []
    _, progress = swept(tmp_path, build(replicates=6), told.append, threads=1)
    assert told[0] == runner.Progress(done=4, failed=0, total=6, before=4)
    assert told[-1] == progress == runner.Progress(done=6, failed=0, total=6, before=4)


def test_a_finished_study_starts_no_run(tmp_path, monkeypatch):
    study = build(replicates=4)
    swept(tmp_path, study)
    monkeypatch.setattr(runner, "do_runs", lambda *_, **__: pytest.fail("a run was made"))
    assert swept(tmp_path, study)[1].done == 4


def test_seeds_are_those_of_the_study(tmp_path):
    store, _ = swept(tmp_path, build(replicates=3, first_seed=2**63, policies=["balanced", "heads_down"]))
    frame = store.frame()
    assert frame["seed"].tolist() == [2**63 + r for r in (0, 0, 1, 1, 2, 2)]
    assert frame["replicate"].tolist() == [0, 0, 1, 1, 2, 2]


def test_weekly_and_courses_are_kept(tmp_path):
    store, _ = swept(tmp_path, build(replicates=1, weekly=True, trajectories=["trust"]))
    row = store.rows().to_pylist()[0]
    history = worker.run_history(store.study.scenario(0), 1)
    np.testing.assert_array_equal(row["weekly_output"], history[:, MEASURE_NAMES.index("output")])
    assert len(row["trajectory_trust"]) > 0


def test_a_precision_is_resumed(tmp_path, monkeypatch):
    given = {"policies": ["balanced", "heads_down"], "precision": {"measure": "output", "half_width": 0.01, "most": 40}}
    study = build(**given)
    whole, _ = swept(tmp_path / "whole", study, threads=1)
    monkeypatch.setattr(runner, "MOST_IN_TASK", 3)
    real, kept = Store.append, []

    def interrupted(self, table, attempt=0):
        if len(kept) % 3 == 2:
            kept.append(None)
            raise KeyboardInterrupt
        kept.append(real(self, table, attempt))

    monkeypatch.setattr(Store, "append", interrupted)
    for _ in range(200):
        try:
            store, _ = swept(tmp_path / "interrupted", study, threads=2)
            break
        except KeyboardInterrupt:
            continue
    assert len(kept) > 5
    assert store.frame().equals(whole.frame())


def test_an_impossible_number_of_runs_is_refused(tmp_path):
    with pytest.raises((ScenarioError, MemoryError)):
        swept(tmp_path, build(sample={"method": "sobol", "points": 2**23, "ranges": {"hurdle": [0, 1]}},
                              replicates=1_000_000))  # fmt: skip


def test_a_task_stops_when_nobody_waits_any_more():
    study = build()
    with pytest.raises(worker.Stopped):
        worker.do_run(study, 0, stopped=lambda: True)


class Clock:
    """Goes on by so many seconds each time it is looked at."""

    def __init__(self, seconds):
        self.seconds, self.now = seconds, 0.0

    def __call__(self):
        self.now += self.seconds
        return self.now


def limited(monkeypatch, seconds, **scenario):
    """The row of a run with a limit of one second, and a clock."""
    monkeypatch.setattr(worker, "CLOCK", Clock(seconds))
    return worker.do_run(build(scenario={"workers": 24, "weeks": 20, **scenario}), 0, time_limit=1.0)


def test_a_time_limit_ends_a_run_whose_weeks_are_dear(monkeypatch):
    """Twelve people, and a million practices that are valued anew whenever one of twenty aspects changes."""
    dear = {"workers": 12, "aspects": 20, "complexity": 2, "turbulence": 100, "communities": 1, "weeks": 50_000}
    row = limited(monkeypatch, 0.1, **dear)
    assert row["status"] == "failed"
    assert re.search(r"TimeLimit: stopped in week [1-5] of 50000 after 1 s, the time limit", row["detail"])


@pytest.mark.parametrize(("seconds", "status"), [(0.001, "ok"), (0.2, "failed"), (1.1, "failed")])
def test_a_run_that_took_longer_than_it_may_is_not_done_even_if_it_has_ended(seconds, status, monkeypatch):
    row = limited(monkeypatch, seconds, weeks=1)
    assert row["status"] == status
    if status == "failed":
        assert "stopped in week" in row["detail"]


def test_what_would_not_fit_into_memory_is_refused_before_anything_is_run(monkeypatch, tmp_path):
    enough = 1.5 * cost.memory_of(build().scenario(0))  # for one of them
    monkeypatch.setattr(cost, "available_memory", lambda: Available(enough, "the limit of the container"))
    monkeypatch.setattr(runner, "do_runs", None)
    with pytest.raises(
        ScenarioError, match=r"3 runs at a time of up to 24 workers need .*container\):\n1 at a time fits"
    ):
        swept(tmp_path, build(), threads=3)
