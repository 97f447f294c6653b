"""The room Learn: lessons on one idea each, to predict, run, notice, explain, try and extend.

What a lesson says (`plan.py`, `lessons.py`, `telling.py`, `words.py`), what it computes (`runs.py`, `results.py`), how
it is played (`play.py`), shown (`pages.py`, `lesson_figures.py`, `templates/`) and saved (`export.py`) know nothing of
Solara; `room.py` is the component.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .room import Learn

__all__ = ["Learn"]


def __getattr__(name: str) -> Any:
    """The component, loaded when it is asked for: whoever makes a live page takes the lessons and needs no Solara."""
    if name == "Learn":
        from .room import Learn

        return Learn
    raise AttributeError(name)
