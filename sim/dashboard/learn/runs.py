"""The runs of a lesson: the same seed gives the same numbers to a whole class. Bounded, and kept for a while."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from threading import Condition, Lock
from typing import Any

import numpy as np
from cachetools import LRUCache, cached

from ...classics.barkoczi_galesic2016 import barkoczi_galesic2016
from ...classics.march1991 import march1991
from ...errors import ScenarioError, truncated_repr
from ...execution.histories import run_all
from ...model.measures import MEASURE_NAMES, warm_up
from ...scenario import Scenario
from ...validation import checked_whole, read_whole
from .plan import Lesson, Setting, Value
from .results import LessonResults, Span
from .words import said

# Large enough for the differences that the lessons are about, small enough for about a second on two cores.
SIZES: dict[str, Any] = {
    "replicates": {"organisation": 12, "search": 40, "mutual learning": 60},
    "organisation": {"workers": 120, "weeks": 260},
    "search": {"periods": 100},
    "mutual learning": {"periods": 80},
}
LAST_SEED = 9999  # of a class
KEPT = 24  # findings; those of four default organisations have about 1 MB

Courses = dict[str, np.ndarray]


# --- the models -------------------------------------------------------------------------------------------------------


def organisation(setting: Mapping[str, Any], seeds: Sequence[int]) -> Courses:
    """Histories of an organisation: the model of the whole project."""
    history = run_all([Scenario.build(**setting)], seeds)[0]
    # Half the digits are plenty for a lesson, and half the memory.
    return {name: history[:, :, k].astype(np.float32) for k, name in enumerate(MEASURE_NAMES)}


def search(setting: Mapping[str, Any], seeds: Sequence[int]) -> Courses:
    """People who search and copy in a network: Barkoczi & Galesic 2016."""
    found = barkoczi_galesic2016(**setting, seeds=seeds)
    return {name: found.measures[name] for name in ("score", "solutions")}


def mutual_learning(setting: Mapping[str, Any], seeds: Sequence[int]) -> Courses:
    """People and an organisation that learn from each other: March 1991."""
    return dict(march1991(**setting, seeds=seeds).measures)


MODELS: Mapping[str, Callable[[Mapping[str, Any], Sequence[int]], Courses]] = {
    "organisation": organisation,
    "search": search,
    "mutual learning": mutual_learning,
}


# --- a lesson ---------------------------------------------------------------------------------------------------------


def checked_seed(given: Any) -> int:
    """The number of a class, as a number or typed; ScenarioError unless it is a whole number from 1 to 9,999.

    >>> checked_seed(" 7 ")
    7
    """
    try:
        return checked_whole("class", read_whole(given), 1, LAST_SEED)
    except ScenarioError:
        raise ScenarioError(said("class_refused", most=f"{LAST_SEED:,}")) from None


def checked_levers(lesson: Lesson, given: Mapping[str, Any]) -> dict[str, Value]:
    """All levers of a lesson, those given among them; ScenarioError for what is not offered."""
    for name, value in given.items():
        lever = next((one for one in lesson.levers if one.name == name), None)
        if lever is None or value not in lever.allowed:
            raise ScenarioError(f"{name} = {truncated_repr(value)}: not among what can be changed here")
    return {**lesson.usual, **given}


def seeds_of(lesson: Lesson, seed: int) -> list[int]:
    """The seeds of the runs: no two classes share one. Class 1 has the seeds 1, 2, … of the command line."""
    count = SIZES["replicates"][lesson.model]
    return list(range((seed - 1) * count + 1, seed * count + 1))


def span_of(lesson: Lesson) -> Span:
    """What the courses of a lesson will go over, before anything has run."""
    if lesson.model == "organisation":
        return Span("week", 1, SIZES["organisation"]["weeks"])
    return Span("round", 0, SIZES[lesson.model]["periods"] + 1)


def settings_of(lesson: Lesson, levers: Mapping[str, Value] | None = None) -> dict[str, Setting]:
    """What is set in each condition, by its key; ScenarioError for levers that are not offered."""
    chosen = checked_levers(lesson, levers or {})
    return {one.key: {**SIZES[lesson.model], **lesson.fixed, **one.setting, **chosen} for one in lesson.conditions}


def compute(lesson: Lesson, seed: int = 1, levers: Mapping[str, Value] | None = None) -> LessonResults:
    """Run a lesson."""
    settings, seeds = settings_of(lesson, levers), seeds_of(lesson, checked_seed(seed))
    courses = {name: MODELS[lesson.model](setting, seeds) for name, setting in settings.items()}
    labels, span = {one.key: one.label for one in lesson.conditions}, span_of(lesson)
    skip = warm_up(span.points) if lesson.model == "organisation" else -1
    return LessonResults(labels, courses, span.axis, span.start, skip)


def identity(lesson: Lesson, seed: int = 1, levers: Mapping[str, Value] | None = None) -> Hashable:
    """What findings depend on: organisations by the keys of their scenarios, classics by what is set."""
    settings = settings_of(lesson, levers).values()
    if lesson.model == "organisation":
        conditions = tuple(Scenario.build(**setting).key for setting in settings)
    else:
        conditions = tuple(repr(sorted(setting.items())) for setting in settings)
    return lesson.name, *seeds_of(lesson, checked_seed(seed)), *conditions


def remembering(room: int = KEPT) -> Callable[..., LessonResults]:
    """`compute`, its latest findings kept for whoever asks the same again: a class opens the same lesson at once.

    Two who ask the same wait for the same runs, and nobody waits for what is there. Different lessons take turns: the
    runs of one take all cores.

    Parameters
    ----------
    room : int
        How many findings are kept.

    Returns
    -------
    callable
        Called like `compute`; its `cache` holds what is kept.
    """
    turn = Lock()

    @cached(LRUCache(room), key=identity, condition=Condition())
    def findings(lesson: Lesson, seed: int = 1, levers: Mapping[str, Value] | None = None) -> LessonResults:
        with turn:
            return compute(lesson, seed, levers)

    return findings


findings = remembering()
"""What all sessions of this server share."""
