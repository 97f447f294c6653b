"""Public docstrings have the sections that numpydoc asks for; and what is looked for is found."""

import pytest

from sim.errors import ScenarioError
from tests import docstrings


def test_no_public_docstring_lacks_a_section():
    assert docstrings.lines(docstrings.missing()) == []


def test_the_public_face_is_looked_at():
    public = docstrings.public_objects()
    for name in (
        "sim.comparison.compare", "sim.scenario.scenario.Scenario.build", "sim.study.study.Study", "sim.mesa.Worker",
        "sim.classics.march1991.march1991", "sim.model.spaces.networks.best_of", "sim.errors.StudyError",
    ):  # fmt: skip
        assert name in public
    assert not any("._" in name or ".cli." in name for name in public)


def whole(x, *rest, **others):
    """Everything is there.

    Parameters
    ----------
    x : float
        A number.
    *rest, **others
        More of them.

    Returns
    -------
    float
        The number.

    Raises
    ------
    ScenarioError
        If it is negative.
    """
    if x < 0:
        raise ScenarioError("x is negative")
    return x


def bare(x):
    """Nothing is there."""
    if x < 0:
        raise ScenarioError("x is negative")
    return x


def stale(x):
    """Something else is there.

    Parameters
    ----------
    y : float
        A number.
    """
    del x


def untyped(x):
    """Its type is not.

    Parameters
    ----------
    x
        A number.
    """
    del x


def nothing():
    """Nothing is taken, given back or raised."""


def silent():
    pass


@pytest.mark.parametrize(
    ("thing", "sections"),
    [
        (whole, []),
        (bare, ["Parameters", "Raises", "Returns"]),
        (stale, ["Parameters"]),
        (untyped, ["Parameters"]),
        (nothing, []),
        (silent, ["docstring"]),
    ],
)
def test_what_is_missing_is_found(thing, sections):
    assert docstrings.lacking(f"{__name__}.{thing.__name__}", thing) == sections
