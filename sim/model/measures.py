"""What is recorded each week, each measure with definition, unit and range (ODD, 7.7); what follows from a history."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import partial
from typing import NamedTuple

import numpy as np

from ..errors import ScenarioError, did_you_mean, truncated_repr
from .declare import Measure
from .indices import ADOPTED, CHANGES, COMMUNITIES, DIFFUSION, FAILED, INNOVATION, NETWORKS, SEEN, TEAMS, TESTED
from .jit import part, phase, rule
from .practice import count_uses, fill, fingerprint, is_new
from .reality import BEST, fit, value
from .work import serve, value_in_use, value_to

TOO_BUSY = 0.1
RATE = 5200.0  # of events in a week, per 100 workers a year, when divided by the number of workers

# How measures of a kind are shown.
_share = partial(Measure, factor=100, suffix=" %", decimals=0)
_count = partial(Measure, less="fewer", decimals=1)  # of what can be counted
_rate = partial(Measure, less="fewer", decimals=0)

MEASURES = (
    _share(
        "awareness", "share", "0 … 1",
        meaning="mean of aware over workers and aspects",
        group="Awareness", title="Awareness",
        question="Do people know what is new?",
        better=1,
        explanation="how much of the latest news on all aspects of their work people have heard, on average; what "
        "has never changed counts as heard",
        watch_title="Awareness",
        watch_text="How much of the latest news about their work people have heard, on average.",
    ),
    _share(
        "coverage", "share", "0 … 1",
        meaning="share of aspects that anybody is aware of",
        group="Awareness", title="Coverage",
        better=1,
    ),
    _count(
        "news_lag", "weeks", "≥ 0",
        meaning="over the aspects that ever changed: mean weeks from the last change until half of the workers were "
        "aware (weeks so far, where they are not yet); missing before the first change",
        group="Awareness", title="News lag",
        shown_unit="weeks", better=-1,
    ),
    _count(
        "alternatives", "practices", "≥ 0",
        meaning="distinct practices among the filled entries of the communities of a team's members, mean over teams",
        group="Alternatives", title="Alternatives", noun="available alternatives",
        question="Are there tested ways to respond?",
        shown_unit="a team", better=1,
        short_meaning="Tested ways available to an average team",
        explanation="different tested practices that the communities of a team's members keep, for the average team",
    ),
    _count(
        "viable", "practices", "≥ 0",
        meaning="alternatives that are better than the team's current practice, by the true payoff",
        group="Alternatives", title="Better alternatives",
        question="Tested ways that beat current practice, for an average team",
        shown_unit="a team", better=1,
        explanation="alternatives that are better than the current practice of the team",
        watch_title="Better alternatives",
        watch_text="Practices that communities know and that are better than what a team does now, for the average "
        "team.",
    ),
    _share(
        "diversity", "share", "0 … 1",
        meaning="mean share of aspects that differ between two workers' ideas",
        group="Alternatives", title="Diversity", noun="diversity of ideas",
        question="How different people's ideas are",
    ),
    Measure(
        "idea_fit", "fit", "≤ 1",
        meaning="mean over workers of the fit of their idea",
        group="Alternatives", title="Fit of ideas",
        better=1,
    ),
    Measure(
        "fit", "fit", "≤ 1",
        meaning="mean over teams of the fit of the practice in use",
        group="Action", title="Fit",
        question="How well practices fit the world: 1 is the best possible",
        better=1,
        explanation="how well the teams' practices suit the world as it is: 1 is the best possible, 0 that of any "
        "practice",
    ),
    Measure(
        "agreement", "agreement", "-1 … 1",
        meaning="mean over pairs of teams of 2·(share of equal aspects) - 1; 1 with a single team",
        group="Action", title="Agreement",
        question="How alike the teams work: 1 is alike in everything",
        explanation="how alike the teams work: 1 is alike in everything, 0 no more than by chance",
        watch_title="Agreement",
        watch_text="How alike the teams' practices are: 0 is chance, 100 % all the same.",
    ),
    Measure(
        "coherent_action", "fit × agreement", "-1 … 1",
        meaning="max(0, fit)·agreement",
        group="Action", title="Coherent action",
        question="Do teams act well, and together?",
        better=1,
        short_meaning="Fit times agreement: 1 is the best possible",
        explanation="how well the teams' practices fit the world (fit) times how alike they work (agreement)",
        watch_title="Coherent action",
        watch_text="Good practices, and the teams agreeing on them: fit times agreement.",
    ),
    Measure(
        "alignment", "share", "0 … 1",
        meaning="mean over teams",
        group="Action", title="Alignment",
        better=1,
    ),
    Measure(
        "output", "output", "0 … 1",
        meaning="mean over teams",
        group="Action", title="Output",
        question="What the teams produce", shown_unit="scale 0 to 1", better=1,
        short_meaning="What the teams produce: scale 0 to 1",
        explanation="what an average team produces in a week: time × alignment × fit, and in part agreement; scale 0 "
        "to 1",
        watch_title="Output",
        watch_text="What teams produce with their time, of the best possible. It grows with alignment, with a good "
        "practice, and with agreement between teams.",
        axis="0 to 1",
    ),
    _count(
        "innovation", "per 100 workers a year", "≥ 0",
        meaning="improving adoptions new to the organisation",
        group="Innovation", title="Innovation", noun="innovations per 100 people a year",
        question="New and better ways", shown_unit="per 100 people a year",
        explanation="changes of a team's practice that are new to the organisation and improve it; per 100 people a "
        "year",
    ),
    _rate(
        "diffusion", "per 100 workers a year", "≥ 0",
        meaning="improving adoptions of a practice in use elsewhere",
        group="Innovation", title="Spread", noun="improvements taken over",
        question="Improvements from other teams",
    ),
    _rate(
        "failed_changes", "per 100 workers a year", "≥ 0",
        meaning="adoptions of a practice that is worse, by the true payoff",
        group="Innovation", title="Failed changes", noun="failed changes per 100 people a year",
        question="Changes that made the practice worse",
        better=-1,
    ),
    _rate(
        "ideas_seen", "per 100 workers a year", "≥ 0",
        meaning="practices seen in networks that differ from the own idea, each time they are seen",
        group="Awareness", title="Ideas seen", noun="ideas seen per 100 people a year",
        question="Ideas met in networks",
    ),
    _rate(
        "ideas_tested", "per 100 workers a year", "≥ 0",
        meaning="ideas brought to a community and tested there",
        group="Alternatives", title="Ideas tested", noun="ideas tested per 100 people a year",
        question="Ideas brought to a community",
    ),
    _rate(
        "ideas_adopted", "per 100 workers a year", "≥ 0",
        meaning="adoptions by teams (by review or direction)",
        group="Innovation", title="Changes made", noun="changes per 100 people a year",
        question="Changes that teams made",
    ),
    _rate(
        "ideas_improving", "per 100 workers a year", "≥ 0",
        meaning="innovation + diffusion",
        group="Innovation", title="Improvements", noun="improvements per 100 people a year",
        question="Changes that improved the practice",
        better=1,
    ),
    _share(
        "time_networks", "share", "0 … 1",
        meaning="mean time",
        group="People", title="Time in networks",
        question="Share of the week",
    ),
    _share(
        "time_communities", "share", "0 … 1",
        meaning="mean time",
        group="People", title="Time in communities",
        question="Share of the week",
    ),
    _share(
        "time_teams", "share", "0 … 1",
        meaning="mean time",
        group="People", title="Time in teams",
        question="Share of the week",
    ),
    _share(
        "too_busy", "share", "0 … 1",
        meaning="share of workers with under 10 % of their time for networks and communities together",
        group="People", title="Overload",
        question="People too busy to learn", shown_unit="share of all people", better=-1,
        explanation="people with less than 10 % of their week for networks and communities together",
        watch_title="Overload",
        watch_text="People with less than a tenth of their week for networks and communities together.",
    ),
    _share(
        "trust", "trust", "0 … 1",
        meaning="mean over workers and slots; 0 without communities",
        group="People", title="Trust",
        question="People's trust in their community",
        better=1,
    ),
    Measure(
        "scepticism", "scepticism", "≥ 0",
        meaning="mean over teams",
        group="People", title="Scepticism",
    ),
    _share(
        "pkm", "skill", "0 … 1",
        meaning="mean of seek, sense and share over workers",
        group="People", title="Personal knowledge mastery",
        better=1,
    ),
    _count(
        "changes", "aspects", "≥ 0",
        meaning="aspects of reality that changed this week",
        group="World", title="Changes of the world",
        shown_unit="a week",
    ),
    Measure(
        "best_possible", "payoff", "0 … 1",
        meaning="V_max",
        group="World", title="Best possible",
    ),
)  # fmt: skip
MEASURE_NAMES = tuple(measure.name for measure in MEASURES)
# A week's measures as one record, written as `row.awareness`; float64 [weeks, measures] is the same memory.
MEASURES_TYPE = np.dtype((np.record, [(name, "f8") for name in MEASURE_NAMES]))


# --- awareness --------------------------------------------------------------------------------------------------------


@rule
def count_aware(aware, counts):
    """How many workers are aware of each aspect (int64 [M])."""
    fill(counts, 0)
    for i in range(aware.shape[0]):
        for j in range(aware.shape[1]):
            counts[j] += aware[i, j]


@rule
def update_lag(week, counts, workers, changed, lag):
    """Note the aspects of which half of the workers have now heard."""
    for j in range(lag.shape[0]):
        if changed[j] > 0 and lag[j] < 0 and 2 * counts[j] >= workers:
            lag[j] = week - changed[j]


@rule
def mean_lag(week, changed, lag):
    """Mean weeks that news took, or has taken so far; nan if nothing ever changed."""
    total, count = 0, 0
    for j in range(lag.shape[0]):
        if changed[j] > 0:
            total += lag[j] if lag[j] >= 0 else week - changed[j]
            count += 1
    return total / count if count > 0 else np.nan


# --- alternatives and action ------------------------------------------------------------------------------------------


@rule
def equal_pairs(uses, which, count):
    """Mean share of equal aspects over all pairs of `count` practices, from how often each aspect is +1.

    Only aspects with `which` (bool [M]) count. 1 for a single practice, or if there are no such aspects.
    """
    pairs, aspects = 0, 0
    for j in range(uses.shape[0]):
        if which[j]:
            pairs += uses[j] * (uses[j] - 1) + (count - uses[j]) * (count - uses[j] - 1)
            aspects += 1
    if count < 2 or aspects == 0:
        return 1.0
    return pairs / (count * (count - 1.0) * aspects)


@phase
def measure_entries(state, workspace, reality):
    """Fingerprints and true values of the filled entries of each community, one after another.

    `workspace.repertoire_prints`, `.repertoire_values`; how many there are: `.repertoire_filled`.
    """
    for c in range(workspace.communities[0], workspace.communities[1]):
        filled = 0
        for r in range(state.repertoire.shape[1]):
            if state.n_tests[c, r] > 0:
                workspace.repertoire_prints[c, filled] = fingerprint(state.repertoire[c, r])
                workspace.repertoire_values[c, filled] = value(state.repertoire[c, r], reality.everything, reality)
                workspace.repertoire_places[c, filled] = r
                filled += 1
        workspace.repertoire_filled[c] = filled


@part
def collect_entries(k, state, workspace):
    """Fetch the entries of all communities of team k (`workspace.found`, `.found_values`); how many there are."""
    visited, count = workspace.visited, 0
    for q in range(state.team_offsets[k], state.team_offsets[k + 1]):
        for s in range(state.community.shape[1]):
            c = state.community[state.team_members[q], s]
            if visited[c] == k:
                continue
            visited[c] = k
            for r in range(workspace.repertoire_filled[c]):
                workspace.found[count] = workspace.repertoire_prints[c, r]
                workspace.found_values[count] = workspace.repertoire_values[c, r]
                workspace.found_community[count] = c
                workspace.found_place[count] = workspace.repertoire_places[c, r]
                count += 1
    return count


@part
def value_of_entry(e, k, state, workspace, reality, p):
    """What entry e of those found is truly worth to team k."""
    if p.relatedness == 1.0:
        return workspace.found_values[e]
    entry = state.repertoire[workspace.found_community[e], workspace.found_place[e]]
    serve(entry, state.practice[k], state.common, workspace.served)
    return value_to(workspace.served, k, reality.everything, state, reality)


@phase
def count_alternatives(state, workspace, reality, p):
    """Distinct practices in reach of each team, and truly better ones: their sums over teams (`workspace.in_reach`)."""
    fill(workspace.visited, -1)
    fill(workspace.counted_by, -1)
    alternatives, viable = 0, 0
    for k in range(workspace.teams[0], workspace.teams[1]):
        in_use = value_in_use(k, state, reality)
        for e in range(collect_entries(k, state, workspace)):
            if is_new(workspace.found[e], k, workspace.counted, workspace.counted_by):
                alternatives += 1
                viable += value_of_entry(e, k, state, workspace, reality, p) > in_use
    workspace.in_reach[0], workspace.in_reach[1] = alternatives, viable


# --- means ------------------------------------------------------------------------------------------------------------


@rule
def mean_of(values):
    """Mean of a vector, summed in order."""
    total = 0.0
    for k in range(values.shape[0]):
        total += values[k]
    return total / values.shape[0]


@part
def mean_fit_of_ideas(state, reality):
    """Mean fit of everybody's idea, for the team of each."""
    total = 0.0
    for i in range(state.idea.shape[0]):
        total += fit(value_to(state.idea[i], state.team[i], reality.everything, state, reality), reality)
    return total / state.idea.shape[0]


