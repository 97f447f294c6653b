"""The room Watch of a page in a real browser: it plays, pause means pause, and it is quiet when it is not looked at."""

import re
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from sim import Run, Scenario
from sim.dashboard import explore_state, url_state
from sim.dashboard.watch import frames, tooltips

from ..waiting import until

pytestmark = pytest.mark.slow
ROOT = ".tw-root"
TOLD = """
window.told = []
const post = Worker.prototype.postMessage
Worker.prototype.postMessage = function (message, ...rest) {
  if (message.do) window.told.push(message.do)
  return post.call(this, message, ...rest)
}
"""
COMMANDS = "told.filter(one => one !== 'seen')"  # pictures may be on their way


@pytest.fixture
def watch(tab):
    """Opens the room."""

    def open_room(query="", **options):
        page = tab(f"watch?{query}" if query else "watch", **options)
        page.wait_for_selector(f"{ROOT}[data-drawn]")
        return page

    return open_room


def shown(page, name="week"):
    return page.get_attribute(ROOT, f"data-{name}")


def until_week(page, week):
    page.wait_for_selector(f"{ROOT}[data-week='{week}']")


def until_after(page, week):
    until(lambda: int(shown(page)) > week)


def until_obeyed(page):
    """Wait for the picture that answers the last command."""
    until(
        lambda: page.evaluate(f"(watch => watch.frame.answers >= watch.asked)(document.querySelector('{ROOT}').watch)")
    )


def go_to(page, week):
    page.fill(".tw-goal", str(week))
    page.press(".tw-goal", "Enter")


def choose(page, label, value):
    field = page.get_by_role("textbox", name=label)
    field.fill(value)
    field.press("Enter")


def query(page):
    return page.evaluate("location.hash.split('?')[1] ?? ''")


def link_to(*scenarios, at=0, seed=1, week=0):
    """An address of the room: what the dashboard writes, and the week."""
    chosen = explore_state.Choices(scenarios, at=at, seed=seed)
    return url_state.to_query(chosen) + (f"&week={week}" if week else "")


@pytest.mark.parametrize("size", [(1280, 800), (1920, 1080)])
def test_it_opens_with_all_its_parts_and_fits_the_screen(watch, size):
    page = watch(viewport=dict(zip(("width", "height"), size, strict=True)))
    assert shown(page) == "0"
    assert shown(page, "playing") == "false"
    assert page.locator(".tw-tile").count() == 6
    assert page.locator(".tw-legend li").count() == 13
    page.wait_for_selector("#check[data-same='3']")
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight + 1")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("(one => one.scrollHeight <= one.clientHeight + 1)(document.querySelector('.tw-words'))")
    assert query(page) == link_to(Scenario.build())


def test_what_is_drawn_and_said_is_what_python_makes(watch):
    dated = [{"week": 5, "openness": 0.9}]
    scenario = Scenario.build("triple_operating_system", "turbulent", workers=67, weeks=90, interventions=dated)
    page = watch(link_to(scenario, seed=3, week=31))
    until_week(page, 31)
    page.keyboard.press("t")
    page.get_by_text("Team 1 · 9 people").wait_for()
    recorder = frames.Recorder(Run(scenario, 3))
    rows = [recorder.advance()[frames.COLUMNS] for _ in range(31)]
    arrays = recorder.layout.arrays(recorder.picture())
    drawn = page.evaluate(f"""
        (frame => Object.fromEntries(frame.names.map(name => [name, Array.from(frame.all[name])])))(
        (watch => ({{all: watch.frame, names: [...watch.scene.fields.map(one => one[0]), 'course']}}))(
        document.querySelector('{ROOT}').watch))""")
    for name, array in arrays.items():
        np.testing.assert_array_equal(np.array(drawn[name], array.dtype), array.ravel(), name)
    np.testing.assert_array_equal(np.float32(drawn["course"]), np.float32(rows).ravel())
    lines = tooltips.words_about(arrays, ("team", 0), 31, scenario)["lines"]
    assert page.locator(".tw-lines li").all_inner_texts() == lines


