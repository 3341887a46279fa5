"""The columns of a CSV file: what kind each is, and whether it is the target, an input or left out, and why."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from app.data.csvtext import DECIMAL_COMMA, NUMBER, Limits, Sheet, is_missing, plain, unique
from app.data.datasets import TASKS, Array, Task
from app.data.errors import DataError

Kind: TypeAlias = Literal["number", "categories", "text", "empty"]
Role: TypeAlias = Literal["target", "input", "left out"]


BINS = 15
LIKE_NUMBERS = 0.9  # from this share of numbers on, what is left over is a mistake and no category
MISSING_CHOICES = {
    "keep": "leave them missing: the first step turns the network into NaN, and shows how",
    "drop": "leave out every row with a missing value",
    "mean": "fill in the column's mean",
}
MALFORMED_CHOICES = {
    "refuse": "take no file with a line that does not fit",
    "leave_out": "leave out the lines that do not fit",
}
TARGET_NAMES = ("target", "class", "label", "species", "outcome", "diagnosis", "variety", "y")
ROW_NUMBER_NAMES = ("id", "index", "row", "rownames", "rowname", "nr", "no", "no.", "#", "unnamed: 0", "column 1")


@dataclass(frozen=True)
class Decisions:
    """How a file is to be read, and what its columns are to be. What is left as it is here is proposed."""

    encoding: str = "utf-8"
    separator: str = "auto"  # or one of csvtext.SEPARATORS
    decimal: str = "auto"  # point | comma
    header: str = "auto"  # yes | no
    target: str | None = None
    task: str = "auto"  # or one of TASKS
    numbers: tuple[str, ...] = ()  # names of columns that are numbers
    categories: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    missing: str = "keep"
    malformed: str = "refuse"


@dataclass(frozen=True)
class Count:
    name: str
    count: int


@dataclass(frozen=True)
class Histogram:
    lo: float
    hi: float
    counts: tuple[int, ...]


@dataclass(frozen=True)
class Column:
    """A column as recognised. `kinds` are those that it could be taken for; `becomes` names what the network sees."""

    name: str
    kind: Kind
    role: Role
    why: str
    kinds: tuple[Kind, ...]
    missing: int
    distinct: int
    low: float | None
    high: float | None
    mean: float | None
    histogram: Histogram | None
    values: tuple[Count, ...] | None  # of categories, the most frequent first
    becomes: tuple[str, ...]


@dataclass(frozen=True)
class Cells:
    """A column's cells: texts as they stand (empty where missing), and the numbers that they are (else NaN)."""

    name: str
    texts: tuple[str, ...]
    numbers: Array
    missing: tuple[bool, ...]
    not_numbers: tuple[int, ...]  # rows whose cell is there, and no number
    lines: tuple[int, ...]  # of the file, by row

    @property
    def present(self) -> list[str]:
        return [text for text, missing in zip(self.texts, self.missing, strict=True) if not missing]


def check_names(names: Sequence[str], decisions: Decisions) -> None:
    seen: dict[str, str] = {}
    for field, group in (("numbers", "kind"), ("categories", "kind"), ("inputs", "role"), ("left_out", "role")):
        for position, name in enumerate(getattr(decisions, field)):
            if name not in names:
                raise DataError(f"the file has no column {name!r}", (field, position), name, names)
            if seen.setdefault(f"{group} {name}", field) != field:
                other = seen[f"{group} {name}"]
                raise DataError(f"{name!r} can't be both {other} and {field}", (field, position), name, "one of them")
    if decisions.target is not None:
        if decisions.target not in names:
            raise DataError(f"the file has no column {decisions.target!r}", ("target",), decisions.target, names)
        for field in ("inputs", "left_out"):
            if decisions.target in getattr(decisions, field):
                raise DataError(f"the target can't be among {field}", ("target",), decisions.target, "another column")


def likely_decimal(sheet: Sheet) -> str:
    """Comma where more cells read as numbers with it than with a point; never where it separates cells."""
    if sheet.separator == "comma":
        return "point"
    cells = [cell.strip() for row in sheet.rows for cell in row.cells]
    commas = sum(1 for cell in cells if DECIMAL_COMMA.fullmatch(cell))
    points = sum(1 for cell in cells if "." in cell and NUMBER.fullmatch(cell))
    return "comma" if commas > points else "point"


