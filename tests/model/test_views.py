"""Views: what is read is what the engine has, what is assigned the engine uses, what cannot be set says why."""

import numpy as np
import pytest

from sim import PARAMETERS, Intervention, Run, Scenario, ScenarioError
from sim.model import rng
from sim.model.measures import MEASURE_NAMES
from sim.model.reality import fit, value
from sim.model.views import FixedError, OrganisationView, WorkerView

BUSY = Scenario.build(
    world="turbulent", workers=24, weeks=12, turbulence=40.0, memberships=2, rotation=4.0, turnover=1.0, tie_renewal=8.0
)
M, D, S = BUSY.world.aspects, BUSY.workforce.ties, BUSY.workforce.memberships
OTHER = [1 if j % 2 else -1 for j in range(M)]
KNOWN = [j % 3 == 0 for j in range(M)]


def organisation(scenario=BUSY, weeks=4, seed=3):
    run = Run(scenario, seed)
    run.advance(weeks)
    return OrganisationView(run)


# --- what is read -----------------------------------------------------------------------------------------------------


def test_a_view_reads_what_the_engine_has():
    view = organisation(weeks=12)
    state = view.state
    assert [worker.seat for worker in view.workers] == list(range(24))
    assert any(worker.person != worker.seat for worker in view.workers), "somebody has left in this history"
    for i, one in enumerate(view.workers):
        assert (one.person, one.team, one.communities) == (state.person[i], state.team[i], tuple(state.community[i]))
        assert one.community == state.community[i, 0]
        assert one.time == tuple(state.time[i])
        assert (one.time_networks, one.time_communities, one.time_teams) == one.time
        assert (one.seek, one.sense, one.share) == (state.seek[i], state.sense[i], state.share[i])
        assert np.array_equal(one.aware, state.aware[i])
        assert np.array_equal(one.awareness, state.aware[i])
        assert one.n_aware == state.aware[i].sum()
        assert one.awareness_share == pytest.approx(state.aware[i].mean())
        assert np.array_equal(one.idea, state.idea[i])
        assert (one.trust, one.ties) == (tuple(state.trust[i]), tuple(state.tie[i]))
        assert one.mean_trust == pytest.approx(np.mean(state.trust[i]))
        assert [other.seat for other in one.follows] == list(state.tie[i])
        roster = state.team_members[state.team_offsets[one.team] : state.team_offsets[one.team + 1]]
        assert [other.seat for other in one.teammates] == [seat for seat in roster if seat != i]
        assert all(other is view.workers[other.seat] for other in [*one.follows, *one.teammates])


def test_plain_numbers_are_those_of_python():
    one = organisation().workers[5]
    for name in ("seat", "person", "team", "community", "n_aware"):
        assert type(getattr(one, name)) is int
    for name in ("time_networks", "seek", "awareness_share", "fit", "mean_trust"):
        assert type(getattr(one, name)) is float


@pytest.mark.parametrize("reality", ["rugged", "blocks"])
def test_the_fit_of_an_idea_is_that_of_the_engine(reality):
    run = Run(BUSY.replace(reality=reality), 3)
    record = run.advance(5)[-1]
    view, everything = OrganisationView(run), run.reality.everything
    found = [one.fit for one in view.workers]
    assert found == [fit(value(run.state.idea[i], everything, run.reality), run.reality) for i in range(24)]
    assert np.mean(found) == pytest.approx(record[MEASURE_NAMES.index("idea_fit")])


def test_without_communities_there_is_no_trust():
    one = organisation(Scenario.build(workers=24, weeks=12, communities=0)).workers[0]
    assert (one.community, one.communities, one.trust, one.mean_trust) == (-1, (), (), 0.0)
    with pytest.raises(FixedError, match="there are no communities"):
        one.trust = 0.5


