"""Values that were sent, fit to be sent back."""

import math
from collections.abc import Mapping, Sequence
from typing import Any


def printable(text: str, most: int = 1000) -> str:
    """Text that every reader of JSON can take, not too long."""
    text = text.encode("utf-8", "replace").decode()
    return text if len(text) <= most else text[: most - 1] + "…"


def shown(value: Any, most: int = 20, deep: int = 4) -> Any:
    """A value that was sent: short, not deep, and without what JSON has no word for. Idempotent."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) <= 2**53 else _digits(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, bytes):
        return printable(value[:200].decode("utf-8", "replace"), 200)
    if isinstance(value, Mapping):
        if deep == 0:
            return f"an object of {len(value)}"
        return {printable(str(key), 100): shown(value[key], 5, deep - 1) for key in list(value)[:most]}
    if isinstance(value, Sequence) and not isinstance(value, str):
        if len(value) > most or deep == 0:
            return f"a list of {len(value)}"
        return [shown(item, 5, deep - 1) for item in value]
    return printable(str(value), 200)


def _digits(value: int) -> str:
    return str(value) if abs(value) < 10**40 else "an integer of more than 40 digits"
