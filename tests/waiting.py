"""Tests wait for what they need, never for a time: a machine may be busy with something else."""

import time

LONGEST_WAIT = 300  # seconds until a test that hangs is given up; nothing takes as long, however busy the machine


def until(condition, seconds=LONGEST_WAIT):
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)
