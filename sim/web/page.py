"""One HTML file that holds the model: it needs no Python, no server and no network."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Callable, Sequence
from pathlib import Path

from markupsafe import Markup

from ..dashboard.explore_state import LETTERS, check_size
from ..errors import ScenarioError
from ..model.model import Model
from ..present.html import as_it_is, data_script, render
from ..scenario import Scenario
from .explore_tables import explore_tables
from .layout import layout
from .learn_tables import learn_tables
from .shipped import module_of
from .tables import scenario_table, tables
from .watch_tables import watch_tables

# The scripts of a page, in their order. Those of a room are a scope of their own, and give its function `mount`.
CORE = ("engine", "pool", "statistics", "numbers", "gate", "choices", "link", "page")
ROOMS = {
    "explore": ("words", "story", "explore"),
    "watch": (
        "watch_constants", "watch_recorder", "watch_words", "watch_player", "watch_layout",
        "../dashboard/watch/canvas", "../dashboard/watch/view", "watch",
    ),
    "learn": ("classics", "../dashboard/learn/sketch", "learn_said", "learn_figures", "learn_settings", "learn"),
}  # fmt: skip
STYLES = (
    "web/page.css",
    "dashboard/explore.css",
    "web/explore.css",
    "dashboard/watch/style.css",
    "web/watch.css",
    "dashboard/learn/look.css",
    "dashboard/learn/room.css",
    "web/learn.css",
)
WORKER = ("engine", "worker")
HERE = Path(__file__).parent


def live_page(
    scenarios: Sequence[Scenario] = (),
    *,
    address: str = "",
    title: str = "tripleos",
    tell: Callable[[], None] = lambda: None,
) -> str:
    """A page that runs the model by itself.

    Parameters
    ----------
    scenarios : sequence of Scenario
        What it shows first, side by side; by default the policy "balanced" in the world "turbulent".
    address : str
        What stands behind the `#` when it is opened, as `learn/explore_or_exploit`; by default the scenarios.
    title : str
        Of the page.
    tell : callable
        Called before a module is made, which takes about a minute.

    Returns
    -------
    str
        The whole file.

    Raises
    ------
    ScenarioError
        If the scenarios have different extensions, or cannot be in a page.
    """
    scenarios = list(scenarios) or [Scenario.build()]
    if problem := why_not(scenarios):
        raise ScenarioError(problem)
    model: Model = scenarios[0].model
    data = {
        **tables(model),
        "layout": layout(model),
        "explore": explore_tables(model),
        "watch": watch_tables(model),
        "learn": learn_tables(model),
        "module": base64.b64encode(gzip.compress(module_of(model, tell), 9, mtime=0)).decode(),
        "worker": "\n".join(text(name) for name in WORKER),
        "given": [scenario_table(one) for one in scenarios],
        "address": address,
    }
    styles = Markup("\n".join(as_it_is(name) for name in STYLES if (HERE.parent / name).exists()))
    return render(
        "web/page.html", title=title, styles=styles, data=data_script("tripleos", data), scripts=Markup(scripts())
    )


def why_not(scenarios: Sequence[Scenario]) -> str:
    """Why scenarios cannot be in a page together; empty if they can.

    Parameters
    ----------
    scenarios : sequence of Scenario
        At least one.

    Returns
    -------
    str
        A sentence.
    """
    first = scenarios[0]
    if len(scenarios) > len(LETTERS):
        return f"a page shows up to {len(LETTERS)} scenarios side by side; here are {len(scenarios)}"
    if any(one.model is not first.model for one in scenarios):
        return "the scenarios of a page must have the same extensions"
    if len({one.weeks for one in scenarios}) > 1:
        return "the scenarios of a page must have the same number of weeks"
    for one in scenarios:
        try:
            check_size(one)
        except ScenarioError as error:
            return f"too large for a page: {error}"
    return ""


def text(name: str) -> str:
    """A script of this folder.

    Parameters
    ----------
    name : str
        Without its ending.

    Returns
    -------
    str
        The whole file.
    """
    return as_it_is(f"web/{name}.js")


def scripts() -> str:
    """All scripts of a page.

    Returns
    -------
    str
        One after the other; those of a room in a scope of their own.
    """
    rooms = [
        f"const {room} = (() => {{\n{chr(10).join(text(name) for name in names)}\nreturn mount\n}})()"
        for room, names in ROOMS.items()
        if all((HERE / f"{name}.js").exists() for name in names)
    ]
    there = [room for room, names in ROOMS.items() if all((HERE / f"{name}.js").exists() for name in names)]
    return "\n".join([*(text(name) for name in CORE), *rooms, f"start({{{', '.join(there)}}})"])
