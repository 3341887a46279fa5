"""What experiments, verdicts and instruments answer, for the description alone."""

from typing import Any, Literal

from pydantic import Field, RootModel

from app.api.schemas import Answer as Model
from app.api.schemas import Histogram, Matrix, Named, Real, Vector


class Measure(Model):
    name: str
    title: str
    unit: str
    kind: Literal["number", "percent", "integer", "seconds", "yes"]


class Condition(Model):
    """`measure` (or the config's `field`) of `run` `is` above, ... `bound`, or `times` that of the run `of`."""

    run: Literal["this", "before", "other"]
    measure: str | None = None
    title: str | None = None
    field: str | None = Field(default=None, description="a path into the config: hidden[*].activation")
    is_: str = Field(alias="is", description="above, at_least, below, at_most, equal or not_equal")
    bound: Any = None
    of: str | None = Field(default=None, description="before: without the cure, or when it began; other: a second run")
    times: float | None = None


class SeedResults(Model):
    """Over that many seeds, measured beforehand: in how many it held, and the measure there."""

    seeds: int
    held: int
    median: Real
    least: Real
    most: Real


class Variant(Model):
    id: str
    title: str
    why: str
    helps: Literal["yes", "partly", "no", ""] = Field(description="as measured; empty: it is no cure")
    changes: dict[str, Any] = Field(description="over the experiment's config")
    from_step: int | Literal["well"] | None = Field(
        description="change it only after this step; well: fork it from the last step before its numbers ended; "
        "null: from the start"
    )
    steps: int
    measure: Measure
    conditions: list[Condition]
    evidence: SeedResults | None


class Question(Model):
    id: str
    text: str
    runs: int = Field(description="2: it takes another run to compare with")
    conditions: list[Condition]


class Experiment(Model):
    id: str
    number: str = Field(description="5a, 5b, ... belong together")
    title: str
    claim: str
    watch: str
    instrument: str
    config: dict[str, Any] = Field(description="a RunConfig")
    train: dict[str, Any] = Field(description="a body for train")
    measure: Measure = Field(description="the one to print large")
    conditions: list[Condition] = Field(description="the claim holds where all of them do")
    evidence: SeedResults | None
    cures: list[Variant]
    beside: list[Variant] = Field(description="more to see beside it; no cures")
    questions: list[Question]


class ExperimentList(RootModel[list[Experiment]]):
    """The experiments, in order."""


class Checked(Condition):
    value: Any
    held: bool | None = Field(description="null: could not be measured")


class Numbers(Measure):
    value: Real
    text: str = Field(description="as it is to be printed")
    before: Real = Field(default=None, description="of a cure: without it, or when it began")
    before_text: str | None = None


class Verdict(Model):
    run: str
    experiment: str
    cure: str | None
    claim: str
    step: int
    steps: int = Field(description="how many the claim is about")
    status: Literal["measuring", "held", "contradicted", "unknown"]
    held: bool | None
    measure: Numbers
    conditions: list[Checked]
    measures: list[Numbers]
    words: str
    changed: list[str] = Field(description="fields of the config that are not the experiment's any more")
    confidence: str
    evidence: SeedResults | None
    why: str | None = Field(description="why this run may say otherwise")


class Answer(Model):
    run: str
    experiment: str
    question: str
    text: str
    answered: bool | None
    conditions: list[Checked]
    words: str


class CurvePoint(Model):
    h: float
    secant: Real
    relative_error: Real


class Probe(Model):
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
    curve: list[CurvePoint] = Field(description="the same for h from 1 to 1e-14")
    line: dict[str, Vector] = Field(description="weights, and the loss at each")
    spotlight: dict[str, dict[str, Any]] | None = Field(description="below and above: a sample's values by record")


class Worst(Model):
    parameter: str
    index: list[int]
    relative_error: Real


class Checks(Model):
    step: int
    h: float
    parameters: Named
    worst: Worst


class Rung(Model):
    layer: int
    activation: str
    rms: Real
    log10_rms: Real
    decibels: Real


class Ladder(Model):
    step: int
    layers: list[Rung]
    slope: Real = Field(description="decades a layer by which gradients grow toward the output")
    factor: Real
    theory_slope: Real
    noise_slope: Real = Field(description="decibels a layer")
    theory_noise_slope: Real
    status: Literal["healthy", "vanishing", "exploding", ""]
    thresholds: dict[str, float]


class Limit(Model):
    step: int
    learning_rate: float
    limit: Real
    over: Real
    curvature: Real
    kappa: Real
    exact: bool
    settled: bool
    iterations: int
    why: str


class FlippedLayer(Model):
    lo: Real
    hi: Real
    units: list[str] = Field(description="base64: a byte v a point stands for lo + v/255 · (hi − lo), rows from x2max")
    means: list[Real] | None = Field(description="slopes: each unit's mean over the training split")
    zeros: list[int] = Field(description="units that are exactly 0 at every place")


class Flip(Model):
    step: int
    show: Literal["slope", "gradient"]
    sample: int
    target: list[Real] = Field(description="that sample's, given to every place")
    extent: list[float] | None
    size: int
    layers: list[FlippedLayer] | None = Field(description="the outputs last; null where the input is no plane")


class Scaled(Model):
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


class Scalings(Model):
    steps: int
    feature: str
    scalings: list[Scaled]


class Average(Model):
    """Of the averages of so many members, in 300 draws by lot."""

    members: int
    distance: Real = Field(description="from the average of all, in the median draw")
    low: Real = Field(description="a tenth of the draws lie closer")
    high: Real = Field(description="a tenth of the draws lie farther away")
    root: Real = Field(description="root mean square of all draws' distances")
    loss: Real = Field(description="mean of all draws")


class Draw(Model):
    """The members at hand: of the average of the first, of the first two, ... of all of them."""

    distances: Vector
    losses: Vector


class Ensemble(Model):
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
    reference: int = Field(description="how many members stand for all: every one, or 4096 drawn by lot")
    averages: list[Average]
    draw: Draw
    slope: Real = Field(description="of log root against log members; theory says −½")
    used_distance: Real
    geometric_difference: Real
    surfaces: Any = None


class Deeper(Model):
    layers: int
    paths: int | str
    multiplications: int | str
    seconds: float
    tape_multiplications: int
    tape_seconds: float


class PathSum(Model):
    step: int
    rate: float
    paths: int | str
    summed_paths: int | str
    multiplications: int | str
    seconds: float
    tape_multiplications: int
    tape_seconds: float
    deeper: list[Deeper]
    sample: int | None
    executed: bool
    measured: dict[str, Any] | None = None
