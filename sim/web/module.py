"""The model as a WebAssembly module: the intermediate code of its kernels, optimised for browsers, and linked.

The module has a function for each kernel. It is given the address of a table that holds what the kernel is called
with, eight bytes each: an array is seven or more of them (two that are empty, its number of elements, the bytes of
one, its address, its shape and its strides), as Numba passes it on.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from typing import Any

import llvmlite.binding as llvm
import numpy as np

from ..errors import ScenarioError
from ..model.extensions import load_sent
from ..model.model import Model, model_of
from ..model.run import reality_for
from ..scenario import Scenario
from .intermediate import ModuleError, intermediate_code
from .link import linked
from .shipped import CLASSICS

TRIPLE = "wasm32-unknown-unknown"
# What every browser has had since 2021.
FEATURES = "+bulk-memory,+sign-ext,+nontrapping-fptoint,+mutable-globals"

# Numba asks a function of its C library how a contiguous array is seen in another shape; this is all there is to it.
_RESHAPE = """
define internal i32 @numba_attempt_nocopy_reshape(
    i64 %nd, ptr %dims, ptr %strides, i64 %count, ptr %shape, ptr %made, i64 %size, i32 %fortran) {
entry:
  br label %next
next:
  %k = phi i64 [ %count, %entry ], [ %before, %body ]
  %stride = phi i64 [ %size, %entry ], [ %more, %body ]
  %done = icmp sle i64 %k, 0
  br i1 %done, label %end, label %body
body:
  %before = sub i64 %k, 1
  %place = getelementptr i64, ptr %made, i64 %before
  store i64 %stride, ptr %place
  %length.place = getelementptr i64, ptr %shape, i64 %before
  %length = load i64, ptr %length.place
  %more = mul i64 %stride, %length
  br label %next
end:
  ret i32 1
}
"""


def kernels(model: Model) -> dict[str, tuple[Any, tuple[Any, ...]]]:
    """What a page calls, each with arguments of the types that it is called with.

    Parameters
    ----------
    model : Model
        All of its extensions have to be compiled ones.

    Returns
    -------
    dict of str to (kernel, tuple)
        By the name under which the module exports it.
    """
    scenario = Scenario.build(with_=model.extensions)
    state, _ = model.empty_state(scenario)
    numbers = model.numbers(scenario, scenario.policy)
    workspace, reality = model.empty_workspace(scenario), reality_for(scenario.world)
    history = np.empty(0, model.measures_type)
    return {
        "run_weeks": (model.run_weeks, (np.uint64(1), 0, 0, 7, state, workspace, reality, numbers, history)),
        "begin_policy": (model.begin_policy, (state.time, numbers, True, True)),
    }


def web_module(model: Model) -> bytes:
    """The model as a WebAssembly module.

    Parameters
    ----------
    model : Model
        With or without extensions.

    Returns
    -------
    bytes
        The same for the same rules, wherever it is made.

    Raises
    ------
    ModuleError
        If it cannot be made here, or an extension has plain phases or measures, which only Python can run.
    """
    if not model.all_compiled:
        plain = [one.name for one in model.extensions if not one.compiled]
        raise ModuleError(
            f"{', '.join(plain)}: a page can hold compiled phases and measures only (see experiments/EXTENDING.md)"
        )
    return module_with(kernels(model))


def module_with(called: Mapping[str, tuple[Any, tuple[Any, ...]]]) -> bytes:
    """Kernels as a WebAssembly module.

    Parameters
    ----------
    called : mapping of str to (kernel, tuple)
        By the name under which the module exports it; with arguments of the types that it is called with.

    Returns
    -------
    bytes
        The same for the same rules, wherever it is made.

    Raises
    ------
    ModuleError
        If it cannot be made here.
    """
    code = {name: _exported(name, *intermediate_code(*kernel)) for name, kernel in called.items()}
    try:
        machine = _machine()
    except RuntimeError:
        raise ModuleError(
            "this build of LLVM cannot make WebAssembly; pages with the shipped rules can be made"
        ) from None
    modules = [llvm.parse_assembly(_for_web(name, one, str(machine.target_data))) for name, one in code.items()]
    for other in modules[1:]:
        modules[0].link_in(other)
    return linked(machine.emit_object(_optimised(modules[0], machine, list(code))), code)


def main() -> None:
    """Write the module that is asked for on standard input (JSON, see `shipped`) to standard output."""
    try:
        sys.stdout.buffer.write(_asked(json.load(sys.stdin)))
    except ScenarioError as error:
        sys.exit(str(error))


def _asked(of: Any) -> bytes:
    if of == CLASSICS:
        from . import classics

        return module_with(classics.kernels())
    return web_module(model_of(tuple(load_sent(one) for one in of)))


def _machine() -> Any:
    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    target = llvm.Target.from_triple(TRIPLE)
    return target.create_target_machine(cpu="generic", features=FEATURES, opt=3, reloc="static", codemodel="default")


def _exported(name: str, code: str, symbol: str) -> str:
    """The code of a kernel, with a function of that name that calls it with what stands in a table."""
    (found,) = re.findall(rf'^define [^@]*i32 (@"?{re.escape(symbol)}"?)\((.*)\)[^()]*\{{$', code, re.MULTILINE)
    called, parameters = found
    kinds = [one.split()[0] for one in _split(parameters)][2:]  # after those for what is returned, and what is raised
    lines = []
    for k, kind in enumerate(kinds):
        lines += [f"  %p{k} = getelementptr i8, ptr %table, i32 {8 * k}", f"  %v{k} = load {kind}, ptr %p{k}, align 8"]
    passed = "".join(f", {kind} %v{k}" for k, kind in enumerate(kinds))
    return f"""{code}
