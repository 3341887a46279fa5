"""How a CSV file is to be read, and what its columns are to be."""

from collections.abc import Sequence
from dataclasses import dataclass

from .csvnumbers import READINGS
from .errors import DataError

KINDS = (*READINGS, "categories")
MISSING_CHOICES = {
    "mean": "fill in the training split's mean; of categories the share of each",
    "median": "fill in the training split's median; of categories the most frequent",
    "most_frequent": "fill in the training split's most frequent value",
    "leave_out": "leave out every row with a missing value",
    "as_is": "leave them missing: the first step that meets one turns to NaN, and shows how",
}
MALFORMED_CHOICES = {
    "refuse": "take no file with a line that does not fit",
    "leave_out": "leave out the lines that do not fit",
}
EXTRA_ROW_CHOICES = {
    "leave_out": "leave out a second header row, and totals at the end",
    "keep": "take them for rows like any other",
}


@dataclass(frozen=True)
class Decisions:
    """How a file is to be read, and what its columns are to be. What is left as it is here is proposed."""

    encoding: str = "auto"
    separator: str = "auto"  # or one of csvtext.SEPARATORS
    decimal: str = "auto"  # point | comma
    header: str = "auto"  # yes | no
    target: str | None = None
    task: str = "auto"  # or one of TASKS
    kinds: tuple[tuple[str, str], ...] = ()  # columns with what they are, one of KINDS
    inputs: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    missing: str = "mean"  # or one of MISSING_CHOICES
    missing_indicator: str = "no"  # yes: an input more for each column with gaps, 1 where it has one
    malformed: str = "refuse"
    missing_values: tuple[tuple[str, str], ...] = ()  # columns with a value that stands for none
    extra_rows: str = "leave_out"
    sample: int | None = None  # rows to take at random
    seed: int = 0

    @property
    def kind(self) -> dict[str, str]:
        return dict(self.kinds)


def check_names(names: Sequence[str], decisions: Decisions) -> None:
    seen: dict[str, str] = {}
    for field in ("kinds", "missing_values"):
        for position, (name, value) in enumerate(getattr(decisions, field)):
            at = ("as" if field == "kinds" else field, position)
            if name not in names:
                raise DataError(f"the file has no column {name!r}", at, name, names)
            if field == "kinds" and seen.setdefault(f"kind {name}", value) != value:
                raise DataError(f"{name!r} can't be both {seen[f'kind {name}']} and {value}", at, name, "one of them")
    for field in ("inputs", "left_out"):
        for position, name in enumerate(getattr(decisions, field)):
            if name not in names:
                raise DataError(f"the file has no column {name!r}", (field, position), name, names)
            if seen.setdefault(name, field) != field:
                raise DataError(
                    f"{name!r} can't be both {seen[name]} and {field}", (field, position), name, "one of them"
                )
    if decisions.target is not None:
        if decisions.target not in names:
            raise DataError(f"the file has no column {decisions.target!r}", ("target",), decisions.target, names)
        for field in ("inputs", "left_out"):
            if decisions.target in getattr(decisions, field):
                raise DataError(f"the target can't be among {field}", ("target",), decisions.target, "another column")
