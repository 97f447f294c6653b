"""`tripleos classics`: the published models that the rules must reproduce, and whether they do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from ..errors import canonical
from ..progress import announce_compiling
from .command import command
from .options import RUNNING, JsonOption, OverwriteOption, ThreadsOption, option, out_option
from .outputs import atomic_outputs, blaming
from .progress import progress_bar
from .screen import console, print_json, say

if TYPE_CHECKING:
    from ..classics.report import Report

FOLDER = "results/classics"
NOT_AS_EXPECTED = 1  # exit code


@command("classics", "tripleos classics", "tripleos classics march lazer", "tripleos classics --full")
def classics(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="NAME",
            help="Which of them, in full (march1991) or only how the name begins (march); all if not given.",
            show_default=False,
        ),
    ] = None,
    full: Annotated[
        bool,
        option("--full", "As many replicates as the papers have: several minutes instead of about one.", RUNNING),
    ] = False,
    threads: ThreadsOption = None,
    out: Annotated[
        str | None,
        out_option(
            f"Also write tables, figures and a README into this folder. "
            f"[dim]Default: {FOLDER} for all of them with --full, else none.[/]"
        ),
    ] = None,
    overwrite: OverwriteOption = False,
    as_json: JsonOption = False,
) -> None:
    """Compare the rules with published models of organisational learning.

    With all other spaces switched off, the rules of one space must give a published model's published numbers. Each
    number is shown beside ours; a [bold]negative control[/] is a wrong variant that must fail the same test. With fewer
    replicates than the papers had, the tolerances are wider.

    The exit code is 1 if a verdict is not as expected: a target missed that is not known to be missed, or a negative
    control that passes. The results of an earlier report are replaced; other files of the same names only with
    [cyan]--overwrite[/].
    """
    chosen = _chosen(names or [])
    again = " ".join(["tripleos classics", *(chosen if names else []), *(["--full"] if full else [])])
    if out is None and full and not names:
        out = FOLDER
    report = _reported(chosen, full, threads, again, out, overwrite)
    if as_json:
        print_json(_document(report))
    else:
        _print(report)
    if not report.as_expected:
        raise typer.Exit(NOT_AS_EXPECTED)


def _chosen(names: Sequence[str]) -> list[str]:
    """The classics that are meant, each once; all if none is named."""
    from ..classics.targets import CLASSICS
    from ..validation import checked_choice

    found = []
    for name in names:
        meant = [one for one in CLASSICS if canonical(name) and one.startswith(canonical(name))]
        found.append(meant[0] if len(meant) == 1 else checked_choice("classic", name, CLASSICS))
    return list(dict.fromkeys(found or CLASSICS))


def _reported(
    names: Sequence[str], full: bool, threads: int | None, command: str, out: str | None, overwrite: bool
) -> Report:
    """Hold these classics against their papers, and write that if a folder was given."""
    from ..classics.report import files, is_ours, write

    if out is None:
        return _run(names, full, threads, command, drawn=False)
    with atomic_outputs(out, files(names), overwrite or is_ours(Path(out))) as stage:
        report = _run(names, full, threads, command, drawn=True)
        with blaming(out):
            write(stage, report)
    say(f"written to {out}: {', '.join(files(names))}")
    return report


def _run(names: Sequence[str], full: bool, threads: int | None, command: str, drawn: bool) -> Report:
    """Run them with a bar on the way."""
    from ..classics.report import report
    from ..classics.targets import KERNELS

    announce_compiling([KERNELS[name] for name in names], progress=True)
    with progress_bar("conditions") as bar:
        return report(names, full, drawn=drawn, threads=threads, command=command, progress=bar)


def _document(report: Report) -> dict[str, Any]:
    """What `--json` prints."""
    from ..classics.targets import table

    rows = table(report.all_results).to_dict(orient="records")
    return {**report.provenance, "as_expected": report.as_expected, "verdicts": rows}


def _print(report: Report) -> None:
    """A table for each classic, and what came out of each in a line."""
    from ..classics.tables import LEGEND, closing, table
    from ..classics.targets import SOURCES

    screen = console()
    for name, results in report.results.items():
        screen.print(
            Text(name, "bold cyan") + Text(f"  {SOURCES[name]}; {report.replicates[name]:,} replicates", "dim")
        )
        screen.print()
        screen.print(table(results, screen.width))
        screen.print()
    screen.print(LEGEND, style="dim")
    screen.print()
    for name, results in report.results.items():
        screen.print(closing(name, results))
