"""The options that commands share: what they are called, and the text that help gives them."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ..errors import ScenarioError
from ..validation import MAX_SEED, MAX_THREADS, checked_whole, read_whole

SCENARIO, RUNNING, RESULTS = "What is simulated", "How often", "What comes out"
MAX_REPLICATES = 10_000


def option(name: str, told: str, panel: str, **more: Any) -> Any:
    """An option with its text of help."""
    return typer.Option(name, help=told, rich_help_panel=panel, show_default=False, **more)


def out_option(told: str, metavar: str = "FOLDER") -> Any:
    """The option for the folder, or the file, that results are written into."""
    return typer.Option("--out", "-o", help=told, rich_help_panel=RESULTS, show_default=False, metavar=metavar)


def count_option(name: str, told: str, low: int, high: int, panel: str = RUNNING) -> Any:
    """An option for a whole number that is no part of a scenario, so that its range is checked here."""

    def parse(text: str | int) -> int:
        try:
            return checked_whole(name, read_whole(text), low, high)
        except ScenarioError as error:
            raise typer.BadParameter(str(error).replace(" = ", " ", 1)) from None  # as options are typed

    return option(name, told, panel, metavar="N", parser=parse)


PolicyOption = Annotated[
    str | None,
    option("--policy", "Name of a policy, or a TOML file. [dim]Default: balanced.[/]", SCENARIO, metavar="NAME"),
]
WorldOption = Annotated[
    str | None,
    option("--world", "Name of a world, or a TOML file. [dim]Default: turbulent.[/]", SCENARIO, metavar="NAME"),
]
SetOption = Annotated[
    list[str] | None,
    option(
        "--set",
        "Set any parameter ([cyan]tripleos list levers[/] shows all). Can be repeated.",
        SCENARIO,
        metavar="LEVER=VALUE",
    ),
]
WithOption = Annotated[
    list[str] | None,
    option(
        "--with",
        "An extension of the model: a Python file, or a name ([cyan]tripleos list extensions[/]). Can be repeated.",
        SCENARIO,
        metavar="EXTENSION",
    ),
]
MechanismsOption = Annotated[
    list[str] | None,
    option(
        "--mechanisms",
        "Which mechanisms are on ([cyan]tripleos list mechanisms[/] shows all): a name, [cyan]version1[/] for none or "
        "[cyan]version2[/] for all. Can be repeated.",
        SCENARIO,
        metavar="NAME",
    ),
]
FileOption = Annotated[
    str | None,
    option(
        "--scenario", "Start from a scenario in a TOML file; other options override it.", SCENARIO, metavar="FILE.toml"
    ),
]
WeeksOption = Annotated[
    int | None,
    option("--weeks", "Length of a run. [dim]Default: 260, five years.[/]", SCENARIO, metavar="N", parser=read_whole),
]
WorkersOption = Annotated[
    int | None,
    option("--workers", "Size of the organisation. [dim]Default: 120.[/]", SCENARIO, metavar="N", parser=read_whole),
]
ReplicatesOption = Annotated[
    int,
    count_option(
        "--replicates",
        "Runs of each scenario, each under its own seed. More runs give narrower intervals. "
        f"[dim]1 to {MAX_REPLICATES}; default: 20.[/]",
        1,
        MAX_REPLICATES,
    ),
]
SeedOption = Annotated[
    int,
    count_option(
        "--seed",
        "First seed; replicates take the seeds from it on. The same seed gives the same history. "
        "[dim]0 or more; default: 1.[/]",
        0,
        MAX_SEED,
    ),
]
ThreadsOption = Annotated[
    int | None,
    count_option(
        "--threads",
        f"Runs at a time; does not affect the results. [dim]1 to {MAX_THREADS}; default: one for each core.[/]",
        1,
        MAX_THREADS,
    ),
]
OutOption = Annotated[
    str | None,
    out_option("Also write the results into this folder (Parquet, CSV, TOML)."),
]
OverwriteOption = Annotated[bool, option("--overwrite", "Replace existing files of the same names.", RESULTS)]
JsonOption = Annotated[bool, option("--json", "Print one JSON document instead of tables.", RESULTS)]
