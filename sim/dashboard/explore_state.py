"""What somebody has chosen in the room Explore: one to four scenarios on common seeds. Frozen; every change is new.

Each function gives the choices that follow from a change, or raises `ScenarioError` with what is allowed: the gate of
scenarios is the only judge of values, and only the bounds of size are the dashboard's own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..errors import ScenarioError, truncated_repr
from ..execution.cost import check_results_memory, cost_of
from ..model.model import OURS, parameters_in_use
from ..present.formatting import heading
from ..scenario import Scenario
from ..scenario.library import load_policy, load_world, policy_names, world_names
from ..scenario.parameters import METADATA, blamed, parts_of
from ..scenario.toml_io import toml_of
from ..units import format_duration
from ..validation import checked_whole, read_whole
from . import in_force

LETTERS = "ABCD"
SPACES = ("networks", "communities", "teams")
REPLICATES, MAX_REPLICATES = 20, 100
# What can be answered while somebody waits: bounds of what can be set, and seconds that all runs of an answer may take
# together, as a probe expects them. A default run takes some 0.05 s.
MAX_WORKERS, MAX_WEEKS, MAX_ASPECTS, MAX_SECONDS = 2_000, 1_040, 14, 30.0
MAX_SEED = 2**64 - 1 - MAX_REPLICATES
ELSEWHERE = "the command line (tripleos run) has no such limit"
NO_MEMORY = "There is not enough memory for that. Choose fewer people, weeks or runs."
COUNTS = ("weeks", "runs", "seed")  # that all scenarios have in common, and that are no parameters
LABELS = {"workers": "number of people", "seed": "first seed"} | {f"split_{one}": f"share for {one}" for one in SPACES}


@dataclass(frozen=True)
class Choices:
    """Scenarios side by side, which of them is being changed, and the seeds that all of them run under.

    >>> Choices().active.policy.name, Choices().letters
    ('balanced', 'A')
    """

    scenarios: tuple[Scenario, ...] = field(default_factory=lambda: (Scenario.build(with_=in_force.extensions()),))
    at: int = 0
    """The number of the scenario that levers change."""
    replicates: int = REPLICATES
    seed: int = 1
    """The first seed; replicates take the seeds from it on."""

    @property
    def active(self) -> Scenario:
        """The scenario that levers change."""
        return self.scenarios[self.at]

    @property
    def weeks(self) -> int:
        """The horizon, common to all scenarios."""
        return self.active.weeks

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds that every scenario runs under."""
        return tuple(range(self.seed, self.seed + self.replicates))

    @property
    def letters(self) -> str:
        """The letters that the scenarios go by."""
        return LETTERS[: len(self.scenarios)]


def label_of(name: str) -> str:
    """What a field is called on the screen, where it is not called as the parameter.

    >>> label_of("workers"), label_of("working_out_loud")
    ('number of people', 'working out loud')
    """
    return LABELS.get(name) or heading(name)


# --- levers -----------------------------------------------------------------------------------------------------------


def value_of(name: str, given: Any) -> Any:
    """What was typed for a parameter, as a value of its kind; text that is none is left for the gate to refuse.

    >>> value_of("hurdle", "0.1"), value_of("workers", "many"), value_of("pilot_first", "yes")
    (0.1, 'many', True)
    """
    if not isinstance(given, str):
        return given
    text, kind = given.strip(), parameters_in_use()[name].kind
    if kind == "bool":
        return {"true": True, "yes": True, "false": False, "no": False}.get(text.lower(), text)
    for number in {"int": (int, float), "float": (float,)}.get(kind, ()):
        try:
            return number(text)
        except (ValueError, OverflowError):
            continue
    return _as_written(text, share=parameters_in_use()[name].high == 1) if kind == "float" else text


def _as_written(text: str, share: bool) -> float | str:
    """A number with a decimal comma, or a share in percent, as the page itself writes it.

    >>> _as_written("0,5", False), _as_written("30 %", True), _as_written("30%", False)
    (0.5, 0.3, '30%')
    """
    found = re.fullmatch(r"(\d{1,15}(?:[.,]\d{1,15})?)\s*(%?)", text)
    if not found or (found[2] and not share):
        return text
    number = float(found[1].replace(",", "."))
    return round(number / 100, 6) if found[2] else number


