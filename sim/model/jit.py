"""Compiled speed from ordinary functions: five decorators, and a cache of machine code that cannot go stale.

A `rule` is a small plain function over numbers and arrays; it is compiled *into* whatever calls it. A `routine` is a
rule that is called instead, as a `phase` is, and a `kernel` is an entry point that Python calls; the machine code of
each is kept on disk between sessions (how they come together, `units` says). All stay ordinary Python functions:
`f.py_func` is the function as written, and with the environment variable `NUMBA_DISABLE_JIT=1` the whole model runs
uncompiled.

Compiled code holds a copy of every rule that it calls and of every constant that it reads. It is kept under the hash of
just these, as they are in this session (`fingerprint`). So an edit in whatever file, or a rule that was replaced from
outside, leads to other code, and never to code that a session without it would load; a new docstring leads to none.
What is replaced *after* it was compiled would be ignored; the next call of a kernel refuses to go on.
"""

from __future__ import annotations

import dis
import hashlib
import inspect
import itertools
import re
import secrets
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, partial, wraps
from importlib.metadata import version as installed
from types import CellType, CodeType, FunctionType, ModuleType
from typing import Any, NamedTuple, TypeVar

import numba
import numpy as np
from numba.core.bytecode import FunctionIdentity
from numba.core.caching import NullCache
from numba.core.dispatcher import Dispatcher
from numba.core.errors import NumbaError
from numba.core.extending import _Intrinsic
from numba.core.registry import cpu_target

from ..errors import ScenarioError
from . import machine_code, units

F = TypeVar("F", bound=Callable[..., Any])


# Numba numbers functions from 1 on in each process, and calls machine code by name and number. Two kernels that differ
# in one rule (a model with an extension, and one without) and were compiled in two processes could so have functions of
# one name; loaded together, one of them would run with the other's code. A start of its own for each process rules
# that out.
FunctionIdentity._unique_ids = itertools.count(secrets.randbits(62))


class ReplacedError(RuntimeError):
    """A rule or a constant was replaced in a way that compiled code cannot follow; the message says what to do."""


class CompileError(ScenarioError):
    """A function cannot be compiled; the message says where and why, and its cause is Numba's own, longer one."""


# What Numba says first is where it was; these say what was wrong.
_REASONS = re.compile(
    r"(Unknown attribute '\w+'|Untyped global name '[\w.]+'|name '\w+' is not defined|No implementation of \w+ .*"
    r"|[Uu]se of unsupported .*|Cannot unify .*|too many positional arguments|missing a required argument: '\w+'.*)"
)


def _compile_error(error: NumbaError) -> CompileError:
    """The first place that Numba names, and the reason, in a sentence."""
    text = str(error)
    # A line of the function itself, or only its name, as what its caller was about to call.
    place = re.search(
        r'File "(?P<file>.+)", line (?P<line>\d+)|(?:CPUDispatcher|_Inside)\(<function (?P<function>\S+) at', text
    )
    reason = _REASONS.search(text)
    where = f"{place['function'] or place['file'] + ', line ' + place['line']}: " if place else ""
    said = reason[0] if reason else text.splitlines()[0] if text else type(error).__name__
    return CompileError(f"{where}cannot be compiled: {said[:200]}")


# --- decorators -------------------------------------------------------------------------------------------------------

# Rules, parts and phases allocate nothing (what they need, they are given), so that Numba need not count references
# to arrays (`_nrt`): with some forty arrays in a state that counting would triple the running time and add a half to
# the compile time.
SETTINGS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "_nrt": False, "no_cfunc_wrapper": True}
# What only compiled code calls needs no way in from Python; for a function that takes the whole state, making one
# costs a second of compilation.
_INSIDE: dict[str, Any] = {"no_cpython_wrapper": True}


