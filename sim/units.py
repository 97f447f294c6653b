"""Lengths of time and amounts of memory, with the unit that suits them."""

from __future__ import annotations

TIMES = ((86400.0, "days"), (3600.0, "h"), (60.0, "min"), (1.0, "s"))
VOLUMES = ((1e9, "GB"), (1e6, "MB"), (1e3, "kB"))


def format_duration(seconds: float) -> str:
    """A length of time.

    Parameters
    ----------
    seconds : float
        How long.

    Returns
    -------
    str
        In three digits.

    Examples
    --------
    >>> format_duration(5400), format_duration(40)
    ('1.5 h', '40 s')
    """
    for size, name in TIMES[:-1]:
        if seconds >= 2 * size or (size == 3600 and seconds >= size):
            return f"{seconds / size:.3g} {name}" if seconds < 1e3 * size else f"{seconds / size:,.0f} {name}"
    return f"{seconds:.3g} s"


def format_volume(size: float) -> str:
    """An amount of memory, or of room on disk.

    Parameters
    ----------
    size : float
        Bytes.

    Returns
    -------
    str
        In three digits.

    Examples
    --------
    >>> format_volume(2_300_000)
    '2.3 MB'
    """
    for factor, name in VOLUMES:
        if size >= factor:
            return f"{size / factor:.3g} {name}" if size < 1e3 * factor else f"{size / factor:,.0f} {name}"
    return f"{size:.0f} B"
