"""The measures of a week (ODD, section 7.7)."""

import itertools
import math

from .practices import differences, equal_aspects
from .spaces import COMMUNITIES, NETWORKS, TEAMS
from .sums import mean, total


def record(model):
    """All measures of the week that has just passed."""
    workers, teams, counts = model.workers, model.teams, model.counts
    fit = mean(model.reality.fit(team.practice) for team in teams)
    agreement = agreement_of_teams(model)
    innovation, diffusion = rate(model, "innovation"), rate(model, "diffusion")
    measures = {
        "awareness": sum(sum(worker.aware) for worker in workers) / (len(workers) * model.p.aspects),
        "coverage": sum(model.number_aware(j) > 0 for j in range(model.p.aspects)) / model.p.aspects,
        "news_lag": news_lag(model),
        "alternatives": mean(len(alternatives(team)) for team in teams),
        "viable": mean(viable(team) for team in teams),
        "diversity": diversity(model),
        "idea_fit": mean(model.reality.fit(worker.idea) for worker in workers),
        "fit": fit,
        "agreement": agreement,
        "coherent_action": max(0.0, fit) * agreement,
        "alignment": mean(team.alignment for team in teams),
        "output": mean(team.output for team in teams),
        "innovation": innovation,
        "diffusion": diffusion,
        "failed_changes": rate(model, "failed_changes"),
        "ideas_seen": rate(model, "ideas_seen"),
        "ideas_tested": rate(model, "ideas_tested"),
        "ideas_adopted": rate(model, "ideas_adopted"),
        "ideas_improving": innovation + diffusion,
        "time_networks": mean(worker.time[NETWORKS] for worker in workers),
        "time_communities": mean(worker.time[COMMUNITIES] for worker in workers),
        "time_teams": mean(worker.time[TEAMS] for worker in workers),
        "too_busy": sum(worker.time[NETWORKS] + worker.time[COMMUNITIES] < 0.1 for worker in workers) / len(workers),
        "trust": trust(model),
        "scepticism": mean(team.scepticism for team in teams),
        "pkm": mean(skill for worker in workers for skill in (worker.seek, worker.sense, worker.share)),
        "changes": counts["changes"],
        "best_possible": model.reality.maximum,
    }
    return {name: float(value) for name, value in measures.items()}


def rate(model, name):
    """What happened so many times this week, per 100 workers a year."""
    return model.counts[name] * 5200 / len(model.workers)


def news_lag(model):
    """Mean weeks until half of the workers knew of a change; weeks so far where they do not yet."""
    lags = [
        lag if lag >= 0 else model.week - changed
        for changed, lag in zip(model.changed, model.lag, strict=True)
        if changed > 0
    ]
    return mean(lags) if lags else math.nan


def alternatives(team):
    """The distinct practices in the repertoires of the communities of a team's members."""
    communities = [community for worker in team.members for community in worker.communities]
    return {entry.practice for community in communities for entry in community.filled_entries}


def viable(team):
    """How many of the alternatives are truly better than the practice in use."""
    value = team.model.reality.value
    return sum(value(practice) > value(team.practice) for practice in alternatives(team))


def diversity(model):
    """Mean share of aspects in which the ideas of two workers differ."""
    pairs = list(itertools.combinations(model.workers, 2))
    return sum(differences(one.idea, other.idea) for one, other in pairs) / (len(pairs) * model.p.aspects)


def agreement_of_teams(model):
    """Mean over pairs of teams: 1 for equal practices, 0 for half of the aspects equal."""
    pairs = list(itertools.combinations(model.teams, 2))
    if not pairs:
        return 1.0
    return mean(2 * (equal_aspects(one.practice, other.practice) / model.p.aspects) - 1 for one, other in pairs)


def trust(model):
    """Mean trust over workers and slots."""
    every = [trust for worker in model.workers for trust in worker.trust]
    return total(every) / len(every) if every else 0.0
