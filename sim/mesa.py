"""The Mesa face: an organisation as a `mesa.Model`, its workers as `mesa.Agent` views on the arrays of a run.

All the work is done by `sim.model.run.Run`; nothing here knows a rule. Works unchanged on Mesa 3.3 to 3.5.
"""

from __future__ import annotations

import secrets
import warnings
from collections.abc import Mapping, Sequence
from inspect import Parameter as Keyword
from inspect import Signature, signature
from typing import Any

import mesa
import numpy as np
import pandas as pd

from .model.measures import MEASURE_NAMES
from .model.run import Run
from .model.state import SPACES
from .progress import Progress, announce_compiling, in_slices
from .scenario import PARAMETERS, Intervention, Policy, Scenario, World
from .validation import checked_seed

DRAWN_SEED_BITS = 32


class Worker(mesa.Agent):
    """A seat in the organisation: a thin, read-only view on the arrays; a newcomer takes the seat of whoever left.

    Attributes
    ----------
    seat : int
        The worker's number, 0 … workers - 1 (`unique_id` is Mesa's own, from 1 on).
    """

    model: Organisation

    def __init__(self, model: Organisation, seat: int) -> None:
        super().__init__(model)
        self.seat = seat

    @property
    def person(self) -> int:
        """Who sits here: the seat's number, plus the number of workers for each newcomer since."""
        return int(self.model.state.person[self.seat])

    @property
    def time_split(self) -> dict[str, float]:
        """Shares of the week for networks, communities and teams; they sum to 1."""
        return dict(zip(SPACES, self.model.state.time[self.seat].tolist(), strict=True))

    @property
    def skills(self) -> dict[str, float]:
        """Personal knowledge mastery: seek, sense and share, each 0 … 1."""
        state = self.model.state
        return {name: float(getattr(state, name)[self.seat]) for name in ("seek", "sense", "share")}

    @property
    def awareness(self) -> np.ndarray:
        """Bool [aspects]: of which aspects the worker has heard the latest."""
        return self.model.state.aware[self.seat].copy()

    @property
    def idea(self) -> np.ndarray:
        """Int8 [aspects] in {-1, +1}: the practice that the worker would argue for."""
        return self.model.state.idea[self.seat].copy()

    @property
    def team(self) -> int:
        """The number of the worker's team."""
        return int(self.model.state.team[self.seat])

    @property
    def communities(self) -> list[int]:
        """The numbers of the worker's communities."""
        return self.model.state.community[self.seat].tolist()

    @property
    def trust(self) -> list[float]:
        """Trust in each of these communities, 0 … 1."""
        return self.model.state.trust[self.seat].tolist()

    @property
    def ties(self) -> list[int]:
        """The seats of the colleagues whom the worker follows."""
        return self.model.state.tie[self.seat].tolist()


