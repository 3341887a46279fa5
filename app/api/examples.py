"""Examples for the description: a real run of the smallest network, so that they can't be wrong."""

from typing import Any

import orjson

from app.api import problems, wire
from app.runs.build import plan
from app.runs.catalog import catalog
from app.runs.config import LayerConfig, RunConfig, TrainRequest
from app.runs.errors import FieldError, FieldsError, RunError, StepConflictError, UnknownRunError, UnknownStepError
from app.runs.exporting.formats import FORMATS
from app.runs.run import EvaluationLine, Run, StepLine, View

RUN_ID = "Zm9yZ2V0IGl0LCBKYWtl"

CONFIG: dict[str, Any] = {"dataset": "circles", "hidden": [{"units": 4, "activation": "tanh"}], "learning_rate": 0.1}
TABLE: dict[str, Any] = {
    "dataset": {"inputs": [[0, 0], [0, 1], [1, 0], [1, 1]], "targets": [0, 1, 1, 0], "task": "binary"},
    "test_fraction": 0,
}
FORK: dict[str, Any] = {"from": {"run": RUN_ID, "step": 1}, "learning_rate": 1.0}
TRAIN: dict[str, Any] = {"steps": 100, "every": 10, "detail": "summary", "surfaces": 20, "surface_format": "uint8"}


def _small() -> tuple[Run, list[Any]]:
    run = Run(plan(RunConfig(dataset="point", hidden=[LayerConfig(units=2, activation="sigmoid")], batch_size=1)))
    run.id = RUN_ID
    return run, list(run.train(TrainRequest(spotlight=0)))


def _made() -> dict[str, Any]:
    run, lines = _small()
    step = next(item for item in lines if isinstance(item, StepLine))
    last = next(item for item in lines if isinstance(item, EvaluationLine))
    sets = catalog()
    listed = {"datasets": sets["datasets"][:1], "fields": {"learning_rate": sets["fields"]["learning_rate"]}}
    return {
        "run": orjson.loads(wire.run(run, run.evaluation(View()))),
        "step": orjson.loads(wire.step(step)),
        "evaluation": orjson.loads(wire.dumps(wire.evaluation(last))),
        "lines": (wire.line(step) + wire.line(last)).decode(),
        "state": orjson.loads(wire.state(run, run.cursor.trainer.state())),
        "samples": orjson.loads(wire.samples(run)),
        "prediction": orjson.loads(wire.prediction(run.predict([[1.0]]))),
        "gradcheck": orjson.loads(wire.gradient_check(run.gradient_check()())),
        "export": orjson.loads(wire.export(run)),
        "source": FORMATS["numpy"].file(run, "").decode(),
        "catalog": {"version": sets["version"], "limits": sets["limits"], **listed},
    }


EXAMPLES = _made()


def problem(error: RunError) -> dict[str, Any]:
    """The problem that an error becomes."""
    found: dict[str, Any] = orjson.loads(problems.of(error).body)
    return found


PROBLEM_EXAMPLES: dict[int, dict[str, Any]] = {
    400: {
        "type": "urn:backprop-playground:not-json",
        "title": "The body is not JSON",
        "status": 400,
        "detail": "The body is not JSON: Expecting value",
    },
    404: problem(UnknownRunError("no-such-run")),
    409: problem(StepConflictError(3, 7)),
    413: {
        "type": "about:blank",
        "title": "Content Too Large",
        "status": 413,
        "detail": "A body may have 4000000 bytes at most.",
    },
    415: {
        "type": "about:blank",
        "title": "Unsupported Media Type",
        "status": 415,
        "detail": "Send JSON, with the header Content-Type: application/json.",
    },
    422: problem(FieldsError(FieldError("learning_rate", -1, "Input should be greater than or equal to 0"))),
    503: {
        "type": "urn:backprop-playground:full",
        "title": "No room for another run",
        "status": 503,
        "detail": "All 500 runs that can be kept are in training; try again when one has ended.",
    },
}
NO_STEP = problem(UnknownStepError(9, 1, 7))
