"""Mentoring: for a year, people learn to make sense of things from the teammate who is best at it.

    tripleos compare balanced heads_down --with mentoring --set mentoring=0.5

A lever that costs time, a state of workers, and a phase of the week: compiled, and the same in plain Python.
"""

from tripleos.extend import Mechanism, Phase, event, lever, phase, rng, worker_state

MEETS, A_YEAR, GAIN = event("mentoring.meets"), 52, 0.1


@phase
def mentoring_week(seed, week, state, workspace, reality, p):
    for i in range(state.person.shape[0]):
        key = rng.key(seed, week, state.person[i], MEETS)
        if state.weeks_mentored[i] < A_YEAR and rng.uniform(key, 0) < p.mentoring:
            mentor = i
            for q in range(state.team_offsets[state.team[i]], state.team_offsets[state.team[i] + 1]):
                if state.sense[state.team_members[q]] > state.sense[mentor]:
                    mentor = state.team_members[q]
            state.sense[i] += GAIN * (state.sense[mentor] - state.sense[i])
            state.weeks_mentored[i] += 1


def mentoring_week_plain(organisation):
    for worker in organisation.workers:
        if worker.weeks_mentored < A_YEAR and worker.uniform(MEETS) < organisation.p.mentoring:
            mentor = max([worker, *worker.teammates], key=lambda one: one.sense)
            worker.sense += GAIN * (mentor.sense - worker.sense)
            worker.weeks_mentored += 1


MECHANISM = Mechanism(
    "mentoring",
    [lever("mentoring", 0.0, 0, 1, unit="probability", meaning="that somebody is mentored in a week", overhead=0.02)],
    [worker_state("weeks_mentored", 0, meaning="weeks in which the worker was mentored")],
    [Phase("communities", mentoring_week, mentoring_week_plain)],
)
