"""`tripleos sweep`, `status`, `rerun` and `export` as people meet them."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sim.model.measures import MEASURE_NAMES
from sim.version import model_version

from ..study.small import POINTS, ended, process, store_of, study_file


@pytest.fixture
def swept(tripleos):
    file = study_file()
    assert tripleos("sweep", file, "--out", "out")[0] == 0
    return file


def test_results_go_where_the_study_is_called(tripleos, tmp_path):
    assert tripleos("sweep", study_file())[0] == 0
    assert (tmp_path / "results" / "small" / "runs" / "manifest.json").exists()
    assert tripleos("export", "small.toml", "small.csv")[0] == 0


def test_sweep_says_how_it_ended(tripleos, swept):
    code, told, err = tripleos("sweep", swept, "--out", "out")
    assert (code, err) == (0, "")
    assert "40 of 40 runs done (0 made now) in out/runs" in told
    assert "tripleos report small.toml --out out" in told
    document = json.loads(tripleos("sweep", swept, "--out", "out", "--json")[1])
    assert document == {"study": "small", "folder": "out/runs", "done": 40, "failed": 0, "total": 40, "before": 40}


def test_status(tripleos, swept):
    document = json.loads(tripleos("status", swept, "--out", "out", "--json")[1])
    assert document == {
        "study": "small", "folder": "out/runs", "points": POINTS, "runs": 40, "damaged": [],
        "bytes": store_of(swept, "out").size, "differs": [], "done": 40, "failed": 0, "missing": 0,
    }  # fmt: skip
    more = json.loads(tripleos("status", swept, "--out", "out", "--replicates", 7, "--json")[1])
    assert (more["done"], more["missing"]) == (40, 16)
    assert "nothing" in tripleos("status", swept, "--out", "out")[1]


def test_status_of_a_study_that_was_changed(tripleos, swept):
    """Its files are those of another study, which is not to be damaged."""
    changed = study_file(weeks=25)
    document = json.loads(tripleos("status", changed, "--out", "out", "--json")[1])
    assert document["damaged"] == []
    assert "scenario.weeks: 20 there, 25 now" in document["differs"]
    assert "done" not in document


def test_before_the_first_sweep(tripleos):
    file = study_file()
    for words in (["status", file], ["export", file, "a.csv"]):
        code, out, err = tripleos(*words)
        assert (code, out) == (1, "")
        assert "has no runs yet: `tripleos sweep` makes them" in err
    assert "nothing is stored to compare it with" in tripleos("rerun", file, 3)[1]


def test_export(tripleos, swept):
    for name in ("a.csv", "a.parquet"):
        code, _, err = tripleos("export", swept, name, "--out", "out")
        assert (code, err.strip()) == (0, f"40 of 40 runs written to {name}")
    csv, parquet = pd.read_csv("a.csv"), pd.read_parquet("a.parquet")
    pd.testing.assert_frame_equal(csv, parquet, check_dtype=False, check_exact=True)
    names = ["run", "point", "replicate", "seed", "world", "hurdle", "policy", "scenario", "version", "status"]
    assert list(csv.columns) == [*names, *MEASURE_NAMES, "dip", "recovery"]
    assert csv["run"].tolist() == list(range(40))
    told = json.loads(pq.read_schema("a.parquet").metadata[b"tripleos"])
    assert told["command"] == "tripleos sweep small.toml"
    assert told["study"]["replicates"] == 5
    assert "a.csv already" in tripleos("export", swept, "a.csv", "--out", "out")[2]


def test_a_sweep_keeps_the_whole_command_that_made_it(tripleos):
    file = study_file()
    assert tripleos("sweep", file, "--out", "out", "--replicates", 2, "--threads", 1)[0] == 0
    assert store_of(file, "out").manifest()["command"] == f"tripleos sweep {file} --replicates 2"


def test_rerun_gives_what_is_stored(tripleos, swept):
    code, told, _ = tripleos("rerun", swept, 13, "--out", "out", "--into", "run13")
    assert code == 0
    assert "13: point 5 (world turbulent, hurdle 0.0, policy heads_down), seed 2" in told
    assert "exactly as stored" in told
    weekly = pd.read_csv("run13/weekly.csv")
    stored = store_of(swept, "out").frame().query("run == 13").iloc[0]
    assert weekly["output"][4:].mean() == pytest.approx(stored["output"], rel=1e-12)
    assert "not stored yet" in tripleos("rerun", swept, 42, "--replicates", 6, "--out", "out")[1]


@pytest.mark.parametrize("column", ["weekly_trust", "weekly_news_lag", "trajectory_output", "output"])
def test_rerun_sees_one_value_that_was_flipped(tripleos, column):
    """In a file whose hash is right, as if another machine had made it."""
    file = study_file(**{"scenario =": "weekly = true\nscenario ="})
    assert tripleos("sweep", file, "--out", "out")[0] == 0
    assert "exactly as stored" in tripleos("rerun", file, 13, "--out", "out")[1]
    store = store_of(file, "out")
    rows = store.rows()
    parts = [part.path for part in store.parts()]
    values = rows[column].to_pylist()
    if isinstance(values[13], list):
        values[13][-1] = np.nextafter(
            values[13][-1], 2.0, dtype=rows.schema.field(column).type.value_type.to_pandas_dtype()
        )
    else:
        values[13] = np.nextafter(values[13], 2.0)
    at = rows.schema.get_field_index(column)
    for part in parts:
        part.unlink()
    store.append(rows.set_column(at, rows.schema.field(column), pa.array(values, rows.schema.field(column).type)))
    assert f"NOT as stored (model {model_version()} then): {column} differ" in " ".join(
        tripleos("rerun", file, 13, "--out", "out")[1].split()
    )
    assert "exactly as stored" in tripleos("rerun", file, 12, "--out", "out")[1]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["rerun", "small.toml", 40], "run 40: the study has runs 0 to 39"),
        (["rerun", "small.toml", "x"], "RUN 'x': the number of a run is needed"),
        (["export", "small.toml", "a.xlsx"], "a name that ends in .csv or .parquet is needed"),
        (["sweep", "nowhere.toml"], "nowhere.toml: cannot be read: No such file"),
        (["sweep", "experiments/dmeo.toml"], "a TOML file is needed; did you mean 'demo'?"),
        (["sweep", "."], ".: cannot be read: Is a directory"),
        (["sweep", "small.toml", "--replicates", 0], "--replicates 0: a whole number is needed"),
        (["sweep", "small.toml", "--threads", 0], "--threads 0"),
        (["sweep", "small.toml", "--time-limit", 0], "--time-limit '0': a number of seconds above 0"),
        (["sweep", "small.toml", "--time-limit", "nan"], "--time-limit 'nan'"),
        (["sweep"], "missing argument"),
    ],
)
def test_refused(tripleos, words, told):
    study_file()
    code, out, err = tripleos(*words)
    assert (code, out) == (2, "")
    assert told.lower() in err.lower()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", None),
        (b"\xff\xfe\x00", "is not text"),
        (b"replicates = ", "line 1"),
        (b"replicates = 3\nreplicates = 4", "line 2"),
        (b"x" * 1_000_001, "too large"),
        ("replicates = ²".encode(), "line 1"),
        ("titel = 'ü'".encode(), "titel is not part of a study; did you mean 'title'?"),
        ('"ü\\u001b" = 1'.encode(), "is not part of a study"),
        (b"policies = []", "policies is empty"),
        (b"factorial = { hurdle = [] }", "a list of values is needed"),
        (b"scenario = { workers = 1_000_000_000 }", "workers = 1000000000"),
        (b"replicates = " + b"9" * 5000, "digits"),
        (b"a = " + b"[" * 50_000, "nested too deeply"),
    ],
)
def test_study_files_are_refused_by_name(tripleos, tmp_path, content, told):
    (tmp_path / "mine.toml").write_bytes(content)
    code, out, err = tripleos("sweep", "mine.toml", "--dry-run")
    if told is None:
        assert code == 0
        return
    assert (code, out) == (2, "")
    assert err.startswith("tripleos: mine.toml")
    assert told in err
    assert len(err.splitlines()) <= 2
    assert "\x1b" not in err


def test_names_from_anywhere(tripleos, tmp_path):
    file = tmp_path / "Größe 2.toml"
    file.write_text(study_file(replicates=1).read_text(encoding="utf-8").replace('name = "small"', ""), "utf-8")
    file.write_text(file.read_text("utf-8") + 'title = "\\u001b[31mrot \\u00fc"\n', "utf-8")
    code, told, _ = tripleos("sweep", file, "--dry-run")
    assert code == 0
    assert "\x1b" not in told
    assert tripleos("sweep", file)[0] == 0
    assert (tmp_path / "results" / "größe_2").is_dir()


def test_a_dry_run_writes_nothing(tripleos, tmp_path):
    code, told, _ = tripleos("sweep", study_file(), "--dry-run")
    assert code == 0
    assert "8 points × 5 replicates = 40 runs of 20 weeks" in told
    assert not (tmp_path / "results").exists()
    document = json.loads(tripleos("sweep", "small.toml", "--dry-run", "--replicates", 3, "--json")[1])
    assert (document["points"], document["runs"], document["weeks"]) == (8, 24, 20)
    assert document["seconds"] > 0
    assert document["bytes"] > 0


MILLION = """
replicates = 20
factorial = {{ hurdle = {values}, seek = {values}, openness = {values} }}
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system does not tell the peak of memory")
def test_a_dry_run_of_twenty_million_runs_lists_nothing(tmp_path):
    values = [k / 100 for k in range(100)]
    (tmp_path / "million.toml").write_text(MILLION.format(values=values), encoding="utf-8")
    code, told, err = ended(process("sweep", "million.toml", "--dry-run", code=WEIGHED))
    assert code == 0
    assert "1,000,000 points × 20 replicates = 20,000,000 runs of 260 weeks" in told
    assert int(err.split()[-1]) < 1_000_000  # kB: Python and its packages take a quarter of that


# What getrusage tells begins with the memory of the process that started this one; the peak of /proc does not.
WEIGHED = """
import re, sys
from sim import cli
code = cli.answer(sys.argv[1:])
print(re.search(r"VmHWM:\\s*(\\d+)", open("/proc/self/status").read())[1], file=sys.stderr)
sys.exit(code)
"""


def test_help_names_every_option(tripleos):
    told = tripleos("sweep", "--help")[1]
    options = ("--replicates", "--threads", "--cluster", "--time-limit", "--retry-failed", "--fail-fast", "--dry-run")
    for option in (*options, "--restart", "--mix", "--out", "--json"):
        assert option in told
