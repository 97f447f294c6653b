"""Sweeps that are killed at random moments, again and again, in a process that has everything imported.

    python -m tests.study.killed STUDY OUT KILLS

Each sweep is a child of its own, forked, and killed with SIGKILL after a random time. Should one end before it is
killed, the next one is asked for more replicates. Prints the replicates asked for last, and the sweeps that made it.
"""

import os
import random
import signal
import sys
import time

from sim import cli
from sim.model.run import Run
from sim.scenario import Scenario
from sim.study import runner
from tests.study.small import part_names

MORE = 30  # replicates that are added when a sweep is done before it is killed
LONGEST = 0.6  # seconds until a kill
TASK = 4  # runs, so that there is much to be killed in the midst of


def begun(arguments):
    """A sweep in a child process."""
    if child := os.fork():
        return child
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    os._exit(cli.answer(arguments))


def main(study, out, kills):
    Run(Scenario.build(workers=24, weeks=1), 1).advance(1)
    runner.MOST_IN_TASK = TASK
    chance, replicates, killed, done = random.Random(1), MORE, 0, 0
    while killed < kills:
        before = set(part_names(out))
        arguments = ["sweep", study, "--out", out, "--replicates", str(replicates), "--threads", "2"]
        child = begun(arguments)
        time.sleep(chance.uniform(0.0, LONGEST))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            killed += 1
        else:
            assert os.waitstatus_to_exitcode(status) == 0
            replicates, done = replicates + MORE, done + 1
        assert before <= set(part_names(out)), "what was stored is gone"
    print(replicates, done)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
