"""The benchmark: what is measured becomes a table for people, and nothing is said to be measured that was not."""

import inspect

import numpy as np
import pandas as pd
import pytest

from experiments.benchmark import __main__ as benchmark
from experiments.benchmark import checkout, organisations, page
from experiments.benchmark.measuring import NotMeasured, in_turns, memory, once, ratio
from experiments.benchmark.peers import compare
from experiments.benchmark.table import AIMS, DECADES, FURTHER, LIMIT, PARTS, ROWS, Row, reached, week_of
from sim import Run
from sim.errors import ScenarioError


def refuse(error):
    raise error


QUICK = (
    Row("search", "one", "×", 3.6, "≤ 0.6", lambda: 0.5),
    Row("search", "two", "ms", 45.0, "≤ 12", lambda: 13.0),
    Row("week", "three", "µs", None, "", lambda: 1234.5),
    Row("week", "four", "×", None, "≥ 1.6", lambda: refuse(NotMeasured("not available"))),
    Row("test", "five", "s", 405.0, "≤ 300", lambda: refuse(ScenarioError("agents | 10,000:\nrefused"))),
)


def figures(rows=QUICK):
    return benchmark.measured(rows)


# --- the table --------------------------------------------------------------------------------------------------------


def test_every_row_can_be_asked_for_by_its_part_and_is_told_apart():
    assert {row.part for row in ROWS} == PARTS.keys()
    works = [row.work for row in ROWS]
    assert len(set(works)) == len(works)
    assert not any("|" in work for work in works)


@pytest.mark.parametrize("row", [row for row in ROWS if row.aim], ids=lambda row: row.work)
def test_every_aim_can_be_held_against_a_figure(row):
    assert reached(0.0, row.aim) is row.aim.startswith("≤")
    assert reached(1e12, row.aim) is row.aim.startswith("≥")


def test_version_01_reached_none_of_the_aims_of_speed():
    held = [row for row in LIMIT if row.aim and row.before is not None]
    assert len(held) > 10
    assert not any(reached(row.before, row.aim) for row in held)


@pytest.mark.parametrize("aim", ["0.6", "< 3", "≤ few", ""])
def test_what_is_no_aim_is_refused(aim):
    with pytest.raises(ValueError, match="is no aim"):
        reached(1.0, aim)


def test_the_sizes_of_the_figure_are_measured():
    works = {row.work for row in ROWS}
    assert all(week_of(workers).work in works for workers in (*DECADES, *AIMS))


# --- measuring --------------------------------------------------------------------------------------------------------


def test_works_take_turns_and_a_ratio_is_the_median_over_turns():
    calls, ticks = [], iter([0, 4, 0, 2, 0, 9, 0, 1, 0, 5, 0, 1])
    works = {name: lambda name=name: calls.append(name) for name in "ab"}
    taken = in_turns(works, lambda: next(ticks), turns=3)
    assert "".join(calls) == "ababab"
    assert taken["a"].tolist() == [4, 9, 5]
    ticks = iter([0, 4, 0, 2, 0, 9, 0, 1, 0, 5, 0, 1] + [0, 1] * 4)
    assert ratio(works["a"], works["b"], lambda: next(ticks)) == 2.0


def test_the_best_of_several_tries_counts():
    ticks = iter([0, 4, 0, 3])
    assert in_turns({"a": lambda: None}, lambda: next(ticks), turns=1, tries=2)["a"].tolist() == [3]


def test_memory_is_what_is_held_and_what_was_asked_for_on_the_way():
    def make():
        large = np.ones(500_000)
        return large[:100_000].copy()

    held, peak = memory(make)
    assert 800_000 <= held < 900_000
    assert 4_800_000 <= peak < 4_900_000


def test_what_cannot_be_measured_has_a_note_and_no_figure():
    found = figures().set_index("work")
    assert found["measured"].dropna().to_dict() == {"one": 0.5, "two": 13.0, "three": 1234.5}
    assert found["note"].to_dict() == {
        "one": "", "two": "", "three": "", "four": "not available", "five": "agents / 10,000: refused"
    }  # fmt: skip


def test_what_several_lines_need_is_measured_once_and_so_is_a_failure():
    calls = []

    @once
    def measure(case):
        calls.append(case)
        return case if case > 0 else refuse(NotMeasured("not here"))

    assert [measure(1), measure(2), measure(1)] == [1, 2, 1]
    for _ in range(2):
        with pytest.raises(NotMeasured, match="not here"):
            measure(0)
    assert calls == [1, 2, 0]


def test_a_command_that_fails_is_not_measured(tmp_path, capsys):
    assert checkout.run(["true"], tmp_path) >= 0.0
    with pytest.raises(NotMeasured, match="`ls no-such-file` has failed"):
        checkout.run(["ls", "no-such-file"], tmp_path)
    assert "no-such-file" in capsys.readouterr().err


# --- threads inside a run ---------------------------------------------------------------------------------------------


