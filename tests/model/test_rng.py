"""Keyed random numbers: known answers, keys that do not touch each other, and what is made of a uniform number."""

import math
import re
from itertools import permutations
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest
from scipy.stats import chi2

import sim.model.rng as chance
from sim.model.jit import kernel
from sim.model.practice import fingerprint
from tests.engine import all_practices

ODD = (Path(chance.__file__).parents[1] / "ODD.md").read_text(encoding="utf-8")
FIELDS = ("seed", "week", "who", "event", "draw")
BASE = {"seed": 1, "week": 5, "who": 17, "event": 13, "draw": 2}
CHANCE_OF_FALSE_ALARM = 1e-5
MANY = 2**16

# Philox

# Random123, kat_vectors: counter and key words, answer.
KNOWN_ANSWERS = (
    ("00000000 00000000 00000000 00000000 00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff ffffffff ffffffff ffffffff ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("243f6a88 85a308d3 13198a2e 03707344 a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"),
)


def words(text):
    return [np.uint64(int(word, 16)) for word in text.split()]


@pytest.mark.parametrize(("given", "answer"), KNOWN_ANSWERS)
def test_philox_gives_the_known_answers(given, answer):
    assert list(chance.philox(*words(given))) == words(answer)


@pytest.mark.parametrize("seed", [0, 7, 2**32 + 3, 2**64 - 1])
def test_a_uniform_number_is_made_of_the_words_that_the_odd_says(seed):
    low, high = np.uint64(seed % 2**32), np.uint64(seed >> 32)
    x0, x1, _, _ = map(int, chance.philox(*map(np.uint64, (3, 40, 9, 2)), low, high))
    assert chance.uniform((np.uint64(seed), 3, 40, 9), 2) == ((x0 >> 5) * 2**26 + (x1 >> 6)) * 2.0**-53


# Keyed draws


@kernel
def draw_along(seed, week, who, event, draw, field, step, out):
    """Numbers whose keys differ in one field only, by `step` from one to the next."""
    for n in range(out.shape[0]):
        out[n] = chance.uniform(chance.key(seed, week, who, event), draw)
        seed += np.uint64(step) if field == 0 else np.uint64(0)
        week += step if field == 1 else 0
        who += step if field == 2 else 0
        event += step if field == 3 else 0
        draw += step if field == 4 else 0


def along(field, step=1, count=MANY, **key):
    out, key = np.empty(count), BASE | key
    numbers = [np.uint64(key["seed"]), *(key[name] for name in FIELDS[1:])]
    draw_along(*numbers, FIELDS.index(field), step, out)
    return out


def too_uneven(counts):
    """Whether counts of what should be equally likely differ more than chance allows."""
    expected = counts.sum() / counts.size
    return chi2.sf(((counts - expected) ** 2 / expected).sum(), counts.size - 1) < CHANCE_OF_FALSE_ALARM


def is_uneven(numbers):
    return too_uneven(np.bincount((numbers * 256).astype(int), minlength=256))


def neighbours_depend(numbers):
    """Whether a number tells something about the next one: in pairs of neighbours (not overlapping), and linearly."""
    pairs = (numbers * 16).astype(int).reshape(-1, 2)
    correlation = np.corrcoef(numbers[:-1], numbers[1:])[0, 1]
    return too_uneven(np.bincount(pairs @ [16, 1], minlength=256)) or abs(correlation) > 4.5 / math.sqrt(len(numbers))


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("step", [1, 2, 120])
def test_neighbouring_keys_give_unrelated_uniform_numbers(field, step):
    numbers = along(field, step)
    assert not is_uneven(numbers)
    assert not neighbours_depend(numbers)


def test_seeds_that_differ_in_the_upper_word_only_are_unrelated():
    assert not neighbours_depend(along("seed", 2**32, seed=2**31))


def bad_generators():
    """Numbers that a worse generator might give, each with its fault."""
    good, other = along("draw"), along("draw", who=18)
    few_rounds = np.array([(n * 0xD2511F53 % 2**32) / 2**32 for n in range(MANY)])
    return {
        "a field of the key is ignored": np.full(MANY, good[0]),
        "one round instead of ten": few_rounds,
        "one number in twenty repeats its neighbour's": np.where(other < 0.05, np.roll(good, 1), good),
        "one number in twenty is small": np.where(other < 0.05, good / 2, good),
    }


@pytest.mark.parametrize("fault", bad_generators())
def test_a_bad_generator_is_found(fault):
    numbers = bad_generators()[fault]
    assert is_uneven(numbers) or neighbours_depend(numbers)


def test_each_field_of_the_key_matters():
    numbers = {field: along(field, count=2) for field in FIELDS}
    assert len({first for first, _ in numbers.values()}) == 1
    assert len({second for _, second in numbers.values()}) == len(FIELDS)


def test_fields_are_not_mixed_up():
    """A key is not a sum of its fields: moving 1 from one field to another gives another number."""
    moved = [BASE | {a: BASE[a] + 1, b: BASE[b] - 1} for a, b in permutations(FIELDS, 2)]
    assert len({along("draw", count=1, **key)[0] for key in moved}) == len(moved)


def test_draws_do_not_depend_on_their_order_or_number():
    forwards, backwards, few = along("draw"), along("draw", -1, draw=2 + MANY - 1), along("draw", count=9)
    assert np.array_equal(forwards, backwards[::-1])
    assert np.array_equal(forwards[:9], few)


# What is made of them


def test_normal_quantile_is_the_inverse_of_the_normal_distribution():
    p = np.concatenate([np.linspace(1e-6, 1 - 1e-6, 4001), 10.0 ** np.arange(-16, -5), [2.0**-54, 0.075, 0.925]])
    ours, theirs = [chance.normal_quantile(x) for x in p], [NormalDist().inv_cdf(x) for x in p]
    np.testing.assert_allclose(ours, theirs, rtol=1e-15, atol=1e-16)
    back = [0.5 * math.erfc(-z / math.sqrt(2)) for z in ours]
    np.testing.assert_allclose(back, p, rtol=1e-12)


def test_normal_quantile_is_antisymmetric():
    for p in (0.5, 0.25, 2.0**-7, 2.0**-30, 2.0**-53):
        assert chance.normal_quantile(1 - p) == -chance.normal_quantile(p)


def test_a_normal_number_is_the_quantile_of_its_uniform_number():
    key = chance.key(np.uint64(4), 1, 2, 3)
    assert chance.normal(key, 8) == chance.normal_quantile(chance.uniform(key, 8))


def test_an_index_is_within_range_and_fair():
    indices = np.array([chance.index(chance.key(np.uint64(1), 0, n, 13), 0, 7) for n in range(7000)])
    assert set(indices) == set(range(7))
    assert not too_uneven(np.bincount(indices))


def shuffled(pick, n, count=4):
    items = np.arange(count)
    for k, u in enumerate(along("draw", count=count, who=n)):
        assert pick(items, count, k, u) == items[k]
    return tuple(items.tolist())


def naive_pick(items, count, k, u):
    """A well-known mistake: exchanging with any item, picked before or not."""
    r = int(u * count)
    items[k], items[r] = items[r], items[k]
    return items[k]


def orders(pick):
    """How often each order of four items came up in 6,000 shuffles."""
    found = [shuffled(pick, n) for n in range(6000)]
    return np.array([found.count(order) for order in permutations(range(4))])


def test_picking_all_is_a_fair_permutation():
    counts = orders(chance.pick)
    assert counts.sum() == 6000
    assert not too_uneven(counts)


def test_an_unfair_permutation_is_found():
    assert too_uneven(orders(naive_pick))


def test_picks_are_distinct_up_to_the_ends_of_the_uniform_number():
    for u in (0.0, 1 - 2.0**-53):
        items = np.arange(100)
        assert sorted(chance.pick(items, 100, k, u) for k in range(100)) == list(range(100))


def test_fingerprints_tell_all_practices_of_twelve_aspects_apart():
    practices = all_practices(12)
    assert len({fingerprint(practice) for practice in practices}) == 4096
    assert fingerprint(practices[5]) == fingerprint(practices[5].copy())


@pytest.mark.parametrize("aspects", [31, 32, 33, 64, 65, 200])
def test_fingerprints_see_every_aspect(aspects):
    practices = 1 - 2 * np.vstack([np.zeros(aspects, np.int8), np.eye(aspects, dtype=np.int8)])
    assert len({fingerprint(practice) for practice in practices}) == aspects + 1


# The events


def test_events_are_numbered_as_in_the_odd():
    told = {name: int(number) for name, number in re.findall(r"\| `([A-Z_]+)` \| (\d+) ", ODD)}
    ours = {name: number for name, number in vars(chance).items() if name.isupper() and isinstance(number, int)}
    del ours["BLOCK"]  # no event
    assert ours == told
    assert sorted(ours.values()) == list(range(1, len(ours) + 1))
