"""Answers to what is asked in all sessions: computed on a few threads shared by all, and kept for a while.

An answer comes in two parts if it takes a while: a first one from some of the seeds, then all of it. Questions take
turns: whose has had fewest is served next, so that a large question never keeps small ones waiting. A turn is enough
for a first answer; were it shorter, sessions that ask together would all have theirs when the last of them has.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from ..analysis.estimates import summarise
from ..analysis.statistics import interval
from ..model.measures import MEASURE_NAMES, MEASURES, Recovery, recovery
from ..model.run import Run
from ..scenario import Scenario
from .explore_state import Choices

ROOM = 32 * 2**20  # bytes of histories that are kept; a default one has 56 KB
FIRST, PATIENCE = 4, 0.4  # seeds of a first answer, and the seconds after which one is given
TURN = FIRST * 120 * 260  # weeks of work, of one person each: the first answer of a default scenario
PIECE = 60_000  # weeks of work between two looks at whether the run is still wanted: some 0.06 s

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
    def summary(self) -> pd.DataFrame:
        """Means, and paired differences from scenario A, as `summarise` gives them."""
        scenarios = self.choices.scenarios
        return summarise(scenarios, self.results, bases=[0] * len(scenarios))

    def row(self, a: int, measure: str) -> dict[str, Any]:
        """The row of the summary for a scenario and a measure."""
        found = self.summary.iloc[a * len(MEASURES) + MEASURE_NAMES.index(measure)]
        return {str(name): value for name, value in found.items()}

    def weekly(self, a: int, measure: str) -> np.ndarray:
        """The histories of a measure in a scenario: float64 [seeds, weeks]."""
        return self.results[a, :, :, MEASURE_NAMES.index(measure)]

    def recoveries(self, a: int) -> list[Recovery]:
        """How output took the shock, under each seed; nothing if there is none to look at."""
        week = self.choices.scenarios[a].world.shock_week
        return [recovery(output, week) for output in self.weekly(a, "output")] if week >= 2 else []


def mean_of(values: Any) -> tuple[float, float]:
    """Mean and half-width of its 95 % interval, of the values that are known; nan without any."""
    mean, half = interval(np.fromiter(values, float))
    return float(mean), float(half)


# --- computing --------------------------------------------------------------------------------------------------------


@dataclass
class _Question:
    """Choices that somebody waits for, and what is there of their histories."""

    choices: Choices
    places: dict[Key, list[tuple[int, int]]]
    waiting: list[tuple[Scenario, int]]
    histories: dict[tuple[int, int], np.ndarray] = field(default_factory=dict)
    spent: int = 0
    dropped: bool = False
    error: Exception | None = None

    @property
    def ready(self) -> list[int]:
        """The numbers of the seeds under which every scenario has its history."""
        count, total = len(self.choices.scenarios), self.choices.replicates
        return [k for k in range(total) if all((a, k) in self.histories for a in range(count))]


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
        self._pool = ThreadPoolExecutor(threads or min(8, os.cpu_count() or 1), thread_name_prefix="answers")
        self._room, self._size = room, 0
        self._kept: OrderedDict[Key, np.ndarray] = OrderedDict()
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
                question.dropped = True
                self._questions.remove(question)

    def _asked(self, choices: Choices) -> _Question:
        """Note a question, fill in what is known of it, and have the rest computed."""
        places: dict[Key, list[tuple[int, int]]] = {}
        waiting = []
        for k, seed in enumerate(choices.seeds):  # seed by seed, so that the first of them are complete early
            for a, scenario in enumerate(choices.scenarios):
                key = (scenario.key, seed)
                if key not in places:
                    waiting.append((scenario, seed))
                places.setdefault(key, []).append((a, k))
        question = _Question(choices, places, waiting)
        with self._changed:
            self._questions.append(question)
            for scenario, seed in list(waiting):
                if (history := self._known((scenario.key, seed))) is not None:
                    question.histories.update(dict.fromkeys(places[scenario.key, seed], history))
                    waiting.remove((scenario, seed))
            for _ in waiting:
                self._pool.submit(self._next)
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
            question, (scenario, seed) = found
            key = (scenario.key, seed)
            self._running.add(key)
            question.spent += scenario.workforce.workers * scenario.weeks
        history, error = None, None
        try:
            history = self._computed(scenario, seed)
        except Exception as failure:  # told to whoever waits: a thread of the pool has nobody to tell
            error = failure
        with self._changed:
            self._running.discard(key)
            self._deliver(key, history, error)
            self._changed.notify_all()

    def _due(self) -> tuple[_Question, tuple[Scenario, int]] | None:
        """The next run of the question that has had fewest turns; runs that go on already are not begun twice."""
        for question in sorted(self._questions, key=lambda one: one.spent // TURN):  # the oldest first, among equals
            for number, (scenario, seed) in enumerate(question.waiting):
                if (scenario.key, seed) not in self._running:
                    del question.waiting[number]
                    return question, (scenario, seed)
        return None

    def _computed(self, scenario: Scenario, seed: int) -> np.ndarray | None:
        """A history; None if nobody waits for it any more."""
        run, pieces = Run(scenario, seed), []
        weeks = max(1, PIECE // scenario.workforce.workers)
        while run.week < scenario.weeks:
            if not self._wanted((scenario.key, seed)):
                return None
            pieces.append(run.advance(min(weeks, scenario.weeks - run.week)))
        return np.concatenate(pieces)

    def _wanted(self, key: Key) -> bool:
        with self._changed:
            return any(key in question.places for question in self._questions)

    def _deliver(self, key: Key, history: np.ndarray | None, error: Exception | None) -> None:
        """Hand a history to all who wait for it, and keep it."""
        for question in self._questions:
            if key not in question.places:
                continue
            if history is not None:
                question.histories.update(dict.fromkeys(question.places[key], history))
                question.waiting = [(one, seed) for one, seed in question.waiting if (one.key, seed) != key]
            elif error:
                question.error = error
            else:  # given up just before this question was asked
                question.waiting.append(next((s, key[1]) for s in question.choices.scenarios if s.key == key[0]))
                self._pool.submit(self._next)
        if history is not None:
            self._keep(key, history)

    # What is kept

    def _known(self, key: Key) -> np.ndarray | None:
        if key in self._kept:
            self._kept.move_to_end(key)
        return self._kept.get(key)

    def _keep(self, key: Key, history: np.ndarray) -> None:
        if key not in self._kept and history.nbytes <= self._room:
            self._kept[key] = history
            self._size += history.nbytes
        while self._size > self._room:
            _, oldest = self._kept.popitem(last=False)
            self._size -= oldest.nbytes

    @property
    def size(self) -> int:
        """Bytes of histories that are kept."""
        return self._size


ANSWERS = Answers()
"""What all sessions of this server share."""
