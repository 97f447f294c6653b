"""The dashboard as people meet it: in a real browser, from a server started by its command. Slow: needs Chromium."""

import re
import socket
import subprocess
import sys

import pytest

from ..waiting import LONGEST_WAIT
from .server import ROOT, free_port

pytestmark = pytest.mark.slow
COMPARED = "/explore?a=heads_down~turbulent~workers:60&b=triple_operating_system~turbulent~workers:60&on=b&check=7db5"


def test_a_lever_gives_a_new_answer_and_the_address_follows(tab):
    one = tab()
    before = one.means
    one.type("#lever-openness", "0.85")
    one.wait_query("openness:0.85")
    one.settled()
    assert one.means != before
    one.page.keyboard.press("Tab")
    one.page.locator("input[type=range][aria-label='hurdle, slider']").focus()
    for _ in range(4):
        one.page.keyboard.press("ArrowRight")
    one.wait_query("hurdle:0.04")
    one.settled()
    one.page.click("text=/Undo \\d change/")
    one.page.wait_for_function("!location.search.includes('openness')")
    one.settled()
    assert one.means == before


def test_the_three_shares_go_together(tab):
    one = tab()
    one.type("#share-teams", "0.2")
    one.wait_query("split_teams:0.2")
    assert one.page.input_value("#share-networks") == "0.4"
    one.type("#share-teams", "1.2")
    assert one.page.inner_text(".lever.bad .error") == "Share for teams must be between 0 and 1."


def test_what_is_being_typed_outlives_another_change(tab):
    one = tab()
    one.page.fill("#lever-openness", "0.8")
    one.page.evaluate(
        "(() => { const world = document.querySelector('#preset-world'); world.value = 'stable';"
        " world.dispatchEvent(new Event('change')); })()"
    )
    one.wait_query("stable")
    one.settled()
    assert one.page.input_value("#lever-openness") == "0.8"
    one.page.press("#lever-openness", "Enter")
    one.wait_query("openness:0.8")
    one.settled()
    one.page.click("text=/Undo \\d change/")
    one.page.wait_for_function("document.querySelector('#lever-openness').value === '0.2'")


def test_side_by_side_in_words_with_a_shock(tab):
    one = tab()
    one.page.click(".hold")
    one.page.wait_for_function("document.querySelectorAll('.chip').length === 2")
    one.page.select_option("#preset-policy", "closed_shop")
    one.type("#shock-shock_week", "130")
    one.wait_query("b=closed_shop~turbulent~shock_week:130")
    one.page.wait_for_selector(".shocked")
    one.settled()
    lead = one.page.inner_text(".compare .lead").replace("\xa0", " ").strip()
    assert lead.startswith("B gives 0.")
    assert "coherent action than A (95 % confidence interval: 0." in lead
    assert "Running the policy itself takes" in one.page.inner_text(".compare ul")
    assert "recover" in one.page.inner_text(".shocked")


def plain(text):
    return text.replace("\xa0", " ")


def test_where_people_re_plan_their_week_the_answer_says_what_became_of_it(tab):
    scenarios = (
        "a=balanced~turbulent~workers:60~split_communities:0~split_teams:0.8{0}&b=balanced~turbulent~workers:60{0}"
    )
    one = tab("/explore?" + scenarios.format(""))
    lead, read_with = map(plain, one.page.locator(".compare article > p").all_inner_texts())
    assert "No clear difference in coherent action" in lead
    assert re.fullmatch(
        r"People re-plan their own week here: communities ended at \d+ % in A and \d+ % in B \(last 13 weeks\), "
        r"although the policies start from 0 % and 20 %\.",
        read_with,
    )
    assert "People re-plan their week. Starting split: A 20/0/80 %, B 20/20/60 %" in plain(
        one.page.inner_text(".given")
    )
    fixed = tab("/explore?" + scenarios.format("~adaptation:0"))
    assert fixed.page.locator(".compare article > p").count() == 1
    assert "re-plan" not in fixed.page.inner_text(".right")
    assert "Time in teams: 60 % of the week in B (A: 80 %), 8.0 hours less" in plain(
        fixed.page.inner_text(".compare ul")
    )


