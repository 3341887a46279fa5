"""Snapshots of runs on uploaded tables: the control run without a cure is trained on the same rows."""

import numpy as np

from app.runs.build import plan
from app.runs.config import RunConfig
from app.runs.filerequest import FileRequest
from app.runs.run import Run
from app.runs.slices import finish
from app.runs.snapshots import control_run, take_snapshot
from app.runs.tables import make

ROWS = b"length,width,kind\n5.1,3.5,small\n7.0,3.2,large\n4.9,3.0,small\n6.4,3.2,large\n"


def test_a_control_run_is_trained_on_the_same_table() -> None:
    table = make(ROWS, FileRequest(title="my.csv"))
    config = RunConfig.model_validate({"dataset": table.name, "scaling": "standard", "batch_size": 2})
    snapshot = finish(take_snapshot(Run(plan(config, table))))
    other = finish(control_run(snapshot, {"scaling": "none"}))
    assert other is not None
    assert other.plan.table is table
    assert not np.array_equal(other.training_batch.inputs, snapshot.training_batch.inputs)
