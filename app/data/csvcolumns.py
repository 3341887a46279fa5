"""The columns of a CSV file: whether each is the target, an input or left out, and why."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from .csvcells import Cells, Count, Kind, values_of
from .csvdecisions import Decisions
from .csvidentifiers import named_as_row
from .csvlimits import Limits
from .csvranking import information
from .csvtarget import task_of
from .csvtext import unique
from .datasets import Array
from .errors import DataError

Role: TypeAlias = Literal["target", "input", "left out"]
RARELY_THERE = 0.02  # share of the rows that a column needs a value in
MOST_WORDS = 3  # different texts among numbers that may stand for a missing one
BINS = 15
CODES = ("-999", "-9999", "-99999", "999", "9999", "99999", "-99", "-1")  # numbers that stand for a missing value


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
    kinds: tuple[str, ...]  # the first is what it was taken for
    read: str  # how its numbers are written, "" where they are plain
    doubt: str  # why it may be read otherwise, "" where it can't
    examples: tuple[tuple[str, float], ...]  # cells that are not written as plain numbers, with what they are read as
    missing: int
    spellings: tuple[Count, ...]  # of missing values
    suspects: tuple[Count, ...]  # values that may stand for a missing one: far outside the rest, or no numbers
    tells: float | None  # share of the target's entropy that the column tells, 0 to 1; of the target itself None
    distinct: int
    low: float | None
    high: float | None
    mean: float | None
    histogram: Histogram | None
    values: tuple[Count, ...] | None  # of categories, the most frequent first
    becomes: tuple[str, ...]
    says_missing: bool  # the last of these says whether a value was missing


def columns_of(
    cells: Sequence[Cells], kinds: Sequence[Kind], target: int | None, decisions: Decisions, limits: Limits
) -> tuple[Column, ...]:
    """Every column with its role. Where there is not room for all, those that tell most of the target are taken."""
    tells = _told(cells, kinds, target, decisions)
    others = any(
        number != target and kind in ("number", "categories") and not column.numbered and len(set(column.present)) > 1
        for number, (column, kind) in enumerate(zip(cells, kinds, strict=True))
    )
    taken: list[str] = []
    room = limits.inputs
    found: dict[int, Column] = {}
    order = sorted(
        range(len(cells)), key=lambda n: (n != target, cells[n].name not in decisions.inputs, -(tells[n] or 0.0), n)
    )
    for number in order:
        column, kind = cells[number], kinds[number]
        says_missing = decisions.missing_indicator == "yes" and any(column.missing)
        becomes = (*_input_names(column, kind), *[f"{column.name} missing"] * says_missing)
        role, why = _role(column, kind, number == target, len(becomes), room, others, decisions, limits)
        if role == "input":
            room -= len(becomes)
            becomes = tuple(unique(name, taken + [c.name for c in cells if c is not column]) for name in becomes)
            taken += becomes
        else:
            becomes, says_missing = (), False
        found[number] = _described(column, kind, role, why, becomes, says_missing, tells[number], limits)
    return tuple(found[number] for number in range(len(cells)))


def _told(
    cells: Sequence[Cells], kinds: Sequence[Kind], target: int | None, decisions: Decisions
) -> list[float | None]:
    """What each column tells of the target, None where that means nothing."""
    if target is None or not len(cells[target].texts):
        return [None] * len(cells)
    about = cells[target]
    task = task_of(about, kinds[target], decisions)
    whole = ~np.array(about.missing, dtype=bool)
    answers = about.numbers if task == "regression" and kinds[target] == "number" else np.array(about.texts)
    return [
        None
        if number == target or kind in ("text", "empty") or column.numbered
        else information((column.numbers if kind == "number" else np.array(column.texts))[whole], answers[whole])
        for number, (column, kind) in enumerate(zip(cells, kinds, strict=True))
    ]


def _input_names(cells: Cells, kind: Kind) -> tuple[str, ...]:
    if kind == "number":
        return (cells.name,)
    return tuple(f"{cells.name}={value}" for value in values_of(cells)) if kind == "categories" else ()


def _role(
    cells: Cells,
    kind: Kind,
    is_target: bool,
    width: int,
    room: int,
    others: bool,
    decisions: Decisions,
    limits: Limits,
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
    if len(cells.present) < RARELY_THERE * len(cells.texts):
        return "left out", f"only {len(cells.present)} of {len(cells.texts)} rows have a value"
    if cells.numbered and (others or named_as_row(name)):
        return "left out", "it only numbers the rows"
    if width > room:
        needs = f"{width} inputs" if width > 1 else "one input"
        return "left out", f"others tell more of the target; it would take {needs}, and {limits.inputs} are the most"
    return "input", ""


def _why_text(cells: Cells) -> str:
    """Why a column of texts can't be used: which cell is no number, or how many texts there are."""
    first = cells.not_numbers[0]
    text = cells.texts[first][:40]
    if 2 * len(cells.not_numbers) <= len(cells.present):
        return f"{text!r} in line {cells.lines[first]} is not a number"
    return f"{len(set(cells.present))} different texts, like {text!r}"


