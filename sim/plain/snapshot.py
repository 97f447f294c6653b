"""The state variables as plain nested lists, under the names and with the shapes of the ODD (section 2)."""

from __future__ import annotations

from typing import Any

from .community import Community
from .reality import Reality
from .team import Team
from .worker import Worker


def snapshot(model: Any) -> dict[str, list[Any]]:
    """The state variables of an organisation.

    Parameters
    ----------
    model : Organisation
        As it is now.

    Returns
    -------
    dict
        Nested lists by name; those of the other kind of reality are empty.
    """
    return {
        **_of_workers(model.workers),
        **_of_teams(model.teams),
        **_of_communities(model.communities),
        "common": list(model.common),
        "outside": [list(outsider.practice) for outsider in model.outsiders],
        "outside_aware": [list(outsider.aware) for outsider in model.outsiders],
        **_of_reality(model.reality),
        "last_change_week": list(model.last_change_week),
        "news_lag_weeks": list(model.news_lag_weeks),
    }


def _of_workers(workers: list[Worker]) -> dict[str, list[Any]]:
    """Indexed by seat."""
    return {
        "person": [worker.person for worker in workers],
        "idea": [list(worker.idea) for worker in workers],
        "aware": [list(worker.aware) for worker in workers],
        "time": [list(worker.time) for worker in workers],
        "seek": [worker.seek for worker in workers],
        "sense": [worker.sense for worker in workers],
        "share": [worker.share for worker in workers],
        "expected_return": [list(worker.expected_return) for worker in workers],
        "tie": [[colleague.seat for colleague in worker.follows] for worker in workers],
        "community": [[community.number for community in worker.communities] for worker in workers],
        "trust": [list(worker.trust) for worker in workers],
        "attended": [list(worker.attended) for worker in workers],
        "team": [worker.team.number for worker in workers],
        "familiarity": [worker.familiarity for worker in workers],
        "weeks_in_team": [worker.weeks_in_team for worker in workers],
        "field": [list(worker.field) for worker in workers],
        "answers": [worker.answers for worker in workers],
        "time_lost": [worker.time_lost for worker in workers],
        "renown": [worker.renown for worker in workers],
        "help": [list(worker.help) for worker in workers],
    }


def _of_teams(teams: list[Team]) -> dict[str, list[Any]]:
    """Indexed by team; the roster runs through the members team by team."""
    return {
        "team_members": [worker.seat for team in teams for worker in team.members],
        "practice": [list(team.practice) for team in teams],
        "alignment": [team.alignment for team in teams],
        "scepticism": [team.scepticism for team in teams],
        "output": [team.output for team in teams],
        "team_sign": [list(team.signs) for team in teams],
    }


def _of_communities(communities: list[Community]) -> dict[str, list[Any]]:
    """Indexed by community and entry."""
    return {
        "repertoire": [[list(entry.practice) for entry in community.repertoire] for community in communities],
        "repertoire_value": [[entry.value for entry in community.repertoire] for community in communities],
        "n_tests": [[entry.n_tests for entry in community.repertoire] for community in communities],
        "last_tested_week": [[entry.last_tested_week for entry in community.repertoire] for community in communities],
    }


def _of_reality(reality: Reality) -> dict[str, list[Any]]:
    """What belongs to the other kind of reality is empty."""
    names = ("contribution", "contribution_before", "truth", "truth_before", "partner")
    return {
        **{name: [list(x) if isinstance(x, list) else x for x in getattr(reality, name, [])] for name in names},
        "scale": [reality.maximum, reality.average],
    }
