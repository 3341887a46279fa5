"""The inspection of an uploaded file, and the table that it becomes, as JSON-ready values."""

from dataclasses import asdict
from typing import Any

import numpy as np

from app.data.csvbuild import BuiltTable
from app.data.csvtable import Inspection
from app.data.datasets import Table
from app.data.features import available
from app.data.textfile import SHOWN_FAULTS
from app.runs.build import LOSS_OF_TASK
from app.runs.tables import UploadedTable, place

PREVIEW_POINTS = 60


def inspection(found: Inspection) -> dict[str, Any]:
    """The file as it was recognised, and what is still to be decided."""
    sheet, faults = found.sheet, found.faults
    shown = sheet.rows[: len(found.first_rows)]
    return {
        "bytes": found.size,
        "lines": len(sheet.lines) - (sheet.lines[-1] == ""),
        "rows": len(sheet.rows),
        "separator": sheet.separator,
        "decimal": found.decimal,
        "header": "yes" if sheet.header else "no",
        "notes": sheet.notes,
        "columns": [asdict(column) for column in found.columns],
        "target": found.target,
        "target_why": found.target_why,
        "task": found.task,
        "first_rows": {"lines": [row.line for row in shown], "cells": found.first_rows},
        "malformed": {
            "count": len(faults),
            "lines": sorted({fault.line for fault in faults})[:1000],
            "faults": [{"message": fault.message} | place(fault) for fault in faults[:SHOWN_FAULTS]],
        },
        "missing": asdict(found.missing) | {"means": dict(found.missing.means)},
        "scaling": None if found.scaling is None else asdict(found.scaling),
        "becomes": None if found.built is None else _becomes(found.built),
        "undecided": [asdict(item) for item in found.undecided],
        "ready": not found.undecided,
    }


def _becomes(built: BuiltTable) -> dict[str, Any]:
    table = built.table
    return {
        "columns": table.columns,
        "target": built.target,
        "task": table.task,
        "loss": LOSS_OF_TASK[table.task],
        "classes": table.classes,
        "counts": [count.count for count in built.counts],
        "rows": len(table.inputs),
        "left_out": table.left_out,
        "why": table.why,
    }


def dataset(upload: UploadedTable) -> dict[str, Any]:
    """The table as the catalog describes a data set, and what was decided about it."""
    table, built = upload.built.table, upload.built
    rows, columns = table.inputs.shape
    return {
        "name": upload.name,
        "title": upload.title,
        "task": table.task,
        "description": f"{upload.title}: {rows} rows, {columns} column{'s' * (columns > 1)},"
        f" to predict {built.target}.",
        "columns": table.columns,
        "units": table.units,
        "classes": table.classes,
        "counts": [count.count for count in built.counts],
        "target": built.target,
        "made_up": False,
        "source": "",
        "rows": rows,
        "noisy": False,
        "left_out": table.left_out,
        "why": table.why,
        "missing": int(np.isnan(table.inputs).any(axis=1).sum()),
        "features": available(table.columns),
        "default_features": table.columns,
        "preview": _preview(table),
        "scaling": asdict(built.scaling),
        "decisions": asdict(built.decisions),
    }


def _preview(table: Table) -> dict[str, Any] | None:
    """Some points to draw, to three digits, from all over the file; None with other than two columns."""
    if len(table.columns) != 2:
        return None
    chosen = np.unique(np.linspace(0, len(table.inputs) - 1, PREVIEW_POINTS).astype(np.int64))
    inputs = [[float(f"{value:.3g}") for value in row] for row in table.inputs[chosen]]
    return {"inputs": inputs, "targets": [float(f"{value:.3g}") for value in table.targets[chosen, 0]]}
