"""Evaluations of a run: losses and health on all samples and, where asked for, the values of every unit."""

from ..engine.arrays import Array
from ..engine.beeswarms import BeeswarmEvaluator, Beeswarms
from ..engine.evaluation import Evaluator
from ..engine.surfaces import LayerBytes, Surfaces
from ..engine.training import State
from .build import Controls, Plan, Start
from .errors import FieldError, FieldsError
from .limits import MAX_SURFACE_NUMBERS
from .lines import EvaluationLine, View
from .notes import notes


class RunEvaluator:
    """Keeps what evaluations of one run have in common; has one owner at a time."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._evaluator = split_evaluator(plan)
        self._surfaces: tuple[int, Surfaces] | None = None
        self._beeswarm: BeeswarmEvaluator | None = None
        self._baseline = self._evaluator.evaluate(plan.start.state, plan.controls.settings.dropout).baseline

    def evaluate(self, position: Start, controls: Controls, view: View) -> EvaluationLine:
        """The state at a position of the run, under the controls in force there."""
        state, dropout = position.state, controls.settings.dropout
        epoch = position.used / self._plan.samples.train
        evaluation = self._evaluator.evaluate(state, dropout, self._baseline, epoch=epoch)
        surfaces, beeswarms = self._unit_surfaces(state, dropout, view), self._unit_beeswarms(state, dropout, view)
        found = notes(self._plan, position, controls, evaluation)
        return EvaluationLine(evaluation, view, self._plan.samples.extent, surfaces, beeswarms, found)

    def check_view(self, view: View) -> None:
        """Refuses surfaces that would hold too many numbers."""
        numbers = view.size**2 * sum(self._plan.network.spec.widths[1:])
        if view.format == "numbers" and numbers > MAX_SURFACE_NUMBERS:
            message = (
                f"surfaces would hold {numbers} numbers, more than {MAX_SURFACE_NUMBERS}; take uint8, or a smaller N"
            )
            raise FieldsError(FieldError("surfaces", view.size, message))

    def _unit_surfaces(
        self, state: State, dropout: tuple[float, ...], view: View
    ) -> tuple[Array, ...] | tuple[LayerBytes, ...] | None:
        """Every unit on the grid; None where none was asked for, or the input is not a plane."""
        if not view.size or self._plan.samples.extent is None:
            return None
        if self._surfaces is None or self._surfaces[0] != view.size:
            grid = self._plan.samples.grid(view.size)
            assert grid is not None
            self._surfaces = (view.size, Surfaces(self._plan.network, grid, view.size))
        surfaces = self._surfaces[1]
        if view.format == "uint8":
            return surfaces.bytes(state.parameters, state.running, dropout)
        return surfaces.numbers(state.parameters, state.running, dropout)

    def _unit_beeswarms(self, state: State, dropout: tuple[float, ...], view: View) -> Beeswarms | None:
        """Every unit over the training samples; None where that was not asked for, or the input is a plane."""
        samples = self._plan.samples
        if not view.beeswarms or samples.extent is not None:
            return None
        if self._beeswarm is None:
            self._beeswarm = BeeswarmEvaluator(self._plan.network, samples.values[: samples.train])
        return self._beeswarm.bytes(state.parameters, state.running, dropout)


def split_evaluator(plan: Plan) -> Evaluator:
    """Evaluates on the training and the test split of a plan."""
    samples, train = plan.samples, plan.samples.train
    values, targets = samples.values, samples.scaled_targets
    learn, test = (values[:train], targets[:train]), (values[train:], targets[train:])
    return Evaluator(plan.network, samples.task, learn, test, target_scale=samples.target_scaler.scale)
