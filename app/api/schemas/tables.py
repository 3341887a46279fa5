"""Schemas of uploaded tables."""

from typing import Any

from .base import ResponseModel


class Inspection(ResponseModel):
    """A file as it was recognised, and the name that it is kept under."""

    file: str
    rows: int
    columns: list[dict[str, Any]]
    target: str | None
    task: str | None
    malformed: dict[str, Any]
    missing: dict[str, Any]
    becomes: dict[str, Any] | None
    undecided: list[dict[str, Any]]
    ready: bool


class Dataset(ResponseModel):
    """A table, told of as the catalog tells of a data set."""

    name: str
    title: str
    task: str
    columns: list[str]
    classes: list[str]
    target: str
    rows: int
    scaling: dict[str, Any]
    proposal: dict[str, Any]
    decisions: dict[str, Any]
