"""The demo: six policies in three worlds, written as tables, a figure and a README."""

from __future__ import annotations

from pathlib import Path

from . import __version__
from .figures import chart
from .results import Runs, write_csv, write_parquet
from .scenario import Scenario
from .tables import legend, markdown

TITLE = "# Demo: six policies in three worlds"
POLICIES = (
    "balanced",
    "heads_down",
    "team_rewards_only",
    "twenty_percent_time",
    "command_and_control",
    "triple_operating_system",
)
WORLDS = ("stable", "turbulent", "complex")
FILES = ("README.md", "chart.png", "chart.svg", "summary.csv", "summary.parquet", "weekly.parquet")


def scenarios(weeks: int = 260, workers: int = 120) -> list[Scenario]:
    """The six policies in each of the three worlds, world by world."""
    return [Scenario.build(policy, world, weeks=weeks, workers=workers) for world in WORLDS for policy in POLICIES]


def write(folder: Path, runs: Runs) -> None:
    """All `FILES` of the demo into a folder that exists."""
    write_parquet(runs.weekly, folder / "weekly.parquet", runs.provenance)
    write_parquet(runs.summary, folder / "summary.parquet", runs.provenance)
    write_csv(runs.summary, folder / "summary.csv")
    figure = chart(runs)
    figure.save(folder / "chart.svg")
    figure.save(folder / "chart.png", scale_factor=1.5)
    (folder / "README.md").write_text(readme(runs), encoding="utf-8")


def is_ours(folder: Path) -> bool:
    """Whether a folder holds the results of an earlier demo."""
    try:
        with open(folder / "README.md", encoding="utf-8") as file:
            return file.readline().rstrip("\n") == TITLE
    except (OSError, UnicodeDecodeError):
        return False


def readme(runs: Runs) -> str:
    """What the files of the demo are, and its tables in Markdown."""
    worlds = {scenario.world.name: scenario.world.about for scenario in runs.scenarios}
    policies = {scenario.policy.name: scenario.policy.about for scenario in runs.scenarios}
    parts = [
        TITLE,
        f"Made by `{runs.command}` with model version {__version__}; the same command gives the same numbers again.",
        "All policies meet the same luck, because they run under the same seeds: their differences are *paired*, "
        "with intervals that are mostly narrower than those of unrelated runs would be (`variance_ratio` above 1).",
        "\n".join(f"- `{name}`: {about}" for name, about in policies.items()),
        "![Output and coherent action over the weeks, by policy and world](chart.svg)",
        "## Tables",
        "  \n".join(legend(runs).splitlines()),
        *(f"### {world} world\n\n{worlds[world]}\n\n{markdown(runs, world).rstrip()}" for world in worlds),
        "## Files",
        "| file | content |\n| --- | --- |\n"
        "| `summary.csv`, `summary.parquet` | all measures: means, paired differences, intervals, variance ratios |\n"
        "| `weekly.parquet` | every measure in every week of every run, tidy; provenance in its metadata |\n"
        "| `chart.svg`, `chart.png` | the figure above |",
        "What the measures mean: `tripleos list measures`. What a policy sets: `tripleos describe heads_down`.",
    ]
    return "\n\n".join(parts) + "\n"
