"""The changes made to a run, as a value: a PATCH makes another one, so a replay reads the same ones to its end."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, groupby
from operator import attrgetter
from typing import Any

from .build import Controls
from .requests import PATCHABLE


@dataclass(frozen=True)  # without slots: orjson writes it four times as fast
class Change:
    """One field PATCHed when the run stood at `step`: in force from the next step on."""

    step: int
    field: str
    before: Any
    value: Any


@dataclass(frozen=True, slots=True)
class Changes:
    """Every change of a run, also those that a rewind has put into the future. Immutable.

    `steps` are those at which something was changed, in order; `made` what, and `controls` what is in force from then
    on, one for each of them. Before all of them `first` is.
    """

    first: Controls
    steps: tuple[int, ...] = ()
    made: tuple[tuple[Change, ...], ...] = ()
    controls: tuple[Controls, ...] = ()

    @classmethod
    def of(cls, first: Controls, changes: Iterable[Change]) -> "Changes":
        """Changes as they were kept, in order of their steps."""
        steps, made, controls, now = [], [], [], first
        for step, group in groupby(changes, attrgetter("step")):
            together = tuple(group)
            for change in together:
                now = now.changed(change.field, change.value)
            steps.append(step)
            made.append(together)
            controls.append(now)
        return cls(first, tuple(steps), tuple(made), tuple(controls))

    def __len__(self) -> int:
        """How many fields were changed, each time counted."""
        return sum(map(len, self.made))

    def __iter__(self) -> Iterator[Change]:
        """Field by field, in order."""
        return chain.from_iterable(self.made)

    def controls_at(self, step: int) -> Controls:
        """What is in force in the step after `step`."""
        count = bisect_right(self.steps, step)
        return self.controls[count - 1] if count else self.first

    def next_after(self, step: int) -> int | None:
        """The first step after `step` at which something was changed."""
        count = bisect_right(self.steps, step)
        return self.steps[count] if count < len(self.steps) else None

    def with_controls(self, step: int, controls: Controls) -> "Changes":
        """With these in force from `step` on: what was changed there or later is dropped, as it will not happen."""
        kept = bisect_left(self.steps, step)
        before = self.controls[kept - 1] if kept else self.first
        values = ((name, before.value(name), controls.value(name)) for name in PATCHABLE)
        noted = tuple(Change(step, name, old, new) for name, old, new in values if old != new)
        steps, made, in_force = self.steps[:kept], self.made[:kept], self.controls[:kept]
        if noted:
            steps, made, in_force = (*steps, step), (*made, noted), (*in_force, controls)
        return Changes(self.first, steps, made, in_force)

    def is_same_until(self, step: int, other: "Changes") -> bool:
        """Whether a replay up to `step` would go as under the others."""
        count = bisect_right(self.steps, step)
        return self.made[:count] == other.made[: bisect_right(other.steps, step)]
