"""What an evaluation adds in words, with the numbers behind them: what makes its other numbers mean less than usual."""

import math
from dataclasses import dataclass

from ..engine.evaluation import Evaluation
from ..engine.inference import batch_statistics_loss
from .build import Controls, Plan, Start
from .formatting import format_value


@dataclass(frozen=True)
class Note:
    """What was found, in words and in numbers.

    `batch_of_one`: batch norm has met a batch of one sample. `batch_size` and `train` (samples in the training split)
    say how that came; `train_loss` is the training loss as evaluated, with the running averages, and
    `batch_statistics_loss` the same with the mean and variance of the training split itself.
    """

    kind: str
    text: str
    batch_size: int
    train: int
    train_loss: float
    batch_statistics_loss: float


def notes(plan: Plan, position: Start, controls: Controls, evaluation: Evaluation) -> tuple[Note, ...]:
    """What is to be said of the state at a position of the run, under the controls in force there."""
    if not (_met_batch_of_one(plan, position, controls) and math.isfinite(evaluation.train_loss)):
        return ()
    train, batch_size = plan.samples.train, controls.batch_size
    values, targets = plan.samples.values[:train], plan.samples.scaled_targets[:train]
    loss, dropout = evaluation.train_loss, controls.settings.dropout
    other = batch_statistics_loss(plan.network, position.state.parameters, dropout, values, targets)
    if not math.isfinite(other):
        return ()
    text = _batch_of_one(batch_size, train, format_value("number", loss), format_value("number", other))
    return (Note("batch_of_one", text, batch_size, train, loss, other),)


def _met_batch_of_one(plan: Plan, position: Start, controls: Controls) -> bool:
    """Whether batch norm did, in the last step or, as batches are cut now, at the end of each epoch so far."""
    train = plan.samples.train
    left_over = train % min(controls.batch_size, train) if controls.batch_size > 1 else 1
    met = position.state.batch_size == 1 or (left_over == 1 and position.used >= train)
    return met and any(layer.batch_norm for layer in plan.network.spec.hidden)


def _batch_of_one(batch_size: int, train: int, loss: str, other: str) -> str:
    left_over = f"{train} training samples in batches of {batch_size} leave a last batch of one."
    which = left_over if 1 < batch_size < train else "A step saw a single sample."
    return (
        f"{which} That sample is its own mean, so batch norm makes it 0: in such a step no layer up to the batch norm "
        "gets a gradient, and the running means move a tenth of the way to one sample's values. The training loss is "
        f"{loss} with the running averages, and {other} with the mean and variance of all training samples."
    )
