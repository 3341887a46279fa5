"""Messages between a server and the processes that compute: a pickled value, its long lists and arrays beside it.

A message is the number of its parts, and each part after its length, both in eight bytes. The parts: how many pieces
each list was cut into, those pieces, the value without the lists, and its arrays, which are not copied.
"""

import pickle
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from ..runs.slices import Slices

NUMBER = 8  # bytes
LONG = 500  # items: a longer list, of a table's rows say, is cut into pieces of so many


def packed(value: Any, cut: bool = False) -> list[memoryview]:
    """What is to be sent, part by part. `cut`: long lists are cut, so that they can be unpickled piece by piece; to
    find them slows pickling down."""
    arrays: list[pickle.PickleBuffer] = []
    main = BytesIO()
    pickler = (_Cutter if cut else _Pickler)(main, pickle.HIGHEST_PROTOCOL, buffer_callback=arrays.append)
    pickler.dump(value)
    parts = [_pickled([len(pieces) for pieces in pickler.cut]), *(piece for pieces in pickler.cut for piece in pieces)]
    sent = [_number(len(parts) + 1 + len(arrays))]
    for part in (*(memoryview(part) for part in parts), main.getbuffer(), *(array.raw() for array in arrays)):
        sent += [_number(len(part)), part]
    return sent


def unpacking(parts: Sequence[Any]) -> Slices[Any]:
    """The value again, from its parts, piece by piece. Arrays can be written where their parts can."""
    counts, at = pickle.loads(parts[0]), 1
    lists: list[list[Any]] = []
    for count in counts:
        lists.append([])
        for piece in parts[at : at + count]:
            lists[-1] += pickle.loads(piece)
            yield
        at += count
    return _Joiner(lists, BytesIO(parts[at]), buffers=parts[at + 1 :]).load()


def number(sent: bytes) -> int:
    return int.from_bytes(sent, "big")


def _number(value: int) -> memoryview:
    return memoryview(value.to_bytes(NUMBER, "big"))


def _pickled(value: Any) -> bytes:
    return pickle.dumps(value, pickle.HIGHEST_PROTOCOL)


class _Pickler(pickle.Pickler):
    """`cut`: of each long list that was met, its pieces."""

    cut: Sequence[list[bytes]] = ()


class _Cutter(_Pickler):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cut: list[list[bytes]] = []

    def persistent_id(self, value: Any) -> int | None:
        if type(value) is not list or len(value) <= LONG:
            return None
        self.cut.append([_pickled(value[first : first + LONG]) for first in range(0, len(value), LONG)])
        return len(self.cut) - 1


class _Joiner(pickle.Unpickler):
    def __init__(self, lists: list[list[Any]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lists = lists

    def persistent_load(self, name: int) -> list[Any]:
        return self._lists[name]
