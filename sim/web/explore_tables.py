"""What the room Explore of a page shows: how levers are grouped and named, and the bounds and words of Explore."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..dashboard import explore_state as choosing
from ..dashboard.explore_figures import HEIGHT, NARROW, RATES, SPANS, WIDE
from ..dashboard.explore_view import GIVEN, STEPS
from ..dashboard.lever_groups import EXTENSIONS, FIRST, RUNNING, SLIDE_TO, SPACE_MEANINGS, behind_more, step
from ..dashboard.narrative import COMPARED, HOURS, LAST_WEEKS, NO_HOURS, NO_INTERVAL
from ..dashboard.refusals import SOURCE_MOST
from ..dashboard.session import LONGEST_TYPED
from ..dashboard.simulation_service import FIRST as FIRST_SEEDS
from ..dashboard.url_state import DEFAULT, LONGEST, MOST_PROBLEMS
from ..model.declare import Parameter
from ..model.extensions import digest, names_of
from ..model.measures import MEASURE_NAMES
from ..model.model import Model
from ..present.plots import LINE_COLOURS
from ..present.svg import POINTS, SPACE_COLOURS, STROKE_DASHES, WEEKS_OF_YEARS, Plot
from ..scenario.parameters import MAX_RUGGED_ASPECTS, METADATA, SUM_TOLERANCE, limit_of, parts_of
from ..scenario.scenario import MAX_WEEKS


def explore_tables(model: Model) -> dict[str, Any]:
    """The tables of the room.

    Parameters
    ----------
    model : Model
        With or without extensions.

    Returns
    -------
    dict
        For JSON.
    """
    own = [one.name for extension in model.extensions for one in extension.all_parameters]
    groups = [{"title": title, "first": list(FIRST[title]), "more": behind_more(title)} for title in FIRST]
    added = [{"title": EXTENSIONS, "first": own, "more": []}] if own else []
    return {
        "groups": [*added, *groups],
        "labels": {name: choosing.label_of(name) for name in (*model.parameters, *choosing.COUNTS)},
        "sliders": {name: _slider(one) for name, one in model.parameters.items() if one.low is not None},
        "spaces": SPACE_MEANINGS,
        "running": {name: {"unit": unit, "meaning": meaning} for name, (unit, meaning) in RUNNING.items()},
        "words": _words(),
        "bounds": _bounds(),
        "parts": _parts(model),
        "extensions": [[one.name, digest(one)] for one in model.extensions],
        "with": _with(model),
        "measures": {one.name: {"bounded": one.bounded} for one in model.measures},
        "ours": list(MEASURE_NAMES),
        "steps": [{"title": title, "measure": measure, "more": list(more)} for title, measure, more in STEPS],
        "given": list(GIVEN),
        "compared": list(COMPARED),
        "charts": _charts(),
    }


def _slider(one: Parameter) -> dict[str, float]:
    """Where a slider ends, and its step."""
    top = SLIDE_TO.get(one.name, one.high or 0)
    return {"high": top, "step": 1 if one.kind == "int" else step(top - (one.low or 0))}


def _words() -> dict[str, str]:
    return {"elsewhere": choosing.ELSEWHERE, "no_memory": choosing.NO_MEMORY, "no_interval": NO_INTERVAL}


def _bounds() -> dict[str, Any]:
    """What can be set here, and what the model itself allows."""
    return {
        "letters": choosing.LETTERS, "runs": [2, choosing.MAX_REPLICATES], "weeks": [1, choosing.MAX_WEEKS],
        "seed": ["0", str(choosing.MAX_SEED)], "workers": choosing.MAX_WORKERS, "aspects": choosing.MAX_ASPECTS,
        "rugged": MAX_RUGGED_ASPECTS, "longest": MAX_WEEKS, "source": SOURCE_MOST, "sum": SUM_TOLERANCE,
        "usual": {"runs": choosing.REPLICATES, "weeks": DEFAULT, "seed": "1"}, "first": FIRST_SEEDS,
        "typed": LONGEST_TYPED, "link": LONGEST, "problems": MOST_PROBLEMS,
    }  # fmt: skip


def _parts(model: Model) -> dict[str, Any]:
    """For each part of a scenario its fields in their order, and how long its words may be."""
    kinds = parts_of(model)
    lengths = {name: limit_of(kinds.policy.model_fields[name], "max_length") for name in METADATA}
    fields = {one: list(getattr(kinds, one).model_fields) for one in ("world", "workforce", "policy")}
    return {"fields": fields, "levers": list(model.levers), "words": lengths}


def _with(model: Model) -> list[str]:
    """How a scenario file beside the files of the extensions names them."""
    if not all(one.file for one in model.extensions):
        return []
    return [Path(name).name if name.endswith(".py") else name for name in names_of(model.extensions)]


def _charts() -> dict[str, Any]:
    return {
        "colours": LINE_COLOURS, "dashes": STROKE_DASHES, "spaces": SPACE_COLOURS, "points": POINTS, "rates": RATES,
        "years": WEEKS_OF_YEARS, "spans": SPANS, "wide": WIDE, "narrow": NARROW, "height": HEIGHT,
        "area": [Plot.left, Plot.right, Plot.top, Plot.bottom],
        "hours": HOURS, "least_hours": NO_HOURS, "last": LAST_WEEKS,
    }  # fmt: skip
