"""The classics: published numbers in their quick form, other parameters, wrong arguments, and what they rest on."""

import json
import os
import subprocess
import sys
from pathlib import Path

import networkx
import numpy as np
import pytest

from sim.classics import graphs, targets
from sim.classics import landscape as landscapes
from sim.classics.barkoczi_galesic2016 import barkoczi_galesic2016
from sim.classics.fang_lee_schilling2010 import fang_lee_schilling2010
from sim.classics.graphs import draw_network, empty_ties, network_of
from sim.classics.kocak_levinthal_puranam2022 import INFLUENCES, followed, kocak_levinthal_puranam2022
from sim.classics.landscape import Landscape, draw_landscape, empty_landscape, score
from sim.classics.lazer_friedman2007 import lazer_friedman2007
from sim.classics.march1991 import march1991
from sim.classics.report import report
from sim.classics.searchers import empty_problem
from sim.classics.trajectories import Trajectories
from sim.errors import ScenarioError
from sim.model.jit import kernel
from sim.model.measures import MEASURE_NAMES
from sim.model.reality import ANY, ANY_REPEATED, BEST, MEAN, RANDOM, value
from sim.model.run import Run
from sim.scenario import Scenario

ROOT = Path(__file__).parents[2]
FEW = {"replicates": 3}
TINY = {"bits": 6, "complexity": 3, "agents": 8, **FEW}
FIRM = {"workers": 12, "team_size": 4, "communities": 2, **FEW}
DOES_NOT_HOLD = "kocak_levinthal_puranam2022"


@kernel
def _draw_network(seed, network, ties):
    draw_network(seed, network, ties)


@kernel
def _draw_landscape(seed, landscape, greatest, reality, others):
    return draw_landscape(seed, landscape, greatest, reality, others)


def drawn(seed=1, **arguments):
    """The links of a network (bool [n, n]), from the list of neighbours that it is drawn as."""
    network = network_of(**arguments)
    ties = empty_ties(network)
    _draw_network(np.uint64(seed), network, ties)
    linked = np.zeros((network.agents, network.agents), np.bool_)
    for i in range(len(linked)):
        linked[i, ties.neighbour[ties.first[i] : ties.first[i + 1]]] = True
    return linked


def equal(one, other):
    return all(np.array_equal(one.measures[name], other.measures[name]) for name in one.measures)


# The published numbers


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in targets.CLASSICS if name != DOES_NOT_HOLD])
def test_published_numbers_come_out_and_negative_controls_fail(name, monkeypatch):
    """Fewer replicates than the quick form; the tolerances grow with them, and so a few of the targets may miss."""
    few = {"march1991": 300, "lazer_friedman2007": 100, "fang_lee_schilling2010": 10, "barkoczi_galesic2016": 100}
    monkeypatch.setattr(targets, "QUICK", few)
    found = report([name]).results[name]
    missed = [v.text for v in found if not v.control and not v.met]
    assert len(missed) <= 0.1 * len(found), missed
    assert any(v.control and not v.met for v in found)


@pytest.mark.slow
def test_all_to_all_influence_does_not_delay_coherent_action():
    """The published shape does not come out; should this ever fail, what the module tells has become wrong."""
    flat, led, star = (kocak_levinthal_puranam2022(one, weeks=26) for one in ("all_to_all", "hierarchy", "star"))
    for other in (led, star):
        sooner = flat.final("coherent_action") - other.final("coherent_action")
        assert sooner.mean() > 2.0 * sooner.std(ddof=1) / 10.0


def test_results_judge_by_the_tolerance_of_the_paper():
    point = targets.Point(targets.when(p1=0.1), "code")
    values = {("march1991", point): np.array([0.50, 0.52])}
    exact, off = (targets.Number("march1991", "", "", point, published, 10**9) for published in (0.529, 0.535))
    near, far = (targets.judge(target, values) for target in (exact, off))
    assert near.tolerance == pytest.approx(0.02)
    assert near.ours == pytest.approx(0.51)
    assert near.met
    assert not far.met
    control = targets.Number("march1991", "", "", point, 0.535, 10**9, control=True)
    assert targets.judge(control, values).as_expected
    assert not far.as_expected


