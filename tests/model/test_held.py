"""Named tuples of arrays that are written down: what compiled code reads from there is what was given."""

from collections import namedtuple

import numpy as np
import pytest

from sim.model.held import held
from sim.model.jit import CompileError, kernel, phase

Mixed = namedtuple("Mixed", "kind flags table cube empty size")


def mixed():
    return Mixed(
        3, np.array([True, False, True]), np.arange(12.0).reshape(3, 4),
        np.arange(24, dtype=np.uint16).reshape(2, 3, 4), np.zeros((0, 128), np.int32), 0.25,
    )  # fmt: skip


@phase
def told(one, out):
    """All that there is to read, by name and by number; and one array is written."""
    out[0] = one.kind
    out[1] = one.size
    for k in range(one.flags.shape[0]):
        out[2] += one.flags[k] * (k + 1)
    for i in range(one.table.shape[0]):
        for j in range(one.table.shape[1]):
            out[3] += one.table[i, j] * (10 * i + j)
            out[4] += one[2][i, j]
    for i in range(one.cube.shape[0]):
        for j in range(one.cube.shape[1]):
            for k in range(one.cube.shape[2]):
                out[5] += one.cube[i, j, k] * (100 * i + 10 * j + k)
    out[6] = one.empty.shape[0] + 1000 * one.empty.shape[1]
    one.table[1, 2] = -1.0


@kernel
def read_held(given, out):
    one = held(given)
    told(one, out)
    told(one, out[7:])


@kernel
def read_as_given(given, out):
    told(given, out)
    told(given, out[7:])


def test_what_is_written_down_is_read_as_it_was_and_written_where_it_is():
    here, there = mixed(), mixed()
    out, expected = np.zeros(14), np.zeros(14)
    read_held(here, out)
    read_as_given(there, expected)
    assert out.tolist() == expected.tolist()
    (i, j), (a, b, c), one = np.indices((3, 4)), np.indices((2, 3, 4)), mixed()
    sums = [(one.table * (10 * i + j)).sum(), one.table.sum(), (one.cube * (100 * a + 10 * b + c)).sum()]
    assert out[:7].tolist() == [3, 0.25, 1 + 3, *sums, 1000 * 128]
    assert out[10] != out[3], "the second reading sees what the first has written"
    assert here.table[1, 2] == -1.0


def test_tuples_with_other_fields_are_other_types():
    other = namedtuple("Mixed", "size flags table cube empty kind")
    swapped = other(*mixed()._replace(kind=0.25, size=3))
    out, expected = np.zeros(14), np.zeros(14)
    read_held(swapped, out)
    read_held(mixed(), expected)
    assert out.tolist() == expected.tolist()


def test_in_python_it_is_what_it_was():
    given = mixed()
    assert held(given) is given


def test_a_field_that_is_not_there_is_refused():
    @kernel
    def wrong(given):
        return held(given).nothing

    with pytest.raises(CompileError, match="nothing"):
        wrong(mixed())
