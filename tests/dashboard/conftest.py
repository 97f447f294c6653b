"""A server of its own on the loopback interface, and pages of Debian's Chromium."""

import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest

from sim.dashboard import precompile

from ..waiting import LONGEST_WAIT
from .server import CHROMIUM, ROOT, free_port, launched


@pytest.fixture(scope="session")
def compiled():
    """The models, compiled for all servers to come: it may take many minutes on a busy machine, and no test has to."""
    precompile._warm()


@contextmanager
def dashboard(*options):
    """Where a dashboard is served, as a user starts it; it is ended at the end."""
    port = free_port()
    command = [sys.executable, "-m", "sim", "dashboard", "--port", str(port), *options]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        line = server.stdout.readline()
        if not line:
            pytest.fail(server.stderr.read())
        assert f"http://127.0.0.1:{port}/" in line
        yield f"http://127.0.0.1:{port}"
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(LONGEST_WAIT)
    assert "Traceback" not in server.stderr.read()


@pytest.fixture(scope="session")
def served(compiled):
    """Where a dashboard is served for most of the tests."""
    with dashboard() as address:
        yield address


@pytest.fixture(scope="module")
def chromium(compiled):
    """A browser. Its event loop runs until the fixture ends; in a longer scope, tests of other files would meet it."""
    pytest.importorskip("playwright.sync_api")
    if not CHROMIUM.exists():
        pytest.skip("Chromium is missing")
    with launched() as browser:
        yield browser


def new_context(chromium, **viewport):
    """A browser session of its own, whose pages wait for what they need."""
    context = chromium.new_context(viewport=viewport or {"width": 1280, "height": 800})
    context.set_default_timeout(1000 * LONGEST_WAIT)
    return context


READY = {"learn": ".learn .lesson", "watch": ".tw-root[data-drawn]"}  # of the other rooms, Explore's is `.steps`


class Tab:
    """A page in a browser session of its own, and what it asked for and complained about."""

    def __init__(self, chromium, served, path="/", **viewport):
        self.context = new_context(chromium, **viewport)
        self.page = self.context.new_page()
        self.served, self.requests, self.complaints = served, [], []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.go(path)

    def go(self, path):
        room = path.lstrip("/").partition("?")[0]
        self.page.goto(self.served + path)
        self.page.wait_for_selector(READY.get(room, ".steps"))
        if room not in READY:
            self.settled()

    def settled(self):
        """Wait until the whole answer to what the address says is on the screen."""
        self.page.wait_for_function("document.querySelector('.right').dataset.answered === location.search.slice(1)")
        self.page.wait_for_function("/simulated histories/.test(document.querySelector('.status').innerText)")

    def type(self, field, text):
        self.page.fill(field, text)
        self.page.press(field, "Enter")

    def wait_query(self, part):
        self.page.wait_for_function("part => location.search.includes(part)", arg=part)

    @property
    def means(self):
        """The numbers of the story."""
        return self.page.locator(".numbers b").all_inner_texts()

    @property
    def foreign(self):
        mine = (self.served, self.served.replace("http", "ws", 1), "data:", "blob:")
        return [url for url in self.requests if not url.startswith(mine)]


@pytest.fixture
def tab(chromium, served):
    """Opens tabs, and closes them at the end; what must hold of every page is checked then."""
    opened = []

    def open_tab(path="/", **viewport):
        opened.append(Tab(chromium, served, path, **viewport))
        return opened[-1]

    yield open_tab
    for one in opened:
        text = one.page.inner_text("body")
        one.context.close()
        assert one.foreign == []
        assert one.complaints == []
        assert "Traceback" not in text