def test_an_order_is_judged_by_the_paired_difference():
    more, less = (targets.Point(targets.when(p1=p1), "code") for p1 in (0.1, 0.9))
    luck = np.linspace(0.0, 1.0, 30)
    order = targets.Order("march1991", "", "", more, less)
    values = {("march1991", more): luck + 0.01, ("march1991", less): luck}
    assert targets.judge(order, values).met
    values = {("march1991", more): luck[::-1] + 0.01, ("march1991", less): luck}
    assert not targets.judge(order, values).met


def test_every_classic_has_a_negative_control():
    for name in targets.CLASSICS:
        assert any(target.control for target in targets.targets([name]))
    for unknown in (targets.targets, report):
        with pytest.raises(ScenarioError, match="march1991"):
            unknown(["march"])


# Any other parameters

CALLS = [
    (march1991, {"p1": 0.35, "p2": 0.7, **FEW}),
    (march1991, {"p1": 0.2, "p2": 0.6, "people": 20, "aspects": 7, "rules": "text", **FEW}),
    (march1991, {"p1": [0.1, 0.5, 0.9], "p2": 0.4, "people": 3, "turnover": 0.03, "turbulence": 0.01, **FEW}),
    (march1991, {"p1": 1, "p2": 1, "people": 1, "aspects": 1, **FEW}),
    (lazer_friedman2007, {"network": "line", "velocity": 0.3, "copying_error": 0.05, **TINY, "periods": 30}),
    (lazer_friedman2007, {"network": "line", "copying_error": 0.3, "copying": "every", **TINY, "periods": 30}),
    (lazer_friedman2007, {"network": "small world", "rewired": 3, "neighbours": 2, **TINY}),
    (lazer_friedman2007, {"network": "random", "density": 0.3, "partners": "distinct", **TINY}),
    (lazer_friedman2007, {"network": [(0, 1), (1, 2), (2, 0)], "bits": 5, "complexity": 0, **FEW}),
    (lazer_friedman2007, {"network": networkx.karate_club_graph(), "bits": 8, "complexity": 6, **FEW}),
    (fang_lee_schilling2010, {
        "beta": 0.2, "block": 3, "learning": 0.7, "people": 20, "group": 6, "aspects": 12, **FEW
    }),
    (fang_lee_schilling2010, {
        "beta": 0.1, "turnover": 0.02, "turbulence": 0.01, "people": 20, "group": 5, "aspects": 10, "periods": 20, **FEW
    }),
    (barkoczi_galesic2016, {"network": "ring lattice", "rule": "conformity", "sample": 5, **TINY, "periods": 20}),
    (barkoczi_galesic2016, {"network": "random", "rule": "random", **TINY, "periods": 20}),
    (barkoczi_galesic2016, {"rule": "individual", **TINY, "periods": 20}),
    (barkoczi_galesic2016, {"sample": 99, "rounded": False, "partners": "distinct", **TINY, "periods": 20}),
    (lazer_friedman2007, {"network": networkx.empty_graph(1), "bits": 2, "complexity": 0, **FEW}),
    (fang_lee_schilling2010, {"beta": 0, "people": 1, "aspects": 1, "block": 1, **FEW}),
]  # fmt: skip


FIRMS = [
    {"influence": "all_to_all", **FIRM},
    {"influence": "hierarchy", "interdependence": 0, "workers": 13, "team_size": 4, **FEW},
    {"influence": "star", "team_size": 1, "workers": 5, "communities": 0, **FEW},
    {"influence": "local", "complexity": 0, **FIRM},
    {"influence": "crowd", "imitation": "majority", "direction": 1, **FIRM},
    {"influence": "All-to-all", "workers": 2, "team_size": 2, "communities": 1, "turbulence": 100, **FEW},
]


@pytest.mark.parametrize("number", range(len(FIRMS)))
def test_a_firm_of_any_influence_belongs_to_its_seed(number):
    arguments = FIRMS[number] | {"weeks": 6}
    trajectories = kocak_levinthal_puranam2022(**arguments)
    alone = kocak_levinthal_puranam2022(**arguments | {"seeds": [2], "threads": 1})
    assert trajectories.settled.tolist() == [-1] * 3
    for name, values in trajectories.measures.items():
        assert values.shape == (3, 7)
        assert np.isfinite(values).all(), name
        assert np.array_equal(values[2], alone.measures[name][0])
    assert (trajectories.measures["output"][:, 0] == 0.0).all()


