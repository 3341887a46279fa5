"""Schemas of a run and of what can be read of it, and of the server's own answers."""

from typing import Any, Literal

from pydantic import ConfigDict, Field

from ...runs.config import RunConfig
from .base import Matrix, NamedArrays, NotFiniteCount, Real, ResponseModel, Vector
from .steps import Evaluation


def _all_required(schema: dict[str, Any]) -> None:
    schema["required"] = list(schema["properties"])


class CompleteConfig(RunConfig):
    """A RunConfig with every default filled in."""

    model_config = ConfigDict(json_schema_extra=_all_required)


class Change(ResponseModel):
    step: int = Field(description="in force from the step after this one on")
    field: str
    before: Any
    value: Any


class Node(ResponseModel):
    id: str
    layer: int
    unit: int
    kind: Literal["input", "hidden", "output"]
    label: str


class Edge(ResponseModel):
    source: str
    target: str
    parameter: str
    index: list[int]


class Graph(ResponseModel):
    nodes: list[Node]
    edges: list[Edge]


class TrainingState(ResponseModel):
    """What the next step depends on beside the parameters."""

    batch_norm: NamedArrays = Field(description="running averages")
    optimizer: dict[str, NamedArrays] = Field(description="moments by name, each in the parameters' shapes")
    updates: int = Field(description="updates that the optimizer has made")


class Controls(ResponseModel):
    """What PATCH may change, as it is in force now."""

    learning_rate: float
    dropout: list[float] = Field(description="each hidden layer's rate")
    batch_size: int
    momentum: float
    l1: float
    l2: float
    clip_norm: float | None


class Run(ResponseModel):
    id: str
    config: CompleteConfig
    step: int
    first_step: int = Field(description="the step it started from: 0, or where it was forked")
    furthest_step: int = Field(description="how far a rewind may go")
    exact_from: int = Field(
        description="the state that looking back begins with: the first, or a later one where a machine went on that "
        "computes differently in the last bit"
    )
    epoch: float
    training: bool
    parameters: NamedArrays
    state: TrainingState
    controls: Controls
    evaluation: Evaluation
    changes: list[Change]
    graph: Graph
    finite: bool = True
    not_finite: NotFiniteCount | None = None


class NumberFormat(ResponseModel):
    """How a column's numbers are written where a row holds them as text."""

    decimal: Literal["point", "comma"]
    thousands: str = Field(description="the mark between thousands; empty where there is none")
    unit: str = Field(description="%, a currency or a unit that may stand with each")
    date: Literal["", "ymd", "dmy", "mdy"] = Field(description="dates in this order count days since 1 January 1970")
    doubt: str


class RawColumn(ResponseModel):
    """A column before categories became numbers."""

    name: str
    becomes: list[str]
    values: list[str] = Field(description="of a category; of a number none")
    indicates: list[str] = Field(description="for each column that it becomes, the value that has a 1 there")
    unit: str
    format: NumberFormat
    gaps: list[str] = Field(description="texts that stand for a missing value, besides the usual ones")
    says_missing: bool = Field(description="whether the last that it becomes is 1 where the value is missing")


class TargetScaling(ResponseModel):
    """A regression is trained on (target − offset) / scale, a number an output; 0 and 1 where nothing is scaled."""

    scaling: Literal["none", "standard"]
    offset: list[Real]
    scale: list[Real]


class Samples(ResponseModel):
    columns: list[str]
    units: list[str]
    classes: list[str]
    target: str = Field(description="what the target is called; empty where it has no name")
    target_unit: str = Field(description="what stands with each of its numbers in the file, as €; empty where nothing")
    sources: list[RawColumn] = Field(description="the input columns as `rows` of a prediction have them")
    features: list[str]
    task: Literal["binary", "multiclass", "regression"]
    train: int = Field(description="samples 0 to train-1 are the training split, the rest is for testing")
    inputs: Matrix
    values: Matrix
    targets: Matrix = Field(description="class 1's 0 or 1, one-hot rows, or numbers in their own units")
    target_scaling: TargetScaling
    flipped: list[int]
    condition: dict[str, Real] = Field(description="κ of the training features and a one, under each scaling")
    extent: list[float] | None


class ClassAnswer(ResponseModel):
    answer: str | None = Field(
        alias="class", description="the most probable class; null where the outputs are no numbers"
    )
    probabilities: dict[str, Real]


class RowNote(ResponseModel):
    column: str
    kind: Literal["filled", "never_seen"]
    text: str


class Prediction(ResponseModel):
    """`answers` and `notes`, an entry a row, where `rows` were sent."""

    outputs: Matrix = Field(description="probabilities, or numbers in the target's own units")
    answers: list[ClassAnswer | Real | Vector] | None = None
    target: str | None = Field(default=None, description="what the answers are of; empty where it has no name")
    unit: str | None = Field(default=None, description="of answers that are numbers; empty where the data name none")
    notes: list[list[RowNote]] | None = None


class ParameterCheck(ResponseModel):
    name: str
    relative_error: Real = Field(description="over the entries at no kink; null where there are none, or not finite")
    at_kink: int = Field(
        description="entries whose pass lies within h of an activation's kink: a difference is no derivative there"
    )


class GradientCheck(ResponseModel):
    """Of backpropagation against central differences, (L(w + h) − L(w − h)) / 2h with h = 1e-5."""

    step: int
    max_relative_error: Real
    parameters: list[ParameterCheck]


ExportFormat = Literal["json", "npz", "numpy", "pytorch", "keras"]


class State(ResponseModel):
    step: int
    parameters: NamedArrays
    state: TrainingState
    finite: bool = True
    not_finite: NotFiniteCount | None = None


class SavedState(ResponseModel):
    """A state, and the place in the data that training goes on from."""

    step: int
    used: int = Field(description="samples used so far: the position in the data")
    last_batch: int = Field(description="how many samples the last step saw; 0 before the first")
    parameters: NamedArrays
    state: TrainingState


class Export(SavedState):
    """A run as a file, which POST /api/saved_runs opens again."""

    format: Literal["json"]
    config: CompleteConfig = Field(description="an uploaded table goes along, row by row")
    start: SavedState = Field(description="the state before its first step")
    changes: list[Change]
    furthest_step: int = Field(description="how far a rewind may go")
    stopped: Literal["not_finite"] | None
    computed_by: str | None = Field(description="what computed every step of it; null: more than one kind of machine")
    finite: bool = True
    not_finite: NotFiniteCount | None = None


class Status(ResponseModel):
    status: Literal["ok"]
    version: str


class Catalog(ResponseModel):
    version: str
    fields: dict[str, dict[str, Any]]
    datasets: list[dict[str, Any]]
    limits: dict[str, int]
