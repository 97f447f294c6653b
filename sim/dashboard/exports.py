"""An answer as files: tables, figures, scenarios, and a report that is one HTML file and needs no network.

Everything is made in memory and handed to the browser; nothing is written on the machine of the server.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import pandas as pd

from ..comparison import HEADLINES, tidy
from ..model.measures import warm_up
from ..model.model import measures_of
from ..present.files import write_csv, write_parquet
from ..present.formatting import format_gap, format_mean, weeks_text
from ..present.html import Section, report
from ..present.measures import DISPLAYS
from ..present.plots import LINE_COLOURS, LINE_DASHES, STROKES, by_colour, by_dash, dressed, in_rows
from ..present.tables import frame_html
from ..scenario.parameters import METADATA
from ..scenario.scenario import version_of
from ..version import __version__
from ..web.page import live_page
from . import narrative, url_state
from .explore_figures import courses
from .explore_state import Choices, name_of
from .narrative import COMPARED
from .simulation_service import Answer

ACROSS, PANEL_WIDTH, PANEL_HEIGHT = 3, 250, 170


class Export(NamedTuple):
    """A file that an answer can be saved as."""

    name: str
    label: str
    told: str
    kind: str
    make: Callable[[Answer], bytes]


def _labels(choices: Choices) -> list[str]:
    return [f"{letter}: {name_of(one)}" for letter, one in zip(choices.letters, choices.scenarios, strict=True)]


def provenance(answer: Answer) -> dict[str, Any]:
    """What is needed to make the numbers again."""
    scenarios = zip(answer.choices.letters, answer.choices.scenarios, strict=True)
    return {
        "version": version_of(answer.choices.scenarios),
        "link": f"explore?{url_state.to_query(answer.choices)}",
        "seeds": list(answer.seeds),
        "warm_up": warm_up(answer.choices.weeks),
        "scenarios": {letter: {"key": one.key, **one.to_dict()} for letter, one in scenarios},
    }


# --- tables -----------------------------------------------------------------------------------------------------------


def summary_table(answer: Answer) -> pd.DataFrame:
    """Means, intervals and paired differences, a row for each scenario and measure."""
    table = answer.summary.copy()
    measures = measures_of(scenario.model for scenario in answer.choices.scenarios)
    table.insert(0, "letter", [letter for letter in answer.choices.letters for _ in measures])
    table.insert(5, "unit", [measure.unit for measure in measures] * len(answer.choices.scenarios))
    return table


def as_csv(answer: Answer) -> bytes:
    """The summary as CSV."""
    buffer: Any = io.BytesIO()
    write_csv(summary_table(answer), buffer)
    return buffer.getvalue()


def as_parquet(answer: Answer) -> bytes:
    """Every week of every run as Parquet; the key `tripleos` of its metadata tells where it comes from."""
    choices = answer.choices
    table = tidy(choices.scenarios, answer.seeds, answer.results)
    table.insert(0, "letter", [letter for letter in choices.letters for _ in range(len(answer.seeds) * choices.weeks)])
    buffer: Any = io.BytesIO()
    write_parquet(table, buffer, provenance(answer))
    return buffer.getvalue()


def as_toml(answer: Answer) -> bytes:
    """The scenario that is being changed as a scenario file."""
    return answer.choices.active.to_toml(beside=True).encode()


def _measure_title(measure: str) -> str:
    """A measure by the name that the screen gives it, and its unit.

    >>> _measure_title("too_busy")
    'overload (share)'
    """
    display = DISPLAYS[measure]
    return display.axis_title.replace(measure.replace("_", " "), display.title.lower(), 1)


# --- figures ----------------------------------------------------------------------------------------------------------


def figure(answer: Answer) -> Any:
    """The courses of the measures that the screen shows (an Altair chart)."""
    panels = in_rows([_panel(answer, measure) for measure in HEADLINES], ACROSS, between=16)
    told = f"means of {narrative.histories(answer.seeds)}; bands: 95 % confidence interval of each mean"
    legend = {**STROKES, "labelLimit": 700}
    return dressed(panels, "Week-by-week results", told).configure_legend(orient="top", columns=1, **legend)


def _panel(answer: Answer, measure: str) -> Any:
    import altair as alt

    labels = _labels(answer.choices)
    parts = [
        pd.DataFrame({**one._asdict(), "scenario": label}).round(5)
        for one, label in zip(courses(answer, measure), labels, strict=True)
    ]
    base = alt.Chart(pd.concat(parts)).encode(
        x=alt.X("week:Q", title="week").scale(domain=[0, answer.choices.weeks], nice=False),
        color=by_colour("scenario", labels, colours=LINE_COLOURS),
    )
    band = base.mark_area(opacity=0.16, clip=True).encode(y=alt.Y("low:Q", title=None), y2="high:Q")
    line = base.mark_line(strokeWidth=1.8).encode(
        y=alt.Y("mean:Q", title=None).scale(zero=True), strokeDash=by_dash("scenario", labels, dashes=LINE_DASHES)
    )
    title = _measure_title(measure)
    return alt.layer(band, line).properties(width=PANEL_WIDTH, height=PANEL_HEIGHT, title=title)


def as_svg(answer: Answer) -> bytes:
    """The figure as SVG."""
    import vl_convert

    return str(vl_convert.vegalite_to_svg(figure(answer).to_dict())).encode()


def as_png(answer: Answer) -> bytes:
    """The figure as PNG, at twice the size of the screen."""
    import vl_convert

    return bytes(vl_convert.vegalite_to_png(figure(answer).to_dict(), scale=2))


# --- the report -------------------------------------------------------------------------------------------------------


def as_report(answer: Answer) -> bytes:
    """One HTML file: the scenarios, findings in words, tables and a figure, and how to reproduce them."""
    choices = answer.choices
    count = len(choices.scenarios)
    words = ["\n".join(narrative.compared(answer, a)) for a in range(1, count)]
    if shocked := [text for a in range(count) for text in narrative.after_shock(answer, a)]:
        words.append("\n".join(shocked))
    sections = [
        Section("Scenarios", text="\n".join(_labels(choices)), table=frame_html(_levers_table(choices))),
        *([Section("Findings", text="\n\n".join(words))] if words else []),
        Section("Results", text=_numbers_legend(answer), table=frame_html(_numbers_table(answer))),
        Section("Week-by-week results", chart=figure(answer).to_dict()),
        Section("How to reproduce this", text=_again(answer)),
    ]
    about = (
        f"Simulated with tripleos {__version__}. It shows what follows from stated assumptions, not what will happen."
    )
    return report(_title(choices), about, sections).encode()


def _title(choices: Choices) -> str:
    """What is compared with what, and the date.

    >>> from tripleos import Scenario
    >>> scenarios = Scenario.build(), Scenario.build(policy="heads_down")
    >>> _title(Choices(scenarios)).rpartition(", ")[0]
    'Scenario comparison: heads down · turbulent compared with balanced · turbulent'
    """
    first, *others = map(name_of, choices.scenarios)
    today = datetime.now().astimezone()
    date = f"{today.day} {today:%B %Y}"
    if not others:
        return f"Scenario: {first}, {date}"
    return f"Scenario comparison: {' and '.join(others)} compared with {first}, {date}"


def _levers_table(choices: Choices) -> pd.DataFrame:
    """The levers in which scenarios differ from the defaults or from each other."""
    rows = []
    for group in ("world", "workforce", "policy"):
        parts = [getattr(one, group) for one in choices.scenarios]
        for name, field in type(parts[0]).model_fields.items():
            values = [getattr(part, name) for part in parts]
            if name not in METADATA and any(value != field.default for value in values):
                own = dict(zip(choices.letters, map(str, values), strict=True))
                rows.append({"lever": name, "default": str(field.default), **own})
    return pd.DataFrame(rows or [{"lever": "all as by default", "default": "", **dict.fromkeys(choices.letters, "")}])


def _numbers_table(answer: Answer) -> pd.DataFrame:
    rows = []
    for measure in COMPARED:
        cells = {"measure": _measure_title(measure)}
        for a, letter in enumerate(answer.choices.letters):
            row = answer.row(a, measure)
            cells[letter] = format_mean(row).replace(" ", "\u00a0")
            if a:
                cells[f"{letter} − A"] = format_gap(row).replace(" ", "\u00a0")
        rows.append(cells)
    return pd.DataFrame(rows)


def _numbers_legend(answer: Answer) -> str:
    runs = f"{weeks_text(answer.choices.weeks)} of {narrative.histories(answer.seeds)}"
    told = f"Means over {runs}, ± half the width of the 95 % confidence interval."
    if any(math.isnan(answer.row(a, one)["high"]) for a in range(len(answer.choices.scenarios)) for one in COMPARED):
        told += f" ± {narrative.NO_INTERVAL}"
    if len(answer.choices.scenarios) == 1:
        return told
    marks = "▲ and ▼: their 95 % confidence interval excludes 0; + and −: it does not."
    return f"{told} Differences are paired seed by seed; {marks}"


def _again(answer: Answer) -> str:
    files = "\n\n".join(
        f"# scenario {letter}\n{one.to_toml(beside=True)}"
        for letter, one in zip(answer.choices.letters, answer.choices.scenarios, strict=True)
    )
    link = f"explore?{url_state.to_query(answer.choices)}"
    opened = f"Start the dashboard (tripleos dashboard), and open the address that ends in\n{link}"
    return f"{opened}\n\nThe scenarios as files:\n\n{files}"


def as_live_page(answer: Answer) -> bytes:
    """One HTML file in which everything that is chosen can be changed and run again."""
    choices = answer.choices
    return live_page(choices.scenarios, address=f"explore?{url_state.to_query(choices)}").encode()


EXPORTS: Mapping[str, Export] = {
    "page": Export(
        "tripleos-live.html",
        "Live page",
        "one HTML file that runs the model in any browser, without a network",
        "text/html",
        as_live_page,
    ),
    "report": Export("tripleos.html", "Report", "one HTML file that needs no network", "text/html", as_report),
    "csv": Export("tripleos.csv", "CSV", "means and paired differences", "text/csv", as_csv),
    "parquet": Export(
        "tripleos.parquet", "Parquet", "every week of every run", "application/vnd.apache.parquet", as_parquet
    ),
    "png": Export("tripleos.png", "PNG", "the figure as an image", "image/png", as_png),
    "svg": Export("tripleos.svg", "SVG", "the figure as a drawing", "image/svg+xml", as_svg),
    "toml": Export(
        "scenario.toml", "TOML", "the scenario that is being changed, as a file", "application/toml", as_toml
    ),
}
