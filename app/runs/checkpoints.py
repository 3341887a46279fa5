"""States of a run, kept on the way, that it can be replayed from."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..engine.training import State
from .build import Start

CHECKPOINT_BYTES = 4_000_000  # what the checkpoints of a run may take together
MAX_CHECKPOINTS, MIN_CHECKPOINTS = 256, 16
FIRST_INTERVAL = 16  # steps between checkpoints, doubled whenever there are too many of them


@dataclass
class Checkpoints:
    """Starts to replay from, thinned as they grow in number: the first is kept for good."""

    first: int
    starts: dict[int, Start]
    most: int
    interval: int = FIRST_INTERVAL
    steps: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, start: Start, later: Sequence[Start] = ()) -> "Checkpoints":
        """The start of a run, and what was kept of its way since."""
        size = state_bytes(start.state)
        most = min(MAX_CHECKPOINTS, max(MIN_CHECKPOINTS, CHECKPOINT_BYTES // size))
        starts = {each.state.step: each for each in (start, *later)}
        found = cls(start.state.step, starts, most, steps=sorted(starts))
        while (found.steps[-1] - found.first) // found.interval >= most:
            found.interval *= 2
        return found

    def in_order(self) -> list[Start]:
        return [self.starts[step] for step in self.steps]

    def is_due(self, step: int) -> bool:
        return step % self.interval == 0 and step not in self.starts

    def add(self, start: Start) -> None:
        self.starts[start.state.step] = start
        self.steps.insert(bisect_right(self.steps, start.state.step), start.state.step)
        if len(self.steps) > self.most:
            self.interval *= 2
            self._keep([step for step in self.steps if step == self.first or step % self.interval == 0])

    def before(self, step: int) -> Start:
        """The latest start that is not after `step`."""
        return self.starts[self.steps[bisect_right(self.steps, step) - 1]]

    def discard_after(self, step: int) -> None:
        self._keep([kept for kept in self.steps if kept <= step])

    def _keep(self, steps: list[int]) -> None:
        self.steps = steps
        self.starts = {step: self.starts[step] for step in steps}


def state_bytes(state: State) -> int:
    return 500 + state.parameters.nbytes * (1 + len(state.moments)) + state.running.nbytes
