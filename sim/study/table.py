"""The tables of a study file: pydantic models whose refusals say what was given, what is needed, and where.

>>> class Pause(Table):
...     called: ClassVar[str] = "a pause"
...     weeks: int = Field(ge=1, le=52)
>>> Pause.of({"weeks": 60})
Traceback (most recent call last):
tripleos.ScenarioError: a pause: weeks = 60: a whole number is needed, 1 to 52
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar, Self

import numpy as np
from pydantic import BeforeValidator, Field
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from ..errors import ScenarioError, did_you_mean, display_name, truncated_repr
from ..model.measures import checked_measures
from ..model.model import measures_in_use
from ..scenario.parameters import Strict, limit_of

KINDS = {int: "a whole number", float: "a number", bool: "true or false", str: "text"}


class Table(Strict):
    """A table of a study, frozen and checked when it is made."""

    called: ClassVar[str]
    """What a message calls it."""

    @classmethod
    def of(cls, given: object) -> Self:
        """The table from a mapping; from one that is made already, itself.

        Parameters
        ----------
        given : object
            A mapping of names to values, or a table of this kind.

        Returns
        -------
        Table
            The table.

        Raises
        ------
        ScenarioError
            If it is no mapping, or anything in it is unknown, missing, of the wrong type or out of range.
        """
        if isinstance(given, cls):
            return given
        if not isinstance(given, Mapping):
            needed = f"a table is needed, with {', '.join(cls.model_fields)}"
            raise ScenarioError(f"{cls.called} = {truncated_repr(given)}: {needed}")
        for name in given:
            if not isinstance(name, str):
                raise ScenarioError(cls._unknown(name))
        return cls(**given)

    def to_dict(self) -> dict[str, Any]:
        """All that is not empty, as plain values, which `of` reads back as an equal table.

        Returns
        -------
        dict
            Nested dicts, lists, texts and numbers.
        """
        given = {name: getattr(self, name) for name in type(self).model_fields}
        return plain({name: value for name, value in given.items() if value not in (None, "", (), {})})

    @classmethod
    def _problem(cls, error: ErrorDetails) -> str:
        if error["type"] == "value_error":  # told by a validator of ours
            return cls._in_it(str(error["ctx"]["error"]))
        name = str(error["loc"][0])
        if error["type"] == "extra_forbidden":
            return cls._unknown(name)
        needed = _needed(cls.model_fields[name])
        given = "is missing" if error["type"] == "missing" else f"= {truncated_repr(error['input'])}"
        return cls._in_it(f"{name} {given}: {needed}")

    @classmethod
    def _in_it(cls, text: str) -> str:
        """A message about something in the table."""
        return f"{cls.called}: {text}"

    @classmethod
    def _unknown(cls, name: object) -> str:
        """What is said about a name that the table does not have."""
        hint = did_you_mean(name, cls.model_fields) or f"; allowed are {', '.join(cls.model_fields)}"
        return cls._in_it(f"{display_name(name)} is unknown{hint}")


def _needed(field: FieldInfo) -> str:
    """What is needed, from the type and the limits of a field."""
    extra: Any = field.json_schema_extra or {}
    if "needed" in extra:
        return str(extra["needed"])
    at_least, above, at_most, below = (limit_of(field, side) for side in ("ge", "gt", "le", "lt"))
    limits = [f"{at_least} to {at_most}"] if at_least is not None and at_most is not None else []
    limits += [f"above {above:g}"] if above is not None else []
    limits += [f"below {below:g}"] if below is not None else []
    kind = next(words for kind, words in KINDS.items() if field.annotation in (kind, kind | None))
    return f"{kind} is needed" + (f", {' and '.join(limits)}" if limits else "")


def optional(kind: type[Table]) -> BeforeValidator:
    """Of a field that holds a table of some kind, or None.

    Parameters
    ----------
    kind : type of Table
        The kind.

    Returns
    -------
    BeforeValidator
        To be put into `Annotated`.
    """
    return BeforeValidator(lambda given: None if given is None else kind.of(given))


def listed(name: str, given: object, of: str) -> list[Any]:
    """The items of a list; refused if it is no list.

    Parameters
    ----------
    name : str
        What a message calls it.
    given : object
        What was given.
    of : str
        What the items are, in words.

    Returns
    -------
    list
        The items.

    Raises
    ------
    ScenarioError
        If it is no list.
    """
    if isinstance(given, str | bytes | Mapping) or not isinstance(given, Sequence | np.ndarray):
        raise ScenarioError(f"{name} = {truncated_repr(given)}: a list of {of} is needed")
    return list(given)


def mapped(name: str, given: object, of: str) -> dict[str, Any]:
    """The items of a table; refused if it is no table, or has names that are no text.

    Parameters
    ----------
    name : str
        What a message calls it.
    given : object
        What was given.
    of : str
        What the items are, in words.

    Returns
    -------
    dict
        The items.

    Raises
    ------
    ScenarioError
        If it is no table.
    """
    if not isinstance(given, Mapping) or not all(isinstance(key, str) for key in given):
        raise ScenarioError(f"{name} = {truncated_repr(given)}: a table of {of} is needed")
    return dict(given)


def plain(value: Any) -> Any:
    """A value as JSON and TOML can hold it: no tuples, no models, no NumPy scalars.

    Parameters
    ----------
    value : object
        A value, perhaps nested.

    Returns
    -------
    object
        Dicts, lists, texts, numbers and switches.
    """
    if isinstance(value, Strict):
        return plain(value.to_dict() if hasattr(value, "to_dict") else dict(value))
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value.item() if isinstance(value, np.generic) else value


def _flowing(given: Any) -> Any:
    """Text, its paragraphs without the line breaks within them."""
    if not isinstance(given, str):
        return given
    return "\n\n".join(" ".join(part.split()) for part in re.split(r"\n\n", given.strip()))


Text = Annotated[str, BeforeValidator(_flowing)]
"""Text that may be written on several lines."""
Measure = Annotated[str, BeforeValidator(lambda given: checked_measures([given], measures_in_use())[0])]
"""The name of a measure, ours or an extension's; that it is one of the study's own is checked with the whole."""

__all__ = ["Field", "Measure", "Table", "Text", "listed", "mapped", "optional", "plain"]
