"""Runs as JSON: the run itself, its state, export, samples, predictions and gradient check."""

from typing import Any

import orjson

from ...runs.answers import Answers, ClassAnswer, answer
from ...runs.conditioning import condition_numbers
from ...runs.config import RunConfig
from ...runs.exporting.formats import FORMATS
from ...runs.graph import graph
from ...runs.requests import PredictRequest
from ...runs.run import EvaluationLine, GradientCheck, Run, State
from ...runs.saved import saved
from ...runs.tableconfig import TableConfig
from ...runs.tables import in_place
from .encoding import dumps, matrix, not_finite
from .steps import evaluation


def _fixed(run: Run) -> dict[str, orjson.Fragment]:
    """What never changes in a run's JSON, and may be large: written once."""
    if not run.written:
        fixed = {"config": config(run.plan.config), "graph": graph(run.plan.network, run.plan.samples)}
        run.written.update({name: orjson.Fragment(dumps(value)) for name, value in fixed.items()})
    return run.written


def run(run: Run, line: EvaluationLine) -> bytes:
    """A Run as it stands."""
    state, controls, fixed = run.cursor.trainer.state(), run.cursor.controls, _fixed(run)
    return dumps(
        {
            "id": run.id,
            "config": fixed["config"],
            "step": run.step,
            "first_step": run.first,
            "furthest_step": run.furthest,
            "exact_from": run.exact_from,
            "epoch": run.cursor.epoch,
            "training": run.busy or run.busy_elsewhere,
            **_state_fields(run, state),
            "controls": {
                "learning_rate": controls.settings.learning_rate,
                "dropout": controls.settings.dropout,
                "batch_size": controls.batch_size,
                "momentum": controls.settings.momentum,
                "l1": controls.settings.l1,
                "l2": controls.settings.l2,
                "clip_norm": controls.settings.clip_norm,
            },
            "evaluation": evaluation(line),
            "changes": list(run.changes),
            "graph": fixed["graph"],
        }
    )


def config(config: RunConfig) -> dict[str, Any]:
    """A RunConfig with every default filled in; a layer's own dropout and batch norm only where they were given."""
    found = config.plain()
    if isinstance(config.dataset, TableConfig):
        told = TableConfig.model_fields.keys() - _left_out(config.dataset)
        found["dataset"] = {name: matrix(value) for name, value in found["dataset"].items() if name in told}
    for layer in found["hidden"]:
        for name in ("dropout", "batch_norm"):
            if layer[name] is None:
                del layer[name]
    return found


def _left_out(table: TableConfig) -> set[str]:
    """What is not known of a table."""
    optional = TableConfig.model_fields.keys() - {"inputs", "targets", "task"}
    return {name for name in optional if not getattr(table, name)}


def exported_config(run: Run) -> dict[str, Any]:
    """The config as it makes the same run anywhere: an uploaded table goes along, row by row."""
    found = config(run.plan.config)
    return found if run.plan.table is None else found | {"dataset": in_place(run.plan.table)}


def _state_fields(run: Run, state: State) -> dict[str, Any]:
    """Parameters and what else the next step depends on, and whether all of it is finite."""
    network = run.plan.network
    return {
        "parameters": network.unpack(state.parameters),
        "state": {
            "batch_norm": network.unpack_running(state.running),
            "optimizer": {name: network.unpack(moment) for name, moment in state.moments.items()},
            "updates": state.updates,
        },
        **not_finite(_arrays(state)),
    }


def _arrays(state: State) -> list[Any]:
    return [state.parameters, state.running, *state.moments.values()]


def state(run: Run, state: State) -> bytes:
    """What a run is after a step."""
    return dumps({"step": state.step, **_state_fields(run, state)})


def export(run: Run, computed_by: str) -> bytes:
    """All that it takes to open the run again, exactly where it stands."""
    state = run.cursor.trainer.state()
    return dumps(saved(run, exported_config(run), computed_by) | not_finite(_arrays(state)))


def exported(run: Run, name: str, computed_by: str) -> bytes:
    """The run in one of the formats."""
    kind = FORMATS[name]
    if kind.write is None:
        return export(run, computed_by) + b"\n"
    return kind.file(run, lambda: dumps(exported_config(run)).decode())


def samples(run: Run) -> bytes:
    """What the run is trained and tested on."""
    samples = run.plan.samples
    return dumps(
        {
            "columns": samples.columns,
            "units": samples.units,
            "target": samples.target,
            "target_unit": samples.target_unit,
            "sources": samples.sources,
            "classes": samples.classes,
            "features": samples.features,
            "task": samples.task,
            "train": samples.train,
            "inputs": matrix(samples.inputs),
            "values": matrix(samples.values),
            "targets": matrix(samples.targets),
            "target_scaling": {
                "scaling": samples.target_scaler.kind,
                "offset": samples.target_scaler.offset,
                "scale": samples.target_scaler.scale,
            },
            **not_finite([samples.inputs, samples.values]),
            "flipped": samples.flipped,
            "left_out": samples.left_out,
            "why": samples.why,
            "condition": condition_numbers(samples),
            "extent": samples.extent,
        }
    )


def predicted(run: Run, request: PredictRequest) -> bytes:
    """Predictions, named where the rows are."""
    if "rows" in request.model_fields_set:
        return answers(answer(run, request.rows))
    return prediction(run.predict(request.inputs))


def prediction(outputs: Any) -> bytes:
    return dumps({"outputs": outputs, **not_finite([outputs])})


def answers(found: Answers) -> bytes:
    """Of rows by column name."""
    return dumps(
        {
            "outputs": found.outputs,
            "answers": [
                {"class": one.answer, "probabilities": one.probabilities} if isinstance(one, ClassAnswer) else one
                for one in found.answers
            ],
            "target": found.target,
            "unit": found.unit,
            "notes": found.notes,
            **not_finite([found.outputs]),
        }
    )


def gradient_check(check: GradientCheck) -> bytes:
    errors = [item.relative_error for item in check.parameters if item.relative_error is not None]
    return dumps({**vars(check), **not_finite(errors)})
