"""The command line as people meet it: what it prints, what it writes, and what it refuses in a line or two."""

import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from sim import __version__, cli, results
from sim.classics import targets
from sim.cli import interrupts, outputs
from sim.cli.scenarios import setting
from sim.comparison import HEADLINES, compare, run_means
from sim.execution.histories import run_all
from sim.model.measures import MEASURE_NAMES
from sim.present import files, formatting, tables
from sim.present.measures import by_group
from sim.scenario import PARAMETERS, Scenario, policy_names, world_names
from sim.study import library
from sim.study.results import mean_trajectory
from sim.version import model_version

from ..waiting import LONGEST_WAIT, until

ROOT = Path(__file__).parents[2]
TINY = ("--workers", "24", "--weeks", "8", "--replicates", "2")
SERVES = "dashboard"  # until it is stopped: see tests/dashboard/
STUDIES = ("sweep", "status", "rerun", "export", "report")  # see tests/study/
HEAVY = ("numba", "numpy", "pandas", "pydantic", "pyarrow", "altair", "scipy")


@pytest.fixture(autouse=True)
def wide_screen(monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")


@pytest.fixture
def tripleos(capsys):
    """The command line within this process: exit code, stdout, stderr."""

    def call(*arguments):
        code = cli.answer([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return call


@pytest.fixture
def refused(tripleos):
    """The message with which a command line is refused; nothing is on stdout, and no traceback on stderr."""

    def call(*arguments):
        code, out, err = tripleos(*arguments)
        assert code == 2, err
        assert out == ""
        assert "Traceback" not in err
        return err

    return call


def shell(*arguments, **options):
    """The command line as a process of its own."""
    command = [sys.executable, "-m", "sim", *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)


def finished(*arguments, **options):
    process = shell(*arguments, **options)
    out, err = process.communicate(timeout=LONGEST_WAIT)
    return process.returncode, out, err


def files_in(folder):
    return sorted(path.name for path in Path(folder).iterdir())


# Help and version


HELP_AND_TELL = f"""
import sys
sys.argv = ["tripleos", "--help"]
from sim.cli import main
try:
    main()
except SystemExit:
    print([name for name in {HEAVY} if name in sys.modules], file=sys.stderr)
"""


def test_help_imports_nothing_heavy():
    done = subprocess.run([sys.executable, "-c", HELP_AND_TELL], cwd=ROOT, text=True, capture_output=True, check=True)
    assert "triple operating system" in " ".join(done.stdout.split())
    assert done.stderr.strip() == "[]"


@pytest.mark.parametrize("command", ["list", "describe", "run", "compare", "classics", "hypotheses", SERVES])
def test_each_command_teaches_by_example(tripleos, command):
    code, out, _ = tripleos(command, "--help")
    assert code == 0
    assert f"tripleos {command}" in out[out.index("Examples") :]


HYPOTHESIS = """
title = "It matters"
replicates = 2
scenario = { weeks = 4 }
factorial = { hurdle = [0.0, 0.5] }
hypotheses = [
  { statement = "it does", measure = "output", contrast = { hurdle = [0.0, 0.5] }, smallest_effect = 0.0 },
]
"""


def examples():
    """The command lines that help proposes, as words."""
    texts = [command.epilog for command in cli.app.registered_commands] + [cli.app.registered_callback.epilog]
    return [line.split()[1:] for text in texts for line in re.findall(r"^  (tripleos .*)$", text, re.MULTILINE)]


@pytest.mark.parametrize("words", [words for words in examples() if words[0] not in (*STUDIES, SERVES)], ids=" ".join)
def test_examples_of_help_work(tripleos, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(library, "HYPOTHESES", tmp_path / "hypotheses")
    for form in ("QUICK", "FULL"):
        monkeypatch.setattr(targets, form, dict.fromkeys(targets.CLASSICS, 4))
    for name in ("P0", "P1", "P5"):
        file = library.HYPOTHESES / f"{name}.toml"
        file.parent.mkdir(exist_ok=True)
        file.write_text(HYPOTHESIS, encoding="utf-8")
    if "--scenario" in words:
        assert tripleos("run", "--out", Path(words[words.index("--scenario") + 1]).parent, *TINY)[0] == 0
    if "--robust" in words:
        assert tripleos("hypotheses", "--robust")[0] == 2
        assert tripleos("hypotheses")[0] == 0
    code = tripleos(*words, *(TINY if words[0] in ("run", "compare") else ()))[0]
    assert code == 0 or (code == 1 and words[0] == "classics"), "so few replicates may miss a target"


def test_version(tripleos):
    assert tripleos("--version") == (0, f"tripleos {__version__}\nmodel {model_version()}\n", "")
    assert re.fullmatch(r"\d+\.\d+\.\S*\+[0-9a-f]{8}", model_version())


# What there is


def test_list_shows_everything(tripleos):
    code, out, err = tripleos("list")
    assert (code, err) == (0, "")
    for name in (*policy_names(), *world_names(), *PARAMETERS, *MEASURE_NAMES):
        assert re.search(rf"^{name}\b", out, re.MULTILINE), name


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("policies", policy_names()),
        ("worlds", world_names()),
        ("levers", tuple(PARAMETERS)),
        ("measures", MEASURE_NAMES),
        ("studies", library.study_names()),
    ],
)
def test_list_as_json(tripleos, kind, names):
    content = json.loads(tripleos("list", kind, "--json")[1])
    assert [one["name"] for one in content[kind]] == list(names)
    assert all(one["meaning"] for one in content[kind])


def test_levers_tell_range_unit_and_default(tripleos):
    levers = json.loads(tripleos("list", "levers", "--json")[1])["levers"]
    hurdle = next(one for one in levers if one["name"] == "hurdle")
    assert (hurdle["range"], hurdle["unit"], hurdle["default"], hurdle["group"]) == ("0 … 1", "payoff", 0.02, "policy")


def test_describe_policy_tells_what_differs_from_balanced(tripleos):
    found = json.loads(tripleos("describe", "Heads-down", "--json")[1])
    assert [one["what"] for one in found] == ["policy"]
    balanced = Scenario.build("balanced").policy
    for lever, value in found[0]["levers"].items():
        assert (lever in found[0]["differs_from_balanced"]) == (value != getattr(balanced, lever))
    text = tripleos("describe", "heads_down")[1]
    assert "90% teams" in text
    assert all(lever in text for lever in found[0]["differs_from_balanced"])


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("stable", ["world"]),
        ("turbulence", ["lever"]),
        ("coherent_action", ["measure"]),
        ("working_out_loud", ["policy", "lever"]),
        ("balanced", ["policy"]),
    ],
)
def test_describe(tripleos, name, kinds):
    assert [one["what"] for one in json.loads(tripleos("describe", name, "--json")[1])] == kinds
    code, out, _ = tripleos("describe", name)
    assert code == 0
    assert all(kind in out for kind in kinds)


