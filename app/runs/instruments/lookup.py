"""The state, step and sample that an instrument measures at; no run moves."""

from ...engine.arrays import Array
from ..build import Controls, Start
from ..costs import Costed
from ..cursor import TrainingCursor
from ..errors import UnknownStepError
from ..run import Run
from ..slices import Slices

Measurement = Costed
Sample = tuple[Array, Array, int | None]


def before_step(run: Run, step: int | None) -> Slices[TrainingCursor]:
    """A training cursor of its own, before a step: the last one trained, or, where none was, the first to come.

    The step after the furthest is allowed too: it is the one that would be taken next.
    """
    requested = max(run.step, run.first + 1) if step is None else step
    if not run.first < requested <= run.last + 1:
        raise UnknownStepError(requested, run.first + 1, run.last + 1)
    _, start = yield from run.fork_at(requested - 1)
    return TrainingCursor(run.plan, start, run.changes)


def state_after(run: Run, step: int | None) -> Slices[tuple[Controls, Start]]:
    """Controls and state after a step; without one, as the run stands."""
    if step is None:
        return run.cursor.controls, run.cursor.snapshot()
    if not run.first <= step <= run.last:
        raise UnknownStepError(step, run.first, run.last)
    return (yield from run.fork_at(step))


def sample_of(run: Run, cursor: TrainingCursor, index: int | None) -> Sample:
    """The sample under the spotlight, and its row in the batch; without one, the batch's first."""
    batch = cursor.batch()
    spotlight = run.resolve_spotlight(int(batch.indices[0]) if index is None else index)
    assert spotlight is not None
    return spotlight.inputs, spotlight.target, batch.row_of(spotlight.index)
