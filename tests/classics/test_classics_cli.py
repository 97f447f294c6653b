"""`tripleos classics`: its verdicts and exit codes, what it prints at any width, and what it writes."""

import json
import math
import os
import re
import signal
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim import cli
from sim.classics import curves, report, tables, targets
from sim.classics.march1991 import march1991
from sim.classics.targets import Number, Order, Point, when

from ..waiting import LONGEST_WAIT, until

ROOT = Path(__file__).parents[2]
SMALL = {"p1": 0.5, "p2": 0.5, "people": 10, "aspects": 6}
KNOWN = Point(when(**SMALL), "code")
SLOWER = Point(when(**{**SMALL, "p1": 0.05}), "code")
FEW = 30


@pytest.fixture(autouse=True)
def wide_screen(monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")


@pytest.fixture(autouse=True)
def few_replicates(monkeypatch):
    for form, count in (("QUICK", FEW), ("FULL", 4)):
        monkeypatch.setattr(targets, form, dict.fromkeys(targets.CLASSICS, count))


@pytest.fixture
def tripleos(capsys):
    """`tripleos classics` within this process: exit code, stdout, stderr."""

    def call(*arguments):
        code = cli.answer(["classics", *map(str, arguments)])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return code, out, err

    return call


@pytest.fixture
def aims(monkeypatch):
    """The targets that every classic has instead of its own."""

    def give(*given):
        monkeypatch.setattr(targets, "targets", lambda names: list(given))

    return give


def ours():
    return float(march1991(**SMALL, replicates=FEW).final("code").mean())


def number(off=0.0, **more):
    return Number("march1991", "figure 1", "a number", KNOWN, ours() + off, 1000, **more)


def order(more=SLOWER, less=KNOWN, **others):
    return Order("march1991", "figure 4", "an order", more, less, **others)


def files_in(folder):
    return sorted(path.name for path in Path(folder).iterdir())


# Verdicts and exit codes


@pytest.mark.parametrize(
    ("make", "word", "code"),
    [
        (number, "met", 0),
        (lambda: number(2.0), "missed", 1),
        (lambda: number(2.0, known="read off badly"), "missed, as known", 0),
        (lambda: number(known="read off badly"), "met", 0),
        (lambda: number(2.0, control=True), "fails, as it must", 0),
        (lambda: number(control=True), "passes, but must not", 1),
        (order, "met", 0),
        (lambda: order(KNOWN, SLOWER), "missed", 1),
        (lambda: order(KNOWN, SLOWER, known="a shape of another program"), "missed, as known", 0),
        (lambda: order(KNOWN, SLOWER, control=True), "fails, as it must", 0),
        (lambda: order(control=True), "passes, but must not", 1),
    ],
)
def test_each_verdict_has_its_word_and_exit_code(tripleos, aims, make, word, code):
    aims(make())
    given, out, _ = tripleos("march", "--json")
    (verdict,) = json.loads(out)["verdicts"]
    assert (given, verdict["verdict"], verdict["as_expected"]) == (code, word, code == 0)
    assert json.loads(out)["as_expected"] is (code == 0)
    given, out, _ = tripleos("march")
    assert given == code
    assert re.search(rf"(a number|an order) .* {word} *$", out, re.MULTILINE)


def test_one_miss_among_many_is_enough(tripleos, aims):
    aims(number(), number(2.0, known="why"), number(2.0, control=True), order(), number(-2.0))
    code, out, _ = tripleos("march")
    assert code == 1
    line = " ".join(out.split()).split("power. ")[1]
    assert line.startswith("march1991: 2 of 4 met, 1 missed as known, 1 missed (a true replication would miss 0.")
    assert line.endswith(" by chance); 1 of 1 negative controls fail")


def test_shapes_alone_have_no_chance_to_tell(aims):
    aims(order())
    (found,) = report.report(["march1991"]).all_results
    assert found.shape
    assert math.isnan(found.chance)
    assert tables.closing("march1991", [found]) == "march1991: 1 of 1 met; 0 of 0 negative controls fail"


def test_exit_code_of_a_process():
    program = (
        "from sim.classics import targets as t\n"
        "point = t.Point(t.when(p1=0.5, p2=0.5, people=10, aspects=6), 'code')\n"
        "t.targets = lambda names: [t.Number('march1991', '', 'too high', point, 2.0, 1000)]\n"
        "import sys; sys.argv = ['tripleos', 'classics', 'march', '--json']\n"
        "from sim.cli import main; main()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, text=True, capture_output=True, check=False)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert not json.loads(done.stdout)["as_expected"]


def test_known_misses_are_points_that_there_are():
    texts = [target.text for target in targets.targets(["lazer_friedman2007"]) if target.known]
    assert sorted(texts) == sorted(targets.LAZER_KNOWN)


def test_chance_follows_from_tolerance_and_error():
    values = {("march1991", KNOWN): np.array([0.0, 1.0] * 50)}
    sd = values["march1991", KNOWN].std(ddof=1)
    wide, reading, exact = (
        targets.judge(Number("march1991", "", "", KNOWN, 0.5, *more), values)
        for more in ((100,), (10**12, 1.0), (10**12,))
    )
    assert wide.tolerance == pytest.approx(2 * sd * math.sqrt(2 / 100))
    assert reading.tolerance > 1.0
    for verdict in (wide, reading, exact):  # two standard errors, whatever they are made of
        assert verdict.chance == pytest.approx(0.0455, abs=1e-4)
    many = {("march1991", KNOWN): np.full(100, 0.5) + np.array([-0.01, 0.01] * 50)}
    sure = targets.judge(Number("march1991", "", "", KNOWN, 0.5, 100), many)
    assert sure.tolerance == targets.TOLERANCE  # seven standard errors of the difference
    assert sure.chance < 1e-10


# What is asked for


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["march"], ["march1991"]),
        (["march", "march1991"], ["march1991"]),
        (["Lazer-Friedman2007", "fang"], ["lazer_friedman2007", "fang_lee_schilling2010"]),
        ([], list(targets.CLASSICS)),
    ],
)
def test_names_may_be_short(tripleos, aims, names, expected):
    aims()
    code, out, _ = tripleos(*names, "--json")
    document = json.loads(out)
    assert code == 0
    assert list(document["replicates"]) == expected
    assert document["command"] == " ".join(["tripleos classics", *(expected if names else [])])


