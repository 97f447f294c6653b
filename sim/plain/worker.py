"""Workers: what they do in networks (ODD, section 7.2), with their time (7.5), and how they come and move (7.6)."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from operator import methodcaller
from types import MappingProxyType
from typing import Any

from . import checked, elementary, events
from .actor import Actor
from .outsider import Outsider
from .practice import Practice, flipped
from .rng import pick
from .spaces import COMMUNITIES, NETWORKS, TEAMS
from .sums import mean, total
from .work import combined

SEARCH = 64  # how many workers are looked at, one after the other, for one who qualifies


class Worker(Actor):
    """A seat in the organisation and the person who sits in it; a newcomer takes the seat of whoever left.

    Parameters
    ----------
    model : Organisation
        Whose worker it is.
    seat : int
        The place in `model.workers`.

    Attributes
    ----------
    person : int
        Who sits here: the seat's number, plus the number of workers for each newcomer since. Draws are the person's.
    seek, sense, share : float
        Personal knowledge mastery, 0 to 1 each. May be assigned.
    time : list of float
        Shares of the week for networks, communities and teams; they sum to 1. May be assigned.
    idea : tuple of int
        The practice that the worker would argue for: -1 or +1 for each aspect. May be assigned.
    aware : list of bool
        Of which aspects the worker has heard the latest.
    expected_return : list of float
        What the worker expects of an hour in each space.
    experienced_return : list of float or None
        What this week gave; None where nothing was tried.
    follows : list of Worker
        The colleagues whom the worker's ties lead to.
    team : Team
        The worker's team.
    familiarity : float
        How well the worker knows the team, 0 to 1.
    weeks_in_team : int
        Weeks that the worker has spent in it.
    communities : list of Community
        The worker's communities.
    trust, attended : list
        By membership: trust in the community (0 to 1), and whether the worker was at this week's meeting.
    """

    seek = checked.share()
    sense = checked.share()
    share = checked.share()
    time = checked.split()
    idea = checked.idea()

    def __init__(self, model: Any, seat: int) -> None:
        super().__init__(model, seat)
        self.person = seat
        # Team and Community know this class, so it cannot import them for the sake of a type
        self.team: Any = None
        self.communities: list[Any] = []
        self.trust: list[float] = []
        self.attended: list[bool] = []
        self.learned: list[bool] = []
        self.follows: list[Worker] = []
        self.follows_before: list[Worker] = []
        self.idea = tuple(1 if self.uniform(events.IDEA, j) < 0.5 else -1 for j in range(self.p.aspects))
        self.aware = [True] * self.p.aspects
        self.next_idea: Practice = self.idea
        self.next_aware = list(self.aware)
        self.news = 0
        self.seen: list[Practice] = []
        self.seen_colleagues: list[Worker] = []
        self.experienced_return: list[float | None] = [None, None, None]
        self.start_work(hiring=0.0)

    def start_work(self, hiring: float) -> None:
        """What everybody begins with in this seat, in week 0 and as a newcomer: skills, a split of time, expectations.

        Parameters
        ----------
        hiring : float
            How far skills exceed those of the workforce, in standard deviations.
        """
        self.draw_skills(hiring)
        self.time = self.model.raised_to_floors(self.model.split())
        self.expected_return = [self.p.expectation] * 3
        self.start_in_team()
        for extension in self.model.setup.with_:
            for state in extension.state:
                setattr(self, state.name, state.start)

    def start_in_team(self) -> None:
        """Nobody knows a team to which they are new (7.11)."""
        self.familiarity = 0.0
        self.weeks_in_team = 0

    def join(self, communities: list[Any]) -> None:
        """Become a member of communities.

        Parameters
        ----------
        communities : list of Community
            Slot by slot.
        """
        self.communities = communities
        self.trust = [self.p.starting_trust for _ in communities]
        self.attended = [False for _ in communities]

    @property
    def seat(self) -> int:
        """The place in `model.workers`."""
        return self.number

    @property
    def who(self) -> int:
        """The key of the draws: they belong to the person, not to the seat."""
        return self.person

    @property
    def time_networks(self) -> float:
        """Share of the week for networks."""
        return self.time[NETWORKS]

    @property
    def time_communities(self) -> float:
        """Share of the week for communities."""
        return self.time[COMMUNITIES]

    @property
    def time_teams(self) -> float:
        """Share of the week for the team."""
        return self.time[TEAMS]

    @property
    def teammates(self) -> list[Worker]:
        """The other members of the team, in the order of the roster."""
        return [worker for worker in self.team.members if worker is not self]

    def perceived(self, practice: Practice) -> float:
        """V of a practice for the own team, as perceived with the own awareness.

        Parameters
        ----------
        practice : tuple of int
            With a view on every aspect.

        Returns
        -------
        float
            V, 0 to 1.
        """
        return self.team.value(practice, self.aware)

    def perceived_with_noise(self, practice: Practice, event: int) -> float:
        """V of a practice as judged with the error that sense-making leaves.

        Parameters
        ----------
        practice : tuple of int
            With a view on every aspect.
        event : int
            Which event the error belongs to.

        Returns
        -------
        float
            Around V as perceived.
        """
        return self.perceived(practice) + self.p.noise * (1 - self.sense) * self.normal(event)

    # Phases: what stood when the phase began stays readable until all have acted

    def begin_week(self) -> None:
        """No space has given a return yet."""
        self.experienced_return = [None, None, None]

    def begin_phase(self) -> None:
        """Start the new idea and the new awareness as copies of those that stand."""
        self.next_idea, self.next_aware = self.idea, list(self.aware)

    def end_phase(self) -> None:
        """The new idea and the new awareness become those that stand."""
        self.idea, self.aware = self.next_idea, self.next_aware

    # 7.2 Networks

    def network(self) -> None:
        """Meet people, hear news, see practices; imitate or else experiment."""
        n = math.floor(self.p.encounters * self.time[NETWORKS] + self.uniform(events.ENCOUNTERS))
        self.news, self.seen, self.seen_colleagues = 0, [], []
        self.encounter(n)
        self.model.event_counts["ideas_seen"] += sum(practice != self.idea for practice in self.seen)
        if n > 0:
            kept = self.imitate() or self.experiment()
            self.experienced_return[NETWORKS] = (self.news + kept) / n

    def encounter(self, n: int) -> None:
        """Encounters with outsiders and with ties, who are met without replacement; some are turned inwards.

        Parameters
        ----------
        n : int
            How many.
        """
        ties, met = list(self.follows), 0
        inwardness = self.team.inwardness()
        for e in range(n):
            if self.uniform(events.OUTSIDE, e) < self.p.openness:
                number = math.floor(self.uniform(events.PARTNER, e) * self.p.outsiders)
                if not self.turns_inwards(e, inwardness):
                    self.meet_outsider(self.model.outsiders[number], e)
            elif met < len(ties):
                colleague = pick(ties, met, self.uniform(events.PARTNER, e))
                met += 1
                # Who is of the own team is met in any case
                if colleague.team is self.team or not self.turns_inwards(e, inwardness):
                    self.meet_colleague(colleague, e)

    def turns_inwards(self, e: int, inwardness: float) -> bool:
        """Perhaps meet a member of the own team in place of somebody beyond it (7.11).

        Parameters
        ----------
        e : int
            Number of the encounter.
        inwardness : float
            How likely that is.

        Returns
        -------
        bool
            Whether the encounter was turned inwards; in a team of one it then meets nobody.
        """
        u = self.uniform(events.INWARDS, e)
        if not u < inwardness:
            return False
        others = self.teammates
        if others:
            self.meet_colleague(others[math.floor((u / inwardness) * len(others))], e)
        return True

    def meet_outsider(self, outsider: Outsider, e: int) -> None:
        """What is heard and seen depends on one's own seeking.

        Parameters
        ----------
        outsider : Outsider
            Who is met.
        e : int
            Number of the encounter.
        """
        if self.uniform(events.HEARD, e) < self.seek:
            self.receive_news(self.aspect_of_news(e))
        if self.uniform(events.SEEN, e) < self.seek:
            self.seen.append(self.served_by(outsider.practice))

    def meet_colleague(self, colleague: Worker, e: int) -> None:
        """What is heard and seen depends on the colleague's sharing, and on working out loud.

        Parameters
        ----------
        colleague : Worker
            Who is met.
        e : int
            Number of the encounter.
        """
        j = self.aspect_of_news(e)
        if colleague.aware[j] and self.uniform(events.HEARD, e) < colleague.share:
            self.receive_news(j)
        if self.uniform(events.LOUD, e) < self.p.working_out_loud:
            self.see(colleague.team.practice, colleague)
        elif self.uniform(events.SEEN, e) < colleague.share:
            self.see(colleague.idea, colleague)
            self.seen_colleagues.append(colleague)

    def see(self, practice: Practice, colleague: Worker) -> None:
        """See a practice of a colleague's: all of it in the own team, else what of it serves the worker.

        Parameters
        ----------
        practice : tuple of int
            The colleague's idea, or the practice in use in their team.
        colleague : Worker
            Who shows it.
        """
        self.seen.append(practice if colleague.team is self.team else self.served_by(practice))

    def served_by(self, practice: Practice) -> Practice:
        """What of a practice from beyond the team serves the worker (7.11).

        Parameters
        ----------
        practice : tuple of int
            Of an outsider or of another team.

        Returns
        -------
        tuple of int
            Its common aspects, with the own aspects of the worker's idea.
        """
        return combined(practice, self.idea, self.model.common)

    def aspect_of_news(self, e: int) -> int:
        """The aspect that the news of an encounter is about.

        Parameters
        ----------
        e : int
            Number of the encounter.

        Returns
        -------
        int
            Any aspect, all equally likely.
        """
        return math.floor(self.uniform(events.ASPECT, e) * self.p.aspects)

    def receive_news(self, j: int) -> None:
        """Become aware of an aspect; it is news if one was not.

        Parameters
        ----------
        j : int
            The aspect.
        """
        if not self.next_aware[j]:
            self.next_aware[j] = True
            self.news += 1

    def imitate(self) -> bool:
        """Take something of the social option over, if there is one.

        Returns
        -------
        bool
            Whether an idea was kept.
        """
        option = self.social_option()
        if option is None:
            return False
        result = tuple(
            theirs if theirs not in (0, own) and self.uniform(events.TAKE_OVER, j) < self.p.breadth else own
            for j, (own, theirs) in enumerate(zip(self.idea, option, strict=True))
        )
        if result == self.idea:
            return False
        return self.keep(result, tested=self.p.imitation != "majority", event=events.TRIAL_NOISE)

    def social_option(self) -> Practice | None:
        """The practices seen become one, by the rule that the parameter `imitation` names.

        Returns
        -------
        tuple of int or None
            0 where there is no view; None if there is no option.
        """
        return self.model.imitation_rules[self.p.imitation](self) if self.seen else None

    def best_seen(self) -> Practice:
        """The practice that is perceived best (Lazer & Friedman 2007).

        Returns
        -------
        tuple of int
            The first of equals.
        """
        return max(self.seen, key=self.perceived)

    def most_frequent_seen(self) -> Practice | None:
        """The practice seen most often (Barkoczi & Galesic 2016).

        Returns
        -------
        tuple of int or None
            One of those seen most often; None if several were seen, and all equally often.
        """
        distinct = list(dict.fromkeys(self.seen))
        times = [self.seen.count(practice) for practice in distinct]
        if len(distinct) > 1 and min(times) == max(times):
            return None
        most = [practice for practice, seen in zip(distinct, times, strict=True) if seen == max(times)]
        return most[math.floor(self.uniform(events.FREQUENT) * len(most))]

    def majority_of_better(self) -> Practice:
        """Aspect by aspect what most of those perceived better do (Fang, Lee & Schilling 2010).

        Returns
        -------
        tuple of int
            0 where votes are even.
        """
        own = self.perceived(self.idea)
        better = [practice for practice in self.seen if self.perceived(practice) > own]
        sums = [sum(practice[j] for practice in better) for j in range(self.p.aspects)]
        return tuple((votes > 0) - (votes < 0) for votes in sums)

    def experiment(self) -> bool:
        """Turn one aspect that one is aware of.

        Returns
        -------
        bool
            Whether an idea was kept.
        """
        start = math.floor(self.uniform(events.EXPERIMENT) * self.p.aspects)
        for step in range(self.p.aspects):
            j = (start + step) % self.p.aspects
            if self.aware[j]:
                return self.keep(flipped(self.idea, j), tested=True, event=events.EXPERIMENT_NOISE)
        return False

    def keep(self, trial: Practice, tested: bool, event: int) -> bool:
        """Keep a trial; if it is tested, only when it is perceived better, with noise.

        Parameters
        ----------
        trial : tuple of int
            The practice that may become the idea.
        tested : bool
            Whether it must be perceived better.
        event : int
            Which event the error of the test belongs to.

        Returns
        -------
        bool
            Whether it was kept.
        """
        if tested and not self.perceived_with_noise(trial, event) > self.perceived(self.idea):
            return False
        self.next_idea = trial
        return True

    # 7.3 Communities (the meeting itself is the community's)

    def begin_meetings(self) -> None:
        """Nobody has met yet."""
        self.attended = [False for _ in self.communities]
        self.learned = [False for _ in self.communities]

    def end_meetings(self) -> None:
        """What the meetings gave, and trust."""
        if any(self.attended):
            slots = [s for s, attended in enumerate(self.attended) if attended]
            self.experienced_return[COMMUNITIES] = mean(self.trust[s] * self.learned[s] for s in slots)
        elif not self.model.communities:
            self.experienced_return[COMMUNITIES] = 0.0
        self.trust = [self.trust_after(s) for s in range(len(self.communities))]

    def trust_after(self, s: int) -> float:
        """Trust grows by attending, and fades.

        Parameters
        ----------
        s : int
            The slot of the membership.

        Returns
        -------
        float
            Trust at the end of the phase.
        """
        trust = self.trust[s]
        if self.attended[s]:
            trust = trust + self.p.trust_growth * (0.5 + self.p.sponsorship) * (1 - trust)
        return trust * (1 - self.p.trust_fading)

    # 7.4 Teams (the review itself is the team's)

    def entries_brought(self) -> list[tuple[Practice, float]]:
        """The entries of the communities attended that the worker brings to the team.

        Returns
        -------
        list of (tuple of int, float)
            Each practice with the community's value.
        """
        brought = []
        for s, community in enumerate(self.communities):
            if self.attended[s]:
                for r, entry in enumerate(community.repertoire):
                    if entry.filled and self.uniform(events.ENTRY, s * self.p.repertoire + r) < self.trust[s]:
                        brought.append((entry.practice, entry.value))
        return brought

    def argues(self) -> bool:
        """Whether the worker argues for the own idea.

        Returns
        -------
        bool
            The likelier, the more the worker shares.
        """
        return self.uniform(events.ARGUE) < self.share

    def conforms(self) -> bool:
        """Whether the worker comes to think as the team does.

        Returns
        -------
        bool
            The likelier, the more time the worker has for the team.
        """
        return self.uniform(events.CONFORM) < self.p.team_conformity * self.time[TEAMS]

    def grow_familiar(self) -> None:
        """A week in the team closes a part of what familiarity with it lacks (7.11)."""
        self.familiarity = self.familiarity + (1 - self.familiarity) / self.p.ramp_up
        self.weeks_in_team += 1

    # 7.5 Time

    def negotiate(self) -> None:
        """Learn what time returned, and move time to where it returns most."""
        for space, experienced in enumerate(self.experienced_return):
            if experienced is not None:
                expected = self.expected_return[space]
                self.expected_return[space] = expected + self.p.habit * (experienced - expected)
        target = self.target()
        self.time = [now + self.p.adaptation * (aim - now) for now, aim in zip(self.time, target, strict=True)]

    def target(self) -> list[float]:
        """The logit choice between the spaces, above the floors.

        Returns
        -------
        list of float
            Shares of the week: networks, communities, teams.
        """
        floors, utility = self.model.floors(), self.utility()
        greatest = max(utility)
        weights = [elementary.exp(self.p.sensitivity * (value - greatest)) for value in utility]
        free = 1 - total(floors)
        return [floor + free * weight / total(weights) for floor, weight in zip(floors, weights, strict=True)]

    def utility(self) -> list[float]:
        """What an hour in each space is worth to the worker; unmet demand pulls to the team.

        Returns
        -------
        list of float
            For networks, communities and teams.
        """
        rewards = [self.p.reward_networks, self.p.reward_communities, self.p.reward_teams]
        utility = [reward * expected for reward, expected in zip(rewards, self.expected_return, strict=True)]
        utility[TEAMS] = utility[TEAMS] + self.p.pressure * max(0.0, self.p.demand - self.team.output)
        return utility

    def rise_to_floors(self) -> None:
        """New floors (7.9): time below a floor is raised to it."""
        self.time = self.model.raised_to_floors(self.time)

    # 7.6 People

    def draw_skills(self, hiring: float) -> None:
        """The skills of somebody new.

        Parameters
        ----------
        hiring : float
            How far they exceed those of the workforce, in standard deviations.
        """
        means = [self.p.seek, self.p.sense, self.p.share]
        skills = [usual + self.p.pkm_spread * (hiring + self.normal(events.SKILL, k)) for k, usual in enumerate(means)]
        self.seek, self.sense, self.share = (min(1.0, max(0.0, skill)) for skill in skills)

    def leaves(self) -> bool:
        """Whether the worker leaves the organisation.

        Returns
        -------
        bool
            True with the week's part of the yearly turnover.
        """
        return self.uniform(events.LEAVE) < self.p.turnover / 52

    def replace(self) -> None:
        """A newcomer takes the seat."""
        self.person += self.p.workers
        outsider = self.model.outsiders[math.floor(self.uniform(events.NEWCOMER) * self.p.outsiders)]
        self.idea = outsider.practice
        self.aware = [self.uniform(events.NEWCOMER_AWARE, j) < self.p.newcomer_awareness for j in range(self.p.aspects)]
        self.start_work(self.p.hiring)
        self.trust = [self.p.newcomer_trust * self.p.starting_trust for _ in self.communities]
        self.draw_ties()

    def draw_ties(self) -> None:
        """Forget all ties and draw new ones, by the local rule."""
        self.follows = []
        for d in range(self.p.ties):
            colleague = self.draw_tie(d)
            if colleague is not None:
                self.follows.append(colleague)

    def draw_tie(self, d: int) -> Worker | None:
        """A teammate, or anybody, who is not yet a tie.

        Parameters
        ----------
        d : int
            Number of the tie.

        Returns
        -------
        Worker or None
            None if there is nobody left.
        """
        u = self.uniform(events.TIE, d)
        if self.uniform(events.TIE_LOCAL, d) < self.p.local_ties:
            teammate = self.first_new(self.team.members, u)
            if teammate is not None:
                return teammate
        return self.first_new(self.model.workers, u)

    def first_new(self, people: Sequence[Worker], u: float) -> Worker | None:
        """The first of some people, from a random one on, who is neither the worker nor one of the ties.

        Parameters
        ----------
        people : sequence of Worker
            At least one.
        u : float
            A uniform number, which decides where to begin.

        Returns
        -------
        Worker or None
            None if there is nobody.
        """
        start = math.floor(u * len(people))
        for candidate in [*people[start:], *people[:start]]:
            if candidate is not self and candidate not in self.follows:
                return candidate
        return None

    def moves(self) -> bool:
        """Whether the worker starts a move to another team.

        Returns
        -------
        bool
            True with the week's part of the yearly rotation.
        """
        return self.uniform(events.ROTATE) < self.p.rotation / 52

    def move(self) -> None:
        """Swap team and place with a partner; both are new to their teams."""
        partner = self.partner_of_move()
        if partner.team is not self.team:
            mine, theirs = self.team, partner.team
            place, other_place = mine.members.index(self), theirs.members.index(partner)
            mine.members[place], theirs.members[other_place] = partner, self
            self.team, partner.team = theirs, mine
            self.start_in_team()
            partner.start_in_team()

    def partner_of_move(self) -> Worker:
        """Anybody, or with assembly somebody from a community that the team lacks.

        Returns
        -------
        Worker
            Perhaps of the own team: then nobody moves.
        """
        seat = math.floor(self.uniform(events.ROTATE_PARTNER) * self.p.workers)
        if self.uniform(events.ASSEMBLE) < self.p.assembly and self.communities:
            present = [worker.communities[0] for worker in self.teammates]
            for candidate in self.model.workers_from(seat, SEARCH):
                if candidate.team is not self.team and candidate.communities[0] not in present:
                    return candidate
        return self.model.workers[seat]

    def renew_ties(self) -> None:
        """Some ties are exchanged for new ones; the ties of all as they stood before are in `follows_before`."""
        for d in range(len(self.follows)):
            if self.uniform(events.RENEW, d) < self.p.tie_renewal / 52:
                weaving = self.uniform(events.WEAVE, d) < self.p.weaving
                new = self.woven_tie(d) if weaving else self.closed_triangle(d)
                if new is not None and new is not self and new not in self.follows:
                    self.follows[d] = new

    def woven_tie(self, d: int) -> Worker | None:
        """Somebody from another team and another first community.

        Parameters
        ----------
        d : int
            Number of the tie.

        Returns
        -------
        Worker or None
            None if nobody was found.
        """
        seat = math.floor(self.uniform(events.RENEW_TIE, d) * self.p.workers)
        for candidate in self.model.workers_from(seat, SEARCH):
            elsewhere = candidate.team is not self.team and (
                not self.communities or candidate.communities[0] is not self.communities[0]
            )
            if elsewhere and candidate is not self and candidate not in self.follows:
                return candidate
        return None

    def closed_triangle(self, d: int) -> Worker:
        """A tie of a tie.

        Parameters
        ----------
        d : int
            Number of the tie.

        Returns
        -------
        Worker
            Perhaps the worker, or one of the ties.
        """
        via = self.follows_before[math.floor(self.uniform(events.RENEW_VIA, d) * self.p.ties)]
        return via.follows_before[math.floor(self.uniform(events.RENEW_TIE, d) * self.p.ties)]

    def be_coached(self) -> None:
        """Coaching closes a part of what each skill lacks."""
        rate = self.p.coaching_gain * self.p.coaching
        self.seek = self.seek + rate * (1 - self.seek)
        self.sense = self.sense + rate * (1 - self.sense)
        self.share = self.share + rate * (1 - self.share)


# The choices of the parameter `imitation`: each makes one practice, or None, of those that a worker has seen
IMITATION_RULES: Mapping[str, Callable[[Worker], Practice | None]] = MappingProxyType(
    {
        "best": methodcaller("best_seen"),
        "conformity": methodcaller("most_frequent_seen"),
        "majority": methodcaller("majority_of_better"),
    }
)
