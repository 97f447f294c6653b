"""Extensions: loaded, checked, part of key, version and tables; the engine is `sim.plain` with them, exactly."""

import json
import pickle
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from sim import Organisation, Run, Scenario, ScenarioError, Study, compare, plain, simulate
from sim.extend import Imitation, Measure, Mechanism, Phase, event, lever, number, rule, worker_state
from sim.model.extensions import examples, load_all, names_of
from sim.model.model import MECHANISMS, OF_ORGANISATIONS, OF_WORKERS, OURS, RESERVED, model_of
from sim.model.views import OrganisationView
from sim.study.store import StoreError
from sim.study.worker import do_run

from .plain.test_plain import assert_same_measures, assert_same_state
from .random_scenarios import random_scenario

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")  # teams that do not divide, and the like
EXTEND = Path(__file__).parents[1] / "experiments" / "extend"
SMALL = {"workers": 24, "team_size": 6, "communities": 3, "weeks": 12}
NAMES = ("mentoring", "bridging", "prestige")


def loaded(name):
    (found,) = load_all(name)
    return found


def plain_only(name):
    """The same extension, of which the engine calls the plain phases and measures."""
    full = loaded(name)
    phases = [Phase(one.after, plain=one.plain) for one in full.phases]
    measures = [Measure(**{**vars(one), "compute": None}) for one in full.measures]
    return Mechanism(full.name, full.parameters, full.state, phases, measures=measures)


def extended(number):
    """A random scenario with all three examples in force."""
    rng = random.Random(number)
    given = {"mentoring": rng.choice([0.3, 1.0]), "price_mentoring": rng.random()}
    if number % 2:
        given["imitation"] = "prestige"
    return random_scenario(number).replace(with_=NAMES, **given)


# The engine and the plain model


@pytest.mark.parametrize("number", range(20))
def test_engine_is_plain_with_extensions(number):
    scenario = extended(number)
    run, organisation = Run(scenario, 500 + number), plain.Organisation(scenario, rng=500 + number)
    for week in range(1, scenario.weeks + 1):
        row = run.advance(1)[0]
        organisation.step()
        assert_same_measures(row, organisation, week, run.model.measure_names)
        assert_same_state(run, organisation, week)
        for name in ("weeks_mentored", "followers"):
            theirs = [getattr(worker, name) for worker in organisation.workers]
            assert run.arrays[name].tolist() == theirs, f"{name} differs in week {week}"


@pytest.mark.parametrize("number", range(20))
def test_a_plain_phase_gives_the_history_of_its_compiled_form(number):
    given = {"mentoring": 0.5}
    compiled = random_scenario(number).replace(with_=["mentoring", "bridging"], **given)
    ordinary = random_scenario(number).replace(with_=[plain_only("mentoring"), plain_only("bridging")], **given)
    one, other = Run(compiled, number), Run(ordinary, number)
    assert np.array_equal(one.advance(60), other.advance(60), equal_nan=True)
    assert np.array_equal(one.arrays["weeks_mentored"], other.arrays["weeks_mentored"])
    assert other.model.run_weeks is OURS.run_weeks, "a plain extension needs no compiling"


def test_an_extension_that_does_nothing_changes_nothing():
    ours = Run(Scenario.build(**SMALL), 1).advance(12)
    theirs = Run(Scenario.build(**SMALL, with_=NAMES), 1).advance(12)
    assert np.array_equal(ours, theirs[:, : ours.shape[1]], equal_nan=True)
    assert Run(Scenario.build(**SMALL, with_=NAMES, mentoring=0.5), 1).advance(12)[-1, 11] != ours[-1, 11]


def test_newcomers_start_anew():
    scenario = Scenario.build(**SMALL, with_="mentoring", mentoring=1.0, turnover=10.0)
    for with_ in (scenario.with_, (plain_only("mentoring"),)):
        run = Run(scenario.replace(with_=with_), 1)
        run.advance(12)
        new = run.state.person >= 24
        assert new.any()
        assert (run.arrays["weeks_mentored"][new] < 12).all()
        assert (run.arrays["weeks_mentored"][~new] == 12).all()