def test_arrays_that_are_handed_out_are_copies_that_cannot_be_written():
    view = organisation()
    one = view.workers[0]
    for name in ("idea", "aware", "awareness"):
        with pytest.raises(ValueError, match="read-only"):
            getattr(one, name)[0] = 1
    with pytest.raises(TypeError):
        one.time[0] = 0.5
    with pytest.raises(TypeError):
        one.trust[0] = 0.5
    before = one.idea
    view.state.idea[0] *= -1
    assert np.array_equal(before, -one.idea), "what was read stays what it was"


def test_the_numbers_in_force():
    scenario = BUSY.replace(interventions=[Intervention(6, openness=0.9, pilot_first=True)], imitation="majority")
    run = Run(scenario, 1)
    view = OrganisationView(run)
    run.advance(5)
    assert {name: getattr(view.p, name) for name in PARAMETERS} == {
        name: getattr(getattr(scenario, about.group), name) for name, about in PARAMETERS.items()
    }
    assert (view.p.imitation, view.p.pilot_first, view.p.openness) == ("majority", False, scenario.policy.openness)
    run.advance(1)
    assert (view.p.pilot_first, view.p.openness) == (True, 0.9)
    assert view.overhead() == run.numbers.overhead
    with pytest.raises(FixedError, match="levers are assigned to the organisation"):
        view.p.openness = 0.1


def test_random_numbers_are_keyed():
    view = organisation(weeks=12)
    one = next(worker for worker in view.workers if worker.person != worker.seat)
    key = rng.key(np.uint64(3), 12, one.person, rng.LEAVE)
    assert one.uniform(rng.LEAVE) == view.uniform(rng.LEAVE, one.person) == rng.uniform(key, 0)
    assert one.normal(rng.LEAVE, 2) == view.normal(rng.LEAVE, one.person, 2) == rng.normal(key, 2)
    assert view.uniform(60) == view.uniform(60, 0, 0) == rng.uniform(rng.key(np.uint64(3), 12, 0, 60), 0)
    assert 0.0 <= OrganisationView(Run(BUSY, 2**64 - 1)).uniform(60) < 1.0
    with pytest.raises(ScenarioError, match="event = -1"):
        view.uniform(-1)


def test_drawing_changes_nothing():
    plain, drawn = organisation(), organisation()
    [one.uniform(60) for one in drawn.workers]
    assert np.array_equal(plain._run.advance(8), drawn._run.advance(8), equal_nan=True)


def test_views_say_what_they_are():
    view = organisation()
    assert repr(view.workers[3]) == f"WorkerView(seat 3, person {view.workers[3].person}, team {view.workers[3].team})"
    for words in ("'balanced'", "'turbulent'", "24 workers", "week 4 of 12", "seed 3"):
        assert words in repr(view)


def test_an_organisation_may_have_workers_of_its_own_kind():
    class Novice(WorkerView):
        @property
        def is_new(self):
            return self.person != self.seat

    class Firm(OrganisationView):
        Worker = Novice

    view = Firm(organisation(weeks=12)._run)
    assert all(type(one) is Novice for one in view.workers)
    assert any(one.is_new for one in view.workers)


# --- what is assigned -------------------------------------------------------------------------------------------------

ASSIGNED = {
    "idea": (OTHER, "idea", OTHER),
    "aware": (KNOWN, "aware", KNOWN),
    "aware by one value": (True, "aware", True),
    "awareness": (KNOWN, "aware", KNOWN),
    "time": ((0.5, 0.3, 0.2), "time", (0.5, 0.3, 0.2)),
    "seek": (0.95, "seek", 0.95),
    "sense": (0.05, "sense", 0.05),
    "share": (1, "share", 1.0),
    "trust": ((0.9, 0.8), "trust", (0.9, 0.8)),
    "trust by one value": (1.0, "trust", 1.0),
    "ties": (list(range(10, 10 + D)), "tie", list(range(10, 10 + D))),
}