def rule(function: F) -> F:
    """Compile a small function into each of its callers (a real call with arrays would cost 3-4 times its work).

    Parameters
    ----------
    function : function
        Over numbers and arrays; it allocates nothing.

    Returns
    -------
    numba Dispatcher
        The compiled function; the plain one under `NUMBA_DISABLE_JIT`.
    """
    return _compiled(function, Watched, forceinline=True)


def part(function: F) -> F:
    """Compile a part of a phase, a function that takes the whole state, into it. Python can call its `py_func` only.

    Parameters
    ----------
    function : function
        It allocates nothing.

    Returns
    -------
    numba Dispatcher
        The compiled function; the plain one under `NUMBA_DISABLE_JIT`.
    """
    return _compiled(function, Watched, forceinline=True, **_INSIDE)


def phase(function: F) -> F:
    """Compile a function that is called about once a week: a real call. Python can call its `py_func` only.

    Parameters
    ----------
    function : function
        It allocates nothing.

    Returns
    -------
    numba Dispatcher
        The compiled function; the plain one under `NUMBA_DISABLE_JIT`.
    """
    return _compiled(function, _KeptPhase, **_INSIDE)


def routine(function: F) -> F:
    """Compile a rule that is called, instead of being copied into its callers.

    For what is worth a call: what is long, and needed in many places; and loops over long arrays, of which the
    compiler may make loops that work on several places at once.

    Parameters
    ----------
    function : function
        Over numbers and arrays; it allocates nothing.

    Returns
    -------
    numba Dispatcher
        The compiled function; the plain one under `NUMBA_DISABLE_JIT`.
    """
    return _compiled(function, _KeptPhase)


def kernel(function: F) -> F:
    """Compile an entry point, kept on disk; `compiled` is what Numba makes of it.

    It releases the GIL, so that runs share the processor's cores as threads.

    Parameters
    ----------
    function : function
        It allocates nothing.

    Returns
    -------
    callable
        To be called from Python; the plain function under `NUMBA_DISABLE_JIT`.

    Raises
    ------
    ReplacedError
        When it is called, if a rule or a constant has been replaced since it was compiled.
    CompileError
        When it is called, if it, or a function that it calls, cannot be compiled.
    """
    compiled: Any = _compiled(function, _Kept)
    compiled.decorated = kernel  # should this be what is called: NUMBA_DISABLE_JIT
    if compiled is function:
        return function

    @wraps(function)
    def call(*arguments: Any) -> Any:
        compiled._cache.check()
        try:
            return compiled(*arguments)
        except NumbaError as error:
            raise _compile_error(error) from error

    call.py_func, call.compiled, call.decorated = function, compiled, kernel  # type: ignore[attr-defined]
    return call  # type: ignore[return-value]


def _compiled(function: F, kind: type[Watched], **settings: Any) -> Any:
    outside = None if kind is _Kept else partial(_for_python, function, settings)
    compiled: Any = units.dispatcher(function, {**SETTINGS, **settings}, outside)
    if compiled is not function:  # NUMBA_DISABLE_JIT
        compiled._cache = (Watched if units.INTERMEDIATE else kind)(function)
    compiled.decorated = partial(_compiled, kind=kind, **settings)
    return compiled


def _for_python(function: Any, settings: Mapping[str, Any]) -> Any:
    """A rule that Python can call."""
    if "no_cpython_wrapper" in settings:
        raise TypeError(f"{function.__name__} is called by compiled code only; Python can call its `py_func`")
    compiled = units.dispatcher(function, SETTINGS, None)
    compiled._cache = Watched(function)
    return compiled


def is_compiled(kernel: Any) -> bool:
    """Whether a kernel, as its rules are now, needs no compiling; that of the engine takes about half a minute.

    Parameters
    ----------
    kernel : callable
        As the decorator `kernel` returns it.

    Returns
    -------
    bool
        True under `NUMBA_DISABLE_JIT`, where nothing is compiled.
    """
    compiled = getattr(kernel, "compiled", None)
    if compiled is None or compiled.signatures:
        return True
    kept = [compiled, *(one for one in called_by(compiled.py_func) if isinstance(one._cache, _Kept))]
    return all(machine_code.holds(one._cache.name()) for one in kept)


