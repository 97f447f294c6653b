"""The same bits on any machine: a hash of each of over two hundred whole histories, odd ones and classics among them.

    python -m tests.model.histories           compare with those in golden/histories.txt
    python -m tests.model.histories --write   make that file anew, after a change of the model that is meant

The file was made on one machine, so that comparing on another system, with another C library or with parts of the
processor masked (GLIBC_TUNABLES=glibc.cpu.hwcaps=-FMA,-AVX2) shows whether a history depends on them.
"""

import hashlib
import sys
from pathlib import Path

import numpy as np

from sim.classics.targets import CLASSICS
from sim.model.run import Run
from sim.scenario import Scenario, policy_names, world_names
from tests.random_scenarios import random_scenario

FILE = Path(__file__).parent / "golden" / "histories.txt"
# What the library leaves out: the ends of ranges, where a function meets its smallest and greatest arguments.
EXTREMES = {
    "undecided": {"sensitivity": 0.0, "adaptation": 1.0},
    "most decided": {"sensitivity": 100.0, "adaptation": 0.5, "reward_teams": 10.0, "pressure": 10.0},
    "large communities": {"workers": 300, "communities": 2, "sessions": 20.0, "code_learning": 0.01},
    "slow code": {"code_learning": 0.001},
    "fast code": {"code_learning": 0.999},
    "loud noise": {"noise": 1.0, "pkm_spread": 1.0, "hiring": 3.0, "turnover": 3.0},
    "one block": {"reality": "blocks", "aspects": 12, "block": 12},
    "many aspects": {"reality": "blocks", "aspects": 200, "block": 1},
}
# Of each classic, arguments that between them run every rule.
CLASSICAL = {
    "march1991": [
        {"p1": 0.1, "p2": 0.5},
        {"p1": 0.5, "p2": 0.9, "rules": "text"},
        {"p1": 0.5, "p2": 0.5, "turnover": 0.1, "turbulence": 0.02, "periods": 60},
    ],
    "lazer_friedman2007": [
        {"network": "line", "bits": 12},
        {"network": "small world", "bits": 12, "velocity": 0.5, "copying_error": 0.2, "periods": 60},
    ],
    "fang_lee_schilling2010": [{"beta": 0.15, "periods": 80}, {"beta": 0.3, "turnover": 0.05, "periods": 80}],
    "barkoczi_galesic2016": [{"rule": rule, "bits": 12, "periods": 60} for rule in ("best", "conformity")],
    "kocak_levinthal_puranam2022": [{"influence": "hierarchy", "weeks": 80}],
}


def digest(numbers):
    """A hash of all bits of some numbers; every NaN counts as the same."""
    numbers = np.where(np.isnan(numbers), np.nan, numbers).astype("<f8")
    return hashlib.sha256(numbers.tobytes()).hexdigest()[:16]


def scenarios():
    """Name, scenario and seed of every history: the library under three seeds, extremes, and random scenarios."""
    for policy in policy_names():
        for world in world_names():
            scenario = Scenario.build(policy, world)
            yield from ((f"{policy}, {world}, seed {seed}", scenario, seed) for seed in (1, 2, 3))
    for name, changes in EXTREMES.items():
        yield name, Scenario.build("balanced", "turbulent", **changes), 2**64 - 1
    yield from ((f"random scenario {number}", random_scenario(number), number) for number in range(40))
    for policy in policy_names():
        yield f"{policy}, version 2", Scenario.build(policy, "turbulent", mechanisms="version2"), 4
    for number in range(20):
        yield f"random scenario {number}, switched", random_scenario(number, switched=True), number


def hashes():
    """One line for each history: its name and its hash."""
    for name, scenario, seed in scenarios():
        yield f"{name}: {digest(Run(scenario, seed).advance(scenario.weeks))}"
    for name, conditions in CLASSICAL.items():
        for condition in conditions:
            trajectories = CLASSICS[name](**condition, replicates=4, threads=1).measures
            told = ", ".join(f"{key} {value}" for key, value in condition.items())
            yield f"{name}, {told}: {digest(np.stack(list(trajectories.values())))}"


def main(arguments):
    """Write the file, or compare with it; the exit status is 1 if a history differs."""
    ours = list(hashes())
    if arguments == ["--write"]:
        FILE.write_text("\n".join(ours) + "\n", encoding="utf-8")
        print(f"wrote {FILE}")
        return 0
    golden = FILE.read_text(encoding="utf-8").splitlines()
    different = sorted(set(ours) ^ set(golden))
    print("\n".join(different) or f"{len(ours)} histories, all equal to the bit")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
