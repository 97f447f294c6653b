"""The shell of the dashboard: the navigation, the room that the address names, and what is said when it fails."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import reacton.ipyvuetify as v
import solara

from .routes import Room, rooms

LOOKS = [Path(__file__).with_name(name) for name in ("look.css", "explore.css")]
log = logging.getLogger(__name__)


@solara.component
def Layout(children: list[Any] | None = None) -> None:
    """Everything there is: the head with the rooms, and below it the room."""
    route, _ = solara.use_route()
    here = route.path if route else ""
    known = rooms()
    name = known[0].name if here == "/" else here
    room = next((one for one in known if one.name == name), None)
    for look in LOOKS:
        solara.Style(look)
    solara.Title(f"{room.title} · tripleos" if room else "tripleos")
    with solara.Div(classes=["tripleos"]):
        with v.Html(tag="header", class_="head"):
            solara.HTML(tag="strong", unsafe_innerHTML="tripleos")
            Navigation(known, name)
            solara.HTML(tag="span", unsafe_innerHTML=room.about if room else "", classes=["about"])
        if room:
            with v.Html(tag="main"):
                solara.HTML(tag="h1", unsafe_innerHTML=room.title, classes=["unseen"])
                Guarded(room).key(room.name)


@solara.component
def Navigation(known: list[Room], name: str) -> None:
    """The way from room to room."""
    router = solara.use_router()

    def go(room: Room) -> Callable[[], None]:
        return lambda: router.push(f"/{room.name}")

    with v.Html(tag="nav", class_="rooms", attributes={"aria-label": "Rooms"}):
        for room in known:
            here = room.name == name
            attributes = {"aria-current": "page"} if here else {}
            solara.Button(
                room.title, text=True, on_click=go(room), classes=["here"] if here else [], attributes=attributes
            )


@solara.component
def Guarded(room: Room) -> None:
    """A room; if it fails, a sentence in its place, and the traceback for whoever runs the server."""
    failure, clear = solara.use_exception()
    if failure is None:
        room.load()().key("room")  # both by their keys: what a room that failed had begun is not gone on with in "lost"
        return
    log.error("the room %s failed", room.name, exc_info=failure)
    with solara.Div(classes=["card", "lost"]).key("lost"):
        solara.Text("Something went wrong here. What you chose is still in the address of this page.")
        solara.Button("Try again", on_click=clear)


@solara.component
def Nothing() -> None:
    """What a route shows by itself: the layout shows the rooms."""


routes = [
    solara.Route("/", component=Nothing, layout=Layout),
    *(solara.Route(room.name, component=Nothing) for room in rooms()),
]
