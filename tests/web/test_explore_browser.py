"""The room Explore of a page, opened from disk in Chromium without a network."""

import importlib.util
import re
from pathlib import Path

import pytest

from sim import Scenario, compare
from sim.dashboard import explore_state, explore_view, exports, narrative, url_state
from sim.dashboard.explore_state import Choices
from sim.dashboard.simulation_service import Answer
from sim.execution.histories import run_all
from sim.model.extensions import load_all
from sim.present.formatting import format_gap, format_value
from sim.scenario import PARAMETERS, Intervention
from sim.web.page import live_page

pytestmark = pytest.mark.slow
SMALL = "explore?a=balanced~turbulent~workers:40&runs=6&weeks=60&check=ffff"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
# A stand-in for workers, before the page is there: it says how many histories were begun, and fails when it is told to.
FAILING = """
  window.Worker = class {
    constructor() { this.asked = 0 }
    postMessage(told) {
      if (told.module) return
      setTimeout(() => this.onmessage({data: {error: 'WebAssembly.Memory.grow(): Maximum memory size exceeded'}}))
    }
  }
"""
ONE_WORKER = "Object.defineProperty(navigator, 'hardwareConcurrency', {value: 1})"
HELD_BACK = """
  const Real = window.Worker
  window.held = []
  window.Worker = class {
    constructor(address) {
      this.real = new Real(address)
      this.real.onmessage = event => {
        if (window.holding) window.held.push(() => this.onmessage(event))
        else this.onmessage(event)
      }
    }
    postMessage(told) { this.real.postMessage(told) }
  }
"""


def small(policy="balanced", **levers):
    return Scenario.build(policy, **{"workers": 40, "weeks": 60, **levers})


def link(*scenarios, runs=6, **more):
    return f"explore?{url_state.to_query(Choices(tuple(scenarios), replicates=runs, **more))}"


def answered(page, query=None):
    """Wait until the whole answer to what is chosen (or to a query) is on the screen."""
    page.wait_for_selector(
        f'.right[data-answered="{query}"]' if query else '.right[aria-busy="false"][data-answered*="check"]'
    )
    return page


def query_of(page):
    return page.evaluate("location.hash.split('?')[1]")


def type_in(page, field, text):
    page.fill(field, text)
    page.press(field, "Enter")


def words_of(page, selector):
    return [" ".join(one.split()) for one in page.locator(selector).all_inner_texts()]


# Numbers and sentences


@pytest.mark.parametrize(
    "scenarios",
    [
        (small(),),
        (
            small("heads_down", shock_week=30, shock_share=0.5),
            small("triple_operating_system", shock_week=30, shock_share=0.5),
        ),
        (
            small(),
            small(interventions=[Intervention(20, policy="closed_shop"), Intervention(30, openness=0.9)]),
            small(hurdle=0.2),
        ),
    ],
    ids=["one", "shock", "interventions"],
)
def test_the_table_is_that_of_compare_and_the_sentences_are_those_of_the_dashboard(tab, scenarios):
    page = answered(tab(link(*scenarios)))
    assert not page.locator(".notice").is_visible()
    seeds = range(1, 7)
    table = compare(*scenarios, seeds=6)
    answer = Answer(Choices(scenarios, replicates=6), tuple(seeds), run_all(scenarios, seeds))
    wanted = [
        explore_view.numbers(answer, measure)
        for measure in ("awareness", "alternatives", "coherent_action", "innovation", "output", "too_busy")
    ]
    assert words_of(page, ".numbers b") == [one["mean"] for of in wanted for one in of]
    assert page.inner_text(".status") == "Average of 6 simulated histories (seeds 1 to 6)"
    for a in range(1, len(scenarios)):
        said = words_of(page, f".words article:nth-of-type({a}) > p, .words article:nth-of-type({a}) li")
        assert said == narrative.compared(answer, a)
    rows = table[table["measure"].isin(narrative.COMPARED)].to_dict("records")
    cells = [
        f"{format_value(row['mean'], measure)} {format_gap(row) if k >= len(table) // len(scenarios) else ''}".strip()
        for measure in narrative.COMPARED
        for k, row in enumerate(table.to_dict("records"))
        if row["measure"] == measure
    ]
    assert len(rows) == len(cells)
    if len(scenarios) > 1:
        assert words_of(page, ".differences tbody td") == [" ".join(one.split()) for one in cells]
    assert words_of(page, ".shocked li") == [
        text for a in range(len(scenarios)) for text in narrative.after_shock(answer, a)
    ]


