"""Serves the dashboard: on this machine alone unless told otherwise, and without a request to any other host."""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import os
import socket
import sys
import warnings
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

LOOPBACK, FIRST_PORT, LAST_PORT = "127.0.0.1", 8765, 8799
# What the page is made of, below <prefix>/share/solara/cdn: it comes with the package solara-assets.
NEEDED = ("@widgetti/solara-vuetify-app@10.1.1", "requirejs@2.3.6", "font-awesome@4.5.0")
SETTINGS = {
    "SOLARA_APP": f"{__package__}.app",
    "SOLARA_MODE": "production",
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "false",
    "SOLARA_TELEMETRY_SERVER_USER_ID": "nobody",  # otherwise one is made up and kept
    "SOLARA_THEME_TITLE": "tripleos",
    "SOLARA_THEME_LOADER": "plain",
    # Otherwise a header of the first request says where the pages of all sessions look for their parts.
    "SOLARA_ROOT_PATH": "",
    # A closed tab frees its session at once; this is for one whose connection was lost.
    "SOLARA_KERNEL_CULL_TIMEOUT": "3m",
}

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class ServerError(ValueError):
    """The dashboard cannot be served as asked for; the message says why, and what can be done."""


def bound(host: str, port: int | None) -> socket.socket:
    """A socket that listens on a port: the given one, or the first that is free. Raises `ServerError`."""
    if port is not None:
        return _bound(host, port)
    for candidate in (*range(FIRST_PORT, LAST_PORT + 1), 0):
        with contextlib.suppress(_Taken):
            return _bound(host, candidate)
    raise ServerError("no port is free")


class _Taken(ServerError):
    """The port is in use."""


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name == "posix":  # so that a port can be used again at once after its server has ended
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            raise _Taken(
                f"port {port} is in use already; if that is the dashboard, it is at {address(host, port)}\n"
                f"another one can be started beside it with --port, or with the first free port without it"
            ) from None
        if error.errno == errno.EACCES:
            raise ServerError(f"port {port} may not be used without special rights; allowed is 1024 to 65535") from None
        reason = error.strerror or str(error)
        raise ServerError(f"--host {host}: no address of this machine: {reason}; usually {LOOPBACK}") from None
    except (OverflowError, UnicodeError):
        listening.close()
        raise ServerError(f"--host {host[:60]}: no address of this machine; usually {LOOPBACK}") from None
    return listening


def address(host: str, port: int) -> str:
    """Where a browser on this machine finds the dashboard."""
    name = {"0.0.0.0": LOOPBACK, "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{name}:{port}/"


def is_private(host: str) -> bool:
    """Whether only this machine can reach an address.

    >>> is_private("127.0.0.1"), is_private("localhost"), is_private("0.0.0.0")
    (True, True, False)
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def check_assets() -> None:
    """Refuse to start if parts of the page would have to come from another host. Raises `ServerError`."""
    folder = os.environ.get("SOLARA_ASSETS_PROXY_CACHE_DIR")
    place = Path(folder) if folder else Path(sys.prefix) / "share" / "solara" / "cdn"
    if missing := [name for name in NEEDED if not (place / name).is_dir()]:
        raise ServerError(
            f"parts of the page are missing ({', '.join(missing)}): the package solara-assets is needed\n"
            "install it into this environment with: python -m pip install solara-assets"
        )


class SameOrigin:
    """Lets only pages of the dashboard talk to it: a web site elsewhere cannot, though it runs in the same browser.

    Connections that a page opens from script must come from the host that they go to; and on the loopback interface
    that host must be called by one of its usual names.
    """

    def __init__(self, app: Any, private: bool) -> None:
        self._app, self._private = app, private

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] in ("http", "websocket") and not self._allowed(scope):
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008})
                return
            await send({"type": "http.response.start", "status": 403, "headers": [(b"content-type", b"text/plain")]})
            await send({"type": "http.response.body", "body": b"This dashboard answers to its own pages only.\n"})
            return
        await self._app(scope, receive, send)

    def _allowed(self, scope: Message) -> bool:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        host, origin = headers.get("host", ""), headers.get("origin")
        try:
            name, source = urlsplit(f"//{host}").hostname or "", urlsplit(origin or "").netloc
        except ValueError:  # no host at all, as in `[`
            return False
        return (not self._private or is_private(name)) and (origin is None or source == host)


def accessible(page: bytes) -> bytes:
    """Solara's page with what its template leaves out: the language, and leave to zoom.

    >>> accessible(b'<html><meta name="viewport" content="initial-scale=1, maximum-scale=1, user-scalable=no">')
    b'<html lang="en"><meta name="viewport" content="initial-scale=1">'
    """
    return page.replace(b"<html>", b'<html lang="en">', 1).replace(b", maximum-scale=1, user-scalable=no", b"", 1)


def application() -> Any:
    """What answers requests: Solara's application, which asks nobody else for anything and has a word for the lost."""
    from ..model.machine_code import cache_root

    os.environ.update(SETTINGS)
    # What Solara and IPython keep goes where the compiled model is, and not into folders of their own.
    os.environ.update(dict.fromkeys(("SOLARA_HOME", "IPYTHONDIR"), str(cache_root() / "dashboard")))
    # Solara reads its settings when it is imported.
    import solara
    from solara.server import settings, starlette
    from starlette.requests import Request
    from starlette.responses import HTMLResponse, PlainTextResponse, Response
    from starlette.routing import Mount, Route
    from starlette.staticfiles import StaticFiles

    from . import memory, not_found

    class Parts(starlette.StaticCdn):
        """The parts of the page that are there.

        Solara fetches others from their host, keeps them for good, and removes a folder that is asked for as a file.
        """

        def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
            return StaticFiles.lookup_path(self, path)

    async def page(request: Request) -> Response:
        response = await starlette.root(request)
        if isinstance(response, HTMLResponse):
            response.body = accessible(bytes(response.body))
            response.headers["content-length"] = str(len(response.body))
        return response

    def nothing_there(request: Request, _: Exception) -> Response:
        if "text/html" in request.headers.get("accept", ""):
            return HTMLResponse(not_found.page(request.url.path), status_code=404)
        return PlainTextResponse("There is nothing here.\n", status_code=404)

    session_closed = memory.give_back_after_sessions()
    solara.lab.on_kernel_start(lambda: session_closed)
    place = settings.assets.proxy_cache_dir
    routes = starlette.app.router.routes
    for number, route in enumerate(routes):
        if isinstance(route, Route) and route.endpoint is starlette.root:
            routes[number] = Route(route.path, page)
    routes.insert(0, Mount(f"/{starlette.cdn_url_path}", app=Parts(directory=place)))
    starlette.app.add_exception_handler(404, nothing_there)
    return starlette.app


def serve(listening: socket.socket, host: str, ready: Callable[[], None]) -> None:
    """Serve until the process is stopped; `ready` is called when the first page can be asked for."""
    warnings.filterwarnings("ignore", message="Cookies with samesite=none")  # they are not wanted here
    import uvicorn

    class Server(uvicorn.Server):
        """Leaves signals to the command line, which ends at once."""

        @contextlib.contextmanager
        def capture_signals(self) -> Iterator[None]:
            yield

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            ready()

    app = SameOrigin(application(), is_private(host))
    Server(uvicorn.Config(app, log_level="error", ws_max_size=4 * 2**20)).run(sockets=[listening])