def test_a_phase_comes_where_it_says():
    seen = []
    places = ("reality", "networks", "communities", "teams", "time", "people")
    phases = [Phase(place, plain=lambda _, place=place: seen.append(place)) for place in reversed(places)]
    Run(Scenario.build(**SMALL, with_=Mechanism("watching", phases=phases)), 1).advance(2)
    assert seen == [*places, *places]
    with pytest.raises(ScenarioError, match="after = 'record': allowed are reality"):
        Phase("record", plain=print)


@rule
def halved(judgement, hurdle, scepticism):
    return judgement + 0.5 * hurdle * (1.0 + scepticism)


def test_a_rule_in_the_place_of_ours():
    from sim.model.spaces import teams

    scenario = Scenario.build(**SMALL, hurdle=0.2)
    changed = scenario.replace(with_=Mechanism("lenient", rules={teams.threshold: halved}))
    assert np.array_equal(Run(changed, 1).advance(12), Run(scenario.replace(hurdle=0.1), 1).advance(12), equal_nan=True)
    assert not np.array_equal(Run(changed, 1).advance(12), Run(scenario, 1).advance(12), equal_nan=True)
    with pytest.raises(ScenarioError, match=r"lenient .* has no plain form"):
        plain.Organisation(changed)


# Where they are named


def test_they_are_part_of_key_toml_version_and_pickles(tmp_path):
    plain_one = Scenario.build(**SMALL)
    scenario = Scenario.build(**SMALL, with_=["mentoring"], mentoring=0.5)
    assert scenario.key != plain_one.replace(with_=["mentoring"]).key != plain_one.key
    assert scenario.version != plain_one.version
    file = tmp_path / "scenario.toml"
    file.write_text(scenario.to_toml(), encoding="utf-8")
    assert 'with = ["mentoring"]' in scenario.to_toml()
    for again in (
        Scenario.from_toml(file),
        Scenario.from_dict(scenario.to_dict()),
        pickle.loads(pickle.dumps(scenario)),
    ):
        assert again == scenario
        assert again.key == scenario.key
    assert plain_one.replace(with_=scenario.with_).replace(with_=()) == plain_one


def test_a_file_is_read_again_only_when_it_has_changed(tmp_path):
    file = tmp_path / "mine.py"
    text = (EXTEND / "mentoring.py").read_text(encoding="utf-8")
    file.write_text(text, encoding="utf-8")
    first = loaded(file)
    assert loaded(str(file)) is first
    file.write_text(text.replace("0.1", "0.2"), encoding="utf-8")
    second = loaded(file)
    assert second is not first
    scenarios = [Scenario.build(**SMALL, with_=one, mentoring=1.0) for one in (first, second)]
    assert len({one.key for one in scenarios}) == len({one.version for one in scenarios}) == 2
    histories = [Run(one, 1).advance(12) for one in scenarios]
    assert not np.array_equal(*histories, equal_nan=True)


