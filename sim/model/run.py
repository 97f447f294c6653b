"""One organisation under one seed: its state, and its weeks as they come."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np

from ..errors import ScenarioError, in_two_lines, truncated_repr
from ..scenario import Intervention, Policy, Scenario, Segment, World
from ..scenario.scenario import floors_above_split, segments_after
from ..validation import checked_seed
from .declare import PHASES
from .reality import BLOCKS, RUGGED, Reality, empty_reality
from .sharing import Shares
from .views import OrganisationView


def reality_for(world: World) -> Reality:
    """Memory for the reality of a world; the first call of the kernel fills it.

    Parameters
    ----------
    world : World
        What management cannot set.

    Returns
    -------
    Reality
        As `empty_reality` makes it.
    """
    kind = RUGGED if world.reality == "rugged" else BLOCKS
    return empty_reality(kind, world.aspects, world.complexity, world.block)


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
        The arrays as they are now: a named tuple, and a `tripleos.model.reality.Reality`.
    arrays, own_arrays : dict of str to array
        All arrays of the state by name, and those that extensions have added.
    model : Model
        Of the scenario.

    Examples
    --------
    >>> run = Run(Scenario.build(workers=24, weeks=4), seed=1)
    >>> run.advance(4).shape[0], run.week
    (4, 4)
    """

    def __init__(self, scenario: Scenario, seed: int) -> None:
        self._scenario = scenario
        self._interventions = list(scenario.interventions)
        self._latest: Intervention | None = None  # what `intervene` set last
        self.seed = checked_seed(seed)
        self.week = 0
        self._segments = scenario.policies()
        self.model = scenario.model
        self._numbers = self.model.numbers(scenario, self._segments[0].policy)
        self.state, self.arrays = self.model.empty_state(scenario)
        self.own_arrays = {one.name: self.arrays[one.name] for one in self.model.own_arrays}
        self._workspace = self.model.empty_workspace(scenario)
        self._shares: Shares | None = None  # of the threads that were last at work on this run
        self.reality = reality_for(scenario.world)
        self._advance(0, np.empty(0, self.model.measures_type))

    @cached_property
    def _view(self) -> OrganisationView:
        """What plain phases and measures are given."""
        return OrganisationView(self)

    @property
    def scenario(self) -> Scenario:
        """What is simulated, with the interventions that were added on the way."""
        # Made when asked for: checking a scenario takes time for each intervention, and there may be one every week.
        if self._interventions != list(self._scenario.interventions):
            self._scenario = self._scenario.model_copy(update={"interventions": tuple(self._interventions)})
        return self._scenario

    @property
    def numbers(self) -> np.record:
        """The numbers that rules read (PARAMETERS_TYPE), as they are in force; a new record under each policy."""
        return self._numbers

    @property
    def pending(self) -> Intervention | None:
        """What `intervene` has set for the coming week; None if nothing."""
        return self._latest if self._latest is not None and self._latest.week == self.week + 1 else None

    @property
    def coming(self) -> list[Segment]:
        """The policies that begin with the coming week, in the order in which they are applied; mostly none."""
        return [segment for segment in self._segments[1:] if segment.week == self.week + 1]

    @property
    def policy(self) -> Policy:
        """The policy in force in the current week (before week 1, the one that it starts with)."""
        return [segment.policy for segment in self._segments if segment.week <= max(1, self.week)][-1]

    def _begin(self, segment: Segment) -> None:
        self._numbers = self.model.numbers(self._scenario, segment.policy)
        self.model.begin_policy(self.state.time, self._numbers, segment.sets_split, segment.sets_floor)

    def _advance(self, first: int, rows: np.ndarray, begin: int = 0, end: int = len(PHASES)) -> None:
        seed, numbers = np.uint64(self.seed), self._numbers
        self.model.run_weeks(seed, first, begin, end, self.state, self._workspace, self.reality, numbers, rows)

    def intervene(self, policy: str | Policy | Mapping[str, Any] = "", **levers: Any) -> None:
        """Change the policy from the start of the coming week on.

        The history is that of the scenario with this intervention, given after those that were planned for the same
        week. Several changes before the week begins are one intervention. Planned interventions still come.

        Parameters
        ----------
        policy : str, Policy or mapping, optional
            A policy whose levers are all set.
        **levers : number or bool
            Levers by name; they override `policy`.

        Raises
        ------
        ScenarioError
            If a lever is unknown or not allowed, if the policy, or one that is planned, would not be valid, or if the
            horizon is reached. Nothing is changed then.
        """
        week, pending = self.week + 1, self.pending
        if "week" in levers:
            raise ScenarioError(
                f"week = {truncated_repr(levers['week'])}: the change holds from the coming week on, week {week}; "
                "changes with a date are the `interventions` of a scenario"
            )
        if week > self._scenario.weeks:
            last = self._scenario.weeks
            raise ScenarioError(f"intervention of week {week}: allowed is week 1 to {last} (the weeks of the scenario)")
        extensions = self._scenario.with_
        one = Intervention(week, policy=policy, with_=extensions, **levers)
        if pending is not None:
            changes = {**pending.changes, **one.changes}
            one = Intervention(week, changes, policy=one.policy or pending.policy, with_=extensions)
        past = [given for given in self._interventions if given.week < week]
        to_come = [given for given in self._interventions if given.week >= week and given is not pending]
        to_come = sorted([*to_come, one], key=lambda given: given.week)
        begun = [self._segments[0], *(segment for segment in self._segments[1:] if segment.week < week)]
        segments = segments_after(begun[-1].policy, to_come)
        if problems := [problem for segment in segments for problem in floors_above_split(segment)]:
            raise ScenarioError(in_two_lines(problems))
        self._segments, self._interventions, self._latest = [*begun, *segments], [*past, *to_come], one

    def advance(self, weeks: int, threads: int = 1) -> np.ndarray:
        """Run some weeks.

        Parameters
        ----------
        weeks : int
            How many, 0 or more. Weeks beyond the scenario's horizon go on under the last policy.
        threads : int
            How many share this run, which pays from some 20,000 workers on. The history is the same to the bit. Where
            an extension acts between the phases of a week, one thread does it all.

        Returns
        -------
        float64 [weeks, measures]
            In the order of `scenario.model.measure_names`.
        """
        if threads > 1 and self.model.can_be_shared:
            if self._shares is None or self._shares.threads != threads:
                self._shares = Shares(self.model, self._scenario, self.state, self._workspace, threads)
            with self._shares.at_work():
                return self._advance_to(weeks, self._shares)
        return self._advance_to(weeks, None)

    def _advance_to(self, weeks: int, shares: Shares | None) -> np.ndarray:
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
            if shares is not None:
                for week in range(first, last + 1):
                    shares.run_week(np.uint64(self.seed), week, self.reality, self._numbers, rows[week - first])
                self.week = last
            elif self.model.all_compiled:
                self._advance(first, rows)
                self.week = last
            else:
                for week in range(first, last + 1):
                    self._advance_with_plain_phases(week, rows[week - first :][:1])
        return history.view(np.float64).reshape(weeks, len(self.model.measure_names))

    def _advance_with_plain_phases(self, week: int, row: np.ndarray) -> None:
        """Run a week in parts, with the plain phases of extensions between them."""
        view = self._view
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
