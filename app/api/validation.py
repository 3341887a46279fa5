"""Validation of a request's body, and its errors field by field."""

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import orjson
from pydantic import TypeAdapter, ValidationError

from ..runs.choices import ChoiceError
from ..runs.errors import FieldError, FieldsError, path_text
from .shown import shown
from .unreadable import UnreadableError, unreadable

MOST = 100  # fields that an answer names
IN_DETAIL = 5  # of them in its one sentence


def read(kind: Any, body: bytes) -> Any:
    """A body as a value of this type. UnreadableError, FieldsError.

    It may be called in another process: what it returns and raises can be pickled.
    """
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:  # it takes no NaN, and does not say what is wrong as well
        if (reason := unreadable(body)) is not None:
            raise UnreadableError(reason) from None
        value = json.loads(body)
    try:
        return _adapter(kind).validate_python(value, from_attributes=True)  # as FastAPI does
    except ValidationError as error:
        found = fields_error([_in_the_body(item) for item in error.errors(include_url=False)])
    raise found


def few_errors(kind: Any, value: Any) -> bool:
    """Whether no more of a value's fields are wrong than an answer names: to list ten thousand takes 0.1 s."""
    try:
        _adapter(kind).validate_python(value, from_attributes=True)
    except ValidationError as error:
        return error.error_count() <= MOST
    return True


def fields_error(items: Sequence[Mapping[str, Any]]) -> FieldsError:
    """The error that names the first of the fields that don't fit, and counts the others, from what Pydantic says."""
    errors = [_field_error(item) for item in items[:MOST]]
    told = [f"{error.path or 'the body'}: {error.message}" for error in errors[:IN_DETAIL]]
    if len(items) > IN_DETAIL:
        told.append(f"and {len(items) - IN_DETAIL} more")
    found = FieldsError(*errors)
    found.args = ("; ".join(told),)
    return found


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _in_the_body(item: Any) -> dict[str, Any]:
    return {**item, "loc": ("body", *item["loc"])}


def _field_error(item: Mapping[str, Any]) -> FieldError:
    # Tags of unions ("#table") are ours, not the client's.
    path = path_text(part for part in item["loc"][1:] if not (isinstance(part, str) and part.startswith("#")))
    message = item["msg"].removeprefix("Value error, ")
    cause = item.get("ctx", {}).get("error")
    allowed = cause.allowed if isinstance(cause, ChoiceError) else _expected(item)
    value = None if item["type"] == "missing" else shown(item.get("input"))
    return FieldError(path, value, message, allowed)


def _expected(item: Mapping[str, Any]) -> Any:
    """What Pydantic would have taken: of a choice ("'full' or 'summary'") the names themselves."""
    expected = item.get("ctx", {}).get("expected")
    return re.findall(r"'([^']*)'", expected) if item["type"] == "literal_error" else expected
