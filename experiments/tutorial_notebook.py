"""The tutorial as a notebook: `experiments/tutorial.ipynb`, made from `TUTORIAL.md`, which is its only source.

    python -m experiments.tutorial_notebook

A test holds the notebook against what this makes, and runs it from top to bottom. It is kept without outputs, so that
it changes only where the tutorial does.
"""

from __future__ import annotations

import doctest
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from experiments import without_arguments

HERE = Path(__file__).parent
SOURCE, NOTEBOOK = HERE / "TUTORIAL.md", HERE / "tutorial.ipynb"
DIRECTIVE = re.compile(r"[ \t]*#\s*doctest:.*$", re.MULTILINE)


def notebook(text: str) -> str:
    """A notebook from a page in Markdown whose code blocks are doctests.

    Parameters
    ----------
    text : str
        The page.

    Returns
    -------
    str
        The file: nbformat 4.5, without outputs.
    """
    cells = list(_cells(text))
    for cell in cells:
        cell["id"] = _identity(cell, cells)
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    content = {
        "cells": [dict(sorted(cell.items())) for cell in cells],
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def _identity(cell: dict[str, Any], cells: list[dict[str, Any]]) -> str:
    """An id that follows from the text, so that a new cell leaves those of the others as they are."""
    same = [one for one in cells if one["source"] == cell["source"]]
    number = next(k for k, one in enumerate(same) if one is cell)
    return hashlib.sha256(f"{number} {''.join(cell['source'])}".encode()).hexdigest()[:12]


def _cells(text: str) -> Iterator[dict[str, Any]]:
    """Words and code in turn."""
    for k, part in enumerate(re.split(r"^```python\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)):
        if k % 2:
            yield from _code(part)
        else:
            for section in re.split(r"^(?=#+ )", part, flags=re.MULTILINE):
                if section.strip():
                    yield {"cell_type": "markdown", "metadata": {}, "source": _lines(section)}


def _code(block: str) -> Iterator[dict[str, Any]]:
    """The cells of a block: one ends after each expression that shows something."""
    source = ""
    for example in doctest.DocTestParser().get_examples(block):
        if example.exc_msg and source:
            yield _code_cell(source)
            source = ""
        source += DIRECTIVE.sub("", example.source)
        if example.want:
            yield _code_cell(source, ["raises-exception"] if example.exc_msg else [])
            source = ""
    if source:
        yield _code_cell(source)


def _code_cell(source: str, tags: list[str] | None = None) -> dict[str, Any]:
    metadata = {"tags": tags} if tags else {}
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": metadata,
        "outputs": [],
        "source": _lines(source),
    }


def _lines(text: str) -> list[str]:
    return text.strip("\n").splitlines(keepends=True)


def main() -> None:
    """Write the notebook."""
    without_arguments("experiments.tutorial_notebook", __doc__)
    NOTEBOOK.write_text(notebook(SOURCE.read_text(encoding="utf-8")), encoding="utf-8")
    print(f"written: {NOTEBOOK}")


if __name__ == "__main__":
    main()
