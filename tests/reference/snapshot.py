"""The state variables as plain nested lists, under the names and with the shapes of the ODD (section 2)."""


def snapshot(model):
    """All of them, by name."""
    return {
        **of_workers(model.workers),
        **of_teams(model.teams),
        **of_communities(model.communities),
        "outside": [list(outsider.practice) for outsider in model.outsiders],
        **of_reality(model.reality),
        "changed": list(model.changed),
        "lag": list(model.lag),
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
        "returns": [list(worker.returns) for worker in workers],
        "tie": [[tie.number for tie in worker.ties] for worker in workers],
        "community": [[community.number for community in worker.communities] for worker in workers],
        "trust": [list(worker.trust) for worker in workers],
        "attended": [list(worker.attended) for worker in workers],
        "team": [worker.team.number for worker in workers],
    }


def of_teams(teams):
    """Indexed by team; the roster runs through the members team by team."""
    return {
        "roster": [worker.number for team in teams for worker in team.members],
        "practice": [list(team.practice) for team in teams],
        "alignment": [team.alignment for team in teams],
        "scepticism": [team.scepticism for team in teams],
        "output": [team.output for team in teams],
    }


def of_communities(communities):
    """Indexed by community and entry."""
    return {
        "entry": [[list(entry.practice) for entry in community.repertoire] for community in communities],
        "estimate": [[entry.estimate for entry in community.repertoire] for community in communities],
        "evidence": [[entry.evidence for entry in community.repertoire] for community in communities],
        "tested": [[entry.tested for entry in community.repertoire] for community in communities],
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
