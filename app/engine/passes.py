"""Forward passes over whole arrays, many at once, for instruments.

Everything is whole arrays (..., samples, units): with leading axes one call carries many masks, or many draws of noise.
Nothing here is the trainer's: an instrument never writes in a workspace that a step uses.
"""

from collections.abc import Callable

import numpy as np

from .activations import activate
from .arrays import Array, Floats
from .network import Network
from .spec import NetworkSpec

ActivationHook = Callable[[int, Array], Array]
"""(hidden layer from 1, its activations) -> what goes on to the next layer: a mask, noise, or the same."""

OnActivation = Callable[[str, Array], None]
"""Called with each value and its record's name: z1, n1, a1, ..."""

EPSILON = 1e-5


def forward(
    network: Network,
    parameters: Array,
    inputs: Array,
    *,
    running: Array | None = None,
    activation_hook: ActivationHook | None = None,
    on_activation: OnActivation | None = None,
    extra: int = 0,
) -> Array:
    """The last layer's z (..., samples, outputs) for inputs (samples, inputs).

    Batch norm uses `running` averages, or, without them, the means and variances of all samples but the last `extra`:
    those go through with the batch's statistics and have no part in them.
    """
    report = on_activation or (lambda _name, _value: None)
    named, x = network.unpack(parameters), inputs
    averages = None if running is None else network.unpack_running(running)
    with np.errstate(all="ignore"):
        for k, layer in enumerate(network.spec.hidden, 1):
            z = x @ named[f"W{k}"] + named[f"b{k}"]
            report(f"z{k}", z)
            if layer.batch_norm:
                own = z[..., : z.shape[-2] - extra, :]
                mean = own.mean(axis=-2, keepdims=True) if averages is None else averages[f"running_mean{k}"]
                variance = own.var(axis=-2, keepdims=True) if averages is None else averages[f"running_variance{k}"]
                z = named[f"gamma{k}"] * (z - mean) / np.sqrt(variance + EPSILON) + named[f"beta{k}"]
                report(f"n{k}", z)
            x = activate(layer.activation, z)
            report(f"a{k}", x)
            x = x if activation_hook is None else activation_hook(k, x)
        last = len(network.spec.hidden) + 1
        z = x @ named[f"W{last}"] + named[f"b{last}"]
        report(f"z{last}", z)
    return z


def outputs_of(spec: NetworkSpec, z: Array) -> Array:
    """What the network answers, given its last z: probabilities, or ŷ; the same shape."""
    if spec.loss == "binary_cross_entropy":
        return activate("sigmoid", z)
    if spec.loss == "softmax_cross_entropy":
        with np.errstate(all="ignore"):
            return softmax(z)
    return activate(spec.output_activation, z)


def softmax(z: Array) -> Array:
    """Over the last axis."""
    raised = np.exp(z - z.max(axis=-1, keepdims=True))
    shares: Array = raised / raised.sum(axis=-1, keepdims=True)
    return shares


def sample_losses(spec: NetworkSpec, z: Floats, targets: Array) -> Array:
    """Each sample's own loss (..., samples), from the last z."""
    with np.errstate(all="ignore"):
        if spec.loss == "binary_cross_entropy":
            each = np.logaddexp(0, z) - targets * z
        elif spec.loss == "softmax_cross_entropy":
            each = np.logaddexp.reduce(z, axis=-1, keepdims=True) - (targets * z).sum(axis=-1, keepdims=True)
        else:
            each = 0.5 * (activate(spec.output_activation, z) - targets) ** 2
        losses: Array = each.sum(axis=-1)
    return losses
