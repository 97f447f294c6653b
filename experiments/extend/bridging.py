"""Bridging: a measure of how many ties lead to another team, beside those that are recorded anyway.

tripleos run --with bridging
"""

from tripleos.extend import Measure, Mechanism, rule


@rule
def bridging(week, state, workspace, reality, p):
    bridges = 0
    for i in range(state.tie.shape[0]):
        for d in range(state.tie.shape[1]):
            bridges += state.team[state.tie[i, d]] != state.team[i]
    return bridges / state.tie.size if state.tie.size > 0 else 0.0


def bridging_plain(organisation):
    ties = [(one.team, other.team) for one in organisation.workers for other in one.follows]
    return sum(mine != theirs for mine, theirs in ties) / len(ties) if ties else 0.0


MECHANISM = Mechanism(
    "bridges",
    measures=[
        Measure(
            "bridging", "share", "0 … 1", meaning="share of ties that lead to another team", group="People",
            title="Bridging", question="Do people know other teams?", factor=100, suffix=" %", decimals=0,
            compute=bridging, plain=bridging_plain,
        )
    ],
)  # fmt: skip
