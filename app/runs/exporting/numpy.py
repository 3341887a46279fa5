"""Export as a Python file that predicts with NumPy alone."""

from .model import Layer, Model
from .source import array, heading, prepare_function, self_test, to_real

# Each of z, elementwise; the same forms as the engine's.
ACTIVATIONS = {
    "linear": "z",
    "sigmoid": "1 / (1 + np.exp(-z))",
    "tanh": "np.tanh(z)",
    "relu": "np.maximum(z, 0.0)",
    "leaky_relu": "np.maximum(z, 0.01 * z)",
    "elu": "np.maximum(z, 0.0) + np.expm1(np.minimum(z, 0.0))",
    "gelu": "0.5 * z * (1 + np.tanh(np.sqrt(2 / np.pi) * z * (1 + 0.044715 * np.minimum(z * z, 400.0))))",
    "step": "np.heaviside(z, 0.0)",
}
SOFTMAX = """    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)"""


def write(model: Model) -> bytes:
    """The file."""
    parts = [
        heading(model, "NumPy alone, with nothing else to load"),
        "import numpy as np\n",
        "inf, nan = np.inf, np.nan\n",
        prepare_function(model),
    ]
    body = ["", "def network(a):", '    """What the network sees (samples, features) -> its outputs."""']
    for k, layer in enumerate(model.layers, 1):
        parts.append(_parameters(k, layer))
        body += _forward(k, layer, last=k == len(model.layers))
    body.append(SOFTMAX if model.output == "softmax" else f"    return {ACTIVATIONS[model.output]}")
    answering = '\n\ndef predict(X):\n    with np.errstate(all="ignore"):\n        return ANSWER\n'.replace(
        "ANSWER", to_real(model, "network(prepare(X))")
    )
    return "\n".join([*parts, *body, answering, self_test(model)]).encode()


def _parameters(k: int, layer: Layer) -> str:
    lines = [f"W{k} = {array(layer.W)}", f"b{k} = {array(layer.b)}"]
    if layer.norm is not None:
        lines += [f"gamma{k} = {array(layer.norm.gamma)}", f"beta{k} = {array(layer.norm.beta)}"]
        lines += [f"mean{k} = {array(layer.norm.mean)}", f"variance{k} = {array(layer.norm.variance)}"]
    return "\n".join(lines) + "\n"


def _forward(k: int, layer: Layer, last: bool) -> list[str]:
    lines = [f"    z = a @ W{k} + b{k}"]
    if layer.norm is not None:
        lines.append(f"    z = (z - mean{k}) / np.sqrt(variance{k} + 1e-5) * gamma{k} + beta{k}")
    if not last:
        lines.append(f"    a = {ACTIVATIONS[layer.activation]}")
    if layer.left_out:
        lines.append("    a = a * 0.0  # every unit of this layer was dropped, always")
    return lines
