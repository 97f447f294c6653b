"""Programs in C, compiled when they are needed: yardsticks, and never part of the product."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import numpy as np

from .measuring import NotMeasured

# All that the processor can do; but no sum is fused with a product, which would change the last digits.
FLAGS = ("-O3", "-march=native", "-std=c11", "-ffp-contract=off", "-shared", "-fPIC")


def compiler() -> str | None:
    """The C compiler of this machine, if it has one."""
    return shutil.which(os.environ.get("CC", "cc"))


@cache
def compiled(source: Path) -> ctypes.CDLL:
    """The functions of a file in C."""
    program = compiler()
    if program is None:
        raise NotMeasured("there is no C compiler here")
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / f"{source.stem}.so"
        subprocess.run([program, *FLAGS, str(source), "-o", str(made)], check=True)
        return ctypes.CDLL(str(made))


def pointer(array: np.ndarray) -> ctypes.c_void_p:
    """Where the numbers of an array are."""
    if not array.flags.c_contiguous:
        raise ValueError("numbers in one piece are needed")
    return ctypes.c_void_p(array.ctypes.data)
