"""The plan of a CSV file: its cells, and what each of its columns is to be."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .csvcells import Cells, all_cells, kind_of, values_of
from .csvcolumns import Column, columns_of
from .csvdecisions import Decisions, check_names
from .csvlimits import Limits
from .csvsample import ExtraRow, Sample, extra_rows, taken
from .csvtarget import target_of, task_of
from .csvtext import CsvFile, Sheet
from .datasets import Array, Task
from .textfile import Fault


@dataclass(frozen=True)
class TablePlan:
    """A file that was read, and what each of its columns is to be."""

    file: CsvFile
    sheet: Sheet  # the rows that are used
    sample: Sample
    extra: tuple[ExtraRow, ...]
    decimal: str
    cells: tuple[Cells, ...]
    columns: tuple[Column, ...]
    target: int | None
    target_why: str
    task: Task | None
    faults: tuple[Fault, ...]  # of the file, and cells that are no number in a column of numbers; the first of them
    bad_lines: tuple[int, ...]  # all lines with a fault
    bad_rows: frozenset[int]

    @property
    def count(self) -> int:
        """How many faults there are."""
        return len(self.file.bad_lines) + len(self.faults) - len(self.file.faults)


def plan_table(file: CsvFile, decisions: Decisions, limits: Limits) -> TablePlan:
    """DataError where a decision names what is not there."""
    check_names(file.names, decisions)
    extra = extra_rows(file)
    without = frozenset(row.number for row in extra) if decisions.extra_rows == "leave_out" else frozenset[int]()

    def classes_of(sheet: Sheet) -> int | None:
        cells = all_cells(sheet, decisions)
        kinds = [kind_of(column, decisions, limits) for column in cells]
        target, _ = target_of(cells, kinds, decisions)
        return None if target is None or task_of(cells[target], kinds[target], decisions) == "regression" else target

    sheet, sample = taken(file, without, decisions.sample, decisions.seed, limits, classes_of)
    cells = all_cells(sheet, decisions)
    kinds = tuple(kind_of(column, decisions, limits) for column in cells)
    target, why = target_of(cells, kinds, decisions)
    task = None if target is None else task_of(cells[target], kinds[target], decisions)
    columns = columns_of(cells, kinds, target, decisions, limits)
    faults, bad = list(file.faults), set[int]()
    for number, (column, kind) in enumerate(zip(cells, kinds, strict=True)):
        if kind == "number" and columns[number].role != "left out":
            bad.update(column.not_numbers)
            for row in column.not_numbers:
                message = f"{column.texts[row][:40]!r} is not a number ({column.name})"
                faults.append(sheet.fault(sheet.rows[row], number, message))
    faults.sort(key=lambda fault: (fault.line, fault.column))
    bad_lines = tuple(sorted({*file.bad_lines, *(fault.line for fault in faults)}))
    return TablePlan(
        file=file,
        sheet=sheet,
        sample=sample,
        extra=extra,
        decimal=_decimal(cells, kinds, decisions),
        cells=cells,
        columns=columns,
        target=target,
        target_why=why,
        task=task,
        faults=tuple(faults),
        bad_lines=bad_lines,
        bad_rows=frozenset(bad),
    )


def _decimal(cells: Sequence[Cells], kinds: Sequence[str], decisions: Decisions) -> str:
    """The mark before decimals in most columns of numbers that have decimals."""
    if decisions.decimal != "auto":
        return decisions.decimal
    marks = [column.format for column, kind in zip(cells, kinds, strict=True) if kind == "number"]
    commas = sum(mark.decimal == "comma" for mark in marks)
    points = sum(
        column.format.decimal == "point" and any("." in text for text in column.texts[:100])
        for column, kind in zip(cells, kinds, strict=True)
        if kind == "number"
    )
    return "comma" if commas > points else "point"


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
        missing = np.array([cells.missing[row] for row in rows], dtype=bool)
        if column.kind == "number":
            values.append(cells.numbers[list(rows)])
        else:
            texts = np.array([cells.texts[row] for row in rows], dtype=object)
            values += [np.where(missing, np.nan, (texts == value).astype(np.float64)) for value in values_of(cells)]
        values += [missing.astype(np.float64)] * column.says_missing
    return tuple(names), np.column_stack(values) if values else np.empty((len(rows), 0))
