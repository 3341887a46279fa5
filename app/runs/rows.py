"""Rows of numbers in a request, kept as a matrix: a fifth of a list's memory, and written and compared at once."""

from collections.abc import Callable
from dataclasses import dataclass
from math import isnan
from typing import Annotated, Any, TypeAlias

import numpy as np
from pydantic import Field, GetCoreSchemaHandler, PlainSerializer, WrapValidator

from ..engine.arrays import Array, read_only
from .fields import Number
from .limits import MAX_COLUMNS, MAX_PREDICTED, MAX_ROWS

Listed: TypeAlias = list[list[float | None]]


@dataclass(frozen=True)
class _AsMatrix:
    """Validates lists of so many rows, and describes them as such."""

    least: int | None
    most: int

    def __get_pydantic_core_schema__(self, _: Any, handler: GetCoreSchemaHandler) -> Any:
        row = Annotated[list[Number | None], Field(min_length=1, max_length=MAX_COLUMNS)]
        rows = Annotated[list[row], Field(min_length=self.least, max_length=self.most)]
        written = PlainSerializer(listed, return_type=rows)
        return handler.generate_schema(Annotated[rows, WrapValidator(_validated), written])


def _validated(value: Any, validate: Callable[[Any], Listed]) -> "Array | Listed":
    """A matrix that nobody can change was validated before; JSON has none."""
    valid = isinstance(value, np.ndarray) and value.ndim == 2 and value.dtype == np.float64
    return value if valid and not value.flags.writeable else _matrix(validate(value))


def _matrix(rows: Listed) -> "Array | Listed":
    """The rows as a read-only matrix, NaN where a value is missing. Where they differ in length they stay lists:
    whoever reads the table then says which row is wrong."""
    if len(set(map(len, rows))) != 1:
        return rows
    return read_only(np.array(rows, np.float64))


def listed(rows: "Array | Listed") -> Listed:
    """The rows as they were sent: null is a missing value."""
    if not isinstance(rows, np.ndarray):
        return rows
    return [[None if isnan(cell) else cell for cell in row] for row in rows.tolist()]


def are_same(one: "Array | Listed", other: "Array | Listed") -> bool:
    """Whether two tables have the same rows; missing values are the same."""
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return np.array_equal(one, other, equal_nan=True)
    return listed(one) == listed(other)


Rows = Annotated[Array | Listed, _AsMatrix(1, MAX_ROWS)]
RowsToPredict = Annotated[Array | Listed, _AsMatrix(None, MAX_PREDICTED)]
