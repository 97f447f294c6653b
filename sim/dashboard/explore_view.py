"""The right side of Explore as HTML text: the story in three steps, what it gives, the comparison, the recovery.

Whatever came from outside (names in a file or a link) is escaped.
"""

from __future__ import annotations

import html
from collections.abc import Sequence

from ..present.formatting import seeds_text, weeks_text
from . import narrative, svg
from .explore_state import name_of
from .narrative import COMPARED, WORDINGS, told
from .simulation_service import Answer
from .svg import NARROW, WIDE

STEPS = (("awareness", ()), ("alternatives", ("viable",)), ("coherent_action", ("fit", "agreement")))
GIVEN = ("innovation", "output", "too_busy")
UNITS = {
    "alternatives": "a team",
    "innovation": "per 100 people a year",
    "output": "1 is the most there is",
    "too_busy": "share of all people",
}
SPOKEN = {
    "awareness": "how much of the latest on all aspects of the work people have heard, on average; what never changed "
    "counts as heard",
    "alternatives": "different practices that the communities of a team's members keep, tested, for the average team",
    "viable": "those of the alternatives that truly are better than what the team does now",
    "fit": "how well the teams' practices suit the world as it is: 1 is the best there is, 0 that of any practice",
    "agreement": "how alike the teams work: 1 is alike in everything, 0 no more than by chance",
    "coherent_action": "how well the teams' practices fit the world (fit) times how alike they work (agreement)",
    "innovation": "changes of a team's practice, new to the organisation, that truly improve it; per 100 people a year",
    "output": "what an average team produces in a week: time × alignment × fit, and in part agreement; 1 is the most",
    "too_busy": "people with under 10 % of their week left for networks and communities together",
}


def term(text: str, meaning: str) -> str:
    """A word that explains itself when the pointer rests on it or the keyboard reaches it."""
    return f'<span class="term" tabindex="0" data-tip="{html.escape(meaning)}">{html.escape(text)}</span>'


def _escaped(text: str) -> str:
    """A sentence in HTML, in which a number stays beside its percent sign."""
    return html.escape(text).replace(" %", "&nbsp;%")


def story(answer: Answer) -> str:
    """The three steps and what they give."""
    steps = [_card(answer, measure, more, number) for number, (measure, more) in enumerate(STEPS, start=1)]
    arrow = '<div class="arrow" aria-hidden="true">→</div>'
    given = [_card(answer, measure, (), 0) for measure in GIVEN]
    week = term("People's time", "the mean week of all people: networks, communities and teams")
    began = _escaped(narrative.where_it_began(answer))
    given.insert(
        2,
        f'<section class="card"><h3>{week}</h3><p>How the week is spent<br>share of all hours</p>'
        f"{svg.week_bars(answer)}{began and f'<p>{began}</p>'}</section>",
    )
    return (
        f'<div class="steps">{arrow.join(steps)}</div>'
        f'<h2 class="gives">… and what they give</h2><div class="given">{"".join(given)}</div>{_note(answer)}'
    )


def _card(answer: Answer, measure: str, more: Sequence[str], number: int) -> str:
    """A measure: its name and question, its means, its chart."""
    wording = WORDINGS[measure]
    step = f'<span class="step" aria-hidden="true">{number}</span>' if number else ""
    picture = svg.chart(answer, measure, WIDE if number else NARROW)
    unit = "" if number else f"<br>{UNITS[measure]}"  # in a narrow card it does not fit beside the number
    head = f"<h3>{step}{term(wording.title, SPOKEN[measure])}</h3><p>{wording.question}{unit}</p>"
    return f'<section class="card">{head}{_numbers(answer, measure, more)}{picture}</section>'


