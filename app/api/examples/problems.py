"""Examples of problems, by status."""

from typing import Any

import orjson

from ...runs.errors import (
    ClientLimitError,
    FieldError,
    FieldsError,
    RunError,
    StepConflictError,
    UnknownRunError,
    UnknownStepError,
)
from .. import problems
from ..unreadable import unreadable


def _problem(error: RunError) -> dict[str, Any]:
    """The problem that an error becomes."""
    found: dict[str, Any] = orjson.loads(problems.response_to(error).body)
    return found


def _not_json(body: bytes) -> dict[str, Any]:
    reason = unreadable(body)
    assert reason is not None
    found: dict[str, Any] = orjson.loads(problems.not_json(reason).body)
    return found


PROBLEMS: dict[int, dict[str, Any]] = {
    400: _not_json(b'{"steps": }'),
    404: _problem(UnknownRunError("no-such-run")),
    408: {
        "type": "about:blank",
        "title": "Request Timeout",
        "status": 408,
        "detail": "The body came too slowly: 3 bytes in 30 seconds.",
    },
    409: _problem(StepConflictError(3, 7)),
    413: {
        "type": "about:blank",
        "title": "Content Too Large",
        "status": 413,
        "detail": "A body may have 4000000 bytes at most.",
    },
    415: {
        "type": "about:blank",
        "title": "Unsupported Media Type",
        "status": 415,
        "detail": "Send JSON, with the header Content-Type: application/json.",
    },
    422: _problem(FieldsError(FieldError("learning_rate", -1, "Input should be greater than or equal to 0"))),
    429: _problem(ClientLimitError("40 measurements at the same time", 4)),
    503: {
        "type": "urn:backprop-playground:full",
        "title": "No room for another run",
        "status": 503,
        "detail": "All 500 runs that can be kept are in training; try again when one has ended.",
    },
}
UNKNOWN_STEP = _problem(UnknownStepError(9, 1, 7))
