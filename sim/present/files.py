"""Tables as files: CSV for whoever reads them anywhere, Parquet with the way back to how they were made."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd


def write_parquet(frame: pd.DataFrame, path: Path, provenance: Mapping[str, Any]) -> None:
    """Write a table as Parquet.

    Parameters
    ----------
    frame : DataFrame
        The table; its index is left out.
    path : Path
        The file, or what is written to like one.
    provenance : mapping
        What is needed to make the table again; the key `tripleos` of the file's metadata holds it as JSON.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    content = pa.Table.from_pandas(frame, preserve_index=False)
    told = {b"tripleos": json.dumps(provenance, ensure_ascii=False).encode(), **(content.schema.metadata or {})}
    pq.write_table(content.replace_schema_metadata(told), path, compression="zstd")


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV; numbers as they are, a missing one empty.

    Parameters
    ----------
    frame : DataFrame
        The table; its index is left out.
    path : Path
        The file, or what is written to like one.
    """
    frame.to_csv(path, index=False, lineterminator="\n")
