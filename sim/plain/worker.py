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
from .practice import Practice, differences, flipped
from .rng import pick
from .spaces import COMMUNITIES, NETWORKS, TEAMS
from .sums import mean, total
from .work import combined

SEARCH = 64  # how many workers are looked at, one after the other, for one who qualifies
QUARTER = 13  # weeks, after which half of renown and help is forgotten
STRONG = 4  # times that a tie has been of use, after which it counts as half as strong as it can be


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
    field : list of bool
        The aspects that the worker watches and judges well.
    help : list of int
        By tie: how often it has been of use; half is forgotten each quarter.
    answers : int
        Encounters of last week in which colleagues turned to the worker.
    renown : int
        All answers given; half is forgotten each quarter.
    time_lost : float
        Team time of this week that went into answers.
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
        self.snubbed: list[bool] = []
        self.follows: list[Worker] = []
        self.help: list[int] = []
        self.next_help: list[int] = []
        self.follows_before: list[Worker] = []
        self.idea = tuple(1 if self.uniform(events.IDEA, j) < 0.5 else -1 for j in range(self.p.aspects))
        self.aware = [True] * self.p.aspects
        self.field = [True] * self.p.aspects
        self.next_idea: Practice = self.idea
        self.next_aware = list(self.aware)
        self.next_answers = 0
        self.begin_unknown()
        self.time_lost = 0.0
        self.news = 0
        self.seen: list[Practice] = []
        self.seen_ideas: list[tuple[Worker, Practice]] = []
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

    def begin_unknown(self) -> None:
        """Nobody has asked the person in this seat yet."""
        self.answers, self.renown = 0, 0

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

    def draw_field(self) -> list[bool]:
        """The field of somebody new: largely that of the team, which is a part of the work all in one piece (7.11).

        Returns
        -------
        list of bool
            By aspect, whether the worker watches and judges it well.
        """
        aspects = self.p.aspects
        width = max(1, math.floor(self.p.field * aspects + 0.5))
        first = self.team.number * aspects // len(self.model.teams)
        return [
            (j - first) % aspects < width
            if self.uniform(events.FIELD, j) < self.p.field_sharing
            else self.uniform(events.FIELD_OWN, j) < self.p.field
            for j in range(aspects)
        ]

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

    def perceived_with_noise(self, practice: Practice, known: Practice, event: int) -> float:
        """V of a practice as judged with the error that sense-making leaves.

        Parameters
        ----------
        practice : tuple of int
            With a view on every aspect.
        known : tuple of int
            The practice that it is compared with.
        event : int
            Which event the error belongs to.

        Returns
        -------
        float
            Around V as perceived.
        """
        sense = self.sense * self.expertise(practice, known)
        return self.perceived(practice) + self.p.noise * (1 - sense) * self.normal(event)

    def expertise(self, practice: Practice, known: Practice) -> float:
        """How far it is the worker's field in which a practice differs from another one (7.11).

        Parameters
        ----------
        practice, known : tuple of int
            The two practices.

        Returns
        -------
        float
            Share of the differing aspects; 1 if none differ.
        """
        differing = [j for j, (new, old) in enumerate(zip(practice, known, strict=True)) if new != old]
        if not differing:
            return 1.0
        return sum(self.field[j] for j in differing) / len(differing)

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

    def begin_encounters(self) -> None:
        """Each quarter half of the help that ties have been is forgotten; nobody has met anybody yet."""
        if self.model.week % QUARTER == 0:
            self.help = [times // 2 for times in self.help]
        self.next_help, self.next_answers = list(self.help), 0

    def end_encounters(self) -> None:
        """What was asked of the worker, and who has been of help; each quarter half of the renown is forgotten."""
        self.help, self.answers = self.next_help, self.next_answers
        if self.model.week % QUARTER == 0:
            self.renown = self.renown // 2
        self.renown += self.answers

    def network(self) -> None:
        """Answer last week's questions; meet people, hear news, see practices; imitate or else experiment."""
        n = self.number_of_encounters()
        self.time_lost = self.team_time_lost()
        self.news, self.seen, self.seen_ideas = 0, [], []
        self.encounter(n)
        self.model.event_counts["ideas_seen"] += sum(practice != self.idea for practice in self.seen)
        if n > 0:
            kept = self.imitate() or self.experiment()
            self.experienced_return[NETWORKS] = (self.news + kept) / n

    def number_of_encounters(self) -> int:
        """How many people the worker meets this week: answers to colleagues come first (7.11).

        Returns
        -------
        int
            With a fraction at random.
        """
        free = max(0.0, self.p.encounters * self.time[NETWORKS] - self.load())
        return math.floor(free + self.uniform(events.ENCOUNTERS))

    def team_time_lost(self) -> float:
        """The part of the answers that takes more time than there is for networks, and so goes off team time (7.11).

        Returns
        -------
        float
            Share of the week.
        """
        if self.p.encounters == 0:
            return 0.0
        excess = max(0.0, self.load() - self.p.encounters * self.time[NETWORKS])
        return min(self.time[TEAMS], excess / self.p.encounters)

    def load(self) -> float:
        """What the answers to last week's questions take.

        Returns
        -------
        float
            In encounters.
        """
        return self.p.answer_cost * self.answers

    def encounter(self, n: int) -> None:
        """Encounters with outsiders and with ties, who are met without replacement; some are turned inwards.

        Parameters
        ----------
        n : int
            How many.
        """
        ties, met = list(range(len(self.follows))), 0
        inwardness = self.team.inwardness()
        for e in range(n):
            if self.uniform(events.OUTSIDE, e) < self.p.openness:
                number = math.floor(self.uniform(events.PARTNER, e) * self.p.outsiders)
                if not self.turns_inwards(e, inwardness):
                    self.meet_outsider(self.model.outsiders[number], e)
            elif met < len(ties):
                colleague = self.follows[self.next_tie(ties, met, e)]
                met += 1
                # Who is of the own team is met in any case
                if colleague.team is self.team or not self.turns_inwards(e, inwardness):
                    self.meet_colleague(colleague, e)

    def next_tie(self, ties: list[int], met: int, e: int) -> int:
        """The tie that the worker turns to next.

        Parameters
        ----------
        ties : list of int
            The numbers of the ties; reordered: those that were met come first.
        met : int
            How many were met.
        e : int
            Number of the encounter.

        Returns
        -------
        int
            Number of the tie: any, or rather one that has been of use (7.11).
        """
        u = self.uniform(events.PARTNER, e)
        if self.p.preference > 0 or self.p.directory > 0:
            # The others stay in their order, on which the choice depends
            ties.insert(met, ties.pop(met + self.preferred(ties[met:], u, self.aspect_needed(e))))
            return ties[met]
        return pick(ties, met, u)

    def preferred(self, ties: Sequence[int], u: float, j: int) -> int:
        """Choose among ties; the likelier, the more they have been of use (7.11).

        Parameters
        ----------
        ties : sequence of int
            The numbers of those not yet met.
        u : float
            A uniform number, which decides.
        j : int
            The aspect that the worker wants to know about.

        Returns
        -------
        int
            A place in `ties`.
        """
        weights = [self.weight_of_tie(d, j) for d in ties]
        threshold = u * total(weights)
        running = 0.0
        for place, weight in enumerate(weights):
            running += weight
            if running > threshold:
                return place
        return len(weights) - 1

    def weight_of_tie(self, d: int, j: int) -> float:
        """How much a tie suggests itself.

        Parameters
        ----------
        d : int
            Number of the tie.
        j : int
            The aspect that the worker wants to know about.

        Returns
        -------
        float
            1 for a tie that has not been of use.
        """
        weight = 1 + self.p.preference * self.help[d]
        # Of those who have been of use, one knows what they know
        if self.help[d] > 0 and self.follows[d].field[j]:
            weight = weight + self.p.directory
        return weight

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
        """What is heard and seen depends on one's own seeking, and on having something to give (7.11).

        Parameters
        ----------
        outsider : Outsider
            Who is met.
        e : int
            Number of the encounter.
        """
        chance = self.seek * (1 - self.p.reciprocity * (1 - self.share))
        j = self.aspect_of_news(e)
        if outsider.aware[j] and self.field[j] and self.uniform(events.HEARD, e) < chance:
            self.receive_news(j)
        practice = self.served_by(outsider.practice)
        if self.uniform(events.SEEN, e) < chance and self.absorbs(practice, e):
            self.seen.append(practice)

    def absorbs(self, practice: Practice, e: int) -> bool:
        """Whether the worker takes an outsider's practice in (7.11).

        Parameters
        ----------
        practice : tuple of int
            As it serves the worker.
        e : int
            Number of the encounter.

        Returns
        -------
        bool
            The likelier, the nearer it is to the own idea.
        """
        distance = differences(practice, self.idea)
        if distance == 0:
            return True
        return self.uniform(events.ABSORB, e) < self.p.absorption * self.p.aspects / distance

    def meet_colleague(self, colleague: Worker, e: int) -> None:
        """What is heard and seen depends on the colleague's sharing, and on working out loud.

        Parameters
        ----------
        colleague : Worker
            Who is met.
        e : int
            Number of the encounter.
        """
        colleague.next_answers += 1
        j = self.aspect_needed(e)
        if colleague.aware[j] and self.uniform(events.HEARD, e) < colleague.share and self.receive_news(j):
            self.note_help(colleague)
        if self.uniform(events.LOUD, e) < self.p.working_out_loud:
            self.see(colleague.team.practice, colleague, e)
        elif self.uniform(events.SEEN, e) < colleague.share and self.see(colleague.idea, colleague, e):
            self.seen_ideas.append((colleague, self.seen[-1]))

    def see(self, practice: Practice, colleague: Worker, e: int) -> bool:
        """See a practice of a colleague's: all of it in the own team, else what of it serves the worker.

        Parameters
        ----------
        practice : tuple of int
            The colleague's idea, or the practice in use in their team.
        colleague : Worker
            Who shows it.
        e : int
            Number of the encounter.

        Returns
        -------
        bool
            Whether it was taken in; what was not has not been seen.
        """
        if colleague.team is not self.team:
            practice = self.served_by(practice)
            if not self.grasps(practice, colleague, e):
                return False
        self.seen.append(practice)
        if self.perceived(practice) > self.perceived(self.idea):
            self.note_help(colleague)
        return True

    def grasps(self, practice: Practice, colleague: Worker, e: int) -> bool:
        """Whether the worker takes a practice of another team in: complex ones need strong ties (7.11).

        Parameters
        ----------
        practice : tuple of int
            As it serves the worker.
        colleague : Worker
            Who shows it.
        e : int
            Number of the encounter.

        Returns
        -------
        bool
            Always, if it differs from the own idea in one aspect or none.
        """
        if differences(practice, self.idea) <= 1:
            return True
        d = self.tie_to(colleague)
        h = 0 if d is None else self.help[d]
        return self.uniform(events.GRASP, e) < 1 - self.p.strong_ties * (1 - h / (h + STRONG))

    def tie_to(self, colleague: Worker) -> int | None:
        """Which tie leads to a colleague.

        Parameters
        ----------
        colleague : Worker
            Anybody.

        Returns
        -------
        int or None
            Number of the first such tie; None if there is none.
        """
        return self.follows.index(colleague) if colleague in self.follows else None

    def note_help(self, colleague: Worker) -> None:
        """Remember that a colleague was of use, if there is a tie to them; it counts from next week on (7.11).

        Parameters
        ----------
        colleague : Worker
            Who brought news, or showed something better than the own idea.
        """
        d = self.tie_to(colleague)
        matters = self.p.preference > 0 or self.p.directory > 0 or self.p.strong_ties > 0
        if d is not None and matters:
            self.next_help[d] += 1

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
        """The aspect that the news of an encounter is about, if nobody asks for another one.

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

    def aspect_needed(self, e: int) -> int:
        """The aspect that the worker talks about with a colleague: who has a field asks for what is needed (7.11).

        Parameters
        ----------
        e : int
            Number of the encounter.

        Returns
        -------
        int
            From a random one on, the first of which the worker was not aware when the phase began.
        """
        start = self.aspect_of_news(e)
        if self.p.field < 1:
            for step in range(self.p.aspects):
                j = (start + step) % self.p.aspects
                if not self.aware[j]:
                    return j
        return start

    def receive_news(self, j: int) -> bool:
        """Become aware of an aspect; it is news if one was not.

        Parameters
        ----------
        j : int
            The aspect.

        Returns
        -------
        bool
            Whether it was news.
        """
        if self.next_aware[j]:
            return False
        self.next_aware[j] = True
        self.news += 1
        return True

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
        """Turn one aspect that one is aware of, unless others watch (7.11).

        Returns
        -------
        bool
            Whether an idea was kept.
        """
        if self.uniform(events.WATCHED) < self.p.watched * self.p.working_out_loud:
            return False
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
        if tested and not self.perceived_with_noise(trial, self.idea, event) > self.perceived(self.idea):
            return False
        self.next_idea = trial
        return True

    # 7.3 Communities (the meeting itself is the community's)

    def begin_meetings(self) -> None:
        """Nobody has met yet."""
        self.attended = [False for _ in self.communities]
        self.learned = [False for _ in self.communities]
        self.snubbed = [False for _ in self.communities]

    def end_meetings(self) -> None:
        """What the meetings gave, and trust."""
        if any(self.attended):
            slots = [s for s, attended in enumerate(self.attended) if attended]
            self.experienced_return[COMMUNITIES] = mean(self.trust[s] * self.learned[s] for s in slots)
        elif not self.model.communities:
            self.experienced_return[COMMUNITIES] = 0.0
        self.trust = [self.trust_after(s) for s in range(len(self.communities))]

    def trust_after(self, s: int) -> float:
        """Trust grows by attending, more so where one learns, and fades; a snub burns some of it (7.11).

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
            growth = self.p.trust_growth * (0.5 + self.p.sponsorship) * (1 - trust)
            trust = trust + (growth if self.learned[s] else growth * self.p.trust_by_attending)
        trust = trust * (1 - self.p.trust_fading)
        return trust * (1 - self.p.burn) if self.snubbed[s] else trust

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
        self.field = self.draw_field()
        self.aware = [self.knows_from_outside(j) for j in range(self.p.aspects)]
        self.start_work(self.p.hiring)
        self.trust = [self.p.newcomer_trust * self.p.starting_trust for _ in self.communities]
        self.draw_ties()

    def knows_from_outside(self, j: int) -> bool:
        """Whether a newcomer is aware of an aspect.

        Parameters
        ----------
        j : int
            The aspect.

        Returns
        -------
        bool
            Likelier within the field than beyond it (7.11).
        """
        chance = self.p.newcomer_awareness if self.field[j] else self.p.newcomer_awareness * self.p.field
        return self.uniform(events.NEWCOMER_AWARE, j) < chance

    def draw_ties(self) -> None:
        """Forget all ties and draw new ones, by the local rule; none has been of use yet."""
        self.follows = []
        for d in range(self.p.ties):
            colleague = self.draw_tie(d)
            if colleague is not None:
                self.follows.append(colleague)
        self.help = [0] * len(self.follows)

    def draw_tie(self, d: int) -> Worker | None:
        """A teammate, or the most renowned of some others (7.11), who is not yet a tie.

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
        drawn = [self.uniform(events.TIE, d + c * self.p.ties) for c in range(self.p.attachment)]
        anybody = [candidate for u in drawn if (candidate := self.first_new(self.model.workers, u)) is not None]
        return max(anybody, key=lambda candidate: candidate.renown, default=None)

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
                new = self.new_tie(d)
                if new is not None:
                    self.follows[d], self.help[d] = new, 0

    def new_tie(self, d: int) -> Worker | None:
        """A teammate, if one is looked for first (7.11); else somebody far away, or a tie of a tie.

        Parameters
        ----------
        d : int
            Number of the tie.

        Returns
        -------
        Worker or None
            Neither the worker nor one of the ties; None if nobody was found.
        """
        if self.uniform(events.RENEW_LOCAL, d) < self.p.local_renewal:
            teammate = self.first_new(self.team.members, self.uniform(events.RENEW_TIE, d))
            if teammate is not None:
                return teammate
        weaving = self.uniform(events.WEAVE, d) < self.p.weaving
        return self.woven_tie(d) if weaving else self.closed_triangle(d)

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

    def closed_triangle(self, d: int) -> Worker | None:
        """A tie of a tie; of several looked at, the one with the greatest renown (7.11).

        Parameters
        ----------
        d : int
            Number of the tie.

        Returns
        -------
        Worker or None
            The first of equals; None if all were the worker or one of the ties.
        """
        candidates = [self.tie_of_tie(d + c * self.p.ties) for c in range(self.p.attachment)]
        new = [candidate for candidate in candidates if candidate is not self and candidate not in self.follows]
        return max(new, key=lambda candidate: candidate.renown) if new else None

    def tie_of_tie(self, draw: int) -> Worker:
        """A tie of a tie.

        Parameters
        ----------
        draw : int
            Number of the draws.

        Returns
        -------
        Worker
            Perhaps the worker, or one of the ties.
        """
        via = self.follows_before[math.floor(self.uniform(events.RENEW_VIA, draw) * self.p.ties)]
        return via.follows_before[math.floor(self.uniform(events.RENEW_TIE, draw) * self.p.ties)]

    def be_coached(self) -> None:
        """Coaching closes a part of what each skill lacks."""
        rate = self.p.coaching_gain * self.p.coaching
        self.seek = self.seek + rate * (1 - self.seek)
        self.sense = self.sense + rate * (1 - self.sense)
        self.share = self.share + rate * (1 - self.share)

    def practise(self) -> None:
        """What a skill is used for makes it grow, and without use it rusts (7.11)."""
        self.seek = self.seek + self.gain_by_use(self.seek, NETWORKS)
        self.sense = self.sense + self.gain_by_use(self.sense, COMMUNITIES)
        self.share = self.share + self.gain_by_use(self.share, TEAMS)

    def gain_by_use(self, skill: float, space: int) -> float:
        """How a skill changes in a week.

        Parameters
        ----------
        skill : float
            As it is.
        space : int
            Where it is used.

        Returns
        -------
        float
            Less than 0 where it rusts more than it grows.
        """
        return self.p.practice_gain * self.time[space] * (1 - skill) - self.p.rust * skill


# The choices of the parameter `imitation`: each makes one practice, or None, of those that a worker has seen
IMITATION_RULES: Mapping[str, Callable[[Worker], Practice | None]] = MappingProxyType(
    {
        "best": methodcaller("best_seen"),
        "conformity": methodcaller("most_frequent_seen"),
        "majority": methodcaller("majority_of_better"),
    }
)
