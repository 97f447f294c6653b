"""The command lines that help and how-to propose, read from the help as it is printed, in an order that works.

    python tests/examples.py COMMAND    run all of them in this folder with the command as it is installed

Those that take many minutes are made short, the dashboard is asked for its page and ended, and without a cluster its
example is a dry run.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

HOWTO = Path(__file__).parents[1] / "experiments" / "EXTENDING.md"
ADDRESS = re.compile(r"http://\S+")


def proposed(help_of: Callable[..., str]) -> list[list[str]]:
    """The words of each proposed command line, each once; `help_of` gives what `--help` prints after some words."""
    main = help_of()
    commands = re.findall(r"^│ (\w+) ", main[main.index("Commands") :], re.MULTILINE)
    texts = [main[main.index("First steps") :]]
    texts += [text[text.index("Examples") :] for text in map(help_of, commands)]
    lines = [line for text in texts for line in re.findall(r"^ *tripleos (.*?) *$", text, re.MULTILINE)]
    return [line.split() for line in dict.fromkeys(lines)]


def of_the_howto() -> list[list[str]]:
    """The words of each command line of the how-to about extensions that needs no file of one's own."""
    text = HOWTO.read_text(encoding="utf-8")
    lines = re.findall(r"^tripleos ([^#\n]*?) *(?:#.*)?$", text, re.MULTILINE)
    return [line.split() for line in lines]


def shortened(words: list[str]) -> list[str]:
    """The same command line, but none of those that take many minutes or need a cluster."""
    if "--cluster" in words:
        return [*words, "--dry-run"]
    if words[0] == "classics":
        return [*words, "march"] if words[1:] in ([], ["--full"]) else words
    if words[0] == "hypotheses" and "--quick" not in words:
        return [*words, "--list"]
    return [word for word in words if word != "--open"]  # there may be no browser


def run(command: str, words: list[str]) -> None:
    """Run a command line to its end, or fail."""
    print("$ tripleos", *words, flush=True)
    if words[0] == "dashboard":
        _serve(command, words)
    else:
        subprocess.run([command, *words], check=True, stdout=subprocess.DEVNULL)


def _serve(command: str, words: list[str]) -> None:
    """Start the dashboard, ask for its page, and end it as Ctrl-C does."""
    with subprocess.Popen([command, *words], stdout=subprocess.PIPE, text=True) as server:
        try:
            said = server.stdout.readline() if server.stdout else ""
            address = ADDRESS.search(said)
            assert address, f"no address: {said}"
            with urlopen(address[0].replace("0.0.0.0", "127.0.0.1")) as page:
                assert page.status == 200, address[0]
        finally:
            server.send_signal(signal.SIGINT)


def main() -> None:
    """Run all of them."""
    (command,) = sys.argv[1:]
    os.environ["COLUMNS"] = "200"

    def help_of(*words: str) -> str:
        return subprocess.run([command, *words, "--help"], check=True, capture_output=True, text=True).stdout

    for words in [*proposed(help_of), *of_the_howto()]:
        run(command, shortened(words))


if __name__ == "__main__":
    main()
