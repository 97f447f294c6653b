"""Tasks on the workers of a Dask cluster."""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

from ..errors import StudyError

UNTIL_CONNECTED = 20  # seconds to wait for a scheduler
LOUD = ("distributed", "tornado", "asyncio")  # loggers

log = logging.getLogger(__name__)


class ClusterError(StudyError):
    """There is no cluster to make runs on. The message says why."""


class Workers:
    """The workers of a cluster, as a `Pool`."""

    stopped: Callable[[], bool] | None = None

    def __init__(self, client: Any, address: str) -> None:
        self._client, self._address = client, address
        # Equal tasks would be merged into one if they were called pure.
        self._executor = client.get_executor(pure=False)
        self.threads = sum(client.nthreads().values())
        if self.threads == 0:
            raise ClusterError(f"the scheduler at {address} has no workers: at least one is needed")

    def submit(self, work: Any, /, *arguments: Any) -> Future[Any]:
        """Have something called on one of the workers.

        Parameters
        ----------
        work : callable
            What to call; it can be pickled.
        *arguments : Any
            What to call it with.

        Returns
        -------
        Future
            Gives what comes out, or the error.
        """
        return self._executor.submit(work, *arguments)

    def look(self) -> None:
        """Look whether the cluster is still there, and say so if it has no workers left."""
        if not self._client.nthreads():
            log.warning("note: the cluster at %s has no workers left; waiting for some to come", self._address)


@contextmanager
def connected(address: str) -> Iterator[Workers]:
    """The workers of a cluster, for a `with` block.

    Parameters
    ----------
    address : str
        Where the scheduler listens, as "tcp://host:8786".

    Yields
    ------
    Workers
        The pool to make runs on.

    Raises
    ------
    ClusterError
        If Dask is not installed, no scheduler answers, or it has no workers.
    """
    try:
        from distributed import Client
    except ImportError:
        raise ClusterError("--cluster needs Dask, an optional part: pip install 'tripleos[cluster]'") from None
    # A lost connection is told by us, in a line.
    for name in [name for name in logging.root.manager.loggerDict if name.partition(".")[0] in LOUD]:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    client = _client(Client, address)
    try:
        yield Workers(client, address)
    finally:
        client.close(timeout=2)


def _client(kind: Any, address: str) -> Any:
    """A Dask client of the scheduler at an address; `ClusterError` if none answers."""
    try:
        if not address.strip():
            raise ValueError("the address is empty")
        return kind(address, timeout=UNTIL_CONNECTED, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        problem = str(error)
    # What is left of a client that did not connect closes itself when it is collected. If that happens while another
    # client starts in this thread, it waits for a lock that this thread holds, for ever. So it is collected here.
    gc.collect()
    raise ClusterError(f"no Dask scheduler answers at {address}: {problem}")
