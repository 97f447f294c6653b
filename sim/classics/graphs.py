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
from ..model.practice import fill
from ..validation import checked_choice, checked_share, checked_whole
from . import events
from .trajectories import refused

NAMES = ("full", "line", "ring_lattice", "small_world", "random")
LATTICES = ("ring_lattice", "small_world")
AGENTS = 100
NEIGHBOURS = 4
MOST_AGENTS = 1_000_000
MOST_BYTES = 2_000_000_000  # that a network may take
TRIES = 1000  # to rewire a link, before it is left where it is


class Network(NamedTuple):
    """How a network of n agents is made.

    Attributes
    ----------
    first, neighbour : int64 [n + 1], int32 [ties]
        Who sees whom before any rewiring: agent i sees `neighbour[first[i] : first[i + 1]]`, in ascending order.
    rewired : int
        How many of these links are rewired, never disconnecting agents.
    density : float
        The probability that two agents are linked, in a random network; -1 in every other.
    """

    first: np.ndarray
    neighbour: np.ndarray
    rewired: int
    density: float

    @property
    def agents(self) -> int:
        """How many there are."""
        return len(self.first) - 1


class Ties(NamedTuple):
    """A drawn network: agent i sees `neighbour[first[i] : first[i + 1]]`. The rest is scratch of those that vary."""

    first: np.ndarray  # int64 [n + 1]
    neighbour: np.ndarray  # int32 [ties], each link twice
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


@part
def set_links(network, linked):
    """Link whom the network links before any rewiring."""
    for a in range(linked.shape[0]):
        fill(linked[a], False)
        for k in range(network.first[a], network.first[a + 1]):
            linked[a, network.neighbour[k]] = True


@phase
def draw_network(seed, network, ties):
    """Draw the network of one replicate; one that does not vary is there already."""
    if network.density >= 0.0:
        draw_random(seed, network.density, ties.linked)
    elif network.rewired > 0:
        set_links(network, ties.linked)
        links = list_links(ties)
        for w in range(min(network.rewired, links)):
            rewire(seed, w, links, ties)
    else:
        return
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
        Large enough for every draw. Those of a network that does not vary are its own.
    """
    n = network.agents
    if network.density >= 0.0:
        return empty_links(n, n * (n - 1))
    if network.rewired > 0:
        return empty_links(n, len(network.neighbour), len(network.neighbour) // 2)
    return empty_links(0, 0)._replace(first=network.first, neighbour=network.neighbour)


def empty_links(agents: int, ties: int, links: int = 0) -> Ties:
    """Memory for networks that vary.

    Parameters
    ----------
    agents : int
        n.
    ties : int
        The most that there will be, each link counted twice.
    links : int, optional
        How many links there are to be rewired.

    Returns
    -------
    Ties
        With nobody linked.
    """
    return Ties(
        np.zeros(agents + 1, np.int64),
        np.zeros(ties, np.int32),
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
        1 … 1,000,000 (3 in a lattice), as far as the network fits into 2 GB: a full one of 22,000 agents, or a rewired
        one of 40,000. Without it, as many as the edges or the graph have, else 100.
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
    first, neighbour, name = _given(network, agents, NEIGHBOURS if neighbours is None else neighbours)
    if neighbours is not None and name not in LATTICES:
        raise refused("neighbours = {} needs network = 'ring lattice' or 'small world'", neighbours)
    n, links = len(first) - 1, len(neighbour) // 2
    if density is not None and name != "random":
        raise refused("density = {} needs network = 'random'", density)
    share = checked_share("density", 0.1 if density is None else density) if name == "random" else -1.0
    most = 0 if name == "random" or 2 * links == n * (n - 1) else links
    if rewired is None:
        rewired = min(10, most) if name == "small_world" else 0
    rewired = checked_whole("rewired", rewired, 0, most)
    if rewired > 0:
        _check_memory(n, n * n + 16 * links)
    return Network(first, neighbour, rewired, share)


def _check_memory(agents: int, size: int) -> None:
    """Refuse a network that takes more than `MOST_BYTES`."""
    if size > MOST_BYTES:
        raise refused(
            f"agents = {agents}: such a network takes {size / 1e9:.1f} GB of memory, "
            f"{MOST_BYTES / 1e9:.0f} GB are allowed; fewer agents, or a network that is sparse and not drawn, take less"
        )


def _given(network: Any, agents: Any, neighbours: Any) -> tuple[np.ndarray, np.ndarray, str]:
    """Who sees whom before any rewiring, as in `Network`, and the name of the network ("" if it is given by its edges).

    What a drawn one takes is refused here as well if it is too much.
    """
    if not isinstance(network, str):
        edges, count = _edges(network)
        if agents is not None and checked_whole("agents", agents, 1, MOST_AGENTS) < count:
            raise refused(f"agents = {agents}: the network has {count}")
        n = checked_whole("agents", count if agents is None else agents, 1, MOST_AGENTS)
        different = {(min(edge), max(edge)) for edge in edges}
        return *_seen(np.array(list(different), np.int64).reshape(-1, 2), n), ""
    name = checked_choice("network", network, NAMES)
    n = checked_whole("agents", AGENTS if agents is None else agents, 3 if name in LATTICES else 1, MOST_AGENTS)
    everybody = np.arange(n)
    if name == "full":
        _check_memory(n, 4 * n * (n - 1))
        return *_everybody_else(n), name
    if name == "random":
        _check_memory(n, n * n + 4 * n * (n - 1))
        return *_seen(np.zeros((0, 2), np.int64), n), name
    if name == "line":
        return *_seen(np.column_stack([everybody[:-1], everybody[1:]]), n), name
    half = checked_whole("neighbours", neighbours, 2, n - 1) // 2
    if neighbours % 2:
        raise refused(f"neighbours = {neighbours}: an even number is needed, half of them on each side")
    _check_memory(n, 48 * n * half)  # while it is made
    links = np.concatenate([np.column_stack([everybody, (everybody + d) % n]) for d in range(1, half + 1)])
    return *_seen(links, n), name


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


def _seen(edges: np.ndarray, agents: int) -> tuple[np.ndarray, np.ndarray]:
    """Whom each agent sees, as in `Network`, given the links as different pairs (int64 [links, 2])."""
    ties = np.sort(np.concatenate([edges, edges[:, ::-1]]) @ (agents, 1))
    return np.searchsorted(ties, np.arange(agents + 1) * agents), (ties % agents).astype(np.int32)


def _everybody_else(agents: int) -> tuple[np.ndarray, np.ndarray]:
    """The full network, as in `Network`."""
    seen = np.empty((agents, agents - 1), np.int32)
    for i, row in enumerate(seen):
        row[:i], row[i:] = np.arange(i), np.arange(i + 1, agents)
    return np.arange(agents + 1) * (agents - 1), seen.ravel()
