"""Inference: the network without dropout, batch norm by its running averages.

A hidden layer whose dropout rate is 1 is left out: it never took part in what was learned, so its output is 0.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from .arrays import Array
from .batch import make_batch
from .network import Network
from .workspace import Layout, Workspace


class Inference:
    """One network over one set of samples, again and again with other parameters; one owner at a time.

    Its workspace is its own, so that evaluating never disturbs a training step.
    """

    def __init__(
        self, network: Network, inputs: ArrayLike, targets: ArrayLike | None = None, fixed_statistics: bool = True
    ) -> None:
        """inputs (n, inputs), targets (n, outputs); without targets the losses mean nothing.

        Without `fixed_statistics` batch norm takes the means and variances of these samples, not the running ones.
        """
        values = np.asarray(inputs, dtype=np.float64)
        wanted = np.zeros((len(values), network.spec.outputs)) if targets is None else targets
        self.network = network
        self.batch = make_batch(np.arange(len(values)), values, wanted)
        self._parameters, self._fixed_statistics = np.zeros(network.size), fixed_statistics
        self._left_out: tuple[bool, ...] | None = None
        self.workspace: Workspace

    def forward(self, parameters: Array, running: Array, dropout: Sequence[float]) -> float:
        """The mean loss over all samples. `parameters` and `running` are flat; `dropout` is one rate a hidden layer."""
        self._prepare_workspace(tuple(rate == 1 for rate in dropout))
        self._parameters[:] = parameters
        self.workspace.statistics[:] = running
        with np.errstate(all="ignore"):
            return self.workspace.forward(self.batch)

    def backward(self) -> None:
        """After forward: the gradients of that loss, the running averages held constant."""
        with np.errstate(all="ignore"):
            self.workspace.backward(self.batch)

    @property
    def outputs(self) -> Array:
        """What the last forward answered, (outputs, n): probabilities or ŷ; a view, to be copied."""
        spec = self.network.spec
        if spec.loss != "squared_error":
            return self.workspace.area("outputs")
        return self.workspace.area("z_last" if spec.output_activation == "linear" else "a_last")

    def activations(self) -> list[Array]:
        """a{k} of every hidden layer, each (units, n); views."""
        return [layer.a for layer in self.workspace.hidden]

    def _prepare_workspace(self, left_out: tuple[bool, ...]) -> None:
        if left_out == self._left_out:
            return
        self.workspace = Workspace(
            Layout(self.network, self.batch.size, left_out), self._parameters, self._fixed_statistics
        )
        for layer in self.workspace.hidden:
            if layer.keep is not None:
                layer.keep[...] = 0.0
        self._left_out = left_out


def predict(network: Network, parameters: Array, running: Array, dropout: Sequence[float], inputs: ArrayLike) -> Array:
    """The network's outputs (n, outputs) for inputs (n, inputs), as evaluation computes them."""
    inference = Inference(network, inputs)
    inference.forward(parameters, running, dropout)
    return np.ascontiguousarray(inference.outputs.T)


def batch_statistics_loss(
    network: Network, parameters: Array, dropout: Sequence[float], inputs: ArrayLike, targets: ArrayLike
) -> float:
    """The mean loss as an evaluation has it, but with batch norm by the means and variances of these samples."""
    inference = Inference(network, inputs, targets, fixed_statistics=False)
    return inference.forward(parameters, network.initial_running(), dropout)
