"""Examples of a run: bodies to send, and what the smallest network answers."""

from typing import Any

from orjson import loads

from app.api import wire
from app.api.wire import dumps
from app.runs.build import plan
from app.runs.catalog import catalog
from app.runs.config import LayerConfig, RunConfig, TrainRequest
from app.runs.exporting.formats import FORMATS
from app.runs.run import EvaluationLine, Run, StepLine

RUN_ID = "Zm9yZ2V0IGl0LCBKYWtl"

CONFIG: dict[str, Any] = {"dataset": "circles", "hidden": [{"units": 4, "activation": "tanh"}], "learning_rate": 0.1}
TABLE: dict[str, Any] = {
    "dataset": {"inputs": [[0, 0], [0, 1], [1, 0], [1, 1]], "targets": [0, 1, 1, 0], "task": "binary"},
    "test_fraction": 0,
}
FORK: dict[str, Any] = {"from": {"run": RUN_ID, "step": 1}, "learning_rate": 1.0}
TRAIN: dict[str, Any] = {"steps": 100, "every": 10, "detail": "summary", "surfaces": 20, "surface_format": "uint8"}


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
        "prediction": loads(wire.runs.prediction(run.predict([[1.0]]))),
        "gradcheck": loads(wire.runs.gradient_check(run.gradient_check()())),
        "export": loads(wire.runs.export(run)),
        "source": FORMATS["numpy"].file(run, "").decode(),
        "catalog": {
            "version": whole["version"],
            "limits": whole["limits"],
            "datasets": whole["datasets"][:1],
            "fields": {"learning_rate": whole["fields"]["learning_rate"]},
        },
    }


EXAMPLES = _answers()
