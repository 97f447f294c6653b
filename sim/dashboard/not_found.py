"""What an address without a room shows: the way to the rooms that there are."""

from __future__ import annotations

import html
from pathlib import Path
from urllib.parse import unquote

from .routes import rooms

LOOK = Path(__file__).with_name("look.css")
OWN = """
body { margin: 0; background: var(--ground); color: var(--ink); }
body, .tripleos { font-family: system-ui, "Segoe UI", Roboto, sans-serif; }
.head .rooms a { color: #e6eef4; text-decoration: none; padding: 6px 16px; border-radius: 4px; }
.head .rooms a:hover { background: #24445b; }
.head strong { font-weight: 400; }
.lost { padding: 20px 24px; font-size: 17px; }
.lost h1 { font-size: 21px; margin: 0 0 8px; }
.lost li { margin: 6px 0; }
.lost a { color: var(--accent); }
"""
LONGEST = 60  # characters of an address that are told back


def page(path: str) -> str:
    """The page for an address, as a browser asks for it."""
    name = unquote(path).strip("/")
    asked = html.escape(name if len(name) <= LONGEST else f"{name[:LONGEST]} …")
    links = "".join(f'<a href="/{room.name}">{room.title}</a>' for room in rooms())
    list_of_rooms = "".join(f'<li><a href="/{room.name}">{room.title}</a>: {room.about}</li>' for room in rooms())
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>No such room · tripleos</title>
<link rel="icon" href="data:,">
<style>{LOOK.read_text(encoding="utf-8")}{OWN}</style>
</head>
<body>
<div class="tripleos">
<header class="head"><strong>tripleos</strong><nav class="rooms" aria-label="Rooms">{links}</nav></header>
<main class="card lost"><h1>There is no room “{asked}” here.</h1>
<p>These are the rooms:</p><ul>{list_of_rooms}</ul></main>
</div>
</body>
</html>
"""