def test_one_file_is_one_extension_however_it_is_named(tmp_path, monkeypatch):
    (tmp_path / "inner").mkdir()
    file = tmp_path / "mine.py"
    file.write_text((EXTEND / "mentoring.py").read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert len(load_all([file, "mine.py", "./mine.py", "inner/../mine.py"])) == 1
    assert load_all(examples()["mentoring"]) == load_all("mentoring")
    assert names_of(load_all([file, examples()["mentoring"]])) == ["mine.py", "mentoring"]


def test_a_docstring_changes_neither_key_nor_version(tmp_path):
    text = (EXTEND / "mentoring.py").read_text(encoding="utf-8")
    found = []
    for told in (text, "# A word\n" + text.replace('"""', '"""Newly told: ', 1), text.replace("0.1", "0.2")):
        (tmp_path / "mine.py").write_text(told, encoding="utf-8")
        scenario = Scenario.build(**SMALL, with_=tmp_path / "mine.py")
        found.append((scenario.key, scenario.version))
    assert found[0] == found[1]
    assert found[0][0] != found[2][0]
    assert found[0][1] != found[2][1]


def test_tables_have_the_measures_of_all_and_a_gap_where_there_is_none():
    scenarios = [Scenario.build(**SMALL), Scenario.build(**SMALL, with_="bridging", policy="closed_shop")]
    table = simulate(scenarios, seeds=2)
    assert table.groupby("policy")["bridging"].count().to_dict() == {"balanced": 0, "closed_shop": 24}
    found = compare(*scenarios, seeds=3, measures=["bridging", "output"])
    assert found["mean"].isna().tolist() == [False, True, False, False]
    with pytest.raises(ScenarioError, match="bridging"):
        compare("balanced", "closed_shop", seeds=2, measures=["bridging"])


def test_interventions_set_their_levers():
    plan = [{"week": 5, "mentoring": 1.0}]
    run = Run(Scenario.build(**SMALL, with_="mentoring", interventions=plan), 1)
    run.advance(4)
    assert run.arrays["weeks_mentored"].sum() == 0
    run.advance(8)
    assert run.arrays["weeks_mentored"].max() == 8
    with pytest.raises(ScenarioError, match="mentoring"):
        Scenario.build(**SMALL, interventions=plan)


def test_a_study_names_them_and_goes_on(tmp_path):
    (tmp_path / "mentoring.py").write_text((EXTEND / "mentoring.py").read_text(encoding="utf-8"), encoding="utf-8")
    text = 'with = ["mentoring.py", "bridging"]\nreplicates = 2\ntrajectories = ["bridging"]\n'
    text += "factorial = {mentoring = [0.0, 1.0]}\n"
    file = tmp_path / "study.toml"
    file.write_text(text + "[scenario]\nworkers = 24\nweeks = 12\n", encoding="utf-8")
    study = Study.from_toml(file)
    runs = study.run(tmp_path / "out").runs
    assert sorted(runs["mentoring"].unique()) == [0.0, 1.0]
    assert runs["bridging"].between(0, 1).all()
    assert set(runs["version"]) == {study.version} != {OURS}
    more = Study.from_toml(file).model_copy(update={"replicates": 3})
    again = more.run(tmp_path / "out").runs
    assert len(again) == 6
    assert again.merge(runs, on=["mentoring", "seed"], suffixes=("", "_before")).eval("output == output_before").all()
    (tmp_path / "mentoring.py").write_text((EXTEND / "mentoring.py").read_text(encoding="utf-8").replace("0.1", "0.2"))
    with pytest.raises(StoreError, match="another model"):
        Study.from_toml(file).run(tmp_path / "out")
    with pytest.raises(ScenarioError, match="bridging is a measure of an extension that this study does not name"):
        Study.build("mine", trajectories=["bridging"])


def test_in_mesa_they_are_keywords_and_attributes():
    model = Organisation(**SMALL, with_=["mentoring", "bridging"], rng=1)
    worker = model.workers[3]
    assert (model.mentoring, worker.weeks_mentored) == (0.0, 0)
    assert {"mentoring", "price_mentoring", "bridging"} <= set(dir(model))
    assert "weeks_mentored" in dir(worker)
    worker.weeks_mentored = 51
    model.mentoring = 1.0
    model.step()
    model.step()
    assert worker.weeks_mentored == 52
    assert 0 <= model.bridging <= 1
    assert model.datacollector.get_model_vars_dataframe()["bridging"].tolist() == model.history["bridging"].tolist()
    for what, given in (("bridging", 1.0), ("price_mentoring", 0.5)):
        with pytest.raises(ScenarioError, match=f"{what} cannot be set"):
            setattr(model, what, given)
    for wrong in ("x", 1.5, float("nan"), float("inf"), 10**400, 2**63):
        with pytest.raises(ScenarioError, match=r"weeks_mentored = .*: a whole number is needed"):
            worker.weeks_mentored = wrong


def test_on_the_command_line(tmp_path):
    def command(*arguments):
        done = subprocess.run(
            [sys.executable, "-m", "sim", *arguments],
            cwd=EXTEND.parents[1],
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr

    out = tmp_path / "out"
    small = ["--workers", "24", "--weeks", "12", "--replicates", "2", "--out", str(out)]
    code, told, err = command(
        "compare",
        "balanced",
        "heads_down",
        "--with",
        "experiments/extend/mentoring.py",
        "--set",
        "mentoring=0.5",
        *small,
    )
    assert code == 0, err
    assert "mentoring=0.5" in told
    code, told, err = command("run", "--scenario", str(out / "scenario-1.toml"), "--replicates", "2")
    assert code == 0, err
    assert command("list", "levers", "--with", "mentoring")[1].count("mentoring") >= 2
    code, _, err = command("run", "--set", "mentoring=0.5")
    assert code == 2
    assert "mentoring is not a parameter" in err


# What is refused


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("x = 1", "MECHANISM = Mechanism"),
        ("MECHANISM = 5", "there is 5"),
        ("def", "line 1"),
        ("raise OSError('no')", "OSError: no"),
        ("from sim.extend import *\nMECHANISM = Mechanism('Big Name')", "is no name"),
        ("from sim.extend import *\nMECHANISM = Mechanism('a', [lever('x', 2, 0, 1, meaning='')])", "default 2"),
    ],
)
def test_a_file_that_will_not_do_is_refused_with_its_name(tmp_path, text, told):
    file = tmp_path / "mine.py"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"mine\.py") as refused:
        load_all(file)
    assert told in str(refused.value)


