"""A run in memory, with what is known of how it is kept, and of how much memory it takes."""

from dataclasses import dataclass
from time import monotonic

from ..runs.run import Run

MEASURED = 10.0  # seconds: a run's memory is measured that often, as that takes as long as two frames of it


@dataclass
class LiveRun:
    """A run in memory, as `moving` says it was kept at `version`; `stored` are the steps of its stored checkpoints."""

    run: Run
    version: str
    moving: bytes
    stored: set[int]
    bytes: int = 0
    measured: float = 0.0
    cost: float = 0.0  # seconds that it took to measure
    uses: int = 0
    measured_uses: int = 0  # of them, when it was measured
    touched: float = 0.0

    def take(self, size: int, cost: float) -> None:
        """How many bytes it was found to hold, and how long that took."""
        self.bytes, self.cost, self.measured, self.measured_uses = size, cost, monotonic(), self.uses

    @property
    def is_due(self) -> bool:
        """Whether its memory is to be measured: it grows in its first uses, hardly in later ones."""
        return self.uses >= 2 * self.measured_uses or monotonic() > self.measured + MEASURED
