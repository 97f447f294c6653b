"""Workers: what they do in networks (ODD, section 7.2), with their time (7.5), and how they come and move (7.6)."""

import math

from . import arithmetic, events
from .actor import Actor
from .chance import pick
from .practices import flipped
from .spaces import COMMUNITIES, NETWORKS, TEAMS
from .sums import mean, total

SEARCH = 64  # how many workers are looked at, one after the other, for one who qualifies


class Worker(Actor):
    """A seat and who sits in it: the number is the seat's, `person` the occupant's."""

    def __init__(self, model, number):
        super().__init__(model, number)
        self.person = number
        self.team = None
        self.communities = []
        self.ties = []
        self.draw_skills(hiring=0.0)
        self.idea = tuple(1 if self.u(events.IDEA, j) < 0.5 else -1 for j in range(self.p.aspects))
        self.aware = [True] * self.p.aspects
        self.time = self.model.split()
        self.returns = [self.p.expectation] * 3

    def join(self, communities):
        """Become a member of these communities, slot by slot."""
        self.communities = communities
        self.trust = [self.p.starting_trust for _ in communities]
        self.attended = [False for _ in communities]

    @property
    def who(self):
        """The draws belong to the person, not to the seat."""
        return self.person

    def perceived(self, practice):
        """V as perceived with the own awareness."""
        return self.model.reality.value(practice, self.aware)

    def perceived_with_noise(self, practice, event):
        """The same, judged with the error that sense-making leaves."""
        return self.perceived(practice) + self.p.noise * (1 - self.sense) * self.z(event)

    # Phases: what stood when the phase began stays readable until all have acted

    def begin_week(self):
        """No space has given a return yet."""
        self.gain = [None, None, None]

    def begin_phase(self):
        """Start the new idea and the new awareness as copies of those that stand."""
        self.next_idea, self.next_aware = self.idea, list(self.aware)

    def end_phase(self):
        """The new idea and the new awareness become those that stand."""
        self.idea, self.aware = self.next_idea, self.next_aware

    # 7.2 Networks

    def network(self):
        """Meet people, hear news, see practices; imitate or else experiment."""
        n = math.floor(self.p.encounters * self.time[NETWORKS] + self.u(events.ENCOUNTERS))
        self.news, self.seen = 0, []
        self.encounter(n)
        self.model.counts["ideas_seen"] += sum(practice != self.idea for practice in self.seen)
        if n > 0:
            kept = self.imitate() or self.experiment()
            self.gain[NETWORKS] = (self.news + kept) / n

    def encounter(self, n):
        """Encounters with outsiders and with ties, who are met without replacement."""
        ties, met = list(self.ties), 0
        for e in range(n):
            if self.u(events.OUTSIDE, e) < self.p.openness:
                number = math.floor(self.u(events.PARTNER, e) * self.p.outsiders)
                self.meet_outsider(self.model.outsiders[number], e)
            elif met < len(ties):
                self.meet_colleague(pick(ties, met, self.u(events.PARTNER, e)), e)
                met += 1

    def meet_outsider(self, outsider, e):
        """What is heard and seen depends on one's own seeking."""
        if self.u(events.HEARD, e) < self.seek:
            self.hear(self.aspect_of_news(e))
        if self.u(events.SEEN, e) < self.seek:
            self.seen.append(outsider.practice)

    def meet_colleague(self, colleague, e):
        """What is heard and seen depends on the colleague's sharing, and on working out loud."""
        j = self.aspect_of_news(e)
        if colleague.aware[j] and self.u(events.HEARD, e) < colleague.share:
            self.hear(j)
        if self.u(events.LOUD, e) < self.p.working_out_loud:
            self.seen.append(colleague.team.practice)
        elif self.u(events.SEEN, e) < colleague.share:
            self.seen.append(colleague.idea)

    def aspect_of_news(self, e):
        """The aspect that an encounter's news is about."""
        return math.floor(self.u(events.ASPECT, e) * self.p.aspects)

    def hear(self, j):
        """Become aware of an aspect; it is news if one was not."""
        if not self.next_aware[j]:
            self.next_aware[j] = True
            self.news += 1

    def imitate(self):
        """Take something of the social option over, if there is one. Whether an idea was kept."""
        option = self.social_option()
        if option is None:
            return False
        result = tuple(
            theirs if theirs not in (0, own) and self.u(events.TAKE_OVER, j) < self.p.breadth else own
            for j, (own, theirs) in enumerate(zip(self.idea, option, strict=True))
        )
        if result == self.idea:
            return False
        return self.keep(result, tested=self.p.imitation != "majority", event=events.TRIAL_NOISE)

    def social_option(self):
        """The practices seen become one; None if there is none."""
        if not self.seen:
            return None
        rules = {"best": self.best_seen, "conformity": self.most_frequent_seen, "majority": self.majority_of_better}
        return rules[self.p.imitation]()

    def best_seen(self):
        """The practice that is perceived best (Lazer & Friedman 2007)."""
        return max(self.seen, key=self.perceived)

    def most_frequent_seen(self):
        """The practice seen most often (Barkoczi & Galesic 2016)."""
        distinct = list(dict.fromkeys(self.seen))
        times = [self.seen.count(practice) for practice in distinct]
        if len(distinct) > 1 and min(times) == max(times):
            return None
        most = [practice for practice, seen in zip(distinct, times, strict=True) if seen == max(times)]
        return most[math.floor(self.u(events.FREQUENT) * len(most))]

    def majority_of_better(self):
        """Aspect by aspect what most of those perceived better do (Fang, Lee & Schilling 2010)."""
        own = self.perceived(self.idea)
        better = [practice for practice in self.seen if self.perceived(practice) > own]
        sums = [sum(practice[j] for practice in better) for j in range(self.p.aspects)]
        return tuple((votes > 0) - (votes < 0) for votes in sums)

    def experiment(self):
        """Turn one aspect that one is aware of. Whether an idea was kept."""
        start = math.floor(self.u(events.EXPERIMENT) * self.p.aspects)
        for step in range(self.p.aspects):
            j = (start + step) % self.p.aspects
            if self.aware[j]:
                return self.keep(flipped(self.idea, j), tested=True, event=events.EXPERIMENT_NOISE)
        return False

    def keep(self, trial, tested, event):
        """Keep a trial; if it is tested, only when it is perceived better, with noise."""
        if tested and not self.perceived_with_noise(trial, event) > self.perceived(self.idea):
            return False
        self.next_idea = trial
        return True

    # 7.3 Communities (the meeting itself is the community's)

    def begin_meetings(self):
        """Nobody has met yet."""
        self.attended = [False for _ in self.communities]
        self.learned = [False for _ in self.communities]

    def end_meetings(self):
        """What the meetings gave, and trust."""
        if any(self.attended):
            slots = [s for s, attended in enumerate(self.attended) if attended]
            self.gain[COMMUNITIES] = mean(self.trust[s] * self.learned[s] for s in slots)
        elif not self.model.communities:
            self.gain[COMMUNITIES] = 0.0
        self.trust = [self.trust_after(s) for s in range(len(self.communities))]

    def trust_after(self, s):
        """Trust grows by attending, and fades."""
        trust = self.trust[s]
        if self.attended[s]:
            trust = trust + self.p.trust_growth * (0.5 + self.p.sponsorship) * (1 - trust)
        return trust * (1 - self.p.trust_fading)

    # 7.4 Teams (the review itself is the team's)

    def entries_brought(self):
        """The entries of the communities attended that the worker brings to the team, with their estimates."""
        brought = []
        for s, community in enumerate(self.communities):
            if self.attended[s]:
                for r, entry in enumerate(community.repertoire):
                    if entry.filled and self.u(events.ENTRY, s * self.p.repertoire + r) < self.trust[s]:
                        brought.append((entry.practice, entry.estimate))
        return brought

    def argues(self):
        """Whether the worker argues for the own idea."""
        return self.u(events.ARGUE) < self.share

    def conforms(self):
        """Whether the worker comes to think as the team does."""
        return self.u(events.CONFORM) < self.p.team_conformity * self.time[TEAMS]

    # 7.5 Time

    def negotiate(self):
        """Learn what time returned, and move time to where it returns most."""
        for space, gain in enumerate(self.gain):
            if gain is not None:
                self.returns[space] = self.returns[space] + self.p.habit * (gain - self.returns[space])
        target = self.target()
        self.time = [now + self.p.adaptation * (aim - now) for now, aim in zip(self.time, target, strict=True)]

    def target(self):
        """The logit choice between the spaces, above the floors."""
        floors, utility = self.model.floors(), self.utility()
        greatest = max(utility)
        weights = [arithmetic.exp(self.p.sensitivity * (value - greatest)) for value in utility]
        free = 1 - total(floors)
        return [floor + free * weight / total(weights) for floor, weight in zip(floors, weights, strict=True)]

    def utility(self):
        """The utility of an hour in each space; unmet demand pulls to the team."""
        rewards = [self.p.reward_networks, self.p.reward_communities, self.p.reward_teams]
        utility = [reward * gain for reward, gain in zip(rewards, self.returns, strict=True)]
        utility[TEAMS] = utility[TEAMS] + self.p.pressure * max(0.0, self.p.demand - self.team.output)
        return utility

    def rise_to_floors(self):
        """New floors (7.9): time below a floor is raised to it."""
        self.time = self.model.raised_to_floors(self.time)

    # 7.6 People

    def draw_skills(self, hiring):
        """The skills of somebody new."""
        means = [self.p.seek, self.p.sense, self.p.share]
        skills = [usual + self.p.pkm_spread * (hiring + self.z(events.SKILL, k)) for k, usual in enumerate(means)]
        self.seek, self.sense, self.share = (min(1.0, max(0.0, skill)) for skill in skills)

    def leaves(self):
        """Whether the worker leaves the organisation."""
        return self.u(events.LEAVE) < self.p.turnover / 52

    def replace(self):
        """A newcomer takes the seat."""
        self.person += self.p.workers
        outsider = self.model.outsiders[math.floor(self.u(events.NEWCOMER) * self.p.outsiders)]
        self.idea = outsider.practice
        self.aware = [self.u(events.NEWCOMER_AWARE, j) < self.p.newcomer_awareness for j in range(self.p.aspects)]
        self.draw_skills(self.p.hiring)
        self.time = self.model.raised_to_floors(self.model.split())
        self.returns = [self.p.expectation] * 3
        self.trust = [self.p.newcomer_trust * self.p.starting_trust for _ in self.communities]
        self.draw_ties()

    def draw_ties(self):
        """The local rule."""
        self.ties = []
        for d in range(self.p.ties):
            self.ties.append(self.draw_tie(d))

    def draw_tie(self, d):
        """A teammate, or anybody, who is not yet a tie."""
        u = self.u(events.TIE, d)
        if self.u(events.TIE_LOCAL, d) < self.p.local_ties:
            teammate = self.first_new(self.team.members, u)
            if teammate is not None:
                return teammate
        return self.first_new(self.model.workers, u)

    def first_new(self, people, u):
        """The first of these people, from a random one on, who is neither the worker nor one of the ties."""
        start = math.floor(u * len(people))
        for candidate in people[start:] + people[:start]:
            if candidate is not self and candidate not in self.ties:
                return candidate
        return None

    def moves(self):
        """Whether the worker starts a move to another team."""
        return self.u(events.ROTATE) < self.p.rotation / 52

    def move(self):
        """Swap team and place with a partner."""
        partner = self.partner_of_move()
        if partner.team is not self.team:
            mine, theirs = self.team, partner.team
            place, other_place = mine.members.index(self), theirs.members.index(partner)
            mine.members[place], theirs.members[other_place] = partner, self
            self.team, partner.team = theirs, mine

    def partner_of_move(self):
        """Anybody, or with assembly somebody from a community that the team lacks."""
        j = math.floor(self.u(events.ROTATE_PARTNER) * self.p.workers)
        if self.u(events.ASSEMBLE) < self.p.assembly and self.communities:
            teammates = [worker for worker in self.team.members if worker is not self]
            present = [worker.communities[0] for worker in teammates]
            for candidate in self.model.workers_from(j, SEARCH):
                if candidate.team is not self.team and candidate.communities[0] not in present:
                    return candidate
        return self.model.workers[j]

    def renew_ties(self):
        """Some ties are exchanged for new ones; the ties of all as they stood before are in `old_ties`."""
        for d in range(self.p.ties):
            if self.u(events.RENEW, d) < self.p.tie_renewal / 52:
                weaving = self.u(events.WEAVE, d) < self.p.weaving
                new = self.woven_tie(d) if weaving else self.closed_triangle(d)
                if new is not None and new is not self and new not in self.ties:
                    self.ties[d] = new

    def woven_tie(self, d):
        """Somebody from another team and another first community."""
        j = math.floor(self.u(events.RENEW_TIE, d) * self.p.workers)
        for candidate in self.model.workers_from(j, SEARCH):
            elsewhere = candidate.team is not self.team and (
                not self.communities or candidate.communities[0] is not self.communities[0]
            )
            if elsewhere and candidate is not self and candidate not in self.ties:
                return candidate
        return None

    def closed_triangle(self, d):
        """A tie of a tie."""
        via = self.old_ties[math.floor(self.u(events.RENEW_VIA, d) * self.p.ties)]
        return via.old_ties[math.floor(self.u(events.RENEW_TIE, d) * self.p.ties)]

    def be_coached(self):
        """Coaching closes a part of what each skill lacks."""
        rate = self.p.coaching_gain * self.p.coaching
        self.seek = self.seek + rate * (1 - self.seek)
        self.sense = self.sense + rate * (1 - self.sense)
        self.share = self.share + rate * (1 - self.share)