@pytest.mark.parametrize("given", ["no.py", "nothing", 5, [5], "mentorin", b"x"])
def test_what_is_no_extension_is_refused(given):
    with pytest.raises(ScenarioError):
        load_all(given)


def test_the_nearest_example_is_proposed():
    with pytest.raises(ScenarioError, match="did you mean 'mentoring'"):
        load_all("mentorin")


def test_names_that_clash_are_refused_with_both_files(tmp_path):
    other = tmp_path / "other.py"
    other.write_text(
        "from sim.extend import *\nMECHANISM = Mechanism('other', [lever('mentoring', 0.0, 0, 1, meaning='')])",
        encoding="utf-8",
    )
    with pytest.raises(ScenarioError, match=r"mentoring is declared twice: by .*mentoring\.py and by .*other\.py"):
        Scenario.build(with_=["mentoring", other])


@pytest.mark.parametrize(
    "one",
    [
        Mechanism("a", [lever("hurdle", 0.0, 0, 1, meaning="")]),
        Mechanism("a", [number("seed", 0.0, 0, 1, group="world", meaning="")]),
        Mechanism("a", [lever("x", 0.0, 0, 1, meaning=""), lever("x", 0.0, 0, 1, meaning="")]),
        Mechanism("a", state=[worker_state("trust")]),
        Mechanism("teams"),
        Mechanism("a", measures=[Measure("output", "", "", meaning="", title="", plain=len)]),
        Mechanism("a", imitations=[Imitation("best", len)]),
        Mechanism("a", [lever("history", 0.0, 0, 1, meaning="")]),
        Mechanism("a", measures=[Measure("plot", "", "", meaning="", title="", plain=len)]),
        Mechanism("a", state=[worker_state("teammates")]),
    ],
)
def test_names_that_are_taken_are_refused(one):
    with pytest.raises(ScenarioError, match=r"declared twice|means something else"):
        model_of((one,))


def test_what_objects_have_as_attributes_is_taken():
    small = {**SMALL, "rng": 1}
    for model in (Organisation(**small), plain.Organisation(**small)):
        for one, taken in ((model, OF_ORGANISATIONS), (model.workers[0], OF_WORKERS)):
            declared = {thing.name for each in MECHANISMS for thing in (each, *each.all_parameters, *each.state)}
            declared |= set(OURS.measure_names) | {"Worker", "Team", "Community", "Outsider"}
            assert {name for name in dir(one) if not name.startswith("_")} <= declared | taken | RESERVED


