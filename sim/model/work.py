"""Different work: some aspects are common to all teams, the others are a team's own (ODD, 7.11).

What a practice is worth to a team is its value with every aspect multiplied by the team's sign: +1 in a common aspect,
-1 or +1 in one of its own. One landscape so serves all teams, and the best and the mean value are the same for each.
"""

from __future__ import annotations

import numpy as np

from .declare import Array, Mechanism, number, switched

# --- what is declared -------------------------------------------------------------------------------------------------

PARAMETERS = (
    switched(number(
        "relatedness", 0.75, 0, 1, group="world", unit="share",
        meaning="share of the aspects that are common to all teams",
        source="Szulanski 1996",
    ), "different_work", off=1.0),
)  # fmt: skip
STATE = (
    Array("common", "M", np.bool_, True, meaning="whether an aspect is common to all teams"),
    Array(
        "team_sign", "T M", np.int8, 1, meaning="whether an aspect counts for a team as for others, or the other way"
    ),
)
MECHANISM = Mechanism("work", PARAMETERS, STATE, about="different work: what is common to teams, and what is their own")
