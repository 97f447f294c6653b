"""The model: everything that a history depends on. `week.py` is the page to begin with."""
