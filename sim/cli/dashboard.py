"""`tripleos dashboard`: the rooms in the browser."""

from __future__ import annotations

from typing import Annotated

import typer

from .command import command
from .options import WithOption, count_option, option
from .screen import say

ADDRESS = "Where it is served"


@command(
    "dashboard",
    "tripleos dashboard",
    "tripleos dashboard --port 9000 --open",
    "tripleos dashboard --with mentoring",
    "tripleos dashboard --host 0.0.0.0",
)
def dashboard(
    port: Annotated[
        int | None,
        count_option(
            "--port",
            "Port to be used. [dim]1 to 65535; default: the first free one from 8765 on.[/]",
            1,
            65535,
            ADDRESS,
        ),
    ] = None,
    host: Annotated[
        str,
        option(
            "--host",
            "Address to be used; 0.0.0.0 lets in everybody on the network. "
            "[dim]Default: 127.0.0.1, this machine alone.[/]",
            ADDRESS,
            metavar="ADDRESS",
        ),
    ] = "127.0.0.1",
    extensions: WithOption = None,
    open_browser: Annotated[
        bool, typer.Option("--open", help="Also open it in the browser.", rich_help_panel=ADDRESS)
    ] = False,
) -> None:
    """Change policies and worlds in the browser and see the effect at once.

    Everything runs on this computer. It needs no network connection and sends no data. Ctrl-C ends it.
    """
    from ..dashboard import in_force, memory, server
    from ..model.extensions import load_all

    in_force.use(load_all(extensions or ()))
    memory.share_arenas()
    server.check_assets()
    listening = server.bound(host, port)
    used = listening.getsockname()[1]
    if port is None and used != server.FIRST_PORT:
        say(f"port {server.FIRST_PORT} is in use already, perhaps by another dashboard; this one takes {used}")
    if not server.is_private(host):
        say(
            f"--host {host}: whoever can reach this machine over the network can open the dashboard and use its "
            "processors.\nThere is no password and no encryption; files of this machine cannot be read through it."
        )
    prepare()
    where = server.address(host, used)

    def ready() -> None:
        print(f"the dashboard is at {where}  (Ctrl-C ends it)", flush=True)
        if open_browser:
            import webbrowser

            webbrowser.open(where)

    server.serve(listening, host, ready)


def prepare() -> None:
    """Have the first picture computed before anybody waits for it; if the model must be compiled, while it is served.

    The dashboard is there at once either way, and says what it waits for.
    """
    from ..dashboard import precompile
    from ..progress import announce_compiling

    announce_compiling([precompile.kernel()], progress=True)
    precompile.begin()
