"""What objects look like in a notebook and on a prompt."""

import subprocess
import sys
import warnings
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from sim import (
    PARAMETERS,
    Intervention,
    Organisation,
    Policy,
    Run,
    Scenario,
    Study,
    Workforce,
    World,
    compare,
)
from sim.present import notebook
from sim.scenario import policy_names, world_names
from sim.scenario.parameters import differences
from tests.random_scenarios import random_scenario

BAD = "<script>alert(1)</script>"
TINY = {"workers": 24, "weeks": 10}
VOID = {"img", "br", "hr", "input", "meta", "link"}


class Tags(HTMLParser):
    """The elements of a text, whether all of them are closed, and its words."""

    def __init__(self, text):
        super().__init__()
        self.open, self.all, self.attributes, self.words, self.balanced = [], set(), [], "", True
        self.feed(text)
        self.close()
        self.balanced = self.balanced and not self.open

    def handle_starttag(self, tag, attrs):
        self.all.add(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        self.balanced = self.balanced and bool(self.open) and self.open.pop() == tag

    def handle_startendtag(self, tag, attrs):
        self.all.add(tag)
        self.attributes += attrs

    def handle_data(self, data):
        if not self.open or self.open[-1] != "style":
            self.words += data


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """One of each, named by somebody who means harm."""
    policy = Policy(name=BAD, about=BAD, hurdle=0.1)
    plan = [{"week": 3, "openness": 0.9}, Intervention(5, policy=policy)]
    scenario = Scenario.build(policy, World(name=BAD, about=BAD, turbulence=3.0), interventions=plan, **TINY)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = Organisation.from_scenario(scenario, rng=1)
    model.run()
    study = Study.build(
        "small", title=BAD, about=BAD, policies=["balanced", policy], scenario=TINY, replicates=2,
        factorial={"levers": [{"label": BAD, "hurdle": 0.1}, {"label": "b", "hurdle": 0.2}]},
    )  # fmt: skip
    return {
        "scenario": scenario,
        "policy": policy,
        "world": scenario.world,
        "workforce": Workforce(workers=30),
        "change": scenario.interventions[0],
        "switch": scenario.interventions[1],
        "run": Run(scenario, 1),
        "organisation": model,
        "comparison": compare(scenario, scenario.replace(policy="balanced"), seeds=2),
        "study": study,
        "results": study.run(tmp_path_factory.mktemp("small"), threads=1),
    }


NAMES = (
    "scenario", "policy", "world", "workforce", "change", "switch", "run", "organisation", "comparison", "study",
    "results",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_each_is_whole_html_without_scripts_or_addresses(name, hostile):
    text = hostile[name]._repr_html_()
    tags = Tags(text)
    assert tags.balanced
    assert not tags.all & {"script", "img", "link", "iframe", "object"}
    assert not [key for key, _ in tags.attributes if key.startswith("on") or key in ("src", "href")]
    assert "http" not in text
    assert "url(" not in text


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("workforce", "change")])
def test_a_hostile_name_is_shown_as_it_is_written(name, hostile):
    assert BAD in Tags(hostile[name]._repr_html_()).words


@pytest.mark.parametrize("name", NAMES)
def test_styles_stay_within_and_suit_light_and_dark_pages(name, hostile):
    text = hostile[name]._repr_html_()
    style = text[text.index("<style>") + 7 : text.index("</style>")]
    rules = [rule.partition("{") for rule in style.split("}") if rule.strip()]
    assert rules
    for selectors, _, body in rules:
        assert all(one.strip().startswith(".tripleos") for one in selectors.split(",")), selectors
        assert "#" not in body, "a fixed colour suits one kind of page only"
        assert "white" not in body.replace("white-space", "")
        assert "black" not in body


def test_a_scenario_shows_what_differs_and_folds_the_rest_away():
    text = Scenario.build("balanced", "stable", workers=60, hurdle=0.1)._repr_html_()
    shown, folded = text.split("<details>")
    differing = {"turbulence", "workers", "hurdle"}
    for name, parameter in PARAMETERS.items():
        part = shown if name in differing else folded
        assert f"<code>{name}</code>" in part
        assert f"<code>{name}</code>" not in (folded if name in differing else shown)
        assert parameter.meaning.replace("'", "&#39;").replace(">", "&gt;") in part
    row = shown[shown.index("<code>hurdle</code>") :]
    row = row[: row.index("</tr>")]
    assert ">0.1<" in row
    assert f">{PARAMETERS['hurdle'].default}<" in row
    assert f">{PARAMETERS['hurdle'].unit}<" in row
    assert f"{len(PARAMETERS) - len(differing)} parameters at their defaults" in folded


def test_a_scenario_shows_notes_and_interventions():
    words = Tags(
        Scenario.build(workers=25, interventions=[{"week": 1053, "openness": 0.9}], weeks=2000)._repr_html_()
    ).words
    assert "25 workers do not divide into teams of 8" in words
    assert "from week 1,053 on" in words
    assert "openness = 0.9" in words


def test_an_organisation_shows_its_last_week_with_curves(hostile):
    text = hostile["organisation"]._repr_html_()
    assert text.count("<svg") == len(notebook.TILES)
    assert text.count('stroke="currentColor"') == len(notebook.TILES)
    assert f"<b>{hostile['organisation'].output:.2f}</b>" in text
    assert "nothing has happened yet" in Organisation(**TINY, rng=1)._repr_html_()


