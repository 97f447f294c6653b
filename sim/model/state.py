"""The arrays that an organisation is made of, and the numbers that its rules read; both follow from declarations.

N workers, T teams, C communities, M aspects, P outsiders, R repertoire entries, S memberships and D ties a worker.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

import numpy as np
from numba import from_dtype, types
from numba.extending import intrinsic

from .declare import Array, Parameter
from .held import Held
from .indices import EVENT_COUNTS
from .rng import BLOCK

# Paper that phases write on and forget; made once, because compiled code allocates nothing.
WORKSPACE = (
    Array("workers", "2", np.int64, meaning="first and end of the workers that a step of the week looks after: all"),
    Array("communities", "2", np.int64, meaning="the same of communities; where threads share a run, a part of them"),
    Array("teams", "2", np.int64, meaning="the same of teams"),
    Array("changed", "M", np.bool_, meaning="aspects that change this week"),
    Array("places", "M", np.int64),
    Array("luck", "9 B*E", np.float64, meaning="uniform numbers, drawn for a block of workers at a time"),
    Array("whose", "B*E", np.int64, meaning="whose they are, where a worker has several"),
    Array("turn", "B*E", np.int64, meaning="which of theirs"),
    Array("encounters", "B", np.int64, meaning="how many each has"),
    Array("partner", "B*E", np.int32, meaning="with whom it is"),
    Array("aspect", "B*E", np.int32, meaning="of which aspect there may be news"),
    Array("partners_share", "B*E", np.float64, meaning="of the partner: share"),
    Array("partners_team", "B*E", np.int32),
    Array("partners_number", "B*E", np.int32, meaning="the idea, packed"),
    Array("partners_known", "B*E", np.int32, meaning="the awareness, packed"),
    Array("team_number", "B*E", np.int32, meaning="the practice in use of the partner's team, packed"),
    Array("block_luck", "6 B", np.float64, meaning="uniform numbers of a block of workers, one each"),
    Array("following", "P M", np.int8, meaning="the outside world after its step"),
    Array("noted", "N+T+P 2", np.int32, meaning="of a rugged reality: the rows of pool and aware (N only), packed"),
    Array("seen", "E", np.int64, meaning="rows of pool that a worker sees in up to E encounters"),
    Array("seen_numbers", "E", np.int32, meaning="its number"),
    Array("seen_rows", "E", np.int64, meaning="0, 1, 2 …: where they are in seen_practices"),
    Array("seen_practices", "E M", np.int8, meaning="what they see, as it serves them"),
    Array("seen_values", "E", np.float64),
    Array("mean_trust", "C", np.float64, meaning="of the members of each community"),
    Array("asked", "N", np.int32, meaning="how many of this week's encounters were with each as a colleague"),
    Array("inwards", "T", np.float64, meaning="the probability that an encounter beyond the team is turned inwards"),
    Array("seen_first", "2 E", np.int64),
    Array("order", "D", np.int32, meaning="what is picked from without replacement"),
    Array("reached", "D", np.float64, meaning="sums of the weights with which ties are turned to"),
    Array("option", "M", np.int8),
    Array("votes", "M", np.int64),
    Array("counts", "M", np.int64),
    Array("pooled", "M", np.bool_),
    Array("present", "K", np.int32, meaning="the workers who attend a meeting"),
    Array("their_slots", "K", np.int8, meaning="by which of their memberships"),
    Array("their_people", "K", np.int64, meaning="their `person`"),
    Array("their_numbers", "K", np.int32, meaning="their ideas, packed"),
    Array("their_known", "K", np.int32, meaning="their awareness, packed"),
    Array("their_role", "K", np.int8),
    Array("superior", "K", np.int32),
    Array("worths", "K", np.float64),
    Array("items", "K+M", np.int64, meaning="what a meeting could treat: pooled aspects, and M + who brings an idea"),
    Array("group_team", "K", np.int32, meaning="a team of those who attend, for each different own part of practices"),
    Array("group_own", "K", np.int32, meaning="this own part, packed"),
    Array("group_size", "K", np.int32, meaning="for how many attendees it is that of their team"),
    Array("served", "M", np.int8, meaning="a practice as it serves a team"),
    Array("role", "N S", np.int8, meaning="what each does about this week's meetings: ATTENDS, TELLS, BRINGS"),
    Array("learned", "N S", np.bool_, meaning="who learned something at this week's meetings"),
    Array("prints_in_use", "T", np.uint64, meaning="fingerprints of the practices in use"),
    Array("repertoire_prints", "C R", np.uint64, meaning="fingerprints of the filled entries, without gaps"),
    Array("repertoire_values", "C R", np.float64),
    Array("repertoire_places", "C R", np.int8, meaning="their places in the repertoire"),
    Array("visited", "C", np.int64),
    Array("repertoire_filled", "C", np.int32, meaning="how many entries of each community these are"),
    Array("found", "F", np.uint64, meaning="fingerprints of the entries in reach of a team"),
    Array("found_values", "F", np.float64),
    Array("found_community", "F", np.int32, meaning="whose entry it is"),
    Array("found_place", "F", np.int8, meaning="its place in the repertoire"),
    Array("counted", "H", np.uint64, meaning="those that were counted, each once"),
    Array("counted_by", "H", np.int64, meaning="for which team"),
    Array("in_reach", "2", np.int64, meaning="practices that teams could take over, and truly better ones among them"),
    Array("person_before", "X", np.int64, meaning="who was there before people came and went; for extensions"),
)

# Arrays that lie in the memory of others (of int8): in which, and from which byte on.
VIEWS = {
    "idea": ("pool", "0"), "practice": ("pool", "N*M"), "outside": ("pool", "N*M+T*M"),
    "idea_next": ("paper", "0"), "aware_next": ("paper", "N*M"), "tie_before": ("paper", "0"),
}  # fmt: skip


def sizes(scenario: Any) -> dict[str, int]:
    """How many there are of all that arrays are made for.

    Parameters
    ----------
    scenario : Scenario
        With the world and the workforce.

    Returns
    -------
    dict of str to int
        By the letters of `Array.shape`.
    """
    world, people = scenario.world, scenario.workforce
    n, m, d, p, t, c = (
        people.workers, world.aspects, people.ties, world.outsiders, scenario.teams, people.communities,
    )  # fmt: skip
    s, r = (people.memberships if c else 0), people.repertoire
    # Entries of all communities to which the members of the largest team belong.
    f = min(c, s * -(-n // t)) * r
    return {
        "N": n, "M": m, "D": d, "P": p, "T": t, "C": c, "S": s, "R": r,
        "E": int(people.encounters) + 2, "B": BLOCK, "B*E": BLOCK * (int(people.encounters) + 2), "6": 6,
        # Bytes of idea_next and aware_next, or of tie_before.
        "N*Q": n * max(2 * m, 4 * d),
        "1": 1, "2": 2, "3": 3, "7": EVENT_COUNTS, "9": 9,
        "0": 0, "N*M": n * m, "N*M+T*M": (n + t) * m, "C+1": c + 1, "T+1": t + 1, "N+T+P": n + t + p, "N*S": n * s,
        # Members of the largest community: everybody is dealt out in turn, once for each membership.
        "K": s * -(-n // c) if c else 0, "K+M": (s * -(-n // c) if c else 0) + m,
        # Of the places in which these are noted at least every other one stays free.
        "F": f, "H": 2 ** (2 * f).bit_length(),
        # Workers, where extensions have given them a state.
        "X": n if scenario.model.has_states_of_extensions else 0,
    }  # fmt: skip


# The same class for the same arrays, found again by its name: machine code on disk refers to it.
@cache
def tuple_of(kind: str, arrays: tuple[Array, ...]) -> Any:
    """A class of named tuples of arrays, as which they travel through compiled code.

    Parameters
    ----------
    kind : str
        Its name.
    arrays : tuple of Array
        Its fields.

    Returns
    -------
    type
        A named tuple.
    """
    made = namedtuple(kind, [one.name for one in arrays], module=__name__)  # type: ignore[misc]
    told = (f"{one.name} : {np.dtype(one.dtype)} [{one.shape}]\n    {one.meaning}" for one in arrays)
    made.__doc__ = f"{kind}: arrays by name.\n\nAttributes\n----------\n" + "\n".join(told)
    globals()[kind] = made
    return made


Workspace = tuple_of("Workspace", WORKSPACE)


def parameters_type(parameters: Iterable[Parameter]) -> np.dtype:
    """The record of the numbers that rules read: a single pointer in compiled code, read as `p.hurdle`.

    Parameters
    ----------
    parameters : iterable of Parameter
        All that rules may read.

    Returns
    -------
    np.dtype
        Choices as the number of the choice, switches as 0 or 1, and the overhead of the policy.
    """
    fields = [(one.name, "f8" if one.kind == "float" else "i8") for one in parameters]
    return np.dtype((np.record, [("overhead", "f8"), *fields]))


def first_fields(kind: Any) -> Any:
    """How compiled code makes a held tuple of a longer one, or a record of a longer one, of which it is the beginning.

    Parameters
    ----------
    kind : type or np.dtype
        The class of the shorter tuple, or the type of the shorter record.

    Returns
    -------
    numba intrinsic
        To be called in compiled code with the longer one.
    """
    if isinstance(kind, np.dtype):
        record = from_dtype(kind)

        @intrinsic
        def first_fields_of(_, longer):  # type: ignore[no-untyped-def]
            def same_place(context, builder, _, arguments):  # type: ignore[no-untyped-def]
                return builder.bitcast(arguments[0], context.get_value_type(record))

            return record(longer), same_place

        return first_fields_of
    count = len(kind._fields)

    @intrinsic
    def first_arrays_of(_, longer):  # type: ignore[no-untyped-def]
        shorter = Held(types.BaseTuple.from_types(longer.types[0].types[:count], kind))

        def same_place(context, builder, _, arguments):  # type: ignore[no-untyped-def]
            return builder.bitcast(arguments[0], context.get_value_type(shorter))

        return shorter(longer), same_place

    return first_arrays_of


def numbers_in_force(
    parameters: Iterable[Parameter], kind: np.dtype, overhead: float, scenario: Any, policy: Any
) -> np.record:
    """The numbers for a stretch of weeks in which a policy is in force.

    Parameters
    ----------
    parameters : iterable of Parameter
        All that rules may read.
    kind : np.dtype
        Their `parameters_type`.
    overhead : float
        Of the policy.
    scenario : Scenario
        With the world and the workforce.
    policy : Policy
        In force.

    Returns
    -------
    np.record
        Of that kind.
    """
    parts = {"world": scenario.world, "workforce": scenario.workforce, "policy": policy}
    record = np.zeros(1, kind)
    for one in parameters:
        given = getattr(parts[one.group], one.name)
        record[one.name] = one.choices.index(given) if one.kind == "choice" else given
    record["overhead"] = overhead
    return record[0]


def empty_arrays(arrays: Iterable[Array], sizes: Mapping[str, int]) -> dict[str, np.ndarray]:
    """Memory for an organisation; `week.initialise` fills it.

    Parameters
    ----------
    arrays : iterable of Array
        The state.
    sizes : mapping of str to int
        As from `sizes`.

    Returns
    -------
    dict of str to array
        By name. Some are views on others (VIEWS).
    """
    found = {one.name: one.empty(sizes) for one in arrays}
    return found | {name: _view(found[memory], sizes[first], found[name]) for name, (memory, first) in VIEWS.items()}


def _view(memory: np.ndarray, first: int, like: np.ndarray) -> np.ndarray:
    """Some memory, from a byte on, as an array of another type and shape."""
    return memory.reshape(-1)[first : first + like.nbytes].view(like.dtype).reshape(like.shape)


def empty_workspace(sizes: Mapping[str, int], common: Mapping[str, np.ndarray] = MappingProxyType({})) -> Any:
    """Scratch memory for an organisation of this size.

    Parameters
    ----------
    sizes : mapping of str to int
        As from `sizes`.
    common : mapping of str to array
        Arrays of another workspace that are used instead of own ones.

    Returns
    -------
    Workspace
        All 0, but that it looks after everybody.
    """
    made = Workspace(*(common[one.name] if one.name in common else one.empty(sizes) for one in WORKSPACE))
    made.workers[1], made.communities[1], made.teams[1] = sizes["N"], sizes["C"], sizes["T"]
    return made