def test_pause_at_top_speed_ten_times(watch):
    page = watch()
    page.select_option(".tw-speed", "100")
    for _ in range(10):
        page.keyboard.press("Home")  # although the speed was chosen just before
        until_week(page, 0)
        page.click(".tw-play")
        until_after(page, 3)
        page.click(".tw-play")
        before = shown(page)
        until_obeyed(page)
        assert shown(page) == before
        assert shown(page, "playing") == "false"
    sent = shown(page, "sent")
    page.keyboard.press("p")  # one more picture, of the same week
    page.get_by_text("Person 1 · Team 1").wait_for()
    assert (shown(page), int(shown(page, "sent"))) == (before, int(sent) + 1)
    until(lambda: query(page) == link_to(Scenario.build(), week=before))


def test_it_plays_to_the_end_and_stands_there(watch):
    page = watch(link_to(Scenario.build(workers=24, ties=4, weeks=40)))
    page.select_option(".tw-speed", "50")
    page.keyboard.press("Space")
    page.wait_for_selector(f"{ROOT}[data-week='40'][data-playing='false']")
    page.keyboard.press("Space")  # from the first week again
    page.wait_for_selector(f"{ROOT}[data-playing='true']")
    until(lambda: 0 < int(shown(page)) < 40)


def test_keys_jumps_and_wrong_numbers(watch):
    page = watch()
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
    for wrong in ("soon", "-4", "261", "1e3"):
        go_to(page, wrong)
        assert page.inner_text(".tw-answer") == "Week must be between 0 and 260."
    page.press(".tw-goal", "Escape")
    for wrong in ("many", "", "-5", "100000000"):
        choose(page, "Number of people", wrong)
        page.get_by_text(re.compile("Number of people must be .*between 8 and 2,000.")).wait_for()
        assert page.get_attribute("#watch-people", "aria-invalid") == "true"
    choose(page, "Number of people", "40")
    until_week(page, 0)
    page.wait_for_selector(f"{ROOT} canvas[aria-label*='40 people']")
    assert page.get_attribute("#watch-people", "aria-invalid") == "false"
    page.get_by_text(re.compile("Number of people must be")).wait_for(state="detached")


def test_a_link_restores_what_was_chosen(watch):
    page = watch()
    page.select_option("#watch-policy", "heads_down")
    page.select_option("#watch-world", "stable")
    choose(page, "Number of people", "48")
    choose(page, "Seed", "77")
    choose(page, "Weeks", "100")
    page.wait_for_selector(f"{ROOT} canvas[aria-label*='48 people']")
    go_to(page, 12)
    until_week(page, 12)
    link = link_to(Scenario.build("heads_down", "stable", workers=48, weeks=100), seed=77, week=12)
    until(lambda: query(page) == link)
    numbers = page.locator(".tw-value").all_inner_texts()
    other = watch(link)
    until_week(other, 12)
    assert other.locator(".tw-value").all_inner_texts() == numbers
    assert other.input_value("#watch-policy") == "heads_down"
    assert other.input_value("#watch-seed") == "77"


def test_changes_beside_the_presets_are_told_and_can_be_dropped(watch):
    changed = Scenario.build(
        hurdle=0.1, workers=50, interventions=[{"week": 53, "policy": "heads_down", "openness": 0.5}]
    )
    page = watch(link_to(Scenario.build("heads_down"), changed, at=1))  # of two in Explore, the one that is changed
    text = page.inner_text(".watch-more")
    assert text == "Changed: hurdle 0.1. From week 53: policy heads down, with openness 0.5."
    page.get_by_role("button", name="Reset to presets").click()
    page.wait_for_selector(".watch-changes", state="hidden")
    until(lambda: query(page) == link_to(Scenario.build(workers=50)))


def test_a_policy_of_ones_own_can_be_watched_and_chosen_again(watch):
    own = Scenario.build({"base": "heads_down", "name": "ours", "about": "As we do it.", "hurdle": 0.02})
    page = watch(link_to(own))
    assert page.input_value("#watch-policy") == "ours"
    assert page.inner_text(".tw-about").startswith("As we do it.")
    page.select_option("#watch-policy", "balanced")
    until(lambda: query(page) == link_to(Scenario.build()))
    page.select_option("#watch-policy", "ours")
    until(lambda: query(page) == link_to(own))
    assert page.locator(".watch .error:visible").count() == 0


