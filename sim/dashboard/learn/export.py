"""A lesson as one HTML file that works from disk, without Python or a network: it holds the model, and runs it itself.

It opens at the lesson, for the class; all else that a live page can do is in it too.
"""

from __future__ import annotations

from collections.abc import Callable

from ...web.page import live_page
from .plan import Lesson


def exported(lesson: Lesson, seed: int = 1, tell: Callable[[str], None] = lambda _: None) -> str:
    """The whole file; `tell` hears how far it is."""
    tell("making the page …")
    return live_page(
        address=address(lesson, seed),
        title=lesson.title,
        tell=lambda: tell("making the page: the model is compiled for browsers, about a minute …"),
    )


def address(lesson: Lesson, seed: int) -> str:
    """What stands behind the `#` where a live page shows a lesson for a class."""
    return f"learn/{lesson.name}?class={seed}"


def file_name(lesson: Lesson, seed: int) -> str:
    """What the file is called."""
    return f"lesson_{lesson.name}_class_{seed}.html"
