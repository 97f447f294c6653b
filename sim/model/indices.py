"""Which column is which: the spaces in `time` and its returns, and the counts of this week's events."""

from __future__ import annotations

NETWORKS, COMMUNITIES, TEAMS = 0, 1, 2
SPACES = ("networks", "communities", "teams")

SEEN, TESTED, ADOPTED, INNOVATION, DIFFUSION, FAILED, CHANGES = range(7)
EVENT_COUNTS = 7

WEEKS_OF_A_QUARTER = 13
