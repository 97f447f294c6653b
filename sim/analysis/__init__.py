"""Statistics of runs: estimates, sensitivity, scenario discovery, Pareto fronts."""
