"""Scenarios: worlds, workforces and policies, checked at one gate, and the shipped ones."""

from ..model.declare import Parameter
from ..model.model import LEVERS, PARAMETERS, SWITCHES
from .library import load_policy, load_world, policy_names, world_names
from .parameters import Policy, Workforce, World, overhead
from .scenario import Intervention, Scenario, Segment

__all__ = [
    "LEVERS",
    "PARAMETERS",
    "SWITCHES",
    "Intervention",
    "Parameter",
    "Policy",
    "Scenario",
    "Segment",
    "Workforce",
    "World",
    "load_policy",
    "load_world",
    "overhead",
    "policy_names",
    "world_names",
]
