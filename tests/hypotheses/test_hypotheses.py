"""What a study claims, and whether that holds: on tables whose answer is known, and through the command line."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from experiments import learned
from sim import Scenario, ScenarioError, Study, simulate
from sim.analysis.statistics import holm, interval
from sim.hypotheses.evaluation import (
    FAILS,
    HOLDS,
    IN_PART,
    UNDECIDED,
    Grid,
    effect_of,
    table,
    verdicts,
    with_holm,
)
from sim.hypotheses.page import filled, judged_in, patterns_in, summed
from sim.hypotheses.robustness import VARIANTS, varied
from sim.study.library import HYPOTHESES

SMALL = {"workers": 16, "weeks": 8}
FACTORS = {"hurdle": [0.0, 0.1], "openness": [0.1, 0.5, 0.9], "direction": [0.0, 1.0]}
CLAIM = {"statement": "it matters", "measure": "output", "contrast": {"hurdle": [0.0, 0.1]}, "smallest_effect": 0.02}


def study(*claims, factors=FACTORS, **more):
    return Study.build("claimed", scenario=SMALL, factorial=factors, hypotheses=list(claims), **more)


def findings(of, value, seeds=40, noise=1e-6):
    """StudyResults in which `output` is a function of the conditions, with noise, most of it shared within a seed."""
    rng = np.random.default_rng(1)
    luck, rows = rng.normal(size=seeds), []
    for point in range(of.points):
        for seed in range(seeds):
            output = value(**of.design.labels(point)) + luck[seed] + noise * rng.normal()
            rows.append({"point": point, "seed": seed, "output": output})
    runs = pd.DataFrame(rows)
    return SimpleNamespace(study=of, runs=runs)


def judged(claim, value, **more):
    of = study(
        {"statement": "so", "measure": "output", "smallest_effect": 0.02, **claim}, factors=more.pop("factors", FACTORS)
    )
    return verdicts(findings(of, value, **more))


# --- statistics -------------------------------------------------------------------------------------------------------


def test_a_contrast_is_the_first_less_the_second_and_shared_luck_cancels():
    found = judged({"contrast": {"hurdle": [0.1, 0.0]}}, lambda hurdle, openness, **_: 3 * hurdle + openness)
    assert [one.cell for one in found] == [{"openness": o, "direction": d} for o in (0.1, 0.5, 0.9) for d in (0.0, 1.0)]
    for one in found:
        assert one.effect == pytest.approx(0.3, abs=1e-5)
        assert 0 < one.high - one.low < 1e-5


def test_two_factors_make_an_interaction_and_three_a_three_way_one():
    def value(hurdle, openness, direction, **_):
        return 5 * hurdle + openness + 2 * hurdle * direction + 7 * hurdle * openness * direction

    two = judged({"contrast": {"hurdle": [0.1, 0.0], "direction": [1.0, 0.0]}}, value)
    assert [one.effect for one in two] == pytest.approx([0.1 * (2 + 7 * o) for o in (0.1, 0.5, 0.9)], abs=1e-5)
    three = judged({"contrast": {"hurdle": [0.1, 0.0], "direction": [1.0, 0.0], "openness": [0.9, 0.1]}}, value)
    assert [one.effect for one in three] == pytest.approx([7 * 0.1 * 0.8], abs=1e-5)


def test_terms_are_summed_with_their_weights():
    terms = [{"weight": 1, "openness": 0.9}, {"weight": -2.5, "openness": 0.1}, {"weight": 1.5, "openness": 0.5}]
    found = judged({"terms": terms, "at": {"hurdle": 0.0}}, lambda openness, **_: openness)
    assert [one.effect for one in found] == pytest.approx([0.9 - 0.25 + 0.75] * 2, abs=1e-5)


def test_the_interval_is_that_of_paired_differences():
    of = study(CLAIM)
    found = findings(of, lambda hurdle, **_: hurdle, noise=0.5)
    wide = found.runs.assign(**pd.DataFrame([of.design.labels(p) for p in found.runs["point"]]))
    here = wide[(wide["openness"] == 0.5) & (wide["direction"] == 1.0)].pivot(index="seed", columns="hurdle")["output"]
    mean, half = interval((here[0.0] - here[0.1]).to_numpy())
    one = next(v for v in verdicts(found) if v.cell == {"openness": 0.5, "direction": 1.0})
    assert (one.effect, one.low, one.high) == pytest.approx((mean, mean - half, mean + half))
    assert one.seeds == 40


def test_a_run_that_gave_no_value_takes_its_seed_out_of_both_conditions():
    of = study(CLAIM, factors={"hurdle": [0.0, 0.1]})
    found = findings(of, lambda hurdle, **_: hurdle, noise=0.5)
    found.runs.loc[3, "output"] = np.nan
    found.runs = found.runs.drop(index=found.runs.index[45])
    assert verdicts(found)[0].seeds == 38


@pytest.mark.parametrize(
    ("low", "high", "bound", "outcome"),
    [
        (0.02, 0.3, "at_least", HOLDS),
        (0.019, 0.3, "at_least", UNDECIDED),
        (0.001, 0.019, "at_least", FAILS),
        (-0.3, -0.2, "at_least", FAILS),
        (-0.3, 0.02, "at_most", HOLDS),
        (0.01, 0.021, "at_most", UNDECIDED),
        (0.021, 0.3, "at_most", FAILS),
    ],
)
def test_the_interval_decides(low, high, bound, outcome):
    claim = {name: value for name, value in CLAIM.items() if name != "smallest_effect"}
    one = verdicts(
        findings(study(claim | {"smallest_effect" if bound == "at_least" else bound: 0.02}), lambda **_: 0.0)
    )[0]
    assert type(one)(**{**vars(one), "low": low, "high": high}).outcome == outcome


def test_outcomes_are_summed_without_flattery():
    assert summed([HOLDS, HOLDS]) == HOLDS
    assert summed([HOLDS, FAILS]) == summed([HOLDS, UNDECIDED]) == IN_PART
    assert summed([FAILS, UNDECIDED]) == FAILS
    assert summed([UNDECIDED]) == UNDECIDED


def test_a_maximum_between_the_ends_and_its_shift_are_looked_for_along_a_factor():
    def hill(hurdle, openness, **_):
        return -((openness - 0.5 - 4 * hurdle) ** 2)

    maximum = {"interior_maximum": "openness", "at": {"hurdle": 0.0}, "smallest_effect": 0.1}
    assert [(one.outcome, one.note) for one in judged(maximum, hill)] == [(HOLDS, "best at 0.5")] * 2
    assert judged({**maximum, "at": {"hurdle": 0.1}}, hill)[0].outcome == FAILS
    shift = {"optimum_shift": "openness", "contrast": {"hurdle": [0.1, 0.0]}}
    found = judged({**shift, "smallest_effect": 0.3}, hill)[0]
    assert (found.outcome, found.note, found.effect) == (HOLDS, "best at 0.9 and 0.5", pytest.approx(0.4))
    assert judged({**shift, "smallest_effect": 0.5}, hill)[0].outcome == FAILS


def test_a_shift_needs_numbers_and_a_maximum_something_between_the_ends():
    short = {"hurdle": [0.0, 0.1]}
    with pytest.raises(ScenarioError, match="at least 3 are needed"):
        judged({"interior_maximum": "hurdle"}, lambda **_: 0.0, factors=short)


def test_nearly_constant_values_decide_nothing_and_say_why():
    one = judged({"contrast": {"hurdle": [0.1, 0.0]}}, lambda **_: 0.0, noise=0.0)[0]
    assert (one.outcome, one.p) == (UNDECIDED, 1.0)
    assert one.note == "no interval: all 40 runs give the same value"
    assert effect_of(next(table([one]).itertuples())) == "+0.000"


def test_holms_correction_is_for_all_verdicts_that_are_claimed_and_for_no_other():
    claim = {"contrast": {"hurdle": [0.1, 0.0]}, "where": {"openness": [0.1, 0.9]}}
    rows = table(judged(claim, lambda hurdle, openness, **_: hurdle * (1 + openness), noise=0.3))
    found = with_holm(rows, rows["claimed"])
    p = rows["p"][rows["claimed"]].sort_values()
    steps = np.maximum.accumulate(p.to_numpy() * [4, 3, 2, 1]).clip(max=1)
    assert found["p_holm"][p.index].tolist() == pytest.approx(steps.tolist())
    kept = found[rows["claimed"]]
    assert kept["holm"].tolist() == kept["outcome"].where(kept["p_holm"] <= 0.05, UNDECIDED).tolist()
    assert found["holm"][~rows["claimed"]].tolist() == ["", ""]
    alone = with_holm(rows[:1], rows["claimed"][:1])
    assert alone["holm"].tolist() == alone["outcome"].tolist(), "a single verdict is not changed"


def test_where_it_is_claimed_and_where_it_was_only_tried():
    found = judged({"contrast": {"hurdle": [0.0, 0.1]}, "where": {"openness": [0.1, 0.9]}}, lambda **_: 0.0)
    assert [one.claimed for one in found] == [True, True, False, False, True, True]


def test_weeks_are_those_of_the_history(tmp_path):
    claim = CLAIM | {"weeks": [3, 6]}
    of = study(claim, factors={"hurdle": [0.0, 0.1]}, replicates=3)
    found = of.run(tmp_path)
    histories = [simulate(Scenario.build(hurdle=h, **SMALL), seeds=[1, 2, 3]) for h in (0.0, 0.1)]
    means = [one.query("3 <= week <= 6").groupby("seed")["output"].mean().to_numpy() for one in histories]
    assert verdicts(found)[0].effect == pytest.approx((means[0] - means[1]).mean(), abs=1e-6)
    assert Grid(found).means("output", (3, 6))["mean"].to_numpy() == pytest.approx([m.mean() for m in means], abs=1e-6)


# --- the gate ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"statement": ""}, "a sentence that may prove wrong"),
        ({"measure": "outptu"}, "did you mean 'output'"),
        ({"smallest_effect": None}, "smallest_effect or at_most is needed"),
        ({"at_most": 0.1}, "smallest_effect or at_most is needed"),
        ({"contrast": {"hurdel": [0.0, 0.1]}}, "did you mean 'hurdle'"),
        ({"contrast": {"hurdle": [0.0, 0.2]}}, "0.2 is not in the design: it has 0.0, 0.1"),
        ({"contrast": {"hurdle": [0.1, 0.1]}}, "two different conditions"),
        ({"contrast": {"hurdle": [0.1]}}, "two different conditions"),
        ({"contrast": {}}, "contrast is empty"),
        ({"interior_maximum": "openness"}, "one statistic is needed"),
        ({"optimum_shift": "openness", "contrast": {}}, "optimum_shift needs a contrast"),
        ({"terms": [{"hurdle": 0.0}], "contrast": None}, None),
        ({"where": {"hurdle": 0.1}}, "hurdle is part of the statistic"),
        ({"where": {"weather": 1}}, "is not varied"),
        ({"where": {"openness": []}}, "where: openness = []: at least one condition is needed"),
        ({"contrast": None, "interior_maximum": "direction"}, "direction has 2 conditions; at least 3 are needed"),
        ({"weeks": [0, 4]}, "within 1 to 8"),
        ({"weeks": [1, 4], "measure": "fit"}, "add it to trajectories"),
        ({"weekz": [1, 4]}, "did you mean 'weeks'"),
    ],
)
def test_a_claim_that_cannot_be_tried_is_refused(change, said):
    claim = {name: value for name, value in {**CLAIM, **change}.items() if value is not None}
    if said is None:
        assert len(study(claim).hypotheses) == 1
    else:
        with pytest.raises(ScenarioError, match="hypothesis 1: ") as refused:
            study(claim)
        assert said in str(refused.value)


def test_weeks_must_meet_the_groups_in_which_courses_are_kept():
    with pytest.raises(ScenarioError, match="groups of 4 weeks"):
        Study.build("long", factorial={"hurdle": [0.0, 0.1]}, hypotheses=[CLAIM | {"weeks": [1, 26]}])


def test_claims_change_no_run_and_survive_a_round_trip():
    bare, claimed = study(), study(CLAIM)
    assert bare.key == claimed.key
    assert Study.from_dict(claimed.to_dict()) == claimed


# --- the command line -------------------------------------------------------------------------------------------------

TOML = """
title = "P1: hurdles cost output"
about = "A small one."
replicates = 10
scenario = { workers = 16, weeks = 8 }
factorial = { hurdle = [0.0, 0.5], turbulence = [0.0, 20.0] }

