"""The calls of the public contract. What is wrong with a question is found out before the first byte of an answer."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from app import __version__
from app.api import schemas, wire
from app.api.dependencies import DetailQuery, Found, Looking, SpotlightQuery, StepPath, Store, Tables
from app.api.examples import CONFIG, EXAMPLES, FORK, NO_STEP, PROBLEM_EXAMPLES, TABLE, TRAIN
from app.api.streaming import StepStream, in_slices
from app.runs.build import fork, plan
from app.runs.catalog import catalog
from app.runs.config import PatchRequest, PredictRequest, RewindRequest, RunConfig, TrainRequest
from app.runs.exporting.formats import FORMATS
from app.runs.run import Run
from app.runs.tables import is_uploaded

router = APIRouter()

JSON = "application/json"
PROBLEM = "application/problem+json"
CATALOG = wire.dumps(catalog())


def answers(status: int, model: Any, example: str, description: str, *errors: int, **more: Any) -> dict[int | str, Any]:
    """The description of a call's answers: one that is right, and the problems that it may have."""
    right = {"model": model, "description": description, "content": {JSON: {"example": EXAMPLES[example]}}, **more}
    return {status: right, **problems(*errors)}


def problems(*statuses: int, no_step: bool = False) -> dict[int | str, Any]:
    found: dict[int | str, Any] = {}
    for status in statuses:
        example = NO_STEP if no_step and status == 404 else PROBLEM_EXAMPLES[status]
        content = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}}
        found[status] = {"description": example["title"], "content": content}
    return found


def exports() -> dict[int | str, Any]:
    """The description of a run in every format."""
    content: dict[str, Any] = {
        JSON: {"example": EXAMPLES["export"]},
        FORMATS["npz"].media_type: {"schema": {"contentMediaType": FORMATS["npz"].media_type}, "example": "PK…"},
        "text/x-python": {"schema": {"type": "string"}, "example": EXAMPLES["source"]},
    }
    return {200: {"model": schemas.Export, "description": "JSON, an archive of arrays, or source", "content": content}}


