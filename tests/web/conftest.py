"""A page that holds the model, opened from disk by Debian's Chromium without a network."""

import pytest

from sim.web.page import live_page

from ..dashboard.server import CHROMIUM, launched
from ..waiting import LONGEST_WAIT


@pytest.fixture(scope="session")
def live(tmp_path_factory):
    """The address of a page as `tripleos page` makes it."""
    file = tmp_path_factory.mktemp("page") / "page.html"
    file.write_text(live_page(), encoding="utf-8")
    return file.as_uri()


@pytest.fixture(scope="module")
def chromium():
    """A browser. Its event loop runs until the fixture ends; in a longer scope, tests of other files would meet it."""
    pytest.importorskip("playwright.sync_api")
    if not CHROMIUM.exists():
        pytest.skip("Chromium is missing")
    with launched() as browser:
        yield browser


@pytest.fixture
def opened(chromium):
    """Opens files without a network; at the end, nothing was asked for and nothing complained about."""
    contexts, requests, complaints = [], [], []

    def open_file(address, script="", **options):
        options = {"viewport": {"width": 1280, "height": 800}, **options}
        context = chromium.new_context(offline=True, **options)
        contexts.append(context)
        context.set_default_timeout(1000 * LONGEST_WAIT)
        page = context.new_page()
        if script:
            page.add_init_script(script)
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address)
        return page

    yield open_file
    for context in contexts:
        context.close()
    assert [url for url in requests if not url.startswith(("file:", "data:", "blob:"))] == []
    assert complaints == []


@pytest.fixture
def tab(opened, live):
    """Opens the page at an address behind `#`."""
    return lambda address="", script="", **options: opened(f"{live}#{address}", script, **options)
