"""Compiled code in units: each phase and each kernel is optimised, emitted and kept once, and calls the others.

Left to itself, Numba optimises each function and turns it into machine code; its caller copies what the function was
before that step, and does the same again. Of a rule that ten functions on the way to a kernel call, all but the copy in
the kernel is work for nothing, and a kernel has to be made anew, phases and all, wherever one rule in one phase is
another. Here what is compiled into its callers (`_Inlined`) is only handed on to them, and what is called (`_Unit`) is
handed on by its name: the process's engine knows where it is, since it has been loaded before its callers are.

This leans on what Numba does not promise. With a version that has not been tried, each caller gets copies, as ever.
"""

from __future__ import annotations

import os
import pickle
import re
from collections.abc import Callable
from functools import cached_property
from typing import Any

import llvmlite.binding as llvm
import numba
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import CompilerBase, CompileResult, DefaultPassBuilder, Flags, compile_result
from numba.core.environment import lookup_environment
from numba.core.registry import CPUDispatcher
from numba.core.runtime import rtsys
from numba.core.serialize import dumps
from numba.core.targetconfig import TargetConfig
from numba.core.typed_passes import NopythonRewrites

from . import machine_code

# Whether nothing is turned into machine code: functions are wanted as they are before that, to be compiled for a page.
INTERMEDIATE = os.environ.get("TRIPLEOS_INTERMEDIATE") == "1"

TRIED = {(0, 68)}  # versions of Numba with which all this was tried
USABLE = tuple(int(number) for number in re.findall(r"\d+", numba.__version__)[:2]) in TRIED


# --- what Numba gathers of a function ---------------------------------------------------------------------------------


class _Inlined(JITCodeLibrary):
    """A function that is compiled into its callers; neither optimised nor turned into machine code by itself."""

    def add_linking_library(self, library: Any) -> None:
        """Called while the function is compiled, for each function that it calls."""
        # Numba's counting of references is offered to every function; none of ours counts any.
        if library is not rtsys.library and library not in self._linking_libraries:
            self._linking_libraries.append(library)

    def finalize(self) -> None:
        """Called when a caller has been compiled."""
        self._finalized = True

    def own(self) -> Any:
        """The function alone, to be linked to what it calls."""
        return super()._get_module_for_linking()

    def _get_module_for_linking(self) -> Any:
        """The function with all that it calls, for a function that Numba compiles in its own way."""
        whole = self.own().clone()
        _link(whole, [self])
        return whole


class _Unit(JITCodeLibrary):
    """A function that has machine code of its own, with a copy of all that is compiled into it.

    Attributes
    ----------
    file, symbol : str or None
        Under which name its machine code is kept, and is known to the engine; None if it is not kept.
    """

    file: str | None = None
    symbol: str | None = None

    def add_linking_library(self, library: Any) -> None:
        """Called while the function is compiled, for each function that it calls."""
        library._ensure_finalized()  # which loads a unit
        if library not in self._linking_libraries:
            self._linking_libraries.append(library)

    def finalize(self) -> None:
        """Optimise the function with all that is compiled into it, and load its machine code."""
        linked = _link(self._final_module, self._linking_libraries)
        self.called = [one for one in linked if isinstance(one, _Unit)]
        for one in linked:
            self._reload_init.update(one._reload_init)
        self._linking_libraries = []
        super().finalize()
        # Numba would set these in the machine code of each function by itself.
        codegen: Any = self._codegen
        for variable in self._final_module.global_variables:
            if environment := variable.name.startswith("_ZN08NumbaEnv") and lookup_environment(variable.name):
                codegen.set_env(variable.name, environment)

    def _optimize_final_module(self) -> None:
        """Called once all is linked."""
        # Numba's first step puts callees into callers as they were written, and the week is then 6 % slower than with
        # callees that were simplified before; LLVM's level 1 goes from callees to callers, and simplifies on the way.
        settings = vars(numba.config)
        for level, is_vectorised in ((1, False), (int(settings["OPT"]), bool(settings["LOOP_VECTORIZE"]))):
            options = llvm.create_pipeline_tuning_options(speed_level=level)
            options.loop_vectorization = is_vectorised
            # Most loops are over a dozen aspects, or fewer: unrolled they are half of the machine code, and the week is
            # a tenth slower.
            options.loop_unrolling = False
            builder = llvm.create_pass_builder(self._codegen._tm, options)
            builder.getModulePassManager().run(self._final_module, builder)

    def _get_module_for_linking(self) -> Any:
        """Nothing: callers find it by its name."""
        self._ensure_finalized()
        return llvm.parse_assembly(str(self._codegen._create_empty_module(self.name)))

    def serialize_using_object_code(self) -> tuple[str, bytes, list[str]]:
        """What `restored` needs."""
        self._ensure_finalized()
        return self.name, self._get_compiled_object(), [one.name for one in self.get_defined_functions()]

    @classmethod
    def restored(cls, codegen: Any, name: str, code: bytes, symbols: list[str]) -> _Unit:
        """Load machine code; all that it calls has to be there."""
        unit = cls(codegen, name)
        unit.enable_object_caching()
        unit._set_compiled_object(code)
        unit._finalize_final_module()
        codegen._engine._defined_symbols.update(symbols)
        return unit


