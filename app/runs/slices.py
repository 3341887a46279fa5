"""Work in slices: generators that yield after at most 2 ms, so that whoever drives them can let others have a turn."""

from collections.abc import Generator
from typing import TypeAlias, TypeVar

T = TypeVar("T")
Slices: TypeAlias = Generator[None, None, T]

SLICE = 0.002  # seconds that a run may hold the only thread


def finish(work: Slices[T]) -> T:
    """What slices of work return, done at once."""
    while True:
        try:
            next(work)
        except StopIteration as stop:
            result: T = stop.value
            return result