def test_every_name_can_be_described(tripleos):
    for name in {*policy_names(), *world_names(), *PARAMETERS, *MEASURE_NAMES}:
        assert tripleos("describe", name)[0] == 0, name


def test_a_study_is_shown_by_another_command(refused):
    assert "`tripleos sweep time_split --dry-run`" in refused("describe", "Time-split")


def test_an_extension_and_what_it_has_tell_how_they_are_used(tripleos, refused):
    assert "is an extension: `tripleos run --with bridging` uses it" in refused("describe", "Bridging")
    text = tripleos("describe", "mentoring", "--with", "mentoring")[1]
    assert "tripleos run --with mentoring --set mentoring=0" in text
    assert "tripleos run --with bridging" in tripleos("describe", "bridging", "--with", "bridging")[1]
    assert "--with" not in tripleos("describe", "hurdle", "--with", "mentoring")[1]


def test_describe_proposes_the_nearest_name(refused):
    assert "did you mean 'turbulence'?" in refused("describe", "turbulenc")


# Running


def test_run_prints_all_measures(tripleos):
    code, out, _ = tripleos("run", "--policy", "heads_down", "--world", "stable", *TINY)
    assert code == 0
    assert [group for group in by_group() if re.search(rf"^{group}\b", out, re.MULTILINE)] == list(by_group())
    assert all(re.search(rf"^  {measure} ", out, re.MULTILINE) for measure in MEASURE_NAMES)
    assert "weeks 2 to 8" in out
    assert "2 replicates (seeds 1 to 2)" in out
    assert max(map(len, out.splitlines())) <= 120


