"""What the compiler makes of kernels before it looks at the processor: LLVM's intermediate language.

Numba reads Python, finds the types, and writes the intermediate language; this is taken over here before anything is
turned into machine code. It leans on `model.units`, and works with the versions of Numba that are tried there, in a
process of its own (`units.INTERMEDIATE`): what another process has compiled is machine code already.
"""

from __future__ import annotations

from typing import Any

import numba
from numba.core.compiler_lock import global_compiler_lock

from ..errors import ScenarioError
from ..model import units


class ModuleError(ScenarioError):
    """The module of a page cannot be made here; the message says why, and what to do."""


def check_that_usable() -> None:
    """Refuse to go on where modules cannot be made.

    Raises
    ------
    ModuleError
        With a version of Numba that has not been tried, or where compiling is switched off.
    """
    if vars(numba.config)["DISABLE_JIT"]:
        raise ModuleError("a page with other rules needs compiling: unset NUMBA_DISABLE_JIT")
    if not units.USABLE:
        tried = " or ".join(".".join(map(str, one)) for one in sorted(units.TRIED))
        raise ModuleError(
            f"a page with other rules than the shipped ones needs Numba {tried}; here is {numba.__version__}"
        )


def intermediate_code(kernel: Any, arguments: tuple[Any, ...]) -> tuple[str, str]:
    """A kernel with all that it calls, in LLVM's intermediate language, not optimised.

    Parameters
    ----------
    kernel : callable
        As from the decorator `kernel`.
    arguments : tuple
        Such as it is called with; their types decide.

    Returns
    -------
    code : str
        A whole module.
    symbol : str
        The name of the kernel in it.
    """
    kernel.compiled.compile(tuple(numba.typeof(one) for one in arguments))
    (result,) = kernel.compiled.overloads.values()
    with global_compiler_lock:
        return str(result.library._get_module_for_linking()), result.fndesc.mangled_name
