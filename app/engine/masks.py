"""Dropout masks, a pure function of seed and step, drawn in blocks of steps.

One number a unit (or a unit and sample) is drawn whether or not its layer drops anything; a unit stays where its number
is at least the layer's rate. So a rate of 0 keeps every unit, a rate of 1 none, and a changed rate needs no new draw.
"""

import numpy as np
from numpy.typing import NDArray

from .arrays import Array
from .spec import NetworkSpec

STEPS_PER_BLOCK = 64
_NUMBERS_PER_BLOCK = 1 << 16  # of masks per sample: a block holds as many steps as fit


def rates_by_row(spec: NetworkSpec, rates: tuple[float, ...]) -> Array:
    """The layers' rates, one number for each row of a plane (rows,); the rows of ones drop nothing."""
    rows = [np.append(np.full(layer.units, rate), 0.0) for layer, rate in zip(spec.hidden, rates, strict=True)]
    return np.concatenate(rows) if rows else np.zeros(0)


class Masks:
    """Writes the mask of a step, already divided by 1 − p, into a workspace's `keep` plane (rows, batch)."""

    def __init__(self, seed: int, spec: NetworkSpec, rates: tuple[float, ...]) -> None:
        self._seed, self._spec, self._per_sample = seed, spec, spec.dropout_mask == "per_sample"
        self._block: tuple[int, int] | None = None  # its number, and samples a mask
        self._numbers: NDArray[np.float32] = np.zeros((0, 1, 0), np.float32)
        self._given: tuple[float, ...] | None = None
        self.set(rates)

    def set(self, rates: tuple[float, ...]) -> None:
        """Takes over the layers' rates."""
        if rates == self._given:
            return
        self._given = rates
        self._rates = rates_by_row(self._spec, rates)
        kept = 1.0 - self._rates
        self._scale = np.divide(1.0, kept, out=np.zeros_like(kept), where=kept > 0)
        self._keep = self._kept()

    def write(self, step: int, keep: Array) -> None:
        """The mask of step `step` (from 1) for a batch of keep.shape[1] samples."""
        samples = keep.shape[1] if self._per_sample else 1
        steps = self._steps(samples)
        block = (step // steps, samples)
        if block != self._block:
            self._block, self._numbers = block, self._drawn(block[0], steps, samples)
            self._keep = self._kept()
        np.copyto(keep, self._keep[step % steps])

    def _steps(self, samples: int) -> int:
        if not self._per_sample:
            return STEPS_PER_BLOCK
        return max(1, min(STEPS_PER_BLOCK, _NUMBERS_PER_BLOCK // max(1, len(self._rates) * samples)))

    def _drawn(self, block: int, steps: int, samples: int) -> NDArray[np.float32]:
        """(steps, rows, samples)"""
        key = [self._seed, 2, block, samples] if self._per_sample else [self._seed, 2, block]
        return np.random.default_rng(key).random((steps, len(self._rates), samples), dtype=np.float32)

    def _kept(self) -> Array:
        """0, or 1 / (1 − p), for each of the block's numbers."""
        kept = (self._numbers >= self._rates[:, None]).astype(np.float64)
        return np.multiply(kept, self._scale[:, None], out=kept)
