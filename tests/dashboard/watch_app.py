"""The room Watch alone, for tests: `solara run tests/dashboard/watch_app.py`; `/players` counts what is running."""

import threading

import solara

from sim.dashboard.watch import Watch


@solara.component
def Players() -> None:
    """How many organisations are being played, over all sessions."""
    running = sum(thread.name == "tripleos-watch" for thread in threading.enumerate())
    solara.HTML(tag="div", unsafe_innerHTML=str(running), attributes={"id": "players"})


routes = [solara.Route("/", component=Watch), solara.Route("players", component=Players)]