def _link(module: Any, libraries: list[Any]) -> list[Any]:
    """Add to a module what it calls, at every depth; the libraries that were added."""
    # What nobody in a module calls is not taken over into it, therefore callers come first.
    found: dict[Any, None] = {}
    for one in reversed(libraries):
        _callees_first(one, found)
    ordered = list(found)[::-1]
    for one in ordered:
        module.link_in(one.own() if isinstance(one, _Inlined) else one._get_module_for_linking(), preserve=True)
    return ordered


def _callees_first(library: Any, found: dict[Any, None]) -> None:
    if library in found:
        return
    if isinstance(library, _Inlined):
        for one in reversed(library._linking_libraries):
            _callees_first(one, found)
    found[library] = None


# --- how Numba is told ------------------------------------------------------------------------------------------------


class _Flags(Flags):
    """Numba's settings of a compilation, which it compares thirty thousand times, made cheaper to compare."""

    def __hash__(self) -> int:
        return 1

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TargetConfig) and self._values == other._values


class _Pipeline(CompilerBase):
    """Numba's own steps, with a library of ours to gather what they make."""

    library: type[JITCodeLibrary] = _Unit
    is_entry = True

    def _compile_core(self) -> Any:
        """Called for each function that is compiled."""
        self.state.flags = _Flags(self.state.flags)
        return super()._compile_core()

    def define_pipelines(self) -> list[Any]:
        """Called for each function that is compiled."""
        self.state.library = self.library(self.state.targetctx.codegen(), self.state.func_id.func_qualname)
        self.state.library.enable_object_caching()
        self.state.flags.no_compile = not self.is_entry  # so that Numba does not look for a way in from Python
        steps = DefaultPassBuilder.define_nopython_pipeline(self.state)
        # What Numba checks after each of its steps takes a tenth of the time of all; and no rule has sums of whole
        # arrays to be rewritten.
        steps._ENFORCING = False
        steps.passes = [one for one in steps.passes if one[0] is not NopythonRewrites]
        return [steps]


class _ToUnit(_Pipeline):
    is_entry = False


class _ToInlined(_ToUnit):
    library = _Inlined


class _Inside(CPUDispatcher):
    """What only compiled code calls: it needs no way in from Python, which takes a large part of the compile time."""

    outside: Callable[[], Any]

    def add_overload(self, result: Any) -> None:
        """Called with what was compiled, or loaded."""
        if result.entry_point is None:
            # Numba looks compiled functions up by what Python would call.
            result = result._replace(entry_point=object())
            self.targetctx.insert_user_function(result.entry_point, result.fndesc, [result.library])
        self.overloads[tuple(result.signature.args)] = result

    def __call__(self, *arguments: Any) -> Any:
        return self._for_python(*arguments)

    @cached_property
    def _for_python(self) -> Any:
        return self.outside()


