"""The runs of a lesson: the same seed gives the same numbers to a whole class. Bounded, and kept for a while."""

from __future__ import annotations

import itertools
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ...classics.barkoczi_galesic2016 import barkoczi_galesic2016
from ...classics.march1991 import march1991
from ...comparison import run_all, warm_up
from ...errors import ScenarioError, shown
from ...model.measures import MEASURE_NAMES
from ...scenario import Scenario
from .plan import Lesson, Value
from .results import WORDS, Findings, Span

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
Key = tuple[Any, ...]


# --- the models -------------------------------------------------------------------------------------------------------


def organisation(setting: Mapping[str, Any], seeds: Sequence[int]) -> Courses:
    """Histories of an organisation: the model of the whole project."""
    scenario = Scenario.build(**{**SIZES["organisation"], **setting})
    history = run_all([scenario], seeds)[0]
    # Half the digits are plenty for a lesson, and half the memory.
    return {name: history[:, :, k].astype(np.float32) for k, name in enumerate(MEASURE_NAMES) if name in WORDS}


def search(setting: Mapping[str, Any], seeds: Sequence[int]) -> Courses:
    """People who search and copy in a network: Barkoczi & Galesic 2016."""
    found = barkoczi_galesic2016(**{**SIZES["search"], **setting}, seeds=seeds)
    return {name: found.measures[name] for name in ("score", "solutions")}


def mutual_learning(setting: Mapping[str, Any], seeds: Sequence[int]) -> Courses:
    """People and an organisation that learn from each other: March 1991."""
    return dict(march1991(**{**SIZES["mutual learning"], **setting}, seeds=seeds).measures)


MODELS: Mapping[str, Callable[[Mapping[str, Any], Sequence[int]], Courses]] = {
    "organisation": organisation,
    "search": search,
    "mutual learning": mutual_learning,
}


# --- a lesson ---------------------------------------------------------------------------------------------------------


def checked_seed(given: Any) -> int:
    """The number of a class; ScenarioError unless it is a whole number from 1 to 9999.

    >>> checked_seed(" 7 ")
    7
    """
    text = str(given).strip()
    if isinstance(given, bool) or not (re.fullmatch("[0-9]{1,12}", text) and 1 <= int(text) <= LAST_SEED):
        raise ScenarioError(f"{shown(given)}: a whole number from 1 to {LAST_SEED} is needed")
    return int(text)


def checked_levers(lesson: Lesson, given: Mapping[str, Any]) -> dict[str, Value]:
    """All levers of a lesson, those given among them; ScenarioError for what is not offered."""
    for name, value in given.items():
        lever = next((one for one in lesson.levers if one.name == name), None)
        if lever is None or value not in lever.allowed:
            raise ScenarioError(f"{name} = {shown(value)}: not among what can be changed here")
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


def compute(lesson: Lesson, seed: int = 1, levers: Mapping[str, Value] | None = None) -> Findings:
    """Run a lesson."""
    chosen, seeds = checked_levers(lesson, levers or {}), seeds_of(lesson, checked_seed(seed))
    model = MODELS[lesson.model]
    courses = {one.key: model({**lesson.fixed, **one.setting, **chosen}, seeds) for one in lesson.conditions}
    labels, span = {one.key: one.label for one in lesson.conditions}, span_of(lesson)
    skip = warm_up(span.points) if lesson.model == "organisation" else -1
    return Findings(labels, courses, span.axis, span.start, skip)


class Kept:
    """Findings that somebody has asked for, for whoever asks the same again: a class opens the same lesson at once."""

    def __init__(self, room: int = KEPT) -> None:
        self._room = room
        self._turn, self._changing = threading.Lock(), threading.Lock()
        self._found: OrderedDict[Key, Findings] = OrderedDict()

    def findings(self, lesson: Lesson, seed: int = 1, levers: Mapping[str, Value] | None = None) -> Findings:
        """What comes of a lesson. One at a time: its runs take all cores, and the next one may want the same."""
        chosen = checked_levers(lesson, levers or {})
        key = (lesson.name, seed, tuple(sorted(chosen.items())), repr(SIZES))
        if found := self._known(key):  # nobody waits their turn for what is there
            return found
        with self._turn:
            if found := self._known(key):
                return found
            found = compute(lesson, seed, chosen)
            self._keep(key, found)
            return found

    def _known(self, key: Key) -> Findings | None:
        with self._changing:
            if key in self._found:
                self._found.move_to_end(key)
            return self._found.get(key)

    def _keep(self, key: Key, found: Findings) -> None:
        with self._changing:
            self._found[key] = found
            while len(self._found) > self._room:
                self._found.popitem(last=False)


KEPT_FINDINGS = Kept()
"""What all sessions of this server share."""


def trials(lesson: Lesson) -> Iterator[dict[str, Value]]:
    """Every setting of the levers that a lesson offers."""
    names = [lever.name for lever in lesson.levers]
    for values in itertools.product(*(lever.allowed for lever in lesson.levers)):
        yield dict(zip(names, values, strict=True))
