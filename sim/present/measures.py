"""How each measure is shown, on every screen and page: one table, from which all titles, units and decimals follow.

What a measure *is* (its definition, unit and range) is said once in `model.measures.MEASURES`, and is looked up there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from ..model.measures import MEASURES, Measure

# What is shown where there is room for a few.
HEADLINES = ("awareness", "alternatives", "coherent_action", "output", "innovation", "too_busy")
BOUNDED_RANGES = ("0 … 1", "-1 … 1", "≤ 1")
SHORT_UNITS = {"per 100 workers a year": "/100 people/yr"}  # for the head of a column
UNIT_DECIMALS = {"practices": 1, "weeks": 1, "per 100 workers a year": 1, "aspects": 2}  # all other units: 3


@dataclass(frozen=True, kw_only=True)
class Display:
    """How a measure is shown.

    Attributes
    ----------
    name : str
        As in `model.measures.MEASURES`, or as a classic calls it.
    title : str
        Above its number or chart.
    noun : str
        What there is more or less of, in a sentence; the title in lower case if not given.
    question : str
        What it answers, in a few words below its title.
    group : str
        Under which heading it stands where all measures are listed; empty for a measure of the classics.
    unit : str
        What follows its number on a screen; empty where the title says enough.
    factor : int
        What a value is multiplied by on a screen: 100 where it is shown in percent or in points.
    suffix : str
        What follows the digits: `" %"` for shares.
    decimals : int
        Of the multiplied value on a screen.
    more, less : str
        The words for a positive and for a negative difference.
    better : int
        1 where more is better, -1 where less is, 0 where that depends on the case.
    meaning : str
        What its number means, where that is not the question (lessons show it).
    explanation : str
        A sentence for those who ask what it is.
    watch_title, watch_text : str
        The same for the tiles of Watch, which show single weeks.
    axis : str
        What stands in brackets on an axis, where that is not the unit.
    """

    name: str
    title: str
    noun: str = ""
    question: str = ""
    group: str = ""
    unit: str = ""
    factor: int = 1
    suffix: str = ""
    decimals: int = 2
    more: str = "more"
    less: str = "less"
    better: int = 0
    meaning: str = ""
    explanation: str = ""
    watch_title: str = ""
    watch_text: str = ""
    axis: str = ""

    def __post_init__(self) -> None:
        if not self.noun:
            object.__setattr__(self, "noun", self.title.lower())

    @property
    def bounded(self) -> bool:
        """Whether 1 is the most there can be."""
        return _DEFINED[self.name].range in BOUNDED_RANGES

    @property
    def unit_decimals(self) -> int:
        """Decimals in a table that shows values in the unit of the model."""
        return UNIT_DECIMALS.get(_DEFINED[self.name].unit, 3)

    @property
    def percent(self) -> bool:
        """Whether it is shown in percent."""
        return self.suffix == " %"

    @property
    def points(self) -> bool:
        """Whether it is shown as 0 to 100 without being a share."""
        return self.factor == 100 and not self.percent

    @property
    def what_it_means(self) -> str:
        """A few words that explain the number, with its unit."""
        return self.meaning or (self.noun if "per 100" in self.noun else self.question)

    @property
    def short_unit(self) -> str:
        """The unit of the model for the head of a column; empty if it only repeats the name."""
        unit = _DEFINED[self.name].unit
        return "" if unit == self.name else SHORT_UNITS.get(unit, unit)

    @property
    def axis_title(self) -> str:
        """Name and unit, as an axis is called.

        >>> DISPLAYS["innovation"].axis_title, DISPLAYS["output"].axis_title
        ('innovation (/100 people/yr)', 'output (0 to 1)')
        """
        unit = self.axis or self.short_unit
        name = self.name.replace("_", " ")
        return f"{name} ({unit})" if unit else name


# What the classics measure that lessons show.
CLASSIC_MEASURES = (
    Measure("score", "payoff", "0 … 1", "mean payoff of the solutions, over that of the best there is"),
    Measure("solutions", "solutions", "≥ 0", "different solutions in use"),
    Measure("code", "knowledge", "-1 … 1", "beliefs of the organisation that are right less those that are wrong"),
    Measure("people", "knowledge", "-1 … 1", "the same of its people, on average"),
)
_DEFINED = {measure.name: measure for measure in (*MEASURES, *CLASSIC_MEASURES)}
_share = partial(Display, factor=100, suffix=" %", decimals=0)
_points = partial(Display, factor=100, decimals=0)  # 0 to 100 without a percent sign: no shares
_count = partial(Display, less="fewer", decimals=1)  # of what can be counted
_rate = partial(Display, less="fewer", decimals=0)

_ROWS = (
    _share(
        name="awareness", group="Awareness", title="Awareness", question="Do people know what is new?", better=1,
        explanation="how much of the latest news on all aspects of their work people have heard, on average; what "
        "has never changed counts as heard",
        watch_title="Awareness",
        watch_text="How much of the latest news about their work people have heard, on average.",
    ),
    _share(name="coverage", group="Awareness", title="Coverage", better=1),
    _count(name="news_lag", group="Awareness", title="News lag", unit="weeks", better=-1),
    _rate(
        name="ideas_seen", group="Awareness", title="Ideas seen", question="Ideas met in networks",
        noun="ideas seen per 100 people a year",
    ),
    _count(
        name="alternatives", group="Alternatives", title="Alternatives", question="Are there tested ways to respond?",
        noun="available alternatives", unit="a team", better=1, meaning="Tested ways available to an average team",
        explanation="different tested practices that the communities of a team's members keep, for the average team",
    ),
    _count(
        name="viable", group="Alternatives", title="Better alternatives", unit="a team",
        question="Tested ways that beat current practice, for an average team", better=1,
        explanation="alternatives that are better than the current practice of the team",
        watch_title="Better alternatives",
        watch_text="Practices that communities know and that are better than what a team does now, for the average "
        "team.",
    ),
    _share(
        name="diversity", group="Alternatives", title="Diversity", question="How different people's ideas are",
        noun="diversity of ideas",
    ),
    Display(name="idea_fit", group="Alternatives", title="Fit of ideas", better=1),
    _rate(
        name="ideas_tested", group="Alternatives", title="Ideas tested", question="Ideas brought to a community",
        noun="ideas tested per 100 people a year",
    ),
    Display(
        name="fit", group="Action", title="Fit", question="How well practices fit the world: 1 is the best possible",
        better=1,
        explanation="how well the teams' practices suit the world as it is: 1 is the best possible, 0 that of any "
        "practice",
    ),
    Display(
        name="agreement", group="Action", title="Agreement",
        question="How alike the teams work: 1 is alike in everything",
        explanation="how alike the teams work: 1 is alike in everything, 0 no more than by chance",
        watch_title="Agreement",
        watch_text="How alike the teams' practices are: 0 is chance, 100 % all the same.",
    ),
    Display(
        name="coherent_action", group="Action", title="Coherent action", question="Do teams act well, and together?",
        better=1, meaning="Fit times agreement: 1 is the best possible",
        explanation="how well the teams' practices fit the world (fit) times how alike they work (agreement)",
        watch_title="Coherent action",
        watch_text="Good practices, and the teams agreeing on them: fit times agreement.",
    ),
    Display(name="alignment", group="Action", title="Alignment", better=1),
    Display(
        name="output", group="Action", title="Output", question="What the teams produce", unit="scale 0 to 1",
        better=1, axis="0 to 1", meaning="What the teams produce: scale 0 to 1",
        explanation="what an average team produces in a week: time × alignment × fit, and in part agreement; scale 0 "
        "to 1",
        watch_title="Output",
        watch_text="What teams produce with their time, of the best possible. It grows with alignment, with a "
        "good practice, and with agreement between teams.",
    ),
    _count(
        name="innovation", group="Innovation", title="Innovation", question="New and better ways",
        noun="innovations per 100 people a year", unit="per 100 people a year",
        explanation="changes of a team's practice that are new to the organisation and improve it; per 100 people a "
        "year",
    ),
    _rate(
        name="diffusion", group="Innovation", title="Spread", question="Improvements from other teams",
        noun="improvements taken over",
    ),
    _rate(
        name="ideas_adopted", group="Innovation", title="Changes made", question="Changes that teams made",
        noun="changes per 100 people a year",
    ),
    _rate(
        name="ideas_improving", group="Innovation", title="Improvements", question="Changes that improved the practice",
        noun="improvements per 100 people a year", better=1,
    ),
    _rate(
        name="failed_changes", group="Innovation", title="Failed changes",
        question="Changes that made the practice worse",
        noun="failed changes per 100 people a year", better=-1,
    ),
    _share(name="time_networks", group="People", title="Time in networks", question="Share of the week"),
    _share(name="time_communities", group="People", title="Time in communities", question="Share of the week"),
    _share(name="time_teams", group="People", title="Time in teams", question="Share of the week"),
    _share(
        name="too_busy", group="People", title="Overload", question="People too busy to learn",
        unit="share of all people", better=-1,
        explanation="people with less than 10 % of their week for networks and communities together",
        watch_title="Overload",
        watch_text="People with less than a tenth of their week for networks and communities together.",
    ),
    _share(name="trust", group="People", title="Trust", question="People's trust in their community", better=1),
    Display(name="scepticism", group="People", title="Scepticism"),
    _share(name="pkm", group="People", title="Personal knowledge mastery", better=1),
    _count(name="changes", group="World", title="Changes of the world", unit="a week"),
    Display(name="best_possible", group="World", title="Best possible"),
    # of the classics
    _points(
        name="score", title="Score", question="How good the solutions are: 100 is the best possible",
        more="a higher", less="a lower", better=1,
    ),
    _rate(
        name="solutions", title="Different solutions", question="How many are still in use",
    ),
    _points(
        name="code", title="What the organisation knows", question="Right minus wrong beliefs, out of 100",
        noun="knowledge in the organisation", better=1,
    ),
    _points(
        name="people", title="What its people know", question="Right minus wrong beliefs, out of 100",
        noun="knowledge in its people", better=1,
    ),
)  # fmt: skip
DISPLAYS = {one.name: one for one in _ROWS}


def by_group() -> dict[str, list[str]]:
    """The names of the measures of an organisation under the headings of a list of all of them.

    Returns
    -------
    dict of str to list of str
        Names by group, both in the order of the list; measures of the classics are left out.
    """
    groups: dict[str, list[str]] = {}
    for one in _ROWS:
        if one.group:
            groups.setdefault(one.group, []).append(one.name)
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
