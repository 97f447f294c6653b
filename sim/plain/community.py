"""Communities: sense together (ODD, section 7.3)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from . import elementary, events
from .actor import Actor
from .practice import Practice
from .rng import pick
from .spaces import COMMUNITIES
from .sums import mean, total
from .work import common_part
from .worker import Worker


@dataclass
class Entry:
    """An entry of a repertoire. Without a test it is empty.

    Attributes
    ----------
    practice : tuple of int
        0 where there is no view.
    value : float
        What the community thinks the practice is worth.
    n_tests : int
        The tests behind the value.
    last_tested_week : int
        The week of the last test.
    """

    practice: Practice
    value: float = 0.0
    n_tests: int = 0
    last_tested_week: int = 0

    @property
    def filled(self) -> bool:
        """Whether there is a practice in it."""
        return self.n_tests > 0


class Member:
    """A worker in one of their slots, as a member of a community.

    Parameters
    ----------
    worker : Worker
        Who it is.
    slot : int
        Which of the worker's memberships it is.

    Attributes
    ----------
    own_estimate : float
        What the member thinks this week that the own idea is worth.
    """

    def __init__(self, worker: Worker, slot: int) -> None:
        self.worker, self.slot = worker, slot
        self.own_estimate = math.nan

    @property
    def trust(self) -> float:
        """The worker's trust in this community."""
        return self.worker.trust[self.slot]

    def attends(self) -> bool:
        """Whether the member is at this week's meeting.

        Returns
        -------
        bool
            The likelier, the more time the worker has for communities and the more they are sponsored.
        """
        p = self.worker.p
        time, slots = self.worker.time[COMMUNITIES], len(self.worker.communities)
        meetings = p.sessions * time / slots * (0.5 + 0.5 * p.sponsorship) * self.attraction()
        return self.worker.uniform(events.ATTEND, self.slot) < min(1.0, meetings)

    def attraction(self) -> float:
        """How much likelier the member comes than others, by trust (7.11).

        Returns
        -------
        float
            1 where all trust alike, or nobody trusts at all.
        """
        usual = self.worker.communities[self.slot].usual_trust
        power = self.worker.p.attraction
        return elementary.power(self.trust / usual, power) if power > 0 and usual > 0 else 1.0

    def pools(self) -> bool:
        """Whether the member tells what they are aware of.

        Returns
        -------
        bool
            The likelier, the more the worker shares and trusts.
        """
        p = self.worker.p
        willingness = self.worker.share * (p.pool_base + (1 - p.pool_base) * self.trust)
        return self.worker.uniform(events.POOL, self.slot) < willingness

    def brings_idea(self) -> bool:
        """Whether the member brings the own idea to the test.

        Returns
        -------
        bool
            The likelier, the more the worker shares and trusts.
        """
        return self.worker.uniform(events.BRING, self.slot) < self.worker.share * self.trust

    def is_snubbed(self, mean_trust: float) -> bool:
        """Whether the idea that the member brings is snubbed (7.11).

        Parameters
        ----------
        mean_trust : float
            Of those attending.

        Returns
        -------
        bool
            The likelier, the less they trust.
        """
        p = self.worker.p
        return p.burn > 0 and self.worker.uniform(events.SNUB, self.slot) < 1 - mean_trust

    def receive_news(self, pooled: list[bool]) -> bool:
        """Hear of pooled aspects.

        Parameters
        ----------
        pooled : list of bool
            The aspects that were pooled.

        Returns
        -------
        bool
            Whether there was any news.
        """
        p = self.worker.p
        heard = False
        for j in range(p.aspects):
            unaware = not self.worker.next_aware[j]
            draw = self.slot * p.aspects + j
            chance = p.hear_base + p.hear_trust * self.trust
            if pooled[j] and unaware and self.worker.uniform(events.HEAR, draw) < chance:
                self.worker.next_aware[j] = True
                heard = True
        return heard

    def take_over(self, practice: Practice) -> bool:
        """Take common aspects of a practice over into the own idea.

        Parameters
        ----------
        practice : tuple of int
            The best of the community.

        Returns
        -------
        bool
            Whether any was taken over.
        """
        p = self.worker.p
        idea = list(self.worker.next_idea)
        for j in range(p.aspects):
            draw = self.slot * p.aspects + j
            differs = self.worker.model.common[j] and practice[j] != idea[j]
            if differs and self.worker.uniform(events.SOCIALISE, draw) < p.socialisation * self.trust:
                idea[j] = practice[j]
        changed = tuple(idea) != self.worker.next_idea
        self.worker.next_idea = tuple(idea)
        return changed


