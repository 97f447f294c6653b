"""The benchmark beside other tools: all of them do what the engine does, and the page keeps what others wrote."""

import numpy as np
import pandas as pd
import pytest

from experiments.benchmark import page
from experiments.benchmark.peers import __main__ as benchmark
from experiments.benchmark.peers import in_engine, in_mesa, in_numpy
from experiments.benchmark.peers.problems import Problems, draw_problems

ROUNDS = 5


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
    table = pd.DataFrame([["a", "b", 1.0, 2.0, 3.0, 4.0, 5.0]], columns=benchmark.COLUMNS)
    told = benchmark.section(benchmark.Findings(0.5, table, 0.0, 0.0, 1.0, 1.0, 1.0, (1.0, 1.0)))
    assert benchmark.HOW_TO_GET_AGENTPY in told
    assert "agentpy" not in benchmark.versions()


def test_both_writers_keep_what_the_other_wrote():
    section = f"{page.BEGIN}\nold\n{page.END}"
    whole = page.with_section("# Benchmark\n\nfigures\n", section)
    assert whole == f"# Benchmark\n\nfigures\n\n{section}\n"
    assert page.section_of(whole) == section
    assert page.with_section(whole, section.replace("old", "new")) == whole.replace("old", "new")
    assert page.with_section("# Benchmark\n\nlater\n", page.section_of(whole)) == whole.replace("figures", "later")
    assert page.section_of("# Benchmark\n") == ""
    assert page.with_section("# Benchmark\n", "") == "# Benchmark\n"