@pytest.mark.parametrize("case", ASSIGNED)
def test_the_engine_uses_what_is_assigned(case):
    given, array, written = ASSIGNED[case]
    assigned, by_hand, untouched = organisation(), organisation(), organisation()
    for seat in (1, 4, 7):
        setattr(assigned.workers[seat], case.split()[0], given)
        getattr(by_hand.state, array)[seat] = written
    futures = [view._run.advance(8) for view in (assigned, by_hand, untouched)]
    assert np.array_equal(futures[0], futures[1], equal_nan=True)
    assert not np.array_equal(futures[0], futures[2], equal_nan=True), (
        "this case shows nothing: the history is as it was"
    )


def test_one_idea_for_all_leaves_no_diversity():
    run = Run(BUSY.replace(turnover=0.0, team_conformity=0.0), 3)
    for one in OrganisationView(run).workers:
        one.idea, one.time = OTHER, (0, 0, 1)
    assert run.advance(1)[-1][MEASURE_NAMES.index("diversity")] == 0.0


def test_what_is_assigned_can_be_read():
    one = organisation().workers[1]
    for case, (given, _, written) in ASSIGNED.items():
        name = case.split()[0]
        setattr(one, name, given)
        found = np.asarray(getattr(one, name))
        assert np.array_equal(found, np.broadcast_to(written, found.shape))


def test_ties_may_be_given_as_colleagues_and_what_is_read_can_be_assigned():
    view = organisation()
    one = view.workers[0]
    one.ties = view.workers[5 : 5 + D]
    assert one.ties == tuple(range(5, 5 + D))
    before = [array.copy() for array in view.state]
    one.idea, one.time, one.trust, one.ties, one.aware = one.idea, one.time, one.trust, one.ties, one.aware
    assert all(np.array_equal(read, assigned) for read, assigned in zip(before, view.state, strict=True))


REFUSED = [
    ("idea", OTHER[:-1], f"idea has length {M - 1}: {M} values of -1 or 1"),
    ("idea", [*OTHER[:-1], 0], rf"idea\[{M - 1}\] = 0: {M} values of -1 or 1"),
    ("idea", [*OTHER[:-1], True], rf"idea\[{M - 1}\] = True"),
    ("idea", np.ones((M, 2)), r"idea\[0\]"),
    ("idea", 1, "idea = 1"),
    ("idea", "1" * M, "idea ="),
    ("aware", KNOWN[:-1], f"aware has length {M - 1}"),
    ("aware", [0.5] * M, r"aware\[0\] = 0.5: true or false"),
    ("awareness", None, "aware = None"),
    ("time", (0.5, 0.3, 0.3), r"time = 0.5 \+ 0.3 \+ 0.3 = 1.1: the three shares must sum to 1"),
    ("time", (0.5, 0.5), "time has length 2"),
    ("time", (1.2, -0.1, -0.1), "time for networks = 1.2"),
    ("time", {"networks": 1.0}, "time = {'networks': 1.0}"),
    ("seek", 1.5, "seek = 1.5: a number is needed, 0 to 1"),
    ("sense", float("nan"), "sense = nan"),
    ("share", "much", "share = 'much'"),
    ("seek", True, "seek = True"),
    ("trust", (0.5,), "trust has length 1"),
    ("trust", (0.5, 2.0), r"trust\[1\] = 2.0"),
    ("ties", [3] * D, "different colleagues are needed"),
    ("ties", list(range(D)), "seat 0 cannot follow themselves"),
    ("ties", [1], f"ties has length 1: the seats of {D} colleagues"),
    ("ties", [*range(1, D), 24], "24: a whole number is needed, 0 to 23"),
]


@pytest.mark.parametrize(("name", "given", "message"), REFUSED)
def test_what_is_not_allowed_is_refused_and_changes_nothing(name, given, message):
    view = organisation()
    before = [array.copy() for array in view.state]
    with pytest.raises(ScenarioError, match=message):
        setattr(view.workers[0], name, given)
    assert all(np.array_equal(one, other) for one, other in zip(before, view.state, strict=True))