def test_a_firm_is_a_run_of_the_engine():
    """All-to-all and local ties are also what the engine itself draws when told to."""
    kept = {"tie_renewal": 0, "turnover": 0, "rotation": 0, "openness": 0, "turbulence": 0, "encounters": 100}
    scenario = Scenario.build(workers=12, team_size=4, weeks=9, interdependence=0.9, ties=11, **kept)
    run = Run(scenario, 5)
    run.state.tie[:] = np.sort(run.state.tie)
    expected = run.advance(9)[:, [MEASURE_NAMES.index(name) for name in ("fit", "agreement")]]
    trajectories = kocak_levinthal_puranam2022("all_to_all", workers=12, team_size=4, weeks=9, seeds=[5])
    found = np.column_stack([trajectories.measures[name][0, 1:] for name in ("fit", "agreement")])
    assert np.array_equal(found, expected)


def test_everybody_follows_whom_the_influence_says():
    team = np.array([0, 0, 0, 1, 1, 2])
    ties = {influence: followed(influence, team) for influence in INFLUENCES}
    assert ties["crowd"].shape == (6, 0)
    assert ties["star"].tolist() == [[0]] * 6
    assert ties["hierarchy"].tolist() == [[0], [0], [0], [0], [3], [0]]
    assert ties["local"].tolist() == [[1, 2], [0, 2], [0, 1], [4, 3], [3, 4], [5, 5]]
    assert [set(row) for row in ties["all_to_all"].tolist()] == [set(range(6)) - {i} for i in range(6)]


def test_a_crowd_is_not_influenced_by_what_it_could_see():
    """Without ties nobody sees a colleague, however much they work out loud; with ties it matters."""
    for influence, equal_ in (("crowd", True), ("star", False)):
        quiet, loud = (
            kocak_levinthal_puranam2022(
                influence, weeks=8, working_out_loud=w, price_working_out_loud=0, alignment_growth=0, **FIRM
            )
            for w in (0, 1)
        )
        assert equal(quiet, loud) == equal_


@pytest.mark.parametrize("number", range(len(CALLS)))
def test_other_parameters_work(number):
    classic, arguments = CALLS[number]
    trajectories = classic(**arguments)
    assert len(trajectories.seeds) == 3
    for name, values in trajectories.measures.items():
        assert values.shape == (3, trajectories.periods + 1)
        assert np.isfinite(values).all(), name
        if name == "solutions":
            assert values.min() >= 1
        else:
            assert -1.0 <= values.min() <= values.max() <= 1.0


@pytest.mark.parametrize("number", range(len(CALLS)))
def test_a_replicate_belongs_to_its_seed(number):
    """In any order, alone or together, on any number of threads."""
    classic, arguments = CALLS[number]
    several = classic(**arguments | {"periods": 15, "threads": 2, "seeds": [*range(60), 7]})
    alone = classic(**arguments | {"periods": 15, "threads": 1, "seeds": [7]})
    for name, values in several.measures.items():
        assert np.array_equal(values[7], alone.measures[name][0])
        assert np.array_equal(values[7], values[60])


PLAIN = """
import json, tests.classics.test_classics as t
print(json.dumps([t.numbers(*call) for call in t.CALLS]))
"""


def numbers(classic, arguments):
    trajectories = classic(**arguments | {"periods": 8, "threads": 1, "replicates": 2})
    return [values.tolist() for values in trajectories.measures.values()]


def test_the_classics_are_the_same_compiled_and_as_written():
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1"}
    command = [sys.executable, "-c", PLAIN]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [numbers(*call) for call in CALLS]


def test_landscapes_and_starts_are_shared_between_conditions():
    full, line = (lazer_friedman2007(network, bits=10, replicates=20) for network in ("full", "line"))
    assert np.array_equal(full.measures["score"][:, 0], line.measures["score"][:, 0])
    assert not np.array_equal(full.final("score"), line.final("score"))
    slow, fast = (march1991(p1, 0.5, replicates=20) for p1 in (0.1, 0.9))
    assert np.array_equal(slow.measures["people"][:, 0], fast.measures["people"][:, 0])


