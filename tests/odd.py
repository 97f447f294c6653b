"""The tables of the ODD that follow from declarations.

python -m tests.odd    write them into sim/ODD.md
"""

import re
from pathlib import Path

import sim
from sim.model.measures import MEASURES
from sim.scenario import PARAMETERS, SWITCHES

ODD = Path(sim.__file__).parent / "ODD.md"


def parameter_row(parameter):
    """A parameter as its row of the tables of section 2."""
    default = str(parameter.default).lower() if isinstance(parameter.default, bool) else str(parameter.default)
    cells = (f"`{parameter.name}`", default, parameter.range, parameter.unit, parameter.meaning, parameter.source)
    return f"| {' | '.join(cells)} |"


def measure_row(measure):
    """A measure as its row of the table of section 7.7."""
    return f"| `{measure.name}` | {measure.unit} | {measure.range} | {measure.meaning} |"


def switch_row(name, parameters):
    """A mechanism that can be switched as its row of the table of section 7.11."""
    values = [[str(getattr(PARAMETERS[one], which)) for one in parameters] for which in ("on", "off")]
    cells = (f"`{name}`", ", ".join(f"`{one}`" for one in parameters), *map(", ".join, values))
    return f"| {' | '.join(cells)} |"


def tables():
    """The rows of each table, by what stands before its head."""
    found = {
        f"**{group.capitalize()}**": [parameter_row(one) for one in PARAMETERS.values() if one.group == group]
        for group in ("world", "workforce", "policy")
    }
    switched = [switch_row(name, parameters) for name, parameters in SWITCHES.items()]
    return {**found, "### 7.7 Measures": [measure_row(one) for one in MEASURES], "### 7.11 Mechanisms": switched}


def written(text):
    """A text of the ODD with these tables as they follow from the declarations."""
    for title, rows in tables().items():
        pattern = rf"({re.escape(title)}.*?\n\|(?:---\|)+\n)(?:\|[^\n]*\n)+"
        text, count = re.subn(
            pattern, lambda found, rows=rows: found[1] + "\n".join(rows) + "\n", text, flags=re.DOTALL
        )
        assert count == 1, title
    return text


if __name__ == "__main__":
    ODD.write_text(written(ODD.read_text(encoding="utf-8")), encoding="utf-8")
