"""Studies of many runs: designs → runner → store → analysis → report."""
