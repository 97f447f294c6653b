"""Plays an organisation week by week in a thread of its own, and shows the latest picture whenever that is possible.

Nothing here knows of a browser: `show` is called with a message (see `frames.py`), at most PER_SECOND times a second
and never more than AHEAD that have not been `seen`. What could not be shown in time is not queued: the newest picture
takes its place.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from cachetools import LRUCache

from ...model.run import Run
from ...scenario import Scenario
from .frames import COLUMNS, HEADLINES, Layout, Recorder, message
from .tooltips import words_about

PER_SECOND = 20
TICK = 1.0 / PER_SECOND
AHEAD = 2  # messages on their way: one is drawn while the next one travels
AT_ONCE = 0.03  # seconds of simulation before commands are looked at again
PATIENCE = 3.0  # seconds after which a picture that nobody has seen is taken for lost
LONGEST_TICK = 0.25  # a clock that was held up does not make up for it by a jump
HISTORY = 12_000_000  # bytes of pictures that are kept, for going back without computing again
SLOWEST, FASTEST = 0.5, 100.0  # weeks a second

log = logging.getLogger(__name__)


class Player:
    """One organisation under one seed, played.

    Commands return at once and are carried out by the thread. `number` is how the browser counts its commands; each
    message says which was the last one carried out, so that pictures from before it can be told.
    """

    def __init__(
        self,
        scenario: Scenario,
        seed: int,
        show: Callable[[bytes], None],
        organisation: int = 0,
        speed: float = 5.0,
        history: int = HISTORY,
    ) -> None:
        self.scenario = scenario
        self.seed = seed
        self.weeks = scenario.weeks
        self.layout = Layout(scenario)
        self._show = show
        self._organisation = organisation
        self._speed = speed
        self._pictures: LRUCache[int, bytes] = LRUCache(max(2, history // max(1, self.layout.size)))
        self._course = np.full((self.weeks, len(HEADLINES)), np.nan, np.float32)
        self._recorder: Recorder | None = None
        self._reached = 0
        # what was asked for
        self._position = 0.0  # in weeks; the whole part is the week to show
        self._playing = False
        self._picked: tuple[str, int] | None = None
        self._answers = 0
        # what was shown
        self._week = 0
        self._number = 0  # of the last message
        self._seen = 0
        self._sent_at = 0.0
        self._stale = True  # something differs from what was shown last
        self._closed = False
        self._wake = threading.Condition()
        self._thread = threading.Thread(target=self._work, name="tripleos-watch", daemon=True)
        self._thread.start()

    # commands

    def play(self, number: int = 0) -> None:
        """Let the weeks go on by themselves, to the last one; from the first again if that is where it stands."""
        with self._asked(number):
            if self._position >= self.weeks:
                self._position = 0.0
            self._playing = True

    def pause(self, week: int | None = None, number: int = 0) -> None:
        """Stand still; at the week that the onlooker sees, if given (pictures may have been on their way)."""
        with self._asked(number):
            self._playing = False
            if week is not None and 0 <= week <= self._reached:
                self._position = float(week)

    def step(self, weeks: int = 1, number: int = 0) -> None:
        """Stand still some weeks on (or back)."""
        with self._asked(number):
            self._playing = False
            self._position = self._within(int(self._position) + weeks)

    def jump(self, week: int, number: int = 0) -> None:
        """Go to a week, and go on from there if it was playing."""
        with self._asked(number):
            self._position = self._within(week)

    def restart(self, number: int = 0) -> None:
        """Back to week 0, standing still."""
        with self._asked(number):
            self._playing, self._position = False, 0.0

    def set_speed(self, weeks_a_second: float, number: int = 0) -> None:
        """How fast to play."""
        with self._asked(number):
            self._speed = min(FASTEST, max(SLOWEST, float(weeks_a_second)))

    def pick(self, kind: str = "", index: int = 0, number: int = 0) -> None:
        """Say something about a person, a team or a community with every picture; about nobody without arguments."""
        with self._asked(number):
            self._picked = (kind, index) if kind else None

    def seen(self, number: int) -> None:
        """A message has been drawn: the next one may come."""
        with self._wake:
            self._seen = max(self._seen, min(number, self._number))
            self._wake.notify()

    def close(self) -> None:
        """Stop the thread and free what it held. May be called more than once, from any thread."""
        with self._wake:
            self._closed = True
            self._wake.notify()
        if threading.current_thread() is not self._thread:
            self._thread.join(timeout=5)

    # for tests, and for whoever wants to know

    @property
    def week(self) -> int:
        """The week shown last."""
        return self._week

    @property
    def playing(self) -> bool:
        """Whether the weeks go on by themselves."""
        return self._playing

    @property
    def alive(self) -> bool:
        """Whether the thread runs."""
        return self._thread.is_alive()

    @property
    def kept(self) -> int:
        """Bytes of the pictures that are kept."""
        return len(self._pictures) * self.layout.size

    # the thread

    def _asked(self, number: int) -> _Command:
        return _Command(self, number)

    def _within(self, week: int) -> float:
        return float(min(self.weeks, max(0, week)))

    def _free(self) -> bool:
        """Whether a message can be sent: enough were seen, or the last one is taken for lost."""
        return self._number - self._seen < AHEAD or time.monotonic() - self._sent_at > PATIENCE

    def _moving(self) -> bool:
        return self._playing or int(self._position) != self._week

    def _work(self) -> None:
        try:
            self._loop()
        except Exception:
            # The session may have ended under our hands; whatever it was, nobody is to see a traceback.
            log.exception("the player of an organisation has stopped")
        finally:
            self._closed = True
            self._recorder = None
            self._pictures.clear()

    def _loop(self) -> None:
        last = due = time.monotonic()
        while True:
            with self._wake:
                now = time.monotonic()
                if self._closed:
                    return
                if not self._moving() and not (self._stale and self._free()):
                    self._wake.wait(PATIENCE if self._stale else None)
                    last = due = time.monotonic()
                    continue
                if now < due:
                    self._wake.wait(due - now)
                    continue
                self._move(min(now - last, LONGEST_TICK))
                goal, answers = int(self._position), self._answers
            last, due = now, max(due + TICK, now)
            self._reach(goal)
            self._send(answers)

    def _move(self, seconds: float) -> None:
        """Let the position go on by what time has passed; but never far from what has been computed."""
        if not self._playing:
            return
        limit = max(self._reached, int(self._position)) + self._speed * LONGEST_TICK + 1
        self._position = min(self._position + seconds * self._speed, limit, float(self.weeks))
        if self._position >= self.weeks and self._week >= self.weeks:
            self._playing, self._stale = False, True

    def _reach(self, goal: int) -> None:
        """Compute towards a week, for a while; the shown week follows, forwards at once, backwards when it is there."""
        end = time.monotonic() + AT_ONCE
        while goal not in self._pictures:
            if self._recorder is None or self._recorder.run.week > goal:
                self._recorder = Recorder(Run(self.scenario, self.seed), self.layout)
            else:
                row = self._recorder.advance()
                self._course[self._recorder.run.week - 1] = row[COLUMNS]
                self._reached = max(self._reached, self._recorder.run.week)
            self._pictures.get(self._week)  # now it is not the next one to go: what is shown stays
            self._pictures[self._recorder.run.week] = self._recorder.picture()
            if time.monotonic() > end:
                break
        if goal in self._pictures:
            week = goal
        else:
            week = self._recorder.run.week if self._recorder else 0
            if week <= self._week:
                return
        if week != self._week or self._number == 0:
            self._week, self._stale = week, True

    def _send(self, answers: int) -> None:
        """Show the latest picture, if it differs from what was shown and not too many are on their way.

        `answers`: the last command that the picture takes account of; one may have come in since, and is answered next.
        """
        with self._wake:
            picture = self._pictures.get(self._week)
            if not self._stale or not self._free() or picture is None:
                return
            self._stale = answers != self._answers
            self._number += 1
            self._sent_at = time.monotonic()
            header = {
                "organisation": self._organisation,
                "number": self._number,
                "answers": answers,
                "week": self._week,
                "playing": int(self._playing),
            }
            picked, reached = self._picked, self._reached
        words = words_about(self.layout.arrays(picture), picked, self._week, self.scenario) if picked else None
        self._show(message(header, picture, self._course[:reached], words))

    def status(self) -> dict[str, Any]:
        """Where it stands, in a word or two; for tests and for finding faults."""
        return {"week": self._week, "playing": self._playing, "reached": self._reached, "sent": self._number}


class _Command:
    """The lock around a command; at its end the thread is woken, and the next message says that it was carried out."""

    def __init__(self, player: Player, number: int) -> None:
        self._player, self._number = player, number

    def __enter__(self) -> None:
        self._player._wake.acquire()

    def __exit__(self, *_: object) -> None:
        player = self._player
        player._answers = max(player._answers, self._number)
        player._stale = True
        player._wake.notify()
        player._wake.release()
