"""The inspection of an uploaded file, and the table that it becomes, as JSON-ready values."""

from dataclasses import asdict
from typing import Any

import numpy as np

from ..data.csvbuild import BuiltTable
from ..data.csvtable import Inspection
from ..data.datasets import Table
from ..data.features import available
from ..data.textfile import SHOWN_FAULTS
from .build import LOSS_OF_TASK
from .proposal import proposal_of
from .tables import UploadedTable, place

PREVIEW_POINTS = 60
IMBALANCE = 0.8  # of the rows in one class


def inspection(found: Inspection) -> dict[str, Any]:
    """The file as it was recognised, and what is still to be decided."""
    sheet, faults = found.sheet, found.faults
    shown = sheet.rows[: len(found.first_rows)]
    return {
        "bytes": found.size,
        "lines": found.lines,
        "encoding": found.encoding,
        "rows": len(sheet.rows),
        "sample": asdict(found.sample),
        "extra_rows": [{"line": row.line, "why": row.why, "text": row.text} for row in found.extra],
        "separator": sheet.separator,
        "decimal": found.decimal,
        "header": "yes" if sheet.header.named else "no",
        "header_doubt": sheet.header.doubt,
        "notes": [*sheet.notes, *_imbalance(found)],
        "columns": [asdict(column) for column in found.columns],
        "target": found.target,
        "target_why": found.target_why,
        "task": found.task,
        "first_rows": {"lines": [row.line for row in shown], "cells": found.first_rows},
        "malformed": {
            "count": found.fault_count,
            "lines": found.bad_lines[:1000],
            "faults": [{"message": fault.message} | place(fault) for fault in faults[:SHOWN_FAULTS]],
        },
        "missing": asdict(found.missing),
        "scaling": None if found.scaling is None else asdict(found.scaling),
        "becomes": None if found.built is None else _becomes(found.built),
        "undecided": [asdict(item) for item in found.undecided],
        "ready": not found.undecided,
    }


def _imbalance(found: Inspection) -> list[str]:
    """What a network reaches that has learned nothing, where one class is most of the rows."""
    counts = () if found.built is None else found.built.counts
    total = sum(count.count for count in counts)
    most = max(counts, key=lambda count: count.count, default=None)
    if most is None or not total or most.count < IMBALANCE * total:
        return []
    share = f"{100 * most.count / total:.3g} %"
    return [f"{share} of the rows are {most.name!r}: always answering that would be right as often"]


def _decisions(built: BuiltTable) -> dict[str, Any]:
    """As a query takes them."""
    found = asdict(built.decisions)
    found["as"] = [f"{name}:{kind}" for name, kind in found.pop("kinds")]
    found["missing_values"] = [f"{name}:{value}" for name, value in found["missing_values"]]
    return found


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
        "proposal": _proposal(built),
    }


def _proposal(built: BuiltTable) -> dict[str, Any]:
    """What a run on it begins with where its config says nothing, as fields of a config."""
    hidden = [layer.model_dump(include={"units", "activation"}) for layer in proposal_of(built)["hidden"]]
    return proposal_of(built) | {"hidden": hidden}


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
        "missing": 0 if table.fill else int(np.isnan(table.inputs).any(axis=1).sum()),
        "filled": int(np.isnan(table.inputs).sum()) if table.fill else 0,
        "features": available(table.columns),
        "default_features": table.columns,
        "preview": _preview(table),
        "scaling": asdict(built.scaling),
        "proposal": _proposal(built),
        "sample": asdict(built.sample),
        "decisions": _decisions(built),
    }


def _preview(table: Table) -> dict[str, Any] | None:
    """Some points to draw, to three digits, from all over the file; None with other than two columns."""
    if len(table.columns) != 2:
        return None
    chosen = np.unique(np.linspace(0, len(table.inputs) - 1, PREVIEW_POINTS).astype(np.int64))
    inputs = [[float(f"{value:.3g}") for value in row] for row in table.inputs[chosen]]
    return {"inputs": inputs, "targets": [float(f"{value:.3g}") for value in table.targets[chosen, 0]]}
