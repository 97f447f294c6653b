"""The app `tripleos`, how a command is added to it, and its own help."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, TypeVar

import typer

from ..version import __version__, model_version

app = typer.Typer(
    add_completion=False,
    rich_markup_mode="rich",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

ABOUT = """How organisations learn and act, simulated: networks, communities and teams as one triple operating system.

A [bold]scenario[/] is a world, a workforce and a policy. It is simulated week by week under several seeds, and
results are shown with their uncertainty.
"""

F = TypeVar("F", bound=Callable[..., None])


def command(name: str, *examples: str) -> Callable[[F], F]:
    """A command of `tripleos`; its docstring is its help, and examples follow."""

    def register(function: F) -> F:
        return app.command(name, help=_flowing(function.__doc__ or ""), epilog=_listed("Examples", *examples))(function)

    return register


def _flowing(text: str) -> str:
    """Paragraphs without the line breaks within them, which a narrow screen would double."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))


def _listed(title: str, *examples: str) -> str:
    return "\n".join([f"[bold]{title}[/]", *(f"  {example}" for example in examples)])


def _print_version(asked: bool) -> None:
    if asked:
        print(f"tripleos {__version__}\nmodel {model_version()}")
        raise typer.Exit


FIRST_STEPS = _listed(
    "First steps",
    "tripleos list policies",
    "tripleos run --policy triple_operating_system --world turbulent",
    "tripleos compare balanced heads_down --world stable",
    "tripleos sweep demo",
    "tripleos report demo",
)
MORE_HELP = "Each command has its own help, as in [cyan]tripleos run --help[/]."


@app.callback(help=_flowing(ABOUT), epilog=f"{FIRST_STEPS}\n\n{MORE_HELP}")
def _tripleos(
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Show the versions of package and model.", callback=_print_version, is_eager=True
        ),
    ] = False,
) -> None:
    """Options of `tripleos` itself."""
