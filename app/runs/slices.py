"""Work in slices: generators that yield after at most 2 ms, so that their driver can let others have a turn."""

from collections.abc import Generator
from time import perf_counter
from typing import TypeAlias, TypeVar

T = TypeVar("T")
Slices: TypeAlias = Generator[None, None, T]

SLICE = 0.002  # seconds that a run may hold the only thread


class SliceTimer:
    """Says when the slice under way has taken its time."""

    def __init__(self) -> None:
        self._end = perf_counter() + SLICE

    def is_over(self) -> bool:
        return perf_counter() > self._end

    def restart(self) -> None:
        """To be called after the yield: the time in which others had their turn does not count."""
        self._end = perf_counter() + SLICE


def finish(work: Slices[T]) -> T:
    """What slices of work return, done at once."""
    while True:
        try:
            next(work)
        except StopIteration as stop:
            result: T = stop.value
            return result
