"""Named tuples of arrays that stay where they are while compiled code calls compiled code: only their place is told.

To Numba a named tuple of forty arrays is some three hundred numbers. It hands all of them on with each call, and
unpacks and packs them again in each function that is compiled; a phase that takes the state, the workspace and reality
has seven hundred arguments. A kernel therefore writes them down once (`held`), and its phases and rules get the
address: `state.idea` reads the few numbers of this one array from there. Nothing changes for rules; what they are given
has the same fields.

While a kernel runs nobody writes there, and the compiler is told so: what a loop needs is read once, before it.
"""

from __future__ import annotations

import hashlib
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.datamodel import default_manager, models
from numba.core.datamodel.packer import ArgPacker
from numba.core.extending import _Intrinsic
from numba.core.typing.templates import AbstractTemplate, AttributeTemplate, infer, infer_getattr, signature
from numba.extending import lower_builtin, lower_getattr_generic, register_model

WORD = ir.IntType(64)  # each number, or address, has eight bytes


class Held(types.Type):
    """The type of a named tuple that is written down.

    Parameters
    ----------
    tuple_type : numba NamedTuple
        What is written down.

    Attributes
    ----------
    types : tuple of numba Type
        That type.
    fields : tuple of str
        As there.
    """

    def __init__(self, tuple_type: Any) -> None:
        self.types = (tuple_type,)
        self.fields = tuple(tuple_type.fields)
        # Symbols in machine code contain the names of types.
        told = hashlib.sha256(f"{tuple_type} {self.fields}".encode()).hexdigest()[:8]
        super().__init__(f"Held{tuple_type.instance_class.__name__}{told}")

    @property
    def key(self) -> Any:
        """What makes two types one."""
        return self.types[0], self.fields


def _packer(kind: Any) -> ArgPacker:
    """How Numba makes a row of numbers and addresses of a value, and a value of these."""
    return ArgPacker(default_manager, [kind])


def _words(kind: Any) -> int:
    return len(_packer(kind).argument_types)


@register_model(Held)
class _Address(models.PrimitiveModel):
    """To the compiler: the address of so many words."""

    def __init__(self, manager: Any, kind: Held) -> None:
        super().__init__(manager, kind, ir.ArrayType(WORD, _words(kind.types[0])).as_pointer())


def _place(builder: Any, address: Any, word: int, kind: Any) -> Any:
    return builder.bitcast(cgutils.gep_inbounds(builder, address, 0, word), kind.as_pointer())


def _hold(context: Any, builder: Any, sig: Any, arguments: Any) -> Any:
    """Write a named tuple down, on the stack of the function that does so."""
    packer = _packer(sig.args[0])
    kind = context.get_value_type(sig.return_type)
    address = cgutils.alloca_once(builder, kind.pointee)
    for k, number in enumerate(packer.as_arguments(builder, [arguments[0]])):
        builder.store(number, _place(builder, address, k, number.type))
    # What is read from there counts as never written (`invariant.load`). The compiler must not know better: for it the
    # address comes from elsewhere, and whatever was written before is there by now.
    hidden = ir.InlineAsm(ir.FunctionType(kind, [kind]), "", "=r,0,~{memory}", side_effect=True)
    return builder.call(hidden, [address])


def _read(builder: Any, held: Held, address: Any, at: int) -> Any:
    """Read a field."""
    kinds = held.types[0].types
    packer, first = _packer(kinds[at]), sum(map(_words, kinds[:at]))
    nothing = builder.module.add_metadata([])
    numbers = []
    for k, kind in enumerate(packer.argument_types):
        if isinstance(kinds[at], types.Array) and k < 2:  # who owns the memory, which nobody asks for
            numbers.append(ir.Constant(kind, None))
            continue
        number = builder.load(_place(builder, address, first + k, kind))
        number.set_metadata("invariant.load", nothing)
        numbers.append(number)
    return packer.from_arguments(builder, numbers)[0]


@infer_getattr
class _Fields(AttributeTemplate):
    key = Held

    def generic_resolve(self, held: Held, name: str) -> Any:  # type: ignore[override]
        """The type of a field."""
        return held.types[0].types[held.fields.index(name)] if name in held.fields else None


@lower_getattr_generic(Held)
def _get(_: Any, builder: Any, held: Held, address: Any, name: str) -> Any:
    return _read(builder, held, address, held.fields.index(name))


@infer
class _FieldAt(AbstractTemplate):
    key = "static_getitem"

    def generic(self, arguments: Any, keywords: Any) -> Any:  # noqa: ARG002 - the form that Numba calls
        """The type of a field, by its number."""
        held, at = arguments
        if isinstance(held, Held) and isinstance(at, int):
            return signature(held.types[0].types[at], *arguments)
        return None


@lower_builtin("static_getitem", Held, types.Any)
def _get_at(_: Any, builder: Any, sig: Any, arguments: Any) -> Any:
    address, at = arguments
    return _read(builder, sig.args[0], address, at)


class _Held(_Intrinsic):  # type: ignore[misc]
    def __call__(self, given: Any) -> Any:
        """To Python: the same named tuple."""
        return given


def _held(typing_context: Any, given: Any) -> Any:  # noqa: ARG001 - the form that Numba calls
    """Write a named tuple of arrays down, for the time of a call of a kernel; in Python, it is what it was."""
    return signature(Held(given), given), _hold


held = _Held("held", _held)
held._register()
