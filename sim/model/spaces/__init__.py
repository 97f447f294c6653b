"""The three spaces, none of which knows the others: networks, communities, teams."""