def with_lever(choices: Choices, name: str, given: Any) -> Choices:
    """One parameter of the scenario that is being changed, as typed or slid."""
    if name not in parameters_in_use():
        raise ScenarioError(f"{truncated_repr(name)} is not a parameter")
    return _with_active(choices, choices.active.replace(**{name: value_of(name, given)}))


def with_share(choices: Choices, space: str, given: Any) -> Choices:
    """The starting share of the week for one space; the other two give or take, so that the three sum to 1.

    No share goes under what the policy protects; what lies above that is shared out as it was before.

    >>> split_of(with_share(Choices(), "teams", 0.2).active)
    {'networks': 0.4, 'communities': 0.4, 'teams': 0.2}
    """
    name, policy = f"split_{space}", choices.active.policy
    share = value_of(name, given)
    policy.model_copy(
        update={"split_networks": 0.0, "split_communities": 0.0, "split_teams": 1.0, **_alone(name, share)}
    )
    others = [other for other in SPACES if other != space]
    floors = {each: getattr(policy, f"floor_{each}") for each in SPACES}
    protected = sum(floors[other] for other in others)
    if not floors[space] <= share <= 1 - protected + 1e-9:
        low, high = _share_limits(policy, space)
        raise ScenarioError(f"{name} = {share!r}: allowed is {low:g} to {high:g}, so that protected time is kept")
    above = [getattr(policy, f"split_{other}") - floors[other] for other in others]
    part = above[0] / sum(above) if sum(above) > 0 else 0.5
    first = round(floors[others[0]] + part * max(0.0, 1 - protected - share), 4)
    second = max(floors[others[1]], round(1 - share - first, 10))
    first = max(floors[others[0]], round(1 - share - second, 10))  # which was rounded, and may have been too much
    levers = {f"split_{space}": share, f"split_{others[0]}": first, f"split_{others[1]}": second}
    return _with_active(choices, choices.active.replace(**levers))


def _alone(name: str, share: Any) -> dict[str, Any]:
    """A week with this share for one space and the rest for another: what the gate needs to judge the share alone."""
    other = "split_teams" if name != "split_teams" else "split_networks"
    rest = 1 - share if isinstance(share, float | int) and 0 <= share <= 1 else 0.0
    return {**dict.fromkeys(("split_networks", "split_communities", "split_teams"), 0.0), name: share, other: rest}


def split_of(scenario: Scenario) -> dict[str, float]:
    """The starting split of the week."""
    return {space: getattr(scenario.policy, f"split_{space}") for space in SPACES}


# --- presets ----------------------------------------------------------------------------------------------------------


def with_policy(choices: Choices, name: str) -> Choices:
    """A policy of the library, with all its levers as they are there."""
    return _with_active(choices, choices.active.replace(policy=load_policy(name)))


def with_world(choices: Choices, name: str) -> Choices:
    """A world of the library; its shock comes with it, if it has one."""
    return _with_active(choices, choices.active.replace(world=load_world(name)))


def base_of(scenario: Scenario, group: str) -> Any:
    """The world or policy of the library that a scenario starts from (by its name), or the default one."""
    parts = parts_of(scenario.model)
    if group == "policy":
        policy = load_policy(scenario.policy.name if scenario.policy.name in policy_names() else "balanced")
        return parts.policy(**dict(policy))
    if group == "world":
        world = load_world(scenario.world.name if scenario.world.name in world_names() else "turbulent")
        return parts.world(**dict(world))
    return parts.workforce()


def changed(scenario: Scenario) -> dict[str, Any]:
    """The parameters that differ from the presets that a scenario starts from, with their values.

    >>> changed(with_lever(Choices(), "hurdle", "0.1").active)
    {'hurdle': 0.1}
    """
    found = {}
    for group in ("world", "workforce", "policy"):
        base, part = base_of(scenario, group), getattr(scenario, group)
        names = [name for name in type(part).model_fields if name not in METADATA]
        found.update({name: getattr(part, name) for name in names if getattr(part, name) != getattr(base, name)})
    return found