def test_groups_of_measures_leave_none_out():
    grouped = [measure for measures in by_group().values() for measure in measures]
    assert sorted(grouped) == sorted(set(MEASURE_NAMES) | {m for m in grouped if grouped.count(m) > 1})
    assert len(set(grouped)) == len(grouped)


def test_run_as_json_has_the_numbers_of_python(tripleos):
    code, out, _ = tripleos("run", "--policy", "closed_shop", "--set", "hurdle=0.1", *TINY, "--seed", 5, "--json")
    document = json.loads(out, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    scenario = Scenario.build("closed_shop", hurdle=0.1, workers=24, weeks=8)
    assert code == 0
    assert document["seeds"] == [5, 6]
    assert document["scenarios"][scenario.key] == scenario.to_dict()
    means = run_means(run_all([scenario], [5, 6]))[0].mean(axis=0)
    for row, mean in zip(document["summary"], means, strict=True):
        assert row["mean"] == (None if np.isnan(mean) else pytest.approx(mean, rel=1e-12)), row["measure"]


def test_missing_numbers_are_null(tripleos):
    out = tripleos("run", *TINY, "--set", "turbulence=0", "--json")[1]
    row = next(row for row in json.loads(out)["summary"] if row["measure"] == "news_lag")
    assert row["mean"] is None


def test_a_single_replicate_has_no_interval(tripleos):
    code, out, _ = tripleos("run", "--workers", 24, "--weeks", 8, "--replicates", 1)
    assert code == 0
    assert "Intervals need at least 2 replicates" in " ".join(out.split())
    assert "nan" not in out


def test_notes_go_to_stderr(tripleos):
    _, out, err = tripleos("run", "--workers", 25, "--weeks", 4, "--replicates", 1, "--json")
    assert "note: 25 workers do not divide into teams of 8" in err
    json.loads(out)


def test_scenario_file_and_options_above_it(tripleos, tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(
        Scenario.build("heads_down", "stable", workers=24, weeks=12, hurdle=0.3).to_toml(), encoding="utf-8"
    )
    out = tripleos("run", "--scenario", file, "--weeks", 6, "--set", "hurdle=0.4", "--replicates", 1, "--json")[1]
    (scenario,) = json.loads(out)["scenarios"].values()
    assert scenario == Scenario.build("heads_down", "stable", workers=24, weeks=6, hurdle=0.4).to_dict()


def test_policy_from_a_file(tripleos, tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text('base = "heads_down"\nhurdle = 0.4\n', encoding="utf-8")
    code, out, _ = tripleos("compare", "balanced", file, *TINY, "--json")
    assert code == 0
    assert [one["policy"]["hurdle"] for one in json.loads(out)["scenarios"].values()] == [0.02, 0.4]


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("hurdle=0.1", "hurdle", 0.1),
        ("hurdle = 1e-1", "hurdle", 0.1),
        ("aspects=10", "aspects", 10),
        ("pilot_first=yes", "pilot_first", True),
        ("pilot-first=False", "pilot_first", False),
        ("imitation=majority", "imitation", "majority"),
        ("Working-out-loud=0", "working_out_loud", 0.0),
    ],
)
def test_set_takes_each_kind_of_value(text, name, value):
    given = setting(text, PARAMETERS)
    assert given == (name, value)
    assert type(given[1]) is type(value)


def test_out_writes_what_was_run(tripleos, tmp_path):
    folder = tmp_path / "new" / "results"
    code, _, err = tripleos("run", *TINY, "--out", folder)
    assert code == 0
    assert "written to" in err
    assert files_in(folder) == ["scenario.toml", "summary.csv", "weekly.parquet"]
    weekly = pd.read_parquet(folder / "weekly.parquet")
    assert weekly.shape == (16, 5 + len(MEASURE_NAMES))
    scenario = Scenario.from_toml(folder / "scenario.toml")
    assert scenario == Scenario.build(workers=24, weeks=8)
    told = json.loads(pq.read_schema(folder / "weekly.parquet").metadata[b"tripleos"])
    assert told["command"] == "tripleos run --scenario scenario.toml --replicates 2 --seed 1"
    assert told["scenarios"] == {scenario.key: scenario.to_dict()}
    with (folder / "summary.csv").open(encoding="utf-8", newline="") as file:
        assert [row["measure"] for row in csv.DictReader(file)] == list(MEASURE_NAMES)


def test_written_command_makes_the_same_again(tripleos, tmp_path, monkeypatch):
    tripleos("compare", "balanced", "heads_down", *TINY, "--seed", 3, "--set", "hurdle=0.2", "--out", tmp_path / "a")
    told = json.loads(pq.read_schema(tmp_path / "a" / "weekly.parquet").metadata[b"tripleos"])
    monkeypatch.chdir(tmp_path / "a")
    assert tripleos(*told["command"].split()[1:], "--out", tmp_path / "b")[0] == 0
    for name in files_in(tmp_path / "a"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name


def test_files_are_replaced_only_if_asked(tripleos, refused, tmp_path):
    (tmp_path / "summary.csv").write_text("mine", encoding="utf-8")
    message = refused("run", *TINY, "--out", tmp_path)
    assert "summary.csv already" in message
    assert "--overwrite" in message
    assert files_in(tmp_path) == ["summary.csv"]
    assert (tmp_path / "summary.csv").read_text(encoding="utf-8") == "mine"
    (tmp_path / "other.txt").write_text("mine too", encoding="utf-8")
    assert tripleos("run", *TINY, "--out", tmp_path, "--overwrite")[0] == 0
    assert files_in(tmp_path) == ["other.txt", "scenario.toml", "summary.csv", "weekly.parquet"]
    assert (tmp_path / "summary.csv").read_text(encoding="utf-8") != "mine"


def test_nothing_is_left_of_results_that_could_not_be_written(refused, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "write_csv", full)
    message = refused("run", *TINY, "--out", tmp_path / "new" / "results")
    assert "cannot be written: No space left on device" in message
    assert files_in(tmp_path) == []


# Comparing


def test_compare_has_the_differences_of_python(tripleos):
    out = tripleos("compare", "balanced", "heads_down", "--world", "stable", *TINY, "--json")[1]
    given = [Scenario.build(policy, "stable", workers=24, weeks=8) for policy in ("balanced", "heads_down")]
    ours, theirs = json.loads(out)["summary"], compare(*given, seeds=2)
    for row, (_, expected) in zip(ours, theirs.iterrows(), strict=True):
        for column in ("mean", "difference", "difference_low", "difference_high", "variance_ratio"):
            value = expected[column]
            assert row[column] == (pytest.approx(value, rel=1e-12) if np.isfinite(value) else None), row


@pytest.mark.parametrize(("columns", "count"), [(120, 1), (80, 2), (60, 3), (40, 6)])
def test_compare_fits_the_screen(tripleos, monkeypatch, columns, count):
    monkeypatch.setenv("COLUMNS", str(columns))
    code, out, _ = tripleos("compare", "balanced", "triple_operating_system", *TINY)
    lines = out.splitlines()
    assert code == 0
    assert sum(line.startswith("balanced ") for line in lines) == count
    assert all(len(line.rstrip()) <= max(columns, tables.NAME_WIDTH + tables.CELL_WIDTH + 1) for line in lines)
    for measure in HEADLINES:
        assert formatting.heading(measure) in out


def test_marks_tell_whether_an_interval_excludes_zero():
    def row(low, middle, high):
        return {"difference": middle, "difference_low": low, "difference_high": high}

    nan = float("nan")
    rows = [
        row(1, 2, 3),
        row(-3, -2, -1),
        row(-1, 1, 3),
        row(-3, -1, 1),
        row(0, 0, 0),
        row(nan, 1, nan),
        row(nan, nan, nan),
    ]
    assert [formatting.mark(one) for one in rows] == ["▲", "▼", "+", "−", " ", "+", " "]


def test_policies_of_one_name_are_told_apart(tripleos, tmp_path):
    for folder, hurdle in (("a", 0.1), ("b", 0.2)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "mine.toml").write_text(f"hurdle = {hurdle}\n", encoding="utf-8")
    files = [tmp_path / folder / "mine.toml" for folder in "ab"]
    out = tripleos("compare", *files, *TINY, "--json")[1]
    assert list(dict.fromkeys(row["policy"] for row in json.loads(out)["summary"])) == [str(file) for file in files]


def test_names_cannot_steer_the_terminal(tripleos, tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text('name = "\\u001b[31mred"\nabout = "[bold]x[/nope]\\u001b[2J"\n', encoding="utf-8")
    code, out, _ = tripleos("run", "--policy", file, *TINY)
    assert code == 0
    assert "\x1b" not in out
    assert "[bold]x[/nope]" in out


# Figures


def test_trajectories_are_means_of_weeks():
    values = np.random.default_rng(1).random((3, 65))
    course = mean_trajectory(values, 260)
    np.testing.assert_allclose(course["mean"], values.mean(axis=0), rtol=1e-12)
    assert course["week"].tolist() == [2.5 + 4 * k for k in range(65)]
    assert (course["low"] < course["mean"]).all()


# What is refused


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["run", "--policy", "balancd"], ["'balancd'", "did you mean 'balanced'?"]),
        (["run", "--world", "stabel"], ["'stabel'", "did you mean 'stable'?", "turbulent"]),
        (["compare", "balanced", "heads_up"], ["'heads_up'", "did you mean 'heads_down'?"]),
        (["run", "--set", "hurdel=0.1"], ["hurdel", "did you mean 'hurdle'?"]),
        (["run", "--set", "hurdle=nan"], ["hurdle = nan", "finite", "0 to 1"]),
        (["run", "--set", "hurdle=inf"], ["hurdle = inf", "0 to 1"]),
        (["run", "--set", "hurdle=2"], ["hurdle = 2", "0 to 1"]),
        (["run", "--set", "hurdle=-1"], ["hurdle = -1", "0 to 1"]),
        (["run", "--set", "hurdle=abc"], ["hurdle = 'abc'", "a number is needed", "0 to 1"]),
        (["run", "--set", "hurdle=0,1"], ["hurdle = '0,1'", "comma", "0.1"]),
        (["run", "--set", "hurdle="], ["hurdle = ''", "a number is needed"]),
        (["run", "--set", "aspects=3.5"], ["aspects = 3.5", "a whole number is needed"]),
        (["run", "--set", f"aspects={'9' * 5000}"], ["aspects = ", "a whole number is needed"]),
        (["run", "--set", "aspects=24"], ["aspects = 24", "2 to 20"]),
        (["run", "--set", "split_teams=0.9"], ["1.3", "sum to 1"]),
        (["run", "--set", "communities=30", "--workers", "24"], ["communities = 30", "workers = 24", "0 to 24"]),
        (["run", "--set", "pilot_first=maybe"], ["pilot_first = 'maybe'", "true or false"]),
        (["run", "--set", "imitation=bets"], ["imitation = 'bets'", "did you mean 'best'?"]),
        (["run", "--set", "hurdle"], ["'hurdle'", "lever=value"]),
        (["run", "--set", "=1"], ["lever=value"]),
        (["run", "--set", "hurdle=0.1", "--set", "hurdle=0.2"], ["hurdle is set twice"]),
        (["run", "--set", "workers=30", "--workers", "24"], ["workers is set twice"]),
        (["run", "--set", "policy=heads_down"], ["--policy heads_down"]),
        (["run", "--set", "weeks=10"], ["--weeks 10"]),
        (["run", "--workers", "0"], ["workers = 0", "2 to 1000000"]),
        (["run", "--workers", "abc"], ["workers = 'abc'", "a whole number is needed", "2 to 1000000"]),
        (["run", "--weeks", "0"], ["weeks = 0", "1 to 100000"]),
        (["run", "--weeks", "1.5"], ["weeks = '1.5'", "a whole number is needed", "1 to 100000"]),
        (["run", "--weeks", "9999999"], ["weeks = 9999999", "1 to 100000"]),
        (["run", "--world", "shock", "--weeks", "100"], ["shock_week = 130", "0 to 100"]),
        (["run", "--seed", str(2**64 - 1)], ["2^64"]),
        (["run", "--scenario", "/nowhere/mine.toml"], ["/nowhere/mine.toml", "No such file"]),
        (["run", "--policy", "/nowhere/mine.toml"], ["/nowhere/mine.toml", "No such file"]),
        (["run", "--out", ""], ["--out is empty"]),
        (["compare", "balanced"], ["at least 2 policies"]),
        (["compare", "balanced", "balanced"], ["given twice"]),
        (["list", "nothing"], ["list 'nothing'", "policies, worlds, levers, mechanisms, measures"]),
        (["list", "levels"], ["list 'levels'", "did you mean 'levers'?"]),
        (["describe", "nothing_like_it_at_all"], ["is not a policy", "tripleos list"]),
        (["run", "--weeks", "100000", "--replicates", "10000"], ["GB of memory", "fewer replicates"]),
    ],
)
def test_refused_in_two_lines(refused, arguments, told):
    message = refused(*arguments)
    assert message.startswith("tripleos: ")
    assert len(message.splitlines()) <= 2
    for text in told:
        assert text in message


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["run", "--nonsense"], "no such option: --nonsense\ntry `tripleos run --help`"),
        (["run", "--polcy", "x"], "no such option: --polcy; did you mean '--policy'?\ntry `tripleos run --help`"),
        (["run", "--polcy=\033[31m"], "no such option: --polcy; did you mean '--policy'?\ntry `tripleos run --help`"),
        (["run", "--policy"], "option '--policy' requires an argument\ntry `tripleos"),
        (["run", "--json=5"], "option '--json' does not take a value\ntry `tripleos"),
        (["run", "more"], "got unexpected extra argument"),
        (["compare"], "missing argument 'A B [C …]'\ntry `tripleos compare --help`"),
        (["nothing"], "no such command 'nothing'\ntry `tripleos --help`"),
        (["lists"], "no such command 'lists'"),
        (["--nothing"], "no such option: --nothing\ntry `tripleos --help`"),
        (
            ["run", "--replicates", "0"],
            "--replicates 0: a whole number is needed, 1 to 10000\ntry `tripleos run --help`",
        ),
        (["run", "--replicates", "-3"], "--replicates -3: a whole number is needed, 1 to 10000"),
        (["run", "--replicates", "99999999"], "--replicates 99999999: a whole number is needed, 1 to 10000"),
        (["run", "--replicates", "many"], "--replicates 'many': a whole number is needed, 1 to 10000"),
        (["compare", "a", "b", "--seed", "-1"], "--seed -1: a whole number is needed, 0 to"),
        (["run", "--seed", "9" * 5000], "--seed '999"),
    ],
)
def test_misused_commands_in_two_lines(refused, arguments, told):
    message = refused(*arguments)
    assert message.startswith(f"tripleos: {told}")
    assert len(message.splitlines()) == 2
    assert "\033" not in message
    assert all(len(line) < 160 for line in message.splitlines())


