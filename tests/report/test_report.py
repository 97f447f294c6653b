"""The report of a study, from the command line to the files, and what its numbers are."""

import json
import re
import tomllib
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim import cli
from sim.comparison import HEADLINES, compare
from sim.model.measures import MEASURE_NAMES
from sim.present import formatting
from sim.present.captions import CellTable
from sim.report.report import figures_of
from sim.scenario import policy_names
from sim.study import library
from sim.study.library import LIBRARY
from sim.study.results import StudyResults, pooled
from sim.study.store import Store
from sim.study.study import Study

ROOT = Path(__file__).parents[2]
SMALL = {"workers": 24, "weeks": 8}
FACTORS = {"hurdle": [0.0, 0.1], "pace": [{"label": "slow", "turbulence": 1.0}, {"label": "fast", "turbulence": 20.0}]}
SAMPLED = {"team_time": [0.3, 0.9], "complexity": [0, 6], "imitation": ["best", "majority"]}


@pytest.fixture(autouse=True)
def wide_screen(monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The shipped demo, small: its file, and the folder of its report."""
    folder = tmp_path_factory.mktemp("demo")
    text = (LIBRARY / "demo.toml").read_text(encoding="utf-8").replace("replicates = 20", "replicates = 2")
    (folder / "demo.toml").write_text(f"{text}\n[scenario]\nworkers = 24\nweeks = 8\n", encoding="utf-8")
    assert cli.answer(["sweep", str(folder / "demo.toml"), "--out", str(folder)]) == 0
    assert cli.answer(["report", str(folder / "demo.toml"), "--out", str(folder)]) == 0
    return folder


def found(tmp_path, **given):
    """The findings of a small study."""
    return Study.build("small", **{"scenario": SMALL, "replicates": 3} | given).run(tmp_path)


def files_in(folder):
    return sorted(path.name for path in folder.iterdir() if path.is_file())


# Files


def test_a_report_has_all_its_files(demo):
    figures = ["trajectories", "differences", "pareto"]
    drawn = [f"{name}.{kind}" for name in figures for kind in ("svg", "png")]
    pages = ["README.md", "report.html", "live.html"]
    assert files_in(demo) == sorted([*pages, "demo.toml", "summary.csv", "summary.parquet", *drawn])
    for name in figures:
        assert (demo / f"{name}.png").read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
        assert ET.parse(demo / f"{name}.svg").getroot().tag == "{http://www.w3.org/2000/svg}svg"
    words = " ".join(ET.parse(demo / "trajectories.svg").getroot().itertext())
    summary, readme = pd.read_csv(demo / "summary.csv"), (demo / "README.md").read_text(encoding="utf-8")
    assert len(summary) == 18 * len(MEASURE_NAMES)
    for policy in summary["policy"].unique():
        assert f"| `{policy}` |" in readme
        assert formatting.heading(policy) in words
    for world in summary["world"].unique():
        assert f"### {world} world" in readme
        assert f"{world} world" in words


def test_a_report_is_the_same_again(demo, tmp_path, tripleos):
    """All but the page, which tells how long the runs took and where, and numbers within SVG that count up."""
    file = demo / "demo.toml"
    assert tripleos("sweep", file, "--out", tmp_path / "again", "--threads", "1")[0] == 0
    assert tripleos("report", file, "--out", tmp_path / "again")[0] == 0
    for name in files_in(tmp_path / "again"):
        if Path(name).suffix in (".md", ".csv", ".png"):
            assert (tmp_path / "again" / name).read_bytes() == (demo / name).read_bytes(), name


def test_the_page_asks_nobody_for_anything(demo):
    page = (demo / "report.html").read_text(encoding="utf-8")
    outside = re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)  # libraries name hosts without asking them
    assert not re.search(r"""(src|href)\s*=\s*["']?\s*(https?:)?//""", outside)
    assert not re.search(r"@import|url\(", outside)
    specs = re.findall(r'<script type="application/json" id="c\d+">(.*?)</script>', page, flags=re.DOTALL)
    assert len(specs) == 3
    assert all("url" not in json.loads(spec).get("data", {}) for spec in specs)


def test_the_screen_the_readme_and_the_page_tell_the_numbers_of_the_summary(demo, tripleos):
    _, out, _ = tripleos("report", demo / "demo.toml", "--out", demo)
    summary = pd.read_csv(demo / "summary.csv")
    row = summary.query("world == 'complex' and policy == 'heads_down' and measure == 'output'").iloc[0]
    part = out[out.index("complex world") :]
    lines = part[part.index("heads_down") :].splitlines()
    told = f"{row['mean']:.3f} ±{row['high'] - row['mean']:.3f}"
    difference = f"{abs(row['difference']):.3f} ±{row['difference_high'] - row['difference']:.3f}"
    assert told in lines[0]
    assert difference in lines[1]
    for name in ("README.md", "report.html"):
        text = (demo / name).read_text(encoding="utf-8")
        assert told in text
        assert difference in text
    assert all(len(line.rstrip()) <= 120 for line in out.splitlines())


def test_an_earlier_report_is_replaced_and_nothing_else(tripleos, tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text("replicates = 2\n[scenario]\nworkers = 24\nweeks = 8\n", encoding="utf-8")
    code, _, err = tripleos("report", file, "--out", tmp_path / "r")
    assert code == 1
    assert "no runs yet" in err
    assert tripleos("sweep", file, "--out", tmp_path / "r")[0] == 0
    assert tripleos("report", file, "--out", tmp_path / "r")[0] == 0
    assert tripleos("report", file, "--out", tmp_path / "r")[0] == 0
    (tmp_path / "r" / "README.md").write_text("# My own notes\n", encoding="utf-8")
    code, _, err = tripleos("report", file, "--out", tmp_path / "r")
    assert code == 2
    assert "README.md" in err
    assert (tmp_path / "r" / "README.md").read_text(encoding="utf-8") == "# My own notes\n"
    assert tripleos("report", file, "--out", tmp_path / "r", "--overwrite")[0] == 0


def test_text_of_others_stays_text(tripleos, tmp_path):
    file = tmp_path / "odd.toml"
    file.write_text(
        'title = "<script>alert(1)</script> & [bold]"\nabout = "</main>\\u001b[31m"\nreplicates = 2\n'
        'policies = ["balanced", {name = "<b>|x", base = "heads_down"}]\n[scenario]\nworkers = 24\nweeks = 8\n',
        encoding="utf-8",
    )
    assert tripleos("sweep", file, "--out", tmp_path)[0] == 0
    code, out, _ = tripleos("report", file, "--out", tmp_path)
    assert code == 0
    assert "\x1b" not in out
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert "<b>|x" not in re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)


# Numbers


def test_cells_are_what_compare_gives(tmp_path):
    cells = found(tmp_path, policies=["balanced", "heads_down"], worlds=["stable"]).cells()
    scenarios = [Study.build("x", policies=[name], worlds=["stable"], scenario=SMALL).scenario(0)
                 for name in ("balanced", "heads_down")]  # fmt: skip
    table = compare(*scenarios, seeds=3)
    for name in ("mean", "low", "high", "difference", "difference_low", "difference_high", "variance_ratio"):
        np.testing.assert_allclose(cells[name], table[name], rtol=1e-9, atol=1e-12, err_msg=name)


def test_over_pools_what_is_not_named(tmp_path):
    both = found(tmp_path, policies=["balanced", "closed_shop"], factorial=FACTORS)
    runs = both.runs
    table = both.over(["hurdle"], "output").set_index("hurdle")
    for value, part in runs.groupby("hurdle"):
        assert table.loc[value, "mean"] == pytest.approx(part["output"].mean())
    # A unit is a seed, with its mean over all that is pooled: what shares a seed shares its luck.
    assert table["replicates"].tolist() == [3, 3]
    seeds = runs[runs["hurdle"] == 0.1].groupby("seed")["output"].mean()
    low, high = stats.t.interval(0.95, 2, seeds.mean(), stats.sem(seeds))
    assert table.loc[0.1, ["low", "high"]].tolist() == pytest.approx([low, high])
    paired = both.over(["policy", "hurdle"], "output")
    second = paired[paired["policy"] == "closed_shop"].set_index("hurdle")
    for value, part in runs.groupby("hurdle"):
        wide = part.pivot_table(index=["pace", "seed"], columns="policy", values="output")
        gap = (wide["closed_shop"] - wide["balanced"]).groupby("seed").mean()
        low, high = stats.t.interval(0.95, 2, gap.mean(), stats.sem(gap))
        assert second.loc[value, "difference"] == pytest.approx(gap.mean())
        assert second.loc[value, ["difference_low", "difference_high"]].tolist() == pytest.approx([low, high])
        assert second.loc[value, "pairs"] == 3
    points = both.points("output")
    assert len(points) == 8
    assert points["replicates"].tolist() == [3] * 8


def test_only_seeds_that_all_points_have_are_pooled():
    """Or a seed would have its mean over other points than the next one, as if luck had changed."""
    runs = pd.DataFrame({"point": [0, 1, 0, 1, 0], "seed": [1, 1, 2, 2, 3], "output": [1.0, 3.0, 2.0, 4.0, 9.0]})
    table = pooled(runs, np.zeros(5, int), ["output"])
    assert table["output"].tolist()[:2] == [2.0, 3.0]
    assert np.isnan(table["output"].iloc[2])
    few = pooled(runs.iloc[[0, 1, 4]], np.zeros(3, int), ["output"])
    assert few["output"].tolist() == [2.0, 9.0], "with a single complete seed, each counts with what it has"


def test_pooled_courses_are_of_seeds(tmp_path):
    one = found(tmp_path, policies=["balanced"], worlds=["stable"], factorial=FACTORS, trajectories=["output"])
    last = one.trajectories().iloc[-1]
    stored = one.store.frame(trajectories=True)
    seeds = stored.assign(last=[one[-1] for one in stored["trajectory_output"]]).groupby("seed")["last"].mean()
    low, high = stats.t.interval(0.95, 2, seeds.mean(), stats.sem(seeds))
    assert last[["mean", "low", "high"]].tolist() == pytest.approx([seeds.mean(), low, high], rel=1e-5)


def test_listed_points_are_no_surface(tmp_path):
    listed = found(tmp_path, design_points=[{"hurdle": 0.0, "openness": 0.1}, {"hurdle": 0.1, "openness": 0.5}])
    assert not [figure for figure in figures_of(listed) if figure.name.startswith("surface")]
    crossed = found(tmp_path / "crossed", factorial={"hurdle": [0.0, 0.1], "openness": [0.1, 0.5]})
    assert [figure.name for figure in figures_of(crossed) if figure.name.startswith("surface")]


def test_replicates_beyond_those_asked_for_are_told(demo, tmp_path, tripleos):
    file, out = demo / "demo.toml", tmp_path / "more"
    assert tripleos("sweep", file, "--replicates", 3, "--out", out)[0] == 0
    assert tripleos("report", file, "--out", out)[0] == 0
    assert "18 more runs are stored, of further replicates, and left out." in (out / "README.md").read_text()
    assert tripleos("report", file, "--replicates", 3, "--out", out)[0] == 0
    text = (out / "README.md").read_text()
    assert "left out" not in text
    assert "3 replicates (seeds 1 to 3) of each point." in text
    assert f"sweep {file} --replicates 3 &&" in text


def test_courses_average_the_weeks_of_all_runs(tmp_path):
    one = found(tmp_path, policies=["balanced"], worlds=["stable"], trajectories=["awareness"])
    trajectories = one.trajectories()
    assert trajectories["measure"].unique().tolist() == ["awareness"]
    assert trajectories["week"].tolist() == [1, 2, 3, 4, 5, 6, 7, 8]
    from sim import simulate

    history = simulate(one.study.scenario(0), seeds=3)
    np.testing.assert_allclose(trajectories["mean"], history.groupby("week")["awareness"].mean(), rtol=1e-6)


def test_a_failed_run_is_left_out_of_its_pair_too(tmp_path, monkeypatch):
    from sim.study import worker

    whole = worker.run_history
    study = Study.build("small", policies=["balanced", "heads_down"], scenario=SMALL, replicates=4)

    def fails(scenario, seed, *rest):
        if scenario.policy.name == "heads_down" and seed == 2:
            raise RuntimeError("broken")
        return whole(scenario, seed, *rest)

    monkeypatch.setattr(worker, "run_history", fails)
    cells = study.run(tmp_path, threads=1).cells("output")
    assert cells["replicates"].tolist() == [4, 3]
    assert cells["pairs"].tolist() == [4, 3]


def test_precision_is_reached_or_told(tmp_path):
    asked = {"measure": "output", "half_width": 0.02, "least": 4, "most": 30}
    study = Study.build("small", policies=["balanced", "heads_down"], scenario=SMALL, precision=asked)
    first = study.run(tmp_path / "a", threads=1)
    assert (first.precision["reached"] | (first.precision["replicates"] == 30)).all()
    half = first.points("output").eval("high - mean")
    assert (half[first.precision["reached"]] <= 0.02 + 1e-12).all()
    again = study.run(tmp_path / "b", threads=2)
    pd.testing.assert_frame_equal(again.runs, first.runs)
    more = Study.build("small", policies=["balanced", "heads_down"], scenario=SMALL, precision=asked | {"most": 9})
    assert more.run(tmp_path / "c").precision["replicates"].max() <= 9


@pytest.mark.parametrize("method", ["saltelli", "morris"])
def test_sensitivity_of_each_policy(tmp_path, method):
    sample = {"method": method, "points": 8, "ranges": SAMPLED}
    both = found(tmp_path, policies=["balanced", "heads_down"], sample=sample, scenario={**SMALL, "adaptation": 0.0},
                 replicates=2)  # fmt: skip
    indices = both.indices(["output"])
    assert indices is not None
    assert set(indices["factor"]) == set(SAMPLED)
    assert indices.groupby("policy").size().nunique() == 1
    assert set(indices["policy"]) == {"balanced", "heads_down"}
    assert "indices" in [figure.name for figure in figures_of(both)]


def test_where_a_policy_fails(tmp_path):
    """Output cannot exceed the time in teams, so that a bound on output is a bound on team time."""
    pytest.importorskip("ema_workbench")
    sample = {"method": "latin_hypercube", "points": 200, "ranges": {"team_time": [0.1, 0.9], "openness": [0.0, 1.0]}}
    scenario = {"workers": 24, "weeks": 30, "adaptation": 0.0, "turbulence": 0.0}
    one = found(tmp_path, sample=sample, scenario=scenario, replicates=1, fails={"measure": "output", "below": 0.15})
    boxes = one.boxes()
    assert boxes is not None
    assert "team_time" in set(boxes["factor"])
    assert boxes.loc[boxes["factor"] == "team_time", "high"].iloc[0] < 0.8
    assert one.failures()["points"].tolist() == [200]


def test_the_front_is_of_each_world(tmp_path):
    both = found(tmp_path, policies=["balanced", "heads_down"], worlds=["stable", "turbulent"])
    table = both.front(["world", "policy"])
    assert table.groupby("world")["front"].any().all()


def test_nothing_to_tell_is_told(tmp_path):
    study = Study.build("small", scenario=SMALL)
    from sim.errors import StudyError

    with pytest.raises(StudyError, match="no run that went well"):
        StudyResults(Store(tmp_path / "none", study))


def test_every_headline_is_in_the_table_of_cells(tmp_path):
    table = CellTable(found(tmp_path, policies=["balanced", "heads_down"]))
    assert table.labels == ["balanced", "heads_down"]
    assert all(np.isfinite(table.row(1, measure)["mean"]) for measure in HEADLINES)


# What is shipped


@pytest.mark.parametrize("file", sorted(LIBRARY.glob("*.toml")), ids=lambda path: path.stem)
def test_shipped_studies_are_sound(file):
    study = Study.from_toml(file)
    assert study.title
    assert study.about
    assert study.runs * study.weeks < 6_000_000, "some twenty minutes of one core"
    assert {policy.name for policy in study.policies} <= set(policy_names())
    assert Study.from_dict(tomllib.loads(file.read_text(encoding="utf-8")) | {"name": file.stem}) == study
    assert Study.from_dict(study.to_dict()) == study
    assert Study.from_toml(file.stem) == Study.from_toml(str(file)) == study


def test_the_study_of_the_readme_is_one(tmp_path):
    text = re.search(r"```toml\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "ours.toml").write_text('base = "balanced"\nhurdle = 0.1\n', encoding="utf-8")
    (tmp_path / "mine.toml").write_text(text[1], encoding="utf-8")
    study = Study.from_toml(tmp_path / "mine.toml")
    assert [policy.name for policy in study.policies] == ["balanced", "heads_down", "ours"]
    assert study.runs == 3 * 2 * 3 * 20


def examples():
    """The command lines about studies that help proposes, but for those that need a cluster."""
    texts = [
        c.epilog for c in cli.app.registered_commands if c.name in ("sweep", "status", "rerun", "export", "report")
    ]
    lines = [line.split()[1:] for text in texts for line in re.findall(r"^  (tripleos .*)$", text, re.MULTILINE)]
    return [words for words in lines if "--cluster" not in words]


@pytest.mark.parametrize("words", examples(), ids=" ".join)
def test_examples_of_help_work(tripleos, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(library, "LIBRARY", tmp_path)
    Path("demo.toml").write_text("replicates = 10\n[scenario]\nworkers = 24\nweeks = 8\n", encoding="utf-8")
    if words[0] != "sweep":
        assert tripleos("sweep", *words[1:2], *(words[2:] if words[0] == "report" else []))[0] == 0
    code, _, err = tripleos(*words)
    assert code == 0, err