def test_what_settles_stays():
    short = march1991(0.5, 0.5, replicates=5)
    long = march1991(0.5, 0.5, replicates=5, periods=short.periods + 50)
    assert (short.settled > 0).all()
    assert np.array_equal(short.final("code"), long.final("code"))
    settles = lazer_friedman2007("line", bits=8, complexity=4, replicates=5)
    goes_on = barkoczi_galesic2016(
        "line", "best", 2, rounded=False, partners="replacement", bits=8, complexity=4, **FEW
    )
    assert (settles.settled > 0).all()
    assert (goes_on.settled == -1).all()
    assert np.array_equal(goes_on.final("score"), settles.final("score")[:3]), "no more is found in 200 periods"


def test_best_of_everybody_is_lazer_and_friedman():
    """The two papers share a model: all contacts are seen, the best is copied."""
    shared = {"bits": 8, "complexity": 4, "agents": 20, "replicates": 10, "periods": 12}
    lazer = lazer_friedman2007("full", **shared)
    barkoczi = barkoczi_galesic2016("full", "best", 19, rounded=False, partners="replacement", **shared)
    assert equal(lazer, barkoczi)


# The weekly model with everything but the networks switched off, in which everybody sees what a contact thinks.
ONLY_NETWORKS = {
    "split_networks": 1, "split_communities": 0, "split_teams": 0, "adaptation": 0, "communities": 0, "openness": 0,
    "working_out_loud": 0, "share": 1, "pkm_spread": 0, "breadth": 1, "noise": 0, "turbulence": 0, "turnover": 0,
    "rotation": 0, "tie_renewal": 0, "neighbours": "random", "aspects": 10, "complexity": 5,
}  # fmt: skip


@pytest.mark.parametrize(
    ("classic", "arguments", "levers"),
    [
        (lazer_friedman2007, {"network": "full"}, {"encounters": 11}),
        (lazer_friedman2007, {"network": "ring lattice"}, {"encounters": 4}),
        (barkoczi_galesic2016, {"rule": "best", "sample": 3, "rounded": False}, {"encounters": 3}),
        (barkoczi_galesic2016, {"rule": "conformity", "sample": 3, "rounded": False},
         {"encounters": 3, "imitation": "conformity"}),
    ],
)  # fmt: skip
def test_the_weekly_engine_gives_the_classic_number_for_number(classic, arguments, levers):
    """ODD, section 9: nothing but parameters and the ties is set."""
    linked = drawn(network=arguments.get("network", "full"), agents=12)
    ties = np.array([np.flatnonzero(row) for row in linked])
    expected = classic(
        **arguments, bits=10, complexity=5, agents=12, partners="distinct", periods=25, seeds=range(5)
    ).measures["score"]
    for seed in range(5):
        run = Run(Scenario.build(workers=12, weeks=25, ties=ties.shape[1], **ONLY_NETWORKS, **levers), seed)
        run.state.tie[:] = ties
        for week in range(26):
            worth = [value(idea, run.reality.everything, run.reality) for idea in run.state.idea]
            assert np.mean([score(one, run.reality) for one in worth]) == pytest.approx(expected[seed, week])
            run.advance(1)


def test_individuals_learn_nothing_from_the_network():
    one, other = (barkoczi_galesic2016(n, "individual", **TINY, periods=20) for n in ("full", "line"))
    assert equal(one, other)


# What is known without a simulation


def test_nobody_learns_who_never_takes_anything_over():
    neither, no_code, no_people = (march1991(p1, p2, replicates=5) for p1, p2 in ((0, 0), (0.5, 0), (0, 0.5)))
    for frozen in (neither, no_code):
        assert frozen.settled.tolist() == [1] * 5
        assert (frozen.measures["code"] == 0.0).all()
        assert frozen.periods == 1
    start = no_people.measures["people"][:, :1]
    assert (no_people.measures["people"] == start).all()
    assert (no_people.final("code") > start[:, 0]).all()
    deaf = fang_lee_schilling2010(0.2, block=1, learning=0, people=20, group=5, aspects=10, replicates=5)
    assert deaf.settled.tolist() == [1] * 5
    assert np.array_equal(deaf.measures["payoff"][:, 0], deaf.final("payoff"))