def answered(content: bytes, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(content, status, headers, JSON)


def body(*examples: Any) -> Any:
    return Body(openapi_examples={f"example {n}": {"value": example} for n, example in enumerate(examples, 1)})


BODY_ERRORS = (400, 413, 415, 422)


@router.get(
    "/healthz",
    tags=["server"],
    summary="Is the server well?",
    responses={
        200: {"model": schemas.Status, "content": {JSON: {"example": {"status": "ok", "version": __version__}}}}
    },
)
async def healthz() -> Response:
    return answered(wire.dumps({"status": "ok", "version": __version__}))


@router.get(
    "/api/catalog",
    tags=["catalog"],
    summary="Every choice, its limits and defaults",
    responses=answers(200, schemas.Catalog, "catalog", "The catalog"),
)
async def get_catalog() -> Response:
    return answered(CATALOG, headers={"Cache-Control": "no-cache"})


@router.post(
    "/api/runs",
    tags=["runs"],
    status_code=201,
    summary="A new network, or a fork of another",
    responses=answers(
        201,
        schemas.Run,
        "run",
        "The new run; it has not trained yet",
        *BODY_ERRORS,
        404,
        409,
        503,
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
        made = await run_in_threadpool(lambda: Run(plan(config, table)))
    else:
        parent = await store.get(config.from_.run)
        start = await in_slices(parent.fork_at(config.from_.step))
        made = await run_in_threadpool(lambda: Run(fork(config, parent.plan, *start, table)))
    await store.add(made)
    root = request.scope.get("root_path", "").rstrip("/")
    return answered(wire.run(made, made.evaluation()), status=201, headers={"Location": f"{root}/api/runs/{made.id}"})


@router.get(
    "/api/runs/{run_id}",
    tags=["runs"],
    summary="The run now",
    responses=answers(200, schemas.Run, "run", "The run", 404, 422),
)
async def get(run: Found, view: Looking) -> Response:
    return answered(wire.run(run, run.evaluation(view)))


@router.patch(
    "/api/runs/{run_id}",
    tags=["runs"],
    summary="Change what may change while it trains",
    responses=answers(
        200, schemas.Run, "run", "The run; the change is in force from its next step on", *BODY_ERRORS, 404, 409
    ),
)
async def patch(
    run: Found, changes: Annotated[PatchRequest, body({"learning_rate": 0.03}, {"dropout": 0.5, "clip_norm": None})]
) -> Response:
    run.patch(changes.changed())
    return answered(wire.run(run, run.evaluation()))


@router.delete(
    "/api/runs/{run_id}",
    tags=["runs"],
    status_code=204,
    summary="Forget the run",
    response_class=Response,
    responses=problems(404),
)
async def delete(run: Found, store: Store) -> Response:
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
        **problems(*BODY_ERRORS, 404, 409),
    },
)
async def train(
    run: Found,
    request: Annotated[TrainRequest | None, body({}, TRAIN, {"steps": 1000, "every": 1000, "from_step": 0})] = None,
) -> Response:
    return StepStream(run, request or TrainRequest())


@router.get(
    "/api/runs/{run_id}/steps/{k}",
    tags=["looking back"],
    summary="A step again, exactly as it was streamed",
    responses=answers(200, schemas.Step, "step", "The step", 422) | problems(404, no_step=True),
)
async def get_step(run: Found, k: StepPath, detail: DetailQuery = "full", spotlight: SpotlightQuery = None) -> Response:
    return answered(wire.step(await in_slices(run.recorded(k, detail, run.resolve_spotlight(spotlight)))))


@router.get(
    "/api/runs/{run_id}/evaluations/{k}",
    tags=["looking back"],
    summary="The evaluation after a step",
    responses=answers(200, schemas.Evaluation, "evaluation", "The evaluation", 422) | problems(404, no_step=True),
)
async def get_evaluation(run: Found, k: StepPath, view: Looking) -> Response:
    return answered(wire.dumps(wire.evaluation(await in_slices(run.evaluation_at(k, view)))))


@router.get(
    "/api/runs/{run_id}/states/{k}",
    tags=["looking back"],
    summary="Parameters, running averages and the optimizer's moments after a step",
    responses=answers(200, schemas.State, "state", "The state", 422) | problems(404, no_step=True),
)
async def get_state(run: Found, k: StepPath) -> Response:
    return answered(wire.state(run, await in_slices(run.state_at(k))))


@router.post(
    "/api/runs/{run_id}/rewind",
    tags=["looking back"],
    summary="Back, or forward, to the state after a step",
    responses=answers(200, schemas.Run, "run", "The run, there", *BODY_ERRORS, 404, 409),
)
async def rewind(run: Found, request: Annotated[RewindRequest, body({"step": 0})]) -> Response:
    await in_slices(run.rewind(request.step))
    return answered(wire.run(run, run.evaluation()))


@router.get(
    "/api/runs/{run_id}/samples",
    tags=["looking closer"],
    summary="What it is trained and tested on",
    responses=answers(200, schemas.Samples, "samples", "All samples of both splits", 404),
)
async def get_samples(run: Found) -> Response:
    return answered(wire.samples(run))


@router.post(
    "/api/runs/{run_id}/predict",
    tags=["looking closer"],
    summary="What it answers",
    responses=answers(200, schemas.Prediction, "prediction", "Probabilities, or numbers", *BODY_ERRORS, 404),
)
async def predict(run: Found, request: Annotated[PredictRequest, body({"inputs": [[0.5, -0.5]]})]) -> Response:
    return answered(wire.prediction(run.predict(request.inputs)))


@router.get(
    "/api/runs/{run_id}/gradcheck",
    tags=["looking closer"],
    summary="Its gradients against central differences",
    responses=answers(200, schemas.GradientCheck, "gradcheck", "The errors", 404),
)
async def get_gradcheck(run: Found) -> Response:
    # Two losses a parameter take long; the check has a workspace of its own, so another thread may make it.
    return answered(wire.gradient_check(await run_in_threadpool(run.gradient_check())))


@router.get(
    "/api/runs/{run_id}/export",
    tags=["runs"],
    summary="The run to take away",
    responses=exports() | problems(404, 422),
)
async def export(
    run: Found,
    export_format: Annotated[schemas.ExportFormat, Query(alias="format", description="how it is written")] = "json",
) -> Response:
    wanted = FORMATS[export_format]
    if wanted.written is None:
        content = wire.export(run)
    else:
        content = wanted.file(run, wire.dumps(wire.exported_config(run)).decode())
    headers = {"Content-Disposition": f'attachment; filename="{wanted.filename}"'}
    return Response(content, headers=headers, media_type=wanted.media_type)
