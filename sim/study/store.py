"""Where the runs of a study are kept: a folder of Parquet files, each written once and whole.

    manifest.json               what the study is, by which versions it was begun, and the outcome of a probe
    000000000000-0-<study>-<sha>.parquet
                                runs from that number on, attempt 0; the name holds the key of the study, and a hash
                                of the file's content
    damaged/                    files whose content is not what their name says, or that are of another study

A file comes into the folder by being renamed, after it is on disk; so whatever happens, what is there is whole, and
what is not there is run again. A later attempt at a run takes the place of an earlier one.
"""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import platform
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ..errors import StudyError
from ..version import __version__
from .definition import PRESENTATION, StudyDefinition
from .rows import FAILED, OK, schema
from .worker import probe

MANIFEST, DAMAGED, LOCK, OWNER, WRITING = "manifest.json", "damaged", "lock", "owner", ".writing-"
FORMAT = 2
PART = re.compile(r"(\d{12})-(\d+)-([0-9a-f]{16})-([0-9a-f]{16})\.parquet")
NEEDED = {"format", "command", "began_with", "probed", "study", "drawn"}  # in a manifest
ANOTHER_MODEL = "model version: "
DIFFERENCES_SHOWN = 4


class StoreError(StudyError):
    """Runs cannot be kept or read; the message says which and why."""


@dataclass(frozen=True)
class Part:
    """A file of runs, as its name tells it.

    Attributes
    ----------
    path : Path
        The file.
    first : int
        Number of its first run.
    attempt : int
        0 for the first attempt at these runs.
    study : str
        Key of the study.
    sha : str
        Hash of the content, 16 hex digits.
    """

    path: Path
    first: int
    attempt: int
    study: str
    sha: str


@dataclass(frozen=True)
class Done:
    """How far a study is.

    Attributes
    ----------
    status : int8 [runs]
        0 missing, 1 done, 2 failed.
    attempts : int
        The highest attempt stored.
    """

    status: np.ndarray
    attempts: int

    @property
    def ok(self) -> int:
        """Runs done."""
        return int((self.status == 1).sum())

    @property
    def failed(self) -> int:
        """Runs failed."""
        return int((self.status == 2).sum())


