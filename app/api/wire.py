"""All JSON that goes out. Lines of a stream are written here and nowhere else, straight from NumPy's arrays."""

from base64 import b64encode
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import orjson

from app.runs.conditioning import condition_numbers
from app.runs.config import RunConfig, TableConfig
from app.runs.graph import graph
from app.runs.run import Evaluation, EvaluationLine, LayerBytes, Line, Record, Run, State, StepLine, Swarms
from app.runs.tables import in_place

EXACT = 2**53  # larger integers do not survive JavaScript's numbers
NULL = b"null"


def dumps(value: Any) -> bytes:
    """JSON; a number that is not finite becomes null."""
    return orjson.dumps(value, _plain, orjson.OPT_SERIALIZE_NUMPY)


def _plain(value: Any) -> Any:
    """What orjson does not take by itself: an array that is not contiguous."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} does not go into JSON")


def integer(value: int) -> int | str:
    """Exact on every reader: above 2^53 as a string."""
    return value if value <= EXACT else str(value)


def line(item: Line) -> bytes:
    """One line of a stream, its end included."""
    written = step(item) if isinstance(item, StepLine) else dumps(evaluation(item))
    return written + b"\n"


# A step


def step(told: StepLine) -> bytes:
    """A Step. Numbers that are not finite are seen by the nulls they make: looking at each array takes longer."""
    if told.detail == "full":
        written = dumps(_step(told, _full))
        layer = written.find(NULL)  # the update has none; two searches are quicker than one count
        return written if written.find(NULL, layer + 1) == -1 else dumps(_step(told, _full_checked))
    written = dumps(_step(told, _summary))
    nulls = 1 + written.count(b'"dead":null')
    return written if written.count(NULL) == nulls else dumps(_step(told, _summary_checked))


def _step(told: StepLine, record: Any) -> dict[str, Any]:
    step = told.step
    found: dict[str, Any] = {
        "type": "step",
        "step": step.step,
        "epoch": told.epoch,
        "finite": step.finite,
        "learning_rate": step.learning_rate,
        "dropout": step.dropout,
        "penalty": step.penalty,
        "loss": step.loss,
    }
    if told.detail == "full":
        found |= {"loss_after": step.loss_after, "loss_predicted": step.loss_predicted}
    tape, batch = step.tape, step.batch
    found |= {
        "paths": integer(step.paths),
        "path_multiplications": integer(step.path_multiplications),
        "batch": {"indices": batch.indices, "inputs": tape[0].value, "targets": batch.targets},
        "parameters": step.parameters,
    }
    if told.spotlight is not None:
        found["spotlight"] = told.spotlight
    summaries = {} if told.detail == "full" else step.summaries()
    found["tape"] = [record(item, summaries) for item in tape]
    return found


def _full(record: Record, _: Any) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": record.name,
        "kind": record.kind,
        "phase": record.phase,
        "layer": record.layer,
        "reads": record.reads,
        "multiplications": record.multiplications,
        "value": record.value,
    }
    if record.norm is not None:
        found["norm"] = record.norm
    elif record.mask is not None:
        found["mask"] = record.mask
    elif record.outputs is not None:
        found["outputs"] = record.outputs
    elif record.clip_scale is not None:
        found["clip_scale"] = record.clip_scale
    return found


def _summary(record: Record, summaries: Any) -> dict[str, Any]:
    summary = summaries[record.name]
    found: dict[str, Any] = {
        "name": record.name,
        "kind": record.kind,
        "phase": record.phase,
        "layer": record.layer,
        "reads": record.reads,
        "multiplications": record.multiplications,
        "mean": summary.mean,
        "std": summary.std,
        "norm": summary.norm,
        "histogram": summary.histogram,
        "dead": summary.dead,
    }
    if record.clip_scale is not None:
        found["clip_scale"] = record.clip_scale
    return found


def _full_checked(record: Record, summaries: Any) -> dict[str, Any]:
    return _full(record, summaries) | _finiteness(record)


def _summary_checked(record: Record, summaries: Any) -> dict[str, Any]:
    return _summary(record, summaries) | _finiteness(record)


def _finiteness(record: Record) -> dict[str, Any]:
    counts = record.not_finite
    return {} if counts is None else {"finite": False, "not_finite": counts}


# An evaluation


def evaluation(told: EvaluationLine) -> dict[str, Any]:
    """An Evaluation."""
    judged = told.evaluation
    found: dict[str, Any] = {
        "type": "evaluation",
        "step": judged.step,
        "train_loss": judged.train_loss,
        "test_loss": judged.test_loss,
        "train_accuracy": judged.train_accuracy,
        "test_accuracy": judged.test_accuracy,
        "confusion": judged.confusion,
        "health": judged.health,
        "histograms": {"layers": judged.histograms},
        "stopped": judged.stopped,
    }
    if told.view.size:
        found["surfaces"] = None if told.surfaces is None else _surfaces(told)
    if told.view.swarms:
        found["swarms"] = None if told.swarms is None else _swarms(told.swarms, judged)
    losses = [loss for loss in (judged.train_loss, judged.test_loss) if loss is not None]
    return found | not_finite(losses)


def _surfaces(told: EvaluationLine) -> dict[str, Any]:
    assert told.surfaces is not None
    found: dict[str, Any] = {"extent": told.extent, "size": told.view.size, "layers": []}
    for layer in told.surfaces:
        if isinstance(layer, LayerBytes):
            found["layers"].append(layer_bytes(layer))
        else:
            found["layers"].append(layer)
    if told.view.format == "numbers":
        found |= not_finite([layer for layer in told.surfaces if not isinstance(layer, LayerBytes)])
    return found


def _swarms(swarms: Swarms, judged: Evaluation) -> dict[str, Any]:
    return {"rows": swarms.rows, "layers": [layer_bytes(layer) for layer in swarms.layers], "wrong": judged.wrong}


def layer_bytes(layer: LayerBytes) -> dict[str, Any]:
    return {"lo": layer.lo, "hi": layer.hi, "units": [b64encode(unit.tobytes()).decode() for unit in layer.units]}


def not_finite(values: Any) -> dict[str, Any]:
    """{"finite": false, "not_finite": counts} where some number is not; else nothing."""
    numbers = np.concatenate([np.asarray(value, dtype=np.float64).reshape(-1) for value in values] or [np.empty(0)])
    if np.isfinite(numbers).all():
        return {}
    counts = {"nan": np.isnan(numbers), "+inf": np.isposinf(numbers), "-inf": np.isneginf(numbers)}
    return {"finite": False, "not_finite": {name: int(found.sum()) for name, found in counts.items()}}


# A run

_FIXED: WeakKeyDictionary[Run, dict[str, orjson.Fragment]] = WeakKeyDictionary()


def _fixed(run: Run) -> dict[str, orjson.Fragment]:
    """What never changes in a run's JSON, and may be large: written once."""
    if run not in _FIXED:
        written = {"config": config(run.plan.config), "graph": graph(run.plan.network, run.plan.samples)}
        _FIXED[run] = {name: orjson.Fragment(dumps(value)) for name, value in written.items()}
    return _FIXED[run]


