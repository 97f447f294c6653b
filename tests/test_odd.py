"""The ODD is true to the code (its parameters, measures and events are checked beside what they describe)."""

import inspect
import re
from pathlib import Path

import sim
from sim.classics import targets
from sim.model.declare import PHASES
from sim.model.model import MECHANISMS
from sim.model.reality import Reality

from . import odd

ODD = (Path(sim.__file__).parent / "ODD.md").read_text(encoding="utf-8")
# What the engine keeps beside the model's state, because it can be derived from it.
BOOKKEEPING = {
    "idea_next",
    "aware_next",
    "experienced_return",
    "tie_before",
    "paper",
    "community_members",
    "membership_slots",
    "community_offsets",
    "team_seat",
    "team_offsets",
}
BOOKKEEPING |= {"pool", "event_counts", "everything", "kind", "block"}
BOOKKEEPING |= {"own", "flips", "changed_ever", "setting_part", "payoff", "subtotal"}


def test_every_state_variable_is_described_and_none_is_left_over():
    table = ODD.split("| entity | state variable |")[1].split("\n\n")[0]
    told = set(re.findall(r"^\| \w+ \| `(\w+)` \|", table, re.MULTILINE))
    arrays = {array.name for mechanism in MECHANISMS for array in mechanism.state}
    assert told == (arrays | set(Reality._fields)) - BOOKKEEPING


def test_tables_follow_from_the_declarations():
    assert odd.written(ODD) == ODD
    assert odd.written(ODD.replace("| `hurdle` | 0.02 |", "| `hurdle` | 0.03 |")) == ODD


def test_sections_are_those_of_the_protocol():
    titles = re.findall(r"^## (\d)\. (.+)$", ODD, re.MULTILINE)
    assert [title for _, title in titles[:7]] == [
        "Purpose and patterns",
        "Entities, state variables and scales",
        "Process overview and scheduling",
        "Design concepts",
        "Initialisation (week 0)",
        "Input data",
        "Submodels",
    ]


def test_the_week_has_the_phases_of_the_odd():
    source = (Path(sim.__file__).parent / "model" / "week.py").read_text(encoding="utf-8")
    body = source.split("for t in range(history.shape[0]):")[1]
    before = r"(?:            (?:fill|measure_|count_).*\n)*"
    calls = re.findall(rf"if begin <= (\d) < end:\n{before}            (\w+)\(", body)
    assert [int(number) for number, _ in calls] == list(range(len(PHASES)))
    assert [call for _, call in calls] == [
        "reality_week", "networks_week", "communities_week", "teams_week", "time_week", "people_week", "record",
    ]  # fmt: skip


def test_every_classic_and_its_arguments_are_described():
    section = ODD.split("## 9. The classics as special cases")[1]
    described = re.findall(r"^\| [^|]*\| [^|]+ \| (.*?) \|", section, re.MULTILINE)
    known = {name for classic in targets.CLASSICS.values() for name in inspect.signature(classic).parameters}
    named = {name for cell in described for name in re.findall(r"`(\w+)`", cell)}
    assert len(named) > 10
    assert named <= known
    for name in targets.CLASSICS:
        assert re.search(rf"^\*\*{name[:3]}.*{name[-4:]}\*\*", section.replace("ç", "c"), re.MULTILINE | re.IGNORECASE)
