"""Predictions for rows in the data's own columns: class names with probabilities, or numbers in their own units."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..data.errors import DataError
from ..data.prepare import Samples
from ..data.rows import Row, RowNote, read_rows
from ..engine.arrays import Array
from .errors import FieldsError, field_error
from .run import Run


@dataclass(frozen=True)
class ClassAnswer:
    """The likeliest class, None where the outputs are not numbers, and the probability of each by name."""

    answer: str | None
    probabilities: dict[str, float]


@dataclass(frozen=True)
class Answers:
    """`outputs` (rows, outputs) as `predict` has them; a ClassAnswer, a number or some numbers for each row.

    They are of `target`, numbers in its `unit`.
    """

    outputs: Array
    answers: Sequence[ClassAnswer | float | list[float]]
    target: str
    unit: str
    notes: list[list[RowNote]]


def answer(run: Run, rows: Sequence[Row]) -> Answers:
    """Predictions for rows by column name; FieldsError names the column that is unknown or the cell that won't do."""
    samples = run.plan.samples
    try:
        inputs, notes = read_rows(samples, rows)
    except DataError as error:
        raise FieldsError(field_error(error)) from error
    outputs = run.predict(inputs.tolist())
    answers = [_answer(samples, row) for row in outputs]
    return Answers(outputs, answers, samples.target, samples.target_unit, notes)


def _answer(samples: Samples, outputs: Array) -> ClassAnswer | float | list[float]:
    if samples.task == "regression":
        numbers: list[float] = outputs.tolist()
        return numbers[0] if len(numbers) == 1 else numbers
    shares = [1 - outputs[0], outputs[0]] if len(outputs) == 1 else list(outputs)
    known = bool(np.isfinite(shares).all())
    likeliest = int(shares[0] <= shares[1]) if len(outputs) == 1 else int(np.argmax(shares))
    probabilities = {name: float(share) for name, share in zip(samples.classes, shares, strict=True)}
    return ClassAnswer(samples.classes[likeliest] if known else None, probabilities)
