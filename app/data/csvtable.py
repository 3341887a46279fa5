"""A table of the reader's own: what a CSV file seems to hold, and the Table that it becomes once that is decided.

Nothing is guessed silently. `inspect` tells, of every column, what it was taken for and why, and what is still to be
decided; `make` takes the decisions and refuses what was not decided. A cell is a number, a category or missing; it is
never executed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.data import csvtext
from app.data.csvcolumns import (
    MALFORMED_CHOICES,
    Cells,
    Column,
    Count,
    Decisions,
    Kind,
    categories,
    cells_of,
    check_names,
    columns_of,
    kind_of,
    likely_decimal,
    mean,
    sorted_classes,
    target_of,
    task_of,
)
from app.data.csvtext import Limits, Sheet
from app.data.datasets import TASKS, Array, Table, Task
from app.data.errors import DataError
from app.data.textfile import Fault, MalformedError, decode

FIRST_ROWS = 8
APART = 3.0  # ranges that differ by more call for a scaling
FAR = 10.0  # and so do values beyond this


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
class Scaling:
    """A proposal: `scaling`, because the ranges of two columns differ by a factor of `ratio`, or values are large."""

    scaling: str
    why: str
    ratio: float | None


@dataclass(frozen=True)
class Made:
    """The table, and what a reader wants to know of how it came about."""

    table: Table
    target: str
    counts: tuple[Count, ...]  # rows by class
    scaling: Scaling
    decisions: Decisions


@dataclass(frozen=True)
class Inspection:
    """Everything there is to see before a table is made.

    `made` is what it becomes where that can be told, without the lines that do not fit; it is to be had once nothing is
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
    made: Made | None


@dataclass(frozen=True)
class _Plan:
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


def inspect(data: bytes, decisions: Decisions, limits: Limits) -> Inspection:
    """What the file holds. DataError where it can't be read at all, or where a decision names what is not there."""
    plan = _plan(data, decisions, limits)
    undecided: list[Undecided] = []
    made = None
    if plan.faults and decisions.malformed == "refuse":
        lines = sorted({fault.line for fault in plan.faults})
        which = f"line {lines[0]}" if len(lines) == 1 else f"{len(lines)} lines"
        undecided.append(
            Undecided("malformed", f"{which} can't be read: leave out, or send a corrected file", ("leave_out",))
        )
    try:
        made = _made(plan, decisions, limits)
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
        scaling=None if made is None else made.scaling,
        undecided=tuple(undecided),
        made=made,
    )


def make(data: bytes, decisions: Decisions, limits: Limits) -> Made:
    """The table. MalformedError or DataError where the file does not fit, or something is not decided."""
    plan = _plan(data, decisions, limits)
    if plan.faults and decisions.malformed == "refuse":
        raise MalformedError(plan.faults, allowed=tuple(MALFORMED_CHOICES))
    return _made(plan, decisions, limits)


# What the columns are


def _plan(data: bytes, decisions: Decisions, limits: Limits) -> _Plan:
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
            bad.update(column.odd)
            for row in column.odd:
                message = f"{column.texts[row][:40]!r} is not a number ({column.name})"
                faults.append(sheet.fault(sheet.rows[row], number, message))
    faults.sort(key=lambda fault: (fault.line, fault.column))
    return _Plan(sheet, decimal, cells, columns, target, why, task, tuple(faults), frozenset(bad))


def _first_rows(plan: _Plan) -> tuple[tuple[float | str | None, ...], ...]:
    """As they will be read: numbers, texts, None where missing."""

    def cell(number: int, row: int) -> float | str | None:
        cells = plan.cells[number]
        if cells.missing[row]:
            return None
        value = float(cells.numbers[row])
        return value if plan.columns[number].kind == "number" and np.isfinite(value) else cells.texts[row]

    count = min(FIRST_ROWS, len(plan.sheet.rows))
    return tuple(tuple(cell(number, row) for number in range(len(plan.cells))) for row in range(count))


# What they become


def _kept(plan: _Plan) -> list[int]:
    """Rows without a fault, and with a target."""
    gone = plan.cells[plan.target].missing if plan.target is not None else ()
    return [row for row in range(len(plan.sheet.rows)) if row not in plan.bad_rows and not (gone and gone[row])]


def _inputs(plan: _Plan, rows: Sequence[int]) -> tuple[tuple[str, ...], Array]:
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


def _missing(plan: _Plan) -> Missing:
    rows = _kept(plan)
    names, inputs = _inputs(plan, rows)
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


