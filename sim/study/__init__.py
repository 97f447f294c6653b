"""Studies of many runs.

Each module imports only from those above it:

rows.py         what is kept of a run
designs.py      which points: factors, lists, samples
precision.py    when a point has been run often enough
hypothesis.py   what a study claims
definition.py   a study: points × replicates, checked when it is made
worker.py       makes runs, anywhere
store.py        keeps them, whatever happens
runner.py       makes what is missing, on threads or a cluster
results.py      reads them: what the runs say
library.py      the shipped studies, by name
study.py        a study that can be run and read
"""
