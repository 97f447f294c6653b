"""Answers to what is asked in all sessions: computed on a few threads shared by all, and kept for a while.

An answer comes in two parts if it takes a while: a first one from some of the seeds, then all of it. Questions take
turns: whose has had fewest is served next, so that a large question never keeps small ones waiting. A turn is enough
for a first answer; were it shorter, sessions that ask together would all have theirs when the last of them has.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from cachetools import LRUCache

from ..analysis.estimates import summarise
from ..analysis.statistics import interval
from ..execution import Stopped, Threads
from ..execution.histories import run_history
from ..model.measures import Recovery, recovery
from ..model.model import measures_of
from ..scenario import Scenario
from .explore_state import Choices

ROOM = 32 * 2**20  # bytes of histories that are kept; a default one has 56 KB
FIRST, PATIENCE = 4, 0.4  # seeds of a first answer, and the seconds after which one is given
TURN = FIRST * 120 * 260  # weeks of work, of one person each: the first answer of a default scenario

Key = tuple[str, int]  # of a scenario and a seed


@dataclass(frozen=True)
class Answer:
    """What became of the scenarios, from as many of the seeds as there are so far."""

    choices: Choices
    seeds: tuple[int, ...]
    results: np.ndarray
    """float64 [scenarios, seeds, weeks, measures]."""

    @property
    def whole(self) -> bool:
        """Whether all seeds are in it."""
        return len(self.seeds) == self.choices.replicates

    @cached_property
    def measure_names(self) -> list[str]:
        """What is measured, in the order of `results`."""
        return [measure.name for measure in measures_of(one.model for one in self.choices.scenarios)]

    @cached_property
    def summary(self) -> pd.DataFrame:
        """Means, and paired differences from scenario A, as `summarise` gives them."""
        scenarios = self.choices.scenarios
        return summarise(scenarios, self.results, bases=[0] * len(scenarios))

    def row(self, a: int, measure: str) -> dict[str, Any]:
        """The row of the summary for a scenario and a measure."""
        found = self.summary.iloc[a * len(self.measure_names) + self.measure_names.index(measure)]
        return {str(name): value for name, value in found.items()}

    def weekly(self, a: int, measure: str) -> np.ndarray:
        """The histories of a measure in a scenario: float64 [seeds, weeks]."""
        return self.results[a, :, :, self.measure_names.index(measure)]

    def recoveries(self, a: int) -> list[Recovery]:
        """How output took the shock, under each seed; nothing if there is none to look at."""
        week = self.choices.scenarios[a].world.shock_week
        return [recovery(output, week) for output in self.weekly(a, "output")] if week >= 2 else []


def mean_of(values: Any) -> tuple[float, float]:
    """Mean and half-width of its 95 % interval, of the values that are known; nan without any."""
    mean, half = interval(np.fromiter(values, float))
    return float(mean), float(half)


# --- computing --------------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class _Question:
    """Choices that somebody waits for, and what is there of their histories."""

    choices: Choices
    places: dict[Key, list[tuple[int, int]]]
    """The numbers of scenario and seed that a history is for."""
    waiting: dict[Key, Scenario]
    """What is still to be begun."""
    histories: dict[tuple[int, int], np.ndarray] = field(default_factory=dict)
    spent: int = 0
    error: Exception | None = None

    @property
    def ready(self) -> list[int]:
        """The numbers of the seeds under which every scenario has its history."""
        count, total = len(self.choices.scenarios), self.choices.replicates
        return [k for k in range(total) if all((a, k) in self.histories for a in range(count))]

    def receive(self, key: Key, history: np.ndarray) -> None:
        """Take a history that is there."""
        self.histories.update(dict.fromkeys(self.places[key], history))
        self.waiting.pop(key, None)


class Answers:
    """Histories computed on a bounded number of threads, and kept in a bounded room.

    Parameters
    ----------
    threads : int
        Runs at a time, of all sessions together.
    room : int
        Bytes of histories that are kept for whoever asks the same again.
    """

    def __init__(self, threads: int | None = None, room: int = ROOM) -> None:
        self._threads = Threads(threads or min(8, os.cpu_count() or 1), "answers")
        self._kept: LRUCache[Key, np.ndarray] = LRUCache(room, getsizeof=lambda history: history.nbytes)
        self._changed = threading.Condition()
        self._questions: list[_Question] = []
        self._running: set[Key] = set()

    def answer(self, choices: Choices, wanted: Callable[[], bool] = lambda: True) -> Iterator[Answer]:
        """The answer to some choices: a first one if it takes a while, then the whole one.

        Ends early, without the whole one, when it is `wanted` no more; its runs are given up then.
        """
        question = self._asked(choices)
        try:
            yield from self._awaited(question, wanted)
        finally:
            with self._changed:
                self._questions.remove(question)

    def _asked(self, choices: Choices) -> _Question:
        """Note a question, fill in what is known of it, and have the rest computed."""
        places: dict[Key, list[tuple[int, int]]] = {}
        waiting: dict[Key, Scenario] = {}
        for k, seed in enumerate(choices.seeds):  # seed by seed, so that the first of them are complete early
            for a, scenario in enumerate(choices.scenarios):
                key = (scenario.key, seed)
                waiting.setdefault(key, scenario)
                places.setdefault(key, []).append((a, k))
        question = _Question(choices, places, waiting)
        with self._changed:
            self._questions.append(question)
            for key in list(waiting):
                if (history := self._kept.get(key)) is not None:
                    question.receive(key, history)
            for _ in waiting:
                self._threads.submit(self._next)
        return question

    def _awaited(self, question: _Question, wanted: Callable[[], bool]) -> Iterator[Answer]:
        told = 0
        while wanted():
            with self._changed:
                self._changed.wait_for(lambda: self._finished(question), timeout=PATIENCE if not told else 0.1)
                finished, ready = self._finished(question), question.ready
            if question.error:
                raise question.error
            if finished or (not told and len(ready) >= min(FIRST, question.choices.replicates)):
                told = len(ready)
                yield self._assembled(question, ready)
            if finished:
                return

    def _finished(self, question: _Question) -> bool:
        return question.error is not None or len(question.histories) == sum(map(len, question.places.values()))

    @staticmethod
    def _assembled(question: _Question, ready: list[int]) -> Answer:
        choices = question.choices
        results = np.array([[question.histories[a, k] for k in ready] for a in range(len(choices.scenarios))])
        return Answer(choices, tuple(choices.seeds[k] for k in ready), results)

    # On the threads

    def _next(self) -> None:
        """Compute the run that is due; nothing if no question waits for one any more."""
        with self._changed:
            found = self._due()
            if found is None:
                return
            question, key, scenario = found
            self._running.add(key)
            question.spent += scenario.workforce.workers * scenario.weeks
        history, error = None, None
        try:
            history = self._computed(scenario, key)
        except Stopped:
            pass
        except Exception as failure:  # told to whoever waits: a thread of the pool has nobody to tell
            error = failure
        with self._changed:
            self._running.discard(key)
            self._deliver(key, history, error)
            self._changed.notify_all()

    def _due(self) -> tuple[_Question, Key, Scenario] | None:
        """The next run of the question that has had fewest turns; runs that go on already are not begun twice."""
        for question in sorted(self._questions, key=lambda one: one.spent // TURN):  # the oldest first, among equals
            for key, scenario in question.waiting.items():
                if key not in self._running:
                    del question.waiting[key]
                    return question, key, scenario
        return None

    def _computed(self, scenario: Scenario, key: Key) -> np.ndarray:
        """A history. Raises `Stopped` if nobody waits for it any more."""

        def look(_: int) -> None:
            with self._changed:
                if not any(key in question.places for question in self._questions):
                    raise Stopped

        return run_history(scenario, key[1], look)

    def _deliver(self, key: Key, history: np.ndarray | None, error: Exception | None) -> None:
        """Hand a history to all who wait for it, and keep it."""
        for question in self._questions:
            if key not in question.places:
                continue
            if history is not None:
                question.receive(key, history)
            elif error:
                question.error = error
            else:  # given up just before this question was asked
                question.waiting[key] = next(s for s in question.choices.scenarios if s.key == key[0])
                self._threads.submit(self._next)
        if history is not None and history.nbytes <= self._kept.maxsize:
            self._kept[key] = history

    @property
    def size(self) -> int:
        """Bytes of histories that are kept."""
        return int(self._kept.currsize)


ANSWERS = Answers()
"""What all sessions of this server share."""
