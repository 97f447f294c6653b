"""One HTML file that holds the model: it needs no Python, no server and no network."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from markupsafe import Markup

from ..dashboard.explore_state import LETTERS, check_size
from ..errors import ScenarioError
from ..model.model import Model
from ..present.html import as_it_is, data_script, render
from ..scenario import Scenario
from .explore_tables import explore_tables
from .layout import layout
from .learn_tables import learn_tables
from .scripts import all_scripts, scripts
from .shipped import module_of, packed
from .tables import scenario_table, tables
from .watch_tables import watch_tables

STYLES = (
    "web/core/page.css",
    "dashboard/explore.css",
    "web/explore/explore.css",
    "dashboard/watch/style.css",
    "web/watch/watch.css",
    "dashboard/learn/look.css",
    "dashboard/learn/room.css",
    "web/learn/learn.css",
)
WORKER = ("memory", "engine", "worker")
MOST = len(LETTERS)
"""Scenarios that a page shows side by side, at most."""


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
        What stands behind the `#` when it is opened, as `learn/too_busy?class=7`; by default the scenarios.
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
        "module": packed(module_of(model, tell)),
        "worker": scripts(WORKER),
        "given": [scenario_table(one) for one in scenarios],
        "address": address,
    }
    styles = Markup("\n".join(as_it_is(name) for name in STYLES))
    return render(
        "web/templates/page.html",
        title=title,
        styles=styles,
        data=data_script("tripleos", data),
        scripts=Markup(all_scripts()),
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
    if len(scenarios) > MOST:
        return f"a page shows up to {MOST} scenarios side by side; here are {len(scenarios)}"
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
