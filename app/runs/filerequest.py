"""How a file is to be read as a table, and what is decided about its columns."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from ..data.csvdecisions import EXTRA_ROW_CHOICES, KINDS, MALFORMED_CHOICES, MISSING_CHOICES, Decisions
from ..data.csvseparator import SEPARATORS
from ..data.encodings import ENCODINGS
from .choices import one_of
from .fields import RequestModel, enum_schema
from .limits import FILE_LIMITS, MAX_ROWS, MAX_SEED

MAX_DECIDED = 100  # columns that a query decides about: an address has its limit
KeptFileName = Annotated[str, Field(pattern=r"^file-[A-Za-z0-9_-]{22}$")]
EncodingName = Annotated[str, AfterValidator(one_of(ENCODINGS)), enum_schema(ENCODINGS)]
SeparatorName = Annotated[str, AfterValidator(one_of(["auto", *SEPARATORS])), enum_schema(["auto", *SEPARATORS])]
MissingName = Annotated[str, AfterValidator(one_of(MISSING_CHOICES)), enum_schema(MISSING_CHOICES)]
ExtraRowsName = Annotated[str, AfterValidator(one_of(EXTRA_ROW_CHOICES)), enum_schema(EXTRA_ROW_CHOICES)]
MalformedName = Annotated[str, AfterValidator(one_of(MALFORMED_CHOICES)), enum_schema(MALFORMED_CHOICES)]
ColumnNames = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=FILE_LIMITS.name + 20)]], Field(max_length=MAX_DECIDED)
]
KIND = rf"^.+:({'|'.join(KINDS)})$"
ColumnKinds = Annotated[
    list[Annotated[str, Field(pattern=KIND, max_length=FILE_LIMITS.name + 40)]], Field(max_length=MAX_DECIDED)
]
ColumnValues = Annotated[
    list[Annotated[str, Field(pattern="^.+:.+$", max_length=FILE_LIMITS.name + 60)]],
    Field(max_length=MAX_DECIDED // 2),
]


class FileRequest(RequestModel):
    """How a file is to be read, and what is decided about its columns; what is left out is found out or proposed."""

    file: KeptFileName | None = Field(
        default=None,
        description="a file that is kept, by the name that its inspection answered; the body is then empty",
    )
    title: str = Field(
        default="Your table", min_length=1, max_length=FILE_LIMITS.name, description="what to call the table"
    )
    encoding: EncodingName = Field(default="auto", description="the character encoding; a byte order mark wins")
    separator: SeparatorName = Field(default="auto", description="the character between two cells")
    decimal: Literal["auto", "point", "comma"] = Field(default="auto", description="the decimal mark")
    header: Literal["auto", "yes", "no"] = Field(default="auto", description="does the first line name the columns?")
    target: Annotated[str, Field(min_length=1, max_length=FILE_LIMITS.name + 20)] | None = Field(
        default=None, description="the column to predict"
    )
    task: Literal["auto", "binary", "multiclass", "regression"] = Field(
        default="auto", description="what the target is"
    )
    as_: ColumnKinds = Field(
        default=[],
        alias="as",
        description="what a column is, as `column:kind`; categories become an input for each value, dates count days",
    )
    inputs: ColumnNames = Field(default=[], description="columns to predict from, whatever was proposed")
    left_out: ColumnNames = Field(default=[], description="columns to leave out")
    missing: MissingName = Field(default="mean", description="what becomes of missing values")
    missing_indicator: Literal["yes", "no"] = Field(
        default="no", description="an input more for each column with gaps, that is 1 where a value was missing?"
    )
    missing_values: ColumnValues = Field(
        default=[], description="values that stand for a missing one, as `column:value`; the usual ones are known"
    )
    malformed: MalformedName = Field(default="refuse", description="what becomes of lines that can't be read")
    extra_rows: ExtraRowsName = Field(default="leave_out", description="what becomes of totals and a second header")
    sample: Annotated[int, Field(ge=1, le=MAX_ROWS, strict=False)] | None = Field(
        default=None, description="rows to take at random, each class as often as in the file, where there are more"
    )
    seed: Annotated[int, Field(ge=0, le=MAX_SEED, strict=False)] = Field(
        default=0, description="the same seed takes the same rows"
    )

    def decisions(self) -> Decisions:
        """As the data knows them."""
        names = set(type(self).model_fields) - {"file", "title"}
        values: dict[str, Any] = {name: getattr(self, name) for name in names}
        values["kinds"] = [_pair(text) for text in values.pop("as_")]
        values["missing_values"] = [_pair(text) for text in self.missing_values]
        lists = {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
        return Decisions(**(values | lists))


def _pair(text: str) -> tuple[str, str]:
    """A column and what is said of it: a name may hold a colon, a kind or a number none."""
    name, _, value = text.rpartition(":")
    return name, value
