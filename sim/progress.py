"""What people see while a call in Python takes its time: a word when the model is compiled, and a bar.

Nothing is shown unless somebody watches: in a notebook, or where stderr is a terminal. Whether work is long enough for
a bar is told from a timed probe (`execution.cost`) or from what was measured on the way. The command line has its own
words around the same bar.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from markupsafe import Markup

from .execution.slices import Clock, timed_slices
from .validation import checked_threads

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress as RichProgress

Progress = Callable[[int, int], None]
"""Called with what is done, and what there is to do."""

SLOW = 1.0  # seconds of work, as estimated, from which a bar is shown
COMPILING = "compiling the model (first time only, about half a minute) …"


def cores(threads: int | None = None) -> int:
    """How many cores are at work on runs.

    Parameters
    ----------
    threads : int, optional
        As the caller was given it; default: one for each core.

    Returns
    -------
    int
        At least 1.

    Raises
    ------
    ScenarioError
        If it is no number of threads.
    """
    return min(checked_threads(threads), os.cpu_count() or 1)


def in_notebook() -> bool:
    """Whether this is a notebook: IPython with a kernel. IPython is not imported for the question.

    Returns
    -------
    bool
        False in IPython on a terminal.
    """
    ipython: Any = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None and hasattr(ipython, "get_ipython") else None
    return getattr(shell, "kernel", None) is not None


def is_watched() -> bool:
    """Whether somebody sees what is shown on the way.

    Returns
    -------
    bool
        True in a notebook, and where stderr is a terminal.
    """
    return in_notebook() or bool(sys.stderr and sys.stderr.isatty())


def is_wanted(progress: Progress | bool | None) -> bool:
    """Whether something is shown: as the caller says, or else where somebody watches.

    Parameters
    ----------
    progress : callable or bool, optional
        As the caller was given it. A function of the caller's own takes the place of a bar, and nothing else.

    Returns
    -------
    bool
        True if it is.
    """
    return progress if isinstance(progress, bool) else is_watched()


def announce_compiling(kernels: Iterable[Any], progress: Progress | bool | None = None) -> None:
    """A line on stderr if something has yet to be compiled.

    Parameters
    ----------
    kernels : iterable of callable
        What will be called (`Model.run_weeks`).
    progress : callable or bool, optional
        As the caller was given it: False says nothing, True says it in any case; by default where somebody watches.
    """
    from .model.jit import is_compiled

    if is_wanted(progress) and not all(is_compiled(one) for one in kernels):
        print(COMPILING, file=sys.stderr, flush=True)


@contextmanager
def progress_bar(
    of: str, seconds_each: Callable[[], float], progress: Progress | bool | None = None, total: int | None = None
) -> Iterator[Progress]:
    """What to tell how far some work is: the caller's own function, a bar, or nothing.

    Parameters
    ----------
    of : str
        What is counted, as in "runs".
    seconds_each : callable
        Gives what one of them is expected to take, with all cores at work on them; asked only if somebody watches.
    progress : callable or bool, optional
        A function to be called instead; False for no bar, True for one in any case. By default there is a bar if
        somebody watches and a second of work or more is left.
    total : int, optional
        How many there are, if that is known beforehand.

    Yields
    ------
    callable
        Called with what is done and what there is to do.
    """
    if callable(progress):
        yield progress
        return
    if not is_wanted(progress):
        yield _nothing
        return
    bar = _LateBar(of, 0.0, lambda: 0.0) if progress is True else _LateBar(of, SLOW, seconds_each)
    try:
        if total is not None:
            bar(0, total)
        yield bar
    finally:
        bar.close()


@contextmanager
def in_slices(
    total: int, first: int, of: str, progress: Progress | bool | None = None, clock: Clock = time.monotonic
) -> Iterator[Iterable[int]]:
    """The parts in which a long run is made, so that it can be interrupted, with a bar for them.

    Parameters
    ----------
    total : int
        Weeks of the run.
    first : int
        Weeks of the first part (`first_slice`).
    of : str
        What is counted, as in "weeks".
    progress : callable or bool, optional
        As for `progress_bar`.
    clock : callable
        Gives seconds.

    Yields
    ------
    iterable of int
        Sizes that sum to `total`.
    """
    each = 0.0  # seconds a week, as measured on the way

    def parts(told: Progress) -> Iterator[int]:
        nonlocal each
        began, done = clock(), 0
        for part in timed_slices(total, first, clock):
            yield part
            done += part
            each = (clock() - began) / done
            told(done, total)

    with progress_bar(of, lambda: each, progress, total) as told:
        yield parts(told)


def _nothing(_done: int, _total: int) -> None:
    """Nobody watches."""


class _Shown(Protocol):
    """A bar that is seen."""

    def update(self, done: int, total: int) -> None:
        """Show how far it is."""

    def close(self) -> None:
        """Take it away."""


class _LateBar:
    """A bar that appears when so much work is left that it is worth it."""

    def __init__(self, of: str, slow: float, seconds_each: Callable[[], float]) -> None:
        self.of, self.slow = of, slow
        self.seconds_each = seconds_each
        self.shown: _Shown | None = None

    def __call__(self, done: int, total: int) -> None:
        """Told after each."""
        if self.shown is None and (total - done) * self.seconds_each() >= self.slow:
            self.shown = _NotebookBar(self.of) if in_notebook() else _TerminalBar(self.of)
        if self.shown is not None:
            self.shown.update(done, total)

    def close(self) -> None:
        """Take it away, if it is there."""
        if self.shown is not None:
            self.shown.close()


class _TerminalBar:
    """A bar on stderr, which is gone when the work is done."""

    def __init__(self, of: str) -> None:
        from rich.console import Console

        self.progress = rich_progress(of, Console(file=sys.stderr))
        self.task = self.progress.add_task("running", total=None, note="")

    def update(self, done: int, total: int) -> None:
        """Show how far it is."""
        self.progress.update(self.task, completed=done, total=total)
        self.progress.start()  # makes no difference from the second time on

    def close(self) -> None:
        """Take it away."""
        self.progress.stop()


class _NotebookBar:
    """A bar below the cell, in plain HTML: it needs no widgets, which not every notebook can show."""

    def __init__(self, of: str) -> None:
        from IPython.display import display

        self.of = of
        self.handle = display(self._bundle("", ""), raw=True, display_id=True)

    @staticmethod
    def _bundle(html: str, text: str) -> dict[str, str]:
        return {"text/html": html, "text/plain": text}

    def update(self, done: int, total: int) -> None:
        """Show how far it is."""
        words = f"{done:,} of {total:,} {self.of}"
        bar = Markup('<progress value="{}" max="{}" style="vertical-align: middle"></progress> {}')
        self.handle.update(self._bundle(str(bar.format(done, total, words)), words), raw=True)

    def close(self) -> None:
        """Take it away."""
        self.handle.update(self._bundle("", ""), raw=True)


def rich_progress(of: str, console: Console) -> RichProgress:
    """The bar of a terminal, not yet on the screen.

    Parameters
    ----------
    of : str
        What is counted, as in "runs".
    console : Console
        Where it is shown.

    Returns
    -------
    rich.progress.Progress
        Its tasks need a field `note`, which stands behind what is counted.
    """
    from rich import progress as rich

    return rich.Progress(
        rich.TextColumn("running"),
        rich.BarColumn(),
        rich.MofNCompleteColumn(),
        rich.TextColumn(of + "{task.fields[note]},"),
        rich.TimeElapsedColumn(),
        rich.TextColumn("elapsed,"),
        rich.TimeRemainingColumn(),
        rich.TextColumn("left"),
        console=console,
        transient=True,
    )
