"""What can be chosen in the room: bounds, labels, and what is said of a number that cannot be used."""

from __future__ import annotations

import re

FEWEST, MOST = 8, 2_000  # people: one team, and what can be drawn smoothly
LARGEST_SEED = 999_999_999
WEEKS, MOST_WEEKS = 260, 1_040
PEOPLE_LABEL, SEED_LABEL, WEEKS_LABEL = "Number of people", "Seed", "Weeks"
LONGEST = 24  # characters of a number
PEOPLE_HINT = f"How many people work here: {FEWEST} to {MOST:,}"
SEED_HINT = "The same seed gives the same history, on every machine"
WEEKS_HINT = f"How long it goes on: 1 to {MOST_WEEKS:,} weeks"


def whole_number(text: str, label: str, lowest: int, highest: int) -> tuple[int | None, str]:
    """What was typed as a number within bounds, or None and a sentence with the label of its field.

    >>> whole_number(" 120 ", "Number of people", 8, 2000)
    (120, '')
    >>> whole_number("many", "Number of people", 8, 2000)
    (None, 'Number of people must be a whole number between 8 and 2,000.')
    """
    plain = text.strip()
    if plain.isascii() and plain.isdigit() and len(plain) <= 20 and lowest <= int(plain) <= highest:
        return int(plain), ""
    kind = "" if re.fullmatch(r"[+-]?[0-9]+", plain) else "a whole number "
    return None, f"{label} must be {kind}between {lowest:,} and {highest:,}."
