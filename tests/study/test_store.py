"""Where runs are kept: files that are there whole or not at all, and what is read from them."""

import os

import numpy as np
import pandas as pd
import pytest

from sim.study import store as store_module
from sim.study import worker
from sim.study.store import PART, Store, StoreError
from sim.study.worker import do_runs
from sim.version import model_version

from .small import build


@pytest.fixture
def study():
    return build(policies=["balanced", "heads_down"], factorial={"hurdle": [0.0, 0.1]}, replicates=3)


def made(study, *runs):
    return do_runs(worker.task_text(study), study.key, runs, model_version())


def test_rows_come_in_the_order_of_runs(study, tmp_path):
    with Store(tmp_path, study).lock() as store:
        for runs in ((8, 9), (0, 3, 1), (11,), (2,)):
            store.append(made(study, *runs))
    frame = store.frame()
    assert frame["run"].tolist() == [0, 1, 2, 3, 8, 9, 11]
    assert frame["policy"].tolist()[:4] == ["balanced", "heads_down"] * 2
    assert frame["hurdle"].tolist() == [0.0, 0.0, 0.1, 0.1, 0.0, 0.0, 0.1]
    assert frame["seed"].tolist() == [1, 1, 1, 1, 3, 3, 3]
    assert store.done().status.tolist() == [1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 0, 1]


def test_the_order_of_arrival_does_not_matter(study, tmp_path):
    frames = []
    for k, order in enumerate(([0, 1, 2, 3], [3, 1, 0, 2])):
        with Store(tmp_path / str(k), study).lock() as store:
            for part in order:
                store.append(made(study, *range(3 * part, 3 * part + 3)))
        frames.append(store.frame(trajectories=True))
    pd.testing.assert_frame_equal(*frames, check_exact=True)


def test_a_later_attempt_takes_the_place_of_an_earlier_one(study, tmp_path, monkeypatch):
    with Store(tmp_path, study).lock() as store:
        store.append(made(study, 0, 1), attempt=1)
        monkeypatch.setattr(worker, "run_history", lambda *_: 1 / 0)
        store.append(made(study, 0, 1, 2))
    assert (store.done().ok, store.done().failed, store.done().attempts) == (2, 1, 1)
    assert store.frame()["status"].tolist() == ["ok", "ok", "failed"]
    assert store.failures()["run"].tolist() == [2]
    assert store.failures()["error"].tolist() == ["ZeroDivisionError: division by zero"]


def test_a_file_is_on_disk_before_it_has_its_name(study, tmp_path, monkeypatch):
    done = []
    for name in ("fsync", "replace"):
        real = getattr(os, name)
        monkeypatch.setattr(os, name, lambda *a, name=name, real=real: (done.append(name), real(*a)))
    with Store(tmp_path, study).lock() as store:
        done.clear()
        store.append(made(study, 0))
    assert done == ["fsync", "replace", "fsync"]


def test_the_name_of_a_file_tells_study_and_content(study, tmp_path):
    with Store(tmp_path, study).lock() as store:
        store.append(made(study, 5, 6), attempt=2)
    (part,) = store.parts()
    assert (part.first, part.attempt, part.study) == (5, 2, study.key)
    assert PART.fullmatch(part.path.name)
    assert store.damaged() == []


@pytest.mark.parametrize("k", range(8))
def test_any_flipped_bit_is_noticed(study, tmp_path, k):
    with Store(tmp_path, study).lock() as store:
        store.append(made(study, 0))
    (part,) = store.parts()
    content = bytearray(part.path.read_bytes())
    content[k * (len(content) - 1) // 7] ^= 1 << k
    part.path.write_bytes(content)
    assert store.damaged() == [part]
    with pytest.raises(StoreError, match="is damaged"):
        store.frame()


def test_other_files_in_the_folder_do_not_matter(study, tmp_path):
    for name in ("notes.txt", "000000000000-0-abc.parquet", ".000000000000-0-x.parquet.swp", "x.parquet"):
        (tmp_path / name).write_text("mine", encoding="utf-8")
    with Store(tmp_path, study).lock() as store:
        store.append(made(study, 0))
    assert store.done().ok == 1
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_an_empty_store_has_an_empty_table(study, tmp_path):
    with Store(tmp_path, study).lock() as store:
        pass
    frame = store.frame()
    assert len(frame) == 0
    assert list(frame.columns[:7]) == ["run", "point", "replicate", "seed", "world", "hurdle", "policy"]
    assert len(store.failures()) == 0


def test_one_writer_at_a_time(study, tmp_path):
    in_use = pytest.raises(StoreError, match=f"in use by process {os.getpid()}")
    with Store(tmp_path, study).lock(), in_use, Store(tmp_path, study).lock():
        pytest.fail("two writers")
    with Store(tmp_path, study).lock():
        pass


def test_a_part_that_cannot_be_read_is_named(study, tmp_path):
    with Store(tmp_path, study).lock() as store:
        store.append(made(study, 0))
    (part,) = store.parts()
    part.path.unlink()
    part.path.mkdir()
    with pytest.raises(StoreError, match=f"{part.path.name} cannot be read: Is a directory"):
        store.frame()


def test_the_manifest_holds_the_study_and_what_made_it(study, tmp_path):
    with Store(tmp_path, study).lock("tripleos sweep x.toml") as store:
        pass
    manifest = store.manifest()
    assert type(study).from_dict(manifest["study"]).key == study.key
    assert manifest["command"] == "tripleos sweep x.toml"
    assert manifest["began_with"]["model"] == model_version()
    assert {"numpy", "numba", "pyarrow", "python"} <= manifest["began_with"].keys()
    assert store.differences(manifest) == []


def test_a_sample_drawn_differently_is_another_study(tmp_path, monkeypatch):
    given = {"sample": {"method": "latin_hypercube", "points": 3, "ranges": {"hurdle": [0, 1]}}}
    with Store(tmp_path, build(**given)).lock():
        pass
    from sim.study import designs

    real = designs.draw
    monkeypatch.setattr(designs, "draw", lambda *a: 1.0 - real(*a))
    with pytest.raises(StoreError, match=r"drawn\.sample"), Store(tmp_path, build(**given)).lock():
        pass
    with pytest.raises(worker.OtherVersion, match="another sample"):
        do_runs(worker.task_text(build(**given)), "another key", [0], model_version())


def test_many_differences_are_cut(study, tmp_path):
    with Store(tmp_path, study).lock() as store:
        pass
    other = build(policies=["heads_down", "balanced"], worlds=["complex"], first_seed=5, scenario={"weeks": 30})
    with pytest.raises(StoreError) as caught, Store(tmp_path, other).lock():
        pass
    assert "more)" in str(caught.value)
    assert len(str(caught.value).splitlines()) <= 8
    assert np.array_equal(store.done().status, np.zeros(12))


def test_a_full_disk_tells_how_much_is_free(tmp_path):
    told = pytest.raises(StoreError, match=r"cannot be written: No space left on device \(\d+\.\d MB free\)")
    with told, store_module.blaming(tmp_path / "not" / "there", "cannot be written"):
        raise OSError(28, "No space left on device")


def test_another_policy_is_told_by_its_name(tmp_path):
    one, other = (build(policies=names) for names in (["balanced"], ["balanced", "heads_down"]))
    with Store(tmp_path, one).lock():
        pass
    told = 'policies: "balanced" there, "balanced, heads_down" now'
    with pytest.raises(StoreError, match=told), Store(tmp_path, other).lock():
        pass
