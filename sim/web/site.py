"""A folder of files for any web space: the live page, and the documents that are there, as pages."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from ..dashboard.routes import ROOMS
from ..present.html import PACKAGE, as_it_is, render
from .page import live_page

LIVE = "tripleos.html"
STYLES = ("present/templates/page.css", "web/templates/site.css")
# Documents by heading, where they are: a wheel holds the first ones only, a checkout all of them.
DOCUMENTS = {
    "The model": {
        "sim/ODD.md": "The model, described by the ODD protocol",
        "sim/SPEED.md": "How it is made fast",
        "sim/PAGE.md": "How the rules get into a browser",
    },
    "How to use it": {
        "README.md": "Overview and installation",
        "experiments/TUTORIAL.md": "Tutorial: from one scenario to a study",
        "experiments/EXTENDING.md": "How to extend the model",
    },
    "What came out": {
        "results/README.md": "What we learned",
        "results/hypotheses/README.md": "Every hypothesis and its verdict",
        "results/classics/README.md": "Published models, reproduced",
        "results/benchmark/README.md": "How fast it is",
    },
}


def write_site(folder: Path, root: Path | None = None) -> list[Path]:
    """Write the site.

    Parameters
    ----------
    folder : Path
        Made if need be; files of the same names are replaced.
    root : Path, optional
        The checkout whose documents and results are taken; by default the one that the package lies in, if it does.

    Returns
    -------
    list of Path
        The files, in the order in which they were written.
    """
    root = root or _checkout()
    sources = _sources(root)
    site = _Site(folder, root, sources)
    site.put(LIVE, live_page())
    menu = [
        (heading, [(site.address(name), title) for name, title in names.items() if name in sources])
        for heading, names in DOCUMENTS.items()
    ]
    about = {"menu": [one for one in menu if one[1]], "live": LIVE, "rooms": ROOMS, "styles": _styles(), "back": ""}
    site.put("index.html", render("web/templates/site.html", title="tripleos", body=None, **about))
    for name in site.needed([one for names in DOCUMENTS.values() for one in names if one in sources]):
        back = "../" * name.count("/")
        body = Markup(site.body(name))
        site.put(
            site.address(name),
            render("web/templates/site.html", title=site.title(name), body=body, **about | {"back": back}),
        )
    return site.written


def _checkout() -> Path | None:
    """The folder above the package, if it is a checkout of the project."""
    above = PACKAGE.parent
    return above if (above / "experiments").is_dir() and (above / "pyproject.toml").exists() else None


def _sources(root: Path | None) -> dict[str, Path]:
    """All documents that there are, by their place in the project."""
    if root is None:
        return {f"sim/{path.name}": path for path in sorted(PACKAGE.glob("*.md"))}
    folders = (root, root / "sim", root / "experiments")
    found = [path for folder in folders for path in sorted(folder.glob("*.md"))]
    found += sorted((root / "results").glob("**/*.md"))
    return {path.relative_to(root).as_posix(): path for path in found}


def _styles() -> Markup:
    return Markup("\n".join(as_it_is(name) for name in STYLES))


class _Site:
    """What goes where, and what was written."""

    def __init__(self, folder: Path, root: Path | None, sources: dict[str, Path]) -> None:
        self.folder, self.root, self.sources = folder, root, sources
        self.written: list[Path] = []
        self.markdown = MarkdownIt("commonmark", {"html": False}).enable("table")

    def put(self, name: str, text: str) -> None:
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        self.written.append(file)

    def address(self, name: str) -> str:
        """Where a document goes."""
        return f"{name.removesuffix('.md')}.html"

    def title(self, name: str) -> str:
        """The first heading of a document."""
        lines = self.sources[name].read_text(encoding="utf-8").splitlines()
        return next((line.removeprefix("# ") for line in lines if line.startswith("# ")), name)

    def needed(self, names: list[str]) -> Iterator[str]:
        """Documents, and those to which they lead."""
        ahead = list(names)
        for name in ahead:
            yield name
            for token in self._links(self._tokens(name)):
                target = self._target(name, _reference(token))
                if target in self.sources and target not in ahead:
                    ahead.append(target)

    def body(self, name: str) -> str:
        """A document as HTML. Pictures and tables that it shows come along; what is not there is no link."""
        tokens = self._tokens(name)
        for token, content in pairwise(tokens):
            if token.type == "heading_open":
                token.attrs["id"] = _anchor(content.content)
        for token in self._links(tokens):
            given = _reference(token)
            if given.startswith("#") or urlsplit(given).scheme:
                continue
            target = self._target(name, given)
            fragment = f"#{urlsplit(given).fragment}" if urlsplit(given).fragment else ""
            if target in self.sources:
                _refer(token, _from(name, self.address(target)) + fragment)
            elif target and self._copied(target):
                _refer(token, _from(name, target))
            elif token.type == "link_open":
                token.attrs.pop("href")
        return str(self.markdown.renderer.render(tokens, self.markdown.options, {}))

    def _tokens(self, name: str) -> list[Token]:
        return self.markdown.parse(self.sources[name].read_text(encoding="utf-8"))

    def _links(self, tokens: list[Token]) -> Iterator[Token]:
        """All links and pictures."""
        for token in tokens:
            if token.type in ("link_open", "image"):
                yield token
            yield from self._links(token.children or [])

    def _target(self, name: str, given: str) -> str:
        """The place in the project that a document refers to; of a folder its README."""
        path = unquote(urlsplit(given).path)
        target = os.path.normpath(PurePosixPath(name).parent / path).replace(os.sep, "/")
        readme = f"{target}/README.md"
        return readme if readme in self.sources else target

    def _copied(self, target: str) -> bool:
        """Take a file of the results along, if it is one."""
        if self.root is None or not target.startswith("results/") or not (self.root / target).is_file():
            return False
        source, place = self.root / target, self.folder / target
        place.parent.mkdir(parents=True, exist_ok=True)
        if place not in self.written:
            shutil.copyfile(source, place)
            self.written.append(place)
        return True


def _reference(token: Token) -> str:
    return str(token.attrs.get("href") or token.attrs.get("src") or "")


def _anchor(heading: str) -> str:
    """What a link to a heading has behind its `#`."""
    return re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-")


def _refer(token: Token, address: str) -> None:
    token.attrs["href" if token.type == "link_open" else "src"] = address


def _from(name: str, target: str) -> str:
    """The way from a document to a file."""
    return os.path.relpath(target, PurePosixPath(name).parent).replace(os.sep, "/")
