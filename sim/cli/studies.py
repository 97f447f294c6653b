"""`tripleos sweep`, `status`, `report`, `rerun` and `export`: studies of many runs."""

from __future__ import annotations

import math
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from ..errors import ScenarioError, truncated_repr
from ..progress import announce_compiling, cores
from ..units import format_duration, format_volume
from ..validation import checked_threads
from .command import command
from .interrupts import on_interrupt
from .options import (
    RESULTS,
    RUNNING,
    JsonOption,
    OverwriteOption,
    ThreadsOption,
    WithOption,
    count_option,
    option,
    out_option,
)
from .outputs import OutputError, atomic_outputs, blaming
from .progress import progress_bar
from .screen import console, grid, one_line, print_json, say

if TYPE_CHECKING:
    from ..study.runner import Progress
    from ..study.store import Store
    from ..study.study import Study

FAILURES_SHOWN = 3

StudyArgument = Annotated[
    str,
    typer.Argument(
        metavar="STUDY",
        help="The name of a shipped study ([cyan]tripleos list studies[/]), or a TOML file.",
        show_default=False,
    ),
]
StudyFolder = Annotated[
    str | None,
    out_option("Folder of the study. [dim]Default: results/NAME.[/]"),
]
ReplicatesOption = Annotated[
    int | None, count_option("--replicates", "Overrides the number in the study.", 1, 1_000_000, RUNNING)
]
ClusterOption = Annotated[
    str | None,
    option(
        "--cluster",
        "Run on a Dask cluster instead of here: the address of its scheduler, such as tcp://127.0.0.1:8786.",
        RUNNING,
        metavar="ADDRESS",
    ),
]


def _seconds(text: str | float) -> float:
    """A time limit."""
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0.0 < number < 1e9:
        raise typer.BadParameter(f"--time-limit {truncated_repr(text)}: a number of seconds above 0 is needed")
    return number


def _run_number(text: str | int) -> int:
    """The number of a run."""
    try:
        return int(text)
    except ValueError:
        raise typer.BadParameter(f"run {truncated_repr(text)}: the number of a run is needed") from None


