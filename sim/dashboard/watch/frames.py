"""What the browser is sent: one organisation in one week, as bytes.

A *picture* is what one week looks like: arrays one after the other, each beginning at a multiple of four bytes (little
endian). Which arrays, of which types and shapes, `Layout` says; the browser gets the same table once and reads by it.
Shares are sent as `round(255 · share)`, practices of people as bits (1 for +1), everything else unrounded or as
float32.

A *message* is what goes over the wire: HEADER (int32), a picture, the curves so far (float32 [weeks, HEADLINES]) and,
if somebody or something was clicked, words about it (JSON).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from ...model.indices import NETWORKS
from ...model.measures import MEASURE_NAMES
from ...model.reality import BEST, MEAN, RUGGED, Reality
from ...model.run import Run
from ...model.state import sizes
from ...scenario import Scenario

HEADER = (
    "organisation",  # which organisation, counted in this session
    "number",  # of this message; the browser sends it back when it has drawn it
    "answers",  # the latest command that has been carried out
    "week",
    "reached",  # weeks simulated so far; the curves have as many rows
    "playing",  # 1 while the weeks go on by themselves
    "picture",  # bytes of the picture
    "words",  # bytes of the words
)
HEADLINES = ("awareness", "viable", "coherent_action", "output", "agreement", "too_busy")
COLUMNS = [MEASURE_NAMES.index(name) for name in HEADLINES]
UNKNOWN = -1  # where a practice came from, if nobody can tell
NOBODY = 65535  # among ties
KNOWS_LATEST, NEWCOMER = 1, 2  # bits of `flags`


# The arrays of a picture: name, type and shape, by the letters of `model.state`; "packed": bytes for a bit an aspect.
FIELDS = (
    # the aspects of reality
    ("last_change_week", "int32", "M"),  # week of the last change; 0 if there was none
    ("known", "float32", "M"),  # share of the people who have heard the latest
    # people
    ("person", "int32", "N"),
    ("team_seat", "uint16", "N"),
    ("team", "uint16", "N"),
    ("tie", "uint16", "N D"),
    ("community", "uint16", "N S"),
    ("idea", "uint8", "N packed"),
    ("aware", "uint8", "N packed"),
    ("flags", "uint8", "N"),
    ("attended", "uint8", "N S"),
    ("time", "uint8", "N 3"),
    ("trust", "uint8", "N S"),
    ("skills", "uint8", "N 3"),  # seek, sense, share
    # communities
    ("repertoire", "int8", "C R M"),
    ("estimate", "float32", "C R"),  # as a fit: 1 the best possible, 0 an average practice
    ("n_tests", "int32", "C R"),  # 0: nothing there
    ("last_tested_week", "int32", "C R"),  # week
    ("bringer", "int32", "C R"),  # of an idea new this week: who came with it and still holds it
    # teams
    ("practice", "int8", "T M"),
    ("before", "int8", "T M"),  # the practice of the week before
    ("since", "int32", "T"),  # week of the last change of practice; 0 if there was none
    ("origin", "int32", "T"),  # the community that it came from, or UNKNOWN
    ("fit", "float32", "T"),
    ("alignment", "float32", "T"),
    ("scepticism", "float32", "T"),
    ("output", "float32", "T"),
    ("outside", "float32", "T"),  # expected meetings with outsiders, of a member in a week
)


class Field(NamedTuple):
    """One array of a picture."""

    name: str
    dtype: str
    shape: tuple[int, ...]


class Layout:
    """Where each array of a picture is, for organisations of one size."""

    def __init__(self, scenario: Scenario) -> None:
        lengths = {**sizes(scenario), "packed": (scenario.world.aspects + 7) // 8}
        self.fields = tuple(
            Field(name, dtype, tuple(lengths[word] for word in shape.split())) for name, dtype, shape in FIELDS
        )
        takes = [-(-np.dtype(field.dtype).itemsize * int(np.prod(field.shape)) // 4) * 4 for field in self.fields]
        self.offsets = [sum(takes[:k]) for k in range(len(takes))]
        self.size = sum(takes)

    def arrays(self, buffer: bytes | bytearray | memoryview) -> dict[str, np.ndarray]:
        """The arrays of a picture, by name; writable if the buffer is."""
        return {
            field.name: np.frombuffer(buffer, field.dtype, int(np.prod(field.shape)), offset).reshape(field.shape)
            for field, offset in zip(self.fields, self.offsets, strict=True)
        }

    def table(self) -> list[list[Any]]:
        """The fields for the browser: name, type and shape of each."""
        return [[field.name, field.dtype, list(field.shape)] for field in self.fields]


def fit_of(practices: np.ndarray, reality: Reality) -> np.ndarray:
    """True fit of practices (int8 [_, M]), float64 [_]: what `reality.value` and `reality.fit` say, all at once."""
    aspects = practices.shape[1]
    if reality.kind == RUGGED:
        settings = (practices[:, reality.partner] > 0) @ (1 << np.arange(reality.partner.shape[1]))
        worth = reality.contribution[np.arange(aspects), settings].mean(axis=1)
    else:
        right = (practices == reality.truth).reshape(len(practices), -1, reality.block)
        worth = right.all(axis=2).mean(axis=1)
    return as_fit(worth, reality)


def as_fit(worth: np.ndarray, reality: Reality) -> np.ndarray:
    """Payoffs on the scale of fit."""
    span = reality.scale[BEST] - reality.scale[MEAN]
    return (worth - reality.scale[MEAN]) / span if span > 0.0 else np.zeros_like(worth)


def as_byte(shares: np.ndarray) -> np.ndarray:
    """Shares from 0 to 1 as whole numbers from 0 to 255."""
    return np.rint(255.0 * np.clip(shares, 0.0, 1.0)).astype(np.uint8)


def knows_latest(state: Any) -> np.ndarray:
    """Who has heard of the latest change of reality (bool [N]); everybody, if nothing ever changed."""
    latest = state.last_change_week.max()
    if latest == 0:
        return np.ones(len(state.aware), dtype=bool)
    return np.asarray(state.aware[:, state.last_change_week == latest].all(axis=1))


def bringers(week: int, state: Any) -> np.ndarray:
    """Who brought each idea that is new in a repertoire this week (int32 [C, R]), else UNKNOWN.

    The engine does not note it: it is the first of those who attended and hold that idea still.
    """
    who = np.full(state.n_tests.shape, UNKNOWN, np.int32)
    for c, r in zip(*np.nonzero((state.n_tests == 1) & (state.last_tested_week == week)), strict=True):
        first, last = state.community_offsets[c], state.community_offsets[c + 1]
        members = state.community_members[first:last]
        present = members[state.attended[members, state.membership_slots[first:last]]]
        holding = present[(state.idea[present] == state.repertoire[c, r]).all(axis=1)]
        if len(holding):
            who[c, r] = holding[0]
    return who


def origin_of(k: int, state: Any) -> int:
    """The community from whose repertoire the practice of team k can have come this week, else UNKNOWN."""
    members = state.team_members[state.team_offsets[k] : state.team_offsets[k + 1]]
    for c in np.unique(state.community[members][state.attended[members]]):
        if ((state.n_tests[c] > 0) & (state.repertoire[c] == state.practice[k]).all(axis=1)).any():
            return int(c)
    return UNKNOWN


class Recorder:
    """Makes the pictures of a run, week after week; it remembers what the week before looked like."""

    def __init__(self, run: Run, layout: Layout | None = None) -> None:
        self.run = run
        self.layout = layout or Layout(run.scenario)
        self._person = run.state.person.copy()
        self._practice = run.state.practice.copy()
        self._since = np.zeros(len(self._practice), np.int32)
        self._origin = np.full(len(self._practice), UNKNOWN, np.int32)

    def advance(self) -> np.ndarray:
        """Run one week; its measures (float64, in the order of MEASURE_NAMES)."""
        state = self.run.state
        self._person[:], self._practice[:] = state.person, state.practice
        row = self.run.advance(1)[0]
        for k in np.flatnonzero((state.practice != self._practice).any(axis=1)):
            self._since[k], self._origin[k] = self.run.week, origin_of(int(k), state)
        return row

    def picture(self) -> bytes:
        """The organisation as it is now."""
        buffer = bytearray(self.layout.size)
        arrays = self.layout.arrays(buffer)
        self._draw_people(arrays)
        self._draw_communities(arrays)
        self._draw_teams(arrays)
        return bytes(buffer)

    def _draw_people(self, arrays: Mapping[str, np.ndarray]) -> None:
        state = self.run.state
        arrays["last_change_week"][:] = state.last_change_week
        arrays["known"][:] = state.aware.mean(axis=0)
        for name in ("person", "team_seat", "team", "community", "attended"):
            arrays[name][:] = getattr(state, name)
        arrays["tie"][:] = state.tie.astype(np.uint16)  # -1 becomes NOBODY
        arrays["idea"][:] = np.packbits(state.idea > 0, axis=1, bitorder="little")
        arrays["aware"][:] = np.packbits(state.aware, axis=1, bitorder="little")
        arrays["flags"][:] = KNOWS_LATEST * knows_latest(state) + NEWCOMER * (state.person != self._person)
        arrays["time"][:] = as_byte(state.time)
        arrays["trust"][:] = as_byte(state.trust)
        arrays["skills"][:] = as_byte(np.stack([state.seek, state.sense, state.share], axis=1))

    def _draw_communities(self, arrays: Mapping[str, np.ndarray]) -> None:
        state = self.run.state
        for name in ("repertoire", "n_tests", "last_tested_week"):
            arrays[name][:] = getattr(state, name)
        arrays["estimate"][:] = as_fit(state.repertoire_value, self.run.reality)
        arrays["bringer"][:] = bringers(self.run.week, state)

    def _draw_teams(self, arrays: Mapping[str, np.ndarray]) -> None:
        state, scenario = self.run.state, self.run.scenario
        arrays["practice"][:], arrays["before"][:] = state.practice, self._practice
        arrays["since"][:], arrays["origin"][:] = self._since, self._origin
        arrays["fit"][:] = fit_of(state.practice, self.run.reality)
        for name in ("alignment", "scepticism", "output"):
            arrays[name][:] = getattr(state, name)
        outside = scenario.workforce.encounters * self.run.policy.openness * state.time[:, NETWORKS]
        size = np.diff(state.team_offsets)
        arrays["outside"][:] = np.bincount(state.team, outside, len(size)) / size


def message(header: Mapping[str, int], picture: bytes, course: np.ndarray, words: Any = None) -> bytes:
    """A message: `header` gives HEADER but the lengths, `course` the curves (float [reached, HEADLINES])."""
    text = json.dumps(words, ensure_ascii=False).encode() if words else b""
    head = {**header, "reached": len(course), "picture": len(picture), "words": len(text)}
    numbers = np.array([head[name] for name in HEADER], np.int32)
    return b"".join([numbers.tobytes(), picture, course.astype(np.float32).tobytes(), text])


def opened(data: bytes) -> tuple[dict[str, int], bytes, np.ndarray, Any]:
    """A message taken apart: header, picture, curves and words (None if there are none)."""
    first = 4 * len(HEADER)
    head = dict(zip(HEADER, np.frombuffer(data, np.int32, len(HEADER)).tolist(), strict=True))
    middle = first + head["picture"]
    course = np.frombuffer(data, np.float32, head["reached"] * len(HEADLINES), middle)
    text = data[middle + course.nbytes :]
    return head, data[first:middle], course.reshape(-1, len(HEADLINES)), json.loads(text) if text else None
