"""A study: which scenarios are run, how often, and what is kept of each run.

A study is one TOML file, or the same as keyword arguments in Python:

>>> study = StudyDefinition.build("small", policies=["balanced", "heads_down"], worlds=["stable", "turbulent"],
...                               scenario={"workers": 24, "weeks": 10}, factorial={"hurdle": [0.0, 0.1]}, replicates=3)
>>> study.points, study.runs
(8, 24)
>>> study.scenario(3).policy.name, study.scenario(3).policy.hurdle
('heads_down', 0.1)

Runs are numbered: run = replicate · points + point. A replicate is a seed, the same for all points, so that all points
meet the same luck.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from ..comparison import checked_measures, start_up
from ..errors import ScenarioError, canonical, label, nearest, shown
from ..model.measures import MEASURE_NAMES
from ..scenario import PARAMETERS, Policy, Scenario, World
from ..scenario.library import opened, values_of
from ..scenario.parameters import Strict, blamed
from ..scenario.toml_io import called, read_toml
from .designs import (
    MOST_POINTS,
    TIME,
    Axis,
    Design,
    Factor,
    Listed,
    Sample,
    Settings,
    checked_count,
    checked_factor,
    checked_points,
    checked_sample,
    time_split,
)
from .hypothesis import Claim, checked_claims
from .precision import Precision

KEYS = (
    "name", "title", "about", "policies", "worlds", "scenario", "factorial", "points", "sample", "replicates",
    "precision", "first_seed", "weeks_left_out", "courses", "weekly", "fails", "claims",
)  # fmt: skip
# What may change without changing any run.
PRESENTATION = ("name", "title", "about", "replicates", "precision", "fails", "claims")
MOST_REPLICATES = 1_000_000
COURSES = ("output", "coherent_action")
SECONDS_PER_WORKER_WEEK = 1.1e-6  # measured: results/benchmark/
CHECKED_POINTS = 20_000  # points of a design that are tried before anything is run; of more, these are spread evenly


@dataclass(frozen=True)
class Named:
    """Policies or worlds as an axis of a design."""

    what: str
    parts: tuple[Policy | World, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """`policy` or `world`."""
        return (self.what,)

    def __len__(self) -> int:
        """How many there are."""
        return len(self.parts)

    def settings(self, i: int) -> Settings:
        """The policy or world itself."""
        return {self.what: self.parts[i]}

    def labels(self, i: int) -> dict[str, Any]:
        """Its name."""
        return {self.what: self.parts[i].name}


@dataclass(frozen=True)
class StudyDefinition:
    """Scenarios to run on common seeds, and what to keep of each run.

    Made by `build`, `from_toml` or `from_dict`, which check everything; see `build` for what it holds.
    """

    name: str
    title: str
    about: str
    policies: tuple[Policy, ...]
    worlds: tuple[World, ...]
    shared: Mapping[str, Any]
    """What all scenarios share: weeks, workforce, interventions, and parameters that go above policy and world."""
    axes: tuple[Axis, ...]
    replicates: int
    precision: Precision | None
    first_seed: int
    weeks_left_out: int
    courses: tuple[str, ...]
    weekly: bool
    fails: Mapping[str, Any] = field(default_factory=dict)
    claims: tuple[Claim, ...] = ()

    # Ways in

    @classmethod
    def build(cls, name: str, **given: Any) -> Self:
        """A study.

        Parameters
        ----------
        name : str
            What it is called, and its folder under `results/`.
        **given : Any
            As follows; the same keys as in a TOML file.
        title, about : str
            What the report says on top.
        policies, worlds : list
            Names of the library, paths of TOML files, or tables of parameters with a `name`. The first policy is the
            one that the others are compared with. Default: those of `scenario`.
        scenario : table
            What all runs share: anything that a scenario file holds. Parameters go above policies and worlds.
        factorial : table
            Parameters and the values of each, crossed with each other and with policies and worlds. A value may be a
            table of several parameters, with a `label`.
        points : list of tables, DataFrame, or the path of a CSV file
            Points listed one by one.
        sample : table
            `method` (latin_hypercube, sobol, saltelli, morris), `points`, `ranges` and a `seed`.
        replicates : int
            Runs of each point, under seeds `first_seed`, `first_seed` + 1, … Default 20.
        precision : table
            In place of `replicates`: run until the interval is narrow enough (see `precision.Precision`).
        weeks_left_out : int
            Weeks at the start that means leave out; default a fifth.
        courses : list
            Measures whose course over the weeks is kept; default output and coherent_action.
        weekly : bool
            Whether to keep all measures of every week (some 60 kB a run).
        fails : table
            When a run counts as failed in scenario discovery: `measure`, and `below` or `above`.
        claims : list of tables
            Hypotheses that the runs decide (see `claims`).

        Raises
        ------
        ScenarioError
            If anything is unknown, of the wrong type, out of range or does not go together.
        """
        return cls.from_dict({"name": name, **given})

    @classmethod
    def from_toml(cls, path: str | os.PathLike[str]) -> Self:
        """A study from a TOML file; it is called as the file unless it says otherwise.

        Raises `ScenarioError` with the name of the file.
        """
        content = read_toml(path)
        with blamed(called(path)):
            return cls.from_dict({"name": Path(path).stem, **content}, Path(path).parent)

    @classmethod
    def from_dict(cls, given: Mapping[str, Any], folder: Path = Path()) -> Self:
        """A study from a table as a TOML file holds it; paths in it are relative to `folder`."""
        table = _known(given)
        scenario = _table("scenario", table.get("scenario", {}))
        shared = {name: value for name, value in scenario.items() if name not in ("policy", "world")}
        policies = _parts(Policy, table.get("policies", [scenario.get("policy", "balanced")]), folder)
        worlds = _parts(World, table.get("worlds", [scenario.get("world", "turbulent")]), folder)
        base = Scenario.from_dict({**_untimed(shared), "policy": policies[0], "world": worlds[0]})
        if base.interventions:  # with all levers of a policy that they name, should the library change
            shared["interventions"] = base.to_dict()["interventions"]
        if "replicates" in table and "precision" in table:
            raise ScenarioError("replicates and precision are both given: one of them is needed")
        precision = Precision.from_dict(table["precision"]) if table.get("precision") else None
        study = cls(
            name=_file_name(table.get("name")),
            title=_text("title", table.get("title", "")) or str(table["name"]).replace("_", " "),
            about=_text("about", table.get("about", "")),
            policies=policies,
            worlds=worlds,
            shared=shared,
            axes=_axes(table, folder),
            replicates=checked_count("replicates", table.get("replicates", 20), 1, MOST_REPLICATES),
            precision=precision,
            first_seed=checked_count("first_seed", table.get("first_seed", 1), 0, 2**63),
            weeks_left_out=checked_count(
                "weeks_left_out", table.get("weeks_left_out", start_up(base.weeks)), 0, base.weeks - 1
            ),
            courses=_courses(table.get("courses", COURSES)),
            weekly=_switch("weekly", table.get("weekly", False)),
            fails=_fails(table.get("fails") or {}),
        )
        if study.fails and not study.sample:
            raise ScenarioError("fails is given, but nothing is sampled: scenario discovery needs a sample")
        study.check()
        claims = checked_claims(table.get("claims", []), study.design, study.weeks, study.courses)
        return replace(study, claims=claims)

    # What it comes to

    @cached_property
    def design(self) -> Design:
        """All points: worlds, then the axes in the order given, then policies, which change fastest."""
        return Design((Named("world", self.worlds), *self.axes, Named("policy", self.policies)))

    @property
    def points(self) -> int:
        """The number of points."""
        return len(self.design)

    @property
    def most_replicates(self) -> int:
        """Replicates of a point, at most."""
        return self.precision.most if self.precision else self.replicates

    @property
    def runs(self) -> int:
        """The number of runs, at most."""
        return self.points * self.most_replicates

    @property
    def weeks(self) -> int:
        """Length of each run."""
        return self.scenario(0).weeks

    def seed(self, replicate: int) -> int:
        """The seed of a replicate, the same for all points."""
        return self.first_seed + replicate

    def scenario(self, point: int) -> Scenario:
        """The scenario of a point."""
        settings = {**_time(self.shared), **self.design.settings(point)}
        base = self._base(settings.pop("policy"), settings.pop("world"))
        return base.replace(**time_split(settings, base.policy)) if settings else base

    def _base(self, policy: Policy, world: World) -> Scenario:
        """The scenario that a policy and a world make, before anything is varied."""
        if (policy.name, world.name) not in self._bases:
            made = Scenario.from_dict({**_untimed(self.shared), "policy": policy, "world": world})
            self._bases[policy.name, world.name] = made
        return self._bases[policy.name, world.name]

    @cached_property
    def _bases(self) -> dict[tuple[str, str], Scenario]:
        return {}

    def base_point(self, point: int) -> int:
        """The point that a point is compared with: the same with the first condition of the last axis that has several.

        A sample has no first; its points are compared with nothing but themselves.
        """
        steps = 1
        for axis, place in zip(reversed(self.design.axes), reversed(self.design.places(point)), strict=True):
            if len(axis) > 1:
                return point if isinstance(axis, Sample) else point - place * steps
            steps *= len(axis)
        return point

    @property
    def cells(self) -> list[tuple[str, str]]:
        """World and policy, world by world."""
        return [(world.name, policy.name) for world in self.worlds for policy in self.policies]

    @property
    def sample(self) -> Sample | None:
        """The sampled axis, if there is one."""
        return next((axis for axis in self.axes if isinstance(axis, Sample)), None)

    def check(self) -> None:
        """Try the scenarios of the points, all or as many as is quick. Raises `ScenarioError`."""
        if self.points > MOST_POINTS:
            raise ScenarioError(f"the design has {self.points:,} points: allowed are {MOST_POINTS:,}")
        if self.first_seed + self.most_replicates > 2**64:
            raise ScenarioError(f"first_seed = {self.first_seed}: seeds go up to 2^64 - 1")
        step = max(1, self.points // (200 if self.sample else CHECKED_POINTS))
        for point in range(0, self.points, step):
            with blamed(f"point {point} ({told(self.design.labels(point))})"):
                self.scenario(point)

    @cached_property
    def seconds_per_run(self) -> float:
        """What a run is expected to take on one core."""
        some = {self.scenario(p).workforce.workers for p in range(0, self.points, max(1, self.points // 20))}
        return 0.003 + SECONDS_PER_WORKER_WEEK * self.weeks * sum(some) / len(some)

    @property
    def bytes_per_run(self) -> float:
        """What a run is expected to take on disk."""
        kept = self.weeks * len(MEASURE_NAMES) * 7 if self.weekly else 260 * len(self.courses)
        return 300 + kept

    # Where it is, and ways out

    def folder(self, folder: str | os.PathLike[str] | None = None) -> Path:
        """Where the runs are kept: `runs` in the folder of the study, which is `results/NAME` unless told otherwise."""
        return (Path(folder) if folder else Path("results") / self.name) / "runs"

    def to_dict(self) -> dict[str, Any]:
        """The study as plain values, which `from_dict` reads back as an equal one, whatever becomes of the library."""
        tables: dict[str, Any] = {"factorial": {}, "points": [], "sample": {}}
        for axis in self.axes:
            if isinstance(axis, Sample):
                ranges = {name: list(limits) for name, limits in axis.ranges}
                tables["sample"] = {"method": axis.method, "points": axis.points, "seed": axis.seed, "ranges": ranges}
            elif isinstance(axis, Listed):
                tables["points"] = [axis.settings(i) for i in range(len(axis))]
            else:
                tables["factorial"][axis.names[0]] = list(getattr(axis, "values"))  # noqa: B009
        return {
            "name": self.name,
            "title": self.title,
            "about": self.about,
            "policies": [dict(policy) for policy in self.policies],
            "worlds": [dict(world) for world in self.worlds],
            "scenario": _plain(self.shared),
            **{name: table for name, table in tables.items() if table},
            **({"precision": self.precision.to_dict()} if self.precision else {"replicates": self.replicates}),
            "first_seed": self.first_seed,
            "weeks_left_out": self.weeks_left_out,
            "courses": list(self.courses),
            "weekly": self.weekly,
            **({"fails": dict(self.fails)} if self.fails else {}),
            **({"claims": [_plain(claim.given) for claim in self.claims]} if self.claims else {}),
        }

    @property
    def content(self) -> dict[str, Any]:
        """The part of `to_dict` on which the outcome of a numbered run depends, and `drawn`."""
        kept = {name: value for name, value in self.to_dict().items() if name not in PRESENTATION}
        return {**kept, "drawn": self.drawn}

    @property
    def drawn(self) -> dict[str, Any]:
        """What numbers the points beside `to_dict`: the order of axes, and the sample as SciPy or SALib draw it."""
        sample = {"sample": hashlib.sha256(self.sample.unit.tobytes()).hexdigest()[:16]} if self.sample else {}
        return {"order": list(self.design.names), **sample}

    @cached_property
    def key(self) -> str:
        """Sixteen hex digits that stand for `content`."""
        return hashlib.sha256(json.dumps(self.content, sort_keys=True).encode()).hexdigest()[:16]


def told(labels: Mapping[str, Any]) -> str:
    """The conditions of a point in words."""
    texts = {name: f"{one:g}" if isinstance(one, float) else one if isinstance(one, str) else shown(one)
             for name, one in labels.items()}  # fmt: skip
    return ", ".join(f"{name} {text}" for name, text in texts.items())


# --- the gate ---------------------------------------------------------------------------------------------------------


def _known(given: Any) -> dict[str, Any]:
    """The table of a study, refused if it holds a name that no study has."""
    if not isinstance(given, Mapping):
        raise ScenarioError(f"study = {shown(given)}: a table is needed")
    for name in given:
        if isinstance(name, str) and canonical(name) in (*PARAMETERS, *TIME, "weeks"):
            where = "in scenario, if all runs share it, or in factorial, with a list of values"
            raise ScenarioError(f"{label(name)} is not part of a study by itself: it belongs {where}")
        if name not in KEYS:
            hint = nearest(name, KEYS) or f"; allowed are {', '.join(KEYS)}"
            raise ScenarioError(f"{label(name)} is not part of a study{hint}")
    return dict(given)


def _table(name: str, given: Any) -> dict[str, Any]:
    if not isinstance(given, Mapping):
        raise ScenarioError(f"{name} = {shown(given)}: a table is needed")
    return dict(given)


def _time(shared: Mapping[str, Any]) -> Settings:
    """What is shared of `designs.TIME`."""
    return {name: value for name, value in shared.items() if name in TIME}


def _untimed(shared: Mapping[str, Any]) -> Settings:
    """What is shared of a scenario's own parameters."""
    return {name: value for name, value in shared.items() if name not in TIME}


