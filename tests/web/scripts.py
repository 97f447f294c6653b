"""The scripts of a page under Node, to be held against the Python that they stand in for."""

import json
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from sim.web.scripts import scripts as texts

NODE = shutil.which("node") or shutil.which("nodejs")
needs_node = pytest.mark.skipif(NODE is None, reason="node is missing")

# What stands around a script: what it is given, and what it gives. Numbers travel as JSON, nan as null.
FRAME = """
'use strict'
const {{given, tables}} = JSON.parse(require('fs').readFileSync(0, 'utf8'))
{scripts}
const result = (() => {{ {body} }})()
process.stdout.write(JSON.stringify(result, (_, value) => typeof value === 'bigint' ? String(value) : value))
"""


def run(scripts, body, given, tables=None):
    """What a piece of JavaScript returns behind some scripts of the page, with `given` and `tables` at hand."""
    parts = texts(scripts).replace("'use strict'", "")
    program = FRAME.format(scripts=parts, body=body)
    told = json.dumps({"given": given, "tables": tables}, allow_nan=False)
    # The program is a file of its own: what it reads comes over the standard input.
    with tempfile.NamedTemporaryFile("w", suffix=".cjs", encoding="utf-8") as file:
        file.write(program)
        file.flush()
        done = subprocess.run([NODE, file.name], input=told, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def module_file(model, folder):
    """The WebAssembly module of a model as a file."""
    from sim.web.shipped import module_of

    path = Path(folder) / "model.wasm"
    path.write_bytes(module_of(model))
    return str(path)
