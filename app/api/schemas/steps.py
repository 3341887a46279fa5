"""Schemas of the lines of a training stream: Step and Evaluation."""

from typing import Annotated, Literal

from pydantic import Field, RootModel

from .base import (
    Histogram,
    LayerBytes,
    Matrix,
    NamedArrays,
    NotFiniteCount,
    Real,
    ResponseModel,
    Vector,
)


class Record(ResponseModel):
    """One operation of a step. `value` with detail full; mean, std, norm, histogram and dead with summary."""

    name: str
    kind: str
    phase: Literal["forward", "loss", "backward", "update"]
    layer: int | None
    reads: list[str] = Field(description="names of the records and parameters that it used")
    multiplications: int = Field(description="scalar multiplications for one sample")
    value: Matrix | Vector | NamedArrays | Real = Field(
        default=None, description="(batch, units); a number for L; by parameter for update"
    )
    mask: list[list[int]] | None = Field(default=None, description="dropout: 1 kept, 0 left out")
    outputs: Matrix | None = Field(default=None, description="loss: the predictions, (batch, outputs)")
    norm: Real = Field(default=None, description="of a parameter's gradient, or in a summary of any record")
    clip_scale: Real = Field(default=None, description="update: what clipping multiplied the gradient by")
    mean: Real = Field(default=None, description="of a summary")
    std: Real = Field(default=None, description="of a summary")
    histogram: Histogram | None = Field(default=None, description="of a summary")
    dead: Real = Field(
        default=None, description="of an activation's summary: the share of units with slope 0 on the whole batch"
    )
    finite: bool = Field(default=True, description="false: some values are null because they are not finite")
    not_finite: NotFiniteCount | None = None


class BatchValues(ResponseModel):
    indices: list[int]
    inputs: Matrix = Field(description="what the network sees: features, scaled")
    targets: Matrix


class Step(ResponseModel):
    """One training step, recorded: from `parameters` (before it) to parameters + update."""

    type: Literal["step"]
    step: int
    epoch: float
    finite: bool = Field(description="false: L, a gradient or a next parameter is not finite, and training ends here")
    not_finite: NotFiniteCount | None = Field(
        default=None, description="of loss, loss_after, loss_predicted and penalty: what those were that are null"
    )
    learning_rate: float
    dropout: float
    penalty: Real
    loss: Real
    loss_after: Real = None
    loss_predicted: Real = None
    paths: int | str
    path_multiplications: int | str
    batch: BatchValues
    parameters: NamedArrays
    spotlight: dict[str, Matrix | Vector | Real] | None = Field(
        default=None,
        description="where asked for: that sample's own values by record name, not divided by n, and dx: the gradient "
        "of its loss with respect to what the network sees of it",
    )
    tape: list[Record]


class ClassMetrics(ResponseModel):
    accuracy: float
    balanced_accuracy: float = Field(
        description="mean over the classes of the share of a class that is classified correctly"
    )
    never_answered: list[int] = Field(
        description="classes that occur and that are never predicted, by number, as in confusion and Samples.classes"
    )


class RegressionMetrics(ResponseModel):
    rmse: Real = Field(description="root of the mean squared error, in the target's own units")
    r2: Real = Field(description="1 − squared error ÷ the target's variance; null where all targets are alike")


class SplitMetrics(ResponseModel):
    train: ClassMetrics | RegressionMetrics
    test: ClassMetrics | RegressionMetrics | None


Status = Literal["healthy", "no_gradient", "vanishing", "exploding", "dead", "saturated", "not_finite"]


class LayerHealth(ResponseModel):
    """Where several hold: not_finite, dead, saturated, no_gradient, exploding, vanishing; the first is the status."""

    layer: int
    status: Status = Field(
        description="no_gradient: every entry of dW is 0 over the training split, or was in the last training step as "
        "batch norm met a batch of one, while predictions still differ from the targets"
    )
    norm: Real = Field(description="‖dW‖ over the training split; null: not finite")
    units: int
    dead: int = Field(description="units with slope 0 on every training sample; saturated ones are not among them")
    dead_at_start: int = Field(description="those of them that were dead before the first step")
    saturated: int
    dead_units: list[int]
    saturated_units: list[int]
    flat: bool = Field(description="the activation is step: its slope is 0 everywhere, and no unit counts as dead")


class Health(ResponseModel):
    status: Status
    slope: Real = Field(
        description="decades a layer by which gradients grow toward the output; judged at step 0 alone, and beside "
        "1.75/√(hidden units), which the draw of the weights may make by chance"
    )
    learning: Literal["guessing"] | None = Field(
        description="guessing: after an epoch or more the training loss is not below 95 % of constant_loss"
    )
    constant_loss: Real = Field(description="training loss of the best constant prediction")
    layers: list[LayerHealth]


class Note(ResponseModel):
    """What makes an evaluation's numbers mean less than usual."""

    kind: Literal["batch_of_one"] = Field(description="batch norm has met a batch of one sample")
    text: str
    batch_size: int
    train: int = Field(description="samples in the training split")
    train_loss: Real = Field(description="as evaluated, with the running averages")
    batch_statistics_loss: Real = Field(description="the same with the mean and variance of the training split")


class LayerHistograms(ResponseModel):
    layer: int
    activation: Histogram
    gradient: Histogram


class Histograms(ResponseModel):
    layers: list[LayerHistograms]


class Confusion(ResponseModel):
    """Counts by true class (row) and predicted class."""

    train: list[list[int]]
    test: list[list[int]] | None


class Surfaces(ResponseModel):
    """Every unit on an N by N grid of the input plane, rows from x2max down, a layer after the other."""

    extent: list[float] = Field(description="x1min, x1max, x2min, x2max")
    size: int = Field(description="N")
    layers: list[LayerBytes | list[Matrix]] = Field(description="bytes, or N rows of N numbers a unit")
    finite: bool = True
    not_finite: NotFiniteCount | None = None


class Beeswarms(ResponseModel):
    """Every unit's values over some of the training samples, a layer after the other."""

    rows: list[int] = Field(description="which samples")
    layers: list[LayerBytes]
    wrong: list[int] | None = Field(description="samples that are classified wrongly; null with a regression")


class Evaluation(ResponseModel):
    """The network without dropout, on all samples of both splits."""

    type: Literal["evaluation"]
    step: int
    train_loss: Real
    test_loss: Real
    train_accuracy: Real
    test_accuracy: Real
    confusion: Confusion | None = Field(description="null for regression")
    metrics: SplitMetrics = Field(description="of classes, or of numbers in their own units; test: null without one")
    health: Health
    histograms: Histograms
    surfaces: Surfaces | None = Field(default=None, description="where asked for, and the input is a plane")
    beeswarms: Beeswarms | None = Field(default=None, description="where asked for, and the input is no plane")
    stopped: Literal["not_finite"] | None
    notes: list[Note]
    finite: bool = Field(default=True, description="false: a loss, norm or metric is null because it is not finite")
    not_finite: NotFiniteCount | None = None


class StreamLine(RootModel[Annotated[Step | Evaluation, Field(discriminator="type")]]):
    """A line of a training stream: `type` says which of the two."""
