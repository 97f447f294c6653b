"""What the dashboard takes in headless Chromium: `python -m experiments.benchmark.dashboard` writes results/dashboard/.

First picture, lever to answer, twelve sessions at once, memory after they are closed; and screenshots.
"""

from __future__ import annotations

import os
import platform
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from experiments import without_arguments
from tests.dashboard.server import CHROMIUM, ROOT, launched

from . import watch
from .measuring import NotMeasured, environment

OUT = ROOT / "results" / "dashboard"
SESSIONS, ROUNDS = 12, 5
WHOLE = "/simulated histories/.test(document.querySelector('.status')?.textContent)"
Row = tuple[str, str, str]  # what, measured, aim

# Notes in the page when the answer to the latest question is there: the clock of the page, so that the harness, which
# waits for twelve pages one after the other, does not count.
WATCH = """
query => { window.took = null; const start = performance.now();
  const look = () => {
    const done = location.search.includes(query) &&
      /simulated histories/.test(document.querySelector('.status').textContent);
    const numbers = [...document.querySelectorAll('.numbers b')].map(e => e.textContent).join();
    if (window.first === null && numbers !== window.before) window.first = (performance.now() - start) / 1000;
    if (done) window.took = (performance.now() - start) / 1000; else setTimeout(look, 100);
  };
  window.before = [...document.querySelectorAll('.numbers b')].map(e => e.textContent).join(); window.first = null;
  const field = document.querySelector('#lever-openness');
  field.value = query.split(':')[1]; field.dispatchEvent(new Event('change')); look();
}
"""


class Server:
    """A dashboard of its own, as a user starts it."""

    def __init__(self, port: int = 8931) -> None:
        command = [sys.executable, "-m", "sim", "dashboard", "--port", str(port)]
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, text=True)
        assert self.process.stdout
        self.process.stdout.readline()
        self.url = f"http://127.0.0.1:{port}"

    @property
    def memory(self) -> float:
        """Megabytes that it has in memory."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))

    def stop(self) -> None:
        """End it."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(10)


def opened(browser: Browser, url: str, width: int = 1280, height: int = 800) -> Page:
    """A page in a session of its own, when its first picture is complete."""
    page = browser.new_context(viewport={"width": width, "height": height}).new_page()
    page.goto(url)
    page.wait_for_selector(".steps svg", timeout=60_000)
    return page


def first_picture(browser: Browser, server: Server) -> Iterator[Row]:
    """From the opening of the address to the story with its charts."""
    seconds = []
    for _ in range(5):
        start = time.perf_counter()
        page = opened(browser, server.url)
        seconds.append(time.perf_counter() - start)
        page.context.close()
    yield "first picture after the address is opened", _told(seconds), "< 3 s"


def lever_seconds(browser: Browser, server: Server) -> list[float]:
    """From a lever to the whole answer: 20 replicates, 260 weeks, 120 workers; a value never asked for before."""
    page, seconds = opened(browser, server.url), []
    for k in range(8):
        page.wait_for_function(WHOLE)
        page.evaluate(WATCH, f"openness:0.{3101 + 2 * k}")
        page.wait_for_function("window.took !== null", timeout=60_000)
        seconds.append(page.evaluate("window.took"))
        time.sleep(0.3)
    page.context.close()
    return seconds


def lever(browser: Browser, server: Server) -> Iterator[Row]:
    """From a lever to the whole answer."""
    told = _told(lever_seconds(browser, server))
    yield "lever to new answer (20 × 260 weeks × 120 workers)", told, "< 1.5 s"


def many(browser: Browser, server: Server) -> Iterator[Row]:
    """Twelve sessions that change a lever at the same moment, each to another value; then all to the same one."""
    before = server.memory
    pages = [opened(browser, server.url) for _ in range(SESSIONS)]
    for page in pages:
        page.wait_for_function(WHOLE, timeout=60_000)
    for case, step in (("each another value", 2), ("all the same value, as a class does", 0)):
        firsts, wholes = [], []
        for again in range(ROUNDS):  # of values that nobody asked for before
            for k, page in enumerate(pages):
                page.evaluate(WATCH, f"openness:0.{4001 + 100 * again + step * k + (step == 0)}")
            for page in pages:
                page.wait_for_function("window.took !== null", timeout=120_000)
            firsts += [page.evaluate("window.first ?? window.took") for page in pages]
            wholes += [page.evaluate("window.took") for page in pages]
            time.sleep(1)
        yield f"{SESSIONS} sessions at the same moment, {case}: first answer", _told(firsts), "< 3 s"
        yield f"{SESSIONS} sessions at the same moment, {case}: all 20 runs", _told(wholes), ""
    during = server.memory
    for page in pages:
        page.goto("about:blank")  # as a closed tab does, and a closed context does not, it says goodbye
        page.context.close()
    time.sleep(6)
    after = server.memory
    yield "memory of the server before, with 12 sessions, after", f"{before:.0f}, {during:.0f}, {after:.0f} MB", ""
    yield "memory after closing / before", f"{after / before:.2f}", "≤ 1.20"


