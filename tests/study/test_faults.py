"""Whatever comes in the way of a sweep: the same command goes on, nothing is lost or doubled, the table is the same.

What is meant by that is `small.check_whole`. A network file system without locks is not among what is survived.
"""

import errno
import json
import os
import re
import signal
import subprocess
import sys
import time

import pandas as pd
import pytest

from sim.study import runner, store, worker
from sim.study.store import Store
from sim.version import model_version

from . import small
from .small import (
    LONGEST_WAIT,
    ROOT,
    check_whole,
    ended,
    exported,
    part_names,
    process,
    store_of,
    study_file,
    undisturbed,
    until,
)


@pytest.fixture
def file():
    return study_file()


@pytest.fixture
def many_tasks(monkeypatch):
    """Tasks of a few runs each."""
    monkeypatch.setattr(runner, "MOST_IN_TASK", 3)


# Killed and stopped


@pytest.mark.slow
def test_killed_at_random_moments(tmp_path):
    file, out = study_file(), tmp_path / "out"
    command = [sys.executable, "-m", "tests.study.killed", str(file), str(out), "20"]
    path = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=path, capture_output=True, text=True, timeout=5 * LONGEST_WAIT, check=False)
    assert done.returncode == 0, done.stderr
    replicates = int(done.stdout.split()[0])
    assert small.tripleos("sweep", file, "--out", out, "--replicates", replicates) == 0
    check_whole(file, out, undisturbed(file, replicates), replicates)


def test_killed_before_anything_was_written(tripleos, file, tmp_path):
    folder = tmp_path / "out" / "runs"
    folder.mkdir(parents=True)
    for name in ("lock", "owner"):
        (folder / name).touch()
    (folder / ".writing-manifest.json").write_text('{"format": 1, "comm', encoding="utf-8")
    assert "has no runs yet" in tripleos("export", file, tmp_path / "a.csv", "--out", tmp_path / "out")[2]
    assert tripleos("sweep", file, "--out", tmp_path / "out")[0] == 0
    check_whole(file, tmp_path / "out", undisturbed(file))


def test_half_written_files_are_left_behind_by_nobody(tripleos, file, tmp_path):
    out = tmp_path / "out"
    tripleos("sweep", file, "--out", out)
    part = out / "runs" / part_names(out)[0]
    (out / "runs" / f".writing-{part.name}").write_bytes(part.read_bytes()[:100])
    part.unlink()
    assert "5 made now" in tripleos("sweep", file, "--out", out)[1]
    check_whole(file, out, undisturbed(file))


@pytest.mark.slow
@pytest.mark.parametrize(("number", "code", "times"), [(signal.SIGINT, 130, 2), (signal.SIGTERM, 143, 1)])
def test_stopped_by_a_signal(tmp_path, number, code, times):
    file, out = study_file(replicates=80, weeks=60), tmp_path / "out"
    running = process("sweep", file, "--out", out, "--threads", 1)
    try:
        until(lambda: len(part_names(out)) > 1)
        for _ in range(times):
            running.send_signal(number)
    finally:
        found, _, err = ended(running)
    assert found == code
    told = re.search(r"(\d+) of 640 runs are stored; the same command goes on from there", err)
    assert 0 < int(told[1]) < 640
    assert "interrupted" in err
    assert "Traceback" not in err
    before = part_names(out)
    assert small.tripleos("sweep", file, "--out", out) == 0
    assert set(before) < set(part_names(out))
    check_whole(file, out, undisturbed(file))


@pytest.mark.slow
def test_the_reader_of_the_output_goes_away(tmp_path):
    file, out = study_file(), tmp_path / "out"
    reading, writing = os.pipe()
    running = process("sweep", file, "--out", out, stdout=writing)
    os.close(writing)
    os.close(reading)
    code, _, err = ended(running)
    assert code == 1
    assert "Traceback" not in err
    check_whole(file, out, undisturbed(file))


# Disks


