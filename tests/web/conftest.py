"""A page as a file, and browsers without a network that open it from disk."""

import pytest

from sim.web.page import live_page

from ..dashboard.server import ARGUMENTS, CHROMIUM
from ..waiting import LONGEST_WAIT


@pytest.fixture(scope="session")
def live(tmp_path_factory):
    """The address of a page with the shipped rules."""
    file = tmp_path_factory.mktemp("live") / "tripleos.html"
    file.write_text(live_page(), encoding="utf-8")
    return file.as_uri()


@pytest.fixture(scope="module")
def offline_chromium():
    """A browser."""
    playwright = pytest.importorskip("playwright.sync_api")
    if not CHROMIUM.exists():
        pytest.skip("Chromium is missing")
    with playwright.sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@pytest.fixture
def opened(offline_chromium):
    """Opens pages without a network; at the end, nothing must have been asked for, and nothing complained about."""
    contexts, requests, complaints = [], [], []

    def open_page(address, script="", width=1280, height=800):
        context = offline_chromium.new_context(viewport={"width": width, "height": height}, offline=True)
        context.set_default_timeout(1000 * LONGEST_WAIT)
        page = context.new_page()
        page.add_init_script(script)
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address)
        contexts.append(context)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [url for url in requests if not url.startswith(("file:", "data:", "blob:"))] == []
    assert complaints == []
