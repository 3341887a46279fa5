"""Routes of uploaded tables: a CSV file is inspected, and becomes a data set under a name of its own."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from ..runs.filerequest import FileRequest, MissingName
from ..runs.inspection import dataset, inspection
from ..runs.tables import UploadedTable, inspect, make, with_missing
from .dependencies import Tables
from .examples.tables import EXAMPLES, FILE, MALFORMED_FILE
from .files import Files
from .responses import json_response, location, problem_responses, responses
from .schemas import tables as schemas
from .wire import dumps

router = APIRouter(tags=["tables"])
FILE_TYPES = ("text/csv", "application/octet-stream")  # what a file may be called; generated clients know the second


async def table_of(
    name: Annotated[str, Path(description="a table's name, as POST /api/datasets answered it")], tables: Tables
) -> UploadedTable:
    return await tables.get(name)


TableQuery = Annotated[FileRequest, Query()]
TableFromPath = Annotated[UploadedTable, Depends(table_of)]


def body(**examples: str) -> dict[str, Any]:
    listed = {name: {"value": example} for name, example in examples.items()}
    file = {"schema": {"type": "string", "format": "binary"}, "examples": listed}
    what = "the file itself; empty where `file` names one that is kept"
    return {"requestBody": {"description": what, "content": dict.fromkeys(FILE_TYPES, file)}}


@router.post(
    "/api/inspections",
    summary="What a CSV file holds, and what is to be decided; the file is kept for some minutes",
    responses=responses(
        schemas.Inspection, EXAMPLES["inspection"], "The file as it was recognised", 404, 408, 413, 415, 422
    ),
    openapi_extra=body(sound=FILE, malformed=MALFORMED_FILE),
)
async def inspect_file(request: Request, files: Files, query: TableQuery) -> Response:
    """Separator, encoding, columns and their types as they are found out or decided by the query; what is malformed or
    missing, and what is still to be decided."""
    async with files.file(request, query.file, keep=True) as (file, name):
        found = await files.run(request, lambda tick: dumps({"file": name} | inspection(inspect(file, query, tick))))
    return json_response(found)


@router.delete(
    "/api/inspections/{file}",
    status_code=204,
    summary="Forget the file now",
    response_class=Response,
    responses=problem_responses(404),
)
async def forget_file(
    file: Annotated[str, Path(description="a file's name, as POST /api/inspections answered it")], files: Files
) -> Response:
    """Otherwise it goes by itself, some minutes after it was last asked about."""
    files.kept.remove(file)
    return Response(status_code=204)


@router.post(
    "/api/datasets",
    status_code=201,
    summary="A data set from a CSV file, under a name that nobody can guess",
    responses=responses(
        schemas.Dataset,
        EXAMPLES["dataset"],
        "The table; take its name as a run's `dataset`",
        404,
        408,
        413,
        415,
        422,
        status=201,
    ),
    openapi_extra=body(sound=FILE),
)
async def create_dataset(request: Request, tables: Tables, files: Files, query: TableQuery) -> Response:
    """The file becomes a table with its columns as decided. It is kept no longer than the runs that use it."""
    async with files.file(request, query.file, keep=False) as (file, _):
        table = await files.run(request, lambda tick: make(file, query, tick))
    await tables.add(table)
    headers = location(request, f"/api/datasets/{table.name}")
    return json_response(dumps(dataset(table)), status=201, headers=headers)


@router.get(
    "/api/datasets/{name}",
    summary="An uploaded table, as it was described when it was read",
    responses=responses(schemas.Dataset, EXAMPLES["dataset"], "The table", 404),
)
async def get_dataset(table: TableFromPath) -> Response:
    """Columns, classes and decisions as they were answered when it was made."""
    return json_response(dumps(dataset(table)))


@router.post(
    "/api/datasets/{name}/missing",
    status_code=201,
    summary="The same table with its missing values filled, left out, or left missing",
    responses=responses(schemas.Dataset, EXAMPLES["dataset"], "Another table", 404, 422, status=201),
)
async def decide_missing(
    request: Request,
    table: TableFromPath,
    tables: Tables,
    missing: Annotated[MissingName, Query(description="what becomes of missing values")] = "mean",
) -> Response:
    """A table of its own: runs on the one before keep it. Rows that were left out do not come back."""
    made = with_missing(table, missing)
    await tables.add(made)
    headers = location(request, f"/api/datasets/{made.name}")
    return json_response(dumps(dataset(made)), status=201, headers=headers)


@router.delete(
    "/api/datasets/{name}",
    status_code=204,
    summary="Delete the table; runs that are trained on it keep their samples",
    response_class=Response,
    responses=problem_responses(404),
)
async def delete_dataset(table: TableFromPath, tables: Tables) -> Response:
    """Nobody can create a run from it any more."""
    await tables.remove(table.name)
    return Response(status_code=204)
