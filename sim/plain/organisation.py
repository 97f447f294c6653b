"""The organisation: its beginning (ODD, section 5), the order of a week (3), reality (7.1), interventions (7.9)."""

from __future__ import annotations

import math
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import SimpleNamespace
from typing import Any, ClassVar

import mesa
import pandas as pd

from ..errors import ScenarioError, in_two_lines, truncated_repr
from ..scenario import PARAMETERS, Intervention, Policy, Scenario, Workforce, World
from ..scenario.keywords import signature_with_parameters
from ..scenario.scenario import floors_above_split, segments_after
from ..validation import checked_words, seed_or_drawn
from . import events, rng
from .community import Community as CommunityAgent
from .community import Member
from .measures import MEASURES
from .outsider import Outsider as OutsiderAgent
from .practice import Practice
from .reality import Blocks, Reality, Rugged
from .snapshot import snapshot
from .spaces import TEAMS
from .sums import mean, total
from .team import Team as TeamAgent
from .work import draw_common
from .worker import IMITATION_RULES, QUARTER
from .worker import Worker as WorkerAgent


class Organisation(mesa.Model):
    """One organisation, week by week, in plain Python.

    Parameters
    ----------
    scenario : Scenario, optional
        What is simulated. What else is given changes it; by default everything is as in `Scenario.build`.
    rng : int, optional
        The seed, 0 … 2^64 - 1, of every random number. By default one is drawn; `seed` tells which.
    policy, world : str, Policy or World, optional
        Names from the library (`tripleos list`), or objects. Without a scenario "balanced" and "turbulent".
    workforce : Workforce or dict, optional
        The people. Without a scenario all is as by default.
    weeks : int, optional
        Horizon: `running` becomes False when it is reached. Without a scenario 260.
    interventions : sequence of Intervention or dict, optional
        Dated changes of policy, such as `{"week": 53, "working_out_loud": 0.8}`.
    with_ : list of Mechanism, str or path, optional
        Extensions of the model, of which the plain forms are used.
    **levers
        Every parameter of the model by its name (`inspect.signature` shows them all); None changes nothing.

    Attributes
    ----------
    Worker, Team, Community, Outsider : type
        The classes of the agents. A subclass of the organisation may name others.
    imitation_rules : mapping of str to callable
        For each choice of the parameter `imitation`: what a worker makes of the practices seen, a practice or None.
    measure_functions : mapping of str to callable
        The measures by name, each a function of the organisation.
    week : int
        Weeks that have passed.
    seed : int
        The seed of every random number.
    setup : Scenario
        All that was given.
    horizon : int
        The weeks of the scenario.
    p : SimpleNamespace
        The numbers in force, by the names of the parameters.
    reality : Reality
        What practices are worth now.
    common : list of bool
        Which aspects of the work are common to all teams; the others are each team's own.
    workers, teams, communities, outsiders : list
        The agents of each kind.
    event_counts : Counter
        How often something that a measure counts happened this week.
    measures : dict
        The measures of the last week; each is an attribute, too. They are nan before the first week.
    datacollector : mesa.DataCollector
        Collects every measure each week. It may be replaced by another one before the first.

    Raises
    ------
    ScenarioError
        If a name, a type or a value is not allowed; the message says what is.

    Examples
    --------
    >>> model = Organisation(policy="balanced", workers=12, team_size=4, communities=2, weeks=2, rng=1)
    >>> model.step()
    >>> model.week, len(model.workers), model.running
    (1, 12, True)
    >>> model.run().shape
    (2, 28)
    """

    Worker: ClassVar[type[WorkerAgent]] = WorkerAgent
    Team: ClassVar[type[TeamAgent]] = TeamAgent
    Community: ClassVar[type[CommunityAgent]] = CommunityAgent
    Outsider: ClassVar[type[OutsiderAgent]] = OutsiderAgent
    imitation_rules: Mapping[str, Callable[[Any], Practice | None]] = IMITATION_RULES
    measure_functions: Mapping[str, Callable[[Any], float]] = MEASURES

    def __init__(
        self,
        scenario: Scenario | None = None,
        *,
        rng: int | None = None,
        policy: str | Mapping[str, Any] | Policy | None = None,
        world: str | Mapping[str, Any] | World | None = None,
        workforce: Mapping[str, Any] | Workforce | None = None,
        weeks: int | None = None,
        interventions: Sequence[Intervention | Mapping[str, Any]] | None = None,
        with_: object = None,
        **levers: Any,
    ) -> None:
        given = {"policy": policy, "world": world, "workforce": workforce, "interventions": interventions, **levers}
        setup = _scenario(scenario, {**given, "weeks": weeks, "with_": with_})
        seed = seed_or_drawn(rng)
        self._last_id = 0
        super().__init__(rng=seed)
        for note in setup.notes():
            warnings.warn(note, stacklevel=2)
        self.setup = setup
        self.seed = seed
        self.horizon = setup.weeks
        self.week = 0
        self.event_counts: Counter[str] = Counter()
        known = setup.model.parameters.items()
        self.p = SimpleNamespace(**{name: getattr(getattr(setup, about.group), name) for name, about in known})
        self.extend()
        self.initialise()
        self._rows: list[dict[str, float]] = []
        self._tell(dict.fromkeys(self.measure_functions, math.nan))
        self.datacollector = mesa.DataCollector(model_reporters={name: name for name in self.measure_functions})

    def extend(self) -> None:
        """Take in the plain forms of what extensions add: ways to imitate, measures, phases.

        Raises
        ------
        ScenarioError
            If one has none.
        """
        self.added_phases: dict[str, list[Any]] = {}
        for extension in self.setup.with_:
            parts: list[Any] = [*extension.phases, *extension.imitations, *extension.measures]
            if extension.rules or any(one.plain is None for one in parts):
                needed = "tripleos.plain needs one, or a subclass that does the same"
                raise ScenarioError(f"{extension.name} ({extension.place}) has no plain form: {needed}")
            imitations: dict[str, Any] = {one.name: one.plain for one in extension.imitations}
            measures: dict[str, Any] = {one.name: one.plain for one in extension.measures}
            self.imitation_rules = {**self.imitation_rules, **imitations}
            self.measure_functions = {**self.measure_functions, **measures}
        # At one place, those that the engine compiles come first.
        phases = [phase for extension in self.setup.with_ for phase in extension.phases]
        for phase in sorted(phases, key=lambda one: one.compiled is None):
            self.added_phases.setdefault(phase.after, []).append(phase.plain)

    def register_agent(self, agent: Any) -> None:
        """Take an agent in; Mesa calls this for every new one.

        Parameters
        ----------
        agent : mesa.Agent
            Also one of your own.
        """
        super().register_agent(agent)
        # Mesa 3.3 numbers agents by a table of models, which would keep every model alive: numbered here instead
        table = getattr(mesa.Agent, "_ids", None)
        if table is not None:
            table.pop(self, None)
            self._last_id += 1
            agent.unique_id = self._last_id

    # Random numbers

    def uniform(self, event: int, who: int = 0, draw: int = 0) -> float:
        """A uniform number of this week.

        Parameters
        ----------
        event : int
            What is decided, 0 to 2^32 - 1. Those below 100 are the model's own (`tripleos.plain.events`).
        who : int
            Whom it belongs to, 0 to 2^32 - 1.
        draw : int
            Numbers the draws for an event within a week, 0 to 2^32 - 1.

        Returns
        -------
        float
            In [0, 1); the same whenever it is asked for.
        """
        return rng.uniform(self.seed, self.week, *checked_words(event, who, draw))

    def normal(self, event: int, who: int = 0, draw: int = 0) -> float:
        """A standard normal number of this week.

        Parameters
        ----------
        event : int
            What is decided, 0 to 2^32 - 1. Those below 100 are the model's own (`tripleos.plain.events`).
        who : int
            Whom it belongs to, 0 to 2^32 - 1.
        draw : int
            Numbers the draws for an event within a week, 0 to 2^32 - 1.

        Returns
        -------
        float
            The same whenever it is asked for.
        """
        return rng.normal(self.seed, self.week, *checked_words(event, who, draw))

    # 5 Initialisation

    def initialise(self) -> None:
        """Week 0: reality, common aspects, the outside world, workers in communities and teams, fields and ties."""
        self.reality: Reality = Rugged(self) if self.p.reality == "rugged" else Blocks(self)
        self.common = draw_common(self)
        self.begin_outside_world()
        self.workers = [self.Worker(self, seat) for seat in range(self.p.workers)]
        self.assign_communities()
        self.assign_teams()
        for worker in self.workers:
            worker.field = worker.draw_field()
            worker.draw_ties()
        self.last_change_week = [0] * self.p.aspects
        self.news_lag_weeks = [-1] * self.p.aspects

    def begin_outside_world(self) -> None:
        """Outsiders with random practices, who have searched for some weeks."""
        self.outsiders = [self.Outsider(self, number) for number in range(self.p.outsiders)]
        for h in range(self.p.head_start):
            self.move_outside_world(h)

    def assign_communities(self) -> None:
        """Put the workers into communities in a random order."""
        self.communities = [self.Community(self, number) for number in range(self.p.communities)]
        slots = self.p.memberships if self.communities else 0
        stride = max(1, self.p.communities // slots) if slots else 0
        order = list(self.workers)
        for q in range(len(order)):
            worker = rng.pick(order, q, self.uniform(events.COMMUNITY, draw=q))
            worker.join([self.communities[(q + s * stride) % self.p.communities] for s in range(slots)])
        for worker in self.workers:
            for slot, community in enumerate(worker.communities):
                community.members.append(Member(worker, slot))

    def assign_teams(self) -> None:
        """Fill the teams in order; the first ones take one more if the workers do not divide."""
        number = max(1, self.p.workers // self.p.team_size)
        size, left_over = divmod(self.p.workers, number)
        self.teams: list[TeamAgent] = []
        first = 0
        for k in range(number):
            last = first + size + (1 if k < left_over else 0)
            self.teams.append(self.Team(self, k, self.workers[first:last]))
            first = last

    # 3 The week

    def phases(self) -> list[tuple[str, Callable[[], None]]]:
        """The phases of a week in their order.

        Returns
        -------
        list of (str, callable)
            The name of each phase, and what is called. A subclass may add, replace or leave out.
        """
        return [
            ("reality", self.reality_week),
            ("networks", self.networks_week),
            ("communities", self.communities_week),
            ("teams", self.teams_week),
            ("time", self.time_week),
            ("people", self.people_week),
            ("record", self.record),
        ]

    def step(self) -> None:
        """One week."""
        self.week += 1
        self.begin_week()
        for name, phase in self.phases():
            phase()
            for added in self.added_phases.get(name, ()):
                added(self)
        self._rows.append(self.measures)
        self.datacollector.collect(self)
        self.running = self.week < self.horizon

    def run(self, weeks: int | None = None) -> pd.DataFrame:
        """Many weeks.

        Parameters
        ----------
        weeks : int, optional
            How many (default: what is left until the horizon).

        Returns
        -------
        DataFrame
            `history`.
        """
        for _ in range(max(0, self.horizon - self.week) if weeks is None else weeks):
            self.step()
        return self.history

    def begin_week(self) -> None:
        """Nothing has happened yet, and the interventions planned for this week take effect (7.9)."""
        self.event_counts = Counter()
        for worker in self.workers:
            worker.begin_week()
        for intervention in self.setup.interventions:
            if intervention.week == self.week:
                self.change_policy(intervention.changes)

    # 7.9 Interventions

    def change_policy(self, changes: Mapping[str, Any]) -> None:
        """Put new values into force; time follows the new split, or the new floors.

        Parameters
        ----------
        changes : mapping of str to number or bool
            Levers of the policy.

        Raises
        ------
        ScenarioError
            If a lever is unknown, of the wrong type or out of range, or the policy would not be valid. Nothing is
            changed then.
        """
        change = Intervention(max(1, self.week), changes, with_=self.setup.with_)
        in_force = {name: getattr(self.p, name) for name in self.setup.model.levers}
        (segment,) = segments_after(self.setup.policy.model_copy(update=in_force), [change])
        if problems := list(floors_above_split(segment)):
            raise ScenarioError(in_two_lines(problems))
        for name, value in change.changes.items():
            setattr(self.p, name, value)
        for worker in self.workers:
            if change.sets_split:
                worker.time = self.split()
            elif change.sets_floor:
                worker.rise_to_floors()

    def split(self) -> list[float]:
        """The split of the week that the policy sets.

        Returns
        -------
        list of float
            Networks, communities, teams.
        """
        return [self.p.split_networks, self.p.split_communities, self.p.split_teams]

    def floors(self) -> list[float]:
        """The time that the policy protects.

        Returns
        -------
        list of float
            Networks, communities, teams.
        """
        return [self.p.floor_networks, self.p.floor_communities, self.p.floor_teams]

    def raised_to_floors(self, time: list[float]) -> list[float]:
        """A week in which what lies below a floor is raised to it, and what lies above the floors shrinks.

        Parameters
        ----------
        time : list of float
            Networks, communities, teams.

        Returns
        -------
        list of float
            Networks, communities, teams.
        """
        floors = self.floors()
        if all(share >= floor for share, floor in zip(time, floors, strict=True)):
            return time
        above = [max(0.0, share - floor) for share, floor in zip(time, floors, strict=True)]
        free = 1 - total(floors)
        return [floor + free * part / total(above) for floor, part in zip(floors, above, strict=True)]

    def overhead(self) -> float:
        """What running the policy takes of everybody's week (7.4).

        Returns
        -------
        float
            Share of the week.
        """
        p = self.p
        share = (
            p.price_working_out_loud * p.working_out_loud
            + p.price_sponsorship * p.sponsorship
            + p.price_coaching * p.coaching
            + p.price_weaving * p.weaving
            + p.price_pilot_first * p.pilot_first
        )
        for lever in (one for extension in self.setup.with_ for one in extension.parameters if one.overhead):
            share = share + getattr(p, f"price_{lever.name}") * getattr(p, lever.name)
        return float(share)

    # 7.1 Reality and the outside world

    def reality_week(self) -> None:
        """Some aspects change, and nobody is aware of them any longer; the outside world moves."""
        changing = sorted(self.turbulent_aspects() | self.shocked_aspects())
        self.event_counts["changes"] = len(changing)
        for j in changing:
            self.reality.change(j)
            self.last_change_week[j], self.news_lag_weeks[j] = self.week, -1
            for worker in self.workers:
                worker.aware[j] = False
            for outsider in self.outsiders:
                outsider.miss(j)
        if changing:
            self.reality.measure_scale()
        for outsider in self.outsiders:
            outsider.hear()
        self.move_outside_world(0)

    def turbulent_aspects(self) -> set[int]:
        """The aspects that change by themselves.

        Returns
        -------
        set of int
            Of this week.
        """
        probability = min(1.0, self.p.turbulence / (52 * self.p.aspects))
        return {j for j in range(self.p.aspects) if self.uniform(events.CHANGE, j) < probability}

    def shocked_aspects(self) -> set[int]:
        """The aspects that a scheduled shock changes.

        Returns
        -------
        set of int
            Of this week.
        """
        if self.p.shock_week == 0 or self.p.shock_week != self.week:
            return set()
        n = math.floor(self.p.shock_share * self.p.aspects + 0.5)
        aspects = list(range(self.p.aspects))
        return {rng.pick(aspects, k, self.uniform(events.SHOCK, draw=k)) for k in range(n)}

    def move_outside_world(self, draw: int) -> None:
        """One step of search by every outsider, all reading the practices that stood before.

        Parameters
        ----------
        draw : int
            Number of the step within the week.
        """
        for outsider in self.outsiders:
            outsider.search(draw)
        for outsider in self.outsiders:
            outsider.practice = outsider.next_practice

    # 7.2 Networks

    def networks_week(self) -> None:
        """Everybody meets people; who was asked and who was of help shows when all have met."""
        for worker in self.workers:
            worker.begin_phase()
            worker.begin_encounters()
        for worker in self.workers:
            worker.network()
        for worker in self.workers:
            worker.end_encounters()
            worker.end_phase()

    # 7.3 Communities

    def communities_week(self) -> None:
        """Every community meets."""
        for worker in self.workers:
            worker.begin_phase()
            worker.begin_meetings()
        for community in self.communities:
            community.meet()
        for worker in self.workers:
            worker.end_meetings()
            worker.end_phase()

    # 7.4 Teams

    def teams_week(self) -> None:
        """Teams review, are directed, settle and produce."""
        for team in self.teams:
            team.begin_phase()
        for team in self.teams:
            team.review()
        if self.week % QUARTER == 0 and self.uniform(events.DIRECT) < self.p.direction:
            self.direct()
        for team in self.teams:
            team.settle()
        for team in self.teams:
            team.produce()
        for worker in self.workers:
            worker.grow_familiar()
            if worker.team.tau > 0:
                worker.experienced_return[TEAMS] = worker.team.output / worker.team.tau

    def direct(self) -> None:
        """Management makes the practice of the team with the greatest output last week, as it sees it, everybody's."""
        seen = self.outputs_as_seen()
        best = self.teams[seen.index(max(seen))]
        for team in self.teams:
            practice = team.served_by(best.practice)
            if practice != team.practice:
                team.adopt(practice, directed=True)

    def outputs_as_seen(self) -> list[float]:
        """The output of each team last week, as reliably as management tells outputs apart (7.11).

        Returns
        -------
        list of float
            By team; the less reliable, the more luck decides which is the greatest.
        """
        outputs = [team.output for team in self.teams]
        average = mean(outputs)
        spread = math.sqrt(mean((output - average) * (output - average) for output in outputs))
        error = spread * math.sqrt(1 / self.p.attribution - 1)
        return [team.output + error * team.normal(events.ATTRIBUTION) for team in self.teams]

    # 7.5 Time

    def time_week(self) -> None:
        """Everybody moves time to where it returns most."""
        for worker in self.workers:
            worker.negotiate()

    # 7.6 People

    def people_week(self) -> None:
        """Turnover, rotation, renewal of ties, coaching and practice."""
        newcomers = [worker for worker in self.workers if worker.leaves()]
        for worker in newcomers:
            worker.replace()
        for worker in newcomers:  # until now their places had the renown of those who left
            worker.begin_unknown()
        for worker in self.workers:
            if worker.moves():
                worker.move()
        for worker in self.workers:
            worker.follows_before = list(worker.follows)
        for worker in self.workers:
            worker.renew_ties()
        for worker in self.workers:
            worker.be_coached()
            worker.practise()

    def workers_from(self, seat: int, number: int) -> Iterator[WorkerAgent]:
        """Some workers, in a circle.

        Parameters
        ----------
        seat : int
            Where to begin.
        number : int
            How many.

        Yields
        ------
        Worker
            One after the other.
        """
        for step in range(number):
            yield self.workers[(seat + step) % len(self.workers)]

    # 7.7 Measures

    def number_aware(self, j: int) -> int:
        """How many workers are aware of an aspect.

        Parameters
        ----------
        j : int
            The aspect.

        Returns
        -------
        int
            0 to the number of workers.
        """
        return sum(worker.aware[j] for worker in self.workers)

    def record(self) -> None:
        """Note how long news took, then measure."""
        for j in range(self.p.aspects):
            changed, waiting = self.last_change_week[j], self.news_lag_weeks[j] == -1
            if changed > 0 and waiting and 2 * self.number_aware(j) >= len(self.workers):
                self.news_lag_weeks[j] = self.week - changed
        self._tell({name: float(measure(self)) for name, measure in self.measure_functions.items()})

    def _tell(self, measures: dict[str, float]) -> None:
        """Make a week's measures the attributes of the model."""
        self.measures = measures
        self.__dict__.update(measures)

    @property
    def history(self) -> pd.DataFrame:
        """The measures of every week so far, one row a week, with `week` as the index."""
        weeks = pd.RangeIndex(1, len(self._rows) + 1, name="week")
        return pd.DataFrame(self._rows, columns=list(self.measure_functions), index=weeks, dtype=float)

    def snapshot(self) -> dict[str, list[Any]]:
        """The state variables of the ODD (section 2).

        Returns
        -------
        dict
            Nested lists by name.
        """
        return snapshot(self)


def _scenario(start: Scenario | None, given: Mapping[str, Any]) -> Scenario:
    """What is simulated: a scenario, changed by what else was given. None changes nothing; a wrong name is refused."""
    known = PARAMETERS.keys() | Scenario.model_fields.keys()
    changes = {name: value for name, value in given.items() if value is not None or name not in known}
    if start is None:
        return Scenario.build(**changes)
    if not isinstance(start, Scenario):
        raise ScenarioError(f"scenario = {truncated_repr(start)}: a Scenario is needed")
    return start.replace(**changes)


Organisation.__init__.__signature__ = signature_with_parameters(Organisation.__init__)  # type: ignore[attr-defined]
