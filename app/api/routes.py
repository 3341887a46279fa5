"""Routes of runs, the catalog and the server's health; a request is checked before the first byte of its answer."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from app import __version__
from app.api import schemas, wire
from app.api.dependencies import DetailQuery, RunFromPath, SpotlightQuery, StepPath, Store, Tables, ViewQuery
from app.api.examples.runs import CONFIG, EXAMPLES, FORK, TABLE, TRAIN
from app.api.responses import BODY_PROBLEMS, JSON, json_response, location, problem_responses, responses, unknown_step
from app.api.streaming import StepStream, in_slices
from app.api.wire import dumps
from app.runs.build import fork, plan
from app.runs.catalog import catalog
from app.runs.config import PatchRequest, PredictRequest, RewindRequest, RunConfig, TrainRequest
from app.runs.exporting.formats import FORMATS
from app.runs.run import Run
from app.runs.tables import is_uploaded

router = APIRouter()

CATALOG = dumps(catalog())


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


def body(*examples: Any) -> Any:
    return Body(openapi_examples={f"example {n}": {"value": example} for n, example in enumerate(examples, 1)})


@router.get(
    "/healthz",
    tags=["server"],
    summary="Is the server well?",
    responses={
        200: {"model": schemas.runs.Status, "content": {JSON: {"example": {"status": "ok", "version": __version__}}}}
    },
)
async def healthz() -> Response:
    return json_response(dumps({"status": "ok", "version": __version__}))


@router.get(
    "/api/catalog",
    tags=["catalog"],
    summary="Every choice, its limits and defaults",
    responses=responses(schemas.runs.Catalog, EXAMPLES["catalog"], "The catalog"),
)
async def get_catalog() -> Response:
    return json_response(CATALOG, headers={"Cache-Control": "no-cache"})


@router.post(
    "/api/runs",
    tags=["runs"],
    status_code=201,
    summary="A new network, or a fork of another",
    responses=responses(
        schemas.runs.Run,
        EXAMPLES["run"],
        "The new run; it has not trained yet",
        *BODY_PROBLEMS,
        404,
        409,
        503,
        status=201,
        headers={"Location": {"description": "where the run is", "schema": {"type": "string"}}},
    ),
)
async def create(
    request: Request,
    store: Store,
    tables: Tables,
    config: Annotated[RunConfig | None, body({}, CONFIG, TABLE, FORK)] = None,
) -> Response:
    config = config or RunConfig()
    table = await tables.get(config.dataset) if is_uploaded(config.dataset) else None
    # A large table takes long to read; nobody else holds the new run yet, so another thread may make it.
    if config.from_ is None:
        run = await run_in_threadpool(lambda: Run(plan(config, table)))
    else:
        parent = await store.get(config.from_.run)
        start = await in_slices(parent.fork_at(config.from_.step))
        run = await run_in_threadpool(lambda: Run(fork(config, parent.plan, *start, table)))
    await store.add(run)
    headers = location(request, f"/api/runs/{run.id}")
    return json_response(wire.runs.run(run, run.evaluation()), status=201, headers=headers)


@router.get(
    "/api/runs/{run_id}",
    tags=["runs"],
    summary="The run now",
    responses=responses(schemas.runs.Run, EXAMPLES["run"], "The run", 404, 422),
)
async def get(run: RunFromPath, view: ViewQuery) -> Response:
    return json_response(wire.runs.run(run, run.evaluation(view)))


@router.patch(
    "/api/runs/{run_id}",
    tags=["runs"],
    summary="Change what may change while it trains",
    responses=responses(
        schemas.runs.Run,
        EXAMPLES["run"],
        "The run; the change is in force from its next step on",
        *BODY_PROBLEMS,
        404,
        409,
    ),
)
async def patch(
    run: RunFromPath,
    changes: Annotated[PatchRequest, body({"learning_rate": 0.03}, {"dropout": 0.5, "clip_norm": None})],
) -> Response:
    run.patch(changes.changed())
    return json_response(wire.runs.run(run, run.evaluation()))


@router.delete(
    "/api/runs/{run_id}",
    tags=["runs"],
    status_code=204,
    summary="Forget the run",
    response_class=Response,
    responses=problem_responses(404),
)
async def delete(run: RunFromPath, store: Store) -> Response:
    await store.remove(run.id)
    return Response(status_code=204)


@router.post(
    "/api/runs/{run_id}/train",
    tags=["runs", "live"],
    summary="Train, and stream the steps as they are computed",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "JSON Lines: Steps, and at the end an Evaluation",
            "content": {
                StepStream.media_type: {
                    "itemSchema": {"$ref": "#/components/schemas/StreamLine"},
                    "example": EXAMPLES["lines"],
                }
            },
        },
        **problem_responses(*BODY_PROBLEMS, 404, 409),
    },
)
async def train(
    run: RunFromPath,
    request: Annotated[TrainRequest | None, body({}, TRAIN, {"steps": 1000, "every": 1000, "from_step": 0})] = None,
) -> Response:
    return StepStream(run, request or TrainRequest())


@router.get(
    "/api/runs/{run_id}/steps/{k}",
    tags=["looking back"],
    summary="A step again, exactly as it was streamed",
    responses=responses(schemas.steps.Step, EXAMPLES["step"], "The step", 422) | unknown_step(),
)
async def get_step(
    run: RunFromPath, k: StepPath, detail: DetailQuery = "full", spotlight: SpotlightQuery = None
) -> Response:
    return json_response(wire.steps.step(await in_slices(run.recorded(k, detail, run.resolve_spotlight(spotlight)))))


@router.get(
    "/api/runs/{run_id}/evaluations/{k}",
    tags=["looking back"],
    summary="The evaluation after a step",
    responses=responses(schemas.steps.Evaluation, EXAMPLES["evaluation"], "The evaluation", 422) | unknown_step(),
)
async def get_evaluation(run: RunFromPath, k: StepPath, view: ViewQuery) -> Response:
    return json_response(dumps(wire.steps.evaluation(await in_slices(run.evaluation_at(k, view)))))


@router.get(
    "/api/runs/{run_id}/states/{k}",
    tags=["looking back"],
    summary="Parameters, running averages and the optimizer's moments after a step",
    responses=responses(schemas.runs.State, EXAMPLES["state"], "The state", 422) | unknown_step(),
)
async def get_state(run: RunFromPath, k: StepPath) -> Response:
    return json_response(wire.runs.state(run, await in_slices(run.state_at(k))))


@router.post(
    "/api/runs/{run_id}/rewind",
    tags=["looking back"],
    summary="Back, or forward, to the state after a step",
    responses=responses(schemas.runs.Run, EXAMPLES["run"], "The run, there", *BODY_PROBLEMS, 404, 409),
)
async def rewind(run: RunFromPath, request: Annotated[RewindRequest, body({"step": 0})]) -> Response:
    await in_slices(run.rewind(request.step))
    return json_response(wire.runs.run(run, run.evaluation()))


@router.get(
    "/api/runs/{run_id}/samples",
    tags=["looking closer"],
    summary="What it is trained and tested on",
    responses=responses(schemas.runs.Samples, EXAMPLES["samples"], "All samples of both splits", 404),
)
async def get_samples(run: RunFromPath) -> Response:
    return json_response(wire.runs.samples(run))


@router.post(
    "/api/runs/{run_id}/predict",
    tags=["looking closer"],
    summary="What it answers",
    responses=responses(
        schemas.runs.Prediction, EXAMPLES["prediction"], "Probabilities, or numbers", *BODY_PROBLEMS, 404
    ),
)
async def predict(run: RunFromPath, request: Annotated[PredictRequest, body({"inputs": [[0.5, -0.5]]})]) -> Response:
    return json_response(wire.runs.prediction(run.predict(request.inputs)))


@router.get(
    "/api/runs/{run_id}/gradcheck",
    tags=["looking closer"],
    summary="Its gradients against central differences",
    responses=responses(schemas.runs.GradientCheck, EXAMPLES["gradcheck"], "The errors", 404),
)
async def get_gradcheck(run: RunFromPath) -> Response:
    # Two losses a parameter take long; the check has a workspace of its own, so another thread may make it.
    return json_response(wire.runs.gradient_check(await run_in_threadpool(run.gradient_check())))


@router.get(
    "/api/runs/{run_id}/export",
    tags=["runs"],
    summary="The run to take away",
    responses=exports() | problem_responses(404, 422),
)
async def export(
    run: RunFromPath,
    export_format: Annotated[
        schemas.runs.ExportFormat, Query(alias="format", description="how it is written")
    ] = "json",
) -> Response:
    export_kind = FORMATS[export_format]
    if export_kind.write is None:
        content = wire.runs.export(run)
    else:
        content = export_kind.file(run, dumps(wire.runs.exported_config(run)).decode())
    headers = {"Content-Disposition": f'attachment; filename="{export_kind.filename}"'}
    return Response(content, headers=headers, media_type=export_kind.media_type)
