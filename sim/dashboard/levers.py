"""The left side of Explore: presets and levers, each with unit, range and meaning, as data for `levers.vue`."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any

import solara

from ..model.model import parameters_in_use
from ..present.formatting import format_setting, heading
from ..scenario.library import load_policy, load_world, policy_names, world_names
from . import explore_state as choosing
from .explore_state import SPACES, Choices, base_of, changed, label_of, limits_of
from .lever_groups import EXTENSIONS, FIRST, RUNNING, SLIDE_TO, SPACE_MEANINGS, behind_more, step
from .refusals import number, sentence
from .session import Session
from .session import changed as after

Panel = dict[str, Any]


def panel(session: Session) -> Panel:
    """Everything that the left side shows."""
    choices = session.choices
    scenario = choices.active
    differing = changed(scenario)
    return {
        "letter": choices.letters[choices.at] if len(choices.letters) > 1 else "",
        "policy": _preset(scenario.policy, map(load_policy, policy_names())),
        "world": _preset(scenario.world, map(load_world, world_names())),
        "split": [_share(choices, space, session.refused) for space in SPACES],
        "groups": _groups(choices, differing, session.refused),
        "shock": [_shock_field(name, choices, session.refused) for name in ("shock_week", "shock_share")],
        "running": [_running_field(name, choices, session.refused) for name in ("weeks", "runs", "seed")],
        "changes": len(differing),
        "dated": len(scenario.interventions),
        "notes": scenario.notes(),
        "errors": {place: said for place, (_, said) in session.refused.items()},
    }


def _preset(part: Any, shipped: Any) -> Panel:
    options = [{"name": one.name, "label": heading(one.name), "about": one.about} for one in shipped]
    if part.name not in [option["name"] for option in options]:
        options.append({"name": part.name, "label": f"{part.name} (own)", "about": part.about})
    return {"value": part.name, "about": part.about, "options": options}


def _share(choices: Choices, space: str, refused: Mapping[str, tuple[str, str]]) -> Panel:
    name = f"split_{space}"
    low, high = limits_of(choices, name) or (0, 1)
    value = getattr(choices.active.policy, name)
    protected = f"; {low:.0%} protected" if low else ""
    return {
        "name": space, "label": space, "kind": "float", "value": value, "text": _typed(refused, name, value),
        "low": low, "high": high, "step": 0.01, "unit": "share", "range": f"{low:g} … {high:g}{protected}",
        "meaning": SPACE_MEANINGS[space], "error": _said(refused, name), "changed": False,
    }  # fmt: skip


def _groups(choices: Choices, differing: Mapping[str, Any], refused: Mapping[str, Any]) -> list[Panel]:
    """All groups; what extensions add stands in one of its own, first."""
    names = [one.name for extension in choices.active.with_ for one in extension.all_parameters]
    own = [lever(name, choices, differing, refused) for name in names]
    added = [{"title": EXTENSIONS, "levers": own, "more": []}] if own else []
    return [*added, *(_group(title, choices, differing, refused) for title in FIRST)]


def _group(title: str, choices: Choices, differing: Mapping[str, Any], refused: Mapping[str, Any]) -> Panel:
    """The levers of a group: those shown at once, and those behind "more"."""
    describe = lambda name: lever(name, choices, differing, refused)  # noqa: E731
    first, more = FIRST[title], behind_more(title)
    return {"title": title, "levers": [describe(name) for name in first], "more": [describe(name) for name in more]}


def lever(name: str, choices: Choices, differing: Mapping[str, Any], refused: Mapping[str, Any]) -> Panel:
    """A lever: its value, what it may be, what it means, and what was wrong with what was typed."""
    parameter = choices.active.model.parameters[name]
    value = getattr(getattr(choices.active, parameter.group), name)
    base = getattr(base_of(choices.active, parameter.group), name)
    top = SLIDE_TO.get(name, parameter.high)
    span = (top or 0) - (parameter.low or 0)
    limits = limits_of(choices, name)
    allowed = " … ".join(map(number, limits)) if limits else parameter.range
    return {
        "name": name, "label": label_of(name), "kind": parameter.kind, "value": value,
        "text": _typed(refused, name, value), "low": parameter.low, "high": top,
        "step": 1 if parameter.kind == "int" else step(span),
        "unit": parameter.unit, "range": allowed, "meaning": parameter.meaning, "choices": list(parameter.choices),
        "changed": name in differing, "preset": format_setting(base), "error": _said(refused, name),
    }  # fmt: skip


def _shock_field(name: str, choices: Choices, refused: Mapping[str, Any]) -> Panel:
    field = lever(name, choices, {}, refused)
    if name == "shock_week":
        field |= {"high": choices.weeks, "label": "week"}
    return field | {"label": field["label"].removeprefix("shock "), "changed": False}


def _running_field(name: str, choices: Choices, refused: Mapping[str, Any]) -> Panel:
    value = {"weeks": choices.weeks, "runs": choices.replicates, "seed": choices.seed}[name]
    unit, meaning = RUNNING[name]
    low, most = limits_of(choices, name) or (0, 1)
    high = most if name != "seed" else None  # of a slider
    return {
        "name": name, "label": label_of(name), "kind": "int", "value": value,
        "text": _typed(refused, name, value), "low": low, "high": high, "step": 1, "unit": unit, "meaning": meaning,
        "range": f"{number(low)} … {number(most)}", "changed": False, "error": _said(refused, name),
    }  # fmt: skip


def _typed(refused: Mapping[str, tuple[str, str]], name: str, value: Any) -> str:
    """What a field shows: what was typed, if that was refused, else the value."""
    return refused[name][0] if name in refused else format_setting(value)


def _said(refused: Mapping[str, tuple[str, str]], name: str) -> str:
    return refused[name][1] if name in refused else ""


# --- what may happen --------------------------------------------------------------------------------------------------


def moved(session: Session, event: Mapping[str, Any]) -> Session:
    """The session after something was set on the left side: `what` kind of thing, its `name` and the `value` given.

    An event that means nothing leaves all as it is: a page may send what it likes.
    """
    if not isinstance(event, Mapping):
        return session
    what, name, value = (event.get(key) for key in ("what", "name", "value"))
    change, place = _change(what, str(name), value)
    if not change:
        return session
    if what == "upload":  # what is wrong with a file is said in the words of the file
        return after(session, place, change, value, str)
    return after(session, place, change, value, lambda error: sentence(session.choices, place, value, error))


def _change(what: Any, name: str, value: Any) -> tuple[Callable[[Choices], Choices] | None, str]:
    """What an event does to the choices, and where its refusal is shown."""
    running = {"weeks": choosing.with_weeks, "runs": choosing.with_replicates, "seed": choosing.with_seed}
    if what == "policy":
        return (lambda now: choosing.with_policy(now, str(value))), "policy"
    if what == "world":
        return (lambda now: choosing.with_world(now, str(value))), "world"
    if what == "share" and name in SPACES:
        return (lambda now: choosing.with_share(now, name, value)), f"split_{name}"
    if what == "shock" and name in ("shock_week", "shock_share"):
        return (lambda now: _shocked(now, name, value)), name
    if what == "running" and name in running:
        return (lambda now: running[name](now, value)), name
    if what == "lever" and name in parameters_in_use():
        return (lambda now: choosing.with_lever(now, name, value)), name
    if what == "reset":
        return choosing.reset, "reset"
    if what == "upload":
        return (lambda now: choosing.uploaded(now, _decoded(value), name)), "upload"
    return None, ""


def _shocked(choices: Choices, name: str, value: Any) -> Choices:
    world = choices.active.world
    given = {"shock_week": world.shock_week, "shock_share": world.shock_share, name: value}
    return choosing.with_shock(choices, given["shock_week"], given["shock_share"])


def _decoded(value: Any) -> bytes:
    try:
        return base64.b64decode(str(value))
    except ValueError:  # of base64, or what is no base64 at all
        return b"\xff"


@solara.component_vue("levers.vue")
def Levers(panel: Panel, event_moved: Callable[[Mapping[str, Any]], None]) -> None:
    """The panel in the browser; everything that is set comes back as an event."""
