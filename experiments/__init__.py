"""What is run with the model: studies, examples, benchmarks."""

import argparse

import sim  # noqa: F401  (then `tripleos` is this checkout, too, whatever is installed)


def without_arguments(module: str, about: str | None) -> None:
    """Answer `python -m module --help`, and refuse all other arguments."""
    layout = argparse.RawDescriptionHelpFormatter
    argparse.ArgumentParser(prog=f"python -m {module}", description=about, formatter_class=layout).parse_args()
