"""The `plot` methods of results: what is drawn, from which numbers, and what is refused."""

import pickle

import numpy as np
import pandas as pd
import pytest

from sim import Organisation, Policy, Scenario, ScenarioError, Study, compare, simulate
from sim.comparison import Comparison, scenario_labels
from sim.model.measures import MEASURE_NAMES
from sim.present.measures import DISPLAYS, HEADLINES
from sim.report import run_plots

TINY = {"workers": 24, "weeks": 10}
BAD = "</script><script>alert(1)"


def titles(chart):
    """All titles of a chart and of what it is composed of."""
    found = []

    def visit(node):
        if isinstance(node, dict):
            if isinstance(node.get("title"), str):
                found.append(node["title"])
            elif isinstance(node.get("title"), dict):
                found.extend([node["title"]["text"]] if "text" in node["title"] else [])
            for value in node.values():
                visit(value)
        elif isinstance(node, list):
            for value in node:
                visit(value)

    visit(chart.to_dict())
    return found


def rows(chart):
    """All data of a chart, in one table."""
    return pd.concat([pd.DataFrame(values) for values in chart.to_dict()["datasets"].values()], ignore_index=True)


@pytest.fixture(scope="module")
def table():
    one = Scenario.build("balanced", "stable", **TINY)
    return compare(one, one.replace(hurdle=0.3), one.replace(policy=Policy(name=BAD, openness=0.9)), seeds=4)


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    study = Study.build("s", policies=["balanced", "heads_down"], worlds=["stable", "turbulent"], scenario=TINY,
                        replicates=3, factorial={"hurdle": [0.0, 0.1], "imitation": ["best", "majority"]})  # fmt: skip
    return study.run(tmp_path_factory.mktemp("s"), threads=1)


# Comparisons


def test_a_comparison_is_a_table_and_its_parts_are_ordinary(table):
    assert isinstance(table, Comparison)
    assert type(table[table["measure"] == "output"]) is pd.DataFrame
    assert type(table.copy()) is pd.DataFrame
    assert type(pd.concat([table, table])) is pd.DataFrame
    again = pickle.loads(pickle.dumps(table))
    assert again.equals(table)
    assert again.plot("output").to_dict() == table.plot("output").to_dict()


def test_differences_are_those_of_the_table(table):
    chart = table.plot("output")
    own = table[table["measure"] == "output"]
    drawn = rows(chart).dropna(subset="difference")
    columns = ["difference", "difference_low", "difference_high"]
    np.testing.assert_allclose(drawn[columns].to_numpy(float), own[columns].to_numpy()[1:])
    assert drawn["policy"].tolist() == ["balanced, hurdle 0.3", BAD]
    assert DISPLAYS["output"].axis_title in titles(chart)
    assert "What each scenario changes, against balanced" in titles(chart)


def test_by_default_the_headlines_are_drawn(table):
    assert [title for title in titles(table.plot()) if title in {d.axis_title for d in DISPLAYS.values()}] == [
        DISPLAYS[name].axis_title for name in HEADLINES
    ]
    one = compare(*table.scenarios, seeds=2, measures=["trust"])
    assert DISPLAYS["trust"].axis_title in titles(one.plot())
    assert DISPLAYS["trust"].axis_title in titles(one.plot(kind="trajectories"))


def test_trajectories_are_means_over_the_seeds(table):
    weekly = simulate(table.scenarios[1], seeds=4)
    expected = weekly.groupby("week")["output"].mean()
    own = table.trajectories("output")
    own = own[own["policy"] == "balanced, hurdle 0.3"]
    np.testing.assert_allclose(own["mean"], expected)
    half = weekly.groupby("week")["output"].std() / 2 * 3.182446305284263  # t of 3 degrees of freedom
    np.testing.assert_allclose(own["high"] - own["mean"], half)
    assert own["week"].tolist() == list(range(1, 11))
    drawn = rows(table.plot(kind="trajectories"))
    np.testing.assert_allclose(drawn[drawn["policy"] == "balanced, hurdle 0.3"]["mean"], expected, atol=1e-5)


