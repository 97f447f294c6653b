"""Parameter recovery: what weekly output gives away of the split of the week and of the growth of trust.

Many organisations are drawn from priors, each with luck of its own, and their parameters are guessed from what they put
out week by week; every one from others only. `draw.py` runs them, `estimator.py` guesses, `findings.py` has the cases,
`page.py` tells. See `python -m experiments.recovery --help`.
"""
