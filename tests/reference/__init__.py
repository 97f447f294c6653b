"""The model a second time: slow, obvious, written from `sim/ODD.md` alone.

It is the yardstick for the engine. Draws are keyed by seed, week, person, event and number, so the two must give the
same history, number for number. Read `organisation.py` first: it has the order of a week.
"""

from .organisation import ReferenceOrganisation

__all__ = ["ReferenceOrganisation"]
