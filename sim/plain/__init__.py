"""The model a second time: plain Mesa agents that act, slow, readable, and made to be changed.

An `Organisation` is a `mesa.Model`; its workers, teams, communities and outsiders are `mesa.Agent`s. It is written from
`sim/ODD.md` alone, shares no rule with the compiled engine, and gives exactly the same history as
`tripleos.Organisation` and `tripleos.Run`. It is several hundred times slower: try an idea here, and compile it when it
has to run often.

>>> from tripleos import plain
>>> small = {"workers": 12, "team_size": 4, "communities": 2, "weeks": 4}
>>> model = plain.Organisation(policy="balanced", world="turbulent", **small, rng=1)
>>> model.step()
>>> model.week, model.running, len(model.agents_by_type[plain.Worker])
(1, True, 12)
>>> usual = model.run()                                 # to the horizon: one row a week
>>> usual[["awareness", "output"]].shape
(4, 2)
>>> worker = model.workers[0]
>>> len(worker.idea), [colleague.seat for colleague in worker.teammates], 0 < worker.time_teams < 1
(12, [1, 2, 3], True)

**Change what agents do** by overriding a method, and name the new class in the organisation:

>>> class Cautious(plain.Worker):
...     def argues(self):
...         return False
>>> class Mine(plain.Organisation):
...     Worker = Cautious
>>> Mine(**small, rng=1).run().equals(usual)
False

**Add to the week** (`Organisation.phases` is the list of it). Draws of your own are keyed by the event (a number from
1000 on is free), the person and the week, so they disturb no other draw:

>>> class Mentored(plain.Organisation):
...     def phases(self):
...         *phases, record = super().phases()
...         return [*phases, ("mentoring", self.mentor), record]
...     def mentor(self):
...         for worker in self.workers:
...             if worker.uniform(1000) < 0.5:
...                 worker.sense = max(colleague.sense for colleague in [worker, *worker.teammates])
>>> bool((Mentored(**small, rng=1).run()["pkm"] > usual["pkm"]).all())
True

Mesa's own tools work as usual: `model.agents_by_type[plain.Worker].agg("seek", max)`, `mesa.DataCollector`,
`mesa.batch_run`. Read `organisation.py` first, then `worker.py`, `community.py` and `team.py`.
"""

from .community import Community
from .organisation import Organisation
from .outsider import Outsider
from .team import Team
from .worker import Worker

__all__ = ["Community", "Organisation", "Outsider", "Team", "Worker"]
