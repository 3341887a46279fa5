"""Values as bytes and back, exact to the last bit: a header in JSON, arrays as they lie in memory, and a digest of all.

No pickle: whoever can write to the store must not be able to run code here.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from hashlib import blake2b
from typing import Any, get_args, get_type_hints

import numpy as np
import orjson
from numpy.typing import NDArray

from ..engine.arrays import read_only
from ..runs.tables import UploadedTable

DIGEST = 16  # bytes


class DamagedError(Exception):
    """What was kept is not what was written."""


def pack(header: Mapping[str, Any], arrays: Sequence[NDArray[Any]] = ()) -> bytes:
    """Header and arrays as bytes that notice damage."""
    little = [np.ascontiguousarray(array, array.dtype.newbyteorder("<")) for array in arrays]
    shapes = [[array.dtype.str, *array.shape] for array in little]
    text = orjson.dumps({**header, "arrays": shapes})
    parts = [len(text).to_bytes(4, "little"), text, *(array.tobytes() for array in little)]
    digest = blake2b(digest_size=DIGEST)
    for part in parts:
        digest.update(part)
    return b"".join([digest.digest(), *parts])


def unpack(content: bytes) -> tuple[dict[str, Any], list[NDArray[Any]]]:
    """The header and the arrays, read-only; DamagedError."""
    body = memoryview(content)[DIGEST:]
    if blake2b(body, digest_size=DIGEST).digest() != content[:DIGEST]:
        raise DamagedError("the digest does not fit")
    end = 4 + int.from_bytes(body[:4], "little")
    header = orjson.loads(body[4:end])
    arrays: list[NDArray[Any]] = []
    for kind, *shape in header.pop("arrays"):
        count = math.prod(shape)
        flat = np.frombuffer(body, np.dtype(kind), count, end)
        arrays.append(read_only(flat.astype(flat.dtype.newbyteorder("=")).reshape(shape)))
        end += flat.nbytes
    return header, arrays


def _parts(kind: Any, found: dict[str, type]) -> dict[str, type]:
    """Every dataclass that a value of this type may hold, by name."""
    for each in get_args(kind):
        _parts(each, found)
    if isinstance(kind, type) and is_dataclass(kind) and kind.__name__ not in found:
        found[kind.__name__] = kind
        for each in get_type_hints(kind).values():
            _parts(each, found)
    return found


TABLE_PARTS = _parts(UploadedTable, {})


def pack_table(table: UploadedTable) -> bytes:
    """A table with all that was decided about it."""
    arrays: list[NDArray[Any]] = []
    return pack({"table": _written(table, arrays)}, arrays)


def unpack_table(content: bytes) -> UploadedTable:
    header, arrays = unpack(content)
    table = _read(header["table"], arrays)
    assert isinstance(table, UploadedTable)
    return table


def _written(value: Any, arrays: list[NDArray[Any]]) -> Any:
    """As JSON has it: a dataclass by its name, an array by its number, what JSON has no word for as text."""
    if isinstance(value, np.ndarray):
        arrays.append(value)
        return {"array": len(arrays) - 1}
    if is_dataclass(value) and type(value) is TABLE_PARTS.get(type(value).__name__):
        return {
            "is": type(value).__name__,
            "of": {field.name: _written(getattr(value, field.name), arrays) for field in fields(value)},
        }
    if isinstance(value, tuple):
        return [_written(each, arrays) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return {"float": repr(value)}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"a table can't be kept with a {type(value).__name__}")


def _read(value: Any, arrays: list[NDArray[Any]]) -> Any:
    if isinstance(value, list):
        return tuple(_read(each, arrays) for each in value)
    if not isinstance(value, dict):
        return value
    if "array" in value:
        return arrays[value["array"]]
    if "float" in value:
        return float(value["float"])
    return TABLE_PARTS[value["is"]](**{name: _read(each, arrays) for name, each in value["of"].items()})
