"""The base of all schemas of answers, and numbers, vectors and matrices as JSON has them.

Answers are written by `app.api.wire`, never by way of these models: they serve the API's description alone.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

Real = float | None  # null: not a number, or infinite
Vector = list[Real]
Matrix = list[Vector]
NamedArrays = dict[str, Matrix | Vector]


class ResponseModel(BaseModel):
    model_config = ConfigDict(extra="allow")


class NotFiniteCount(RootModel[dict[Literal["nan", "+inf", "-inf"], int]]):
    """How many numbers are null because they are not a number, infinite, or negative infinite."""


class Histogram(ResponseModel):
    lo: Real
    hi: Real
    counts: list[int]


class LayerBytes(ResponseModel):
    """A layer's values: a byte v stands for lo + v/255 · (hi − lo)."""

    lo: Real
    hi: Real
    units: list[str] = Field(description="base64, each unit's bytes")
