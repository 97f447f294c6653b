"""Where everything is on the stage: teams on rings inside the outside world, communities in the middle.

Places depend on sizes only, never on what happens, so that the eye can follow people and teams through the weeks. The
stage is WIDTH × HEIGHT units large; the browser scales it as a whole.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from ...scenario import Scenario

WIDTH, HEIGHT = 1000.0, 720.0
RIM = (492.0, 352.0)  # semi-axes of the ellipse on which the outside world is drawn
MARGIN = 20.0  # between that and the outermost teams
LARGEST_CELL = 128.0
ROW = 1.08  # distance between rings, in cells
CARD = (128.0, 104.0)  # of a community
MOST_CARDS = 12  # communities that are shown
AIR = 1.12  # distance between neighbours on a ring, in cells, along the ring
RING_OF_PEOPLE = 0.29  # radius, in cells, of the circle on which the members of a small team sit
LARGEST_CIRCLE = 12  # people; larger teams sit in a spiral


class Point(NamedTuple):
    """A place on the stage."""

    x: float
    y: float


CENTRE = Point(WIDTH / 2, HEIGHT / 2)


def perimeter(a: float, b: float) -> float:
    """Perimeter of an ellipse, nearly (Ramanujan).

    >>> round(perimeter(1, 1), 4)
    6.2832
    """
    return math.pi * (3 * (a + b) - math.sqrt((3 * a + b) * (a + 3 * b)))


def around(a: float, b: float, count: int, turn: float = 0.0) -> list[Point]:
    """Places on an ellipse at equal distances along it, clockwise from the top; `turn`: by how many places to shift."""
    angles = np.linspace(0.0, 2 * math.pi, 721)
    x, y = a * np.sin(angles), -b * np.cos(angles)
    length = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))])
    wanted = (np.arange(count) + turn) % count / count * length[-1]
    return [
        Point(CENTRE.x + float(dx), CENTRE.y + float(dy))
        for dx, dy in zip(np.interp(wanted, length, x), np.interp(wanted, length, y), strict=True)
    ]


def cards(communities: int) -> list[Point]:
    """Centres of the cards of the communities that are shown, row by row in the middle of the stage."""
    count = min(communities, MOST_CARDS)
    columns = max(1, math.ceil(math.sqrt(count)))
    rows = math.ceil(count / columns)
    places = []
    for q in range(count):
        row, column = divmod(q, columns)
        in_row = min(columns, count - row * columns)
        x = CENTRE.x + (column - (in_row - 1) / 2) * CARD[0]
        places.append(Point(x, CENTRE.y + (row - (rows - 1) / 2) * CARD[1]))
    return places


def _rings(cell: float, hole: tuple[float, float]) -> list[tuple[float, float]]:
    """Semi-axes of the rings that cells of a size fit on, from the rim inwards, as far as the middle stays free.

    `hole`: half the width and height of the rectangle that stays free.
    """
    rings: list[tuple[float, float]] = []
    a, b = (axis - MARGIN - cell / 2 for axis in RIM)
    while min(a, b) > cell / 2 and (hole[0] / (a - cell / 2)) ** 2 + (hole[1] / (b - cell / 2)) ** 2 <= 1.0:
        rings.append((a, b))
        a, b = a - ROW * cell, b - ROW * cell
    return rings


def _fitting(cell: float, rings: list[tuple[float, float]]) -> list[int]:
    """How many cells fit on each ring, with air between them, because the chord is shorter than the arc."""
    return [int(perimeter(a, b) / (AIR * cell)) for a, b in rings]


def team_cells(teams: int, communities: int) -> tuple[list[Point], float]:
    """Centres of the teams' cells, and how wide a cell is: as large as can be."""
    shown = cards(communities)
    hole = (
        max((abs(p.x - CENTRE.x) for p in shown), default=0.0) + CARD[0] / 2,
        max((abs(p.y - CENTRE.y) for p in shown), default=0.0) + CARD[1] / 2,
    )
    cell = LARGEST_CELL
    while sum(_fitting(cell, _rings(cell, hole))) < teams:
        cell *= 0.98
    rings = _rings(cell, hole)
    room = _fitting(cell, rings)
    # as few rings as will do, each with its part of the teams
    while len(rings) > 1 and sum(room[:-1]) >= teams:
        rings, room = rings[:-1], room[:-1]
    counts = [teams * n // sum(room) for n in room]
    for q in range(teams - sum(counts)):
        counts[q % len(counts)] += 1
    places: list[Point] = []
    for k, ((a, b), count) in enumerate(zip(rings, counts, strict=True)):
        places += around(a, b, count, turn=0.5 * (k % 2))
    return places, cell


def seats(centre: Point, cell: float, size: int) -> list[Point]:
    """Places of the members of a team: on a circle, or in a spiral if they are many."""
    x, y, radius = centre.x, centre.y - 0.09 * cell, RING_OF_PEOPLE * cell
    if size <= LARGEST_CIRCLE:
        angles = [2 * math.pi * q / size for q in range(size)]
        return [Point(x + radius * math.sin(a), y - radius * math.cos(a)) for a in angles]
    golden = math.pi * (3 - math.sqrt(5))
    steps = [(1.15 * radius * math.sqrt((q + 0.5) / size), q * golden) for q in range(size)]
    return [Point(x + r * math.cos(a), y + r * math.sin(a)) for r, a in steps]


def stage(scenario: Scenario) -> dict[str, Any]:
    """The stage for an organisation of this size, as the browser is told once."""
    workers, teams, communities = scenario.workforce.workers, scenario.teams, scenario.workforce.communities
    cells, cell = team_cells(teams, communities)
    sizes = [workers // teams + (k < workers % teams) for k in range(teams)]
    places = [place for centre, size in zip(cells, sizes, strict=True) for place in seats(centre, cell, size)]
    largest = max(sizes)
    dot = 0.072 if largest <= LARGEST_CIRCLE else 0.2 / math.sqrt(largest)

    def rounded(points: list[Point]) -> list[list[float]]:
        return [[round(p.x, 2), round(p.y, 2)] for p in points]

    return {
        "width": WIDTH,
        "height": HEIGHT,
        "rim": list(RIM),
        "cell": round(cell, 2),
        "dot": round(dot * cell, 2),
        "seats": rounded(places),
        "teams": rounded(cells),
        "cards": rounded(cards(communities)),
        "card": list(CARD),
        "outsiders": rounded(around(*RIM, min(60, scenario.world.outsiders), turn=0.5)),
        "communities": communities,
    }
