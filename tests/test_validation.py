"""Checks of single values: what comes back is plain, and what is refused is said with what is allowed."""

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import ScenarioError
from sim.validation import (
    checked_choice,
    checked_seed,
    checked_seeds,
    checked_share,
    checked_threads,
    checked_whole,
    read_whole,
)


@given(st.integers())
def test_a_whole_number_is_read_as_it_is_written(number):
    assert read_whole(f" {number} ") == (number if abs(number) < 10**24 else f" {number} ")
    assert read_whole(number) is number


@pytest.mark.parametrize("text", ["", " ", "1_000", "1.0", "1e3", "٣", "²", "0x10", "+-1", "1 2", "9" * 5000, "1\n2"])
def test_what_is_no_whole_number_stays_as_it_is(text):
    assert read_whole(text) is text
    with pytest.raises(ScenarioError):
        checked_whole("number", read_whole(text), -(10**30), 10**30)


@pytest.mark.parametrize("given", [5, np.int8(5), np.uint64(5)])
def test_whole_numbers_come_back_plain(given):
    assert checked_whole("number", given, 5, 5) == 5
    assert type(checked_whole("number", given, 5, 5)) is int


@pytest.mark.parametrize(
    "given",
    [4, 8, 5.0, np.float64(5), True, np.True_, "5", None, math.nan, Decimal(5), Fraction(5), [5], np.array([5])],
)
def test_what_is_no_whole_number_within_bounds_is_refused(given):
    with pytest.raises(ScenarioError, match=r"^number = .*: a whole number is needed, 5 to 7 \(of them\)$"):
        checked_whole("number", given, 5, 7, "(of them)")


def test_large_bounds_are_said_as_powers():
    with pytest.raises(ScenarioError, match=r"a whole number is needed, 0 to 2\^64 - 101$"):
        checked_whole("number", -1, 0, 2**64 - 101)
    with pytest.raises(ScenarioError, match=r"seed = 18446744073709551616: a whole number is needed, 0 to 2\^64 - 1$"):
        checked_seed(2**64)
    assert checked_seed(np.uint64(2**64 - 1)) == 2**64 - 1


@pytest.mark.parametrize("given", [0, 1, 0.25, np.float32(0.25), Fraction(1, 4)])
def test_shares_come_back_plain(given):
    assert checked_share("share", given) == given
    assert type(checked_share("share", given)) is float


@pytest.mark.parametrize("given", [-1e-9, 1 + 1e-9, math.nan, math.inf, True, np.True_, "0.5", None, [0.5]])
def test_what_is_no_share_is_refused(given):
    with pytest.raises(ScenarioError, match=r"^share = .*: a number is needed, 0 to 1$"):
        checked_share("share", given)


def test_a_choice_has_its_canonical_spelling():
    assert checked_choice("rule", " Best-Member", ["conformity", "best_member"]) == "best_member"
    with pytest.raises(ScenarioError, match="rule = 'conformty': allowed are conformity, best; did you mean 'conform"):
        checked_choice("rule", "conformty", ["conformity", "best"])
    with pytest.raises(ScenarioError, match=r"rule = 7: allowed are conformity, best$"):
        checked_choice("rule", 7, ["conformity", "best"])


def test_seeds_are_plain_and_at_least_one():
    assert checked_seeds(np.array([3, 1], np.uint64)) == [3, 1]
    assert all(type(seed) is int for seed in checked_seeds(np.array([3, 1])))
    for wrong, said in (([], "empty"), ("12", "a list of seeds is needed"), (5, "a list of"), ([1, -1], "seed = -1")):
        with pytest.raises(ScenarioError, match=said):
            checked_seeds(wrong)


def test_threads_are_those_given_or_one_for_each_core(monkeypatch):
    monkeypatch.setattr("os.cpu_count", lambda: None)
    assert (checked_threads(None), checked_threads(3)) == (1, 3)
    with pytest.raises(ScenarioError, match="threads = 1025: a whole number is needed, 1 to 1024"):
        checked_threads(1025)