define i32 @{name}(ptr %table) {{
  %returned = alloca [4 x i64]
  %raised = alloca [4 x i64]
{chr(10).join(lines)}
  %status = call i32 {called}(ptr %returned, ptr %raised{passed})
  ret i32 %status
}}
"""


def _split(parameters: str) -> list[str]:
    """The parameters of a function; attributes with commas in brackets belong to one of them."""
    return re.split(r", (?![^(]*\))", parameters)


def _for_web(name: str, code: str, layout: str) -> str:
    """Code for this machine as code for browsers."""
    code = re.sub(r"^target datalayout = .*$", f'target datalayout = "{layout}"', code, count=1, flags=re.MULTILINE)
    code = re.sub(r"^target triple = .*$", f'target triple = "{TRIPLE}"', code, count=1, flags=re.MULTILINE)
    code = re.sub(r'"(target-cpu|target-features|tune-cpu)"="[^"]*"', "", code)
    # The square root is an instruction there.
    code = re.sub(r"^declare double @sqrt\(.*$", "declare double @llvm.sqrt.f64(double)", code, flags=re.MULTILINE)
    code = code.replace("@sqrt(", "@llvm.sqrt.f64(")
    code, count = re.subn(r"^declare i32 @numba_attempt_nocopy_reshape\(.*$", "", code, flags=re.MULTILINE)
    # What Python would be told of an error holds paths of this machine: the same rules must give the same bytes.
    told = re.compile(r"^(@\.const\.picklebuf\S* = internal constant \{[^}]*\}) .*$", re.MULTILINE)
    code = told.sub(r"\1 zeroinitializer", code)
    return _renamed(name, code) + (_RESHAPE if count else "")


def _renamed(kernel: str, code: str) -> str:
    """The same code, with names in the order in which they occur: Numba's own differ from session to session."""
    names: dict[str, str] = {}

    def name(match: re.Match[str]) -> str:
        kind = "theirs" if "_ZN5numba" in match[0] else "ours"
        return names.setdefault(match[0], f"@{kind}.{kernel}.{len(names)}")

    return re.sub(r'@(?:"_ZN[^"]*"|_ZN[\w.$]*|\.const\.[\w.$]*|"\.const\.[^"]*")', name, code)


def _optimised(module: Any, machine: Any, names: list[str]) -> Any:
    """All but the kernels is internal, and what was a phase stays a function: browsers like functions of that size."""
    module.verify()
    for one in module.functions:
        if not one.is_declaration and one.name not in names:
            one.linkage = "internal"
            if one.name.startswith("ours") and b"alwaysinline" not in set(one.attributes):
                one.add_function_attribute("noinline")
    for variable in module.global_variables:
        if variable.linkage.name == "common":
            variable.linkage = "internal"
    options = llvm.create_pipeline_tuning_options(speed_level=3)
    # In browsers neither vectors nor unrolled loops are faster, and the module is larger with them.
    options.loop_vectorization = options.slp_vectorization = options.loop_unrolling = False
    builder = llvm.create_pass_builder(machine, options)
    builder.getModulePassManager().run(module, builder)
    return module
