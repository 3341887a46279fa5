"""The samples of a run, prepared from its choice of data: table, split, label noise, features, scaling, targets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from . import datasets, sampling, tables
from . import features as _features
from . import scaling as _scaling
from .datasets import Array, RawColumn, Table, Task
from .errors import DataError
from .filling import filled, fills_of
from .scaling import TARGET_SCALINGS, Scaler

Extent: TypeAlias = tuple[float, float, float, float]


@dataclass(frozen=True)
class Samples:
    """All samples of a run, read-only; numbers 0 … train-1 are the training split, the rest the test split.

    `inputs` (n, columns) are raw, `values` (n, features) scaled: what the network sees. `targets` (n, outputs) are 0/1,
    one-hot, or numbers in their own units; `scaled_targets` are what the outputs are compared with, the same but for a
    regression whose target is scaled. `sources` are the columns before categories became numbers; `fills` (columns,)
    what stands for a missing value, found on the training split: in a row to be predicted always, in the samples where
    the table says so. `flipped` lists the samples that carry a wrong label (label noise).
    """

    columns: tuple[str, ...]
    units: tuple[str, ...]
    inputs: Array
    features: tuple[str, ...]
    values: Array
    targets: Array
    scaled_targets: Array
    train: int
    task: Task
    classes: tuple[str, ...]
    scaler: Scaler
    target_scaler: Scaler
    flipped: tuple[int, ...]
    left_out: int
    why: str
    extent: Extent | None
    sources: tuple[RawColumn, ...]
    fills: Array
    target: str
    target_unit: str
    ignored: tuple[str, ...]

    @property
    def outputs(self) -> int:
        return int(self.targets.shape[1])

    def reads(self, source: RawColumn) -> bool:
        """Whether any feature is made of this column."""
        read = {name for feature in self.features for name in _features.reads(feature, self.columns)}
        return not read.isdisjoint(source.becomes)

    def transform(self, inputs: Array) -> Array:
        """Raw inputs (m, columns) -> what the network sees (m, features)."""
        return self.scaler.apply(_features.apply(self.features, self.columns, inputs))

    def real_outputs(self, outputs: Array) -> Array:
        """What the network answers (m, outputs) -> the same in the target's own units."""
        return self.target_scaler.invert(outputs)

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
    target_scaling: str = "none",
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
    sources = table.sources or tuple(
        RawColumn(name, (name,), unit=unit)
        for name, unit in zip(table.columns, table.units or [""] * len(table.columns), strict=True)
    )
    fills = fills_of(table.fill or "mean", sources, inputs[: len(train)])
    if table.fill:
        inputs = filled(inputs, fills)
    flipped: tuple[int, ...] = ()
    if not regression and label_noise > 0:
        clean = targets[: len(train), 0].copy()
        targets[: len(train), 0] = sampling.flip_labels(clean, label_noise, len(table.classes), seed)
        flipped = tuple(int(i) for i in np.flatnonzero(targets[: len(train), 0] != clean))
    raw = _features.apply(names, table.columns, inputs)
    scaler = _scaling.fit(scaling, raw[: len(train)])
    values = scaler.apply(raw)
    targets = np.eye(len(table.classes))[targets[:, 0].astype(np.int64)] if table.task == "multiclass" else targets
    target_scaler = _target_scaler(target_scaling, table, targets[: len(train)])
    scaled_targets = targets if target_scaler.kind == "none" else target_scaler.apply(targets)
    for array in (inputs, values, targets, scaled_targets, fills):
        array.flags.writeable = False
    return Samples(
        columns=table.columns,
        units=table.units,
        inputs=inputs,
        features=names,
        values=values,
        targets=targets,
        scaled_targets=scaled_targets,
        train=len(train),
        task=table.task,
        classes=table.classes,
        scaler=scaler,
        target_scaler=target_scaler,
        flipped=flipped,
        left_out=table.left_out,
        why=table.why,
        extent=extent(table),
        sources=sources,
        fills=fills,
        target=table.target,
        target_unit=table.target_unit,
        ignored=table.ignored,
    )


def _target_scaler(kind: str, table: Table, targets: Array) -> Scaler:
    """Fitted to the training split's targets (n, outputs); `auto` leaves targets that are all alike as they are."""
    if kind not in TARGET_SCALINGS:
        raise DataError(f"there is no target scaling {kind!r}", ("target_scaling",), kind, tuple(TARGET_SCALINGS))
    if table.task != "regression":
        if kind == "standard":
            message = f"the target of a {table.task} task holds classes; only a regression's numbers can be scaled"
            raise DataError(message, ("target_scaling",), kind, ("auto", "none"))
        return _scaling.fit("none", targets)
    if kind == "auto":
        kind = table.target_scaling if (np.ptp(targets, axis=0) > 0).all() else "none"
    return _scaling.fit(kind, targets)


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
