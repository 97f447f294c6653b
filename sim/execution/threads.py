"""Tasks on threads of this process.

Compiled kernels release Python's lock, so that threads share the cores. A task should be worth some milliseconds: of
shorter ones, a chunk makes a task (`in_chunks`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from threading import Event
from typing import Any, Protocol, Self, TypeVar

from ..validation import checked_threads

Task = TypeVar("Task")
Result = TypeVar("Result")

Progress = Callable[[int, int], None]
"""Called with the tasks done, and the tasks in all."""


class Stopped(Exception):
    """Nobody waits for the outcome any more."""


class Pool(Protocol):
    """Where tasks are done."""

    threads: int
    """How many tasks are done at a time."""
    stopped: Callable[[], bool] | None
    """Whether running tasks are to end, for them to ask; None where they cannot be told."""

    def submit(self, work: Callable[..., Result], /, *arguments: Any) -> Future[Result]:
        """Have something called.

        Parameters
        ----------
        work : callable
            What to call.
        *arguments : Any
            What to call it with.

        Returns
        -------
        Future
            Gives what comes out, or the error.
        """
        ...

    def look(self) -> None:
        """Look whether the pool is still there; raises an error if it is not."""
        ...


class Threads:
    """Threads that do tasks until they are stopped: at the end of a `with` block, whatever ends it.

    Parameters
    ----------
    threads : int, optional
        How many; default: one for each core.
    name : str
        What they are called where threads are listed.

    Examples
    --------
    >>> with Threads(2) as pool:
    ...     pool.map(lambda number: number**2, [3, 1, 2])
    [9, 1, 4]
    """

    def __init__(self, threads: int | None = None, name: str = "tripleos") -> None:
        self.threads = checked_threads(threads)
        self._executor = ThreadPoolExecutor(self.threads, thread_name_prefix=name)
        self._end = Event()
        self.stopped: Callable[[], bool] | None = self._end.is_set

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def submit(self, work: Callable[..., Result], /, *arguments: Any) -> Future[Result]:
        """Have something called on one of the threads.

        Parameters
        ----------
        work : callable
            What to call.
        *arguments : Any
            What to call it with.

        Returns
        -------
        Future
            Gives what comes out, or the error.
        """
        return self._executor.submit(work, *arguments)

    def look(self) -> None:
        """Threads are always there."""

    def check(self) -> None:
        """End a long task, which calls this now and then, once the threads are stopped.

        Raises
        ------
        Stopped
            If `stop` was called.
        """
        if self._end.is_set():
            raise Stopped

    def stop(self) -> None:
        """Take back the tasks that wait, and tell those that run; does not wait for them."""
        self._end.set()  # or Python would wait at its end for runs that nobody waits for
        self._executor.shutdown(wait=False, cancel_futures=True)

    def map(
        self, work: Callable[[Task], Result], tasks: Sequence[Task], progress: Progress | None = None
    ) -> list[Result]:
        """Do something for each of some tasks.

        Parameters
        ----------
        work : callable
            Called with a task.
        tasks : sequence
            What there is to do.
        progress : callable, optional
            Called in the calling thread after each task, with (tasks done, tasks in all).

        Returns
        -------
        list
            What came out, in the order of the tasks.

        Raises
        ------
        Exception
            The first error of a task, as soon as it happens. The other tasks go on until the threads are stopped.
        """
        futures = [self.submit(work, task) for task in tasks]
        for done, future in enumerate(as_completed(futures), start=1):
            future.result()
            if progress:
                progress(done, len(futures))
        return [future.result() for future in futures]


def in_chunks(items: Any, size: int) -> list[Any]:
    """A sequence in pieces.

    Parameters
    ----------
    items : sequence or ndarray
        What to cut, along its first axis.
    size : int
        Items in a piece, 1 or more; the last piece may have fewer.

    Returns
    -------
    list
        The pieces in order, of the type of `items`.

    Examples
    --------
    >>> in_chunks([1, 2, 3, 4, 5], 2)
    [[1, 2], [3, 4], [5]]
    """
    return [items[first : first + size] for first in range(0, len(items), size)]
