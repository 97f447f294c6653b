"""The measures as screens and pages know them: by name, with those of the classics that lessons show.

What a measure is called, its unit and its decimals are said where it is declared (`model.measures`, or an extension).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import ClassVar

from ..model.declare import Measure
from ..model.measures import MEASURES
from ..model.model import measures_in_use

# What is shown where there is room for a few.
HEADLINES = ("awareness", "alternatives", "coherent_action", "output", "innovation", "too_busy")
_points = partial(Measure, factor=100, decimals=0)  # 0 to 100 without a percent sign: no shares
_rate = partial(Measure, less="fewer", decimals=0)

CLASSIC_MEASURES = (
    _points(
        "score", "payoff", "0 … 1",
        meaning="mean payoff of the solutions, over that of the best there is",
        title="Score",
        question="How good the solutions are: 100 is the best possible",
        more="a higher", less="a lower", better=1,
    ),
    _rate(
        "solutions", "solutions", "≥ 0",
        meaning="different solutions in use",
        title="Different solutions",
        question="How many are still in use",
    ),
    _points(
        "code", "knowledge", "-1 … 1",
        meaning="beliefs of the organisation that are right less those that are wrong",
        title="What the organisation knows", noun="knowledge in the organisation",
        question="Right minus wrong beliefs, out of 100",
        better=1,
    ),
    _points(
        "people", "knowledge", "-1 … 1",
        meaning="the same of its people, on average",
        title="What its people know", noun="knowledge in its people",
        question="Right minus wrong beliefs, out of 100",
        better=1,
    ),
)  # fmt: skip


class _Displays(Mapping[str, Measure]):
    """Measures by name: ours, those of the classics, and those of the extensions that are in use in this session."""

    _ours: ClassVar = {one.name: one for one in (*MEASURES, *CLASSIC_MEASURES)}

    def __getitem__(self, name: str) -> Measure:
        return self._ours[name] if name in self._ours else measures_in_use()[name]

    def __iter__(self) -> Iterator[str]:
        return iter({**self._ours, **measures_in_use()})

    def __len__(self) -> int:
        return len({**self._ours, **measures_in_use()})


DISPLAYS: Mapping[str, Measure] = _Displays()


def by_group(measures: Iterable[Measure] = MEASURES) -> dict[str, list[str]]:
    """The names of the measures of an organisation under the headings of a list of all of them.

    Parameters
    ----------
    measures : iterable of Measure
        Which there are.

    Returns
    -------
    dict of str to list of str
        Names by group, both in the order in which they are declared.
    """
    groups: dict[str, list[str]] = {}
    for one in measures:
        groups.setdefault(one.group or "Others", []).append(one.name)
    return groups


def titles(names: Iterable[str]) -> list[str]:
    """The titles of some measures.

    Parameters
    ----------
    names : iterable of str
        Names in `DISPLAYS`.

    Returns
    -------
    list of str
        In the same order.
    """
    return [DISPLAYS[name].title for name in names]
