"""The room: what to watch is chosen above, the organisation is seen below."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import solara

from ...errors import ScenarioError
from ...present.formatting import heading
from ...scenario import Scenario
from ...scenario.library import load_policy, load_world, policy_names, world_names
from ...validation import checked_seed
from .choices import (
    FEWEST,
    LARGEST_SEED,
    LONGEST,
    MOST,
    PEOPLE_HINT,
    PEOPLE_LABEL,
    SEED_HINT,
    SEED_LABEL,
    WEEKS,
    whole_number,
)  # fmt: skip
from .widget import OrganisationView

# What was chosen stays when the room is left: Solara keeps one of each for a session.
POLICY, WORLD = solara.reactive("balanced"), solara.reactive("turbulent")
PEOPLE, SEED = solara.reactive("120"), solara.reactive("1")


def organisation(policy: str, world: str, people: int, seed: int) -> tuple[Scenario | None, str]:
    """What is shown, or None and why not."""
    try:
        checked_seed(seed)
        return Scenario.build(policy, world, workers=people, weeks=WEEKS), ""
    except ScenarioError as error:
        return None, str(error)


def chosen(event: object) -> None:
    """Take what was chosen in the browser: a `name` and its `value`, as text. Anything else is left aside."""
    match event:
        case {"name": "policy", "value": str(name)} if name in policy_names():
            POLICY.set(name)
        case {"name": "world", "value": str(name)} if name in world_names():
            WORLD.set(name)
        case {"name": "people", "value": str(typed)}:
            PEOPLE.set(typed[:LONGEST])
        case {"name": "seed", "value": str(typed)}:
            SEED.set(typed[:LONGEST])


def _choice(name: str, value: str, names: tuple[str, ...]) -> dict[str, Any]:
    """One of a few named things, as data for the browser."""
    options = [{"value": one, "label": heading(one)} for one in names]
    return {"name": name, "label": name.capitalize(), "value": value, "options": options}


def _number(name: str, label: str, value: str, problem: str, hint: str) -> dict[str, Any]:
    """A number to type in, as data for the browser: its text as it was typed, and what is wrong with it."""
    return {"name": name, "label": label, "value": value, "problem": problem, "hint": hint}


@solara.component_vue("../watch.vue")
def Setup(
    choices: list[dict[str, Any]],
    numbers: list[dict[str, Any]],
    about: str,
    event_chosen: Callable[[Mapping[str, Any]], None],
) -> None:
    """The row of fields in the browser. A number counts when Enter is pressed or the field is left."""


@solara.component
def Watch() -> None:
    """One organisation, week by week."""
    policy, world = POLICY.value, WORLD.value
    people, people_problem = whole_number(PEOPLE.value, PEOPLE_LABEL, FEWEST, MOST)
    seed, seed_problem = whole_number(SEED.value, SEED_LABEL, 0, LARGEST_SEED)

    with solara.Div(classes=["tw-room"]):
        Setup(
            choices=[_choice("policy", policy, policy_names()), _choice("world", world, world_names())],
            numbers=[
                _number("people", PEOPLE_LABEL, PEOPLE.value, people_problem, PEOPLE_HINT),
                _number("seed", SEED_LABEL, SEED.value, seed_problem, SEED_HINT),
            ],
            about=f"{load_policy(policy).about} {load_world(world).about}",
            event_chosen=chosen,
        )
        view = OrganisationView.element()

    def start() -> None:
        if people is None or seed is None:
            return
        scenario, _ = organisation(policy, world, people, seed)
        if scenario is not None:
            solara.get_widget(view).show(scenario, seed)

    def leave() -> Callable[[], None]:
        return solara.get_widget(view).end

    solara.use_effect(leave, [])
    solara.use_effect(start, [policy, world, people, seed])