[[hypotheses]]
statement = "a hurdle changes what is adopted"
measure = "ideas_adopted"
contrast = { hurdle = [0.0, 0.5] }
smallest_effect = 1.0

[[hypotheses]]
statement = "which cannot be"
measure = "output"
contrast = { hurdle = [0.0, 0.5] }
smallest_effect = 2.0

[[hypotheses]]
statement = "hurdles do not change the world"
measure = "changes"
contrast = { hurdle = [0.0, 0.5] }
at_most = 2.0
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "P1.toml").write_text(TOML)
    return tmp_path / "mine"


def test_own_hypotheses_are_run_judged_and_told(folder, tripleos):
    (folder / "P1.md").write_text("Output changes by {P1 2: turbulence 20}.")
    code, out, err = tripleos("hypotheses", "--folder", folder)
    assert code == 0, err
    assert "holds only in part" in out
    readme = (folder.parent / "results/hypotheses/README.md").read_text()
    assert "✗ does not hold" in readme
    assert "✓ holds" in readme
    assert "1 hold only in part" not in readme
    assert "| verdict | after Holm |" in readme
    assert "+0.0 (no interval: all 10 runs give the same value) | ≤ 2 | ? undecided | ? undecided |" in readme
    assert "after Holm" in out
    table = pd.read_csv(folder.parent / "results/hypotheses/p1/verdicts.csv", comment="#")
    row = table[(table["hypothesis"] == 2) & (table["where"] == "turbulence 20")].iloc[0]
    every = pd.read_csv(folder.parent / "results/hypotheses/verdicts.csv", comment="#")
    pd.testing.assert_frame_equal(every[table.columns], table)
    assert every["p_holm"].tolist() == pytest.approx(holm(table["p"]))
    assert f"Output changes by {effect_of(row)}.".replace("+", "").replace("-", "−") in readme
    assert (folder.parent / "results/hypotheses/p1/figure.svg").stat().st_size > 1000
    stored = (folder.parent / "results/hypotheses/p1/verdicts.csv").read_bytes()
    assert tripleos("hypotheses", "p1", "--folder", folder)[0] == 0
    assert (folder.parent / "results/hypotheses/p1/verdicts.csv").read_bytes() == stored