def test_states_of_workers_are_numbers_that_their_arrays_can_hold():
    states = [worker_state("doubt", 0.5), worker_state("new", True)]
    run = Run(Scenario.build(**SMALL, with_=Mechanism("doubting", state=states)), 1)
    worker = OrganisationView(run).workers[2]
    worker.doubt, worker.new = 2, False
    assert (worker.doubt, worker.new, run.arrays["doubt"][2]) == (2.0, False, 2.0)
    for wrong in (float("nan"), float("inf"), 10**400, "1", None):
        with pytest.raises(ScenarioError, match=r"doubt = .*: a finite number is needed"):
            worker.doubt = wrong
    with pytest.raises(ScenarioError, match="new = 2: true or false is needed"):
        worker.new = 2


def test_an_event_has_a_number_of_its_own():
    numbers = {event(f"mechanism.{k}") for k in range(1000)}
    assert len(numbers) == 1000
    assert all(2**16 <= one < 2**32 for one in numbers)


def test_examples_are_short_and_all_have_a_plain_form():
    assert set(examples()) == set(NAMES)
    for name, path in examples().items():
        assert len(path.read_text(encoding="utf-8").splitlines()) < 40, name
        assert all(one.plain and one.compiled for one in loaded(name).phases)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("state.nothing[0] = 1", ("bad.py, line 4: ", "Unknown attribute 'nothing'")),
        ("state.seek[0] = undefined_name", ("bad_week: ", "name 'undefined_name' is not defined")),
        ("open('x')", ("bad.py, line 4: ", "cannot be compiled")),
    ],
)
def test_what_cannot_be_compiled_is_told_in_a_sentence_with_its_place(tmp_path, line, told):
    file = tmp_path / "bad.py"
    file.write_text(
        "from sim.extend import *\n"
        "@phase\n"
        "def bad_week(seed, week, state, workspace, reality, p):\n"
        f"    {line}\n"
        "MECHANISM = Mechanism('bad', phases=[Phase('people', bad_week)])\n",
        encoding="utf-8",
    )
    with pytest.raises(ScenarioError) as refused:
        Run(Scenario.build(**SMALL, with_=file), 1)
    assert all(words in str(refused.value) for words in told)
    assert len(str(refused.value)) < 400
    with pytest.raises(ScenarioError, match="cannot be compiled"):
        Study.build("small", scenario=SMALL, replicates=2, with_=[file]).run(tmp_path / "out", threads=1)


def test_what_a_plain_phase_raises_is_kept_in_the_row(tmp_path):
    file = tmp_path / "raising.py"
    file.write_text(
        "from sim.extend import *\n"
        "def oops(organisation):\n"
        "    if organisation.seed == 1 and organisation.week == 5:\n"
        "        raise OSError('oops')\n"
        "MECHANISM = Mechanism('raising', phases=[Phase('people', plain=oops)])\n",
        encoding="utf-8",
    )
    study = Study.build("small", scenario=SMALL, replicates=2, first_seed=1, with_=[file])
    wrong, right = (do_run(study, run) for run in range(2))
    assert (wrong["status"], right["status"]) == ("failed", "ok")
    assert json.loads(wrong["detail"])["error"] == "OSError: oops"
    assert "raising.py" in json.loads(wrong["detail"])["traceback"]


def test_a_package_offers_its_mechanism_by_an_entry_point(tmp_path, monkeypatch):
    (tmp_path / "their_package.py").write_text(
        "from sim.extend import *\nMECHANISM = Mechanism('theirs', [lever('zeal', 0.0, 0, 1, meaning='zeal')])\n",
        encoding="utf-8",
    )
    info = tmp_path / "their_package-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: their_package\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(
        "[tripleos.mechanisms]\nzealous = their_package:MECHANISM\nbroken = their_package:NOTHING\n", encoding="utf-8"
    )
    monkeypatch.syspath_prepend(tmp_path)
    scenario = Scenario.build(**SMALL, with_="zealous", zeal=0.5)
    assert scenario.to_dict()["with"] == ["zealous"]
    assert Scenario.from_dict(scenario.to_dict()) == scenario
    assert scenario.version != Scenario.build().version
    with pytest.raises(ScenarioError, match=r"broken .*AttributeError"):
        load_all("broken")
