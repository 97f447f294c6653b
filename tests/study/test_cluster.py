"""Sweeps on a Dask cluster of processes on this machine, which are killed on the way."""

import gc
import logging
import os
import subprocess
import threading
from contextlib import contextmanager

import pytest

from sim.execution import dask, executor
from sim.study import runner

from .small import LONGEST_WAIT, check_whole, ended, part_names, process, study_file, undisturbed, until, when

pytest.importorskip("distributed")
pytestmark = pytest.mark.slow

WORKER = "from distributed.cli.dask_worker import main; main()"
OTHER_MODEL = f"import sim.model.model as model; model.model_version = lambda *_: '9.9+other'; {WORKER}"
SCHEDULER = "from distributed.cli.dask_scheduler import main; main()"
ONE_SLOT = ("--no-nanny", "--nthreads", "1")


class Cluster:
    """A scheduler on a free port, and workers of one thread each."""

    def __init__(self, folder):
        self.file = folder / "scheduler.json"
        self.scheduler, self.workers = self.started(SCHEDULER, "--port", "0"), []

    def started(self, code, *arguments):
        common = ("--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", self.file)
        silent = subprocess.DEVNULL
        return process(*arguments, *common, code=code, stdout=silent, stderr=silent)

    def add_worker(self, code=WORKER):
        self.workers.append(self.started(code, *ONE_SLOT, "--local-directory", self.file.parent))

    @property
    def address(self):
        from distributed import Client

        until(self.file.exists)
        with Client(scheduler_file=str(self.file), set_as_default=False, timeout=LONGEST_WAIT) as client:
            until(lambda: len(client.nthreads()) >= len(self.workers))
            return client.scheduler.address

    def stop(self):
        for one in (*self.workers, self.scheduler):
            one.kill()
            one.wait()


@contextmanager
def cluster(folder, workers, code=WORKER):
    found = Cluster(folder)
    try:
        for _ in range(workers):
            found.add_worker(code)
        yield found
    finally:
        found.stop()


@pytest.fixture
def many_tasks(monkeypatch):
    """Tasks of a few runs each, and no patience."""
    monkeypatch.setattr(runner, "MOST_IN_TASK", 4)
    monkeypatch.setattr(runner, "LOOK", 0.5)


def test_a_worker_is_killed(tripleos, tmp_path, many_tasks):
    file = study_file(replicates=20)
    with cluster(tmp_path, workers=2) as found:
        address = found.address
        with executor(cluster=address) as pool:
            assert pool.threads == 2
        killing = when(lambda: len(part_names("out")) >= 3, found.workers[0].kill)
        code, told, _ = tripleos("sweep", file, "--out", "out", "--cluster", address)
        assert not killing.is_alive()
        assert found.workers[0].poll() is not None
    assert (code, told.split("(")[0]) == (0, "160 of 160 runs done ")
    check_whole(file, "out", undisturbed(file))


def test_all_workers_are_killed_and_another_one_comes(tripleos, tmp_path, many_tasks, monkeypatch):
    file = study_file(replicates=20)
    warn, noticed = logging.Logger.warning, threading.Event()

    def warning(self, message, *arguments):
        warn(self, message, *arguments)
        if "has no workers left" in message:
            noticed.set()

    monkeypatch.setattr(logging.Logger, "warning", warning)
    with cluster(tmp_path, workers=2) as found:
        address = found.address

        def kill_and_replace():
            for worker in found.workers:
                worker.kill()
            assert noticed.wait(LONGEST_WAIT)
            found.add_worker()

        when(lambda: len(part_names("out")) >= 3, kill_and_replace)
        code, _, err = tripleos("sweep", file, "--out", "out", "--cluster", address)
    assert code == 0
    assert f"the cluster at {address} has no workers left; waiting for some to come" in err
    check_whole(file, "out", undisturbed(file))


SMALL_TASKS = """
from sim.study import runner
runner.MOST_IN_TASK, runner.LOOK = 4, 0.5
from sim.cli import main
main()
"""


@pytest.mark.parametrize("kill", ["kill", "terminate"])
def test_the_scheduler_is_killed(tripleos, tmp_path, kill):
    file = study_file(replicates=20)
    with cluster(tmp_path, workers=1) as found:
        address = found.address
        running = process("sweep", file, "--out", "out", "--cluster", address, code=SMALL_TASKS)
        when(lambda: len(part_names("out")) >= 3, getattr(found.scheduler, kill))
        code, _, err = ended(running)
    assert code == 1
    assert f"tripleos: the cluster at {address} was lost" in err
    assert "of 160 runs are stored, and the same command goes on from there" in err
    assert len(err.splitlines()) == 1
    before = part_names("out")
    assert len(before) >= 3
    assert tripleos("sweep", file, "--out", "out")[0] == 0
    assert set(before) < set(part_names("out"))
    check_whole(file, "out", undisturbed(file))


def test_a_worker_of_another_model_is_refused(tripleos, tmp_path):
    with cluster(tmp_path, workers=1, code=OTHER_MODEL) as found:
        code, _, err = tripleos("sweep", study_file(), "--out", "out", "--cluster", found.address)
    assert code == 1
    assert "a worker has model 9.9+other, but the sweep has" in err
    assert part_names("out") == []


def test_equal_tasks_are_not_merged(tmp_path):
    with cluster(tmp_path, workers=1) as found, executor(cluster=found.address) as pool:
        first, second = pool.submit(os.urandom, 8), pool.submit(os.urandom, 8)
        assert first.result(LONGEST_WAIT) != second.result(LONGEST_WAIT)


def test_no_workers(tripleos, tmp_path):
    with cluster(tmp_path, workers=0) as found:
        code, _, err = tripleos("sweep", study_file(), "--out", "out", "--cluster", found.address)
    assert code == 1
    assert "has no workers: at least one is needed" in err


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense://x", "127.0.0.1", " ", ""])
def test_no_scheduler(tripleos, monkeypatch, address):
    monkeypatch.setattr(dask, "UNTIL_CONNECTED", 0.5)
    code, _, err = tripleos("sweep", study_file(), "--out", "out", "--cluster", address)
    assert code == 1
    assert f"no Dask scheduler answers at {address}" in err
    left = [one for one in gc.get_objects() if type(one).__name__ == "Client" and one._start_arg == address]
    assert not left, "it would close itself whenever it is collected, which can be while another one starts"
