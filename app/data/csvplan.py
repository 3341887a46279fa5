"""The plan of a CSV file: its cells, and what each of its columns is to be."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.data import csvtext
from app.data.csvcolumns import (
    Cells,
    Column,
    Decisions,
    categories,
    cells_of,
    check_names,
    columns_of,
    kind_of,
    likely_decimal,
    target_of,
    task_of,
)
from app.data.csvtext import Limits, Sheet
from app.data.datasets import Array, Task
from app.data.textfile import Fault, decode


@dataclass(frozen=True)
class TablePlan:
    """A file that was read, and what each of its columns is to be."""

    sheet: Sheet
    decimal: str
    cells: tuple[Cells, ...]
    columns: tuple[Column, ...]
    target: int | None
    target_why: str
    task: Task | None
    faults: tuple[Fault, ...]  # of the sheet, and cells that are no number in a column of numbers
    bad_rows: frozenset[int]


def plan_table(data: bytes, decisions: Decisions, limits: Limits) -> TablePlan:
    """DataError where the file can't be read at all, or where a decision names what is not there."""
    sheet = csvtext.read(decode(data, decisions.encoding, limits.bytes), decisions.separator, decisions.header, limits)
    check_names(sheet.names, decisions)
    decimal = decisions.decimal if decisions.decimal != "auto" else likely_decimal(sheet)
    cells = tuple(cells_of(sheet, number, decimal) for number in range(len(sheet.names)))
    kinds = tuple(kind_of(column, decisions, limits) for column in cells)
    target, why = target_of(cells, kinds, decisions)
    task = None if target is None else task_of(cells[target], kinds[target], decisions)
    columns = columns_of(cells, kinds, target, decisions, limits)
    faults, bad = list(sheet.faults), set[int]()
    for number, (column, kind) in enumerate(zip(cells, kinds, strict=True)):
        if kind == "number" and columns[number].role != "left out":
            bad.update(column.not_numbers)
            for row in column.not_numbers:
                message = f"{column.texts[row][:40]!r} is not a number ({column.name})"
                faults.append(sheet.fault(sheet.rows[row], number, message))
    faults.sort(key=lambda fault: (fault.line, fault.column))
    return TablePlan(sheet, decimal, cells, columns, target, why, task, tuple(faults), frozenset(bad))


def usable_rows(plan: TablePlan) -> list[int]:
    """Rows without a fault, and with a target."""
    gone = plan.cells[plan.target].missing if plan.target is not None else ()
    return [row for row in range(len(plan.sheet.rows)) if row not in plan.bad_rows and not (gone and gone[row])]


def inputs_of(plan: TablePlan, rows: Sequence[int]) -> tuple[tuple[str, ...], Array]:
    """Names and values (rows, columns) of what the network sees, NaN where missing."""
    names: list[str] = []
    values: list[Array] = []
    for cells, column in zip(plan.cells, plan.columns, strict=True):
        if column.role != "input":
            continue
        names += column.becomes
        if column.kind == "number":
            values.append(cells.numbers[list(rows)])
            continue
        texts = np.array([cells.texts[row] for row in rows], dtype=object)
        missing = np.array([cells.missing[row] for row in rows], dtype=bool)
        values += [np.where(missing, np.nan, (texts == value).astype(np.float64)) for value in categories(cells)]
    return tuple(names), np.column_stack(values) if values else np.empty((len(rows), 0))
