"""What is kept of figures does not follow the fonts of the machine."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
DRAW = """
import altair, pandas, sys
from sim.present.plots import dressed
rows = pandas.DataFrame({"x": [1.0, 2.0], "y": [1.0, -1.0], "policy": ["heads down, wide", "communities of practice"]})
bars = altair.Chart(rows).mark_point().encode(x="x", y="y", color="policy").properties(title="γ × β ± 1 …")
dressed(bars, "Output − effort").configure_legend(orient="top").save(sys.argv[1])
"""


def drawn(path, **environment):
    """The figure as SVG, from a process of its own (numbers within SVG count up)."""
    command = [sys.executable, "-c", DRAW, str(path)]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return path.read_bytes()


def test_a_figure_as_svg_is_the_same_without_any_fonts_of_the_machine(tmp_path):
    """On Linux; elsewhere fonts are not found by fontconfig, and this says nothing."""
    (tmp_path / "fonts").mkdir()
    nothing = tmp_path / "fonts.conf"
    nothing.write_text(f"<fontconfig><dir>{tmp_path}/fonts</dir></fontconfig>", encoding="utf-8")
    assert drawn(tmp_path / "all.svg") == drawn(tmp_path / "none.svg", FONTCONFIG_FILE=str(nothing))