def test_time_keeps_to_the_floors_in_force():
    view = organisation(BUSY.replace(floor_networks=0.15))
    with pytest.raises(ScenarioError, match=r"time for networks = 0\.1: floor_networks = 0\.15 of the policy in force"):
        view.workers[0].time = (0.1, 0.4, 0.5)
    view.workers[0].time = (0.15, 0.35, 0.5)
    assert view.workers[0].time_networks == 0.15


def test_time_that_the_coming_split_would_replace_is_refused():
    view = organisation(BUSY.replace(interventions=[{"week": 5, "split_networks": 0.3, "split_teams": 0.5}]))
    with pytest.raises(ScenarioError, match="sets everybody's split at the start of week 5"):
        view.workers[0].time = (0.5, 0.3, 0.2)
    view._run.advance(1)
    view.workers[0].time = (0.5, 0.3, 0.2)


@pytest.mark.parametrize(
    ("name", "because"),
    [
        ("seat", "number of the view"), ("person", "turnover"), ("team", "rotation"), ("teammates", "rotation"),
        ("communities", "memberships"), ("community", "memberships"), ("time_teams", r"worker.time = \("),
        ("time_networks", r"worker.time = \("), ("time_communities", r"worker.time = \("),
        ("n_aware", "worker.aware"), ("awareness_share", "worker.aware"), ("fit", "worker.idea"),
        ("mean_trust", "worker.trust"), ("follows", "worker.ties"),
    ],
)  # fmt: skip
def test_what_cannot_be_set_of_a_worker_says_why(name, because):
    with pytest.raises(FixedError, match=f"{name} cannot be set: .*{because}"):
        setattr(organisation().workers[0], name, 1)


# --- the policy -------------------------------------------------------------------------------------------------------


def test_a_lever_is_an_intervention_of_the_coming_week():
    planned = Run(BUSY.replace(interventions=[Intervention(5, openness=0.9)]), 3)
    view = organisation()
    view.openness = 0.9
    assert np.array_equal(view._run.advance(8), planned.advance(12)[4:], equal_nan=True)
    assert not np.array_equal(view._run.advance(0), organisation()._run.advance(8))
    assert view.setup == planned.scenario


def test_before_the_first_week_it_is_an_intervention_of_week_one():
    view = OrganisationView(Run(BUSY, 3))
    view.intervene(split_networks=0.1, split_teams=0.7, hurdle=0.2)
    planned = Run(BUSY.replace(interventions=[Intervention(1, split_networks=0.1, split_teams=0.7, hurdle=0.2)]), 3)
    assert np.array_equal(view._run.advance(12), planned.advance(12), equal_nan=True)


def test_changes_of_one_week_are_one_intervention():
    view = organisation()
    view.openness, view.hurdle = 0.9, 0.2
    view.openness = 0.7
    assert [dict(one.changes) for one in view.interventions] == [{"openness": 0.7, "hurdle": 0.2}]
    assert (view.openness, view.hurdle, view.p.openness) == (0.7, 0.2, BUSY.policy.openness)
    view._run.advance(1)
    view.openness = 0.8
    assert [(one.week, dict(one.changes)) for one in view.interventions] == [
        (5, {"openness": 0.7, "hurdle": 0.2}), (6, {"openness": 0.8}),
    ]  # fmt: skip
    planned = Run(BUSY.replace(interventions=view.interventions), 3).advance(12)
    assert np.array_equal(view._run.advance(7), planned[5:], equal_nan=True)


def test_the_setup_is_kept_up_to_date_however_often_it_is_asked_for():
    view = organisation()
    for hurdle in (0.1, 0.2):
        view.hurdle = hurdle
        assert view.setup.interventions[-1].changes == {"hurdle": hurdle}
    view.openness = 0.5
    view._run.advance(1)
    assert view.setup.interventions[-1].changes == {"openness": 0.5, "hurdle": 0.2}
    assert view.setup is view.setup