@pytest.fixture
def small_disk(tmp_path):
    """A folder on a disk of 300 kB, and how to give it more."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or not sys.platform.startswith("linux"):
        pytest.skip("only root can mount a disk")
    mount = ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no disk can be mounted here")
    try:
        yield folder, lambda: subprocess.run(["mount", "-o", "remount,size=20m", str(folder)], check=True)
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_disk_fills_up(tripleos, file, small_disk, many_tasks):
    disk, enlarge = small_disk
    out = disk / "out"
    code, _, err = tripleos("sweep", file, "--out", out, "--replicates", 20)
    assert code == 1
    assert re.search(
        r"cannot be written; the runs stored so far are kept: No space left on device \(0\.\d MB free\)", err
    )
    before = part_names(out)
    assert len(before) > 5
    assert "damaged  nothing" in tripleos("status", file, "--out", out)[1]
    enlarge()
    assert tripleos("sweep", file, "--out", out, "--replicates", 20)[0] == 0
    assert set(before) < set(part_names(out))
    check_whole(file, out, undisturbed(file, 20), 20)


@pytest.mark.parametrize("call", ["fsync", "replace"])
@pytest.mark.parametrize("number", [1, 2, 3, 8])
def test_disk_is_full_at_some_moment(tripleos, file, tmp_path, monkeypatch, many_tasks, call, number):
    out, real, calls = tmp_path / "out", getattr(os, call), []

    def failing(*arguments):
        calls.append(arguments)
        if len(calls) >= number:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(os, call, failing)
        code, _, err = tripleos("sweep", file, "--out", out)
    assert code == 1
    assert "No space left on device" in err
    assert not list((out / "runs").glob(".writing-*"))
    assert tripleos("sweep", file, "--out", out)[0] == 0
    check_whole(file, out, undisturbed(file))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_folder_that_cannot_be_written(tripleos, file, tmp_path):
    (tmp_path / "closed").mkdir(mode=0o500)
    code, _, err = tripleos("sweep", file, "--out", tmp_path / "closed" / "out")
    assert code == 1
    assert "cannot be written: Permission denied" in err


def test_folder_is_a_file(tripleos, file, tmp_path):
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    for command in (["sweep", file], ["status", file], ["export", file, tmp_path / "a.csv"]):
        code, _, err = tripleos(*command, "--out", tmp_path / "out")
        assert code == 1
        assert "Not a directory" in err or "File exists" in err
        assert len(err.splitlines()) == 1
    assert (tmp_path / "out").read_text(encoding="utf-8") == "mine"


# Files that are not what they were


def truncated(content):
    return content[: len(content) // 2]


def emptied(_):
    return b""


def flipped(content):
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


@pytest.mark.parametrize("harm", [truncated, emptied, flipped])
def test_damaged_part(tripleos, file, tmp_path, many_tasks, harm):
    out = tmp_path / "out"
    tripleos("sweep", file, "--out", out)
    name = part_names(out)[2]
    part = out / "runs" / name
    part.write_bytes(harm(part.read_bytes()))
    code, _, err = tripleos("export", file, tmp_path / "a.csv", "--out", out)
    assert code == 1
    assert f"{name} is damaged" in err
    assert json.loads(tripleos("status", file, "--out", out, "--json")[1])["damaged"] == [name]
    code, told, err = tripleos("sweep", file, "--out", out)
    assert code == 0
    assert name in err
    assert "(3 made now)" in told
    assert (out / "runs" / "damaged" / name).exists()
    check_whole(file, out, undisturbed(file))


def test_part_of_another_study_copied_in(tripleos, file, tmp_path):
    out = tmp_path / "out"
    tripleos("sweep", file, "--out", out)
    (tmp_path / "other").mkdir()
    other = study_file(tmp_path / "other", weeks=21)
    tripleos("sweep", other, "--out", tmp_path / "other")
    foreign = part_names(tmp_path / "other")[0]
    (out / "runs" / foreign).write_bytes((tmp_path / "other" / "runs" / foreign).read_bytes())
    assert f"{foreign} is of another study" in tripleos("export", file, tmp_path / "a.csv", "--out", out)[2]
    assert foreign in tripleos("sweep", file, "--out", out)[2]
    check_whole(file, out, undisturbed(file))


@pytest.mark.parametrize("kind", ["began_with = {}", "began_with = null", "study = []", "probed = []", "format = true"])
def test_a_manifest_with_values_of_other_kinds_is_damaged(tripleos, file, tmp_path, kind):
    out, path = tmp_path / "out", tmp_path / "out" / "runs" / "manifest.json"
    tripleos("sweep", file, "--out", out)
    name, value = kind.split(" = ")
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | {name: json.loads(value)}))
    for command in ("sweep", "status"):
        code, _, err = tripleos(command, file, "--out", out)
        assert (code, "manifest.json is damaged" in err) == (1, True)
    assert tripleos("sweep", file, "--out", out, "--restart")[0] == 0


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": 2}', "\x00" * 500, "[" * 100_000])
def test_damaged_manifest(tripleos, file, tmp_path, content):
    out = tmp_path / "out"
    tripleos("sweep", file, "--out", out)
    before = part_names(out)
    (out / "runs" / "manifest.json").write_text(content, encoding="utf-8")
    for command in (["sweep", file], ["status", file], ["export", file, tmp_path / "a.csv"], ["rerun", file, 1]):
        code, _, err = tripleos(*command, "--out", out)
        assert code == 1
        assert "manifest.json is damaged" in err
        assert "--restart" in err
    assert part_names(out) == before
    assert tripleos("sweep", file, "--out", out, "--restart")[0] == 0
    assert sorted(path.name for path in (out / "runs" / "before-1").iterdir()) == sorted([*before, "manifest.json"])
    assert exported(file, out) == undisturbed(file)


def test_lost_manifest(tripleos, file, tmp_path):
    out = tmp_path / "out"
    tripleos("sweep", file, "--out", out)
    before = part_names(out)
    (out / "runs" / "manifest.json").unlink()
    code, _, err = tripleos("sweep", file, "--out", out)
    assert code == 1
    assert "has runs but no manifest.json" in err
    assert part_names(out) == before


def test_clocks_do_not_matter(tripleos, file, tmp_path, many_tasks, monkeypatch):
    out = tmp_path / "out"
    tripleos("sweep", file, "--out", out)
    names = part_names(out)
    for k, name in enumerate(names):
        os.utime(out / "runs" / name, (1e9 * (k % 5), 1e9 * (k % 3)))
    (out / "runs" / names[1]).unlink()
    monkeypatch.setattr(time, "time", lambda: -1.0)
    assert "(3 made now)" in tripleos("sweep", file, "--out", out)[1]
    check_whole(file, out, undisturbed(file))


# Several at a time


@pytest.mark.slow
def test_a_second_sweep_is_refused_and_readers_are_not(tripleos, tmp_path, capfd):
    file, out = study_file(replicates=80, weeks=60), tmp_path / "out"
    first = process("sweep", file, "--out", out, "--threads", 1)
    try:
        until(lambda: part_names(out))
        code, _, err = tripleos("sweep", file, "--out", out)
        assert code == 1
        assert re.search(rf"is in use by process {first.pid} on .*: only one sweep at a time", err)
        other = study_file(tmp_path / "out", hurdle="turbulence")
        assert "is in use" in tripleos("sweep", other, "--out", out)[2]
        code, told, _ = tripleos("status", file, "--out", out, "--json")
        assert code == 0
        assert json.loads(told)["damaged"] == []
        assert tripleos("export", file, tmp_path / "a.csv", "--out", out)[0] == 0
        table = pd.read_csv(tmp_path / "a.csv")
        assert set(table["status"]) == {"ok"}
        assert table["run"].is_unique
        assert "exactly as stored" in tripleos("rerun", file, 0, "--out", out)[1]
    finally:
        assert ended(first)[0] == 0
    other.unlink()
    check_whole(file, out, undisturbed(file))


def test_another_study_in_the_same_folder(tripleos, file, tmp_path):
    out = tmp_path / "out"
    tripleos("sweep", file, "--out", out)
    (tmp_path / "other").mkdir()
    other = study_file(tmp_path / "other", hurdle="turbulence")
    code, _, err = tripleos("sweep", other, "--out", out)
    assert code == 1
    assert "holds runs of another study" in err
    check_whole(file, out, undisturbed(file))


# Runs that fail


@pytest.fixture
def failing(monkeypatch):
    """Runs under seed 2 fail, until they are mended."""
    real = worker.run_history

    def run_history(scenario, seed, *more):
        if seed == 2:
            raise ArithmeticError("a \ud800 fault\x1b[31m")
        return real(scenario, seed, *more)

    monkeypatch.setattr(worker, "run_history", run_history)
    return lambda: monkeypatch.setattr(worker, "run_history", real)


def test_run_that_raises(tripleos, file, tmp_path, failing):
    out = tmp_path / "out"
    code, told, err = tripleos("sweep", file, "--out", out)
    assert (code, err) == (1, "")
    told = " ".join(told.split())
    assert "32 of 40 runs done, 8 failed" in told
    assert "ArithmeticError: a \\ud800 fault" in told
    assert "\x1b" not in told
    assert "… and 5 more" in told
    failures = store_of(file, out).failures()
    assert failures["run"].tolist() == list(range(8, 16))
    assert failures["parameters"][1] == {"world": "stable", "hurdle": 0.0, "policy": "heads_down"}
    assert all("raise ArithmeticError" in text for text in failures["traceback"])
    code, told, _ = tripleos("sweep", file, "--out", out)
    assert code == 1
    assert "(0 made now)" in told
    assert '"failed": 8' in tripleos("status", file, "--out", out, "--json")[1]
    table = store_of(file, out).frame()
    assert table["output"].isna().tolist() == (table["status"] == "failed").tolist() == (table["seed"] == 2).tolist()
    failing()
    code, told, _ = tripleos("sweep", file, "--out", out, "--retry-failed")
    assert code == 0
    assert "40 of 40 runs done (8 made now)" in told
    assert exported(file, out) == undisturbed(file)


def test_retrying_is_resumed(tripleos, file, tmp_path, failing, many_tasks, monkeypatch):
    out, real = tmp_path / "out", Store.append
    tripleos("sweep", file, "--out", out)
    failing()

    def full(self, table, attempt=0):
        if attempt and len([name for name in part_names(out) if name[13] == "1"]) == 2:
            raise store.StoreError("full")
        real(self, table, attempt)

    with monkeypatch.context() as patch:
        patch.setattr(Store, "append", full)
        assert tripleos("sweep", file, "--out", out, "--retry-failed")[0] == 1
    done = store_of(file, out).done()
    assert (done.ok, done.failed) == (34, 6)
    assert "40 of 40 runs done (6 made now)" in tripleos("sweep", file, "--out", out, "--retry-failed")[1]
    assert exported(file, out) == undisturbed(file)


def test_fail_fast(tripleos, file, tmp_path, failing, many_tasks):
    out = tmp_path / "out"
    code, told, err = tripleos("sweep", file, "--out", out, "--fail-fast", "--threads", 1)
    assert (code, told) == (1, "")
    assert re.match(r"tripleos: run (8|9|10|11) failed: ArithmeticError: a", err)
    done = store_of(file, out).done()
    assert 0 < done.ok + done.failed < 40
    failing()
    assert tripleos("sweep", file, "--out", out, "--retry-failed", "--fail-fast")[0] == 0
    assert exported(file, out) == undisturbed(file)


def test_point_that_fails_only_when_it_is_run(tripleos, tmp_path):
    """A sample is not tried point by point before it is run."""
    file, out = tmp_path / "odd.toml", tmp_path / "out"
    file.write_text(
        "replicates = 1\nscenario = { weeks = 4 }\n"
        'sample = { method = "sobol", points = 512, ranges = { workers = [24, 30], communities = [0, 25] } }\n',
        encoding="utf-8",
    )
    code, told, _ = tripleos("sweep", file, "--out", out)
    assert code == 1
    failures = store_of(file, out).failures()
    assert 0 < len(failures) < 10
    assert set(failures["parameters"].map(lambda one: one["communities"])) == {25}
    assert failures["error"][0].startswith("ScenarioError: communities = 25")
    assert "ScenarioError: communities = 25" in " ".join(told.split())


@pytest.mark.slow
def test_run_that_never_ends(tripleos, tmp_path):
    file, out = study_file(**{'"balanced", ': ""}), tmp_path / "out"
    text = file.read_text(encoding="utf-8").replace("workers = 24, weeks = 20", "weeks = 100_000")
    text = text.replace("replicates = 5", "replicates = 1").replace('"stable", ', "")
    file.write_text(text.replace("hurdle = [0.0, 0.1]", "workers = [1_000_000]"), encoding="utf-8")
    code, told, _ = tripleos("sweep", file, "--out", out, "--time-limit", "0.5", "--threads", 1)
    assert code == 1
    assert re.search(r"TimeLimit: stopped in week \d+ of 100000 after 0.5 s, the time limit", " ".join(told.split()))
    assert store_of(file, out).failures()["traceback"].tolist() == [""]


NEVER_ENDS = """
import sys
from sim.study import worker
real = worker.run_history
def run_history(scenario, seed, *more):
    if seed == 2:
        raise ArithmeticError("a fault")
    endless = 3 <= seed <= 5  # the probe has a seed of its own
    return real(scenario.replace(weeks=100_000, workers=1000) if endless else scenario, seed, *more)