class Store:
    """The runs of one study in a folder.

    Parameters
    ----------
    folder : path
        The folder of the runs; it need not exist.
    study : StudyDefinition
        What they are runs of.
    """

    def __init__(self, folder: str | os.PathLike[str], study: StudyDefinition) -> None:
        self.folder = Path(folder)
        self.study = study

    # --- opening ------------------------------------------------------------------------------------------------------

    @contextmanager
    def lock(self, command: str = "", restart: bool = False, mix: bool = False) -> Iterator[Store]:
        """Hold the folder for writing: made if need be, by one program at a time.

        Parameters
        ----------
        command : str
            What the manifest says the runs were made by.
        restart : bool
            Whether runs of another study or model are set aside.
        mix : bool
            Whether runs of another model are added to.

        Yields
        ------
        Store
            This store.

        Raises
        ------
        StoreError
            If the folder is in use or cannot be written; or if what is there is damaged, is of another study or model,
            or was made where this model gave other numbers, unless `restart` or `mix` deals with it.
        StudyError
            If the model cannot be run.
        """
        from filelock import FileLock, Timeout

        with blaming(self.folder, "cannot be written"):
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.folder / LOCK)
            try:
                lock.acquire(timeout=0)
            except Timeout:
                problem = f"{self.folder} is in use{self._owner()}: only one sweep at a time can write it"
                raise StoreError(problem) from None
        try:
            with blaming(self.folder, "cannot be written"):
                _write_whole(self.folder / OWNER, f"{os.getpid()} {platform.node()}".encode())
                self._begin(command, restart, mix)
            yield self
        finally:
            lock.release()

    def _owner(self) -> str:
        try:
            pid, _, host = (self.folder / OWNER).read_text(encoding="utf-8").partition(" ")
        except OSError:
            return ""
        return f" by process {pid} on {host}" if pid else ""

    def _begin(self, command: str, restart: bool, mix: bool) -> None:
        """Make the manifest of a new store, or see that the one there is of this study and model."""
        for leftover in self.folder.glob(f"{WRITING}*"):
            leftover.unlink()
        if restart and not self._goes_on():
            self._set_aside()
        manifest = self.manifest()
        if manifest is None and self.parts():
            problem = f"{self.folder} has runs but no {MANIFEST}, so that nobody knows what they are of"
            raise StoreError(f"{problem}: another folder is needed, or --restart")
        if manifest is not None:
            differs = self.differences(manifest)
            if differs and not (mix and not self.changed(manifest)):
                raise StoreError(self._refusal(differs))
        probed = probe(self.study.with_)
        if manifest is not None and (problem := self._other_numbers(manifest, probed)):
            raise StoreError(problem)
        self._write_manifest(command, manifest, probed)

    def _refusal(self, differs: list[str]) -> str:
        only_version = all(text.startswith(ANOTHER_MODEL) for text in differs)
        mix = "; --mix goes on with both versions, each row saying which" if only_version else ""
        return (
            f"{self.folder} holds runs of another {'model' if only_version else 'study'}:{_listed(differs)}\n"
            f"they are not mixed: --out keeps both; --restart sets the old runs aside and begins anew{mix}"
        )

    def _other_numbers(self, manifest: Mapping[str, Any], probed: str) -> str:
        """What is wrong if runs of this model are there, made where it gave other numbers; nothing if all is well."""
        if manifest["probed"].get(self.study.version, probed) == probed:
            return ""
        then, now = manifest["began_with"], _versions(self.study.version)
        changed = [f"{name}: {then.get(name)} there, {now[name]} now" for name in now if now[name] != then.get(name)]
        return (
            f"{self.folder} holds runs of this model, but the model gives other numbers now than it gave there: "
            f"another processor, or a function replaced from outside, perhaps{_listed(changed)}\n"
            "they are not mixed: --out keeps both; --restart sets the old runs aside and begins anew"
        )

    def _goes_on(self) -> bool:
        """Whether what is there is of this study and model, or nothing."""
        try:
            manifest = self.manifest()
        except StoreError:
            return False
        if manifest is None:
            return not self.parts()
        return not self.differences(manifest) and not self._other_numbers(manifest, probe(self.study.with_))

    def _set_aside(self) -> None:
        """Move what is there into a folder of its own."""
        mine = [path for path in self.folder.iterdir() if path.name == MANIFEST or PART.fullmatch(path.name)]
        if not mine:
            return
        k = next(k for k in range(1, 10**6) if not (self.folder / f"before-{k}").exists())
        (self.folder / f"before-{k}").mkdir()
        for path in mine:
            path.rename(self.folder / f"before-{k}" / path.name)

    def manifest(self) -> dict[str, Any] | None:
        """What the manifest says.

        Returns
        -------
        dict or None
            `format`, `command`, `began_with` (versions), `probed` (the outcome of `probe` by version of the model),
            `study` and `drawn`; None if there is no manifest.

        Raises
        ------
        StoreError
            If it cannot be read, is damaged, or is of tripleos 0.1.
        """
        try:
            found = json.loads((self.folder / MANIFEST).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreError(f"{self.folder / MANIFEST} cannot be read: {error.strerror or error}") from None
        except (ValueError, RecursionError):
            found = None
        if isinstance(found, dict) and found.get("format") == 1 and found["format"] is not True:
            raise StoreError(
                f"{self.folder} holds runs of tripleos 0.1, whose version did not cover the whole model: they are not "
                "continued\n`tripleos sweep --restart` sets them aside and begins anew; --out keeps both"
            )
        if not _is_manifest(found):
            problem = f"{self.folder / MANIFEST} is damaged: it is not a manifest of format {FORMAT}"
            raise StoreError(f"{problem}\n`tripleos sweep --restart` sets what is there aside and begins anew")
        return found

    def existing(self) -> dict[str, Any]:
        """The manifest of a store that was begun with this study, perhaps by another model.

        Returns
        -------
        dict
            As `manifest` gives it.

        Raises
        ------
        StoreError
            If there is no manifest, it cannot be read, or it is of another study.
        """
        manifest = self.manifest()
        if manifest is None:
            raise StoreError(f"{self.folder} has no runs yet: `tripleos sweep` makes them")
        if differs := self.changed(manifest):
            raise StoreError(f"{self.folder} holds runs of another study:{_listed(differs)}")
        return manifest

    def changed(self, manifest: Mapping[str, Any]) -> list[str]:
        """What differs between the study of the manifest and this one.

        Parameters
        ----------
        manifest : mapping
            As `manifest` gives it.

        Returns
        -------
        list of str
            As in "first_seed: 1 there, 2 now"; empty if it is the same study.
        """
        return [text for text in self.differences(manifest) if not text.startswith(ANOTHER_MODEL)]

    def _write_manifest(self, command: str, before: Mapping[str, Any] | None, probed: str) -> None:
        began = before["began_with"] if before else _versions(self.study.version)
        numbers = {**(before["probed"] if before else {}), self.study.version: probed}
        of_study = {"study": self.study.to_dict(), "drawn": self.study.drawn}
        content = {"format": FORMAT, "command": command, "began_with": began, "probed": numbers, **of_study}
        text = json.dumps(content, indent=1, ensure_ascii=False)
        _write_whole(self.folder / MANIFEST, text.encode())

    def differences(self, manifest: Mapping[str, Any]) -> list[str]:
        """What differs between the study of the manifest and this one, and between the models.

        Parameters
        ----------
        manifest : mapping
            As `manifest` gives it.

        Returns
        -------
        list of str
            As that of `changed`, and the versions of the model.
        """
        of_then = {k: v for k, v in manifest["study"].items() if k not in PRESENTATION} | {"drawn": manifest["drawn"]}
        now = json.loads(json.dumps(self.study.content))
        found = [f"{path}: {_cut(one)} there, {_cut(other)} now" for path, one, other in _differing(of_then, now)]
        version = manifest["began_with"]["model"]
        if version != self.study.version:
            found.append(f"{ANOTHER_MODEL}{version} there, {self.study.version} now")
        return found

    # --- writing ------------------------------------------------------------------------------------------------------

    def append(self, table: pa.Table, attempt: int = 0) -> None:
        """Keep some runs; they are on disk when this returns.

        Parameters
        ----------
        table : pyarrow.Table
            Rows of the schema of `rows`, in the order of runs.
        attempt : int
            Which attempt at these runs it is, from 0.

        Raises
        ------
        StoreError
            If the file cannot be written.
        """
        buffer = io.BytesIO()
        pq.write_table(table, buffer, compression="zstd", use_dictionary=["version", "status"])
        content = buffer.getvalue()
        first = table["run"][0].as_py()
        with blaming(self.folder, "cannot be written; the runs stored so far are kept"):
            _write_whole(self.folder / f"{first:012d}-{attempt}-{self.study.key}-{_sha(content)}.parquet", content)

    # --- reading ------------------------------------------------------------------------------------------------------

    def parts(self) -> list[Part]:
        """The files of runs, in the order of runs and attempts.

        Returns
        -------
        list of Part
            A later attempt after an earlier one.
        """
        try:
            names = sorted(os.listdir(self.folder))
        except FileNotFoundError:
            return []
        found = ((name, PART.fullmatch(name)) for name in names)
        listed = [Part(self.folder / name, int(m[1]), int(m[2]), m[3], m[4]) for name, m in found if m]
        return sorted(listed, key=lambda part: (part.attempt, part.first, part.sha))

    def damaged(self) -> list[Part]:
        """Files whose content is not what their name says, or that are of another study.

        Returns
        -------
        list of Part
            Empty if all is well.
        """
        return [part for part in self.parts() if self._fault(part, _content(part.path))]

    def _fault(self, part: Part, content: bytes) -> str:
        """What is wrong with a file; nothing if it is fine."""
        if part.study != self.study.key:
            return "is of another study"
        return "is damaged: it is not what was written" if _sha(content) != part.sha else ""

    def _whole(self, part: Part) -> bytes:
        """The content of a file that is not damaged. Raises `StoreError`."""
        content = _content(part.path)
        if fault := self._fault(part, content):
            raise StoreError(f"{part.path} {fault}; the same sweep again sets it aside and makes its runs anew")
        return content

    def set_damaged_aside(self) -> list[str]:
        """Move damaged files into a folder of their own, so that their runs are made again.

        Returns
        -------
        list of str
            Names of the files that were moved.

        Raises
        ------
        StoreError
            If a file cannot be read or moved.
        """
        found = self.damaged()
        for part in found:
            with blaming(self.folder, "cannot be written"):
                (self.folder / DAMAGED).mkdir(exist_ok=True)
                part.path.rename(self.folder / DAMAGED / part.path.name)
        return [part.path.name for part in found]

    def read(self, columns: list[str] | None = None) -> pa.Table:
        """All rows as they are stored, later attempts last.

        Parameters
        ----------
        columns : list of str, optional
            Default: all.

        Returns
        -------
        pyarrow.Table
            A row for each attempt at each run.

        Raises
        ------
        StoreError
            If a file is damaged, of another study, or cannot be read.
        """
        tables = [pq.read_table(io.BytesIO(self._whole(part)), columns=columns) for part in self.parts()]
        empty = schema(self.study.trajectories, self.study.weekly, self.study.measure_names)
        if columns is not None:
            empty = pa.schema([empty.field(name) for name in columns])
        return pa.concat_tables(tables) if tables else empty.empty_table()

    def row(self, run: int) -> dict[str, Any] | None:
        """All that is stored of one run, of several attempts the last; None if it is not stored.

        Parameters
        ----------
        run : int
            Number of the run.

        Returns
        -------
        dict or None
            A value for each column; a list for a list column.
        """
        found: list[dict[str, Any]] = []
        for part in self.parts():
            if part.first <= run:  # a file holds runs from its first on
                content = self._whole(part)
                found += pq.read_table(io.BytesIO(content), filters=[("run", "==", run)]).to_pylist()
        return found[-1] if found else None

    def done(self) -> Done:
        """How far the study is.

        Returns
        -------
        Done
            The status of each run.
        """
        rows, status = self.read(["run", "status"]), np.zeros(self.study.runs, np.int8)
        run = rows["run"].to_numpy()
        code = np.where(np.asarray(rows["status"].to_pylist(), object) == OK, 1, 2).astype(np.int8)
        here = run < len(status)
        status[run[here]] = code[here]  # later attempts come last
        return Done(status, max((part.attempt for part in self.parts()), default=0))

    def rows(self, columns: list[str] | None = None) -> pa.Table:
        """One row for each run stored, in the order of runs; of several attempts the last.

        Parameters
        ----------
        columns : list of str, optional
            Default: all; `run` is always there.

        Returns
        -------
        pyarrow.Table
            In the order of runs.
        """
        wanted = None if columns is None else list(dict.fromkeys(["run", *columns]))
        table = self.read(wanted)
        run = table["run"].to_numpy()
        order = np.argsort(run, kind="stable")
        last = np.append(run[order][1:] != run[order][:-1], True)[: len(order)]
        kept = order[last]
        return table.take(kept[run[kept] < self.study.runs])

    def frame(self, trajectories: bool = False) -> pd.DataFrame:
        """One row for each run stored, in the order of runs: which it is, its conditions, its measures.

        Columns: `run`, `point`, `replicate`, `seed`, a column for each thing varied (`world`, …, `policy`),
        `scenario`, `version`, `status`, the measures (means over the weeks that count), `dip` and `recovery`; with
        `trajectories` also the trajectories kept, as arrays. A run that failed has no measures.

        Parameters
        ----------
        trajectories : bool
            Whether they are read too.

        Returns
        -------
        DataFrame
            In the order of runs.
        """
        kept = ["run", "seed", "scenario", "version", "status", *self.study.measure_names, "dip", "recovery"]
        if trajectories:
            kept += [f"trajectory_{name}" for name in self.study.trajectories]
        rows = self.rows(kept).to_pandas(types_mapper=None)
        replicate, point = np.divmod(rows["run"].to_numpy(), self.study.points)
        conditions = conditions_of(self.study, point)
        identity = {"run": rows["run"], "point": point, "replicate": replicate, "seed": rows["seed"]}
        return pd.DataFrame({**identity, **conditions, **{name: rows[name] for name in kept[2:]}})

    def failures(self) -> pd.DataFrame:
        """The runs that failed, and why.

        Returns
        -------
        DataFrame
            `run`, `point`, `seed`, `parameters` (what the point sets, a dict), `error`, `traceback`.
        """
        rows = self.rows(["run", "seed", "status", "detail"]).to_pandas()
        rows = rows[rows["status"] == FAILED].reset_index(drop=True)
        details = [json.loads(text) for text in rows["detail"]]
        return pd.DataFrame(
            {
                "run": rows["run"],
                "point": rows["run"] % self.study.points,
                "seed": rows["seed"],
                "parameters": [detail["parameters"] for detail in details],
                "error": [detail["error"] for detail in details],
                "traceback": [detail["traceback"] for detail in details],
            }
        )

    @property
    def size(self) -> int:
        """Bytes of the files of runs."""
        with blaming(self.folder, "cannot be read"):
            return sum(part.path.stat().st_size for part in self.parts())


def conditions_of(study: StudyDefinition, point: np.ndarray) -> dict[str, Any]:
    """The conditions of some points as columns.

    Parameters
    ----------
    study : StudyDefinition
        The study.
    point : int64 [rows]
        Numbers of points.

    Returns
    -------
    dict of str to array [rows]
        A column for each thing varied.
    """
    different, where = np.unique(point, return_inverse=True)
    told = [study.design.labels(int(p)) for p in different]
    return {
        name: pd.Series([labels[name] for labels in told]).to_numpy()[where] if told else np.array([], object)
        for name in study.design.names
    }


def _versions(model: str) -> dict[str, str]:
    """What the runs of a store are made with."""
    packages = {name: installed(name) for name in ("numpy", "numba", "pandas", "pyarrow")}
    return {"model": model, "tripleos": __version__, "python": platform.python_version(), **packages}


def _differing(one: Any, other: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Where two nested values differ."""
    if isinstance(one, dict) and isinstance(other, dict):
        for name in dict.fromkeys([*one, *other]):
            yield from _differing(one.get(name), other.get(name), f"{path}.{name}" if path else str(name))
    elif (names := _names(one)) and (now := _names(other)) and names != now:
        yield path, names, now
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for k, (a, b) in enumerate(zip(one, other, strict=True)):
            name = a["name"] if isinstance(a, dict) and "name" in a else k + 1
            yield from _differing(a, b, f"{path}[{name}]")
    elif json.dumps(one) != json.dumps(other):  # so that 1, 1.0 and true are told apart
        yield path, one, other


def _is_manifest(found: Any) -> bool:
    """Whether what stands in a manifest is of the kinds that are needed."""
    return (
        isinstance(found, dict)
        and found.keys() >= NEEDED
        and found["format"] == FORMAT
        and all(isinstance(found[name], dict) for name in ("began_with", "probed", "study"))
        and "model" in found["began_with"]
    )


def _listed(differs: list[str]) -> str:
    """The first differences, a line for each."""
    more = [f"(and {len(differs) - DIFFERENCES_SHOWN} more)"] if len(differs) > DIFFERENCES_SHOWN else []
    return "".join(f"\n  {text}" for text in [*differs[:DIFFERENCES_SHOWN], *more])


def _names(value: Any) -> str:
    """The names of policies or worlds in a list of them."""
    named = isinstance(value, list) and value and all(isinstance(one, dict) and "name" in one for one in value)
    return ", ".join(one["name"] for one in value) if named else ""


def _cut(value: Any) -> str:
    text = "nothing" if value is None else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:59] + "…"


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def _content(path: Path) -> bytes:
    with blaming(path, "cannot be read"):
        return path.read_bytes()


def _write_whole(path: Path, content: bytes) -> None:
    """A file that is there whole or not at all, and on disk."""
    staged = path.with_name(f"{WRITING}{path.name}")
    try:
        with open(staged, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(staged, path)
    except BaseException:
        staged.unlink(missing_ok=True)
        raise
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@contextmanager
def blaming(path: Path, what: str) -> Iterator[None]:
    """Errors of the file system as a `StoreError` about a path.

    Parameters
    ----------
    path : Path
        What the error is about.
    what : str
        What cannot be done, as in "cannot be written".

    Yields
    ------
    None
        Nothing; errors of the block are converted.

    Raises
    ------
    StoreError
        In place of an `OSError` within.
    """
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        there = next(one for one in (path, *path.absolute().parents) if one.exists())
        free = f" ({shutil.disk_usage(there).free / 1e6:.1f} MB free)" if full else ""
        raise StoreError(f"{path} {what}: {error.strerror or error}{free}") from None
