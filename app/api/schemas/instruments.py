"""Schemas of what instruments measure."""

from typing import Any, Literal

from pydantic import Field

from .base import Histogram, Matrix, NamedArrays, NotFiniteCount, Real, ResponseModel, Vector


class DifferenceQuotient(ResponseModel):
    h: float
    secant: Real
    relative_error: Real


class WeightCheck(ResponseModel):
    step: int
    parameter: str
    index: list[int]
    h: float
    weight: Real
    loss: Real
    loss_below: Real
    loss_above: Real
    secant: Real = Field(description="(loss_above − loss_below) / 2h")
    gradient: Real = Field(description="as the step recorded it")
    relative_error: Real
    curve: list[DifferenceQuotient] = Field(description="the same for h from 1 to 1e-14")
    line: dict[str, Vector] = Field(description="weights, and the loss at each")
    spotlight: dict[str, dict[str, Any]] | None = Field(description="below and above: a sample's values by record")


class LargestError(ResponseModel):
    parameter: str
    index: list[int]
    relative_error: Real


class GradientErrors(ResponseModel):
    step: int
    h: float
    parameters: NamedArrays = Field(description="each entry's relative error; null at a kink, or where not finite")
    at_kink: dict[str, int] = Field(
        description="of each parameter, the entries whose pass lies within h of an activation's kink"
    )
    worst: LargestError = Field(description="of the entries at no kink")


class LayerSignal(ResponseModel):
    layer: int
    activation: str
    rms: Real
    log10_rms: Real
    decibels: Real


class LayerProfile(ResponseModel):
    step: int
    layers: list[LayerSignal]
    slope: Real = Field(description="decades a layer by which gradients grow toward the output")
    factor: Real
    theory_slope: Real
    noise_slope: Real = Field(description="decibels a layer")
    theory_noise_slope: Real
    status: Literal["healthy", "vanishing", "exploding", ""]
    thresholds: dict[str, float] = Field(description="the slopes beyond which status is vanishing or exploding")


class StabilityLimit(ResponseModel):
    step: int
    learning_rate: float
    limit: Real
    over: Real
    curvature: Real
    kappa: Real
    exact: bool
    settled: bool = Field(description="exact, or found within 5 % from two independent starts of the iteration")
    iterations: int
    why: str


class LayerSlopes(ResponseModel):
    lo: Real
    hi: Real
    units: list[str] = Field(description="base64: a byte v a point stands for lo + v/255 · (hi − lo), rows from x2max")
    means: list[Real] | None = Field(description="slopes: each unit's mean over the training split")
    zeros: list[int] = Field(description="units that are exactly 0 at every place")


class Slopes(ResponseModel):
    step: int
    show: Literal["slope", "gradient"]
    sample: int
    target: list[Real] = Field(description="that sample's, given to every place")
    extent: list[float] | None
    size: int
    layers: list[LayerSlopes] | None = Field(description="the outputs last; null where the input is no plane")


class ScalingResult(ResponseModel):
    scaling: str
    in_force: bool
    step: int
    kappa: Real
    lowest_tenth: Real
    saturated_at_start: Real
    train_loss: Real
    test_loss: Real
    train_accuracy: Real
    test_accuracy: Real
    stopped_at: Real
    rate_limit: Real
    losses: Matrix
    tail: Histogram


class ScalingComparison(ResponseModel):
    steps: int
    feature: str
    scalings: list[ScalingResult]


class Average(ResponseModel):
    """Of the averages of so many members, in 300 random draws."""

    members: int
    distance: Real = Field(description="from the average of all, in the median draw")
    low: Real = Field(description="a tenth of the draws lie closer")
    high: Real = Field(description="a tenth of the draws lie farther away")
    root: Real = Field(description="root mean square of all draws' distances")
    loss: Real = Field(description="mean of all draws")


class Draw(ResponseModel):
    """The members at hand: of the average of the first, of the first two, ... of all of them."""

    distances: Vector
    losses: Vector


class EnsembleSurfaces(ResponseModel):
    """Answers on an N by N grid of the input plane, a base64 text of bytes for each output, all from lo to hi."""

    extent: list[float]
    size: int = Field(description="N")
    lo: float
    hi: float
    masks: list[list[int]] = Field(description="of each member, which of the units that may drop it keeps")
    members: list[list[str]]
    average: list[str]
    used: list[str]


class Ensemble(ResponseModel):
    step: int
    where: Literal["train", "test"]
    rates: list[float]
    units: int
    subnetworks: int | str
    enumerated: bool
    members: int
    member_losses: Vector
    member_loss: Real
    average_loss: Real
    used_loss: Real
    better_than_average: Real
    reference: int = Field(description="how many members stand for all: every one, or 4096 drawn at random")
    averages: list[Average]
    draw: Draw
    slope: Real = Field(description="of log root against log members; theory says −½")
    used_distance: Real
    geometric_difference: Real
    surfaces: EnsembleSurfaces | None = Field(description="where asked for, and the input is a plane")


class Deeper(ResponseModel):
    layers: int
    paths: int | str
    multiplications: int | str
    seconds: float
    tape_multiplications: int
    tape_seconds: float


class MeasuredPathSum(ResponseModel):
    paths: int
    multiplications: int
    seconds: float
    largest_difference: Real = Field(description="between a sum over paths and the gradient on the tape")
    largest_gradient: Real
    gradients: NamedArrays
    finite: bool = True
    not_finite: NotFiniteCount | None = None


class PathSum(ResponseModel):
    step: int
    rate: float
    paths: int | str
    summed_paths: int | str
    multiplications: int | str
    seconds: float
    tape_multiplications: int = Field(
        description="of the backward pass, for one sample; both ways need the forward pass, so it isn't counted"
    )
    tape_seconds: float
    deeper: list[Deeper]
    sample: int | None
    executed: bool
    measured: MeasuredPathSum | None = Field(default=None, description="where it was executed")
