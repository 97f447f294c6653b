"""A run in slices of measured time: each takes about as long as it should, whatever a week costs."""

from itertools import pairwise

import pytest

from sim.execution.slices import GROWTH, SLICE, first_slice, timed_slices


def slices(total, cost):
    """The slices of a run whose week number w costs `cost(w)` seconds, and what each took."""
    now, done, found = [0.0], 0, []
    for part in timed_slices(total, clock=lambda: now[0]):
        took = sum(cost(week) for week in range(done, done + part))
        now[0] += took
        done += part
        found.append((part, took))
    assert done == total
    return found


@pytest.mark.parametrize("week", [1e-5, 1e-3, SLICE / 3])
def test_slices_grow_to_the_time_they_should_take(week):
    found = slices(20_000, lambda _: week)
    assert max(took for _, took in found) <= SLICE * 1.001
    assert found[-2][1] > SLICE / 2 or len(found) < 8
    assert all(later <= GROWTH * earlier for (earlier, _), (later, _) in pairwise(found))


def test_a_week_that_is_longer_than_a_slice_is_one():
    assert slices(5, lambda _: 10 * SLICE) == [(1, 10 * SLICE)] * 5


def test_what_takes_no_time_by_the_clock_ends_all_the_same():
    assert sum(part for part, _ in slices(100_000, lambda _: 0.0)) == 100_000


def test_rare_dear_weeks_make_slices_short_again():
    """A week in fifty takes 20 slices: what is overrun is one or two of them, not the whole run."""
    found = slices(5_000, lambda week: 20 * SLICE if week % 50 == 49 else SLICE / 1000)
    assert max(took for _, took in found) < 2 * 20 * SLICE
    assert all(later[0] <= 4 for earlier, later in pairwise(found) if earlier[1] > 20 * SLICE)


def test_the_initialisation_tells_how_many_weeks_are_dared_first():
    assert [first_slice(seconds) for seconds in (SLICE / 10, SLICE / 1.5, 100.0, 0.0)] == [10, 1, 1, 1]
    assert next(timed_slices(1000, 10)) == 10
    assert next(timed_slices(4, 10)) == 4


def test_no_weeks_are_no_slices():
    assert list(timed_slices(0)) == []
