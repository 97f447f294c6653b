"""Fields for numbers, in a real browser: what stands in one when it is confirmed is what counts, ten times of ten."""

import pytest

pytestmark = pytest.mark.slow
SMALL = "/explore?a=balanced~turbulent~workers:40&runs=3&weeks=60&check=4124"  # answered at once
IN_ADDRESS = "part => location.search.includes(part)"
PEOPLE = "part => document.querySelector('.tw-root .tw-canvas')?.ariaLabel.includes(part)"
WEEK = "part => document.querySelector('.tw-root').dataset.week === part"
SHARES = [f"0.{k}" for k in range(11, 31, 2)]
FIELDS = {  # room, field, what is then seen of a number, and where
    "workers": (SMALL, "#lever-workers", "workers:{}", IN_ADDRESS, range(41, 51)),
    "turnover": (SMALL, "#lever-turnover", "turnover:{}", IN_ADDRESS, SHARES),
    "share of teams": (SMALL, "#share-teams", "split_teams:{}", IN_ADDRESS, SHARES),
    "week of the shock": (SMALL, "#shock-shock_week", "shock_week:{}", IN_ADDRESS, range(21, 31)),
    "weeks": (SMALL, "#running-weeks", "weeks={}", IN_ADDRESS, range(61, 71)),
    "runs": (SMALL, "#running-runs", "runs={}", IN_ADDRESS, range(10, 20)),
    "first seed": (SMALL, "#running-seed", "seed={}", IN_ADDRESS, range(51, 61)),
    "people": ("/watch", "#watch-people", ": {} people", PEOPLE, range(41, 51)),
    "week": ("/watch", ".tw-goal", "{}", WEEK, range(51, 61)),
    "class": ("/learn", "#class", "class={}", IN_ADDRESS, range(51, 61)),
}  # fmt: skip


def paste(page, text):
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+V")
    page.keyboard.press("Enter")


def type_and_enter(page, text):
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def type_and_tab(page, text):
    page.keyboard.type(text)
    page.keyboard.press("Tab")


def correct_with_arrows(page, text):
    """The last character but one is forgotten first."""
    page.keyboard.type(text[:-2] + text[-1])
    page.keyboard.press("ArrowLeft")
    page.keyboard.type(text[-2:-1])
    page.keyboard.press("Enter")


@pytest.mark.parametrize("name", FIELDS)
def test_the_number_that_is_confirmed_is_the_one_that_counts(tab, name):
    path, field, seen, where, numbers = FIELDS[name]
    one = tab(path)
    one.context.grant_permissions(["clipboard-read", "clipboard-write"])
    for way in (paste, type_and_enter, type_and_tab, correct_with_arrows):
        for number in numbers:
            one.page.focus(field)
            one.page.keyboard.press("Control+A")
            way(one.page, str(number))
            one.page.wait_for_function(where, arg=seen.format(number))
        if field != ".tw-goal":  # which is empty again after the jump
            assert one.page.input_value(field) == str(number), way.__name__


def test_numbers_confirmed_faster_than_they_are_answered_end_with_the_last(tab):
    page = tab("/watch").page
    for number in (60, 70, 80, 60, 120, 48):
        page.focus("#watch-people")
        page.keyboard.press("Control+A")
        type_and_enter(page, str(number))
        page.keyboard.press("Control+A")
        type_and_tab(page, str(number + 1000))  # into Seed: Tab leaves the field that Enter has confirmed
    page.wait_for_function(PEOPLE, arg=": 1048 people")
    page.click("text=Learn")
    page.wait_for_selector(".learn .lesson")
    page.click(".head >> text=Watch")
    page.wait_for_function(PEOPLE, arg=": 1048 people")
    assert page.input_value("#watch-people") == "1048"


def test_a_seed_gives_another_history_and_is_kept_when_the_room_is_left(tab):
    page = tab("/watch").page

    def history():
        page.focus(".tw-goal")
        type_and_enter(page, "30")
        page.wait_for_function(WEEK, arg="30")
        return page.locator(".tw-value").all_inner_texts()

    first = history()
    page.focus("#watch-seed")
    page.keyboard.press("Control+A")
    type_and_enter(page, "7")
    page.wait_for_function(WEEK, arg="0")
    assert history() != first
    page.click(".head >> text=Learn")
    page.wait_for_selector(".learn .lesson")
    page.click(".head >> text=Watch")
    page.wait_for_selector(".tw-root[data-drawn]")
    assert page.input_value("#watch-seed") == "7"


def test_what_is_being_typed_in_watch_outlives_another_choice(tab):
    page = tab("/watch").page
    page.fill("#watch-people", "41")
    page.evaluate(
        "(() => { const world = document.querySelector('#watch-world'); world.value = 'stable';"
        " world.dispatchEvent(new Event('change')); })()"
    )
    page.wait_for_selector(".tw-about:has-text('calm market')")
    assert page.input_value("#watch-people") == "41"
    page.press("#watch-people", "Enter")
    page.wait_for_function(PEOPLE, arg=": 41 people")
