"""The names of version 0.1 work for one version, and say so; to be removed with `sim/study/old_names.py`."""

import warnings

import pytest

from sim.errors import OldName, ScenarioError
from sim.study.results import StudyResults
from sim.study.study import Study

from .small import build, study_file

FACTORS = {"hurdle": [0.0, 0.1], "openness": [0.1, 0.5, 0.9]}
OLD_HYPOTHESES = [
    {"says": "one", "measure": "output", "contrast": {"hurdle": [0.0, 0.1]}, "at_least": 0.02},
    {"says": "two", "measure": "output", "peak": "openness", "at_most": 0.0},
    {"says": "three", "measure": "output", "best": "openness", "contrast": {"hurdle": [0.0, 0.1]}, "at_least": 0.1},
]
NEW_HYPOTHESES = [
    {"statement": "one", "measure": "output", "contrast": {"hurdle": [0.0, 0.1]}, "smallest_effect": 0.02},
    {"statement": "two", "measure": "output", "interior_maximum": "openness", "at_most": 0.0},
    {"statement": "three", "measure": "output", "optimum_shift": "openness", "contrast": {"hurdle": [0.0, 0.1]},
     "smallest_effect": 0.1},
]  # fmt: skip
OLD = {"courses": ["trust"], "weeks_left_out": 3, "points": [{"seek": 0.1}], "claims": OLD_HYPOTHESES}
NEW = {"trajectories": ["trust"], "warm_up": 3, "design_points": [{"seek": 0.1}], "hypotheses": NEW_HYPOTHESES}


def test_old_keys_make_the_same_study_and_one_warning():
    with pytest.warns(OldName) as told:
        old = build(factorial=FACTORS, **OLD)
    assert len(told) == 1
    assert issubclass(OldName, FutureWarning)
    for name in ("courses is now trajectories", "points is now design_points", "best is now optimum_shift"):
        assert name in str(told[0].message)
    with warnings.catch_warnings():
        warnings.simplefilter("error", OldName)
        new = build(factorial=FACTORS, **NEW)
    assert old == new
    assert old.key == new.key


@pytest.mark.parametrize(("old", "new"), zip(OLD, NEW, strict=True))
def test_a_value_under_both_names_is_refused(old, new):
    with pytest.raises(ScenarioError, match=f"{old} and {new} are both given"):
        build(factorial=FACTORS, **{old: OLD[old], new: NEW[new]})


def test_a_hypothesis_with_both_names_is_refused():
    with pytest.raises(ScenarioError, match="says and statement are both given"):
        build(factorial=FACTORS, hypotheses=[{**NEW_HYPOTHESES[0], "says": "so"}])


def test_old_attributes_give_the_same_and_warn(tmp_path):
    study = build(replicates=2, trajectories=["trust"])
    results = study.run(tmp_path, threads=1)
    with pytest.warns(OldName, match="findings is now results"):
        assert isinstance(study.findings(tmp_path), StudyResults)
    for old, new in (("courses", "trajectories"), ("weeks_left_out", "warm_up"), ("claims", "hypotheses")):
        with pytest.warns(OldName, match=f"{old} is now {new}"):
            assert getattr(study, old) == getattr(study, new)
    with pytest.warns(OldName, match="courses is now trajectories"):
        assert results.courses().equals(results.trajectories())
    with pytest.warns(OldName, match="Findings is now StudyResults"):
        from sim.study.results import Findings
    assert Findings is StudyResults
    with pytest.raises(ImportError):
        from sim.study.results import Nothing  # noqa: F401


def test_the_warning_names_the_line_that_used_the_old_name():
    with pytest.warns(OldName) as told:
        Study.build("small", courses=["trust"])
    assert told[0].filename == __file__


def test_the_command_line_says_it_in_one_plain_note(tripleos):
    file = study_file(**{"scenario =": 'courses = ["trust"]\nweeks_left_out = 3\nscenario ='})
    for _ in range(2):
        code, _, err = tripleos("sweep", file, "--dry-run")
        assert code == 0
        assert err.splitlines() == [
            "note: old names, for this version only: courses is now trajectories, weeks_left_out is now warm_up"
        ]


def test_the_old_command_works_with_a_note_and_is_hidden(tripleos):
    assert " patterns " not in tripleos("--help")[1]
    code, _, err = tripleos("patterns", "--folder", "nowhere")
    assert code == 2
    assert err.splitlines()[0] == "note: `tripleos patterns` is now `tripleos hypotheses`"
    assert "nowhere has no studies" in err
