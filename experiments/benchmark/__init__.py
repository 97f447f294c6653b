"""How fast the engine is, how it grows, and what studies add, beside other programs and beside version 0.1."""

import os

# One thread for everybody: NumPy's products of matrices would take more, and count their waiting as CPU time. The
# libraries behind it read this when NumPy is imported.
ONE_THREAD = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
for _name in ONE_THREAD:
    os.environ.setdefault(_name, "1")
