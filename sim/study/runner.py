"""From a study to its runs in a store: what is missing is made, a task at a time, and kept as it comes."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import StudyError
from ..execution import Pool, executor
from .definition import StudyDefinition
from .plan import plan_of
from .precision import reviewed
from .rows import FAILED
from .store import DAMAGED, Store, StoreError
from .worker import do_runs, probe, task_text

TASK = 2.0  # seconds of work in a task, as estimated; what a kill can lose of each thread
MOST_IN_TASK = 1000
OVERHEAD = 0.0005  # seconds that a run takes beyond the engine's own time (measured: results/benchmark/)
SHARES = 4  # tasks for each thread at least, if there are enough runs
WAITING = 3  # tasks for each thread, running or waiting, so that memory stays flat
LOOK = 5.0  # seconds without any news after which a cluster is asked whether it is still there

log = logging.getLogger(__name__)


class RunnerError(StudyError):
    """Runs could not be made; what is stored is kept. The message says why."""


@dataclass(frozen=True)
class Progress:
    """How a sweep stands: runs done and failed, runs in all, and how many of them were there when it began.

    Attributes
    ----------
    done, failed : int
        Runs stored that went well, and that failed.
    total : int
        Runs that are asked for.
    before : int
        Runs that were stored when the sweep began.
    """

    done: int
    failed: int
    total: int
    before: int


ProgressCallback = Callable[[Progress], None]


@dataclass(frozen=True)
class Options:
    """How to run: on how many threads or on which cluster, and what to do about runs that fail.

    Attributes
    ----------
    threads : int, optional
        Runs at a time; default one for each core.
    cluster : str, optional
        Address of a Dask scheduler, in place of threads.
    time_limit : float, optional
        Seconds after which a run counts as failed.
    retry_failed : bool
        Whether runs that failed are made once more.
    fail_fast : bool
        Whether to stop at the first run that fails.
    """

    threads: int | None = None
    cluster: str | None = None
    time_limit: float | None = None
    retry_failed: bool = False
    fail_fast: bool = False


def task_size(study: StudyDefinition) -> int:
    """Runs in a task.

    Parameters
    ----------
    study : StudyDefinition
        The study.

    Returns
    -------
    int
        1 to `MOST_IN_TASK`.
    """
    return max(1, min(MOST_IN_TASK, round(TASK / (OVERHEAD + plan_of(study).seconds_per_run))))


def sweep(store: Store, options: Options = Options(), told: ProgressCallback | None = None) -> Progress:
    """Make every run that the study asks for and the store does not have.

    What was stored before is kept, whatever is raised.

    Parameters
    ----------
    store : Store
        Held for writing (`Store.lock`).
    options : Options
        How to run.
    told : callable, optional
        Called with the `Progress` at the start and after each task.

    Returns
    -------
    Progress
        How it stands at the end.

    Raises
    ------
    StoreError
        If the store cannot be read or written.
    RunnerError
        If the cluster is lost or, with `fail_fast`, if a run fails.
    ClusterError
        If there is no cluster at the address.
    OtherVersion
        If a worker of the cluster has another model, or gets other numbers from it.
    ScenarioError
        If the number of threads is not usable, or what runs at a time would not fit into memory.
    """
    for name in store.set_damaged_aside():
        where = f"it is in {store.folder / DAMAGED}, and what is missing is made again"
        log.warning("note: %s is damaged, or of another study; %s", name, where)
    state = _State(store, options, told)
    with executor(options.threads, options.cluster) as pool:
        for runs in rounds(store, state):
            _do(state, pool, runs)
    return state.progress


def rounds(store: Store, state: _State) -> Iterator[np.ndarray]:
    """The runs to make: all that are missing; with a precision to reach, round by round until it is reached.

    Parameters
    ----------
    store : Store
        Locked for writing.
    state : _State
        What is stored.

    Yields
    ------
    int64 [runs]
        Numbers of runs, in order.
    """
    study = store.study
    if study.precision is None:
        yield state.missing(np.arange(study.runs))
        return
    yield state.missing(np.arange(study.points * study.precision.soonest))
    bases = {point: study.base_point(point) for point in range(study.points)}
    while True:
        review = reviewed(store.frame(), study.precision, bases)
        counts = dict(zip(review["point"], review["wanted"], strict=True))
        wanted = np.array([r * study.points + p for p, count in counts.items() for r in range(count)], np.int64)
        missing = state.missing(np.sort(wanted))
        state.total = len(missing) + int((state.status > 0).sum())
        if len(missing) == 0:
            return
        yield missing


class _State:
    """What a sweep knows as it goes on."""

    def __init__(self, store: Store, options: Options, told: ProgressCallback | None) -> None:
        self.store, self.options, self.told = store, options, told
        done = store.done()
        self.status = done.status
        self.retrying = set(np.flatnonzero(done.status == 2).tolist()) if options.retry_failed else set()
        self.attempt = done.attempts + 1 if self.retrying else done.attempts
        self.before = int((done.status > 0).sum()) - len(self.retrying)
        precision = store.study.precision
        self.total = store.study.points * (precision.soonest if precision else store.study.replicates)

    def missing(self, wanted: np.ndarray) -> np.ndarray:
        """Which of some runs are still to be made."""
        again = np.isin(wanted, list(self.retrying)) if self.retrying else False
        return wanted[(self.status[wanted] == 0) | again]

    @property
    def progress(self) -> Progress:
        """How it stands."""
        return Progress(int((self.status == 1).sum()), int((self.status == 2).sum()), self.total, self.before)

    def tell(self) -> None:
        """Tell how it stands, if somebody wants to know."""
        if self.told:
            self.told(self.progress)

    def keep(self, table: Any) -> str:
        """Store what came back, and note it; why a run of it failed, if one did."""
        self.store.append(table, self.attempt)
        runs, failed = table["run"].to_numpy(), np.array([s == FAILED for s in table["status"].to_pylist()])
        self.status[runs] = np.where(failed, 2, 1)
        self.retrying -= set(runs.tolist())
        self.tell()
        if not failed.any():
            return ""
        detail = table["detail"][int(np.argmax(failed))].as_py()
        return f"run {runs[failed][0]} failed: {json.loads(detail)['error']}"


def _do(state: _State, pool: Pool, runs: np.ndarray) -> None:
    """Make some runs, a task at a time, and keep each task as it comes back."""
    study = state.store.study
    text, version, limit = task_text(study), study.version, state.options.time_limit
    probed = probe(study.with_) if state.options.cluster else None
    state.tell()
    if len(runs) == 0:
        return
    if not state.options.cluster:
        plan_of(study).check_memory(len(runs), pool.threads)
    size = max(1, min(task_size(study), len(runs) // (SHARES * pool.threads)))
    tasks = (runs[k : k + size].tolist() for k in range(0, len(runs), size))
    waiting: dict[Future[Any], int] = {}  # each with its first run
    try:
        while True:
            while len(waiting) < WAITING * pool.threads and (task := next(tasks, None)) is not None:
                future = pool.submit(do_runs, text, study.key, task, version, limit, probed, pool.stopped)
                waiting[future] = task[0]
            if not waiting:
                return
            finished, _ = wait(waiting, LOOK, return_when=FIRST_COMPLETED)
            if not finished:
                pool.look()
            # In the order of the runs: on a busy machine many tasks have ended by now, and the first failure is told.
            in_order = sorted(finished, key=waiting.__getitem__)
            failures = [state.keep(table) for table in [future.result() for future in in_order]]
            for future in finished:
                del waiting[future]
            if state.options.fail_fast and any(failures):
                raise RunnerError(next(filter(None, failures)))
    except (StudyError, MemoryError):
        raise
    except Exception as error:
        if not state.options.cluster:
            raise
        lost = f"the cluster at {state.options.cluster} was lost ({type(error).__name__}: {error})"
        raise RunnerError(f"{lost}; {_kept(state)}") from error
    finally:
        for future in waiting:
            future.cancel()


def _kept(state: _State) -> str:
    progress = state.progress
    stored = f"{progress.done + progress.failed} of {progress.total} runs are stored"
    return f"{stored}, and the same command goes on from there"


__all__ = ["Options", "Progress", "RunnerError", "StoreError", "sweep", "task_size"]
