"""A run's samples as a CSV table: its columns, or what the network sees of them, and the target."""

import csv
from io import StringIO
from typing import Any

import numpy as np

from ...data.prepare import Samples

SPLITS = ("all", "train", "test")


def write(samples: Samples, split: str = "all", scaled: bool = False) -> bytes:
    """One row a sample, in the run's order; of all samples a last column says which split each is in.

    Classes stand by name, a missing value is an empty cell, and numbers are in the shortest form that reads back the
    same. `scaled`: the features as the network sees them, and a regression's target as it is trained on.
    """
    rows = {"all": slice(None), "train": slice(samples.train), "test": slice(samples.train, None)}[split]
    names, values = (samples.features, samples.values) if scaled else (samples.columns, samples.inputs)
    targets = _targets(samples, scaled)
    header = [*names, *_target_names(samples, names)]
    table = [[*map(_cell, row), *target] for row, target in zip(values[rows].tolist(), targets[rows], strict=True)]
    if split == "all":
        header.append(_free("split", header))
        for number, row in enumerate(table):
            row.append("train" if number < samples.train else "test")
    file = StringIO()
    writer = csv.writer(file)
    writer.writerow(header)
    writer.writerows(table)
    return file.getvalue().encode()


def _targets(samples: Samples, scaled: bool) -> list[list[Any]]:
    if samples.task == "regression":
        return [list(map(_cell, row)) for row in (samples.scaled_targets if scaled else samples.targets).tolist()]
    numbers = samples.targets.argmax(axis=1) if samples.task == "multiclass" else samples.targets[:, 0].astype(int)
    return [[samples.classes[number]] for number in numbers]


def _target_names(samples: Samples, taken: tuple[str, ...]) -> list[str]:
    name = samples.target or ("target" if samples.task == "regression" else "class")
    if samples.outputs == 1 or samples.task != "regression":
        return [_free(name, list(taken))]
    return [_free(f"{name}{number}", list(taken)) for number in range(1, samples.outputs + 1)]


def _free(name: str, taken: list[str]) -> str:
    """The name, with underscores behind it as long as a column has it."""
    while name in taken:
        name += "_"
    return name


def _cell(value: float) -> str:
    return repr(value) if np.isfinite(value) else "" if np.isnan(value) else str(value)
