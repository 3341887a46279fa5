"""Answers in JSON, and the description of a call's answers: the right one, and the problems that it may have."""

from typing import Any

from fastapi import Body, Request
from starlette.responses import Response

from ..runs import costs
from ..runs.lines import NO_VIEW
from ..runs.run import Run, View
from ..store.exclusive import exclusively
from ..store.live import LiveRuns
from . import wire
from .examples.problems import PROBLEMS, UNKNOWN_STEP
from .problems import MEDIA_TYPE

JSON = "application/json"
BODY_PROBLEMS = (400, 408, 413, 415, 422)
LOCATION = {"Location": {"description": "where the run is", "schema": {"type": "string"}}}
RETRY = {"Retry-After": {"description": "seconds until it is worth another try", "schema": {"type": "integer"}}}


def json_response(content: bytes, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """The content as an answer that ends its line, so that a shell's next prompt stands on one of its own."""
    return Response(content + b"\n", status, headers, JSON)


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
    return {status: _problem(PROBLEMS[status], RETRY if status in (429, 503) else {}) for status in statuses}


def unknown_step() -> dict[int | str, Any]:
    """The 404 of a call that names a step."""
    return {404: _problem(UNKNOWN_STEP)}


def _problem(example: dict[str, Any], headers: dict[str, Any] | None = None) -> dict[str, Any]:
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}}
    return {"description": example["title"], "content": content} | ({"headers": headers} if headers else {})


def body(*examples: Any) -> Any:
    """A JSON body with examples."""
    return Body(openapi_examples={f"example {n}": {"value": example} for n, example in enumerate(examples, 1)})


async def created(request: Request, runs: LiveRuns, run: Run) -> Response:
    """The answer that tells of a new run."""
    await runs.add(run)
    headers = location(request, f"/api/runs/{run.id}")
    return json_response(await described(run), status=201, headers=headers)


async def described(run: Run, view: View = NO_VIEW) -> bytes:
    """The run as it stands, evaluated."""
    cost = costs.evaluation(run.plan, view.size)
    return await exclusively([run], lambda: wire.runs.run(run, run.evaluation(view)), cost)
