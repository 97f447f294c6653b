"""Prestige: people imitate whom most colleagues follow, whatever they make of it themselves.

tripleos run --with prestige --set imitation=prestige
"""

from tripleos.extend import Imitation, Mechanism, Phase, copy, fill, part, phase, worker_state


@phase
def count_followers(seed, week, state, workspace, reality, p):
    fill(state.followers, 0)
    for i in range(state.tie.shape[0]):
        for d in range(state.tie.shape[1]):
            state.followers[state.tie[i, d]] += 1


def count_followers_plain(organisation):
    for worker in organisation.workers:
        worker.followers = sum(worker in other.follows for other in organisation.workers)


@part
def most_followed(seed, week, i, count, own_value, state, workspace, reality, p):
    chosen, most = -1, -1
    for k, whose in enumerate(workspace.seen[:count]):  # rows of the pool: those of colleagues come first
        if whose < state.followers.size and state.followers[whose] > most:
            chosen, most = k, state.followers[whose]
    copy(workspace.seen_practices[max(chosen, 0)], workspace.option)
    return chosen >= 0


def most_followed_plain(worker):
    return max(worker.seen_ideas, key=lambda one: one[0].followers)[1] if worker.seen_ideas else None


FOLLOWERS = worker_state("followers", 0, meaning="colleagues who follow the worker")
COUNT = Phase("reality", count_followers, count_followers_plain)
FOLLOW = Imitation("prestige", most_followed, most_followed_plain)
MECHANISM = Mechanism("following", state=[FOLLOWERS], phases=[COUNT], imitations=[FOLLOW])
