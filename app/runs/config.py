"""Models of requests: every field with its default and its limits, written once."""

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag

from app.data.csvcolumns import MALFORMED_CHOICES, MISSING_CHOICES, Decisions
from app.data.csvtext import SEPARATORS, Limits
from app.data.datasets import DATASETS
from app.data.scaling import SCALINGS
from app.data.tables import MAX_CLASSES
from app.data.textfile import ENCODINGS
from app.runs.choices import (
    ACTIVATIONS,
    DROPOUT_MASKS,
    INITIALIZERS,
    LOSSES,
    OPTIMIZERS,
    OUTPUT_ACTIVATIONS,
    TASKS,
    one_of,
)

MAX_STEPS = 100_000
MAX_LAYERS = 10
MAX_UNITS = 16
MAX_FEATURES = 16
MAX_ROWS = 5_000
MAX_COLUMNS = 32
MAX_OUTPUTS = 20
MAX_SURFACE = 100
MAX_LINE_NUMBERS = 100_000
MAX_SURFACE_NUMBERS = 500_000
MAX_SEED = 2**53 - 1
FILE_LIMITS = Limits(
    bytes=2_000_000, rows=MAX_ROWS, columns=64, inputs=MAX_FEATURES, classes=MAX_CLASSES, cell=1_000, name=100
)
UPLOADED_TABLE = r"^table-[A-Za-z0-9_-]{22}$"  # names of tables that were sent in


def _enum(names: Iterable[str]) -> Any:
    return Field(json_schema_extra={"enum": list(names)})


ActivationName = Annotated[str, AfterValidator(one_of(ACTIVATIONS)), _enum(ACTIVATIONS)]
LossName = Annotated[str, AfterValidator(one_of(LOSSES)), _enum(LOSSES)]
OutputActivationName = Annotated[str, AfterValidator(one_of(OUTPUT_ACTIVATIONS)), _enum(OUTPUT_ACTIVATIONS)]
DropoutMaskName = Annotated[str, AfterValidator(one_of(DROPOUT_MASKS)), _enum(DROPOUT_MASKS)]
InitializerName = Annotated[str, AfterValidator(one_of(INITIALIZERS)), _enum(INITIALIZERS)]
OptimizerName = Annotated[str, AfterValidator(one_of(OPTIMIZERS)), _enum(OPTIMIZERS)]
ScalingName = Annotated[str, AfterValidator(one_of(SCALINGS)), _enum(SCALINGS)]
TaskName = Annotated[str, AfterValidator(one_of(TASKS)), _enum(TASKS)]
DatasetName = Annotated[str, AfterValidator(one_of(DATASETS)), _enum(DATASETS)]
UploadedTableName = Annotated[str, Field(pattern=UPLOADED_TABLE)]
EncodingName = Annotated[str, AfterValidator(one_of(ENCODINGS)), _enum(ENCODINGS)]
SeparatorName = Annotated[str, AfterValidator(one_of(["auto", *SEPARATORS])), _enum(["auto", *SEPARATORS])]
MissingName = Annotated[str, AfterValidator(one_of(MISSING_CHOICES)), _enum(MISSING_CHOICES)]
MalformedName = Annotated[str, AfterValidator(one_of(MALFORMED_CHOICES)), _enum(MALFORMED_CHOICES)]


def _whole(value: Any) -> Any:
    """16.0 is an integer in JSON, which has one kind of number."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Integer = Annotated[int, BeforeValidator(_whole)]
Number = Annotated[float, Field(allow_inf_nan=False)]
LearningRate = Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)]
Rate = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Penalty = Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)]
ClipNorm = Annotated[float, Field(gt=0, le=1e12, allow_inf_nan=False)]
# Limits stand before the validator: behind it they would be checked, but not described.
BatchSize = Annotated[int, Field(ge=1, le=MAX_ROWS), BeforeValidator(_whole)]
StepNumber = Annotated[int, Field(ge=0, le=2**53 - 1), BeforeValidator(_whole)]


class RequestModel(BaseModel):
    """The manners of everything that comes in: no unknown field, no coercion (false is not 0.0), never changed."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class TableConfig(RequestModel):
    """A table in place of a data set's name: one row a sample; columns are called x1 to xn. A missing cell is null."""

    inputs: Annotated[
        list[Annotated[list[Number | None], Field(min_length=1, max_length=MAX_COLUMNS)]],
        Field(min_length=1, max_length=MAX_ROWS, description="rows of raw values, one row a sample; null is a gap"),
    ]
    targets: Annotated[
        list[
            Annotated[
                Annotated[Number, Tag("#number")]
                | Annotated[str, Field(max_length=100), Tag("#label")]
                | Annotated[list[Number], Field(min_length=1, max_length=MAX_OUTPUTS), Tag("#row")],
                Discriminator(lambda value: _target_kind(value)),
            ]
        ],
        Field(
            min_length=1, max_length=MAX_ROWS, description="class number or label; with regression a number or a row"
        ),
    ]
    task: TaskName
    columns: (
        Annotated[
            list[Annotated[str, Field(min_length=1, max_length=2 * FILE_LIMITS.name + 20)]],
            Field(min_length=1, max_length=MAX_COLUMNS),
        ]
        | None
    ) = Field(default=None, description="names of the columns; left out: x1 to xn")


