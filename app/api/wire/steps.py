"""The lines of a training stream, Steps and Evaluations, as JSON straight from NumPy's arrays."""

from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any

from ...runs.run import Beeswarms, Evaluation, EvaluationLine, LayerBytes, Line, Record, StepLine, Summary
from .encoding import dumps, integer, layer_bytes, not_finite

Summaries = Mapping[str, Summary]
RecordFields = Callable[[Record, Summaries], dict[str, Any]]


def line(item: Line) -> bytes:
    """One line of a stream, its end included."""
    written = step(item) if isinstance(item, StepLine) else dumps(evaluation(item))
    return written + b"\n"


# A step


def step(line: StepLine) -> bytes:
    """A Step, with the counts of what is not finite, in each record and of the step's own losses.

    `finite` stays as the step has it: the parameters after it may be finite where the loss after it overflows.
    """
    record_fields: RecordFields = _full if line.detail == "full" else _summary
    if not line.step.finite_values:
        record_fields = _with_finiteness(record_fields)
    found = _step(line, record_fields)
    losses = [found[name] for name in ("loss", "loss_after", "loss_predicted", "penalty") if name in found]
    return dumps(found if all(map(isfinite, losses)) else not_finite(losses) | found)


def _step(line: StepLine, record_fields: RecordFields) -> dict[str, Any]:
    step = line.step
    found: dict[str, Any] = {
        "type": "step",
        "step": step.step,
        "epoch": line.epoch,
        "finite": step.finite,
        "learning_rate": step.learning_rate,
        "dropout": step.dropout,
        "penalty": step.penalty,
        "loss": step.loss,
    }
    if line.detail == "full":
        found |= {"loss_after": step.loss_after, "loss_predicted": step.loss_predicted}
    tape, batch = step.tape, step.batch
    found |= {
        "paths": integer(step.paths),
        "path_multiplications": integer(step.path_multiplications),
        "batch": {"indices": batch.indices, "inputs": tape[0].value, "targets": batch.targets},
        "parameters": step.parameters,
    }
    if line.spotlight is not None:
        found["spotlight"] = line.spotlight
    summaries = {} if line.detail == "full" else step.summaries()
    found["tape"] = [record_fields(record, summaries) for record in tape]
    return found


def _head(record: Record) -> dict[str, Any]:
    return {
        "name": record.name,
        "kind": record.kind,
        "phase": record.phase,
        "layer": record.layer,
        "reads": record.reads,
        "multiplications": record.multiplications,
    }


def _full(record: Record, _: Summaries) -> dict[str, Any]:
    found = _head(record)
    found["value"] = record.value
    if record.norm is not None:
        found["norm"] = record.norm
    elif record.mask is not None:
        found["mask"] = record.mask
    elif record.outputs is not None:
        found["outputs"] = record.outputs
    elif record.clip_scale is not None:
        found["clip_scale"] = record.clip_scale
    return found


def _summary(record: Record, summaries: Summaries) -> dict[str, Any]:
    found, summary = _head(record), summaries[record.name]
    found["mean"] = summary.mean
    found["std"] = summary.std
    found["norm"] = summary.norm
    found["histogram"] = summary.histogram
    found["dead"] = summary.dead
    if record.clip_scale is not None:
        found["clip_scale"] = record.clip_scale
    return found


def _with_finiteness(record_fields: RecordFields) -> RecordFields:
    """The same fields, and, of a record that is not finite, how many numbers of which kind."""

    def fields(record: Record, summaries: Summaries) -> dict[str, Any]:
        counts = record.not_finite
        found = record_fields(record, summaries)
        return found if counts is None else found | {"finite": False, "not_finite": counts}

    return fields


# An evaluation


def evaluation(line: EvaluationLine) -> dict[str, Any]:
    """An Evaluation."""
    evaluation = line.evaluation
    found: dict[str, Any] = {
        "type": "evaluation",
        "step": evaluation.step,
        "train_loss": evaluation.train_loss,
        "test_loss": evaluation.test_loss,
        "train_accuracy": evaluation.train_accuracy,
        "test_accuracy": evaluation.test_accuracy,
        "confusion": evaluation.confusion,
        "metrics": evaluation.metrics,
        "health": evaluation.health,
        "histograms": {"layers": evaluation.histograms},
        "stopped": evaluation.stopped,
        "notes": line.notes,
    }
    if line.view.size:
        found["surfaces"] = None if line.surfaces is None else _surfaces(line)
    if line.view.beeswarms:
        found["beeswarms"] = None if line.beeswarms is None else _beeswarms(line.beeswarms, evaluation)
    numbers = _numbers(evaluation)
    return found if all(map(isfinite, numbers)) else found | not_finite(numbers)


def _numbers(evaluation: Evaluation) -> list[float]:
    """Losses, norms and metrics: what of an evaluation may be infinite or NaN, but not what is not there."""
    numbers = [evaluation.train_loss, evaluation.test_loss, *(layer.norm for layer in evaluation.health.layers)]
    for metrics in (evaluation.metrics.train, evaluation.metrics.test):
        numbers += [] if metrics is None else vars(metrics).values()
    return [number for number in numbers if isinstance(number, float)]


def _surfaces(line: EvaluationLine) -> dict[str, Any]:
    assert line.surfaces is not None
    layers = [layer_bytes(layer) if isinstance(layer, LayerBytes) else layer for layer in line.surfaces]
    found = {"extent": line.extent, "size": line.view.size, "layers": layers}
    return found if line.view.format == "uint8" else found | not_finite(layers)


def _beeswarms(beeswarms: Beeswarms, evaluation: Evaluation) -> dict[str, Any]:
    return {
        "rows": beeswarms.rows,
        "layers": [layer_bytes(layer) for layer in beeswarms.layers],
        "wrong": evaluation.wrong,
    }
