"""The room Learn of a page in Chromium, from disk: every lesson played to its end by keyboard, and anything changed."""

import importlib.util
import re
from pathlib import Path

import pytest

from sim.dashboard.learn import pages, runs
from sim.dashboard.learn.export import exported
from sim.dashboard.learn.lessons import LESSONS
from sim.dashboard.learn.play import STEPS

from ..waiting import LONGEST_WAIT, until

pytestmark = pytest.mark.slow
TITLES = [title.lower() for _, title, _ in STEPS]
ALL = pytest.mark.parametrize("name", list(LESSONS))
DONE = ".go .status:not(.busy):text-matches('simulated histories')"


def opened(tab, name, number=1, more="", **options):
    page = tab(f"learn/{name}?class={number}{more}", **options)
    page.wait_for_selector(".lesson .bet")
    return page


def at(page, title):
    page.wait_for_selector(f"section[data-step={title}]:visible")
    assert page.locator("section[data-step]:visible").count() == 1
    focused = page.evaluate("document.activeElement.closest('section')?.dataset.step ?? ''")
    assert focused == title, "whoever hears the page goes on where the step begins"


def press_until(page, selector, key="Tab"):
    """Tab to something: it must be within reach of the keyboard."""
    for _ in range(120):
        if page.evaluate("one => document.activeElement.matches(one)", selector):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{selector} cannot be reached")


def bet_by_key(page, lesson):
    """The last option, or a number: what it is."""
    if lesson.bet.options:
        press_until(page, ".bet input[type=radio]")
        page.keyboard.press("ArrowUp")  # from the first one round to the last one
        return lesson.bet.options[-1].key
    press_until(page, ".bet input[type=range]")
    page.keyboard.press("ArrowRight")
    return (lesson.bet.low + lesson.bet.high) // 2 + lesson.bet.step


def plain(text):
    return re.sub(r"\s+", " ", text)


@ALL
def test_a_lesson_is_played_to_its_end_by_keyboard(tab, name):
    lesson, page = LESSONS[name], opened(tab, name, 2)
    found = runs.findings(lesson, 2)
    assert page.locator(".figures svg").count() == 0, "nothing is given away before the bet"
    assert page.is_disabled(".go .next")
    bet = bet_by_key(page, lesson)
    press_until(page, ".knot")
    page.keyboard.press("Home")
    press_until(page, ".go .next")
    page.keyboard.press("Enter")
    at(page, "run")
    page.wait_for_selector(DONE)
    assert plain(page.inner_text("section[data-step=run] .lead")) == pages.judged(lesson, found, bet)
    listed = page.locator("section[data-step=run] li:visible").all_inner_texts()
    assert [plain(one) for one in listed] == list(lesson.found(found))
    assert plain(page.inner_text("section[data-step=run] .lead + p")) == pages.sketched(lesson, found, [0] * 11)
    for title in TITLES[2:5]:
        press_until(page, ".go .next")
        page.keyboard.press("Enter")
        at(page, title)
    assert page.locator(".tried li").count() == len(lesson.trial(found))
    before = page.inner_html(".figures")
    press_until(page, ".own select")
    lever = lesson.levers[0]
    page.keyboard.press("ArrowUp" if lever.usual == lever.allowed[-1] else "ArrowDown")
    until(lambda: page.inner_html(".figures") != before)
    page.wait_for_selector(DONE)
    press_until(page, ".go .next")
    page.keyboard.press("Enter")
    at(page, "extend")
    assert page.locator(".go .next:visible").count() == 0
    assert not re.search(r"\bnan\b|undefined|NaN|\{", page.inner_text(".learn"))


def to_try(page, lesson):
    if lesson.bet.options:
        page.check(f".bet input[value='{lesson.bet.options[0].key}']")
    else:
        page.fill(".bet input[type=range]", "50")
    page.click(".go .next")
    page.wait_for_selector(DONE)
    for _ in range(3):
        page.click(".go .next")


# What nobody has computed beforehand: a lever that the lesson does not have, in one condition, and what comes of it.
ANYTHING = {
    "two_models": ("openness", "0.85", "neither"),
    "too_busy": ("habit", "0.4", "balanced"),
    "middle_ground": ("encounters", "3.5", "trust"),
    "less_connection": ("agents", "37", "full_best"),
    "coherence": ("turnover", "1.3", "aware"),
    "slow_learners": ("aspects", "17", "fast"),
}


