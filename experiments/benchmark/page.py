"""The page results/benchmark/README.md has two writers: the benchmark writes all of it but the section on peers."""

from __future__ import annotations

BEGIN = "<!-- from here: python -m experiments.benchmark.peers -->"
END = "<!-- to here -->"


def section_of(page: str) -> str:
    """The section on peers with its marks; empty where there is none."""
    if BEGIN not in page or END not in page:
        return ""
    return page[page.index(BEGIN) : page.index(END) + len(END)]


def with_section(page: str, section: str) -> str:
    """A page with this section in the place of its former one, or at the end."""
    former = section_of(page)
    if former:
        return page.replace(former, section)
    return f"{page.rstrip()}\n\n{section}\n" if section else page
