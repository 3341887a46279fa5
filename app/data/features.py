"""Features: the columns that a network sees, the table's own or simple functions of two of them."""

from collections.abc import Callable, Sequence

import numpy as np

from .datasets import Array
from .errors import DataError

FEATURES: dict[str, Callable[[Array, Array], Array]] = {
    "x1": lambda x1, _: x1,
    "x2": lambda _, x2: x2,
    "x1^2": lambda x1, _: x1 * x1,
    "x2^2": lambda _, x2: x2 * x2,
    "x1*x2": lambda x1, x2: x1 * x2,
    "sin(x1)": lambda x1, _: np.sin(x1),
    "sin(x2)": lambda _, x2: np.sin(x2),
}
"""Of two raw columns, in raw units; x1 is the first column and x2 the second, whatever the table calls them."""


def available(columns: Sequence[str]) -> tuple[str, ...]:
    """The feature names that a table with these columns offers: its own columns, and with two of them also FEATURES."""
    own = tuple(columns)
    return own + tuple(name for name in FEATURES if name not in own) if len(own) == 2 else own


def reads(name: str, columns: Sequence[str]) -> tuple[str, ...]:
    """The columns that a feature is made of."""
    return (name,) if name in columns else tuple(c for c, x in zip(columns, ("x1", "x2"), strict=True) if x in name)


def checked_names(names: Sequence[str] | None, columns: Sequence[str]) -> tuple[str, ...]:
    """The names asked for, checked; all columns where none were asked for."""
    if names is None:
        return tuple(columns)
    offer = available(columns)
    if not names:
        raise DataError("at least one feature is needed", ("features",), list(names), offer)
    for position, name in enumerate(names):
        if name not in offer:
            raise DataError(f"this data has no feature {name!r}", ("features", position), name, offer)
        if name in names[:position]:
            raise DataError(f"feature {name!r} is named twice", ("features", position), name, "each name once")
    return tuple(names)


def apply(names: Sequence[str], columns: Sequence[str], inputs: Array) -> Array:
    """Raw inputs (samples, columns) -> features (samples, names). Overflow gives infinity, NaN stays NaN."""
    values = np.empty((len(inputs), len(names)))
    with np.errstate(over="ignore", invalid="ignore"):
        for position, name in enumerate(names):
            values[:, position] = (
                inputs[:, list(columns).index(name)] if name in columns else FEATURES[name](inputs[:, 0], inputs[:, 1])
            )
    return values
