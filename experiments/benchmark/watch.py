"""How smooth the room Watch is in a real browser: `python -m experiments.benchmark.watch`.

Pictures a second are those that come from the simulation (20 is the most that is sent), paints a second count the
movement between them too. Pause is measured from the click to the last
change of the week shown, and to the last picture, with which the simulation says that it stands still.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from experiments import without_arguments
from tests.dashboard.server import ARGUMENTS, CHROMIUM, ROOT, served

APP = ROOT / "tests" / "dashboard" / "watch_app.py"
SECONDS = 8.0
PAUSES = 20

# clicks on pause, and waits until nothing has changed for half a second: milliseconds to the last week and picture
PAUSE = """() => new Promise((done) => {
  const root = document.querySelector('.tw-root');
  const start = performance.now();
  const last = { week: start, picture: start };
  const watching = new MutationObserver((changes) => {
    for (const change of changes) {
      last[change.attributeName === 'data-week' ? 'week' : 'picture'] = performance.now();
    }
  });
  watching.observe(root, { attributes: true, attributeFilter: ['data-week', 'data-drawn'] });
  document.querySelector('.tw-play').click();
  setTimeout(() => { watching.disconnect(); done([last.week - start, last.picture - start]); }, 500);
})"""


def counts(page: Page) -> tuple[int, int, int, float]:
    """Pictures drawn, paints and the week so far, and when that was."""
    found: Any = page.evaluate(
        "(() => { const d = document.querySelector('.tw-root').dataset;"
        " return [Number(d.drawn), Number(d.paints), Number(d.week), performance.now() / 1000]; })()"
    )
    return found[0], found[1], found[2], found[3]


def prepare(page: Page, people: int, speed: int) -> None:
    """An organisation of this size at week 0, standing still."""
    field = page.get_by_role("textbox", name="People")
    field.fill(str(people))
    field.press("Enter")
    page.wait_for_function(f"document.querySelector('.tw-canvas').ariaLabel.includes('{people} people')")
    page.select_option(".tw-speed", str(speed))
    page.click(".tw-restart")
    page.wait_for_function("document.querySelector('.tw-root').dataset.week === '0'")


def smoothness(page: Page, people: int, speed: int) -> tuple[float, float, float]:
    """Pictures, paints and weeks a second."""
    prepare(page, people, speed)
    page.click(".tw-play")
    time.sleep(1.0)
    before = counts(page)
    time.sleep(min(SECONDS, 200 / speed))
    after = counts(page)
    page.click(".tw-play")
    seconds = after[3] - before[3]
    return tuple((after[k] - before[k]) / seconds for k in range(3))  # type: ignore[return-value]


def pauses(page: Page, people: int, speed: int) -> list[list[float]]:
    """Milliseconds that each of many pauses took: to the last week, and to the last picture."""
    taken = []
    for _ in range(PAUSES):
        prepare(page, people, speed)
        page.click(".tw-play")
        page.wait_for_function("Number(document.querySelector('.tw-root').dataset.week) > 3")
        taken.append(page.evaluate(PAUSE))
    return taken


def measured() -> Iterator[tuple[str, str, str]]:
    """What is measured: what, how much, and what was aimed at."""
    with (
        tempfile.TemporaryDirectory() as folder,
        served(APP, Path(folder) / "log") as (address, _),
        sync_playwright() as p,
    ):
        browser = p.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(address)
        page.wait_for_selector(".tw-root[data-drawn]", timeout=120_000)
        for people, aim in ((200, 20), (2_000, 10)):
            for speed in (20, 100):
                pictures, paints, weeks = smoothness(page, people, speed)
                yield (
                    f"Watch, {people:,} people, asked for {speed} weeks a second",
                    f"{paints:.1f} frames/s, {pictures:.1f} of them with news; {weeks:.1f} weeks/s",
                    f"≥ {aim} frames/s",
                )
            taken = sorted(said for _, said in pauses(page, people, 100))
            yield (
                f"Watch, {people:,} people, {PAUSES} pauses at the highest speed, until the simulation stands",
                f"median {taken[PAUSES // 2]:.0f} ms, longest {taken[-1]:.0f} ms",
                "< 300 ms",
            )
        browser.close()


if __name__ == "__main__":
    without_arguments("experiments.benchmark.watch", __doc__)
    for row in measured():
        print(*row, sep=" | ", flush=True)