@part
def mean_fit_in_use(state, reality):
    """Mean fit of the practices in use."""
    total = 0.0
    for k in range(state.practice.shape[0]):
        total += fit(value_in_use(k, state, reality), reality)
    return total / state.practice.shape[0]


@rule
def mean_trust(trust):
    """Mean trust over workers and slots; 0 without communities."""
    return mean_of(trust.reshape(trust.size)) if trust.size > 0 else 0.0


@part
def measure_people(state, row):
    """The means over workers of their time and their skills, and the share of them who are too busy.

    Too busy is who keeps under a tenth of their week for networks and communities. One loop adds up all of it: each sum
    waits for its own last addition only.
    """
    workers, too_busy = state.time.shape[0], 0
    networks, communities, teams, seek, sense, share = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for i in range(workers):
        networks += state.time[i, NETWORKS]
        communities += state.time[i, COMMUNITIES]
        teams += state.time[i, TEAMS]
        too_busy += state.time[i, NETWORKS] + state.time[i, COMMUNITIES] < TOO_BUSY
        seek += state.seek[i]
        sense += state.sense[i]
        share += state.share[i]
    row.time_networks = networks / workers
    row.time_communities = communities / workers
    row.time_teams = teams / workers
    row.too_busy = too_busy / workers
    row.pkm = (seek / workers + sense / workers + share / workers) / 3.0