def _described(
    cells: Cells,
    kind: Kind,
    role: Role,
    why: str,
    becomes: tuple[str, ...],
    says_missing: bool,
    tells: float | None,
    limits: Limits,
) -> Column:
    present = cells.present
    numbers = cells.numbers[np.isfinite(cells.numbers)] if kind == "number" else np.empty(0)
    low, high = (float(numbers.min()), float(numbers.max())) if len(numbers) else (None, None)
    counted = Counter(present).most_common(limits.classes) if kind == "categories" else []
    distinct = len(np.unique(numbers)) if kind == "number" else len(set(present))
    written = cells.format
    return Column(
        name=cells.name,
        kind=kind,
        role=role,
        why=why,
        kinds=_kinds(cells, kind, len(set(present)), limits),
        read=written.words if kind == "number" else "",
        doubt=written.doubt if kind == "number" else "",
        examples=_examples(cells) if kind == "number" and (written.words or written.doubt) else (),
        missing=sum(cells.missing),
        spellings=cells.spellings,
        suspects=_words(cells) + (_codes(cells) if kind == "number" else ()),
        tells=tells,
        distinct=distinct,
        low=low,
        high=high,
        mean=mean(numbers) if len(numbers) else None,
        histogram=_histogram(numbers),
        values=tuple(Count(name, count) for name, count in counted) if kind == "categories" else None,
        becomes=becomes,
        says_missing=says_missing,
    )


def _kinds(cells: Cells, kind: Kind, distinct: int, limits: Limits) -> tuple[str, ...]:
    """What a column could be taken for, by the names that a decision takes, what it was taken for first."""
    several = len(cells.readings) > 1
    numbers = [one.reading for one in cells.readings] if several else ["number"]
    others = ["categories"] if 0 < distinct <= limits.classes else []
    if kind == "number":
        return (*numbers, *others)
    readable = numbers if len(cells.not_numbers) < len(cells.present) else []
    return tuple(dict.fromkeys([kind, *readable, *others]))


def _examples(cells: Cells) -> tuple[tuple[str, float], ...]:
    """A few cells that are not written as plain numbers, longest first: the longer, the more there is to see."""
    shown: dict[str, float] = {}
    for text, value in zip(cells.texts, cells.numbers.tolist(), strict=True):
        if text and value == value and text not in shown and len(shown) < 200:
            shown[text] = value
    return tuple(sorted(shown.items(), key=lambda item: -len(item[0]))[:3])


def _words(cells: Cells) -> tuple[Count, ...]:
    """A few texts in a column that is mostly of numbers."""
    words = Counter(cells.texts[row] for row in cells.not_numbers)
    mostly = len(cells.not_numbers) < len(cells.present) / 2
    return tuple(Count(text, count) for text, count in words.items()) if mostly and len(words) <= MOST_WORDS else ()


def _codes(cells: Cells) -> tuple[Count, ...]:
    """Codes such as -999 that lie farther from the other numbers than these do from each other."""
    found = []
    texts = Counter(text for text in cells.texts if text.split(".")[0].split(",")[0] in CODES)
    values = cells.numbers[np.isfinite(cells.numbers)]
    known = values[~np.isin(values, [float(code) for code in CODES])]
    for text, count in texts.items():
        code = cells.format.read(text)
        if len(known) < 3 or not abs(code) >= 99:
            continue
        low, high = float(known.min()), float(known.max())
        away = low - code if code < low else code - high
        if away > 0 and away > 2 * (high - low):
            found.append(Count(text, count))
    return tuple(found)


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
