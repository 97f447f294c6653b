"""`tripleos patterns`: hypotheses about organisations, put to the test."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from .command import command
from .options import RESULTS, RUNNING, JsonOption, ThreadsOption, option
from .progress import announce_compiling, progress_bar
from .screen import console, print_json, say
from .staging import blaming, staged
from .stopping import if_stopped
from .studies import Told

if TYPE_CHECKING:
    from ..study.patterns import Judged
    from ..study.study import Study

FOLDER = "experiments/patterns"
OUT, OUT_QUICK = "results/patterns", "results/patterns_quick"


@command("patterns", "tripleos patterns", "tripleos patterns P0 P5", "tripleos patterns P1 --quick")
def patterns(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME", help="Which of them, as in P0; all if not given.", show_default=False),
    ] = None,
    quick: Annotated[bool, option("--quick", "A fifth of the replicates: more is left undecided.", RUNNING)] = False,
    folder: Annotated[
        str,
        option(
            "--folder",
            f"Where the hypotheses are: studies with claims. [dim]Default: {FOLDER}.[/]",
            RUNNING,
            metavar="FOLDER",
        ),
    ] = FOLDER,
    threads: ThreadsOption = None,
    out: Annotated[
        str | None,
        option(
            "--out",
            f"Folder of the results. [dim]Default: {OUT}, with --quick {OUT_QUICK}.[/]",
            RESULTS,
            metavar="FOLDER",
        ),
    ] = None,
    restart: Annotated[
        bool, option("--restart", "Set runs aside that are of another design or model.", RESULTS)
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Put hypotheses to the test: run their studies, and say which of their claims hold.

    A hypothesis is a study with [bold]claims[/], a table each: what it [bold]says[/], a [bold]measure[/], a statistic
    ([bold]contrast[/], [bold]terms[/], [bold]peak[/] or [bold]best[/]), and [bold]at_least[/] or [bold]at_most[/], the
    smallest size that would matter. The 95 % interval decides: a claim holds if all of it lies beyond that size, does
    not hold if none of it does, and is undecided else. Write your own into a folder, and name it with --folder.

    The results are a README.md with all verdicts, and for each study its verdicts and a figure. What was stopped goes
    on where it was.
    """  # fmt: skip
    from ..study.patterns import fewer, judged_in, patterns_in, readme

    chosen = patterns_in(Path(folder), names or [])
    target = Path(out or (OUT_QUICK if quick else OUT))
    studies = [
        (file, dataclasses.replace(study, replicates=fewer(study)) if quick else study)
        for pattern in chosen
        for file, study in pattern.studies.items()
    ]
    for number, (file, study) in enumerate(studies, start=1):
        _tried(study, file, target, threads, restart, f"{number} of {len(studies)}")
    again = "tripleos patterns" + (" --quick" if quick else "") + (f" --folder {folder}" if folder != FOLDER else "")
    with staged(str(target), ["README.md"], True) as stage, blaming(str(target)):
        (stage / "README.md").write_text(readme(Path(folder), target, again), encoding="utf-8")
    judged = [one for one in judged_in(Path(folder), target) if one.pattern.name in {p.name for p in chosen}]
    if as_json:
        return print_json(_document(judged))
    _print(judged)
    say(f"written to {target}: README.md, and a folder for each study")
    return None


def _tried(study: Study, file: Path, out: Path, threads: int | None, restart: bool, which: str) -> None:
    """Make the runs of a study that are missing, and write its verdicts."""
    from ..compiled import is_compiled
    from ..study import runner
    from ..study.findings import Findings
    from ..study.patterns import FILES, judge, place
    from ..study.store import Store

    announce_compiling(is_compiled())
    own = out / place(file)
    say(f"{which}: {study.title} ({study.runs:,} runs)")
    store = Store(study.folder(own), study)
    with store.opened(f"tripleos sweep {file}", restart, False), progress_bar("runs") as bar:
        told = Told(bar, study.runs)
        with if_stopped(told.say_stored):
            runner.sweep(store, runner.Options(threads), told)
    with staged(str(own), list(FILES), True) as stage, blaming(str(own)):
        judge(Findings(store), stage)


def _document(judged: list[Judged]) -> dict[str, Any]:
    """What `--json` prints."""
    return {
        one.pattern.name: {
            "title": one.pattern.title,
            "verdict": one.verdict,
            "claims": {name: rows.to_dict(orient="records") for name, rows in one.tables.items()},
        }
        for one in judged
    }


def _print(judged: list[Judged]) -> None:
    """Each hypothesis with its verdict, and its claims in a line each."""
    from ..study.patterns import MARKS, WHY
    from ..study.verdicts import HOLDS, summed

    screen = console()
    for one in judged:
        screen.print(Text(f"{one.pattern.name} ", "bold cyan") + Text(one.pattern.title, "bold"))
        for name, rows in one.tables.items():
            for _, claim in rows.groupby("claim", sort=False):
                kept = claim if name.endswith(WHY) else claim[claim["claimed"]]
                held = f"{(kept['outcome'] == HOLDS).sum()} of {len(kept)}"
                mark = MARKS[summed(kept["outcome"])]
                label = "why: " if name.endswith(WHY) else ""
                screen.print(Text(f"  {mark:>3}  {label}{claim['says'].iloc[0]} ") + Text(f"({held} worlds)", "dim"))
        screen.print(Text("  => ", "dim") + Text(one.verdict, "bold"))
        screen.print()
