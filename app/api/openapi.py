"""The OpenAPI description: FastAPI's, with our problems in place of its own errors."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from fastapi import FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from starlette.responses import Response

from .. import precompressed
from ..precompressed import Precompressed
from ..runs.fields import RequestModel
from .bodies import JsonRoute
from .problems import leaves
from .responses import JSON, problem_responses
from .schemas.problems import Problem
from .schemas.steps import StreamLine
from .wire import dumps
from .work import work_of

TAGS = [
    {"name": "runs", "description": "A run is one network being trained."},
    {"name": "live", "description": "Streams, as long as the reader asks for."},
    {"name": "looking back", "description": "Every step, evaluation and state again, exactly as it was."},
    {"name": "looking closer", "description": "What a run is made of, and how well it does."},
    {
        "name": "experiments",
        "description": "Claims that can be tried in a click, what a run's numbers say to them, and questions.",
    },
    {"name": "instruments", "description": "What a run is looked at through; none of them moves it."},
    {"name": "tables", "description": "A data set from a file of one's own."},
    {"name": "catalog", "description": "What can be chosen, and what the terms mean."},
    {"name": "server", "description": "The server itself."},
]

STORED = ("/api/runs", "/api/saved_runs", "/api/datasets")  # these go by way of the store, which may be full, or away
QUEUE_PROBLEMS = {str(status): answer for status, answer in problem_responses(429, 503).items()}
STORE_PROBLEMS = {str(status): answer for status, answer in problem_responses(503).items()}


def operation_id(route: APIRoute) -> str:
    """The handler's name: what generated clients call the operation."""
    return route.name


def install(app: FastAPI) -> None:
    @lru_cache(maxsize=8)
    def written(root_path: str) -> Precompressed:
        below = {"servers": [{"url": root_path}]} if root_path else {}
        return Precompressed(dumps(app.openapi() | below) + b"\n")

    # In place of FastAPI's own, which is written anew for everybody who asks and has no tag.
    @app.get("/api/openapi.json", include_in_schema=False)
    async def description(request: Request) -> Response:
        root_path = request.scope.get("root_path", "").rstrip("/")
        return await precompressed.answer(request, written(root_path), JSON)

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = describe(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def describe(app: FastAPI) -> dict[str, Any]:
    found = get_openapi(
        title=app.title,
        version=app.version,
        description=app.description,
        routes=app.routes,
        tags=TAGS,
        servers=app.servers,
    )
    queued = {operation_id(route) for route in leaves(app.routes) if isinstance(route, APIRoute) and _waits(route)}
    for address, path in found["paths"].items():
        for operation in path.values():
            _without_own_errors(operation["responses"])
            if address.startswith(STORED):
                operation["responses"] |= STORE_PROBLEMS
            if operation["operationId"] in queued:
                operation["responses"] |= QUEUE_PROBLEMS
    schemas = found["components"]["schemas"]
    for model in _subclasses(RequestModel):
        _defaults_in_words(schemas.get(model.__name__, {}))
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    _, more = models_json_schema(
        [(Problem, "serialization"), (StreamLine, "serialization")], ref_template="#/components/schemas/{model}"
    )
    for name, schema in more["$defs"].items():
        schemas.setdefault(name, schema)
    return found


def _waits(route: APIRoute) -> bool:
    """Whether what it answers may have to wait for a place in a queue."""
    reads = isinstance(route, JsonRoute) and route.body_field is not None
    return reads or any(each.call is work_of for each in route.dependant.dependencies)


def _subclasses(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for found in model.__subclasses__():
        yield found
        yield from _subclasses(found)


def _defaults_in_words(schema: dict[str, Any]) -> None:
    """Says the defaults of a body's fields in their descriptions.

    Clients that are made from the description would send every `default` that it states (then features left out are
    not the table's any more), or want every such field from their callers.
    """
    for field in schema.get("properties", {}).values():
        default = field.pop("default", None)
        if default is not None:
            field["description"] = f"{field['description']} (default: {dumps(default).decode()})"


def _without_own_errors(responses: dict[str, Any]) -> None:
    """FastAPI adds a 422 of its own wherever there is a parameter; ours are described where they can happen."""
    if "application/json" in responses.get("422", {}).get("content", {}):
        del responses["422"]
