"""Scripts of the page, run by Node: what they answer to what Python asks."""

import json
import shutil
import subprocess
import tempfile

import pytest

from sim.present.html import as_it_is

NODE = shutil.which("node") or shutil.which("nodejs")
needs_node = pytest.mark.skipif(NODE is None, reason="there is no Node")


def answered(names, expression, **given):
    """The value of a JavaScript expression (it may await) in which scripts are there, and `given` by name; as JSON."""
    scripts = [str(as_it_is(f"web/{name}.js")) for name in names]
    reading = "const given = JSON.parse(require('fs').readFileSync(0, 'utf8'))"
    told = f"({expression.strip()})"
    code = "\n".join(
        [*scripts, reading, f"const {{{', '.join(given)}}} = given" if given else "",
         f";(async () => {{ process.stdout.write(JSON.stringify(await {told})) }})()"]
    )  # fmt: skip
    with tempfile.NamedTemporaryFile("w", suffix=".cjs", encoding="utf-8") as file:
        file.write(code)
        file.flush()
        done = subprocess.run([NODE, file.name], input=json.dumps(given).encode(), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return json.loads(done.stdout)