@command(
    "sweep",
    "tripleos sweep demo --dry-run",
    "tripleos sweep demo",
    "tripleos sweep demo --replicates 5 --out results/quick",
    "tripleos sweep demo --retry-failed --time-limit 60",
    "tripleos sweep demo --cluster tcp://127.0.0.1:8786",
)
def sweep(
    study: StudyArgument,
    replicates: ReplicatesOption = None,
    extensions: WithOption = None,
    threads: ThreadsOption = None,
    cluster: ClusterOption = None,
    time_limit: Annotated[
        float | None,
        option(
            "--time-limit",
            "Seconds that a run may take before it counts as failed.",
            RUNNING,
            metavar="SECONDS",
            parser=_seconds,
        ),
    ] = None,
    retry_failed: Annotated[bool, option("--retry-failed", "Repeat runs that failed.", RUNNING)] = False,
    fail_fast: Annotated[bool, option("--fail-fast", "Stop at the first run that fails.", RUNNING)] = False,
    dry_run: Annotated[bool, option("--dry-run", "Only show how much there is to do.", RUNNING)] = False,
    out: StudyFolder = None,
    restart: Annotated[
        bool,
        option("--restart", "Set aside stored runs of another study or model.", RESULTS),
    ] = False,
    mix: Annotated[
        bool, option("--mix", "Continue although the model has changed; each row records its version.", RESULTS)
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Run a study and store its results as they are computed.

    A study is a TOML file; some are shipped and go by their names. All of it may be left out: [bold]title, about[/]
    (texts), [bold]policies, worlds[/] (lists of names or files), [bold]scenario[/] (a table of what all runs share:
    weeks, workers, any lever), [bold]factorial[/] (a table of levers, each with a list of values, all crossed),
    [bold]design_points[/] (a list of tables, or a CSV file), [bold]sample[/] (method, points, ranges, seed),
    [bold]replicates[/] (20) or [bold]precision[/] (measure, half_width), [bold]trajectories[/] (measures kept week by
    week), [bold]fails[/] (measure, and below or above).
    Beside the levers of [cyan]tripleos list levers[/], team_time and network_share split the week.

    A sweep can be stopped or killed at any time. The same command resumes it, repeats no stored run, and the final
    table is the same to the last bit. Runs that fail are stored with the reason and listed at the end.
    """
    from ..study import runner

    one = _study(study, replicates, extensions)
    if dry_run:
        return _print_plan(one, threads, as_json)
    store = _store(one, out)
    options = runner.Options(threads, cluster, time_limit, retry_failed, fail_fast)
    if cluster is None:
        announce_compiling([one.scenario(0).model.run_weeks], progress=True)
    again = _again(replicates, extensions)
    with store.lock(f"tripleos sweep {study}{again}", restart, mix), progress_bar("runs") as bar:
        told = SweepProgress(bar, one.runs)
        with on_interrupt(told.say_stored):
            progress = runner.sweep(store, options, told)
    folder = "" if out is None else f" --out {out}"
    _print_end(store, progress, f"tripleos report {study}{again}{folder}", as_json)
    return None


@command("status", "tripleos status demo")
def status(
    study: StudyArgument,
    replicates: ReplicatesOption = None,
    extensions: WithOption = None,
    out: StudyFolder = None,
    as_json: JsonOption = False,
) -> None:
    """Show the progress of a study: runs done, failed and missing, damaged files, and changes since it began."""
    one = _study(study, replicates, extensions)
    store = _store(one, out)
    manifest = store.manifest() or store.existing()
    changed = store.changed(manifest)  # all files there are then of another study, and none is known to be damaged
    damaged = [] if changed else [part.path.name for part in store.damaged()]
    document: dict[str, Any] = {
        "study": one.name,
        "folder": str(store.folder),
        "points": one.points,
        "runs": one.runs,
        "damaged": damaged,
        "bytes": store.size,
        "differs": store.differences(manifest),
    }
    if not damaged and not changed:
        done = store.done()
        document |= {"done": done.ok, "failed": done.failed, "missing": one.runs - done.ok - done.failed}
    if as_json:
        return print_json(document)
    screen = console()
    for name, value in document.items():
        told = ("; ".join(value) or "nothing") if isinstance(value, list) else value
        screen.print(Text(f"{name:<8} ", "dim") + Text(f"{told:,}" if isinstance(told, int) else str(told)))
    if document.get("failed"):
        _print_failures(screen, store)
    return None


@command("rerun", "tripleos rerun demo 7", "tripleos rerun demo 7 --into results/run7")
def rerun(
    study: StudyArgument,
    run: Annotated[
        int, typer.Argument(metavar="RUN", help="The number of a run.", show_default=False, parser=_run_number)
    ],
    replicates: ReplicatesOption = None,
    extensions: WithOption = None,
    out: StudyFolder = None,
    into: Annotated[
        str | None,
        option("--into", "Also write its scenario and every week of it into this folder.", RESULTS, metavar="FOLDER"),
    ] = None,
    overwrite: OverwriteOption = False,
) -> None:
    """Repeat one run of a study and compare it with the stored result."""
    from .. import results
    from ..present.files import write_csv
    from ..present.tables import measures_table

    one = _study(study, replicates, extensions)
    if not 0 <= run < one.runs:
        raise ScenarioError(f"run {run}: the study has runs 0 to {one.runs - 1}")
    replicate, point = divmod(run, one.points)
    scenario, seed = one.scenario(point), one.seed(replicate)
    store = _store(one, out)
    if store.manifest() is not None:
        store.existing()
    announce_compiling([scenario.model.run_weeks], progress=True)
    command_line = f"tripleos rerun {study} {run}{_again(replicates, extensions)}"
    runs = results.run([scenario], [seed], command=command_line)
    screen = console()
    conditions = ", ".join(f"{name} {value}" for name, value in one.design.labels(point).items())
    screen.print(Text("run ", "dim") + Text(f"{run}: point {point} ({one_line(conditions)}), seed {seed}"))
    screen.print(Text("scenario ", "dim") + Text(scenario.key))
    screen.print()
    screen.print(measures_table(runs, screen.width))
    screen.print(f"\n{_compared(one, store, run, runs.results[0, 0])}")
    if into is not None:
        files = ["weekly.csv", "scenario.toml"]
        with atomic_outputs(into, files, overwrite) as stage, blaming(into):
            write_csv(runs.weekly, stage / "weekly.csv")
            (stage / "scenario.toml").write_text(scenario.to_toml(), encoding="utf-8")
        say(f"written to {into}: {', '.join(files)}")


@command(
    "export",
    "tripleos export demo demo.csv",
    "tripleos export demo demo.parquet",
)
def export(
    study: StudyArgument,
    file: Annotated[str, typer.Argument(metavar="FILE", help="A .csv or .parquet file.", show_default=False)],
    replicates: ReplicatesOption = None,
    extensions: WithOption = None,
    out: StudyFolder = None,
    overwrite: OverwriteOption = False,
) -> None:
    """Export the table of a study: one row for each run, with its conditions, seed and measures."""
    from ..present.files import write_csv, write_parquet

    path = Path(file)
    if path.suffix not in (".csv", ".parquet"):
        raise ScenarioError(f"{file}: a name that ends in .csv or .parquet is needed")
    one = _study(study, replicates, extensions)
    store = _existing(one, out)
    frame = store.frame()
    with atomic_outputs(str(path.parent), [path.name], overwrite) as stage, blaming(file):
        if path.suffix == ".csv":
            write_csv(frame, stage / path.name)
        else:
            write_parquet(frame, stage / path.name, store.manifest() or {})
    say(f"{len(frame)} of {one.runs} runs written to {file}")


@command(
    "report",
    "tripleos report demo",
    "tripleos report demo --replicates 5 --out results/quick",
)
def report(
    study: StudyArgument,
    replicates: ReplicatesOption = None,
    extensions: WithOption = None,
    out: StudyFolder = None,
    overwrite: OverwriteOption = False,
    as_json: JsonOption = False,
) -> None:
    """Write the report of a study: tables, figures, and a page that opens offline.

    The folder holds a README.md, report.html, live.html (the policies, to be changed and run again in any browser), the
    tables as CSV and Parquet and the figures as SVG and PNG. An earlier report is replaced; other files of the same
    names only with [cyan]--overwrite[/].
    """
    from ..present.captions import CellTable
    from ..present.tables import legend, tables
    from ..report import report as reports
    from ..study.results import StudyResults

    one = _study(study, replicates, extensions)
    found = StudyResults(_existing(one, out))
    folder = one.folder(out).parent
    options = _again(replicates, extensions)
    command_line = f"tripleos sweep {study}{options} && tripleos report {study}{options}"
    with tempfile.TemporaryDirectory() as made:
        names = reports.write(Path(made), found, command_line)
        with atomic_outputs(str(folder), names, overwrite or reports.is_ours(folder)) as stage, blaming(str(folder)):
            for name in names:
                shutil.copyfile(Path(made) / name, stage / name)
    if as_json:
        return print_json({"folder": str(folder), "files": names, "summary": found.cells().to_dict("records")})
    screen, cells = console(), CellTable(found)
    for world in one.worlds:
        screen.print(Text(f"{world.name} world", "bold") + Text(f"  {one_line(reports.world_text(one, world))}", "dim"))
        screen.print()
        for table in tables(cells, world.name, screen.width):
            screen.print(table)
            screen.print()
    screen.print(legend(cells), style="dim")
    screen.print(f"\nreport: {folder / reports.PAGE}, and {len(names) - 1} more files beside it")
    return None


# What is asked for


def _study(path: str, replicates: int | None = None, extensions: list[str] | None = None) -> Study:
    """The study in a file, or a shipped one."""
    from ..study.study import Study

    study = Study.from_toml(path, extensions or ())
    if replicates is None:
        return study
    if study.precision:
        raise ScenarioError("--replicates: the study runs until a precision is reached; its `most` limits them")
    return study.model_copy(update={"replicates": replicates})


def _again(replicates: int | None, extensions: list[str] | None) -> str:
    """Options that the next command needs, too."""
    count = f" --replicates {replicates}" if replicates else ""
    return count + "".join(f" --with {one}" for one in extensions or ())


def _store(study: Study, out: str | None) -> Store:
    from ..study.store import Store

    return Store(study.folder(out), study)


def _existing(study: Study, out: str | None) -> Store:
    """The store of a study that was begun, and has not changed since."""
    store = _store(study, out)
    store.existing()
    return store


# What is said


def _print_plan(study: Study, threads: int | None, as_json: bool) -> None:
    """What a sweep would do."""
    from ..study.plan import plan_of

    announce_compiling([study.scenario(0).model.run_weeks], progress=True)
    plan = plan_of(study)
    threads = checked_threads(threads)
    seconds = plan.seconds_per_run * math.ceil(study.runs / cores(threads))
    memory, size = min(threads, study.runs) * plan.memory, study.runs * study.bytes_per_run
    axes = [{"varied": ", ".join(axis.names), "conditions": len(axis)} for axis in study.design.axes]
    if as_json:
        return print_json(
            {
                "study": study.name,
                "points": study.points,
                "replicates": study.most_replicates,
                "runs": study.runs,
                "weeks": study.weeks,
                "seconds": seconds,
                "threads": threads,
                "memory": memory,
                "bytes": size,
                "axes": axes,
            }
        )
    screen = console()
    screen.print(Text(one_line(study.title), "bold"))
    screen.print(grid("", ("varied", "conditions"), [(a["varied"], f"{a['conditions']:,}") for a in axes]))
    replicates = f"{'at most ' if study.precision else ''}{study.most_replicates:,} replicates"
    screen.print(f"\n{study.points:,} points × {replicates} = {study.runs:,} runs of {study.weeks} weeks")
    room = f"{format_volume(memory)} of memory at a time, {format_volume(size)} on disk"
    screen.print(f"about {format_duration(seconds)} on {threads} thread{'s' * (threads > 1)}, {room}")
    try:
        plan.check_memory(study.runs, threads)
    except ScenarioError as error:
        say(f"note: {error}")
    return None


def _print_end(store: Store, progress: Progress, follows: str, as_json: bool) -> None:
    """How a sweep ended, and which command follows."""
    if as_json:
        print_json({"study": store.study.name, "folder": str(store.folder), **vars(progress)})
    else:
        new = progress.done + progress.failed - progress.before
        screen = console()
        screen.print(
            f"{progress.done} of {progress.total} runs done{f', {progress.failed} failed' if progress.failed else ''} "
            f"({new} made now) in {store.folder}, {format_volume(store.size)}"
        )
        if progress.failed:
            _print_failures(screen, store)
        else:
            screen.print(Text(f"next: {follows}", "dim"))
    if progress.failed:
        raise typer.Exit(1)


def _print_failures(screen: Console, store: Store) -> None:
    """The first runs that failed, and why."""
    failures = store.failures()
    for row in failures.head(FAILURES_SHOWN).itertuples():
        told = one_line(f"seed {row.seed}, {row.parameters}: {row.error}")
        screen.print(Text(f"run {row.run} ", "yellow") + Text(told))
    if len(failures) > FAILURES_SHOWN:
        screen.print(f"… and {len(failures) - FAILURES_SHOWN} more", style="dim")
    screen.print("--retry-failed makes them once more; `tripleos rerun` one alone", style="dim")


def _compared(study: Study, store: Store, run: int, history: Any) -> str:
    """Whether a run gave what is stored of it."""
    from ..study.rows import OK, differing, summary

    if store.manifest() is None:
        return "nothing is stored to compare it with"
    stored = store.row(run)
    if stored is None:
        return "it is not stored yet"
    if stored["status"] != OK:
        return "as stored, it failed"
    scenario = study.scenario(run % study.points)
    made = summary(scenario, history, study.warm_up, study.trajectories, study.weekly)
    if names := differing(made, stored):
        return f"NOT as stored (model {stored['version']} then): {', '.join(names)} differ"
    return "exactly as stored"


class SweepProgress:
    """How a sweep stands, on a bar; and how many runs are stored, to be said should it be stopped."""

    def __init__(self, bar: Callable[[int, int, str], None], total: int) -> None:
        self.bar, self.stored, self.total, self.began = bar, 0, total, time.monotonic()

    def __call__(self, progress: Progress) -> None:
        """Told at the start and after each task."""
        self.stored, self.total = progress.done + progress.failed, progress.total
        rate = (self.stored - progress.before) / max(time.monotonic() - self.began, 1e-3)
        failed = f", {progress.failed} failed" if progress.failed else ""
        self.bar(self.stored, self.total, f"{failed}, {rate:.0f} a second")

    def say_stored(self) -> None:
        """Say how many are stored."""
        say(f"{self.stored} of {self.total} runs are stored; the same command goes on from there")


__all__ = ["OutputError", "export", "rerun", "status", "sweep"]
