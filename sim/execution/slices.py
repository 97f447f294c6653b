"""A long run in slices of measured time, so that it can be stopped, limited and followed whatever a week costs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

SLICE = 0.08  # seconds of work between two looks
GROWTH = 8  # times the last slice at most: the weeks to come may be dearer than those that were measured

Clock = Callable[[], float]


def first_slice(seconds: float) -> int:
    """How many weeks are dared before any was measured.

    Parameters
    ----------
    seconds : float
        What the initialisation took: a week takes about as long or less, with many encounters a few times that.

    Returns
    -------
    int
        1 or more.

    Examples
    --------
    >>> first_slice(0.002), first_slice(3.0)
    (40, 1)
    """
    return max(1, int(SLICE / seconds)) if seconds > 0 else 1


def timed_slices(total: int, first: int = 1, clock: Clock = time.monotonic) -> Iterator[int]:
    """The weeks of a run in slices that take about `SLICE` each, as measured on the way.

    Parameters
    ----------
    total : int
        Weeks in all.
    first : int
        Weeks of the first slice.
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
    size, done = first, 0
    while done < total:
        part = min(size, total - done)
        start = clock()
        yield part
        took = clock() - start
        done += part
        fitting = part * SLICE / took if took > 0 else part * GROWTH
        size = max(1, int(min(fitting, part * GROWTH)))
