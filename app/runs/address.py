"""The setup in an address of the page, `?dataset=moons&hidden=8relu,8relu&step=40`: read here as the page reads it."""

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from .config import RunConfig

LAYER = re.compile(r"(\d+)([a-z_]+)((?:\.[a-z0-9-]+)*?)(?:\.d([0-9.]+))?")
ITEM = re.compile(r"(?:[^\\,]|\\.)+")
NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*")
NOT_IN_ADDRESS = "parameters"
PAGE_ONLY = re.compile(r"(hide|show|task|goal|lesson|embed|utm.*|\w+clid)")  # what else an address may say


@dataclass
class Address:
    """What an address asks for: fields of a RunConfig, a step, changes (step, field, value) in order.

    `run` and `experiment` are names. `errors` are the parts that could not be read.
    """

    config: dict[str, Any] = field(default_factory=dict)
    step: int = 0
    changes: list[tuple[int, str, float | None]] = field(default_factory=list)
    run: str | None = None
    experiment: str | None = None
    errors: list[str] = field(default_factory=list)


def read(query: str) -> Address:
    """The query of an address, with or without its question mark."""
    found = Address()
    for name, text in parse_qsl(query.removeprefix("?"), keep_blank_values=True):
        try:
            _take(found, name, text)
        except ValueError:
            found.errors.append(f"{name}={text}" if text else name)
    found.changes.sort(key=lambda change: change[0])
    return found


def _take(found: Address, name: str, text: str) -> None:
    if name in ("run", "experiment"):
        setattr(found, name, text)
    elif name == "step":
        found.step = _whole(text)
    elif name == "change":
        found.changes.append(_change(text))
    elif name in RunConfig.model_fields and name != NOT_IN_ADDRESS:
        found.config[name] = _value(name, text)
    elif not PAGE_ONLY.fullmatch(name):
        raise ValueError(name)


def _value(name: str, text: str) -> Any:
    default = RunConfig.model_fields[name].default
    if name == "hidden":
        return [] if text in ("none", "") else [_layer(part) for part in text.split(",")]
    if isinstance(default, list):
        items = [re.sub(r"\\(.)", r"\1", item) for item in ITEM.findall(text)]
        if not items:
            raise ValueError(text)
        return items
    if isinstance(default, bool):
        if text not in ("true", "false"):
            raise ValueError(text)
        return text == "true"
    if isinstance(default, str):
        return text
    return None if text == "none" else _number(text)


def _layer(text: str) -> dict[str, Any]:
    match = LAYER.fullmatch(text)
    if match is None:
        raise ValueError(text)
    units, activation, flags, dropout = match.groups()
    found: dict[str, Any] = {"units": int(units), "activation": activation}
    if dropout is not None:
        found["dropout"] = _number(dropout)
    if ".norm" in flags or ".plain" in flags:
        found["batch_norm"] = ".norm" in flags
    return found


def _change(text: str) -> tuple[int, str, float | None]:
    step, name, value = (*text.split(":"), "", "")[:3]
    if not name or text.count(":") < 2:
        raise ValueError(text)
    return _whole(step), name, None if value == "none" else _number(value)


def _number(text: str) -> float | int:
    if NUMBER.fullmatch(text) is None:
        raise ValueError(text)
    value = float(text)
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _whole(text: str) -> int:
    value = _number(text)
    if not isinstance(value, int) or value < 0:
        raise ValueError(text)
    return value
