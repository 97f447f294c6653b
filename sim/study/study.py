"""A study as people use it: a definition that can be run, and read.

>>> import tempfile
>>> small = {"workers": 24, "weeks": 8}
>>> study = Study.build("small", policies=["balanced", "heads_down"], scenario=small, replicates=3)
>>> with tempfile.TemporaryDirectory() as folder:
...     table = study.run(folder).cells("output")
>>> table["policy"].tolist(), table["replicates"].tolist()
(['balanced', 'heads_down'], [3, 3])
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, ClassVar, Self

import pandas as pd

from ..errors import ScenarioError
from ..progress import announce_compiling, cores, progress_bar
from .definition import StudyDefinition
from .library import nearest_study, study_file
from .old_names import Renamed
from .plan import plan_of
from .results import StudyResults
from .runner import Options, sweep
from .store import Store


class Study(StudyDefinition):
    """Scenarios to run on common seeds: made by `build`, `from_toml` or `from_dict`, then run and read.

    Attributes
    ----------
    name, title, about, with_, policies, worlds, shared, factorial, design_points, sample : see `StudyDefinition`
        What is run.
    replicates, precision, first_seed, warm_up, trajectories, weekly, fails, hypotheses : see `StudyDefinition`
        How often it is run, what is kept, and what it decides.
    """

    @classmethod
    def from_toml(cls, path: str | os.PathLike[str], with_: object = ()) -> Self:
        """A study from a TOML file, or a shipped one by its name.

        Parameters
        ----------
        path : path or str
            A TOML file with the keywords of `build`; the study is called as the file unless it says otherwise. Or the
            name of a shipped study (`tripleos list studies`), as text.
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

        Examples
        --------
        >>> Study.from_toml("demo").runs
        360
        """
        try:
            return super().from_toml(study_file(path), with_)
        except ScenarioError as error:
            if isinstance(error.__context__, FileNotFoundError):
                raise ScenarioError(f"{error}{nearest_study(path)}") from None
            raise

    def run(
        self,
        folder: str | os.PathLike[str] | None = None,
        *,
        progress: Callable[[int, int], None] | bool | None = None,
        **options: Any,
    ) -> StudyResults:
        """Make the runs that are missing in a folder, and return what they say. What was begun goes on.

        Parameters
        ----------
        folder : path, optional
            Folder of the study; default `results/NAME`.
        progress : callable or bool, optional
            Called with (runs stored, runs in all) at the start and after each task. False for no bar, True for one in
            any case; by default there is one in a notebook and on a terminal, if a second of work or more is left.
        **options
            Those of `runner.Options`, as `threads=1` or `cluster="tcp://…"`.

        Returns
        -------
        StudyResults
            The results.

        Raises
        ------
        StudyError
            If runs cannot be made or kept, or none went well.
        ScenarioError
            If the number of threads is not usable.
        """
        at_work = cores(options.get("threads"))
        announce_compiling([self.scenario(0).model.run_weeks], progress)
        bar = progress_bar("runs", lambda: plan_of(self).seconds_per_run / at_work, progress)
        with Store(self.folder(folder), self).lock("Study.run") as store, bar as told:
            sweep(store, Options(**options), lambda state: told(state.done + state.failed, state.total))
        return StudyResults(store)

    def results(self, folder: str | os.PathLike[str] | None = None) -> StudyResults:
        """What the runs stored in a folder say.

        Parameters
        ----------
        folder : path, optional
            Folder of the study; default `results/NAME`.

        Returns
        -------
        StudyResults
            The results.

        Raises
        ------
        StudyError
            If no run is stored that went well, or a file is damaged.
        """
        return StudyResults(Store(self.folder(folder), self))

    findings: ClassVar = Renamed("results")
    courses: ClassVar = Renamed("trajectories")
    weeks_left_out: ClassVar = Renamed("warm_up")
    claims: ClassVar = Renamed("hypotheses")

    def to_dataframe(self, folder: str | os.PathLike[str] | None = None) -> pd.DataFrame:
        """The runs stored in a folder, one row each (see `Store.frame`).

        Parameters
        ----------
        folder : path, optional
            Folder of the study; default `results/NAME`.

        Returns
        -------
        DataFrame
            One row a run.
        """
        return Store(self.folder(folder), self).frame()
