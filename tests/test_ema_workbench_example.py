"""The example for the EMA Workbench: its outcomes are those of the model, and its table suits the workbench's PRIM."""

import warnings

import numpy as np
import pytest

pytest.importorskip("ema_workbench")

from experiments import ema_workbench_example as example
from sim import Scenario, simulate

SIZES = {"workers": 24, "weeks": 12, "replicates": 2}


@pytest.fixture(scope="module")
def table():
    return example.experiment(example.model(**SIZES), 6, example.named_policies())


def test_every_policy_in_every_world(table):
    assert len(table) == 12
    assert table.groupby("policy", observed=True)["turbulence"].nunique().tolist() == [6, 6]
    assert table["complexity"].dtype == float
    assert (table["complexity"] % 1 == 0).all()


def test_outcomes_are_those_of_the_model(table):
    row = table.iloc[-1]
    given = {name: row[name] for name in (*example.UNCERTAINTIES, *example.LEVERS)}
    given |= {"complexity": int(given["complexity"]), "pilot_first": bool(given["pilot_first"])}
    history = simulate(Scenario.build("balanced", "turbulent", workers=24, weeks=12, **given), seeds=2)
    kept = history[history["week"] > 2]
    for name in example.OUTCOMES:
        assert row[name] == pytest.approx(kept[name].mean()), name
    assert table["output"].nunique() > 6


def test_the_workbench_finds_boxes_in_it(table):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from ema_workbench.analysis import prim

        low = (table["output"] <= table["output"].median()).to_numpy()
        search = prim.Prim(table[list(example.UNCERTAINTIES)], low, threshold=0.6, mass_min=0.2)
        assert search.find_box() is not None


def test_levers_can_be_sampled_too():
    assert len(example.experiment(example.model(**SIZES), 2, 3)) == 6


def test_it_prints_its_tables(capsys):
    made = example.main(worlds=2, **SIZES)
    told = capsys.readouterr().out
    assert "coherent_action" in told
    assert np.isfinite(made[list(example.OUTCOMES)].to_numpy()).all()
