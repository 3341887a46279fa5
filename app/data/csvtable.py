"""Uploaded tables: the inspection of a CSV file, and the Table that it becomes once everything is decided.

Nothing is guessed silently. `inspect` says of every column what it was taken for and why, and what is still to be
decided; `make` takes the decisions and refuses what was not decided. A cell is a number, a category or missing; it is
never executed.
"""

from dataclasses import dataclass

import numpy as np

from app.data.csvbuild import BuiltTable, build_table
from app.data.csvcolumns import MALFORMED_CHOICES, Column, Decisions, mean
from app.data.csvplan import TablePlan, inputs_of, plan_table, usable_rows
from app.data.csvscaling import Scaling
from app.data.csvtext import Limits, Sheet
from app.data.datasets import Task
from app.data.errors import DataError
from app.data.textfile import Fault, MalformedError

FIRST_ROWS = 8


@dataclass(frozen=True)
class Undecided:
    """What stands in the way of making a table, and which decision would clear it."""

    path: str
    message: str
    allowed: object = None


@dataclass(frozen=True)
class Missing:
    """Rows with a missing input, what dropping them leaves, and the means that would be filled in."""

    rows: int
    cells: int
    remain: int
    means: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Inspection:
    """Everything there is to see before a table is made.

    `made` is what it becomes where that is known, without the lines that do not fit; it is to be had once nothing is
    `undecided`.
    """

    size: int
    sheet: Sheet
    decimal: str
    columns: tuple[Column, ...]
    target: str | None
    target_why: str
    task: Task | None
    first_rows: tuple[tuple[float | str | None, ...], ...]
    faults: tuple[Fault, ...]
    missing: Missing
    scaling: Scaling | None
    undecided: tuple[Undecided, ...]
    built: BuiltTable | None


def inspect(data: bytes, decisions: Decisions, limits: Limits) -> Inspection:
    """What the file holds. DataError where it can't be read at all, or where a decision names what is not there."""
    plan = plan_table(data, decisions, limits)
    undecided: list[Undecided] = []
    built = None
    if plan.faults and decisions.malformed == "refuse":
        lines = sorted({fault.line for fault in plan.faults})
        which = f"line {lines[0]}" if len(lines) == 1 else f"{len(lines)} lines"
        undecided.append(
            Undecided("malformed", f"{which} can't be read: leave out, or send a corrected file", ("leave_out",))
        )
    try:
        built = build_table(plan, decisions, limits)
    except DataError as error:
        undecided.append(Undecided(str(error.path[0]), str(error), error.allowed))
    return Inspection(
        size=len(data),
        sheet=plan.sheet,
        decimal=plan.decimal,
        columns=plan.columns,
        target=None if plan.target is None else plan.columns[plan.target].name,
        target_why=plan.target_why,
        task=plan.task,
        first_rows=_first_rows(plan),
        faults=plan.faults,
        missing=_missing(plan),
        scaling=None if built is None else built.scaling,
        undecided=tuple(undecided),
        built=built,
    )


def make(data: bytes, decisions: Decisions, limits: Limits) -> BuiltTable:
    """The table. MalformedError or DataError where the file does not fit, or something is not decided."""
    plan = plan_table(data, decisions, limits)
    if plan.faults and decisions.malformed == "refuse":
        raise MalformedError(plan.faults, allowed=tuple(MALFORMED_CHOICES))
    return build_table(plan, decisions, limits)


def _first_rows(plan: TablePlan) -> tuple[tuple[float | str | None, ...], ...]:
    """As they will be read: numbers, texts, None where missing."""

    def cell(number: int, row: int) -> float | str | None:
        cells = plan.cells[number]
        if cells.missing[row]:
            return None
        value = float(cells.numbers[row])
        return value if plan.columns[number].kind == "number" and np.isfinite(value) else cells.texts[row]

    count = min(FIRST_ROWS, len(plan.sheet.rows))
    return tuple(tuple(cell(number, row) for number in range(len(plan.cells))) for row in range(count))


def _missing(plan: TablePlan) -> Missing:
    rows = usable_rows(plan)
    names, inputs = inputs_of(plan, rows)
    gaps = np.isnan(inputs)
    own = [column for column in plan.columns if column.role == "input"]
    cells = sum(plan.cells[plan.columns.index(column)].missing[row] for column in own for row in rows)
    means = [
        (name, mean(column[~gap]))
        for name, column, gap in zip(names, inputs.T, gaps.T, strict=True)
        if gap.any() and not gap.all()
    ]
    count = int(gaps.any(axis=1).sum())
    return Missing(count, cells, len(rows) - count, tuple(means))
