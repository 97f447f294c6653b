"""Own exp, log and powers: right to a unit in the last place, the same however they are run, and nobody uses others."""

import ast
import hashlib
import math
import os
import re
import subprocess
import sys
from decimal import Decimal, localcontext
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.model import elementary, jit
from sim.model.jit import kernel
from sim.plain import elementary as plain

PACKAGE = Path(sim.__file__).parent
MANY = 100_000
LEAST = 5e-324  # the least positive double
rng = np.random.default_rng(1)

# What the model can meet (a utility lies below the greatest by at most 20, times a sensitivity of at most 100; AS 241
# takes the logarithm of 2^-54 … 0.075), and more.
EXPONENTS = {
    "of the model, likely": -8.0 * rng.random(MANY),
    "of the model, all": -745.0 * rng.random(MANY),
    "any": rng.uniform(-745.0, 709.0, MANY),
    "near 0": rng.uniform(-1.0, 1.0, MANY) * 2.0 ** rng.uniform(-60, 0, MANY),
}
POSITIVE = {
    "of the model, likely": 0.075 * (1.0 - rng.random(MANY)),
    "of the model, all": 2.0 ** rng.uniform(-54, -3.7, MANY),
    "any": 2.0 ** rng.uniform(-1074, 1024, MANY),
    "near 1": 1.0 + rng.uniform(-1.0, 1.0, MANY) * 2.0 ** rng.uniform(-50, -1, MANY),
}
BASES, WHOLE = rng.uniform(0.01, 1.0, MANY), rng.integers(0, 121, MANY)


@kernel
def all_exp(x, out):
    for n in range(x.shape[0]):
        out[n] = elementary.exp(x[n])


@kernel
def all_log(x, out):
    for n in range(x.shape[0]):
        out[n] = elementary.log(x[n])


@kernel
def all_powers(base, exponent, out):
    for n in range(base.shape[0]):
        out[n] = elementary.power(base[n], exponent[n])


def mapped(function, *arrays):
    out = np.empty(len(arrays[0]))
    function(*arrays, out)
    return out


# Against exact values


def greatest_error(ours, exact):
    """In units in the last place of the exact value; `exact`: Decimals."""
    errors = (abs(Decimal(y) - e) / Decimal(math.ulp(float(e))) for y, e in zip(ours.tolist(), exact, strict=True))
    return float(max(errors))


def exactly(function, *arrays):
    """To 40 digits."""
    with localcontext(prec=40, Emin=-9999, Emax=9999):
        return [function(*map(Decimal, numbers)) for numbers in zip(*(a.tolist() for a in arrays), strict=True)]


@pytest.mark.parametrize("where", EXPONENTS)
def test_exp_is_right_to_a_unit_in_the_last_place(where):
    x = EXPONENTS[where]
    assert greatest_error(mapped(all_exp, x), exactly(Decimal.exp, x)) < 1.0


@pytest.mark.parametrize("where", POSITIVE)
def test_log_is_right_to_a_unit_in_the_last_place(where):
    x = POSITIVE[where]
    assert greatest_error(mapped(all_log, x), exactly(Decimal.ln, x)) < 1.0


def test_powers_are_as_good_as_their_number_of_factors_allows():
    ours, exact = mapped(all_powers, BASES, WHOLE), exactly(Decimal.__pow__, BASES, WHOLE)
    for y, e, n in zip(ours.tolist(), exact, WHOLE.tolist(), strict=True):
        assert abs(Decimal(y) - e) <= e * n * Decimal(2.0**-53)


# At the edges


def test_exp_at_the_edges():
    x = [math.inf, 1e308, 709.7827128933841, 0.0, -0.0, LEAST, -LEAST, -745.1332191019412, -1e308, -math.inf]
    assert mapped(all_exp, np.array(x)).tolist() == [math.inf, math.inf, math.inf, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0]
    assert math.isnan(elementary.exp(math.nan))
    x = np.array([709.782712893384, 709.0, -708.3, -708.4, -720.0, -744.9, -745.1332191019411])
    assert greatest_error(mapped(all_exp, x), exactly(Decimal.exp, x)) < 1.0


