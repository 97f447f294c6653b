"""`tripleos page` and `tripleos site`: the model in files that any browser runs by itself."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from .command import command
from .options import (
    FileOption,
    MechanismsOption,
    OverwriteOption,
    SetOption,
    WeeksOption,
    WithOption,
    WorkersOption,
    WorldOption,
    out_option,
)
from .outputs import OutputError, atomic_outputs, blaming
from .scenarios import scenario_of
from .screen import say


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
    mechanisms: MechanismsOption = None,
    weeks: WeeksOption = None,
    workers: WorkersOption = None,
    out: Annotated[str, out_option("The file. [dim]Default: tripleos.html.[/]", "FILE.html")] = "tripleos.html",
    overwrite: OverwriteOption = False,
) -> None:
    """Write one HTML file that holds the model, and runs it in any browser.

    The file needs no Python, no server and no network: send it by mail, or put it on any web page. It has the rooms
    Explore, Watch and Learn, and gives the same numbers as this program, to the last bit.
    """
    given: list[str | None] = [*policies] if policies else [None]
    scenarios = [
        scenario_of(None, world, settings, one, weeks, workers, extensions, mechanisms)
        if holds_scenario(one)
        else scenario_of(one, world, settings, scenario, weeks, workers, extensions, mechanisms)
        for one in given
    ]
    from ..web.page import live_page

    file = Path(out)
    if file.is_dir():
        raise OutputError(f"{out} is a folder: the name of a file is needed")
    with atomic_outputs(str(file.parent), [file.name], overwrite) as stage, blaming(out):
        made = live_page(scenarios, tell=partial(say, "making the module of the page (about a minute, once) …"))
        (stage / file.name).write_text(made, encoding="utf-8")
    print(f"{out}: {len(made.encode()) // 1000} kB; open it in a browser")


def holds_scenario(given: str | None) -> bool:
    """Whether what is given is a file that holds a scenario, not a policy alone."""
    from ..scenario.toml_io import read_toml

    return given is not None and given.endswith(".toml") and bool({"world", "policy"} & read_toml(given).keys())


@command("site", "tripleos site", "tripleos site -o public")
def site(
    out: Annotated[str, out_option("The folder. [dim]Default: site.[/]")] = "site",
    overwrite: OverwriteOption = False,
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
    from ..web.site import write_site

    with blaming(out):
        written = write_site(folder)
        size = sum(file.stat().st_size for file in written)
    print(f"{out}: {len(written)} files, {size / 1e6:.1f} MB; open {folder / 'index.html'}")
