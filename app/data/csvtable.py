"""Uploaded tables: the inspection of a CSV file, and the Table that it becomes once everything is decided.

Nothing is guessed silently. `inspect` says of every column what it was taken for and why, and what is still to be
decided; `make` takes the decisions and refuses what was not decided. A cell is a number, a category or missing; it is
never executed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from .csvbuild import BuiltTable, build_table, sources_of
from .csvcolumns import Column
from .csvdecisions import MALFORMED_CHOICES, Decisions
from .csvplan import TablePlan, inputs_of, plan_table, usable_rows
from .csvsample import ExtraRow, Sample
from .csvscaling import Scaling
from .csvsource import CsvSource, never
from .csvtext import MOST_FAULTS, Sheet
from .datasets import Array, RawColumn, Task
from .errors import DataError
from .filling import FILLS, fills_of
from .textfile import Fault, MalformedError

FIRST_ROWS = 8


@dataclass(frozen=True)
class Undecided:
    """What stands in the way of making a table, and which decision would clear it."""

    path: str
    message: str
    allowed: object = None


@dataclass(frozen=True)
class Missing:
    """Rows with a missing input, what leaving them out leaves, and what would be filled in.

    `fills` are of all rows, by name of FILLS and of the column, with no entry where each category has its share. A run
    fills in what its training split alone says, which differs a little.
    """

    rows: int
    cells: int
    remain: int
    fills: dict[str, dict[str, float | str]]


@dataclass(frozen=True)
class Inspection:
    """Everything there is to see before a table is made.

    `built` is what it becomes where that is known, without the lines that do not fit; it is to be had once nothing is
    `undecided`.
    """

    size: int
    lines: int
    encoding: str
    sheet: Sheet
    sample: Sample
    extra: tuple[ExtraRow, ...]
    decimal: str
    columns: tuple[Column, ...]
    target: str | None
    target_why: str
    task: Task | None
    first_rows: tuple[tuple[float | str | None, ...], ...]
    faults: tuple[Fault, ...]
    fault_count: int
    bad_lines: tuple[int, ...]
    missing: Missing
    scaling: Scaling | None
    undecided: tuple[Undecided, ...]
    built: BuiltTable | None


def inspect(source: CsvSource, decisions: Decisions, tick: Callable[[], None] = never) -> Inspection:
    """What the file holds. DataError where it can't be read at all, or where a decision names what is not there.

    `tick` is called now and then, and may raise to stop.
    """
    with source.reading(tick):
        plan = plan_table(source.csv(decisions), decisions, source.limits)
        lines, encoding = source.text(decisions.encoding)
        undecided: list[Undecided] = []
        built = None
        if plan.bad_lines and decisions.malformed == "refuse":
            which = f"line {plan.bad_lines[0]}" if len(plan.bad_lines) == 1 else f"{len(plan.bad_lines)} lines"
            undecided.append(
                Undecided("malformed", f"{which} can't be read: leave out, or send a corrected file", ("leave_out",))
            )
        if plan.sample.of > plan.sample.rows and decisions.sample is None:
            message = f"{plan.sample.of} rows: take {plan.sample.most} at random"
            undecided.append(Undecided("sample", message, (plan.sample.most,)))
        try:
            sampled = replace(decisions, sample=decisions.sample or plan.sample.rows)
            built = build_table(plan, sampled, source.limits)
        except DataError as error:
            undecided.append(Undecided(str(error.path[0]), str(error), error.allowed))
        return Inspection(
            size=source.size,
            lines=len(lines) - (lines[-1] == ""),
            encoding=encoding,
            sheet=plan.sheet,
            sample=plan.sample,
            extra=plan.extra,
            decimal=plan.decimal,
            columns=plan.columns,
            target=None if plan.target is None else plan.columns[plan.target].name,
            target_why=plan.target_why,
            task=plan.task,
            first_rows=_first_rows(plan),
            faults=plan.faults[:MOST_FAULTS],
            fault_count=plan.count,
            bad_lines=plan.bad_lines,
            missing=_missing(plan),
            scaling=None if built is None else built.scaling,
            undecided=tuple(undecided),
            built=built,
        )


def make(source: CsvSource, decisions: Decisions, tick: Callable[[], None] = never) -> BuiltTable:
    """The table. MalformedError or DataError where the file does not fit, or something is not decided."""
    with source.reading(tick):
        plan = plan_table(source.csv(decisions), decisions, source.limits)
        if plan.bad_lines and decisions.malformed == "refuse":
            raise MalformedError(plan.faults, plan.count, allowed=tuple(MALFORMED_CHOICES))
        built = build_table(plan, decisions, source.limits)
        return replace(built, decisions=replace(built.decisions, encoding=source.text(decisions.encoding)[1]))


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
    _, inputs = inputs_of(plan, rows)
    sources = sources_of(plan)
    gaps = np.isnan(inputs).any(axis=1)
    own = [cells for cells, column in zip(plan.cells, plan.columns, strict=True) if column.role == "input"]
    cells = [sum(column.missing[row] for row in rows) for column in own]
    fills = {kind: _fills(sources, cells, fills_of(kind, sources, inputs)) for kind in FILLS}
    return Missing(int(gaps.sum()), sum(cells), len(rows) - int(gaps.sum()), fills)


def _fills(sources: Sequence[RawColumn], gaps: Sequence[int], fills: Array) -> dict[str, float | str]:
    """Of the columns that have gaps, as the file has them."""
    found: dict[str, float | str] = {}
    at = 0
    for source, count in zip(sources, gaps, strict=True):
        values = fills[at : at + source.width].tolist()
        at += len(source.becomes)
        if not count or not np.isfinite(values).all():
            continue
        if not source.values:
            found[source.name] = values[0]
        elif set(values) <= {0.0, 1.0}:
            found[source.name] = next(value for value in source.values if source.indicators(value) == values)
    return found
