"""The results of a lesson: values and paired differences, with their uncertainty, and how they are put into words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ...analysis.statistics import interval
from ...present.formatting import format_value
from ...present.measures import DISPLAYS
from .words import said


class Gap(NamedTuple):
    """A paired difference and its 95 % interval."""

    measure: str
    mean: float
    low: float
    high: float

    @property
    def sign(self) -> int:
        """1 if it is surely above 0, -1 if surely below, 0 if neither can be said."""
        return int(self.low > 0) - int(self.high < 0)

    @property
    def text(self) -> str:
        """Its size, and between what it is."""
        if math.isnan(self.low):
            return said("no_interval", mean=format_value(self.mean, self.measure, 1))
        if not self.sign:
            mean, low, high = (format_value(one, self.measure, 1) for one in (self.mean, self.low, self.high))
            return said("interval", mean=mean, low=low, high=high)
        wording = DISPLAYS[self.measure]
        values = [number * wording.factor for number in (abs(self.mean), *sorted((abs(self.low), abs(self.high))))]
        # As many decimals as tell the ends of the interval apart from each other and from 0, within reason.
        decimals = wording.decimals
        while min(values[1], values[2] - values[1]) < 2 * 10**-decimals and decimals < wording.decimals + 2:
            decimals += 1
        size, least, most = (f"{value:,.{decimals}f}" for value in values)
        unit = said("points") if wording.factor == 100 else ""
        return said("interval", mean=size + unit, low=least, high=most)


class Span(NamedTuple):
    """What the courses of a lesson go over: weeks or rounds, the first of them, and how many."""

    axis: str
    start: float
    points: int

    @property
    def end(self) -> float:
        """The last of them."""
        return self.start + self.points - 1


@dataclass(frozen=True)
class LessonResults:
    """The results of a lesson's conditions, all of them under the same seeds.

    Attributes
    ----------
    labels : dict of str
        What each condition is called, by its key.
    courses : dict of dict of float64 [seeds, points]
        The course of each measure, by condition and measure.
    start : float
        Where the first point lies on the axis: 1 for weeks, 0 for classics, whose first point is the start.
    skip : int
        Points left out of a mean, in which a new organisation finds its feet; the last point alone counts if it is -1.
    """

    labels: Mapping[str, str]
    courses: Mapping[str, Mapping[str, np.ndarray]]
    axis: str
    start: float
    skip: int

    def samples(self, condition: str, measure: str) -> np.ndarray:
        """A value for each seed: the mean over what is not left out, or the last point."""
        return self._over(condition, measure, *((-1, None) if self.skip < 0 else (self.skip, None)))

    def _over(self, condition: str, measure: str, first: int, last: int | None) -> np.ndarray:
        """For each seed the mean over some points, with all digits, whatever the courses are kept with."""
        return self.courses[condition][measure][:, first:last].astype(float).mean(axis=1)

    def mean(self, condition: str, measure: str) -> float:
        """The mean of a measure over the seeds."""
        return float(self.samples(condition, measure).mean())

    def half(self, condition: str, measure: str) -> float:
        """Half the width of its 95 % interval."""
        return float(interval(self.samples(condition, measure))[1])

    def told(self, condition: str, measure: str, more: int = 0) -> str:
        """That mean in words."""
        return format_value(self.mean(condition, measure), measure, more)

    def gap(self, one: str, other: str, measure: str) -> Gap:
        """By how much a condition exceeds another, seed by seed."""
        mean, half = interval(self.samples(one, measure) - self.samples(other, measure))
        return Gap(measure, float(mean), float(mean - half), float(mean + half))

    def beyond_the_sum(self, both: str, each: tuple[str, str], neither: str, measure: str) -> Gap:
        """By how much two things together bring more than the sum of what each brings alone, seed by seed.

        More than 0 means that they complement each other, and then losing both costs *less* than the two losses, each
        taken by itself, add up to: the first loss takes more than it would alone.
        """
        together, first, second, none = (self.samples(name, measure) for name in (both, *each, neither))
        mean, half = interval(together - first - second + none)
        return Gap(measure, float(mean), float(mean - half), float(mean + half))

    def compared(self, one: str, other: str, measure: str) -> str:
        """That difference in a sentence."""
        gap, wording = self.gap(one, other, measure), DISPLAYS[measure]
        first, second = (said("quoted", label=self.labels[name]) for name in (one, other))
        pair = {"first": first, "second": second, "noun": wording.noun}
        if (self.samples(one, measure) == self.samples(other, measure)).all():
            return said("equal", **pair)
        if math.isnan(gap.low):
            return said("few", **pair)
        if not gap.sign:
            return said("unclear", **pair, size=gap.text)
        return said("differs", **pair, word=wording.more if gap.sign > 0 else wording.less, size=gap.text)

    def weeks(self, condition: str, measure: str, first: int, last: int) -> float:
        """The mean of a measure over the points from `first` to just before `last`."""
        return float(self._over(condition, measure, first, last).mean())

    def point(self, at: int) -> int:
        """A point of the courses, or their last one if they are shorter."""
        return min(at, self.points - 1)

    def told_at(self, condition: str, measure: str, at: int) -> str:
        """The mean of a measure at a point, in words."""
        return format_value(self.weeks(condition, measure, self.point(at), self.point(at) + 1), measure)

    def mean_course(self, condition: str, measure: str) -> np.ndarray:
        """The mean over the seeds, point by point."""
        return self.courses[condition][measure].astype(float).mean(axis=0)

    @property
    def points(self) -> int:
        """How many points a course has."""
        return next(iter(next(iter(self.courses.values())).values())).shape[1]

    @property
    def span(self) -> Span:
        """What the courses go over."""
        return Span(self.axis, self.start, self.points)

    @property
    def seeds(self) -> int:
        """How many seeds every condition ran under."""
        return next(iter(next(iter(self.courses.values())).values())).shape[0]


def direction(gap: Gap) -> frozenset[str]:
    """Which of more, less and same a difference bears out.

    >>> direction(Gap("output", 0.1, 0.05, 0.15))
    frozenset({'more'})
    """
    return frozenset({{1: "more", -1: "less", 0: "same"}[gap.sign]})
