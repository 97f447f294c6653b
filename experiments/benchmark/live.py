"""The live page: how large it is, how fast the module is beside the engine, and what somebody waits for in Chromium."""

from __future__ import annotations

import gzip
import json
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sim import Run
from sim.model.model import OURS
from sim.web.layout import layout
from sim.web.page import live_page
from sim.web.scripts import scripts
from sim.web.shipped import module_of
from sim.web.tables import scenario_table

from .measuring import NotMeasured, alone, once
from .organisations import DEFAULT, scenario

TURNS = 25
# Answers of the room Explore, by the clock of the page: from a lever to the first numbers, and to the whole answer.
WAITED = """
value => new Promise(done => {
  const right = document.querySelector('.explore .right'), status = document.querySelector('.explore .status')
  const numbers = () => [...document.querySelectorAll('.numbers b')].map(one => one.textContent).join()
  const before = numbers(), start = performance.now(), field = document.querySelector('#lever-openness')
  let first = null
  const look = () => {
    if (first === null && numbers() !== before) first = (performance.now() - start) / 1000
    const whole = right.dataset.answered.includes(`openness:${value}`) && /simulated histories/.test(status.textContent)
    if (whole) done([first ?? (performance.now() - start) / 1000, (performance.now() - start) / 1000])
    else setTimeout(look, 5)
  }
  field.value = value
  field.dispatchEvent(new Event('change', {bubbles: true}))
  look()
})
"""
# CPU milliseconds of default runs under Node, one after the other.
RUNS = """
const {wasm, layout, scenario, turns} = JSON.parse(require('fs').readFileSync(0, 'utf8')), taken = []
const engine = new Engine(new WebAssembly.Module(Buffer.from(wasm, 'hex')), layout)
for (let seed = 1; seed <= turns; seed++) {
  const before = process.cpuUsage()
  engine.history(scenario, seed)
  const {user, system} = process.cpuUsage(before)
  taken.push((user + system) / 1e3)
}
process.stdout.write(JSON.stringify(taken))
"""


def kilobytes(of: str) -> float:
    """Of the module, of the module compressed, or of a whole page."""
    if of == "page":
        return len(live_page().encode()) / 1000
    module = module_of(OURS)
    return len(module if of == "module" else gzip.compress(module, 9)) / 1000


def beside_the_engine() -> float:
    """How many times as long a default run takes under Node as in the engine: of medians of three sessions in turns."""
    node = shutil.which("node") or shutil.which("nodejs")
    if node is None:
        raise NotMeasured("there is no Node here")
    one, ratios = scenario(DEFAULT), []
    told = {"wasm": module_of(OURS).hex(), "layout": layout(OURS), "scenario": scenario_table(one), "turns": TURNS}
    with tempfile.NamedTemporaryFile("w", suffix=".cjs", encoding="utf-8") as file:
        file.write(scripts(["memory", "engine"]) + RUNS)
        file.flush()
        for _ in range(3):
            done = subprocess.run(
                [node, file.name], input=json.dumps(told).encode(), stdout=subprocess.PIPE, check=True
            )
            engine = []
            for seed in range(1, TURNS + 1):
                before = time.process_time()
                Run(one, seed).advance(one.weeks)
                engine.append(time.process_time() - before)
            ratios.append(statistics.median(json.loads(done.stdout)) / 1000 / statistics.median(engine))
    return statistics.median(ratios)


@contextmanager
def _browser() -> Iterator[tuple[Any, str]]:
    try:
        from tests.dashboard.server import CHROMIUM, launched
    except ImportError as error:
        raise NotMeasured(f"{error.name} is not installed") from error
    if not CHROMIUM.exists():
        raise NotMeasured("there is no Chromium here")
    with tempfile.TemporaryDirectory() as folder, launched() as browser:
        file = Path(folder) / "tripleos.html"
        file.write_text(live_page(), encoding="utf-8")
        yield browser, file.as_uri()


@once
def waited() -> dict[str, float]:
    """Seconds that somebody waits, medians: `opening` to the first numbers, and from a lever to `first` and `whole`."""
    opening, levers = [], []
    with _browser() as (browser, address):
        for _ in range(5):
            page = browser.new_context(viewport={"width": 1280, "height": 800}, offline=True).new_page()
            start = time.perf_counter()
            page.goto(address)
            page.wait_for_selector(".explore .steps .numbers b")
            opening.append(time.perf_counter() - start)
            page.wait_for_selector("#check[data-same]")
            page.context.close()
        page = browser.new_context(viewport={"width": 1280, "height": 800}, offline=True).new_page()
        page.goto(address)
        page.wait_for_selector("#check[data-same]")
        levers += [page.evaluate(WAITED, f"0.{3101 + 2 * k}") for k in range(8)]
    first, whole = (statistics.median(one) for one in zip(*levers, strict=True))
    return {"opening": statistics.median(opening), "first": first, "whole": whole}


def making() -> float:
    """Seconds of CPU that making the module takes."""
    return alone("_made([])", "from sim.web.shipped import _made")["cpu"]
