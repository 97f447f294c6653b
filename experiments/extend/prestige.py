"""Prestige: people imitate whom most colleagues follow, whatever they make of it (Henrich & Gil-White 2001).

tripleos compare balanced --with experiments/extend/prestige.py --set imitation=prestige
"""

from tripleos.extend import Imitation, Mechanism, Phase, copy, fill, part, phase, worker_state


@phase
def count_followers(seed, week, state, workspace, reality, p):
    fill(state.followers, 0)
    for i in range(state.tie.shape[0]):
        for d in range(state.tie.shape[1]):
            state.followers[state.tie[i, d]] += 1


@part
def most_followed(seed, week, i, count, own_value, state, workspace, reality, p):
    chosen, workers = -1, state.person.shape[0]
    for k in range(count):
        row = workspace.seen[k]  # below N, it is a colleague's idea; from N on, a practice of a team or an outsider
        if row < workers and (chosen < 0 or state.followers[row] > state.followers[chosen]):
            chosen = row
    if chosen < 0:
        return False
    copy(state.pool[chosen], workspace.option)
    return True


MECHANISM = Mechanism(
    "follow_prestige",
    state=[worker_state("followers", 0, meaning="colleagues who follow the worker")],
    phases=[Phase("reality", count_followers)],
    imitations=[Imitation("prestige", most_followed)],
)
