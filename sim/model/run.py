"""One organisation under one seed: its state, and its weeks as they come."""

from __future__ import annotations

import numpy as np

from ..scenario import Policy, Scenario, Segment
from ..validation import checked_seed
from .declare import PHASES
from .indices import SPACES
from .reality import BLOCKS, RUGGED, empty_reality


def raised_to_floors(time: np.ndarray, policy: Policy) -> np.ndarray:
    """Time that keeps to the floors of a policy (ODD, 7.9).

    Parameters
    ----------
    time : float64 [_, 3]
        Shares of the week for networks, communities and teams; each row sums to 1.
    policy : Policy
        With the floors.

    Returns
    -------
    float64 [_, 3]
        The same, but that what is below a floor is raised to it at the cost of what lies above the floors.
    """
    floor = np.array([policy.floor_networks, policy.floor_communities, policy.floor_teams])
    above = np.maximum(0.0, time - floor)
    total = (above[:, 0] + above[:, 1] + above[:, 2])[:, None]
    free = 1.0 - (floor[0] + floor[1] + floor[2])
    raised = floor + free * above / np.where(total > 0.0, total, 1.0)
    return np.where(np.any(time < floor, axis=1, keepdims=True), raised, time)


class Run:
    """One history of a scenario, week by week: the same under one seed, whether advanced in one go or in steps.

    Parameters
    ----------
    scenario : Scenario
        What is simulated.
    seed : int
        0 … 2^64 - 1; the key of every random number.

    Attributes
    ----------
    week : int
        Weeks that have passed.
    state, reality
        The arrays as they are now (`sim.model.state.State`, `sim.model.reality.Reality`).

    Examples
    --------
    >>> run = Run(Scenario.build(workers=24, weeks=4), seed=1)
    >>> run.advance(4).shape[0], run.week
    (4, 4)
    """

    def __init__(self, scenario: Scenario, seed: int) -> None:
        self.scenario = scenario
        self.seed = checked_seed(seed)
        self.week = 0
        self._segments = scenario.policies()
        self.model = scenario.model
        self._numbers = self.model.numbers(scenario, self._segments[0].policy)
        self.state, self.arrays = self.model.empty_state(scenario)
        self._workspace = self.model.empty_workspace(scenario)
        world = scenario.world
        kind = RUGGED if world.reality == "rugged" else BLOCKS
        self.reality = empty_reality(kind, world.aspects, world.complexity, world.block)
        self._advance(0, np.empty(0, self.model.measures_type))

    @property
    def policy(self) -> Policy:
        """The policy in force in the current week (before week 1, the one that it starts with)."""
        return [segment.policy for segment in self._segments if segment.week <= max(1, self.week)][-1]

    def _begin(self, segment: Segment) -> None:
        policy = segment.policy
        self._numbers = self.model.numbers(self.scenario, policy)
        split = np.array([[policy.split_networks, policy.split_communities, policy.split_teams]])
        if segment.sets_split:
            self.state.time[:] = split
        elif segment.sets_floor:
            self.state.time[:] = raised_to_floors(self.state.time, policy)
        # Newcomers start with the split, but never under a floor that was raised later.
        for name, share in zip(SPACES, raised_to_floors(split, policy)[0], strict=True):
            self._numbers[f"split_{name}"] = share

    def _advance(self, first: int, rows: np.ndarray, begin: int = 0, end: int = len(PHASES)) -> None:
        seed, numbers = np.uint64(self.seed), self._numbers
        self.model.run_weeks(seed, first, begin, end, self.state, self._workspace, self.reality, numbers, rows)

    def advance(self, weeks: int) -> np.ndarray:
        """Run some weeks.

        Parameters
        ----------
        weeks : int
            How many, 0 or more. Weeks beyond the scenario's horizon go on under the last policy.

        Returns
        -------
        float64 [weeks, measures]
            In the order of `scenario.model.measure_names`.
        """
        history = np.empty(weeks, self.model.measures_type)
        starts = [segment.week for segment in self._segments]
        end = self.week + weeks
        while self.week < end:
            first = self.week + 1
            for segment in self._segments[1:]:
                if segment.week == first:
                    self._begin(segment)
            last = min([end, *(week - 1 for week in starts if week > first)])
            rows = history[weeks - (end - self.week) :][: last - self.week]
            if self.model.all_compiled:
                self._advance(first, rows)
                self.week = last
            else:
                for week in range(first, last + 1):
                    self._advance_with_plain_phases(week, rows[week - first :][:1])
        return history.view(np.float64).reshape(weeks, len(self.model.measure_names))

    def _advance_with_plain_phases(self, week: int, row: np.ndarray) -> None:
        """Run a week in parts, with the plain phases of extensions between them."""
        from .views import OrganisationView

        view = OrganisationView(self)
        before = self.arrays["person"].copy()
        done = 0
        for k, name in enumerate(PHASES):
            if functions := self.model.plain_phases.get(name):
                self._advance(week, row, done, k + 1)
                self.week, done = week, k + 1
                self._begin_newcomers(before)
                for function in functions:
                    function(view)
        self._advance(week, row, done)
        self.week = week
        self._begin_newcomers(before)
        for column, measure in self.model.plain_measures.items():
            row[0][column] = measure(view)

    def _begin_newcomers(self, before: np.ndarray) -> None:
        """Newcomers start anew in the arrays that rules know nothing of."""
        new = self.arrays["person"] != before
        before[:] = self.arrays["person"]
        for one in self.model.plain_arrays:
            self.arrays[one.name][new] = one.start
