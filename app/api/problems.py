"""Problems (RFC 9457): which error is answered with which status, and the JSON that says so."""

import http
import logging
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import BaseRoute, Match

from ..runs.errors import (
    BusyError,
    ClientLimitError,
    FieldError,
    FieldsError,
    FileError,
    LeaseLostError,
    NotFiniteError,
    NotReplayableError,
    OverloadedError,
    RunError,
    StateNotKeptError,
    StepConflictError,
    StoppingError,
    StoreDownError,
    StoreFullError,
    UnknownFileError,
    UnknownPairError,
    UnknownRunError,
    UnknownStepError,
    UnknownTableError,
    UnsuitedRunError,
)
from .gone import ClientGoneError
from .middleware import SECURITY_HEADERS
from .shown import printable, shown
from .unreadable import Unreadable, UnreadableError, unreadable
from .validation import fields_error

MEDIA_TYPE = "application/problem+json"
_NOBODY_WAITS = Response(status_code=499)  # as nginx counts it; it is not sent
UNREADABLE = (400, "There was an error parsing the body")  # FastAPI's answer to what its parser says no place of
RETRY_AFTER = "2"  # seconds: a store that is away, or a server that stops, is back soon
log = logging.getLogger(__name__)

#: domain error -> status, name of the problem's type, title
PROBLEMS: dict[type[RunError], tuple[int, str, str]] = {
    FieldsError: (422, "fields", "Some fields can't be"),
    FileError: (422, "file", "The file can't be taken as it is"),
    UnknownPairError: (404, "unknown-pair", "No such thing there"),
    UnsuitedRunError: (409, "unsuited", "Not with this run as it is"),
    UnknownTableError: (404, "unknown-table", "No such table"),
    UnknownFileError: (404, "unknown-file", "No such file"),
    UnknownRunError: (404, "unknown-run", "No such run"),
    UnknownStepError: (404, "no-such-step", "No such step"),
    StateNotKeptError: (409, "out-of-reach", "The run has not been there"),
    BusyError: (409, "busy", "The run is being moved"),
    StepConflictError: (409, "elsewhere", "The run stands at another step"),
    NotFiniteError: (409, "not-finite", "The run has overflowed"),
    ClientLimitError: (429, "too-much", "Too much at once from one client"),
    OverloadedError: (503, "overloaded", "The server has too much to do"),
    StoreFullError: (503, "full", "No room for another run"),
    StoreDownError: (503, "store", "The store does not answer"),
    StoppingError: (503, "stopping", "The server is about to stop"),
    LeaseLostError: (409, "busy", "Another server has the run"),
    NotReplayableError: (409, "not-replayable", "Not to be computed again here"),
}


def problem(
    status: int,
    detail: str,
    *,
    kind: str = "",
    title: str = "",
    errors: Iterable[FieldError] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer that says so."""
    body: dict[str, Any] = {
        "type": f"urn:backprop-playground:{kind}" if kind else "about:blank",
        "title": title or http.HTTPStatus(status).phrase,
        "status": status,
        "detail": printable(detail),
    }
    listed = [_field(error) for error in errors]
    if listed:
        body["errors"] = listed
    return Response(orjson.dumps(body, option=orjson.OPT_APPEND_NEWLINE), status, headers, MEDIA_TYPE)


def _field(error: FieldError) -> dict[str, Any]:
    found = {"path": printable(error.path), "value": shown(error.value), "message": printable(error.message)}
    if error.allowed is not None:
        allowed = list(error.allowed) if isinstance(error.allowed, tuple) else error.allowed
        found["allowed"] = shown(allowed, most=100)
    return found | dict(error.place or {})


def install(app: FastAPI) -> None:
    """Every error of this app becomes a problem."""
    app.add_exception_handler(RunError, _run_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(UnreadableError, _unreadable)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(ClientGoneError, _nobody_waits)
    app.add_exception_handler(Exception, _unexpected)


def response_to(error: RunError) -> Response:
    """The answer to a domain error."""
    status, kind, title = PROBLEMS[type(error)]
    errors = error.errors if isinstance(error, FieldsError) else ()
    headers = {"Retry-After": str(getattr(error, "retry", RETRY_AFTER))} if status in (429, 503) else None
    return problem(status, str(error), kind=kind, title=title, errors=errors, headers=headers)


async def _run_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, RunError)
    return response_to(error)


async def _validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    if any(item["type"] == "json_invalid" for item in found):
        return await _not_json(request)
    if any(item["loc"] == ("body",) and isinstance(item.get("input"), bytes) for item in found):
        return problem(415, "Send JSON, with the header Content-Type: application/json.")
    return response_to(fields_error(found))


async def _not_json(request: Request) -> Response:
    """The answer to a body that FastAPI has read, and that is no JSON."""
    try:
        body = await request.body()
    except ClientDisconnect:  # FastAPI takes that for a body that is no JSON, too
        return _NOBODY_WAITS
    reason = await run_in_threadpool(unreadable, body)
    return not_json(reason or Unreadable("it can't be read", 1, 1, ""))


async def _unreadable(_: Request, error: Exception) -> Response:
    assert isinstance(error, UnreadableError)
    return not_json(error.reason)


def not_json(reason: Unreadable) -> Response:
    detail = f"The body is not JSON: {reason.reason} (line {reason.line}, column {reason.column})"
    field = FieldError("", reason.found, reason.reason, place={"line": reason.line, "column": reason.column})
    return problem(400, detail, kind="not-json", title="The body is not JSON", errors=[field])


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    detail = str(error.detail)
    if (error.status_code, detail) == UNREADABLE:
        return await _not_json(request)
    if error.status_code == 404 and detail == http.HTTPStatus.NOT_FOUND.phrase:
        detail = f"There is nothing at {request.url.path}."
    if error.status_code == 405:
        headers["Allow"] = ", ".join(_methods(request))
        detail = f"{request.method} does nothing here; allowed: {headers['Allow']}."
    return problem(error.status_code, detail, headers=headers)


def _methods(request: Request) -> list[str]:
    """Every method that the path of this request answers to."""
    found: set[str] = set()
    for route in leaves(request.app.routes):
        if route.matches(request.scope)[0] is not Match.NONE:
            found |= set(getattr(route, "methods", None) or ())
    found = found or {"GET"}  # a file
    return sorted(found | {"HEAD"} if "GET" in found else found)


def leaves(routes: Iterable[BaseRoute]) -> Iterator[BaseRoute]:
    """Every route; newer versions of FastAPI keep those of an included router together."""
    for route in routes:
        router = getattr(route, "original_router", None)
        yield from [route] if router is None else leaves(router.routes)


async def _nobody_waits(_: Request, __: Exception) -> Response:
    return _NOBODY_WAITS


async def _unexpected(_: Request, error: Exception) -> Response:
    log.error("unexpected error", exc_info=error)
    # Answered outside of our middleware, hence the headers.
    return problem(500, "Something went wrong here; it is not your doing.", headers=SECURITY_HEADERS)
