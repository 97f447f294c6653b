"""The room Learn in a real browser: every lesson played to its end, and as a page from disk without a network."""

import itertools
import re

import pytest

from sim.dashboard.learn.lessons import LESSONS
from sim.dashboard.learn.play import STEPS

from ..waiting import until
from .conftest import new_context

pytestmark = pytest.mark.slow
TITLES = [title for _, title, _ in STEPS]
DRAWN = ".figures figure svg"


def ran(page):
    page.wait_for_function("/simulated histories/.test(document.querySelector('.go .status').innerText)")


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


def draw(page):
    """A line with the mouse, from low to high through six tenths of the picture, and then its first point by keys."""
    picture = page.locator("svg.sketch")
    picture.scroll_into_view_if_needed()
    box = page.locator("svg.sketch rect").bounding_box()
    page.mouse.move(box["x"] + 0.01 * box["width"], box["y"] + 0.9 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 0.2 * box["height"], steps=3)
    page.mouse.up()
    values = drawn(page)
    assert values[0] == pytest.approx(10, abs=3), "where the mouse was"
    assert all(b >= a for a, b in itertools.pairwise(values)), "what was passed quickly lies between"
    assert values[7:] == [values[6]] * 4, "what was not reached goes on"
    page.locator(".knot").first.focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Home")
    assert drawn(page)[:2] == [values[0] + 5, 0]
    return drawn(page)


def drawn(page):
    return [int(one.get_attribute("aria-valuenow")) for one in page.locator(".knot").all()]


def saved(page, folder):
    """The file of the lesson; a click on its button shows that something goes on."""
    page.eval_on_selector(
        ".file .said",
        "said => { window.said = []; const note = () => window.said.push(said.innerText);"
        " new MutationObserver(note).observe(said, {childList: true, characterData: true, subtree: true}); }",
    )
    with page.expect_download() as download:
        page.click("text=Save this lesson as one page")
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    page.wait_for_function("document.querySelector('.file .said').innerText === ''")
    assert page.evaluate("window.said[0]").startswith("making"), "before anything else"
    return path


