"""A run's config: every field with its default and its limits, written once."""

from typing import Annotated, Any

from pydantic import ConfigDict, Discriminator, Field, Tag

from ..data.datasets import DATASETS
from ..data.features import available
from .fields import (
    ActivationName,
    BatchSize,
    ClipNorm,
    DatasetName,
    DropoutMaskName,
    InitializerName,
    Integer,
    LearningRate,
    LossName,
    Number,
    OptimizerName,
    OutputActivationName,
    Penalty,
    Rate,
    RequestModel,
    ScalingName,
    TargetScalingName,
)
from .limits import MAX_FEATURES, MAX_LAYERS, MAX_PARAMETERS, MAX_ROWS, MAX_SEED, MAX_UNITS, MAX_WIDTH
from .tableconfig import TableConfig

UPLOADED_TABLE = r"^table-[A-Za-z0-9_-]{22}$"  # names of tables that were sent in
UploadedTableName = Annotated[str, Field(pattern=UPLOADED_TABLE)]


def _dataset_kind(value: Any) -> str:
    if isinstance(value, dict | TableConfig):
        return "#table"
    return "#uploaded" if isinstance(value, str) and value.startswith("table-") else "#name"


def _parameter_kind(value: Any) -> str:
    return "#matrix" if isinstance(value, list) and value and isinstance(value[0], list) else "#vector"


class LayerConfig(RequestModel):
    """One hidden layer. `dropout` and `batch_norm` left out are the run's."""

    units: Integer = Field(ge=1, le=MAX_UNITS, description="how many units the layer has")
    activation: ActivationName = Field(description="the function that each unit applies to its weighted sum")
    dropout: Rate | None = Field(
        default=None, description="probability that a unit of this layer is left out; null: the run's"
    )
    batch_norm: bool | None = Field(default=None, description="batch norm in this layer; null: the run's")


Parameters = Annotated[
    dict[
        str,
        Annotated[
            Annotated[
                list[Annotated[list[Number], Field(max_length=MAX_WIDTH)]],
                Field(max_length=MAX_FEATURES),
                Tag("#matrix"),
            ]
            | Annotated[list[Number], Field(max_length=MAX_WIDTH), Tag("#vector")],
            Discriminator(_parameter_kind),
        ],
    ],
    Field(max_length=MAX_PARAMETERS),
]


def _features_by_dataset(schema: dict[str, Any]) -> None:
    """Says which features each data set has, those of the default last: they are meant where none is named."""
    names_by_features: dict[tuple[str, ...], list[str]] = {}
    for dataset in DATASETS.values():
        names_by_features.setdefault(tuple(available(dataset.columns)), []).append(dataset.name)
    rest: dict[str, Any] = {}
    for features, names in names_by_features.items():
        named = {"properties": {"dataset": {"enum": names}}} | ({"required": ["dataset"]} if rest else {})
        rest = {"if": named, "then": {"properties": {"features": {"items": {"enum": list(features)}}}}, "else": rest}
    schema |= rest


class RunConfig(RequestModel):
    """One network, its data and how it learns. Every field has a default."""

    model_config = ConfigDict(json_schema_extra=_features_by_dataset)

    dataset: Annotated[
        Annotated[DatasetName, Tag("#name")]
        | Annotated[UploadedTableName, Tag("#uploaded")]
        | Annotated[TableConfig, Tag("#table")],
        Discriminator(_dataset_kind),
    ] = Field(default="circles", description="a data set or a table of one's own by name, or a table in place")
    samples: Integer = Field(default=300, ge=1, le=MAX_ROWS, description="how many samples to draw")
    noise: float = Field(default=0.1, ge=0, le=2, allow_inf_nan=False, description="standard deviation of the noise")
    label_noise: Rate = Field(default=0.0, description="share of the training labels that is flipped")
    test_fraction: float = Field(
        default=0.33, ge=0, le=0.9, allow_inf_nan=False, description="share of the samples kept for testing"
    )
    features: list[str] = Field(
        default=["x1", "x2"],
        min_length=1,
        max_length=MAX_FEATURES,
        json_schema_extra={"uniqueItems": True},
        description="what the network sees of a sample; left out with other than two columns: all columns",
    )
    scaling: ScalingName = Field(
        default="none",
        description="how each feature is scaled, fitted to the training split; left out with an uploaded table "
        "or the digits: what they propose",
    )
    target_scaling: TargetScalingName = Field(
        default="auto",
        description="how a regression's target is scaled, fitted to the training split; predictions and metrics are in "
        "its own units, loss and gradients in scaled ones",
    )
    hidden: list[LayerConfig] = Field(
        default=[LayerConfig(units=6, activation="tanh"), LayerConfig(units=4, activation="tanh")],
        max_length=MAX_LAYERS,
        description="the hidden layers, first layer first; may be empty",
    )
    loss: LossName = Field(default="auto", description="the loss that training minimizes")
    output_activation: OutputActivationName = Field(default="auto", description="the last layer's activation")
    dropout: Rate = Field(default=0.0, description="p: probability that a hidden unit is left out")
    dropout_mask: DropoutMaskName = Field(
        default="per_step", description="whether a mask holds for a whole step or for one sample"
    )
    batch_norm: bool = Field(
        default=False, description="batch norm between each hidden layer's sums and its activation"
    )
    initializer: InitializerName = Field(
        default="glorot_uniform", description="how the initial weights are drawn or set"
    )
    initializer_scale: float = Field(
        default=1.0, ge=0, le=100, allow_inf_nan=False, description="multiplies the initial weights"
    )
    optimizer: OptimizerName = Field(default="sgd", description="the rule by which a gradient becomes a step")
    momentum: Rate = Field(
        default=0.9, description="momentum, nesterov: share of the running sum of gradients that is kept"
    )
    beta1: float = Field(
        default=0.9, ge=0, lt=1, allow_inf_nan=False, description="adam: share kept of the running mean of gradients"
    )
    beta2: float = Field(
        default=0.999,
        ge=0,
        lt=1,
        allow_inf_nan=False,
        description="adam: share kept of the running mean of squared gradients",
    )
    epsilon: float = Field(
        default=1e-8,
        ge=0,
        le=1,
        allow_inf_nan=False,
        description="rmsprop, adam: added to the root that a step is divided by",
    )
    learning_rate: LearningRate = Field(
        default=0.3, description="what a step multiplies the gradient by; 0: nothing moves"
    )
    batch_size: BatchSize = Field(default=16, description="samples in a step; more than there are: all of them")
    l1: Penalty = Field(default=0.0, description="l1 · Σ|W| is added to the loss that is differentiated; weights only")
    l2: Penalty = Field(default=0.0, description="l2/2 · ΣW² is added to the loss that is differentiated; weights only")
    clip_norm: ClipNorm | None = Field(default=None, description="largest norm of the whole gradient; null: no limit")
    parameters: Parameters | None = Field(
        default=None, description="start values by name (W1, b1, ...); what is left out comes from the initializer"
    )
    seed: Integer = Field(default=0, ge=0, le=MAX_SEED, description="the same config and seed give the same numbers")

    def plain(self) -> dict[str, Any]:
        """By name, in Python's own types, as a request has them; the rows of a table in place stay a matrix."""
        if not isinstance(self.dataset, TableConfig):
            return self.model_dump(by_alias=True)
        return {"dataset": self.dataset.plain(), **self.model_dump(by_alias=True, exclude={"dataset"})}
