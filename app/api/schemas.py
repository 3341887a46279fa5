"""What the answers look like, for the description alone: they are written by `wire`, never by way of these models."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

Real = float | None  # null: not a number, or infinite
Vector = list[Real]
Matrix = list[Vector]
Named = dict[str, Matrix | Vector]


class Answer(BaseModel):
    model_config = ConfigDict(extra="allow")


class FieldProblem(Answer):
    path: str = Field(description='where it is in what was sent: "hidden[0].units"')
    value: Any = Field(description="what it got, shortened where it is long")
    message: str
    allowed: Any = Field(default=None, description="what would do, where that can be listed")


class Problem(Answer):
    """RFC 9457: every error looks like this."""

    type: str = Field(description="about:blank, or a name to tell problems of one status apart")
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] | None = None


class NotFiniteCount(Answer):
    nan: int
    plus: int = Field(alias="+inf")
    minus: int = Field(alias="-inf")


class Histogram(Answer):
    lo: Real
    hi: Real
    counts: list[int]


class Record(Answer):
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


class BatchValues(Answer):
    indices: list[int]
    inputs: Matrix = Field(description="what the network sees: features, scaled")
    targets: Matrix


class Step(Answer):
    """One training step, recorded: from `parameters` (before it) to parameters + update."""

    type: Literal["step"]
    step: int
    epoch: float
    finite: bool
    learning_rate: float
    dropout: float
    penalty: Real
    loss: Real
    loss_after: Real = None
    loss_predicted: Real = None
    paths: int | str
    path_multiplications: int | str
    batch: BatchValues
    parameters: Named
    spotlight: dict[str, Any] | None = None
    tape: list[Record]


class LayerHealth(Answer):
    layer: int
    status: Literal["healthy", "vanishing", "exploding", "dead", "saturated", "not_finite"]


class Health(Answer):
    status: str
    slope: Real = Field(description="decades per layer by which gradients grow toward the output")
    layers: list[LayerHealth]


class LayerHistograms(Answer):
    layer: int
    activation: Histogram
    gradient: Histogram


class Histograms(Answer):
    layers: list[LayerHistograms]


class Evaluation(Answer):
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


class Change(Answer):
    step: int = Field(description="in force from the step after this one on")
    field: str
    before: Any
    value: Any


class Node(Answer):
    id: str
    layer: int
    unit: int
    kind: Literal["input", "hidden", "output"]
    label: str


class Edge(Answer):
    source: str
    target: str
    parameter: str
    index: list[int]


class Graph(Answer):
    nodes: list[Node]
    edges: list[Edge]


class Run(Answer):
    id: str
    config: dict[str, Any] = Field(description="the RunConfig, all defaults filled in")
    step: int
    first_step: int = Field(description="the step it started from: 0, or where it was forked")
    furthest_step: int = Field(description="how far a rewind may go")
    epoch: float
    training: bool
    parameters: Named
    state: dict[str, Any]
    controls: dict[str, Any] = Field(description="what PATCH may change, as it is in force now")
    evaluation: Evaluation
    changes: list[Change]
    graph: Graph


class Samples(Answer):
    columns: list[str]
    units: list[str]
    classes: list[str]
    features: list[str]
    task: Literal["binary", "multiclass", "regression"]
    train: int = Field(description="samples 0 to train-1 are the training split, the rest is for testing")
    inputs: Matrix
    values: Matrix
    targets: Matrix
    flipped: list[int]
    condition: dict[str, Real] = Field(description="κ of the training features and a one, under each scaling")
    extent: list[float] | None


class Prediction(Answer):
    outputs: Matrix


class ParameterCheck(Answer):
    name: str
    relative_error: Real


class GradientCheck(Answer):
    step: int
    max_relative_error: Real
    parameters: list[ParameterCheck]


ExportFormat = Literal["json", "npz", "numpy", "pytorch", "keras"]


class Export(Answer):
    format: Literal["json"]
    config: dict[str, Any]
    step: int
    parameters: Named
    state: dict[str, Any]


class State(Answer):
    step: int
    parameters: Named
    state: dict[str, Any]


class Status(Answer):
    status: Literal["ok"]
    version: str


class Catalog(Answer):
    version: str
    fields: dict[str, dict[str, Any]]
    datasets: list[dict[str, Any]]
    limits: dict[str, int]


class StreamLine(RootModel[Step | Evaluation]):
    """A line of a training stream."""