def _target_kind(value: Any) -> str:
    kinds: dict[type, str] = {str: "#label", list: "#row"}
    return kinds.get(type(value), "#number")


def _dataset_kind(value: Any) -> str:
    if isinstance(value, dict | TableConfig):
        return "#table"
    return "#uploaded" if isinstance(value, str) and value.startswith("table-") else "#name"


def _parameter_kind(value: Any) -> str:
    return "#matrix" if isinstance(value, list) and value and isinstance(value[0], list) else "#vector"


class LayerConfig(RequestModel):
    """One hidden layer. `dropout` and `batch_norm` left out are the run's."""

    units: Integer = Field(ge=1, le=MAX_UNITS, description="how many units the layer has")
    activation: ActivationName = Field(description="the function that each unit applies to its sum")
    dropout: Rate | None = Field(default=None, description="share of this layer's units to drop; null: the run's")
    batch_norm: bool | None = Field(default=None, description="batch norm in this layer; null: the run's")


class ForkConfig(RequestModel):
    """The state that a new run starts in: that of another run after one of its steps."""

    run: str = Field(max_length=100, description="id of the run to fork")
    step: StepNumber = Field(description="the fork starts in the exact state after this step")


Parameters = dict[
    str,
    Annotated[
        Annotated[list[list[Number]], Tag("#matrix")] | Annotated[list[Number], Tag("#vector")],
        Discriminator(_parameter_kind),
    ],
]


class RunConfig(RequestModel):
    """One network, its data and how it learns. Every field has a default."""

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
        description="what the network sees of a sample; left out with other than two columns: all columns",
    )
    scaling: ScalingName = Field(default="none", description="how each feature is scaled, fitted to the training split")
    hidden: list[LayerConfig] = Field(
        default=[LayerConfig(units=6, activation="tanh"), LayerConfig(units=4, activation="tanh")],
        max_length=MAX_LAYERS,
        description="the hidden layers, first layer first; may be empty",
    )
    loss: LossName = Field(default="auto", description="what training makes small")
    output_activation: OutputActivationName = Field(default="auto", description="the last layer's activation")
    dropout: Rate = Field(default=0.0, description="share of the hidden units that is left out in a step")
    dropout_mask: DropoutMaskName = Field(default="per_step", description="whom a dropped unit is dropped for")
    batch_norm: bool = Field(default=False, description="each unit's sum brought to mean 0, variance 1 over the batch")
    initializer: InitializerName = Field(default="glorot_uniform", description="where the weights start")
    initializer_scale: float = Field(
        default=1.0, ge=0, le=100, allow_inf_nan=False, description="multiplies the initializer's spread"
    )
    optimizer: OptimizerName = Field(default="sgd", description="how a gradient becomes a step")
    momentum: Rate = Field(default=0.9, description="share of the last step's direction that is kept")
    beta1: float = Field(default=0.9, ge=0, lt=1, allow_inf_nan=False, description="adam: memory of the gradient")
    beta2: float = Field(default=0.999, ge=0, lt=1, allow_inf_nan=False, description="adam: memory of its square")
    epsilon: float = Field(default=1e-8, ge=0, le=1, allow_inf_nan=False, description="keeps a divisor from zero")
    learning_rate: LearningRate = Field(default=0.3, description="how far a step goes; 0: nothing moves")
    batch_size: BatchSize = Field(default=16, description="samples in a step; more than there are: all of them")
    l1: Penalty = Field(default=0.0, description="weight of the sum of |W| in what is differentiated")
    l2: Penalty = Field(default=0.0, description="weight of half the sum of W squared")
    clip_norm: ClipNorm | None = Field(default=None, description="largest norm of the whole gradient; null: no limit")
    from_: ForkConfig | None = Field(
        default=None, alias="from", description="start in the state of another run: a fork"
    )
    parameters: Parameters | None = Field(
        default=None, description="start values by name (W1, b1, ...); what is left out comes from the initializer"
    )
    seed: Integer = Field(default=0, ge=0, le=MAX_SEED, description="the same config and seed give the same numbers")


#: Fields that a PATCH may change while the network trains; all others need a new run.
PATCHABLE = ("learning_rate", "dropout", "batch_size", "momentum", "l1", "l2", "clip_norm")


def _no_default(schema: dict[str, Any]) -> None:
    schema.pop("default", None)


def _left_out(description: str) -> Any:
    return Field(default=None, description=description, json_schema_extra=_no_default)


