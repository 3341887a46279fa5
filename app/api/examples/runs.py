"""Examples of a run: bodies to send, and what the smallest network answers."""

from typing import Any

from orjson import loads

from ...runs.answers import answer
from ...runs.build import plan
from ...runs.catalog import catalog
from ...runs.config import LayerConfig, RunConfig
from ...runs.exporting import samples
from ...runs.exporting.formats import FORMATS
from ...runs.requests import TrainRequest
from ...runs.run import EvaluationLine, Run, StepLine
from .. import wire
from ..wire import dumps

RUN_ID = "Zm9yZ2V0IGl0LCBKYWtl"

CONFIG: dict[str, Any] = {"dataset": "circles", "hidden": [{"units": 4, "activation": "tanh"}], "learning_rate": 0.1}
TABLE: dict[str, Any] = {
    "dataset": {"inputs": [[0, 0], [0, 1], [1, 0], [1, 1]], "targets": [0, 1, 1, 0], "task": "binary"},
    "test_fraction": 0,
}
PRICES: dict[str, Any] = {
    "dataset": {"inputs": [[40], [55], [70]], "targets": [120000, 150000, 180000], "task": "regression"},
    "scaling": "standard",
    "target_scaling": "standard",
    "test_fraction": 0,
}
ROWS: dict[str, Any] = {
    "rows": [
        {"bill_length_mm": 46.1, "bill_depth_mm": 13.2, "flipper_length_mm": 211, "body_mass_g": 4500},
        {"bill_length_mm": 39.1, "bill_depth_mm": None, "flipper_length_mm": 181, "body_mass_g": 3750},
    ]
}
FORK: dict[str, Any] = {"step": 1, "learning_rate": 1.0}
TRAIN: dict[str, Any] = {"steps": 100, "every": 10, "detail": "summary", "surfaces": 20, "surface_format": "uint8"}


def _prediction() -> dict[str, Any]:
    """Of rows, by a run that has learned something."""
    run = Run(plan(RunConfig(dataset="penguins", scaling="standard", hidden=[])))
    list(run.train(TrainRequest(steps=60, every=60)))
    found: dict[str, Any] = loads(wire.runs.answers(answer(run, ROWS["rows"])))
    return found


def _answers() -> dict[str, Any]:
    run = Run(plan(RunConfig(dataset="point", hidden=[LayerConfig(units=2, activation="sigmoid")], batch_size=1)))
    run.id = RUN_ID
    lines = list(run.train(TrainRequest(spotlight=0)))
    step = next(item for item in lines if isinstance(item, StepLine))
    last = next(item for item in lines if isinstance(item, EvaluationLine))
    whole = catalog()
    return {
        "run": loads(wire.runs.run(run, run.evaluation())),
        "step": loads(wire.steps.step(step)),
        "evaluation": loads(dumps(wire.steps.evaluation(last))),
        "lines": (wire.steps.line(step) + wire.steps.line(last)).decode(),
        "state": loads(wire.runs.state(run, run.cursor.trainer.state())),
        "samples": loads(wire.runs.samples(run)),
        "samples_csv": samples.write(run.plan.samples).decode(),
        "prediction": _prediction(),
        "gradcheck": loads(wire.runs.gradient_check(run.gradient_check()())),
        "export": loads(wire.runs.export(run, "numpy 2.3.5, x86_64, 5c1f0c2d9e7a4b38")),
        "source": FORMATS["numpy"].file(run, str).decode(),
        "catalog": {
            "version": whole["version"],
            "limits": whole["limits"],
            "datasets": whole["datasets"][:1],
            "fields": {"learning_rate": whole["fields"]["learning_rate"]},
        },
    }


EXAMPLES = _answers()
