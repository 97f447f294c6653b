"""What practices are worth (ODD, section 7, "Value of a practice")."""

from __future__ import annotations

import itertools
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from . import elementary, events
from .practice import Practice
from .rng import pick
from .sums import mean, total


class Reality(ABC):
    """What the two kinds of reality have in common.

    Attributes
    ----------
    maximum, average : float
        V_max and V_mean, over all practices.
    """

    maximum: float
    average: float

    @abstractmethod
    def value(self, practice: Practice, aware: Sequence[bool] | None = None) -> float:
        """What a practice is worth.

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

    @abstractmethod
    def change(self, j: int) -> None:
        """Change what is right about an aspect.

        Parameters
        ----------
        j : int
            The aspect.
        """

    @abstractmethod
    def measure_scale(self) -> None:
        """Bring V_max and V_mean up to date."""

    def fit(self, practice: Practice) -> float:
        """How good a practice is.

        Parameters
        ----------
        practice : tuple of int
            With a view on every aspect.

        Returns
        -------
        float
            1 for the best possible practice, 0 for an average one.
        """
        if self.maximum == self.average:
            return 0.0
        return (self.value(practice) - self.average) / (self.maximum - self.average)


class Rugged(Reality):
    """An NK landscape (Kauffman 1993): what an aspect adds depends on itself and on K partners.

    Parameters
    ----------
    model : Organisation
        Whose reality it is.

    Attributes
    ----------
    partner : list of list of int
        The aspects that the contribution of an aspect depends on, its own first.
    contribution, contribution_before : list of list of float
        What an aspect adds, for each setting of itself and its partners; now, and before it last changed.
    """

    def __init__(self, model: Any) -> None:
        self.model = model
        self.aspects, self.complexity = model.p.aspects, model.p.complexity
        self.partner = [self.draw_partners(j) for j in range(self.aspects)]
        self.contribution = [self.draw_contributions(j) for j in range(self.aspects)]
        self.contribution_before = [list(row) for row in self.contribution]
        self.measure_scale()

    def draw_partners(self, j: int) -> list[int]:
        """The aspects that the contribution of aspect j depends on.

        Parameters
        ----------
        j : int
            The aspect.

        Returns
        -------
        list of int
            Its own first.
        """
        if self.model.p.neighbours == "adjacent":
            return [(j + k) % self.aspects for k in range(self.complexity + 1)]
        others = [other for other in range(self.aspects) if other != j]
        picks = [pick(others, k, self.model.uniform(events.PARTNERS, j, k)) for k in range(self.complexity)]
        return [j, *picks]

    def draw_contributions(self, j: int) -> list[float]:
        """What aspect j adds.

        Parameters
        ----------
        j : int
            The aspect.

        Returns
        -------
        list of float
            A contribution for each setting of the aspect and its partners.
        """
        return [self.model.uniform(events.CONTRIBUTION, j, b) for b in range(2 ** (self.complexity + 1))]

    def value(self, practice: Practice, aware: Sequence[bool] | None = None) -> float:
        """What a practice is worth: the mean of what its aspects add.

        Parameters
        ----------
        practice : tuple of int
            With a view on every aspect.
        aware : sequence of bool, optional
            Of which aspects the latest is known. By default, the true V.

        Returns
        -------
        float
            V, 0 to 1.
        """
        contributions = []
        for j in range(self.aspects):
            table = self.contribution if aware is None or aware[j] else self.contribution_before
            contributions.append(table[j][self._setting(practice, j)])
        return total(contributions) / self.aspects

    def _setting(self, practice: Practice, j: int) -> int:
        """The number b of the setting of aspect j and its partners."""
        b = 0
        for k, partner in enumerate(self.partner[j]):
            if practice[partner] > 0:
                b += 1 << k
        return b

    def change(self, j: int) -> None:
        """Redraw what an aspect adds, or a part of it: the less severe changes are, the more of it stays (7.11).

        Parameters
        ----------
        j : int
            The aspect.
        """
        before, drawn = self.contribution[j], self.draw_contributions(j)
        severity = self.model.p.severity
        self.contribution_before[j] = before
        self.contribution[j] = [(1 - severity) * old + severity * new for old, new in zip(before, drawn, strict=True)]

    def measure_scale(self) -> None:
        """Bring V_max and V_mean up to date, by valuing every practice."""
        self.maximum = max(self.value(practice) for practice in itertools.product((-1, 1), repeat=self.aspects))
        self.average = total(mean(row) for row in self.contribution) / self.aspects


class Blocks(Reality):
    """A truth; the aspects of a block count only if all of them are right (Fang, Lee & Schilling 2010).

    Parameters
    ----------
    model : Organisation
        Whose reality it is.

    Attributes
    ----------
    truth, truth_before : list of int
        The right way, aspect by aspect; now, and before it last changed.
    """

    def __init__(self, model: Any) -> None:
        self.size, self.number = model.p.block, model.p.aspects // model.p.block
        self.truth = [1 if model.uniform(events.TRUTH, j) < 0.5 else -1 for j in range(model.p.aspects)]
        self.truth_before = list(self.truth)
        self.measure_scale()

    def value(self, practice: Practice, aware: Sequence[bool] | None = None) -> float:
        """What a practice is worth: the share of blocks that are right.

        Parameters
        ----------
        practice : tuple of int
            With a view on every aspect.
        aware : sequence of bool, optional
            Of which aspects the latest is known. By default, the true V.

        Returns
        -------
        float
            V, 0 to 1.
        """
        truth = [
            now if aware is None or aware[j] else before
            for j, (now, before) in enumerate(zip(self.truth, self.truth_before, strict=True))
        ]
        matched = 0
        for block in range(self.number):
            of_block = range(block * self.size, (block + 1) * self.size)
            matched += all(practice[j] == truth[j] for j in of_block)
        return matched / self.number

    def change(self, j: int) -> None:
        """Turn the truth about an aspect.

        Parameters
        ----------
        j : int
            The aspect.
        """
        self.truth_before[j] = self.truth[j]
        self.truth[j] = -self.truth[j]

    def measure_scale(self) -> None:
        """V_max and V_mean stay the same whatever the truth is."""
        self.maximum, self.average = 1.0, elementary.power(0.5, self.size)
