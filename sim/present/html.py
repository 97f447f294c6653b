"""A report as one HTML file that needs no network: text, tables, and figures that tell their numbers."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd

STYLE = """
:root { color-scheme: light; --ink: #1d232a; --soft: #5b6570; --line: #dfe3e8; --paper: #ffffff; --accent: #0072b2; }
* { box-sizing: border-box; }
body { margin: 0; background: #f4f5f7; color: var(--ink); font: 16px/1.55 system-ui, sans-serif; }
main { max-width: 1080px; margin: 0 auto; padding: 32px 24px 64px; }
header { margin-bottom: 24px; }
h1 { font-size: 30px; line-height: 1.2; margin: 0 0 8px; }
h2 { font-size: 19px; margin: 0 0 10px; }
p { margin: 0 0 10px; max-width: 78ch; white-space: pre-line; overflow-wrap: anywhere; }
section { background: var(--paper); border: 1px solid var(--line); border-radius: 8px;
  padding: 20px 22px; margin: 16px 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 14px; font-variant-numeric: tabular-nums; }
th { text-align: right; color: var(--soft); font-weight: 600; vertical-align: bottom; }
th, td { padding: 6px 12px 6px 0; border-bottom: 1px solid var(--line); }
td { text-align: right; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; font-weight: 600; }
.left, .words th { text-align: left; }
.words td { text-align: left; font-weight: 400; white-space: normal; }
.more { color: var(--accent); } .less { color: #b4520a; } .same { color: var(--soft); }
nav { font-size: 14px; margin-top: 12px; } nav a { color: var(--accent); margin-right: 14px; }
code { font: 13px/1.5 ui-monospace, monospace; background: #eef0f3; padding: 1px 5px; border-radius: 4px; }
@media print { body { background: none; } section { border: none; padding: 8px 0; break-inside: avoid; } }
"""


@dataclass(frozen=True)
class Section:
    """A part of a page: words, a table (as Markdown or as HTML) or a figure (a Vega-Lite specification)."""

    title: str
    text: str = ""
    markdown: str = ""
    table: str = ""
    chart: Any = None
    name: str = ""


def page(title: str, about: str, sections: Sequence[Section]) -> str:
    """The whole file."""
    links = " ".join(f'<a href="#s{k}">{html.escape(one.title)}</a>' for k, one in enumerate(sections))
    body = "\n".join(_section(k, one) for k, one in enumerate(sections))
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{html.escape(title)}</title>
<link rel="icon" href="data:,">
<style>{STYLE}</style>
<script>{_bundle()}</script>
</head>
<body>
<main>
<header><h1>{html.escape(title)}</h1><p>{html.escape(about)}</p><nav>{links}</nav></header>
{body}
</main>
<script>
const options = {{actions: {{export: true, source: false, compiled: false, editor: false}}, renderer: "svg"}};
for (const one of document.querySelectorAll("[data-chart]")) {{
  vegaEmbed(one, JSON.parse(document.getElementById(one.dataset.chart).textContent), options);
}}
</script>
</body>
</html>
"""


@cache
def _bundle() -> str:
    """Vega-Embed and all it needs, as one script."""
    import vl_convert

    # Its signature says that a snippet is needed; without one it gives the libraries alone.
    make: Any = vl_convert.javascript_bundle

    return make().replace("</script", "<\\/script")


def data_script(name: str, data: Any) -> str:
    r"""Data in a page, as JSON in a script element with that id. Raises `ValueError` for numbers that JSON lacks.

    No `<` is left in it: `</script` would end the element early, and `<!--<script` would hide its end.

    >>> data_script("d", {"a": "</script>"})
    '<script type="application/json" id="d">{"a": "\\u003c/script>"}</script>'
    """
    text = json.dumps(data, allow_nan=False).replace("<", "\\u003c")
    return f'<script type="application/json" id="{name}">{text}</script>'


def _section(k: int, one: Section) -> str:
    parts = [f"<h2>{html.escape(one.title)}</h2>"]
    if one.text:
        parts.append(f"<p>{html.escape(one.text).replace('**', '')}</p>")
    if one.markdown:
        parts.append(f'<div class="scroll">{_from_markdown(one.markdown)}</div>')
    if one.table:
        parts.append(f'<div class="scroll">{one.table}</div>')
    if one.chart is not None:
        parts.append(data_script(f"c{k}", one.chart))
        parts.append(
            f'<div class="scroll"><div data-chart="c{k}" role="img" aria-label="{html.escape(one.title)}"></div></div>'
        )
    return f'<section id="s{k}">{"".join(parts)}</section>'


def _from_markdown(text: str) -> str:
    """A table in Markdown, as `tables.markdown` writes it, in HTML."""
    heads, _, *rows = ([cell.strip() for cell in line.strip("| ").split("|")] for line in text.strip().splitlines())
    body = "".join(f"<tr>{''.join(f'<td>{_cell(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><tr>{''.join(f'<th>{html.escape(head)}</th>' for head in heads)}</tr>{body}</table>"


def _cell(text: str) -> str:
    """A cell: a mean and below it a difference, coloured by its mark."""
    first, _, second = text.partition("<br>")
    told = html.escape(first.strip("`"))
    if not second:
        return told
    kind = {"▲": "more", "▼": "less"}.get(second[0], "same")
    return f'{told}<br><span class="{kind}">{html.escape(second)}</span>'


def html_table(table: pd.DataFrame) -> str:
    """A table with its numbers cut to what is worth reading; columns of words stand on the left."""
    words = ' class="words"' if not any(pd.api.types.is_numeric_dtype(table[name]) for name in table) else ""
    left = [' class="left"' if _is_words(table[name]) else "" for name in table]
    heads = "".join(
        f"<th{side}>{html.escape(str(name).replace('_', ' '))}</th>" for name, side in zip(table, left, strict=True)
    )
    rows = "".join(
        f"<tr>{''.join(f'<td{side}>{html.escape(_told(v))}</td>' for v, side in zip(row, left, strict=True))}</tr>"
        for row in table.itertuples(index=False, name=None)
    )
    return f"<table{words}><tr>{heads}</tr>{rows}</table>"


def _is_words(column: pd.Series) -> bool:
    """Whether a column holds words, rather than numbers or texts that begin with a number."""
    return not pd.api.types.is_numeric_dtype(column) and not any(str(value)[:1].isdigit() for value in column)


def _told(value: Any) -> str:
    if isinstance(value, float):
        return "–" if value != value else f"{value:.4g}"
    return str(value)
