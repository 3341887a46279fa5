"""Tables on their way to the server: a file, or a DataFrame of pandas or polars, as CSV; rows to predict."""

import csv
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np

from .values import plain


def csv_of(table: Any) -> bytes:
    """The bytes of a CSV file: a path is read, a DataFrame writes itself. TypeError, OSError."""
    if isinstance(table, bytes):
        return table
    if isinstance(table, str | Path):
        return Path(table).read_bytes()
    if hasattr(table, "to_csv"):
        return str(table.to_csv(index=False)).encode()
    if hasattr(table, "write_csv"):
        return str(table.write_csv()).encode()
    raise TypeError(f"a table is a path, the bytes of a CSV file, or a DataFrame, not {type(table).__name__}")


def query_of(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What is decided about a file, as the server's query has it: `as_` is "as", a list is repeated, True is yes."""
    words = {True: "yes", False: "no"}
    return {
        name.removesuffix("_"): words[value] if isinstance(value, bool) else value
        for name, value in fields.items()
        if value is not None
    }


def rows_of(rows: Any) -> dict[str, Any]:
    """{"inputs": …} of numbers by position, {"rows": …} of values by column name; of a DataFrame as its CSV file has
    them, so that they are read as those that a table was made of."""
    if hasattr(rows, "to_csv") or hasattr(rows, "write_csv"):
        return {"rows": list(csv.DictReader(StringIO(csv_of(rows).decode(), newline="")))}
    if isinstance(rows, Mapping):
        rows = [rows]
    if isinstance(rows, np.ndarray):
        return {"inputs": plain(np.atleast_2d(rows))}
    listed = list(rows)
    if not listed or not isinstance(listed[0], Mapping):
        return {"inputs": plain(listed)}
    return {"rows": [{str(name): _cell(value) for name, value in row.items()} for row in listed]}


def _cell(value: Any) -> Any:
    """A number, a text, or None; what is neither is written as a CSV file has it: True, 2024-01-31."""
    value = plain(value)
    return str(value) if isinstance(value, bool) or not isinstance(value, int | float | str | None) else value
