"""Lines of training streams for the tests: of a plain run, and of one with everything that a config can ask for."""

from typing import Any

from app.runs.config import LayerConfig, RunConfig
from app.runs.requests import TrainRequest
from app.runs.run import EvaluationLine, Line, Run, StepLine

RICH = RunConfig(
    dataset="spirals3",
    hidden=[
        LayerConfig(units=5, activation="relu", batch_norm=True),
        LayerConfig(units=4, activation="tanh", dropout=0.3),
    ],
    dropout=0.2,
    dropout_mask="per_sample",
    optimizer="adam",
    learning_rate=0.01,
    batch_size=24,
    l2=0.001,
    clip_norm=1.0,
)


def train(run: Run, **fields: Any) -> list[Line]:
    request = TrainRequest(**fields)
    run.begin(request)
    try:
        return [line for line in run.train(request) if line is not None]
    finally:
        run.end()


def steps(lines: list[Line]) -> list[StepLine]:
    return [line for line in lines if isinstance(line, StepLine)]


def evaluations(lines: list[Line]) -> list[EvaluationLine]:
    return [line for line in lines if isinstance(line, EvaluationLine)]


def state(run: Run) -> tuple[Any, ...]:
    found = run.cursor.trainer.state()
    moments = {name: moment.tobytes() for name, moment in found.moments.items()}
    return found.step, found.parameters.tobytes(), found.running.tobytes(), moments, found.updates, run.cursor.used
