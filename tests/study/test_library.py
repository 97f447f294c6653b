"""Shipped studies go by their names, and a file of one's own by its path."""

from pathlib import Path

import pytest

from sim import Study
from sim.errors import OldName, ScenarioError
from sim.study.library import HYPOTHESES, LIBRARY, nearest_study, study_file, study_name, study_names

from .small import study_file as small_study_file


def test_the_names_are_those_of_the_files():
    assert "demo" in study_names()
    assert all(study_file(name) == LIBRARY / f"{name}.toml" for name in study_names())
    assert study_file("P3_why") == HYPOTHESES / "P3_why.toml"
    assert "P0" not in study_names()


def test_no_two_studies_share_a_name():
    assert not {path.stem.lower() for path in LIBRARY.glob("*.toml")} & {
        path.stem.lower() for path in HYPOTHESES.glob("*.toml")
    }


@pytest.mark.parametrize("spelling", ["time_split", "Time-split", "TIME SPLIT"])
def test_spelling_does_not_matter(spelling):
    assert study_file(spelling) == LIBRARY / "time_split.toml"


@pytest.mark.parametrize("given", ["demo.toml", "./demo", "mine", "x" * 5000, Path("demo")])
def test_a_path_is_a_path(given):
    assert study_file(given) == given


def test_a_file_of_the_same_name_is_meant_by_its_path(tripleos):
    file = small_study_file()
    file.rename("demo.toml")
    Path("demo").write_text(Path("demo.toml").read_text(encoding="utf-8"), encoding="utf-8")
    assert Study.from_toml("demo").runs == 360
    assert Study.from_toml("demo.toml").runs == Study.from_toml("./demo").runs == 40


def test_a_study_is_called_by_its_name_or_its_path(tmp_path):
    for name in (*study_names(), "P0", "P16_way_back"):
        assert study_name(Path(study_file(name))) == name
    assert study_name(tmp_path / "demo.toml") == (tmp_path / "demo.toml").as_posix()


def test_the_nearest_name_is_proposed_for_a_missing_file_alone(tmp_path):
    assert nearest_study("experiments/trust.toml") == "; did you mean 'trust'?"
    with pytest.raises(ScenarioError, match="did you mean 'demo'"):
        Study.from_toml("dmeo")
    (tmp_path / "demo.toml").write_text("replicates = 0", encoding="utf-8")
    with pytest.raises(ScenarioError) as refused:
        Study.from_toml(tmp_path / "demo.toml")
    assert "did you mean" not in str(refused.value)


@pytest.mark.parametrize("given", [3, None, "a\0.toml", "\ud800.toml"])
def test_anything_else_is_refused(given):
    with pytest.raises(ScenarioError):
        Study.from_toml(given)


def test_a_sweep_of_a_shipped_study_is_told_by_its_name(tripleos):
    code, out, err = tripleos("sweep", "trust", "--dry-run")
    assert (code, err) == (0, "")
    assert "1,500 runs" in out


def test_where_version_0_1_had_them_they_are_still_found(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    told = "has moved into the package: use its name"
    with pytest.warns(OldName, match=f"experiments/demo.toml {told}, demo"):
        assert Study.from_toml("experiments/demo.toml").runs == 360
    with pytest.warns(OldName, match=f"experiments/hypotheses/P0_why.toml {told}, P0_why"):
        assert study_file("experiments/hypotheses/P0_why.toml") == study_file("P0_why")
    Path("experiments").mkdir()
    Path("experiments/demo.toml").write_text("replicates = 2", encoding="utf-8")
    assert Study.from_toml("experiments/demo.toml").runs == 2, "a file that is there is meant"
