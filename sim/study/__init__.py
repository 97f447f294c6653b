"""Studies: designs, runs, store, analysis, report."""
