"""The right side of Explore as HTML: the story in three steps, what it gives, the comparison, the recovery."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from ..model.measures import MEASURE_NAMES
from ..present.formatting import format_gap, format_half_width, format_value, weeks_text
from ..present.html import template
from ..present.measures import DISPLAYS
from ..present.plots import LINE_COLOURS
from ..present.svg import swatch
from . import narrative
from .explore_figures import NARROW, WIDE, chart, week_bars
from .explore_state import name_of
from .narrative import COMPARED
from .simulation_service import Answer

# The steps of the story: title, measure, and what that is made of.
STEPS = (
    ("Awareness", "awareness", ()),
    ("Alternatives", "alternatives", ("viable",)),
    ("Action", "coherent_action", ("fit", "agreement")),
)
MISSING = "–"  # in place of half the width of an interval
GIVEN = ("innovation", "output", "too_busy")


def story(answer: Answer) -> Markup:
    """The three steps and what they give."""
    steps = [_card(answer, title, measure, more, WIDE) for title, measure, more in STEPS]
    given = [_card(answer, DISPLAYS[measure].title, measure, (), NARROW) for measure in GIVEN]
    added = [_card(answer, DISPLAYS[measure].title, measure, (), NARROW) for measure in _added(answer)]
    so_far = "" if answer.whole else f" First answer from {len(answer.seeds)} of {answer.choices.replicates} runs."
    if any(value["half"] == MISSING for card in (*steps, *given, *added) for value in card["numbers"]):
        so_far = f" ± {narrative.NO_INTERVAL}{so_far}"
    means = f"means over {weeks_text(answer.choices.weeks)} and {narrative.histories(answer.choices.seeds)}"
    began = narrative.where_it_began(answer)
    return _macros().story(steps, given, week_bars(answer), began, means, so_far, added)


def _added(answer: Answer) -> list[str]:
    """The measures that extensions add."""
    return [name for name in answer.measure_names if name not in MEASURE_NAMES]


def _macros() -> Any:
    return template("dashboard/templates/explore.html").module


def _card(answer: Answer, title: str, measure: str, more: Sequence[str], width: int) -> dict[str, Any]:
    """A measure: its name and question, its means, its chart."""
    alone = len(answer.choices.scenarios) == 1
    return {
        "title": title,
        "display": DISPLAYS[measure],
        "numbers": numbers(answer, measure),
        "parts": [(DISPLAYS[one], format_value(answer.row(0, one)["mean"], one)) for one in more if alone],
        "picture": chart(answer, measure, width),
    }


def numbers(answer: Answer, measure: str) -> list[dict[str, str]]:
    """The mean of each scenario with half the width of its interval."""
    found = []
    for letter, colour, row in zip(answer.choices.letters, LINE_COLOURS, _rows(answer, measure), strict=False):
        half = format_half_width(row["high"] - row["mean"], measure)
        found.append({"letter": letter, "colour": colour, "mean": format_value(row["mean"], measure), "half": half})
    return found


def _rows(answer: Answer, measure: str) -> list[dict[str, Any]]:
    """The row of the summary for a measure in each scenario."""
    return [answer.row(a, measure) for a in range(len(answer.choices.scenarios))]


def comparison(answer: Answer) -> Markup:
    """Every other scenario against A: in words, and all differences in a table."""
    letters, scenarios = answer.choices.letters, answer.choices.scenarios
    if len(letters) < 2:
        return Markup("")
    against = [
        (letters[a], name_of(scenarios[a]), swatch(a), narrative.headline(answer, a), narrative.details(answer, a))
        for a in range(1, len(letters))
    ]
    heads = [(letter, swatch(a)) for a, letter in enumerate(letters)]
    rows = []
    for measure in (*COMPARED, *_added(answer)):
        first, *others = _rows(answer, measure)
        cells = [(format_value(row["mean"], measure), format_gap(row)) for row in others]
        rows.append((DISPLAYS[measure], [(format_value(first["mean"], measure), ""), *cells]))
    missing = any(f"± {MISSING}" in gap for _, cells in rows for _, gap in cells)
    return _macros().comparison(against, heads, rows, f" ± {narrative.NO_INTERVAL}" if missing else "")


def recovery(answer: Answer) -> Markup:
    """How the scenarios took the shock; nothing if there was none."""
    lines = [text for a in range(len(answer.choices.scenarios)) for text in narrative.after_shock(answer, a)]
    return _macros().recovery(lines) if lines else Markup("")
