"""A person, a team or a community of one picture, in words that need no glossary."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...present.formatting import counted, format_share
from ...scenario import Scenario
from .frames import KNOWS_LATEST, NEWCOMER, UNKNOWN

Arrays = Mapping[str, np.ndarray]
KINDS = ("person", "team", "community")
MOST_NAMED = 20  # teams that are told one by one


def letter(community: int) -> str:
    """What a community is called: A to Z, then A2 and so on.

    >>> letter(0), letter(27)
    ('A', 'B2')
    """
    turn, place = divmod(community, 26)
    return chr(ord("A") + place) + (str(turn + 1) if turn else "")


def degree(share: float, *words: str) -> str:
    """One of a few words, from little to much, for a share from 0 to 1.

    >>> degree(0.9, "low", "some", "high")
    'high'
    """
    return words[min(len(words) - 1, int(max(0.0, share) * len(words)))]


def listed(words: list[str]) -> str:
    """Words as a list: commas, and 'and' before the last."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else "nobody"


def bits(packed: np.ndarray, count: int) -> np.ndarray:
    """The first `count` bits of a packed row."""
    return np.unpackbits(packed, count=count, bitorder="little")


def signs(row: np.ndarray) -> list[int]:
    """A practice as plain numbers, for drawing it as a strip."""
    return [int(x) for x in row]


def worth(fit: float) -> str:
    """How good a practice is."""
    if fit < 0:
        return "worse than an average practice"
    return f"{format_share(min(1.0, fit))} of the way from an average practice to the best possible"


def words_about(arrays: Arrays, picked: tuple[str, int], week: int, scenario: Scenario) -> dict[str, Any] | None:
    """What to say about somebody or something: `kind`, `index`, `title`, `lines` and `strips` ([label, practice]).

    None if there is no such person, team or community.
    """
    kind, index = picked
    sizes = {"person": len(arrays["person"]), "team": len(arrays["practice"]), "community": len(arrays["repertoire"])}
    if not 0 <= index < sizes.get(kind, 0):
        return None
    tell = {"person": _person, "team": _team, "community": _community}[kind]
    return {"kind": kind, "index": index, **tell(arrays, index, week, scenario)}


def _person(arrays: Arrays, i: int, week: int, scenario: Scenario) -> dict[str, Any]:
    team, aspects = int(arrays["team"][i]), arrays["practice"].shape[1]
    communities = [letter(int(c)) for c in arrays["community"][i]]
    aware = int(bits(arrays["aware"][i], aspects).sum())
    idea = np.where(bits(arrays["idea"][i], aspects) > 0, 1, -1)
    differs = int((idea != arrays["practice"][team]).sum())
    networks, meetings, work = arrays["time"][i] / 255
    follows = [str(int(k) + 1) for k in arrays["tie"][i] if k < len(arrays["person"])]
    followers = int((arrays["tie"] == i).any(axis=1).sum())
    policy = [segment.policy for segment in scenario.policies() if segment.week <= max(1, week)][-1]
    outside = scenario.workforce.encounters * policy.openness * networks
    seek, sense, share = (format_share(skill) for skill in arrays["skills"][i] / 255)
    heard = "" if arrays["flags"][i] & KNOWS_LATEST else ", but has not heard of the latest change"
    lines = [
        f"Knows the latest about {aware} of {aspects} aspects of the work{heard}.",
        f"Spends {format_share(networks)} of the week on networks, {format_share(meetings)} on communities, "
        f"{format_share(work)} on the team.",
        f"Follows people {listed(follows)}; followed by {followers}. Meets about {outside:.1f} outsiders a week."
        if follows
        else f"Follows nobody; followed by {followers}.",
        f"Skill at seeking news {seek}, judging {sense}, sharing {share}.",
    ]
    for name, trust, came in zip(communities, arrays["trust"][i] / 255, arrays["attended"][i], strict=True):
        level = degree(trust, "little trust", "some trust", "much trust")
        lines.append(
            f"Has {level} in community {name} ({format_share(trust)}); {'was' if came else 'was not'} there this week."
        )
    if arrays["flags"][i] & NEWCOMER:
        lines.insert(0, "New: joined this week.")
    lines.append(
        "Own idea is what the team does."
        if differs == 0
        else f"Own idea differs from the team's in {counted(differs, 'aspect')}."
    )
    groups = [f"Team {team + 1}", *(f"Community {name}" for name in communities)]
    strips = [["Own idea", signs(idea)], ["Team's practice", signs(arrays["practice"][team])]]
    return {"title": f"Person {i + 1} · {' · '.join(groups)}", "lines": lines, "strips": strips}


def _team(arrays: Arrays, k: int, week: int, scenario: Scenario) -> dict[str, Any]:
    members = np.flatnonzero(arrays["team"] == k)
    since, origin = int(arrays["since"][k]), int(arrays["origin"][k])
    scepticism = float(arrays["scepticism"][k])
    doubt = "no" if scepticism < 0.1 else "some" if scepticism < 1.0 else "much"
    if since == 0:
        came = "Has worked this way since the start."
    else:
        source = "" if origin == UNKNOWN else f", with a practice that community {letter(origin)} had tested"
        came = f"Switched to this practice {'this week' if since == week else f'in week {since}'}{source}."
    lines = [
        came,
        f"The practice is {worth(float(arrays['fit'][k]))}.",
        f"Works as one: {format_share(float(arrays['alignment'][k]))}. "
        f"Output: {format_share(float(arrays['output'][k]))} of the possible.",
        f"Has {doubt} distrust of change, from changes that failed ({scepticism:.1f}).",
        f"Each member gives {format_share(float(arrays['time'][members, 2].mean()) / 255)} of the week to the team "
        f"and meets about {float(arrays['outside'][k]):.1f} outsiders a week.",
        f"Members: people {listed([str(int(i) + 1) for i in members])}."
        if len(members) <= 12
        else f"{len(members)} members.",
    ]
    return {
        "title": f"Team {k + 1} · {len(members)} people",
        "lines": lines,
        "strips": [["Practice in use", signs(arrays["practice"][k])]],
    }


def _community(arrays: Arrays, c: int, week: int, scenario: Scenario) -> dict[str, Any]:
    mine = arrays["community"] == c
    members, present = int(mine.any(axis=1).sum()), int((mine & (arrays["attended"] > 0)).any(axis=1).sum())
    filled = np.flatnonzero(arrays["n_tests"][c] > 0)
    trust = float(arrays["trust"][mine].mean()) / 255 if members else 0.0
    lines = [
        f"{present} of {members} members met this week; they trust it {degree(trust, 'little', 'somewhat', 'much')} "
        f"({format_share(trust)}).",
        f"Its repertoire holds {counted(len(filled), 'practice')}, each as good as they think it is; the first is what "
        "they share.",
    ]
    using = [
        str(k + 1)
        for k in range(len(arrays["practice"]))
        if (arrays["repertoire"][c][filled] == arrays["practice"][k]).all(axis=1).any()
    ]
    if len(using) > MOST_NAMED:
        lines.append(f"In use in {len(using)} of {len(arrays['practice'])} teams.")
    elif using:
        lines.append(f"In use in {'team' if len(using) == 1 else 'teams'} {listed(using)}.")
    else:
        lines.append("None of it is in use in a team now.")
    strips = [
        [
            f"{'Shared' if r == 0 else 'Tested'} · {format_share(max(0.0, float(arrays['estimate'][c, r])))}",
            signs(arrays["repertoire"][c, r]),
        ]
        for r in filled
    ]
    return {"title": f"Community {letter(c)} · {members} people", "lines": lines, "strips": strips}
