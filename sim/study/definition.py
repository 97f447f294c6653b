"""A study: which scenarios are run, how often, and what is kept of each run.

A study is one TOML file, or the same as keyword arguments in Python:

>>> study = StudyDefinition.build("small", policies=["balanced", "heads_down"], worlds=["stable", "turbulent"],
...                               scenario={"workers": 24, "weeks": 10}, factorial={"hurdle": [0.0, 0.1]}, replicates=3)
>>> study.points, study.runs
(8, 24)
>>> study.scenario(3).policy.name, study.scenario(3).policy.hurdle
('heads_down', 0.1)

Runs are numbered: run = replicate · points + point. A replicate is a seed, the same for all points, so that all points
meet the same random events.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from functools import cached_property, partial
from pathlib import Path
from typing import Annotated, Any, ClassVar, Self

from pydantic import BeforeValidator, ConfigDict, model_validator

from ..errors import ScenarioError, canonical, did_you_mean, display_name, truncated_repr
from ..model.declare import Mechanism
from ..model.extensions import load_all, names_of
from ..model.measures import warm_up
from ..model.model import model_of, parameters_in_use
from ..scenario import Policy, Scenario, World
from ..scenario.library import load, values_of
from ..scenario.parameters import blamed, parts_of
from ..scenario.scenario import as_intervention
from ..scenario.toml_io import display_path, read_toml
from .designs import (
    MOST_POINTS,
    TIME,
    Axis,
    Design,
    DesignPoints,
    Factor,
    Named,
    Sample,
    checked_factor,
    checked_points,
    time_split,
    varied,
)
from .hypothesis import Hypothesis
from .old_names import current_names
from .precision import Precision
from .table import Field, Measure, Table, Text, listed, mapped, optional, plain

# What may change without changing any run.
# (Where the files of extensions lie decides nothing: what is in them is part of the version.)
PRESENTATION = ("name", "title", "about", "with", "replicates", "precision", "fails", "hypotheses")
MOST_REPLICATES = 1_000_000
CHECKED_POINTS = 20_000  # points of a design that are tried before anything is run; of more, these are spread evenly


# --- the fields that are more than a number or a text -----------------------------------------------------------------


def _file_name(given: Any) -> str:
    """A name that does for a folder."""
    if isinstance(given, str) and (name := canonical(given)).replace("_", "a").isalnum():
        return name
    raise ScenarioError(
        f"name = {truncated_repr(given)}: letters, digits and _ are needed, because a folder is called so"
    )


def _parts(kind: Any, given: Any) -> tuple[Any, ...]:
    """Policies or worlds from a list of names, paths, tables or objects."""
    what = "policies" if kind is Policy else "worlds"
    # What is there already may be of a model with extensions.
    found = tuple(
        one if isinstance(one, kind) else kind(**values_of(kind, load(kind, one)))
        for one in listed(what, given, "names")
    )
    names = [part.name for part in found]
    if not names:
        raise ScenarioError(f"{what} is empty: at least one is needed")
    if doubled := [name for i, name in enumerate(names) if name in names[:i]]:
        raise ScenarioError(f"{what}: {display_name(doubled[0])} is there twice; different names are needed")
    return found


def _design_points(given: Any) -> DesignPoints | None:
    return None if given is None else checked_points(given)


def _factors(given: Any) -> tuple[Factor, ...]:
    if isinstance(given, tuple):  # as they are kept
        return given
    return tuple(checked_factor(name, values) for name, values in mapped("factorial", given, "levers").items())


def _trajectories(given: Any) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(listed("trajectories", given, "measures")))


def _hypotheses(given: Any) -> tuple[Hypothesis, ...]:
    found = []
    for number, one in enumerate(listed("hypotheses", given, "tables"), start=1):
        with blamed(f"hypothesis {number}"):
            found.append(Hypothesis.of(one))
    return tuple(found)


class Failure(Table):
    """When a run counts as failed in scenario discovery: a measure below or above a bound.

    Attributes
    ----------
    measure : str
        The measure.
    below, above : float, optional
        The bound, in the unit of the measure; one of the two.
    """

    called: ClassVar[str] = "fails"

    measure: Measure
    below: float | None = None
    above: float | None = None

    def _broken_rules(self) -> Iterator[str]:
        if (self.below is None) == (self.above is None):
            yield "one bound is needed, below or above"

    def of_values(self, values: Any) -> Any:
        """Which values of the measure fail.

        Parameters
        ----------
        values : float array or Series
            Values of the measure.

        Returns
        -------
        bool array or Series
            True where a value fails.
        """
        return values < self.below if self.below is not None else values > self.above


# --- the study --------------------------------------------------------------------------------------------------------


class StudyDefinition(Table):
    """Scenarios to run on common seeds, and what to keep of each run.

    Made by `build`, `from_toml` or `from_dict`, which check everything. Its fields are the keywords of `build`, as they
    are kept.

    Attributes
    ----------
    name : str
        What the study, and its folder, is called: lower-case letters, digits and _.
    title, about : str
        What the report says on top; by default the title is the name, with spaces.
    with_ : tuple of Mechanism
        Extensions of the model; `with` in a file.
    policies : tuple of Policy
        Of different names; the others are compared with the first one.
    worlds : tuple of World
        Of different names.
    shared : dict
        `scenario` without a policy and a world: values of parameters, `weeks`, … that all runs share.
    factorial : tuple of Factor
        What is crossed with each other and with policies and worlds.
    design_points : DesignPoints, optional
        Points listed one by one.
    sample : Sample, optional
        Points drawn from ranges.
    replicates : int
        Runs of each point, 1 to `MOST_REPLICATES`; of no effect with a `precision`.
    precision : Precision, optional
        How narrow an interval shall be.
    first_seed : int
        The seed of the first replicate, 0 to 2^63.
    warm_up : int
        Weeks at the start that means leave out, 0 to `weeks` - 1.
    trajectories : tuple of str
        Measures whose trajectory is kept, each once.
    weekly : bool
        Whether all measures of every week are kept.
    fails : Failure, optional
        When a run counts as failed in scenario discovery; only with a `sample`.
    hypotheses : tuple of Hypothesis
        What the runs decide.
    """

    called: ClassVar[str] = "study"
    model_config = ConfigDict(arbitrary_types_allowed=True)

    name: Annotated[str, BeforeValidator(_file_name)]
    title: Text
    about: Text = ""
    with_: tuple[Mechanism, ...] = Field(default=(), alias="with")
    policies: Annotated[tuple[Policy, ...], BeforeValidator(partial(_parts, Policy))]
    worlds: Annotated[tuple[World, ...], BeforeValidator(partial(_parts, World))]
    shared: Annotated[dict[str, Any], BeforeValidator(partial(mapped, "scenario", of="levers"))] = Field(
        default_factory=dict, alias="scenario"
    )
    factorial: Annotated[tuple[Factor, ...], BeforeValidator(_factors)] = ()
    design_points: Annotated[DesignPoints | None, BeforeValidator(_design_points)] = None
    sample: Annotated[Sample | None, optional(Sample)] = None
    replicates: int = Field(20, ge=1, le=MOST_REPLICATES)
    precision: Annotated[Precision | None, optional(Precision)] = None
    first_seed: int = Field(1, ge=0, le=2**63)
    warm_up: int = Field(ge=0)
    trajectories: Annotated[tuple[Measure, ...], BeforeValidator(_trajectories)] = ("output", "coherent_action")
    weekly: bool = False
    fails: Annotated[Failure | None, optional(Failure)] = None
    hypotheses: Annotated[tuple[Hypothesis, ...], BeforeValidator(_hypotheses)] = ()

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
        design_points : list of tables, DataFrame, or the path of a CSV file
            Points listed one by one.
        sample : table
            `method` (latin_hypercube, sobol, saltelli, morris), `points`, `ranges` and a `seed`.
        replicates : int
            Runs of each point, 1 to 1,000,000, under seeds `first_seed`, `first_seed` + 1, … Default 20.
        precision : table
            In place of `replicates`: run until the interval is narrow enough (see `precision.Precision`).
        first_seed : int
            The seed of the first replicate, 0 to 2^63. Default 1.
        warm_up : int
            Weeks at the start that means leave out; default a fifth.
        trajectories : list
            Measures whose trajectory over the weeks is kept; default output and coherent_action.
        weekly : bool
            Whether to keep all measures of every week (some 60 kB a run).
        fails : table
            When a run counts as failed in scenario discovery: `measure`, and `below` or `above`.
        hypotheses : list of tables
            What the runs decide (see `hypothesis`).
        with_ : list
            Extensions of the model: Python files, names of installed ones, or mechanisms. In a file: `with`.

        Returns
        -------
        Study
            The study, checked.

        Raises
        ------
        ScenarioError
            If anything is unknown, of the wrong type, out of range or does not go together.
        """
        return cls.from_dict({"name": name, **given})

    @classmethod
    def from_toml(cls, path: str | os.PathLike[str], with_: object = ()) -> Self:
        """A study from a TOML file; it is called as the file unless it says otherwise.

        Parameters
        ----------
        path : path
            A TOML file with the keywords of `build`.
        with_ : list of Mechanism, str or path
            Extensions beside those that the file names in `with`.

        Returns
        -------
        Study
            The study, checked.

        Raises
        ------
        ScenarioError
            With the name of the file.
        """
        content = read_toml(path)
        with blamed(display_path(path)):
            folder = Path(path).parent
            extensions = (*load_all(content.pop("with", ()), folder), *load_all(with_))
            return cls.from_dict({"name": Path(path).stem, **content, "with": extensions}, folder)

    @classmethod
    def from_dict(cls, given: Mapping[str, Any], folder: Path = Path()) -> Self:
        """A study from a table as a TOML file holds it; paths in it are relative to `folder`.

        Parameters
        ----------
        given : mapping
            The keywords of `build`.
        folder : Path
            Where the files are that the table names.

        Returns
        -------
        Study
            The study, checked.

        Raises
        ------
        ScenarioError
            As for `build`.
        """
        if not isinstance(given, Mapping):
            raise ScenarioError(f"study = {truncated_repr(given)}: a table is needed")
        table = current_names(given)
        if "with_" in table:  # as Python has to write it
            table["with"] = table.pop("with_")
        scenario = table.get("scenario")
        for one, several in (("policy", "policies"), ("world", "worlds")):
            if isinstance(scenario, Mapping) and one in scenario and several in table:
                raise ScenarioError(f"{several} and scenario.{one} are both given: one of them is needed")
        if "replicates" in table and "precision" in table:
            raise ScenarioError("replicates and precision are both given: one of them is needed")
        for what in ("policies", "worlds"):
            if isinstance(table.get(what), list | tuple):
                files = [isinstance(one, str) and one.endswith(".toml") for one in table[what]]
                table[what] = [folder / one if file else one for file, one in zip(files, table[what], strict=True)]
        if "with" in table:
            table["with"] = load_all(table["with"], folder)
        if isinstance(table.get("design_points"), str):
            table["design_points"] = folder / table["design_points"]
        return cls.of(table)

    @model_validator(mode="before")
    @classmethod
    def _complete(cls, given: Any) -> Any:
        """What depends on something else that was given, where it is not given itself."""
        table = dict(given)
        scenario = table.pop("scenario", {})
        shared = dict(scenario) if isinstance(scenario, Mapping) else {}
        table.setdefault("policies", [shared.pop("policy", "balanced")])
        table.setdefault("worlds", [shared.pop("world", "turbulent")])
        table["with"] = extensions = load_all(table.get("with", ()))
        if extensions:
            kinds = parts_of(model_of(extensions))
            table["policies"] = _parts(kinds.policy, table["policies"])
            table["worlds"] = _parts(kinds.world, table["worlds"])
        weeks = shared.get("weeks", Scenario.model_fields["weeks"].default)
        table.setdefault("warm_up", warm_up(weeks) if isinstance(weeks, int) and weeks > 0 else 0)
        if not str(table.get("title", "")).strip():
            table["title"] = str(table.get("name", "")).replace("_", " ")
        if isinstance(shared.get("interventions"), list | tuple):  # with all levers, should the library change
            shared["interventions"] = [as_intervention(one, extensions).to_dict() for one in shared["interventions"]]
        kept = {name: value for name, value in shared.items() if name not in ("policy", "world")}
        return table | {"scenario": kept if isinstance(scenario, Mapping) else scenario}

    def _broken_rules(self) -> Iterator[str]:
        self._base(self.policies[0], self.worlds[0])
        names = [name for axis in self.axes for name in varied(axis)]
        if self.warm_up >= self.weeks:
            yield f"warm_up = {self.warm_up}: a whole number is needed, 0 to {self.weeks - 1}"
        elif doubled := [name for i, name in enumerate(names) if name in names[:i]]:
            yield f"{doubled[0]} is varied twice: once is needed"
        elif foreign := [name for name in self._measures_named() if name not in self.measure_names]:
            yield f"{foreign[0]} is a measure of an extension that this study does not name in `with`"
        elif self.fails and self.sample is None:
            yield "fails is given, but nothing is sampled: scenario discovery needs a sample"
        elif self.points > MOST_POINTS:
            yield f"the design has {self.points:,} points: allowed are {MOST_POINTS:,}"
        elif self.first_seed + self.most_replicates > 2**64:
            yield f"first_seed = {self.first_seed}: seeds go up to 2^64 - 1"
        else:
            self._try_points()
            for number, one in enumerate(self.hypotheses, start=1):
                with blamed(f"hypothesis {number}"):
                    one.check(self.design, self.weeks, self.trajectories)

    def _measures_named(self) -> list[str]:
        asked = [
            name for one in self.hypotheses for name in (one.measure, *(term.measure for term in one.parts)) if name
        ]
        return [*self.trajectories, *asked, *([self.fails.measure] if self.fails else [])]

    def _try_points(self) -> None:
        """Make the scenarios of the points, all or as many as is quick. Raises `ScenarioError`."""
        step = max(1, self.points // (200 if self.sample else CHECKED_POINTS))
        for point in range(0, self.points, step):
            with blamed(f"point {point} ({_in_words(self.design.labels(point))})"):
                self.scenario(point)

    @classmethod
    def _in_it(cls, text: str) -> str:
        return text

    @classmethod
    def _unknown(cls, name: object) -> str:
        if isinstance(name, str) and canonical(name) in (*parameters_in_use(), *TIME, "weeks"):
            where = "in scenario, if all runs share it, or in factorial, with a list of values"
            return f"{display_name(name)} is not part of a study by itself: it belongs {where}"
        keys = [field.alias or name for name, field in cls.model_fields.items()]
        hint = did_you_mean(name, keys) or f"; allowed are {', '.join(keys)}"
        return f"{display_name(name)} is not part of a study{hint}"

    # What it comes to

    @property
    def axes(self) -> tuple[Axis, ...]:
        """What is varied beside policies and worlds."""
        return tuple(axis for axis in (self.design_points, *self.factorial, self.sample) if axis is not None)

    @cached_property
    def design(self) -> Design:
        """All points: worlds, then the axes in the order given, then policies, which change fastest."""
        return Design((Named("world", self.worlds), *self.axes, Named("policy", self.policies)))

    @property
    def measure_names(self) -> tuple[str, ...]:
        """What is measured, the measures of extensions among them."""
        return model_of(self.with_).measure_names

    @property
    def version(self) -> str:
        """The version of the model, as it stands in each row; extensions are part of it."""
        return model_of(self.with_).version

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
        """The seed of a replicate, the same for all points.

        Parameters
        ----------
        replicate : int
            Number of the replicate, from 0.

        Returns
        -------
        int
            `first_seed` + `replicate`.
        """
        return self.first_seed + replicate

    def scenario(self, point: int) -> Scenario:
        """The scenario of a point.

        Parameters
        ----------
        point : int
            Number of the point, 0 to `points` - 1.

        Returns
        -------
        Scenario
            What is run there.
        """
        settings = {name: self.shared[name] for name in TIME if name in self.shared} | self.design.settings(point)
        base = self._base(settings.pop("policy"), settings.pop("world"))
        return base.replace(**time_split(settings, base.policy)) if settings else base

    def before_varying(self, world: World) -> list[Scenario]:
        """The policies in a world, with what all runs share, before anything is varied.

        Parameters
        ----------
        world : World
            One of the study.

        Returns
        -------
        list of Scenario
            One for each policy, in their order.
        """
        return [self._base(policy, world) for policy in self.policies]

    def _base(self, policy: Policy, world: World) -> Scenario:
        """The scenario that a policy and a world make, before anything is varied."""
        if (policy.name, world.name) not in self._bases:
            shared = {name: value for name, value in self.shared.items() if name not in TIME}
            made = Scenario.from_dict({**shared, "policy": policy, "world": world, "with": self.with_})
            self._bases[policy.name, world.name] = made
        return self._bases[policy.name, world.name]

    @cached_property
    def _bases(self) -> dict[tuple[str, str], Scenario]:
        return {}

    def base_point(self, point: int) -> int:
        """The point that a point is compared with: the same with the first condition of the last axis that has several.

        A sample has no first; its points are compared with nothing but themselves.

        Parameters
        ----------
        point : int
            Number of the point, 0 to `points` - 1.

        Returns
        -------
        int
            Number of the base; a base is its own.
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
    def bytes_per_run(self) -> float:
        """What a run is expected to take on disk."""
        kept = self.weeks * len(self.measure_names) * 7 if self.weekly else 260 * len(self.trajectories)
        return 300 + kept

    # Where it is, and ways out

    def folder(self, folder: str | os.PathLike[str] | None = None) -> Path:
        """Where the runs are kept: `runs` in the folder of the study, which is `results/NAME` unless told otherwise.

        Parameters
        ----------
        folder : path, optional
            The folder of the study.

        Returns
        -------
        Path
            The folder of its runs.
        """
        return (Path(folder) if folder else Path("results") / self.name) / "runs"

    def to_dict(self) -> dict[str, Any]:
        """The study as plain values, which `from_dict` reads back as an equal one, whatever becomes of the library.

        Returns
        -------
        dict
            Nested dicts, lists, texts and numbers, under the keys of a TOML file.
        """
        points = self.design_points
        tables = {
            "factorial": {factor.name: list(factor.values) for factor in self.factorial},
            "design_points": [points.settings(i) for i in range(len(points))] if points else [],
            "sample": self.sample and self.sample.to_dict(),
            "fails": self.fails and self.fails.to_dict(),
            "hypotheses": [one.to_dict() for one in self.hypotheses],
        }
        return {
            "name": self.name,
            "title": self.title,
            "about": self.about,
            **({"with": names_of(self.with_)} if self.with_ else {}),
            "policies": [dict(policy) for policy in self.policies],
            "worlds": [dict(world) for world in self.worlds],
            "scenario": plain(self.shared),
            **({"precision": self.precision.to_dict()} if self.precision else {"replicates": self.replicates}),
            "first_seed": self.first_seed,
            "warm_up": self.warm_up,
            "trajectories": list(self.trajectories),
            "weekly": self.weekly,
            **{name: plain(table) for name, table in tables.items() if table},
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
        """Sixteen hex digits that stand for `content`, the scenarios in it by their keys.

        So it stays what it is when the model gets another parameter that the study leaves at its default.
        """
        named = ("policies", "worlds", "scenario")
        design = {name: value for name, value in self.content.items() if name not in named}
        scenarios = [[self._base(policy, world).key for policy in self.policies] for world in self.worlds]
        time = {name: value for name, value in plain(self.shared).items() if name in TIME}
        text = json.dumps([scenarios, time, design], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def _in_words(labels: Mapping[str, Any]) -> str:
    """The conditions of a point."""
    texts = {name: f"{one:g}" if isinstance(one, float) else one if isinstance(one, str) else truncated_repr(one)
             for name, one in labels.items()}  # fmt: skip
    return ", ".join(f"{name} {text}" for name, text in texts.items())
