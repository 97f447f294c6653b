"""The room: what to watch is chosen above, the organisation is seen below."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import reacton.ipyvuetify as v
import solara

from ...errors import ScenarioError
from ...present.formatting import heading
from ...scenario import Scenario
from ...scenario.library import load_policy, load_world, policy_names, world_names
from ...validation import checked_seed
from .widget import OrganisationView

FEWEST, MOST = 8, 2_000  # people: one team, and what can be drawn smoothly
LARGEST_SEED = 999_999_999
WEEKS = 260

# What was chosen stays when the room is left: Solara keeps one of each for a session.
POLICY, WORLD = solara.reactive("balanced"), solara.reactive("turbulent")
PEOPLE, SEED = solara.reactive("120"), solara.reactive("1")


def _kept(what: solara.Reactive[str]) -> tuple[str, Callable[[str], None]]:
    return what.value, what.set


def whole_number(text: str, lowest: int, highest: int) -> tuple[int | None, str]:
    """What was typed as a number within bounds, or None and what is allowed.

    >>> whole_number(" 120 ", 8, 2000)
    (120, '')
    >>> whole_number("many", 8, 2000)
    (None, 'allowed: 8 to 2,000')
    """
    plain = text.strip()
    if plain.isascii() and plain.isdigit() and len(plain) <= 20 and lowest <= int(plain) <= highest:
        return int(plain), ""
    return None, f"allowed: {lowest:,} to {highest:,}"


def organisation(policy: str, world: str, people: int, seed: int) -> tuple[Scenario | None, str]:
    """What is shown, or None and why not."""
    try:
        checked_seed(seed)
        return Scenario.build(policy, world, workers=people, weeks=WEEKS), ""
    except ScenarioError as error:
        return None, str(error)


@solara.component
def _Number(label: str, value: str, on_value: Callable[[str], None], problem: str, hint: str) -> None:
    """A number to type in; it counts when Enter is pressed or the field is left."""
    typed, set_typed = solara.use_state(value, key=value)

    def leave(*_: Any) -> None:
        on_value(typed)

    field = v.TextField(
        label=label,
        v_model=typed,
        on_v_model=set_typed,
        dense=True,
        outlined=True,
        hide_details="auto",
        error_messages=[problem] if problem else [],
        attributes={"inputmode": "numeric", "maxlength": "24", "title": hint},
    )
    v.use_event(field, "blur", leave)
    v.use_event(field, "keydown.enter", leave)


@solara.component
def _Choice(label: str, value: str, names: tuple[str, ...], on_value: Callable[[str], None]) -> None:
    """One of a few named things."""
    items = [{"text": heading(name).capitalize(), "value": name} for name in names]
    v.Select(label=label, v_model=value, on_v_model=on_value, items=items, dense=True, outlined=True, hide_details=True)


@solara.component
def Watch() -> None:
    """One organisation, week by week."""
    (policy, set_policy), (world, set_world) = _kept(POLICY), _kept(WORLD)
    (people_text, set_people), (seed_text, set_seed) = _kept(PEOPLE), _kept(SEED)
    people, people_problem = whole_number(people_text, FEWEST, MOST)
    seed, seed_problem = whole_number(seed_text, 0, LARGEST_SEED)

    with solara.Div(classes=["tw-room"]):
        with solara.Div(classes=["tw-setup"]):
            _Choice("Policy", policy, policy_names(), set_policy)
            _Choice("World", world, world_names(), set_world)
            _Number(
                "People", people_text, set_people, people_problem, f"How many people work here: {FEWEST} to {MOST:,}"
            )
            _Number("Seed", seed_text, set_seed, seed_problem, "The same seed gives the same history, on every machine")
            about = f"{load_policy(policy).about} {load_world(world).about}"
            solara.HTML(tag="div", unsafe_innerHTML=about, classes=["tw-about"])
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