def test_a_small_curve_goes_from_its_lowest_to_its_highest_value():
    def places(values):
        text = str(notebook.sparkline(np.array(values), "x"))
        points = text[text.index('points="') + 8 :].split('"')[0].split()
        return [tuple(map(float, point.split(","))) for point in points]

    assert places([0.0, 2.0, 1.0]) == [(3.0, 23.0), (55.0, 3.0), (107.0, 13.0)]
    assert places([np.nan, 1.0, 1.0]) == [(55.0, 13.0), (107.0, 13.0)]
    assert len(places(np.arange(1000.0))) == notebook.POINTS
    assert notebook.sparkline(np.array([np.nan, np.nan, 1.0]), "x") == ""


def test_a_comparison_shows_its_numbers(hostile):
    table = hostile["comparison"]
    text = table._repr_html_()
    shown, folded = text.split("<details>")
    assert f"{table.loc[table['measure'] == 'awareness', 'mean'].iloc[0]:.3f}" in shown
    assert shown.count("<tr>") == 3
    assert folded.count("<tr>") > 50
    few = compare(Scenario.build(**TINY), Scenario.build(**TINY, hurdle=0.5), seeds=1, measures=["trust"])
    assert "trust" in few._repr_html_()


def test_scenarios_in_several_worlds_are_all_compared_with_the_first():
    calm = Scenario.build("balanced", "stable", **TINY)
    words = Tags(compare(calm, calm.replace(world="turbulent"), seeds=2, measures=["awareness"])._repr_html_()).words
    assert "balanced, stable world" in words
    assert "balanced, turbulent world" in words
    assert (
        "▼" in words.partition("balanced, turbulent world")[2] or "−" in words.partition("balanced, turbulent world")[2]
    )


def test_a_study_shows_what_it_runs_and_how_far_it_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    study = Study.build("mine", worlds=["stable"], scenario=TINY, replicates=2, factorial={"hurdle": [0.0, 0.25]})
    words = Tags(study._repr_html_()).words
    for part in ("0, 0.25", "workers = 24, weeks = 10", "2 replicates (seeds 1 to 2)", "4; none stored in"):
        assert part in words
    assert list(tmp_path.iterdir()) == [], "looking makes nothing"
    study.run(threads=1)
    assert "4; 4 done, in" in Tags(study._repr_html_()).words
    other = Study.build("mine", worlds=["stable"], scenario=TINY, replicates=2, factorial={"hurdle": [0.0, 0.5]})
    assert "runs of another study" in Tags(other._repr_html_()).words


def test_a_study_shows_lists_samples_and_precision():
    precision = {"measure": "output", "half_width": 0.05}
    sample = {"method": "sobol", "points": 8, "ranges": {"hurdle": [0.0, 0.1]}}
    words = Tags(Study.build("s", scenario=TINY, sample=sample, precision=precision)._repr_html_()).words
    assert "8 points, sobol, of hurdle" in words
    assert "until output is known to ±0.05" in words
    assert (
        "2 of openness"
        in Tags(Study.build("s", design_points=[{"openness": 0.1}, {"openness": 0.5}])._repr_html_()).words
    )


# On a prompt


@pytest.mark.parametrize("number", range(12))
def test_the_repr_of_a_scenario_makes_it_again(number):
    scenario = random_scenario(number)
    assert eval(repr(scenario)).key == scenario.key
    for part in (scenario.world, scenario.workforce, scenario.policy):
        again = eval(repr(part))
        assert differences(again) == differences(part)
        assert getattr(again, "name", "") == getattr(part, "name", "")
    for one in scenario.interventions:
        assert eval(repr(one)) == one


@pytest.mark.parametrize("policy", policy_names())
@pytest.mark.parametrize("world", world_names())
def test_what_is_shipped_is_named(policy, world):
    scenario = Scenario.build(policy, world, weeks=199)
    assert repr(scenario) == f"Scenario.build({policy!r}, {world!r}, weeks=199)" == str(scenario)


def test_a_switch_of_policy_is_told_in_short():
    mine = Policy(name="mine", hurdle=0.3)
    plan = [Intervention(5, policy="closed_shop", openness=0.1), Intervention(7, policy=mine)]
    assert repr(plan[0]) == "Intervention(5, policy='closed_shop', openness=0.1)"
    assert repr(plan[1]) == "Intervention(7, policy={'name': 'mine', 'hurdle': 0.3})"
    assert [eval(repr(one)) for one in plan] == plan
    scenario = Scenario.build(interventions=plan)
    assert eval(repr(scenario)) == scenario


def test_what_cannot_be_made_from_a_line_is_told_in_brackets(hostile):
    model = Organisation(**TINY, rng=7)
    assert repr(model) == "Organisation(policy 'balanced', world 'turbulent', 24 workers, week 0 of 10, seed 7)"
    assert repr(Run(model.setup, 7)) == "<Run of 'balanced' in 'turbulent', 24 workers, seed 7, week 0 of 10>"
    assert repr(next(iter(model.agents))).startswith("Worker(seat 0, person 0, team 0")
    assert repr(hostile["study"]) == "<Study 'small': 4 points × 2 replicates = 8 runs of 10 weeks>"
    assert repr(hostile["results"]) == "<StudyResults of 'small': 8 runs of 4 points>"


def test_it_works_in_a_fresh_process_without_ipython():
    code = (
        "import sys; sys.modules['IPython'] = None\n"
        "from sim import Scenario\n"
        "print(Scenario.build()._repr_html_()[:22], repr(Scenario.build()))\n"
        "assert 'altair' not in sys.modules and 'sim.study.study' not in sys.modules"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "<div class=\"tripleos\"> Scenario.build('balanced', 'turbulent')", done.stderr
