"""The room Learn in a real browser: every lesson played to its end, and as a page from disk without a network."""

import re

import pytest

from sim.dashboard.learn.lessons import LESSONS
from sim.dashboard.learn.play import STEPS

pytestmark = pytest.mark.slow
TITLES = [title for _, title, _ in STEPS]
DRAWN = ".figures figure svg"


def ran(page):
    page.wait_for_function("/runs each/.test(document.querySelector('.go .status').innerText)", timeout=60_000)


def step_of(page):
    return page.inner_text(".stepper [aria-current=step]").partition(" ")[2].strip()


def onward(page, title):
    page.click(".go .next")
    page.wait_for_selector(f"section[aria-label='{title}']")


def bet(page, lesson, fieldset="fieldset"):
    if lesson.bet.options:
        page.check(f"{fieldset} input[value='{lesson.bet.options[-1].key}']")
    else:
        page.fill(f"{fieldset} input[type=range]", str(lesson.bet.high - lesson.bet.step))


def saved(page, folder):
    """The file of the lesson; a click on its button shows at once that something goes on."""
    with page.expect_download(timeout=60_000) as download:
        page.click("text=Save this lesson as one page")
        page.wait_for_function("/making/.test(document.querySelector('.file .said').innerText)", timeout=3_000)
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    page.wait_for_function("document.querySelector('.file .said').innerText === ''")
    return path


def play_in_the_room(page, lesson):
    page.click(f".learn .left button:has-text('{lesson.title}')")
    page.wait_for_function("title => document.querySelector('.lesson h2').innerText === title", arg=lesson.title)
    assert step_of(page) == "Predict"
    assert page.locator(DRAWN).count() == 0, "nothing is given away before the bet"
    assert page.is_disabled(".go .next")
    bet(page, lesson)
    page.wait_for_selector(".go .next:enabled")
    onward(page, "Run")
    ran(page)
    assert page.locator(DRAWN).count() >= len(lesson.charts)
    assert len(page.inner_text(".lesson .lead")) > 20
    for title in TITLES[2:-1]:
        onward(page, title)
    before = page.inner_html(".figures")
    lever = lesson.levers[0]
    other = next(k for k, value in enumerate(lever.allowed) if value != lever.usual)
    page.locator(".levers-of select").first.select_option(index=other)
    page.wait_for_function("before => document.querySelector('.figures').innerHTML !== before", arg=before)
    ran(page)
    assert page.locator(".tried li").count() >= 1
    onward(page, TITLES[-1])
    assert page.locator(".go .next").count() == 0
    assert page.locator("section li").count() >= len(lesson.extend)
    assert not re.search(r"\bnan\b|undefined|Traceback", page.inner_text(".learn"))


def play_from_disk(chromium, path, lesson):
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    context.set_offline(True)
    page, asked, complaints = context.new_page(), [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(path.as_uri())
    assert page.locator("section[data-step]:visible").count() == 1
    bet(page, lesson, "#bet")
    for title in TITLES[1:]:
        page.click("section[data-step]:visible >> button")
        page.wait_for_selector(f"section[data-step='{title.lower()}']:visible")
    assert page.locator("section[data-step='run'] figure svg:visible").count() >= len(lesson.charts)
    assert len(page.inner_text("#verdict")) > 20
    tried = page.inner_text("[data-trial]:visible h4")
    lever = lesson.levers[0]
    other = next(k for k, value in enumerate(lever.allowed) if value != lever.usual)
    page.locator("select[data-lever]").first.select_option(str(other))
    assert page.locator("[data-trial]:visible").count() == 1
    assert page.inner_text("[data-trial]:visible h4") != tried
    assert page.locator("[data-trial]:visible figure svg").count() >= len(lesson.charts)
    assert not page.evaluate(
        "[...document.querySelectorAll('figure svg')].filter(e => e.checkVisibility() && e.clientHeight < 80).length"
    )
    context.close()
    assert asked == [path.as_uri()]
    assert complaints == []


@pytest.mark.parametrize("name", list(LESSONS))
def test_a_lesson_is_played_to_its_end_and_saved_as_a_page_that_needs_nothing(tab, chromium, tmp_path, name):
    one = tab("/learn")
    play_in_the_room(one.page, LESSONS[name])
    play_from_disk(chromium, saved(one.page, tmp_path), LESSONS[name])