def test_a_quick_form_goes_elsewhere_with_fewer_runs(folder, tripleos):
    code, _, err = tripleos("hypotheses", "--quick", "--folder", folder)
    assert code == 0
    assert "(32 runs)" in err
    assert not (folder.parent / "results/hypotheses").exists()
    assert (folder.parent / "results/hypotheses_quick/README.md").exists()


def test_verdicts_are_repeated_in_other_organisations(folder, tripleos):
    text = TOML.replace("scenario = { workers = 16, weeks = 8 }", "scenario = { weeks = 4 }").replace("= 10", "= 2")
    (folder / "P1.toml").write_text(text)
    (folder / "P1_why.toml").write_text(text)
    assert tripleos("hypotheses", "--folder", folder)[0] == 0
    code, _, err = tripleos("hypotheses", "--robust", "--folder", folder)
    assert code == 0, err
    assert err.count("(8 runs)") == 3
    page = (folder.parent / "results/hypotheses/robustness.md").read_text()
    assert "| P1 | hurdles cost output |" in page
    table = pd.read_csv(folder.parent / "results/hypotheses/robust/p1/verdicts.csv", comment="#")
    assert table["variant"].unique().tolist() == ["60 workers", "500 workers", "blocks"]
    assert table[table["measure"] == "output"].groupby("variant")["effect"].last().nunique() == 3


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["P2"], "there are P1"),
        (["--folder", "nowhere"], "has no studies"),
        (["--folder", "claimless"], "hypotheses are missing"),
    ],
)
def test_what_cannot_be_tried_is_refused(folder, tripleos, arguments, said):
    (folder.parent / "claimless").mkdir()
    (folder.parent / "claimless" / "P1.toml").write_text("replicates = 2\nscenario = { workers = 16, weeks = 8 }")
    code, _, err = tripleos("hypotheses", *(["--folder", folder] if "--folder" not in arguments else []), *arguments)
    assert code == 2
    assert said in err
    assert "Traceback" not in err


