"""Routes of uploaded tables: a CSV file is inspected, and becomes a data set under a name of its own."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.api.dependencies import Tables
from app.api.examples.tables import EXAMPLES, FILE, MALFORMED_FILE
from app.api.responses import json_response, location, problem_responses, responses
from app.api.schemas import tables as schemas
from app.api.wire import dumps
from app.runs.config import FILE_LIMITS, FileRequest
from app.runs.inspection import dataset, inspection
from app.runs.tables import UploadedTable, inspect, make

router = APIRouter(tags=["tables"])

REFUSED = ("multipart/form-data", "application/json", "application/xml", "application/problem+json")


async def file_of(request: Request) -> bytes:
    """The body as it is: a form or JSON is no file."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in REFUSED:
        raise HTTPException(415, "Send the file itself as the body, with the header Content-Type: text/csv.")
    found = bytearray()
    async for chunk in request.stream():
        found += chunk
        if len(found) > FILE_LIMITS.bytes:
            raise HTTPException(413, f"A file may have {FILE_LIMITS.bytes} bytes at most.")
    return bytes(found)


async def table_of(
    name: Annotated[str, Path(description="a table's name, as POST /api/datasets answered it")], tables: Tables
) -> UploadedTable:
    return await tables.get(name)


FileBody = Annotated[bytes, Depends(file_of)]
TableQuery = Annotated[FileRequest, Query()]
TableFromPath = Annotated[UploadedTable, Depends(table_of)]


def body(**examples: str) -> dict[str, Any]:
    listed = {name: {"value": example} for name, example in examples.items()}
    return {
        "requestBody": {
            "required": True,
            "content": {"text/csv": {"schema": {"contentMediaType": "text/csv"}, "examples": listed}},
        }
    }


@router.post(
    "/api/inspections",
    summary="What a CSV file holds, and what is to be decided; nothing is kept",
    responses=responses(schemas.Inspection, EXAMPLES["inspection"], "The file as it was recognised", 413, 415, 422),
    openapi_extra=body(sound=FILE, malformed=MALFORMED_FILE),
)
async def inspect_file(file: FileBody, query: TableQuery) -> Response:
    return json_response(dumps(await run_in_threadpool(lambda: inspection(inspect(file, query)))))


@router.post(
    "/api/datasets",
    status_code=201,
    summary="A data set from a CSV file, under a name that nobody can guess",
    responses=responses(
        schemas.Dataset, EXAMPLES["dataset"], "The table; take its name as a run's `dataset`", 413, 415, 422, status=201
    ),
    openapi_extra=body(sound=FILE),
)
async def make_dataset(request: Request, tables: Tables, file: FileBody, query: TableQuery) -> Response:
    table = await run_in_threadpool(lambda: make(file, query))
    await tables.add(table)
    headers = location(request, f"/api/datasets/{table.name}")
    return json_response(dumps(dataset(table)), status=201, headers=headers)


@router.get(
    "/api/datasets/{name}",
    summary="The table again",
    responses=responses(schemas.Dataset, EXAMPLES["dataset"], "The table", 404),
)
async def get_dataset(table: TableFromPath) -> Response:
    return json_response(dumps(dataset(table)))


@router.delete(
    "/api/datasets/{name}",
    status_code=204,
    summary="Forget the table; runs that are trained on it keep their samples",
    response_class=Response,
    responses=problem_responses(404),
)
async def delete_dataset(table: TableFromPath, tables: Tables) -> Response:
    await tables.remove(table.name)
    return Response(status_code=204)
