"""Types of the fields of requests, each with its limits, and what all requests have in common."""

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag

from ..data.datasets import DATASETS
from ..data.scaling import SCALINGS, TARGET_SCALINGS
from .choices import ACTIVATIONS, DROPOUT_MASKS, INITIALIZERS, LOSSES, OPTIMIZERS, OUTPUT_ACTIVATIONS, TASKS, one_of
from .limits import FILE_LIMITS, MAX_OUTPUTS, MAX_ROWS, MAX_SAVED_STEPS


def enum_schema(names: Iterable[str]) -> Any:
    """Lists the names in the description; `one_of` refuses others."""
    return Field(json_schema_extra={"enum": list(names)})


ActivationName = Annotated[str, AfterValidator(one_of(ACTIVATIONS)), enum_schema(ACTIVATIONS)]
LossName = Annotated[str, AfterValidator(one_of(LOSSES)), enum_schema(LOSSES)]
OutputActivationName = Annotated[str, AfterValidator(one_of(OUTPUT_ACTIVATIONS)), enum_schema(OUTPUT_ACTIVATIONS)]
DropoutMaskName = Annotated[str, AfterValidator(one_of(DROPOUT_MASKS)), enum_schema(DROPOUT_MASKS)]
InitializerName = Annotated[str, AfterValidator(one_of(INITIALIZERS)), enum_schema(INITIALIZERS)]
OptimizerName = Annotated[str, AfterValidator(one_of(OPTIMIZERS)), enum_schema(OPTIMIZERS)]
ScalingName = Annotated[str, AfterValidator(one_of(SCALINGS)), enum_schema(SCALINGS)]
TargetScalingName = Annotated[str, AfterValidator(one_of(TARGET_SCALINGS)), enum_schema(TARGET_SCALINGS)]
TaskName = Annotated[str, AfterValidator(one_of(TASKS)), enum_schema(TASKS)]
DatasetName = Annotated[str, AfterValidator(one_of(DATASETS)), enum_schema(DATASETS)]


def whole(value: Any) -> Any:
    """16.0 is an integer in JSON, which has one kind of number."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Integer = Annotated[int, BeforeValidator(whole)]
Number = Annotated[float, Field(allow_inf_nan=False)]
LearningRate = Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)]
Rate = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Penalty = Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)]
ClipNorm = Annotated[float, Field(gt=0, le=1e12, allow_inf_nan=False)]
# Limits stand before the validator: behind it they would be checked, but not described.
BatchSize = Annotated[int, Field(ge=1, le=MAX_ROWS), BeforeValidator(whole)]
SavedStep = Annotated[int, Field(ge=0, le=MAX_SAVED_STEPS), BeforeValidator(whole)]
UsedSamples = Annotated[int, Field(ge=0, le=MAX_SAVED_STEPS * MAX_ROWS), BeforeValidator(whole)]
LastBatch = Annotated[int, Field(ge=0, le=MAX_ROWS), BeforeValidator(whole)]
StepNumber = Annotated[int, Field(ge=0, le=2**53 - 1), BeforeValidator(whole)]


class RequestModel(BaseModel):
    """What every request has in common: no unknown field, no coercion (false is not 0.0), never changed."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


ColumnName = Annotated[str, Field(max_length=2 * FILE_LIMITS.name + 20)]
CellText = Annotated[str, Field(max_length=FILE_LIMITS.cell)]


def _target_kind(value: Any) -> str:
    kinds: dict[type, str] = {str: "#label", list: "#row"}
    return kinds.get(type(value), "#number")


Target = Annotated[
    Annotated[Number, Tag("#number")]
    | Annotated[str, Field(max_length=100), Tag("#label")]
    | Annotated[list[Number], Field(min_length=1, max_length=MAX_OUTPUTS), Tag("#row")],
    Discriminator(_target_kind),
]
