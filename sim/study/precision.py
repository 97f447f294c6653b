"""When to stop adding replicates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Precision:
    most: int = 100

    @classmethod
    def from_dict(cls, given: Any) -> Precision:
        return cls(**given)

    def to_dict(self) -> dict[str, Any]:
        return vars(self)
