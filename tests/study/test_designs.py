"""Which points a study has, and what is refused."""

import itertools
import time
import tracemalloc

import numpy as np
import pandas as pd
import pytest

from sim.errors import ScenarioError
from sim.study.designs import Design, Factor, Sample, checked_factor, draw

from .small import build


def test_a_factorial_is_the_product_of_its_values():
    study = build(worlds=["stable", "complex"], factorial={"hurdle": [0.0, 0.1, 0.2], "seek": [0.5, 0.6]},
                  policies=["balanced", "heads_down"])  # fmt: skip
    found = [tuple(study.design.labels(p).values()) for p in range(study.points)]
    expected = itertools.product(["stable", "complex"], [0.0, 0.1, 0.2], [0.5, 0.6], ["balanced", "heads_down"])
    assert found == list(expected)
    assert study.design.names == ("world", "hurdle", "seek", "policy")
    scenario = study.scenario(11)
    assert (scenario.world.name, scenario.policy.name) == ("stable", "heads_down")
    assert (scenario.policy.hurdle, scenario.workforce.seek) == (0.2, 0.6)


def test_tables_are_one_value():
    tables = [{"label": "calm", "turbulence": 1, "hurdle": 0.2}, {"turbulence": 5}]
    study = build(factorial={"situation": tables})
    assert study.points == 2
    assert [study.design.labels(p)["situation"] for p in range(2)] == ["calm", "turbulence=5"]
    assert study.scenario(0).world.turbulence == 1
    assert study.scenario(0).policy.hurdle == 0.2


def test_points_come_from_tables_frames_and_files(tmp_path):
    rows = [{"hurdle": 0.1, "imitation": "best"}, {"hurdle": 0.2, "imitation": "majority"}]
    frame = pd.DataFrame(rows)
    frame.to_csv(tmp_path / "points.csv", index=False)
    studies = [build(design_points=given) for given in (rows, frame, str(tmp_path / "points.csv"))]
    assert {study.key for study in studies} == {studies[0].key}
    assert studies[0].design.labels(1) == {
        "world": "turbulent", "hurdle": 0.2, "imitation": "majority", "policy": "balanced"
    }  # fmt: skip


@pytest.mark.parametrize("method", ["latin_hypercube", "sobol", "saltelli", "morris"])
def test_samples_are_in_their_ranges_and_the_same_again(method):
    ranges = {"hurdle": [0.2, 0.4], "workers": [24, 30], "imitation": ["best", "majority"]}
    given = {"method": method, "points": 8, "ranges": ranges, "seed": 3}
    study, again = build(sample=given), build(sample=given)
    rows = [study.design.labels(p) for p in range(study.points)]
    assert study.points == {"latin_hypercube": 8, "sobol": 8, "saltelli": 40, "morris": 32}[method]
    assert rows == [again.design.labels(p) for p in range(again.points)]
    assert all(0.2 <= row["hurdle"] <= 0.4 and row["workers"] in range(24, 31) for row in rows)
    assert {row["imitation"] for row in rows} == {"best", "majority"}
    assert build(sample=given | {"seed": 4}).key != study.key
    assert build(sample=given, fails={"measure": "output", "below": 0.1}).key == study.key, "it changes no run"


def test_whole_numbers_and_choices_have_equal_chances():
    sample = Sample(method="sobol", points=1024, ranges={"workers": (24, 27), "imitation": ("best", "majority")})
    rows = [sample.settings(i) for i in range(len(sample))]
    assert np.unique([row["workers"] for row in rows], return_counts=True)[1].tolist() == [256] * 4
    assert np.unique([row["imitation"] for row in rows], return_counts=True)[1].tolist() == [512] * 2
    assert draw("sobol", 4, ("a",), 1).shape == (4, 1)


def test_shares_of_the_week_can_be_varied_one_at_a_time():
    study = build(factorial={"team_time": [0.0, 0.8, 1.0], "network_share": [0.25]})
    policy = study.scenario(1).policy
    assert (policy.split_networks, policy.split_communities, policy.split_teams) == (0.05, 0.15, 0.8)


def test_places_number_all_points():
    design = Design((Factor("a", (1, 2)), Factor("b", (1, 2, 3)), Factor("c", (1, 2, 3, 4))))
    assert [design.places(p) for p in range(24)] == [list(t) for t in itertools.product(range(2), range(3), range(4))]


def test_a_design_of_a_hundred_million_is_numbered_without_listing_it():
    hundred = tuple(range(100))
    tracemalloc.start()
    design = Design(tuple(Factor(name, hundred) for name in "abcd"))
    assert len(design) == 10**8
    assert design.labels(12_345_678) == {"a": 12, "b": 34, "c": 56, "d": 78}
    assert tracemalloc.get_traced_memory()[1] < 1e6
    tracemalloc.stop()


