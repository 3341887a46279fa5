"""Python source around an exported model; names from outside enter it as quoted strings, never as code."""

from collections.abc import Sequence

import numpy as np

from app.engine.arrays import Array
from app.runs.exporting.model import Model

# By feature name: fixed texts of ours. X is (samples, columns).
FORMULAS = {
    "x1": "X[:, 0]",
    "x2": "X[:, 1]",
    "x1^2": "X[:, 0] * X[:, 0]",
    "x2^2": "X[:, 1] * X[:, 1]",
    "x1*x2": "X[:, 0] * X[:, 1]",
    "sin(x1)": "np.sin(X[:, 0])",
    "sin(x2)": "np.sin(X[:, 1])",
}


def numbers(values: Array, indent: str = "") -> str:
    """Nested lists of numbers in the shortest form that reads back the same, a row a line."""
    found = np.asarray(values, dtype=np.float64)
    if found.ndim == 2:
        return "[\n" + "".join(f"{indent}    {numbers(row)},\n" for row in found) + f"{indent}]"
    return "[" + ", ".join(repr(float(value)) for value in found) + "]"


def array(values: Array, indent: str = "") -> str:
    return f"np.array({numbers(values, indent)})"


def strings(names: Sequence[str]) -> str:
    """A list of quoted strings, whatever is in them."""
    return "[" + ", ".join(ascii(name) for name in names) + "]"


def prepare_function(model: Model) -> str:
    """COLUMNS, CLASSES, and `prepare(X)`: raw columns -> features -> scaled, with NumPy."""
    scaler = model.scaler
    lines = [
        f"COLUMNS = {strings(model.columns)}",
        f"FEATURES = {strings(model.features)}",
        f"CLASSES = {strings(model.classes)}",
        "",
        "",
        "def prepare(X):",
        '    """Raw columns (samples, columns) -> what the network sees (samples, features)."""',
        "    X = np.asarray(X, dtype=np.float64)",
        '    with np.errstate(all="ignore"):',
        "        v = np.column_stack([",
        *(f"            {_feature(name, model.columns)}," for name in model.features),
        "        ])",
    ]
    if scaler.kind == "log":
        lines.append("        v = np.sign(v) * np.log1p(np.abs(v))")
    if scaler.low is not None and scaler.high is not None:
        lines.append(f"        v = np.clip(v, np.array({numbers(scaler.low)}), np.array({numbers(scaler.high)}))")
    if scaler.kind != "none":
        lines += [
            f"        offset = np.array({numbers(scaler.offset)})",
            f"        scale = np.array({numbers(scaler.scale)})",
            f"        shift = np.array({numbers(scaler.shift)})",
            "        v = (v - offset) / scale + shift",
        ]
    return "\n".join([*lines, "    return v", ""])


def _feature(name: str, columns: Sequence[str]) -> str:
    """The table's own column of that name, else the formula."""
    return f"X[:, {list(columns).index(name)}]" if name in columns else FORMULAS[name]


def self_test(model: Model) -> str:
    """Run as a script, the file proves itself on some samples."""
    return f"""
# Some raw samples, and what the playground answers to them.
SAMPLES = {array(model.rows)}
ANSWERS = {array(model.answers)}

if __name__ == "__main__":
    found = predict(SAMPLES)
    print(found)
    print("largest difference:", np.max(np.abs(found - ANSWERS)))
"""


def heading(model: Model, what: str) -> str:
    widths = [model.layers[0].W.shape[0], *(layer.W.shape[1] for layer in model.layers)]
    return f'''"""A network from Backprop Playground, as it stood after step {int(model.step)}: {what}.

Widths {"-".join(str(int(width)) for width in widths)}, trained with {model.loss}.
`predict(X)` takes raw columns (samples, columns) and answers {_answers(model)}.
"""
'''


def _answers(model: Model) -> str:
    if model.output == "sigmoid" and model.loss == "binary_cross_entropy":
        return "the probability of the second class (samples, 1)"
    return "a probability for each class (samples, classes)" if model.output == "softmax" else "numbers"
