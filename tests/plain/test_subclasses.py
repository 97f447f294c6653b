"""Changing the model by overriding a method: it is used, and what is not overridden stays."""

from sim.plain import Community, Organisation, Outsider, Team, Worker

SMALL = {"workers": 12, "team_size": 4, "communities": 2, "outsiders": 5, "aspects": 6, "complexity": 2, "weeks": 8}


def run(model=Organisation, **given):
    return model(**SMALL | {"rng": 1} | given).run()


def with_class(**classes):
    """An organisation with other agents."""
    return type("Mine", (Organisation,), classes)


class Cautious(Worker):
    def argues(self):
        return False


def test_a_worker_of_one_s_own_decides():
    mine = with_class(Worker=Cautious)
    assert not run(mine).equals(run())
    assert run(mine).equals(run(pilot_first=True, price_pilot_first=0)), "nobody argues where ideas are piloted first"
    assert set(mine(**SMALL, rng=1).agents_by_type) == {Cautious, Team, Community, Outsider}


def test_a_subclass_that_changes_nothing_changes_nothing():
    kinds = {"Worker": Worker, "Team": Team, "Community": Community, "Outsider": Outsider}
    assert run(with_class(**{name: type(name, (kind,), {}) for name, kind in kinds.items()})).equals(run())


def test_teams_communities_and_outsiders_of_one_s_own_decide():
    never = {
        "Team": type("Never", (Team,), {"review": lambda team: None}),
        "Community": type("Closed", (Community,), {"meet": lambda community: None}),
        "Outsider": type("Idle", (Outsider,), {"search": lambda outsider, draw: None}),
    }
    assert (run(with_class(Team=never["Team"]))["ideas_adopted"] == 0).all()
    assert (run(with_class(Community=never["Community"]))["alternatives"] == 0).all()
    model = with_class(Outsider=never["Outsider"])(**SMALL, rng=1)
    before = [outsider.practice for outsider in model.outsiders]
    model.run()
    assert [outsider.practice for outsider in model.outsiders] == before
    searched = Organisation(**SMALL, rng=1)
    assert [outsider.practice for outsider in searched.outsiders] != before
    usual = run()
    assert usual["ideas_adopted"].sum() > 0
    assert usual["alternatives"].iloc[-1] > 0


def test_each_rule_of_imitation_can_be_overridden():
    rules = {"best": "best_seen", "conformity": "most_frequent_seen", "majority": "majority_of_better"}
    for choice, method in rules.items():
        deaf = type("Deaf", (Worker,), {method: lambda worker: None})
        assert not run(with_class(Worker=deaf), imitation=choice).equals(run(imitation=choice)), choice


def test_rules_of_imitation_are_a_table():
    rules = {**Organisation.imitation_rules, "best": Organisation.imitation_rules["conformity"]}
    assert not run().equals(run(imitation="conformity"))
    assert run(with_class(imitation_rules=rules)).equals(run(imitation="conformity"))


def test_a_step_of_one_s_own_is_used():
    class Twice(Organisation):
        def step(self):
            super().step()
            self.workers[0].idea = self.outsiders[0].practice

    model = Twice(**SMALL, rng=1)
    model.step()
    assert (model.week, model.workers[0].idea) == (1, model.outsiders[0].practice)
    assert not run(Twice).equals(run())


def test_a_phase_of_one_s_own_is_used():
    class NoMeetings(Organisation):
        def communities_week(self):
            for worker in self.workers:
                worker.begin_meetings()

    assert (run(NoMeetings)["ideas_tested"] == 0).all()
    assert run()["ideas_tested"].sum() > 0


def test_phases_are_a_list_in_the_order_of_the_week():
    names = [name for name, _ in Organisation(**SMALL, rng=1).phases()]
    assert names == ["reality", "networks", "communities", "teams", "time", "people", "record"]
    order = []

    class Watched(Organisation):
        def phases(self):
            phases = super().phases()
            return [(name, lambda name=name, phase=phase: (order.append(name), phase())) for name, phase in phases]

    assert run(Watched).equals(run())
    assert order == names * 8


def test_a_state_of_one_s_own_starts_anew_with_each_newcomer():
    class Counting(Worker):
        def start_work(self, hiring):
            super().start_work(hiring)
            self.weeks_here = 0

        def begin_week(self):
            super().begin_week()
            self.weeks_here += 1

    model = with_class(Worker=Counting)(**SMALL, turnover=8, rng=1)
    model.run()
    stayed = {worker.weeks_here for worker in model.workers if worker.person == worker.seat}
    came = {worker.weeks_here for worker in model.workers if worker.person != worker.seat}
    assert stayed == {8}
    assert came
    assert max(came) < 8


def test_overhead_is_one_method():
    class Costly(Organisation):
        def overhead(self):
            return super().overhead() + 1

    assert (run(Costly)["output"] == 0).all()
    assert run()["output"].iloc[-1] > 0


def best_seeker(model):
    return max(worker.seek for worker in model.workers)


def test_a_measure_of_one_s_own_is_a_column():
    class Measured(Organisation):
        measure_functions = Organisation.measure_functions | {"best_seeker": best_seeker}

    model = Measured(**SMALL, rng=1)
    history = model.run()
    assert history.drop(columns="best_seeker").equals(run())
    assert (history["best_seeker"] == max(worker.seek for worker in model.workers)).any()
    assert model.best_seeker == history["best_seeker"].iloc[-1]
    assert "best_seeker" in model.datacollector.get_model_vars_dataframe()


def test_draws_of_one_s_own_disturb_no_other():
    class Drawing(Worker):
        def network(self):
            self.uniform(1000)
            super().network()
            self.normal(1001)

    assert run(with_class(Worker=Drawing)).equals(run())
