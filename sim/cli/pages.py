"""`tripleos page` and `tripleos site`: the model in files that any browser runs by itself."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from ..errors import ScenarioError
from .command import command
from .options import FileOption, SetOption, WeeksOption, WithOption, WorkersOption, WorldOption, option
from .outputs import OutputError, blaming
from .scenarios import scenario_of
from .screen import say

MOST = 4
RESULT = "What comes out"


@command(
    "page",
    "tripleos page",
    "tripleos page balanced triple_operating_system --world shock -o compare.html",
    "tripleos page --with mentoring -o mentoring.html",
    "tripleos page --scenario results/pilot/scenario.toml -o pilot.html",
)
def page(
    policies: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[POLICY …]",
            help="Up to four policies that it shows first, by name or as TOML files; a file may also hold a whole "
            "scenario. [dim]Default: balanced.[/]",
            show_default=False,
        ),
    ] = None,
    world: WorldOption = None,
    settings: SetOption = None,
    scenario: FileOption = None,
    extensions: WithOption = None,
    weeks: WeeksOption = None,
    workers: WorkersOption = None,
    out: Annotated[
        str,
        typer.Option(
            "--out",
            "-o",
            help="The file. [dim]Default: tripleos.html.[/]",
            rich_help_panel=RESULT,
            show_default=False,
            metavar="FILE.html",
        ),
    ] = "tripleos.html",
    overwrite: Annotated[bool, option("--overwrite", "Replace an existing file.", RESULT)] = False,
) -> None:
    """Write one HTML file that holds the model, and runs it in any browser.

    The file needs no Python, no server and no network: send it by mail, or put it on any web page. It has the rooms
    Explore, Watch and Learn, and gives the same numbers as this program, to the last bit.
    """
    given: list[str | None] = [*policies] if policies else [None]
    if len(given) > MOST:
        raise ScenarioError(f"page {' '.join(map(str, given))}: at most {MOST} policies can stand side by side")
    scenarios = [
        scenario_of(None, world, settings, one, weeks, workers, extensions)
        if holds_scenario(one)
        else scenario_of(one, world, settings, scenario, weeks, workers, extensions)
        for one in given
    ]
    file = Path(out)
    if file.is_dir():
        raise OutputError(f"{out} is a folder: the name of a file is needed")
    if file.exists() and not overwrite:
        raise OutputError(f"{out} exists already: nothing was replaced; --overwrite replaces it")
    from ..web.page import live_page

    made = live_page(scenarios, tell=partial(say, "making the module of the page (about a minute, once) …"))
    with blaming(out):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(made, encoding="utf-8")
    print(f"{out}: {len(made.encode()) // 1000} kB; open it in a browser")


def holds_scenario(given: str | None) -> bool:
    """Whether what is given is a file that holds a scenario, not a policy alone."""
    from ..scenario.toml_io import read_toml

    return given is not None and given.endswith(".toml") and bool({"world", "policy"} & read_toml(given).keys())


@command("site", "tripleos site", "tripleos site -o public")
def site(
    out: Annotated[
        str,
        typer.Option(
            "--out",
            "-o",
            help="The folder. [dim]Default: site.[/]",
            rich_help_panel=RESULT,
            show_default=False,
            metavar="FOLDER",
        ),
    ] = "site",
    overwrite: Annotated[bool, option("--overwrite", "Write into a folder that holds files.", RESULT)] = False,
) -> None:
    """Write a web site: the model, running in the browser, with the documents beside it.

    Any web space can serve the folder, and so can a shared drive: it is files alone. In a checkout of the project the
    results are among them.
    """
    folder = Path(out)
    with blaming(out):
        if folder.exists() and not folder.is_dir():
            raise OutputError(f"{out} is a file: the name of a folder is needed")
        if folder.is_dir() and any(folder.iterdir()) and not overwrite:
            raise OutputError(f"{out} holds files already: nothing was replaced; --overwrite writes into it")
    from ..web.site import describe, write_site

    with blaming(out):
        found = describe(write_site(folder))
    print(f"{out}: {found['files']} files, {found['bytes'] / 1e6:.1f} MB; open {folder / 'index.html'}")
