"""The story's page for one setting: every chapter's prose, formula and still picture."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from . import diagram, notes, user_run
from .chapters import CHAPTERS, ORDINALS, SOURCES, Chapter
from .expressions import evaluate
from .number_format import format_number
from .previews import measurements
from .prose import formula, inline, paragraphs
from .setting import ETA_LIMITS, FIXED, WEIGHT_LIMITS, X_LIMITS, Y_LIMITS, Setting
from .svg import name_of
from .thumbnails import Preview, previews
from .values import values_of

Values = Mapping[str, Any]
LIMITS = {"x": X_LIMITS, "y": Y_LIMITS, "eta": ETA_LIMITS}
LETTERS = {"x": "_x_", "y": "_y_", "eta": "_η_"}
SPOKEN = {"x": "the input x", "y": "the target y", "eta": "the learning rate eta"}
EDITION = (("x", "x[0]"), ("y", "y[0]"), ("η", "eta"))
FIELD_PATHS = {"x": "x[0]", "y": "y[0]", "eta": "eta"}


@dataclass(frozen=True)
class AdjustableNumber:
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
class RenderedChapter:
    """A chapter as HTML."""

    chapter: Chapter
    ordinal: str
    text: str
    formula: str
    only: str
    answer: str
    picture: str
    strip: str
    note: str
    tries: tuple[AdjustableNumber, ...]


@dataclass(frozen=True)
class Number:
    """One of the thirteen numbers, before the step and after it."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Page:
    """The whole story for one setting."""

    chapters: tuple[RenderedChapter, ...]
    doors: tuple[Preview, ...]
    numbers: tuple[Number, ...]
    sources: tuple[str, ...]
    values: dict[str, Any]

    @property
    def edition(self) -> str:
        """Which run the stills show."""
        return ", ".join(f"{name} = {format_number(evaluate(path, self.values))}" for name, path in EDITION)


def page_of(setting: Setting = FIXED) -> Page:
    """The story with the numbers of a setting."""
    values = all_values(setting)
    chapters = tuple(_render_chapter(i, chapter, values) for i, chapter in enumerate(CHAPTERS))
    return Page(chapters, previews(), _numbers(values), SOURCES, values)


@lru_cache(maxsize=1)
def fixed_page() -> Page:
    """The story of the fixed run, which most readers begin with."""
    return page_of(FIXED)


def all_values(setting: Setting) -> dict[str, Any]:
    """All that a binding may name."""
    values = values_of(setting)
    return values | {"doors": measurements(), "mine": values["mine"] | user_run.describe_run()}


def _numbers(values: Values) -> tuple[Number, ...]:
    refs = [trial["of"] for trial in values["trials"]["all"]]
    before = [format_number(evaluate(ref, values)) for ref in refs]
    after = [format_number(evaluate(f"next.{ref}", values), 3) for ref in refs]
    names = [inline(name_of(ref), values) for ref in refs]
    return tuple(map(Number, names, before, after))


def _render_chapter(i: int, chapter: Chapter, values: Values) -> RenderedChapter:
    last = chapter.id == "yours"
    drawn = user_run.drawing() if last else diagram.diagram(values, chapter.op, chapter.selection, chapter.still)
    return RenderedChapter(
        chapter,
        ORDINALS[i],
        paragraphs(chapter.text, values),
        formula(chapter.formula, values),
        inline(chapter.only, values),
        inline(chapter.answer, values),
        "" if chapter.id == "doors" else drawn,
        "" if last else diagram.tape(chapter.op),
        notes.note(chapter.note, values),
        tuple(_adjustable(field, values) for field in chapter.tries),
    )


def _adjustable(field: str, values: Values) -> AdjustableNumber:
    low, high = LIMITS.get(field, WEIGHT_LIMITS)
    binding = FIELD_PATHS.get(field, field)
    value = float(evaluate(binding, values))
    label = inline(LETTERS.get(field) or name_of(field), values)
    spoken = SPOKEN.get(field) or f"{'weight' if field[0] == 'W' else 'bias'} {field}"
    return AdjustableNumber(field, label, spoken, low, high, binding, value, format_number(value))
