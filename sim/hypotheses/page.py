"""Hypotheses put to the test: a folder of studies with hypotheses, each run and judged, and one page about all of them.

A hypothesis `P3` is what the statements in the files `P3*.toml` of a folder come to. A file whose name ends in `_why`
looks for the reason of what came out, and has no part in the verdict. What was learned from them is told in `P3.md`
beside them, written afterwards; numbers in it are looked up, so that they cannot go out of date:

    a loss of {P3_why 2: turbulence 10, sensitivity 8} of output

stands for the statistic of statement 2 of `P3_why.toml` in that world, with its interval.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from ..errors import ScenarioError, did_you_mean, truncated_repr
from ..present.files import write_csv
from ..present.tables import frame_markdown, markdown_table
from ..study.library import HYPOTHESES, study_name
from ..study.results import StudyResults
from ..study.study import Study
from ..version import model_version
from . import plots
from .evaluation import (
    FAILS,
    HOLDS,
    IN_PART,
    MARKS,
    UNDECIDED,
    Grid,
    effect_of,
    readable,
    summed,
    table,
    verdicts,
    with_holm,
    world_of,
)

TITLE = "# Hypotheses put to the test"
WHY = "_why"
README = "README.md"
ROBUST = "robustness.md"  # the page about other organisations
QUICK = 5  # a quick form has a fifth of the replicates
FEWEST = 8
FILES = ("verdicts.csv", "figure.svg")
ALL = "verdicts.csv"  # beside the page: all verdicts with Holm's correction


@dataclass(frozen=True, eq=False)
class Pattern:
    """A hypothesis and the files that put it to the test.

    Attributes
    ----------
    name : str
        As in `P3`.
    files : tuple of Path
        Its studies, in alphabetical order; never empty.
    """

    name: str
    files: tuple[Path, ...]

    @cached_property
    def studies(self) -> dict[Path, Study]:
        """What each file says, by its path.

        Raises
        ------
        ScenarioError
            If a file is no study, or has no hypotheses.
        """
        found = {file: Study.from_toml(file) for file in self.files}
        for file, study in found.items():
            if not study.hypotheses:
                raise ScenarioError(f"{file}: hypotheses are missing: nothing can prove wrong")
        return found

    @property
    def title(self) -> str:
        """The hypothesis in a sentence."""
        return next(iter(self.studies.values())).title.split(": ", 1)[-1]


def patterns_in(folder: Path, names: Sequence[str] = ()) -> list[Pattern]:
    """The hypotheses of a folder, all or those that are named.

    Parameters
    ----------
    folder : Path
        Where the studies (`*.toml`) are.
    names : sequence of str
        Names of hypotheses, in capitals or not; empty for all.

    Returns
    -------
    list of Pattern
        All in the order of their numbers, or the named ones in the order given. The files are not read yet.

    Raises
    ------
    ScenarioError
        If the folder has no studies, or no hypothesis of a name.
    """
    files: dict[str, list[Path]] = {}
    for path in sorted(folder.glob("*.toml")):
        files.setdefault(path.stem.split("_")[0], []).append(path)
    if not files:
        raise ScenarioError(f"{folder} has no studies (*.toml): a folder with hypotheses is needed")
    known = {name.lower(): name for name in sorted(files, key=_order)}
    for name in names:
        if name.lower() not in known:
            told = did_you_mean(name, known.values()) or f"; there are {', '.join(known.values())}"
            where = "" if folder == HYPOTHESES else f" of {folder}"
            raise ScenarioError(f"{truncated_repr(name)} is not a hypothesis{where}{told}")
    chosen = [known[name.lower()] for name in dict.fromkeys(names)] or list(known.values())
    return [Pattern(name, tuple(files[name])) for name in chosen]


def _order(name: str) -> tuple[str, int, str]:
    """P2 before P10."""
    letters, digits = re.fullmatch(r"(\D*)(\d*).*", name).groups()  # type: ignore[union-attr]
    return letters, int(digits or 0), name


def fewer(study: Study) -> int:
    """Replicates of a quick form.

    Parameters
    ----------
    study : Study
        The full form.

    Returns
    -------
    int
        A fifth of its replicates, at least `FEWEST`, but never more than it has.
    """
    return max(min(FEWEST, study.replicates), study.replicates // QUICK)


def judge(found: StudyResults, folder: Path) -> None:
    """Write the verdicts and the figure of a study with hypotheses into a folder.

    Parameters
    ----------
    found : StudyResults
        The results of the study.
    folder : Path
        A folder that exists; its `FILES` are replaced.

    Raises
    ------
    ScenarioError
        As for `evaluation.verdicts`.
    """
    of = verdicts(found)
    write_csv(table(of), folder / FILES[0])
    plots.figure(Grid(found), of).save(folder / FILES[1])


# --- the page about all of them ---------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Judged:
    """A hypothesis with the verdicts that are written.

    Attributes
    ----------
    pattern : Pattern
        The hypothesis.
    tables : mapping of str to DataFrame
        Its verdicts, as `read_verdicts` or `corrected` gives them, by the name of the file, without its end.
    """

    pattern: Pattern
    tables: Mapping[str, pd.DataFrame]

    @property
    def tried(self) -> pd.DataFrame:
        """All verdicts that count: those where it is claimed."""
        own = [rows.assign(part=name) for name, rows in self.tables.items() if not name.endswith(WHY)]
        rows = pd.concat(own, ignore_index=True)
        return rows[rows["claimed"]]

    @property
    def verdict(self) -> str:
        """What they come to."""
        return summed(self.tried["outcome"])


def judged_in(folder: Path, out: Path) -> list[Judged]:
    """All hypotheses of a folder whose verdicts are written.

    Parameters
    ----------
    folder : Path
        Where the hypotheses are.
    out : Path
        Where the results of all of them are, each study in the folder that `place` names.

    Returns
    -------
    list of Judged
        Those with verdicts on their first file, in the order of `patterns_in`.

    Raises
    ------
    ScenarioError
        If the folder has no studies.
    """
    found = []
    for pattern in patterns_in(folder):
        places = {file.stem: out / place(file) / FILES[0] for file in pattern.files}
        tables = {name: read_verdicts(path) for name, path in places.items() if path.exists()}
        if pattern.files[0].stem in tables:
            found.append(Judged(pattern, tables))
    return found


def corrected(found: Sequence[Judged]) -> list[Judged]:
    """Hypotheses with Holm's correction over all hypotheses that are made in any of them.

    Parameters
    ----------
    found : sequence of Judged
        All hypotheses of a page: the family.

    Returns
    -------
    list of Judged
        The same, in whose tables `p_holm` and `holm` are added (see `with_holm`). Reasons (`_why`), and worlds in
        which a hypothesis was only tried, are not part of the family.

    Raises
    ------
    ScenarioError
        If verdicts are of version 0.1, without p values.
    """
    rows = with_holm(*_family(found)).groupby("part", sort=False)
    tables = {str(name): part.drop(columns="part").reset_index(drop=True) for name, part in rows}
    return [Judged(one.pattern, {name: tables[name] for name in one.tables}) for one in found]


def _family(found: Sequence[Judged]) -> tuple[pd.DataFrame, pd.Series]:
    """All verdicts, and which of them count."""
    tables = {name: rows for one in found for name, rows in one.tables.items()}
    for name, rows in tables.items():
        if "p" not in rows:
            raise ScenarioError(f"the verdicts of {name} are of version 0.1, without p values: run it again")
    rows = pd.concat([one.assign(part=name) for name, one in tables.items()], ignore_index=True)
    return rows, rows["claimed"] & ~rows["part"].str.endswith(WHY)


def write_page(folder: Path, out: Path, command: str, stage: Path) -> None:
    """Write the page about all hypotheses of a folder, and a table of all their verdicts.

    Parameters
    ----------
    folder, out : Path
        Where the hypotheses and their results are, as for `judged_in`.
    command : str
        What makes the page again.
    stage : Path
        A folder that exists, into which both files are written: `README` and `ALL`.

    Raises
    ------
    ScenarioError
        As for `judged_in`, `corrected` and `readme`.
    """
    found = corrected(judged_in(folder, out))
    tables = [rows.assign(part=name) for one in found for name, rows in one.tables.items()]
    table = pd.concat(tables, ignore_index=True)
    write_csv(table[["part", *table.columns.drop("part")]], stage / ALL)
    (stage / README).write_text(readme(found, folder, out, command), encoding="utf-8")


def read_verdicts(path: Path) -> pd.DataFrame:
    """The table of verdicts that was written: a missing number is nan, a missing text empty.

    Parameters
    ----------
    path : Path
        A file `verdicts.csv`.

    Returns
    -------
    DataFrame
        One row for each verdict, with the columns of `evaluation.table`; those of a variant have `variant` too.
    """
    missing = {name: ["", "nan"] for name in ("effect", "low", "high", "p")}
    return pd.read_csv(path, comment="#", keep_default_na=False, na_values=missing).astype({"claimed": bool})


def place(file: Path) -> str:
    """The folder of a study's results, within that of all of them.

    Parameters
    ----------
    file : Path
        The file of the study; its name is enough, with or without its end.

    Returns
    -------
    str
        That name without its end, in small letters.
    """
    return file.stem.lower()


def readme(found: Sequence[Judged], folder: Path, out: Path, command: str) -> str:
    """The verdicts on all hypotheses in Markdown.

    Parameters
    ----------
    found : sequence of Judged
        All hypotheses of the page, `corrected`.
    folder : Path
        Where the hypotheses are, and the texts about them (`P3.md`).
    out : Path
        Where the results are; the page about other organisations is linked if it is there.
    command : str
        What makes the page again; with `--quick` in it, the page says that it is the quick form.

    Returns
    -------
    str
        The page.

    Raises
    ------
    ScenarioError
        As for `Pattern.studies` and `filled`.
    """
    counts = {kind: sum(one.verdict == kind for one in found) for kind in (HOLDS, IN_PART, FAILS, UNDECIDED)}
    parts = [
        TITLE,
        f"Made by `{command}` with model version {model_version()}; `{command} NAME` reproduces one of them.",
        f"{len(found)} {'hypothesis' if len(found) == 1 else 'hypotheses'}: "
        + ", ".join(f"{count} {kind if count == 1 else _plural(kind)}" for kind, count in counts.items() if count)
        + ".",
        _READING,
        _IN_QUICK if "--quick" in command else "",
        _ELSEWHERE if (out / ROBUST).exists() else "",
        _summary(found),
        *(_section(one, folder, found) for one in found),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


_IN_QUICK = (
    f"**This is the quick form, with one replicate in {QUICK}: not for verdicts, but to see how it is done.** The "
    "texts describe the full form; only their numbers are those of these runs."
)
_READING = (
    "Each hypothesis was written down before it was run, with its design and the smallest effect that would matter "
    "(`sim/study/library/hypotheses/`). ✓ holds: the whole 95 % confidence interval lies at or beyond that size. ✗ "
    "does not hold: all of it lies on the other side. ? undecided: the interval contains that size, or there is no "
    "interval because half of the values or more are the same. Effects are differences of means, paired seed by "
    "seed, in the unit of the measure. A hypothesis holds if all its statements do, in every world in which they are "
    "made; it holds in part if some do; it does not hold if none does and at least one clearly does not. For a "
    "maximum, the effect is its lead over the better end, and the interval allows for its being the best of several; "
    "for an optimum, it is how far it moves. Each verdict is wrong with a probability of up to 2.5 %, so that among "
    "hundreds a few are wrong. After Holm's correction for all statements on this page, the probability of any "
    "mistake among the remaining verdicts is at most 5 %."
)


_ELSEWHERE = "Whether the verdicts hold in other organisations: [robustness.md](robustness.md)."


def _plural(kind: str) -> str:
    return {HOLDS: "hold", FAILS: "do not hold", IN_PART: "hold only in part"}.get(kind, kind)


def _summary(found: Sequence[Judged]) -> str:
    heads = [
        "",
        "hypothesis",
        "verdict",
        "statements that hold",
        "after Holm",
        "first statement: effect with 95 % confidence interval",
    ]
    lines = []
    for one in found:
        rows, name = one.tried, one.pattern.name
        first = rows[(rows["part"] == rows["part"].iloc[0]) & (rows["hypothesis"] == 1)]
        effects = "<br>".join(
            f"{world_of(row)}: {effect_of(row)} {MARKS[str(row.outcome)]}" for row in first.itertuples()
        )
        held, after = (f"{(rows[name] == HOLDS).sum()} of {len(rows)}" for name in ("outcome", "holm"))
        link = f"[{name}](#{name.lower()}-{_anchor(one.pattern.title)})"
        lines.append((link, one.pattern.title, f"**{one.verdict}**", held, after, effects))
    return markdown_table(heads, lines)


def _anchor(title: str) -> str:
    """The anchor of a heading as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def _section(one: Judged, folder: Path, all_of: Sequence[Judged]) -> str:
    pattern = one.pattern
    parts = [f"## {pattern.name}: {pattern.title}"]
    note = folder / f"{pattern.name}.md"
    verdict = f"**{one.verdict.capitalize()}.**"
    parts.append(f"{verdict} {filled(note.read_text(encoding='utf-8').strip(), all_of)}" if note.exists() else verdict)
    for file, study in pattern.studies.items():
        if file.stem not in one.tables:
            continue
        if file != pattern.files[0]:
            parts.append(f"### {study.title}")
        parts += [
            study.about,
            f"![{study.title}]({place(file)}/figure.svg)",
            frame_markdown(readable(one.tables[file.stem])),
        ]
    again = f"Reproduce with `tripleos hypotheses {pattern.name}`; designs: "
    parts.append(again + ", ".join(f"`{study_name(file)}`" for file in pattern.files) + ".")
    return "\n\n".join(parts)


# --- numbers in texts -------------------------------------------------------------------------------------------------

_PLACE = re.compile(r"\{(\w+) (\d+)(?:: ([^}]*))?\}")


def filled(text: str, found: Sequence[Judged]) -> str:
    """A text with its numbers looked up.

    Parameters
    ----------
    text : str
        Markdown with places such as `{P3_why 2: turbulence 10}`: file, statement and, if there are several, the world.
    found : sequence of Judged
        Where the numbers are.

    Returns
    -------
    str
        The text with the statistic and its interval in each place, without "+".

    Raises
    ------
    ScenarioError
        If a number is not there.
    """
    tables = {name: rows for one in found for name, rows in one.tables.items()}

    def number(match: re.Match[str]) -> str:
        name, statement, where = match.groups()
        rows = tables.get(name, pd.DataFrame({"hypothesis": [], "where": []}))
        rows = rows[(rows["hypothesis"] == int(statement)) & (rows["where"] == " ".join((where or "").split()))]
        if len(rows) != 1:
            raise ScenarioError(f"{match.group()}: no such number is written; verdicts.csv of {name} has them all")
        row = next(rows.itertuples())
        return effect_of(row).replace("+", "").replace("-", "−")

    return _PLACE.sub(number, text)
