"""The Pareto front."""

from __future__ import annotations

import numpy as np
import pandas as pd


def pareto_front(table: pd.DataFrame, goals: dict[str, str]) -> pd.DataFrame:
    """Rows that no other row dominates."""
    good = np.column_stack([table[n] * (1.0 if g == "max" else -1.0) for n, g in goals.items()])
    beaten = [bool(((good >= row).all(axis=1) & (good > row).any(axis=1)).any()) for row in good]
    return table[~np.array(beaten)]
