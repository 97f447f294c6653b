"""Every key of a study, given a value of every wrong kind: an error that says what is allowed, never a crash."""

import copy
import datetime

import pytest

from sim.errors import ScenarioError
from sim.study.study import Study

# What TOML can hold, and some of what Python can.
DAY = datetime.date(2026, 1, 1)
KINDS = {
    "true": True, "5": 5, "-1": -1, "2.5": 2.5, "nan": float("nan"), "inf": float("inf"), "10^30": 10**30,
    "text": "x", "no text": "", "name of a measure": "output", "name of a parameter": "hurdle",
    "[]": [], "[5]": [5], "[true]": [True], "[text]": ["x"], "[date]": [DAY], "[[]]": [[]], "[[5, 6]]": [[5, 6]],
    "[{}]": [{}], "{}": {}, "{x = 1}": {"x": 1}, "{hurdle = [0.1]}": {"hurdle": [0.1]}, "{3: 4}": {3: 4},
    "date": DAY, "time": datetime.time(12), "date and time": datetime.datetime(2026, 1, 1, 12, tzinfo=datetime.UTC),
    "None": None, "set": {1, 2}, "object": object(), "bytes": b"x",
}  # fmt: skip
STUDY = {
    "name": "full",
    "title": "A full one",
    "about": "With everything in it.",
    "policies": ["balanced", {"base": "heads_down", "name": "mine", "hurdle": 0.3}],
    "worlds": ["stable", {"base": "shock", "name": "late", "shock_week": 10}],
    "scenario": {"workers": 24, "weeks": 20, "interventions": [{"week": 5, "policy": "closed_shop", "hurdle": 0.1}]},
    "factorial": {"seek": [0.5, 0.6, 0.7], "mood": [{"label": "a", "turbulence": 2}, {"label": "b", "turbulence": 3}]},
    "design_points": [{"team_time": 0.5}],
    "sample": {"method": "sobol", "points": 1, "ranges": {"openness": [0.1, 0.2]}, "seed": 2},
    "replicates": 3,
    "first_seed": 7,
    "warm_up": 10,
    "trajectories": ["trust", "output"],
    "weekly": True,
    "fails": {"measure": "output", "below": 0.1},
    "hypotheses": [
        {
            "statement": "it matters",
            "measure": "output",
            "weeks": [1, 4],
            "contrast": {"seek": [0.5, 0.6]},
            "smallest_effect": 0.02,
            "where": {"mood": ["a"]},
            "at": {"world": "stable"},
        },
        {"statement": "so", "terms": [{"weight": 2, "measure": "trust", "weeks": [1, 2], "seek": 0.5}], "at_most": 1.0},
        {"statement": "so", "measure": "output", "interior_maximum": "seek", "at_most": 1.0},
        {
            "statement": "so",
            "measure": "output",
            "optimum_shift": "seek",
            "contrast": {"world": ["stable", "late"]},
            "at_most": 1.0,
        },
    ],
}
PRECISE = {
    "name": "precise",
    "scenario": {"workers": 24, "weeks": 20},
    "precision": {
        "measure": "output",
        "half_width": 0.1,
        "difference": True,
        "level": 0.9,
        "least": 5,
        "most": 50,
        "ahead": 2,
    },
}


def places(value, path=()):
    """Every place in nested tables and lists."""
    for key, one in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield (*path, key)
        yield from places(one, (*path, key))


def changed(study, path, value):
    """A study with another value in a place."""
    study = copy.deepcopy(study)
    table = study
    for key in path[:-1]:
        table = table[key]
    table[path[-1]] = value
    return study


@pytest.mark.parametrize("kind", KINDS)
def test_a_value_of_a_wrong_kind_is_refused_in_words(kind):
    Study.from_dict(STUDY)
    Study.from_dict(PRECISE)
    crashes = []
    for study in (STUDY, PRECISE):
        for path in places(study):
            given = changed(study, path, KINDS[kind])
            try:
                made = Study.from_dict(given)
            except ScenarioError as error:
                lines = str(error).splitlines()
                assert 1 <= len(lines) <= 2, path
                assert all(len(line) < 300 for line in lines), (path, lines)
            except Exception as error:  # noqa: BLE001 (whatever it is, it is a crash)
                crashes.append(f"{path}: {type(error).__name__}: {error}")
            else:
                assert Study.from_dict(made.to_dict()) == made, path
    assert not crashes


@pytest.mark.parametrize("key", STUDY)
def test_a_single_true_or_number_or_date_does_for_no_list_and_no_table(key):
    for kind in ("true", "2.5", "date", "time"):
        if key != "weekly" or kind != "true":
            with pytest.raises(ScenarioError, match=key[:-1] if key in ("policies", "worlds") else key):
                Study.from_dict(changed(STUDY, (key,), KINDS[kind]))