def cells_of(sheet: Sheet, number: int, decimal: str) -> Cells:
    texts = tuple(plain(row.cells[number]) for row in sheet.rows)
    missing = tuple(is_missing(text) for text in texts)
    numbers = np.array([_number(text, decimal) for text in texts], dtype=np.float64)
    not_numbers = np.flatnonzero(np.isnan(numbers) & ~np.array(missing, dtype=bool))
    shown = tuple("" if gone else text for text, gone in zip(texts, missing, strict=True))
    lines = tuple(row.line for row in sheet.rows)
    return Cells(sheet.names[number], shown, numbers, missing, tuple(int(row) for row in not_numbers), lines)


def _number(text: str, decimal: str) -> float:
    """NaN where the text is no finite number."""
    text = text.replace("\u2212", "-")
    if decimal == "comma":
        text = text.replace(".", "x").replace(",", ".")
    if not NUMBER.fullmatch(text):
        return np.nan
    value = float(text)
    return value if np.isfinite(value) else np.nan


def kind_of(cells: Cells, decisions: Decisions, limits: Limits) -> Kind:
    present = cells.present
    if not present:
        return "empty"
    if cells.name in decisions.numbers:
        return "number"
    longest = max(len(text) for text in present)
    if cells.name in decisions.categories:
        if longest > limits.name:
            message = f"{cells.name!r} holds a text of {longest} characters; a category may have {limits.name}"
            raise DataError(message, ("categories",), cells.name, f"{limits.name} characters")
        return "categories"
    distinct = len(set(present))
    if not cells.not_numbers or (
        distinct > limits.classes and len(cells.not_numbers) <= (1 - LIKE_NUMBERS) * len(present)
    ):
        return "number"
    few = longest <= limits.name and distinct <= limits.classes and (distinct < len(present) or len(present) <= 3)
    return "categories" if few else "text"


def target_of(cells: Sequence[Cells], kinds: Sequence[Kind], decisions: Decisions) -> tuple[int | None, str]:
    """The column to predict, and why it is proposed; None where no column will do."""
    names = [column.name for column in cells]
    if decisions.target is not None:
        return names.index(decisions.target), "chosen"
    excluded = {*decisions.inputs, *decisions.left_out}
    candidates = [
        number
        for number, column in enumerate(cells)
        if column.name not in excluded and kinds[number] in ("number", "categories") and len(set(column.present)) > 1
    ]
    for wanted in TARGET_NAMES:
        for number in candidates:
            if names[number].lower() == wanted:
                return number, f"a column called {names[number]!r} is usually what is to be predicted"
    classes = [number for number in candidates if kinds[number] == "categories"]
    if classes:
        ends = [number for number in (len(cells) - 1, 0) if number in classes]
        return (ends or classes)[0], "categories can be told apart"
    numbers = [number for number in candidates if not _counts_rows(cells[number])]
    return (numbers[-1], "the last column of numbers") if numbers else (None, "no column has two different values")


def task_of(cells: Cells, kind: Kind, decisions: Decisions) -> Task:
    for task in TASKS:
        if decisions.task == task:
            return task
    distinct = len(set(cells.present))
    if kind == "categories":
        return "binary" if distinct <= 2 else "multiclass"
    numbers = cells.numbers[np.isfinite(cells.numbers)]
    whole = bool((numbers == np.floor(numbers)).all())
    distinct = len(np.unique(numbers))
    if whole and distinct <= 2:
        return "binary"
    return "multiclass" if whole and distinct <= 10 and 5 * distinct <= len(numbers) else "regression"


def _counts_rows(cells: Cells) -> bool:
    """A column that only counts the rows, by its name and its numbers."""
    if cells.name.lower() not in ROW_NUMBER_NAMES or len(cells.numbers) < 3:
        return False
    return bool((cells.numbers == cells.numbers[0] + np.arange(len(cells.numbers))).all())


def columns_of(
    cells: Sequence[Cells], kinds: Sequence[Kind], target: int | None, decisions: Decisions, limits: Limits
) -> tuple[Column, ...]:
    """Every column with its role. Numbers come before categories where there is not room for all."""
    taken: list[str] = []
    room = limits.inputs
    found: dict[int, Column] = {}
    order = sorted(range(len(cells)), key=lambda n: (cells[n].name not in decisions.inputs, kinds[n] != "number", n))
    for number in order:
        column, kind = cells[number], kinds[number]
        becomes = _input_names(column, kind)
        role, why = _role(column, kind, number == target, len(becomes), room, decisions, limits)
        if role == "input":
            room -= len(becomes)
            becomes = tuple(unique(name, taken + [c.name for c in cells if c is not column]) for name in becomes)
            taken += becomes
        found[number] = _described(column, kind, role, why, becomes if role == "input" else (), limits)
    return tuple(found[number] for number in range(len(cells)))


