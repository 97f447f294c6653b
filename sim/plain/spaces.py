"""The three spaces, in the order in which time, returns, rewards and floors list them."""

NETWORKS, COMMUNITIES, TEAMS = range(3)