worker.run_history = run_history
from sim.cli import main
main()
"""


@pytest.mark.slow
def test_fail_fast_does_not_wait_for_what_never_ends(tmp_path):
    file, out = study_file(), tmp_path / "out"
    code, _, err = ended(process("sweep", file, "--out", out, "--fail-fast", "--threads", 2, code=NEVER_ENDS))
    assert code == 1
    assert "failed: ArithmeticError: a fault" in err


# What has changed


def test_changed_study(tripleos, file, tmp_path):
    out = tmp_path / "out"
    tripleos("sweep", file, "--out", out)
    expected, before = undisturbed(file), part_names(out)
    file.write_text(file.read_text(encoding="utf-8").replace("0.1]", "0.2]"), encoding="utf-8")
    for command in (["sweep", file], ["sweep", file, "--mix"], ["export", file, tmp_path / "a.csv"]):
        code, _, err = tripleos(*command, "--out", out)
        assert code == 1
        assert "factorial.hurdle[2]: 0.1 there, 0.2 now" in err
    assert "hurdle[2]: 0.1 there" in tripleos("rerun", file, 1, "--out", out)[2]
    told = json.loads(tripleos("status", file, "--out", out, "--json")[1])
    assert told["differs"] == ["factorial.hurdle[2]: 0.1 there, 0.2 now"]
    assert "done" not in told
    assert part_names(out) == before
    assert not (tmp_path / "a.csv").exists()
    file.write_text(file.read_text(encoding="utf-8").replace("0.2]", "0.1]"), encoding="utf-8")
    check_whole(file, out, expected)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('["balanced", "heads_down"]', '["heads_down", "balanced"]', "policies"),
        ("weeks = 20", "weeks = 21", "scenario.weeks: 20 there, 21 now"),
        ("replicates = 5", "replicates = 5\nfirst_seed = 2", "first_seed: 1 there, 2 now"),
        ("replicates = 5", 'replicates = 5\ncourses = ["trust"]', "trajectories"),
        ("hurdle = [0.0, 0.1]", "hurdle = [0.0, 0.1], turbulence = [1, 2]", "factorial.turbulence"),
        ("hurdle = [0.0, 0.1]", "hurdle = [0, 0.1]", "hurdle[1]: 0.0 there, 0 now"),
    ],
)
def test_what_changes_a_study(tripleos, file, tmp_path, old, new, told):
    tripleos("sweep", file, "--out", tmp_path / "out", "--replicates", 1)
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    code, _, err = tripleos("sweep", file, "--out", tmp_path / "out")
    assert code == 1
    assert told in err


def test_the_order_of_what_is_varied_changes_a_study(tripleos, tmp_path):
    """Points are numbered by it: the same tables in another order would give each run another's name."""
    file, out = study_file(**{"hurdle = [0.0, 0.1]": "hurdle = [0.0, 0.1], turbulence = [1, 2]"}), tmp_path
    tripleos("sweep", file, "--out", out, "--replicates", 1)
    file = study_file(**{"hurdle = [0.0, 0.1]": "turbulence = [1, 2], hurdle = [0.0, 0.1]"})
    code, _, err = tripleos("sweep", file, "--out", out)
    assert code == 1
    assert 'drawn.order[2]: "hurdle" there, "turbulence" now' in err


