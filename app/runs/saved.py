"""A run as a file, and the run that the file opens: it stands where it stood, and can be rewound to what it was."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from itertools import pairwise
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import AfterValidator, Discriminator, Field, Tag, ValidationError

from ..engine.arrays import Array, read_only
from ..engine.optimizers import OPTIMIZERS
from ..engine.training import State
from .build import Plan, Start, plan
from .changes import Change
from .choices import one_of
from .config import RunConfig
from .errors import FieldError, FieldsError
from .fields import BatchSize, LastBatch, Number, RequestModel, SavedStep, StepNumber, UsedSamples, enum_schema
from .limits import MAX_CHANGES, MAX_FEATURES, MAX_PARAMETERS, MAX_WIDTH
from .requests import PATCHABLE, PatchRequest
from .run import Progress, Run


def _array_kind(value: Any) -> str:
    return "#matrix" if isinstance(value, list) and value and isinstance(value[0], list) else "#vector"


Arrays = Annotated[
    dict[
        str,
        Annotated[
            Annotated[
                list[Annotated[list[Number | None], Field(max_length=MAX_WIDTH)]],
                Field(max_length=MAX_FEATURES),
                Tag("#matrix"),
            ]
            | Annotated[list[Number | None], Field(max_length=MAX_WIDTH), Tag("#vector")],
            Discriminator(_array_kind),
        ],
    ],
    Field(max_length=MAX_PARAMETERS),
]
SettingName = Annotated[str, AfterValidator(one_of(PATCHABLE)), enum_schema(PATCHABLE)]


class SavedOptimizer(RequestModel):
    """What the next step depends on beside the parameters."""

    batch_norm: Arrays = Field(description="running averages, by name")
    optimizer: dict[str, Arrays] = Field(description="moments by name, each in the parameters' shapes")
    updates: StepNumber = Field(description="updates that the optimizer has made")


class SavedStart(RequestModel):
    """A state, and the place in the data that training goes on from. null: not a finite number."""

    step: SavedStep = Field(description="the last step that led here")
    used: UsedSamples = Field(description="samples used so far: the position in the data")
    last_batch: LastBatch = Field(default=0, description="how many samples the last step saw; 0 before the first")
    parameters: Arrays = Field(description="parameters by name, in the network's shapes")
    state: SavedOptimizer = Field(description="running averages and moments")


class SavedChange(RequestModel):
    """A setting that was changed when the run stood at `step`: in force from the step after it on."""

    step: SavedStep = Field(description="where the run stood")
    field: Annotated[str, AfterValidator(one_of(PATCHABLE)), enum_schema(PATCHABLE)] = Field(
        description="which setting"
    )
    before: Number | list[Number] | None = Field(default=None, description="what it was; a list: each layer's")
    value: Number | BatchSize | None = Field(description="what it became")


class SavedRun(SavedStart):
    """A run as `export?format=json` writes it."""

    format: Literal["json"] = Field(default="json", description="how it is written")
    config: RunConfig = Field(description="the run's config; a table of one's own row by row")
    start: SavedStart = Field(description="the state before its first step")
    changes: Annotated[list[SavedChange], Field(max_length=MAX_CHANGES)] = Field(
        default=[], description="settings that were changed, in order"
    )
    furthest_step: SavedStep = Field(description="how far a rewind may go")
    stopped: Literal["not_finite"] | None = Field(default=None, description="not_finite: a step overflowed")
    computed_by: Annotated[str, Field(max_length=200)] | None = Field(
        default=None,
        description="what computed every step of it; where that is another kind of machine, or null, the run goes on "
        "from where it stands, and its earlier steps can't be shown again exactly",
    )
    finite: bool = Field(default=True, description="false: some of the numbers are null")
    not_finite: dict[str, int] | None = Field(default=None, description="what those were")


def saved(run: Run, config: Mapping[str, Any], computed_by: str) -> dict[str, Any]:
    """The fields of a SavedRun but for `finite` and `not_finite`, arrays as they are; `config` as JSON has it."""
    return {
        "format": "json",
        "config": config,
        **_written(run.plan, run.cursor.snapshot()),
        "start": _written(run.plan, run.plan.start),
        "changes": [asdict(change) for change in run.changes],
        "furthest_step": run.furthest,
        "stopped": run.stopped,
        "computed_by": computed_by if run.exact_from == run.first else None,
    }


def opened(file: SavedRun, computed_by: str) -> Run:
    """The run that was saved, under a name of its own; FieldsError says what does not fit."""
    fresh = plan(file.config)
    start, now = _read(file.start, fresh, "start."), _read(file, fresh, "")
    if not start.state.finite:
        raise FieldsError(FieldError("start", None, "some of its numbers are null: no step can be taken from there"))
    now = replace(now, state=replace(now.state, finite=now.state.finite and file.stopped is None))
    made = replace(fresh, start=start)
    first, at = start.state.step, now.state.step
    _check_order([("start.step", first), ("step", at), ("furthest_step", file.furthest_step)])
    changes = _changes(file, made)
    if computed_by == file.computed_by:
        return Run(made, None, Progress(now, file.furthest_step, at, first, changes))
    return Run(made, None, Progress(now, at, at, at, changes, [now]))


def _written(made: Plan, start: Start) -> dict[str, Any]:
    state, network = start.state, made.network
    return {
        "step": state.step,
        "used": start.used,
        "last_batch": state.batch_size,
        "parameters": network.unpack(state.parameters),
        "state": {
            "batch_norm": network.unpack_running(state.running),
            "optimizer": {name: network.unpack(moment) for name, moment in state.moments.items()},
            "updates": state.updates,
        },
    }


def _read(file: SavedStart, made: Plan, where: str) -> Start:
    network = made.network
    parameters = _packed(network.pack, file.parameters, f"{where}parameters")
    running = _packed(network.pack_running, file.state.batch_norm, f"{where}state.batch_norm")
    path = f"{where}state.optimizer"
    wanted = sorted(OPTIMIZERS[made.optimizer.kind](made.optimizer, network.size).moments)
    named = file.state.optimizer
    if named and sorted(named) != wanted:
        message = f"{made.optimizer.kind} has the moments {', '.join(wanted)}" if wanted else "sgd has no moments"
        raise FieldsError(FieldError(path, sorted(named), message, wanted))
    moments = {name: _packed(network.pack, moment, f"{path}.{name}") for name, moment in named.items()}
    finite = all(bool(np.isfinite(array).all()) for array in (parameters, running, *moments.values()))
    state = State(file.step, parameters, running, moments, file.state.updates, finite, file.last_batch)
    return Start(state, file.used)


def _packed(pack: Callable[[Mapping[str, Any]], Array], arrays: Mapping[str, Any], path: str) -> Array:
    """The flat vector of arrays by name; None becomes NaN."""
    try:
        return read_only(pack(arrays))
    except ValueError as error:
        raise FieldsError(FieldError(path, None, str(error))) from error


def _check_order(steps: list[tuple[str, int]]) -> None:
    for (earlier, low), (later, high) in pairwise(steps):
        if high < low:
            raise FieldsError(FieldError(later, high, f"it can't be before {earlier}, {low}", f"{low} or more"))


def _changes(file: SavedRun, made: Plan) -> list[Change]:
    """The changes in order, each with what was in force before it."""
    controls, found, last = made.controls, [], made.start.state.step
    for number, change in enumerate(file.changes):
        _check_order([("the change before, or the start", last), (f"changes[{number}].step", change.step)])
        value = _patched(change, f"changes[{number}].value")
        found.append(Change(change.step, change.field, controls.value(change.field), value))
        controls, last = controls.changed(change.field, value), change.step
    return found


def _patched(change: SavedChange, path: str) -> Any:
    """The value, within the limits of a PATCH."""
    try:
        return getattr(PatchRequest.model_validate({change.field: change.value}), change.field)
    except ValidationError as error:
        raise FieldsError(FieldError(path, change.value, error.errors()[0]["msg"])) from error