def _text(name: str, given: Any) -> str:
    """Text, its paragraphs without the line breaks within them."""
    if not isinstance(given, str):
        raise ScenarioError(f"{name} = {shown(given)}: text is needed")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in given.strip().split("\n\n"))


def _courses(given: Any) -> tuple[str, ...]:
    if isinstance(given, str) or not isinstance(given, Sequence):
        raise ScenarioError(f"courses = {shown(given)}: a list of measures is needed, such as ['output', 'trust']")
    with blamed("courses"):
        return tuple(dict.fromkeys(checked_measures(given)))


def _switch(name: str, given: Any) -> bool:
    if not isinstance(given, bool):
        raise ScenarioError(f"{name} = {shown(given)}: true or false is needed")
    return given


def _file_name(given: Any) -> str:
    """A name that does for a folder."""
    if isinstance(given, str) and given and given == canonical(given) and given.replace("_", "a").isalnum():
        return given
    if isinstance(given, str) and (name := canonical(given)).replace("_", "a").isalnum():
        return name
    raise ScenarioError(f"name = {shown(given)}: letters, digits and _ are needed, because a folder is called so")


def _parts(kind: Any, given: Any, folder: Path) -> tuple[Any, ...]:
    """Policies or worlds from a list of names, paths, tables or objects."""
    what = "policies" if kind is Policy else "worlds"
    if isinstance(given, str | Mapping | Strict) or not isinstance(given, Iterable):
        raise ScenarioError(f"{what} = {shown(given)}: a list of names is needed")
    found: list[Any] = []
    for one in given:
        at = folder / one if isinstance(one, str) and one.endswith(".toml") else one
        found.append(kind(**values_of(kind, opened(kind, at))))
    names = [part.name for part in found]
    if not names:
        raise ScenarioError(f"{what} is empty: at least one is needed")
    if doubled := [name for i, name in enumerate(names) if name in names[:i]]:
        raise ScenarioError(f"{what}: {label(doubled[0])} is there twice; different names are needed")
    return tuple(found)


