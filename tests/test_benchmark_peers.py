"""The benchmark beside other programs: all of them do what the engine does, plain C to the last bit."""

import numpy as np
import pytest

from experiments.benchmark import c_code, draws
from experiments.benchmark.measuring import NotMeasured
from experiments.benchmark.peers import compare as benchmark
from experiments.benchmark.peers import in_c, in_engine, in_mesa, in_numpy
from experiments.benchmark.peers.problems import MEASURES, Problems, draw_problems
from sim.model import rng

ROUNDS = 5
needs_a_compiler = pytest.mark.skipif(c_code.compiler() is None, reason="no C compiler")


@pytest.fixture(scope="module")
def problems() -> Problems:
    return draw_problems(4, 30, ROUNDS, bits=10, complexity=4)


@pytest.fixture(scope="module")
def expected(problems):
    return in_engine.courses(problems, ROUNDS)


def in_agentpy():
    pytest.importorskip("agentpy")
    from experiments.benchmark.peers import in_agentpy

    return in_agentpy.courses


PROGRAMS = {
    "Mesa": lambda: in_mesa.courses,
    "NumPy": lambda: in_numpy.courses,
    "NumPy, payoffs added up": lambda: benchmark.added_up,
    "AgentPy": in_agentpy,
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_told_which_bits_to_flip_everybody_has_the_same_history(name, problems, expected):
    found = PROGRAMS[name]()(problems, ROUNDS)
    np.testing.assert_allclose(found, expected, rtol=0.0, atol=1e-12)
    np.testing.assert_array_equal(found[:, :, 2], expected[:, :, 2])


@pytest.mark.parametrize("name", PROGRAMS)
def test_told_other_bits_they_have_another_history(name, problems, expected):
    """Otherwise the test above would show nothing."""
    other = problems._replace(told=(problems.told + 1) % problems.bits)
    found = PROGRAMS[name]()(other, ROUNDS)
    assert np.array_equal(found[:, 0, 2], expected[:, 0, 2])
    assert not np.allclose(found[:, 1:], expected[:, 1:])


@pytest.mark.parametrize("name", PROGRAMS)
def test_drawing_their_own_bits_they_start_alike_and_improve(name, problems, expected):
    found = PROGRAMS[name]()(problems._replace(told=None), ROUNDS)
    np.testing.assert_allclose(found[:, 0], expected[:, 0], atol=1e-12)
    assert (np.diff(found[:, :, :2], axis=1) >= 0.0).all()
    assert not np.allclose(found[:, 1:], expected[:, 1:])


def test_the_engine_may_not_stop_before_the_others(problems):
    with pytest.raises(ValueError, match="settled after"):
        in_engine.courses(problems, 500)


def test_the_checks_pass_and_can_fail(problems, monkeypatch):
    assert benchmark.check_same_history(problems, ROUNDS) < 1e-12
    monkeypatch.setattr(
        benchmark, "programs", lambda: {"other": lambda given, rounds: in_numpy.courses(given, rounds) + 0.1}
    )
    with pytest.raises(AssertionError, match="other does not do"):
        benchmark.check_same_history(problems, ROUNDS)
    with pytest.raises(AssertionError, match="standard errors"):
        benchmark.check_same_mean(problems, ROUNDS)


def test_a_missing_agentpy_is_left_out_and_said(monkeypatch):
    monkeypatch.setattr(benchmark, "in_agentpy", None)
    assert "AgentPy" not in benchmark.programs()
    assert benchmark.HOW_TO_GET_AGENTPY in benchmark.left_out()
    assert "agentpy" not in benchmark.versions()


def test_without_a_compiler_plain_c_is_left_out_and_said(monkeypatch):
    monkeypatch.setenv("CC", "no-such-compiler")
    assert benchmark.PLAIN_C not in benchmark.programs()
    assert benchmark.NO_COMPILER in benchmark.left_out()
    with pytest.raises(NotMeasured, match="no C compiler"):
        c_code.compiled.__wrapped__(in_c.SOURCE)


# --- plain C ----------------------------------------------------------------------------------------------------------


@needs_a_compiler
@pytest.mark.parametrize(("bits", "complexity", "agents"), [(2, 0, 5), (10, 4, 30), (12, 5, 100), (8, 8, 6)])
def test_plain_c_finds_what_the_engine_finds_to_the_last_bit(bits, complexity, agents):
    seeds = np.array([0, 1, 7, 2**40 + 3, 2**64 - 1], np.uint64)
    ours = in_engine.searched(seeds, agents, 60, bits, complexity)
    theirs = in_c.searched(seeds, agents, 60, bits, complexity)
    expected = np.stack([ours.measures[name] for name in MEASURES], axis=2)
    assert theirs.measures.tobytes() == expected.tobytes()
    np.testing.assert_array_equal(theirs.settled, ours.settled)
    assert (ours.settled >= 0).any()


@needs_a_compiler
def test_plain_c_finds_the_greatest_payoff_or_takes_what_it_is_given(problems):
    seeds, bits, complexity = problems.seeds, problems.bits, problems.complexity
    found = in_c.searched(seeds, 5, 0, bits, complexity)
    np.testing.assert_array_equal(found.greatest, problems.greatest)
    double = in_c.searched(seeds, 5, 0, bits, complexity, 2.0 * problems.greatest)
    np.testing.assert_array_equal(double.greatest, 2.0 * problems.greatest)
    np.testing.assert_array_equal(256.0 * double.measures[:, 0, :2], found.measures[:, 0, :2])


def test_plain_c_refuses_a_ring_that_is_too_small():
    with pytest.raises(ValueError, match="4 agents: 5 are needed"):
        in_c.searched(np.arange(1), 4, 1)


@needs_a_compiler
def test_plain_c_draws_the_numbers_of_the_engine():
    found = {name: np.full((3, 40), np.nan) for name in draws.PROGRAMS}
    for name, draw in draws.PROGRAMS.items():
        draw(5, found[name])
    for drawn in found.values():
        np.testing.assert_array_equal(drawn, found["engine, one by one"])
    assert found["engine, one by one"][2, 39] == rng.uniform(rng.key(draws.SEED, 5, 39, 2), 0)