def test_an_extension_has_a_group_of_its_own(chromium, tmp_path):
    one = Scenario.build(with_=load_all("mentoring"), weeks=60, mentoring=0.5)
    file = tmp_path / "page.html"
    file.write_text(live_page([one, one.replace(mentoring=0)]), encoding="utf-8")
    context = chromium.new_context(offline=True)
    page = context.new_page()
    page.goto(file.as_uri())
    answered(page)
    assert page.locator(".levers .part h2").nth(1).inner_text() == "Extensions"
    assert page.input_value("#lever-mentoring") == "0.5"
    assert "mentoring 0.5" in page.locator(".chip").first.inner_text()
    assert len(page.locator(".compare li").all()) == 6
    type_in(page, "#lever-mentoring", "0.7")
    answered(page)
    assert "~mentoring:0.7" in query_of(page)
    context.close()


# Levers


def test_a_lever_changes_the_scenario_its_mark_the_address_and_the_answer(tab):
    page = answered(tab(link(small())))
    before = words_of(page, ".numbers b")
    assert page.locator(".lever.changed").count() == 1, "the number of people"
    type_in(page, "#lever-openness", "0,9")
    answered(page)
    assert query_of(page) == url_state.to_query(
        explore_state.with_lever(Choices((small(),), replicates=6), "openness", "0.9")
    )
    assert words_of(page, ".numbers b") != before
    assert "preset: 0.2" in page.locator("#lever-openness-hint").inner_text()
    assert page.inner_text(".undo") == "Undo 2 changes"
    page.click(".undo")
    answered(page)
    assert "openness" not in query_of(page)
    assert page.locator(".undo").is_disabled()


def test_a_refusal_is_a_sentence_at_the_field_until_something_is_accepted(tab):
    page = answered(tab(link(small())))
    query = query_of(page)
    type_in(page, "#lever-complexity", "12")
    assert page.inner_text("#lever-complexity-error") == (
        "Complexity must be between 0 and 11 when aspects is 12, because the contribution of an aspect can depend on "
        "the other aspects only."
    )
    assert page.get_attribute("#lever-complexity", "aria-invalid") == "true"
    assert page.input_value("#lever-complexity") == "12"
    assert query_of(page) == query
    type_in(page, "#lever-complexity", "5")
    assert not page.locator("#lever-complexity-error").is_visible()
    answered(page)


def test_the_shares_of_the_week_sum_to_1(tab):
    page = answered(tab(link(small())))
    type_in(page, "#share-teams", "40 %")
    assert [page.input_value(f"#share-{one}") for one in explore_state.SPACES] == ["0.3", "0.3", "0.4"]
    type_in(page, "#share-teams", "2")
    assert page.inner_text("#share-teams-error") == "Share for teams must be between 0 and 1."


def test_a_slider_that_is_moved_ends_where_it_is(tab):
    page = answered(tab(link(small())))
    slider = page.locator("#lever-sponsorship").locator("xpath=preceding-sibling::input")
    slider.focus()
    for _ in range(7):
        page.keyboard.press("ArrowRight")
    assert page.input_value("#lever-sponsorship") == "0.57"
    page.wait_for_selector('.right[data-answered*="sponsorship:0.57"]')


def test_all_expert_settings_are_shown_when_asked_for(tab):
    page = answered(tab(link(small())))
    for button in page.locator(".more").all():
        button.click()
        assert button.get_attribute("aria-expanded") == "true"
    assert page.locator(".lever:visible").count() == len(PARAMETERS) + len(("weeks", "runs", "first seed"))
    type_in(page, "#lever-aspects", "15")
    assert (
        page.inner_text("#lever-aspects-error")
        == "Aspects must be between 2 and 14. The command line (tripleos run) allows more."
    )


def test_dated_changes_are_added_listed_and_removed(tab):
    page = answered(tab(link(small())))
    page.fill("#dated-week", "30")
    page.select_option("#dated-what", "policy:heads_down")
    assert not page.locator("#dated-value").is_visible()
    page.click(".add")
    page.select_option("#dated-what", "openness")
    type_in(page, "#dated-value", "2")
    assert page.inner_text("#dated-error") == "Openness must be between 0 and 1."
    type_in(page, "#dated-value", "0.6")
    assert words_of(page, ".dated li span") == ["Week 30: policy heads down", "Week 30: openness 0.6"]
    answered(page)
    reading = url_state.from_query(query_of(page))
    assert reading.problems == ()
    assert reading.choices.active == small(
        interventions=[Intervention(30, policy="heads_down"), Intervention(30, openness=0.6)]
    )
    page.click(".dated li:first-child .drop")
    assert words_of(page, ".dated li span") == ["Week 30: openness 0.6"]
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Remove: Week 30: openness 0.6"


