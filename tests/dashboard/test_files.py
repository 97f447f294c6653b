"""The button that makes a file: at once a word about it, one file at a time, nothing more when nobody waits."""

import threading
import time
from types import SimpleNamespace

import solara

from sim.dashboard import files
from sim.dashboard.files import File

from ..waiting import LONGEST_WAIT, until


def button(make):
    """The button for something that makes a file, and the session that it is in."""
    box, context = solara.render(File(make, "a.txt", "text/plain", "Save", "a file"), handle_error=False)
    return box.children[0], context


def test_it_says_how_far_it_is_and_hands_over_the_file_once():
    go_on, begun = threading.Event(), []

    def make(tell):
        begun.append(1)
        tell("half of it")
        go_on.wait(LONGEST_WAIT)
        return b"content"

    one, _ = button(make)
    one.vue_ask(None)
    assert one.said
    until(lambda: one.said == "half of it")
    for _ in range(50):
        one.vue_ask(None)
    go_on.set()
    until(lambda: one.made)
    assert one.made == {"content": b"content", "name": "a.txt", "kind": "text/plain"}
    assert (one.said, len(begun)) == ("", 1)
    one.vue_taken(None)
    assert one.made is None
    one.vue_ask(None)
    until(lambda: one.made)
    assert len(begun) == 2


class SlowToRelease:
    """A lock that takes its time, in which somebody may press the button again."""

    def __init__(self):
        self.lock = threading.Lock()
        self.acquire = self.lock.acquire

    def release(self):
        time.sleep(0.2)
        self.lock.release()


def test_a_failure_is_said_and_another_try_is_possible(monkeypatch):
    of_files = SimpleNamespace(Lock=SlowToRelease, Event=threading.Event, Thread=threading.Thread)
    monkeypatch.setattr(files, "threading", of_files)
    given = iter([lambda: 1 / 0, lambda: b"content"])
    one, _ = button(lambda tell: next(given)())
    one.vue_ask(None)
    until(lambda: one.said == "This file could not be made.")
    assert one.made is None
    one.vue_ask(None)
    until(lambda: one.made)


def test_it_is_given_up_when_the_session_ends():
    go_on, told = threading.Event(), []

    def make(tell):
        go_on.wait(LONGEST_WAIT)
        try:
            tell("more")
        finally:
            told.append(1)
        raise AssertionError("nobody waits for this")

    one, context = button(make)
    one.vue_ask(None)
    context.close()
    go_on.set()
    until(lambda: told)
    assert one.made is None
