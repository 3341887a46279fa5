"""Where a run can be replayed from: starts that were kept on the way, and how many there may be."""

from bisect import bisect_right
from dataclasses import dataclass, field

from app.engine.training import State
from app.runs.build import Start

MARKS_BYTES = 4_000_000  # what the marks of a run may take together
MOST_MARKS, LEAST_MARKS = 256, 16
FIRST_INTERVAL = 16  # steps between marks, doubled whenever there are too many of them


@dataclass
class Marks:
    """Starts to replay from, thinned as they grow in number: the first is kept for good."""

    first: int
    starts: dict[int, Start]
    most: int
    interval: int = FIRST_INTERVAL
    order: list[int] = field(default_factory=list)

    @classmethod
    def at(cls, start: Start) -> "Marks":
        size = state_bytes(start.state)
        most = min(MOST_MARKS, max(LEAST_MARKS, MARKS_BYTES // size))
        return cls(start.state.step, {start.state.step: start}, most, order=[start.state.step])

    def due(self, step: int) -> bool:
        return step % self.interval == 0 and step not in self.starts

    def add(self, start: Start) -> None:
        self.starts[start.state.step] = start
        self.order.insert(bisect_right(self.order, start.state.step), start.state.step)
        if len(self.order) > self.most:
            self.interval *= 2
            self._keep([step for step in self.order if step == self.first or step % self.interval == 0])

    def before(self, step: int) -> Start:
        """The latest start that is not after `step`."""
        return self.starts[self.order[bisect_right(self.order, step) - 1]]

    def forget_after(self, step: int) -> None:
        self._keep([at for at in self.order if at <= step])

    def _keep(self, order: list[int]) -> None:
        self.order = order
        self.starts = {step: self.starts[step] for step in order}


def state_bytes(state: State) -> int:
    return 500 + state.parameters.nbytes * (1 + len(state.moments)) + state.running.nbytes
