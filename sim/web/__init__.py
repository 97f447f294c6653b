"""The same compiled rules in a web page: the model as a WebAssembly module, and pages that hold it.

From the functions that Numba compiles for this machine (`intermediate`) comes a module for browsers (`module`, `link`),
which a page holds beside tables made from the declarations (`layout`, `tables`, and one for each room). JavaScript lays
out memory by these tables and calls the module (`core/engine.js`); it holds no rule. `PAGE.md` tells more.
"""
