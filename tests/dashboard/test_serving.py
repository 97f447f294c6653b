"""What the dashboard leaves alone: other hosts, other files; and what it says where there is nothing."""

import itertools
import json
import math
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

from sim.dashboard import memory, not_found, precompile
from sim.dashboard.exports import EXPORTS
from sim.dashboard.server import NEEDED
from sim.model.machine_code import cache_root
from sim.model.week import run_weeks
from sim.progress import COMPILING

from ..waiting import LONGEST_WAIT, until
from .conftest import Tab, new_context
from .server import ROOT, free_port


@contextmanager
def started(cwd, **environment):
    """A dashboard in a folder, with an environment of its own: its address and its process."""
    port = free_port()
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    process = subprocess.Popen(
        [sys.executable, "-m", "sim", "dashboard", "--port", str(port)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": path, "VIRTUAL_ENV": sys.prefix, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert f"http://127.0.0.1:{port}/" in process.stdout.readline()
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(LONGEST_WAIT)


def answered(address, accept="text/html"):
    """Status and text of an answer."""
    try:
        with urllib.request.urlopen(
            urllib.request.Request(address, headers={"Accept": accept}), timeout=LONGEST_WAIT
        ) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_a_page_for_the_lost_is_escaped_and_short():
    told = not_found.page("/%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script" not in told
    assert "no page “&lt;script&gt;alert(1)&lt;/script&gt;”" in told
    assert len(not_found.page("/" + "x" * 10_000)) - len(not_found.page("/x")) < 100


@pytest.mark.slow
def test_an_unknown_room_shows_the_way_to_the_rooms(chromium, served):
    page = new_context(chromium).new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    assert page.goto(f"{served}/nonsense").status == 404
    assert "There is no page “nonsense” here." in page.inner_text("main")
    for place in (".head .rooms", "main"):
        assert page.locator(f"{place} a").all_inner_texts() == ["Explore", "Watch", "Learn"]
    assert asked == [f"{served}/nonsense"]
    page.click("main >> text=Learn")
    page.wait_for_selector(".learn .lesson")
    page.close()


ROOMS = {
    "/": ("Explore", ".tried"),
    "/explore?a=balanced~turbulent&b=heads_down~turbulent": ("Explore", ".compare"),
    "/watch": ("Watch", ".tw-root[data-drawn]"),
    "/learn": ("Learn", ".learn .lesson"),
    "/nonsense": ("There is no page “nonsense” here.", "main a"),
}
INTERACTIVE = "a, button, input, select, textarea, [tabindex], [role=button]"


@pytest.mark.slow
@pytest.mark.parametrize("path", ROOMS)
def test_every_room_can_be_heard_zoomed_and_found_in(chromium, served, path):
    heading, ready = ROOMS[path]
    page = new_context(chromium).new_page()
    page.goto(served + path)
    page.wait_for_selector(ready)
    assert page.get_attribute("html", "lang") == "en"
    assert page.get_by_role("main").count() == page.get_by_role("banner").count() == 1
    assert page.get_by_role("main").get_by_role("heading", level=1).all_inner_texts() == [heading]
    assert page.get_by_role("heading", level=1).count() == 1
    assert page.get_by_role("navigation", name="Rooms").count() == 1
    views = [one.get_attribute("content") for one in page.locator("meta[name=viewport]").all()]
    assert views
    assert not any("maximum-scale" in one or "user-scalable" in one for one in views)
    levels = [int(one.evaluate("e => e.tagName[1]")) for one in page.locator("h1, h2, h3, h4").all()]
    assert all(below - above <= 1 for above, below in itertools.pairwise([0, *levels])), levels
    nested = page.evaluate(
        "all => [...document.querySelectorAll('button, a, [role=button]')].filter(e => e.querySelector(all))"
        ".map(e => e.outerHTML)",
        INTERACTIVE,
    )
    assert nested == []
    page.close()


@pytest.mark.slow
def test_parts_that_are_missing_are_not_fetched_and_those_that_are_there_stay(tmp_path):
    parts = tmp_path / "parts"
    for name in NEEDED:
        (parts / name).mkdir(parents=True)
        (parts / name / "part.js").write_text("part")
    with started(tmp_path, SOLARA_ASSETS_PROXY_CACHE_DIR=str(parts)) as (address, process):
        assert answered(f"{address}/_solara/cdn/{NEEDED[1]}/part.js") == (200, "part")
        for wrong in (*NEEDED, "vega@5/vega.js", "left-pad", "%2e%2e/parts/x", f"{NEEDED[1]}/part.js/x"):
            assert answered(f"{address}/_solara/cdn/{wrong}", "*/*") == (404, "There is nothing here.\n")
    assert "Could not load" not in process.stderr.read()
    assert sorted(str(path.relative_to(parts)) for path in parts.rglob("*.*") if path.is_file()) == sorted(
        f"{name}/part.js" for name in NEEDED
    )


FORGED = [None, 7, "x", [], {"what": "upload", "name": "../../x.toml", "value": "%%"}, {"what": "upload", "value": {}}]
FORGED += [{"what": what, "name": "__class__", "value": [1]} for what in ("lever", "share", "running", "shock", "show")]
FORGED += [{"what": "drop", "value": 10**12}, {"what": "policy", "value": "/etc/passwd"}, {"what": ["lesson"]}]


def forge(page, element, event):
    """Send what no button sends, as a page could that somebody has tampered with."""
    page.evaluate(
        "([element, event, given]) => given.forEach(one => document.querySelector(element).__vue__[event](one))",
        [element, event, FORGED],
    )


@pytest.mark.slow
def test_nothing_is_written_but_what_the_browser_saves(chromium, tmp_path):
    places = {name: tmp_path / name for name in ("cwd", "home", "tmp", "downloads")}
    for place in places.values():
        place.mkdir()
    own = {"HOME": places["home"], "TMPDIR": places["tmp"], "XDG_CACHE_HOME": "", "TRIPLEOS_CACHE": cache_root()}
    with started(places["cwd"], **{name: str(value) for name, value in own.items()}) as (address, process):
        one = Tab(chromium, address)
        for export in EXPORTS.values():
            with one.page.expect_download() as download:
                one.page.click(f".files button:text-is('{export.label}')")
            assert download.value.suggested_filename == export.name
            download.value.save_as(places["downloads"] / export.name)
        for name in ("../../x.toml", "/etc/x.toml", "a\\..\\x.toml", "<img src=x>.toml"):
            file = {"name": name, "mimeType": "text/plain", "buffer": b"wrokers = 3"}
            one.page.set_input_files("input[type=file]", files=[file])
            one.page.wait_for_function(
                "name => document.querySelector('.levers > .error')?.innerText.includes(name)", arg=name[-6:]
            )
            assert one.page.locator(".levers > .error *").count() == 0
        for element, event in ((".levers", "moved"), (".bar", "act"), (".tried", "again"), (".file", "taken")):
            forge(one.page, element, event)
        one.go("/learn")
        one.page.click("text=Slow learners make wise organisations")
        with one.page.expect_download() as download:
            one.page.click("text=Save this lesson as one page")
        download.value.save_as(places["downloads"] / "lesson.html")
        forge(one.page, ".learn", "act")
        one.page.click(".learn .left button:has-text('Too busy to learn')")
        one.page.wait_for_selector(".lesson h2:text-is('Too busy to learn')")
        one.context.close()
        assert one.foreign == []
        assert one.complaints == []
    assert process.stderr.read() == "interrupted\n"
    assert len(list(places["downloads"].iterdir())) == len(EXPORTS) + 1
    for name in ("cwd", "home", "tmp"):
        assert [str(path) for path in places[name].rglob("*")] == []


def test_who_waits_for_the_compiler_is_told_so(monkeypatch):
    assert precompile.waiting("computing …") == "computing …"
    monkeypatch.setattr(precompile, "is_compiled", lambda kernel: kernel is not run_weeks)
    assert precompile.waiting("computing …") == COMPILING
    assert precompile.waiting("computing …", "search") == "computing …"


@pytest.mark.slow
def test_while_the_model_is_compiled_the_rooms_are_there_and_say_so(chromium, tmp_path):
    compiled_elsewhere = {"TRIPLEOS_CACHE": str(tmp_path / "cache"), "NUMBA_DISABLE_JIT": "0"}
    with started(tmp_path, **compiled_elsewhere) as (address, process):
        pages = {room: new_context(chromium).new_page() for room in ("explore", "watch", "learn")}
        for room, page in pages.items():
            page.goto(f"{address}/{room}")
        learn = pages["learn"]
        learn.check("fieldset input >> nth=0")
        learn.click(".go .next:enabled")
        pages["explore"].wait_for_selector(".first:has-text('compiling the model')")
        pages["watch"].wait_for_selector(".tw-wait:has-text('half a minute')")
        learn.wait_for_selector(".go .status:has-text('compiling the model')")
        for page in pages.values():
            page.close()
    assert process.stderr.read() == f"{COMPILING}\ninterrupted\n"


def test_memory_is_given_back_after_sessions_and_not_before(monkeypatch):
    given = threading.Semaphore(0)
    monkeypatch.setattr(memory, "give_back", given.release)
    session_closed = memory.give_back_after_sessions(settling=0.02)
    assert not given.acquire(timeout=0.1)
    for _ in range(3):
        session_closed()
        assert given.acquire(timeout=LONGEST_WAIT)


def held(process):
    """Megabytes that a process has in memory."""
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def open_and_close(chromium, address, count):
    """So many sessions at a time, until the server has ended all of them."""
    tabs = [Tab(chromium, address) for _ in range(count)]
    for one in tabs:
        one.page.goto("about:blank")
        one.context.close()
    until(lambda: json.loads(answered(f"{address}/resourcez", "*/*")[1])["kernels"]["total"] == 0)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="there is no /proc")
def test_closed_sessions_leave_nothing_behind(chromium, tmp_path):
    with started(tmp_path) as (address, process):
        open_and_close(chromium, address, 2)
        first, before = held(process), math.inf
        while first < before - 1:  # as long as memory is still being given back
            time.sleep(memory.SETTLING + 2)
            first, before = held(process), first
        open_and_close(chromium, address, 5)
        until(lambda: held(process) - first < 15)  # five sessions more; each has some 7 MB while it is open
