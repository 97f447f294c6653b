"""Compiling before anybody waits for it: the models, once on a machine, while the dashboard is served already."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from typing import Any

from ..classics.barkoczi_galesic2016 import barkoczi_galesic2016, run_barkoczi_galesic
from ..classics.march1991 import march1991, run_march
from ..model.jit import is_compiled
from ..model.model import model_of
from ..progress import COMPILING
from . import in_force
from .explore_state import Choices
from .simulation_service import ANSWERS

# What each model of `learn/runs.py` is compiled to, beside that of organisations.
KERNELS: Mapping[str, Any] = {"search": run_barkoczi_galesic, "mutual learning": run_march}
LONG = 4.0  # seconds that loading compiled code and the first answer may take

log = logging.getLogger(__name__)


def kernel(model: str = "organisation") -> Any:
    """What a model is compiled to."""
    return KERNELS.get(model) or model_of(in_force.extensions()).run_weeks


def needed(model: str) -> bool:
    """Whether a model has to be compiled before it can run."""
    return not is_compiled(kernel(model))


def waiting(usual: str, model: str = "organisation") -> str:
    """What is said to those who wait for runs: the usual words, unless the model is being compiled."""
    return COMPILING if needed(model) else usual


def begin() -> None:
    """Begin to compile what is not compiled yet; if that is nothing, the first answer is there."""
    compiling = needed("organisation")
    thread = threading.Thread(target=_warm, name="warming", daemon=True)
    thread.start()
    if not compiling:
        thread.join(LONG)


def _warm() -> None:
    try:
        for _ in ANSWERS.answer(Choices()):  # the first picture of whoever comes first
            pass
        if needed("search"):
            barkoczi_galesic2016(periods=1, seeds=[1])
        if needed("mutual learning"):
            march1991(0.5, 0.5, periods=1, seeds=[1])
    except Exception:  # whoever asks for the same is told
        log.exception("the models could not be made ready")
