"""`tripleos hypotheses`: hypotheses about organisations, put to the test."""

from __future__ import annotations

from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from ..errors import ScenarioError
from ..progress import announce_compiling
from .command import app, command
from .interrupts import on_interrupt
from .options import RESULTS, RUNNING, JsonOption, ThreadsOption, option, out_option
from .outputs import atomic_outputs, blaming
from .progress import progress_bar
from .screen import console, grid, print_json, say
from .studies import SweepProgress

if TYPE_CHECKING:
    from ..hypotheses.page import Judged, Pattern
    from ..study.results import StudyResults
    from ..study.study import Study

OUT, OUT_QUICK = "results/hypotheses", "results/hypotheses_quick"


@command(
    "hypotheses",
    "tripleos hypotheses --list",
    "tripleos hypotheses",
    "tripleos hypotheses P0 P5",
    "tripleos hypotheses P1 --quick",
    "tripleos hypotheses --robust",
)
def hypotheses(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME", help="Names of hypotheses, as in P0; default: all.", show_default=False),
    ] = None,
    quick: Annotated[bool, option("--quick", "A fifth of the replicates: more is left undecided.", RUNNING)] = False,
    robust: Annotated[
        bool,
        option(
            "--robust", "Repeat them in organisations of 60 and 500 people, and with another kind of reality.", RUNNING
        ),
    ] = False,
    folder: Annotated[
        str | None,
        option(
            "--folder",
            "Where the hypotheses are: studies with hypotheses. [dim]Default: the shipped ones.[/]",
            RUNNING,
            metavar="FOLDER",
        ),
    ] = None,
    only_list: Annotated[bool, option("--list", "Only list them, with their studies.", RUNNING)] = False,
    threads: ThreadsOption = None,
    out: Annotated[
        str | None,
        out_option(f"Folder of the results. [dim]Default: {OUT}, with --quick {OUT_QUICK}.[/]"),
    ] = None,
    restart: Annotated[bool, option("--restart", "Set aside stored runs of another design or model.", RESULTS)] = False,
    as_json: JsonOption = False,
) -> None:
    """Test hypotheses: run their studies and show which statements hold.

    A study lists [bold]hypotheses[/], a table each: a [bold]statement[/], a [bold]measure[/], a statistic
    ([bold]contrast[/], [bold]terms[/], [bold]interior_maximum[/] or [bold]optimum_shift[/]), and
    [bold]smallest_effect[/] or [bold]at_most[/], the smallest effect that would matter. The 95 % interval decides: a
    hypothesis holds if all of the interval lies beyond that size, does not hold if none of it does, and is undecided
    otherwise. Write your own into a folder, and name it with --folder. The shipped ones are studies too, as
    in [cyan]tripleos sweep P0[/].

    The results are a README.md with all verdicts, the same as a table, and for each study its verdicts and a figure.
    Each verdict is also given after Holm's correction for the number of statements. An interrupted
    study resumes.
    """  # fmt: skip
    from ..hypotheses.page import ALL, FILES, README, corrected, fewer, judge, judged_in, patterns_in, place, write_page
    from ..study import library

    home = library.HYPOTHESES if folder is None else Path(folder)
    chosen = patterns_in(home, names or [])
    if only_list:
        return _print_list(chosen, as_json)
    target = Path(out or (OUT_QUICK if quick else OUT))
    again = "tripleos hypotheses" + (" --quick" if quick else "") + (f" --folder {folder}" if folder else "")
    if robust:
        return _robust(chosen, home, target, threads, restart)
    studies = [
        (file, study.model_copy(update={"replicates": fewer(study)}) if quick else study)
        for pattern in chosen
        for file, study in pattern.studies.items()
    ]
    for number, (file, study) in enumerate(studies, start=1):
        say(f"{number} of {len(studies)}: {study.title} ({study.runs:,} runs)")
        own = target / place(file)
        found = _run(study, f"tripleos sweep {library.study_name(file)}", own, threads, restart)
        with atomic_outputs(str(own), list(FILES), True) as stage, blaming(str(own)):
            judge(found, stage)
    with atomic_outputs(str(target), [README, ALL], True) as stage, blaming(str(target)):
        write_page(home, target, again, stage)
    judged = [one for one in corrected(judged_in(home, target)) if one.pattern.name in {p.name for p in chosen}]
    if as_json:
        return print_json(_document(judged))
    _print(judged)
    say(f"written to {target}: README.md, and a folder for each study")
    return None