def reset(choices: Choices) -> Choices:
    """The scenario that is being changed, as its presets have it, without dated changes of policy."""
    scenario = choices.active
    parts = {group: base_of(scenario, group) for group in ("world", "workforce", "policy")}
    return _with_active(choices, Scenario(**parts, weeks=scenario.weeks, with_=scenario.with_))


def _set(value: Any) -> str:
    """The value of a lever as part of a name.

    >>> _set(0.25), _set(True), _set("blocks"), _set(2000)
    ('0.25', 'on', 'blocks', '2,000')
    """
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:,}" if isinstance(value, int) else f"{value:g}" if isinstance(value, float) else str(value)


def name_of(scenario: Scenario) -> str:
    """What a scenario is called: its policy, its world, a shock, and the lever that was changed, or how many were.

    >>> name_of(Scenario.build("heads_down", "stable", hurdle=0.1))
    'heads down · stable · hurdle 0.1'
    >>> name_of(Scenario.build("heads_down", "stable", hurdle=0.1, openness=0.3))
    'heads down · stable · 2 changes'
    """
    parts = [heading(scenario.policy.name), heading(scenario.world.name)]
    if scenario.world.shock_week and not base_of(scenario, "world").shock_week:
        parts.append("shock")
    levers = {name: value for name, value in changed(scenario).items() if name not in ("shock_week", "shock_share")}
    count = len(levers) + len(scenario.interventions)
    if count == len(levers) == 1:  # by its name, so that two that differ in nothing else can be told apart
        parts += [f"{label_of(name)} {_set(value)}" for name, value in levers.items()]
    elif count:
        parts.append(f"{count} change{'s' * (count > 1)}")
    return " · ".join(parts)


# --- side by side -----------------------------------------------------------------------------------------------------


def hold(choices: Choices) -> Choices:
    """Hold what is there, and go on with a copy of it beside."""
    if len(choices.scenarios) == len(LETTERS):
        raise ScenarioError(f"There are {len(LETTERS)} scenarios already: remove one first.")
    scenarios = (*choices.scenarios, choices.active)
    return _checked(replace(choices, scenarios=scenarios, at=len(scenarios) - 1))


def drop(choices: Choices, at: int) -> Choices:
    """Without one of the scenarios; the last one stays."""
    if len(choices.scenarios) == 1:
        return choices
    left = tuple(scenario for k, scenario in enumerate(choices.scenarios) if k != at)
    return replace(choices, scenarios=left, at=min(choices.at - (at < choices.at), len(left) - 1))


def show(choices: Choices, at: int) -> Choices:
    """Change another one of the scenarios from now on."""
    return replace(choices, at=max(0, min(at, len(choices.scenarios) - 1)))


# --- for all scenarios ------------------------------------------------------------------------------------------------


def with_shock(choices: Choices, week: Any, share: Any) -> Choices:
    """The same shock for all scenarios, in a week and of a share of the aspects; week 0 for none."""
    given = {"shock_week": value_of("shock_week", week), "shock_share": value_of("shock_share", share)}
    return _for_all(choices, **given)


def with_weeks(choices: Choices, given: Any) -> Choices:
    """The horizon of all scenarios."""
    return _for_all(choices, weeks=checked_whole("weeks", read_whole(given), 1, MAX_WEEKS))


def with_replicates(choices: Choices, given: Any) -> Choices:
    """How many seeds every scenario runs under."""
    return _checked(
        replace(choices, replicates=checked_whole("runs", read_whole(given), 2, MAX_REPLICATES, "of each scenario"))
    )


def with_seed(choices: Choices, given: Any) -> Choices:
    """The first seed."""
    return _checked(replace(choices, seed=checked_whole("first seed", read_whole(given), 0, MAX_SEED)))


def uploaded(choices: Choices, content: bytes, source: str) -> Choices:
    """A scenario file in place of the scenario that is being changed; its horizon becomes that of all."""
    table = toml_of(content, source)
    if not table or table.keys() & {"base", "about", "title", "policies", "worlds"}:
        raise ScenarioError(
            f"{source}: is not a scenario. A scenario file is what “Save as TOML” and `tripleos compare --out` write; "
            "policies, worlds and studies of your own are for the command line."
        )
    with blamed(source):
        return restored(choices, Scenario.from_dict(in_force.without_code(table, source)))