def test_settling_is_not_called_too_early():
    """Some never learn: the others and the code still do, and all that is found in 50 periods more is nothing."""
    p1 = (0,) * 5 + (0.5,) * 5
    short = march1991(p1, 0.5, people=10, aspects=4, rules="text", replicates=20)
    long = march1991(p1, 0.5, people=10, aspects=4, rules="text", replicates=20, periods=short.periods + 50)
    assert (short.settled > 0).all()
    assert np.array_equal(short.final("people"), long.final("people"))
    assert np.array_equal(short.final("code"), long.final("code"))


def test_newcomers_every_period_know_as_much_as_chance():
    replaced = march1991(0.1, 0, turnover=1, periods=20, replicates=200)
    assert abs(replaced.mean("people")[-1]) < 4.0 * replaced.error("people")[-1] < 0.02
    replaced = fang_lee_schilling2010(
        0.2, block=1, learning=0, turnover=1, people=20, group=5, aspects=30, periods=20, replicates=100
    )
    assert abs(replaced.mean("payoff")[-1] - 1 / 3) < 4.0 * replaced.error("payoff")[-1] < 0.03


def test_a_reality_that_turns_round_every_period_makes_right_wrong():
    turned = march1991(0, 0, turbulence=1, periods=3, replicates=5)
    start = turned.measures["people"][:, 0]
    assert np.allclose(turned.measures["people"], np.column_stack([start, -start, start, -start]))


@pytest.mark.parametrize("bits", [2, 9, 20])
def test_smooth_landscapes_lead_everybody_to_the_top(bits):
    for network, velocity in (("full", 1), ("line", 0.5), ("random", 0)):
        trajectories = lazer_friedman2007(network, velocity, bits=bits, complexity=0, agents=5, **FEW)
        assert (trajectories.final("score") == 1.0).all()
    smooth = {"bits": bits, "complexity": 0, "agents": 5, "periods": 400, **FEW}
    assert (barkoczi_galesic2016("full", rounded=False, **smooth).final("score") == 1.0).all()


def test_whoever_never_looks_searches_alone_in_every_network():
    networks = ("full", "line", "ring lattice", "small world", "random", networkx.path_graph(12))
    shared = {"bits": 8, "complexity": 4, "agents": 12, "periods": 30, **FEW}
    first, *others = (lazer_friedman2007(network, 0, **shared) for network in networks)
    assert all(equal(first, other) for other in others)
    alone = lazer_friedman2007("full", **shared | {"agents": 1})
    assert (np.diff(alone.measures["score"]) >= 0.0).all()


ERRORS = {"bits": 8, "complexity": 4, "agents": 12, "periods": 30, "replicates": 20}


def test_copies_with_errors_are_dropped_if_they_are_worse():
    right, wrong = (lazer_friedman2007("line", 1, 0.3, copying=copying, **ERRORS) for copying in ("differing", "every"))
    assert (np.diff(right.measures["score"]) >= 0.0).all()
    assert (np.diff(wrong.measures["score"]) < 0.0).any()


def test_without_errors_a_copy_is_whole_and_with_errors_in_all_bits_nothing_is_copied():
    assert equal(*(lazer_friedman2007("line", 1, 0, copying=copying, **ERRORS) for copying in ("differing", "every")))
    for seed in range(20):
        start, end = (
            lazer_friedman2007([(0, 1)], 1, 1, bits=8, periods=1, seeds=[seed]).frame()[["score", "best"]].values
        )
        worse_before, worse_after = (2.0 * mean - best for mean, best in (start, end))
        assert worse_after == pytest.approx(worse_before)


def test_copying_with_every_bit_wrong_gives_the_opposite():
    """Without partners a practice and its opposite are worth twice the mean; of two agents the worse copies."""
    for seed in range(20):
        trajectories = lazer_friedman2007(
            [(0, 1)], 1, 1, copying="every", bits=8, complexity=0, periods=1, seeds=[seed]
        )
        reality, best = landscape(ANY_REPEATED, seed=seed, complexity=0)
        mean, top = (trajectories.measures[name][0] for name in ("score", "best"))
        opposite = 2.0 * reality.scale[MEAN] - best * top[0] ** (1 / 8)
        both = np.array([top[1], 2.0 * mean[1] - top[1]])
        assert np.abs(best * both ** (1 / 8) - opposite).min() < 1e-9


