"""Rows in a data set's own columns and values, as whoever wants a prediction has them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from .datasets import Array, RawColumn
from .errors import DataError
from .prepare import Samples

Cell: TypeAlias = float | int | str | None
Row: TypeAlias = Mapping[str, Cell]


@dataclass(frozen=True)
class RowNote:
    """What had to be done to a cell: `filled`, or `never_seen` for a category that no row of the data has."""

    column: str
    kind: str
    text: str


def read_rows(samples: Samples, rows: Sequence[Row]) -> tuple[Array, list[list[RowNote]]]:
    """Raw inputs (rows, columns) of the data set, and a list of notes a row. DataError names the cell that won't do.

    A column that is left out is missing. Columns that the features do not read, and those of the source that are no
    inputs, may hold anything.
    """
    inputs, notes = np.empty((len(rows), len(samples.columns))), list[list[RowNote]]()
    names = [source.name for source in samples.sources]
    for number, row in enumerate(rows):
        for name in row:
            if name not in names and name not in samples.ignored:
                message = f"the data has no input column {name!r}; its inputs are {', '.join(names)}"
                raise DataError(message, ("rows", number, name), row[name], names)
        notes.append([])
        at = 0
        for source in samples.sources:
            columns = slice(at, at + len(source.becomes))
            at = columns.stop
            values, note = _cell(source, row.get(source.name), samples.fills[columns], ("rows", number, source.name))
            inputs[number, columns] = values
            if note and samples.reads(source):
                notes[-1].append(note)
    return inputs, notes


def _cell(
    source: RawColumn, cell: Cell, fills: Array, path: tuple[str | int, ...]
) -> tuple[Array | Sequence[float], RowNote | None]:
    """The values of the columns that a cell becomes."""
    text = "" if cell is None else text_of(cell)
    if source.is_gap(text):
        filled = _filled_with(source, fills[: source.width])
        return fills, RowNote(source.name, "filled", f"{source.name} is missing: {filled}")
    if not source.values:
        return source.known([_number(source, cell, path)]), None
    if text in source.values:
        return source.known(source.indicators(text)), None
    taken = (
        "it counts as none of the known ones"
        if source.width == len(source.values)
        else "it counts as " + (repr(next(value for value in source.values if not any(source.indicators(value)))))
    )
    return source.known(source.indicators(text)), RowNote(
        source.name, "never_seen", f"{source.name} was never {text!r} in the data: {taken}"
    )


def text_of(cell: Cell) -> str:
    """A cell as the data has it: one space between words; 1 and 1.0 are the same."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return " ".join(str(cell).split())


def _number(source: RawColumn, cell: Cell, path: tuple[str | int, ...]) -> float:
    """A number as such, or as the source writes it: "7.5 %", "1.234,50 €", "2021-03-04"."""
    try:
        found = source.format.read(text_of(cell)) if isinstance(cell, str) else float(cell or 0)
    except OverflowError:
        found = np.nan
    if not np.isfinite(found):
        wanted = source.format.words or "numbers"
        message = f"{cell!r} is not a finite number; {source.name!r} holds {wanted}"
        raise DataError(message, path, cell, "a number, or null where it is missing")
    return found


def _filled_with(source: RawColumn, fills: Array) -> str:
    if np.isnan(fills).any():
        return "there is nothing to fill in, for no training sample has it"
    if not source.values:
        return f"{fills[0]:.4g}{' ' * bool(source.unit)}{source.unit} is filled in, from the training samples"
    if set(fills.tolist()) <= {0.0, 1.0}:
        value = next((value for value in source.values if source.indicators(value) == fills.tolist()), "")
        return f"{value!r} is filled in, the most frequent in training"
    return "the share of each category in training is filled in"