def with_threads(monkeypatch, spoilt=None):
    """Let a run take threads, and spoil something with two of them."""
    advance = Run.advance

    def threaded(run, weeks, threads=1):
        rows = advance(run, weeks)
        if threads == 2 and spoilt:
            spoilt(run, rows)
        return rows

    monkeypatch.setattr(organisations, "LARGEST", 24)
    monkeypatch.setattr(Run, "advance", threaded)


def test_threads_inside_a_run_are_measured_once_there_are_any(monkeypatch):
    if "threads" not in inspect.signature(Run.advance).parameters:
        with pytest.raises(NotMeasured, match="not available"):
            organisations.threads_inside_a_run()
    with_threads(monkeypatch)
    assert organisations.threads_inside_a_run() > 0.0


def spoilt_row(run, rows):
    rows[0, 0] = np.nextafter(rows[0, 0], 9.0)


def spoilt_state(run, rows):
    run.arrays["sense"][3] += 1e-12


@pytest.mark.parametrize("spoilt", [spoilt_row, spoilt_state])
def test_two_threads_that_make_another_history_are_refused(monkeypatch, spoilt):
    with_threads(monkeypatch, spoilt)
    with pytest.raises(NotMeasured, match="another history"):
        organisations.threads_inside_a_run()


# --- the page ---------------------------------------------------------------------------------------------------------


def test_a_line_says_what_was_what_is_and_whether_the_aim_is_reached():
    assert page.lines(QUICK, figures()).splitlines()[2:] == [
        "| one | 3.6 × | 0.5 × | ≤ 0.6 × | yes |",
        "| two | 45 ms | 13 ms | ≤ 12 ms | **no** |",
        "| three | – | 1,234 µs |  | – |",
        "| four | – | not available | ≥ 1.6 × | – |",
        "| five | 405 s | agents / 10,000: refused | ≤ 300 s | – |",
    ]


def test_the_page_has_every_row_and_says_what_is_not_measured():
    found = figures([row._replace(measure=lambda: 0.25) for row in LIMIT[:3]])
    text = page.page(found, None)
    assert all(f"| {row.work} |" in text for row in LIMIT + FURTHER)
    assert text.count("| 0.25 × |") == 3
    assert "Not measured." in text
    assert "growth.svg" in text


def test_the_page_shows_the_programs_side_by_side(monkeypatch):
    monkeypatch.setattr(compare, "in_agentpy", None)
    table = pd.DataFrame([["work", "plain C", 0.1, 0.28, 0.09, 0.25, np.nan]], columns=compare.COLUMNS)
    text = page.section(table)
    assert "| work | plain C | 0.1 | **0.28** | 0.09 | 0.25 | – |" in text
    assert compare.HOW_TO_GET_AGENTPY in text


def test_the_figure_has_what_was_what_is_and_the_aims():
    found = figures([week_of(workers)._replace(measure=lambda: 0.7) for workers in DECADES[:2]])
    shown = page.growth(found)
    assert shown.groupby("series").size().to_dict() == {"version 0.1": 5, "now": 2, "aim": 3}
    assert shown[shown["series"] == "now"]["microseconds"].tolist() == [0.7, 0.7]
    assert "workers" in str(page.chart(shown).to_dict()["layer"])


# --- the command ------------------------------------------------------------------------------------------------------


@pytest.fixture
def command(monkeypatch, tmp_path):
    """The command with a few quick rows, in a folder."""

    def run(*arguments, rows=QUICK):
        monkeypatch.setattr(benchmark, "ROWS", rows)
        monkeypatch.setattr(page, "LIMIT", rows)
        monkeypatch.setattr(compare, "table", lambda: pd.DataFrame(columns=compare.COLUMNS))
        benchmark.main([*arguments, "--out", str(tmp_path)])
        return pd.read_csv(tmp_path / "measurements.csv").set_index("work")

    return run


def test_a_part_is_measured_again_and_the_others_stay(command, tmp_path):
    command("--skip", "test")
    later = [row._replace(measure=lambda: 0.7) for row in QUICK]
    found = command("--only", "search", rows=later)
    assert found["measured"].dropna().to_dict() == {"one": 0.7, "two": 0.7, "three": 1234.5}
    text = (tmp_path / "README.md").read_text()
    assert "| one | 3.6 × | 0.7 × | ≤ 0.6 × | **no** |" in text
    assert "| three | – | 1,234 µs |" in text
    assert "| four | – | not available |" in text
    assert {path.name for path in tmp_path.iterdir()} == {
        "README.md", "measurements.csv", "peers.csv", "growth.svg", "growth.png"
    }  # fmt: skip


def test_what_is_no_longer_in_the_table_goes(command):
    command("--only", "search", "week")
    assert list(command("--only", "search", rows=QUICK[:2]).index) == ["one", "two"]


def test_a_table_of_another_form_is_not_read(command, tmp_path):
    (tmp_path / "measurements.csv").write_text("what,case,value\none,a,1\n")
    assert list(command("--only", "search").index) == ["one", "two"]


def test_a_part_that_does_not_exist_is_refused(command):
    with pytest.raises(SystemExit):
        command("--only", "nothing")