def dispatcher(function: Any, settings: dict[str, Any], outside: Callable[[], Any] | None) -> Any:
    """What Numba makes of a function, in units if that can be done.

    Parameters
    ----------
    function : function
        As written.
    settings : dict
        As for `numba.njit`.
    outside : callable or None
        Makes what Python calls, should it call; None for a kernel, which Python calls.

    Returns
    -------
    numba Dispatcher
        The function as it is under `NUMBA_DISABLE_JIT`.
    """
    if not USABLE or vars(numba.config)["DISABLE_JIT"]:
        return numba.njit(**settings)(function)
    if outside is None and not INTERMEDIATE:
        return numba.njit(**settings, pipeline_class=_Pipeline)(function)
    pipeline = _ToInlined if INTERMEDIATE or settings.get("forceinline") else _ToUnit
    options = {"nopython": True, **settings, "no_cpython_wrapper": True}
    made = _Inside(function, targetoptions=options, pipeline_class=pipeline)
    if outside is not None:
        made.outside = outside
    return made


# --- on disk ----------------------------------------------------------------------------------------------------------


def keep(file: str, result: Any) -> None:
    """Keep machine code on disk, if it can be.

    Parameters
    ----------
    file : str
        Its name, the same only for the same code.
    result : numba CompileResult
        What Numba has compiled.
    """
    library = result.library
    if result.lifted or library.has_dynamic_globals:
        return
    if not USABLE:
        machine_code.write(file, dumps(result._reduce()))
        return
    called = [(one.file, one.symbol) for one in library.called]
    if (None, None) not in called:
        library.file, library.symbol = file, result.fndesc.mangled_name
        machine_code.write(file, dumps((called, result._reduce())))


def found(file: str, target_context: Any) -> CompileResult | None:
    """The machine code under a name, loaded, with all that it calls.

    Parameters
    ----------
    file : str
        As it was kept.
    target_context : numba BaseContext
        Numba's.

    Returns
    -------
    CompileResult or None
        None if there is none, or none of use.
    """
    content = machine_code.read(file)
    if content is None:
        return None
    try:
        if not USABLE:
            return CompileResult._rebuild(target_context, *pickle.loads(content))
        called, parts = pickle.loads(content)
        # A process that compiled a unit at the same time may have written it last, under a symbol of its own.
        there = all(_is_loaded(one, symbol, target_context) for one, symbol in called)
        return _rebuilt(file, target_context, *parts) if there else None
    except Exception:  # written whole, and yet of no use here, for whatever reason
        machine_code.drop(file)
        return None


# The phases of this session, by file: loading machine code twice would define its symbols twice.
_PHASES: dict[str, CompileResult] = {}


def phase(file: str, target_context: Any) -> CompileResult | None:
    """The machine code of a phase, as from `found`; the same for the whole session.

    Parameters
    ----------
    file : str
        As it was kept.
    target_context : numba BaseContext
        Numba's.

    Returns
    -------
    CompileResult or None
        None if there is none, or none of use.
    """
    if file not in _PHASES and (loaded := found(file, target_context)) is not None:
        _PHASES[file] = loaded
    return _PHASES.get(file)


def _is_loaded(file: str, symbol: str, target_context: Any) -> bool:
    """Whether a unit that was called by a symbol is there, loaded if need be."""
    engine = target_context.codegen()._engine
    return engine.is_symbol_defined(symbol) or (
        phase(file, target_context) is not None and engine.is_symbol_defined(symbol)
    )


def _rebuilt(
    file: str, target_context: Any, code: Any, fndesc: Any, environment: Any, signature: Any, *rest: Any
) -> CompileResult:
    """What Numba would make of its own files, of ours."""
    *_, reload_init, environments = rest
    for initialise in reload_init:
        initialise()
    library = _Unit.restored(target_context.codegen(), *code)
    library.file, library.symbol, library.called = file, fndesc.mangled_name, []
    for one in (environment, *environments):
        library.codegen.set_env(one.env_name, one)
    return compile_result(
        target_context=target_context,
        typing_context=target_context.typing_context,
        library=library,
        environment=environment,
        entry_point=target_context.get_executable(library, fndesc, environment),
        fndesc=fndesc,
        signature=signature,
        objectmode=False,
        reload_init=reload_init,
        referenced_envs=environments,
    )
