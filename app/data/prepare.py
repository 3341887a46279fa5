"""The samples of a run, prepared from its choice of data: table, split, label noise, features, scaling."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from app.data import datasets, sampling, tables
from app.data import features as _features
from app.data import scaling as _scaling
from app.data.datasets import Array, Table, Task
from app.data.scaling import Scaler

Extent: TypeAlias = tuple[float, float, float, float]


@dataclass(frozen=True)
class Samples:
    """All samples of a run, read-only; numbers 0 … train-1 are the training split, the rest the test split.

    `inputs` (n, columns) are raw, `values` (n, features) scaled: what the network sees. `targets` (n, outputs) are as
    on the wire: 0/1, one-hot, or numbers. `flipped` lists the samples that carry a wrong label (label noise).
    """

    columns: tuple[str, ...]
    units: tuple[str, ...]
    inputs: Array
    features: tuple[str, ...]
    values: Array
    targets: Array
    train: int
    task: Task
    classes: tuple[str, ...]
    scaler: Scaler
    flipped: tuple[int, ...]
    left_out: int
    why: str
    extent: Extent | None

    @property
    def outputs(self) -> int:
        return int(self.targets.shape[1])

    def transform(self, inputs: Array) -> Array:
        """Raw inputs (m, columns) -> what the network sees (m, features)."""
        return self.scaler.apply(_features.apply(self.features, self.columns, inputs))

    def grid(self, size: int) -> Array | None:
        """What the network sees (size·size, features) on a grid over `extent`, rows from x2max down; None without one.

        The points are the grid's nodes: the first row has x2max, the last x2min, the first column x1min.
        """
        if self.extent is None:
            return None
        x1min, x1max, x2min, x2max = self.extent
        x1, x2 = np.meshgrid(np.linspace(x1min, x1max, size), np.linspace(x2max, x2min, size))
        return self.transform(np.column_stack([x1.ravel(), x2.ravel()]))


def prepare(
    dataset: str | Mapping[str, object] | Table,
    *,
    samples: int = 300,
    noise: float = 0.1,
    label_noise: float = 0.0,
    test_fraction: float = 0.33,
    features: Sequence[str] | None = None,
    scaling: str = "none",
    seed: int = 0,
) -> Samples:
    """The samples of a run, from a data set by name, a table in place, or a table read before. Raises DataError.

    `samples` and `noise` mean nothing to a table with fixed rows, `label_noise` nothing to a regression: ignored there.
    """
    table = _table(dataset, samples, noise, seed)
    names = _features.checked_names(features, table.columns)
    regression = table.task == "regression"
    train, test = sampling.split(len(table.inputs), test_fraction, seed, None if regression else table.targets[:, 0])
    order = np.concatenate([train, test])
    inputs, targets = table.inputs[order], table.targets[order]
    flipped: tuple[int, ...] = ()
    if not regression and label_noise > 0:
        clean = targets[: len(train), 0].copy()
        targets[: len(train), 0] = sampling.flip_labels(clean, label_noise, len(table.classes), seed)
        flipped = tuple(int(i) for i in np.flatnonzero(targets[: len(train), 0] != clean))
    raw = _features.apply(names, table.columns, inputs)
    scaler = _scaling.fit(scaling, raw[: len(train)])
    values = scaler.apply(raw)
    targets = np.eye(len(table.classes))[targets[:, 0].astype(np.int64)] if table.task == "multiclass" else targets
    for array in (inputs, values, targets):
        array.flags.writeable = False
    return Samples(
        columns=table.columns,
        units=table.units,
        inputs=inputs,
        features=names,
        values=values,
        targets=targets,
        train=len(train),
        task=table.task,
        classes=table.classes,
        scaler=scaler,
        flipped=flipped,
        left_out=table.left_out,
        why=table.why,
        extent=extent(table),
    )


def _table(dataset: str | Mapping[str, object] | Table, samples: int, noise: float, seed: int) -> Table:
    if isinstance(dataset, Table):
        return dataset
    if isinstance(dataset, str):
        return datasets.load(dataset, samples, noise, seed)
    return tables.read(dataset)


def extent(table: Table) -> Extent | None:
    """The part of the input plane to draw, [x1min, x1max, x2min, x2max]; None with other than two columns.

    A shape gets a square around the origin, at least [-1.5, 1.5]²; a table its own range and a twentieth on each side.
    """
    if table.inputs.shape[1] != 2:
        return None
    if table.shape:
        reach = max(1.5, float(np.abs(table.inputs).max()))
        return (-reach, reach, -reach, reach)
    bounds: list[float] = []
    for column in table.inputs.T:
        finite = column[np.isfinite(column)]
        low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
        margin = (high - low) / 20 or max(1.0, abs(low))
        bounds += [low - margin, high + margin]
    return (bounds[0], bounds[1], bounds[2], bounds[3])
