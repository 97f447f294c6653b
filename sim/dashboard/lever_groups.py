"""Which levers Explore shows, under which headings, how far sliders go, and what is said of how all is run."""

from __future__ import annotations

import math
from collections.abc import Mapping

from ..model.model import PARAMETERS

# The few that matter first; all others follow behind "more".
FIRST: Mapping[str, tuple[str, ...]] = {
    "How people learn": ("openness", "working_out_loud", "sponsorship", "coaching", "adaptation"),
    "How it is led": ("direction", "hurdle", "pilot_first", "turnover"),
    "The world": ("turbulence", "complexity"),
    "The organisation": ("workers",),
}
ELSEWHERE = ("split_networks", "split_communities", "split_teams", "shock_week", "shock_share")
LEARNING = ("floor_", "reward_", "rotation", "assembly", "weaving")  # of the policy: shown with how people learn
# Where sliders end, for levers whose range goes far beyond what is mostly of interest; a field takes all of it.
SLIDE_TO: Mapping[str, float] = {
    "turbulence": 30, "workers": 500, "hurdle": 0.3, "turnover": 2, "rotation": 4, "reward_networks": 3,
    "reward_communities": 3, "reward_teams": 3, "pressure": 3, "hiring": 2, "team_size": 40, "communities": 40,
    "ties": 40, "encounters": 40, "sessions": 20, "sensitivity": 20, "outsiders": 200, "head_start": 104,
    "disappointment": 3, "tie_renewal": 6, "noise": 0.5, "block": 12, "aspects": 14,
}  # fmt: skip
EXTENSIONS = "Extensions"
SPACE_MEANINGS = {
    "networks": "open social networks: meeting others, inside and outside, and hearing what is new",
    "communities": "communities of practice: the trusted middle ground in which ideas are tested",
    "teams": "project teams: doing the work that creates value",
}
# What is set for all scenarios, and is no parameter: unit and meaning.
RUNNING: Mapping[str, tuple[str, str]] = {
    "weeks": ("weeks", "length of each run, the same for all scenarios; 260 are five years"),
    "runs": (
        "runs",
        "simulated histories of each scenario, each with different random events; more give narrower bands",
    ),
    "seed": ("", "first seed: the same seed gives the same histories, on any machine"),
}


def behind_more(title: str) -> list[str]:
    """The levers of a group that are not among its first.

    >>> behind_more("How it is led")
    ['demand', 'pressure', 'hiring']
    """
    taken = {name for names in FIRST.values() for name in names} | set(ELSEWHERE)
    return [name for name in PARAMETERS if name not in taken and _home(name) == title]


def _home(name: str) -> str:
    """The group in which a lever is found."""
    if PARAMETERS[name].group == "policy":
        return "How people learn" if name.startswith(LEARNING) else "How it is led"
    return "The world" if PARAMETERS[name].group == "world" else "The organisation"


def step(span: float) -> float:
    """A round step that takes a slider through its span in about a hundred of them.

    >>> step(1.0), step(0.3)
    (0.01, 0.005)
    """
    size: float = 10 ** math.floor(math.log10(span or 1) - 2)
    return next(size * k for k in (1, 2, 5, 10) if size * k >= span / 100 * 0.999)
