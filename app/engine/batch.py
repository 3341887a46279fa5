"""Mini-batches in the engine's layout: one column a sample, and a row of ones that carries the bias."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .arrays import Array, Indices, read_only

_NONE: Indices = read_only(np.zeros(1, np.int64))


class Batch(NamedTuple):
    """`x` (inputs + 1, batch), its last row ones; `xT`, the same memory turned; `y` (outputs, batch). Read-only."""

    indices: Indices
    x: Array
    xT: Array  # noqa: N815
    y: Array
    size: int

    @property
    def inputs(self) -> Array:
        """(batch, inputs)"""
        return read_only(np.ascontiguousarray(self.x[:-1].T))

    @property
    def targets(self) -> Array:
        """(batch, outputs)"""
        return read_only(np.ascontiguousarray(self.y.T))

    def row_of(self, index: int | None) -> int | None:
        """The row of the sample with that index; None where it is not in the batch, or has no index."""
        rows = np.flatnonzero(self.indices == (-1 if index is None else index))
        return int(rows[0]) if len(rows) else None


def make_batch(indices: ArrayLike, inputs: ArrayLike, targets: ArrayLike) -> Batch:
    """A batch of these samples: inputs (batch, inputs), targets (batch, outputs), both copied."""
    return make_batches(indices, inputs, targets, len(np.asarray(indices)))[0]


def single_sample(inputs: ArrayLike, target: ArrayLike) -> Batch:
    """A batch of one sample, which has no index of its own: inputs (inputs,) and target (outputs,), both copied."""
    x = np.append(np.asarray(inputs, dtype=np.float64), 1.0)[:, None]
    y = np.array(target, dtype=np.float64)[:, None]
    return Batch(_NONE, read_only(x), read_only(x).T, read_only(y), 1)


def make_batches(indices: ArrayLike, inputs: ArrayLike, targets: ArrayLike, size: int) -> list[Batch]:
    """Samples in their order cut into batches of `size`; the remainder is the last batch.

    indices (n,), inputs (n, inputs) and targets (n, outputs) belong together row by row. The layout of all batches is
    made in a few calls, so an epoch costs little more than a batch.
    """
    numbers = np.array(indices, dtype=np.int64)
    values, wanted = np.asarray(inputs, dtype=np.float64), np.asarray(targets, dtype=np.float64)
    count = len(numbers)
    if values.ndim != 2 or wanted.ndim != 2 or not len(values) == len(wanted) == count:
        raise ValueError(f"{count} samples got inputs {values.shape} and targets {wanted.shape}")
    if count == 0 or size < 1:
        raise ValueError(f"a batch needs samples: {count} in batches of {size}")
    read_only(numbers)
    whole = count - count % size
    batches = _alike(numbers[:whole], values[:whole], wanted[:whole], size) if whole else []
    if whole < count:
        batches += _alike(numbers[whole:], values[whole:], wanted[whole:], count - whole)
    return batches


def _alike(numbers: Indices, values: Array, wanted: Array, size: int) -> list[Batch]:
    parts = len(numbers) // size
    x = np.ones((parts, values.shape[1] + 1, size))
    x[:, :-1] = values.reshape(parts, size, -1).transpose(0, 2, 1)
    y = np.array(wanted.reshape(parts, size, -1).transpose(0, 2, 1), order="C")
    read_only(x), read_only(y)
    return [
        Batch(numbers[k * size : (k + 1) * size], x_k, x_k.T, y_k, size)
        for k, (x_k, y_k) in enumerate(zip(x, y, strict=True))
    ]
