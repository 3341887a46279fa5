"""Tables of one's own: a CSV file comes in as the body, is looked at, decided about, and becomes a data set by name."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.api import wire
from app.api.dependencies import Tables
from app.api.routes import JSON, answered, problems
from app.api.schemas import Answer
from app.runs.config import FILE, FileRequest
from app.runs.inspection import dataset, inspection
from app.runs.tables import UploadedTable, inspect, make

router = APIRouter(tags=["tables"])

REFUSED = ("multipart/form-data", "application/json", "application/xml", "application/problem+json")
EXAMPLE = "length,width,kind\n5.1,3.5,small\n7.0,3.2,large\n4.9,NA,small\n6.4,3.2,large\n"
ODD = EXAMPLE.replace("7.0,", '"7.0,')


async def file_of(request: Request) -> bytes:
    """The body as it is: a form or JSON is no file."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in REFUSED:
        raise HTTPException(415, "Send the file itself as the body, with the header Content-Type: text/csv.")
    found = bytearray()
    async for chunk in request.stream():
        found += chunk
        if len(found) > FILE.bytes:
            raise HTTPException(413, f"A file may have {FILE.bytes} bytes at most.")
    return bytes(found)


async def table_of(
    name: Annotated[str, Path(description="a table's name, as POST /api/datasets answered it")], tables: Tables
) -> UploadedTable:
    return await tables.get(name)


File = Annotated[bytes, Depends(file_of)]
Asked = Annotated[FileRequest, Query()]
Found = Annotated[UploadedTable, Depends(table_of)]


class Inspection(Answer):
    """A file as it was recognised."""

    rows: int
    columns: list[dict[str, Any]]
    target: str | None
    task: str | None
    malformed: dict[str, Any]
    missing: dict[str, Any]
    becomes: dict[str, Any] | None
    undecided: list[dict[str, Any]]
    ready: bool


class Dataset(Answer):
    """A table, told of as the catalog tells of a data set."""

    name: str
    title: str
    task: str
    columns: list[str]
    classes: list[str]
    target: str
    rows: int
    scaling: dict[str, Any]
    decisions: dict[str, Any]


def body(**examples: str) -> dict[str, Any]:
    listed = {name: {"value": example} for name, example in examples.items()}
    return {
        "requestBody": {
            "required": True,
            "content": {"text/csv": {"schema": {"contentMediaType": "text/csv"}, "examples": listed}},
        }
    }


def examples() -> dict[str, Any]:
    """Real answers; the name is none."""
    asked = FileRequest(title="my.csv", missing="drop")
    own = make(EXAMPLE.encode(), asked)
    told = dataset(own) | {"name": "table-" + "A" * 22}
    return {"inspection": inspection(inspect(ODD.encode(), asked)), "dataset": told}


EXAMPLES = examples()


def answers(status: int, model: type[Answer], example: str, description: str, *errors: int) -> dict[int | str, Any]:
    right = {"model": model, "description": description, "content": {JSON: {"example": EXAMPLES[example]}}}
    return {status: right, **problems(*errors)}


@router.post(
    "/api/inspections",
    summary="What a CSV file holds, and what is to be decided; nothing is kept",
    responses=answers(200, Inspection, "inspection", "The file as it was recognised", 413, 415, 422),
    openapi_extra=body(sound=EXAMPLE, malformed=ODD),
)
async def inspect_file(file: File, asked: Asked) -> Response:
    return answered(wire.dumps(await run_in_threadpool(lambda: inspection(inspect(file, asked)))))


@router.post(
    "/api/datasets",
    status_code=201,
    summary="A data set from a CSV file, under a name that nobody can guess",
    responses=answers(201, Dataset, "dataset", "The table; take its name as a run's `dataset`", 413, 415, 422),
    openapi_extra=body(sound=EXAMPLE),
)
async def make_dataset(request: Request, tables: Tables, file: File, asked: Asked) -> Response:
    own = await run_in_threadpool(lambda: make(file, asked))
    await tables.add(own)
    root = request.scope.get("root_path", "").rstrip("/")
    return answered(wire.dumps(dataset(own)), status=201, headers={"Location": f"{root}/api/datasets/{own.name}"})


@router.get(
    "/api/datasets/{name}",
    summary="The table again",
    responses=answers(200, Dataset, "dataset", "The table", 404),
)
async def get_dataset(own: Found) -> Response:
    return answered(wire.dumps(dataset(own)))


@router.delete(
    "/api/datasets/{name}",
    status_code=204,
    summary="Forget the table; runs that are trained on it keep their samples",
    response_class=Response,
    responses=problems(404),
)
async def delete_dataset(own: Found, tables: Tables) -> Response:
    await tables.remove(own.name)
    return Response(status_code=204)