def test_words_of_a_study_may_change(tripleos, file, tmp_path):
    out = tmp_path / "out"
    tripleos("sweep", file, "--out", out)
    text = file.read_text(encoding="utf-8").replace('"small"', '"large"')
    file.write_text(text + 'title = "Other words"\nabout = "Other ones"\n', encoding="utf-8")
    assert "(0 made now)" in tripleos("sweep", file, "--out", out)[1]


@pytest.fixture
def another_model(monkeypatch):
    def change():
        monkeypatch.setattr("sim.model.model.model_version", lambda *_: "9.9+other")

    return change


def test_changed_model(tripleos, file, tmp_path, another_model):
    out = tmp_path / "out"
    tripleos("sweep", file, "--out", out)
    expected, now = exported(file, out), model_version()
    another_model()
    code, _, err = tripleos("sweep", file, "--out", out, "--replicates", 6)
    assert code == 1
    assert f"model version: {now} there, 9.9+other now" in err
    assert "--mix" in err
    assert json.loads(tripleos("status", file, "--out", out, "--json")[1])["done"] == 40
    assert exported(file, out) == expected
    assert "(8 made now)" in tripleos("sweep", file, "--out", out, "--replicates", 6, "--mix")[1]
    versions = store_of(file, out, 6).frame()["version"]
    assert versions.tolist() == [now] * 40 + ["9.9+other"] * 8
    assert "(0 made now)" in tripleos("sweep", file, "--out", out, "--replicates", 6, "--mix")[1]


def test_restart_sets_aside(tripleos, file, tmp_path, another_model):
    out = tmp_path / "out"
    tripleos("sweep", file, "--out", out)
    before = part_names(out)
    another_model()
    assert "40 made now" in tripleos("sweep", file, "--out", out, "--restart")[1]
    assert set(store_of(file, out).frame()["version"]) == {"9.9+other"}
    assert sorted(path.name for path in (out / "runs" / "before-1").iterdir()) == sorted([*before, "manifest.json"])
    assert "(0 made now)" in tripleos("sweep", file, "--out", out, "--restart")[1]  # the same command goes on
    assert not (out / "runs" / "before-2").exists()
