"""Who sees whom: the networks of the classics, fixed or drawn anew for every replicate.

A network is described once (`network_of`, from a name, a list of edges or a NetworkX graph) and drawn for each seed
(`draw_network`), as a list of neighbours.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import networkx
import numpy as np

from ..model import rng
from ..model.jit import part, phase
from ..model.practice import copy_rows, fill
from ..validation import checked_choice, checked_share, checked_whole
from . import events
from .trajectories import refused

NAMES = ("full", "line", "ring_lattice", "small_world", "random")
LATTICES = ("ring_lattice", "small_world")
AGENTS = 100
NEIGHBOURS = 4
MOST_AGENTS = 2000
TRIES = 1000  # to rewire a link, before it is left where it is


class Network(NamedTuple):
    """How a network of n agents is made.

    Attributes
    ----------
    given : bool [n, n]
        Which agents are linked before any rewiring; symmetric.
    rewired : int
        How many of these links are rewired, never disconnecting agents.
    density : float
        The probability that two agents are linked, in a random network; -1 in every other.
    """

    given: np.ndarray
    rewired: int
    density: float


class Ties(NamedTuple):
    """A drawn network: agent i sees `neighbour[first[i] : first[i + 1]]`. The rest is scratch."""

    first: np.ndarray  # int64 [n + 1]
    neighbour: np.ndarray  # int64 [ties], each link twice
    linked: np.ndarray  # bool [n, n]
    link: np.ndarray  # int64 [links], lower agent · n + higher agent
    reached: np.ndarray  # bool [n]
    queue: np.ndarray  # int64 [n]


# --- drawing ----------------------------------------------------------------------------------------------------------


@part
def set_link(linked, a, b, whether):
    """Link two agents, or unlink them."""
    linked[a, b] = linked[b, a] = whether


@part
def is_connected(a, b, ties):
    """Whether a path leads from agent a to agent b."""
    fill(ties.reached, False)
    ties.reached[a], ties.queue[0] = True, a
    done, found = 0, 1
    while done < found and not ties.reached[b]:
        at = ties.queue[done]
        done += 1
        for other in range(ties.reached.shape[0]):
            if ties.linked[at, other] and not ties.reached[other]:
                ties.reached[other], ties.queue[found] = True, other
                found += 1
    return ties.reached[b]


@part
def rewire(seed, w, links, ties):
    """Rewiring number w: one end of a link not yet rewired moves to an agent not yet linked, disconnecting nobody."""
    agents, key = ties.reached.shape[0], rng.key(seed, 0, w, events.REWIRE)
    link = rng.pick(ties.link, links, w, rng.uniform(key, 0))
    a, b = link // agents, link % agents
    for k in range(TRIES):
        stays = a if rng.uniform(key, 2 * k + 1) < 0.5 else b
        to = rng.index(key, 2 * k + 2, agents)
        if to == stays or ties.linked[stays, to]:
            continue
        set_link(ties.linked, a, b, False)
        set_link(ties.linked, stays, to, True)
        if is_connected(a, b, ties):
            return
        set_link(ties.linked, stays, to, False)
        set_link(ties.linked, a, b, True)


@part
def draw_random(seed, density, linked):
    """Link each two agents with a probability."""
    for a in range(linked.shape[0]):
        linked[a, a] = False
        for b in range(a + 1, linked.shape[0]):
            set_link(linked, a, b, rng.uniform(rng.key(seed, 0, a, events.LINK), b) < density)


@part
def list_links(ties):
    """Number the links of `ties.linked`; how many there are."""
    agents, links = ties.reached.shape[0], 0
    for a in range(agents):
        for b in range(a + 1, agents):
            if ties.linked[a, b]:
                ties.link[links] = a * agents + b
                links += 1
    return links


@part
def list_neighbours(ties):
    """Note who sees whom."""
    count = 0
    for a in range(ties.reached.shape[0]):
        ties.first[a] = count
        for b in range(ties.reached.shape[0]):
            if ties.linked[a, b]:
                ties.neighbour[count] = b
                count += 1
    ties.first[ties.reached.shape[0]] = count


@phase
def draw_network(seed, network, ties):
    """Draw the network of one replicate."""
    if network.density >= 0.0:
        draw_random(seed, network.density, ties.linked)
    else:
        copy_rows(network.given, ties.linked)
    if network.rewired > 0:
        links = list_links(ties)
        for w in range(min(network.rewired, links)):
            rewire(seed, w, links, ties)
    list_neighbours(ties)


# --- describing -------------------------------------------------------------------------------------------------------


def empty_ties(network: Network) -> Ties:
    """Memory for a network; `draw_network` fills it.

    Parameters
    ----------
    network : Network
        How it is made.

    Returns
    -------
    Ties
        Large enough for every draw.
    """
    agents = network.given.shape[0]
    links = agents * (agents - 1) // 2 if network.density >= 0.0 else int(network.given.sum()) // 2
    return Ties(
        np.zeros(agents + 1, np.int64),
        np.zeros(2 * links, np.int64),
        np.zeros((agents, agents), np.bool_),
        np.zeros(links, np.int64),
        np.zeros(agents, np.bool_),
        np.zeros(agents, np.int64),
    )


def network_of(
    network: Any,
    agents: Any = None,
    neighbours: Any = None,
    rewired: Any = None,
    density: Any = None,
) -> Network:
    """Describe a network.

    Parameters
    ----------
    network : str, edges or networkx.Graph
        "full", "line", "ring lattice", "small world" (that lattice with some links rewired), "random"; pairs of agents
        0, 1, …; or an undirected graph (its nodes in their order are the agents).
    agents : int, optional
        1 … 2,000 (3 in a lattice). Without it, as many as the edges or the graph have, else 100.
    neighbours : int, optional
        How many nearest agents each has in the ring lattice and the small world; even. Without it, 4.
    rewired : int, optional
        How many links are rewired; without it, 10 in a small world, else none.
    density : float, optional
        Of a random network: the probability of a link (without it, 0.1).

    Returns
    -------
    Network
        What `draw_network` draws from.

    Raises
    ------
    ScenarioError
        An argument is outside its range, or the arguments do not go together.
    """
    given, name = _given(network, agents, NEIGHBOURS if neighbours is None else neighbours)
    if neighbours is not None and name not in LATTICES:
        raise refused("neighbours = {} needs network = 'ring lattice' or 'small world'", neighbours)
    links = int(given.sum()) // 2
    if density is not None and name != "random":
        raise refused("density = {} needs network = 'random'", density)
    share = checked_share("density", 0.1 if density is None else density) if name == "random" else -1.0
    most = 0 if name == "random" or 2 * links == len(given) * (len(given) - 1) else links
    if rewired is None:
        rewired = min(10, most) if name == "small_world" else 0
    return Network(given, checked_whole("rewired", rewired, 0, most), share)


def _given(network: Any, agents: Any, neighbours: Any) -> tuple[np.ndarray, str]:
    """The links before any rewiring (bool [n, n]), and the name of the network ("" where it is given by its edges)."""
    if not isinstance(network, str):
        edges, count = _edges(network)
        if agents is not None and checked_whole("agents", agents, 1, MOST_AGENTS) < count:
            raise refused(f"agents = {agents}: the network has {count}")
        return _linked(edges, checked_whole("agents", count if agents is None else agents, 1, MOST_AGENTS)), ""
    name = checked_choice("network", network, NAMES)
    fewest = 3 if name in LATTICES else 1
    n = checked_whole("agents", AGENTS if agents is None else agents, fewest, MOST_AGENTS)
    if name == "full":
        return ~np.eye(n, dtype=np.bool_), name
    if name == "random":
        return np.zeros((n, n), np.bool_), name
    if name == "line":
        return _linked([(i, i + 1) for i in range(n - 1)], n), name
    half = checked_whole("neighbours", neighbours, 2, n - 1) // 2
    if neighbours % 2:
        raise refused(f"neighbours = {neighbours}: an even number is needed, half of them on each side")
    return _linked([(i, (i + d) % n) for i in range(n) for d in range(1, half + 1)], n), name


def _edges(network: Any) -> tuple[list[tuple[int, int]], int]:
    """The edges of a graph or list as pairs of agents, and the number of agents."""
    if isinstance(network, networkx.Graph):
        if network.is_directed():
            raise refused("network: an undirected graph is needed, this one is directed")
        place = {node: i for i, node in enumerate(network)}
        return [(place[a], place[b]) for a, b in network.edges() if a != b], len(place)
    try:
        edges = [(a, b) for a, b in network] if isinstance(network, Iterable) else []
    except (TypeError, ValueError):
        edges = []
    if not edges:
        raise refused(
            "network = {}: a name (" + ", ".join(NAMES) + "), edges or an undirected graph is needed", network
        )
    for edge in edges:
        for agent in edge:
            checked_whole("an agent of network", agent, 0, MOST_AGENTS - 1)
        if edge[0] == edge[1]:
            raise refused(f"network: agent {edge[0]} is linked to itself")
    return edges, 1 + max(max(edge) for edge in edges)


def _linked(edges: list[tuple[int, int]], agents: int) -> np.ndarray:
    linked = np.zeros((agents, agents), np.bool_)
    for a, b in edges:
        linked[a, b] = linked[b, a] = True
    return linked
