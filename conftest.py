"""Before any test: here the package is `sim`, and `tripleos`, which documents and doctests import, is the same one."""

import sim  # noqa: F401
