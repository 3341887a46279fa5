"""Schemas of a run and of what can be read of it, and of the server's own answers."""

from typing import Any, Literal

from pydantic import Field

from app.api.schemas.base import Matrix, NamedArrays, Real, ResponseModel
from app.api.schemas.steps import Evaluation


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


class Run(ResponseModel):
    id: str
    config: dict[str, Any] = Field(description="the RunConfig, all defaults filled in")
    step: int
    first_step: int = Field(description="the step it started from: 0, or where it was forked")
    furthest_step: int = Field(description="how far a rewind may go")
    epoch: float
    training: bool
    parameters: NamedArrays
    state: dict[str, Any]
    controls: dict[str, Any] = Field(description="what PATCH may change, as it is in force now")
    evaluation: Evaluation
    changes: list[Change]
    graph: Graph


class Samples(ResponseModel):
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


class Prediction(ResponseModel):
    outputs: Matrix


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


class Export(ResponseModel):
    format: Literal["json"]
    config: dict[str, Any]
    step: int
    parameters: NamedArrays
    state: dict[str, Any]


class State(ResponseModel):
    step: int
    parameters: NamedArrays
    state: dict[str, Any]


class Status(ResponseModel):
    status: Literal["ok"]
    version: str


class Catalog(ResponseModel):
    version: str
    fields: dict[str, dict[str, Any]]
    datasets: list[dict[str, Any]]
    limits: dict[str, int]
