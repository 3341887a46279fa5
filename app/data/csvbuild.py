"""The step from a planned CSV file to its Table: rows, inputs, targets and classes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.data.csvcolumns import Cells, Count, Decisions, Kind, mean, sorted_classes
from app.data.csvplan import TablePlan, inputs_of, usable_rows
from app.data.csvscaling import Scaling, scaling_of
from app.data.csvtext import Limits
from app.data.datasets import TASKS, Array, Table
from app.data.errors import DataError


@dataclass(frozen=True)
class BuiltTable:
    """The table, and what a reader wants to know of how it came about."""

    table: Table
    target: str
    counts: tuple[Count, ...]  # rows by class
    scaling: Scaling
    decisions: Decisions


def build_table(plan: TablePlan, decisions: Decisions, limits: Limits) -> BuiltTable:
    """DataError where something is not decided, or can't be as it was decided."""
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
    return BuiltTable(table, target, counts, scaling_of(names, inputs), _filled_in(plan, decisions, target))


def _filled(inputs: Array) -> Array:
    found = inputs.copy()
    for column in found.T:
        gaps = np.isnan(column)
        if gaps.any() and not gaps.all():
            column[gaps] = mean(column[~gaps])
    return found


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
    bad = len({fault.line for fault in plan.faults})
    without_target = 0
    if plan.target is not None:
        missing = plan.cells[plan.target].missing
        without_target = sum(gone for row, gone in enumerate(missing) if row not in plan.bad_rows)
    reasons = {"could not be read": bad, "without a target": without_target, "with a missing value": dropped}
    return sum(reasons.values()), ", ".join(f"{count} {reason}" for reason, count in reasons.items() if count)


def _filled_in(plan: TablePlan, decisions: Decisions, target: str) -> Decisions:
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
