"""A long run in slices of measured time, so that it can be stopped, limited and followed whatever a week costs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

SLICE = 0.08  # seconds of work between two looks
GROWTH = 8  # times the last slice at most: the weeks to come may be dearer than those that were measured

Clock = Callable[[], float]


def timed_slices(total: int, began: float | None = None, clock: Clock = time.monotonic) -> Iterator[int]:
    """The weeks of a run in slices that take about `SLICE` each, as measured on the way.

    Parameters
    ----------
    total : int
        Weeks in all.
    began : float, optional
        When the initialisation began, if it has just ended: its time tells how many weeks are dared first.
    clock : callable
        Gives seconds.

    Yields
    ------
    int
        Weeks of a slice, 1 or more; what is done until the next one is asked for is what is measured. They sum to
        `total`.

    Examples
    --------
    >>> now = iter(range(0, 1000, 10))
    >>> list(timed_slices(3, clock=lambda: next(now)))  # each week takes 10 s
    [1, 1, 1]
    """
    # A week takes as long as the initialisation, or a fraction of it; with many encounters or ties, a few times that.
    before = 0.0 if began is None else clock() - began
    size = max(1, int(SLICE / (GROWTH * before))) if before > 0 else 1
    done = 0
    while done < total:
        part = min(size, total - done)
        start = clock()
        yield part
        took = clock() - start
        done += part
        fitting = part * SLICE / took if took > 0 else part * GROWTH
        size = max(1, int(min(fitting, part * GROWTH)))
