"""Every unit's value on the training samples, one byte a sample, for inputs that no plane can show."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .arrays import Array
from .inference import Inference
from .network import Network
from .surfaces import LayerBytes, quantised

MAX_SAMPLES = 400
"""Samples that are shown at most."""


@dataclass(frozen=True)
class Beeswarms:
    """`rows` are training samples; a{k} of every hidden layer and the outputs, each (units, rows) bytes."""

    rows: NDArray[np.intp]
    layers: tuple[LayerBytes, ...]


class BeeswarmEvaluator:
    """One network over some of its training samples, evenly chosen; keeps a workspace, one owner at a time."""

    def __init__(self, network: Network, training: ArrayLike) -> None:
        """`training` (n, inputs): what the network sees of each training sample."""
        values = np.asarray(training, dtype=np.float64)
        self.rows = evenly_spaced(len(values))
        self._inference = Inference(network, values[self.rows])

    def bytes(self, parameters: Array, running: Array, dropout: Sequence[float]) -> Beeswarms:
        """Evaluated: nothing dropped, batch norm by its running averages."""
        self._inference.forward(parameters, running, dropout)
        layers = [*self._inference.activations(), self._inference.outputs]
        return Beeswarms(self.rows, tuple(quantised(layer) for layer in layers))


def evenly_spaced(samples: int, most: int = MAX_SAMPLES) -> NDArray[np.intp]:
    """All of 0 … samples-1, or so many of them at even distances."""
    return np.unique(np.linspace(0, samples - 1, min(samples, most)).round().astype(np.intp))