# Side by side


def test_up_to_four_scenarios_are_held_shown_and_removed(tab):
    page = answered(tab(link(small())))
    assert page.locator(".compare").count() == 0
    for _ in range(3):
        page.click(".hold")
    assert page.locator(".hold").count() == 0
    page.select_option("#preset-policy", "heads_down")
    answered(page)
    assert words_of(page, ".compare h3")[2] == "D: heads down · turbulent · number of people 40, compared with A"
    page.click(".chip:nth-child(2) > button:first-child")
    assert page.inner_text("label[for=preset-policy]") == "Policy of B"
    page.click("[aria-label='Remove A']")
    assert page.inner_text("label[for=preset-policy]") == "Policy of A"
    answered(page)
    assert page.locator(".chip").count() == 3


# Links


def test_a_link_restores_everything_and_a_broken_one_says_so(tab):
    chosen = Choices(
        (small(shock_week=20), small("open_networks", shock_week=20, hurdle=0.1)), at=1, replicates=5, seed=2**64 - 101
    )
    query = url_state.to_query(chosen)
    page = answered(tab(f"explore?{query}"), query)
    assert query_of(page) == query
    assert page.input_value("#running-seed") == str(2**64 - 101)
    assert page.input_value("#lever-hurdle") == "0.1"
    page.evaluate("query => { location.hash = `explore?${query}` }", query.replace("hurdle:0.1", "hurdle:0.3"))
    page.wait_for_selector(".notice:visible")
    assert "The link is not whole, was changed by hand" in page.inner_text(".notice")
    assert page.input_value("#lever-hurdle") == "0.3"
    type_in(page, "#lever-hurdle", "0.1")
    answered(page, query)
    assert not page.locator(".notice").is_visible()


def test_the_room_comes_back_as_it_was_left(tab):
    query = link(small("heads_down")).partition("?")[2]
    page = answered(tab(f"explore?{query}"), query)
    page.click(".rooms a:has-text('Watch')")
    page.wait_for_selector(".room.explore", state="hidden")
    page.click(".rooms a:has-text('Explore')")
    answered(page, query)
    assert query_of(page) == query


def test_copy_link_copies_the_address(tab):
    page = answered(tab(link(small())))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.click(".copy")
    page.wait_for_selector(".copy:has-text('Copied')")
    assert page.evaluate("navigator.clipboard.readText()") == page.url


# Answers


def test_a_first_answer_comes_from_four_seeds_and_old_ones_never_come_late(tab):
    # A single worker: of several, histories come in any order, and more than four may be ready at once.
    page = answered(tab(link(small(), runs=30), HELD_BACK + ONE_WORKER))
    page.evaluate("window.holding = true")
    type_in(page, "#lever-openness", "0.5")
    page.wait_for_selector('.right[aria-busy="true"]')
    assert page.inner_text(".status") == "computing …"
    type_in(page, "#lever-openness", "0.8")
    one = "() => { if (window.held.length) window.held.shift()() }"
    all_of_them = "() => { while (window.held.length) window.held.shift()() }"
    noted = "First answer from"
    # Histories come one by one; the first picture is of four seeds, and of what is chosen now.
    while not page.locator(f".results .note:has-text('{noted}')").count():
        page.evaluate(one)
    assert "First answer from 4 of 30 runs" in page.inner_text(".results > .note")
    assert page.get_attribute(".right", "data-answered") == ""
    page.evaluate("window.holding = false")
    page.evaluate(all_of_them)
    page.wait_for_selector('.right[data-answered*="openness:0.8"]')
    assert noted not in page.inner_text(".results > .note")
    scenario = small(openness=0.8)
    answer = Answer(Choices((scenario,), replicates=30), tuple(range(1, 31)), run_all([scenario], range(1, 31)))
    assert page.locator(".numbers b").first.inner_text() == explore_view.numbers(answer, "awareness")[0]["mean"]


def test_an_answer_that_cannot_be_given_says_why(tab):
    page = tab(SMALL, FAILING)
    page.wait_for_selector(".results .first")
    assert page.inner_text(".results .first") == explore_state.NO_MEMORY
    assert page.inner_text(".status") == explore_state.NO_MEMORY


# Files


def saved(page, label):
    with page.expect_download() as download:
        page.click(f".files button:text-is('{label}')")
    return Path(download.value.path()).read_bytes()


