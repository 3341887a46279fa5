"""Python source around an exported model; names from outside enter it as quoted strings, never as code."""

from collections.abc import Sequence
from dataclasses import fields
from inspect import getsource

import numpy as np

from ...data import numberformat
from ...data.numberformat import NumberFormat
from ...engine.arrays import Array
from .model import Model

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


TABLE = '''
def table(rows):
    """Rows by column name, [{"column": value, ...}], None for missing -> raw columns (samples, columns)."""
    names = [name for name, *_ in ROW_COLUMNS]
    found = []
    for row in rows:
        for name in row:
            if name not in names and name not in OTHER_COLUMNS:
                raise ValueError(f"no input column {name!r}; the inputs are {names}")
        found.append([value for column in ROW_COLUMNS for value in values(row.get(column[0]), *column)])
    return np.array(found, dtype=np.float64)

'''
VALUES_OF_NUMBERS = '''
def values(cell, name, fills):
    """What a cell becomes."""
    return fills if cell is None else [float(cell)]

'''
VALUES = '''
def values(cell, name, fills, categories, gaps, says_missing, written):
    """What a cell becomes: a text is read as the file has it."""
    whole = isinstance(cell, float) and cell.is_integer()
    text = "" if cell is None else str(int(cell)) if whole else " ".join(str(cell).split())
    if is_missing(text) or text in gaps:
        return fills
    if categories:
        found = [float(text == category) for category in categories]
    else:
        found = [written.read(text) if isinstance(cell, str) else float(cell)]
        if not math.isfinite(found[0]):
            raise ValueError(f"{cell!r} is not a finite number; {name!r} holds {written.words or 'numbers'}")
    return found + [0.0] * says_missing

'''


def row_columns(model: Model) -> list[str]:
    """ROW_COLUMNS: the data's own columns, and what each becomes."""
    lines = [
        "# The data's own columns, and what each is filled with where it is missing, found on the training split.",
        *(READ_AS if model.from_texts else []),
        "ROW_COLUMNS = [",
    ]
    at = 0
    for source in model.sources:
        fills = numbers(model.fills[at : at + len(source.becomes)])
        at += len(source.becomes)
        parts = [ascii(source.name), fills]
        if model.from_texts:
            parts += [strings(source.indicates), strings(source.gaps), str(source.says_missing)]
            parts.append(_format(source.format))
        lines.append(f"    ({', '.join(parts)}),")
    return [*lines, "]", f"OTHER_COLUMNS = {strings(model.ignored)}"]


READ_AS = [
    "# The categories that have a column of COLUMNS each (none: it holds numbers), texts that stand for a missing",
    "# value besides the usual ones, whether a last column says that it was missing, how its numbers are written.",
]


def _format(written: NumberFormat) -> str:
    """Only what is not as usual; a unit is quoted."""
    usual = NumberFormat()
    changed = {f.name: value for f in fields(written) if (value := getattr(written, f.name)) != getattr(usual, f.name)}
    return f"NumberFormat({', '.join(f'{name}={value!a}' for name, value in changed.items())})"


def reader(model: Model) -> str:
    """How cells are read, word by word as we do it; "" where there are only numbers."""
    if not model.from_texts:
        return ""
    source = getsource(numberformat).encode("ascii", "backslashreplace").decode()  # signs stand in plain strings only
    return source[source.index('"""\n', 3) + 4 :].lstrip("\n") + "\n\n"


def to_real(model: Model, answer: str) -> str:
    """An answer in the target's own units: a regression may have been trained in others."""
    return answer if model.target_scaler.kind == "none" else f"{answer} * TARGET_SCALE + TARGET_OFFSET"


def _target_units(model: Model) -> list[str]:
    """TARGET_OFFSET and TARGET_SCALE, where the target is scaled."""
    scaler = model.target_scaler
    if scaler.kind == "none":
        return []
    return [
        "# It was trained on (target - TARGET_OFFSET) / TARGET_SCALE; `predict` answers in the target's own units.",
        f"TARGET_OFFSET = {array(scaler.offset)}",
        f"TARGET_SCALE = {array(scaler.scale)}",
    ]


def prepare_function(model: Model) -> str:
    """COLUMNS, CLASSES, `table(rows)`, and `prepare(X)`: raw columns -> features -> scaled, with NumPy."""
    scaler = model.scaler
    lines = [
        reader(model),
        f"COLUMNS = {strings(model.columns)}",
        f"FEATURES = {strings(model.features)}",
        f"CLASSES = {strings(model.classes)}",
        *row_columns(model),
        *_target_units(model),
        "",
        VALUES if model.from_texts else VALUES_OF_NUMBERS,
        TABLE,
        "def prepare(X):",
        '    """Raw columns (samples, columns), or rows by name -> what the network sees (samples, features)."""',
        "    X = table(X) if len(X) and isinstance(X[0], dict) else np.asarray(X, dtype=np.float64)",
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
`predict(X)` takes raw columns (samples, columns), or rows in the data's own columns and values,
[{{"column": value, ...}}] with None for missing, and answers {_answers(model)}.
"""
'''


def _answers(model: Model) -> str:
    if model.output == "sigmoid" and model.loss == "binary_cross_entropy":
        return "the probability of the second class (samples, 1)"
    return (
        "a probability for each class (samples, classes)" if model.output == "softmax" else "numbers (samples, outputs)"
    )
