"""Communities: sense together (ODD, section 7.3)."""

import math
from dataclasses import dataclass

from . import arithmetic, events
from .actor import Actor
from .spaces import COMMUNITIES


@dataclass
class Entry:
    """An entry of a repertoire. Without evidence it is empty."""

    practice: tuple
    estimate: float = 0.0
    evidence: int = 0
    tested: int = 0

    @property
    def filled(self):
        """Whether there is a practice in it."""
        return self.evidence > 0


class Member:
    """A worker in one of their slots, as a member of a community."""

    def __init__(self, worker, slot):
        self.worker, self.slot = worker, slot
        self.opinion = None  # what the member thinks this week that the own idea is worth

    @property
    def trust(self):
        """The worker's trust in this community."""
        return self.worker.trust[self.slot]

    def attends(self):
        """Whether the member is at this week's meeting."""
        p = self.worker.p
        time, slots = self.worker.time[COMMUNITIES], len(self.worker.communities)
        chance = min(1.0, p.sessions * time / slots * (0.5 + 0.5 * p.sponsorship))
        return self.worker.u(events.ATTEND, self.slot) < chance

    def pools(self):
        """Whether the member tells what they are aware of."""
        p = self.worker.p
        willingness = self.worker.share * (p.pool_base + (1 - p.pool_base) * self.trust)
        return self.worker.u(events.POOL, self.slot) < willingness

    def brings_idea(self):
        """Whether the member brings the own idea to the test."""
        return self.worker.u(events.BRING, self.slot) < self.worker.share * self.trust

    def hear(self, pooled):
        """Hear of pooled aspects. Whether there was any news."""
        p = self.worker.p
        heard = False
        for j in range(p.aspects):
            unaware = not self.worker.next_aware[j]
            draw = self.slot * p.aspects + j
            if pooled[j] and unaware and self.worker.u(events.HEAR, draw) < p.hear_base + p.hear_trust * self.trust:
                self.worker.next_aware[j] = True
                heard = True
        return heard

    def take_over(self, practice):
        """Take aspects of a practice over into the own idea. Whether there was any."""
        p = self.worker.p
        idea = list(self.worker.next_idea)
        for j in range(p.aspects):
            draw = self.slot * p.aspects + j
            if practice[j] != idea[j] and self.worker.u(events.SOCIALISE, draw) < p.socialisation * self.trust:
                idea[j] = practice[j]
        changed = tuple(idea) != self.worker.next_idea
        self.worker.next_idea = tuple(idea)
        return changed


class Community(Actor):
    """A community of practice with its repertoire; entry 0 is the shared practice."""

    def __init__(self, model, number):
        super().__init__(model, number)
        self.members = []
        no_view = (0,) * self.p.aspects
        self.repertoire = [Entry(no_view) for _ in range(self.p.repertoire)]

    @property
    def shared(self):
        """Entry 0."""
        return self.repertoire[0]

    @property
    def filled_entries(self):
        """The entries that are not empty."""
        return [entry for entry in self.repertoire if entry.filled]

    def meet(self):
        """This week's meeting."""
        self.attendees = [member for member in self.members if member.attends()]
        if not self.attendees:
            return
        self.sd = self.p.noise / math.sqrt(len(self.attendees))
        self.pool()
        self.re_estimate()
        self.test_ideas()
        self.move_shared_practice()
        self.learn()

    def pool(self):
        """Put together what those attending are aware of."""
        self.pooled = [False] * self.p.aspects
        for member in self.attendees:
            if member.pools():
                self.pooled = [a or b for a, b in zip(self.pooled, member.worker.aware, strict=True)]

    def value(self, practice):
        """V as perceived with the pooled awareness."""
        return self.model.reality.value(practice, self.pooled)

    # Test

    def re_estimate(self):
        """Half the old estimate, half a new one."""
        for r, entry in enumerate(self.repertoire):
            if entry.filled:
                fresh = self.value(entry.practice) + self.sd * self.z(events.RE_ESTIMATE, r)
                entry.estimate = 0.5 * entry.estimate + 0.5 * fresh

    def test_ideas(self):
        """Everybody values the own idea; some bring it."""
        for member in self.attendees:
            worker = member.worker
            member.opinion = self.value(worker.idea) + self.sd * worker.z(events.IDEA_NOISE, member.slot)
            if member.brings_idea():
                self.model.counts["ideas_tested"] += 1
                self.test(worker.idea, member.opinion)

    def test(self, idea, opinion):
        """Refine the entry that holds the idea, or store the idea."""
        known = [entry for entry in self.filled_entries if entry.practice == idea]
        if known:
            self.refine(known[0], opinion)
        else:
            self.store(idea, opinion)

    def refine(self, entry, opinion):
        """One more test of a practice that is known."""
        entry.estimate = entry.estimate + (opinion - entry.estimate) / (entry.evidence + 1)
        entry.evidence += 1
        entry.tested = self.model.week

    def store(self, idea, opinion):
        """Put a new idea into the first empty entry, or in the place of the worst one if it is thought better."""
        others = self.repertoire[1:]
        empty = [entry for entry in others if not entry.filled]
        if empty:
            self.fill(empty[0], idea, opinion)
        elif others:
            worst = min(others, key=lambda entry: entry.estimate)
            if opinion > worst.estimate:
                self.fill(worst, idea, opinion)

    def fill(self, entry, practice, estimate):
        """Put a practice into an entry, with the first test."""
        entry.practice, entry.estimate, entry.evidence, entry.tested = practice, estimate, 1, self.model.week

    # Shared practice

    def move_shared_practice(self):
        """The shared practice moves towards the ideas that are thought better (March 1991)."""
        before = self.shared.practice
        superior = [m for m in self.attendees if not self.shared.filled or m.opinion > self.shared.estimate]
        moved = tuple(self.vote(j, superior) for j in range(self.p.aspects))
        self.shared.practice = moved
        if moved != before and 0 not in moved:
            estimate = self.value(moved) + self.sd * self.z(events.CODE_NOISE)
            self.fill(self.shared, moved, estimate)

    def vote(self, j, superior):
        """Where the shared practice stands on aspect j after the vote."""
        now = self.shared.practice[j]
        votes = sum(member.worker.idea[j] for member in superior)
        sign = (votes > 0) - (votes < 0)
        chance = 1 - arithmetic.power(1 - self.p.code_learning, abs(votes))
        if votes != 0 and sign != now and self.u(events.CODE, j) < chance:
            return sign
        return now

    # Learning

    def learn(self):
        """Those attending hear what was pooled and take over from the best entry."""
        filled = self.filled_entries
        best = max(filled, key=lambda entry: entry.estimate) if filled else None
        for member in self.attendees:
            heard = member.hear(self.pooled)
            taken_over = best is not None and member.take_over(best.practice)
            member.worker.attended[member.slot] = True
            member.worker.learned[member.slot] = heard or taken_over