def test_files_are_those_of_the_dashboard(tab):
    scenarios = (small(), small("heads_down", interventions=[Intervention(20, openness=0.5)]))
    page = answered(tab(link(*scenarios, at=1)))
    answer = Answer(Choices(scenarios, 1, 6), tuple(range(1, 7)), run_all(scenarios, range(1, 7)))
    assert saved(page, "CSV") == exports.as_csv(answer)
    assert saved(page, "TOML") == exports.as_toml(answer)
    weekly = saved(page, "CSV, every week").decode().splitlines()
    assert weekly[0].startswith("letter,policy,world,scenario,seed,week,awareness,")
    assert len(weekly) == 1 + 2 * 6 * 60


# For everybody


def test_everything_can_be_done_by_keyboard_alone(tab):
    page = answered(tab(link(small())))

    def tab_to(selector):
        for _ in range(400):
            page.keyboard.press("Tab")
            if page.evaluate("one => document.activeElement.matches(one)", selector):
                return
        pytest.fail(f"{selector} is not reached")

    tab_to("#preset-policy")
    page.keyboard.type("heads")
    assert page.input_value("#preset-policy") == "heads_down"
    tab_to("#lever-openness")
    page.keyboard.press("Control+A")
    page.keyboard.type("0.7")
    tab_to(".more")
    page.keyboard.press("Enter")
    tab_to("#lever-floor_networks")
    tab_to("#dated-week")
    page.keyboard.press("Control+A")
    page.keyboard.type("20")
    tab_to("#dated-value")
    page.keyboard.type("0.4")
    page.keyboard.press("Enter")
    assert words_of(page, ".dated li span") == ["Week 20: openness 0.4"]
    tab_to(".hold")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.className") == "hold"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    assert page.locator(".chip").count() == 1, "the second one is removed again"
    assert page.evaluate("document.activeElement.matches('.chip > button')")
    tab_to(".term")
    assert page.evaluate("getComputedStyle(document.activeElement, '::after').content") != "none"
    answered(page)
    assert "heads_down" in query_of(page)
    assert "openness:0.7" in query_of(page)


def test_the_way_to_the_results_is_short(tab):
    page = answered(tab(link(small())))
    page.focus(".skip")
    assert page.locator(".skip").bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.className") == "right"


def test_it_fits_a_phone(tab):
    page = answered(tab(link(small(), small("heads_down")), **PHONE))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert not page.locator("#lever-openness").is_visible()
    page.click(".unfold")
    assert page.locator("#lever-openness").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    type_in(page, "#lever-openness", "0.6")
    answered(page)
    small_ones = page.evaluate(
        """() => [...document.querySelectorAll('.explore button, .explore input.number, .explore select')]
          .filter(one => one.offsetParent && !one.matches('.skip, .more') && one.getBoundingClientRect().height < 30)
          .map(one => one.outerHTML)"""
    )
    assert small_ones == []


def test_each_field_has_a_label_and_no_id_is_there_twice(tab):
    page = answered(tab(link(small(), small("heads_down"))))
    for button in page.locator(".more").all():
        button.click()
    nameless = page.evaluate(
        """() => [...document.querySelectorAll('input, select')]
          .filter(one => !one.labels.length && !one.getAttribute('aria-label')).map(one => one.outerHTML)"""
    )
    ids = page.evaluate("() => [...document.querySelectorAll('[id]')].map(one => one.id)")
    pictures = page.evaluate(
        "() => [...document.querySelectorAll('.results svg[role=img]')].map(one => one.getAttribute('aria-label'))"
    )
    assert nameless == []
    assert len(set(ids)) == len(ids)
    assert len(pictures) == 7
    assert all(re.search(r"A from .* B from|A: .* B: ", one) for one in pictures)


@pytest.mark.parametrize("view", [{}, PHONE], ids=["desk", "phone"])
def test_axe_finds_nothing(tab, view):
    package = importlib.util.find_spec("axe_playwright_python")
    if package is None:
        pytest.skip("axe-core is not installed (axe-playwright-python)")
    page = answered(tab(link(small(shock_week=20), small("heads_down", shock_week=20), runs=6), **view))
    for button in page.locator(".unfold:visible, .more:visible").all():
        button.click()
    if not view:
        type_in(page, "#lever-hurdle", "9")
    page.evaluate(Path(package.origin).with_name("axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate(
        "axe.run().then(found => found.violations.map(one => [one.id, one.nodes.map(node => node.html)]))"
    )
    assert found == []