@phase
def record(week, state, workspace, reality, p, row):
    """Phase 7: the week's measures into `row` (a record of MEASURES_TYPE); alternatives have been counted before."""
    (workers, aspects), teams = state.idea.shape, state.practice.shape[0]
    counts = workspace.counts

    count_aware(state.aware, counts)
    update_lag(week, counts, workers, state.last_change_week, state.news_lag_weeks)
    known, covered = 0, 0
    for j in range(aspects):
        known += counts[j]
        covered += counts[j] > 0
    row.awareness = known / (workers * aspects)
    row.coverage = covered / aspects
    row.news_lag = mean_lag(week, state.last_change_week, state.news_lag_weeks)

    row.alternatives, row.viable = workspace.in_reach[0] / teams, workspace.in_reach[1] / teams
    count_uses(state.idea, counts)
    row.diversity = 1.0 - equal_pairs(counts, reality.everything, workers)
    row.idea_fit = mean_fit_of_ideas(state, reality)

    count_uses(state.practice, counts)
    row.fit = mean_fit_in_use(state, reality)
    row.agreement = 2.0 * equal_pairs(counts, state.common, teams) - 1.0
    row.coherent_action = max(0.0, row.fit) * row.agreement
    row.alignment = mean_of(state.alignment)
    row.output = mean_of(state.output)

    rate = RATE / workers
    row.innovation = state.event_counts[INNOVATION] * rate
    row.diffusion = state.event_counts[DIFFUSION] * rate
    row.failed_changes = state.event_counts[FAILED] * rate
    row.ideas_seen = state.event_counts[SEEN] * rate
    row.ideas_tested = state.event_counts[TESTED] * rate
    row.ideas_adopted = state.event_counts[ADOPTED] * rate
    row.ideas_improving = (state.event_counts[INNOVATION] + state.event_counts[DIFFUSION]) * rate

    measure_people(state, row)
    row.trust = mean_trust(state.trust)
    row.scepticism = mean_of(state.scepticism)
    row.changes = state.event_counts[CHANGES]
    row.best_possible = reality.scale[BEST]


