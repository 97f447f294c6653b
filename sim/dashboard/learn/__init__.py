"""The room Learn: lessons on one idea each, to predict, run, notice, explain, try and extend.

What a lesson says (`plan.py`, `lessons.py`), what it computes (`runs.py`, `results.py`), how it is played (`play.py`),
shown (`pages.py`, `lesson_figures.py`, `templates/`) and saved (`export.py`) know nothing of Solara; `room.py` is the
component.
"""

from .room import Learn

__all__ = ["Learn"]
