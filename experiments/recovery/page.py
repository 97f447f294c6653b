"""What was found, as people read it: a page, a figure and tables."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from sim.present.files import write_csv
from sim.present.formatting import format_number
from sim.present.plots import COLOURS, dressed, in_rows
from sim.present.tables import markdown_table
from sim.version import model_version

from .draw import DESIGN_SEED, OBSERVED
from .estimator import NEAREST
from .findings import FIRST_SEED, LITTLE, PRIORS, Found

DOTS = 400  # organisations in the figure
ALL = ", ".join(OBSERVED)
OUTPUT = OBSERVED[0]


def write(folder: Path, found: Found, text: str) -> None:
    """All files."""
    folder.mkdir(parents=True, exist_ok=True)
    write_csv(found.score_table, folder / "scores.csv")
    write_csv(found.guess_table, folder / "recovered.csv")
    write_csv(pd.DataFrame(found.effects).round(5), folder / "effects.csv")
    figure = chart(found)
    figure.save(folder / "recovered.svg")
    figure.save(folder / "recovered.png", scale_factor=1.5)
    (folder / "README.md").write_text(text, encoding="utf-8")


def chart(found: Found) -> Any:
    """Recovered over true values: from output alone (above), and from all that is observed (below)."""
    import altair as alt

    shown = found.guess_table.iloc[:DOTS]
    panels = []
    for label, case, about in (("output", OUTPUT, "from output"), ("all", ALL, "from all three")):
        for j, (name, limits) in enumerate(PRIORS.items()):
            dots = pd.DataFrame({"true": shown[name], "recovered": shown[f"{name}_from_{label}"]})
            scale = alt.Scale(domain=list(limits), nice=False)
            x = alt.X("true:Q", scale=scale, title=f"true {name}" if label == "all" else None)
            y = alt.Y("recovered:Q", scale=scale, title=f"recovered {about}" if j == 0 else None)
            drawn = alt.Chart(dots).mark_circle(size=14, opacity=0.45, color=COLOURS[6], aria=False).encode(x=x, y=y)
            ends = pd.DataFrame({"true": limits, "recovered": limits})
            line = alt.Chart(ends).mark_line(color=COLOURS[0], strokeDash=[4, 3], strokeWidth=1.2).encode(x=x, y=y)
            head = f"{name}: R² = {format_number(found.scores[case, name]['r2'], 2)}"
            title = alt.TitleParams(head, frame="group")
            panels.append((drawn + line).properties(width=230, height=230, title=title))
    subtitle = (
        f"{len(shown):,} of {found.sizes.drawn:,} organisations in the turbulent world, five years of one run. Above: "
        "from output alone; below: from output, coherent action and trust. Dashed: recovered = true."
    )
    return dressed(in_rows(panels, len(PRIORS), 18, 18), "What weekly courses give away", subtitle)


def page(found: Found, command: str, seconds: float, cpu: float, threads: int) -> str:
    """The page."""
    sizes = found.sizes
    parts = [
        "# Can the split and the growth of trust be recovered from weekly output?",
        _prose(f"""
            Made by `{command}` with model version {model_version()}. {sizes.drawn:,} organisations are drawn from
            uniform priors (turbulent world, `adaptation` 0, the rest default), each with a seed of its own. Each is
            guessed from organisations of the other three quarters.
        """),
        _verdict(found),
        "![Recovered over true values](recovered.svg)",
        "## From weekly output alone, five years of one run",
        _first_table(found),
        _prose("""
            R²: the share of the variance that is explained, with its 95 % interval. RMSE: in standard deviations of the
            prior; 1 is a guess of the mean. Coverage: how often the 90 % interval holds the truth. Width: that of the
            interval, against the prior's own. Shuffled: R² where each has the parameters of another; must be about 0.
            Trees: R² of boosted trees, a second opinion.
        """),
        "## What more data gives",
        _second_table(found),
        _prose(f"""
            R², and its 95 % interval where it is below 0.9; in the last four rows only the growth of trust varies.
            Fewer organisations teach less: rows are to be compared with others of as many. Of {sizes.runs} runs,
            statistics are averaged; in the row of the mean output, weekly values are. The same random events for
            everybody, as at the points of a study, are no fair test: what is learned holds in that one history only.
        """),
        "## What cannot be recovered, and why",
        *_reasons(found),
        "## How",
        _prose(f"""
            Statistics of the course (means over windows, early growth, spread, quantiles, autocorrelation, weekly
            changes) → ridge regression, which learns what they say about each parameter (Fearnhead & Prangle 2012) →
            the {NEAREST} known organisations nearest in that, corrected by a local linear regression (Beaumont, Zhang &
            Balding 2002) → their mean and 90 % interval. Method and settings were chosen on other seeds, and are held
            against known answers in `tests/test_recovery.py`. What this method does not find may still be in the data.
        """),
        _prose(f"""
            Points: Latin hypercube, seed {DESIGN_SEED}. Organisation i has the seed {FIRST_SEED:,} + i, and 100,000
            more in each further run. It took {seconds / 60:.0f} minutes on {_threads(threads)}, {cpu / 60:.0f} minutes
            of CPU in all, and needs `pip install -e '.[recovery]'`.
        """),
        _files(found),
    ]
    return "\n\n".join(parts) + "\n"


def _threads(count: int) -> str:
    return "one thread" if count == 1 else f"{count} threads"


def _verdict(found: Found) -> str:
    """In a few words for each parameter, what became of it."""
    told = []
    for name in PRIORS:
        one = found.scores[OUTPUT, name]
        how = "is recovered" if one["r2"] >= 0.8 else "hardly" if one["r2_low"] > 0.0 and one["r2"] > 0.05 else "is not"
        told.append(f"`{name}` {how} (R² {format_number(one['r2'], 2)})")
    with_trust = ", ".join(format_number(found.scores[ALL, name]["r2"], 2) for name in PRIORS)
    both = f"With coherent action and trust observed too, R² is {with_trust}."
    return f"**From output, {', '.join(told[:-1])}, and {told[-1]}. {both}**"


def _first_table(found: Found) -> str:
    heads = ["parameter", "prior", "R²", "RMSE", "rank correlation", "coverage", "width", "shuffled", "trees"]
    rows = []
    for name, trees in zip(PRIORS, found.trees, strict=True):
        one, shuffled = found.scores[OUTPUT, name], found.scores["shuffled", name]
        cells = [
            f"`{name}`",
            f"{one['prior_low']:g} … {one['prior_high']:g}",
            f"{format_number(one['r2'], 3)} ({format_number(one['r2_low'], 3)} to {format_number(one['r2_high'], 3)})",
            format_number(one["rmse"] / one["prior_sd"], 2),
            format_number(one["rank_correlation"], 2),
            format_number(one["coverage"], 3),
            format_number(one["width"], 2),
            format_number(shuffled["r2"], 3),
            format_number(trees, 3),
        ]
        rows.append(cells)
    return markdown_table(heads, rows, "llrrrrrrr")


def _second_table(found: Found) -> str:
    runs = found.sizes.runs
    cases = {
        OUTPUT: "output, 5 years",
        ", ".join(OBSERVED[:2]): "output and coherent action",
        ALL: "output, coherent action and trust",
        "some": "output, 5 years",
        "20 years": "output, 20 years",
        "runs": f"output of {runs} runs",
        "mean course": f"mean output of {runs} runs",
        "same luck": "output, the same random events for everybody",
        "split known": f"split known, `trust_growth` 0 … {PRIORS['trust_growth'][1]:g}: output",
        "split known, runs": f"the same: output of {runs} runs",
        "slow trust": f"split known, `trust_growth` 0 … {2 * LITTLE:g}: output",
        "slow trust, runs": f"the same: output of {runs} runs",
    }
    rows = []
    for case, about in cases.items():
        cells = [_r2(found, case, name) if (case, name) in found.scores else "known" for name in PRIORS]
        count = found.scores[case, "trust_growth"]["organisations"]
        rows.append((about, f"{count:,}", *cells))
    return markdown_table(["observed", "organisations", *(f"`{name}`" for name in PRIORS)], rows, "lrrrr")


def _reasons(found: Found) -> list[str]:
    """Why parameters do not come back, with the numbers that show it."""
    growth, share = (
        [row for row in found.effects if row["parameter"] == name] for name in ("trust_growth", "network_share")
    )
    lucks = [format_number(row["luck"], 3) for row in (growth[3], share[2])]
    low, middle, high = (format_number(r2, 2) for r2 in found.thirds)
    one, several = (_r2(found, case, "trust_growth") for case in ("split known", "split known, runs"))
    ranks = [f"{100.0 * found.some_trust[k]:.0f}" for k in (1, 2, 3)]
    return [
        _prose("""
            **`trust_growth`: output hardly depends on it.** Growth only has to outrun fading (0.01 a week); then trust
            is high, and output what it can be. With the default split, means and paired differences are:
        """),
        _effect_table("trust growth", growth, trust=True),
        _prose(f"""
            From the default on, mean output stays the same, and no growth at all costs about as much as chance moves a
            single run (standard deviation {lucks[0]}). With the split known, R² is {one} from one
            run and {several} from {found.sizes.runs}; among those from the default on, the rank correlation is then
            {format_number(found.fast, 2)}. In the wide draw, an organisation above {LITTLE:g}
            is ranked over one below it {ranks[0]} times in 100 from output, {ranks[1]} with coherent action,
            {ranks[2]} with trust; 50 is chance.
        """),
        _prose(f"""
            **`network_share`: chance hides it.** Output is highest in between, so that two shares can fit one output,
            and from 0.3 to 0.7 it moves by less than chance moves a single run (standard deviation
            {lucks[1]}). More runs help, and so would knowing the random events (table above):
        """),
        _effect_table("network share", share),
        _prose(f"""
            It shows most where time outside teams is scarce: R² is {low}, {middle} and {high} in the lower, middle and
            upper third of `team_time`.
        """),
        _prose("""
            **`team_time` comes back** because output rises steeply with it up to about 0.8
            and falls beyond, and alignment recovers with it (ODD,
            7.4). So the output of one organisation tells how much of the week goes to teams, but neither what becomes
            of the rest nor how trust grows: for these, observe trust. All else was taken as known, and the
            organisations are the model's own; real ones can only be harder.
        """),
    ]


def _effect_table(name: str, rows: Sequence[dict[str, Any]], trust: bool = False) -> str:
    lines = [["output, difference", *(_difference(row) for row in rows)]]
    if trust:
        lines.append(["trust", *(format_number(row["trust"], 2) for row in rows)])
    return markdown_table([name, *(f"{row['value']:g}" for row in rows)], lines, "l" + "r" * len(rows))


def _difference(row: dict[str, Any]) -> str:
    if row["half"] == 0.0:
        return f"0 (output {format_number(row['output'], 3)})"
    return f"{row['difference']:+.3f} ±{row['half']:.3f}".replace("-", "−")


def _files(found: Found) -> str:
    return f"""| file | content |
| --- | --- |
| `scores.csv` | all columns of the first two tables; `runs`: {found.sizes.runs} runs |
| `recovered.csv` | true and recovered values of each organisation, with the bounds of the 90 % interval |
| `effects.csv` | the other tables: means over weeks 53 to 260 of {found.sizes.pairs} common seeds |
| `recovered.svg`, `.png` | the figure |"""


def _r2(found: Found, case: str, name: str) -> str:
    one = found.scores[case, name]
    text = format_number(one["r2"], 2)
    low, high = (format_number(one[end], 2) for end in ("r2_low", "r2_high"))
    return text if one["r2"] >= 0.9 else f"{text} ({low} to {high})"


def _prose(text: str) -> str:
    """A paragraph on one line."""
    return " ".join(text.split())
