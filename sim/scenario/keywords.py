"""The parameters of the model as keywords of a function, so that editors, Mesa and people see them."""

from __future__ import annotations

from collections.abc import Callable
from inspect import Parameter as Keyword
from inspect import Signature, signature
from typing import Any

from ..model.model import PARAMETERS

KINDS = {"int": "int", "float": "float", "bool": "bool", "choice": "str"}


def signature_with_parameters(function: Callable[..., Any]) -> Signature:
    """The signature of a function whose `**keywords` are the parameters of the model.

    Parameters
    ----------
    function : callable
        With keywords of any name.

    Returns
    -------
    Signature
        With every parameter as a keyword in their place.

    Examples
    --------
    >>> def firm(policy, **parameters): ...
    >>> str(signature_with_parameters(firm))[:43]
    "(policy, *, reality: 'str | None' = None, a"
    """
    written = signature(function)
    named = [keyword for keyword in written.parameters.values() if keyword.kind is not Keyword.VAR_KEYWORD]
    each = [
        Keyword(name, Keyword.KEYWORD_ONLY, default=None, annotation=f"{KINDS[about.kind]} | None")
        for name, about in PARAMETERS.items()
    ]
    return written.replace(parameters=[*named, *each])