def test_a_policy_is_switched_to_by_name():
    view = organisation()
    view.policy = "closed_shop"
    view.hurdle = 0.3
    assert (view.policy.name, view.hurdle, view.openness) == ("closed_shop", 0.3, 0.0)
    planned = Run(BUSY.replace(interventions=[Intervention(5, policy="closed_shop", hurdle=0.3)]), 3)
    assert np.array_equal(view._run.advance(8), planned.advance(12)[4:], equal_nan=True)
    assert view.setup == planned.scenario


def test_what_was_planned_still_comes():
    plan = [Intervention(5, openness=0.1), Intervention(8, openness=0.6, hurdle=0.0)]
    view = organisation(BUSY.replace(interventions=plan))
    for openness in (0.7, 0.8, 0.9):
        view.openness = openness
    assert [segment.policy.openness for segment in view.coming] == [0.1, 0.9]
    both = Run(BUSY.replace(interventions=[plan[0], Intervention(5, openness=0.9), plan[1]]), 3)
    assert np.array_equal(view._run.advance(8), both.advance(12)[4:], equal_nan=True)
    assert (view.openness, view.setup) == (0.6, both.scenario)


@pytest.mark.parametrize(
    ("levers", "message"),
    [
        ({"openness": 1.5}, r"week 5: openness = 1.5: allowed is 0 to 1"),
        ({"split_networks": 0.5}, r"= 1.3: the three shares must sum to 1"),
        ({"openess": 0.5}, "did you mean 'openness'"),
        ({"turbulence": 1.0}, "turbulence belongs to the world"),
        ({"policy": "closed_shap"}, "closed_shop"),
        ({}, "nothing is changed"),
        ({"week": 9, "openness": 0.5}, "from the coming week on, week 5"),
        ({"floor_networks": 0.5}, "in week 8"),
    ],
)
def test_an_intervention_that_is_not_allowed_leaves_all_as_it_was(levers, message):
    plan = [Intervention(8, split_networks=0.3, split_teams=0.5)]
    view = organisation(BUSY.replace(interventions=plan))
    view.hurdle = 0.1
    with pytest.raises(ScenarioError, match=message):
        view.intervene(**levers)
    planned = Run(BUSY.replace(interventions=[Intervention(5, hurdle=0.1), *plan]), 3)
    assert np.array_equal(view._run.advance(8), planned.advance(12)[4:], equal_nan=True)
    assert view.setup == planned.scenario


def test_beyond_the_horizon_nothing_can_be_changed():
    view = organisation(weeks=12)
    with pytest.raises(ScenarioError, match="week 13: allowed is week 1 to 12"):
        view.openness = 0.9
    assert view.openness == BUSY.policy.openness


def test_every_parameter_is_an_attribute_and_only_levers_can_be_set():
    view = organisation()
    for name, about in PARAMETERS.items():
        if name in ("workers", "reality"):  # the people themselves, and reality itself
            continue
        given = getattr(getattr(BUSY, about.group), name)
        assert getattr(view, name) == given
        if about.group == "policy":
            setattr(view, name, given)
        else:
            with pytest.raises(FixedError, match=rf"{name} cannot be set: .* are fixed once .*Organisation\("):
                setattr(view, name, given)


@pytest.mark.parametrize(
    "name",
    ["week", "seed", "setup", "world", "workforce", "weeks", "interventions", "workers", "reality", "state", "coming"],
)
def test_what_cannot_be_set_of_an_organisation_says_why(name):
    with pytest.raises(FixedError, match=f"{name} cannot be set: "):
        setattr(organisation(), name, 1)


def test_an_intervention_is_checked_once_however_many_there_are(monkeypatch):
    view = OrganisationView(Run(BUSY.replace(weeks=60), 3))
    checked = []
    original = type(BUSY.policy).model_copy

    def counting(policy, **options):
        checked.append(policy)
        return original(policy, **options)

    monkeypatch.setattr(type(BUSY.policy), "model_copy", counting)
    for k in range(60):
        view.openness = k / 60
        view._run.advance(1)
    assert len(checked) == 60