# --- other rules in place of some -------------------------------------------------------------------------------------


def with_others(function: Any, others: Mapping[Any, Any]) -> Any:
    """A rule, phase or kernel that calls other rules in place of some, at whatever depth; the original stays as it is.

    Parameters
    ----------
    function : callable
        From one of the five decorators.
    others : mapping of callable to callable
        Rules that it calls, and what stands in their place. What stands in for a rule may call that rule itself.

    Returns
    -------
    callable
        The function itself if it calls none of them.

    Examples
    --------
    >>> @rule
    ... def twice(x):
    ...     return 2 * x
    >>> @rule
    ... def thrice(x):
    ...     return 3 * x
    >>> @rule
    ... def twice_and_one(x):
    ...     return twice(x) + 1
    >>> with_others(twice_and_one, {twice: thrice})(10), twice_and_one(10)
    (31, 21)
    """
    return _Others(others)(function)


class _Others:
    """What stands in the place of each function, found once for each."""

    def __init__(self, others: Mapping[Any, Any]) -> None:
        self.others = others
        self.made: dict[Any, Any] = {}

    def __call__(self, function: Any) -> Any:
        if function not in self.made:
            chosen = self.others.get(function, function)
            # Within what stands in for it, a rule is the original, or it would call itself.
            below = self if chosen is function else _Others({k: v for k, v in self.others.items() if k is not function})
            self.made[function] = below._remade(chosen)
        return self.made[function]

    def _remade(self, function: Any) -> Any:
        plain: FunctionType = getattr(function, "py_func", function)
        changed = {}
        for one in references(plain):
            if hasattr(one.value, "decorated") and (other := self(one.value)) is not one.value:
                changed[one.name] = other
                if one.namespace is not plain.__globals__ and one.name not in plain.__code__.co_freevars:
                    raise ReplacedError(f"{one.module}.{one.name} is read from its module, and cannot be replaced")
        if not changed:
            return function
        cells = dict(zip(plain.__code__.co_freevars, plain.__closure__ or (), strict=True))
        closure = tuple(CellType(changed[name]) if name in changed else cell for name, cell in cells.items())
        names = {**plain.__globals__, **{name: one for name, one in changed.items() if name not in cells}}
        clone = FunctionType(plain.__code__, names, plain.__name__, plain.__defaults__, closure)
        clone.__kwdefaults__, clone.__doc__, clone.__qualname__ = (
            plain.__kwdefaults__,
            plain.__doc__,
            plain.__qualname__,
        )
        clone.original = plain  # type: ignore[attr-defined]
        return function.decorated(clone)


# --- what compiled code is made of ------------------------------------------------------------------------------------


class Reference(NamedTuple):
    """A name that a function reads from outside.

    Attributes
    ----------
    module : str
        The module in which the name is looked up.
    namespace : dict
        What the names of that module stand for; of a closure, the one name.
    name : str
        The name.
    value : Any
        What the name stands for; None if for nothing (or for a builtin).
    """

    module: str
    namespace: dict[str, Any]
    name: str
    value: Any

    def check(self) -> None:
        """Raise `ReplacedError` if it stands for something else by now."""
        if self.namespace.get(self.name) is not self.value:
            raise ReplacedError(
                f"{self.module}.{self.name} was replaced after the model had been compiled with it, and compiled code "
                "would go on with what was there before: start Python again, and replace it before the first run"
            )


