"""Pages as HTML, from Jinja2 templates that stand beside their modules; all that they are given is escaped.

A template is named by its place in the package, as in `present/templates/base.html`. Pages are single files that need
no network: styles, scripts and data are in them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape

PACKAGE = Path(__file__).parents[1]


def as_it_is(name: str) -> Markup:
    """The text of a style sheet or script of the package, to stand in a page unescaped.

    Parameters
    ----------
    name : str
        Its place in the package, as in `present/templates/page.css`.

    Returns
    -------
    Markup
        The whole file.
    """
    return Markup((PACKAGE / name).read_text(encoding="utf-8"))


def data_script(name: str, data: Any) -> Markup:
    r"""Data in a page, as JSON in a script element with that id.

    No `<` is left in it: `</script` would end the element early, and `<!--<script` would hide its end.

    Parameters
    ----------
    name : str
        The id of the element.
    data : object
        Anything that `json.dumps` takes.

    Returns
    -------
    Markup
        The element.

    Raises
    ------
    ValueError
        For numbers that JSON lacks: nan and infinities.

    Examples
    --------
    >>> print(data_script("d", {"a": "</script>"}))
    <script type="application/json" id="d">{"a": "\u003c/script>"}</script>
    """
    text = json.dumps(data, allow_nan=False).replace("<", "\\u003c")
    return Markup(f'<script type="application/json" id="{escape(name)}">{text}</script>')


def sentence(text: str) -> Markup:
    """A sentence in which a number stays beside its percent sign, and what stands in backticks is code.

    Parameters
    ----------
    text : str
        Plain text; it is escaped unless it is Markup.

    Returns
    -------
    Markup
        HTML to stand inside a paragraph.

    Examples
    --------
    >>> sentence("5 % of `x < y`")
    Markup('5&nbsp;% of <code>x &lt; y</code>')
    """
    kept = str(escape(text)).replace(" %", "&nbsp;%")
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", kept))


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(PACKAGE), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, keep_trailing_newline=False,
    )  # fmt: skip
    made.globals |= {"as_it_is": as_it_is, "data_script": data_script}
    made.filters["sentence"] = sentence
    return made


def template(name: str) -> Template:
    """A template of the package.

    Parameters
    ----------
    name : str
        Its place in the package, as in `present/templates/base.html`.

    Returns
    -------
    Template
        With `as_it_is`, `data_script` and the filter `sentence` at hand.

    Raises
    ------
    jinja2.TemplateNotFound
        If there is no such file.
    """
    return _environment().get_template(name)


def render(name: str, **given: Any) -> Markup:
    """A template of the package, filled in.

    Parameters
    ----------
    name : str
        Its place in the package.
    **given
        What the template asks for, by name; escaped unless it is Markup.

    Returns
    -------
    Markup
        The page, or part of one.

    Raises
    ------
    jinja2.UndefinedError
        If the template asks for what is not given.
    """
    return Markup(template(name).render(**given))


@dataclass(frozen=True)
class Section:
    """A part of a report: words, a table or a figure.

    Attributes
    ----------
    title : str
        Its heading, and the name of its link.
    text : str
        A paragraph, from which `**` is taken out; empty for none.
    table : str or Markup
        A table as HTML, escaped unless it is Markup; empty for none.
    chart : dict or None
        A figure as a Vega-Lite specification.
    """

    title: str
    text: str = ""
    table: str = ""
    chart: Any = None


def report(title: str, about: str, sections: Sequence[Section]) -> str:
    """A report as one HTML file, with figures that tell their numbers under the pointer.

    Parameters
    ----------
    title : str
        Of the page.
    about : str
        The paragraph below the title.
    sections : sequence of Section
        In the order of the page.

    Returns
    -------
    str
        The file, with the scripts that draw its figures.
    """
    return render(
        "present/templates/report.html", title=title, about=about, sections=sections, vega_embed=_vega_embed()
    )


@cache
def _vega_embed() -> Markup:
    """Vega-Embed and all it needs, as one script."""
    import vl_convert

    # Its signature says that a snippet is needed; without one it gives the libraries alone.
    make: Any = vl_convert.javascript_bundle

    return Markup(make().replace("</script", "<\\/script"))
