"""A page that was saved, opened from disk without a network: the engine's bits in Chromium and in Firefox."""

import base64
import gzip
import json
import re
from pathlib import Path
from urllib.parse import unquote, urlparse

import pytest

from sim.model.run import Run
from sim.scenario import Scenario, policy_names, world_names
from sim.web.page import live_page
from sim.web.tables import fnv, scenario_table

from ..random_scenarios import random_scenario
from .firefox import firefox, needs_firefox
from .test_module import CHANGES

# Hashes of histories, taken by the page's own engine.
HASHES = """
(async () => {
  const tables = JSON.parse(document.getElementById('tripleos').textContent), cases = CASES
  const engine = new Engine(await WebAssembly.compile(await unpacked(tables.module)), tables.layout)
  return cases.map(([scenario, seed]) => fnv(engine.history(scenario, seed))).join(' ')
})()
"""
CHECKED = "document.getElementById('check').dataset.same"


@pytest.fixture(scope="module")
def cases():
    """Scenarios and seeds: all of the library, random ones, one with dated changes, and the second version."""
    library = [Scenario.build(policy, world) for policy in policy_names() for world in world_names()]
    others = [random_scenario(number) for number in range(20)]
    changed = Scenario.build(workers=50, weeks=90, interventions=CHANGES)
    second = [Scenario.build(policy, mechanisms="version2") for policy in policy_names()]
    return [(scenario, number + 1) for number, scenario in enumerate([*library, *others, changed, *second])]


def asked(cases):
    return HASHES.replace("CASES", json.dumps([[scenario_table(one), str(seed)] for one, seed in cases]))


def expected(cases):
    return " ".join(str(fnv(Run(scenario, seed).advance(scenario.weeks))) for scenario, seed in cases)


def test_chromium_gives_the_histories_of_the_engine(opened, live, cases):
    page = opened(live)
    assert page.evaluate(asked(cases)) == expected(cases)
    page.wait_for_selector("#check[data-same='3']")
    assert "3 of 3 histories are those of the Python model, to the last bit" in page.inner_text("#check")


@needs_firefox
def test_firefox_gives_the_histories_of_the_engine(live, cases, tmp_path):
    with firefox(tmp_path) as browser:
        browser.open(live)
        assert browser.value(asked(cases)) == expected(cases)
        same = (
            f"new Promise(done => {{ const look = () => {CHECKED} ? done({CHECKED}) : setTimeout(look, 50); look() }})"
        )
        assert browser.value(same) == "3"


def test_without_workers_the_page_runs_the_model_itself(opened, live):
    page = opened(live, "delete window.Worker")
    page.wait_for_selector("#check[data-same='3']")


def test_without_webassembly_the_page_says_what_to_do(opened, live):
    page = opened(live, "delete window.WebAssembly")
    page.wait_for_selector("#notice:has-text('browser of 2023 or later')")


def test_a_model_that_gives_other_numbers_is_told(opened, live, tmp_path):
    whole = Path(unquote(urlparse(live).path)).read_text(encoding="utf-8")
    data = json.loads(re.search(r'id="tripleos">(.*)</script>', whole)[1])
    rules = bytearray(gzip.decompress(base64.b64decode(data["module"])))
    half = bytes.fromhex("000000000000e03f")  # 0.5
    at = rules.rindex(b"\x44" + half) + 1  # a constant of the code
    rules[at : at + 8] = bytes.fromhex("000000000000d03f")  # 0.25
    changed = base64.b64encode(gzip.compress(bytes(rules))).decode()
    file = tmp_path / "changed.html"
    file.write_text(whole.replace(data["module"], changed), encoding="utf-8")
    page = opened(file.as_uri())
    page.wait_for_selector("#check[data-same]")
    assert int(page.evaluate(CHECKED)) < 3
    assert page.inner_text("#check").startswith("Careful:")


def test_the_same_page_is_made_twice():
    assert live_page() == live_page()
