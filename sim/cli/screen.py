"""What reaches the screen: results on stdout as tables or JSON, everything else on stderr."""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

WIDTH = 120  # of what is printed into a file or a pipe


def console(stderr: bool = False) -> Console:
    """A screen that prints text as it is; wide when it is no screen but a file or a pipe."""
    stream = sys.stderr if stderr else sys.stdout
    wide = None if stream.isatty() or "COLUMNS" in os.environ else WIDTH
    return Console(file=stream, width=wide, markup=False, highlight=False, emoji=False, soft_wrap=False)


def say(text: str) -> None:
    """A line on stderr."""
    print(text, file=sys.stderr, flush=True)


def one_line(text: str) -> str:
    """Text that came from outside, without what could move the cursor."""
    return "".join(c if c.isprintable() else " " for c in text).strip()


def grid(title: str, heads: Sequence[str], rows: Iterable[Sequence[Any]], **widths: int) -> Table:
    """A table without lines; the last column takes the room that is left."""
    look: dict[str, Any] = {"title": title or None, "title_justify": "left", "title_style": "bold"}
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=any(heads), **look)
    for head in heads:
        table.add_column(Text(head, "dim"), min_width=widths.get(head), overflow="fold")
    for first, *others in rows:
        table.add_row(Text(str(first), "cyan"), *(Text(str(one)) for one in others))
    return table


def print_json(document: Any) -> None:
    """One JSON document on stdout."""
    print(json.dumps(_plain(document), indent=2, ensure_ascii=False, allow_nan=False))


def _plain(value: Any) -> Any:
    """A value as JSON can hold it: a missing number is null."""
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    value = value.item() if hasattr(value, "item") else value
    return None if isinstance(value, float) and not math.isfinite(value) else value
