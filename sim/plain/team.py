"""Teams: share and act (ODD, section 7.4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from . import elementary, events
from .actor import Actor
from .practice import Practice, differences, equal_aspects
from .spaces import TEAMS
from .sums import mean
from .work import combined, draw_signs, signed
from .worker import Worker

LONG_TOGETHER = 130  # weeks; after them a team is turned inwards to two thirds of what it will be in the end


class Option(NamedTuple):
    """A practice that a member puts forward.

    Attributes
    ----------
    practice : tuple of int
        What the team would do.
    value : float
        What is claimed for it.
    tested : bool
        Whether it comes from a community, whose members have tested it.
    """

    practice: Practice
    value: float
    tested: bool


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
    signs : tuple of int
        How the team's work differs from that of others: -1 or +1 for each aspect, +1 in every common one.
    practice : tuple of int
        The practice in use.
    alignment, scepticism, output : float
        How far the members work as one (0 to 1), distrust of change, and output of the last week.
    tau : float
        Mean team time of the members in this week's phase, without what went into answers.
    """

    def __init__(self, model: Any, number: int, members: list[Worker]) -> None:
        super().__init__(model, number)
        self.members = members
        self.signs = draw_signs(self, model.common)
        for worker in members:
            worker.team = self
        self.practice: Practice = members[0].idea
        self.practice_before = self.practice
        self.alignment: float = self.p.starting_alignment
        self.scepticism: float = self.p.starting_scepticism
        self.output = 0.0
        self.tau = 0.0

    def begin_phase(self) -> None:
        """What holds for the whole phase: the practice in use when it began, and the mean team time."""
        self.practice_before = self.practice
        self.tau = mean(worker.time[TEAMS] - worker.time_lost for worker in self.members)

    # Different work (7.11)

    def value(self, practice: Practice, aware: Sequence[bool] | None = None) -> float:
        """What a practice is worth to this team.

        Parameters
        ----------
        practice : tuple of int
            With a view on every aspect.
        aware : sequence of bool, optional
            Of which aspects the latest is known: then V is as perceived with this awareness. By default, the true V.

        Returns
        -------
        float
            V, 0 to 1.
        """
        return self.model.reality.value(signed(practice, self.signs), aware)

    def fit(self, practice: Practice) -> float:
        """How good a practice is for this team.

        Parameters
        ----------
        practice : tuple of int
            With a view on every aspect.

        Returns
        -------
        float
            1 for the best possible practice, 0 for an average one.
        """
        return self.model.reality.fit(signed(practice, self.signs))

    def served_by(self, practice: Practice) -> Practice:
        """What of a practice from elsewhere serves this team.

        Parameters
        ----------
        practice : tuple of int
            Of a community or of another team.

        Returns
        -------
        tuple of int
            Its common aspects, with the team's own aspects as they are in use.
        """
        return combined(practice, self.practice, self.model.common)

    def own_ways(self) -> Practice:
        """What the team does in its own aspects, seen with its signs.

        Returns
        -------
        tuple of int
            Equal for two teams if whatever they share is worth the same to both.
        """
        ways = signed(self.practice, self.signs)
        return tuple(way for way, is_common in zip(ways, self.model.common, strict=True) if not is_common)

    # Familiarity (7.11)

    def familiarity(self) -> float:
        """How well the members know the team.

        Returns
        -------
        float
            Mean over the members, 0 to 1.
        """
        return mean(worker.familiarity for worker in self.members)

    def inwardness(self) -> float:
        """How likely it is that a member's encounter beyond the team is turned inwards.

        Returns
        -------
        float
            The greater, the longer the members have been together.
        """
        weeks = mean(worker.weeks_in_team for worker in self.members)
        return self.p.insularity * (1 - elementary.exp(-weeks / LONG_TOGETHER))

    # Review

    def review(self) -> None:
        """Perhaps look at the alternatives, and adopt the best one if it promises enough."""
        if self.uniform(events.REVIEW) < self.p.review * self.tau:
            options = [option for option in self.options() if option.practice != self.practice]
            if options:
                judgement = self.judgement()
                promising = [option for option in options if option.value > judgement + self.hurdle(option)]
                if promising:
                    self.adopt(max(promising, key=lambda option: option.value).practice)

    def hurdle(self, option: Option) -> float:
        """How much better than the practice in use an option must look.

        Parameters
        ----------
        option : Option
            Put forward by a member.

        Returns
        -------
        float
            The greater, the more sceptical the team is; less for what members helped to test (7.11).
        """
        hurdle = self.p.hurdle * (1 - self.p.involvement) if option.tested else self.p.hurdle
        return hurdle * (1 + self.scepticism)

    def judgement(self) -> float:
        """What the team thinks of the practice in use.

        Returns
        -------
        float
            The members' view, corrected by experience.
        """
        m = mean(worker.perceived(self.practice) for worker in self.members)
        return m + self.p.feedback * (self.value(self.practice) - m)

    def options(self) -> list[Option]:
        """The practices that the members put forward.

        Returns
        -------
        list of Option
            Member by member.
        """
        options = []
        for worker in self.members:
            brought = worker.entries_brought()
            options += [Option(self.served_by(practice), value, tested=True) for practice, value in brought]
            if not self.p.pilot_first and worker.argues():
                value = worker.perceived_with_noise(worker.idea, self.practice, events.ARGUE_NOISE)
                options.append(Option(worker.idea, value, tested=False))
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
        old, new = self.value(self.practice), self.value(practice)
        is_new = not directed and self.is_new(practice)
        changed = differences(practice, self.practice) / self.p.aspects
        self.alignment = self.alignment * (1 - self.p.adoption_cost * changed)
        self.practice = practice
        self.model.event_counts["ideas_adopted"] += 1
        if new > old:
            self.scepticism = self.scepticism * self.p.calming
            self.model.event_counts["innovation" if is_new else "diffusion"] += 1
        elif new < old:
            self.scepticism = self.scepticism + self.p.disappointment
            self.model.event_counts["failed_changes"] += 1

    def is_new(self, practice: Practice) -> bool:
        """Whether a practice is new to the organisation.

        Parameters
        ----------
        practice : tuple of int
            About to be adopted by this team.

        Returns
        -------
        bool
            True if it changes no common aspect, or if no other team had its common aspects in use when the phase began.
        """
        common = self.model.common
        shared = sum(common)
        others = [team for team in self.model.teams if team is not self]
        changes_shared = equal_aspects(practice, self.practice, common) < shared
        in_use = any(equal_aspects(practice, team.practice_before, common) == shared for team in others)
        return not (changes_shared and in_use)

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
        alignment = self.alignment * (1 - self.p.newness * (1 - self.familiarity()))
        self.output = (
            max(0.0, self.tau - self.model.overhead())
            * alignment
            * max(0.0, self.fit(self.practice))
            * ((1 - gamma) + gamma * max(0.0, self.agreement_with_others()))
        )

    def agreement_with_others(self) -> float:
        """How far the other teams do the same.

        Returns
        -------
        float
            1 if all do, 0 if half of the common aspects are equal; 1 if there is nobody or nothing to agree on.
        """
        common = self.model.common
        others = [team for team in self.model.teams if team is not self]
        if not others or not any(common):
            return 1.0
        equal = sum(equal_aspects(team.practice, self.practice, common) for team in others)
        return 2 * (equal / (len(others) * sum(common))) - 1
