"""What the server answers, as frozen records with NumPy arrays. A number that is not finite is NaN.

Shapes: values (batch, units), weights (inputs, units), biases (units,). All arrays are float64 and read-only.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .values import Array, array, arrays, number


@dataclass(frozen=True, eq=False)
class Record:
    """One operation of a step, as it was computed.

    `value` is (batch, units) in the forward and backward pass, a number for the loss `L`, (inputs, units) or (units,)
    for a parameter's gradient, and by parameter for `update`. With detail "summary" it is None; `summary` then has
    `mean`, `std`, `norm`, `histogram` and `dead`.
    """

    name: str
    kind: str
    phase: str
    layer: int | None
    reads: tuple[str, ...]
    multiplications: int
    value: Array | float | Mapping[str, Array] | None
    mask: Array | None = None
    outputs: Array | None = None
    norm: float | None = None
    clip_scale: float | None = None
    summary: Mapping[str, Any] = field(default_factory=dict)
    not_finite: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> "Record":
        value = fields.get("value")
        found: Any = None
        if isinstance(value, Mapping):
            found = arrays(value)
        elif "value" in fields:
            found = array(value) if isinstance(value, list) else number(value)
        return cls(
            name=fields["name"],
            kind=fields["kind"],
            phase=fields["phase"],
            layer=fields["layer"],
            reads=tuple(fields["reads"]),
            multiplications=fields["multiplications"],
            value=found,
            mask=array(fields["mask"]) if fields.get("mask") is not None else None,
            outputs=array(fields["outputs"]) if fields.get("outputs") is not None else None,
            norm=number(fields["norm"]) if "norm" in fields else None,
            clip_scale=number(fields["clip_scale"]) if "clip_scale" in fields else None,
            summary={name: fields[name] for name in ("mean", "std", "norm", "histogram", "dead") if name in fields},
            not_finite=fields.get("not_finite") or {},
        )


@dataclass(frozen=True, eq=False)
class Batch:
    """The samples of a step: `indices` (batch,), `inputs` (batch, features) as the network sees them, `targets`."""

    indices: NDArray[np.int64]
    inputs: Array
    targets: Array


@dataclass(frozen=True, eq=False)
class Step:
    """One training step, recorded: from `parameters` (before it) to parameters + update.

    `step["dW1"]` is the value of that record, `step["W1"]` the parameter before the step, `step["y"]` the targets.
    `loss` is L, the mean over the batch; `penalty` is what l1 and l2 add. `loss_after` (same batch and mask, next
    parameters) and `loss_predicted` (L + Σ gradient · update) come with detail "full", else they are None.
    """

    step: int
    epoch: float
    finite: bool
    learning_rate: float
    dropout: float
    loss: float
    penalty: float
    loss_after: float | None
    loss_predicted: float | None
    paths: int
    path_multiplications: int
    batch: Batch
    parameters: Mapping[str, Array]
    tape: tuple[Record, ...]
    spotlight: Mapping[str, Array | float] | None

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> "Step":
        batch, spotlight = fields["batch"], fields.get("spotlight")
        return cls(
            step=fields["step"],
            epoch=fields["epoch"],
            finite=fields["finite"],
            learning_rate=fields["learning_rate"],
            dropout=fields["dropout"],
            loss=number(fields["loss"]),
            penalty=number(fields["penalty"]),
            loss_after=number(fields["loss_after"]) if "loss_after" in fields else None,
            loss_predicted=number(fields["loss_predicted"]) if "loss_predicted" in fields else None,
            paths=int(fields["paths"]),
            path_multiplications=int(fields["path_multiplications"]),
            batch=Batch(np.array(batch["indices"], dtype=np.int64), array(batch["inputs"]), array(batch["targets"])),
            parameters=arrays(fields["parameters"]),
            tape=tuple(map(Record.of, fields["tape"])),
            spotlight=None
            if spotlight is None
            else {
                name: array(value) if isinstance(value, list) else number(value) for name, value in spotlight.items()
            },
        )

    def record(self, name: str) -> Record:
        """The record of that name: "z1", "a1", "L", "dW1", "update" …; KeyError names those that there are."""
        for found in self.tape:
            if found.name == name:
                return found
        raise KeyError(f"step {self.step} has no record {name!r}; it has {', '.join(each.name for each in self.tape)}")

    def __getitem__(self, name: str) -> Any:
        """A record's value, a parameter before the step, or the targets `y`. KeyError."""
        if name in self.parameters:
            return self.parameters[name]
        if name == "y":
            return self.batch.targets
        found = self.record(name)
        if found.value is None:
            raise KeyError(f'step {self.step} was recorded as a summary: record({name!r}).summary, or detail="full"')
        return found.value