def test_a_shared_link_restores_everything_and_a_cut_one_says_so(tab):
    one = tab()
    one.page.click(".hold")
    one.page.select_option("#preset-world", "stable")
    one.type("#lever-turnover", "0.3")
    one.type("#running-runs", "8")
    one.wait_query("runs=8")
    one.settled()
    link = one.page.url.removeprefix(one.served)
    other = tab(link)
    assert other.means == one.means
    assert other.page.url == one.page.url
    assert other.page.locator(".notice").count() == 0
    cut = tab(link[: link.index("&b=") + 8])
    assert "not whole" in cut.page.inner_text(".notice")
    assert cut.page.locator(".chip").count() == 1


def test_forged_links_show_a_message_and_no_markup(tab):
    one = tab("/explore?a=balanced~turbulent~policy.name:%3Cimg%20src=x%20onerror=alert(1)%3E&b=no~thing&c=x")
    assert "Scenario B of the link cannot be used" in one.page.inner_text(".notice")
    assert one.page.locator("img").count() == 0


@pytest.mark.parametrize("typed", ["many", "", "-1", "1e12"])
def test_wrong_input_is_answered_in_place(tab, typed):
    one = tab()
    before = one.means
    one.type("#lever-workers", typed)
    one.page.wait_for_selector(".lever.bad #lever-workers")
    assert "between 2 and 2,000." in one.page.inner_text(".lever.bad .error")
    assert one.page.input_value("#lever-workers") == typed
    assert one.means == before
    one.type("#lever-workers", "40")
    one.wait_query("workers:40")
    one.page.wait_for_selector(".levers .error", state="detached")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.toml", b"wrokers = 3", "did you mean 'workers'"),
        ("b.toml", b"workers = 1000000000", "allowed is 2 to 1000000"),
        ("c.png", b"\x89PNG\xff", "is not text"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(tab, name, content, said):
    one = tab()
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    one.page.set_input_files("input[type=file]", files=[file])
    one.page.wait_for_selector(".levers > .error")
    assert said in one.page.inner_text(".levers > .error")


def test_files_can_be_saved_and_a_scenario_opens_again(tab, tmp_path):
    one = tab(COMPARED)
    sizes = {}
    for label in ("CSV", "Parquet", "SVG", "TOML", "Report"):
        with one.page.expect_download() as download:
            one.page.click(f".files button:text-is('{label}')")
        path = tmp_path / download.value.suggested_filename
        download.value.save_as(path)
        sizes[path.name] = path.stat().st_size
    assert set(sizes) == {"tripleos.csv", "tripleos.parquet", "tripleos.svg", "scenario.toml", "tripleos.html"}
    assert min(sizes.values()) > 500
    report = one.context.new_page()
    asked = []
    report.on("request", lambda request: asked.append(request.url))
    report.goto(f"file://{tmp_path / 'tripleos.html'}")
    report.wait_for_selector("[data-chart] svg")
    assert all(url.startswith(("file:", "data:")) for url in asked)
    report.close()
    two = tab()
    two.page.set_input_files("input[type=file]", tmp_path / "scenario.toml")
    two.wait_query("a=triple_operating_system~turbulent~workers:60")


def test_two_tabs_do_not_disturb_each_other(tab):
    one = tab()
    same_session = one.context.new_page()
    same_session.goto(one.served + "/")
    same_session.wait_for_selector(".steps")
    other = tab()
    before = other.means
    one.type("#lever-complexity", "0")
    one.wait_query("complexity:0")
    one.settled()
    assert other.means == before
    for page in (other.page, same_session):
        assert page.input_value("#lever-complexity") == "4"
        assert "complexity" not in page.url


def test_reload_during_a_run_keeps_what_was_chosen(tab):
    one = tab()
    one.type("#lever-workers", "800")
    one.wait_query("workers:800")
    one.page.reload()
    one.page.wait_for_selector(".steps, .first")
    assert one.page.input_value("#lever-workers") == "800"


def test_closing_during_a_run_frees_the_server(tab):
    one = tab()
    one.type("#lever-workers", "1500")
    one.wait_query("workers:1500")
    one.page.goto("about:blank")
    other = tab()
    other.type("#lever-turnover", "0.77")
    other.wait_query("turnover:0.77")
    other.settled()


def test_after_fifty_quick_changes_the_last_one_is_answered(tab):
    one = tab()
    slider = "input[type=range][aria-label='openness, slider']"
    for step in range(50):
        one.page.eval_on_selector(
            slider,
            "(element, value) => { element.value = value; element.dispatchEvent(new Event('input')); "
            "element.dispatchEvent(new Event('change')); }",
            str(round(0.31 + step / 100, 2)),
        )
    one.wait_query("openness:0.8")
    one.settled()
    fresh = tab(one.page.url.removeprefix(one.served))
    assert fresh.means == one.means


def test_fifty_quick_clicks_on_hold_and_on_remove(tab):
    one = tab()
    one.page.click(".tried summary")
    click = "(button, times) => { for (let k = 0; k < times; k++) button.click(); }"
    one.page.eval_on_selector(".hold", click, 50)
    one.page.wait_for_function("document.querySelectorAll('.chip').length === 4")
    one.page.wait_for_selector(".notice:has-text('There are 4 scenarios already')")
    one.wait_query("on=d")
    one.page.eval_on_selector(".chip .drop", click, 50)
    one.page.wait_for_function("document.querySelectorAll('.chip').length === 1")
    one.settled()
    assert one.page.locator(".notice").count() == 0
    assert len(one.means) == 6
    assert one.page.locator(".tried[open]").count() == 1, "what is open stays open"


def test_what_was_tried_comes_back(tab):
    one = tab()
    before = one.means
    one.page.select_option("#preset-policy", "heads_down")
    one.wait_query("a=heads_down")
    one.page.wait_for_function("document.querySelector('.tried summary')?.innerText.includes('(2)')")
    one.page.click(".tried summary")
    one.page.click("[aria-label^='Show again: balanced']")
    one.wait_query("a=balanced~turbulent&")
    one.settled()
    assert one.means == before


def test_every_field_has_a_name_and_every_chart_a_description(tab):
    one = tab()
    one.page.click("text=9 expert settings")
    nameless = one.page.evaluate(
        "[...document.querySelectorAll('input, select, button')].filter(e => !(e.labels?.length || e.ariaLabel || "
        "e.innerText?.trim())).map(e => e.outerHTML)"
    )
    assert nameless == []
    assert one.page.locator("svg[role=img]:not([aria-label])").count() == 0
    term = one.page.locator(".term").first
    term.focus()
    assert "have heard" in term.get_attribute("data-tip")


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1920, 1080)])
def test_nothing_is_cut_at_the_side(tab, width, height):
    one = tab(COMPARED, width=width, height=height)
    assert one.page.evaluate("document.documentElement.scrollWidth") <= width
    wide = one.page.evaluate(
        "[...document.querySelectorAll('.card, .lever, .chip')].filter(e => e.scrollWidth > e.clientWidth + 1)"
        ".map(e => e.className)"
    )
    assert wide == []


