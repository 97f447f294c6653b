"""The room Watch in a real browser: everything here, nothing from elsewhere, and pause means pause."""

import re
from pathlib import Path

import pytest

from ..waiting import until
from .conftest import new_context
from .server import CHROMIUM, served

assets = pytest.importorskip("solara.server.settings").assets
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no Chromium"),
    pytest.mark.skipif(not any(assets.proxy_cache_dir.glob("requirejs*")), reason="solara-assets is not installed"),
]
APP = Path(__file__).with_name("watch_app.py")
ROOT = ".tw-root"
HARMLESS = "Failed to evaluate Vue script"  # a warning of Solara's own page


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with served(APP, tmp_path_factory.mktemp("watch") / "server.log") as (address, _):
        yield address


@pytest.fixture
def opened(chromium, address):
    """Opens the room; at the end, nothing must have gone wrong on any page, and nobody else been asked."""
    pages, complaints, foreign = [], [], []

    def listen(message):
        if message.type in ("error", "warning") and HARMLESS not in message.text:
            complaints.append(message.text)

    def look(request):
        if not re.match(rf"({re.escape(address)}|ws://127\.0\.0\.1|data:|blob:)", request.url):
            foreign.append(request.url)

    def open_page():
        page = new_context(chromium).new_page()
        page.on("console", listen)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", look)
        page.goto(address)
        page.wait_for_selector(f"{ROOT}[data-drawn]")
        pages.append(page)
        return page

    yield open_page
    for page in pages:
        if not page.is_closed():
            assert "Traceback" not in page.inner_text("body")
        page.context.close()
    assert complaints == []
    assert foreign == []


def shown(page, name="week"):
    return page.get_attribute(ROOT, f"data-{name}")


def until_week(page, week):
    page.wait_for_function(f"document.querySelector('{ROOT}').dataset.week === '{week}'")


def until_obeyed(page):
    """Wait for the picture that answers the last command: Python has carried out all of them then."""
    page.wait_for_function(f"(watch => watch.frame.answers >= watch.asked)(document.querySelector('{ROOT}').watch)")


def go_to(page, week):
    page.fill(".tw-goal", str(week))
    page.press(".tw-goal", "Enter")


def choose(page, label, value):
    field = page.get_by_role("textbox", name=label)
    field.fill(value)
    field.press("Enter")


def test_it_loads_with_all_its_parts_and_fits_the_screen(opened):
    page = opened()
    assert shown(page) == "0"
    assert page.locator(".tw-tile").count() == 6
    assert page.locator(".tw-legend li").count() == 13
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight + 1")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_pause_at_top_speed_twenty_times(opened):
    page = opened()
    page.select_option(".tw-speed", "100")
    for _ in range(20):
        page.keyboard.press("Home")  # although the speed was chosen just before
        until_week(page, 0)
        page.click(".tw-play")
        page.wait_for_function(f"Number(document.querySelector('{ROOT}').dataset.week) > 3")
        page.click(".tw-play")
        before = shown(page)
        until_obeyed(page)
        assert shown(page) == before
        assert shown(page, "playing") == "false"
    sent = shown(page, "sent")
    page.keyboard.press("p")  # one more picture, of the same week
    page.get_by_text("Person 1 · Team 1").wait_for()
    assert (shown(page), int(shown(page, "sent"))) == (before, int(sent) + 1)


def test_keys_jumps_and_wrong_numbers(opened):
    page = opened()
    page.click(".tw-week", force=True)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    until_week(page, 2)
    page.keyboard.press("ArrowLeft")
    until_week(page, 1)
    go_to(page, 130)
    until_week(page, 130)
    numbers = page.locator(".tw-value").all_inner_texts()
    go_to(page, 20)
    until_week(page, 20)
    go_to(page, 130)
    until_week(page, 130)
    assert page.locator(".tw-value").all_inner_texts() == numbers
    for wrong in ("soon", "-4", "261", "1e3", "9" * 12):
        go_to(page, wrong)
        assert page.inner_text(".tw-answer") == "Week must be between 0 and 260."
    for wrong in ("many", "", "-5", "100000000"):
        choose(page, "Number of people", wrong)
        page.get_by_text(re.compile("Number of people must be .*between 8 and 2,000.")).wait_for()
    choose(page, "Number of people", "40")
    until_week(page, 0)
    page.wait_for_function(f"document.querySelector('{ROOT} canvas').ariaLabel.includes('40 people')")
    page.keyboard.press("Tab")
    page.click(".tw-week", force=True)
    page.keyboard.press("Space")
    page.wait_for_function(f"Number(document.querySelector('{ROOT}').dataset.week) > 1")
    page.keyboard.press("Space")


def test_a_click_on_a_worker_tells_about_them(opened):
    page = opened()
    place = page.evaluate(f"document.querySelector('{ROOT}').watch.stage.whereIs(16)")
    page.click(".tw-canvas", position={"x": place[0], "y": place[1]})
    page.get_by_text("Person 17 · Team 3").wait_for()
    assert "Follows people" in page.inner_text(".tw-words")
    page.keyboard.press("t")
    page.get_by_text("Team 1 · 8 people").wait_for()
    page.keyboard.press("c")
    page.get_by_text("Community A · 20 people").wait_for()
    page.keyboard.press("Escape")
    page.get_by_text("Legend").wait_for()


def test_two_tabs_are_independent_and_closing_one_ends_its_run(opened, chromium, address):
    one, two = opened(), opened()
    go_to(two, 77)
    until_week(two, 77)
    one.click(".tw-play")
    one.wait_for_function(f"Number(document.querySelector('{ROOT}').dataset.week) > 3")
    assert shown(two) == "77"
    count = new_context(chromium).new_page()

    def running():
        count.goto(f"{address}/players")
        return int(count.inner_text("#players"))

    before = running()
    one.close(run_before_unload=True)
    until(lambda: running() < before)
    count.close()
    go_to(two, 78)
    until_week(two, 78)


def test_another_organisation_after_a_pause(opened):
    page = opened()
    page.click(".tw-play")
    page.wait_for_function(f"Number(document.querySelector('{ROOT}').dataset.week) > 1")
    page.click(".tw-play")
    choose(page, "Number of people", "48")
    page.wait_for_function(f"document.querySelector('{ROOT} canvas').ariaLabel.includes('48 people')")
    assert shown(page) == "0"
    assert shown(page, "playing") == "false"