def test_log_at_the_edges():
    assert mapped(all_log, np.array([0.0, -0.0, math.inf])).tolist() == [-math.inf, -math.inf, math.inf]
    assert all(math.isnan(elementary.log(x)) for x in (math.nan, -1.0, -LEAST, -math.inf))
    assert math.copysign(1.0, elementary.log(1.0)) == 1.0
    assert elementary.log(1.0) == 0.0
    x = np.array([LEAST, 3 * LEAST, 2.0**-1022 - LEAST, 2.0**-1022, 2.0**-54, 1 - 2.0**-53, 1 + 2.0**-52, 1.797e308])
    assert greatest_error(mapped(all_log, x), exactly(Decimal.ln, x)) < 1.0


def test_powers_at_the_edges():
    assert [elementary.power(x, 0) for x in (0.0, 0.3, math.inf, math.nan)] == [1.0] * 4
    assert [elementary.power(x, 7) for x in (0.0, 1.0, -1.0, math.inf)] == [0.0, 1.0, -1.0, math.inf]
    assert [elementary.power(0.5, n) for n in (1, 200, 1074, 1075)] == [0.5, 2.0**-200, LEAST, 0.0]
    assert elementary.power(1.5, 10**6) == math.inf
    assert elementary.power(0.999, 10**6) == 0.0
    assert math.isnan(elementary.power(math.nan, 2))


# The same bits however they are run

UNCOMPILED = """
from tests.model.test_elementary import digest
print(digest())
"""


def all_values():
    """Every function at every number above and at the edges."""
    edges = np.array([0.0, -0.0, LEAST, -LEAST, 2.0**-1022, 709.5, -709.5, -744.9, 1e308, -1e308, math.inf, -math.inf])
    yield from (mapped(all_exp, x) for x in (*EXPONENTS.values(), edges))
    yield from (mapped(all_log, x) for x in (*POSITIVE.values(), np.abs(edges)))
    yield mapped(all_powers, BASES, WHOLE)


def digest():
    return hashlib.sha256(np.concatenate(list(all_values())).tobytes()).hexdigest()


def test_uncompiled_they_have_the_same_bits():
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", UNCOMPILED],
        cwd=PACKAGE.parent,
        env=os.environ | {"NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == digest()


def test_the_plain_model_has_the_same_bits():
    for x in EXPONENTS.values():
        assert mapped(all_exp, x).tolist() == [plain.exp(y) for y in x.tolist()]
    for x in POSITIVE.values():
        assert mapped(all_log, x[x >= 2.0**-1022]).tolist() == [plain.log(y) for y in x.tolist() if y >= 2**-1022]
    theirs = [plain.power(x, n) for x, n in zip(BASES.tolist(), WHOLE.tolist(), strict=True)]
    assert mapped(all_powers, BASES, WHOLE).tolist() == theirs


@pytest.mark.parametrize("function", [all_exp, all_log, all_powers])
def test_the_compiler_may_neither_fuse_nor_reorder(function):
    """Instructions that allow it are marked in LLVM's code; nor is a library called or a fused instruction used."""
    compiled = jit.numba.njit(**jit.SETTINGS)(function.py_func)
    arrays = (BASES, WHOLE) if function is all_powers else (BASES,)
    compiled(*arrays, np.empty(MANY))
    ((_, code),) = compiled.inspect_llvm().items()
    lines = [line for line in code.splitlines() if " fmul " in line or " fadd " in line or "call double" in line]
    assert len(lines) >= 2
    marks = ("fast", "contract", "reassoc", "arcp", "afn", "nsz", "@llvm.fma", "@llvm.fmuladd", "@exp", "@log", "@pow")
    assert not [line for line in lines if any(f" {mark}" in line for mark in marks)]
    ((_, assembly),) = compiled.inspect_asm().items()
    assert not re.search(r"\bv?fn?m(add|sub|la|ls)", assembly)


# Nobody uses others

DECORATORS = {"rule", "routine", "part", "phase", "kernel"}
# What compiled code may call beside its own: comparisons and conversions, which are exact, and √, which IEEE 754 fixes.
BUILTINS = {"abs", "float", "int", "len", "max", "min", "range"}
MODULES = {"math": {"inf", "isnan", "nan", "sqrt"}, "np": {"float64", "int64", "nan", "uint64"}}


def decorators(function):
    nodes = (node.func if isinstance(node, ast.Call) else node for node in function.decorator_list)
    return {node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "") for node in nodes}