def test_long_trajectories_are_averaged_in_groups():
    one = Scenario.build(workers=24, weeks=130)
    course = compare(one, seeds=2).trajectories("output")
    expected = simulate(one, seeds=2).groupby("week")["output"].mean().to_numpy().reshape(65, 2).mean(axis=1)
    np.testing.assert_allclose(course["mean"], expected)
    assert course["week"].tolist()[:2] == [1.5, 3.5]


def test_a_single_row_of_trajectories_has_its_weeks(table):
    axes = [panel["layer"][0]["encoding"]["x"] for panel in _panels(table.plot(kind="trajectories"))]
    assert [(axis["title"], axis["axis"]["labels"]) for axis in axes] == [("week", True)]
    axes = [
        panel["layer"][0]["encoding"]["x"] for panel in _panels(table.plot(["output", "trust", "fit"], "trajectories"))
    ]
    assert [axis["axis"]["labels"] for axis in axes] == [False, False, True]


def _panels(chart):
    return [panel for row in chart.to_dict()["vconcat"] for panel in row["hconcat"]]


def test_scenarios_of_one_policy_are_told_apart():
    one = Scenario.build(**TINY)
    many = one.replace(hurdle=0.1, openness=0.3, turnover=0.2, workers=30)
    assert scenario_labels([one, one, many, one.replace(world="stable")]) == [
        "balanced", "balanced (2)", "balanced, workers 30, turnover 0.2, 2 more", "balanced",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"measure": "ouput"}, "'ouput' is not a measure; did you mean 'output'?"),
        ({"measure": 3}, "a list is needed"),
        ({"kind": "trajectory"}, "kind = 'trajectory': allowed are differences, trajectories; did you mean"),
    ],
)
def test_what_is_unknown_is_refused(arguments, message, table, found):
    for result in (table, found):
        with pytest.raises(ScenarioError) as refusal:
            result.plot(**arguments)
        assert message.split(", trajectories")[0] in str(refusal.value)


def test_what_cannot_be_drawn_is_refused_with_what_is_needed(table):
    one = table.scenarios[0]
    with pytest.raises(ScenarioError, match="fit was not compared: compared were output, trust"):
        compare(one, seeds=2, measures=["output", "trust"]).plot(["fit", "output"])
    with pytest.raises(ScenarioError, match="differences need a second scenario"):
        compare(one, seeds=2).plot()
    with pytest.raises(ScenarioError, match="2 seeds or more"):
        compare(one, one.replace(hurdle=0.1), seeds=1).plot()
    assert compare(one, seeds=[9]).plot(kind="trajectories")


# Studies


def test_a_study_draws_what_suits_it(found, tmp_path):
    assert "What hurdle does" in titles(found.plot())
    plain = Study.build("p", policies=["balanced", "heads_down"], scenario=TINY, replicates=2).run(tmp_path / "p")
    assert "What each policy changes, against the first one" in titles(plain.plot())
    single = Study.build("q", scenario=TINY, replicates=2).run(tmp_path / "q")
    assert "1 policy in 1 world, week by week" in titles(single.plot())
    sample = {"method": "sobol", "points": 4, "ranges": {"hurdle": [0.0, 0.1]}}
    sampled = Study.build("r", scenario=TINY, replicates=2, sample=sample).run(tmp_path / "r")
    assert "output (0 to 1) over what was sampled" in titles(sampled.plot())


def test_the_numbers_of_a_study_are_those_of_its_methods(found):
    chart = found.plot(["innovation"], kind="differences")
    cells = found.cells("innovation")
    expected = cells[cells["setting"] != cells["base"]]["difference"]
    np.testing.assert_allclose(rows(chart)["difference"].dropna().astype(float), expected)
    drawn = rows(found.plot("coherent_action", kind="trajectories"))
    own = found.trajectories()
    own = own[own["measure"] == "coherent_action"]
    np.testing.assert_allclose(np.sort(drawn["mean"]), np.sort(own["mean"]), atol=1e-5)
    assert len(rows(found.plot("trust", kind="responses", factor="hurdle"))) == 8


