"""Values as JSON: NumPy's arrays, numbers that are not finite, integers above 2^53, and bytes as base64."""

from base64 import b64encode
from typing import Any

import numpy as np
import orjson

from ...runs.run import LayerBytes

BLOCK = 20_000  # numbers: a millisecond or two
LARGEST_EXACT = 2**53  # larger integers do not survive JavaScript's numbers


def dumps(value: Any) -> bytes:
    """JSON; a number that is not finite becomes null."""
    return orjson.dumps(value, _nested_lists, orjson.OPT_SERIALIZE_NUMPY)


def matrix(values: Any) -> Any:
    """A matrix as `dumps` takes it; a large one is written a block of rows at a time, and between two others go on."""
    if not isinstance(values, np.ndarray) or values.size <= BLOCK:
        return values
    rows = max(1, BLOCK // values.shape[1])
    blocks = [dumps(values[first : first + rows])[1:-1] for first in range(0, len(values), rows)]
    return orjson.Fragment(b"[" + b",".join(blocks) + b"]")


def _nested_lists(value: Any) -> Any:
    """What orjson does not take by itself: an array that is not contiguous."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} does not go into JSON")


def integer(value: int) -> int | str:
    """Exact on every reader: above 2^53 as a string."""
    return value if value <= LARGEST_EXACT else str(value)


def base64(values: Any) -> str:
    """An array of bytes as text."""
    return b64encode(values.tobytes()).decode()


def layer_bytes(layer: LayerBytes) -> dict[str, Any]:
    return {"lo": layer.lo, "hi": layer.hi, "units": [base64(unit) for unit in layer.units]}


def not_finite(values: Any) -> dict[str, Any]:
    """{"finite": false, "not_finite": counts} where some number is not; else nothing."""
    numbers = np.concatenate([np.asarray(value, dtype=np.float64).reshape(-1) for value in values] or [np.empty(0)])
    if np.isfinite(numbers).all():
        return {}
    counts = {"nan": np.isnan(numbers), "+inf": np.isposinf(numbers), "-inf": np.isneginf(numbers)}
    return {"finite": False, "not_finite": {name: int(found.sum()) for name, found in counts.items()}}