def references(function: FunctionType) -> Iterator[Reference]:
    """What a function reads from outside: globals, what it reads from modules among them, and its closure.

    Parameters
    ----------
    function : function
        As written.

    Yields
    ------
    Reference
        In the order of the code. A module under a local name is not followed.
    """
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        yield Reference(function.__module__, {name: cell.cell_contents}, name, cell.cell_contents)
    for chain in [chain for code in _codes(function.__code__) for chain in _chains(code)]:
        module, namespace = function.__module__, function.__globals__
        for name in chain:
            value = namespace.get(name)
            yield Reference(module, namespace, name, value)
            if not isinstance(value, ModuleType):
                break
            module, namespace = value.__name__, vars(value)


@cache
def _chains(code: CodeType) -> list[list[str]]:
    """The global names that code reads, each with the attributes that it reads from there, as [rng, key]."""
    chains: list[list[str]] = []
    growing = False
    for step in dis.get_instructions(code):
        if step.opname == "LOAD_GLOBAL":
            chains.append([step.argval])
            growing = True
        elif step.opname in ("LOAD_ATTR", "LOAD_METHOD") and growing:
            chains[-1].append(step.argval)
        elif step.opname != "EXTENDED_ARG":  # the first half of an instruction
            growing = False
    return chains


def _codes(code: CodeType) -> Iterator[CodeType]:
    """A code object and those within it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def called_by(function: FunctionType) -> list[Any]:
    """All that a function calls, at every depth, as it is now; in a fixed order.

    Parameters
    ----------
    function : function
        As written.

    Returns
    -------
    list of numba Dispatcher
        Rules, parts and phases, each once.
    """
    found: dict[Any, Any] = {}  # by the function as written
    ahead = [function]
    for one in ahead:
        for reference in references(one):
            called = reference.value
            if isinstance(called, Dispatcher) and called.py_func is not function and called.py_func not in found:
                found[called.py_func] = called
                ahead.append(called.py_func)
    return list(found.values())


def compiled_into(function: FunctionType) -> list[FunctionType]:
    """A function and all that it calls, at every depth, as they are now; in a fixed order.

    Parameters
    ----------
    function : function
        As written.

    Returns
    -------
    list of function
        The function itself first; each as written.
    """
    return [function, *(one.py_func for one in called_by(function))]


def fingerprint(function: FunctionType) -> str:
    """The hash of all that the machine code of a function follows from, but for the types of its arguments.

    That is: the code of the function and of all that it calls, without docstrings; the constants that they read; how
    they are compiled; Python, Numba, LLVM and the processor.

    Parameters
    ----------
    function : function
        As written.

    Returns
    -------
    str
        16 hex digits.

    Raises
    ------
    ReplacedError
        If compiled code would call a function that is no rule.
    """
    digest = hashlib.sha256()
    processor = cpu_target.target_context.codegen().magic_tuple()
    compilers = sys.version_info[:2], numba.__version__, installed("llvmlite")
    settings = [getattr(numba.config, name) for name in ("OPT", "LOOP_VECTORIZE", "SLP_VECTORIZE", "BOUNDSCHECK")]
    digest.update(repr((processor, compilers, settings, SETTINGS, units.USABLE, "held in place")).encode())
    for one in compiled_into(function):
        digest.update(repr((one.__module__, one.__qualname__, one.__defaults__, one.__kwdefaults__)).encode())
        for code in _codes(one.__code__):
            digest.update(repr(_content(code, one.__doc__)).encode())
        for reference in references(one):
            digest.update(f"{reference.name} = {_described(reference)}\n".encode())
    return digest.hexdigest()[:16]


def _content(code: CodeType, docstring: str | None) -> tuple[Any, ...]:
    """What a code object does, wherever it stands."""
    constants = code.co_consts[1:] if code.co_consts[:1] == (docstring,) else code.co_consts
    plain = [value for value in constants if not isinstance(value, CodeType)]
    return code.co_code, plain, code.co_names, code.co_varnames, code.co_argcount, code.co_exceptiontable


def _described(reference: Reference) -> str:
    """What a name stands for, so that what is not the same has another description."""
    value = reference.value
    if isinstance(value, Dispatcher):
        return f"{value.py_func.__module__}.{value.py_func.__qualname__} {sorted(value.targetoptions.items())}"
    if isinstance(value, FunctionType) and not value.__module__.startswith("numpy"):
        raise ReplacedError(
            f"{reference.module}.{reference.name} is an ordinary function, which compiled code cannot call: "
            "it needs the decorator `rule` of tripleos.extend"
        )
    if isinstance(value, _Intrinsic):
        definition = inspect.unwrap(value)
        cells = [cell.cell_contents for cell in definition.__closure__ or ()]
        return f"{[_content(code, None) for code in _codes(definition.__code__)]} {cells}"
    if isinstance(value, np.ndarray):
        return f"{value.dtype} {value.shape} {hashlib.sha256(value.tobytes()).hexdigest()}"
    if isinstance(value, type | ModuleType | FunctionType) or callable(value):
        module, name = getattr(value, "__module__", ""), getattr(value, "__qualname__", getattr(value, "__name__", ""))
        return f"{module}.{name} {getattr(value, '_fields', '')}"
    return repr(value)


def _layout(kind: Any) -> str:
    """The type of an argument, with the names of its fields, which Numba leaves out of tuples."""
    inner = [_layout(one) for one in getattr(kind, "types", ())]
    return f"{kind} {list(getattr(kind, 'fields', ()))} {inner}"


# --- what Numba asks before it compiles, and afterwards ---------------------------------------------------------------

# What compiled code of this session was made with, by namespace and name.
_READ: dict[tuple[int, str], Reference] = {}


def _of_originals(functions: Iterable[FunctionType]) -> Iterator[Reference]:
    """What the originals of functions read that were made again with other rules: a copy holds what was there then."""
    for one in functions:
        if original := getattr(one, "original", None):
            yield from references(original)


class Watched(NullCache):
    """No cache, but a note of what is compiled."""

    def __init__(self, function: Any) -> None:
        self.function: FunctionType = function

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Called before the function is compiled for a signature.

        Parameters
        ----------
        sig, target_context : object
            As Numba gives them.
        """
        for reference in references(self.function):
            self._note(reference)
        for reference in _of_originals([self.function]):
            self._note(reference)

    @staticmethod
    def _note(reference: Reference) -> Reference:
        """What compiled code of this session has a copy of; raises `ReplacedError` if that is something else."""
        noted = _READ.setdefault((id(reference.namespace), reference.name), reference)
        noted.check()
        return noted


