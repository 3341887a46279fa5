"""The base of all schemas of answers, and numbers, vectors and matrices as JSON has them.

Answers are written by `app.api.wire`, never by way of these models: they serve the API's description alone.
"""

from pydantic import BaseModel, ConfigDict

Real = float | None  # null: not a number, or infinite
Vector = list[Real]
Matrix = list[Vector]
NamedArrays = dict[str, Matrix | Vector]


class ResponseModel(BaseModel):
    model_config = ConfigDict(extra="allow")