class Organisation(mesa.Model):
    """One organisation, week by week.

    Parameters
    ----------
    policy, world : str, Policy or World
        Names from the library (`tripleos list`), or objects.
    weeks : int
        Horizon: `running` becomes False when it is reached.
    interventions : sequence of Intervention or dict
        Dated changes of policy, such as `{"week": 53, "working_out_loud": 0.8}`.
    rng : int, optional
        The seed, 0 … 2^64 - 1, of every random number. By default one is drawn; `seed` tells which.
    **parameters
        Every parameter of the model by its name (`inspect.signature` shows them all); None keeps what the policy, the
        world or the model says. Meanings, units and ranges: `tripleos list levers` or `sim.PARAMETERS`.

    Attributes
    ----------
    week : int
        Weeks that have passed.
    seed : int
        The seed of every random number.
    setup : Scenario
        All that was given.
    awareness, output, … : float
        Each of `sim.MEASURES` for the last week; nan before the first.
    datacollector : mesa.DataCollector
        Collects every measure each week.

    Raises
    ------
    ScenarioError
        If a name, a type or a value is not allowed; the message says what is.

    Examples
    --------
    >>> model = Organisation(policy="balanced", world="turbulent", workers=24, rng=1)
    >>> model.step()
    >>> model.week, len(model.agents), model.running
    (1, 24, True)
    """

    def __init__(
        self,
        policy: str | Policy = "balanced",
        world: str | World = "turbulent",
        *,
        weeks: int = 260,
        interventions: Sequence[Intervention | Mapping[str, Any]] = (),
        rng: int | None = None,
        **parameters: Any,
    ) -> None:
        given = {name: value for name, value in parameters.items() if value is not None or name not in PARAMETERS}
        setup = Scenario.build(policy, world, weeks=weeks, interventions=interventions, **given)
        seed = secrets.randbits(DRAWN_SEED_BITS) if rng is None else checked_seed(rng)
        super().__init__(rng=seed)
        for note in setup.notes():
            warnings.warn(note, stacklevel=2)
        self.setup = setup
        self.seed = seed
        self.horizon = setup.weeks
        announce_compiling()
        self._run = Run(setup, seed)
        self._rows: list[np.ndarray] = []
        self._tell(np.full(len(MEASURE_NAMES), np.nan))
        self.datacollector = mesa.DataCollector(model_reporters={name: name for name in MEASURE_NAMES})

    @classmethod
    def from_scenario(cls, setup: Scenario, *, rng: int | None = None) -> Organisation:
        """An organisation of a whole scenario.

        Parameters
        ----------
        setup : Scenario
            All that is given but the seed.
        rng : int, optional
            The seed, 0 … 2^64 - 1. By default one is drawn.

        Returns
        -------
        Organisation
            Before its first week.

        Raises
        ------
        ScenarioError
            If the seed is not usable.
        """
        levers = {
            name: getattr(part, name)
            for part in (setup.world, setup.workforce, setup.policy)
            for name in type(part).model_fields
            if name in PARAMETERS
        }
        return cls(setup.policy, setup.world, weeks=setup.weeks, interventions=setup.interventions, rng=rng, **levers)

    @property
    def key(self) -> int:
        """The seed, by its name of version 0.1."""
        warnings.warn("Organisation.key is now called Organisation.seed", FutureWarning, stacklevel=2)
        return self.seed

    @property
    def state(self) -> Any:
        """The arrays as they are now (`sim.model.state.State`); read them, do not write."""
        return self._run.state

    @property
    def reality(self) -> Any:
        """What practices are worth now (`sim.model.reality.Reality`)."""
        return self._run.reality

    @property
    def week(self) -> int:
        """Weeks that have passed."""
        return self._run.week

    @property
    def history(self) -> pd.DataFrame:
        """The measures of every week so far, one row a week, with `week` as the index."""
        rows = np.array(self._rows).reshape(-1, len(MEASURE_NAMES))
        return pd.DataFrame(rows, columns=list(MEASURE_NAMES), index=pd.RangeIndex(1, len(rows) + 1, name="week"))

    def _tell(self, row: np.ndarray) -> None:
        """Make a week's measures the attributes of the model."""
        self.__dict__.update(zip(MEASURE_NAMES, row.tolist(), strict=True))

    def _note(self, rows: np.ndarray) -> None:
        """Record weeks that have just passed."""
        for row in rows:
            self._rows.append(row)
            self._tell(row)
            self.datacollector.collect(self)
        self.running = self.week < self.horizon

    def step(self) -> None:
        """One week."""
        self._note(self._run.advance(1))

    def run(self, weeks: int | None = None, *, progress: Progress | bool | None = None) -> pd.DataFrame:
        """Many weeks in one compiled call: the same history as so many steps, much faster.

        Parameters
        ----------
        weeks : int, optional
            How many (default: what is left until the horizon). Mesa's own counter `steps` counts calls of `step` only.
        progress : callable or bool, optional
            Called with (weeks done, weeks in all) on the way through a long run. False for no bar; by default there is
            one in a notebook and on a terminal, if the run takes longer than a second or so.

        Returns
        -------
        DataFrame
            `history`.
        """
        total = max(0, self.horizon - self.week) if weeks is None else weeks
        with in_slices(total, self.setup.workforce.workers, "weeks", progress) as parts:
            for part in parts:
                self._note(self._run.advance(part))
        return self.history

    @property
    def agents(self) -> Any:
        """The workers, as views; made when first asked for."""
        if not self._all_agents:
            for seat in range(self.setup.workforce.workers):
                Worker(self, seat)
            # Mesa 3.3 counts agents per model in a table that would keep every model alive.
            getattr(mesa.Agent, "_ids", {}).pop(self, None)
        return self._all_agents

    @property
    def agents_by_type(self) -> Any:
        """The workers by type (there is one)."""
        return {Worker: self.agents}

    @property
    def agent_types(self) -> list[type]:
        """The one type of agent."""
        return [Worker]


def _signature() -> Signature:
    """The signature of `Organisation` with every parameter as a keyword, so that editors, Mesa and people see them."""
    kinds = {"int": "int", "float": "float", "bool": "bool", "choice": "str"}
    written = signature(Organisation.__init__)
    fixed = [keyword for keyword in written.parameters.values() if keyword.kind is not Keyword.VAR_KEYWORD]
    each = [
        Keyword(name, Keyword.KEYWORD_ONLY, default=None, annotation=f"{kinds[about.kind]} | None")
        for name, about in PARAMETERS.items()
    ]
    return written.replace(parameters=[*fixed, *each])


Organisation.__init__.__signature__ = _signature()  # type: ignore[attr-defined]
