"""Debian's Firefox, asked over WebDriver BiDi on the loopback interface."""

import itertools
import json
import re
import shutil
import subprocess
from contextlib import contextmanager

import pytest

from ..waiting import LONGEST_WAIT

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
needs_firefox = pytest.mark.skipif(FIREFOX is None, reason="there is no Firefox")


class Firefox:
    """A tab, and what is asked of it."""

    def __init__(self, connection):
        self.connection, self.numbers = connection, itertools.count(1)
        self.ask("session.new", capabilities={})
        self.tab = self.ask("browsingContext.getTree")["contexts"][0]["context"]

    def ask(self, method, **parameters):
        """The answer to a command."""
        number = next(self.numbers)
        self.connection.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self.connection.recv(LONGEST_WAIT))
            if message.get("id") == number:
                assert message["type"] == "success", message
                return message["result"]

    def open(self, address):
        """Go to a page, and wait until it is there."""
        self.ask("browsingContext.navigate", context=self.tab, url=address, wait="complete")

    def value(self, expression):
        """The value of a JavaScript expression, once it is one: a promise is waited for. Text, a number or a switch."""
        found = self.ask("script.evaluate", expression=expression, target={"context": self.tab}, awaitPromise=True)
        assert found["type"] == "success", found
        return found["result"].get("value")


@contextmanager
def firefox(folder):
    """A Firefox with a profile of its own; it is ended at the end."""
    from websockets.sync.client import connect

    command = [FIREFOX, "--headless", "--no-remote", "--profile", str(folder), "--remote-debugging-port", "0"]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        lines = iter(running.stderr.readline, "")
        address = next(found[0] for line in lines if (found := re.search(r"ws://127\.0\.0\.1:\d+", line)))
        with connect(f"{address}/session", max_size=None, proxy=None) as connection:
            yield Firefox(connection)
    finally:
        running.kill()
        running.wait(LONGEST_WAIT)
