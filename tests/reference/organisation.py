"""The organisation: its beginning (ODD, section 5), the order of a week (3), reality (7.1), interventions (7.9)."""

import math
from collections import Counter
from types import SimpleNamespace

import mesa

from . import chance, events, measures
from .community import Community, Member
from .defaults import DEFAULTS
from .outsider import Outsider
from .reality import Blocks, Rugged
from .snapshot import snapshot
from .spaces import TEAMS
from .sums import total
from .team import Team
from .worker import Worker


class ReferenceOrganisation(mesa.Model):
    """One organisation. `step()` is a week; `measures` are those of the last week, `snapshot()` is the state.

    The parameters are those of the ODD's tables, in one flat dict; missing ones take their defaults. An intervention is
    a week and the policy parameters that change from its start on. `p` holds the parameters in force.
    """

    def __init__(self, parameters, seed, interventions=()):
        super().__init__(rng=seed)
        unknown = set(parameters) - set(DEFAULTS)
        if unknown:
            raise ValueError(f"unknown parameters: {sorted(unknown)}")
        self.p = SimpleNamespace(**{**DEFAULTS, **parameters})
        self.key = seed
        self.interventions = list(interventions)
        self.week = 0
        self.counts = Counter()
        self.measures = {}
        self.reality = Rugged(self) if self.p.reality == "rugged" else Blocks(self)
        self.found_outside_world()
        self.workers = [Worker(self, i) for i in range(self.p.workers)]
        self.found_communities()
        self.found_teams()
        for worker in self.workers:
            worker.draw_ties()
        self.changed = [0] * self.p.aspects
        self.lag = [-1] * self.p.aspects

    def u(self, event, who=0, draw=0):
        """A uniform number of this week."""
        return chance.uniform(self.key, self.week, event, who, draw)

    def z(self, event, who=0, draw=0):
        """A standard normal number of this week."""
        return chance.normal(self.key, self.week, event, who, draw)

    # 5 Initialisation

    def found_outside_world(self):
        """Outsiders with random practices, who have searched for some weeks."""
        self.outsiders = [Outsider(self, p) for p in range(self.p.outsiders)]
        for h in range(self.p.head_start):
            self.move_outside_world(h)

    def found_communities(self):
        """Put the workers into communities in a random order."""
        self.communities = [Community(self, c) for c in range(self.p.communities)]
        slots = self.p.memberships if self.communities else 0
        stride = max(1, self.p.communities // slots) if slots else 0
        order = list(self.workers)
        for q in range(len(order)):
            worker = chance.pick(order, q, self.u(events.COMMUNITY, draw=q))
            worker.join([self.communities[(q + s * stride) % self.p.communities] for s in range(slots)])
        for worker in self.workers:
            for slot, community in enumerate(worker.communities):
                community.members.append(Member(worker, slot))

    def found_teams(self):
        """Fill the teams in order; the first ones take one more if the workers do not divide."""
        number = max(1, self.p.workers // self.p.team_size)
        size, left_over = divmod(self.p.workers, number)
        self.teams = []
        first = 0
        for k in range(number):
            last = first + size + (1 if k < left_over else 0)
            self.teams.append(Team(self, k, self.workers[first:last]))
            first = last

    # 3 The week

    def step(self):
        """One week."""
        self.week += 1
        self.counts = Counter()
        for worker in self.workers:
            worker.begin_week()
        self.intervene()
        self.change_reality()
        self.move_outside_world(0)
        self.seek_in_networks()
        self.sense_in_communities()
        self.act_in_teams()
        self.negotiate_time()
        self.renew_people()
        self.record()

    # 7.9 Interventions

    def intervene(self):
        """Change the policy as planned for this week."""
        for week, changes in self.interventions:
            if week == self.week:
                self.change_policy(changes)

    def change_policy(self, changes):
        """Put new values into force; time follows the new split, or the new floors."""
        for name, value in changes.items():
            setattr(self.p, name, value)
        new_split = any(name.startswith("split_") for name in changes)
        new_floors = any(name.startswith("floor_") for name in changes)
        for worker in self.workers:
            if new_split:
                worker.time = self.split()
            elif new_floors:
                worker.rise_to_floors()

    def split(self):
        """The split of the week that the policy sets."""
        return [self.p.split_networks, self.p.split_communities, self.p.split_teams]

    def floors(self):
        """The time that the policy protects."""
        return [self.p.floor_networks, self.p.floor_communities, self.p.floor_teams]

    def raised_to_floors(self, time):
        """A week in which what lies below a floor is raised to it, and what lies above the floors shrinks."""
        floors = self.floors()
        if all(share >= floor for share, floor in zip(time, floors, strict=True)):
            return time
        above = [max(0.0, share - floor) for share, floor in zip(time, floors, strict=True)]
        free = 1 - total(floors)
        return [floor + free * part / total(above) for floor, part in zip(floors, above, strict=True)]

    def price(self):
        """What the policy costs of the week."""
        p = self.p
        return (
            p.price_working_out_loud * p.working_out_loud
            + p.price_sponsorship * p.sponsorship
            + p.price_coaching * p.coaching
            + p.price_weaving * p.weaving
            + p.price_pilot_first * p.pilot_first
        )

    # 7.1 Reality and the outside world

    def change_reality(self):
        """Some aspects change, and nobody is aware of them any longer."""
        changing = sorted(self.turbulent_aspects() | self.shocked_aspects())
        self.counts["changes"] = len(changing)
        for j in changing:
            self.reality.change(j)
            self.changed[j], self.lag[j] = self.week, -1
            for worker in self.workers:
                worker.aware[j] = False
        if changing:
            self.reality.measure_up()

    def turbulent_aspects(self):
        """The aspects that change by themselves."""
        probability = min(1.0, self.p.turbulence / (52 * self.p.aspects))
        return {j for j in range(self.p.aspects) if self.u(events.CHANGE, j) < probability}

    def shocked_aspects(self):
        """The aspects that a scheduled shock changes."""
        if self.p.shock_week == 0 or self.p.shock_week != self.week:
            return set()
        n = math.floor(self.p.shock_share * self.p.aspects + 0.5)
        aspects = list(range(self.p.aspects))
        return {chance.pick(aspects, k, self.u(events.SHOCK, draw=k)) for k in range(n)}

    def move_outside_world(self, draw):
        """One step of search by every outsider, all reading the practices that stood before."""
        for outsider in self.outsiders:
            outsider.search(draw)
        for outsider in self.outsiders:
            outsider.practice = outsider.next_practice

    # 7.2 Networks

    def seek_in_networks(self):
        """Everybody meets people."""
        for worker in self.workers:
            worker.begin_phase()
        for worker in self.workers:
            worker.network()
        for worker in self.workers:
            worker.end_phase()

    # 7.3 Communities

    def sense_in_communities(self):
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

    def act_in_teams(self):
        """Teams review, are directed, settle and produce."""
        for team in self.teams:
            team.begin()
        for team in self.teams:
            team.review()
        if self.week % 13 == 0 and self.u(events.DIRECT) < self.p.direction:
            self.direct()
        for team in self.teams:
            team.settle()
        for team in self.teams:
            team.produce()
        for worker in self.workers:
            if worker.team.tau > 0:
                worker.gain[TEAMS] = worker.team.output / worker.team.tau

    def direct(self):
        """Management makes the practice of the team with the greatest output last week everybody's."""
        best = max(self.teams, key=lambda team: team.output)
        for team in self.teams:
            if team.practice != best.practice:
                team.adopt(best.practice, directed=True)

    # 7.5 Time

    def negotiate_time(self):
        """Everybody moves time to where it returns most."""
        for worker in self.workers:
            worker.negotiate()

    # 7.6 People

    def renew_people(self):
        """Turnover, rotation, renewal of ties, coaching."""
        for worker in self.workers:
            if worker.leaves():
                worker.replace()
        for worker in self.workers:
            if worker.moves():
                worker.move()
        for worker in self.workers:
            worker.old_ties = list(worker.ties)
        for worker in self.workers:
            worker.renew_ties()
        for worker in self.workers:
            worker.be_coached()

    def workers_from(self, j, number):
        """So many workers from worker j on, in a circle."""
        for step in range(number):
            yield self.workers[(j + step) % len(self.workers)]

    # 7.7 Measures

    def number_aware(self, j):
        """How many workers are aware of aspect j."""
        return sum(worker.aware[j] for worker in self.workers)

    def record(self):
        """Note how long news took, then measure."""
        for j in range(self.p.aspects):
            if self.changed[j] > 0 and self.lag[j] == -1 and 2 * self.number_aware(j) >= len(self.workers):
                self.lag[j] = self.week - self.changed[j]
        self.measures = measures.record(self)

    def snapshot(self):
        """The state variables (section 2), as nested lists by name."""
        return snapshot(self)
