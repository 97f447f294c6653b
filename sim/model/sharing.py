"""One run on several threads: the steps of a week, shared out by workers, communities and teams; the same bits.

Within a step nobody reads what another worker, community or team writes, so that each thread can look after a part of
them; between two steps all threads wait for each other. What must go in order (moves between teams, one after the
other) is left to one thread, and sums of floating point numbers are added up by one thread, in the order in which a
single thread adds them up.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import numpy as np

from .week import STEPS

# Of each entry of these the one thread writes that looks after its worker, team or community; all threads read them.
_COMMON = (
    "role",
    "learned",
    "noted",
    "prints_in_use",
    "repertoire_prints",
    "repertoire_values",
    "repertoire_filled",
    "repertoire_places",
    "inwards",
    "mean_trust",
)


class Shares:
    """What each thread needs to look after its part of an organisation.

    Parameters
    ----------
    model : Model
        Of the scenario.
    scenario : Scenario
        It decides the sizes.
    state : State
        All threads work on it; but each counts the week's events for itself.
    workspace : Workspace
        That of the first thread.
    threads : int
        How many.

    Attributes
    ----------
    threads : int
        As given.
    """

    def __init__(self, model: Any, scenario: Any, state: Any, workspace: Any, threads: int) -> None:
        self.threads = threads
        self._run_step = model.run_step
        self._everything = workspace
        slots = state.community.shape[1]
        self.states, self.workspaces = [], []
        for k in range(threads):
            mine = (
                workspace
                if k == 0
                else model.empty_workspace(scenario, {name: getattr(workspace, name) for name in _COMMON})
            )
            parts = {name: _part(size, k, threads) for name, size in _sizes(state).items()}
            if slots > 1:
                # Somebody may be at the meetings of two communities, one of which comes first.
                size = state.repertoire.shape[0]
                parts["communities"] = np.array([0, size] if k == 0 else [size, size])
            self.workspaces.append(mine._replace(**parts))
            self.states.append(state if k == 0 else state._replace(event_counts=np.zeros_like(state.event_counts)))

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Have the threads at hand.

        Yields
        ------
        None
            `run_week` can be called within.
        """
        with ThreadPoolExecutor(max(1, len(self.states) - 1)) as self._others:
            yield

    def run_week(self, seed: np.uint64, week: int, reality: Any, numbers: np.record, row: np.record) -> None:
        """Run a week.

        Parameters
        ----------
        seed : uint64
            Of every random number.
        week : int
            Which.
        reality : Reality
            Read and written.
        numbers : np.record
            In force.
        row : np.record
            Written: the measures.
        """
        for state in self.states[1:]:
            state.event_counts[:] = 0
        for step, (name, is_shared) in enumerate(STEPS):
            if name == "record":
                self._add_up()
            if name == "note_answers":
                self._add_up_answers()
            if is_shared:
                parts: list[tuple[Any, Any]] = list(zip(self.states, self.workspaces, strict=True))
            else:
                parts = [(self.states[0], self._everything)]
            arguments: list[tuple[Any, ...]] = [(step, seed, week, *part, reality, numbers, row) for part in parts]
            others = [self._others.submit(self._run_step, *given) for given in arguments[1:]]
            self._run_step(*arguments[0])
            for one in others:
                one.result()

    def _add_up_answers(self) -> None:
        """How often each worker was asked, which each thread has counted among those it looks after."""
        for workspace in self.workspaces[1:]:
            self.workspaces[0].asked[:] += workspace.asked
            workspace.asked[:] = 0

    def _add_up(self) -> None:
        """Whole numbers that each thread has counted for itself, before they are recorded."""
        for state, workspace in zip(self.states[1:], self.workspaces[1:], strict=True):
            self.states[0].event_counts[:] += state.event_counts
            self.workspaces[0].in_reach[:] += workspace.in_reach


def _sizes(state: Any) -> dict[str, int]:
    return {
        "workers": state.person.shape[0],
        "communities": state.repertoire.shape[0],
        "teams": state.practice.shape[0],
    }


def _part(size: int, k: int, parts: int) -> np.ndarray:
    """First and end of part k of so many."""
    return np.array([size * k // parts, size * (k + 1) // parts])
