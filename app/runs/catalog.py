"""The catalog: every choice with its limits, default and description, made from the models."""

import math
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from .. import __version__
from ..data.csvdecisions import EXTRA_ROW_CHOICES, MALFORMED_CHOICES, MISSING_CHOICES
from ..data.datasets import DATASETS, Dataset, load
from ..data.features import available
from ..data.scaling import SCALINGS, TARGET_SCALINGS
from ..data.tables import MAX_CLASSES
from .build import LOSS_OF_TASK
from .choices import (
    ACTIVATIONS,
    DROPOUT_MASKS,
    INITIALIZERS,
    LOSSES,
    OPTIMIZER_CONSTANTS,
    OPTIMIZERS,
    OUTPUT_ACTIVATIONS,
    TASKS,
)
from .config import LayerConfig, RunConfig
from .exporting.formats import FORMATS
from .filerequest import FileRequest
from .limits import (
    FILE_LIMITS,
    MAX_COLUMNS,
    MAX_FEATURES,
    MAX_LAYERS,
    MAX_LINE_NUMBERS,
    MAX_ROWS,
    MAX_STEPS,
    MAX_SURFACE,
    MAX_SURFACE_NUMBERS,
    MAX_UNITS,
)
from .proposal import BUILT_IN
from .requests import PATCHABLE, PatchRequest, TrainRequest

PREVIEW_POINTS = 60

FEATURES = {
    "x1": "the first column",
    "x2": "the second column",
    "x1^2": "the first column squared",
    "x2^2": "the second column squared",
    "x1*x2": "the product of both columns",
    "sin(x1)": "the sine of the first column",
    "sin(x2)": "the sine of the second column",
}


@cache
def catalog() -> dict[str, Any]:
    """The whole catalog as JSON-ready values."""
    return {
        "version": __version__,
        "fields": {name: field | {"restart": name not in PATCHABLE} for name, field in fields(RunConfig).items()},
        "layer": fields(LayerConfig),
        "train": fields(TrainRequest),
        "patch": list(PatchRequest.model_fields),
        "file": fields(FileRequest),
        "datasets": [_dataset(dataset) for dataset in DATASETS.values()],
        "tasks": [item | {"loss": LOSS_OF_TASK[item["name"]]} for item in _items(TASKS)],
        "missing": _items(MISSING_CHOICES),
        "malformed": _items(MALFORMED_CHOICES),
        "extra_rows": _items(EXTRA_ROW_CHOICES),
        "features": _items(FEATURES),
        "scalings": _items(SCALINGS),
        "target_scalings": _items(TARGET_SCALINGS),
        "activations": _items(ACTIVATIONS),
        "losses": [item | {"tasks": _tasks(item["name"])} for item in _items(LOSSES)],
        "output_activations": _items(OUTPUT_ACTIVATIONS),
        "dropout_masks": _items(DROPOUT_MASKS),
        "initializers": _items(INITIALIZERS),
        "optimizers": [item | {"constants": list(OPTIMIZER_CONSTANTS[item["name"]])} for item in _items(OPTIMIZERS)],
        "export_formats": [{"name": found.name, "description": found.description} for found in FORMATS.values()],
        "limits": {
            "steps": MAX_STEPS,
            "layers": MAX_LAYERS,
            "units": MAX_UNITS,
            "features": MAX_FEATURES,
            "rows": MAX_ROWS,
            "columns": MAX_COLUMNS,
            "surfaces": MAX_SURFACE,
            "surface_numbers": MAX_SURFACE_NUMBERS,
            "line_numbers": MAX_LINE_NUMBERS,
            "classes": MAX_CLASSES,
            "file_bytes": FILE_LIMITS.bytes,
            "file_rows": FILE_LIMITS.rows,
            "file_columns": FILE_LIMITS.columns,
            "cell_characters": FILE_LIMITS.cell,
            "name_characters": FILE_LIMITS.name,
        },
        "defaults": RunConfig().model_dump(by_alias=True, exclude={"hidden": {"__all__": {"dropout", "batch_norm"}}}),
    }


def fields(model: type[BaseModel]) -> dict[str, dict[str, Any]]:
    """Type, limits, default and description of each field of a model, by its name on the wire."""
    schema = model.model_json_schema()
    return {name: _field(found, schema.get("$defs", {})) for name, found in schema["properties"].items()}


def _field(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> dict[str, Any]:
    options = [_followed(option, definitions) for option in schema.get("anyOf", schema.get("oneOf", [schema]))]
    nullable = any(option.get("type") == "null" for option in options)
    facts = next(option for option in options if option.get("type") != "null")
    facts = {**_followed(facts, definitions), **{key: value for key, value in schema.items() if key != "anyOf"}}
    found: dict[str, Any] = {"type": facts.get("type", "any"), "description": facts.get("description", "")}
    renamed = {
        "minimum": "min",
        "exclusiveMinimum": "above",
        "maximum": "max",
        "exclusiveMaximum": "below",
        "minItems": "least",
        "maxItems": "most",
        "enum": "choices",
        "default": "default",
    }
    found |= {short: facts[long] for long, short in renamed.items() if long in facts}
    return found | ({"nullable": True} if nullable else {})


def _followed(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> Mapping[str, Any]:
    reference: str = schema.get("$ref", "")
    return definitions[reference.rpartition("/")[2]] if reference else schema


def _items(described: Mapping[str, str]) -> list[dict[str, Any]]:
    return [{"name": name, "description": text} for name, text in described.items()]


def _tasks(loss: str) -> list[str]:
    return [task for task, usual in LOSS_OF_TASK.items() if loss in ("auto", "squared_error", usual)]


def _dataset(dataset: Dataset) -> dict[str, Any]:
    return {
        "name": dataset.name,
        "task": dataset.task,
        "description": dataset.description,
        "columns": list(dataset.columns),
        "units": list(dataset.units),
        "classes": list(dataset.classes),
        "target": dataset.target,
        "made_up": dataset.made_up,
        "source": dataset.source,
        "rows": dataset.rows,
        "noisy": dataset.noisy,
        "left_out": dataset.left_out,
        "why": dataset.why,
        "features": list(available(dataset.columns)),
        "default_features": list(dataset.columns),
        "preview": _preview(dataset),
        "proposal": _proposal(dataset.name),
        "picture": dataset.picture,
    }


def _proposal(name: str) -> dict[str, Any] | None:
    """Fields of a RunConfig that a data set proposes, as for an uploaded table."""
    if name not in BUILT_IN:
        return None
    layers = [layer.model_dump(include={"units", "activation"}) for layer in BUILT_IN[name]["hidden"]]
    return BUILT_IN[name] | {"hidden": layers}


def _preview(dataset: Dataset) -> dict[str, Any] | None:
    """Points to draw, to a hundredth of their extent: every page carries them. None with other than two columns."""
    if len(dataset.columns) != 2:
        return None
    table = load(dataset.name, PREVIEW_POINTS, 0.1, 0)
    first, second, targets = (_rough(values[:PREVIEW_POINTS]) for values in (*table.inputs.T, table.targets[:, 0]))
    return {"inputs": list(zip(first, second, strict=True)), "targets": targets}


def _rough(values: NDArray[np.float64]) -> list[float]:
    """To the decimal that is a hundredth of their extent, or less."""
    rounded: list[float] = values.round(2 - math.floor(math.log10(np.ptp(values)))).tolist()
    return rounded
