"""Tables sent in place in a config, checked cell by cell."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from types import NoneType
from typing import Any

import numpy as np

from .datasets import TASKS, Array, RawColumn, Table, Task
from .errors import DataError
from .numberformat import NumberFormat

MAX_CLASSES = 20
NUMBERS = {bool, int, float}
BLOCK = 500  # rows read at once: between two blocks another thread may go on


def read(table: Mapping[str, object]) -> Table:
    """`{"inputs": [[number or null …]], "targets": […], "task": …, "columns"?: […]}` -> a Table; columns x1 … xn.

    `sources`, `fill`, `units`, `target`, `target_unit` and `ignored` are those of a Table that came from a file.
    null (or NaN) is a missing value, allowed in inputs only; these may also be a matrix, which is taken as it is.
    Targets of a classification are class numbers, labels or one-hot rows (the classes are the distinct ones, sorted);
    of a regression a number or a row of numbers each.
    """
    task = table.get("task")
    if task not in TASKS:
        raise DataError(f"task {task!r} is unknown", ("dataset", "task"), task, TASKS)
    given = table.get("inputs")
    inputs = given if isinstance(given, np.ndarray) else _matrix(given, "inputs", missing=True)
    rows = _rows(table.get("targets"), "targets")
    if len(rows) != len(inputs):
        raise DataError(
            f"{len(inputs)} rows of inputs but {len(rows)} targets", ("dataset", "targets"), len(rows), len(inputs)
        )
    columns = _names(table.get("columns"), inputs.shape[1])
    targets, classes = _regression(rows) if task == "regression" else _classes(rows, task)
    return _as_in_the_file(Table(columns, inputs, targets, task, classes, ("",) * len(columns)), table)


def _as_in_the_file(plain: Table, table: Mapping[str, Any]) -> Table:
    """With what is said of the file that it came from."""
    sources = tuple(_source(number, source) for number, source in enumerate(table.get("sources", ())))
    names = tuple(name for source in sources for name in source.becomes)
    if sources and names != plain.columns:
        message = f"the sources become {', '.join(names)}, and the table's columns are {', '.join(plain.columns)}"
        raise DataError(message, ("dataset", "sources"), list(names), list(plain.columns))
    units = tuple(table.get("units") or plain.units)
    if len(units) != len(plain.columns):
        message = f"{len(units)} units for {len(plain.columns)} columns"
        raise DataError(message, ("dataset", "units"), list(units), f"{len(plain.columns)} units")
    return replace(
        plain,
        sources=sources,
        units=units,
        fill=table.get("fill", ""),
        target=table.get("target", ""),
        target_unit=table.get("target_unit", ""),
        ignored=tuple(table.get("ignored", ())),
    )


def _source(number: int, fields: Mapping[str, Any]) -> RawColumn:
    lists = {name: tuple(fields[name]) for name in ("becomes", "values", "indicates", "gaps")}
    source = RawColumn(**{**fields, **lists, "format": NumberFormat(**fields["format"])})
    path = ("dataset", "sources", number)
    if source.width != (len(source.indicates) if source.values else 1):
        message = f"{source.name} becomes {source.width} columns, which does not fit what they indicate"
        raise DataError(message, (*path, "becomes"), list(source.becomes), list(source.indicates))
    if not set(source.indicates) <= set(source.values):
        raise DataError(
            "it indicates what is none of its values", (*path, "indicates"), source.indicates, source.values
        )
    return source


def _names(names: object, count: int) -> tuple[str, ...]:
    """The columns' names, all different; x1 to xn where none are given."""
    if names is None:
        return tuple(f"x{number}" for number in range(1, count + 1))
    found = tuple(str(name) for name in _rows(names, "columns"))
    if len(found) != count:
        raise DataError(f"{len(found)} names for {count} columns", ("dataset", "columns"), names, f"{count} names")
    if len(set(found)) < count:
        raise DataError("two columns have the same name", ("dataset", "columns"), names, "different names")
    return found


def _rows(value: object, field: str) -> Sequence[object]:
    if isinstance(value, str | bytes) or not isinstance(value, Sequence) or not value:
        raise DataError(f"{field} must be a list with at least one row", ("dataset", field), value, "a list of rows")
    return value


def _matrix(value: object, field: str, missing: bool) -> Array:
    rows = [_rows(row, field) for row in _rows(value, field)]
    width = len(rows[0])
    if (found := _numbers(rows, missing)) is not None:
        return found
    matrix = np.empty((len(rows), width))
    for i, row in enumerate(rows):
        if len(row) != width:
            raise DataError(
                f"row {i} of {field} has {len(row)} values, the first has {width}", ("dataset", field, i), row, width
            )
        for j, cell in enumerate(row):
            matrix[i, j] = _number(cell, ("dataset", field, i, j), missing)
    return matrix