@ALL
def test_anything_is_changed_in_a_saved_lesson(chromium, tmp_path, name):
    """The file that the dashboard saves: played, and changed to what nobody has computed; the numbers are Python's."""
    lesson, (lever, value, where) = LESSONS[name], ANYTHING[name]
    file = tmp_path / "lesson.html"
    file.write_text(exported(lesson, 5), encoding="utf-8")
    context = chromium.new_context(offline=True)
    context.set_default_timeout(1000 * LONGEST_WAIT)
    page, complaints, asked = context.new_page(), [], []
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    page.wait_for_selector(".lesson .bet")
    assert page.inner_text(".lesson h2") == lesson.title
    assert page.input_value("#learn-class") == "5"
    to_try(page, lesson)
    page.select_option("#learn-anything", lever)
    page.fill(".change .value", value)
    page.press(".change .value", "Enter")
    page.wait_for_selector(DONE)
    page.locator(".change select").last.select_option(where)
    page.wait_for_selector(DONE)
    number = int(value) if lever in ("agents", "aspects") else float(value)
    setting = {**runs.settings_of(lesson)[where], lever: number}
    measure = lesson.table[0]
    course = runs.MODELS[lesson.model](setting, runs.seeds_of(lesson, 5))[measure].astype(float)
    usual = runs.findings(lesson, 5)
    changed = type(usual)(usual.labels, {where: {measure: course}}, usual.axis, usual.start, usual.skip)
    column = list(usual.labels).index(where)
    cells = page.locator(".figures tbody tr").first.locator("td")
    assert cells.nth(column).inner_text().startswith(changed.told(where, measure, 1))
    other = (column + 1) % len(usual.labels)
    assert cells.nth(other).inner_text().startswith(usual.told(list(usual.labels)[other], measure, 1)), "only there"
    assert page.inner_text(".changed label") != ""
    page.click(".change button")
    page.wait_for_selector(DONE)
    assert cells.nth(column).inner_text().startswith(usual.told(where, measure, 1)), "as it was"
    context.close()
    assert complaints == []
    assert [url for url in asked if not url.startswith("blob:")] == [file.as_uri()]


def test_what_cannot_be_is_refused_in_a_sentence_and_all_stays(tab):
    page = opened(tab, "two_models")
    to_try(page, LESSONS["two_models"])
    before = page.inner_html(".figures")
    page.locator(".own select").select_option(label="another value …")
    page.fill(".own input.number", "200")
    page.press(".own input.number", "Enter")
    assert page.inner_text(".own .error") == "Turbulence must be between 0 and 100."
    assert page.get_attribute(".own input.number", "aria-invalid") == "true"
    page.select_option("#learn-anything", "team_size")
    page.fill(".change .value", "many")
    page.press(".change .value", "Enter")
    assert page.inner_text(".change .error").startswith("Team size must be a whole number between 1 and")
    assert page.inner_html(".figures") == before
    page.fill(".own input.number", "3.3")
    page.press(".own input.number", "Enter")
    page.wait_for_selector(".own .error", state="hidden")
    page.wait_for_selector(DONE)
    assert page.inner_html(".figures") != before
    page.click(".reset")
    page.wait_for_selector(DONE)
    assert page.inner_html(".figures") == before
    assert page.locator(".change").count() == 0


def test_explore_opens_with_what_was_changed(tab):
    page = opened(tab, "coherence", 4)
    to_try(page, LESSONS["coherence"])
    page.select_option("#learn-anything", "hurdle")
    page.fill(".change .value", "0.07")
    page.press(".change .value", "Enter")
    page.wait_for_selector(DONE)
    href = page.get_attribute("section[data-step=try] .onward a", "href")
    assert href.count("hurdle:0.07") == 4
    assert "runs=12" in href
    assert "seed=37" in href
    page.click("section[data-step=try] .onward a")
    page.wait_for_selector(".explore")
    assert "check=" in page.url
    assert page.locator(".explore .error:visible").count() == 0


@pytest.mark.parametrize("given", ["0", "10000", "x", "1.5", "", "-3"])
def test_a_class_number_that_is_none_is_refused_in_a_sentence(tab, given):
    page = opened(tab, "coherence", 4)
    page.fill("#learn-class", given)
    page.press("#learn-class", "Enter")
    assert page.inner_text("#learn-class-wrong") == "Class number must be a whole number between 1 and 9,999."
    assert "class=4" in page.url
    page.fill("#learn-class", " 12 ")
    page.press("#learn-class", "Enter")
    page.wait_for_selector("#learn-class-wrong", state="hidden")
    assert page.input_value("#learn-class") == "12"
    assert "#learn/coherence?class=12" in page.url