# --- after a shock ----------------------------------------------------------------------------------------------------


class Recovery(NamedTuple):
    """How output took a shock.

    Attributes
    ----------
    depth : float
        Share of the output before the shock that was lost in the worst week; nan if there was none.
    weeks : float
        Weeks from the worst one until output was back; nan if never.
    """

    depth: float
    weeks: float


def recovery(
    output: np.ndarray, shock_week: int, before: int = 13, after: int = 52, regained: float = 0.95
) -> Recovery:
    """Depth of the dip and weeks to recover after a shock.

    Parameters
    ----------
    output : float [weeks]
        Weekly output, from week 1 on.
    shock_week : int
        The week of the shock, 2 … weeks.
    before, after : int
        Weeks before the shock whose mean is the level to regain; weeks from the shock on in which the dip is looked
        for.
    regained : float
        Share of what was lost that counts as recovered.

    Returns
    -------
    Recovery
        `depth`: 1 - lowest/level before; `weeks`: from the lowest week until `regained` of the loss is back, nan if
        never. Both nan if there was no output before.

    Raises
    ------
    ValueError
        If `shock_week` is not a week of the history, or is its first.

    Examples
    --------
    >>> recovery(np.array([1.0] * 13 + [0.5, 0.75, 1.0]), shock_week=14)
    Recovery(depth=0.5, weeks=2.0)
    """
    if not 2 <= shock_week <= len(output):
        raise ValueError(f"shock_week = {shock_week}: allowed is 2 to {len(output)}, the weeks of this history")
    level = float(np.mean(output[max(0, shock_week - 1 - before) : shock_week - 1]))
    if level <= 0.0:
        return Recovery(math.nan, math.nan)
    rest = output[shock_week - 1 :]
    lowest = int(np.argmin(rest[:after]))
    goal = rest[lowest] + regained * (level - rest[lowest])
    back = np.flatnonzero(rest[lowest:] >= goal)
    return Recovery(1.0 - float(rest[lowest]) / level, float(back[0]) if len(back) else math.nan)


def warm_up(weeks: int) -> int:
    """Weeks that a summary leaves out: the first fifth, in which a new organisation finds its feet.

    Parameters
    ----------
    weeks : int
        Length of the history.

    Returns
    -------
    int
        A fifth of it, rounded down.
    """
    return weeks // 5


def checked_measures(names: Iterable[str] | None, known: Iterable[str] = MEASURE_NAMES) -> list[str]:
    """Names of measures.

    Parameters
    ----------
    names : iterable of str, or str, optional
        Which measures; None: all.
    known : iterable of str
        Which there are.

    Returns
    -------
    list of str
        In the order given.

    Raises
    ------
    ScenarioError
        If one is unknown, or `names` is no list.
    """
    if names is not None and not isinstance(names, Iterable):
        raise ScenarioError(f"measures = {truncated_repr(names)}: a list is needed, such as ['output', 'trust']")
    known = list(known)
    listed = known if names is None else [names] if isinstance(names, str) else list(names)
    for name in listed:
        if name not in known:
            raise ScenarioError(f"{truncated_repr(name)} is not a measure{did_you_mean(name, known)}")
    return listed