class Community(Actor):
    """A community of practice.

    Parameters
    ----------
    model : Organisation
        Whose community it is.
    number : int
        Its place in `model.communities`.

    Attributes
    ----------
    members : list of Member
        In the order of the seats.
    attendees : list of Member
        Who is at this week's meeting.
    groups : list of list of Member
        The attendees, those together to whom a shared practice is worth the same.
    bearers : list of Member
        Whose ideas are up for the test at this week's meeting.
    repertoire : list of Entry
        The practices that it keeps, with +1 in every aspect that is a team's own; entry 0 is the shared practice.
    """

    def __init__(self, model: Any, number: int) -> None:
        super().__init__(model, number)
        self.members: list[Member] = []
        self.attendees: list[Member] = []
        self.usual_trust = math.nan
        self.groups: list[list[Member]] = []
        self.bearers: list[Member] = []
        self.sd = math.nan
        self.pooled = [False] * self.p.aspects
        no_view = (0,) * self.p.aspects
        self.repertoire = [Entry(no_view) for _ in range(self.p.repertoire)]
        self.shared.practice = common_part(no_view, model.common)

    @property
    def shared(self) -> Entry:
        """Entry 0."""
        return self.repertoire[0]

    @property
    def filled_entries(self) -> list[Entry]:
        """The entries that are not empty."""
        return [entry for entry in self.repertoire if entry.filled]

    def meet(self) -> None:
        """Hold the meeting of the week."""
        self.usual_trust = mean(member.trust for member in self.members) if self.members else 0.0
        self.attendees = [member for member in self.members if member.attends()]
        if not self.attendees:
            return
        self.sd = self.p.noise / math.sqrt(len(self.attendees))
        self.groups = self.grouped()
        self.pool()
        self.collect_ideas()
        self.keep_to_agenda()
        self.re_estimate()
        self.test_ideas()
        self.move_shared_practice()
        self.learn()

    def grouped(self) -> list[list[Member]]:
        """The attendees by what their teams do in their own aspects (7.11).

        Returns
        -------
        list of list of Member
            In the order of their first attendees.
        """
        groups: dict[Practice, list[Member]] = {}
        for member in self.attendees:
            groups.setdefault(member.worker.team.own_ways(), []).append(member)
        return list(groups.values())

    def pool(self) -> None:
        """Put together what those attending are aware of."""
        self.pooled = [False] * self.p.aspects
        for member in self.attendees:
            if member.pools():
                self.pooled = [a or b for a, b in zip(self.pooled, member.worker.aware, strict=True)]

    def collect_ideas(self) -> None:
        """Some of those attending bring their idea."""
        self.bearers = [member for member in self.attendees if member.brings_idea()]

    def keep_to_agenda(self) -> None:
        """Drop news and ideas for which there is no time (7.11)."""
        news = self.pooled_news()
        items: list[int | Member] = [*news, *self.bearers]
        size = self.p.agenda
        if size == 0 or len(items) <= size:
            return
        treated = [pick(items, k, self.uniform(events.AGENDA, k)) for k in range(size)]
        for j in news:
            self.pooled[j] = j in treated
        self.bearers = [member for member in self.bearers if member in treated]

    def pooled_news(self) -> list[int]:
        """The pooled aspects that are news to somebody.

        Returns
        -------
        list of int
            Those of which at least one of those attending was not aware when the phase began.
        """
        return [
            j
            for j in range(self.p.aspects)
            if self.pooled[j] and not all(member.worker.aware[j] for member in self.attendees)
        ]

    def perceived(self, practice: Practice) -> float:
        """What a practice is worth to those attending, as perceived with the pooled awareness.

        Parameters
        ----------
        practice : tuple of int
            With a view on every common aspect.

        Returns
        -------
        float
            Mean over the attendees of V for their teams, without the error of the meeting's judgement.
        """
        teams = [group[0].worker.team for group in self.groups]
        values = [team.value(team.served_by(practice), self.pooled) for team in teams]
        if len(values) == 1:
            return values[0]
        sizes = [len(group) for group in self.groups]
        return total(size * value for size, value in zip(sizes, values, strict=True)) / len(self.attendees)

    # Test

    def re_estimate(self) -> None:
        """Half the old value, half a new one."""
        for r, entry in enumerate(self.repertoire):
            if entry.filled:
                fresh = self.perceived(entry.practice) + self.sd * self.normal(events.RE_ESTIMATE, r)
                entry.value = 0.5 * entry.value + 0.5 * fresh

    def test_ideas(self) -> None:
        """Everybody values the own idea; of those brought, the ones that are not snubbed are tested."""
        mean_trust = mean(member.trust for member in self.attendees)
        for member in self.attendees:
            worker = member.worker
            noise = self.sd * worker.normal(events.IDEA_NOISE, member.slot)
            member.own_estimate = self.perceived(worker.idea) + noise
            if member in self.bearers:
                worker.snubbed[member.slot] = member.is_snubbed(mean_trust)
                if not worker.snubbed[member.slot]:
                    self.model.event_counts["ideas_tested"] += 1
                    self.test(common_part(worker.idea, self.model.common), member.own_estimate)

    def test(self, idea: Practice, estimate: float) -> None:
        """Refine the entry that holds the idea, or store the idea.

        Parameters
        ----------
        idea : tuple of int
            Brought by a member; only its common aspects matter.
        estimate : float
            What the member thinks of it.
        """
        known = [entry for entry in self.filled_entries if entry.practice == idea]
        if known:
            self.refine(known[0], estimate)
        else:
            self.store(idea, estimate)

    def refine(self, entry: Entry, estimate: float) -> None:
        """One more test of a practice that is known.

        Parameters
        ----------
        entry : Entry
            Which holds it.
        estimate : float
            What the member thinks of it.
        """
        entry.value = entry.value + (estimate - entry.value) / (entry.n_tests + 1)
        entry.n_tests += 1
        entry.last_tested_week = self.model.week

    def store(self, idea: Practice, estimate: float) -> None:
        """Put a new idea into the first empty entry, or in the place of the worst one if it is thought better.

        Parameters
        ----------
        idea : tuple of int
            Brought by a member.
        estimate : float
            What the member thinks of it.
        """
        others = self.repertoire[1:]
        empty = [entry for entry in others if not entry.filled]
        if empty:
            self.fill(empty[0], idea, estimate)
        elif others:
            worst = min(others, key=lambda entry: entry.value)
            if estimate > worst.value:
                self.fill(worst, idea, estimate)

    def fill(self, entry: Entry, practice: Practice, value: float) -> None:
        """Put a practice into an entry, with the first test.

        Parameters
        ----------
        entry : Entry
            Whatever it held is forgotten.
        practice : tuple of int
            With a view on every aspect.
        value : float
            What it is thought to be worth.
        """
        entry.practice, entry.value, entry.n_tests, entry.last_tested_week = practice, value, 1, self.model.week

    # Shared practice

    def move_shared_practice(self) -> None:
        """The shared practice moves towards the ideas that are thought better (March 1991)."""
        before = self.shared.practice
        superior = [m for m in self.attendees if not self.shared.filled or m.own_estimate > self.shared.value]
        moved = tuple(self.vote(j, superior) for j in range(self.p.aspects))
        self.shared.practice = moved
        if moved != before and 0 not in moved:
            value = self.perceived(moved) + self.sd * self.normal(events.CODE_NOISE)
            self.fill(self.shared, moved, value)

    def vote(self, j: int, superior: list[Member]) -> int:
        """Where the shared practice stands on an aspect after the vote; only common aspects are put to it.

        Parameters
        ----------
        j : int
            The aspect.
        superior : list of Member
            Those who vote.

        Returns
        -------
        int
            -1 or +1; 0 if there is no view yet.
        """
        now = self.shared.practice[j]
        if not self.model.common[j]:
            return now
        votes = sum(member.worker.idea[j] for member in superior)
        sign = (votes > 0) - (votes < 0)
        chance = 1 - elementary.power(1 - self.p.code_learning, abs(votes))
        if votes != 0 and sign != now and self.uniform(events.CODE, j) < chance:
            return sign
        return now

    # Learning

    def learn(self) -> None:
        """Those attending hear what was pooled and take over from the best entry."""
        filled = self.filled_entries
        best = max(filled, key=lambda entry: entry.value) if filled else None
        for member in self.attendees:
            heard = member.receive_news(self.pooled)
            taken_over = best is not None and member.take_over(best.practice)
            member.worker.attended[member.slot] = True
            member.worker.learned[member.slot] = heard or taken_over
