"""Messages between a server and the processes that compute: a pickled value, and beside it the arrays that are in it.

A message is a number of parts; it and each part's length stand in front, in eight bytes.
"""

import pickle
from collections.abc import Sequence
from typing import Any

NUMBER = 8  # bytes


def packed(value: Any) -> list[memoryview]:
    """What is to be sent, one after the other; arrays are not copied."""
    beside: list[pickle.PickleBuffer] = []
    text = pickle.dumps(value, pickle.HIGHEST_PROTOCOL, buffer_callback=beside.append)
    sent = [_number(1 + len(beside))]
    for part in (memoryview(text), *(array.raw() for array in beside)):
        sent += [_number(len(part)), part]
    return sent


def unpacked(parts: Sequence[Any]) -> Any:
    """The value again, from its parts; arrays can be written where their parts can."""
    return pickle.loads(parts[0], buffers=parts[1:])


def number(sent: bytes) -> int:
    return int.from_bytes(sent, "big")


def _number(value: int) -> memoryview:
    return memoryview(value.to_bytes(NUMBER, "big"))
