"""How much memory an object holds, and its way back to the system."""

import ctypes
import gc
import os
import sys
from pathlib import Path
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from .changes import Changes

_CHANGE = 350  # bytes of one change, with the controls that it puts into force; looking at each takes too long
NUMBER = 24  # bytes of a float
LARGE = 4_000_000  # bytes: to ask the system for smaller ones each time would slow down the steps
PAGE = os.sysconf("SC_PAGE_SIZE") if sys.platform == "linux" else 0
M_MMAP_THRESHOLD = -3  # as malloc.h has it
_SHARED = (type, ModuleType, BuiltinFunctionType, np.ufunc, np.dtype)


def bytes_held(root: object) -> int:
    """Bytes of all that can be reached from an object, each thing once; an array whole, whoever has a view of it.

    Classes, modules and the globals of functions belong to everybody and are left out. It takes about a millisecond for
    a small run, and a hundred for one that has kept large surfaces.
    """
    total, seen, stack = 0, set(), [root]
    while stack:
        value: Any = stack.pop()
        while isinstance(value, np.ndarray) and isinstance(value.base, np.ndarray):
            value = value.base
        if id(value) in seen or isinstance(value, _SHARED):
            continue
        seen.add(id(value))
        if isinstance(value, Changes):
            total += _CHANGE * len(value)
            continue
        total += sys.getsizeof(value)
        if type(value) in (list, tuple) and set(map(type, value)) == {float}:
            total += NUMBER * len(value)  # a table's targets, say: one by one they would take thirty times as long
        elif isinstance(value, FunctionType):
            stack += [value.__closure__, value.__defaults__]
        elif isinstance(value, MethodType):
            stack.append(value.__self__)
        elif isinstance(value, np.ndarray):
            stack.append(value.base)  # the bytes that it came in, where it came from another process or the store
        else:
            stack += gc.get_referents(value)
    return total


def resident() -> int:
    """Bytes of memory that the process has at present, as Linux says; 0 elsewhere."""
    try:
        pages = int(Path("/proc/self/statm").read_bytes().split()[1])
    except OSError:
        return 0
    return pages * PAGE


def return_memory() -> None:
    """What was let go becomes free for other processes: the C library of Linux keeps it back by itself."""
    _call("malloc_trim", 0)


def return_arrays_at_once() -> None:
    """From now on the memory of a large array is returned as soon as it is let go.

    Else glibc raises its threshold with the first such array that is freed (mallopt(3), M_MMAP_THRESHOLD), and each
    thread keeps the next ones for itself: a run was let go, and the one after it took new memory all the same.
    """
    _call("mallopt", M_MMAP_THRESHOLD, LARGE)


def leave_out_of_collections() -> None:
    """What there is by now stays: Python no longer looks through it for reference cycles, which stops everybody.

    Of a server these are a hundred thousand objects, and 60 to 110 ms whenever runs have become a quarter more.
    """
    gc.collect()
    gc.freeze()


def _call(name: str, *arguments: int) -> None:
    """A function of the C library, where it has it."""
    if sys.platform == "linux":
        function = getattr(ctypes.CDLL(None), name, None)
        if function is not None:
            function(*arguments)
