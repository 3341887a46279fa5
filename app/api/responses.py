"""Answers in JSON, and the description of a call's answers: the right one, and the problems that it may have."""

from typing import Any

from fastapi import Request
from starlette.responses import Response

from app.api.examples.problems import PROBLEMS, UNKNOWN_STEP
from app.api.problems import MEDIA_TYPE

JSON = "application/json"
BODY_PROBLEMS = (400, 413, 415, 422)


def json_response(content: bytes, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(content, status, headers, JSON)


def location(request: Request, path: str) -> dict[str, str]:
    """The header that says where a new thing is, below the path that a proxy puts before ours."""
    return {"Location": request.scope.get("root_path", "").rstrip("/") + path}


def responses(
    model: Any, example: Any, description: str, *problems: int, status: int = 200, **more: Any
) -> dict[int | str, Any]:
    """The description of a call's answers; `more` as OpenAPI has it (headers)."""
    right = {"model": model, "description": description, "content": {JSON: {"example": example}}, **more}
    return {status: right, **problem_responses(*problems)}


def problem_responses(*statuses: int) -> dict[int | str, Any]:
    return {status: _problem(PROBLEMS[status]) for status in statuses}


def unknown_step() -> dict[int | str, Any]:
    """The 404 of a call that names a step."""
    return {404: _problem(UNKNOWN_STEP)}


def _problem(example: dict[str, Any]) -> dict[str, Any]:
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}}
    return {"description": example["title"], "content": content}
