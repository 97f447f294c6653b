"""Runs as people wait for them: announced, and with a bar on the way."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ..progress import announce_compiling, rich_progress
from .interrupts import cleanup
from .scenarios import seeds_of
from .screen import console, say

if TYPE_CHECKING:
    from ..results import Runs
    from ..scenario import Scenario

SLOW = 1.0  # seconds after which a progress bar appears
QUIET = 30.0  # seconds between lines of progress where there is no screen for a bar


def run_scenarios(
    scenarios: Sequence[Scenario],
    replicates: int,
    seed: int,
    threads: int | None,
    command: str,
    labels: Sequence[str] = (),
) -> Runs:
    """Run scenarios on common seeds, with all that is said on the way."""
    from .. import results
    from ..execution.cost import check_results_memory

    seeds = seeds_of(seed, replicates)
    check_results_memory(scenarios, seeds, threads)
    _announce(scenarios)
    with progress_bar("runs") as bar:
        return results.run(scenarios, seeds, command=command, labels=labels, threads=threads, progress=bar)


def _announce(scenarios: Sequence[Scenario]) -> None:
    """Notes on the scenarios, and a word on the wait if the model has to be compiled."""
    for note in dict.fromkeys(note for scenario in scenarios for note in scenario.notes()):
        say(f"note: {note}")
    announce_compiling([scenario.model.run_weeks for scenario in scenarios], progress=True)


@contextmanager
def progress_bar(of: str) -> Iterator[_Bar | _Lines]:
    """Progress on stderr, in terms of what is done one after the other (runs, conditions)."""
    if not console(stderr=True).is_terminal:
        yield _Lines(of)
        return
    bar = _Bar(of)
    with cleanup(bar.close):
        bar.timer.start()
        yield bar


class _Lines:
    """A line now and then, where there is no screen for a bar."""

    def __init__(self, of: str) -> None:
        self.of = of
        self.told = time.monotonic()

    def __call__(self, done: int, total: int, note: str = "") -> None:
        """Told after each; `note` is said behind the numbers."""
        if time.monotonic() - self.told > QUIET:
            self.told = time.monotonic()
            say(f"{done} of {total} {self.of}{note}")


class _Bar:
    """A bar that appears after a second."""

    def __init__(self, of: str) -> None:
        self.progress = rich_progress(of, console(stderr=True))
        self.task = self.progress.add_task("running", total=None, note="")
        self.timer = threading.Timer(SLOW, self.progress.start)
        self.timer.daemon = True

    def __call__(self, done: int, total: int, note: str = "") -> None:
        """Told after each; `note` is shown behind the numbers."""
        self.progress.update(self.task, completed=done, total=total, note=note)

    def close(self) -> None:
        """Take the bar from the screen."""
        self.timer.cancel()
        if self.timer.is_alive() and self.timer is not threading.current_thread():
            self.timer.join()  # it may be about to show the bar
        self.progress.stop()
