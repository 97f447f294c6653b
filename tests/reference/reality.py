"""What practices are worth (ODD, section 7, "Value of a practice")."""

import itertools

from . import arithmetic, events
from .chance import pick
from .sums import mean, total


class Reality:
    """What the two kinds of reality have in common. `maximum` is V_max, `average` is V_mean."""

    def fit(self, practice):
        """1 for the best possible practice, 0 for an average one."""
        if self.maximum == self.average:
            return 0.0
        return (self.value(practice) - self.average) / (self.maximum - self.average)


class Rugged(Reality):
    """An NK landscape (Kauffman 1993): what an aspect adds depends on itself and on K partners."""

    def __init__(self, model):
        self.model = model
        self.aspects, self.complexity = model.p.aspects, model.p.complexity
        self.partner = [self.partners(j) for j in range(self.aspects)]
        self.contribution = [self.draw_contributions(j) for j in range(self.aspects)]
        self.contribution_before = [list(row) for row in self.contribution]
        self.truth, self.truth_before = [], []
        self.measure_up()

    def partners(self, j):
        """The aspects that the contribution of aspect j depends on, its own first."""
        if self.model.p.neighbours == "adjacent":
            return [(j + k) % self.aspects for k in range(self.complexity + 1)]
        others = [other for other in range(self.aspects) if other != j]
        picks = [pick(others, k, self.model.u(events.PARTNERS, j, k)) for k in range(self.complexity)]
        return [j, *picks]

    def draw_contributions(self, j):
        """A contribution for each setting of aspect j and its partners."""
        return [self.model.u(events.CONTRIBUTION, j, b) for b in range(2 ** (self.complexity + 1))]

    def value(self, practice, aware=None):
        """V, as perceived with this awareness; the true V without one."""
        contributions = []
        for j in range(self.aspects):
            table = self.contribution if aware is None or aware[j] else self.contribution_before
            contributions.append(table[j][self.setting(practice, j)])
        return total(contributions) / self.aspects

    def setting(self, practice, j):
        """The number b of the setting of aspect j and its partners."""
        b = 0
        for k, partner in enumerate(self.partner[j]):
            if practice[partner] > 0:
                b += 2**k
        return b

    def change(self, j):
        """Redraw what aspect j adds."""
        self.contribution_before[j] = self.contribution[j]
        self.contribution[j] = self.draw_contributions(j)

    def measure_up(self):
        """Bring V_max and V_mean up to date."""
        self.maximum = max(self.value(practice) for practice in itertools.product((-1, 1), repeat=self.aspects))
        self.average = total(mean(row) for row in self.contribution) / self.aspects


class Blocks(Reality):
    """A truth; the aspects of a block count only if all of them are right (Fang, Lee & Schilling 2010)."""

    def __init__(self, model):
        self.size, self.number = model.p.block, model.p.aspects // model.p.block
        self.truth = [1 if model.u(events.TRUTH, j) < 0.5 else -1 for j in range(model.p.aspects)]
        self.truth_before = list(self.truth)
        self.contribution, self.contribution_before, self.partner = [], [], []
        self.measure_up()

    def value(self, practice, aware=None):
        """V, as perceived with this awareness; the true V without one."""
        truth = [
            now if aware is None or aware[j] else before
            for j, (now, before) in enumerate(zip(self.truth, self.truth_before, strict=True))
        ]
        matched = 0
        for block in range(self.number):
            of_block = range(block * self.size, (block + 1) * self.size)
            matched += all(practice[j] == truth[j] for j in of_block)
        return matched / self.number

    def change(self, j):
        """Turn the truth about aspect j."""
        self.truth_before[j] = self.truth[j]
        self.truth[j] = -self.truth[j]

    def measure_up(self):
        """V_max and V_mean stay the same whatever the truth is."""
        self.maximum, self.average = 1.0, arithmetic.power(0.5, self.size)