def test_what_a_link_cannot_have_is_told_and_something_is_shown(watch):
    page = watch(link_to(Scenario.build(weeks=90)).replace("turbulent", "turbulent~openness:7") + "&week=soon")
    told = page.inner_text(".watch .card.error").splitlines()
    assert told[0].startswith("Scenario A of the link cannot be used: Openness must be between 0 and 1.")
    assert told[-1] == "Week must be a whole number between 0 and 260."
    assert page.input_value("#watch-policy") == "balanced"
    page.select_option("#watch-world", "shock")
    page.wait_for_selector(".watch .card.error", state="hidden")
    choose(page, "Weeks", "60")
    page.get_by_text("must be between 0 and 60, the weeks of the scenario.").wait_for()
    assert page.input_value("#watch-weeks") == "260"


def test_a_click_tells_about_somebody_and_keys_about_everybody(watch):
    page = watch()
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


def test_it_is_quiet_in_another_room_and_goes_on_from_where_it_was(watch):
    page = watch(script=TOLD)
    page.click(".tw-play")
    until_after(page, 2)
    page.get_by_role("link", name="Explore").click()
    page.wait_for_selector(ROOT, state="hidden")
    assert page.evaluate(COMMANDS)[-2:] == ["pause", "sleep"]
    assert shown(page, "playing") == "false"
    week = shown(page)
    until(lambda: not page.evaluate(f"document.querySelector('{ROOT}').watch.pending"))  # nothing is painted any more
    for key in ("Space", "ArrowRight", "Home", "p"):
        page.keyboard.press(key)
    assert page.evaluate(COMMANDS)[-2:] == ["pause", "sleep"]
    assert "week" not in query(page)
    page.get_by_role("link", name="Watch").click()
    page.wait_for_selector(ROOT, state="visible")
    until_obeyed(page)
    assert shown(page) == week
    page.keyboard.press("ArrowRight")
    until_week(page, int(week) + 1)


def test_it_sleeps_in_a_tab_that_is_not_looked_at(watch):
    page = watch(script=TOLD)
    page.click(".tw-play")
    until_after(page, 1)
    look = """
        Object.defineProperty(document, 'hidden', {value: %s, configurable: true})
        document.dispatchEvent(new Event('visibilitychange'))"""
    page.evaluate(look % "true")
    assert page.evaluate(COMMANDS)[-1] == "sleep"
    page.evaluate(look % "false")
    week = int(shown(page))
    until_after(page, week + 1)  # it was playing, and plays on


@pytest.mark.parametrize(
    "script",
    [
        "delete window.Worker",
        "window.Worker = class { constructor() { throw new Error() } }",
        """window.Worker = class {
            constructor() { setTimeout(() => this.onerror({preventDefault() {}})) }
            postMessage() {}
            terminate() {}
        }""",
    ],
)
def test_it_plays_without_workers(watch, script):
    page = watch(script=script)
    page.click(".tw-play")
    until_after(page, 3)
    page.keyboard.press("Space")
    until_obeyed(page)
    go_to(page, 200)
    until_week(page, 200)


def test_on_a_phone(watch):
    page = watch(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    box = page.locator(".tw-play").bounding_box()
    assert box["y"] + box["height"] < 844  # all that it takes to play is on the first screen
    page.tap(".tw-play")
    until_after(page, 2)
    page.tap(".tw-play")
    until_obeyed(page)
    place = page.evaluate(f"document.querySelector('{ROOT}').watch.stage.whereIs(40)")
    page.tap(".tw-canvas", position={"x": place[0], "y": place[1]})
    page.get_by_text("Person 41 · Team 6").wait_for()


def test_by_keyboard_alone(watch):
    page = watch()
    reached = []
    for _ in range(30):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.className"))
    wanted = [f"watch-{name}" for name in ("policy", "world", "people", "weeks", "seed")]
    wanted += ["tw-slider", "tw-goal", "tw-speed", "tw-words"]
    assert [one for one in reached if one in wanted][: len(wanted)] == wanted
    assert "tw-button tw-play" in reached
    page.focus(".tw-play")
    page.keyboard.press("Enter")
    until_after(page, 0)


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)], ids=["screen", "phone"])
def test_axe_finds_nothing(tab, size):
    package = find_spec("axe_playwright_python")
    if package is None:
        pytest.skip("axe-core is not installed (axe-playwright-python)")
    page = tab("watch", viewport={"width": size[0], "height": size[1]})
    page.wait_for_selector(".tw-root[data-drawn]")
    page.evaluate(Path(package.origin).with_name("axe.min.js").read_text(encoding="utf-8"))
    assert page.evaluate("async () => (await axe.run()).violations.map(one => one.id)") == []