def _axes(table: Mapping[str, Any], folder: Path) -> tuple[Axis, ...]:
    """What is varied beside policies and worlds; nothing may be varied twice."""
    axes: list[Axis] = []
    if (points := table.get("points")) is not None:
        axes.append(checked_points(_read_csv(folder / points) if isinstance(points, str) else points))
    axes += [checked_factor(name, values) for name, values in _table("factorial", table.get("factorial", {})).items()]
    if "sample" in table:
        axes.append(checked_sample(table["sample"]))
    names = [name for axis in axes for name in _varied(axis)]
    if doubled := [name for i, name in enumerate(names) if name in names[:i]]:
        raise ScenarioError(f"{doubled[0]} is varied twice: once is needed")
    return tuple(axes)


def _varied(axis: Axis) -> Sequence[str]:
    """All that an axis sets, and its columns."""
    tables = axis.tables if isinstance(axis, Factor) else ()
    return list(dict.fromkeys([*axis.names, *(name for table in tables for name in table if name != "label")]))


def _read_csv(path: Path) -> Any:
    import pandas as pd

    try:
        return pd.read_csv(path)
    except (OSError, ValueError) as error:
        raise ScenarioError(f"points: {path}: cannot be read: {getattr(error, 'strerror', None) or error}") from None


def _fails(given: Any) -> dict[str, Any]:
    """When a run counts as failed: a measure and a bound."""
    table = _table("fails", given)
    if not table:
        return {}
    if table.keys() not in ({"measure", "below"}, {"measure", "above"}):
        raise ScenarioError(f"fails = {shown(table)}: a measure is needed, and below or above")
    bound = table.get("below", table.get("above"))
    if isinstance(bound, bool) or not isinstance(bound, int | float):
        raise ScenarioError(f"fails: {shown(bound)}: a number is needed")
    return table | {"measure": checked_measures([table["measure"]])[0]}


def _plain(value: Any) -> Any:
    """A shared value as JSON and TOML can hold it."""
    if isinstance(value, Strict):
        return _plain(value.to_dict() if hasattr(value, "to_dict") else dict(value))
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.item() if hasattr(value, "item") else value
