"""Schemas of problems: what went wrong, field by field."""

from typing import Any

from pydantic import Field

from .base import ResponseModel


class FieldProblem(ResponseModel):
    path: str = Field(description='where it is in what was sent: "hidden[0].units"')
    value: Any = Field(description="what it got, shortened where it is long")
    message: str
    allowed: Any = Field(default=None, description="what would do, where that can be listed")
    line: int | None = Field(default=None, description="of a body that is not JSON, or of a file: where, from 1 on")


class Problem(ResponseModel):
    """RFC 9457: every error looks like this."""

    type: str = Field(description="about:blank, or a name to tell problems of one status apart")
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] | None = Field(
        default=None, description="the fields that are wrong, the first hundred; `detail` says how many more there are"
    )