def restored(choices: Choices, scenario: Scenario) -> Choices:
    """A scenario in place of the one that is being changed; its horizon becomes that of all."""
    return _with_active(_for_all(choices, weeks=scenario.weeks), scenario)


def checked(scenarios: Sequence[Scenario], at: int = 0, replicates: Any = REPLICATES, seed: Any = 1) -> Choices:
    """Choices from their parts, each of them checked."""
    whole = Choices(tuple(scenarios), max(0, min(at, len(scenarios) - 1)))
    return with_seed(with_replicates(whole, replicates), seed)


def _for_all(choices: Choices, **levers: Any) -> Choices:
    return _checked(replace(choices, scenarios=tuple(scenario.replace(**levers) for scenario in choices.scenarios)))


def _with_active(choices: Choices, scenario: Scenario) -> Choices:
    scenarios = [scenario if k == choices.at else other for k, other in enumerate(choices.scenarios)]
    return _checked(replace(choices, scenarios=tuple(scenarios)))


# --- bounds -----------------------------------------------------------------------------------------------------------


def _checked(choices: Choices) -> Choices:
    """The choices, refused if a scenario is larger than what can be set here."""
    for scenario in choices.scenarios:
        _check_size(scenario)
    return choices


def check_cost(choices: Choices) -> None:
    """Refuse what would take too long to wait for, or more memory than there is.

    Not done for each change, because scenarios are probed for it: some hundredths of a second, a tenth or two for large
    ones. What was probed is kept.
    """
    seconds = sum(cost_of(scenario).seconds for scenario in choices.scenarios) * choices.replicates
    if seconds > MAX_SECONDS:
        raise ScenarioError(
            f"That would take about {format_duration(seconds)} of computing; the limit here is "
            f"{format_duration(MAX_SECONDS)}.\nChoose fewer runs, people, weeks or scenarios; {ELSEWHERE}."
        )
    try:
        check_results_memory(choices.scenarios, choices.seeds, None)
    except ScenarioError:
        raise ScenarioError(NO_MEMORY) from None


def limits_of(choices: Choices, name: str) -> tuple[float, float] | None:
    """The smallest and the largest number that a field takes; None for what is no number.

    >>> limits_of(Choices(), "workers"), limits_of(Choices(), "shock_week"), limits_of(Choices(), "imitation")
    ((2, 2000), (0, 260), None)
    """
    counts = {"weeks": (1, MAX_WEEKS), "runs": (2, MAX_REPLICATES), "seed": (0, MAX_SEED)}
    if name in counts:
        return counts[name]
    known = parameters_in_use().get(name)
    if known is None or known.low is None or known.high is None:
        return None
    if name.startswith("split_"):
        return _share_limits(choices.active.policy, name.removeprefix("split_"))
    most = {
        "workers": MAX_WORKERS,
        "aspects": MAX_ASPECTS if choices.active.world.reality == "rugged" else OURS.parameters["aspects"].high,
        "shock_week": choices.weeks,
    }
    low, high = known.low, most.get(name, known.high)
    return (low, high) if low is not None and high is not None else None


def _share_limits(policy: Any, space: str) -> tuple[float, float]:
    """The shares that a space may start with, so that what the policy protects is kept for it and for the others."""
    others = sum(getattr(policy, f"floor_{other}") for other in SPACES if other != space)
    return getattr(policy, f"floor_{space}"), round(1 - others, 4)


def _check_size(scenario: Scenario) -> None:
    bounds: Mapping[str, tuple[int, int]] = {
        "workers": (scenario.workforce.workers, MAX_WORKERS),
        "weeks": (scenario.weeks, MAX_WEEKS),
        # All 2^aspects practices of a rugged reality are valued anew whenever it changes.
        "aspects": (scenario.world.aspects if scenario.world.reality == "rugged" else 0, MAX_ASPECTS),
    }
    for name, (value, most) in bounds.items():
        if value > most:
            label = label_of(name)
            raise ScenarioError(f"{label[0].upper()}{label[1:]} must be at most {most:,} here; {ELSEWHERE}.")
