"""Teams: share and act (ODD, section 7.4)."""

from . import events
from .actor import Actor
from .practices import differences, equal_aspects
from .spaces import TEAMS
from .sums import mean


class Team(Actor):
    """A team; `members` is its part of the roster."""

    def __init__(self, model, number, members):
        super().__init__(model, number)
        self.members = members
        for worker in members:
            worker.team = self
        self.practice = members[0].idea
        self.alignment = self.p.starting_alignment
        self.scepticism = 0.0
        self.output = 0.0

    def begin(self):
        """What holds for the whole phase: the practice in use when it began, and the mean team time τ."""
        self.practice_before = self.practice
        self.tau = mean(worker.time[TEAMS] for worker in self.members)

    # Review

    def review(self):
        """Perhaps look at the alternatives, and adopt the best one if it promises enough."""
        if self.u(events.REVIEW) < self.p.review * self.tau:
            options = [option for option in self.options() if option[0] != self.practice]
            if options:
                practice, value = max(options, key=lambda option: option[1])
                if value > self.judgement() + self.p.hurdle * (1 + self.scepticism):
                    self.adopt(practice)

    def judgement(self):
        """What the team thinks of the practice in use."""
        m = mean(worker.perceived(self.practice) for worker in self.members)
        return m + self.p.feedback * (self.model.reality.value(self.practice) - m)

    def options(self):
        """The practices that the members put forward, each with its value."""
        options = []
        for worker in self.members:
            options += worker.entries_brought()
            if not self.p.pilot_first and worker.argues():
                options.append((worker.idea, worker.perceived_with_noise(worker.idea, events.ARGUE_NOISE)))
        return options

    # Adoption

    def adopt(self, practice, directed=False):
        """Change the practice in use, with what that costs and teaches."""
        value = self.model.reality.value
        old, new = value(self.practice), value(practice)
        changed = differences(practice, self.practice) / self.p.aspects
        self.alignment = self.alignment * (1 - self.p.adoption_cost * changed)
        self.practice = practice
        self.model.counts["ideas_adopted"] += 1
        if new > old:
            self.scepticism = self.scepticism * self.p.calming
            self.model.counts["innovation" if self.is_new(practice) and not directed else "diffusion"] += 1
        elif new < old:
            self.scepticism = self.scepticism + self.p.disappointment
            self.model.counts["failed_changes"] += 1

    def is_new(self, practice):
        """Whether no other team had the practice in use when the phase began."""
        return all(team.practice_before != practice for team in self.model.teams if team is not self)

    # The rest of the week

    def settle(self):
        """Scepticism fades, alignment recovers, members come to think as the team does."""
        p = self.p
        self.scepticism = self.scepticism * (1 - p.scepticism_fading)
        growth = p.alignment_growth * self.tau * (0.5 + 0.5 * p.working_out_loud)
        self.alignment = self.alignment + growth * (1 - self.alignment)
        for worker in self.members:
            if worker.conforms():
                worker.idea = self.practice

    def produce(self):
        """The output of the week."""
        gamma = self.p.interdependence
        self.output = (
            max(0.0, self.tau - self.model.price())
            * self.alignment
            * max(0.0, self.model.reality.fit(self.practice))
            * ((1 - gamma) + gamma * max(0.0, self.agreement_with_others()))
        )

    def agreement_with_others(self):
        """1 if all the other teams do the same, 0 if half of the aspects are equal."""
        others = [team for team in self.model.teams if team is not self]
        if not others:
            return 1.0
        equal = sum(equal_aspects(team.practice, self.practice) for team in others)
        return 2 * (equal / (len(others) * self.p.aspects)) - 1
