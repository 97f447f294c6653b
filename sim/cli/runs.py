"""`tripleos run` and `compare`: what happens in scenarios."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from ..errors import ScenarioError
from .command import command
from .options import (
    FileOption,
    JsonOption,
    MechanismsOption,
    OutOption,
    OverwriteOption,
    PolicyOption,
    ReplicatesOption,
    SeedOption,
    SetOption,
    ThreadsOption,
    WeeksOption,
    WithOption,
    WorkersOption,
    WorldOption,
)
from .outputs import scenario_files, written
from .progress import run_scenarios
from .scenarios import labels_of, scenario_of
from .screen import console, one_line, print_json

if TYPE_CHECKING:
    from ..results import Runs
    from ..scenario import Policy, Scenario, World


@command(
    "run",
    "tripleos run --policy heads_down --world stable",
    "tripleos run --set hurdle=0.1 --set pilot_first=yes --weeks 104",
    "tripleos run --policy pilot_first --replicates 50 --out results/pilot",
    "tripleos run --scenario results/pilot/scenario.toml --set turbulence=20",
    "tripleos run --with mentoring --set mentoring=0.5",
)
def run(
    policy: PolicyOption = None,
    world: WorldOption = None,
    settings: SetOption = None,
    scenario: FileOption = None,
    extensions: WithOption = None,
    mechanisms: MechanismsOption = None,
    weeks: WeeksOption = None,
    workers: WorkersOption = None,
    replicates: ReplicatesOption = 20,
    seed: SeedOption = 1,
    threads: ThreadsOption = None,
    out: OutOption = None,
    overwrite: OverwriteOption = False,
    as_json: JsonOption = False,
) -> None:
    """Simulate one organisation and show the results.

    Random events differ from seed to seed. The scenario therefore runs under several seeds, its [bold]replicates[/],
    and the table shows the mean over them with its 95 % confidence interval.
    """
    one = scenario_of(policy, world, settings, scenario, weeks, workers, extensions, mechanisms)
    again = f"tripleos run --scenario scenario.toml --replicates {replicates} --seed {seed}"
    runs = written(out, overwrite, [one], partial(run_scenarios, [one], replicates, seed, threads, again))
    if as_json:
        return print_json(_document(runs))
    from ..present.tables import measures_legend, measures_table

    screen = console()
    _print_part(screen, "policy", one.policy)
    _print_setting(screen, one, settings, mechanisms)
    screen.print(measures_table(runs, screen.width))
    screen.print(f"\n{measures_legend(runs)}", style="dim")
    return None


@command(
    "compare",
    "tripleos compare balanced heads_down triple_operating_system --world turbulent",
    "tripleos compare balanced closed_shop --set complexity=7 --replicates 50 --out results/tangled",
)
def compare(
    policies: Annotated[
        list[str],
        typer.Argument(
            metavar="A B [C …]",
            help="Policies, by name or as TOML files; the first is the one compared with.",
            show_default=False,
        ),
    ],
    world: WorldOption = None,
    settings: SetOption = None,
    scenario: FileOption = None,
    extensions: WithOption = None,
    mechanisms: MechanismsOption = None,
    weeks: WeeksOption = None,
    workers: WorkersOption = None,
    replicates: ReplicatesOption = 20,
    seed: SeedOption = 1,
    threads: ThreadsOption = None,
    out: OutOption = None,
    overwrite: OverwriteOption = False,
    as_json: JsonOption = False,
) -> None:
    """Compare policies in one world under the same seeds.

    With the same seed all policies face identical random events, so that differences are due to the policies. The
    [bold]paired difference[/] from the first policy mostly has a narrower confidence interval than unrelated runs would
    give. [cyan]--set[/] applies to all of them.
    """
    if len(policies) < 2:
        raise ScenarioError(f"compare {policies[0]}: at least 2 policies are needed; `tripleos run` shows a single one")
    scenarios = [
        scenario_of(policy, world, settings, scenario, weeks, workers, extensions, mechanisms) for policy in policies
    ]
    labels = labels_of(scenarios, policies)
    if len(set(labels)) < len(labels):
        raise ScenarioError(f"compare {' '.join(policies)}: a policy is given twice; different ones are needed")
    first, *_ = files = scenario_files(len(policies))
    again = f"tripleos compare {' '.join(files)} --scenario {first} --replicates {replicates} --seed {seed}"
    make = partial(run_scenarios, scenarios, replicates, seed, threads, again, labels)
    runs = written(out, overwrite, scenarios, make)
    if as_json:
        return print_json(_document(runs))
    from ..present.tables import legend

    screen = console()
    _print_setting(screen, scenarios[0], settings, mechanisms)
    _print_tables(screen, runs, scenarios[0].world.name, pairing=True)
    screen.print(legend(runs, pairing=True), style="dim")
    return None


# What is printed


def _document(runs: Runs) -> dict[str, Any]:
    """What `--json` prints: where the numbers come from, and the summary."""
    return {**runs.provenance, "summary": runs.summary.to_dict(orient="records")}


def _print_part(screen: Console, what: str, part: Policy | World) -> None:
    """A policy or a world in a line."""
    about = f": {one_line(part.about)}" if part.about else ""
    screen.print(Text(f"{what} ", "dim") + Text(one_line(part.name), "bold cyan") + Text(about))


def _print_setting(
    screen: Console, scenario: Scenario, settings: Sequence[str] | None, mechanisms: Sequence[str] | None
) -> None:
    """What is simulated apart from the policy: the world, the people, and what was set."""
    workforce = scenario.workforce
    people = f"{workforce.workers} workers, {scenario.teams} teams, {workforce.communities} communities"
    changes = f", {len(scenario.interventions)} interventions" if scenario.interventions else ""
    _print_part(screen, "world", scenario.world)
    screen.print(Text("people ", "dim") + Text(f"{people}, {scenario.weeks} weeks{changes}"))
    if mechanisms:
        screen.print(Text("mechanisms ", "dim") + Text(one_line(", ".join(mechanisms))))
    if settings:
        screen.print(Text("set ", "dim") + Text(one_line(", ".join(settings))))
    screen.print()


def _print_tables(screen: Console, runs: Runs, world: str, pairing: bool = False) -> None:
    """The tables of the policies in one world."""
    from ..present.tables import tables

    for table in tables(runs, world, screen.width, pairing):
        screen.print(table)
        screen.print()
