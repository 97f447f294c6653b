"""Teams: share and act (ODD, section 7.4)."""

from __future__ import annotations

from typing import Any

from . import events
from .actor import Actor
from .practice import Practice, differences, equal_aspects
from .spaces import TEAMS
from .sums import mean
from .worker import Worker


class Team(Actor):
    """A team.

    Parameters
    ----------
    model : Organisation
        Whose team it is.
    number : int
        Its place in `model.teams`.
    members : list of Worker
        In the order of the roster.

    Attributes
    ----------
    members : list of Worker
        As given; those who move change places.
    practice : tuple of int
        The practice in use.
    alignment, scepticism, output : float
        How far the members work as one (0 to 1), distrust of change, and output of the last week.
    tau : float
        Mean team time of the members in this week's phase.
    """

    def __init__(self, model: Any, number: int, members: list[Worker]) -> None:
        super().__init__(model, number)
        self.members = members
        for worker in members:
            worker.team = self
        self.practice: Practice = members[0].idea
        self.practice_before = self.practice
        self.alignment: float = self.p.starting_alignment
        self.scepticism = 0.0
        self.output = 0.0
        self.tau = 0.0

    def begin_phase(self) -> None:
        """What holds for the whole phase: the practice in use when it began, and the mean team time."""
        self.practice_before = self.practice
        self.tau = mean(worker.time[TEAMS] for worker in self.members)

    # Review

    def review(self) -> None:
        """Perhaps look at the alternatives, and adopt the best one if it promises enough."""
        if self.uniform(events.REVIEW) < self.p.review * self.tau:
            options = [option for option in self.options() if option[0] != self.practice]
            if options:
                practice, value = max(options, key=lambda option: option[1])
                if value > self.judgement() + self.p.hurdle * (1 + self.scepticism):
                    self.adopt(practice)

    def judgement(self) -> float:
        """What the team thinks of the practice in use.

        Returns
        -------
        float
            The members' view, corrected by experience.
        """
        m = mean(worker.perceived(self.practice) for worker in self.members)
        return m + self.p.feedback * (self.model.reality.value(self.practice) - m)

    def options(self) -> list[tuple[Practice, float]]:
        """The practices that the members put forward.

        Returns
        -------
        list of (tuple of int, float)
            Each practice with the value that is claimed for it.
        """
        options = []
        for worker in self.members:
            options += worker.entries_brought()
            if not self.p.pilot_first and worker.argues():
                options.append((worker.idea, worker.perceived_with_noise(worker.idea, events.ARGUE_NOISE)))
        return options

    # Adoption

    def adopt(self, practice: Practice, directed: bool = False) -> None:
        """Change the practice in use, with what that costs and teaches.

        Parameters
        ----------
        practice : tuple of int
            The new practice.
        directed : bool
            Whether management imposes it, so that it is no innovation.
        """
        value = self.model.reality.value
        old, new = value(self.practice), value(practice)
        changed = differences(practice, self.practice) / self.p.aspects
        self.alignment = self.alignment * (1 - self.p.adoption_cost * changed)
        self.practice = practice
        self.model.event_counts["ideas_adopted"] += 1
        if new > old:
            self.scepticism = self.scepticism * self.p.calming
            self.model.event_counts["innovation" if self.is_new(practice) and not directed else "diffusion"] += 1
        elif new < old:
            self.scepticism = self.scepticism + self.p.disappointment
            self.model.event_counts["failed_changes"] += 1

    def is_new(self, practice: Practice) -> bool:
        """Whether a practice is new to the organisation.

        Parameters
        ----------
        practice : tuple of int
            Adopted by this team.

        Returns
        -------
        bool
            True if no other team had it in use when the phase began.
        """
        return all(team.practice_before != practice for team in self.model.teams if team is not self)

    # The rest of the week

    def settle(self) -> None:
        """Scepticism fades, alignment recovers, members come to think as the team does."""
        p = self.p
        self.scepticism = self.scepticism * (1 - p.scepticism_fading)
        growth = p.alignment_growth * self.tau * (0.5 + 0.5 * p.working_out_loud)
        self.alignment = self.alignment + growth * (1 - self.alignment)
        for worker in self.members:
            if worker.conforms():
                worker.idea = self.practice

    def produce(self) -> None:
        """The output of the week."""
        gamma = self.p.interdependence
        self.output = (
            max(0.0, self.tau - self.model.overhead())
            * self.alignment
            * max(0.0, self.model.reality.fit(self.practice))
            * ((1 - gamma) + gamma * max(0.0, self.agreement_with_others()))
        )

    def agreement_with_others(self) -> float:
        """How far the other teams do the same.

        Returns
        -------
        float
            1 if all do, 0 if half of the aspects are equal.
        """
        others = [team for team in self.model.teams if team is not self]
        if not others:
            return 1.0
        equal = sum(equal_aspects(team.practice, self.practice) for team in others)
        return 2 * (equal / (len(others) * self.p.aspects)) - 1