@dataclass(frozen=True, eq=False)
class Surfaces:
    """Every unit on an N × N grid of the input plane, rows from x2max down: `layers` are (units, N, N), in order.

    `extent` is x1min, x1max, x2min, x2max, in the columns' own units.
    """

    extent: tuple[float, float, float, float]
    layers: tuple[Array, ...]


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The network without dropout, on all samples of both splits, after `step`.

    Accuracies are None for a regression, test values None without a test split. `confusion` has `train` and `test`,
    counts by true class (row) and predicted class. `metrics` by split: accuracy, balanced_accuracy and never_answered,
    or rmse (in the target's units) and r2. `health` says how each layer learns; `fields` is the whole as JSON.
    """

    step: int
    train_loss: float
    test_loss: float | None
    train_accuracy: float | None
    test_accuracy: float | None
    confusion: Mapping[str, NDArray[np.int64]] | None
    metrics: Mapping[str, Any]
    health: Mapping[str, Any]
    surfaces: Surfaces | None
    stopped: str | None
    fields: Mapping[str, Any] = field(repr=False)

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> "Evaluation":
        confusion, surfaces, tested = fields["confusion"], fields.get("surfaces"), fields["metrics"]["test"] is not None
        counts = {split: np.array(value) for split, value in (confusion or {}).items() if value is not None}
        return cls(
            step=fields["step"],
            train_loss=number(fields["train_loss"]),
            test_loss=number(fields["test_loss"]) if tested else None,
            train_accuracy=fields["train_accuracy"],
            test_accuracy=fields["test_accuracy"],
            confusion=counts if confusion is not None else None,
            metrics=fields["metrics"],
            health=fields["health"],
            surfaces=None
            if surfaces is None
            else Surfaces(tuple(surfaces["extent"]), tuple(array(layer) for layer in surfaces["layers"])),
            stopped=fields["stopped"],
            fields=fields,
        )


@dataclass(frozen=True, eq=False)
class State:
    """All that the next step depends on, after `step`: parameters, batch norm's running averages, moments by name."""

    step: int
    parameters: Mapping[str, Array]
    batch_norm: Mapping[str, Array]
    optimizer: Mapping[str, Mapping[str, Array]]
    updates: int

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> "State":
        state = fields["state"]
        moments = {name: arrays(moment) for name, moment in state["optimizer"].items()}
        return cls(fields["step"], arrays(fields["parameters"]), arrays(state["batch_norm"]), moments, state["updates"])


@dataclass(frozen=True, eq=False)
class Prediction:
    """`outputs` (rows, outputs): probabilities, or numbers in the target's own units.

    Of rows by column name also `answers`, one a row ({"class", "probabilities"}, or a number), and `notes`: what was
    filled in, which category was never seen.
    """

    outputs: Array
    answers: tuple[Any, ...] | None
    notes: tuple[Any, ...] | None
    target: str | None
    unit: str | None

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> "Prediction":
        answers, notes = fields.get("answers"), fields.get("notes")
        return cls(
            array(fields["outputs"]),
            None if answers is None else tuple(answers),
            None if notes is None else tuple(notes),
            fields.get("target"),
            fields.get("unit"),
        )


@dataclass(frozen=True, eq=False)
class GradientCheck:
    """Backpropagation against central differences on the next batch, h = 1e-5.

    `parameters` has each parameter's relative error ‖a − n‖ / max(‖a‖, ‖n‖, 1e-8), None where every entry lies at a
    kink of an activation; `at_kink` counts those.
    """

    step: int
    max_relative_error: float
    parameters: Mapping[str, float | None]
    at_kink: Mapping[str, int]

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> "GradientCheck":
        found = fields["parameters"]
        return cls(
            fields["step"],
            number(fields["max_relative_error"]),
            {each["name"]: each["relative_error"] for each in found},
            {each["name"]: each["at_kink"] for each in found},
        )


@dataclass(frozen=True, eq=False)
class Samples:
    """What a run is trained and tested on: rows 0 to train−1 are the training split, the rest is for testing.

    `inputs` (samples, columns) are raw, `values` (samples, features) what the network sees, `targets`
    (samples, outputs) 0/1, one-hot, or numbers in their own units.
    """

    columns: tuple[str, ...]
    features: tuple[str, ...]
    classes: tuple[str, ...]
    task: str
    train: int
    inputs: Array
    values: Array
    targets: Array
    fields: Mapping[str, Any] = field(repr=False)

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> "Samples":
        return cls(
            columns=tuple(fields["columns"]),
            features=tuple(fields["features"]),
            classes=tuple(fields["classes"]),
            task=fields["task"],
            train=fields["train"],
            inputs=array(fields["inputs"]),
            values=array(fields["values"]),
            targets=array(fields["targets"]),
            fields=fields,
        )


@dataclass(frozen=True, eq=False)
class Verdict:
    """What a run's own numbers say to a claim, in `words`.

    `status` is measuring (not enough steps yet), held, contradicted, unknown, or outside (the claim isn't about this
    run's setting); `held` is True or False once it is decided. `measures` has the numbers by name.
    """

    status: str
    held: bool | None
    words: str
    claim: str
    confidence: str
    why: str | None
    step: int
    measures: Mapping[str, float | None]
    fields: Mapping[str, Any] = field(repr=False)

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> "Verdict":
        told = {name: fields[name] for name in ("status", "held", "words", "claim", "confidence", "why", "step")}
        return cls(**told, measures={each["name"]: each["value"] for each in fields["measures"]}, fields=fields)


@dataclass(frozen=True, eq=False)
class Table:
    """A table that was sent to the server: its `name` is a run's `dataset`."""

    name: str
    title: str
    task: str
    target: str
    columns: tuple[str, ...]
    classes: tuple[str, ...]
    rows: int
    fields: Mapping[str, Any] = field(repr=False)

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> "Table":
        told = {name: fields[name] for name in ("name", "title", "task", "target", "rows")}
        return cls(**told, columns=tuple(fields["columns"]), classes=tuple(fields["classes"]), fields=fields)