@pytest.mark.parametrize("classic", [lazer_friedman2007, barkoczi_galesic2016])
def test_a_table_of_all_payoffs_changes_nothing(classic, monkeypatch):
    """Whether there is one depends on how many practices are valued; the numbers do not."""
    given = {"bits": 9, "complexity": 4, "agents": 30, "periods": 40, "replicates": 5}
    found = []
    for share in (0.0, 1e9):
        monkeypatch.setattr(landscapes, "WORTH_A_TABLE", share)
        assert (len(empty_landscape(Landscape(9, 4, ANY, False), 1200).payoff) > 0) == (share == 0.0)
        found.append(classic("line", **given))
    assert equal(*found)


def test_ten_thousand_agents_search_in_little_memory():
    network = network_of("ring lattice", 10_000)
    problem = empty_problem(Landscape(10, 4, ANY_REPEATED, False), network, 5)
    arrays = [*problem, *problem.ties, *problem.reality]
    assert sum(one.nbytes for one in arrays if isinstance(one, np.ndarray)) < 300 * 10_000
    trajectories = lazer_friedman2007("ring lattice", agents=10_000, bits=10, complexity=4, periods=5, replicates=1)
    assert 500 < trajectories.measures["solutions"][0, 0] <= 1024


def test_a_landscape_worth_nothing_is_at_its_best_everywhere():
    """With contributions rounded to one decimal all of them may be 0."""
    reality = empty_landscape(Landscape(2, 0, ANY, True))
    assert score(0.0, reality) == 1.0


def test_a_sample_of_everybody_and_a_sample_of_one():
    assert equal(*(barkoczi_galesic2016("full", "best", s, **TINY, periods=9) for s in (7, 2000)))
    one, other = (barkoczi_galesic2016("full", rule, 1, **TINY, periods=9) for rule in ("best", "conformity"))
    assert equal(one, other)
    assert equal(one, barkoczi_galesic2016("full", "random", **TINY, periods=9))


def test_nobody_who_is_alone_can_learn():
    trajectories = fang_lee_schilling2010(0.0, group=1, people=10, aspects=10, replicates=4)
    assert trajectories.settled.tolist() == [1] * 4
    assert np.array_equal(trajectories.measures["payoff"][:, 0], trajectories.final("payoff"))


def test_arguments_may_come_in_any_suitable_type():
    few = {"people": 4, "aspects": 5, **FEW}
    plain = march1991(0.5, 0.5, **few)
    for p1 in ([0.5] * 4, np.full(4, 0.5), np.array(0.5), (p for p in (0.5,) * 4), np.float32(0.5)):
        assert equal(plain, march1991(p1, 0.5, **few))
    assert equal(plain, march1991(0.5, 0.5, **few | {"seeds": np.arange(3, dtype=np.int32)}))
    path = [(0, 1), (1, 2)]
    named = networkx.MultiGraph([("b", "a"), ("a", "c"), ("a", "c"), ("c", "c")])
    few = {"bits": 6, "complexity": 3, **FEW}
    expected = lazer_friedman2007(path, **few)
    for network in (np.array(path), set(path), (edge for edge in path), [path[0], path[1][::-1], path[0]], named):
        assert equal(expected, lazer_friedman2007(network, **few))
    assert equal(*(barkoczi_galesic2016(rounded=kind(True), **TINY, periods=5) for kind in (bool, np.bool_)))


# What is returned


def test_trajectories_tell_means_errors_and_rows():
    trajectories = Trajectories(np.array([4, 9]), {"score": np.array([[0.0, 1.0], [0.0, 3.0]])}, np.array([1, -1]))
    assert trajectories.mean("score").tolist() == [0.0, 2.0]
    assert trajectories.error("score").tolist() == [0.0, 1.0]
    assert trajectories.frame().to_dict("list") == {"seed": [4, 4, 9, 9], "period": [0, 1, 0, 1], "score": [0, 1, 0, 3]}
    assert trajectories.summary()["mean"].tolist() == [0.0, 2.0]
    assert trajectories.final("score").tolist() == [1.0, 3.0]


# Wrong arguments


