"""How things look: the table of measures, the pages, the charts, the tables."""

import math
import re
import xml.etree.ElementTree as ET

import numpy as np
import pandas as pd
import pytest
from jinja2 import UndefinedError

from sim.comparison import HEADLINES
from sim.dashboard.explore_view import GIVEN, STEPS
from sim.dashboard.narrative import COMPARED
from sim.dashboard.watch import frames, widget
from sim.model.measures import MEASURE_NAMES, MEASURES
from sim.present import formatting, html, svg, tables
from sim.present.measures import CLASSIC_MEASURES, DISPLAYS

BAD = "<img src=x onerror=alert(1)>"


# Measures


def test_every_measure_is_in_the_table_and_every_row_is_a_measure():
    assert all(DISPLAYS[name].group for name in MEASURE_NAMES)
    classics = {one.name for one in CLASSIC_MEASURES}
    assert classics == {"score", "solutions", "code", "people"}
    assert set(DISPLAYS) >= {*MEASURE_NAMES, *classics}
    with pytest.raises(KeyError):
        DISPLAYS["nothing"]


@pytest.mark.parametrize("measure", MEASURES)
def test_what_is_shown_in_percent_is_a_share(measure):
    display = DISPLAYS[measure.name]
    assert display.bounded == (measure.range in ("0 … 1", "-1 … 1", "≤ 1"))
    assert not display.percent or measure.range == "0 … 1"
    assert display.points is False
    assert ("per 100 people a year" in display.noun) <= (measure.unit == "per 100 workers a year")


def test_what_screens_show_has_the_words_that_they_need():
    for measure in {*HEADLINES, *COMPARED, *GIVEN, *(name for _, one, more in STEPS for name in (one, *more))}:
        assert DISPLAYS[measure].explanation
        assert DISPLAYS[measure].question
    for measure in frames.HEADLINES:
        assert DISPLAYS[measure].watch_title
        assert DISPLAYS[measure].watch_text


def test_the_browser_is_told_what_python_sends():
    script = widget.OrganisationView._esm
    assert f"const HEADER = {list(frames.HEADER)};".replace("'", '"') in script
    assert f"const NOBODY = {frames.NOBODY};" in script
    assert script.index("const TILES") < script.index("class Watch")
    assert [DISPLAYS[name].watch_title in script for name in frames.HEADLINES] == [True] * len(frames.HEADLINES)
    assert len(re.findall(r"const HEADER\b|const TILES\b|const NOBODY\b", script)) == 3, "said once"


# Numbers


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(math.nan, 1, "–"), (-0.04, 1, "0.0"), (-1.25, 1, "−1.2"), (12345.6, 0, "12,346"), (0.0, 2, "0.00")],
)
def test_numbers(value, decimals, text):
    assert formatting.format_number(value, decimals) == text


def test_a_missing_value_has_no_percent_sign():
    assert formatting.format_value(math.nan, "awareness") == "–"
    assert formatting.format_value(-0.001, "agreement") == "0.00"
    assert formatting.format_value(0.5, "code") == "50"


def test_a_gap_of_a_share_is_told_in_points():
    row = {"measure": "awareness", "difference": -0.2, "difference_low": -0.3, "difference_high": -0.1}
    assert formatting.format_gap(row) == "▼20.0 ± 10.0 points"
    assert formatting.format_gap(row | {"measure": "output"}) == "▼0.200 ± 0.100"


# Pages


def test_what_pages_are_given_is_escaped():
    page = html.report(BAD, BAD, [html.Section(BAD, text=BAD, chart={"data": BAD})])
    outside = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    assert "<img" not in outside
    assert outside.count("&lt;img src=x") == 7
    assert BAD not in page


def test_a_page_stands_alone_and_can_be_read_by_everybody():
    page = html.report("T", "about", [html.Section("One", table=tables.frame_html(pd.DataFrame({"a": [1.0]})))])
    assert page.startswith('<!doctype html>\n<html lang="en">')
    viewport = re.search(r'<meta name="viewport" content="([^"]*)"', page)[1]
    assert "user-scalable" not in viewport
    assert "maximum-scale" not in viewport
    assert (page.count("<main"), page.count("<h1"), page.count("<title>T</title>")) == (1, 1, 1)
    assert not re.search(r'(src|href)="http', page)


def test_a_template_without_what_it_needs_is_an_error():
    with pytest.raises(UndefinedError, match="sections"):
        html.render("present/templates/report.html", title="T", about="", vega_embed="")


# Charts


def test_a_picture_is_well_formed_whatever_is_in_it():
    made = svg.picture(10, 10, BAD, [svg.text(1, 2, BAD, class_="x"), svg.element("rect", fill_opacity="0.1", x=None)])
    root = ET.fromstring(made)
    assert (root.get("aria-label"), root[0].text, root[0].get("class")) == (BAD, BAD, "x")
    assert root[1].attrib == {"fill-opacity": "0.1"}


def test_places_in_a_plot():
    plot = svg.Plot(200, 100, "awareness", 260, 1.0)
    assert (plot.x(0), plot.x(260)) == (plot.left, 200 - plot.right)
    assert (plot.y(0.0), plot.y(1.0), plot.y(7.0), plot.y(-1.0)) == (
        100 - plot.bottom, plot.top, plot.top, 100 - plot.bottom,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("measure", "end", "axis", "across", "up"),
    [
        ("awareness", 260, "week", ["0", "1", "2", "3", "4", "5", "year"], ["0 %", "25 %", "50 %", "75 %", "100 %"]),
        ("output", 60, "week", ["0", "20", "40", "60", "week"], ["0", "0.25", "0.5", "0.75", "1"]),
        ("code", 80, "round", ["0", "20", "40", "60", "80", "round"], ["0", "25", "50", "75", "100"]),
    ],
)
def test_axes(measure, end, axis, across, up):
    texts = [
        one.text for one in ET.fromstring(f"<g>{svg.Plot(300, 150, measure, end, 1.0, axis).grid()}</g>").iter("text")
    ]
    assert texts == up + across


def test_a_curve_begins_where_it_is_said_to():
    histories = np.arange(130.0).reshape(1, 130)
    assert svg.curve(histories).week[0] == 1.5  # the mean of weeks 1 and 2
    assert svg.curve(histories, start=0.0).week[0] == 0.5
    assert svg.curve(histories).mean[-1] == 128.5


# Tables


def test_a_table_of_words_and_numbers():
    table = pd.DataFrame({"first_name": ["a<b"], "share": [0.123456], "text": ["3 of 4"]})
    made = str(tables.frame_html(table))
    assert '<th scope="col" class="left">first name</th><th scope="col">share</th><th scope="col">text</th>' in made
    assert '<td class="left">a&lt;b</td><td>0.1235</td><td>3 of 4</td>' in made
    assert tables.frame_markdown(table).splitlines()[2] == "| a<b | 0.123456 | 3 of 4 |"