class _Kept(Watched):
    """The machine code of a kernel, on disk."""

    def __init__(self, function: Any) -> None:
        super().__init__(function)
        self._read: tuple[Reference, ...] = ()

    def check(self) -> None:
        """Raise `ReplacedError` if anything was replaced since this kernel was compiled."""
        for reference in self._read:
            reference.check()

    def name(self) -> str:
        """Under which it is kept, up to the types of its arguments."""
        return f"{self.function.__module__}.{self.function.__qualname__}-{fingerprint(self.function)}"

    def _file(self, sig: Any) -> str:
        types = repr([_layout(kind) for kind in sig])
        return f"{self.name()}-{hashlib.sha256(types.encode()).hexdigest()[:16]}"

    def _find(self, file: str, target_context: Any) -> Any:
        return units.found(file, target_context)

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """The machine code for a signature, if it is on disk as it was written."""
        target_context.refresh()
        functions = compiled_into(self.function)
        read = [self._note(one) for function in functions for one in references(function)]
        read += map(self._note, _of_originals(functions))
        self._read = tuple({id(one): one for one in read}.values())
        return self._find(self._file(sig), target_context)

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep the machine code for a signature, unless a rule was replaced while it was compiled."""
        self.check()
        units.keep(self._file(sig), data)


class _KeptPhase(_Kept):
    """The machine code of a phase, on disk, which all kernels of a session share."""

    def _find(self, file: str, target_context: Any) -> Any:
        return units.phase(file, target_context)
