"""Schemas of the lines of a training stream: Step and Evaluation."""

from typing import Any, Literal

from pydantic import Field, RootModel

from app.api.schemas.base import Matrix, NamedArrays, Real, ResponseModel


class NotFiniteCount(ResponseModel):
    nan: int
    plus: int = Field(alias="+inf")
    minus: int = Field(alias="-inf")


class Histogram(ResponseModel):
    lo: Real
    hi: Real
    counts: list[int]


class Record(ResponseModel):
    """One operation of a step. `value` with detail full; mean, std, norm, histogram and dead with summary."""

    name: str
    kind: str
    phase: Literal["forward", "loss", "backward", "update"]
    layer: int | None
    reads: list[str] = Field(description="names of the records and parameters that it used")
    multiplications: int = Field(description="scalar multiplications for one sample")
    value: Any = Field(default=None, description="(batch, units); a number for L; by parameter for update")
    mask: list[list[int]] | None = Field(default=None, description="dropout: 1 kept, 0 left out")
    outputs: Matrix | None = Field(default=None, description="loss: what the network answers, (batch, outputs)")
    norm: Real = Field(default=None, description="of a parameter's gradient, or in a summary of any record")
    clip_scale: Real = Field(default=None, description="update: what clipping multiplied the gradient by")
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
    spotlight: dict[str, Any] | None = None
    tape: list[Record]


class ClassMetrics(ResponseModel):
    accuracy: float
    balanced_accuracy: float = Field(description="mean over the classes of the share of a class answered right")
    never_answered: list[int] = Field(
        description="classes that occur and that no answer names, by number, as in confusion and Samples.classes"
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
        "batch norm met a batch of one, while the answers are still off"
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
    constant_loss: Real = Field(description="training loss of the best constant answer")
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


class Evaluation(ResponseModel):
    """The network without dropout, on all samples of both splits."""

    type: Literal["evaluation"]
    step: int
    train_loss: Real
    test_loss: Real
    train_accuracy: Real
    test_accuracy: Real
    confusion: Any = Field(description="counts by true class (row) and predicted class; null for regression")
    metrics: SplitMetrics = Field(description="of classes, or of numbers in their own units; test: null without one")
    health: Health
    histograms: Histograms
    surfaces: Any = Field(default=None, description="every unit on a grid of the input plane, where asked for")
    swarms: Any = Field(
        default=None,
        description="where asked for and there is no plane: rows, per layer lo, hi, bytes; samples answered wrong",
    )
    stopped: Literal["not_finite"] | None
    notes: list[Note]
    finite: bool = Field(default=True, description="false: a loss, norm or metric is null because it is not finite")
    not_finite: NotFiniteCount | None = None


class StreamLine(RootModel[Step | Evaluation]):
    """A line of a training stream."""
