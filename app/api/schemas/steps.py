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


class LayerHealth(ResponseModel):
    layer: int
    status: Literal["healthy", "vanishing", "exploding", "dead", "saturated", "not_finite"]


class Health(ResponseModel):
    status: str
    slope: Real = Field(description="decades per layer by which gradients grow toward the output")
    layers: list[LayerHealth]


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
    health: Health
    histograms: Histograms
    surfaces: Any = Field(default=None, description="every unit on a grid of the input plane, where asked for")
    swarms: Any = Field(
        default=None,
        description="where asked for and there is no plane: rows, per layer lo, hi, bytes; samples answered wrong",
    )
    stopped: Literal["not_finite"] | None


class StreamLine(RootModel[Step | Evaluation]):
    """A line of a training stream."""