def _numbers(answer: Answer, measure: str, more: Sequence[str]) -> str:
    """The mean of each scenario with its interval, and beside a single one what it is made of."""
    letters, cells = answer.choices.letters, []
    for a, letter in enumerate(letters):
        row = answer.row(a, measure)
        wide, last = row["high"] - row["mean"], 10.0 ** -WORDINGS[measure].decimals
        half = told(wide, measure).removesuffix(" %")
        if 0 < wide * WORDINGS[measure].factor <= last / 2:  # ± 0 would claim that luck plays no part
            half = f"< {last:g}"
        name = f'<i style="color:{svg.SCENARIO_COLOURS[a]}">{letter}</i> ' if len(letters) > 1 else ""
        cells.append(f"<div>{name}<b>{told(row['mean'], measure)}</b> <small>± {_escaped(half)}</small></div>")
    if measure in UNITS and measure not in GIVEN:
        cells.append(f"<div><small>{UNITS[measure]}</small></div>")
    if more and len(letters) == 1:
        parts = [f"{term(WORDINGS[one].title.lower(), SPOKEN[one])} {_mean(answer, one)}" for one in more]
        cells.append(f'<div class="parts">{" · ".join(parts)}</div>')
    return f'<div class="numbers n{len(letters)}">{"".join(cells)}</div>'


def _mean(answer: Answer, measure: str) -> str:
    return told(answer.row(0, measure)["mean"], measure)


def _note(answer: Answer) -> str:
    """What the numbers and bands are."""
    so_far = "" if answer.whole else f" First answer from {len(answer.seeds)} of {answer.choices.replicates} runs."
    means = f"means over {weeks_text(answer.choices.weeks)} and {seeds_text(answer.choices.seeds)}"
    return (
        f'<p class="note">Numbers: {means}, '
        f"± half the width of the 95 % interval; bands: 95 % interval of each mean.{so_far}</p>"
    )


def comparison(answer: Answer) -> str:
    """Every other scenario against A: in words, and all differences in a table."""
    letters = answer.choices.letters
    if len(letters) < 2:
        return ""
    blocks = []
    for a in range(1, len(letters)):
        first, *read_with = map(_escaped, narrative.headline(answer, a))
        name = html.escape(name_of(answer.choices.scenarios[a]))
        rest = "".join(f"<li>{_escaped(text)}</li>" for text in narrative.details(answer, a))
        lead = f'<p class="lead">{svg.swatch(a)} {first}</p>' + "".join(f"<p>{text}</p>" for text in read_with)
        blocks.append(f"<article><h3>{letters[a]}: {name}, against A</h3>{lead}<ul>{rest}</ul></article>")
    body = f'<div class="sides"><div class="words">{"".join(blocks)}</div>{_table(answer)}</div>'
    return f'<section class="card wide compare"><h2>Side by side, on the same luck</h2>{body}</section>'


def _table(answer: Answer) -> str:
    """Means and marked paired differences."""
    heads = "".join(f'<th scope="col">{svg.swatch(a)} {one}</th>' for a, one in enumerate(answer.choices.letters))
    rows = []
    for measure in COMPARED:
        cells = []
        for a in range(len(answer.choices.letters)):
            row = answer.row(a, measure)
            gap = ""
            if a:
                gap = f"<small>{narrative.gap_text(row)}</small>"
            cells.append(f"<td>{told(row['mean'], measure)}{gap}</td>")
        name = term(WORDINGS[measure].title if measure != "coherent_action" else "Coherent action", SPOKEN[measure])
        rows.append(f'<tr><th scope="row">{name}</th>{"".join(cells)}</tr>')
    legend = "▲ more, ▼ less than A: the 95 % interval of the paired difference excludes 0; + and −: it does not."
    return (
        f'<table><caption class="note">{legend}</caption><thead><tr><td></td>{heads}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def recovery(answer: Answer) -> str:
    """How the scenarios took the shock; nothing if there was none."""
    count = len(answer.choices.scenarios)
    lines = [
        text for a in range(count) for text in (narrative.recovered(answer, a), narrative.sooner(answer, a)) if text
    ]
    if not lines:
        return ""
    head = term(
        "After the shock", "output against its mean of the 13 weeks before; back: 95 % of what was lost is regained"
    )
    body = "".join(f"<li>{_escaped(text)}</li>" for text in lines)
    return f'<section class="card wide shocked"><h2>{head}</h2><ul>{body}</ul></section>'
