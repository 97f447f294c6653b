"""What axe-core finds on each room of a page, on a screen and on a phone: nothing."""

from importlib.util import find_spec
from pathlib import Path

import pytest

SIZES = {"screen": {"width": 1280, "height": 800}, "phone": {"width": 390, "height": 844}}
# The rooms, and what is there once they have been drawn.
ROOMS = {
    "explore": ".explore .steps .numbers b",
    "explore?a=balanced~turbulent&b=heads_down~shock": ".compare table td",
    "watch": ".tw-root[data-drawn]",
    "learn": ".learn a",
}
AXE = "axe_playwright_python"


@pytest.mark.skipif(find_spec(AXE) is None, reason="axe-core is missing")
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("room", ROOMS)
def test_axe_finds_no_violation(tab, room, size):
    page = tab(room, viewport=SIZES[size])
    page.wait_for_selector(ROOMS[room])
    page.wait_for_selector("#check[data-same]")
    script = Path(find_spec(AXE).origin).with_name("axe.min.js").read_text(encoding="utf-8")
    page.evaluate(script)
    found = page.evaluate("async () => (await axe.run()).violations.map(one => [one.id, one.nodes.map(n => n.html)])")
    assert found == []
