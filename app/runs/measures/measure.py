"""A measure: one number of a run, with its title, unit and kind."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..snapshots import RunSnapshot


@dataclass(frozen=True)
class Measure:
    """A number that a run has. `replay` says that the losses of all its steps are needed to know it."""

    name: str
    title: str
    unit: str
    kind: str  # number | percent | integer | seconds | yes
    take: Callable[[RunSnapshot], float | None]
    replay: bool = False

    def of(self, snapshot: RunSnapshot) -> float | None:
        """Taken once. None where it is not there, or is not a number. Infinity is None too."""
        with snapshot.lock:
            if self.name not in snapshot.values:
                with np.errstate(all="ignore"):
                    taken = self.take(snapshot)
                usable = taken is not None and math.isfinite(taken)
                snapshot.values[self.name] = float(taken) if usable and taken is not None else None
            return snapshot.values[self.name]