def test_a_class_begins_anew_with_its_own_number(tab):
    page, lesson = opened(tab, "slow_learners", 1), LESSONS["slow_learners"]
    to_try(page, lesson)
    first = page.inner_html(".figures")
    page.fill("#learn-class", "2")
    page.press("#learn-class", "Enter")
    assert page.locator("section[data-step=predict]:visible").count() == 1
    assert page.locator(".figures svg").count() == 0
    to_try(page, lesson)
    assert page.inner_html(".figures") != first
    assert page.locator(".go .status").inner_text().endswith("class 2")


def test_a_link_that_leads_nowhere_shows_the_list_and_says_so(tab):
    page = tab("learn/no_such?class=3")
    page.wait_for_selector(".list")
    assert "no_such: there is no such lesson" in page.inner_text(".list .error")
    assert page.locator(".list li").count() == len(LESSONS)
    page.click(f".list a:has-text('{LESSONS['coherence'].title}')")
    page.wait_for_selector(".lesson .bet")
    assert "#learn/coherence?class=3" in page.url
    page.evaluate("location.hash = '#learn/coherence?class=99999'")
    page.wait_for_selector(".right > .error:visible")
    assert page.inner_text(".right > .error").startswith("The link cannot be used in full: Class number must be")
    assert page.input_value("#learn-class") == "1"


def test_a_lesson_that_was_left_goes_on_where_it_was(tab):
    page = opened(tab, "slow_learners", 6)
    to_try(page, LESSONS["slow_learners"])
    page.click(".rooms a:has-text('Explore')")
    page.wait_for_selector(".room.learn", state="hidden")
    page.go_back()
    page.wait_for_selector("section[data-step=try]:visible")
    assert page.locator(".tried li:visible").count() > 0


def test_nobody_goes_on_without_a_bet_and_fifty_clicks_are_one(tab):
    page = opened(tab, "slow_learners", 1, "&present=1")
    page.keyboard.press("ArrowRight")
    assert page.inner_text(".right > .error").startswith("Place your bet first.")
    page.fill(".bet input[type=range]", "75")
    page.evaluate("for (let k = 0; k < 50; k++) document.querySelector('.go .next').click()")
    page.wait_for_selector(DONE)
    assert page.locator("section[data-step=run]:visible").count() == 1
    page.dblclick(".go .next")
    page.wait_for_selector("section[data-step=notice]:visible")
    assert page.locator("section[data-step=explain]:visible").count() == 0


def test_a_lesson_is_presented_large_one_step_at_a_time_by_keys(tab):
    page = opened(tab, "too_busy", 1)
    usual = page.evaluate("parseFloat(getComputedStyle(document.querySelector('.lesson')).fontSize)")
    page.click(".tools .present")
    assert "present=1" in page.url
    page.set_viewport_size({"width": 1920, "height": 1080})
    large = page.evaluate("parseFloat(getComputedStyle(document.querySelector('.lesson')).fontSize)")
    assert large >= 1.4 * usual
    assert page.locator(".head:visible, .left:visible, footer:visible").count() == 0
    assert page.get_attribute(".tools .present", "aria-pressed") == "true"
    page.locator(".hands").nth(0).fill("7")
    page.locator(".hands").nth(2).fill("12")
    page.check(".bet input[value=more]")
    page.keyboard.press("Enter")
    at(page, "run")
    page.wait_for_selector(DONE)
    assert page.locator(".raised b").all_inner_texts() == ["7", "0", "12"]
    assert page.locator(".raised .right").count() == 1
    pressed = {"ArrowRight": "notice", " ": "explain", "ArrowLeft": "notice", "PageDown": "explain", "Enter": "try"}
    for key, title in pressed.items():
        page.keyboard.press(key)
        at(page, title)
    page.focus(".own select")
    page.keyboard.press("ArrowRight")
    page.keyboard.press(" ")
    page.keyboard.press("Escape")  # closes the list, or ends the presentation: the step stays
    assert page.locator("section[data-step=try]:visible").count() == 1
    # One look at all of them: a new answer may draw them anew between two.
    page.wait_for_selector(".figures figure svg:visible")
    heights = page.evaluate("[...document.querySelectorAll('.figures figure svg')].map(one => one.clientHeight)")
    assert min(height for height in heights if height) > 200
    page.goto(page.url.split("#")[0] + "#learn/too_busy?class=1&present=1")
    page.wait_for_selector("body.presenting")
    page.keyboard.press("Escape")
    page.wait_for_selector(".head:visible")
    assert "present" not in page.url


