"""The parallel search as a Mesa model: agents on the cells of a network, a round in two stages."""

from __future__ import annotations

from operator import attrgetter

import mesa
import numpy as np
from mesa.discrete_space import FixedAgent, Network

from .problems import MEASURES, Problems, score

by_worth = attrgetter("worth")


class Searcher(FixedAgent):
    """Somebody who copies the best neighbour, or else tries to flip one bit."""

    def __init__(self, model, cell, practice):
        super().__init__(model)
        self.cell = cell
        self.practice = self.next_practice = practice
        self.worth = self.next_worth = model.payoff(practice)

    def meet(self):
        """Note whom I see: the network never changes, so that once is enough."""
        self.neighbours = [agent for cell in self.cell.connections.values() for agent in cell.agents]

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


class ParallelSearch(mesa.Model):
    """Searchers on a network who all move at once."""

    def __init__(self, problems: Problems, r: int, *, rng=None):
        super().__init__(rng=rng)
        self.bits, self.greatest = problems.bits, float(problems.greatest[r])
        self.payoff = problems.payoffs[r].item  # a plain float, faster than indexing
        self.told, self.round = None if problems.told is None else problems.told[r].tolist(), 0
        self.network = Network(problems.graph, random=self.random)
        for cell, practice in zip(self.network.all_cells, problems.starts[r].tolist(), strict=True):
            Searcher(self, cell, practice)
        self.agents.do("meet")
        self.datacollector = mesa.DataCollector(
            model_reporters={
                "score": lambda model: model.scores.mean(),
                "best": lambda model: model.scores.max(),
                "solutions": lambda model: len(set(model.agents.get("practice"))),
            }
        )
        self.collect()

    def bit_to_try(self, agent: Searcher) -> int:
        """A bit at random, or that which is told."""
        if self.told is None:
            return self.random.randrange(self.bits)
        return self.told[self.round][agent.unique_id - 1]

    def collect(self):
        """Note the measures."""
        self.scores = score(np.array(self.agents.get("worth")), self.greatest)
        self.datacollector.collect(self)

    def step(self):
        """One round."""
        self.agents.do("search")
        self.agents.do("advance")
        self.round += 1
        self.collect()


def courses(problems: Problems, rounds: int) -> np.ndarray:
    """Score, best and solutions after each round of each replicate (float64 [R, T + 1, 3])."""
    measured = np.empty((len(problems.seeds), rounds + 1, len(MEASURES)))
    for r, seed in enumerate(problems.seeds.tolist()):
        model = ParallelSearch(problems, r, rng=seed)
        for _ in range(rounds):
            model.step()
        measured[r] = model.datacollector.get_model_vars_dataframe()[list(MEASURES)]
        getattr(mesa.Agent, "_ids", {}).pop(model, None)  # Mesa 3.3 would keep every model for ever
    return measured