def test_nothing_asked_for_shows_help(tripleos):
    _, out, err = tripleos()
    assert "Usage: tripleos" in out
    assert err == ""


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("weeks = \n", ["line 1"]),
        ('policy = "balancd"\n', ["did you mean 'balanced'?"]),
        ('weeks = 10\n[[interventions]]\nweek = 53\npolicy = "closed_shop"\n', ["week 53", "1 to 10"]),
        ("hurdel = 0.1\n", ["hurdel", "did you mean 'hurdle'?"]),
        ('hurdle = "high"\n', ["hurdle = 'high'", "0 to 1"]),
    ],
)
def test_files_are_refused_by_name(refused, tmp_path, content, told):
    file = tmp_path / "mine.toml"
    file.write_text(content, encoding="utf-8")
    message = refused("run", "--scenario", file)
    assert len(message.splitlines()) <= 2
    for text in ("mine.toml", *told):
        assert text in message


@pytest.mark.parametrize("command", [["run"], ["compare", "balanced", "heads_down"]], ids=" ".join)
@pytest.mark.parametrize("where", ["file", "file/below", "/proc/nowhere/below"])
def test_folders_that_cannot_be_written(refused, tmp_path, command, where):
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    began = time.process_time()
    message = refused(*command, "--workers", 20000, "--weeks", 5000, "--out", tmp_path / where)
    assert time.process_time() - began < 20, "told before anything is computed"
    assert "cannot be written" in message
    assert len(message.splitlines()) == 1
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"
    assert files_in(tmp_path) == ["file"]