def _input_names(cells: Cells, kind: Kind) -> tuple[str, ...]:
    if kind == "number":
        return (cells.name,)
    return tuple(f"{cells.name}={value}" for value in categories(cells)) if kind == "categories" else ()


def categories(cells: Cells) -> tuple[str, ...]:
    """The different texts of a column, sorted: as numbers where all are plain whole numbers."""
    return sorted_classes(cells.present)


def sorted_classes(texts: Sequence[str]) -> tuple[str, ...]:
    found = set(texts)
    if all(is_class_number(text) for text in found):
        return tuple(sorted(found, key=int))
    return tuple(sorted(found))


def is_class_number(text: str) -> bool:
    """A whole number as Python writes it."""
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdigit() and len(digits) <= 15 and str(int(text)) == text


def _role(
    cells: Cells, kind: Kind, is_target: bool, width: int, room: int, decisions: Decisions, limits: Limits
) -> tuple[Role, str]:
    name, distinct = cells.name, len(set(cells.present))
    if is_target:
        return "target", ""
    if name in decisions.left_out:
        return "left out", "so decided"
    if name in decisions.inputs:
        if kind in ("empty", "text"):
            message = "it holds nothing" if kind == "empty" else f"it holds {distinct} different texts"
            raise DataError(f"{name!r} can't be an input: {message}", ("inputs",), name, "numbers or categories")
        if width > room:
            message = f"the inputs become more than {limits.inputs} columns of numbers with {name!r}"
            raise DataError(message, ("inputs",), name, f"{limits.inputs} at most")
        return "input", ""
    if kind == "empty":
        return "left out", "it holds nothing"
    if distinct == 1:
        return "left out", f"always {cells.present[0][:40]!r}"
    if kind == "text":
        return "left out", _why_text(cells)
    if _counts_rows(cells):
        return "left out", "it only numbers the rows"
    if width > room:
        needs = f"{width} columns" if width > 1 else "one column"
        return "left out", f"it would take {needs}, and {limits.inputs} are the most in all"
    return "input", ""


def _why_text(cells: Cells) -> str:
    """Why a column of texts can't be used: which cell is no number, or how many texts there are."""
    first = cells.not_numbers[0]
    text = cells.texts[first][:40]
    if 2 * len(cells.not_numbers) <= len(cells.present):
        return f"{text!r} in line {cells.lines[first]} is not a number"
    return f"{len(set(cells.present))} different texts, like {text!r}"


def _described(cells: Cells, kind: Kind, role: Role, why: str, becomes: tuple[str, ...], limits: Limits) -> Column:
    present = cells.present
    numbers = cells.numbers[np.isfinite(cells.numbers)] if kind == "number" else np.empty(0)
    low, high = (float(numbers.min()), float(numbers.max())) if len(numbers) else (None, None)
    counted = Counter(present).most_common(limits.classes) if kind == "categories" else []
    distinct = len(np.unique(numbers)) if kind == "number" else len(set(present))
    kinds: list[Kind] = [kind]
    if kind != "number" and len(cells.not_numbers) < len(present):
        kinds.append("number")
    if kind != "categories" and 0 < len(set(present)) <= limits.classes:
        kinds.append("categories")
    return Column(
        name=cells.name,
        kind=kind,
        role=role,
        why=why,
        kinds=tuple(kinds),
        missing=sum(cells.missing),
        distinct=distinct,
        low=low,
        high=high,
        mean=mean(numbers) if len(numbers) else None,
        histogram=_histogram(numbers),
        values=tuple(Count(name, count) for name, count in counted) if kind == "categories" else None,
        becomes=becomes,
    )


def mean(values: Array) -> float:
    """Finite even where the sum would not be."""
    with np.errstate(over="ignore"):
        found = float(values.mean())
    return found if np.isfinite(found) else float((values / len(values)).sum())


def _histogram(values: Array) -> Histogram | None:
    if not len(values):
        return None
    low, high = float(values.min()), float(values.max())
    with np.errstate(over="ignore"):
        span = high - low
    if not 0 < span < np.inf:
        return None
    bins = np.minimum((values / span - low / span) * BINS, BINS - 1)
    counts = np.bincount(np.clip(bins, 0, BINS - 1).astype(np.int64), minlength=BINS)
    return Histogram(low, high, tuple(int(count) for count in counts))
