"""What the page is made of: every chapter's prose, formula and still picture, for one setting."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from . import doors, network, notes, yours
from .chapters import CHAPTERS, ORDINALS, SOURCES, Chapter
from .expressions import evaluate
from .figures import shown
from .measure import values_of
from .prose import formula, inline, paragraphs
from .setting import ETA_LIMITS, FIXED, WEIGHT_LIMITS, X_LIMITS, Y_LIMITS, Setting
from .svg import name_of
from .thumbnails import Door, all_doors

Values = Mapping[str, Any]
LIMITS = {"x": X_LIMITS, "y": Y_LIMITS, "eta": ETA_LIMITS}
LETTERS = {"x": "_x_", "y": "_y_", "eta": "_η_"}
SPOKEN = {"x": "the input x", "y": "the target y", "eta": "the learning rate eta"}
EDITION = (("x", "x[0]"), ("y", "y[0]"), ("η", "eta"))
FIELD_PATHS = {"x": "x[0]", "y": "y[0]", "eta": "eta"}


@dataclass(frozen=True)
class Try:
    """A number that may be changed in a chapter."""

    field: str
    label: str
    spoken: str
    low: float
    high: float
    binding: str
    value: float
    text: str


@dataclass(frozen=True)
class Told:
    """A chapter as HTML."""

    chapter: Chapter
    ordinal: str
    text: str
    formula: str
    only: str
    picture: str
    strip: str
    note: str
    tries: tuple[Try, ...]


@dataclass(frozen=True)
class Number:
    """One of the thirteen numbers, before the step and after it."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Page:
    """The whole story for one setting."""

    chapters: tuple[Told, ...]
    doors: tuple[Door, ...]
    numbers: tuple[Number, ...]
    sources: tuple[str, ...]
    values: dict[str, Any]

    @property
    def edition(self) -> str:
        """Which run the stills show."""
        return ", ".join(f"{name} = {shown(evaluate(path, self.values))}" for name, path in EDITION)


def page(setting: Setting = FIXED) -> Page:
    values = everything(setting)
    told = tuple(_told(i, chapter, values) for i, chapter in enumerate(CHAPTERS))
    return Page(told, all_doors(), _numbers(values), SOURCES, values)


@lru_cache(maxsize=1)
def fixed_page() -> Page:
    """The story of the fixed run, which most readers begin with."""
    return page(FIXED)


def everything(setting: Setting) -> dict[str, Any]:
    """All that a binding may name."""
    values = values_of(setting)
    return values | {"doors": doors.doors(), "mine": values["mine"] | yours.mine()}


def _numbers(values: Values) -> tuple[Number, ...]:
    refs = [trial["of"] for trial in values["trials"]["all"]]
    before = [shown(evaluate(ref, values)) for ref in refs]
    after = [shown(evaluate(f"next.{ref}", values), 3) for ref in refs]
    names = [inline(name_of(ref), values) for ref in refs]
    return tuple(map(Number, names, before, after))


def _told(i: int, chapter: Chapter, values: Values) -> Told:
    last = chapter.id == "yours"
    drawn = yours.drawing() if last else network.network(values, chapter.op, chapter.selection, chapter.still)
    return Told(
        chapter,
        ORDINALS[i],
        paragraphs(chapter.text, values),
        formula(chapter.formula, values),
        inline(chapter.only, values),
        "" if chapter.id == "doors" else drawn,
        "" if last else network.tape(chapter.op),
        notes.note(chapter.note, values),
        tuple(_try(field, values) for field in chapter.tries),
    )


def _try(field: str, values: Values) -> Try:
    low, high = LIMITS.get(field, WEIGHT_LIMITS)
    binding = FIELD_PATHS.get(field, field)
    value = float(evaluate(binding, values))
    label = inline(LETTERS.get(field) or name_of(field), values)
    spoken = SPOKEN.get(field) or f"{'weight' if field[0] == 'W' else 'offset'} {field}"
    return Try(field, label, spoken, low, high, binding, value, shown(value))
