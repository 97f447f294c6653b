"""The classics compared with their papers: what was run, the results, the curves, and these as files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ..present.files import write_csv
from ..validation import checked_choice, checked_threads
from ..version import __version__
from . import curves, targets
from .plots import chart
from .tables import LEGEND, closing, markdown
from .targets import CLASSICS, SOURCES, ReplicationResult

TITLE = "# The classics: what was published, and what comes out here"
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Report:
    """Some classics compared with their papers.

    Attributes
    ----------
    command : str
        The command line that does it again.
    full : bool
        Whether with the papers' numbers of replicates.
    results : dict of list of ReplicationResult
        By classic.
    curves : DataFrame
        What the figures show (`curves.COLUMNS`); empty if they were not asked for.
    """

    command: str
    full: bool
    results: dict[str, list[ReplicationResult]]
    curves: pd.DataFrame

    @property
    def replicates(self) -> dict[str, int]:
        """How many runs there were of each condition, by classic."""
        return {name: targets.replicates_of(name, self.full) for name in self.results}

    @property
    def all_results(self) -> list[ReplicationResult]:
        """The results of all classics."""
        return [result for of_classic in self.results.values() for result in of_classic]

    @property
    def as_expected(self) -> bool:
        """Whether every result is."""
        return all(result.as_expected for result in self.all_results)

    @property
    def provenance(self) -> dict[str, Any]:
        """What is needed to do it again."""
        form = "full" if self.full else "quick"
        return {"version": __version__, "command": self.command, "form": form, "replicates": self.replicates}


def report(
    names: Sequence[str] = tuple(CLASSICS),
    full: bool = False,
    *,
    drawn: bool = False,
    threads: int | None = None,
    command: str = "",
    progress: Progress | None = None,
) -> Report:
    """Compare classics with what was published.

    Parameters
    ----------
    names : names of CLASSICS
        Which classics.
    full : bool
        With the papers' numbers of replicates (minutes), else with fewer (about a minute) and tolerances to match.
    drawn : bool
        Whether what their figures show is run as well.
    threads : int, optional
        Without it, one for each processor core.
    command : str
        The command line that asks for this, which the report names.
    progress : callable, optional
        Called with the numbers of conditions done and to do, at the start and after each of them.

    Returns
    -------
    Report
        All is well if it is `as_expected`.

    Raises
    ------
    ScenarioError
        A name or the number of threads is not allowed.
    """
    checked_threads(threads)
    points = {checked_choice("classic", name, CLASSICS): _points(name, full, drawn) for name in names}
    done, total = -1, sum(len(targets.conditions_of(of_classic)) for of_classic in points.values())

    def count() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, total)

    count()
    results, frames = {}, [pd.DataFrame(columns=list(curves.COLUMNS))]
    for name, of_classic in points.items():
        values = targets.measured(name, of_classic, targets.replicates_of(name, full), threads, count)
        judged = [(target, targets.judge(target, values)) for target in targets.wanted(name, full)]
        results[name] = [result for _, result in judged]
        if drawn:
            frames.append(curves.frame(name, values, judged))
    return Report(command, full, results, pd.concat(frames[1:] or frames, ignore_index=True))


def _points(name: str, full: bool, drawn: bool) -> list[targets.Point]:
    """All that has to be measured of a classic."""
    points = [point for target in targets.wanted(name, full) for point in targets.points_of(target)]
    return points + (curves.points_of(name) if drawn else [])


# --- files ------------------------------------------------------------------------------------------------------------


def files(names: Sequence[str]) -> list[str]:
    """Names of the files that are written about these classics.

    Parameters
    ----------
    names : sequence of str
        Names in CLASSICS.

    Returns
    -------
    list of str
        README and tables first, then the figures of those that have one.
    """
    drawn = [f"{name}.{kind}" for name in names if curves.panels(name) for kind in ("png", "svg")]
    return ["README.md", "curves.csv", "verdicts.csv", *drawn]


def write(folder: Path, of: Report) -> None:
    """Write all `files` into a folder.

    Parameters
    ----------
    folder : Path
        It exists; files of the same names are replaced.
    of : Report
        With its curves.
    """
    write_csv(targets.table(of.all_results), folder / "verdicts.csv")
    write_csv(of.curves, folder / "curves.csv")
    for name in of.results:
        if curves.panels(name):
            of_name = of.curves[of.curves["classic"] == name]
            figure = chart(name, of_name, of.replicates[name])
            figure.save(folder / f"{name}.svg")
            figure.save(folder / f"{name}.png", scale_factor=1.5)
    (folder / "README.md").write_text(readme(of), encoding="utf-8")


def is_ours(folder: Path) -> bool:
    """Whether a folder holds an earlier report.

    Parameters
    ----------
    folder : Path
        It need not exist.

    Returns
    -------
    bool
        Whether its README.md begins with the title of a report.
    """
    try:
        with (folder / "README.md").open(encoding="utf-8") as file:
            return file.readline().rstrip("\n") == TITLE
    except (OSError, UnicodeDecodeError):
        return False


def readme(of: Report) -> str:
    """The results in Markdown, with the figures and with what is missed and why.

    Parameters
    ----------
    of : Report
        What was compared.

    Returns
    -------
    str
        Markdown, ending with a line break.
    """
    parts = [
        TITLE,
        f"Made by `{of.command}` with model version {__version__}; the same command gives the same files again.",
        "Published models of organisational learning, composed from the rules of the weekly engine "
        "(`sim/classics/`), each with all other spaces switched off.",
        "\n".join(f"- {closing(name, results)}" for name, results in of.results.items()),
        "  \n".join(LEGEND.splitlines()),
        _missed(of),
        *(_about(name, of) for name in of.results),
        "## Files",
        "| file | content |\n| --- | --- |\n"
        "| `verdicts.csv` | the tables above, with all digits; `chance`: the probability that a true replication would "
        "miss the target by chance |\n"
        "| `curves.csv` | what the figures show: `x` is the horizontal axis, `error` the standard error of ours |\n"
        "| `*.svg`, `*.png` | the figures |",
    ]
    return "\n\n".join(parts) + "\n"


def _missed(of: Report) -> str:
    """What is missed, and why as far as that is known."""
    missed = [one for one in of.all_results if not one.control and not one.met]
    passing = [one for one in of.all_results if one.control and one.met]
    lines = [f"- {_place(one)}: {one.known or 'the reason is not known'}." for one in missed]
    lines += [f"- {_place(one)}: a negative control that passes, but must not." for one in passing]
    return "## What is missed, and why\n\n" + ("\n".join(lines) or "Nothing.")


def _place(result: ReplicationResult) -> str:
    return f"`{result.classic}`, {result.figure}, {result.text}"


def _about(name: str, of: Report) -> str:
    """One classic: its source, figure and table."""
    parts = [f"## {name}", f"{SOURCES[name]}. Each condition was run {of.replicates[name]:,} times."]
    if curves.panels(name):
        parts.append(f"![{name}: ours and the published points]({name}.svg)")
    return "\n\n".join([*parts, markdown(of.results[name])])