class PatchRequest(RequestModel):
    """What may change while the network trains; only what is named changes, from the next step on."""

    learning_rate: LearningRate = _left_out("how far a step goes")
    dropout: Rate = _left_out("share of units left out, in every hidden layer")
    batch_size: BatchSize = _left_out("samples in a step")
    momentum: Rate = _left_out("share of the last step's direction that is kept")
    l1: Penalty = _left_out("weight of the sum of |W|")
    l2: Penalty = _left_out("weight of half the sum of W squared")
    clip_norm: ClipNorm | None = _left_out("largest norm of the whole gradient; null: no limit")

    def changed(self) -> dict[str, Any]:
        """Only what was named."""
        return {name: getattr(self, name) for name in PATCHABLE if name in self.model_fields_set}


class CustomSample(RequestModel):
    """A sample of one's own to put under the spotlight: raw values and their target."""

    inputs: Annotated[list[Number], Field(min_length=1, max_length=MAX_COLUMNS)] = Field(
        alias="input", description="the raw columns"
    )
    target: Annotated[
        Annotated[Number, Tag("#number")]
        | Annotated[str, Field(max_length=100), Tag("#label")]
        | Annotated[list[Number], Field(min_length=1, max_length=MAX_OUTPUTS), Tag("#row")],
        Discriminator(_target_kind),
    ] = Field(description="class number or label; with regression a number or a row")


SampleIndex = Annotated[int, Field(ge=0, le=MAX_ROWS - 1), BeforeValidator(_whole)]
Detail = Literal["full", "summary"]
SurfaceFormat = Literal["numbers", "uint8"]
SurfaceSize = Annotated[int, Field(ge=0, le=MAX_SURFACE), BeforeValidator(_whole)]


def _spotlight_kind(value: Any) -> str:
    return "#sample" if isinstance(value, dict | CustomSample) else "#index"


class TrainRequest(RequestModel):
    """How many steps, and what of them is sent."""

    steps: Integer = Field(default=1, ge=1, le=MAX_STEPS, description="how many steps to train")
    every: Integer = Field(
        default=1, ge=1, le=MAX_STEPS, description="a line for each step that it divides, and always for the last"
    )
    detail: Detail = Field(default="full", description="every recorded value, or a summary of each record")
    spotlight: (
        Annotated[
            Annotated[SampleIndex, Tag("#index")] | Annotated[CustomSample, Tag("#sample")],
            Discriminator(_spotlight_kind),
        ]
        | None
    ) = Field(default=None, description="a sample's index, or a sample: its own values through every step")
    evaluate_every: Integer = Field(
        default=0, ge=0, le=MAX_STEPS, description="an Evaluation also after each step that it divides; 0: at the end"
    )
    surfaces: SurfaceSize = Field(default=0, description="N: every unit's value on an N by N grid in Evaluations")
    surface_format: SurfaceFormat = Field(default="numbers", description="lists of rows, or base64 of a byte a point")
    swarms: bool = Field(
        default=False, description="other than two columns: every unit's value over the training samples, as uint8"
    )
    from_step: StepNumber | None = Field(default=None, description="refuse unless the run stands at this step")


class PredictRequest(RequestModel):
    """Samples to predict, in raw columns."""

    inputs: Annotated[
        list[Annotated[list[Number | None], Field(min_length=1, max_length=MAX_COLUMNS)]],
        Field(max_length=10_000, description="rows of raw values, one row a sample; null is a gap"),
    ]


class RewindRequest(RequestModel):
    """Where to go back (or forward) to."""

    step: StepNumber = Field(description="a step between the run's first state and the furthest step reached")


ColumnNames = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=FILE_LIMITS.name + 20)]], Field(max_length=FILE_LIMITS.columns)
]


class FileRequest(RequestModel):
    """How a file is to be read, and what is decided about its columns; what is left out is found out or proposed."""

    title: str = Field(
        default="Your table", min_length=1, max_length=FILE_LIMITS.name, description="what to call the table"
    )
    encoding: EncodingName = Field(default="utf-8", description="how letters are written; a byte order mark wins")
    separator: SeparatorName = Field(default="auto", description="what stands between two cells")
    decimal: Literal["auto", "point", "comma"] = Field(default="auto", description="the sign before decimals")
    header: Literal["auto", "yes", "no"] = Field(default="auto", description="does the first line name the columns?")
    target: Annotated[str, Field(min_length=1, max_length=FILE_LIMITS.name + 20)] | None = Field(
        default=None, description="the column to predict"
    )
    task: Literal["auto", "binary", "multiclass", "regression"] = Field(
        default="auto", description="what the target is"
    )
    numbers: ColumnNames = Field(default=[], description="columns to take for numbers")
    categories: ColumnNames = Field(
        default=[], description="columns to take for categories; as inputs, one column for each value"
    )
    inputs: ColumnNames = Field(default=[], description="columns to predict from, whatever was proposed")
    left_out: ColumnNames = Field(default=[], description="columns to leave out")
    missing: MissingName = Field(default="keep", description="what becomes of missing values")
    malformed: MalformedName = Field(default="refuse", description="what becomes of lines that can't be read")

    def decisions(self) -> Decisions:
        """As the data knows them."""
        values: dict[str, Any] = {name: getattr(self, name) for name in type(self).model_fields if name != "title"}
        lists = {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
        return Decisions(**(values | lists))
