"""The command line `tripleos`: what there is, one scenario, a comparison of policies, the demo.

Everything heavy is imported inside the commands, so that `tripleos --help` answers at once. Results go to stdout;
progress, notes and errors go to stderr. What cannot be used is told in a line or two, with exit code 2.
"""

from __future__ import annotations

import json
import math
import os
import shlex
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from . import __version__
from .errors import ScenarioError, canonical, label, nearest, shown

if TYPE_CHECKING:
    from rich.console import Console

    from .demo import Runs
    from .scenario import Parameter, Scenario

MAX_REPLICATES = 10_000
UNUSABLE, UNHEALTHY = 2, 1  # exit codes: what was asked cannot be done; the output broke off
SLOW = 1.0  # seconds after which a progress bar appears
QUIET = 30.0  # seconds between lines of progress where there is no screen for a bar
WIDTH = 120  # of what is printed into a file or a pipe
BYTES_PER_WORKER = 1_000

app = typer.Typer(
    add_completion=False,
    rich_markup_mode="rich",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class OutputError(ValueError):
    """Results cannot be written where they were asked for; the message says where and why."""


# --- help -------------------------------------------------------------------------------------------------------------

ABOUT = """How organisations learn and act, simulated: networks, communities and teams as one triple operating system.

A [bold]scenario[/] is a world, a workforce and a policy. It is simulated week by week under several seeds, and what
comes out is told with its uncertainty.
"""


def _flowing(text: str) -> str:
    """Paragraphs without the line breaks within them, which a narrow screen would double."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))


def _examples(title: str, *lines: str) -> str:
    return "\n".join([f"[bold]{title}[/]", *(f"  {line}" for line in lines)])


F = TypeVar("F", bound=Callable[..., None])


def _command(name: str, *examples: str) -> Callable[[F], F]:
    """A command of `tripleos`; its docstring is its help, and examples follow."""

    def register(function: F) -> F:
        texts = {"help": _flowing(function.__doc__ or ""), "epilog": _examples("Examples", *examples)}
        return app.command(name, **texts)(function)  # type: ignore[arg-type]

    return register


# --- what the options are called --------------------------------------------------------------------------------------

SCENARIO, RUNNING, RESULTS = "What is simulated", "How often", "What comes out"


def _option(name: str, told: str, panel: str, **more: Any) -> Any:
    return typer.Option(name, help=told, rich_help_panel=panel, show_default=False, **more)


PolicyOption = Annotated[
    str | None,
    _option("--policy", "Name of a policy, or a TOML file. [dim]Default: balanced.[/]", SCENARIO, metavar="NAME"),
]
WorldOption = Annotated[
    str | None,
    _option("--world", "Name of a world, or a TOML file. [dim]Default: turbulent.[/]", SCENARIO, metavar="NAME"),
]
SetOption = Annotated[
    list[str] | None,
    _option(
        "--set",
        "Set any parameter ([cyan]tripleos list levers[/] shows all). Can be given again and again.",
        SCENARIO,
        metavar="LEVER=VALUE",
    ),
]
FileOption = Annotated[
    str | None,
    _option(
        "--scenario", "Start from a scenario in a TOML file; other options go above it.", SCENARIO, metavar="FILE.toml"
    ),
]
WeeksOption = Annotated[
    int | None, _option("--weeks", "Length of a run. [dim]Default: 260, five years.[/]", SCENARIO, metavar="N")
]
WorkersOption = Annotated[
    int | None, _option("--workers", "Size of the organisation. [dim]Default: 120.[/]", SCENARIO, metavar="N")
]
ReplicatesOption = Annotated[
    int,
    _option(
        "--replicates",
        "Runs of each scenario, each under its own seed; more of them, narrower intervals. [dim]Default: 20.[/]",
        RUNNING,
        metavar="N",
        min=1,
        max=MAX_REPLICATES,
    ),
]
SeedOption = Annotated[
    int,
    _option(
        "--seed",
        "First seed; replicates take the seeds from it on. The same seed gives the same history. [dim]Default: 1.[/]",
        RUNNING,
        metavar="N",
        min=0,
    ),
]
ThreadsOption = Annotated[
    int | None,
    _option(
        "--threads",
        "Runs at a time; results do not depend on it. [dim]Default: one for each core.[/]",
        RUNNING,
        metavar="N",
        min=1,
        max=1024,
    ),
]
OutOption = Annotated[
    str | None,
    _option("--out", "Also write the results into this folder (Parquet, CSV, TOML).", RESULTS, metavar="FOLDER"),
]
OverwriteOption = Annotated[
    bool, _option("--overwrite", "Replace files of the same names, should the folder hold some.", RESULTS)
]
JsonOption = Annotated[bool, _option("--json", "Print one JSON document instead of tables.", RESULTS)]


# --- screens ----------------------------------------------------------------------------------------------------------


def _console(stderr: bool = False) -> Console:
    """A screen that prints text as it is; wide when it is no screen but a file or a pipe."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    wide = None if stream.isatty() or "COLUMNS" in os.environ else WIDTH
    return Console(file=stream, width=wide, markup=False, highlight=False, emoji=False, soft_wrap=False)


def _say(text: str) -> None:
    """A line on stderr."""
    print(text, file=sys.stderr, flush=True)


def _plain(value: Any) -> Any:
    """A value as JSON can hold it: a missing number is null."""
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    value = value.item() if hasattr(value, "item") else value
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _print_json(document: Any) -> None:
    print(json.dumps(_plain(document), indent=2, ensure_ascii=False, allow_nan=False))


def _one_line(text: str) -> str:
    """Text that came from a file, without what could move the cursor."""
    return "".join(c if c.isprintable() else " " for c in text).strip()


# --- from options to scenarios ----------------------------------------------------------------------------------------

OWN_OPTIONS = ("policy", "world", "weeks", "seed", "replicates", "threads", "out", "scenario")


def _settings(given: Sequence[str], workers: int | None) -> dict[str, Any]:
    """The levers that `--set` and `--workers` set, with values of the right type."""
    pairs = [_setting(text) for text in given] + ([] if workers is None else [("workers", workers)])
    for k, (name, _) in enumerate(pairs):
        if name in [earlier for earlier, _ in pairs[:k]]:
            raise ScenarioError(f"{name} is set twice; one value is needed")
    return dict(pairs)


def _setting(text: str) -> tuple[str, Any]:
    """One `lever=value`."""
    from .scenario import PARAMETERS

    name, sign, value = text.partition("=")
    name, value = canonical(name), value.strip()
    if not sign or not name:
        raise ScenarioError(f"--set {shown(text)}: lever=value is needed, as in --set hurdle=0.1")
    if name in OWN_OPTIONS:
        raise ScenarioError(f"--set {name}=…: {name} has an option of its own: --{name} {value or '…'}")
    if name not in PARAMETERS:
        near = nearest(name, PARAMETERS) or "; `tripleos list levers` shows all"
        raise ScenarioError(f"--set: {label(name)} is not a parameter{near}")
    return name, _value(PARAMETERS[name], value)


def _value(parameter: Parameter, text: str) -> Any:
    """What is written on the command line as a value of the parameter's kind; whether it is allowed, the gate tells."""
    if parameter.kind == "bool":
        return _switch(parameter, text)
    if parameter.kind == "choice":
        return text
    try:
        return int(text) if parameter.kind == "int" else float(text)
    except ValueError:
        return _no_number(parameter, text)


def _switch(parameter: Parameter, text: str) -> bool:
    words = {"true": True, "yes": True, "false": False, "no": False}
    if text.lower() not in words:
        raise ScenarioError(f"{parameter.name} = {shown(text)}: true or false (or yes or no) is needed")
    return words[text.lower()]


def _no_number(parameter: Parameter, text: str) -> float:
    """A fraction where a whole number is needed, for the gate to refuse; anything else is no number at all."""
    needed = "a whole number is needed" if parameter.kind == "int" else "a number is needed"
    if parameter.kind == "float" and text.count(",") == 1 and text.replace(",", "").lstrip("+-").isdigit():
        needed += f" with a point, not a comma: {text.replace(',', '.')}"
        raise ScenarioError(f"{parameter.name} = {shown(text)}: {needed}")
    try:
        return float(text)
    except ValueError:
        raise ScenarioError(f"{parameter.name} = {shown(text)}: {needed}, {parameter.allowed}") from None


def _scenario(
    policy: str | None,
    world: str | None,
    settings: Sequence[str] | None,
    file: str | None,
    weeks: int | None,
    workers: int | None,
) -> Scenario:
    """The scenario that the options describe."""
    from .scenario import Scenario

    start = Scenario.build() if file is None else Scenario.from_toml(file)
    named = {
        name: value for name, value in (("policy", policy), ("world", world), ("weeks", weeks)) if value is not None
    }
    return start.replace(**named, **_settings(settings or [], workers))


def _labels(scenarios: Sequence[Scenario], given: Sequence[str]) -> list[str]:
    """What policies are called in a table: their names, or what was given where names are the same."""
    names = [_one_line(scenario.policy.name) for scenario in scenarios]
    return [name if names.count(name) == 1 else _one_line(text) for name, text in zip(names, given, strict=True)]


def _seeds(first: int, replicates: int) -> list[int]:
    if first + replicates > 2**64:
        raise ScenarioError(f"--seed {first} with {replicates} replicates: seeds go up to 2^64 - 1")
    return list(range(first, first + replicates))


# --- running ----------------------------------------------------------------------------------------------------------


def _free_memory() -> float:
    """Bytes that can be had; infinite where the system does not tell."""
    try:
        with open("/proc/meminfo", encoding="ascii") as file:
            return next(float(line.split()[1]) * 1024 for line in file if line.startswith("MemAvailable"))
    except (OSError, StopIteration, ValueError):
        return math.inf


def _check_memory(scenarios: Sequence[Scenario], seeds: Sequence[int], threads: int | None) -> None:
    """Refuse what would not fit into memory, before hours are spent on it."""
    from .measures import MEASURES

    weeks, workers = scenarios[0].weeks, max(scenario.workforce.workers for scenario in scenarios)
    runs = len(scenarios) * len(seeds)
    at_a_time = min(threads or os.cpu_count() or 1, runs)
    needed = runs * weeks * len(MEASURES) * 8 * 3 + at_a_time * workers * BYTES_PER_WORKER
    if needed > (free := _free_memory()):
        raise ScenarioError(
            f"{runs} runs of {weeks} weeks with up to {workers} workers need about {needed / 1e9:.1f} GB of memory, "
            f"and {free / 1e9:.1f} GB are free:\nfewer replicates, weeks or workers are needed"
        )


class _Bar:
    """Progress on stderr: a bar that appears after a second, or a line now and then where there is no screen."""

    def __init__(self) -> None:
        from rich import progress as rich

        self.console = _console(stderr=True)
        self.progress = rich.Progress(
            rich.TextColumn("running"),
            rich.BarColumn(),
            rich.MofNCompleteColumn(),
            rich.TextColumn("runs,"),
            rich.TimeElapsedColumn(),
            rich.TextColumn("gone,"),
            rich.TimeRemainingColumn(),
            rich.TextColumn("left"),
            console=self.console,
            transient=True,
        )
        self.task = self.progress.add_task("running", total=None)
        self.timer = threading.Timer(SLOW, self.progress.start)
        self.timer.daemon = True
        self.told = time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        """Told after each run."""
        self.progress.update(self.task, completed=done, total=total)
        if not self.console.is_terminal and time.monotonic() - self.told > QUIET:
            self.told = time.monotonic()
            _say(f"{done} of {total} runs")

    def __enter__(self) -> _Bar:
        _UNDO.append(self.close)
        if self.console.is_terminal:
            self.timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
        _UNDO.remove(self.close)

    def close(self) -> None:
        """Take the bar from the screen."""
        self.timer.cancel()
        if self.timer.is_alive() and self.timer is not threading.current_thread():
            self.timer.join()  # it may be about to show the bar
        if self.console.is_terminal:
            self.progress.stop()


def _announce(scenarios: Sequence[Scenario]) -> None:
    """Notes on the scenarios, and a word on the wait if the model has to be compiled."""
    from .compiled import is_compiled

    for note in dict.fromkeys(note for scenario in scenarios for note in scenario.notes()):
        _say(f"note: {note}")
    if not is_compiled() and os.environ.get("NUMBA_DISABLE_JIT", "0") in ("", "0"):
        _say("compiling the model, once (about half a minute) …")


def _run(
    scenarios: Sequence[Scenario],
    replicates: int,
    seed: int,
    threads: int | None,
    command: Sequence[str],
    labels: Sequence[str] = (),
) -> Runs:
    """Run scenarios on common seeds, with all that is said on the way."""
    from . import demo

    seeds = _seeds(seed, replicates)
    _check_memory(scenarios, seeds, threads)
    _announce(scenarios)
    with _Bar() as bar:
        return demo.run(scenarios, seeds, command=shlex.join(command), labels=labels, threads=threads, progress=bar)


# --- files ------------------------------------------------------------------------------------------------------------


@contextmanager
def staged(out: str, names: Iterable[str], overwrite: bool) -> Iterator[Path]:
    """A temporary folder for files that come into the folder `out`, one by one and whole, when all of them are written.

    Made before anything is computed, so that a folder that cannot be written is told at once; if something goes wrong,
    nothing is left behind, and what was in `out` stays as it was. Raises `OutputError`.
    """
    if not out.strip():
        raise OutputError("--out is empty: the name of a folder is needed")
    folder, listed = Path(out), list(names)
    if not overwrite and (there := [name for name in listed if (folder / name).exists()]):
        raise OutputError(
            f"{out} has {', '.join(there)} already: nothing was replaced; --overwrite replaces such files"
        )
    with _blaming(out):
        stage = _stage(folder)
    undo = lambda: shutil.rmtree(stage, ignore_errors=True)  # noqa: E731
    _UNDO.append(undo)
    try:
        yield stage
        with _blaming(out):
            folder.mkdir(parents=True, exist_ok=True)
            for name in listed:
                os.replace(stage / name, folder / name)
    finally:
        undo()
        _UNDO.remove(undo)


def _stage(folder: Path) -> Path:
    """A new folder on the same disk: within the nearest of `folder` and its parents that exists."""
    nearest_there = next(path for path in (folder, *folder.absolute().parents) if os.path.lexists(path))
    return Path(tempfile.mkdtemp(prefix=".tripleos-", dir=nearest_there))


@contextmanager
def _blaming(out: str) -> Iterator[None]:
    """Errors of the file system as an `OutputError` about the folder that was asked for."""
    try:
        yield
    except OSError as error:
        raise OutputError(f"{out} cannot be written: {error.strerror or error}") from None


def _write(stage: Path, out: str, runs: Runs) -> None:
    """The files of `run` and `compare`."""
    from . import demo

    with _blaming(out):
        demo.write_parquet(runs.weekly, stage / "weekly.parquet", runs.provenance)
        demo.write_csv(runs.summary, stage / "summary.csv")
        for name, scenario in zip(_scenario_files(len(runs.scenarios)), runs.scenarios, strict=True):
            (stage / name).write_text(scenario.to_toml(), encoding="utf-8")


def _scenario_files(count: int) -> list[str]:
    return ["scenario.toml"] if count == 1 else [f"scenario-{k}.toml" for k in range(1, count + 1)]


def _run_and_write(out: str | None, overwrite: bool, count: int, make: Callable[[], Runs]) -> Runs:
    """Make runs, and write them if a folder was given."""
    if out is None:
        return make()
    files = ["weekly.parquet", "summary.csv", *_scenario_files(count)]
    with staged(out, files, overwrite) as stage:
        runs = make()
        _write(stage, out, runs)
    _say(f"written to {out}: {', '.join(files)}")
    return runs


# --- commands: what there is ------------------------------------------------------------------------------------------


class Kind(StrEnum):
    """What can be listed."""

    policies = "policies"
    worlds = "worlds"
    levers = "levers"
    measures = "measures"


def _policies() -> list[dict[str, Any]]:
    from .scenario import load_policy, policy_names

    return [{"name": name, "meaning": load_policy(name).about} for name in policy_names()]


def _worlds() -> list[dict[str, Any]]:
    from .scenario import load_world, world_names

    return [{"name": name, "meaning": load_world(name).about} for name in world_names()]


def _levers() -> list[dict[str, Any]]:
    from .scenario import PARAMETERS

    return [_about_parameter(parameter) for parameter in PARAMETERS.values()]


def _measures() -> list[dict[str, Any]]:
    from .measures import MEASURES

    return [dict(measure._asdict()) for measure in MEASURES]


CATALOGUE: dict[Kind, Callable[[], list[dict[str, Any]]]] = {
    Kind.policies: _policies,
    Kind.worlds: _worlds,
    Kind.levers: _levers,
    Kind.measures: _measures,
}


def _about_parameter(parameter: Parameter) -> dict[str, Any]:
    names = ("name", "group", "kind", "meaning", "unit", "range", "default", "source")
    return {name: getattr(parameter, name) for name in names}


@_command("list", "tripleos list", "tripleos list levers --json")
def list_(
    kind: Annotated[
        Kind | None, typer.Argument(help="What to list; everything if not given.", show_default=False)
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show what there is: policies, worlds, levers, measures.

    [bold]Policies[/] are what management sets and [bold]worlds[/] what it cannot; both come as named examples.
    [bold]Levers[/] are all parameters that can be set, of the world, the workforce or the policy. [bold]Measures[/] are
    what is recorded each week.
    """
    kinds = [kind] if kind else list(Kind)
    content = {one.value: CATALOGUE[one]() for one in kinds}
    if as_json:
        return _print_json(content)
    screen = _console()
    for one in kinds:
        for table in _catalogue_tables(one, content[one.value]):
            screen.print(table)
            screen.print()
    return None


def _grid(title: str, heads: Sequence[str], rows: Iterable[Sequence[Any]], **widths: int) -> Any:
    """A table without lines; the last column takes the room that is left."""
    from rich.table import Table
    from rich.text import Text

    look: dict[str, Any] = {"title": title or None, "title_justify": "left", "title_style": "bold"}
    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=any(heads), **look)
    for head in heads:
        grid.add_column(Text(head, "dim"), min_width=widths.get(head), overflow="fold")
    for first, *others in rows:
        grid.add_row(Text(str(first), "cyan"), *(one if isinstance(one, Text) else Text(str(one)) for one in others))
    return grid


def _range(one: Mapping[str, Any]) -> str:
    return f"{one['range']} {one['unit']}".strip()


def _shown_value(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)


def _catalogue_tables(kind: Kind, rows: list[dict[str, Any]]) -> Iterator[Any]:
    if kind in (Kind.policies, Kind.worlds):
        yield _grid(kind.value.capitalize(), ("name", "meaning"), ((one["name"], one["meaning"]) for one in rows))
    elif kind is Kind.measures:
        measures = ((one["name"], _range(one), one["meaning"]) for one in rows)
        yield _grid("Measures, of each week", ("name", "range and unit", "meaning"), measures)
    else:
        for group in ("world", "workforce", "policy"):
            levers = [one for one in rows if one["group"] == group]
            cells = ((one["name"], _range(one), _shown_value(one["default"]), one["meaning"]) for one in levers)
            yield _grid(f"Levers of the {group}", ("name", "range and unit", "default", "meaning"), cells, name=23)


@_command(
    "describe",
    "tripleos describe triple_operating_system",
    "tripleos describe turbulence",
    "tripleos describe coherent_action",
)
def describe(
    name: Annotated[str, typer.Argument(help="Name of a policy, a world, a lever or a measure.", show_default=False)],
    as_json: JsonOption = False,
) -> None:
    """Explain a policy, a world, a lever or a measure.

    Of a policy it tells all levers that differ from the policy [cyan]balanced[/]. Where a policy and a lever have the
    same name, both are explained.
    """
    found = list(_descriptions(canonical(name)))
    if not found:
        raise ScenarioError(_not_found(name))
    if as_json:
        return _print_json(found)
    screen = _console()
    for one in found:
        _DESCRIBERS[one["what"]](screen, one)
    return None


def _not_found(name: str) -> str:
    known = [one["name"] for make in CATALOGUE.values() for one in make()]
    near = nearest(name, known) or "; `tripleos list` shows all names"
    return f"{label(name)} is not a policy, a world, a lever or a measure{near}"


def _descriptions(name: str) -> Iterator[dict[str, Any]]:
    """What is known under a name, as plain data."""
    from .scenario import PARAMETERS, load_policy, load_world, policy_names, world_names

    if name in policy_names():
        policy, base = dict(load_policy(name)), dict(load_policy("balanced"))
        about = {"name": policy.pop("name"), "meaning": policy.pop("about")}
        changed = {lever: value for lever, value in policy.items() if value != base[lever]}
        yield {"what": "policy", **about, "differs_from_balanced": changed, "levers": policy}
    if name in world_names():
        world = dict(load_world(name))
        about = {"name": world.pop("name"), "meaning": world.pop("about")}
        changed = {lever: value for lever, value in world.items() if value != PARAMETERS[lever].default}
        yield {"what": "world", **about, "differs_from_default": changed, "parameters": world}
    if name in PARAMETERS:
        yield {"what": "lever", **_about_parameter(PARAMETERS[name]), "set_by": _set_by(name)}
    yield from ({"what": "measure", **one} for one in _measures() if one["name"] == name)


def _set_by(lever: str) -> dict[str, Any]:
    """The shipped policies or worlds that set a lever, with their values."""
    from .scenario import PARAMETERS, load_policy, load_world, policy_names, world_names

    shipped: list[Any] = [*map(load_policy, policy_names()), *map(load_world, world_names())]
    values = {one.name: getattr(one, lever) for one in shipped if hasattr(one, lever)}
    return {name: value for name, value in values.items() if value != PARAMETERS[lever].default}


def _head(screen: Console, one: Mapping[str, Any]) -> None:
    from rich.text import Text

    screen.print(Text(one["name"], "bold cyan") + Text(f"  {one['what']}", "dim"))
    screen.print(f"{one['meaning']}\n")


def _describe_policy(screen: Console, one: Mapping[str, Any]) -> None:
    from .scenario import PARAMETERS, load_policy

    _head(screen, one)
    balanced = load_policy("balanced")
    spaces = ("networks", "communities", "teams")
    week = ", ".join(f"{one['levers'][f'split_{space}']:.0%} {space}" for space in spaces)
    kept = [f"{one['levers'][f'floor_{s}']:.0%} {s}" for s in spaces if one["levers"][f"floor_{s}"] > 0]
    screen.print(f"The week starts as {week}; protected: {', '.join(kept) or 'nothing'}.\n")
    rows = [
        (name, _shown_value(value), _shown_value(getattr(balanced, name)), PARAMETERS[name].meaning)
        for name, value in one["differs_from_balanced"].items()
    ]
    if rows:
        screen.print(_grid("What differs from balanced", ("lever", "value", "balanced", "meaning"), rows))
    else:
        screen.print("No lever differs from balanced.")
    screen.print()


def _describe_world(screen: Console, one: Mapping[str, Any]) -> None:
    from .scenario import PARAMETERS

    _head(screen, one)
    rows = [
        (name, _shown_value(value) + (" *" if name in one["differs_from_default"] else ""), PARAMETERS[name].meaning)
        for name, value in one["parameters"].items()
    ]
    screen.print(_grid("Its parameters (* not the default)", ("parameter", "value", "meaning"), rows))
    screen.print()


def _describe_lever(screen: Console, one: Mapping[str, Any]) -> None:
    _head(screen, one)
    rows = [
        ("range", _range(one)),
        ("default", _shown_value(one["default"])),
        ("part of", f"the {one['group']}"),
        ("source", "this model" if one["source"] == "own" else one["source"]),
        ("set by", ", ".join(f"{name} ({_shown_value(value)})" for name, value in one["set_by"].items()) or "–"),
        ("use", f"tripleos run --set {one['name']}={_shown_value(one['default'])}"),
    ]
    screen.print(_grid("", ("", ""), rows))
    screen.print()


def _describe_measure(screen: Console, one: Mapping[str, Any]) -> None:
    _head(screen, one)
    screen.print(_grid("", ("", ""), [("unit", one["unit"]), ("range", one["range"])]))
    screen.print()


_DESCRIBERS: dict[str, Callable[[Console, Mapping[str, Any]], None]] = {
    "policy": _describe_policy,
    "world": _describe_world,
    "lever": _describe_lever,
    "measure": _describe_measure,
}


# --- commands: what happens -------------------------------------------------------------------------------------------


def _document(runs: Runs) -> dict[str, Any]:
    """What `--json` prints: where the numbers come from, and the summary."""
    return {**runs.provenance, "summary": runs.summary.to_dict(orient="records")}


def _print_policy_and_world(screen: Console, scenario: Scenario, with_policy: bool = True) -> None:
    """What is simulated, in a few lines."""
    from rich.text import Text

    workforce = scenario.workforce
    parts: dict[str, Any] = {"policy": scenario.policy, "world": scenario.world}
    for what, part in list(parts.items())[0 if with_policy else 1 :]:
        about = f": {_one_line(part.about)}" if part.about else ""
        screen.print(Text(f"{what} ", "dim") + Text(_one_line(part.name), "bold cyan") + Text(about))
    people = f"{workforce.workers} workers, {scenario.teams} teams, {workforce.communities} communities"
    people += f", {scenario.weeks} weeks"
    changes = f", {len(scenario.interventions)} interventions" if scenario.interventions else ""
    screen.print(Text("people ", "dim") + Text(people + changes))


def _print_settings(screen: Console, settings: Sequence[str] | None) -> None:
    from rich.text import Text

    if settings:
        screen.print(Text("set ", "dim") + Text(_one_line(", ".join(settings))))


@_command(
    "run",
    "tripleos run --policy heads_down --world stable",
    "tripleos run --set hurdle=0.1 --set pilot_first=yes --weeks 104",
    "tripleos run --policy mine.toml --out results/mine --replicates 50",
)
def run(
    policy: PolicyOption = None,
    world: WorldOption = None,
    settings: SetOption = None,
    scenario: FileOption = None,
    weeks: WeeksOption = None,
    workers: WorkersOption = None,
    replicates: ReplicatesOption = 20,
    seed: SeedOption = 1,
    threads: ThreadsOption = None,
    out: OutOption = None,
    overwrite: OverwriteOption = False,
    as_json: JsonOption = False,
) -> None:
    """Simulate one organisation, and show what becomes of it.

    A history depends on luck; the seed stands for it. So the same scenario runs under several seeds, its
    [bold]replicates[/], and what is shown is the mean over them with its 95 % interval.
    """
    from . import demo

    one = _scenario(policy, world, settings, scenario, weeks, workers)
    command = ["tripleos", "run", "--scenario", "scenario.toml", "--replicates", str(replicates), "--seed", str(seed)]
    runs = _run_and_write(out, overwrite, 1, lambda: _run([one], replicates, seed, threads, command))
    if as_json:
        return _print_json(_document(runs))
    screen = _console()
    _print_policy_and_world(screen, one)
    _print_settings(screen, settings)
    screen.print()
    screen.print(demo.measures_table(runs, screen.width))
    screen.print(f"\n{demo.measures_legend(runs)}", style="dim")
    return None


@_command(
    "compare",
    "tripleos compare balanced heads_down triple_operating_system --world turbulent",
    "tripleos compare balanced mine.toml --replicates 50 --out results/mine",
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
    weeks: WeeksOption = None,
    workers: WorkersOption = None,
    replicates: ReplicatesOption = 20,
    seed: SeedOption = 1,
    threads: ThreadsOption = None,
    out: OutOption = None,
    overwrite: OverwriteOption = False,
    as_json: JsonOption = False,
) -> None:
    """Compare policies in one world, under the same seeds.

    Under the same seed all policies meet the same luck. What differs is therefore the policy's doing, and the
    [bold]paired difference[/] from the first policy mostly has a narrower interval than unrelated runs would give.
    What is set with [cyan]--set[/] holds for all of them.
    """
    from . import demo

    if len(policies) < 2:
        raise ScenarioError(f"compare {policies[0]}: at least 2 policies are needed; `tripleos run` shows a single one")
    scenarios = [_scenario(policy, world, settings, scenario, weeks, workers) for policy in policies]
    labels = _labels(scenarios, policies)
    if len(set(labels)) < len(labels):
        raise ScenarioError(f"compare {' '.join(policies)}: a policy is given twice; different ones are needed")
    files = _scenario_files(len(policies))
    command = [
        "tripleos",
        "compare",
        *files,
        "--scenario",
        files[0],
        "--replicates",
        str(replicates),
        "--seed",
        str(seed),
    ]
    runs = _run_and_write(
        out, overwrite, len(policies), lambda: _run(scenarios, replicates, seed, threads, command, labels)
    )
    if as_json:
        return _print_json(_document(runs))
    screen = _console()
    _print_policy_and_world(screen, scenarios[0], with_policy=False)
    _print_settings(screen, settings)
    screen.print()
    for table in demo.tables(runs, scenarios[0].world.name, screen.width, pairing=True):
        screen.print(table)
        screen.print()
    screen.print(demo.legend(runs, pairing=True), style="dim")
    return None


@_command("demo", "tripleos demo", "tripleos demo --replicates 40 --out results/longer")
def demo_(
    replicates: ReplicatesOption = 20,
    weeks: WeeksOption = None,
    workers: WorkersOption = None,
    seed: SeedOption = 1,
    threads: ThreadsOption = None,
    out: Annotated[
        str, _option("--out", "Folder for the results. [dim]Default: results/demo.[/]", RESULTS, metavar="FOLDER")
    ] = "results/demo",
    overwrite: OverwriteOption = False,
    as_json: JsonOption = False,
) -> None:
    """Compare six policies in three worlds: the tour of the model.

    Prints a table for each world and writes tables, a figure and a README. The results of an earlier demo are replaced;
    other files of the same names only with [cyan]--overwrite[/].
    """
    from . import demo

    size = {name: value for name, value in (("weeks", weeks), ("workers", workers)) if value is not None}
    usual = {"replicates": 20, "seed": 1}
    asked = {name: value for name, value in (("replicates", replicates), ("seed", seed)) if value != usual[name]}
    options = [text for name, value in {**asked, **size}.items() for text in (f"--{name}", str(value))]
    scenarios = demo.scenarios(**size)
    with staged(out, demo.FILES, overwrite or demo.is_ours(Path(out))) as stage:
        runs = _run(scenarios, replicates, seed, threads, ["tripleos", "demo", *options])
        with _blaming(out):
            demo.write(stage, runs)
    if as_json:
        return _print_json(_document(runs))
    screen = _console()
    for world in demo.WORLDS:
        _print_world_tables(screen, runs, world)
    screen.print(demo.legend(runs), style="dim")
    screen.print(f"\nThe figure and the numbers are in {out}: {', '.join(demo.FILES)}")
    return None


def _print_world_tables(screen: Console, runs: Runs, world: str) -> None:
    """The tables of one world under its name."""
    from rich.text import Text

    from . import demo

    about = runs.scenarios[demo.of_world(runs, world)[0]].world.about
    screen.print(Text(f"{world} world", "bold") + Text(f"  {about}", "dim"))
    screen.print()
    for table in demo.tables(runs, world, screen.width):
        screen.print(table)
        screen.print()


def _print_version(asked: bool) -> None:
    if asked:
        print(f"tripleos {__version__}")
        raise typer.Exit


@app.callback(
    help=_flowing(ABOUT),
    epilog=_examples(
        "First steps",
        "tripleos demo",
        "tripleos list policies",
        "tripleos run --policy triple_operating_system --world turbulent",
        "tripleos compare balanced heads_down --world stable",
    )
    + "\n\nEach command has its own help, as in [cyan]tripleos run --help[/].",
)
def _tripleos(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Options of `tripleos` itself."""


# --- the way in and the way out ---------------------------------------------------------------------------------------

_UNDO: list[Callable[[], Any]] = []
"""What is to be undone if the program is stopped, the latest first."""


def _stop(number: int, _frame: Any) -> None:
    """Ctrl-C or a request to end: clean up and go at once, without waiting for runs or for the compiler."""
    for undo in reversed(_UNDO):
        undo()
    _say("interrupted")
    os._exit(128 + number)


def _refuse(message: str) -> int:
    _say(f"tripleos: {message}")
    return UNUSABLE


def answer(arguments: Sequence[str] | None = None) -> int:
    """Do what a command line asks for (default: that of the process) and return the exit code."""
    try:
        app(args=None if arguments is None else list(arguments), prog_name="tripleos")
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else UNHEALTHY if done.code else 0
    except (ScenarioError, OutputError) as error:
        return _refuse(str(error))
    except MemoryError:
        return _refuse("out of memory: fewer replicates, weeks or workers are needed")
    return 0


def main() -> None:
    """The command `tripleos`."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    signal.signal(signal.SIGINT, _stop)
    signal.signal(signal.SIGTERM, _stop)
    try:
        code = answer()
        sys.stdout.flush()
    except BrokenPipeError:  # whoever was reading has seen enough
        code = UNHEALTHY
        _drop_output()
    except OSError as error:
        code = _refuse(f"the output cannot be written: {error.strerror or error}")
        _drop_output()
    sys.exit(code)


def _drop_output() -> None:
    """Keep Python from trying once more, at its end, to write what could not be written."""
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
