"""What the dashboard leaves alone: other hosts, other files; and what it says where there is nothing."""

import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import contextmanager

import pytest

from sim.dashboard import lost
from sim.dashboard.server import NEEDED

from .server import ROOT, free_port


@contextmanager
def started(cwd, **environment):
    """A dashboard in a folder, with an environment of its own: its address and its process."""
    port = free_port()
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    process = subprocess.Popen(
        [sys.executable, "-m", "sim", "dashboard", "--port", str(port)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": path, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert f"http://127.0.0.1:{port}/" in process.stdout.readline()
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(10)


def answered(address, accept="text/html"):
    """Status and text of an answer."""
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers={"Accept": accept}), timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_a_page_for_the_lost_is_escaped_and_short():
    told = lost.page("/%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script" not in told
    assert "no room “&lt;script&gt;alert(1)&lt;/script&gt;”" in told
    assert len(lost.page("/" + "x" * 10_000)) - len(lost.page("/x")) < 100


@pytest.mark.slow
def test_an_unknown_room_shows_the_way_to_the_rooms(chromium, served):
    page = chromium.new_page(viewport={"width": 1280, "height": 800})
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    assert page.goto(f"{served}/nonsense").status == 404
    assert "There is no room “nonsense” here." in page.inner_text("main")
    for place in (".head .rooms", "main"):
        assert page.locator(f"{place} a").all_inner_texts() == ["Explore", "Watch", "Learn"]
    assert asked == [f"{served}/nonsense"]
    page.click("main >> text=Learn")
    page.wait_for_selector(".learn .lesson")
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