@pytest.mark.parametrize("name", ["march1990", "", "x", "1991", "marsh"])
def test_unknown_names_are_refused(tripleos, name):
    code, out, err = tripleos(name)
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert f"classic = '{name}': allowed are {', '.join(targets.CLASSICS)}" in err
    assert ("did you mean 'march1991'?" in err) == ("19" in name)


def test_ambiguous_names_are_refused(tripleos, monkeypatch):
    monkeypatch.setitem(targets.CLASSICS, "march2000", march1991)
    assert tripleos("march")[0] == 2


def test_json_has_the_verdicts_of_python(tripleos):
    _, out, _ = tripleos("march", "--json")
    document = json.loads(out, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert (document["form"], document["command"]) == ("quick", "tripleos classics march1991")
    assert document["replicates"] == {"march1991": FEW}
    expected = report.report(["march1991"]).all_results
    for row, verdict in zip(document["verdicts"], expected, strict=True):
        assert (row["text"], row["ours"], row["met"]) == (verdict.text, verdict.ours, verdict.met)
        assert row["chance"] == (None if verdict.shape else verdict.chance)


def test_threads_change_nothing(tripleos):
    one, two = (tripleos("barkoczi", "--json", "--threads", n)[1] for n in (1, 2))
    assert one == two


@pytest.mark.parametrize("columns", [80, 120])
def test_tables_show_each_target_and_fit_the_screen(tripleos, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    out = tripleos("march", "barkoczi")[1]
    assert all(len(line.rstrip()) <= columns for line in out.splitlines())
    found = report.report(["march1991", "barkoczi_galesic2016"]).all_results
    for verdict in found:
        for text in tables.cells(verdict)[:4]:
            assert text in out
    words = [one.verdict for one in found]
    assert len(re.findall(r" fails, as it must *$", out, re.MULTILINE)) == words.count("fails, as it must") > 0
    assert len(re.findall(r"\d +met *$", out, re.MULTILINE)) == words.count("met") > 0
    assert ("allowed" in out) == (columns == 120)


@pytest.mark.parametrize(
    ("published", "mean", "expected"),
    [
        (0.87, 0.8674, ("0.870", "0.867", "0.0100", "−0.003", "±0.020")),
        (0.8725, 0.8725, ("0.8725", "0.873", "0.0100", "0.000", "±0.020")),
        (54.0, 53.04, ("54.00", "53.04", "0.010", "−0.96", "±0.02")),
    ],
)
def test_numbers_have_the_digits_that_they_need(published, mean, expected):
    one = targets.ReplicationResult("", "", "", published, mean, 0.01, mean - published, 0.02, True, False, chance=0.0)
    assert tables.cells(one)[:5] == expected


# Each condition runs once


def test_conditions_run_once_and_are_counted(monkeypatch):
    runs, told = [], []

    def counted(**arguments):
        runs.append(targets.when(**arguments))
        return march1991(**arguments)

    monkeypatch.setitem(targets.CLASSICS, "march1991", counted)
    report.report(["march1991"], True, drawn=True, progress=lambda done, total: told.append((done, total)))
    assert len(set(runs)) == len(runs)
    assert told == [(k, len(runs)) for k in range(len(runs) + 1)]


@pytest.mark.parametrize("name", curves.PANELS)
def test_published_numbers_are_drawn_where_they_belong(name):
    shown = [curve for panel in curves.panels(name) for curve in panel.curves]
    drawn = {(curve.figure, point) for curve in shown for point in curve.points.values()}
    numbers = [one for one in targets.targets([name]) if isinstance(one, Number) and not one.control]
    assert {(one.figure, one.point) for one in numbers if one.figure != "text"} <= drawn


def test_two_figures_may_publish_different_numbers_of_one_point():
    name = "lazer_friedman2007"
    values = {(name, point): np.array([0.4, 0.8]) for point in curves.points_of(name)}
    wanted = [one for one in targets.targets([name]) if isinstance(one, Number) and not one.control]
    found = curves.frame(name, values, [(one, targets.judge(one, values)) for one in wanted])
    full = found[found["condition"] == "full network"].set_index(["figure", "x"])["published"]
    assert (full["figure 4", 100.0], full["velocity", 1.0]) == (0.5715, 0.578)


def test_curves_are_means_over_the_runs():
    found = report.report(["march1991"], True, drawn=True).curves
    trajectories = march1991(0.5, 0.5, 0.1, 0.02, periods=100, replicates=4)
    curve = found.query("figure == 'figure 5' and condition == 'turnover p3 = 0.1'")
    assert curve["x"].tolist() == list(range(101))
    np.testing.assert_allclose(curve["ours"], trajectories.mean("code"))
    np.testing.assert_allclose(curve["error"], trajectories.error("code"))
    point = found.query("figure == 'figure 1' and condition == 'p2 = 0.9' and x == 0.4")
    assert point["published"].tolist() == [0.8725]


# Files


def test_full_form_writes_everything(tripleos, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = Path("results/classics")
    code, _, err = tripleos("--full")
    assert code in (0, 1), "so few replicates may miss a target"
    assert "written to results/classics" in err
    assert files_in(folder) == sorted(report.files(list(targets.CLASSICS)))
    readme = (folder / "README.md").read_text(encoding="utf-8")
    assert "`tripleos classics --full`" in readme
    table = pd.read_csv(folder / "verdicts.csv")
    assert len(table) == len(targets.targets())
    for name in targets.CLASSICS:
        assert f"## {name}" in readme
        assert targets.SOURCES[name] in readme
    for name in curves.PANELS:
        assert f"]({name}.svg)" in readme
        assert (folder / f"{name}.png").read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
        words = "".join(ET.parse(folder / f"{name}.svg").getroot().itertext())
        for panel in curves.panels(name):
            assert all(text in words for text in (panel.title, panel.x, panel.y))
            assert all(curve.name in words for curve in panel.curves)
    missed = table[~table["met"] & ~table["control"]]
    section = readme[readme.index("## What is missed") : readme.index("## march1991")]
    assert section.count("\n- `") == len(missed) + (table["met"] & table["control"]).sum()
    shown = pd.read_csv(folder / "curves.csv")
    assert tuple(shown.columns) == curves.COLUMNS
    assert set(shown["classic"]) == set(curves.PANELS)


def test_some_of_them_in_full_are_printed_only(tripleos, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "written" not in tripleos("march", "--full", "--json")[2]
    assert files_in(tmp_path) == []


def test_two_runs_write_the_same(tripleos, tmp_path):
    for folder in ("a", "b"):
        tripleos("march", "barkoczi", "--full", "--out", tmp_path / folder)
    assert len(files_in(tmp_path / "a")) == 7
    for name in files_in(tmp_path / "a"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name


def test_own_results_are_replaced_others_only_if_asked(tripleos, aims, tmp_path):
    aims(number())
    arguments = ("march", "--out", tmp_path)
    (tmp_path / "README.md").write_text("# My own notes\n", encoding="utf-8")
    code, out, err = tripleos(*arguments)
    assert (code, out) == (2, "")
    assert "README.md already" in err
    assert files_in(tmp_path) == ["README.md"]
    assert tripleos(*arguments, "--overwrite")[0] == 0
    first = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert first.startswith(report.TITLE)
    aims(number(2.0))
    assert tripleos(*arguments)[0] == 1
    assert "the reason is not known" in (tmp_path / "README.md").read_text(encoding="utf-8")


def test_nothing_is_left_of_files_that_could_not_be_written(tripleos, aims, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    aims(number())
    monkeypatch.setattr(report, "chart", full)
    code, out, err = tripleos("march", "--out", tmp_path / "new")
    assert (code, out) == (2, "")
    assert err.endswith("cannot be written: No space left on device\n")
    assert files_in(tmp_path) == []


def processor_time(process):
    """Seconds that a running process has spent on processors."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="there is no /proc")
def test_stopped_at_once_and_without_a_trace(tmp_path):
    command = [sys.executable, "-m", "sim", "classics", "lazer", "--full", "--out", str(tmp_path / "out")]
    before = os.times()
    process = subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    until(lambda: files_in(tmp_path))  # it has begun: its temporary folder is there
    begun = processor_time(process)
    until(lambda: processor_time(process) > begun + 0.5)
    spent = processor_time(process)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=LONGEST_WAIT)
    after = os.times()
    took = after.children_user + after.children_system - before.children_user - before.children_system
    assert took - spent < 5, "seconds on processors, however long they were waited for"
    assert process.returncode == 130
    assert err.endswith("interrupted\n")
    assert files_in(tmp_path) == []