@pytest.mark.parametrize(
    ("classic", "arguments", "message"),
    [
        (march1991, {"p1": 1.5, "p2": 0.5}, "p1 = 1.5: a number is needed, 0 to 1"),
        (march1991, {"p1": [0.5, 0.5], "p2": 0.5}, "p1 has 2 numbers"),
        (march1991, {"p1": True, "p2": 0.5}, "p1 = True"),
        (march1991, {"p1": 0.5, "p2": float("nan")}, "p2 = nan"),
        (march1991, {"p1": 0.5, "p2": 0.5, "rules": "programme"}, "did you mean 'program'"),
        (march1991, {"p1": 0.5, "p2": 0.5, "people": 0}, "people = 0: a whole number is needed, 1"),
        (march1991, {"p1": 0.5, "p2": 0.5, "replicates": 0}, "replicates = 0"),
        (march1991, {"p1": 0.5, "p2": 0.5, "seeds": [-1]}, "seed = -1"),
        (march1991, {"p1": 0.5, "p2": 0.5, "seeds": []}, "seeds is empty"),
        (march1991, {"p1": 0.5, "p2": 0.5, "periods": 1.5}, "periods = 1.5"),
        (lazer_friedman2007, {"network": "star"}, "network = 'star': allowed are full, line"),
        (lazer_friedman2007, {"network": 7}, "network = 7: a name"),
        (lazer_friedman2007, {"network": [(0, 0)]}, "linked to itself"),
        (lazer_friedman2007, {"network": [(0, 5)], "agents": 3}, "agents = 3: the network has 6"),
        (lazer_friedman2007, {"network": networkx.DiGraph([(0, 1)])}, "directed"),
        (lazer_friedman2007, {"network": "line", "density": 0.3}, "density = 0.3 needs network = 'random'"),
        (lazer_friedman2007, {"network": "line", "rewired": 100}, "rewired = 100"),
        (lazer_friedman2007, {"network": "full", "rewired": 1}, "rewired = 1"),
        (lazer_friedman2007, {"network": "ring lattice", "neighbours": 3}, "an even number"),
        (lazer_friedman2007, {"network": "full", "neighbours": 4}, "neighbours = 4 needs network = 'ring lattice'"),
        (lazer_friedman2007, {"network": "small world", "agents": 2}, "agents = 2: a whole number is needed, 3"),
        (lazer_friedman2007, {"network": networkx.Graph()}, "agents = 0"),
        (
            lazer_friedman2007,
            {"agents": 30_000},
            "agents = 30000: such a network takes 3.6 GB of memory, 2 GB",
        ),
        (lazer_friedman2007, {"network": "small world", "agents": 50_000}, "takes 2.5 GB"),
        (lazer_friedman2007, {"network": "random", "agents": 30_000}, "takes 4.5 GB"),
        (lazer_friedman2007, {"network": "line", "agents": 2_000_000}, "a whole number is needed, 1 to 1000000"),
        (lazer_friedman2007, {"bits": 30}, "bits = 30: a whole number is needed, 2 to 20"),
        (lazer_friedman2007, {"bits": 5, "partners": "distinct", "complexity": 5}, "complexity = 5"),
        (lazer_friedman2007, {"copying": "none"}, "differing, every"),
        (lazer_friedman2007, {"partners": "none"}, "replacement, distinct"),
        (fang_lee_schilling2010, {"beta": 0.1, "block": 7}, "block = 7 does not divide aspects = 100"),
        (fang_lee_schilling2010, {"beta": 0.1, "people": 7}, "more than one subgroup"),
        (barkoczi_galesic2016, {"rule": "worst"}, "best, conformity, random, individual"),
        (barkoczi_galesic2016, {"sample": 0}, "sample = 0"),
        (barkoczi_galesic2016, {"rule": "random", "sample": 3}, "rule = 'random' looks at 1"),
        (barkoczi_galesic2016, {"rule": "random", "sample": True}, "sample = True"),
        (kocak_levinthal_puranam2022, {"influence": "tree"}, "all_to_all, local, hierarchy, star, crowd"),
        (kocak_levinthal_puranam2022, {"ties": 3}, "ties = 3: the ties are those of the influence"),
        (kocak_levinthal_puranam2022, {"turnover": 0.5}, "turnover = 0.5: the ties"),
        (kocak_levinthal_puranam2022, {"workers": 102}, "workers = 102: a whole number is needed, 2 to 101"),
        (kocak_levinthal_puranam2022, {"interdependence": 2}, "interdependence = 2"),
        (kocak_levinthal_puranam2022, {"hurdel": 0.1}, "did you mean 'hurdle'"),
        (kocak_levinthal_puranam2022, {"weeks": 0}, "weeks = 0: a whole number is needed, 1"),
        (kocak_levinthal_puranam2022, {"team_size": 97}, "team_size"),
        (barkoczi_galesic2016, {"rounded": 1}, "rounded = 1: True or False"),
        (barkoczi_galesic2016, {"periods": None}, "periods = None"),
    ],
)
def test_wrong_arguments_are_refused(classic, arguments, message):
    with pytest.raises(ScenarioError) as error:
        classic(**arguments)
    assert message in str(error.value)