def _made(plan: _Plan, decisions: Decisions, limits: Limits) -> Made:
    if not plan.sheet.rows:
        raise DataError("the file has no rows below its header", ("file",), 0, "at least 2 rows")
    if plan.target is None or plan.task is None:
        message = "no column can be a target: none holds two different numbers, or categories that come again"
        raise DataError(message, ("target",), None, "numbers or categories")
    rows = _kept(plan)
    names, inputs = _inputs(plan, rows)
    if not names:
        raise DataError("no column is an input: there is nothing to predict from", ("inputs",), None, "an input")
    whole = np.asarray(~np.isnan(inputs).any(axis=1))
    dropped = int((~whole).sum()) if decisions.missing == "drop" else 0
    if decisions.missing == "drop":
        rows, inputs = [row for row, ok in zip(rows, whole, strict=True) if ok], inputs[whole]
    elif decisions.missing == "mean":
        inputs = _filled(inputs)
    if len(rows) < 2:
        left = f"{len(rows)} row{'s' * (len(rows) != 1)}"
        raise DataError(f"{left} can be used; nothing can be learned from less than 2", ("file",), len(rows), ">= 2")
    targets, classes = _targets(plan, rows, limits)
    counts = tuple(Count(name, int((targets == number).sum())) for number, name in enumerate(classes))
    left_out, why = _left_out(plan, dropped)
    table = Table(names, inputs, targets, plan.task, classes, ("",) * len(names), left_out, why)
    target = plan.columns[plan.target].name
    return Made(table, target, counts, scaling_of(names, inputs), _filled_in(plan, decisions, target))


def _filled(inputs: Array) -> Array:
    found = inputs.copy()
    for column in found.T:
        gaps = np.isnan(column)
        if gaps.any() and not gaps.all():
            column[gaps] = mean(column[~gaps])
    return found


def _targets(plan: _Plan, rows: Sequence[int], limits: Limits) -> tuple[Array, tuple[str, ...]]:
    """Class numbers or numbers (rows, 1), and the classes."""
    assert plan.target is not None
    cells, column = plan.cells[plan.target], plan.columns[plan.target]
    if plan.task == "regression":
        if column.kind != "number":
            raise DataError(f"{column.name!r} holds no numbers to predict", ("task",), plan.task, TASKS[:2])
        return cells.numbers[list(rows)][:, None], ()
    labels = [_label(cells, column.kind, row) for row in rows]
    classes = sorted_classes(labels)
    most = 2 if plan.task == "binary" else limits.classes
    if not 2 <= len(classes) <= most:
        held = f"only {classes[0]!r}" if len(classes) == 1 else f"{len(classes)} different values"
        wanted = "2 classes" if plan.task == "binary" else f"2 to {most} classes"
        raise DataError(f"{column.name!r} holds {held}; {wanted} are wanted", ("target",), column.name, wanted)
    number = {name: float(index) for index, name in enumerate(classes)}
    return np.array([[number[label]] for label in labels]), classes


def _label(cells: Cells, kind: Kind, row: int) -> str:
    """A class by name; numbers as numbers, so that 1 and 1.0 are the same class."""
    if kind != "number":
        return cells.texts[row]
    value = float(cells.numbers[row])
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def _left_out(plan: _Plan, dropped: int) -> tuple[int, str]:
    """How many rows of the file are not in the table, and why."""
    bad = len({fault.line for fault in plan.faults})
    untold = 0
    if plan.target is not None:
        missing = plan.cells[plan.target].missing
        untold = sum(gone for row, gone in enumerate(missing) if row not in plan.bad_rows)
    reasons = {"could not be read": bad, "without a target": untold, "with a missing value": dropped}
    return sum(reasons.values()), ", ".join(f"{count} {reason}" for reason, count in reasons.items() if count)


def _filled_in(plan: _Plan, decisions: Decisions, target: str) -> Decisions:
    """The decisions with every proposal that was followed written down."""

    def named(which: Mapping[str, str]) -> tuple[str, ...]:
        return tuple(c.name for c in plan.columns if all(getattr(c, key) == value for key, value in which.items()))

    return replace(
        decisions,
        separator=plan.sheet.separator,
        decimal=plan.decimal,
        header="yes" if plan.sheet.header else "no",
        target=target,
        task=str(plan.task),
        numbers=named({"kind": "number"}),
        categories=named({"kind": "categories"}),
        inputs=named({"role": "input"}),
        left_out=named({"role": "left out"}),
    )


def scaling_of(names: Sequence[str], inputs: Array) -> Scaling:
    """standard where the ranges of the columns differ, or their values lie far from 0; else none."""
    spans: dict[str, float] = {}
    largest = 0.0
    for name, column in zip(names, inputs.T, strict=True):
        finite = column[np.isfinite(column)]
        if not len(finite):
            continue
        largest = max(largest, float(np.abs(finite).max()))
        with np.errstate(over="ignore"):
            span = float(np.ptp(finite))
        if 0 < span < np.inf:
            spans[name] = span
    if len(spans) > 1:
        wide, narrow = max(spans, key=lambda n: spans[n]), min(spans, key=lambda n: spans[n])
        with np.errstate(over="ignore"):
            ratio = float(np.float64(spans[wide]) / spans[narrow])
        if ratio > APART:
            return Scaling("standard", f"the ranges of {wide} and {narrow} differ by {ratio:.3g}×", ratio)
        if largest <= FAR:
            return Scaling("none", "the columns are alike in size", ratio)
    if largest > FAR:
        return Scaling("standard", f"values reach {largest:.3g}", None)
    return Scaling("none", "the values are small", None)
