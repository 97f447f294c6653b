"""Where runs are made: threads of this process, or the workers of a Dask cluster."""

from __future__ import annotations

from contextlib import AbstractContextManager

from .threads import Pool, Progress, Stopped, Threads

__all__ = ["Pool", "Progress", "Stopped", "Threads", "executor"]


def executor(threads: int | None = None, cluster: str | None = None) -> AbstractContextManager[Pool]:
    """The pool to make runs on.

    Parameters
    ----------
    threads : int, optional
        Threads of this process; default: one for each core.
    cluster : str, optional
        The address of a Dask scheduler, to use its workers instead.

    Returns
    -------
    context manager
        Gives a `Pool`, and ends it with the block.

    Raises
    ------
    ScenarioError
        If the number of threads is not usable.
    ClusterError
        On entry, if there is no cluster at the address.
    """
    if cluster is None:
        return Threads(threads)
    from .dask import connected

    return connected(cluster)