def test_what_a_study_lacks_is_refused(found):
    with pytest.raises(ScenarioError, match=r"no trajectory of trust: kept are output, coherent_action"):
        found.plot("trust", kind="trajectories")
    with pytest.raises(ScenarioError, match="factor = 'imitation': allowed are hurdle"):
        found.plot(factor="imitation")
    with pytest.raises(ScenarioError, match="no sample"):
        found.plot(kind="sample")


# Organisations


def test_an_organisation_draws_its_history():
    model = Organisation(**TINY, rng=1)
    with pytest.raises(ScenarioError, match="no week has passed"):
        model.plot()
    model.run()
    chart = model.plot(["awareness", "output"])
    np.testing.assert_allclose(rows(chart)["mean"], [*model.history["awareness"], *model.history["output"]], atol=1e-5)
    assert titles(model.plot())[-1] != ""
    assert DISPLAYS["output"].axis_title in titles(model.plot())
    with pytest.raises(ScenarioError, match="did you mean 'awareness'"):
        model.plot("awarenes")


def test_a_long_history_is_averaged(monkeypatch):
    monkeypatch.setattr(run_plots, "MOST_WEEKS", 5)
    model = Organisation(workers=24, weeks=9, rng=1)
    model.run()
    drawn = rows(model.plot())
    assert drawn["week"].tolist() == [1.5, 3.5, 5.5, 7.5, 9.0]
    assert drawn["mean"].tolist()[0] == pytest.approx(model.history["output"].iloc[:2].mean(), abs=1e-5)


@pytest.mark.parametrize("measure", MEASURE_NAMES)
def test_every_measure_can_be_drawn(measure, table):
    assert DISPLAYS[measure].axis_title in titles(table.plot(measure, "trajectories"))
    assert DISPLAYS[measure].axis_title in titles(table.plot(["output", measure], "differences"))


def test_pictures_are_drawn_without_a_network_and_names_do_no_harm(table, tmp_path):
    for kind in ("differences", "trajectories"):
        table.plot("output", kind).save(tmp_path / "figure.svg")
        text = (tmp_path / "figure.svg").read_text(encoding="utf-8")
        assert text.startswith("<svg")
        assert "<script" not in text


# Measures of extensions


@pytest.fixture(scope="module")
def seekers(tmp_path_factory):
    """An extension with a measure of its own; all of it is plain, and needs no compiling."""
    file = tmp_path_factory.mktemp("with") / "seekers.py"
    file.write_text(
        "from sim.extend import *\n"
        "def share(organisation):\n"
        "    return sum(worker.seek for worker in organisation.workers) / len(organisation.workers)\n"
        "MEASURE = Measure('seekers', 'share', '0 … 1', meaning='mean skill', title='Seekers', plain=share)\n"
        "MECHANISM = Mechanism('seekers_of_mine', measures=[MEASURE])\n",
        encoding="utf-8",
    )
    return file


def test_measures_of_extensions_can_be_drawn(seekers, tmp_path):
    one = Scenario.build(**TINY, with_=seekers)
    table = compare(one, one.replace(coaching=1.0), seeds=3)
    assert table.measures == [*MEASURE_NAMES, "seekers"]
    model = Organisation(scenario=one, rng=1)
    model.run()
    study = Study.build("s", policies=["balanced", "pkm_coaching"], scenario=TINY, replicates=3, with_=[seekers])
    found = study.run(tmp_path, threads=1)
    charts = table.plot("seekers"), table.plot("seekers", "trajectories"), model.plot("seekers"), found.plot("seekers")
    for chart in charts:
        assert any("eekers" in title for title in titles(chart))
    small = Scenario.build(**TINY)
    for ours in (compare(small, small, seeds=2), Organisation(**TINY, rng=1)):
        with pytest.raises(ScenarioError, match="'seekers' is not a measure"):
            ours.plot("seekers")
