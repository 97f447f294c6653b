"""Results as tables, on a screen or in Markdown, and in a closing line for each classic."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from .targets import ReplicationResult

HEADS = ("published", "ours", "SE", "difference", "allowed", "verdict")
WIDE = 100  # columns of a screen from which on there is room for more space and for what difference is allowed
# The words carry the meaning, colours only help.
STYLES = {"missed": "bold red", "passes, but must not": "bold red", "missed, as known": "yellow", "met": "green"}


def table(results: Iterable[ReplicationResult], width: int) -> Table:
    """The results of one classic for a screen, figure by figure.

    Parameters
    ----------
    results : iterable of ReplicationResult
        In the order in which they are shown.
    width : int
        Columns of the screen; from `WIDE` on with what difference is allowed.

    Returns
    -------
    rich.table.Table
        Without a frame.
    """
    heads = [head for head in HEADS if width >= WIDE or head != "allowed"]
    grid = Table(box=None, pad_edge=False, padding=(0, 2 if width >= WIDE else 1, 0, 0))
    grid.add_column(Text("target", "dim"), ratio=1)
    for head in heads:
        grid.add_column(Text(head, "dim"), justify="left" if head == "verdict" else "right", no_wrap=head != "verdict")
    for title, group in grouped(results).items():
        grid.add_row(Text(title, "bold"))
        for result in group:
            texts = dict(zip(HEADS, cells(result), strict=True))
            rest = [Text(texts[head], STYLES.get(result.verdict, "") if head == "verdict" else "") for head in heads]
            grid.add_row(Padding(Text(result.text), (0, 0, 0, 2)), *rest)
    return grid


def grouped(results: Iterable[ReplicationResult]) -> dict[str, list[ReplicationResult]]:
    """Results by the figure of the paper, and the negative controls at the end.

    Parameters
    ----------
    results : iterable of ReplicationResult
        Of one classic.

    Returns
    -------
    dict of str to list of ReplicationResult
        By the heading of the group.
    """
    groups: dict[str, list[ReplicationResult]] = {}
    for result in sorted(results, key=lambda result: result.control):
        groups.setdefault("negative controls" if result.control else result.figure, []).append(result)
    return groups


def markdown(results: Iterable[ReplicationResult]) -> str:
    """The results of one classic as a Markdown table, figure by figure.

    Parameters
    ----------
    results : iterable of ReplicationResult
        In the order in which they are shown within a figure.

    Returns
    -------
    str
        A table, without a line break at its end.
    """
    from ..present.tables import markdown_table

    rows = [(title, result.text, *cells(result)) for title, group in grouped(results).items() for result in group]
    return markdown_table(("", "target", *HEADS), rows, "llrrrrrl")


def cells(result: ReplicationResult) -> tuple[str, ...]:
    """Published, ours, standard error, difference, what difference is allowed, and the verdict.

    Of a shape, ours is the difference of two conditions, and published only that it is more than 0.

    Parameters
    ----------
    result : ReplicationResult
        Of a number or of a shape.

    Returns
    -------
    tuple of str
        In the order of `HEADS`.
    """
    places = 2 if max(abs(result.published), abs(result.ours)) >= 1.0 else 3  # a share, or a number of things
    error = f"{result.error:.{places + 1}f}"
    if result.shape:
        return "> 0", signed(result.ours, places), error, "", f"> {result.tolerance:.{places}f}", result.verdict
    difference, allowed = signed(result.difference, places), f"±{result.tolerance:.{places}f}"
    return published(result.published, places), f"{result.ours:.{places}f}", error, difference, allowed, result.verdict


def published(value: float, places: int) -> str:
    """A published number as text.

    Parameters
    ----------
    value : float
        The number.
    places : int
        Decimals to show at least.

    Returns
    -------
    str
        With more decimals if the number has them.

    Examples
    --------
    >>> published(0.87, 3), published(0.8725, 3)
    ('0.870', '0.8725')
    """
    text = f"{value:.{places}f}"
    return text if float(text) == value else f"{value:g}"


def signed(value: float, places: int) -> str:
    """A difference with its sign, as text.

    Parameters
    ----------
    value : float
        The difference.
    places : int
        Decimals.

    Returns
    -------
    str
        No sign if it rounds to 0.

    Examples
    --------
    >>> signed(-0.0123, 3), signed(-0.0001, 3)
    ('−0.012', '0.000')
    """
    text = f"{value:+.{places}f}".replace("-", "−")
    return text if any(digit in text for digit in "123456789") else text[1:]


def closing(name: str, results: Sequence[ReplicationResult]) -> str:
    """How many targets of a classic are met, and how many of its negative controls fail.

    Parameters
    ----------
    name : str
        The classic.
    results : sequence of ReplicationResult
        All of it.

    Returns
    -------
    str
        One line.
    """
    controls, others = ([one for one in results if one.control is control] for control in (True, False))
    parts = [f"{sum(one.met for one in others)} of {len(others)} met"]
    counts = {verdict: sum(one.verdict == verdict for one in others) for verdict in ("missed, as known", "missed")}
    parts += [f"{count} {verdict.replace(',', '')}" for verdict, count in counts.items() if count]
    if numbers := [one for one in others if not one.shape]:
        parts[-1] += f" (a true replication would miss {sum(one.chance for one in numbers):.1f} by chance)"
    failing = f"{sum(not one.met for one in controls)} of {len(controls)} negative controls fail"
    return f"{name}: {', '.join(parts)}; {failing}"


LEGEND = """SE: standard error of ours. A number is met within 2 standard errors of the difference, or within 0.01.
A shape (> 0) is the order of two conditions; ours is their paired difference, met if it exceeds 2 standard errors.
A negative control is a wrong variant, judged in the same way: it must fail, or the test has no power."""