def run(run: Run, told: EvaluationLine) -> bytes:
    """A Run as it stands."""
    state, controls, fixed = run.cursor.trainer.state(), run.cursor.controls, _fixed(run)
    return dumps(
        {
            "id": run.id,
            "config": fixed["config"],
            "step": run.step,
            "first_step": run.first,
            "furthest_step": run.furthest,
            "epoch": run.cursor.epoch,
            "training": run.busy,
            "parameters": run.plan.network.unpack(state.parameters),
            "state": _state(run, state),
            **not_finite([state.parameters, state.running, *state.moments.values()]),
            "controls": {
                "learning_rate": controls.settings.learning_rate,
                "dropout": controls.settings.dropout,
                "batch_size": controls.batch_size,
                "momentum": controls.settings.momentum,
                "l1": controls.settings.l1,
                "l2": controls.settings.l2,
                "clip_norm": controls.settings.clip_norm,
            },
            "evaluation": evaluation(told),
            "changes": run.changes_in_order(),
            "graph": fixed["graph"],
        }
    )


def config(config: RunConfig) -> dict[str, Any]:
    """A RunConfig with every default filled in; a layer's own dropout and batch norm only where they were given."""
    found = config.model_dump(by_alias=True)
    if isinstance(config.dataset, TableConfig) and config.dataset.columns is None:
        del found["dataset"]["columns"]
    for layer in found["hidden"]:
        for name in ("dropout", "batch_norm"):
            if layer[name] is None:
                del layer[name]
    return found


def exported_config(run: Run) -> dict[str, Any]:
    """The config as it makes the same run anywhere: a table of one's own goes along, row by row."""
    found = config(run.plan.config)
    return found if run.plan.table is None else found | {"dataset": in_place(run.plan.table)}


def _state(run: Run, state: State) -> dict[str, Any]:
    network = run.plan.network
    return {
        "batch_norm": network.unpack_running(state.running),
        "optimizer": {name: network.unpack(moment) for name, moment in state.moments.items()},
        "updates": state.updates,
    }


def state(run: Run, state: State) -> bytes:
    """What a run is after a step."""
    return dumps(
        {
            "step": state.step,
            "parameters": run.plan.network.unpack(state.parameters),
            "state": _state(run, state),
            **not_finite([state.parameters, state.running, *state.moments.values()]),
        }
    )


def export(run: Run) -> bytes:
    """Everything that the next step depends on."""
    state = run.cursor.trainer.state()
    return dumps(
        {
            "format": "json",
            "config": exported_config(run),
            "step": state.step,
            "parameters": run.plan.network.unpack(state.parameters),
            "state": _state(run, state),
            **not_finite([state.parameters, state.running, *state.moments.values()]),
        }
    )


def samples(run: Run) -> bytes:
    """What the run is trained and tested on."""
    samples = run.plan.samples
    return dumps(
        {
            "columns": samples.columns,
            "units": samples.units,
            "classes": samples.classes,
            "features": samples.features,
            "task": samples.task,
            "train": samples.train,
            "inputs": samples.inputs,
            "values": samples.values,
            "targets": samples.targets,
            **not_finite([samples.inputs, samples.values]),
            "flipped": samples.flipped,
            "left_out": samples.left_out,
            "why": samples.why,
            "condition": condition_numbers(samples),
            "extent": samples.extent,
        }
    )


def prediction(outputs: Any) -> bytes:
    return dumps({"outputs": outputs, **not_finite([outputs])})


def gradient_check(check: Any) -> bytes:
    errors = [item.relative_error for item in check.parameters]
    return dumps({**vars(check), **not_finite(errors)})
