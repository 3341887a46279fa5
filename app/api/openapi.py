"""The OpenAPI description: FastAPI's, with our problems in place of its own errors."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from app.api.schemas.problems import Problem
from app.api.schemas.steps import StreamLine

TAGS = [
    {"name": "runs", "description": "A run is one network being trained."},
    {"name": "live", "description": "Streams, as long as the reader asks for."},
    {"name": "looking back", "description": "Every step can be had again."},
    {"name": "looking closer", "description": "What a run is made of, and how well it does."},
    {
        "name": "experiments",
        "description": "Claims that can be tried in a click, what a run's numbers say to them, and questions.",
    },
    {"name": "instruments", "description": "What a run is looked at through; none of them moves it."},
    {"name": "tables", "description": "A data set from a file of one's own."},
    {"name": "catalog", "description": "What can be chosen."},
    {"name": "server", "description": "The server itself."},
]


def install(app: FastAPI) -> None:
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
    for path in found["paths"].values():
        for operation in path.values():
            _without_own_errors(operation["responses"])
    schemas = found["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    _, more = models_json_schema(
        [(Problem, "serialization"), (StreamLine, "serialization")], ref_template="#/components/schemas/{model}"
    )
    for name, schema in more["$defs"].items():
        schemas.setdefault(name, schema)
    return found


def _without_own_errors(responses: dict[str, Any]) -> None:
    """FastAPI adds a 422 of its own wherever there is a parameter; ours are described where they can happen."""
    if "application/json" in responses.get("422", {}).get("content", {}):
        del responses["422"]