# The networks


def test_networks_are_those_of_their_names():
    assert drawn(network="full", agents=5).sum() == 20
    assert drawn(network="line", agents=5).sum() == 8
    lattice = drawn(network="ring lattice", agents=10)
    assert (lattice.sum(axis=0) == 4).all()
    expected = networkx.to_numpy_array(networkx.watts_strogatz_graph(10, 4, 0), dtype=bool)
    assert np.array_equal(lattice, expected)
    graph = networkx.petersen_graph()
    assert np.array_equal(drawn(network=graph), networkx.to_numpy_array(graph, dtype=bool))
    assert np.array_equal(drawn(network=list(graph.edges)), networkx.to_numpy_array(graph, dtype=bool))


@pytest.mark.parametrize("rewired", [1, 10, 48, 200])
def test_rewiring_moves_so_many_links_and_disconnects_nobody(rewired):
    lattice = drawn(network="ring lattice")
    for seed in range(10):
        linked = drawn(seed, network="small world", rewired=rewired)
        assert np.array_equal(linked, linked.T)
        assert linked.sum() == lattice.sum()
        assert not linked.diagonal().any()
        assert networkx.is_connected(networkx.from_numpy_array(linked))
        moved = (lattice & ~linked).sum() // 2
        assert 0.8 * rewired <= moved <= rewired


def test_rewiring_a_line_leaves_a_tree():
    linked = drawn(network="line", agents=20, rewired=10)
    assert networkx.is_tree(networkx.from_numpy_array(linked))


def test_random_networks_have_their_density_and_differ_between_seeds():
    one, other = (drawn(seed, network="random", density=0.3) for seed in (1, 2))
    assert not np.array_equal(one, other)
    assert one.sum() / 9900 == pytest.approx(0.3, abs=0.03)
    assert drawn(network="random", density=0.0).sum() == 0
    assert drawn(network="random", density=1.0, agents=7).sum() == 42


def test_the_names_are_told():
    assert graphs.NAMES == ("full", "line", "ring_lattice", "small_world", "random")


# The landscapes


def landscape(neighbours, rounded=False, seed=1, greatest=0.0, complexity=5):
    spec = Landscape(8, complexity, neighbours, rounded)
    reality = empty_landscape(spec)
    found = _draw_landscape(np.uint64(seed), spec, greatest, reality, np.zeros(8, np.int64))
    return reality, found


def test_partners_are_drawn_as_each_paper_has_it():
    distinct, repeated, of_any = (
        [landscape(k, seed=s)[0].partner for s in range(30)] for k in (RANDOM, ANY_REPEATED, ANY)
    )
    assert all(len(set(row)) == 6 for partner in distinct for row in partner)
    assert any(len(set(row[1:])) < 5 for partner in repeated for row in partner)
    assert all(len(set(row[1:])) == 5 for partner in of_any for row in partner)
    assert any(j in row[1:] for partner in of_any for j, row in enumerate(partner))
    assert all(row[0] == j for partner in of_any for j, row in enumerate(partner))


def test_the_greatest_value_is_that_of_the_best_practice():
    reality, found = landscape(ANY)
    practices = [np.array([1 if code >> j & 1 else -1 for j in range(8)], np.int8) for code in range(256)]
    assert found == pytest.approx(max(value(one, reality.everything, reality) for one in practices))
    again, given = landscape(ANY, greatest=0.5)
    assert given == again.scale[BEST] == 0.5


def test_rounded_contributions_have_one_decimal():
    reality, _ = landscape(ANY, rounded=True)
    assert set(np.unique(reality.contribution * 10)) <= set(range(11))
