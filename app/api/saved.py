"""Routes of what a run is taken along as: a file that opens again, a program, and its samples as a table."""

from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from ..runs import costs
from ..runs.exporting import samples
from ..runs.exporting.formats import FORMATS
from ..runs.saved import SavedRun, opened
from ..store.machine import computed_by
from . import schemas, wire
from .bodies import JsonRoute
from .dependencies import RunFromPath, Runs
from .examples.runs import EXAMPLES
from .responses import BODY_PROBLEMS, JSON, LOCATION, body, created, json_response, problem_responses, responses
from .work import WorkOfRequest

router = APIRouter(route_class=JsonRoute)

CSV = "text/csv; charset=utf-8"


def exports() -> dict[int | str, Any]:
    """The description of a run in every format."""
    content: dict[str, Any] = {
        JSON: {"example": EXAMPLES["export"]},
        FORMATS["npz"].media_type: {"schema": {"contentMediaType": FORMATS["npz"].media_type}, "example": "PK…"},
        "text/x-python": {"schema": {"type": "string"}, "example": EXAMPLES["source"]},
    }
    return {
        200: {"model": schemas.runs.Export, "description": "JSON, an archive of arrays, or source", "content": content}
    }


@router.post(
    "/api/saved_runs",
    tags=["runs"],
    status_code=201,
    summary="Open a run that was saved as a file",
    responses=responses(
        schemas.runs.Run,
        EXAMPLES["run"],
        "The run, under a name of its own, where it stood",
        *BODY_PROBLEMS,
        status=201,
        headers=LOCATION,
    ),
)
async def open_saved_run(
    request: Request, runs: Runs, work: WorkOfRequest, saved: Annotated[SavedRun, body(EXAMPLES["export"])]
) -> Response:
    """Takes what `export?format=json` wrote, here or elsewhere. The run stands exactly where it stood: its next steps
    are those that it would have taken, and it can be rewound to every step that it came by. A table of one's own is in
    the file, row by row."""
    return await created(request, runs, await work.in_thread(partial(opened, saved, computed_by())))


@router.get(
    "/api/runs/{run_id}/export",
    tags=["runs"],
    summary="Export the run",
    responses=exports() | problem_responses(404, 422),
)
async def export_run(
    run: RunFromPath,
    work: WorkOfRequest,
    export_format: Annotated[
        schemas.runs.ExportFormat, Query(alias="format", description="how it is written")
    ] = "json",
) -> Response:
    """Config, parameters and state as JSON, an archive of arrays, or a program for NumPy, PyTorch or Keras that gives
    the same outputs."""
    export_kind = FORMATS[export_format]
    write = partial(wire.runs.exported, name=export_format, computed_by=computed_by())
    content = await work.write_run(run, write, costs.export(run.plan, export_format not in ("json", "npz")))
    headers = {"Content-Disposition": f'attachment; filename="{export_kind.filename}"'}
    return Response(content, headers=headers, media_type=export_kind.media_type)


@router.get(
    "/api/runs/{run_id}/samples",
    tags=["looking closer"],
    summary="The samples that the run is trained and tested on",
    responses={
        200: {
            "model": schemas.runs.Samples,
            "description": "All samples of both splits, or a CSV table of one of them",
            "content": {
                JSON: {"example": EXAMPLES["samples"]},
                "text/csv": {"schema": {"type": "string"}, "example": EXAMPLES["samples_csv"]},
            },
        },
        **problem_responses(404, 422),
    },
)
async def get_samples(
    run: RunFromPath,
    work: WorkOfRequest,
    samples_format: Annotated[
        Literal["json", "csv"], Query(alias="format", description="everything as JSON, or a table")
    ] = "json",
    split: Annotated[Literal["all", "train", "test"], Query(description="of a table: which samples")] = "all",
    scaled: Annotated[
        bool, Query(description="of a table: the features as the network sees them, instead of the raw columns")
    ] = False,
) -> Response:
    """Raw columns, what the network sees of them, targets, and what was left out or flipped. With `format=csv` a table:
    the columns and the target, classes by name, and of all samples which split each is in."""
    cost = costs.samples(run.plan, samples_format == "csv")
    if samples_format == "json":
        return json_response(await work.write_run(run, wire.runs.samples, cost))
    filename = f"backprop-playground-{split}{'-scaled' if scaled else ''}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{filename}"'}
    content = await work.write(partial(samples.write, run.plan.samples, split, scaled), cost)
    return Response(content, headers=headers, media_type=CSV)
