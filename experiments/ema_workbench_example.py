"""The model in the EMA Workbench: `python -m experiments.ema_workbench_example`.

Uncertainties are parameters of the world, levers those of the policy, and outcomes are means of measures over weeks and
replicates. It needs the optional part: `pip install 'tripleos[discovery]'`.

The workbench draws scenarios (worlds), others each time, and runs each policy in each of them. All runs have the same
seeds, so that random events are common to all rows. What `tripleos sweep` adds is that runs are kept on disk and
resume after an interruption; what the workbench adds is its own analysis and its search for robust policies.
"""

from __future__ import annotations

import warnings
from typing import Any

import pandas as pd
from tripleos import Scenario, simulate
from tripleos.comparison import warm_up
from tripleos.scenario import PARAMETERS

from experiments import without_arguments

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # about evaluators whose optional parts are not installed
    from ema_workbench import (
        CategoricalParameter,
        Constant,
        IntegerParameter,
        Model,
        Policy,
        RealParameter,
        ScalarOutcome,
        SequentialEvaluator,
    )

UNCERTAINTIES = {"turbulence": (0.0, 20.0), "complexity": (0, 9), "noise": (0.0, 0.2)}
LEVERS = {"openness": (0.0, 0.6), "hurdle": (0.0, 0.1), "sponsorship": (0.0, 1.0), "pilot_first": (False, True)}
OUTCOMES = {
    "output": ScalarOutcome.MAXIMIZE,
    "coherent_action": ScalarOutcome.MAXIMIZE,
    "too_busy": ScalarOutcome.MINIMIZE,
}


def organisation(workers: int, weeks: int, replicates: int, **parameters: Any) -> dict[str, float]:
    """The outcomes of one experiment: means over the weeks after the start-up and over replicates."""
    scenario = Scenario.build("balanced", "turbulent", workers=workers, weeks=weeks, **_plain(parameters))
    history = simulate(scenario, seeds=replicates, threads=1)
    means = history.loc[history["week"] > warm_up(weeks), list(OUTCOMES)].mean()
    return {name: float(means[name]) for name in OUTCOMES}


def _plain(parameters: dict[str, Any]) -> dict[str, Any]:
    """What was sampled, without NumPy's wrapping, which scenarios refuse."""
    return {name: value.item() if hasattr(value, "item") else value for name, value in parameters.items()}


def _parameter(name: str, limits: tuple[Any, Any]) -> Any:
    """A parameter as the workbench has it, of the kind that the model says it is."""
    kind = PARAMETERS[name].kind
    if kind == "int":
        return IntegerParameter(name, *limits)
    return RealParameter(name, *limits) if kind == "float" else CategoricalParameter(name, limits)


def model(workers: int = 120, weeks: int = 260, replicates: int = 5) -> Model:
    """The model as the workbench runs it. Its name holds letters and digits only, as the workbench wants it."""
    made = Model("tripleos", function=organisation)
    made.uncertainties = [_parameter(name, limits) for name, limits in UNCERTAINTIES.items()]
    made.levers = [_parameter(name, limits) for name, limits in LEVERS.items()]
    made.constants = [Constant("workers", workers), Constant("weeks", weeks), Constant("replicates", replicates)]
    made.outcomes = [ScalarOutcome(name, kind) for name, kind in OUTCOMES.items()]
    return made


def experiment(made: Model, worlds: int, policies: int | list[Policy]) -> pd.DataFrame:
    """Run policies in worlds: one row for each pair, with its parameters and its outcomes.

    Whole numbers come as floats, because PRIM of ema_workbench 2.5.3 fails on integer columns (its issue 448).
    """
    with SequentialEvaluator(made) as evaluator:
        experiments, outcomes = evaluator.perform_experiments(worlds, policies)
    whole = [name for name in UNCERTAINTIES if PARAMETERS[name].kind == "int"]
    return experiments.astype(dict.fromkeys(whole, float)).assign(**outcomes)


def named_policies() -> list[Policy]:
    """Two policies to compare, as values of all levers."""
    closed = {"openness": 0.05, "hurdle": 0.08, "sponsorship": 0.1, "pilot_first": False}
    open_ = {"openness": 0.5, "hurdle": 0.02, "sponsorship": 0.9, "pilot_first": False}
    return [Policy("closed", **closed), Policy("open", **open_)]


def main(worlds: int = 12, **sizes: int) -> pd.DataFrame:
    """Run the example, and print what came out."""
    table = experiment(model(**sizes), worlds, named_policies())
    shown = ["policy", *UNCERTAINTIES, *OUTCOMES]
    print(table[shown].sort_values(["turbulence", "policy"]).round(3).to_string(index=False))
    print("\nover these worlds")
    print(table.groupby("policy", observed=True)[list(OUTCOMES)].agg(["mean", "min", "max"]).round(3).to_string())
    return table


if __name__ == "__main__":
    without_arguments("experiments.ema_workbench_example", __doc__)
    main()
