"""The engine beside what one would use instead: the same parallel search in Mesa, AgentPy and NumPy.

`python -m experiments.benchmark.peers` measures them in one run. AgentPy is in the optional part `peers`.
"""

import os

# One thread for everybody: NumPy's products of matrices would take more, and count their waiting as CPU time. The
# libraries behind it read this when NumPy is imported.
for _name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
    os.environ.setdefault(_name, "1")