# The command


def command(*arguments):
    done = subprocess.run(
        [sys.executable, "-m", "sim", "dashboard", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=LONGEST_WAIT,
        check=False,
    )
    return done.returncode, done.stderr


def test_a_second_start_on_the_same_port_says_so(served):
    code, said = command("--port", served.rpartition(":")[2])
    assert code == 2
    assert "is in use already" in said
    assert served in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(("--port", "0"), "a whole number is needed, 1 to 65535"), (("--port", "web"), "a whole number is needed"),
     (("--host", "203.0.113.7"), "no address of this machine"), (("--host", "no such host"), "no address")],
)  # fmt: skip
def test_addresses_that_cannot_be_used(arguments, said):
    code, told = command(*arguments)
    assert code == 2
    assert said in told
    assert "Traceback" not in told


def test_other_sites_cannot_talk_to_it(served):
    host, port = served.removeprefix("http://").split(":")
    for header in ("Host: evil.example", f"Host: {host}:{port}\r\nOrigin: http://evil.example"):
        with socket.create_connection((host, int(port))) as one:
            one.sendall(f"GET / HTTP/1.1\r\n{header}\r\nConnection: close\r\n\r\n".encode())
            assert one.recv(100).startswith(b"HTTP/1.1 403")


def test_it_listens_on_the_loopback_interface_alone_unless_told_otherwise():
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "sim", "dashboard", "--port", str(port), "--host", "0.0.0.0"],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert "whoever can reach this machine" in server.stderr.readline()
    finally:
        server.terminate()
        server.wait(LONGEST_WAIT)
