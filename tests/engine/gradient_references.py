"""References for gradients: central differences, and a second network written with autograd.

Neither shares a line of backward code with the engine.
"""

from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd import grad

from app.engine.tape import Step
from app.engine.workspace import Layout, Workspace


def relative_error(found: Any, wanted: Any, floor: float = 1e-12) -> float:
    """‖found − wanted‖ / max(‖found‖, ‖wanted‖, floor)"""
    found, wanted = np.asarray(found), np.asarray(wanted)
    assert found.shape == wanted.shape
    return float(np.linalg.norm(found - wanted) / max(np.linalg.norm(found), np.linalg.norm(wanted), floor))


def central_differences(step: Step, h: float = 1e-5) -> Any:
    """dL of every parameter (size,) by moving each a little; the step's batch and mask held."""
    layout = step.layout
    workspace = Workspace(Layout(layout.network, layout.samples, layout.dropping), step.flat.copy())
    if workspace.keep is not None:
        workspace.keep[:] = layout.slots["keep"].view(np.frombuffer(step._data))
    gradient = np.empty(step.network.size)
    for i, value in enumerate(step.flat):
        workspace.parameters[i] = value + h
        above = workspace.forward(step.batch)
        workspace.parameters[i] = value - h
        gradient[i] = (above - workspace.forward(step.batch)) / (2 * h)
        workspace.parameters[i] = value
    return gradient


def check_by_differences(step: Step, tolerance: float = 1e-6) -> None:
    """AssertionError names a parameter whose recorded gradient is not what the loss does."""
    wanted = step.network.unpack(central_differences(step))
    for name, numbers in wanted.items():
        error = relative_error(step[f"d{name}"].value, numbers, floor=1e-2)
        assert error < tolerance, f"d{name} is off by {error:.1e}"


def check_by_autograd(step: Step, tolerance: float = 1e-9) -> None:
    """AssertionError names a record, forward or backward, that the other network computes otherwise."""
    values, gradients = by_autograd(step)
    # a bias before batch norm has gradient 0 but for rounding: next to the largest gradient, not to itself
    floor = 1e-3 * max(np.linalg.norm(gradient) for gradient in gradients.values())
    for record in step.tape:
        if record.phase == "update":
            continue
        if record.phase == "backward":
            error = relative_error(record.value, gradients[record.name[1:]], floor)
        else:
            error = relative_error(record.value, values[record.name])
        assert error < tolerance, f"{record.name} is off by {error:.1e}"
    assert relative_error(step["L"].outputs, values["outputs"]) < tolerance


def by_autograd(step: Step) -> tuple[dict[str, Any], dict[str, Any]]:
    """Every value of the step's pass by name, and dL of every value and parameter; masks from the record.

    A zero is added to each value; the gradient of that zero is the value's.
    """
    values: dict[str, Any] = {}
    shapes = {r.name: np.shape(r.value) for r in step.tape if r.phase == "forward" and r.name != "x"}

    def loss(free: dict[str, Any]) -> Any:
        def named(name: str, value: Any) -> Any:
            values[name] = getattr(value, "_value", value)
            return value + free[name]

        return _loss(step, free, named, values)

    free = {name: np.zeros(shape) for name, shape in shapes.items()} | step.parameters
    gradients = grad(loss)(free)
    values |= {"x": step.batch.inputs}
    loss_value = loss(free)
    return values | {"L": loss_value}, gradients


def _loss(step: Step, free: dict[str, Any], named: Any, values: dict[str, Any]) -> Any:
    spec, y, h = step.network.spec, step.batch.targets, step.batch.inputs
    for k, layer in enumerate(spec.hidden, 1):
        z = named(f"z{k}", h @ free[f"W{k}"] + free[f"b{k}"])
        if layer.batch_norm:
            mean = anp.mean(z, axis=0)
            variance = anp.mean((z - mean) ** 2, axis=0)
            z = named(f"n{k}", free[f"gamma{k}"] * (z - mean) / anp.sqrt(variance + 1e-5) + free[f"beta{k}"])
        h = named(f"a{k}", ACTIVATIONS[layer.activation](z))
        rate = step.settings.dropout[k - 1]
        if rate > 0:
            mask = step[f"d{k}"].mask
            assert mask is not None
            h = named(f"d{k}", h * mask / (1 - rate) if rate < 1 else h * 0.0)
    last = len(spec.hidden) + 1
    z = named(f"z{last}", h @ free[f"W{last}"] + free[f"b{last}"])
    if spec.loss == "binary_cross_entropy":
        p = 1 / (1 + anp.exp(-z))
        values["outputs"] = getattr(p, "_value", p)
        # -y ln p - (1 - y) ln(1 - p), without the difference 1 - p, of which a large z leaves few digits
        return anp.sum(anp.logaddexp(0, z) - y * z) / len(y)
    if spec.loss == "softmax_cross_entropy":
        p = anp.exp(z) / anp.sum(anp.exp(z), axis=1, keepdims=True)
        values["outputs"] = getattr(p, "_value", p)
        return -anp.sum(y * anp.log(p)) / len(y)
    if spec.output_activation != "linear":
        z = named(f"a{last}", ACTIVATIONS[spec.output_activation](z))
    values["outputs"] = getattr(z, "_value", z)
    return anp.sum((z - y) ** 2) / 2 / len(y)


ACTIVATIONS: dict[str, Any] = {
    "linear": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + anp.exp(-z)),
    "tanh": anp.tanh,
    "relu": lambda z: anp.where(z > 0, z, 0.0 * z),
    "leaky_relu": lambda z: anp.where(z > 0, z, 0.01 * z),
    "elu": lambda z: anp.where(z > 0, z, anp.exp(z) - 1),
    "gelu": lambda z: 0.5 * z * (1 + anp.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3))),
    "step": lambda z: anp.where(z > 0, 1.0, 0.0) + 0.0 * z,
}
