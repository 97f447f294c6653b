"""The room Learn: lessons on one idea each, to predict, run, notice, explain, try and extend.

What a lesson says (`plan.py`, `lessons.py`), what it computes (`runs.py`, `findings.py`), how it is played (`play.py`),
shown (`pages.py`, `pictures.py`) and saved (`export.py`) know nothing of Solara; `room.py` is the component.
"""

from .room import Learn

__all__ = ["Learn"]
