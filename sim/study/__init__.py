"""Studies of many runs: designs → runner → store → findings → report.

designs.py      which points: factors, lists, samples
study.py        a study: points × replicates, checked at one gate
worker.py       runs as they are made, anywhere
runner.py       what is missing is made, on threads or a cluster
store.py        where runs are kept, whatever happens
findings.py     what they say; estimates, precision, sensitivity, discovery: the statistics
report.py       tables, figures and a page of it
"""
