"""The room Watch: one organisation, week by week.

`frames` turns a run into bytes, `layout` says where everything is, `player` plays it in a thread, `words` tells about
people, teams and communities, `widget` and its scripts are the picture in the browser, `room` is what people see.
"""

from .room import Watch

__all__ = ["Watch"]
