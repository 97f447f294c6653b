"""The random decisions that only the classics take: their numbers begin where those of the engine cannot reach.

As everywhere, a draw belongs to (seed, period, who, event, draw): the seed is that of the replicate, the period that of
the paper, who is the agent. Decisions that the engine takes too keep its numbers (`tripleos.model.rng`): CONTRIBUTION,
PARTNERS, TRUTH, IDEA (a first practice), CHANGE, SOCIALISE, CODE, LEAVE, PARTNER (whom to sample), FREQUENT, TAKE_OVER
and EXPERIMENT.
"""

BELIEF = 101  # a person's beliefs, 0 included, at the start (period 0) and of a newcomer; draw j: aspect j
ACT = 102  # how a person acts where they have no belief; draw j: aspect j
LOOK = 103  # whether an agent looks at the network in this round
MISCOPY = 104  # which aspects of a copy are inverted; draw j: aspect j
REWIRE = 105  # who = number of the rewiring; draw 0: which link, then two for each try: which end stays, where to
LINK = 106  # who = the lower agent of a pair; draw = the other: whether a random network links them
BRIDGE = 107  # who = the lower agent of a tie within a subgroup; draws: whether it is rewired, who stays, where to
