"""The step from a planned CSV file to its Table: rows, inputs, targets and classes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from .csvcells import Cells, Count, Kind, categories, sorted_classes
from .csvcolumns import Column
from .csvdecisions import Decisions
from .csvlimits import Limits
from .csvplan import TablePlan, inputs_of, usable_rows
from .csvsample import Sample
from .csvscaling import Scaling, scaling_of
from .datasets import TASKS, Array, RawColumn, Table
from .errors import DataError
from .filling import FILLS
from .numberformat import NumberFormat, is_missing


@dataclass(frozen=True)
class BuiltTable:
    """The table, and what a reader wants to know of how it came about."""

    table: Table
    target: str
    counts: tuple[Count, ...]  # rows by class
    scaling: Scaling
    sample: Sample
    decisions: Decisions


def build_table(plan: TablePlan, decisions: Decisions, limits: Limits) -> BuiltTable:
    """DataError where something is not decided, or can't be as it was decided."""
    if decisions.sample is None and plan.sample.of > plan.sample.rows:
        message = f"{plan.sample.of} rows; a run may hold {plan.sample.most} of this width: take so many at random"
        raise DataError(message, ("sample",), None, [plan.sample.most])
    if not plan.sheet.rows:
        raise DataError("the file has no rows below its header", ("file",), 0, "at least 2 rows")
    if plan.target is None or plan.task is None:
        message = "no column can be a target: none holds two different numbers, or categories that come again"
        raise DataError(message, ("target",), None, "numbers or categories")
    rows = usable_rows(plan)
    names, inputs = inputs_of(plan, rows)
    if not names:
        raise DataError("no column is an input: there is nothing to predict from", ("inputs",), None, "an input")
    whole = np.asarray(~np.isnan(inputs).any(axis=1))
    dropped = int((~whole).sum()) if decisions.missing == "leave_out" else 0
    if decisions.missing == "leave_out":
        rows, inputs = [row for row, ok in zip(rows, whole, strict=True) if ok], inputs[whole]
    if len(rows) < 2:
        left = f"{len(rows)} row{'s' * (len(rows) != 1)}"
        raise DataError(f"{left} can be used; nothing can be learned from less than 2", ("file",), len(rows), ">= 2")
    targets, classes = _targets(plan, rows, limits)
    counts = tuple(Count(name, int((targets == number).sum())) for number, name in enumerate(classes))
    left_out, why = _left_out(plan, dropped)
    target = plan.columns[plan.target].name
    table = Table(
        names,
        inputs,
        targets,
        plan.task,
        classes,
        _units(plan),
        left_out,
        why,
        sources=sources_of(plan),
        fill=decisions.missing if decisions.missing in FILLS else "",
        target=target,
        target_unit=_unit(plan.cells[plan.target], plan.columns[plan.target]) if plan.task == "regression" else "",
        ignored=tuple(column.name for column in plan.columns if column.role != "input"),
    )
    return BuiltTable(
        table, target, counts, scaling_of(names, inputs), plan.sample, _filled_in(plan, decisions, target)
    )


def with_missing(built: BuiltTable, missing: str) -> BuiltTable:
    """The same table, with another of MISSING_CHOICES about the values that it lacks.

    Rows that were left out are not in it any more, and don't come back.
    """
    table = replace(built.table, fill=missing if missing in FILLS else "")
    if missing == "leave_out":
        whole = ~np.isnan(table.inputs).any(axis=1)
        if whole.sum() < 2:
            raise DataError("less than 2 rows have every value", ("missing",), missing, tuple(FILLS))
        gone = int((~whole).sum())
        why = ", ".join(filter(None, [table.why, f"{gone} with a missing value" if gone else ""]))
        table = replace(
            table,
            inputs=table.inputs[whole],
            targets=table.targets[whole],
            left_out=table.left_out + gone,
            why=why,
        )
    counts = tuple(Count(name, int((table.targets == number).sum())) for number, name in enumerate(table.classes))
    return replace(built, table=table, counts=counts, decisions=replace(built.decisions, missing=missing))


def sources_of(plan: TablePlan) -> tuple[RawColumn, ...]:
    """The input columns as the file has them, in the order of inputs_of."""
    found = []
    for cells, column in zip(plan.cells, plan.columns, strict=True):
        if column.role == "input":
            number = column.kind == "number"
            values = () if number else categories(cells)
            width = len(column.becomes) - column.says_missing
            found.append(
                RawColumn(
                    column.name,
                    column.becomes,
                    values,
                    values[-width:],
                    _unit(cells, column),
                    replace(cells.format, doubt="") if number else NumberFormat(),
                    tuple(count.name for count in cells.spellings if not is_missing(count.name)),
                    column.says_missing,
                )
            )
    return tuple(found)


def _unit(cells: Cells, column: Column) -> str:
    """What stands with each number of a column."""
    return cells.format.unit if column.kind == "number" else ""


def _units(plan: TablePlan) -> tuple[str, ...]:
    """Of the columns of inputs_of."""
    return tuple(
        _unit(cells, column) if name == column.name else ""
        for cells, column in zip(plan.cells, plan.columns, strict=True)
        if column.role == "input"
        for name in column.becomes
    )


def _targets(plan: TablePlan, rows: Sequence[int], limits: Limits) -> tuple[Array, tuple[str, ...]]:
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


def _left_out(plan: TablePlan, dropped: int) -> tuple[int, str]:
    """How many rows of the file are not in the table, and why."""
    bad = len(plan.bad_lines)
    without_target = 0
    if plan.target is not None:
        missing = plan.cells[plan.target].missing
        without_target = sum(gone for row, gone in enumerate(missing) if row not in plan.bad_rows)
    extra = len(plan.file) - plan.sample.of
    reasons = {
        "not in the sample": plan.sample.of - plan.sample.rows,
        "could not be read": bad,
        "a total or a second header": extra,
        "without a target": without_target,
        "with a missing value": dropped,
    }
    return sum(reasons.values()), ", ".join(f"{count} {reason}" for reason, count in reasons.items() if count)


def _filled_in(plan: TablePlan, decisions: Decisions, target: str) -> Decisions:
    """The decisions with every proposal that was followed written down."""

    def named(which: Mapping[str, str]) -> tuple[str, ...]:
        return tuple(c.name for c in plan.columns if all(getattr(c, key) == value for key, value in which.items()))

    return replace(
        decisions,
        separator=plan.sheet.separator,
        header="yes" if plan.sheet.header.named else "no",
        target=target,
        task=str(plan.task),
        kinds=tuple((c.name, c.kinds[0]) for c in plan.columns if c.kind in ("number", "categories")),
        inputs=named({"role": "input"}),
        left_out=named({"role": "left out"}),
    )
