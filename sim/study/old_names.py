"""The names of version 0.1, which are read for one more version, with a warning. To be removed in version 0.3."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

from ..errors import OldName, ScenarioError

OF_STUDIES = {
    "courses": "trajectories", "weeks_left_out": "warm_up", "points": "design_points", "claims": "hypotheses",
}  # fmt: skip
OF_HYPOTHESES = {
    "says": "statement", "at_least": "smallest_effect", "peak": "interior_maximum", "best": "optimum_shift",
}  # fmt: skip


def current_names(given: Mapping[str, Any]) -> dict[str, Any]:
    """The table of a study with the names of today; a warning lists those that have changed.

    Parameters
    ----------
    given : mapping
        A table with old or new names.

    Returns
    -------
    dict
        The same values under the new names.

    Raises
    ------
    ScenarioError
        If a value is given under both names.

    Examples
    --------
    >>> import warnings
    >>> with warnings.catch_warnings(record=True) as told:
    ...     table = current_names({"courses": ["output"], "claims": [{"says": "so"}]})
    >>> table
    {'trajectories': ['output'], 'hypotheses': [{'statement': 'so'}]}
    >>> print(told[0].message)
    old names, for this version only: courses is now trajectories, claims is now hypotheses, says is now statement
    """
    renamed: dict[str, str] = {}
    table = _renamed(given, OF_STUDIES, renamed)
    hypotheses = table.get("hypotheses")
    if isinstance(hypotheses, list | tuple):
        table["hypotheses"] = [
            _renamed(one, OF_HYPOTHESES, renamed) if isinstance(one, Mapping) else one for one in hypotheses
        ]
    if renamed:
        warn_of(", ".join(f"{old} is now {new}" for old, new in renamed.items()), 5)  # by way of build or from_toml
    return table


def _renamed(given: Mapping[str, Any], names: Mapping[str, str], renamed: dict[str, str]) -> dict[str, Any]:
    """A table with the names of today; what was renamed is noted."""
    for old, new in names.items():
        if old in given and new in given:
            raise ScenarioError(f"{old} and {new} are both given: {old} is the old name of {new}; one is needed")
    renamed |= {old: new for old, new in names.items() if old in given}
    return {names.get(name, name): value for name, value in given.items()}


def warn_of(changes: str, calls: int = 3) -> None:
    """Warn of old names, at the line that is so many calls away.

    Parameters
    ----------
    changes : str
        What is now called what.
    calls : int
        How many calls away the line is that used the old name.
    """
    warnings.warn(f"old names, for this version only: {changes}", OldName, stacklevel=calls)


class Renamed:
    """An attribute or method under its old name: `findings: ClassVar = Renamed("results")`.

    Parameters
    ----------
    new : str
        The name of today.
    """

    def __init__(self, new: str) -> None:
        self.new = new

    def __set_name__(self, owner: type, old: str) -> None:
        self.old = old

    def __get__(self, instance: Any, owner: type) -> Any:
        if instance is None:
            return self
        warn_of(f"{self.old} is now {self.new}")
        return getattr(instance, self.new)
