"""Tables of runs made by hand, as a study stores them."""

import numpy as np
import pandas as pd

CHANCE_OF_FALSE_ALARM = 1e-5


def runs_of(values, measure="output", **columns):
    """A table of runs from values [points, replicates]; seed 1, 2, … in every point; missing runs are missing rows."""
    values = np.asarray(values, float)
    points, replicates = values.shape
    table = pd.DataFrame(
        {
            "point": np.repeat(np.arange(points), replicates),
            "replicate": np.tile(np.arange(replicates), points),
            "seed": np.tile(np.arange(1, replicates + 1), points),
            measure: values.ravel(),
        }
    )
    table.insert(0, "run", np.arange(len(table)))
    return table.assign(**{name: np.repeat(of_point, replicates) for name, of_point in columns.items()})
