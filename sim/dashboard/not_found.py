"""What an address without a room shows: the way to the rooms that there are."""

from __future__ import annotations

from urllib.parse import unquote

from ..present.html import render
from .routes import rooms

LONGEST = 60  # characters of an address that are told back


def page(path: str) -> str:
    """The page for an address, as a browser asks for it."""
    name = unquote(path).strip("/")
    asked = name if len(name) <= LONGEST else f"{name[:LONGEST]} …"
    return render("dashboard/templates/not_found.html", title="Page not found · tripleos", asked=asked, rooms=rooms())
