"""Answers in plain words: what a scenario gives more or less than another, how sure that is, and what it costs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ..analysis.statistics import SAME, why_no_interval
from ..model.measures import warm_up
from ..present.formatting import format_share, format_value
from ..present.measures import DISPLAYS
from ..scenario import Scenario, overhead
from .explore_state import SPACES, split_of
from .simulation_service import Answer, mean_of

HOURS = 40  # of a full week, for differences in hours
NO_HOURS = 0.1  # hours under which a difference is told as none: six minutes
LAST_WEEKS = 13  # whose mean is where a split of the week ended

COMPARED = ("coherent_action", "output", "innovation", "awareness", "alternatives", "too_busy")


NO_INTERVAL = "–: no interval, because nearly all histories give the same value."
"""What is said below numbers where the interval of one of them is missing."""


def histories(seeds: Sequence[int]) -> str:
    """How many histories there are, and under which seeds.

    >>> histories([1, 2, 3])
    '3 simulated histories (seeds 1 to 3)'
    """
    return f"{len(seeds)} simulated histories (seeds {seeds[0]} to {seeds[-1]})"


def difference(row: Mapping[str, Any], one: str, other: str) -> str:
    """A paired difference, and how sure it is, in a sentence.

    >>> row = {"measure": "coherent_action", "difference": 0.12, "difference_low": 0.09, "difference_high": 0.15}
    >>> difference(row, "B", "A")
    'B gives 0.12 more coherent action than A (95 % confidence interval: 0.09 to 0.15).'
    """
    wording = DISPLAYS[row["measure"]]
    value, low, high = (row[name] * wording.factor for name in ("difference", "difference_low", "difference_high"))
    # As many decimals as tell the ends of the interval apart from each other and from 0.
    decimals = wording.decimals + (min(abs(low), abs(high), high - low) < 2 * 10**-wording.decimals)
    shown = lambda number: f"{number + 0.0:.{decimals}f}".replace("-", "−")  # noqa: E731
    points = " points" if wording.factor == 100 else ""
    if math.isnan(high):
        return _without_interval(row, one, other)
    if low == high == 0.0:
        return f"{one} and {other} give exactly the same {wording.noun}."
    if low <= 0.0 <= high:
        interval = f"95 % confidence interval: {shown(low)} to {shown(high)}"
        return f"No clear difference in {wording.noun} between {one} and {other}: {shown(value)}{points} ({interval})."
    ends = sorted((abs(low), abs(high)))
    word = "more" if value > 0 else wording.less
    return (
        f"{one} gives {shown(abs(value))}{points} {word} {wording.noun} than {other} "
        f"(95 % confidence interval: {shown(ends[0])} to {shown(ends[1])})."
    )


def _without_interval(row: Mapping[str, Any], one: str, other: str) -> str:
    """A difference that is the same in so many runs that no interval of it can be given, in a sentence."""
    wording, runs, equal = DISPLAYS[row["measure"]], row["replicates"], row["difference_equal"]
    if equal == runs and abs(row["difference"]) < SAME:
        return f"{one} and {other} give exactly the same {wording.noun} in all {runs} runs."
    size = format_value(abs(row["difference"]), row["measure"], 1).replace(" %", " points")
    word = "more" if row["difference"] > 0 else wording.less
    return (
        f"{one} gives {size} {word} {wording.noun} than {other} on average; no confidence interval can be given: "
        f"{why_no_interval(equal, runs).removeprefix('no interval: ').replace('value', 'difference')}."
    )


def cost(answer: Answer, a: int) -> str:
    """What a scenario costs against scenario A: the time that leaves the teams, and apart from it the policy's own.

    Parameters
    ----------
    answer : Answer
        Two or more scenarios, with their histories.
    a : int
        The number of the scenario, from 1.

    Returns
    -------
    str
        Two sentences. Both shares of time are means over the weeks that summaries are about; their difference is
        paired, and told as one only if its 95 % interval excludes 0.
    """
    row, base = answer.row(a, "time_teams"), answer.row(0, "time_teams")
    scenarios, letter = answer.choices.scenarios, answer.choices.letters[a]
    in_teams = time_in_teams(row, base["mean"], letter)
    return f"{in_teams} {time_of_policy(running(scenarios[a]), running(scenarios[0]), letter)}"


def time_in_teams(row: Mapping[str, Any], base: float, letter: str) -> str:
    """The share of the week in teams, and its difference from A in hours.

    Parameters
    ----------
    row : mapping
        Of a summary: `mean` and the paired `difference` with `difference_low` and `difference_high`, as shares.
    base : float
        The share in A.
    letter : str
        The letter of the other scenario.

    Examples
    --------
    >>> row = {"mean": 0.6, "difference": -0.15, "difference_low": -0.16, "difference_high": -0.14}
    >>> time_in_teams(row, 0.75, "B").partition(", ")[2]
    '6.0 hours less per person in a 40-hour week (95 % confidence interval: 5.6 to 6.4).'
    """
    value, low, high = (HOURS * row[name] for name in ("difference", "difference_low", "difference_high"))
    if math.isnan(low):  # without an interval, since it is the same in all runs
        low = high = value
    if abs(low) < NO_HOURS and abs(high) < NO_HOURS:
        return f"Time in teams: {format_share(row['mean'])} of the week in both {letter} and A."
    differs = not low <= 0.0 <= high
    # A difference is to be seen in the shares.
    decimals = int(differs and format_share(row["mean"]) == format_share(base))
    shares = f"{format_share(row['mean'], decimals)} of the week in {letter} (A: {format_share(base, decimals)})"
    if not differs:
        ends = " to ".join(f"{round(end, 1) + 0.0:.1f}" for end in (low, high)).replace("-", "−")
        interval = f"95 % confidence interval of the difference: {ends} hours per person in a {HOURS}-hour week"
        return f"Time in teams: {shares}, about the same ({interval})."
    first, last = (f"{end:.1f}" for end in sorted((abs(low), abs(high))))
    sure = f" (95 % confidence interval: {first} to {last})" if first != last else ""
    hours = f"{abs(value):.1f} hours {'more' if value > 0 else 'less'} per person in a {HOURS}-hour week"
    return f"Time in teams: {shares}, {hours}{sure}."


def running(scenario: Scenario) -> float:
    """The share of the week that running the policy takes, mean over the weeks that summaries are about."""
    weeks = np.arange(warm_up(scenario.weeks) + 1, scenario.weeks + 1)
    shares = np.zeros(len(weeks))
    for segment in scenario.policies():
        shares[weeks >= segment.week] = overhead(scenario.workforce, segment.policy)
    return float(shares.mean())


def time_of_policy(own: float, base: float, letter: str) -> str:
    """The shares of the week that running the policies takes, in a sentence.

    >>> time_of_policy(0.02, 0.02, "B"), time_of_policy(0.077, 0.02, "C")
    ('Running the policy itself takes 2.0 % in both.', 'Running the policy itself takes 7.7 % in C and 2.0 % in A.')
    """
    shares = [format_share(share, 1) for share in (own, base)]
    if shares[0] != shares[1]:
        return f"Running the policy itself takes {shares[0]} in {letter} and {shares[1]} in A."
    return f"Running the policy itself takes {shares[0]} in both."


# --- where people re-plan their own week ------------------------------------------------------------------------------


def replans(scenario: Scenario) -> bool:
    """Whether people move their own time, in some weeks at least.

    >>> replans(Scenario.build()), replans(Scenario.build(adaptation=0))
    (True, False)
    """
    return any(segment.policy.adaptation > 0 for segment in scenario.policies())


def ended(answer: Answer, a: int, space: str) -> float:
    """The share of the week that a space had in the end: mean of the last weeks, all people and runs."""
    return float(answer.weekly(a, f"time_{space}")[:, -LAST_WEEKS:].mean())


def replanned(answer: Answer, a: int) -> str:
    """How the week is split in the end in a scenario and in A, where people re-plan it; empty if nowhere.

    Without it, two policies that end at the same split are read as if the split did not matter. The sentence is about
    the space in whose starting shares the policies differ most; where they do not, about the one that moved most.
    """
    letters = [answer.choices.letters[k] for k in (0, a)]
    scenarios = [answer.choices.scenarios[k] for k in (0, a)]
    free = [letter for letter, scenario in zip(letters, scenarios, strict=True) if replans(scenario)]
    if not free:
        return ""
    starts = {space: np.array([split_of(scenario)[space] for scenario in scenarios]) for space in SPACES}
    ends = {space: np.array([ended(answer, k, space) for k in (0, a)]) for space in SPACES}
    apart = {space: round(float(abs(np.diff(starts[space])[0])), 2) for space in SPACES}
    moved = {space: float(abs(ends[space] - starts[space]).max()) for space in SPACES}
    most = apart if any(apart.values()) else moved
    space = max(("communities", "networks", "teams"), key=most.__getitem__)
    where = "here" if len(free) == 2 else f"in {free[0]}, not in {next(one for one in letters if one not in free)}"
    weeks = min(LAST_WEEKS, answer.choices.weeks)
    return f"People re-plan their own week {where}: {_from_to(space, starts[space], ends[space], letters, weeks)}."


def _from_to(space: str, starts: np.ndarray, ends: np.ndarray, letters: list[str], weeks: int) -> str:
    """Where the share of a space ended, as a mean of so many weeks, and began, in A and in the other scenario.

    >>> _from_to("communities", np.array([0.0, 0.2]), np.array([0.2, 0.19]), ["A", "B"], 13).partition(", ")[2]
    'although the policies start from 0 % and 20 %'
    """
    first, second = map(format_share, starts)
    began = f"both policies start from {first}" if first == second else f"the policies start from {first} and {second}"
    gaps = [abs(starts[0] - starts[1]), abs(ends[0] - ends[1])]
    surprising = abs(gaps[0] - gaps[1]) > max(0.02, max(gaps) / 2)  # they came together, or moved apart
    shares = f"{format_share(ends[0])} in {letters[0]} and {format_share(ends[1])} in {letters[1]}"
    return f"{space} ended at {shares} (last {weeks} weeks){', although' if surprising else ';'} {began}"


def where_it_began(answer: Answer) -> str:
    """The starting splits of the scenarios in which people re-plan their week; empty if there is none."""
    choices, starts = answer.choices, {}
    for letter, scenario in zip(choices.letters, choices.scenarios, strict=True):
        if replans(scenario):
            starts[letter] = "/".join(f"{100 * share:.0f}" for share in split_of(scenario).values()) + " %"
    if not starts:
        return ""
    splits = list(starts.values())
    alike = len(splits) == len(choices.scenarios) and len(set(splits)) == 1
    return "People re-plan their week. Starting split: " + (
        splits[0] if alike else ", ".join(f"{k} {one}" for k, one in starts.items())
    )


def recovered(answer: Answer, a: int) -> str:
    """How a scenario took its shock; empty if there was none."""
    found = answer.recoveries(a)
    if not found:
        return ""
    depth, half = mean_of(one.depth for one in found)
    if math.isnan(depth):
        return f"{answer.choices.letters[a]} had no output to lose."
    weeks, margin = mean_of(one.weeks for one in found)
    never = sum(math.isnan(one.weeks) for one in found)
    lost = f"{format_share(depth)}{_margin(half * 100)} of its output"
    text = f"{answer.choices.letters[a]} lost {lost} in its worst week after the shock"
    if never == len(found):
        return f"{text} and did not recover in any run."
    back = f" and recovered {weeks:.0f}{_margin(margin)} weeks later" if never < len(found) - 1 else ""
    return f"{text}{back}{f'; in {never} of {len(found)} runs it did not recover' if never else ''}."


def _margin(half: float) -> str:
    """Half the width of an interval, if there is one."""
    return "" if math.isnan(half) else f" ± {half:.0f}"


def sooner(answer: Answer, a: int) -> str:
    """Which of two scenarios recovers sooner, seed by seed; empty if there is nothing to compare."""
    pairs = list(zip(answer.recoveries(a), answer.recoveries(0), strict=False))
    gained, margin = mean_of(base.weeks - own.weeks for own, base in pairs)
    if not a or math.isnan(margin):
        return ""
    letter, low, high = answer.choices.letters[a], gained - margin, gained + margin
    if low <= 0 <= high:
        ends = f"{low:.0f} to {high:.0f}".replace("-", "−")
        text = f"No clear difference in recovery time between {letter} and A"
        return f"{text} (95 % confidence interval: {ends} weeks)."
    first, second = (letter, "A") if gained > 0 else ("A", letter)
    bounds = sorted((abs(low), abs(high)))
    sooner = f"{abs(gained):.0f} weeks sooner than {second} from its worst week, in runs where both recover"
    return f"{first} recovers {sooner} (95 % confidence interval: {bounds[0]:.0f} to {bounds[1]:.0f} weeks)."


def after_shock(answer: Answer, a: int) -> list[str]:
    """All that is said of a scenario after its shock."""
    return [text for text in (recovered(answer, a), sooner(answer, a)) if text]


def headline(answer: Answer, a: int) -> list[str]:
    """The answer to what scenario a does, against scenario A: the main difference, and what it must be read with."""
    if answer.choices.scenarios[a].key == answer.choices.scenarios[0].key:
        return [f"{answer.choices.letters[a]} is the same as A so far: change one of its levers."]
    main = difference(answer.row(a, COMPARED[0]), answer.choices.letters[a], "A")
    return [text for text in (main, replanned(answer, a)) if text]


def details(answer: Answer, a: int) -> Iterator[str]:
    """What scenario a costs, and its other differences from scenario A, in sentences; nothing if it is the same."""
    if answer.choices.scenarios[a].key == answer.choices.scenarios[0].key:
        return
    yield cost(answer, a)
    for measure in COMPARED[1:]:
        yield difference(answer.row(a, measure), answer.choices.letters[a], "A")


def compared(answer: Answer, a: int) -> list[str]:
    """What scenario a gives and costs, against scenario A, in sentences."""
    return [*headline(answer, a), *details(answer, a)]