def _numbers(rows: Sequence[Sequence[object]], missing: bool) -> Array | None:
    """All cells in one go; None where one of them does not fit. To look at each takes a quarter of a second, in which
    nobody else gets on."""
    kinds = set().union(*(map(type, row) for row in rows))
    if len(set(map(len, rows))) > 1 or not kinds <= NUMBERS | ({NoneType} if missing else set()):
        return None
    try:
        matrix = np.concatenate([np.array(rows[k : k + BLOCK], np.float64) for k in range(0, len(rows), BLOCK)])
    except OverflowError:  # an integer beyond the largest float64
        return None
    fit = np.isfinite(matrix) | np.isnan(matrix) if missing else np.isfinite(matrix)
    return matrix if fit.all() else None


def _number(cell: object, path: tuple[str | int, ...], missing: bool) -> float:
    if missing and (cell is None or cell != cell):
        return np.nan
    if isinstance(cell, int | float):
        try:
            number = float(cell)
        except OverflowError:  # an integer beyond the largest float64
            number = np.inf
        if np.isfinite(number):
            return number
    allowed = "a finite number or null" if missing else "a finite number"
    raise DataError(f"{cell!r} is not {allowed}", path, cell, allowed)


def _regression(rows: Sequence[object]) -> tuple[Array, tuple[str, ...]]:
    return _matrix([row if _is_row(row) else [row] for row in rows], "targets", missing=False), ()


def _is_row(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


def _classes(rows: Sequence[object], task: Task) -> tuple[Array, tuple[str, ...]]:
    """Class numbers (rows, 1), and the classes by name."""
    cells = [row[0] if isinstance(row, Sequence) and _is_row(row) and len(row) == 1 else row for row in rows]
    if task == "multiclass" and all(_is_row(cell) for cell in cells):
        return _one_hot(cells)
    labels = [_label(cell, i) for i, cell in enumerate(cells)]
    kinds = {isinstance(label, str) for label in labels}
    if len(kinds) > 1:
        raise DataError(
            "targets are partly numbers and partly labels", ("dataset", "targets"), None, "one or the other"
        )
    found: list[int | str] = sorted(set(labels), key=lambda label: (isinstance(label, str), label))
    if task == "binary" and set(found) <= {0, 1}:
        found = [0, 1]
    limit = 2 if task == "binary" else MAX_CLASSES
    if not 2 <= len(found) <= limit:
        allowed = "2 classes" if task == "binary" else f"2 to {MAX_CLASSES} classes"
        raise DataError(f"targets hold {len(found)} classes", ("dataset", "targets"), len(found), allowed)
    number = {label: index for index, label in enumerate(found)}
    return np.array([[float(number[label])] for label in labels]), tuple(str(label) for label in found)


def _label(cell: object, row: int) -> int | str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, int) or (isinstance(cell, float) and cell.is_integer()):
        return int(cell)
    allowed = "a class number or a label"
    raise DataError(f"{cell!r} is not {allowed}", ("dataset", "targets", row), cell, allowed)


def _one_hot(cells: Sequence[object]) -> tuple[Array, tuple[str, ...]]:
    matrix = _matrix(cells, "targets", missing=False)
    if not (((matrix == 0) | (matrix == 1)).all() and (matrix.sum(axis=1) == 1).all()):
        row = int(np.argmin(((matrix == 0) | (matrix == 1)).all(axis=1) & (matrix.sum(axis=1) == 1)))
        allowed = "a single 1 among zeros"
        raise DataError(f"row {row} of targets is not one-hot", ("dataset", "targets", row), cells[row], allowed)
    if matrix.shape[1] > MAX_CLASSES:
        count = matrix.shape[1]
        raise DataError(f"targets hold {count} classes", ("dataset", "targets"), count, f"2 to {MAX_CLASSES} classes")
    return matrix.argmax(axis=1)[:, None].astype(np.float64), tuple(str(k) for k in range(matrix.shape[1]))


def in_place(table: Table) -> dict[str, object]:
    """The table as `read` takes it, NaN where a value is missing: to the same classes, rows and names."""
    targets: Sequence[object]
    if table.task == "regression":
        targets = table.targets.tolist()
    else:
        whole = all(_is_class_number(name) for name in table.classes)
        labels = [int(name) if whole else name for name in table.classes]
        targets = [labels[int(number)] for number in table.targets[:, 0]]
    found = {"inputs": table.inputs.tolist(), "targets": targets, "task": table.task, "columns": list(table.columns)}
    told = {name: getattr(table, name) for name in ("fill", "target", "target_unit")}
    lists = {name: list(getattr(table, name)) for name in ("units", "ignored")}
    file = {"sources": [asdict(source) for source in table.sources], **told, **lists}
    return found | {name: value for name, value in file.items() if value}


def _is_class_number(text: str) -> bool:
    return text.removeprefix("-").isdecimal() and str(int(text)) == text
