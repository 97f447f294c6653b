"""Every rule gives the same compiled and as it is written; so does a whole history."""

import copy
import importlib
import json
import math
import os
import re
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from numba.core.dispatcher import Dispatcher

from sim.model.reality import Reality, tabulate_settings
from sim.model.run import Run
from tests.engine import small

TIMES = 60  # random inputs for each rule
ROOT = Path(__file__).parents[2]


def compiled_modules():
    """The modules of the package in which something may be compiled, by name."""
    files = [file for folder in ("model", "classics") for file in (ROOT / "sim" / folder).rglob("*.py")]
    compiling = [
        file for file in files if re.search(r"^from \S*\.jit import", file.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    names = [".".join(file.relative_to(ROOT / "sim").with_suffix("").parts) for file in compiling]
    return {re.sub(r"^model\.(spaces\.)?", "", name): importlib.import_module(f"sim.{name}") for name in names}


def dispatchers(module):
    return {name: f for name, f in vars(module).items() if isinstance(f, Dispatcher)}


def is_rule(f):
    """A rule, or a routine, is what compiled code calls and Python can call as well."""
    return "no_cpython_wrapper" not in f.decorated.keywords


RULES = {
    f"{home}.{name}": f
    for home, module in compiled_modules().items()
    for name, f in dispatchers(module).items()
    if f.py_func.__module__ == module.__name__ and is_rule(f)
}


@contextmanager
def uncompiled():
    """Within it every function of the package is the plain function as written, at every depth of calls."""
    with pytest.MonkeyPatch.context() as patch, np.errstate(over="raise"):
        for module in compiled_modules().values():
            for name, f in dispatchers(module).items():
                patch.setattr(module, name, f.py_func)
        yield


class Any:
    """Random arguments of one call: practices of a few aspects, with or without a view on each, and what goes along."""

    def __init__(self, number):
        self.rng = np.random.default_rng(number)
        self.m = self.whole(2, 8)
        self.rows = self.whole(1, 7)
        self.imitation = self.whole(0, 3)
        self.seed = np.uint64(self.rng.integers(2**63))

    def whole(self, low, end):
        return int(self.rng.integers(low, end))

    def wholes(self, *shape, low=0, end=10):
        return self.rng.integers(low, end, shape)

    def real(self, low=0.0, high=1.0):
        return float(self.rng.uniform(low, high))

    def reals(self, *shape):
        return self.rng.choice([0.0, 0.25, 0.5, self.rng.random(), 1.0], shape)

    def share(self):
        """From 0 to 1, often one of both."""
        return float(self.reals(1)[0])

    def flags(self, *shape):
        return self.rng.random(shape) < 0.6

    def words(self, count):
        return tuple(np.uint64(w) for w in self.rng.integers(2**32, size=count))

    def key(self):
        return self.seed, self.whole(0, 300), self.whole(0, 300), self.whole(1, 51)

    def practices(self, *shape, views=(-1, 1)):
        return self.rng.choice(np.array(views, np.int8), shape)

    def practice(self):
        return self.practices(self.m, views=(-1, 0, 1))

    def pool(self):
        """Practices of which some are equal."""
        few = self.practices(3, self.m, views=(-1, 0, 1))
        return few[self.wholes(7, end=3)]

    def nearly_same(self):
        one = self.practice()
        return one, one.copy() if self.rng.random() < 0.5 else self.practice()

    def reality(self):
        """A rugged reality or one of blocks of one or all aspects, changed since the beginning."""
        links = self.whole(1, self.m + 1)
        reality = Reality(
            self.whole(0, 2),
            int(self.rng.choice([1, self.m])),
            np.array([self.rng.permutation(self.m)[:links] for _ in range(self.m)]),
            self.reals(self.m, 2**links),
            self.reals(self.m, 2**links),
            self.practices(self.m),
            self.practices(self.m),
            self.reals(2),
            np.ones(self.m, np.bool_),
            self.wholes(1, end=1 << self.m),
            np.zeros((3, self.m, 128), np.uint16),
            self.reals(self.rng.choice([0, 1 << self.m])),
            np.zeros(64),
        )
        for j in range(self.m):
            tabulate_settings(j, reality)
        return reality

    def floors(self):
        """Floors of the three spaces, which leave some time free."""
        kind = [(f"floor_{name}", "f8") for name in ("networks", "communities", "teams")]
        return np.array([tuple(self.reals(3) / 4)], np.dtype((np.record, kind)))[0]

    def repertoire(self):
        """Entries, estimates, evidence and weeks of test; and an idea, known or not."""
        pool = self.pool()
        idea = pool[0].copy() if self.rng.random() < 0.5 else self.practice()
        return pool, self.reals(7), self.wholes(7, end=self.whole(1, 4)), self.wholes(7), idea


# How arguments for each rule are made.
CASES = {
    "elementary.two_to": lambda a: (a.whole(-1022, 1024),),
    "elementary.exp": lambda a: (float(a.rng.choice([a.real(-800, 800), -a.real(), math.inf, math.nan])),),
    "elementary.log": lambda a: (float(a.rng.choice([a.real(), a.real(-1, 1e-300), 0.0, math.inf, math.nan])),),
    "elementary.power": lambda a: (a.real(-1, 1), a.whole(0, 300)),
    "rng.philox": lambda a: a.words(6),
    "rng.number_from": lambda a: (a.seed, *a.words(4)),
    "rng.drawn": lambda a: (a.seed, *a.words(4)),
    "rng.key": lambda a: a.key(),
    "rng.uniform": lambda a: (a.key(), a.whole(0, 99)),
    "rng.uniform_block": lambda a: (
        a.seed, a.whole(0, 300), a.wholes(5, end=300), a.whole(1, 51), a.whole(0, 99), np.zeros(5)
    ),
    "rng.uniform_each": lambda a: (
        a.seed, a.whole(0, 300), a.wholes(5, end=300), a.whole(1, 51), a.wholes(5, end=99), np.zeros(5)
    ),
    "rng.index": lambda a: (a.key(), a.whole(0, 99), a.whole(1, 99)),
    "rng.normal": lambda a: (a.key(), a.whole(0, 99)),
    "rng.normal_from": lambda a: (float(a.rng.choice([0.0, a.real()])),),
    "rng.normal_quantile": lambda a: (float(a.rng.choice([a.real(), 10 ** a.real(-16, -1), 1 - 2**-53])),),
    "rng._ratio": lambda a: (a.real(-1), a.real(), tuple(a.rng.random(8).tolist()), tuple(a.rng.random(8).tolist())),
    "rng.pick": lambda a: (a.wholes(9), 9, a.whole(0, 9), a.real()),
    "practice.draw_practice": lambda a: (a.key(), a.practice()),
    "practice.copy": lambda a: (a.practice(), a.practice()),
    "practice.copy_rows": lambda a: (a.practices(3, a.m), a.practices(3, a.m)),
    "practice.fill": lambda a: (a.wholes(5), a.whole(0, 9)),
    "practice.same": lambda a: a.nearly_same(),
    "practice.disagrees": lambda a: a.nearly_same(),
    "practice.sign": lambda a: (a.whole(-3, 4),),
    "practice.flip": lambda a: (a.practice(), a.whole(0, a.m), a.practice()),
    "practice.complete": lambda a: (a.practice(),),
    "practice.count_uses": lambda a: (a.pool(), a.wholes(a.m)),
    "practice.packed": lambda a: (a.flags(a.m) if a.rng.random() < 0.5 else a.practice(),),
    "practice.unpack": lambda a: (a.whole(0, 1 << a.m), a.practice()),
    "practice.fingerprint": lambda a: (a.practices(a.whole(1, 100)),),
    "practice.among": lambda a: (a.wholes(9).astype(np.uint64), a.whole(0, 9), np.uint64(a.whole(0, 9))),
    "reality.tabulate_settings": lambda a: (a.whole(0, a.m), a.reality()),
    "reality.setting": lambda a: (a.whole(0, 1 << a.m), a.whole(0, a.m), a.reality()),
    "reality.payoff": lambda a: (a.whole(0, 1 << a.m), a.reality()),
    "reality.perceived_payoff": lambda a: (a.whole(0, 1 << a.m), a.whole(0, 1 << a.m), a.reality()),
    "reality.partly_known_payoff": lambda a: (a.whole(0, 1 << a.m), a.whole(0, 1 << a.m), a.reality()),
    "reality.measure_block": lambda a: (0, a.reality()),
    "reality.value": lambda a: (a.practice(), a.flags(a.m), a.reality()),
    "reality.fit": lambda a: (a.real(), a.reality()),
    "reality.blocks_matched": lambda a: (a.practice(), a.practices(a.m), a.flags(a.m), a.reality()),
    "reality.draw_contributions": lambda a: (a.seed, a.whole(0, 99), a.whole(0, a.m), a.share(), a.reality()),
    "reality.draw_partners": lambda a: (a.seed, a.whole(0, 8), a.whole(0, 4), a.wholes(8, 4), a.wholes(8)),
    "reality.change_aspect": lambda a: (a.seed, a.whole(0, 99), a.whole(0, a.m), a.share(), a.reality()),
    "reality.chance_of_hearing": lambda a: (a.real(0.1, 99),),
    "reality.hear_outside": lambda a: (
        a.seed, a.whole(0, 99), a.real(), a.flags(a.m), a.flags(a.rows, a.m)
    ),
    "reality.change_reality": lambda a: (
        a.seed, a.whole(0, 99), a.real(0, 0.5), a.whole(0, a.m + 1), a.share(), a.reality(), a.flags(a.m), a.wholes(a.m)
    ),
    "reality.step_outside": lambda a: (
        a.seed, a.whole(0, 99), a.whole(0, 99), a.reality(), a.practices(a.rows, a.m), a.flags(a.rows, a.m),
        a.practices(a.rows, a.m),
    ),
    "work.serving": lambda a: tuple(a.wholes(3, end=1 << a.m).tolist()),
    "work.serve": lambda a: (a.practice(), a.practice(), a.flags(a.m), a.practice()),
    "work.differs_in_common": lambda a: (*a.nearly_same(), a.flags(a.m)),
    "work.keep_common": lambda a: (a.practice(), a.flags(a.m), a.whole(0, 2), a.practice()),
    "work.common_print": lambda a: (a.practices(a.m), a.flags(a.m), a.practice()),
    "networks.best_of": lambda a: (a.reals(7), a.whole(1, 8)),
    "networks.most_frequent": lambda a: (
        a.pool(), a.wholes(7, end=7), a.whole(1, 8), a.real(), a.wholes(7), a.wholes(7)
    ),
    "practice.count_votes": lambda a: (a.pool(), a.wholes(7, end=7), a.whole(0, 8), a.wholes(a.m)),
    "practice.count_packed_votes": lambda a: (
        a.wholes(7, end=1 << a.m), a.wholes(7, end=7), a.whole(0, 8), a.wholes(a.m)
    ),
    "practice.is_new": lambda a: (
        np.uint64(a.whole(0, 6)), a.whole(1, 3), a.wholes(16, end=6).astype(np.uint64),
        a.wholes(16, end=3) * a.flags(16),
    ),
    "practice.majority_view": lambda a: (a.wholes(a.m, low=-2, end=3), a.practice()),
    "practice.take_over": lambda a: (
        *(one := a.nearly_same()), a.real(), a.rng.random() < 0.5, a.key(), a.whole(0, 99),
        one[0] if a.rng.random() < 0.5 else a.practice(),
    ),
    "networks.social_option": lambda a: (
        a.imitation, a.pool(), a.wholes(7, end=7), a.reals(7), a.whole(1, 8), a.real(), a.real(),
        a.wholes(2, 7), a.wholes(a.m), a.practice(),
    ),
    "networks.unknown_aspect": lambda a: (a.flags(a.m) | (a.rng.random() < 0.1), a.whole(0, a.m)),
    "networks.known_aspect": lambda a: (a.flags(a.m) & (a.rng.random() < 0.9), a.whole(0, a.m)),
    "networks.time_lost": lambda a: (a.real(0, 10), a.whole(0, 3) * a.real(0, 10), a.share(), a.share()),
    "networks.chance_outside": lambda a: (a.real(), a.real(), a.share()),
    "networks.chance_inwards": lambda a: (a.share(), a.real(0, 500)),
    "networks.count_bits": lambda a: (a.whole(0, 1 << 20),),
    "networks.chance_of_absorbing": lambda a: (a.whole(0, 13), 12, a.share()),
    "networks.chance_of_grasping": lambda a: (a.whole(0, 30), a.share()),
    "networks.whole_number": lambda a: (a.real(0, 10), a.real()),
    "practice.judgement_noise": lambda a: (float(a.reals(1)[0]), a.real(), a.key()),
    "practice.judgement_error": lambda a: (float(a.reals(1)[0]), a.real(), a.real()),
    "communities.attracted": lambda a: (a.real(), a.share(), a.whole(0, 9)),
    "communities.move_code": lambda a: (a.practice(), a.wholes(a.m, low=-4, end=5), float(a.reals(1)[0]), a.key()),
    "communities.known_entry": lambda a: ((r := a.repertoire())[0], r[2], r[4]),
    "communities.place_for": lambda a: (*a.repertoire()[1:3], a.real()),
    "communities.test_idea": lambda a: (*a.repertoire(), a.real(), a.whole(1, 99)),
    "communities.best_entry": lambda a: a.repertoire()[1:3],
    "communities.judged": lambda a: (a.real(), float(a.reals(1)[0]), a.real()),
    "communities.trust_after": lambda a: (a.real(), a.rng.random() < 0.5, a.real(), a.real(), a.real(), a.share()),
    "communities.mean_lesson": lambda a: (a.reals(4), a.flags(4) & (a.rng.random() < 0.8), a.flags(4), -1.0),
    "teams.judgement_in_use": lambda a: (a.real(), a.real(), a.real()),
    "teams.threshold": lambda a: (a.real(), a.real(), a.real()),
    "teams.attribution_error": lambda a: (a.reals(a.rows), a.real(0.05)),
    "teams.alignment_in_effect": lambda a: (a.real(), a.real(), a.share()),
    "teams.offer_entry": lambda a: (
        (pair := a.nearly_same())[0], a.real(), pair[1], a.flags(a.m), a.real(), a.real(-1), a.practice()
    ),
    "teams.offer": lambda a: ((pair := a.nearly_same())[0], a.real(), pair[1], a.real(), a.real(-1), a.practice()),
    "teams.alignment_after_change": lambda a: (a.real(), a.real(), a.real()),
    "teams.scepticism_after_change": lambda a: (a.real(), a.real(-1) * a.whole(0, 2), a.real(), a.real()),
    "teams.grow_alignment": lambda a: (a.real(), a.real(), a.real(), a.real()),
    "teams.agreement_with_others": lambda a: (
        a.practices(a.m), a.flags(a.m), a.wholes(a.m, low=1, end=5), a.whole(1, 6)
    ),
    "teams.team_output": lambda a: (a.real(), a.real(0, 0.3), a.real(), a.real(-1), a.real(-1), a.real()),
    "people.raised_to_floors": lambda a: (*a.reals(3).tolist(), a.floors()),
    "people.move_time": lambda a: (
        a.reals(3), tuple(map(float, a.reals(3))), (0.1, a.real(0, 0.5), 0.2), a.real(0, 100), a.real()
    ),
    "people.coach": lambda a: (a.real(), a.real()),
    "people.practise": lambda a: (a.real(), a.real(), a.share(), a.share()),
    "measures.count_aware": lambda a: (a.flags(5, a.m), a.wholes(a.m)),
    "measures.update_lag": lambda a: (30, a.wholes(a.m, end=8), 8, a.wholes(a.m, end=3), a.wholes(a.m, low=-1, end=2)),
    "measures.mean_lag": lambda a: (30, a.wholes(a.m, end=2) * a.whole(0, 30), a.wholes(a.m, low=-1, end=5)),
    "measures.equal_pairs": lambda a: (a.wholes(a.m, end=2), a.flags(a.m), a.whole(1, 9)),
    "measures.mean_of": lambda a: (a.reals(7, 3)[:, 1],),
    "measures.mean_trust": lambda a: (a.reals(5, a.whole(0, 3)),),
    "classics.march1991.draw_beliefs": lambda a: (a.key(), a.practice()),
    "classics.march1991.act": lambda a: (a.key(), a.practice(), a.practice()),
    "classics.march1991.score": lambda a: ((one := a.practice()), a.practices(one.size)),
    "classics.march1991.highest_score": lambda a: ((one := a.practice()), a.practices(one.size)),
    "classics.landscape.to_one_decimal": lambda a: (a.real(),),
    "classics.landscape.score": lambda a: (a.real(), a.reality()._replace(scale=np.array([a.real(0.1), 0.5]))),
}  # fmt: skip


def assert_identical(one, other):
    """Equal in every bit, at every depth; a nan equals a nan."""
    if isinstance(one, tuple):
        assert len(one) == len(other)
        for a, b in zip(one, other, strict=True):
            assert_identical(a, b)
    elif one is None or other is None:
        assert one is other
    else:
        assert np.array_equal(one, other, equal_nan=np.asarray(one).dtype.kind == "f")


def test_every_rule_has_a_case():
    assert set(CASES) == set(RULES), "each rule needs a maker of arguments in CASES"


@pytest.mark.parametrize("name", sorted(RULES))
def test_a_rule_is_the_same_compiled_and_as_written(name):
    f, make = RULES[name], CASES[name]
    compiled = [(f(*args), args) for args in (make(Any(number)) for number in range(TIMES))]
    with uncompiled():
        written = [(f.py_func(*args), args) for args in (make(Any(number)) for number in range(TIMES))]
    for one, other in zip(compiled, written, strict=True):
        assert_identical(one, other)


def test_a_rule_that_differs_would_be_found(monkeypatch):
    f = copy.copy(RULES["people.coach"])
    monkeypatch.setattr(
        f, "py_func", lambda skill, gain: math.nextafter(skill + gain * (1.0 - skill), 2.0), raising=False
    )
    monkeypatch.setitem(RULES, "people.coach", f)
    with pytest.raises(AssertionError):
        test_a_rule_is_the_same_compiled_and_as_written("people.coach")


# Whole histories

TINY = {
    "workers": 12,
    "team_size": 4,
    "aspects": 6,
    "complexity": 2,
    "ties": 3,
    "turbulence": 30,
    "rotation": 5,
    "turnover": 2,
}
WHOLE = (
    TINY | {"memberships": 2, "coaching": 1, "assembly": 0.5, "weaving": 0.5, "tie_renewal": 10},
    TINY | {"imitation": "conformity", "encounters": 40, "neighbours": "random", "direction": 1, "shock_week": 7},
    TINY | {"imitation": "majority", "encounters": 40, "reality": "blocks", "block": 2, "pilot_first": True},
    TINY | {"mechanisms": "version2", "encounters": 40, "direction": 1, "severity": 0.5, "burn": 0.5},
    TINY | {"mechanisms": "version2", "reality": "blocks", "block": 2, "relatedness": 0.4, "imitation": "conformity"},
)


def history(levers):
    """A history and its end, as text that tells every bit."""
    run = Run(small(weeks=15, **levers), seed=3)
    rows = run.advance(15)
    end = {
        name: getattr(run.state, name).ravel().tolist()
        for name in ("idea", "aware", "time", "trust", "repertoire_value", "tie")
    }
    return json.dumps([rows.tolist(), end])


def test_a_history_is_the_same_compiled_and_as_written():
    program = "from tests.model.test_rules import *; print(*map(history, WHOLE), sep='\\n')"
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1"}
    command = [sys.executable, "-W", "error", "-c", program]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [history(levers) for levers in WHOLE]