def test_a_number_that_is_not_there_is_refused(folder, tripleos):
    (folder / "P1.md").write_text("As {P1 7} shows.")
    code, _, err = tripleos("hypotheses", "--folder", folder)
    assert code == 2
    assert "{P1 7}: no such number" in err


# --- what is shipped --------------------------------------------------------------------------------------------------


def test_all_seventeen_are_there_each_with_claims_that_can_fail():
    found = patterns_in(HYPOTHESES)
    assert [one.name for one in found] == [f"P{k}" for k in range(17)]
    for pattern in found:
        for file, one in pattern.studies.items():
            assert one.title.startswith(pattern.name), file
            assert one.about
            assert one.hypotheses


def test_what_was_learned_can_be_filled_from_the_verdicts_that_are_committed():
    results = Path(learned.__file__).parents[1] / "results" / "hypotheses"
    found = judged_in(HYPOTHESES, results)
    assert len(found) == 17
    for one in found:
        note = HYPOTHESES / f"{one.pattern.name}.md"
        text = filled(note.read_text(encoding="utf-8").strip(), found)
        assert "{" not in text
        assert text in (results / "README.md").read_text(encoding="utf-8")
    assert learned.text() == (results.parent / "README.md").read_text(encoding="utf-8")


def test_a_study_that_asks_for_a_precision_is_varied_with_a_number_of_replicates():
    study = Study.build("exact", precision={"measure": "output", "half_width": 0.01})
    for name in VARIANTS:
        assert varied(study, name).precision is None
