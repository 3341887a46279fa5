"""A table in place of a data set's name, with what its columns were in a file."""

from typing import Annotated, Any, Literal

from pydantic import Field

from .fields import CellText, ColumnName, RequestModel, Target, TaskName
from .limits import FILE_LIMITS, MAX_COLUMNS, MAX_ROWS
from .rows import Rows, are_same


class NumberFormatConfig(RequestModel):
    """How a column's numbers are written where a row holds them as text."""

    decimal: Literal["point", "comma"] = Field(default="point", description="the decimal mark")
    thousands: Literal["", ",", ".", " ", "'"] = Field(default="", description="the mark between thousands")
    unit: CellText = Field(default="", description="%, a currency or a unit that may stand with each")
    date: Literal["", "ymd", "dmy", "mdy"] = Field(
        default="", description="dates in this order count days since 1 January 1970"
    )
    doubt: CellText = Field(default="", description="why they might be read otherwise")


class SourceConfig(RequestModel):
    """A column of a file, and the columns of the table that it became."""

    name: ColumnName = Field(description="what it is called in the file")
    becomes: Annotated[list[ColumnName], Field(min_length=1, max_length=MAX_COLUMNS)] = Field(
        description="names of the table's columns, in order"
    )
    values: Annotated[list[CellText], Field(max_length=FILE_LIMITS.columns)] = Field(
        default=[], description="of a category; of a number none"
    )
    indicates: Annotated[list[CellText], Field(max_length=MAX_COLUMNS)] = Field(
        default=[], description="for each column that a category becomes, the value that has a 1 there"
    )
    unit: CellText = Field(default="", description="of its numbers")
    format: NumberFormatConfig = Field(default=NumberFormatConfig(), description="how its numbers are written")
    gaps: Annotated[list[CellText], Field(max_length=100)] = Field(
        default=[], description="texts that stand for a missing value, besides the usual ones"
    )
    says_missing: bool = Field(
        default=False, description="whether the last that it becomes is 1 where the value is missing"
    )


class TableConfig(RequestModel):
    """A table in place of a data set's name: one row a sample; columns are called x1 to xn. A missing cell is null."""

    inputs: Rows = Field(description="rows of raw values, one row a sample; null is missing")
    targets: Annotated[
        list[Target],
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
    sources: Annotated[list[SourceConfig], Field(max_length=MAX_COLUMNS)] = Field(
        default=[], description="what the columns were in a file, so that rows can be predicted as the file has them"
    )
    fill: Literal["", "mean", "median", "most_frequent"] = Field(
        default="", description="what takes the place of missing cells, of the training split; empty: nothing does"
    )
    units: Annotated[list[CellText], Field(max_length=MAX_COLUMNS)] = Field(
        default=[], description="a unit for each column"
    )
    target: ColumnName = Field(default="", description="what the target is called")
    target_unit: CellText = Field(default="", description="of a regression's target")
    ignored: Annotated[list[ColumnName], Field(max_length=FILE_LIMITS.columns)] = Field(
        default=[], description="other columns of the file, which rows may have"
    )

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, TableConfig)
            and are_same(self.inputs, other.inputs)
            and all(
                getattr(self, name) == getattr(other, name) for name in TableConfig.model_fields if name != "inputs"
            )
        )

    def plain(self) -> dict[str, Any]:
        """By name, in Python's own types but for the rows, which stay a matrix and are not copied."""
        rows = {"inputs": self.inputs, "targets": self.targets}
        return rows | self.model_dump(exclude=set(rows))