def test_full_screen_is_asked_for_and_left(tab):
    page = opened(tab, "too_busy", 1, "&present=1")
    page.click(".tools .full")
    page.wait_for_selector("html:fullscreen")
    page.click(".tools .full")
    page.wait_for_selector("html:not(:fullscreen)", state="attached")


@ALL
def test_a_lesson_fits_on_a_phone(tab, name):
    page = opened(tab, name, 1, viewport={"width": 390, "height": 844}, has_touch=True)
    assert page.locator(".lesson h2").bounding_box()["y"] < 200, "the lesson begins at once"
    to_try(page, LESSONS[name])
    page.select_option("#learn-anything", index=1)
    for _ in range(5):
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.locator(".go button:visible").first.click()


def test_the_list_fits_on_a_phone(tab):
    page = tab("learn", viewport={"width": 390, "height": 844})
    page.wait_for_selector(".list")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_on_paper_there_is_a_lesson_to_hand_out(tab):
    page = opened(tab, "middle_ground", 3)
    page.emulate_media(media="print")
    lesson = LESSONS["middle_ground"]
    for title in ("predict", "notice", "extend"):
        assert page.locator(f"section[data-step={title}]").is_visible(), title
    for hidden in (".head", ".left", ".tools", ".go", ".stepper", "section[data-step=run]", ".teacher"):
        assert not page.locator(f"{hidden}:visible").count(), hidden
    assert lesson.extend[0] in page.inner_text(".learn")
    assert page.inner_text(".printed") == "Class number: 3"
    page.emulate_media(media="screen")
    to_try(page, lesson)
    page.emulate_media(media="print")
    for title in ("predict", "run", "notice", "explain", "extend"):
        assert page.locator(f"section[data-step={title}]").is_visible(), title
    assert page.locator(".figures svg:visible").count() >= 2


def test_where_there_are_no_workers_the_page_runs_the_histories_itself(tab):
    page = opened(tab, "slow_learners", 2, script="delete window.Worker")
    lesson, found = LESSONS["slow_learners"], runs.findings(LESSONS["slow_learners"], 2)
    page.fill(".bet input[type=range]", "75")
    page.click(".go .next")
    page.wait_for_selector(DONE)
    assert plain(page.inner_text(".lesson .lead:visible")) == pages.judged(lesson, found, 75)


def test_teachers_notes_are_folded(tab):
    page = opened(tab, "coherence")
    assert not page.is_visible(".notes")
    page.click(".teacher summary")
    assert LESSONS["coherence"].notes.goals[0] in page.inner_text(".notes")


@pytest.mark.parametrize("options", [{}, {"viewport": {"width": 390, "height": 844}}], ids=["desk", "phone"])
@pytest.mark.parametrize("more", ["", "&present=1"], ids=["", "presented"])
def test_axe_finds_nothing(tab, options, more):
    package = importlib.util.find_spec("axe_playwright_python")
    if package is None:
        pytest.skip("axe-core is not installed (axe-playwright-python)")
    page = opened(tab, "two_models", 1, more, **options)
    page.evaluate(Path(package.origin).with_name("axe.min.js").read_text(encoding="utf-8"))
    audit = "axe.run().then(found => found.violations.map(one => [one.id, one.nodes.map(node => node.html)]))"
    assert page.evaluate(audit) == []
    to_try(page, LESSONS["two_models"])
    page.select_option("#learn-anything", "openness")
    page.fill(".change .value", "x")
    page.press(".change .value", "Enter")
    assert page.evaluate(audit) == []
    page.evaluate("location.hash = '#learn'")
    page.wait_for_selector(".list")
    assert page.evaluate(audit) == []


def test_what_is_named_here_is_named_once_in_the_page(tab):
    """Rooms that were shown stay in the page, hidden: a label must not lead into another room."""
    page = tab("explore")
    page.wait_for_selector(".explore .left")
    page.evaluate("location.hash = '#learn/two_models?class=1'")
    page.wait_for_selector(".lesson .bet")
    to_try(page, LESSONS["two_models"])
    page.select_option("#learn-anything", "openness")
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(one => one.id)")
    assert sorted({one for one in ids if ids.count(one) > 1}) == []
    nameless = """[...document.querySelectorAll('.learn input, .learn select')]
      .filter(one => !one.labels.length && !one.getAttribute('aria-label')).map(one => one.outerHTML)"""
    assert page.evaluate(nameless) == []
