"""Which column of a table is usually the target, and what its task is."""

import re
from collections.abc import Sequence

import numpy as np

from .csvcells import Cells, Kind
from .csvdecisions import Decisions
from .datasets import TASKS, Task

TARGET_NAMES = (
    "target",
    "label",
    "class",
    "species",
    "survived",
    "outcome",
    "diagnosis",
    "variety",
    "churn",
    "churned",
    "exited",
    "attrition",
    "defaulted",
    "isfraud",
    "fraud",
    "saleprice",
    "price",
    "medianhousevalue",
    "medv",
    "salary",
    "income",
    "charges",
    "quality",
    "mpg",
    "y",
)


def usual_target(names: Sequence[str], candidates: Sequence[int]) -> int | None:
    """The candidate that is called what targets usually are; the earlier name in the list wins."""
    plain = [re.sub(r"[^a-z0-9]", "", name.lower()) for name in names]
    for wanted in TARGET_NAMES:
        for number in candidates:
            if plain[number] == wanted:
                return number
    return None


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
    known = usual_target(names, candidates)
    if known is not None:
        return known, f"a column called {names[known]!r} is usually what is to be predicted"
    able = [number for number in candidates if not cells[number].numbered and not cells[number].format.date]
    if not able:
        return None, "no column has two different values"
    last = able[-1] == len(cells) - 1
    return able[-1], "it is the last column" if last else "it is the last column that can be predicted"


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