def pictures(browser: Browser, server: Server) -> None:
    """Screenshots of every room."""
    shocked = "turbulent~shock_week:130"
    compared = f"/explore?a=heads_down~{shocked}&b=triple_operating_system~{shocked}&on=b&check=9abd"
    for width, height in ((1280, 800), (1920, 1080)):
        for name, path in (("explore", "/explore"), ("compare", compared)):
            page = opened(browser, server.url + path, width, height)
            page.wait_for_function(WHOLE, timeout=60_000)
            if name == "compare":  # all of it, the levers beside it too
                page.set_viewport_size({"width": width, "height": page.evaluate("document.body.scrollHeight")})
            _taken(page, f"{name}-{width}x{height}")
        for name, prepare in (("watch", _watched), ("learn", _learned)):
            page = browser.new_context(viewport={"width": width, "height": height}).new_page()
            page.goto(f"{server.url}/{name}")
            prepare(page)
            _taken(page, f"{name}-{width}x{height}")


def _taken(page: Page, name: str) -> None:
    page.wait_for_timeout(400)
    page.screenshot(path=OUT / f"{name}.png")
    page.context.close()


def _watched(page: Page) -> None:
    """A week of an organisation in which ideas are on their way."""
    page.wait_for_selector(".tw-play")
    page.wait_for_function("document.querySelector('.tw-root').dataset.week === '0'", timeout=60_000)
    page.click(".tw-play")
    page.wait_for_function("Number(document.querySelector('.tw-root').dataset.week) >= 45", timeout=60_000)
    page.click(".tw-play")


def _learned(page: Page) -> None:
    """A lesson whose bet is placed and drawn, and what came out of it."""
    page.click("text=Slow learners make wise organisations")
    page.wait_for_selector("fieldset input[type=range]")
    page.fill("fieldset input[type=range]", "85")
    page.wait_for_selector(".go .next:enabled")
    page.locator("svg.sketch").scroll_into_view_if_needed()
    box: Any = page.locator("svg.sketch rect").bounding_box()
    for k, (across, up) in enumerate(((0.0, 0.02), (0.2, 0.3), (0.5, 0.65), (1.0, 0.85))):
        page.mouse.move(box["x"] + across * box["width"], box["y"] + (1 - up) * box["height"], steps=5)
        if k == 0:
            page.mouse.down()
    page.mouse.up()
    page.click(".go .next")
    page.wait_for_selector(".figures svg", timeout=60_000)
    page.mouse.move(0, 0)


def _told(seconds: list[float]) -> str:
    return f"median {statistics.median(seconds):.2f} s, longest {max(seconds):.2f} s"


@contextmanager
def started() -> Iterator[tuple[Browser, Server]]:
    """A browser and a dashboard that was opened once, so that what is loaded once does not count."""
    if not CHROMIUM.exists():
        raise NotMeasured("there is no Chromium here")
    server = Server()
    try:
        with launched() as browser:
            opened(browser, server.url).context.close()
            yield browser, server
    finally:
        server.stop()


def lever_to_answer() -> float:
    """Seconds from a lever to the whole answer: the median."""
    with started() as (browser, server):
        return statistics.median(lever_seconds(browser, server))


def main() -> None:
    """Measure, and write what was measured."""
    OUT.mkdir(parents=True, exist_ok=True)
    rows = []
    with started() as (browser, server):
        for measure in (first_picture, lever, many):
            for row in measure(browser, server):
                rows.append(row)
                print(*row, sep=" | ", flush=True)
        load = os.getloadavg()[1]
        pictures(browser, server)
    for row in watch.measured():
        rows.append(row)
        print(*row, sep=" | ", flush=True)
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    (OUT / "README.md").write_text(f"""# The dashboard, measured

Headless Chromium and the server on the same {os.cpu_count()} cores ({platform.machine()}, Python
{platform.python_version()}); load average over five minutes {load:.1f}.
Made by `python -m experiments.benchmark.dashboard`; the tests are `tests/dashboard/`.

| what | measured | aim |
|---|---|---|
{table}

Twelve sessions changed a lever {ROUNDS} times, together.
An answer comes in two parts if it takes longer than 0.4 s: a first one from at least four of the seeds, then all of
them. Charts on the screen are SVG text that takes some 3 ms each to write: the same eight charts took 0.2 s to specify
with Altair and another 0.2 s to draw with vl-convert, which 12 sessions would have felt.

![One scenario](explore-1280x800.png)

![Two scenarios side by side, with a shock](compare-1280x800.png)

![One organisation, week by week](watch-1280x800.png)

![A lesson](learn-1280x800.png)
""")


if __name__ == "__main__":
    without_arguments("experiments.benchmark.dashboard", __doc__)
    main()
