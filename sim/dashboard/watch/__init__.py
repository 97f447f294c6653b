"""The room Watch: one organisation, week by week.

`frames` turns a run into bytes, `layout` says where everything is, `player` plays it in a thread, `tooltips` tells
about people, teams and communities, `constants` is what the scripts have to know, `widget` and its scripts are the
picture in the browser, `choices` says what can be chosen, `room` is what people see. The room in a page without Python
(`sim/web/watch/watch.js`) has the same picture, and its player is tested against these modules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .room import Watch

__all__ = ["Watch"]


def __getattr__(name: str) -> Any:
    # Only the room needs Solara: a page without Python is made from the other modules, and does not wait for it.
    if name == "Watch":
        from .room import Watch

        return Watch
    raise AttributeError(name)
