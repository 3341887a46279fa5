"""Values between JSON and NumPy: null is NaN, an array is a list of rows."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]


def number(value: Any) -> float:
    """null, where a number is not finite, is NaN."""
    return math.nan if value is None else float(value)


def array(value: Any) -> Array:
    """Lists as a float64 array, read-only, so that a record stays what was recorded."""
    found = np.array(value, dtype=np.float64)
    found.flags.writeable = False
    return found


def arrays(named: Mapping[str, Any]) -> dict[str, Array]:
    return {name: array(value) for name, value in named.items()}


def plain(value: Any) -> Any:
    """What the JSON writer knows: arrays as lists, NumPy's numbers as Python's, NaN as null."""
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [plain(each) for each in value]
    return value


def layers(hidden: Sequence[Any], activation: str) -> list[Any]:
    """[8, 8] -> two layers of eight units with that activation; a layer that is given whole stays as it is."""
    return [{"units": int(each), "activation": activation} if isinstance(each, int) else each for each in hidden]