@app.command("patterns", hidden=True, epilog="")
@wraps(hypotheses)
def patterns(**given: Any) -> None:
    """The name of version 0.1."""
    say("note: `tripleos patterns` is now `tripleos hypotheses`")
    hypotheses(**given)


def _print_list(chosen: list[Pattern], as_json: bool) -> None:
    """Hypotheses in a line each, with the studies that put them to the test."""
    from ..study.library import study_name

    rows: list[dict[str, Any]] = [
        {
            "name": one.name,
            "meaning": one.title,
            "runs": sum(study.runs for study in one.studies.values()),
            "studies": [study_name(file) for file in one.files],
        }
        for one in chosen
    ]
    if as_json:
        return print_json({"hypotheses": rows})
    cells = [(one["name"], f"{one['runs']:,}", one["meaning"], ", ".join(one["studies"])) for one in rows]
    console().print(grid("Hypotheses", ("name", "runs", "meaning", "studies"), cells))
    return None


def _robust(chosen: list[Pattern], folder: Path, out: Path, threads: int | None, restart: bool) -> None:
    """Run hypotheses in other organisations, and write how their verdicts fare."""
    from ..hypotheses import robustness
    from ..hypotheses.page import ROBUST, judged_in, place

    known = {one.pattern.name for one in judged_in(folder, out)}
    if missing := [pattern.name for pattern in chosen if pattern.name not in known]:
        first = "run `tripleos hypotheses` first, because these verdicts are held against those"
        raise ScenarioError(f"--robust: {', '.join(missing)} has no verdicts in {out}: {first}")
    studies = [(file, study) for pattern in chosen for file, study in robustness.tried(pattern).items()]
    for number, (file, study) in enumerate(studies, start=1):
        own = out / robustness.FOLDER / place(file)
        found = {}
        for variant in robustness.VARIANTS:
            one = robustness.varied(study, variant)
            say(f"{number} of {len(studies)}: {study.title}; {variant} ({one.runs:,} runs)")
            again = f"tripleos hypotheses --robust {file.stem}"
            found[variant] = _run(one, again, own / one.name, threads, restart)
        with atomic_outputs(str(own), [robustness.FILE], True) as stage, blaming(str(own)):
            robustness.judge(found, stage)
    _write(out, ROBUST, robustness.readme(folder, out))
    say(f"written to {out}: {ROBUST}")


def _run(study: Study, command_line: str, own: Path, threads: int | None, restart: bool) -> StudyResults:
    """Make the runs of a study that are missing, and read them all."""
    from ..study import runner
    from ..study.results import StudyResults
    from ..study.store import Store

    announce_compiling([study.scenario(0).model.run_weeks], progress=True)
    store = Store(study.folder(own), study)
    with store.lock(command_line, restart, False), progress_bar("runs") as bar:
        told = SweepProgress(bar, study.runs)
        with on_interrupt(told.say_stored):
            runner.sweep(store, runner.Options(threads), told)
    return StudyResults(store)


def _write(folder: Path, name: str, text: str) -> None:
    with atomic_outputs(str(folder), [name], True) as stage, blaming(str(folder)):
        (stage / name).write_text(text, encoding="utf-8")


def _document(judged: list[Judged]) -> dict[str, Any]:
    """What `--json` prints."""
    return {
        one.pattern.name: {
            "title": one.pattern.title,
            "verdict": one.verdict,
            "hypotheses": {name: rows.to_dict(orient="records") for name, rows in one.tables.items()},
        }
        for one in judged
    }


def _print(judged: list[Judged]) -> None:
    """Each hypothesis with its verdict, and its statements in a line each."""
    from ..hypotheses.evaluation import HOLDS, MARKS, summed
    from ..hypotheses.page import WHY

    screen = console()
    for one in judged:
        screen.print(Text(f"{one.pattern.name} ", "bold cyan") + Text(one.pattern.title, "bold"))
        for name, rows in one.tables.items():
            for _, one_of in rows.groupby("hypothesis", sort=False):
                label = "why: " if name.endswith(WHY) else ""
                kept = one_of if label else one_of[one_of["claimed"]]
                held = f"{(kept['outcome'] == HOLDS).sum()} of {len(kept)} worlds"
                held += "" if label else f", {(kept['holm'] == HOLDS).sum()} after Holm"
                mark = MARKS[summed(kept["outcome"])]
                screen.print(Text(f"  {mark:>3}  {label}{one_of['statement'].iloc[0]} ") + Text(f"({held})", "dim"))
        screen.print(Text("  => ", "dim") + Text(one.verdict, "bold"))
        screen.print()
