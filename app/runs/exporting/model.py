"""The model that every export holds: features, scaling, layers and output, as numbers and names."""

from dataclasses import dataclass

import numpy as np

from ...data.datasets import RawColumn
from ...data.scaling import Scaler
from ...engine.arrays import Array
from ..run import Run

SHOWN_ROWS = 3


@dataclass(frozen=True)
class Norm:
    """Batch norm with its running averages, each (units,)."""

    gamma: Array
    beta: Array
    mean: Array
    variance: Array


@dataclass(frozen=True)
class Layer:
    """W (inputs, units), b (units,); a hidden layer whose dropout is 1 is left out of every answer."""

    W: Array
    b: Array
    norm: Norm | None
    activation: str
    dropout: float = 0.0

    @property
    def left_out(self) -> bool:
        return self.dropout == 1


@dataclass(frozen=True)
class Model:
    """A network as it stands, and what surrounds it. `output` is sigmoid, softmax, or the last layer's activation.

    `sources` are the columns before categories became numbers, `fills` (columns,) what stands for a missing value,
    `ignored` the source's other columns.
    """

    step: int
    columns: tuple[str, ...]
    features: tuple[str, ...]
    sources: tuple[RawColumn, ...]
    fills: Array
    ignored: tuple[str, ...]
    scaler: Scaler
    target_scaler: Scaler
    layers: tuple[Layer, ...]
    loss: str
    output: str
    classes: tuple[str, ...]
    rows: Array  # some raw samples (rows, columns), and what the network answers to them
    answers: Array

    @property
    def from_texts(self) -> bool:
        """Whether its rows were texts of a file, or hold categories."""
        return bool(self.ignored) or any(source.values for source in self.sources)


def model_of(run: Run) -> Model:
    """The run's network after its last step."""
    plan, state = run.plan, run.cursor.trainer.state()
    spec, samples = plan.network.spec, plan.samples
    named, running = plan.network.unpack(state.parameters), plan.network.unpack_running(state.running)
    layers = []
    rates = run.cursor.controls.settings.dropout
    for k, (hidden, rate) in enumerate(zip(spec.hidden, rates, strict=True), 1):
        norm = None
        if hidden.batch_norm:
            averages = running[f"running_mean{k}"], running[f"running_variance{k}"]
            norm = Norm(named[f"gamma{k}"], named[f"beta{k}"], *averages)
        layers.append(Layer(named[f"W{k}"], named[f"b{k}"], norm, hidden.activation, rate))
    last = len(spec.hidden) + 1
    output = {"binary_cross_entropy": "sigmoid", "softmax_cross_entropy": "softmax"}.get(spec.loss)
    layers.append(Layer(named[f"W{last}"], named[f"b{last}"], None, "linear"))
    whole = np.isfinite(samples.inputs).all(axis=1)
    rows = (samples.inputs[whole] if whole.any() else samples.inputs)[:SHOWN_ROWS]
    return Model(
        step=state.step,
        columns=samples.columns,
        features=samples.features,
        sources=samples.sources,
        fills=samples.fills,
        ignored=samples.ignored,
        scaler=samples.scaler,
        target_scaler=samples.target_scaler,
        layers=tuple(layers),
        loss=spec.loss,
        output=output or spec.output_activation,
        classes=samples.classes,
        rows=rows,
        answers=run.predict(rows.tolist()),
    )
