"""The state variables as plain nested lists, under the names and with the shapes of the ODD (section 2)."""


def snapshot(model):
    """All of them, by name."""
    return {
        **of_workers(model.workers),
        **of_teams(model.teams),
        **of_communities(model.communities),
        "outside": [list(outsider.practice) for outsider in model.outsiders],
        **of_reality(model.reality),
        "last_change_week": list(model.changed),
        "news_lag_weeks": list(model.lag),
    }


def of_workers(workers):
    """Indexed by seat."""
    return {
        "person": [worker.person for worker in workers],
        "idea": [list(worker.idea) for worker in workers],
        "aware": [list(worker.aware) for worker in workers],
        "time": [list(worker.time) for worker in workers],
        "seek": [worker.seek for worker in workers],
        "sense": [worker.sense for worker in workers],
        "share": [worker.share for worker in workers],
        "expected_return": [list(worker.returns) for worker in workers],
        "tie": [[tie.number for tie in worker.ties] for worker in workers],
        "community": [[community.number for community in worker.communities] for worker in workers],
        "trust": [list(worker.trust) for worker in workers],
        "attended": [list(worker.attended) for worker in workers],
        "team": [worker.team.number for worker in workers],
    }


def of_teams(teams):
    """Indexed by team; the roster runs through the members team by team."""
    return {
        "team_members": [worker.number for team in teams for worker in team.members],
        "practice": [list(team.practice) for team in teams],
        "alignment": [team.alignment for team in teams],
        "scepticism": [team.scepticism for team in teams],
        "output": [team.output for team in teams],
    }


def of_communities(communities):
    """Indexed by community and entry."""
    return {
        "repertoire": [[list(entry.practice) for entry in community.repertoire] for community in communities],
        "repertoire_value": [[entry.estimate for entry in community.repertoire] for community in communities],
        "n_tests": [[entry.evidence for entry in community.repertoire] for community in communities],
        "last_tested_week": [[entry.tested for entry in community.repertoire] for community in communities],
    }


def of_reality(reality):
    """What belongs to the other kind of reality is empty."""
    return {
        "contribution": [list(row) for row in reality.contribution],
        "contribution_before": [list(row) for row in reality.contribution_before],
        "truth": list(reality.truth),
        "truth_before": list(reality.truth_before),
        "partner": [list(row) for row in reality.partner],
        "scale": [reality.maximum, reality.average],
    }