def is_power_of_two(node):
    """Whether `**` stands between numbers written out and is exact in every library: a whole power of 2."""
    try:
        base, exponent = ast.literal_eval(node.left), ast.literal_eval(node.right)
    except (AttributeError, ValueError):
        return False
    return base == 2 and exponent == int(exponent)


def may_differ(node, ours):
    """Whether a part of an expression may have other bits on another machine; `ours`: names of the package."""
    if isinstance(node, ast.BinOp | ast.AugAssign):
        return isinstance(node.op, ast.MatMult) or (isinstance(node.op, ast.Pow) and not is_power_of_two(node))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        owner = ast.unparse(node.func.value)
        return node.func.attr not in {"view", "reshape"} and owner not in ours and owner not in MODULES
    if isinstance(node, ast.Call):
        return ast.unparse(node.func) not in ours | BUILTINS
    if isinstance(node, ast.Attribute):
        return node.attr not in MODULES.get(ast.unparse(node.value), {node.attr})
    return False


def foreign(tree):
    """What may differ in the compiled functions of a module, as source text."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level]
    ours = {alias.asname or alias.name for node in imports for alias in node.names} | {f.name for f in functions}
    ours |= {node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
    ours |= {"ours", "theirs"}  # rules that are put together with others
    ours |= {"_OUR_STATE", "_OUR_NUMBERS", "_OUR_MEASURES"}  # the first fields of what is longer
    statements = [line for function in functions if decorators(function) & DECORATORS for line in function.body]
    return {ast.unparse(node) for line in statements for node in ast.walk(line) if may_differ(node, ours)}


def compiles(tree):
    return any(decorators(node) & DECORATORS for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_compiled_code_uses_nothing_that_differs_between_machines():
    trees = {file.relative_to(PACKAGE): ast.parse(file.read_text(encoding="utf-8")) for file in PACKAGE.rglob("*.py")}
    found = {name: foreign(tree) for name, tree in trees.items() if compiles(tree)}
    assert len(found) > 12
    assert not {name: uses for name, uses in found.items() if uses}


@pytest.mark.parametrize(
    "use",
    [
        "math.exp(x)", "math.log(x)", "math.log1p(x)", "math.pow(x, 2.0)", "math.tanh(x)", "math.e", "math.fsum(x)",
        "np.exp(x)", "np.sqrt(x)", "np.power(x, 2)", "np.sum(x)", "np.dot(x, x)", "np.linalg.norm(x)",
        "x**0.5", "x**2", "x**x", "2.0**x", "0.1**3", "x @ x", "x.sum()", "x[0].mean()", "pow(x, 2)", "round(x, 1)",
        "sum(x)", "exp(x)", "scipy.special.erf(x)", "logarithm(x)",
    ],
)  # fmt: skip
def test_what_may_differ_is_found(use):
    names = "import math\nimport numpy as np\nfrom math import exp\nlogarithm = math.log\n"
    decorated = f"@{{}}\ndef f(x):\n    return 1.0 + {use}\n"
    for decorator in ("rule", "jit.phase", "kernel()"):
        assert foreign(ast.parse(names + decorated.format(decorator)))
    assert not foreign(ast.parse(names + decorated.format("cache")))


@pytest.mark.parametrize(
    "use", ["math.sqrt(x)", "elementary.exp(x)", "exp(x)", "x * 2.0**-53", "int(x)", "np.int64(x).view(np.float64)"]
)
def test_what_cannot_differ_is_not_found(use):
    source = f"import math\nfrom . import elementary\nfrom .elementary import exp\n@rule\ndef f(x):\n    return {use}\n"
    assert not foreign(ast.parse(source))
