"""The tutorial as a notebook: it is what the page says, and runs from top to bottom."""

import ast
import json

import pytest

from experiments import tutorial_notebook
from experiments.tutorial_notebook import NOTEBOOK, SOURCE, notebook
from sim.progress import COMPILING

PAGE = """# Title

Some words.

```python
>>> x = 1                # one
>>> x + 1  # doctest: +ELLIPSIS
2
>>> def f():
...     raise ValueError("no")

>>> f()
Traceback (most recent call last):
ValueError: no
>>> y = 2

```

More words.

## Section

The end.
"""


def sources(content, kind):
    return ["".join(cell["source"]) for cell in content["cells"] if cell["cell_type"] == kind]


def test_the_notebook_is_made_from_the_page_as_it_is():
    made = notebook(SOURCE.read_text(encoding="utf-8"))
    assert NOTEBOOK.read_text(encoding="utf-8") == made, "run `python -m experiments.tutorial_notebook`"


def test_words_and_code_become_cells():
    content = json.loads(notebook(PAGE))
    assert sources(content, "markdown") == ["# Title\n\nSome words.", "More words.", "## Section\n\nThe end."]
    assert sources(content, "code") == [
        "x = 1                # one\nx + 1",
        'def f():\n    raise ValueError("no")',
        "f()",
        "y = 2",
    ]
    tags = [cell["metadata"].get("tags") for cell in content["cells"] if cell["cell_type"] == "code"]
    assert tags == [None, None, ["raises-exception"], None]


def test_a_new_cell_leaves_the_ids_of_the_others():
    before = [cell["id"] for cell in json.loads(notebook(PAGE))["cells"]]
    after = [
        cell["id"] for cell in json.loads(notebook(PAGE.replace("More words.", "More words.\n\n## Other")))["cells"]
    ]
    assert set(before) < set(after)
    twice = [cell["id"] for cell in json.loads(notebook("```python\n>>> 1\n1\n>>> 1\n1\n```\n"))["cells"]]
    assert len(set(twice)) == 2


def test_nothing_of_the_page_is_lost_and_nothing_was_run():
    content = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    page = SOURCE.read_text(encoding="utf-8")
    assert sum(line.startswith((">>> ", "... ")) for line in page.splitlines()) == sum(
        len(source.splitlines()) for source in sources(content, "code")
    )
    for line in "\n".join(sources(content, "markdown")).splitlines():
        assert line in page
    assert all(cell["outputs"] == [] for cell in content["cells"] if cell["cell_type"] == "code")
    for source in sources(content, "code"):
        ast.parse(source)


def test_it_is_a_notebook():
    nbformat = pytest.importorskip("nbformat")
    nbformat.validate(nbformat.read(NOTEBOOK, as_version=4))


@pytest.mark.slow
def test_it_runs_from_top_to_bottom(tmp_path):
    nbformat = pytest.importorskip("nbformat")
    pytest.importorskip("ipykernel")
    client = pytest.importorskip("nbclient")
    content = nbformat.read(NOTEBOOK, as_version=4)
    where = {"metadata": {"path": str(tutorial_notebook.HERE.parent)}}
    client.NotebookClient(content, timeout=None, kernel_name="python3", resources=where).execute()
    outputs = [output for cell in content.cells if cell.cell_type == "code" for output in cell.outputs]
    kinds = [set(output.get("data", {})) for output in outputs]
    assert [output.ename for output in outputs if output.output_type == "error"] == ["ScenarioError", "FixedError"]
    assert sum("image/svg+xml" in kind for kind in kinds) >= 4
    shown = [output["data"]["text/html"] for output in outputs if "text/html" in output.get("data", {})]
    assert sum(text.startswith('<div class="tripleos">') for text in shown) == 2
    assert [output.text for output in outputs if output.output_type == "stream" and output.name == "stderr"] in (
        [], [f"{COMPILING}\n"],
    )  # fmt: skip