def test_out_of_memory_is_told(refused, monkeypatch):
    def exhausted(*_, **__):
        raise MemoryError

    monkeypatch.setattr(results, "run", exhausted)
    assert "out of memory" in refused("run", *TINY)


# As a process


def test_refusal_as_a_process():
    code, out, err = finished("run", "--policy", "balancd")
    assert (code, out) == (2, "")
    assert err.startswith("tripleos: policy = 'balancd'")
    assert "Traceback" not in err


def test_run_as_a_process_keeps_json_apart():
    code, out, err = finished("run", *TINY, "--json", env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert code == 0, err
    assert json.loads(out)["seeds"] == [1, 2]


def test_a_reader_that_leaves_is_no_error():
    process = shell("list", "--json")
    process.stdout.close()
    err = process.stderr.read()
    process.wait(timeout=LONGEST_WAIT)
    process.stderr.close()
    assert err == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_output_that_cannot_be_written():
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-m", "sim", "list"], cwd=ROOT, text=True, stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 2
    assert done.stderr == "tripleos: the output cannot be written: No space left on device\n"


def test_the_temporary_folder_is_cleaned_up_from_before_it_is_there(tmp_path, monkeypatch):
    """Else a signal in the moment after it was made would leave it behind."""
    mkdir, undone = Path.mkdir, []

    def watched(*given, **how):
        undone.append(len(interrupts._CLEANUPS))
        return mkdir(*given, **how)

    monkeypatch.setattr(Path, "mkdir", watched)
    with outputs.atomic_outputs(str(tmp_path / "out"), [], False):
        assert undone == [1]


@pytest.mark.skipif(sys.platform == "win32", reason="signals of its own")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_stopped_without_a_trace(tmp_path, number, code):
    process = shell("run", "--workers", 20000, "--weeks", 5000, "--replicates", 50, "--out", tmp_path / "out")
    until(lambda: files_in(tmp_path))  # it has begun: its temporary folder is there
    process.send_signal(number)
    _, err = process.communicate(timeout=LONGEST_WAIT)
    assert process.returncode == code
    assert "Traceback" not in err
    assert err.endswith("interrupted\n")
    assert files_in(tmp_path) == []