def play_in_the_room(page, lesson):
    page.click(f".learn .left button:has-text('{lesson.title}')")
    page.wait_for_function("title => document.querySelector('.lesson h2').innerText === title", arg=lesson.title)
    assert step_of(page) == "Predict"
    assert page.locator(DRAWN).count() == 0, "nothing is given away before the bet"
    assert page.is_disabled(".go .next")
    bet(page, lesson)
    page.wait_for_selector(".go .next:enabled")
    draw(page)
    onward(page, "Run")
    ran(page)
    assert "Your line for" in page.inner_text("section[aria-label=Run]")
    assert page.locator(f"figure[data-measure={lesson.sketch.measure}] polyline.drawn").count() == 1
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
    context = new_context(chromium)
    context.set_offline(True)
    page, asked, complaints = context.new_page(), [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(path.as_uri())
    page.wait_for_selector(f".lesson h2:text-is('{lesson.title}')")
    assert page.locator("section[data-step]:visible").count() == 1
    bet(page, lesson, ".bet")
    draw(page)
    line = page.locator("svg.sketch polyline.drawn").get_attribute("points")
    page.click(".go .next")
    page.wait_for_selector(".go .status:text-matches('simulated histories')")
    assert page.locator("figure svg:visible").count() >= len(lesson.charts)
    assert len(page.inner_text(".lesson .lead:visible")) > 20
    assert page.locator("section[data-step=run] p:has-text('Your line for')").is_visible()
    shown = page.locator(f"figure[data-measure={lesson.sketch.measure}] polyline.drawn")
    assert shown.get_attribute("points") == line
    for title in TITLES[2:-1]:
        page.click(".go .next")
        page.wait_for_selector(f"section[data-step='{title.lower()}']:visible")
    before = page.inner_html(".figures")
    other = next(k for k, value in enumerate(lesson.levers[0].allowed) if value != lesson.levers[0].usual)
    page.locator("section[data-step=try] .own select").first.select_option(index=other)
    until(lambda: page.inner_html(".figures") != before)
    page.wait_for_selector(".go .status:not(.busy):text-matches('simulated histories')")
    assert page.locator("figure svg:visible").count() >= len(lesson.charts)
    assert not page.evaluate(
        "[...document.querySelectorAll('figure svg')].filter(e => e.checkVisibility() && e.clientHeight < 80).length"
    )
    page.click(".go .next")
    page.wait_for_selector(f"section[data-step='{TITLES[-1].lower()}']:visible")
    context.close()
    assert [url for url in asked if not url.startswith("blob:")] == [path.as_uri()]
    assert complaints == []


@pytest.mark.parametrize("name", list(LESSONS))
def test_a_lesson_is_played_to_its_end_and_saved_as_a_page_that_needs_nothing(tab, chromium, tmp_path, name):
    one = tab("/learn")
    play_in_the_room(one.page, LESSONS[name])
    play_from_disk(chromium, saved(one.page, tmp_path), LESSONS[name])


def begin(page, lesson, number):
    """Place a bet in a class of its own, which nobody has computed yet; its runs are still to be asked for."""
    page.goto(re.sub(r"\?.*", "", page.url) + f"?lesson={lesson.name}&class={number}")
    page.wait_for_function("number => document.querySelector('#class')?.value === number", arg=str(number))
    bet(page, lesson)
    page.wait_for_selector(".go .next:enabled")


def test_the_number_that_is_shown_is_the_number_that_is_bet(tab):
    page = tab("/learn").page
    for number, key, shown in ((4006, "ArrowRight", 55), (4007, "ArrowLeft", 45)):
        page.goto(re.sub(r"\?.*", "", page.url) + f"?lesson=slow_learners&class={number}")
        page.wait_for_function("number => document.querySelector('#class')?.value === number", arg=str(number))
        page.focus("fieldset input[type=range]")
        page.keyboard.press(key)
        page.wait_for_selector(".go .next:enabled")
        assert page.inner_text("fieldset output") == f"{shown} of 100"
        page.click(".go .next")
        ran(page)
        assert f"You bet {shown};" in page.inner_text(".lesson .lead")


def press(page, selector, times):
    page.eval_on_selector(selector, "(button, times) => { for (let k = 0; k < times; k++) button.click(); }", times)


def test_fifty_quick_clicks_are_one(tab):
    page = tab("/learn").page
    begin(page, LESSONS["too_busy"], 4001)
    press(page, ".go .next", 50)
    ran(page)
    assert step_of(page) == "Run"
    page.dblclick(".go .next")
    page.wait_for_selector("section[aria-label='Notice']")
    page.click("text=Teacher's notes")  # events are taken one after the other: once these are there, all before it is
    page.wait_for_selector(".notes")
    assert step_of(page) == "Notice"
    press(page, "text=Save this lesson as one page", 50)
    with page.expect_download():
        pass
    press(page, ".go >> text=Start again", 50)
    page.wait_for_selector("section[aria-label='Predict']")


def test_a_reload_or_a_closed_tab_during_a_run_harms_nobody(tab):
    lesson = LESSONS["coherence"]
    one, other = tab("/learn").page, tab("/learn").page
    begin(one, lesson, 4002)
    one.click(".go .next")
    one.reload()
    one.wait_for_selector("section[aria-label='Predict']")
    assert (one.input_value("#class"), one.inner_text(".lesson h2")) == ("4002", lesson.title)
    begin(one, lesson, 4003)
    one.click(".go .next")
    one.goto("about:blank")
    begin(other, LESSONS["slow_learners"], 4004)
    other.click(".go .next")
    ran(other)
    assert other.locator(DRAWN).count() >= 1


def test_two_tabs_play_each_their_own(tab):
    one = tab("/learn")
    same_session, other = one.context.new_page(), tab("/learn").page
    same_session.goto(f"{one.served}/learn")
    same_session.wait_for_selector(".learn .lesson")
    begin(one.page, LESSONS["slow_learners"], 4005)
    one.page.click(".go .next")
    ran(one.page)
    for page in (same_session, other):
        assert (step_of(page), page.input_value("#class")) == ("Predict", "1")
        assert page.inner_text(".lesson h2") != LESSONS["slow_learners"].title
