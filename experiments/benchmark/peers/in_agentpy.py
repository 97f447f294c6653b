"""The parallel search as an AgentPy model: a list of agents on a network, a round in two calls."""

from __future__ import annotations

from operator import attrgetter

import agentpy
import numpy as np

from .problems import MEASURES, Problems, score

by_worth = attrgetter("worth")


class Searcher(agentpy.Agent):
    """Somebody who copies the best neighbour, or else tries to flip one bit."""

    def begin(self, practice):
        """Round 0."""
        self.practice = self.next_practice = practice
        self.worth = self.next_worth = self.model.payoff(practice)

    def meet(self):
        """Note whom I see: the network never changes, so that once is enough."""
        self.neighbours = list(self.model.network.neighbors(self))

    def search(self):
        """Copy the best neighbour if that is better; otherwise try a flip and keep it if that is better."""
        best = max(self.neighbours, key=by_worth)
        if best.worth > self.worth:
            self.next_practice, self.next_worth = best.practice, best.worth
            return
        flipped = self.practice ^ (1 << self.model.bit_to_try(self))
        worth = self.model.payoff(flipped)
        if worth > self.worth:
            self.next_practice, self.next_worth = flipped, worth

    def advance(self):
        """Everybody has searched: go on with what was found."""
        self.practice, self.worth = self.next_practice, self.next_worth


class ParallelSearch(agentpy.Model):
    """Searchers on a network who all move at once."""

    def setup(self):
        """Round 0."""
        problems, r = self.p.problems, self.p.replicate
        self.bits, self.greatest = problems.bits, float(problems.greatest[r])
        self.payoff = problems.payoffs[r].item  # a plain float, faster than indexing
        self.told = None if problems.told is None else problems.told[r].tolist()
        starts = problems.starts[r].tolist()
        self.agents = agentpy.AgentList(self, len(starts), Searcher)
        self.network = agentpy.Network(self, problems.graph)
        self.network.add_agents(self.agents, self.network.nodes)
        for agent, practice in zip(self.agents, starts, strict=True):
            agent.begin(practice)
        self.agents.meet()

    def bit_to_try(self, agent: Searcher) -> int:
        """A bit at random, or that which is told."""
        if self.told is None:
            return self.random.randrange(self.bits)
        return self.told[self.t - 1][agent.id - 1]

    def step(self):
        """One round."""
        self.agents.search()
        self.agents.advance()

    def update(self):
        """Record the measures, after the start and after every round."""
        scores = score(np.array(list(self.agents.worth)), self.greatest)
        self.record("score", scores.mean())
        self.record("best", scores.max())
        self.record("solutions", len(set(self.agents.practice)))


def courses(problems: Problems, rounds: int) -> np.ndarray:
    """Score, best and solutions after each round of each replicate (float64 [R, T + 1, 3])."""
    measured = np.empty((len(problems.seeds), rounds + 1, len(MEASURES)))
    for r, seed in enumerate(problems.seeds.tolist()):
        model = ParallelSearch({"problems": problems, "replicate": r, "steps": rounds, "seed": seed})
        output = model.run(display=False)
        measured[r] = output.variables.ParallelSearch[list(MEASURES)]
    return measured
