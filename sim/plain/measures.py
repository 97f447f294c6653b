"""The measures of a week (ODD, section 7.7): each a function of the organisation, in one table."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from .practice import Practice, differences, equal_aspects
from .spaces import COMMUNITIES, NETWORKS, TEAMS
from .sums import mean, total
from .team import Team

TOO_BUSY = 0.1  # of the week for networks and communities together


def _awareness(model: Any) -> float:
    return sum(sum(worker.aware) for worker in model.workers) / (len(model.workers) * model.p.aspects)


def _coverage(model: Any) -> float:
    return sum(model.number_aware(j) > 0 for j in range(model.p.aspects)) / model.p.aspects


def _news_lag(model: Any) -> float:
    """Mean weeks until half of the workers knew of a change; weeks so far where they do not yet."""
    lags = [
        lag if lag >= 0 else model.week - changed
        for changed, lag in zip(model.last_change_week, model.news_lag_weeks, strict=True)
        if changed > 0
    ]
    return mean(lags) if lags else math.nan


def _alternatives(team: Team) -> set[Practice]:
    """The distinct practices in the repertoires of the communities of a team's members."""
    communities = [community for worker in team.members for community in worker.communities]
    return {entry.practice for community in communities for entry in community.filled_entries}


def _viable(team: Team) -> int:
    """How many of the alternatives would truly serve the team better than the practice in use."""
    now = team.value(team.practice)
    return sum(team.value(team.served_by(practice)) > now for practice in _alternatives(team))


def _diversity(model: Any) -> float:
    """Mean share of aspects in which the ideas of two workers differ."""
    pairs = list(itertools.combinations(model.workers, 2))
    return sum(differences(one.idea, other.idea) for one, other in pairs) / (len(pairs) * model.p.aspects)


def _fit(model: Any) -> float:
    return mean(team.fit(team.practice) for team in model.teams)


def _agreement(model: Any) -> float:
    """Mean over pairs of teams: 1 for equal practices, 0 for half of the aspects equal; only common aspects count."""
    common = model.common
    pairs = list(itertools.combinations(model.teams, 2))
    if not pairs or not any(common):
        return 1.0
    return mean(2 * (equal_aspects(one.practice, other.practice, common) / sum(common)) - 1 for one, other in pairs)


def _rate(name: str) -> Callable[[Any], float]:
    """What happened so many times this week, per 100 workers a year."""
    return lambda model: model.event_counts[name] * 5200 / len(model.workers)


def _mean_time(space: int) -> Callable[[Any], float]:
    return lambda model: mean(worker.time[space] for worker in model.workers)


def _too_busy(model: Any) -> float:
    busy = [worker.time[NETWORKS] + worker.time[COMMUNITIES] < TOO_BUSY for worker in model.workers]
    return sum(busy) / len(busy)


def _trust(model: Any) -> float:
    """Mean trust over workers and slots."""
    every = [trust for worker in model.workers for trust in worker.trust]
    return total(every) / len(every) if every else 0.0


def _pkm(model: Any) -> float:
    return mean(skill for worker in model.workers for skill in (worker.seek, worker.sense, worker.share))


MEASURES: Mapping[str, Callable[[Any], float]] = MappingProxyType(
    {
        "awareness": _awareness,
        "coverage": _coverage,
        "news_lag": _news_lag,
        "alternatives": lambda model: mean(len(_alternatives(team)) for team in model.teams),
        "viable": lambda model: mean(_viable(team) for team in model.teams),
        "diversity": _diversity,
        "idea_fit": lambda model: mean(worker.team.fit(worker.idea) for worker in model.workers),
        "fit": _fit,
        "agreement": _agreement,
        "coherent_action": lambda model: max(0.0, _fit(model)) * _agreement(model),
        "alignment": lambda model: mean(team.alignment for team in model.teams),
        "output": lambda model: mean(team.output for team in model.teams),
        "innovation": _rate("innovation"),
        "diffusion": _rate("diffusion"),
        "failed_changes": _rate("failed_changes"),
        "ideas_seen": _rate("ideas_seen"),
        "ideas_tested": _rate("ideas_tested"),
        "ideas_adopted": _rate("ideas_adopted"),
        "ideas_improving": lambda model: _rate("innovation")(model) + _rate("diffusion")(model),
        "time_networks": _mean_time(NETWORKS),
        "time_communities": _mean_time(COMMUNITIES),
        "time_teams": _mean_time(TEAMS),
        "too_busy": _too_busy,
        "trust": _trust,
        "scepticism": lambda model: mean(team.scepticism for team in model.teams),
        "pkm": _pkm,
        "changes": lambda model: model.event_counts["changes"],
        "best_possible": lambda model: model.reality.maximum,
    }
)