def test_long_lists_of_values_are_checked_quickly():
    began = time.process_time()
    assert len(checked_factor("hurdle", np.linspace(0.0, 1.0, 200_000))) == 200_000
    assert time.process_time() - began < 60


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"factorial": {"hurdel": [1]}}, "hurdel is not a parameter; did you mean 'hurdle'?"),
        ({"factorial": {"hurdle": []}}, "a list of values is needed"),
        ({"factorial": {"hurdle": 0.1}}, "a list of values is needed"),
        ({"factorial": {"hurdle": "0.1"}}, "a list of values is needed"),
        ({"factorial": {"hurdle": [0.1, 0.1]}}, "hurdle has 0.1 twice"),
        ({"factorial": {"hurdle": [0, 0.0]}}, "hurdle has 0.0 twice"),
        ({"factorial": {"hurdle": [[0.1]]}}, "numbers, switches or words"),
        ({"factorial": {"hurdle": [0.1, {"hurdle": 0.2}]}}, "all tables, or none"),
        ({"factorial": {"hurdle": [0.1, 2]}}, "hurdle = 2"),
        ({"factorial": {"hurdle": [float("nan")]}}, "hurdle = nan"),
        ({"factorial": {"workers": [10**9]}}, "workers = 1000000000"),
        ({"factorial": {"workers": [10**5000]}}, "cannot be shown"),
        ({"factorial": {"weeks": [10, 20]}}, "weeks is not a parameter"),
        ({"factorial": {"seed": [{"hurdle": 0.1}]}}, "seed is a column that every table has"),
        ({"factorial": {"policy": [{"hurdle": 0.1}]}}, "policy is a column that every table has"),
        ({"factorial": {"output": [{"hurdle": 0.1}]}}, "output is a column that every table has"),
        ({"factorial": {"a\nb": [{"hurdle": 0.1}]}}, "a name is needed"),
        ({"factorial": {"x": [{"label": 3, "hurdle": 0.1}]}}, "label = 3: text is needed"),
        ({"factorial": {"x": [{"hurdle": 0.1}, {"label": "hurdle=0.1"}]}}, "twice"),
        ({"factorial": {"x": [{"hurdle": 0.1}, {"seek": 0.1}], "seek": [0.1, 0.2]}}, "seek is varied twice"),
        ({"factorial": {"hurdle": [0.1]}, "design_points": [{"hurdle": 0.2}]}, "hurdle is varied twice"),
        ({"factorial": {"team_time": [0.5], "split_teams": [0.6]}}, "split_teams and team_time"),
        ({"factorial": {"team_time": [1.5]}}, "team_time = 1.5: a number is needed, 0 … 1"),
        ({"weeks": 20}, "weeks is not part of a study by itself: it belongs in scenario"),
        ({"hurdle": [0.1]}, "hurdle is not part of a study by itself: it belongs in scenario"),
        ({"fails": {"measure": "output", "below": 0.3}}, "scenario discovery needs a sample"),
        ({"sample": {"method": "sobol", "points": 8, "ranges": {"hurdle": [0.0, 7.0]}}}, "allowed is 0 to 1"),
        ({"design_points": []}, "a list of tables is needed"),
        ({"design_points": [{"hurdle": 0.1}, {"seek": 0.1}]}, "point 2 sets seek"),
        ({"design_points": [3]}, "a table of parameters is needed"),
        ({"design_points": "nowhere.csv"}, "nowhere.csv: cannot be read: No such file"),
        ({"sample": {}}, "method is missing: one of latin_hypercube, sobol, saltelli, morris is needed"),
        ({"sample": {"method": "random"}}, "one of latin_hypercube"),
        ({"sample": {"method": "sobol", "points": 7, "ranges": {"hurdle": [0, 1]}}}, "power of 2 is needed, such as 8"),
        ({"sample": {"method": "sobol", "points": 8}}, "ranges is missing: a table is needed, such as"),
        ({"sample": {"method": "sobol", "points": 8, "ranges": {"hurdle": [1, 0]}}}, "[low, high]"),
        ({"sample": {"method": "sobol", "points": 8, "ranges": {"hurdle": [0, 1]}, "seeds": 3}}, "seeds is unknown"),
        ({"sample": {"method": "sobol", "points": 8, "ranges": {"imitation": ["best"]}}}, "at least two of"),
    ],
)
def test_refused(given, told):
    with pytest.raises(ScenarioError) as caught:
        build(**given)
    assert told in str(caught.value)
    assert len(str(caught.value).splitlines()) <= 2
