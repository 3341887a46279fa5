"""The lines of a training stream: steps and evaluations, each with what the request asks for."""

from dataclasses import dataclass
from typing import Any, TypeAlias

from ..engine.arrays import Array
from ..engine.beeswarms import Beeswarms
from ..engine.evaluation import Evaluation
from ..engine.surfaces import LayerBytes
from ..engine.tape import Step
from .build import Controls, Plan
from .notes import Note
from .requests import TrainRequest


@dataclass(frozen=True)
class View:
    """What an evaluation also holds: every unit's value on a `size` by `size` grid, as numbers or bytes.

    `beeswarms`: its values over the training samples, where the input is no plane.
    """

    size: int = 0
    format: str = "numbers"
    beeswarms: bool = False


NO_VIEW = View()


@dataclass(frozen=True)
class StepLine:
    """A recorded step, its epoch, and what the request asks for of it."""

    step: Step
    epoch: float
    detail: str = "full"
    spotlight: dict[str, Any] | None = None


@dataclass(frozen=True)
class EvaluationLine:
    """The network after a step, evaluated on all samples, and what is to be said of these numbers."""

    evaluation: Evaluation
    view: View
    extent: tuple[float, float, float, float] | None
    surfaces: tuple[Array, ...] | tuple[LayerBytes, ...] | None
    beeswarms: Beeswarms | None = None
    notes: tuple[Note, ...] = ()


Line: TypeAlias = StepLine | EvaluationLine


def view_of(request: TrainRequest) -> View:
    return View(request.surfaces, request.surface_format, request.beeswarms)


def line_numbers(plan: Plan, controls: Controls) -> int:
    """How many numbers a full line holds, to a few."""
    spec = plan.network.spec
    sample = 2 * spec.inputs + 5 * spec.outputs
    for layer, rate in zip(spec.hidden, controls.settings.dropout, strict=True):
        sample += layer.units * (4 + 2 * layer.batch_norm + 3 * (rate > 0))
    return sample * min(controls.batch_size, plan.samples.train) + 3 * plan.network.size
