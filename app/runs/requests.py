"""What may be asked of a run: to fork, change, train, predict and rewind it."""

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, ConfigDict, Discriminator, Field, Tag, model_validator

from .config import RunConfig
from .fields import (
    BatchSize,
    ClipNorm,
    Integer,
    LearningRate,
    Number,
    Penalty,
    Rate,
    RequestModel,
    StepNumber,
    Target,
    whole,
)
from .limits import FILE_LIMITS, MAX_COLUMNS, MAX_PREDICTED, MAX_ROWS, MAX_STEPS, MAX_SURFACE
from .rows import RowsToPredict

#: Fields that a PATCH may change while the network trains; all others need a new run.
PATCHABLE = ("learning_rate", "dropout", "batch_size", "momentum", "l1", "l2", "clip_norm")


def _no_default(schema: dict[str, Any]) -> None:
    schema.pop("default", None)


def _no_defaults(schema: dict[str, Any]) -> None:
    for field in schema["properties"].values():
        _no_default(field)


class ForkRequest(RunConfig):
    """Where a new run starts in the exact state of another, and what of its RunConfig changes; the rest stays."""

    model_config = ConfigDict(json_schema_extra=_no_defaults)

    step: StepNumber | None = Field(
        default=None, description="the fork starts in the state after this step; left out: where the run stands"
    )

    def changed(self) -> dict[str, Any]:
        """Only what was named of the RunConfig."""
        return {name: getattr(self, name) for name in RunConfig.model_fields if name in self.model_fields_set}


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
    target: Target = Field(description="class number or label; with regression a number or a row")


SampleIndex = Annotated[int, Field(ge=0, le=MAX_ROWS - 1), BeforeValidator(whole)]
Detail = Literal["full", "summary"]
SurfaceFormat = Literal["numbers", "uint8"]
SurfaceSize = Annotated[int, Field(ge=0, le=MAX_SURFACE), BeforeValidator(whole)]


def _spotlight_kind(value: Any) -> str:
    return "#sample" if isinstance(value, dict | CustomSample) else "#index"


Spotlight = Annotated[
    Annotated[SampleIndex, Tag("#index")] | Annotated[CustomSample, Tag("#sample")],
    Discriminator(_spotlight_kind),
]


class TrainRequest(RequestModel):
    """How many steps, and what of them is sent."""

    steps: Integer = Field(default=1, ge=1, le=MAX_STEPS, description="how many steps to train")
    every: Integer = Field(
        default=1, ge=1, le=MAX_STEPS, description="a line for each step that it divides, and always for the last"
    )
    detail: Detail = Field(default="full", description="every recorded value, or a summary of each record")
    spotlight: Spotlight | None = Field(
        default=None, description="a sample's index, or a sample: its own values through every step"
    )
    evaluate_every: Integer = Field(
        default=0, ge=0, le=MAX_STEPS, description="an Evaluation also after each step that it divides; 0: at the end"
    )
    surfaces: SurfaceSize = Field(default=0, description="N: every unit's value on an N by N grid in Evaluations")
    surface_format: SurfaceFormat = Field(default="numbers", description="lists of rows, or base64 of a byte a point")
    beeswarms: bool = Field(
        default=False, description="other than two columns: every unit's value over the training samples, as uint8"
    )
    per_second: float | None = Field(
        default=None,
        ge=0.1,
        le=1000,
        allow_inf_nan=False,
        description="at most so many lines a second on average; an evaluation counts as a line, though it comes "
        "together with its step; null: as many as there are and are read",
    )
    from_step: StepNumber | None = Field(default=None, description="refuse unless the run stands at this step")


def _cell_kind(value: Any) -> str:
    return {str: "#text", type(None): "#missing"}.get(type(value), "#number")


class PredictRequest(RequestModel):
    """Samples to predict: `inputs` in the table's columns by position, or `rows` in the data's own columns by name."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    inputs: RowsToPredict = Field(
        default=[], description="rows of raw values, one row a sample; null is missing", json_schema_extra=_no_default
    )
    rows: Annotated[
        list[
            Annotated[
                dict[
                    Annotated[str, Field(max_length=2 * FILE_LIMITS.name + 20)],
                    Annotated[
                        Annotated[Number, Tag("#number")]
                        | Annotated[str, Field(max_length=FILE_LIMITS.cell), Tag("#text")]
                        | Annotated[None, Tag("#missing")],
                        Discriminator(_cell_kind),
                    ],
                ],
                Field(max_length=FILE_LIMITS.columns),
            ]
        ],
        Field(max_length=MAX_PREDICTED),
    ] = Field(
        default=[],
        description="rows as the data has them: a number or a category for each column; null, or nothing, is missing",
        json_schema_extra=_no_default,
    )

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if len(self.model_fields_set) != 1:
            raise ValueError("send either inputs or rows")
        return self


class RewindRequest(RequestModel):
    """Where to go back (or forward) to."""

    step: StepNumber = Field(description="a step between the run's first state and the furthest step reached")
